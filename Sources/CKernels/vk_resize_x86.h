/// The passes in x86 vectors. Included by vk_resize.c once a tier, with VK_NAME and the vector macros V_* of that tier.
///
/// A weight's two halves multiply pairs of 16-bit samples (pmaddwd): exact, and half the work of 32-bit products.

static void VK_NAME(vertical)(const uint8_t *src, size_t stride, size_t taps, const int16_t *weights, uint8_t *dst, size_t count) {
  if (count < V_BYTES) {
    vk_vertical_bytes(src, stride, taps, weights, dst, 0, count);
    return;
  }
  const V_TYPE zero = V_ZERO();
  for (size_t block = 0; block < count; block += V_BYTES) {
    // The last block overlaps the one before it.
    size_t i = block + V_BYTES <= count ? block : count - V_BYTES;
    V_TYPE h0 = zero, h1 = zero, h2 = zero, h3 = zero;
    V_TYPE l0 = V_SET1(1 << (VK_WEIGHT_BITS - 1)), l1 = l0, l2 = l0, l3 = l0;
    for (size_t t = 0; t < taps; t += 2) {
      const uint8_t *a = src + t * stride + i;
      const uint8_t *b = t + 1 < taps ? a + stride : a;
      const int16_t *group = weights + (t >> 2) * 8 + (t & 3);
      int32_t high, low;
      memcpy(&high, group, 4);
      memcpy(&low, group + 4, 4);
      V_TYPE kh = V_SET1(high), kl = V_SET1(low);
      V_TYPE va = V_LOAD(a), vb = V_LOAD(b);
      V_TYPE first = V_UNPACKLO8(va, vb), second = V_UNPACKHI8(va, vb);
      V_TYPE p0 = V_UNPACKLO8(first, zero), p1 = V_UNPACKHI8(first, zero);
      V_TYPE p2 = V_UNPACKLO8(second, zero), p3 = V_UNPACKHI8(second, zero);
      h0 = V_ADD(h0, V_MADD(p0, kh));
      h1 = V_ADD(h1, V_MADD(p1, kh));
      h2 = V_ADD(h2, V_MADD(p2, kh));
      h3 = V_ADD(h3, V_MADD(p3, kh));
      l0 = V_ADD(l0, V_MADD(p0, kl));
      l1 = V_ADD(l1, V_MADD(p1, kl));
      l2 = V_ADD(l2, V_MADD(p2, kl));
      l3 = V_ADD(l3, V_MADD(p3, kl));
    }
    h0 = V_SRAI(V_ADD(V_SLLI(h0, 11), l0), VK_WEIGHT_BITS);
    h1 = V_SRAI(V_ADD(V_SLLI(h1, 11), l1), VK_WEIGHT_BITS);
    h2 = V_SRAI(V_ADD(V_SLLI(h2, 11), l2), VK_WEIGHT_BITS);
    h3 = V_SRAI(V_ADD(V_SLLI(h3, 11), l3), VK_WEIGHT_BITS);
    V_STORE(dst + i, V_PACKUS16(V_PACKS32(h0, h1), V_PACKS32(h2, h3)));
  }
}

/// Samples of four pixels as 16-bit pairs: taps 0 and 1 in the lower half, 2 and 3 in the upper.
static inline __m256i VK_NAME(spread)(size_t channels) {
  return channels == 3
             ? _mm256_setr_epi8(0, -1, 3, -1, 1, -1, 4, -1, 2, -1, 5, -1, -1, -1, -1, -1, 6, -1, 9, -1, 7, -1, 10, -1, 8, -1, 11,
                                -1, -1, -1, -1, -1)
             : _mm256_setr_epi8(0, -1, 4, -1, 1, -1, 5, -1, 2, -1, 6, -1, 3, -1, 7, -1, 8, -1, 12, -1, 9, -1, 13, -1, 10, -1, 14,
                                -1, 11, -1, 15, -1);
}

#define VK_TAKE(n)                                                                                                  \
  {                                                                                                                 \
    __m256i p = _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)(s##n + at))), spread); \
    h##n = _mm256_add_epi32(h##n, _mm256_madd_epi16(p, kh));                                                        \
    l##n = _mm256_add_epi32(l##n, _mm256_madd_epi16(p, kl));                                                        \
  }

static inline __m128i VK_NAME(total)(__m256i high, __m256i low) {
  __m256i sum = _mm256_add_epi32(_mm256_slli_epi32(high, 11), low);
  __m128i both = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  return _mm_srai_epi32(_mm_add_epi32(both, _mm_set1_epi32(1 << (VK_WEIGHT_BITS - 1))), VK_WEIGHT_BITS);
}

