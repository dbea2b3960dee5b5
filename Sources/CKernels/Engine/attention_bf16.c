#include "../include/vk_engine_bf16.h"
#include "attention_plan.h"

/// What queries, keys and values are of, and how many make a term.
typedef uint16_t attention_element;
enum { PAIR = 2 };

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_ENGINE_TRANSPOSE
#define VK_ENGINE_BF16
#define VK_IMPL "attention_impl.h"
#include "engine_tiers.h"

static attention_plan rounded_plan(vk_isa isa, const vk_bf16_attention *a) {
  attention_plan p = plan_of(isa, &a->attention, PAIR);
  p.rounded_out = a->rounded_out;
  return p;
}

size_t vk_bf16_attention_tiles(vk_isa isa, const vk_bf16_attention *a) {
  const attention_plan p = rounded_plan(vk_vector_tier(isa), a);
  return tiles_of(&p);
}

size_t vk_bf16_attention_workspace(vk_isa isa, const vk_bf16_attention *a) {
  const attention_plan p = rounded_plan(vk_vector_tier(isa), a);
  return workspace_of(vk_vector_tier(isa), &p);
}

void vk_bf16_attention_run(
    vk_isa isa, const vk_bf16_attention *a, size_t tile_begin, size_t tile_end, float *workspace) {
  isa = vk_vector_tier(isa);
  const attention_plan p = rounded_plan(isa, a);
  VK_ENGINE_DISPATCH(isa, attention_tiles, &a->attention, &p, tile_begin, tile_end, workspace)
}
