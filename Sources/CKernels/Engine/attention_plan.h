/// How attention is cut into tiles.
#ifndef VK_ATTENTION_PLAN_H
#define VK_ATTENTION_PLAN_H

#include "../include/vk_engine_rows.h"
#include "engine_internal.h"

/// A tile packs the keys and values of a head once, for some strips of queries.
typedef struct {
  size_t strips, longer, least_rows;  // of a head; so many have a row more than the others
  size_t tile_strips, tiles;          // strips of a tile, tiles of a head
  size_t width;                       // columns of a panel
  size_t score_terms, value_terms;    // of the sums that are scores, of those that are results
  size_t key_floats, value_floats;    // of packed keys, of packed values
  size_t query_stride, score_stride, sum_stride;
  bool rounded_out;                   // results are of bf16
} attention_plan;

/// Most strips that share packed keys where there are many tiles without, tiles that keep some threads busy, terms of a chain.
enum { STRIPS = 8, TILES = 32, TERMS = 256 };

/// Terms are of `pair` elements.
static inline attention_plan plan_of(vk_isa isa, const vk_attention *a, size_t pair) {
  attention_plan p;
  p.strips = vk_larger(vk_parts(a->queries, vk_micro_rows(isa)), 1);
  p.least_rows = a->queries / p.strips;
  p.longer = a->queries - p.least_rows * p.strips;
  const size_t wanted = vk_parts(TILES, vk_larger(a->batch * a->heads, 1));
  p.tile_strips = vk_parts(p.strips, vk_smaller(wanted, vk_parts(p.strips, STRIPS)));
  p.tiles = vk_parts(p.strips, p.tile_strips);
  p.width = vk_panel_width(isa);
  p.score_terms = vk_parts(a->dimension, pair);
  p.value_terms = vk_parts(a->keys, pair);
  p.key_floats = vk_round_up(a->keys, p.width) * p.score_terms;
  p.value_floats = vk_round_up(a->value_dimension, p.width) * p.value_terms;
  // Rows that begin in other sets of the first-level cache.
  p.query_stride = vk_round_up(p.score_terms, 16) + 16;
  p.score_stride = vk_round_up(a->keys, 16) + 16;
  p.sum_stride = vk_round_up(a->value_dimension, 16) + 16;
  p.rounded_out = false;
  return p;
}

/// The first row of a strip. The longer strips come first.
static inline size_t attention_row(const attention_plan *p, size_t strip) {
  return strip * p->least_rows + vk_smaller(strip, p->longer);
}

static inline size_t workspace_of(vk_isa isa, const attention_plan *p) {
  return p->key_floats + p->value_floats + vk_micro_rows(isa) * (p->query_stride + p->score_stride + p->sum_stride);
}

/// A strip: where its rows lie, and what becomes of sums.
typedef struct {
  size_t rows;
  float scale;
  const float *bias, *mask;  // of the first row, or NULL; rows of `keys`
  size_t keys;
  float *most;               // of each row 16 floats: the largest scores
  const float *inverse;      // of each row: what its results are multiplied by
  void *const *out;
  bool rounded_out;
  bool ends;                 // the last chain of a sum
} attention_strip;

#endif
