/// Compiles the file that VK_IMPL names once a tier (see vk_targets.h). Define VK_IMPL, then include this file; system
/// headers must have been included before. No include guard: a file may compile several bodies.
#include "vk_targets.h"

#define VK_NAME(f) f##_portable
#include VK_IMPL
#undef VK_NAME

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#include VK_IMPL
#undef VK_NAME
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#include VK_IMPL
#undef VK_NAME
#pragma clang attribute pop

/// Calls the variant of `f` for `isa`.
#define VK_DISPATCH(isa, f, ...)                          \
  switch (isa) {                                          \
    case VK_ISA_AVX512: f##_avx512(__VA_ARGS__); return;  \
    case VK_ISA_AVX2: f##_avx2(__VA_ARGS__); return;      \
    default: f##_portable(__VA_ARGS__); return;           \
  }

#else

#define VK_DISPATCH(isa, f, ...)                 \
  switch (isa) {                                 \
    default: f##_portable(__VA_ARGS__); return;  \
  }

#endif

#undef VK_IMPL
