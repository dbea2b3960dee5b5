/// How a convolution of bf16 is cut for AMX.
#ifndef VK_CONVOLUTION_TILES_PLAN_H
#define VK_CONVOLUTION_TILES_PLAN_H

#include "../include/vk_engine_bf16.h"
#include "convolution_plan.h"

/// Rows of A are read where they lie (1x1), gathered as vectors do, or read from a band: what some output rows read of the
/// input, between margins of zeros, in as many phases of rows and columns as strides are long. Then what two neighbouring
/// outputs read at a tap lies side by side, over the ends of rows too: a strip is so many positions of rows `columns` long, of
/// which those from out_w on are dropped.
typedef struct {
  conv_plan conv;
  bool band;
  size_t columns;           // of a row of positions
  size_t out_rows, bands;   // of a band; of an image
  size_t plane_rows;        // of a phase
  size_t phases_h, phases_w;
  size_t pixel;             // floats from a position to the next
  // Floats of the workspace: A; offsets of A's blocks; what is left of A and of B beside zeros; sums.
  size_t a, offsets, rests, sums;
} tiled_plan;

/// Where the rows of a strip are stored.
typedef struct {
  bool exists[VK_TILE_ROWS];
  float *out[VK_TILE_ROWS];
  uint16_t *rounded[VK_TILE_ROWS];
  const float *residual[VK_TILE_ROWS];
  const uint16_t *rounded_residual[VK_TILE_ROWS];
} tile_rows;

/// Floats of a band, a quarter of the second-level cache of processors with AMX; of a product's sums.
enum { BAND_FLOATS = 128 * 1024, PRODUCT = VK_TILE_ROWS * 32 };

static inline size_t distance_of(ptrdiff_t dilation) { return (size_t)(dilation < 0 ? -dilation : dilation); }

/// Where a tap reads, from the first one that any reads.
static inline size_t reach_of(size_t tap, size_t taps, ptrdiff_t dilation) {
  return (dilation < 0 ? taps - 1 - tap : tap) * distance_of(dilation);
}

/// Whether no tap before reads the same phase.
static inline bool is_first_of_phase(size_t tap, size_t taps, ptrdiff_t dilation, size_t stride) {
  const size_t phase = reach_of(tap, taps, dilation) % stride;
  for (size_t i = 0; i < tap; i++) {
    if (reach_of(i, taps, dilation) % stride == phase) return false;
  }
  return true;
}

/// The number of a tap's phase among those that are read.
static inline size_t phase_of(size_t tap, size_t taps, ptrdiff_t dilation, size_t stride) {
  const size_t phase = reach_of(tap, taps, dilation) % stride;
  size_t number = 0;
  for (size_t i = 0; reach_of(i, taps, dilation) % stride != phase; i++) {
    number += is_first_of_phase(i, taps, dilation, stride);
  }
  return number;
}
static inline size_t phases_of(size_t taps, ptrdiff_t dilation, size_t stride) {
  size_t count = 0;
  for (size_t i = 0; i < taps; i++) count += is_first_of_phase(i, taps, dilation, stride);
  return count;
}

static inline size_t band_floats(const vk_conv *c, const tiled_plan *p, size_t out_rows) {
  const size_t rows = out_rows + (c->kernel_h - 1) * distance_of(c->dilation_h) / c->stride_h;
  return p->phases_h * p->phases_w * rows * p->columns * p->pixel;
}

/// `c` counts pairs of channels.
static inline tiled_plan tiled_plan_of(const vk_conv *c) {
  tiled_plan p = {.conv = plan_of(VK_ISA_AMX_BF16, c), .columns = c->out_w, .out_rows = 1, .phases_h = 1, .phases_w = 1};
  const size_t taps = c->kernel_h * c->kernel_w;
  // A pixel more than a multiple of 1 KB: rows that are read at once spread over the sets of the first-level cache.
  p.pixel = c->in_channels + (c->in_channels % 256 == 0 ? 16 : 0);
  const size_t columns = c->out_w + (c->kernel_w - 1) * distance_of(c->dilation_w) / c->stride_w;
  // No more than two fifths of the positions may be dropped.
  if (taps * c->stride_h * c->stride_w > 1 && c->in_channels > 0 && c->in_channels % 16 == 0 && 5 * c->out_w >= 3 * columns) {
    tiled_plan q = p;
    q.columns = columns;
    q.phases_h = phases_of(c->kernel_h, c->dilation_h, c->stride_h);
    q.phases_w = phases_of(c->kernel_w, c->dilation_w, c->stride_w);
    q.band = true;
    if (band_floats(c, &q, 1) <= BAND_FLOATS) p = q;
  }
  size_t positions = p.conv.tile_strips * p.conv.rows;
  if (p.band) {
    p.conv.direct = false;
    p.out_rows = vk_smaller(vk_larger(positions / p.columns, 2), vk_larger(c->out_h, 1));
    while (p.out_rows > 1 && band_floats(c, &p, p.out_rows) > BAND_FLOATS) p.out_rows--;
    p.bands = vk_parts(c->out_h, p.out_rows);
    p.out_rows = vk_larger(vk_parts(c->out_h, vk_larger(p.bands, 1)), 1);
    p.bands = vk_parts(c->out_h, p.out_rows);
    p.plane_rows = p.out_rows + (c->kernel_h - 1) * distance_of(c->dilation_h) / c->stride_h;
    p.conv.strip_tiles = c->batch * p.bands;
    positions = (p.out_rows - 1) * p.columns + c->out_w;
    p.a = band_floats(c, &p, p.out_rows);
    p.offsets = vk_round_up(p.conv.depth / 16, 16);
  } else {
    p.a = p.conv.direct ? 0 : VK_TILE_ROWS * p.conv.a_stride + 16;
    p.rests = p.conv.depth % 16 == 0 ? 0 : VK_TILE_ROWS * 16 + p.conv.tile_panels * 16 * 32;
  }
  // Sums wait for their next chain.
  p.sums = PRODUCT * (p.conv.depth > p.conv.terms ? vk_parts(positions, VK_TILE_ROWS) * p.conv.tile_panels : 1);
  return p;
}

#endif
