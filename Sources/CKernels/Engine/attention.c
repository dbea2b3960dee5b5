#include "attention_plan.h"

/// What queries, keys and values are of, and how many make a term.
typedef float attention_element;
enum { PAIR = 1 };

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_ENGINE_TRANSPOSE
#define VK_IMPL "attention_impl.h"
#include "engine_tiers.h"

size_t vk_attention_tiles(vk_isa isa, const vk_attention *a) {
  const attention_plan p = plan_of(isa, a, PAIR);
  return tiles_of(&p);
}

size_t vk_attention_workspace(vk_isa isa, const vk_attention *a) {
  const attention_plan p = plan_of(isa, a, PAIR);
  return workspace_of(isa, &p);
}

void vk_attention_run(vk_isa isa, const vk_attention *a, size_t tile_begin, size_t tile_end, float *workspace) {
  const attention_plan p = plan_of(isa, a, PAIR);
  VK_ENGINE_DISPATCH(isa, attention_tiles, a, &p, tile_begin, tile_end, workspace)
}
