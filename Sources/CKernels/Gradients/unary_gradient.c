#include <math.h>

#include "../vk_targets.h"
#include "../vk_vector.h"
#include "vk_gradients.h"

typedef void (*vk_gradient_loop)(const float *g, const float *s, float *out, size_t n, float a, float b);

#define VK_NAME(f) f##_portable
#define VK_TIER 0
#include "../vk_vector_impl.h"
#include "../vk_math_impl.h"
#include "unary_gradient_impl.h"
#undef VK_NAME
#undef VK_TIER

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#define VK_TIER 1
#include "../vk_vector_impl.h"
#include "../vk_math_impl.h"
#include "unary_gradient_impl.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#define VK_TIER 2
#include "../vk_vector_impl.h"
#include "../vk_math_impl.h"
#include "unary_gradient_impl.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop
#endif

void vk_unary_gradient(vk_isa isa, vk_unary_function function, const float *upstream, const float *saved, float *out,
                       size_t n, float a, float b) {
#if defined(__x86_64__)
  if (isa == VK_ISA_AVX512) return gradient_avx512[function](upstream, saved, out, n, a, b);
  if (isa == VK_ISA_AVX2) return gradient_avx2[function](upstream, saved, out, n, a, b);
#endif
  gradient_portable[function](upstream, saved, out, n, a, b);
}
