#include "winograd_gradient_plan.h"

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_ENGINE_TRANSPOSE
#define VK_IMPL "winograd_gradient_impl.h"
#include "engine_tiers.h"

size_t vk_winograd_gradient_phases(vk_isa isa, const vk_weight_gradient *g) { return 2 * plan_of(isa, g, 1).chunks + 1; }

size_t vk_winograd_gradient_tiles(vk_isa isa, const vk_weight_gradient *g, size_t phase) {
  const adjoint_plan p = plan_of(isa, g, 1);
  return adjoint_tiles(g, &p, phase);
}

size_t vk_winograd_gradient_shared(vk_isa isa, const vk_weight_gradient *g) {
  const adjoint_plan p = plan_of(isa, g, 1);
  return adjoint_shared(&p);
}

void vk_winograd_gradient_run(
    vk_isa isa, const vk_weight_gradient *g, size_t phase, size_t tile_begin, size_t tile_end, float *shared) {
  const adjoint_plan p = plan_of(isa, g, 1);
  VK_ENGINE_DISPATCH(isa, adjoint_run, g, &p, phase, tile_begin, tile_end, shared)
}
