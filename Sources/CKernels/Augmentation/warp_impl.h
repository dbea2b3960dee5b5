// The body of warp.c, once a tier.

#define unnormalize VK_NAME(unnormalize)
#define corner VK_NAME(corner)
#define put VK_NAME(put)
#define nearest_bytes VK_NAME(nearest_bytes)
#define bilinear VK_NAME(bilinear)

/// From -1 ... 1 over the pixels' edges to pixels from the middle of the first.
VK_AUG_INLINE float unnormalize(float x, float half) { return __builtin_fmaf(x + 1.0f, half, -0.5f); }

static void VK_NAME(warp_row)(const vk_warp *warp, int32_t y, const float *displacement, float *xs, float *ys) {
  const int32_t n = warp->out_width;
  const float half_width = (float)warp->width / 2, half_height = (float)warp->height / 2;
  const float *c = warp->coefficients;
  switch (warp->kind) {
    case VK_WARP_AFFINE: {
      const float left = (float)(1 - n) * 0.5f, row = (float)(1 - warp->out_height) * 0.5f + (float)y;
      for (int32_t i = 0; i < n; i++) {
        const float x = left + (float)i;
        xs[i] = unnormalize(__builtin_fmaf(row, c[1], x * c[0]) + c[2], half_width);
        ys[i] = unnormalize(__builtin_fmaf(row, c[4], x * c[3]) + c[5], half_height);
      }
      return;
    }
    case VK_WARP_PERSPECTIVE: {
      const float row = (float)y + 0.5f;
      for (int32_t i = 0; i < n; i++) {
        const float x = (float)i + 0.5f, below = __builtin_fmaf(row, c[7], x * c[6]) + 1.0f;
        xs[i] = unnormalize((__builtin_fmaf(row, c[1], x * c[0]) + c[2]) / below - 1.0f, half_width);
        ys[i] = unnormalize((__builtin_fmaf(row, c[4], x * c[3]) + c[5]) / below - 1.0f, half_height);
      }
      return;
    }
    case VK_WARP_DISPLACEMENT: {
      // PyTorch's linspace counts from both ends.
      const int32_t h = warp->out_height;
      const float left = (float)(1 - n) / (float)n, right = (float)(n - 1) / (float)n;
      const float top = (float)(1 - h) / (float)h, bottom = (float)(h - 1) / (float)h;
      const float step = n > 1 ? (right - left) / (float)(n - 1) : 0;
      const float down = h > 1 ? (bottom - top) / (float)(h - 1) : 0;
      const float row = y < h / 2 ? top + down * (float)y : bottom - down * (float)(h - 1 - y);
      for (int32_t i = 0; i < n; i++) {
        const float x = i < n / 2 ? left + step * (float)i : right - step * (float)(n - 1 - i);
        xs[i] = unnormalize(x + displacement[2 * i], half_width);
        ys[i] = unnormalize(row + displacement[2 * i + 1], half_height);
      }
      return;
    }
  }
}

VK_AUG_INLINE void put(uint8_t *to, const uint8_t *from, int32_t channels) {
  switch (channels) {
    case 1: *to = *from; return;
    case 3: to[0] = from[0], to[1] = from[1], to[2] = from[2]; return;
    default: memcpy(to, from, 4); return;
  }
}

static void VK_NAME(warp_nearest)(const uint8_t *src, int32_t width, int32_t height, int32_t channels, const float *xs,
                                  const float *ys, size_t count, const uint8_t *fill, uint8_t *out) {
  const uint8_t zero[4] = {0, 0, 0, 0};
  if (!fill) fill = zero;
  int32_t places[VK_WARP_BLOCK];
  for (size_t first = 0; first < count; first += VK_WARP_BLOCK) {
    const size_t n = count - first < VK_WARP_BLOCK ? count - first : VK_WARP_BLOCK;
    for (size_t i = 0; i < n; i++) {
      const float x = __builtin_rintf(xs[first + i]), y = __builtin_rintf(ys[first + i]);
      const bool inside = (x >= 0) & (x <= (float)(width - 1)) & (y >= 0) & (y <= (float)(height - 1));
      const int32_t column = (int32_t)(inside ? x : 0), row = (int32_t)(inside ? y : 0);
      places[i] = inside ? (row * width + column) * channels : -1;
    }
    uint8_t *to = out + first * (size_t)channels;
    if (channels == 3) {
      for (size_t i = 0; i < n; i++) put(to + 3 * i, places[i] < 0 ? fill : src + places[i], 3);
    } else if (channels == 1) {
      for (size_t i = 0; i < n; i++) to[i] = places[i] < 0 ? *fill : src[places[i]];
    } else {
      for (size_t i = 0; i < n; i++) put(to + 4 * i, places[i] < 0 ? fill : src + places[i], 4);
    }
  }
}

