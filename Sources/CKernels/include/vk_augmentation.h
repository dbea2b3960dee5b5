/// Loops over 8-bit images for augmentation. Images are rows of interleaved channels without padding. All tiers give
/// identical bytes: fused products stand where the reference (PyTorch's vectorised CPU kernels) has them, and only
/// there.
#ifndef VK_AUGMENTATION_H
#define VK_AUGMENTATION_H

#include "vk_isa.h"

/// A step of a chain of colour adjustments; bytes are cut to whole numbers after each.
typedef enum {
  VK_COLOR_BRIGHTNESS,  // x * factor
  VK_COLOR_CONTRAST,    // x * factor + mean * rest
  VK_COLOR_SATURATION,  // x * factor + luma * rest
  VK_COLOR_HUE,         // turns the hue by `factor` of a circle
  VK_COLOR_GRAY,        // luma in every channel
} vk_color_kind;

typedef struct {
  vk_color_kind kind;
  float factor, rest, mean;
} vk_color_step;

/// Takes pixels of 1 or 3 channels through the steps, in place or not. Where `luma_sum` is given, the lumas (cut to
/// whole numbers) of the result are added to it, and where `out` is null nothing is written.
void vk_color_chain(vk_isa isa, const uint8_t *in, uint8_t *out, size_t pixels, size_t channels,
                    const vk_color_step *steps, size_t count, uint64_t *luma_sum);

/// One channel of lumas.
void vk_luma(vk_isa isa, const uint8_t *in, uint8_t *out, size_t pixels);

/// (x ^ flips) & mask.
void vk_bits(vk_isa isa, const uint8_t *in, uint8_t *out, size_t n, uint8_t flips, uint8_t mask);
/// 255 - x from `threshold` on.
void vk_solarize(vk_isa isa, const uint8_t *in, uint8_t *out, size_t n, uint8_t threshold);
/// `tables[256 * c + x]`.
void vk_tables(const uint8_t *in, uint8_t *out, size_t pixels, size_t channels, const uint8_t *tables);
/// Adds to `counts[256 * c + x]`.
void vk_histogram(const uint8_t *in, size_t pixels, size_t channels, uint32_t *counts);
/// round(a * wa + b * wb), half to even.
void vk_mix(vk_isa isa, const uint8_t *a, const uint8_t *b, uint8_t *out, size_t n, float wa, float wb);
/// sum += x * weight.
void vk_accumulate(vk_isa isa, const uint8_t *x, float weight, float *sum, size_t n);
/// Cut to whole numbers within 0 to 255.
void vk_cut(vk_isa isa, const float *x, uint8_t *out, size_t n);
/// A row from right to left, of 1, 3 or 4 channels; not in place.
void vk_mirror(vk_isa isa, const uint8_t *in, uint8_t *out, size_t width, size_t channels);
/// Pixels of three channels with their channels in another order: `r`, `g` and `b`, each below 3, are the old ones. Not in place.
void vk_permute(vk_isa isa, const uint8_t *in, uint8_t *out, size_t pixels, unsigned r, unsigned g, unsigned b);
/// x plus noise of the given mean and deviation in levels, cut to whole numbers; clamped, or modulo 256. The noise of
/// byte `first + i` depends on it and the key alone.
void vk_noise(vk_isa isa, const uint8_t *in, uint8_t *out, size_t n, uint64_t key, uint64_t first, float mean,
              float deviation, bool clip);

/// A row between its neighbours, blended away from its blur (5 for the pixel, 1 for each of 8 around, over 13, rounded)
/// by 1 - factor = `rest`. The first and last pixel stay.
void vk_sharpen(vk_isa isa, const uint8_t *above, const uint8_t *row, const uint8_t *below, uint8_t *out, size_t width,
                size_t channels, float rest);
/// One row of a separable filter: `rows` are the input rows of the `tall` vertical weights. Columns beyond the row are
/// `left[i]` (as x) for the `wide / 2` pixels left of it, then as many right of it. `scratch` has room for
/// (width + wide) * channels floats.
void vk_blur(vk_isa isa, const uint8_t *const *rows, const float *down, size_t tall, const float *across, size_t wide,
             const int32_t *beyond, size_t width, size_t channels, float *scratch, uint8_t *out);
/// The same over float rows of one channel.
void vk_blur_floats(vk_isa isa, const float *const *rows, const float *down, size_t tall, const float *across,
                    size_t wide, const int32_t *beyond, size_t width, float *scratch, float *out);

/// Where the pixels of a warped image come from, as PyTorch's grids and grid_sample (corners not aligned) reckon it.
typedef enum {
  VK_WARP_AFFINE,        // 6 coefficients over a centred grid
  VK_WARP_PERSPECTIVE,   // 8: two rows of numerators, then the denominator's
  VK_WARP_DISPLACEMENT,  // the identity plus (dx, dy) in units of half a side
} vk_warp_kind;

typedef struct {
  vk_warp_kind kind;
  float coefficients[8];
  int32_t width, height;          // of the source
  int32_t out_width, out_height;  // of the result
} vk_warp;

/// Source coordinates of row y of the result, in pixels from the middle of the first. `displacement` is the row's
/// pairs.
void vk_warp_row(vk_isa isa, const vk_warp *warp, int32_t y, const float *displacement, float *xs, float *ys);
/// Samples `count` places. Outside of the source is zero, blended over with `fill` (a value a channel) where it is
/// given.
void vk_warp_nearest(vk_isa isa, const uint8_t *src, int32_t width, int32_t height, int32_t channels, const float *xs,
                     const float *ys, size_t count, const uint8_t *fill, uint8_t *out);
void vk_warp_bilinear(vk_isa isa, const uint8_t *src, int32_t width, int32_t height, int32_t channels, const float *xs,
                      const float *ys, size_t count, const float *fill, uint8_t *out);

#endif
