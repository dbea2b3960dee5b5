/// From planes [N, C, H, W] to channels-last maps and back.
#ifndef VK_ENGINE_LAYOUT_H
#define VK_ENGINE_LAYOUT_H

#include "vk_engine.h"

/// `planes` is dense. The map may be a slice.
typedef struct {
  size_t batch, channels, h, w;
  float *planes;
  vk_map map;
} vk_layout;

size_t vk_layout_tiles(const vk_layout *layout);
void vk_layout_to_map(vk_isa isa, const vk_layout *layout, size_t tile_begin, size_t tile_end);
void vk_layout_to_planes(vk_isa isa, const vk_layout *layout, size_t tile_begin, size_t tile_end);

#endif
