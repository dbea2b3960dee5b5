/// How the gradient of a convolution by its weights is cut into tiles.
#ifndef VK_WEIGHT_GRADIENT_PLAN_H
#define VK_WEIGHT_GRADIENT_PLAN_H

#include "../include/vk_engine_gradient.h"
#include "engine_internal.h"

/// How the product of upstream (rows: output channels) and gathered input (columns: taps and input channels) is cut.
typedef struct {
  size_t pixels, depth, taps;
  size_t rows, strips;                  // of a micro-kernel; of a group
  size_t width, panels;                 // columns of a panel; panels of a block of columns
  size_t columns, blocks;               // of a block; blocks of a group
  size_t part, parts;                   // pixels of a range; ranges
  size_t a_stride, stride, partial;     // of copied upstream; of a row of sums; floats of a partial sum
  size_t group;                         // rows of the second phase's tiles
  bool flat;                            // a row of taps is one run of memory
} gradient_plan;

/// Pixels summed between two visits of an element; columns that stay in the second-level cache with them.
enum { TERMS = 192, COLUMNS = 512, LEAST_COLUMNS = 64, TILES = 32, TILE_MACS = 1 << 20, PARTIALS = 2 << 20 };

static inline gradient_plan plan_of(vk_isa isa, const vk_weight_gradient *g) {
  gradient_plan p;
  p.pixels = g->batch * g->out_h * g->out_w;
  p.taps = g->kernel_h * g->kernel_w;
  p.depth = g->in_channels * p.taps;
  p.rows = vk_larger(vk_parts(g->out_channels, vk_larger(vk_parts(g->out_channels, vk_micro_rows(isa)), 1)), 1);
  p.strips = vk_parts(g->out_channels, p.rows);
  p.width = vk_panel_width(isa);
  const double work = (double)p.pixels * (double)p.depth * (double)g->out_channels * (double)g->groups;
  const size_t wanted = work >= (double)TILE_MACS * TILES ? TILES : (size_t)(work / TILE_MACS) + 1;
  p.blocks = vk_larger(vk_parts(p.depth, COLUMNS), 1);
  p.stride = vk_round_up(p.depth, 32) + 16;
  p.partial = g->groups * g->out_channels * p.stride;
  p.parts = vk_parts(wanted, p.blocks * g->groups);
  p.parts = vk_smaller(p.parts, vk_larger(p.pixels / TERMS, 1));
  p.parts = vk_smaller(p.parts, vk_larger(PARTIALS / vk_larger(p.partial, 1), 1));
  const size_t most = vk_larger(p.depth / LEAST_COLUMNS, 1);
  p.blocks = vk_larger(p.blocks, vk_smaller(most, vk_parts(wanted, p.parts * g->groups)));
  p.columns = vk_larger(vk_round_up(vk_parts(p.depth, p.blocks), p.width), p.width);
  p.blocks = vk_parts(p.depth, p.columns);
  p.panels = p.columns / p.width;
  p.part = vk_larger(vk_round_up(vk_parts(p.pixels, p.parts), 16), 16);
  p.parts = vk_larger(vk_parts(p.pixels, p.part), 1);
  // Odd in cache lines, so that rows of A spread over all sets.
  p.a_stride = (vk_parts(g->out_channels, 16) | 1) * 16;
  p.group = vk_larger(vk_parts(g->groups * g->out_channels, 64), 1);
  p.flat = g->groups == 1 && g->in.pixel == g->in_channels && g->dilation_w == 1;
  return p;
}

#endif
