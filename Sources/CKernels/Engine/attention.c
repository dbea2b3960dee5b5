#include "../include/vk_engine_rows.h"

#include "engine_internal.h"

/// How attention is cut: a tile packs the keys and values of a head once, for some strips of queries.
typedef struct {
  size_t rows, strips, tile_strips, tiles;  // queries of a strip; strips of a head, of a tile; tiles of a head
  size_t width;                             // columns of a panel
  size_t key_floats, value_floats;          // of packed keys, of packed values
  size_t score_stride, query_stride;
} attention_plan;

/// Strips that share packed keys, and terms of a chain.
enum { STRIPS = 8, TERMS = 256 };

static attention_plan plan_of(vk_isa isa, const vk_attention *a) {
  attention_plan p;
  p.strips = vk_larger(vk_parts(a->queries, vk_micro_rows(isa)), 1);
  p.rows = vk_larger(vk_parts(a->queries, p.strips), 1);
  p.strips = vk_parts(a->queries, p.rows);
  p.tiles = vk_larger(vk_parts(p.strips, STRIPS), 1);
  p.tile_strips = vk_larger(vk_parts(p.strips, p.tiles), 1);
  p.tiles = vk_parts(p.strips, p.tile_strips);
  p.width = vk_panel_width(isa);
  p.key_floats = vk_round_up(a->keys, p.width) * vk_round_up(a->dimension, 16);
  p.value_floats = vk_round_up(a->value_dimension, p.width) * a->keys;
  p.score_stride = vk_round_up(a->keys, 16) + 16;
  p.query_stride = vk_round_up(a->dimension, 16) + 16;
  return p;
}

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_ENGINE_TRANSPOSE
#define VK_IMPL "attention_impl.h"
#include "engine_tiers.h"

size_t vk_attention_tiles(vk_isa isa, const vk_attention *a) { return a->batch * a->heads * plan_of(isa, a).tiles; }

size_t vk_attention_workspace(vk_isa isa, const vk_attention *a) {
  const attention_plan p = plan_of(isa, a);
  return p.key_floats + p.value_floats + p.rows * (p.score_stride + p.query_stride);
}

void vk_attention_run(vk_isa isa, const vk_attention *a, size_t tile_begin, size_t tile_end, float *workspace) {
  const attention_plan p = plan_of(isa, a);
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    VK_ENGINE_DISPATCH(isa, attention_tile, a, &p, tile, workspace)
  }
}
