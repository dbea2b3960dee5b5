#include "../include/vk_engine_layout.h"

#include "engine_internal.h"

/// Pixels of a tile: whole blocks of sixteen.
enum { PIXELS = 1024 };

#define VK_ENGINE_TRANSPOSE
#define VK_IMPL "layout_impl.h"
#include "engine_tiers.h"

/// Where rows of the map touch, an image is one long row.
static vk_layout flattened(const vk_layout *layout) {
  vk_layout l = *layout;
  if (l.map.row == l.w * l.map.pixel || l.h == 1) {
    l.w *= l.h;
    l.h = 1;
  }
  return l;
}

size_t vk_layout_tiles(const vk_layout *layout) {
  const vk_layout l = flattened(layout);
  return l.batch * l.h * vk_parts(l.w, PIXELS);
}

void vk_layout_to_map(vk_isa isa, const vk_layout *layout, size_t tile_begin, size_t tile_end) {
  const vk_layout l = flattened(layout);
  VK_ENGINE_DISPATCH(isa, convert, &l, true, tile_begin, tile_end)
}

void vk_layout_to_planes(vk_isa isa, const vk_layout *layout, size_t tile_begin, size_t tile_end) {
  const vk_layout l = flattened(layout);
  VK_ENGINE_DISPATCH(isa, convert, &l, false, tile_begin, tile_end)
}
