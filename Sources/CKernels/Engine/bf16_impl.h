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
  return (vk_f)(VK_NAME(bf16)(first) | VK_NAME(bf16)(second) << 16);
}

typedef uint16_t VK_NAME(halves) __attribute__((ext_vector_type(VK_LANES)));

/// Rounds `count` floats.
VK_INLINE void VK_NAME(store_bf16)(uint16_t *to, const float *from, size_t count) {
  for (size_t i = 0; i < count; i += VK_LANES) {
    const size_t some = vk_smaller(count - i, VK_LANES);
    const vk_f x = VK_NAME(load_some)(from + i, some);
    const VK_NAME(halves) h = __builtin_convertvector(VK_NAME(bf16)(x), VK_NAME(halves));
    if (some == VK_LANES) {
      memcpy(to + i, &h, sizeof h);
    } else {
      memcpy(to + i, &h, some * sizeof(uint16_t));
    }
  }
}
