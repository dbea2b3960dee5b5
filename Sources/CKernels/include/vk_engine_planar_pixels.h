/// Convolution of planar images [N, C, H, W] into channels-last maps of few channels, with neighbouring pixels in a vector's
/// lanes, and the largest values of windows of its result.
#ifndef VK_ENGINE_PLANAR_PIXELS_H
#define VK_ENGINE_PLANAR_PIXELS_H

#include "vk_engine_planar.h"

/// `planar.out_h` and `out_w` are those of the convolution; `planar.out` is a map of out_h / window_h rows and out_w / window_w
/// columns, each the largest of a window (NaN wins). Then the activation is none or a pair of bounds. There is no residual.
typedef struct {
  vk_planar planar;
  size_t window_h, window_w;  // 1 x 1: none
} vk_planar_pixels;

/// Whether this is faster than `vk_planar`, and a pooling after it; by sizes, strides and activation.
bool vk_planar_pixels_fits(const vk_planar_pixels *pixels);

/// Floats of packed weights (one group): blocks of a few output channels, each [in][y][x][block].
size_t vk_planar_pixels_packed_count(const vk_conv_weights *weights);
void vk_planar_pixels_pack(const vk_conv_weights *weights, float *packed);

size_t vk_planar_pixels_tiles(vk_isa isa, const vk_planar_pixels *pixels);
size_t vk_planar_pixels_workspace(vk_isa isa, const vk_planar_pixels *pixels);
void vk_planar_pixels_run(
    vk_isa isa, const vk_planar_pixels *pixels, size_t tile_begin, size_t tile_end, float *workspace);

#endif