static void VK_NAME(horizontal_color)(const uint8_t *src, size_t stride, size_t rows, size_t readable, size_t channels,
                                      const int32_t *starts, const int32_t *counts, const int16_t *weights, size_t padded,
                                      uint8_t *dst, size_t dst_stride, size_t width) {
  const __m256i spread = VK_NAME(spread)(channels);
  const __m256i pick_high = _mm256_setr_epi32(0, 0, 0, 0, 1, 1, 1, 1), pick_low = _mm256_setr_epi32(2, 2, 2, 2, 3, 3, 3, 3);
  for (size_t r = 0; r < rows; r += 4) {
    size_t n = rows - r < 4 ? rows - r : 4;
    const uint8_t *s0 = src + r * stride, *s1 = n > 1 ? s0 + stride : s0, *s2 = n > 2 ? s1 + stride : s0,
                  *s3 = n > 3 ? s2 + stride : s0;
    size_t available = readable - (r + n - 1) * stride;
    uint8_t *out = dst + r * dst_stride;
    for (size_t x = 0; x < width; x++, out += channels) {
      size_t at = (size_t)starts[x] * channels;
      const int16_t *k = weights + x * padded * 2;
      if (at + channels * (padded - 4) + 16 > available) {
        for (size_t i = 0; i < n; i++)
          vk_horizontal_pixel(src + (r + i) * stride + at, channels, counts[x], k, out + i * dst_stride);
        continue;
      }
      __m256i h0 = _mm256_setzero_si256(), h1 = h0, h2 = h0, h3 = h0, l0 = h0, l1 = h0, l2 = h0, l3 = h0;
      for (size_t t = 0; t < padded; t += 4, at += 4 * channels, k += 8) {
        __m256i both = _mm256_broadcastsi128_si256(_mm_loadu_si128((const __m128i *)k));
        __m256i kh = _mm256_permutevar8x32_epi32(both, pick_high), kl = _mm256_permutevar8x32_epi32(both, pick_low);
        VK_TAKE(0)
        VK_TAKE(1)
        VK_TAKE(2)
        VK_TAKE(3)
      }
      __m128i low = _mm_packs_epi32(VK_NAME(total)(h0, l0), VK_NAME(total)(h1, l1));
      __m128i high = _mm_packs_epi32(VK_NAME(total)(h2, l2), VK_NAME(total)(h3, l3));
      uint32_t pixels[4];
      _mm_storeu_si128((__m128i *)pixels, _mm_packus_epi16(low, high));
      // A fourth byte may be written where the next pixel follows in this row, which then overwrites it.
      if (channels == 4 || x + 1 < width) {
        for (size_t i = 0; i < n; i++) memcpy(out + i * dst_stride, &pixels[i], 4);
      } else {
        for (size_t i = 0; i < n; i++) memcpy(out + i * dst_stride, &pixels[i], 3);
      }
    }
  }
}
#undef VK_TAKE

