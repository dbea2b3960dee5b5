#include "../include/vk_engine_bf16.h"
#include "weight_gradient_plan.h"

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_ENGINE_TRANSPOSE
#define VK_ENGINE_BF16
#define VK_IMPL "weight_gradient_impl.h"
#include "engine_tiers.h"

void vk_bf16_weight_gradient_run(
    vk_isa isa, const vk_weight_gradient *g, size_t tile_begin, size_t tile_end, float *shared, float *workspace) {
  const vk_isa tier = vk_vector_tier(isa);
  const gradient_plan p = plan_of(tier, g);
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    VK_ENGINE_DISPATCH(tier, gradient_tile, g, &p, tile, shared, workspace)
  }
}
