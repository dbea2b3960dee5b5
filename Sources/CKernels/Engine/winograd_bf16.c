#include "../include/vk_engine_bf16.h"

#include <string.h>

#include "winograd_plan.h"

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_ENGINE_BF16
#define VK_IMPL "winograd_impl.h"
#include "engine_tiers.h"

static winograd_plan paired_plan(vk_isa isa, const vk_bf16_winograd *w) {
  winograd_plan p = plan_of(isa, &w->winograd, 2);
  p.rounded_in = w->rounded_in;
  p.rounded_out = w->rounded_out;
  p.rounded_residual = w->rounded_residual && w->winograd.epilogue.residual.data;
  return p;
}

size_t vk_bf16_winograd_packed_count(vk_isa isa, const vk_conv_weights *w) {
  return vk_winograd_packed_count(vk_vector_tier(isa), 4, w) / 2;
}

size_t vk_bf16_winograd_phases(vk_isa isa, const vk_bf16_winograd *w) {
  const winograd_plan p = paired_plan(vk_vector_tier(isa), w);
  return winograd_phases(&p);
}

size_t vk_bf16_winograd_shared(vk_isa isa, const vk_bf16_winograd *w) {
  const winograd_plan p = paired_plan(vk_vector_tier(isa), w);
  return winograd_shared(&p);
}

size_t vk_bf16_winograd_tiles(vk_isa isa, const vk_bf16_winograd *w, size_t phase) {
  const winograd_plan p = paired_plan(vk_vector_tier(isa), w);
  return winograd_tiles(&p, phase);
}

size_t vk_bf16_winograd_workspace(vk_isa isa, const vk_bf16_winograd *w) {
  const winograd_plan p = paired_plan(vk_vector_tier(isa), w);
  return winograd_workspace(&p);
}

void vk_bf16_winograd_run(
    vk_isa isa, const vk_bf16_winograd *w, size_t phase, size_t tile_begin, size_t tile_end, float *shared,
    float *workspace) {
  const vk_isa tier = vk_vector_tier(isa);
  const winograd_plan p = paired_plan(tier, w);
  VK_ENGINE_DISPATCH(tier, winograd_run, &w->winograd, &p, phase, tile_begin, tile_end, shared, workspace)
}
