#include <math.h>
#include <string.h>

#include "../vk_targets.h"
#include "../vk_vector.h"
#include "vk_losses.h"

#define VK_NAME(f) f##_portable
#define VK_TIER 0
#include "../vk_vector_impl.h"
#include "../vk_math_impl.h"
#include "cross_entropy_impl.h"
#undef VK_NAME
#undef VK_TIER

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#define VK_TIER 1
#include "../vk_vector_impl.h"
#include "../vk_math_impl.h"
#include "cross_entropy_impl.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#define VK_TIER 2
#include "../vk_vector_impl.h"
#include "../vk_math_impl.h"
#include "cross_entropy_impl.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop

#define VK_CALL(f, ...)                                   \
  switch (isa) {                                          \
    case VK_ISA_AVX512: return f##_avx512(__VA_ARGS__);   \
    case VK_ISA_AVX2: return f##_avx2(__VA_ARGS__);       \
    default: return f##_portable(__VA_ARGS__);            \
  }
#else
#define VK_CALL(f, ...) \
  (void)isa;            \
  return f##_portable(__VA_ARGS__);
#endif

void vk_cross_entropy_forward(vk_isa isa, const vk_cross_entropy *s, const float *x, const int64_t *targets, ptrdiff_t r,
                              ptrdiff_t first, ptrdiff_t count, float *losses, float *row_weights, float *largest,
                              float *log_sums) {
  VK_CALL(cross_entropy_forward, s, x, targets, r, first, count, losses, row_weights, largest, log_sums)
}

void vk_cross_entropy_backward(vk_isa isa, const vk_cross_entropy *s, const float *upstream, const float *x,
                               const int64_t *targets, const float *largest, const float *log_sums, ptrdiff_t r,
                               ptrdiff_t first, ptrdiff_t count, float *out) {
  VK_CALL(cross_entropy_backward, s, upstream, x, targets, largest, log_sums, r, first, count, out)
}
