/// The passes of AVX-512 with VNNI. Included by vk_resize.c.
///
/// A weight's three signed digits of base 256 multiply samples as they lie, four taps an instruction (vpdpbusd): exact in 32
/// bits, with neither widening nor padding of three taps to pairs.

static inline __m512i vk_bytes_total(__m512i a, __m512i b, __m512i c) {
  __m512i sum = _mm512_add_epi32(_mm512_slli_epi32(_mm512_add_epi32(_mm512_slli_epi32(c, 8), b), 8), a);
  return _mm512_srai_epi32(sum, VK_WEIGHT_BITS);
}

#define VK_TOTAL(n) vk_bytes_total(a##n, b##n, c##n)
#define VK_DOT(n)                              \
  a##n = _mm512_dpbusd_epi32(a##n, p##n, ka);  \
  b##n = _mm512_dpbusd_epi32(b##n, p##n, kb);  \
  c##n = _mm512_dpbusd_epi32(c##n, p##n, kc);

static void vertical_bytes_avx512(const uint8_t *src, size_t stride, size_t taps, const int8_t *weights, uint8_t *dst,
                                  size_t count) {
  const __m512i half = _mm512_set1_epi32(1 << (VK_WEIGHT_BITS - 1)), zero = _mm512_setzero_si512();
  for (size_t i = 0; i < count; i += 64) {
    __mmask64 mask = count - i < 64 ? (1ULL << (count - i)) - 1 : ~0ULL;
    __m512i a0 = half, a1 = half, a2 = half, a3 = half;
    __m512i b0 = zero, b1 = zero, b2 = zero, b3 = zero, c0 = zero, c1 = zero, c2 = zero, c3 = zero;
    const int8_t *k = weights;
    for (size_t t = 0; t < taps; t += 4, k += VK_BYTES_OF_ROWS) {
      const uint8_t *row = src + t * stride + i;
      __m512i r0 = _mm512_maskz_loadu_epi8(mask, row), r1 = zero, r2 = zero, r3 = zero;
      if (t + 1 < taps) r1 = _mm512_maskz_loadu_epi8(mask, row + stride);
      if (t + 2 < taps) r2 = _mm512_maskz_loadu_epi8(mask, row + 2 * stride);
      if (t + 3 < taps) r3 = _mm512_maskz_loadu_epi8(mask, row + 3 * stride);
      int32_t digits[3];
      memcpy(digits, k, sizeof digits);
      __m512i ka = _mm512_set1_epi32(digits[0]), kb = _mm512_set1_epi32(digits[1]), kc = _mm512_set1_epi32(digits[2]);
      __m512i low01 = _mm512_unpacklo_epi8(r0, r1), high01 = _mm512_unpackhi_epi8(r0, r1);
      __m512i low23 = _mm512_unpacklo_epi8(r2, r3), high23 = _mm512_unpackhi_epi8(r2, r3);
      __m512i p0 = _mm512_unpacklo_epi16(low01, low23), p1 = _mm512_unpackhi_epi16(low01, low23);
      __m512i p2 = _mm512_unpacklo_epi16(high01, high23), p3 = _mm512_unpackhi_epi16(high01, high23);
      VK_DOT(0)
      VK_DOT(1)
      VK_DOT(2)
      VK_DOT(3)
    }
    __m512i low = _mm512_packs_epi32(VK_TOTAL(0), VK_TOTAL(1)), high = _mm512_packs_epi32(VK_TOTAL(2), VK_TOTAL(3));
    _mm512_mask_storeu_epi8(dst + i, mask, _mm512_packus_epi16(low, high));
  }
}

/// 16 bytes from each of four places.
static inline __m512i vk_bytes_gather(const uint8_t *row, const size_t at[4]) {
  __m512i z = _mm512_castsi128_si512(_mm_loadu_si128((const __m128i *)(row + at[0])));
  z = _mm512_inserti32x4(z, _mm_loadu_si128((const __m128i *)(row + at[1])), 1);
  z = _mm512_inserti32x4(z, _mm_loadu_si128((const __m128i *)(row + at[2])), 2);
  return _mm512_inserti32x4(z, _mm_loadu_si128((const __m128i *)(row + at[3])), 3);
}

/// One output pixel beside the end of memory.
static void vk_bytes_pixel(const uint8_t *src, size_t channels, int32_t count, const int8_t *weights, uint8_t *dst) {
  int32_t sums[4] = {1 << (VK_WEIGHT_BITS - 1), 1 << (VK_WEIGHT_BITS - 1), 1 << (VK_WEIGHT_BITS - 1), 1 << (VK_WEIGHT_BITS - 1)};
  for (int32_t t = 0; t < count; t++) {
    const int8_t *k = weights + (t >> 2) * VK_BYTES_OF_COLUMNS + (t & 3);
    int32_t weight = k[0] + 256 * k[VK_BYTES_OF_DIGIT] + 65536 * k[2 * VK_BYTES_OF_DIGIT];
    for (size_t c = 0; c < channels; c++) sums[c] += src[(size_t)t * channels + c] * weight;
  }
  for (size_t c = 0; c < channels; c++) dst[c] = vk_clip(sums[c]);
}

