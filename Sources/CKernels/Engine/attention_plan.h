/// How attention is cut into tiles.
#ifndef VK_ATTENTION_PLAN_H
#define VK_ATTENTION_PLAN_H

#include "../include/vk_engine_rows.h"
#include "engine_internal.h"

/// A part packs the keys and values of a head once, for some strips of queries; a tile is some parts.
typedef struct {
  size_t strips, longer, least_rows;  // of a head; so many have a row more than the others
  size_t part_strips, head_parts;     // strips of a part, parts of a head
  size_t parts, tile_parts;           // of all heads, of a tile
  size_t width;                       // columns of a panel
  size_t score_terms, value_terms;    // of the sums that are scores, of those that are results
  size_t key_floats, value_floats;    // of packed keys, of packed values
  size_t query_stride, score_stride, sum_stride;
  bool rounded_out;                   // results are of bf16
} attention_plan;

/// Strips that are worth packing keys for, tiles that keep some threads busy, terms of a chain.
enum { STRIPS = 8, TILES = 32, TERMS = 256 };

/// Terms are of `pair` elements.
static inline attention_plan plan_of(vk_isa isa, const vk_attention *a, size_t pair) {
  attention_plan p;
  p.strips = vk_larger(vk_parts(a->queries, vk_micro_rows(isa)), 1);
  p.least_rows = a->queries / p.strips;
  p.longer = a->queries - p.least_rows * p.strips;
  // Where heads are few they are cut; where they are many, a tile of some fetches what the next one reads.
  const size_t heads = vk_larger(a->batch * a->heads, 1);
  p.part_strips = vk_parts(p.strips, vk_smaller(vk_parts(TILES, heads), vk_parts(p.strips, STRIPS)));
  p.head_parts = vk_parts(p.strips, p.part_strips);
  p.parts = a->queries > 0 ? a->batch * a->heads * p.head_parts : 0;
  p.tile_parts = vk_larger(p.parts / TILES, 1);
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

static inline size_t tiles_of(const attention_plan *p) { return vk_parts(p->parts, p->tile_parts); }

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
