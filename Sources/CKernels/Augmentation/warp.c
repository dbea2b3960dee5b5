#include <string.h>

#include "../include/vk_augmentation.h"

#pragma clang fp contract(off)
// All functions that pass vectors are inlined, so their calling convention does not matter.
#pragma clang diagnostic ignored "-Wpsabi"

#define VK_AUG_INLINE static inline __attribute__((always_inline))

typedef float vk_f4 __attribute__((ext_vector_type(4)));
typedef uint32_t vk_u4 __attribute__((ext_vector_type(4)));
typedef uint8_t vk_b4 __attribute__((ext_vector_type(4)));
typedef uint8_t vk_b8 __attribute__((ext_vector_type(8)));

/// Places that are reckoned before their pixels are fetched.
enum { VK_WARP_BLOCK = 256 };

#define VK_IMPL "Augmentation/warp_impl.h"
#include "../vk_variants.h"

void vk_warp_row(vk_isa isa, const vk_warp *warp, int32_t y, const float *displacement, float *xs, float *ys) {
  VK_DISPATCH(isa, warp_row, warp, y, displacement, xs, ys);
}

void vk_warp_nearest(vk_isa isa, const uint8_t *src, int32_t width, int32_t height, int32_t channels, const float *xs,
                     const float *ys, size_t count, const uint8_t *fill, uint8_t *out) {
  VK_DISPATCH(isa, warp_nearest, src, width, height, channels, xs, ys, count, fill, out);
}

void vk_warp_bilinear(vk_isa isa, const uint8_t *src, int32_t width, int32_t height, int32_t channels, const float *xs,
                      const float *ys, size_t count, const float *fill, uint8_t *out) {
  VK_DISPATCH(isa, warp_bilinear, src, width, height, channels, xs, ys, count, fill, out);
}
