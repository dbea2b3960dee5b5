#include "vk_copy.h"

#include <string.h>

#include "vk_targets.h"

#define VK_NAME(f) f##_portable
#include "vk_copy_impl.h"
#undef VK_NAME

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#include "vk_copy_impl.h"
#undef VK_NAME
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#include "vk_copy_impl.h"
#undef VK_NAME
#pragma clang attribute pop
#endif

void vk_copy_strided(vk_isa isa, size_t element_size, size_t rank, const int64_t *sizes, const int64_t *source_strides,
                     const int64_t *target_strides, const void *source, void *target) {
#if defined(__x86_64__)
  if (isa == VK_ISA_AVX512) {
    copy_strided_avx512(element_size, rank, sizes, source_strides, target_strides, source, target);
    return;
  }
  if (isa == VK_ISA_AVX2) {
    copy_strided_avx2(element_size, rank, sizes, source_strides, target_strides, source, target);
    return;
  }
#endif
  copy_strided_portable(element_size, rank, sizes, source_strides, target_strides, source, target);
}

void vk_fill(vk_isa isa, size_t element_size, size_t count, const void *value, void *target) {
  if (count == 0) return;
  const int64_t size = (int64_t)count, from = 0, to = 1;
  vk_copy_strided(isa, element_size, 1, &size, &from, &to, value, target);
}
