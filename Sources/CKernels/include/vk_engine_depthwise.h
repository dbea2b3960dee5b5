/// Depthwise convolution of channels-last maps: each channel with a kernel of its own.
#ifndef VK_ENGINE_DEPTHWISE_H
#define VK_ENGINE_DEPTHWISE_H

#include "vk_engine_convolution.h"

typedef struct {
  size_t batch, channels, in_h, in_w, out_h, out_w;
  size_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  ptrdiff_t pad_top, pad_left;
  vk_map in, out;         // the output overlaps the input nowhere
  const float *weights;   // packed
  vk_epilogue epilogue;
} vk_channelwise;

/// Packed weights are [tap][channels rounded up to 16], the scale multiplied in; a channel is a group of one.
size_t vk_channelwise_packed_count(size_t channels, size_t taps);
void vk_channelwise_pack(const vk_conv_weights *weights, float *packed);

/// A phase of a transposed depthwise convolution, as vk_conv_transposed_phase fills it in, as a depthwise convolution:
/// its taps, and those of `weights`, in the other order, so that dilations are positive.
vk_channelwise vk_channelwise_of_phase(const vk_conv *phase, vk_conv_weights *weights);

/// No workspace.
size_t vk_channelwise_tiles(vk_isa isa, const vk_channelwise *c);
void vk_channelwise_run(vk_isa isa, const vk_channelwise *c, size_t tile_begin, size_t tile_end);

#endif
