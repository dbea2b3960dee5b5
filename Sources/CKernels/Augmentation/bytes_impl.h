// The body of bytes.c, once a tier.

#define noise_pair VK_NAME(noise_pair)

static void VK_NAME(bits)(const uint8_t *in, uint8_t *out, size_t n, uint8_t flips, uint8_t mask) {
  for (size_t i = 0; i < n; i++) out[i] = (uint8_t)((in[i] ^ flips) & mask);
}

static void VK_NAME(solarize)(const uint8_t *in, uint8_t *out, size_t n, uint8_t threshold) {
  for (size_t i = 0; i < n; i++) out[i] = in[i] >= threshold ? (uint8_t)~in[i] : in[i];
}

static void VK_NAME(mix)(const uint8_t *a, const uint8_t *b, uint8_t *out, size_t n, float wa, float wb) {
  for (size_t i = 0; i < n; i++) {
    float y = __builtin_rintf((float)a[i] * wa + (float)b[i] * wb);
    y = y < 0.0f ? 0.0f : y > 255.0f ? 255.0f : y;
    out[i] = (uint8_t)(int32_t)y;
  }
}

static void VK_NAME(accumulate)(const uint8_t *x, float weight, float *sum, size_t n) {
  for (size_t i = 0; i < n; i++) sum[i] += (float)x[i] * weight;
}

static void VK_NAME(cut)(const float *x, uint8_t *out, size_t n) {
  for (size_t i = 0; i < n; i++) {
    float y = x[i] > 0.0f ? x[i] : 0.0f;
    out[i] = (uint8_t)(int32_t)(y > 255.0f ? 255.0f : y);
  }
}

