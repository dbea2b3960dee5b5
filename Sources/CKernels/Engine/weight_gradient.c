#include "weight_gradient_plan.h"

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_ENGINE_TRANSPOSE
#define VK_IMPL "weight_gradient_impl.h"
#include "engine_tiers.h"

size_t vk_weight_gradient_tiles(vk_isa isa, const vk_weight_gradient *g, size_t phase) {
  const gradient_plan p = plan_of(isa, g);
  return phase == 0 ? g->groups * p.blocks * p.parts : vk_parts(g->groups * g->out_channels, p.group);
}

size_t vk_weight_gradient_shared(vk_isa isa, const vk_weight_gradient *g) {
  const gradient_plan p = plan_of(isa, g);
  return p.parts * p.partial;
}

size_t vk_weight_gradient_workspace(vk_isa isa, const vk_weight_gradient *g) {
  const gradient_plan p = plan_of(isa, g);
  const size_t first = TERMS * (p.a_stride + p.columns) + 2 * (p.columns + 64);
  return vk_larger(first, p.stride);
}

void vk_weight_gradient_run(
    vk_isa isa, const vk_weight_gradient *g, size_t phase, size_t tile_begin, size_t tile_end, float *shared,
    float *workspace) {
  const gradient_plan p = plan_of(isa, g);
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    if (phase == 0) {
      VK_ENGINE_DISPATCH(isa, gradient_tile, g, &p, tile, shared, workspace)
    } else {
      VK_ENGINE_DISPATCH(isa, gradient_finish, g, &p, tile, shared, workspace)
    }
  }
}
