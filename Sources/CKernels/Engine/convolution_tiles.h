/// Convolution of bf16 by AMX, for vk_bf16_conv_*. `pairs` counts pairs of channels.
#ifndef VK_CONVOLUTION_TILES_H
#define VK_CONVOLUTION_TILES_H

#include "../include/vk_engine_bf16.h"

size_t vk_tiled_conv_tiles(const vk_conv *pairs);
size_t vk_tiled_conv_workspace(const vk_conv *pairs);
void vk_tiled_conv_run(
    const vk_conv *pairs, bool rounded_out, bool rounded_residual, size_t tile_begin, size_t tile_end, float *workspace);

#endif
