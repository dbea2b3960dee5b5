#include "../include/vk_augmentation.h"

#pragma clang fp contract(off)

#define VK_AUG_INLINE static inline __attribute__((always_inline))

/// Pixels that go through all steps before the next ones: their planes stay in the first-level cache.
enum { VK_COLOR_BLOCK = 1024 };

#define VK_IMPL "Augmentation/color_impl.h"
#include "../vk_variants.h"

void vk_color_chain(vk_isa isa, const uint8_t *in, uint8_t *out, size_t pixels, size_t channels,
                    const vk_color_step *steps, size_t count, uint64_t *luma_sum) {
  VK_DISPATCH(isa, color_chain, in, out, pixels, channels, steps, count, luma_sum);
}

void vk_luma(vk_isa isa, const uint8_t *in, uint8_t *out, size_t pixels) { VK_DISPATCH(isa, luma, in, out, pixels); }
