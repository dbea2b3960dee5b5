#include "../include/vk_engine_bf16.h"
#include "../include/vk_engine_winograd.h"

#include "engine_internal.h"

/// Where the taps of a kernel lie: from `first` on, over `span` floats.
typedef struct {
  ptrdiff_t first;
  size_t span;
} tap_span;

static tap_span span_of(const vk_conv_weights *w) {
  const ptrdiff_t y = (ptrdiff_t)(w->kernel_h - 1) * w->y_stride, x = (ptrdiff_t)(w->kernel_w - 1) * w->x_stride;
  const ptrdiff_t low = (y < 0 ? y : 0) + (x < 0 ? x : 0), high = (y > 0 ? y : 0) + (x > 0 ? x : 0);
  return (tap_span){low, (size_t)(high - low + 1)};
}

/// Input channels of a tile.
enum { CHANNELS = 64 };
/// Products of channels above which transformed weights are larger than the second-level cache by far.
enum { PAST = 32 * 1024 };

/// A tile: some input channels of a panel.
typedef struct {
  size_t group, first, count, width;  // output channels; floats of a row
  size_t in_begin, in_end;
  size_t base;                        // where the panel begins, in rows of single floats
} pack_tile;

static size_t cuts_of(const vk_conv_weights *w) { return vk_larger(vk_parts(w->in_channels, CHANNELS), 1); }

static pack_tile tile_of(vk_isa isa, const vk_conv_weights *w, size_t tile) {
  const size_t most = vk_panel_width(isa), panels = vk_parts(w->out_channels, most), cuts = cuts_of(w);
  const size_t rest = w->out_channels % most;
  const size_t columns = w->out_channels - rest + (rest == 0 ? 0 : rest <= 16 ? 16 : most);
  pack_tile t;
  t.group = tile / cuts / panels;
  t.first = tile / cuts % panels * most;
  t.count = vk_smaller(w->out_channels - t.first, most);
  t.width = t.count <= 16 ? 16 : most;
  t.in_begin = tile % cuts * CHANNELS;
  t.in_end = vk_smaller(t.in_begin + CHANNELS, w->in_channels);
  t.base = t.group * columns + t.first;
  return t;
}

#define VK_ENGINE_TRANSPOSE
#define VK_ENGINE_PAIRS
#define VK_IMPL "packing_impl.h"
#include "engine_tiers.h"

size_t vk_conv_pack_tiles(vk_isa isa, const vk_conv_weights *w) {
  return w->groups * vk_parts(w->out_channels, vk_panel_width(isa)) * cuts_of(w);
}

void vk_conv_pack_run(vk_isa isa, const vk_conv_weights *w, float *packed, size_t tile_begin, size_t tile_end) {
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    const pack_tile t = tile_of(isa, w, tile);
    VK_ENGINE_DISPATCH(isa, pack, w, &t, packed)
  }
}

void vk_bf16_conv_pack_run(
    vk_isa isa, const vk_conv_weights *w, float *packed, size_t tile_begin, size_t tile_end) {
  const vk_isa vectors = vk_vector_tier(isa), tier = vectors == VK_ISA_AVX512_BF16 ? VK_ISA_AVX512 : vectors;
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    const pack_tile t = tile_of(isa, w, tile);
    VK_ENGINE_DISPATCH(tier, pack_pairs, w, &t, packed)
  }
}

void vk_conv_pack(vk_isa isa, const vk_conv_weights *w, float *packed) {
  vk_conv_pack_run(isa, w, packed, 0, vk_conv_pack_tiles(isa, w));
}

size_t vk_winograd_pack_tiles(vk_isa isa, size_t side, const vk_conv_weights *w) {
  return side == 4 ? vk_conv_pack_tiles(isa, w) : 1;
}

void vk_winograd_pack_run(
    vk_isa isa, size_t side, bool exact, const vk_conv_weights *w, float *packed, size_t tile_begin, size_t tile_end) {
  if (side != 4) {
    if (tile_begin < tile_end) vk_winograd_pack(isa, side, w, packed);
    return;
  }
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    const pack_tile t = tile_of(isa, w, tile);
    if (exact) {
      VK_ENGINE_DISPATCH(isa, pack_winograd_exactly, w, &t, packed)
    } else {
      VK_ENGINE_DISPATCH(isa, pack_winograd, w, &t, packed)
    }
  }
}

size_t vk_bf16_winograd_pack_tiles(vk_isa isa, const vk_conv_weights *w) {
  return vk_conv_pack_tiles(vk_vector_tier(isa), w);
}

void vk_bf16_winograd_pack_run(
    vk_isa isa, const vk_conv_weights *w, float *packed, size_t tile_begin, size_t tile_end) {
  // No way of AMX's own: its weights lie as vectors want them.
  const vk_isa vectors = vk_vector_tier(isa), tier = vectors == VK_ISA_AVX512_BF16 ? VK_ISA_AVX512 : vectors;
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    const pack_tile t = tile_of(tier, w, tile);
    VK_ENGINE_DISPATCH(tier, pack_winograd_pairs, w, &t, packed)
  }
}
