/// Vectors of sixteen lanes on every tier (the compiler splits them where registers are narrower), so that the order of
/// additions, and with it the result, depends on no tier's width. Private to the kernels.
#ifndef VK_VECTOR_H
#define VK_VECTOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

// All functions that pass these vectors are inlined, so their calling convention does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define VK_LANES 16
#define VK_INLINE static inline __attribute__((always_inline, unused))

typedef float vk_f __attribute__((ext_vector_type(VK_LANES)));
typedef int32_t vk_i __attribute__((ext_vector_type(VK_LANES)));
typedef uint32_t vk_u __attribute__((ext_vector_type(VK_LANES)));
typedef int64_t vk_l __attribute__((ext_vector_type(VK_LANES)));
typedef double vk_d __attribute__((ext_vector_type(VK_LANES)));

static const vk_i vk_lane_numbers = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};

#endif