/// Four pixels of four rows at a time; 3 or 4 channels.
static void horizontal_bytes_avx512(const uint8_t *src, size_t stride, size_t rows, size_t readable, size_t channels,
                                    const int32_t *starts, const int32_t *counts, const int8_t *weights, size_t padded,
                                    uint8_t *dst, size_t dst_stride, size_t width) {
  const __m512i spread = _mm512_broadcast_i32x4(
      channels == 3 ? _mm_setr_epi8(0, 3, 6, 9, 1, 4, 7, 10, 2, 5, 8, 11, -1, -1, -1, -1)
                    : _mm_setr_epi8(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  const __m512i close = _mm512_broadcast_i32x4(
      channels == 3 ? _mm_setr_epi8(0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, -1, -1, -1, -1)
                    : _mm_setr_epi8(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15));
  const __m512i turn = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
  const __m512i half = _mm512_set1_epi32(1 << (VK_WEIGHT_BITS - 1)), zero = _mm512_setzero_si512();
  for (size_t r = 0; r < rows; r += 4) {
    size_t n = rows - r < 4 ? rows - r : 4;
    const uint8_t *s0 = src + r * stride, *s1 = n > 1 ? s0 + stride : s0, *s2 = n > 2 ? s1 + stride : s0,
                  *s3 = n > 3 ? s2 + stride : s0;
    size_t available = readable - (r + n - 1) * stride;
    uint8_t *out = dst + r * dst_stride;
    for (size_t x = 0; x < width; x += 4, out += 4 * channels) {
      const int8_t *k = weights + (x >> 2) * (padded / 4) * VK_BYTES_OF_COLUMNS;
      size_t pixels = width - x < 4 ? width - x : 4, at[4], furthest = 0;
      for (size_t i = 0; i < 4; i++) {
        at[i] = (size_t)starts[i < pixels ? x + i : x] * channels;
        furthest = at[i] > furthest ? at[i] : furthest;
      }
      if (furthest + channels * (padded - 4) + 16 > available) {
        for (size_t i = 0; i < pixels; i++)
          for (size_t j = 0; j < n; j++)
            vk_bytes_pixel(src + (r + j) * stride + at[i], channels, counts[x + i], k + 16 * i,
                           out + j * dst_stride + i * channels);
        continue;
      }
      __m512i a0 = half, a1 = half, a2 = half, a3 = half;
      __m512i b0 = zero, b1 = zero, b2 = zero, b3 = zero, c0 = zero, c1 = zero, c2 = zero, c3 = zero;
      for (size_t t = 0; t < padded; t += 4, k += VK_BYTES_OF_COLUMNS) {
        __m512i ka = _mm512_loadu_si512(k), kb = _mm512_loadu_si512(k + VK_BYTES_OF_DIGIT),
                kc = _mm512_loadu_si512(k + 2 * VK_BYTES_OF_DIGIT);
        __m512i p0 = _mm512_shuffle_epi8(vk_bytes_gather(s0, at), spread);
        __m512i p1 = _mm512_shuffle_epi8(vk_bytes_gather(s1, at), spread);
        __m512i p2 = _mm512_shuffle_epi8(vk_bytes_gather(s2, at), spread);
        __m512i p3 = _mm512_shuffle_epi8(vk_bytes_gather(s3, at), spread);
        VK_DOT(0)
        VK_DOT(1)
        VK_DOT(2)
        VK_DOT(3)
        for (size_t i = 0; i < 4; i++) at[i] += 4 * channels;
      }
      __m512i low = _mm512_packs_epi32(VK_TOTAL(0), VK_TOTAL(1)), high = _mm512_packs_epi32(VK_TOTAL(2), VK_TOTAL(3));
      // A lane held four rows of one pixel; now it holds four pixels of one row.
      __m512i all = _mm512_shuffle_epi8(_mm512_permutexvar_epi32(turn, _mm512_packus_epi16(low, high)), close);
      __m128i lane[4] = {_mm512_castsi512_si128(all), _mm512_extracti32x4_epi32(all, 1), _mm512_extracti32x4_epi32(all, 2),
                         _mm512_extracti32x4_epi32(all, 3)};
      if (channels * (width - x) >= 16) {
        // Bytes past the fourth pixel are this row's next ones, written after these.
        for (size_t j = 0; j < n; j++) _mm_storeu_si128((__m128i *)(out + j * dst_stride), lane[j]);
      } else {
        __mmask16 mask = (__mmask16)((1u << (pixels * channels)) - 1);
        for (size_t j = 0; j < n; j++) _mm_mask_storeu_epi8(out + j * dst_stride, mask, lane[j]);
      }
    }
  }
}
#undef VK_TOTAL
#undef VK_DOT
