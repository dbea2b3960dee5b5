#include "../include/vk_engine_planar.h"

#include <string.h>

#include "planar_plan.h"

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_IMPL "planar_impl.h"
#include "engine_tiers.h"

/// The same weights with the axes [y][x][in] of the packing taken for [in][y][x].
static vk_conv_weights turned(const vk_conv_weights *w) {
  vk_conv_weights t = *w;
  t.kernel_h = w->in_channels;
  t.y_stride = w->in_stride;
  t.kernel_w = w->kernel_h;
  t.x_stride = w->y_stride;
  t.in_channels = w->kernel_w;
  t.in_stride = w->x_stride;
  return t;
}

size_t vk_planar_packed_count(vk_isa isa, const vk_conv_weights *weights) {
  const vk_conv_weights t = turned(weights);
  return vk_conv_packed_count(isa, &t);
}

void vk_planar_pack(vk_isa isa, const vk_conv_weights *weights, float *packed) {
  const vk_conv_weights t = turned(weights);
  vk_conv_pack(isa, &t, packed);
}

size_t vk_planar_tiles(vk_isa isa, const vk_planar *c) {
  const planar_plan p = plan_of(isa, c, false);
  return c->batch * p.bands * p.panel_tiles;
}

size_t vk_planar_workspace(vk_isa isa, const vk_planar *c) {
  const planar_plan p = plan_of(isa, c, false);
  return workspace_of(c, &p);
}

void vk_planar_run(vk_isa isa, const vk_planar *c, size_t tile_begin, size_t tile_end, float *workspace) {
  const planar_plan p = plan_of(isa, c, false);
  VK_ENGINE_DISPATCH(isa, planar_tiles, c, &p, tile_begin, tile_end, workspace)
}