#define VK_TAKE(n)                                                               \
  {                                                                              \
    __m128i p = _mm_cvtepu8_epi16(_mm_loadl_epi64((const __m128i *)(s##n + at))); \
    h##n = _mm_add_epi32(h##n, _mm_madd_epi16(p, kh));                           \
    l##n = _mm_add_epi32(l##n, _mm_madd_epi16(p, kl));                           \
  }
#define VK_JOIN(n) _mm_add_epi32(_mm_slli_epi32(h##n, 11), l##n)

static void VK_NAME(horizontal_gray)(const uint8_t *src, size_t stride, size_t rows, size_t readable, const int32_t *starts,
                                     const int32_t *counts, const int16_t *weights, size_t padded, uint8_t *dst,
                                     size_t dst_stride, size_t width) {
  for (size_t r = 0; r < rows; r += 4) {
    size_t n = rows - r < 4 ? rows - r : 4;
    const uint8_t *s0 = src + r * stride, *s1 = n > 1 ? s0 + stride : s0, *s2 = n > 2 ? s1 + stride : s0,
                  *s3 = n > 3 ? s2 + stride : s0;
    size_t available = readable - (r + n - 1) * stride;
    uint8_t *out = dst + r * dst_stride;
    for (size_t x = 0; x < width; x++, out++) {
      size_t at = (size_t)starts[x];
      const int16_t *k = weights + x * padded * 2;
      if (at + padded > available) {
        for (size_t i = 0; i < n; i++) vk_horizontal_pixel(src + (r + i) * stride + at, 1, counts[x], k, out + i * dst_stride);
        continue;
      }
      __m128i h0 = _mm_setzero_si128(), h1 = h0, h2 = h0, h3 = h0, l0 = h0, l1 = h0, l2 = h0, l3 = h0;
      for (size_t t = 0; t < padded; t += 8, at += 8, k += 16) {
        __m128i a = _mm_loadu_si128((const __m128i *)k), b = _mm_loadu_si128((const __m128i *)(k + 8));
        __m128i kh = _mm_unpacklo_epi64(a, b), kl = _mm_unpackhi_epi64(a, b);
        VK_TAKE(0)
        VK_TAKE(1)
        VK_TAKE(2)
        VK_TAKE(3)
      }
      __m128i sums = _mm_hadd_epi32(_mm_hadd_epi32(VK_JOIN(0), VK_JOIN(1)), _mm_hadd_epi32(VK_JOIN(2), VK_JOIN(3)));
      sums = _mm_srai_epi32(_mm_add_epi32(sums, _mm_set1_epi32(1 << (VK_WEIGHT_BITS - 1))), VK_WEIGHT_BITS);
      sums = _mm_packs_epi32(sums, sums);
      uint32_t four = (uint32_t)_mm_cvtsi128_si32(_mm_packus_epi16(sums, sums));
      for (size_t i = 0; i < n; i++) out[i * dst_stride] = (uint8_t)(four >> (8 * i));
    }
  }
}
#undef VK_TAKE
#undef VK_JOIN

static void VK_NAME(linear_horizontal)(const uint8_t *src, size_t readable, size_t channels, const int32_t *lefts,
                                       const int16_t *weights, int16_t *dst, size_t width) {
  size_t x = 0;
  if (channels == 1) {
    for (; x + 8 <= width; x += 8) {
      if ((size_t)lefts[x + 7] + 2 > readable) break;
      uint16_t pairs[8];
      for (size_t i = 0; i < 8; i++) memcpy(&pairs[i], src + lefts[x + i], 2);
      __m256i p = _mm256_cvtepu8_epi16(_mm_loadu_si128((const __m128i *)pairs));
      p = _mm256_srai_epi32(_mm256_madd_epi16(p, _mm256_loadu_si256((const __m256i *)(weights + 2 * x))), 4);
      p = _mm256_permute4x64_epi64(_mm256_packs_epi32(p, p), 0xD8);
      _mm_storeu_si128((__m128i *)(dst + x), _mm256_castsi256_si128(p));
    }
  } else {
    const __m256i both = VK_NAME(spread)(channels);
    const __m256i spread = _mm256_permute2x128_si256(both, both, 0);
    for (; x + 2 <= width; x += 2) {
      size_t a = (size_t)lefts[x] * channels, b = (size_t)lefts[x + 1] * channels;
      if (b + 16 > readable || a + 16 > readable) break;
      __m256i p = _mm256_castsi128_si256(_mm_loadu_si128((const __m128i *)(src + a)));
      p = _mm256_inserti128_si256(p, _mm_loadu_si128((const __m128i *)(src + b)), 1);
      p = _mm256_madd_epi16(_mm256_shuffle_epi8(p, spread), _mm256_loadu_si256((const __m256i *)(weights + 8 * x)));
      p = _mm256_packs_epi32(_mm256_srai_epi32(p, 4), p);
      _mm_storel_epi64((__m128i *)(dst + x * channels), _mm256_castsi256_si128(p));
      _mm_storel_epi64((__m128i *)(dst + (x + 1) * channels), _mm256_extracti128_si256(p, 1));
    }
  }
  for (; x < width; x++) vk_linear_pixel(src, channels, lefts[x], weights + (channels == 1 ? 2 : 8) * x, dst + x * channels);
}

static void VK_NAME(linear_vertical)(const int16_t *a, const int16_t *b, int16_t wa, int16_t wb, uint8_t *dst, size_t count) {
  const __m256i ka = _mm256_set1_epi16(wa), kb = _mm256_set1_epi16(wb), two = _mm256_set1_epi16(2);
  size_t i = 0;
  for (; i + 32 <= count; i += 32) {
    const __m256i *pa = (const __m256i *)(a + i), *pb = (const __m256i *)(b + i);
    __m256i first = _mm256_add_epi16(_mm256_mulhi_epi16(_mm256_loadu_si256(pa), ka), _mm256_mulhi_epi16(_mm256_loadu_si256(pb), kb));
    __m256i second = _mm256_add_epi16(_mm256_mulhi_epi16(_mm256_loadu_si256(pa + 1), ka),
                                      _mm256_mulhi_epi16(_mm256_loadu_si256(pb + 1), kb));
    first = _mm256_srai_epi16(_mm256_add_epi16(first, two), 2);
    second = _mm256_srai_epi16(_mm256_add_epi16(second, two), 2);
    __m256i bytes = _mm256_permute4x64_epi64(_mm256_packus_epi16(first, second), 0xD8);
    _mm256_storeu_si256((__m256i *)(dst + i), bytes);
  }
  vk_linear_bytes(a, b, wa, wb, dst, i, count);
}
