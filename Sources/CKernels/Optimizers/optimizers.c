#include "vk_optimizers.h"

#include "../vk_targets.h"
#include "../vk_vector.h"

#define VK_NAME(f) f##_portable
#define VK_TIER 0
#include "../vk_vector_impl.h"
#include "optimizers_impl.h"
#undef VK_NAME
#undef VK_TIER

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#define VK_TIER 1
#include "../vk_vector_impl.h"
#include "optimizers_impl.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#define VK_TIER 2
#include "../vk_vector_impl.h"
#include "optimizers_impl.h"
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

void vk_sgd_step(vk_isa isa, const vk_sgd *s, float *p, const float *g, float *buffer, ptrdiff_t n) {
  VK_CALL(sgd_step, s, p, g, buffer, n)
}

void vk_adam_step(vk_isa isa, const vk_adam *s, float *p, const float *g, float *mean, float *square, float *largest,
                  ptrdiff_t n) {
  VK_CALL(adam_step, s, p, g, mean, square, largest, n)
}

void vk_rmsprop_step(vk_isa isa, const vk_rmsprop *s, float *p, const float *g, float *square, float *mean,
                     float *buffer, ptrdiff_t n) {
  VK_CALL(rmsprop_step, s, p, g, square, mean, buffer, n)
}

void vk_axpy(vk_isa isa, float a, const float *x, float *y, ptrdiff_t n) { VK_CALL(axpy, a, x, y, n) }

void vk_scale(vk_isa isa, float a, const float *x, float *y, ptrdiff_t n) { VK_CALL(scale, a, x, y, n) }

void vk_lerp(vk_isa isa, float weight, const float *x, float *y, ptrdiff_t n) { VK_CALL(lerp, weight, x, y, n) }

double vk_dot(vk_isa isa, const float *x, const float *y, ptrdiff_t n) { VK_CALL(dot, x, y, n) }
