/// How a convolution of planar images is cut into tiles.
#ifndef VK_PLANAR_PLAN_H
#define VK_PLANAR_PLAN_H

#include "../include/vk_engine_planar.h"
#include "engine_internal.h"

/// How a tile sees its input: a band of the rows that some output rows read, each row apart in as many phases as the
/// stride is wide, so that what neighbouring outputs read lies side by side: term p of output column x is at
/// band[offsets[p] + x]. Or, for wide kernels of wide strides (patches), each output pixel's terms are gathered: kernel
/// rows are runs of the image. Of bf16 the pair of columns i * stride + f and the next is in the place of a float, so that the phases of
/// even kernel columns are all that is read; the last column of odd kernels has a phase of its own, beside zeros.
typedef struct {
  size_t depth, terms;
  size_t taps;               // terms of a kernel row
  size_t phases;             // of a row
  size_t columns;            // floats of a phase of a row
  size_t row;                // of a row: all phases
  size_t out_rows, in_rows;  // of a band
  bool gathers;
  size_t a_stride;           // of gathered pixels
  size_t floats;             // of a band
  size_t bands;              // of an image
  size_t rows;               // pixels of a strip
  // Of bf16: the output is so too; floats of a pixel whose activation comes after the store, or 0.
  bool rounded;
  size_t held;
  size_t width, panels, tile_panels, panel_tiles;
} planar_plan;

enum { TERMS = 256, BAND_TILES = 32, HEAVY = 128 * 1024, BAND = 64 * 1024, TILE_WORK = 200 * 1000 };

static inline planar_plan plan_of(vk_isa isa, const vk_planar *c, bool paired) {
  planar_plan p;
  p.taps = paired ? vk_parts(c->kernel_w, 2) : c->kernel_w;
  p.phases = c->stride_w + (paired && c->kernel_w % 2);
  p.rounded = false;
  p.held = 0;
  p.depth = c->in_channels * c->kernel_h * p.taps;
  const size_t blocks = vk_larger(vk_parts(p.depth, TERMS), 1);
  p.terms = vk_larger(vk_parts(p.depth, blocks), 1);
  p.columns = vk_round_up(c->out_w + (c->kernel_w - 1) * c->dilation_w / c->stride_w + 1, 16);
  p.row = p.columns * p.phases;
  p.width = vk_panel_width(isa);
  p.panels = vk_parts(c->out_channels, p.width);
  // Many weights should serve several rows, and be shared out instead.
  const bool heavy = p.depth * c->out_channels > HEAVY;
  p.panel_tiles = heavy ? vk_smaller(p.panels, 4) : 1;
  p.tile_panels = vk_larger(vk_parts(p.panels, p.panel_tiles), 1);
  p.panel_tiles = vk_parts(p.panels, p.tile_panels);
  p.out_rows = vk_larger(vk_parts(c->batch * c->out_h, heavy ? BAND_TILES / 8 : BAND_TILES), 1);
  // Small tiles would spend their time on filling bands.
  const size_t row_work = p.depth * c->out_channels * c->out_w;
  p.out_rows = vk_larger(p.out_rows, vk_smaller(c->out_h, TILE_WORK / vk_larger(row_work, 1)));
  const size_t reach = (c->kernel_h - 1) * c->dilation_h + 1;
  p.gathers = !paired && c->stride_w > 4 && c->kernel_w >= 8 && c->dilation_w == 1;
  p.a_stride = vk_round_up(p.depth, 16) + 16;
  const size_t fitting = BAND / (p.row * c->in_channels);
  const size_t most = fitting > reach ? (fitting - reach) / c->stride_h + 1 : 1;
  p.out_rows = vk_smaller(vk_smaller(p.out_rows, most), vk_larger(c->out_h, 1));
  p.in_rows = (p.out_rows - 1) * c->stride_h + reach;
  p.bands = vk_parts(c->out_h, p.out_rows);
  p.floats = p.gathers ? p.out_rows * c->out_w * p.a_stride : c->in_channels * p.in_rows * p.row;
  p.rows = vk_larger(vk_parts(c->out_w, vk_larger(vk_parts(c->out_w, vk_micro_rows(isa)), 1)), 1);
  return p;
}

/// Floats of a tile's workspace.
static inline size_t workspace_of(const vk_planar *c, const planar_plan *p) {
  return vk_round_up(p->depth, 16) + p->floats + 16 + c->out_w * p->held;
}

#endif
