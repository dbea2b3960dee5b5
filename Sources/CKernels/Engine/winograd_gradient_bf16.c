#include "../include/vk_engine_bf16.h"
#include "winograd_gradient_plan.h"

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_ENGINE_TRANSPOSE
#define VK_ENGINE_BF16
#define VK_IMPL "winograd_gradient_impl.h"
#include "engine_tiers.h"

size_t vk_bf16_winograd_gradient_phases(vk_isa isa, const vk_weight_gradient *g) {
  return 2 * plan_of(vk_vector_tier(isa), g, 2).chunks + 1;
}

size_t vk_bf16_winograd_gradient_tiles(vk_isa isa, const vk_weight_gradient *g, size_t phase) {
  const adjoint_plan p = plan_of(vk_vector_tier(isa), g, 2);
  return adjoint_tiles(g, &p, phase);
}

size_t vk_bf16_winograd_gradient_shared(vk_isa isa, const vk_weight_gradient *g) {
  const adjoint_plan p = plan_of(vk_vector_tier(isa), g, 2);
  return adjoint_shared(&p);
}

void vk_bf16_winograd_gradient_run(
    vk_isa isa, const vk_weight_gradient *g, size_t phase, size_t tile_begin, size_t tile_end, float *shared) {
  const vk_isa tier = vk_vector_tier(isa);
  const adjoint_plan p = plan_of(tier, g, 2);
  VK_ENGINE_DISPATCH(tier, adjoint_run, g, &p, phase, tile_begin, tile_end, shared)
}
