#include "vk_finite.h"

#include <string.h>

#include "vk_targets.h"

#define VK_NAME(f) f##_portable
static
#include "vk_finite_impl.h"
#undef VK_NAME
#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
static
#include "vk_finite_impl.h"
#undef VK_NAME
#pragma clang attribute pop
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
static
#include "vk_finite_impl.h"
#undef VK_NAME
#pragma clang attribute pop
#endif

bool vk_all_finite_f32(vk_isa isa, const float *values, size_t count) {
#if defined(__x86_64__)
  if (isa == VK_ISA_AVX512) return all_finite_f32_avx512(values, count);
  if (isa == VK_ISA_AVX2) return all_finite_f32_avx2(values, count);
#endif
  return all_finite_f32_portable(values, count);
}
