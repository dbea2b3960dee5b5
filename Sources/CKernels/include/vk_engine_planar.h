/// Convolution of planar images [N, C, H, W] of few channels (a first layer) into channels-last maps.
#ifndef VK_ENGINE_PLANAR_H
#define VK_ENGINE_PLANAR_H

#include "vk_engine_convolution.h"

typedef struct {
  size_t batch, in_channels, in_h, in_w, out_h, out_w, out_channels;
  size_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  ptrdiff_t pad_top, pad_left;
  const float *in;
  size_t in_row, in_plane, in_image;  // from a row to the next, from a plane, from an image; pixels touch
  vk_map out;
  const float *weights;  // packed
  vk_epilogue epilogue;
} vk_planar;

/// Floats of packed weights (one group): panels of 32 output channels (16 below AVX-512), each [in][y][x][32].
size_t vk_planar_packed_count(vk_isa isa, const vk_conv_weights *weights);
void vk_planar_pack(vk_isa isa, const vk_conv_weights *weights, float *packed);

size_t vk_planar_tiles(vk_isa isa, const vk_planar *planar);
size_t vk_planar_workspace(vk_isa isa, const vk_planar *planar);
void vk_planar_run(vk_isa isa, const vk_planar *planar, size_t tile_begin, size_t tile_end, float *workspace);

#endif
