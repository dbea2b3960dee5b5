#include "../include/vk_engine_gradient.h"

#include "engine_internal.h"

/// Ranges of output rows; most taps of a kernel row that stay in registers.
enum { PARTS = 32, ROW_TAPS = 8 };

static size_t part_of(const vk_weight_gradient *g) { return vk_larger(vk_parts(g->batch * g->out_h, PARTS), 1); }
static size_t parts_of(const vk_weight_gradient *g) { return vk_parts(g->batch * g->out_h, part_of(g)); }

#define VK_IMPL "channelwise_gradient_impl.h"
#include "engine_tiers.h"

size_t vk_channelwise_gradient_tiles(const vk_weight_gradient *g, size_t phase) {
  return phase == 0 ? parts_of(g) : vk_parts(g->groups, 64);
}

size_t vk_channelwise_gradient_shared(const vk_weight_gradient *g) {
  return parts_of(g) * g->kernel_h * g->kernel_w * vk_round_up(g->groups, 16);
}

void vk_channelwise_gradient_run(
    vk_isa isa, const vk_weight_gradient *g, size_t phase, size_t tile_begin, size_t tile_end, float *shared) {
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    if (phase == 0) {
      VK_ENGINE_DISPATCH(isa, channelwise_sums, g, tile, shared)
      continue;
    }
    const size_t padded = vk_round_up(g->groups, 16), taps = g->kernel_h * g->kernel_w, parts = parts_of(g);
    for (size_t c = tile * 64; c < vk_smaller(tile * 64 + 64, g->groups); c++) {
      for (size_t t = 0; t < taps; t++) {
        float sum = 0;
        for (size_t part = 0; part < parts; part++) sum += shared[(part * taps + t) * padded + c];
        g->out[c * taps + t] = sum;
      }
    }
  }
}
