#include "../include/vk_engine_depthwise.h"

#include <string.h>

#include "engine_internal.h"

/// Output rows of a tile.
static size_t rows_of(const vk_channelwise *c) { return vk_larger(vk_parts(c->batch * c->out_h, 32), 1); }

#define VK_ENGINE_MATH
#define VK_IMPL "depthwise_impl.h"
#include "engine_tiers.h"

size_t vk_channelwise_packed_count(size_t channels, size_t taps) { return vk_round_up(channels, 16) * taps; }

void vk_channelwise_pack(const float *weights, const float *scale, size_t channels, size_t taps, float *packed) {
  const size_t padded = vk_round_up(channels, 16);
  memset(packed, 0, padded * taps * sizeof(float));
  for (size_t c = 0; c < channels; c++) {
    for (size_t t = 0; t < taps; t++) packed[t * padded + c] = weights[c * taps + t] * (scale ? scale[c] : 1);
  }
}

size_t vk_channelwise_tiles(vk_isa isa, const vk_channelwise *c) {
  (void)isa;
  return vk_parts(c->batch * c->out_h, rows_of(c));
}

void vk_channelwise_run(vk_isa isa, const vk_channelwise *c, size_t tile_begin, size_t tile_end) {
  const size_t rows = rows_of(c), end = vk_smaller(tile_end * rows, c->batch * c->out_h);
  VK_ENGINE_DISPATCH(isa, channelwise_rows, c, tile_begin * rows, end)
}
