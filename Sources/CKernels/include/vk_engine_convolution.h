/// Convolution of channels-last maps as an implicit matrix product, and matrix products as its special case.
#ifndef VK_ENGINE_CONVOLUTION_H
#define VK_ENGINE_CONVOLUTION_H

#include "vk_engine.h"

/// Weights as they come: element (group, out, in, y, x) lies at data[group * group_stride + out * out_stride + ...].
/// Strides may be negative (a flipped kernel) or skip taps (a phase of a transposed convolution).
typedef struct {
  size_t groups, out_channels, in_channels;  // channels of one group
  size_t kernel_h, kernel_w;
  const float *data;
  ptrdiff_t group_stride, out_stride, in_stride, y_stride, x_stride;
  const float *scale;  // a factor for each of groups * out_channels (a folded batch norm), or NULL
} vk_conv_weights;

/// Must rise whenever any kernel's packed weights change in order, padding or values, for any tier: packed weights are kept
/// on disk, and those of another version are packed anew.
enum { VK_PACKING_VERSION = 2 };

/// Floats that packed weights take: per group, panels of 32 output channels (16 below AVX-512), each [y][x][in][32]. A
/// last panel with at most 16 channels is 16 wide.
size_t vk_conv_packed_count(vk_isa isa, const vk_conv_weights *weights);
void vk_conv_pack(vk_isa isa, const vk_conv_weights *weights, float *packed);
/// The same in tiles.
size_t vk_conv_pack_tiles(vk_isa isa, const vk_conv_weights *weights);
void vk_conv_pack_run(vk_isa isa, const vk_conv_weights *weights, float *packed, size_t tile_begin, size_t tile_end);

/// Output pixel (y, x), tap (i, j) reads input pixel (y * stride_h + i * dilation_h - pad_top, alike); zero outside.
/// A matrix product [M, K] x [K, N] is batch 1, out_h 1, out_w M with in_channels K and out_channels N. Dilations may
/// be negative; every map may have holes, so that a phase of a transposed convolution is a convolution too.
typedef struct {
  size_t batch, in_h, in_w, out_h, out_w;
  size_t groups, in_channels, out_channels;  // channels of one group
  size_t kernel_h, kernel_w, stride_h, stride_w;
  ptrdiff_t dilation_h, dilation_w, pad_top, pad_left;
  vk_map in, out;         // the output overlaps the input nowhere
  const float *weights;   // packed
  vk_epilogue epilogue;
  const void *ahead;      // what is read next: fetched into the caches along the way; or NULL
  size_t ahead_bytes;
} vk_conv;

size_t vk_conv_tiles(vk_isa isa, const vk_conv *conv);
/// Floats of workspace a thread needs; 64-byte alignment helps.
size_t vk_conv_workspace(vk_isa isa, const vk_conv *conv);
void vk_conv_run(vk_isa isa, const vk_conv *conv, size_t tile_begin, size_t tile_end, float *workspace);

/// Fills in the part of a transposed convolution that writes output rows with (y + pad_top) % stride_h == phase_y and
/// columns alike, as a plain convolution over the rows and columns that it owns. `conv` comes with the geometry, maps
/// and epilogue of the transposed convolution (out[y * stride + i * dilation - pad] += in[y] * w[i], all dilations
/// positive) and `weights` with strides of its data; both leave describing the phase. False where the phase has no
/// output. A phase without taps keeps one, of zeros: its weights then have no data, which packs as zeros.
bool vk_conv_transposed_phase(vk_conv *conv, vk_conv_weights *weights, size_t phase_y, size_t phase_x);

#endif
