#include "vk_unary.h"

#include <math.h>

#include "vk_targets.h"
#include "vk_vector.h"

typedef void (*vk_unary_loop)(const float *in, float *out, size_t n, float a, float b);

#define VK_NAME(f) f##_portable
#define VK_TIER 0
#include "vk_vector_impl.h"
#include "vk_math_impl.h"
#include "vk_unary_impl.h"
#undef VK_NAME
#undef VK_TIER

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#define VK_TIER 1
#include "vk_vector_impl.h"
#include "vk_math_impl.h"
#include "vk_unary_impl.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#define VK_TIER 2
#include "vk_vector_impl.h"
#include "vk_math_impl.h"
#include "vk_unary_impl.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop
#endif

void vk_unary_f32(vk_isa isa, vk_unary_function function, const float *x, float *y, size_t n, float a, float b) {
#if defined(__x86_64__)
  if (isa == VK_ISA_AVX512) return unary_avx512[function](x, y, n, a, b);
  if (isa == VK_ISA_AVX2) return unary_avx2[function](x, y, n, a, b);
#endif
  unary_portable[function](x, y, n, a, b);
}

// Integers are rare: one loop for every tier, which the compiler vectorises for the base instruction set.
#define VK_EACH(expression)                              \
  for (size_t i = 0; i < n; i++) y[i] = (expression);    \
  return;

#define VK_UNARY_INTEGER(T, U)                                  \
  (void)isa;                                                    \
  switch (function) {                                           \
    case VK_NEGATE: VK_EACH((T)(0 - (U)x[i]))                   \
    case VK_ABS: VK_EACH(x[i] < 0 ? (T)(0 - (U)x[i]) : x[i])    \
    case VK_SIGN: VK_EACH((x[i] > 0) - (x[i] < 0))              \
    case VK_SQUARE: VK_EACH((T)((U)x[i] * (U)x[i]))             \
    case VK_RELU: VK_EACH(x[i] < 0 ? 0 : x[i])                  \
    case VK_CLAMP:                                              \
      for (size_t i = 0; i < n; i++) {                          \
        const T raised = x[i] < a ? a : x[i];                   \
        y[i] = raised > b ? b : raised;                         \
      }                                                         \
      return;                                                   \
    default: return;                                            \
  }

void vk_unary_i32(vk_isa isa, vk_unary_function function, const int32_t *x, int32_t *y, size_t n, int32_t a, int32_t b) {
  VK_UNARY_INTEGER(int32_t, uint32_t)
}

void vk_unary_i64(vk_isa isa, vk_unary_function function, const int64_t *x, int64_t *y, size_t n, int64_t a, int64_t b) {
  VK_UNARY_INTEGER(int64_t, uint64_t)
}

void vk_classify_f32(vk_isa isa, vk_float_class class_, const float *x, uint8_t *y, size_t n) {
  (void)isa;
  switch (class_) {
    case VK_IS_NAN: VK_EACH(x[i] != x[i])
    case VK_IS_INFINITE: VK_EACH(fabsf(x[i]) == INFINITY)
    case VK_IS_FINITE: VK_EACH(fabsf(x[i]) < INFINITY)
  }
}

void vk_logical_not(vk_isa isa, const uint8_t *x, uint8_t *y, size_t n) {
  (void)isa;
  VK_EACH(x[i] == 0)
}