/// The pixel's channels as floats, zero outside.
VK_AUG_INLINE vk_f4 corner(const uint8_t *src, int32_t place, bool inside, int32_t channels) {
  vk_b4 bytes = {0, 0, 0, 0};
  for (int32_t c = 0; inside && c < channels; c++) bytes[c] = src[place + c];
  return __builtin_convertvector(bytes, vk_f4);
}

/// The whole numbers next to values from 0 to 255, half to even: they stand in the low bits of the sum.
VK_AUG_INLINE vk_b4 nearest_bytes(vk_f4 x) { return __builtin_convertvector((vk_u4)(x + 12582912.0f), vk_b4); }

/// Called with literal channels, so that the loads and stores are those of a pixel.
VK_AUG_INLINE void bilinear(const uint8_t *src, int32_t width, int32_t height, int32_t channels, const float *xs,
                            const float *ys, size_t count, const float *fill, uint8_t *out) {
  const int32_t stride = width * channels, end = height * stride;
  vk_f4 color = {0, 0, 0, 0};
  for (int32_t c = 0; fill && c < channels; c++) color[c] = fill[c];
  const vk_b4 filled = nearest_bytes(color);
  for (size_t i = 0; i < count; i++) {
    uint8_t *to = out + i * (size_t)channels;
    const float x = xs[i], y = ys[i];
    // Infinite and NaN too.
    if (!(x > -1.0f && x < (float)width && y > -1.0f && y < (float)height)) {
      memcpy(to, &filled, (size_t)channels);
      continue;
    }
    const float left = __builtin_floorf(x), top = __builtin_floorf(y);
    const float west = x - left, north = y - top, east = 1.0f - west, south = 1.0f - north;
    const float k0 = south * east, k1 = south * west, k2 = north * east, k3 = north * west;
    const int32_t column = (int32_t)left, row = (int32_t)top, place = (row * width + column) * channels;
    vk_f4 a, b, c, d;
    float share;
    if (channels != 1 && column >= 0 && column + 1 < width && row >= 0 && place + stride + 8 <= end) {
      // Both pixels of a row at once; what is read beyond three channels is of no matter.
      vk_b8 upper, lower;
      memcpy(&upper, src + place, 8);
      memcpy(&lower, src + place + stride, 8);
      a = __builtin_convertvector(upper.lo, vk_f4);
      c = __builtin_convertvector(lower.lo, vk_f4);
      if (channels == 3) {
        b = __builtin_convertvector(__builtin_shufflevector(upper, upper, 3, 4, 5, 6), vk_f4);
        d = __builtin_convertvector(__builtin_shufflevector(lower, lower, 3, 4, 5, 6), vk_f4);
      } else {
        b = __builtin_convertvector(upper.hi, vk_f4);
        d = __builtin_convertvector(lower.hi, vk_f4);
      }
      share = k0 + k1 + k2 + k3;
    } else {
      const bool w = column >= 0, e = column + 1 < width, n = row >= 0, s = row + 1 < height;
      a = corner(src, place, n && w, channels);
      b = corner(src, place + channels, n && e, channels);
      c = corner(src, place + stride, s && w, channels);
      d = corner(src, place + stride + channels, s && e, channels);
      share = n && w ? k0 : 0.0f;
      share += n && e ? k1 : 0.0f;
      share += s && w ? k2 : 0.0f;
      share += s && e ? k3 : 0.0f;
    }
    vk_f4 sum = a * k0;
    sum = __builtin_elementwise_fma(b, (vk_f4)(k1), sum);
    sum = __builtin_elementwise_fma(c, (vk_f4)(k2), sum);
    sum = __builtin_elementwise_fma(d, (vk_f4)(k3), sum);
    if (fill) sum = (sum - color) * share + color;
    const vk_b4 bytes = nearest_bytes(sum);
    memcpy(to, &bytes, (size_t)channels);
  }
}

static void VK_NAME(warp_bilinear)(const uint8_t *src, int32_t width, int32_t height, int32_t channels, const float *xs,
                                   const float *ys, size_t count, const float *fill, uint8_t *out) {
  switch (channels) {
    case 1: bilinear(src, width, height, 1, xs, ys, count, fill, out); break;
    case 3: bilinear(src, width, height, 3, xs, ys, count, fill, out); break;
    default: bilinear(src, width, height, 4, xs, ys, count, fill, out); break;
  }
}

#undef unnormalize
#undef corner
#undef put
#undef nearest_bytes
#undef bilinear
