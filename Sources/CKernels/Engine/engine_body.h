// One tier of an engine kernel: included by engine_tiers.h.
#include "../vk_vector_impl.h"

/// Loads or stores the first `n` lanes, 16 of them or fewer.
VK_INLINE vk_f VK_NAME(load_some)(const float *p, size_t n) {
  return n >= VK_LANES ? VK_NAME(load)(p) : VK_NAME(load_part)(p, n);
}
VK_INLINE void VK_NAME(store_some)(float *p, size_t n, vk_f x) {
  if (n >= VK_LANES) {
    VK_NAME(store)(p, x);
  } else {
    VK_NAME(store_part)(p, n, x);
  }
}

/// Between the bounds; NaN stays NaN.
VK_INLINE vk_f VK_NAME(bound)(vk_f x, vk_f low, vk_f high) {
#if VK_TIER == 2
  // The second operand wins where either is NaN.
  return (vk_f)_mm512_min_ps((__m512)high, _mm512_max_ps((__m512)low, (__m512)x));
#else
  x = x < low ? low : x;
  return x > high ? high : x;
#endif
}

#ifdef VK_ENGINE_MATH
#include "../vk_math_impl.h"
#include "activation_impl.h"
#endif
#ifdef VK_ENGINE_TRANSPOSE
#include "transpose_impl.h"
#endif
#ifdef VK_ENGINE_MICRO
#include "micro_impl.h"
#endif
#ifdef VK_IMPL
#include VK_IMPL
#endif
