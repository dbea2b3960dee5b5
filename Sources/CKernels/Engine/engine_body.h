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

/// The sum and the largest of all lanes, in a fixed order.
VK_INLINE float VK_NAME(sum_of)(vk_f v) {
#if VK_TIER == 2
  return _mm512_reduce_add_ps((__m512)v);
#else
  float lanes[VK_LANES];
  VK_NAME(store)(lanes, v);
  for (int half = VK_LANES / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  }
  return lanes[0];
#endif
}
VK_INLINE float VK_NAME(most_of)(vk_f v) {
#if VK_TIER == 2
  return _mm512_reduce_max_ps((__m512)v);
#else
  float lanes[VK_LANES];
  VK_NAME(store)(lanes, v);
  float most = lanes[0];
  for (int i = 1; i < VK_LANES; i++) most = lanes[i] > most ? lanes[i] : most;
  return most;
#endif
}

#ifdef VK_ENGINE_MATH
#include "../vk_math_impl.h"
#include "activation_impl.h"
#endif
#ifdef VK_ENGINE_TRANSPOSE
#include "transpose_impl.h"
#endif
#if defined(VK_ENGINE_BF16) || defined(VK_ENGINE_PAIRS)
#include "bf16_impl.h"
#endif
#ifdef VK_ENGINE_MICRO
#include "micro_impl.h"
#endif
#ifdef VK_IMPL
#include VK_IMPL
#endif
#ifdef VK_ENGINE_MICRO
#undef VK_EACH_ROWS
#undef VK_VECTORS
#undef VK_ROWS
#endif
