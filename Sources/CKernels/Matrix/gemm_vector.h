/// The few vector operations that the matrix and convolution kernels are written in, for one tier: include between the
/// pragmas of vk_targets.h with VK_NAME and VK_LANES (4, 8 or 16) set. `VEC` is a vector of VK_LANES floats; arithmetic
/// is the compiler's own (`a * b + c` contracts to an FMA where the tier has one).
#define VEC VK_NAME(vec)
#define VEC_UNALIGNED VK_NAME(vec_unaligned)
#define ALWAYS_INLINE static inline __attribute__((always_inline, unused))

typedef float VEC __attribute__((ext_vector_type(VK_LANES)));
typedef float VEC_UNALIGNED __attribute__((ext_vector_type(VK_LANES), aligned(4)));

ALWAYS_INLINE VEC VK_NAME(load)(const float *p) { return *(const VEC_UNALIGNED *)p; }
ALWAYS_INLINE void VK_NAME(store)(float *p, VEC v) { *(VEC_UNALIGNED *)p = v; }
ALWAYS_INLINE VEC VK_NAME(splat)(float x) { return (VEC)(x); }

/// Loads lanes lo..<hi; the others are zero and their memory is not touched.
ALWAYS_INLINE VEC VK_NAME(load_lanes)(const float *p, unsigned lo, unsigned hi) {
#if VK_LANES == 16
  return (VEC)_mm512_maskz_loadu_ps((__mmask16)(_bzhi_u32(0xFFFF, hi) >> lo << lo), p);
#elif VK_LANES == 8
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  __m256i mask = _mm256_andnot_si256(
      _mm256_cmpgt_epi32(_mm256_set1_epi32((int)lo), lanes), _mm256_cmpgt_epi32(_mm256_set1_epi32((int)hi), lanes));
  return (VEC)_mm256_maskload_ps(p, mask);
#else
  float lanes[VK_LANES] = {0};
  for (unsigned i = lo; i < hi; i++) lanes[i] = p[i];
  return VK_NAME(load)(lanes);
#endif
}

/// Stores the first `count` lanes.
ALWAYS_INLINE void VK_NAME(store_first)(float *p, VEC v, unsigned count) {
#if VK_LANES == 16
  _mm512_mask_storeu_ps(p, (__mmask16)_bzhi_u32(0xFFFF, count), (__m512)v);
#elif VK_LANES == 8
  const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
  _mm256_maskstore_ps(p, _mm256_cmpgt_epi32(_mm256_set1_epi32((int)count), lanes), (__m256)v);
#else
  for (unsigned i = 0; i < count; i++) p[i] = v[i];
#endif
}

/// Loads lanes lo..<hi from every `stride`-th float.
ALWAYS_INLINE VEC VK_NAME(load_lanes_strided)(const float *p, size_t stride, unsigned lo, unsigned hi) {
#if VK_LANES == 16
  if (stride == 2) {
    const __m512i even = _mm512_setr_epi32(0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
    uint32_t mask = hi > lo ? _bzhi_u32(0xFFFFFFFF, 2 * hi - 1) >> 2 * lo << 2 * lo : 0;
    __m512 low = _mm512_maskz_loadu_ps((__mmask16)mask, p);
    __m512 high = _mm512_maskz_loadu_ps((__mmask16)(mask >> 16), p + 16);
    return (VEC)_mm512_permutex2var_ps(low, even, high);
  }
#endif
  float lanes[VK_LANES] = {0};
  for (unsigned i = lo; i < hi; i++) lanes[i] = p[i * stride];
  return VK_NAME(load)(lanes);
}

/// The sum of the lanes, pairwise.
ALWAYS_INLINE float VK_NAME(sum)(VEC v) {
  float lanes[VK_LANES];
  VK_NAME(store)(lanes, v);
  for (int half = VK_LANES / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  }
  return lanes[0];
}
