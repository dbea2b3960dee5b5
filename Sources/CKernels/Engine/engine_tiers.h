/// Compiles the file that VK_IMPL names once a tier, with VK_NAME and VK_TIER (0 portable, 1 AVX2, 2 AVX-512) set, over
/// vectors of sixteen lanes. VK_ENGINE_MATH adds the elementary functions and activations; VK_ENGINE_MICRO the tile of
/// the matrix products, VK_ENGINE_TRANSPOSE the square transpose. VK_ENGINE_BF16 makes the
/// tiles sum products of pairs of bf16, each pair in the place of a float, and adds a tier that has instructions for it
/// (VK_TIER 2 and VK_BF16_DOT). System headers must have been included before.
#include "../vk_targets.h"
#include "../vk_vector.h"

// Sanitizers see no loads in assembly.
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer) || \
    __has_feature(undefined_behavior_sanitizer)
#define VK_ENGINE_CHECKED 1
#else
#define VK_ENGINE_CHECKED 0
#endif

#define VK_NAME(f) f##_portable
#define VK_TIER 0
#include "engine_body.h"
#undef VK_NAME
#undef VK_TIER

#if defined(__x86_64__)

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#define VK_TIER 1
#include "engine_body.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#define VK_TIER 2
#include "engine_body.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop

#ifdef VK_ENGINE_BF16
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512_BF16))), apply_to = function)
#define VK_NAME(f) f##_avx512_bf16
#define VK_TIER 2
#define VK_BF16_DOT
#include "engine_body.h"
#undef VK_NAME
#undef VK_TIER
#undef VK_BF16_DOT
#pragma clang attribute pop
#define VK_ENGINE_BF16_CASE(f, ...) case VK_ISA_AVX512_BF16: f##_avx512_bf16(__VA_ARGS__); break;
#else
#define VK_ENGINE_BF16_CASE(f, ...)
#endif

/// Calls the variant of `f` for `isa`.
#define VK_ENGINE_DISPATCH(isa, f, ...)                  \
  switch (isa) {                                         \
    VK_ENGINE_BF16_CASE(f, __VA_ARGS__)                  \
    case VK_ISA_AVX512: f##_avx512(__VA_ARGS__); break;  \
    case VK_ISA_AVX2: f##_avx2(__VA_ARGS__); break;      \
    default: f##_portable(__VA_ARGS__); break;           \
  }

#else

#define VK_ENGINE_DISPATCH(isa, f, ...) \
  switch (isa) {                        \
    default: f##_portable(__VA_ARGS__); \
  }

#endif