static void VK_NAME(mirror)(const uint8_t *in, uint8_t *out, size_t width, size_t channels) {
  const size_t bytes = width * channels;
  size_t done = 0;
  // Sixteen bytes hold five pixels of three; the byte too many is written over by the next ones.
  if (channels == 3) {
    for (; done + 16 <= bytes; done += 15) {
      vk_b16 v, w;
      memcpy(&v, in + bytes - done - 16, 16);
      w = __builtin_shufflevector(v, v, 13, 14, 15, 10, 11, 12, 7, 8, 9, 4, 5, 6, 1, 2, 3, 0);
      memcpy(out + done, &w, 16);
    }
  } else if (channels == 1) {
    for (; done + 16 <= bytes; done += 16) {
      vk_b16 v, w;
      memcpy(&v, in + bytes - done - 16, 16);
      w = __builtin_shufflevector(v, v, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
      memcpy(out + done, &w, 16);
    }
  } else {
    for (; done + 16 <= bytes; done += 16) {
      vk_b16 v, w;
      memcpy(&v, in + bytes - done - 16, 16);
      w = __builtin_shufflevector(v, v, 12, 13, 14, 15, 8, 9, 10, 11, 4, 5, 6, 7, 0, 1, 2, 3);
      memcpy(out + done, &w, 16);
    }
  }
  for (size_t x = done / channels; x < width; x++) {
    for (size_t c = 0; c < channels; c++) out[x * channels + c] = in[(width - 1 - x) * channels + c];
  }
}

// Sixteen bytes hold five pixels; the byte too many is written over by the next ones.
#define VK_PERMUTE(R, G, B)                                                                                            \
  for (; done + 16 <= bytes; done += 15) {                                                                             \
    vk_b16 v, w;                                                                                                       \
    memcpy(&v, in + done, 16);                                                                                         \
    w = __builtin_shufflevector(v, v, R, G, B, 3 + R, 3 + G, 3 + B, 6 + R, 6 + G, 6 + B, 9 + R, 9 + G, 9 + B, 12 + R,  \
                                12 + G, 12 + B, 15);                                                                   \
    memcpy(out + done, &w, 16);                                                                                        \
  }

static void VK_NAME(permute)(const uint8_t *in, uint8_t *out, size_t pixels, unsigned r, unsigned g, unsigned b) {
  const size_t bytes = pixels * 3;
  size_t done = 0;
  switch (r * 9 + g * 3 + b) {
    case 5: VK_PERMUTE(0, 1, 2) break;
    case 7: VK_PERMUTE(0, 2, 1) break;
    case 11: VK_PERMUTE(1, 0, 2) break;
    case 15: VK_PERMUTE(1, 2, 0) break;
    case 19: VK_PERMUTE(2, 0, 1) break;
    case 21: VK_PERMUTE(2, 1, 0) break;
    default: break;
  }
  for (; done < bytes; done += 3) {
    out[done] = in[done + r];
    out[done + 1] = in[done + g];
    out[done + 2] = in[done + b];
  }
}

#undef VK_PERMUTE

/// Two normally distributed numbers from two words of 32 random bits: Box and Muller's transform, to about 1e-6.
VK_AUG_INLINE void noise_pair(uint32_t a, uint32_t b, float *first, float *second) {
  // -2 log(u) for u in 2^-24 ..= 1, by its exponent and a polynomial in the fraction (that of vk_math_impl.h).
  const float u = (float)(int32_t)((a >> 8) + 1) * 0x1p-24f;
  uint32_t bits;
  memcpy(&bits, &u, 4);
  const int32_t k = (int32_t)(bits - 0x3f3504f3u) >> 23;
  const uint32_t rest = bits - ((uint32_t)k << 23);
  float f;
  memcpy(&f, &rest, 4);
  f -= 1.0f;
  float q = f * 0x1.11c874p-4f - 0x1.dd6510p-4f;
  q = q * f + 0x1.e7a54ep-4f;
  q = q * f - 0x1.fc4da0p-4f;
  q = q * f + 0x1.232cfap-3f;
  q = q * f - 0x1.555ae4p-3f;
  q = q * f + 0x1.99a546p-3f;
  q = q * f - 0x1.00000ap-2f;
  q = q * f + 0x1.555546p-2f;
  const float log = (f * f * f * q - 0.5f * f * f + f) + (float)k * 0.693147181f;
  const float squared = -2.0f * log;
  const float radius = __builtin_sqrtf(squared > 0.0f ? squared : 0.0f);
  // The angle as quarters of a circle and what is left, in -pi/4 ..< pi/4; Taylor's series suffice there.
  const int32_t turn = (int32_t)(b >> 8);
  const int32_t quarter = (turn + (1 << 21)) >> 22;
  const float t = (float)(turn - (quarter << 22)) * (float)(1.5707963267948966 * 0x1p-22), t2 = t * t;
  const float sine = t * (1.0f + t2 * (-1.0f / 6 + t2 * (1.0f / 120 + t2 * (-1.0f / 5040 + t2 * (1.0f / 362880)))));
  const float cosine = 1.0f + t2 * (-0.5f + t2 * (1.0f / 24 + t2 * (-1.0f / 720 + t2 * (1.0f / 40320))));
  const float x = quarter & 1 ? sine : cosine, y = quarter & 1 ? cosine : sine;
  *first = ((quarter + 1) & 2 ? -x : x) * radius;
  *second = (quarter & 2 ? -y : y) * radius;
}

static void VK_NAME(noise)(const uint8_t *in, uint8_t *out, size_t n, uint64_t key, uint64_t first, float mean,
                           float deviation, bool clip) {
  float values[2 * VK_NOISE_BLOCK];
  const uint64_t from = first / (2 * VK_NOISE_BLOCK), to = n == 0 ? from : (first + n - 1) / (2 * VK_NOISE_BLOCK) + 1;
  for (uint64_t block = from; block < to; block++) {
    // A key for the block, then a 32-bit hash of the place in it (Wellons' lowbias32): vectors have no 64-bit products.
    uint64_t z = key + block * 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    const uint32_t low = (uint32_t)z, high = (uint32_t)(z >> 32);
    for (uint32_t i = 0; i < VK_NOISE_BLOCK; i++) {
      uint32_t a = low + i * 0x9E3779B9u, b = high ^ (i * 0x85EBCA6Bu);
      a = (a ^ a >> 16) * 0x21f0aaadu;
      a = (a ^ a >> 15) * 0x735a2d97u;
      a ^= a >> 15;
      b = (b ^ b >> 16) * 0x7feb352du;
      b = (b ^ b >> 15) * 0x846ca68bu;
      b ^= b >> 16;
      noise_pair(a, b, values + i, values + VK_NOISE_BLOCK + i);
    }
    const uint64_t start = block * 2 * VK_NOISE_BLOCK, begin = start > first ? start : first;
    const uint64_t end = start + 2 * VK_NOISE_BLOCK < first + n ? start + 2 * VK_NOISE_BLOCK : first + n;
    const uint8_t *x = in + (begin - first);
    uint8_t *y = out + (begin - first);
    const float *value = values + (begin - start);
    const size_t count = (size_t)(end - begin);
    if (clip) {
      for (size_t i = 0; i < count; i++) {
        const int32_t sum = x[i] + (int32_t)(mean + value[i] * deviation);
        y[i] = (uint8_t)(sum < 0 ? 0 : sum > 255 ? 255 : sum);
      }
    } else {
      for (size_t i = 0; i < count; i++) y[i] = (uint8_t)(x[i] + (int32_t)(mean + value[i] * deviation));
    }
  }
}

#undef noise_pair
