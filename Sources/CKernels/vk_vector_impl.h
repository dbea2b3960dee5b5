// Loads and stores of sixteen floats, included once a tier. VK_TIER: 0 portable, 1 AVX2, 2 AVX-512.

VK_INLINE vk_f VK_NAME(load)(const float *p) {
  vk_f x;
  memcpy(&x, p, sizeof x);
  return x;
}

VK_INLINE void VK_NAME(store)(float *p, vk_f x) { memcpy(p, &x, sizeof x); }

/// The first `n` (1 to 16) floats, zeros in the other lanes; reads no further.
VK_INLINE vk_f VK_NAME(load_part)(const float *p, size_t n) {
#if VK_TIER == 2
  return (vk_f)_mm512_maskz_loadu_ps((__mmask16)((1u << n) - 1), p);
#elif VK_TIER == 1
  const vk_i mask = vk_lane_numbers < (int32_t)n;
  const __m256 low = _mm256_maskload_ps(p, (__m256i)mask.lo), high = _mm256_maskload_ps(p + 8, (__m256i)mask.hi);
  vk_f x;
  memcpy(&x, &low, sizeof low);
  memcpy((char *)&x + sizeof low, &high, sizeof high);
  return x;
#else
  vk_f x = 0;
  memcpy(&x, p, n * sizeof(float));
  return x;
#endif
}

/// Stores the first `n` (1 to 16) lanes; writes no further.
VK_INLINE void VK_NAME(store_part)(float *p, size_t n, vk_f x) {
#if VK_TIER == 2
  _mm512_mask_storeu_ps(p, (__mmask16)((1u << n) - 1), (__m512)x);
#elif VK_TIER == 1
  const vk_i mask = vk_lane_numbers < (int32_t)n;
  _mm256_maskstore_ps(p, (__m256i)mask.lo, (__m256)x.lo);
  _mm256_maskstore_ps(p + 8, (__m256i)mask.hi, (__m256)x.hi);
#else
  memcpy(p, &x, n * sizeof(float));
#endif
}
