// One tier of rounding to bf16, to nearest even; NaN stays a quiet NaN.

/// In the low half of each lane.
VK_INLINE vk_u VK_NAME(bf16)(vk_f x) {
#ifdef VK_BF16_DOT
  return (vk_u)_mm512_cvtepu16_epi32((__m256i)_mm512_cvtneps_pbh((__m512)x));
#else
  const vk_u bits = (vk_u)x, rounded = (bits + 0x7fff + (bits >> 16 & 1)) >> 16;
  const vk_u quiet = bits >> 16 | 0x40, is_nan = (vk_u)((bits & 0x7fffffff) > 0x7f800000);
  return (rounded & ~is_nan) | (quiet & is_nan);
#endif
}

/// Pairs of bf16, in the places of floats.
VK_INLINE vk_f VK_NAME(bf16_pairs)(vk_f first, vk_f second) {
#ifdef VK_BF16_DOT
  // One after the other; then element i beside element 16 + i.
  const vk_i beside = vk_lane_numbers | (vk_lane_numbers + 16) << 16;
  return (vk_f)_mm512_permutexvar_epi16((__m512i)beside, (__m512i)_mm512_cvtne2ps_pbh((__m512)second, (__m512)first));
#else
  return (vk_f)(VK_NAME(bf16)(first) | VK_NAME(bf16)(second) << 16);
#endif
}

/// The lanes of one vector and then those of the other as bf16, side by side.
VK_INLINE vk_f VK_NAME(neighbours)(vk_f first, vk_f second) {
#ifdef VK_BF16_DOT
  return (vk_f)_mm512_cvtne2ps_pbh((__m512)second, (__m512)first);
#else
  const vk_u even = (vk_u)__builtin_shufflevector(first, second, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
  const vk_u odd = (vk_u)__builtin_shufflevector(first, second, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
  return VK_NAME(bf16_pairs)((vk_f)even, (vk_f)odd);
#endif
}

typedef uint16_t VK_NAME(halves) __attribute__((ext_vector_type(VK_LANES)));

/// Stores the first `n` lanes, 16 of them or fewer, as bf16.
VK_INLINE void VK_NAME(store_bf16)(uint16_t *to, size_t n, vk_f x) {
#ifdef VK_BF16_DOT
  const __m256i h = (__m256i)_mm512_cvtneps_pbh((__m512)x);
#else
  const VK_NAME(halves) h = __builtin_convertvector(VK_NAME(bf16)(x), VK_NAME(halves));
#endif
  if (n >= VK_LANES) {
    memcpy(to, &h, sizeof h);
  } else {
#if VK_TIER == 2
    _mm256_mask_storeu_epi16(to, (__mmask16)((1u << n) - 1), (__m256i)h);
#else
    memcpy(to, &h, n * sizeof(uint16_t));
#endif
  }
}

/// The first `n` of bf16 as floats, 16 of them or fewer.
VK_INLINE vk_f VK_NAME(load_bf16)(const uint16_t *from, size_t n) {
  VK_NAME(halves) h = 0;
  if (n >= VK_LANES) {
    memcpy(&h, from, sizeof h);
  } else {
#if VK_TIER == 2
    h = (VK_NAME(halves))_mm256_maskz_loadu_epi16((__mmask16)((1u << n) - 1), from);
#else
    memcpy(&h, from, n * sizeof(uint16_t));
#endif
  }
  return (vk_f)(__builtin_convertvector(h, vk_u) << 16);
}
