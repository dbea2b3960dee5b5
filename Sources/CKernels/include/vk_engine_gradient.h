/// Gradients of convolutions by their weights, from channels-last maps.
///
/// Pixels are cut into ranges by sizes alone; each range gives a partial sum in `shared`, and the last phase adds those in
/// order: same bits on any number of threads. Phases follow each other; tiles of a phase run at once. The gradient is
/// written dense, `[groups * out_channels][in_channels][kernel_h][kernel_w]`.
#ifndef VK_ENGINE_GRADIENT_H
#define VK_ENGINE_GRADIENT_H

#include "vk_engine.h"

/// Output pixel (y, x), tap (i, j) read input pixel (y * stride_h + i * dilation_h - pad_top, alike), zero outside. A
/// matrix product A^T B over rows is batch 1, out_h 1 with a kernel of 1 x 1.
typedef struct {
  size_t batch, in_h, in_w, out_h, out_w;
  size_t groups, in_channels, out_channels;  // channels of one group
  size_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  ptrdiff_t pad_top, pad_left;
  vk_map in, upstream;  // upstream: by the output
  float *out;
} vk_weight_gradient;

/// Two phases.
size_t vk_weight_gradient_tiles(vk_isa isa, const vk_weight_gradient *g, size_t phase);
/// Floats that all threads see, and floats for each thread.
size_t vk_weight_gradient_shared(vk_isa isa, const vk_weight_gradient *g);
size_t vk_weight_gradient_workspace(vk_isa isa, const vk_weight_gradient *g);
void vk_weight_gradient_run(
    vk_isa isa, const vk_weight_gradient *g, size_t phase, size_t tile_begin, size_t tile_end, float *shared,
    float *workspace);

/// The same for kernels of 3 x 3, stride 1, dilation 1 and one group, by the adjoint of Winograd's F(4x4, 3x3).
size_t vk_winograd_gradient_phases(vk_isa isa, const vk_weight_gradient *g);
size_t vk_winograd_gradient_tiles(vk_isa isa, const vk_weight_gradient *g, size_t phase);
size_t vk_winograd_gradient_shared(vk_isa isa, const vk_weight_gradient *g);
void vk_winograd_gradient_run(
    vk_isa isa, const vk_weight_gradient *g, size_t phase, size_t tile_begin, size_t tile_end, float *shared);

/// The same for depthwise convolutions (in_channels and out_channels are 1, groups the channels). Two phases.
size_t vk_channelwise_gradient_tiles(const vk_weight_gradient *g, size_t phase);
size_t vk_channelwise_gradient_shared(const vk_weight_gradient *g);
void vk_channelwise_gradient_run(
    vk_isa isa, const vk_weight_gradient *g, size_t phase, size_t tile_begin, size_t tile_end, float *shared);

#endif
