#include "../include/vk_engine_pool.h"

#include "engine_internal.h"

/// Channels of a tile, and output rows: a few large rows, or, where there are few rows, some of their channels.
enum { SOME_CHANNELS = 64, MANY = 32 };
static size_t channels_of(const vk_map_pool *p) {
  return p->batch * p->out_h >= MANY ? vk_larger(p->channels, 1) : SOME_CHANNELS;
}
static size_t rows_of(size_t batch, size_t out_h) { return vk_larger(vk_parts(batch * out_h, MANY), 1); }

/// A source row or column pair and the second one's weight.
typedef struct {
  size_t first, second;
  float weight;
} taps;

static taps taps_of(vk_resample_kind kind, size_t out, size_t in_size, size_t out_size, float step) {
  if (step == 0) step = (float)in_size / (float)out_size;
  if (kind == VK_RESAMPLE_NEAREST) {
    const size_t at = vk_smaller((size_t)((float)out * step), in_size - 1);
    return (taps){at, at, 0};
  }
  float at;
  if (kind == VK_RESAMPLE_BILINEAR_CORNERS) {
    at = out_size > 1 ? (float)out * ((float)(in_size - 1) / (float)(out_size - 1)) : 0;
  } else {
    at = step * ((float)out + 0.5f) - 0.5f;
    if (at < 0) at = 0;
  }
  const size_t first = vk_smaller((size_t)at, in_size - 1);
  const float weight = at - (float)first;
  return (taps){first, vk_smaller(first + 1, in_size - 1), weight > 1 ? 1 : weight};
}

#define VK_IMPL "pool_impl.h"
#include "engine_tiers.h"

size_t vk_map_pool_tiles(const vk_map_pool *p) {
  return vk_parts(p->batch * p->out_h, rows_of(p->batch, p->out_h)) * vk_parts(p->channels, channels_of(p));
}

void vk_map_pool_run(vk_isa isa, const vk_map_pool *p, size_t tile_begin, size_t tile_end) {
  const size_t rows = rows_of(p->batch, p->out_h), channels = channels_of(p), cuts = vk_parts(p->channels, channels);
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    const size_t row = tile / cuts * rows, channel = tile % cuts * channels;
    const size_t row_end = vk_smaller(row + rows, p->batch * p->out_h);
    const size_t channel_end = vk_smaller(channel + channels, p->channels);
    VK_ENGINE_DISPATCH(isa, pool_rows, p, row, row_end, channel, channel_end)
  }
}

/// An image's channels of a tile: windows overlap, so that a tile owns them whole.
enum { OWNED = 64 };

size_t vk_map_pool_gradient_tiles(const vk_map_pool_gradient *g) {
  return g->pool.batch * vk_parts(g->pool.channels, OWNED);
}

void vk_map_pool_gradient_run(vk_isa isa, const vk_map_pool_gradient *g, size_t tile_begin, size_t tile_end) {
  const size_t cuts = vk_parts(g->pool.channels, OWNED);
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    const size_t first = tile % cuts * OWNED, last = vk_smaller(first + OWNED, g->pool.channels);
    VK_ENGINE_DISPATCH(isa, pool_gradient, g, tile / cuts, first, last)
  }
}

size_t vk_map_resample_tiles(const vk_map_resample *r) {
  return vk_parts(r->batch * r->out_h, rows_of(r->batch, r->out_h));
}

void vk_map_resample_run(vk_isa isa, const vk_map_resample *r, size_t tile_begin, size_t tile_end) {
  const size_t rows = rows_of(r->batch, r->out_h), end = vk_smaller(tile_end * rows, r->batch * r->out_h);
  VK_ENGINE_DISPATCH(isa, resample_rows, r, tile_begin * rows, end)
}
