#include "../include/vk_augmentation.h"

#pragma clang fp contract(off)

#define VK_AUG_INLINE static inline __attribute__((always_inline))

/// Sums of a row that are made at a time.
enum { VK_BLUR_BLOCK = 1024 };

#define VK_IMPL "Augmentation/filter_impl.h"
#include "../vk_variants.h"

void vk_sharpen(vk_isa isa, const uint8_t *above, const uint8_t *row, const uint8_t *below, uint8_t *out, size_t width,
                size_t channels, float rest) {
  VK_DISPATCH(isa, sharpen, above, row, below, out, width, channels, rest);
}

void vk_blur(vk_isa isa, const uint8_t *const *rows, const float *down, size_t tall, const float *across, size_t wide,
             const int32_t *beyond, size_t width, size_t channels, float *scratch, uint8_t *out) {
  VK_DISPATCH(isa, blur, rows, down, tall, across, wide, beyond, width, channels, scratch, out);
}

void vk_blur_floats(vk_isa isa, const float *const *rows, const float *down, size_t tall, const float *across,
                    size_t wide, const int32_t *beyond, size_t width, float *scratch, float *out) {
  VK_DISPATCH(isa, blur_floats, rows, down, tall, across, wide, beyond, width, scratch, out);
}
