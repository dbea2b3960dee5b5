/// Depthwise convolution of channels-last maps: each channel with a kernel of its own.
#ifndef VK_ENGINE_DEPTHWISE_H
#define VK_ENGINE_DEPTHWISE_H

#include "vk_engine.h"

typedef struct {
  size_t batch, channels, in_h, in_w, out_h, out_w;
  size_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  ptrdiff_t pad_top, pad_left;
  vk_map in, out;         // the output overlaps the input nowhere
  const float *weights;   // packed
  vk_epilogue epilogue;
} vk_channelwise;

/// Packed weights are [tap][channels rounded up to 16]; they come as [channels][taps], `scale` (one factor a channel,
/// or NULL) multiplied in.
size_t vk_channelwise_packed_count(size_t channels, size_t taps);
void vk_channelwise_pack(const float *weights, const float *scale, size_t channels, size_t taps, float *packed);

/// No workspace.
size_t vk_channelwise_tiles(vk_isa isa, const vk_channelwise *c);
void vk_channelwise_run(vk_isa isa, const vk_channelwise *c, size_t tile_begin, size_t tile_end);

#endif
