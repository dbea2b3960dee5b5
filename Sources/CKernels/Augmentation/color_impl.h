// The body of color.c, once a tier.

#define luma_of VK_NAME(luma_of)
#define whole VK_NAME(whole)
#define turn_hue VK_NAME(turn_hue)
#define color_step VK_NAME(color_step)

VK_AUG_INLINE float whole(float x) { return (float)(int32_t)x; }

VK_AUG_INLINE float luma_of(float r, float g, float b) {
  return whole(__builtin_fmaf(b, 0.114f, __builtin_fmaf(g, 0.587f, r * 0.2989f)));
}

/// One pixel to HSV, its hue turned, and back, step by step as torchvision does it.
VK_AUG_INLINE void turn_hue(float *rr, float *gg, float *bb, float factor) {
  const float unit = (float)(1.0 / 255.0);
  const float r = *rr * unit, g = *gg * unit, b = *bb * unit;
  const float high = r > g ? (r > b ? r : b) : (g > b ? g : b), low = r < g ? (r < b ? r : b) : (g < b ? g : b);
  const float range = high - low;
  const bool flat = high == low;
  const float s = range / (flat ? 1.0f : high), divisor = flat ? 1.0f : range;
  const float rc = (high - r) / divisor, gc = (high - g) / divisor, bc = (high - b) / divisor;
  float h = high == r ? bc - gc : high == g ? rc + 2.0f - bc : gc + 4.0f - rc;
  h = h * (float)(1.0 / 6.0) + 1.0f;
  h = h >= 1.0f ? h - 1.0f : h;
  h = h + factor;
  h = h < 0.0f ? h + 1.0f : h >= 1.0f ? h - 1.0f : h;
  const float h6 = h * 6.0f;
  const int32_t sector = (int32_t)h6;
  const float f = h6 - (float)sector, sf = s * f, rest = 1.0f - s;
  float q = (1.0f - sf) * high, t = (sf + rest) * high, p = rest * high;
  q = q < 0.0f ? 0.0f : q > 1.0f ? 1.0f : q;
  t = t < 0.0f ? 0.0f : t > 1.0f ? 1.0f : t;
  p = p < 0.0f ? 0.0f : p > 1.0f ? 1.0f : p;
  const int32_t i = sector >= 6 ? 0 : sector;
  const float red = i == 1 ? q : i == 2 || i == 3 ? p : i == 4 ? t : high;
  const float green = i == 0 ? t : i == 1 || i == 2 ? high : i == 3 ? q : p;
  const float blue = i == 0 || i == 1 ? p : i == 2 ? t : i == 3 || i == 4 ? high : q;
  const float scale = (float)(255.0 + 1.0 - 1e-3);
  *rr = whole(red * scale);
  *gg = whole(green * scale);
  *bb = whole(blue * scale);
}

VK_AUG_INLINE void color_step(const vk_color_step *step, float *restrict r, float *restrict g, float *restrict b,
                              size_t n, size_t channels) {
  const float factor = step->factor, rest = step->rest, mean = step->mean;
  float *planes[3] = {r, g, b};
  switch (step->kind) {
    case VK_COLOR_BRIGHTNESS:
      for (size_t c = 0; c < channels; c++) {
        float *x = planes[c];
        for (size_t i = 0; i < n; i++) {
          float y = x[i] * factor;
          x[i] = whole(y > 255.0f ? 255.0f : y);
        }
      }
      break;
    case VK_COLOR_CONTRAST:
      for (size_t c = 0; c < channels; c++) {
        float *x = planes[c];
        for (size_t i = 0; i < n; i++) {
          float y = __builtin_fmaf(mean, rest, x[i] * factor);
          x[i] = whole(y < 0.0f ? 0.0f : y > 255.0f ? 255.0f : y);
        }
      }
      break;
    case VK_COLOR_SATURATION:
      if (channels == 1) break;
      for (size_t i = 0; i < n; i++) {
        const float gray = luma_of(r[i], g[i], b[i]);
        const float x = __builtin_fmaf(gray, rest, r[i] * factor), y = __builtin_fmaf(gray, rest, g[i] * factor);
        const float z = __builtin_fmaf(gray, rest, b[i] * factor);
        r[i] = whole(x < 0.0f ? 0.0f : x > 255.0f ? 255.0f : x);
        g[i] = whole(y < 0.0f ? 0.0f : y > 255.0f ? 255.0f : y);
        b[i] = whole(z < 0.0f ? 0.0f : z > 255.0f ? 255.0f : z);
      }
      break;
    case VK_COLOR_HUE:
      if (channels == 1) break;
      for (size_t i = 0; i < n; i++) turn_hue(r + i, g + i, b + i, factor);
      break;
    case VK_COLOR_GRAY:
      if (channels == 1) break;
      for (size_t i = 0; i < n; i++) r[i] = g[i] = b[i] = luma_of(r[i], g[i], b[i]);
      break;
  }
}

static void VK_NAME(color_chain)(const uint8_t *in, uint8_t *out, size_t pixels, size_t channels,
                                 const vk_color_step *steps, size_t count, uint64_t *luma_sum) {
  float r[VK_COLOR_BLOCK], g[VK_COLOR_BLOCK], b[VK_COLOR_BLOCK];
  for (size_t first = 0; first < pixels; first += VK_COLOR_BLOCK) {
    const size_t n = pixels - first < VK_COLOR_BLOCK ? pixels - first : VK_COLOR_BLOCK;
    const uint8_t *from = in + first * channels;
    if (channels == 1) {
      for (size_t i = 0; i < n; i++) r[i] = (float)from[i];
    } else {
      for (size_t i = 0; i < n; i++) {
        r[i] = (float)from[3 * i];
        g[i] = (float)from[3 * i + 1];
        b[i] = (float)from[3 * i + 2];
      }
    }
    for (size_t k = 0; k < count; k++) color_step(steps + k, r, g, b, n, channels);
    if (luma_sum) {
      uint32_t sum = 0;
      if (channels == 1) {
        for (size_t i = 0; i < n; i++) sum += (uint32_t)(int32_t)r[i];
      } else {
        for (size_t i = 0; i < n; i++) sum += (uint32_t)(int32_t)luma_of(r[i], g[i], b[i]);
      }
      *luma_sum += sum;
    }
    if (!out) continue;
    uint8_t *to = out + first * channels;
    if (channels == 1) {
      for (size_t i = 0; i < n; i++) to[i] = (uint8_t)(int32_t)r[i];
    } else {
      for (size_t i = 0; i < n; i++) {
        to[3 * i] = (uint8_t)(int32_t)r[i];
        to[3 * i + 1] = (uint8_t)(int32_t)g[i];
        to[3 * i + 2] = (uint8_t)(int32_t)b[i];
      }
    }
  }
}

static void VK_NAME(luma)(const uint8_t *in, uint8_t *out, size_t pixels) {
  for (size_t i = 0; i < pixels; i++) {
    out[i] = (uint8_t)(int32_t)luma_of((float)in[3 * i], (float)in[3 * i + 1], (float)in[3 * i + 2]);
  }
}

#undef luma_of
#undef whole
#undef turn_hue
#undef color_step
