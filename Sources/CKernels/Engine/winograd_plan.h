/// How Winograd's convolution is cut.
#ifndef VK_WINOGRAD_PLAN_H
#define VK_WINOGRAD_PLAN_H

#include "../include/vk_engine_winograd.h"
#include "engine_internal.h"

/// How a Winograd convolution is cut. Transformed input of a block of tiles: [components][tiles][channels].
typedef struct {
  size_t edge, components;           // side + 2, its square
  size_t across, down, tiles;        // as of the grid
  size_t block, blocks;              // tiles transformed together
  size_t terms;                      // of a sum: input channels, or pairs of them
  size_t chunk;                      // terms that are multiplied before the next ones
  size_t channels;                   // floats of a transformed pixel
  size_t plane;                      // floats of a component of a block
  size_t width, panels;              // columns of a panel of weights; panels
  size_t sum_plane;                  // floats of a component of the products of a block and a panel
  size_t kernel_plane;               // floats of a component of a chunk's transformed kernels, 0 where they come transformed
  size_t group;                      // tiles of the first of two phases' work
  bool apart;                        // two phases
  bool fetched;                      // maps are fetched ahead of their use
  // Of products of bf16: what is of bf16 besides the factors.
  bool rounded_in, rounded_out, rounded_residual;
} winograd_plan;

/// TERMS: most of a chunk. LATE_TERMS, LATE_STRIPS: most of a chunk's terms and, in one phase, of a block's strips where
/// kernels are transformed late: a chunk's fit the second-level cache, and the block repays their transform. FEW_TILES: fewer are
/// transformed in a phase of their own, since panels must be shared out too. OWN: floats of weights that stay in the
/// second-level cache while blocks pass. SHARED: most floats that two phases may share. BLOCK: most floats of a late
/// block's planes. NEAR: floats of maps that the second-level cache still holds from the layer before.
enum {
  TERMS = 256,
  LATE_TERMS = 128,
  LATE_STRIPS = 4,
  FEW_TILES = 112,
  OWN = 160 * 1024,
  SHARED = 2 << 20,
  BLOCK = 5 << 19,
  NEAR = 512 * 1024
};

/// Tiles of outputs: across and down a phase, of all; an image has dilation x dilation phases.
typedef struct {
  size_t across, down, tiles;
} winograd_grid;

static inline winograd_grid grid_of(const vk_winograd *w) {
  winograd_grid g;
  g.across = vk_parts(vk_parts(w->out_w, w->dilation), w->side);
  g.down = vk_parts(vk_parts(w->out_h, w->dilation), w->side);
  g.tiles = w->batch * w->dilation * w->dilation * g.across * g.down;
  return g;
}

/// `pair`: input channels of a term, 1 or 2.
static inline winograd_plan plan_of(vk_isa isa, const vk_winograd *w, size_t pair) {
  winograd_plan p;
  p.edge = w->side + 2;
  p.components = p.edge * p.edge;
  const winograd_grid grid = grid_of(w);
  p.across = grid.across;
  p.down = grid.down;
  p.tiles = grid.tiles;
  p.width = vk_panel_width(isa);
  p.panels = vk_parts(w->out_channels, p.width);
  p.terms = w->in_channels / pair;
  p.channels = vk_round_up(w->in_channels, 16) / pair;
  // Rows a multiple of 1 KB apart would share few sets of the first-level cache.
  if (p.channels % 256 == 0) p.channels += 16;
  const bool late = w->late && pair == 1 && w->side == 4;
  const size_t weights = p.components * p.terms * w->out_channels;
  const size_t rows = vk_micro_rows(isa);
  p.apart = p.tiles < FEW_TILES && p.components * p.tiles * p.channels <= (late ? 2 * SHARED : SHARED);
  // Weights that come from afar should serve more tiles, as long as there are blocks enough to share out.
  const bool far = weights > OWN && p.tiles >= 32 * rows;
  // Kernels that are transformed anew for every block should serve many tiles.
  const size_t most = vk_larger(vk_smaller(BLOCK / (p.components * p.channels * rows), LATE_STRIPS), 1);
  // Few panels are shared out with smaller blocks.
  size_t block = (p.apart ? vk_larger(vk_smaller(p.panels, 8), 1) : late ? most : far ? 2 : 1) * rows;
  p.blocks = vk_larger(vk_parts(p.tiles, block), 1);
  // A few large ones for two, four or eight threads.
  if (late && !p.apart && p.blocks < 8) p.blocks = vk_round_up(p.blocks, 2);
  // As even as can be, in whole strips.
  block = vk_parts(p.tiles, p.blocks);
  const size_t strips = vk_larger(vk_parts(block, rows), 1);
  p.block = vk_larger(vk_parts(block, strips) * strips, 1);
  p.blocks = vk_parts(p.tiles, p.block);
  p.plane = p.block * p.channels + 16;
  p.sum_plane = p.block * p.width + 16;
  p.chunk = vk_larger(vk_smaller(p.terms, late ? LATE_TERMS : TERMS), 1);
  p.kernel_plane = late ? p.chunk * p.width + 16 : 0;
  p.group = vk_larger(vk_parts(p.tiles, 32), 1);
  p.fetched = !p.apart && w->batch * (w->in_h * w->in_w * w->in_channels + w->out_h * w->out_w * w->out_channels) > NEAR;
  p.rounded_in = p.rounded_out = p.rounded_residual = false;
  return p;
}

static inline size_t block_floats(const winograd_plan *p) { return p->components * p->plane; }

static inline size_t winograd_phases(const winograd_plan *p) { return p->apart ? 2 : 1; }

static inline size_t winograd_shared(const winograd_plan *p) { return p->apart ? p->blocks * block_floats(p) : 0; }

static inline size_t winograd_tiles(const winograd_plan *p, size_t phase) {
  if (!p->apart) return phase == 0 ? p->blocks : 0;
  return phase == 0 ? vk_parts(p->tiles, p->group) : phase == 1 ? p->blocks * p->panels : 0;
}

static inline size_t winograd_workspace(const winograd_plan *p) {
  return p->components * (p->sum_plane + p->kernel_plane) + (p->apart ? 0 : block_floats(p));
}

#endif
