/// How a convolution is cut into tiles.
#ifndef VK_CONVOLUTION_PLAN_H
#define VK_CONVOLUTION_PLAN_H

#include "../include/vk_engine_convolution.h"
#include "engine_internal.h"

typedef struct {
  size_t pixels, depth;       // rows and terms of the matrix product
  size_t rows;                // of a strip: what one micro-kernel computes
  size_t strips;
  // Strips are evened out, as a last one of few rows would take as long as one of many: of the strips of a line, which is a row
  // of pixels or all of them, so many have a row more than the others.
  size_t line, line_strips, longer, least_rows;
  size_t terms;               // summed between two visits of an element: a chain
  size_t width, panels;       // columns of a panel; panels of a group
  size_t tile_panels, tile_strips;
  size_t panel_tiles, strip_tiles;
  bool direct;                // rows of A are read where they lie
  bool split;                 // but those from VK_EARLY_ROWS on: all would meet in one set of the first-level cache
  bool windows;               // strips are parts of a row of pixels and read kernel rows as runs of what lies there or was copied
  size_t run, window;         // terms of a kernel row, floats that a strip reads of a row
  size_t a_stride;            // of gathered rows
  size_t gathered;            // floats of a strip's
  // Of products of bf16: the output and the residual are of bf16; floats of a row of sums that wait to be rounded, or 0.
  bool rounded, rounded_residual;
  size_t held;
} conv_plan;

/// Terms of a chain at most: a strip of A (21 KB) stays in the first-level cache while panels of B stream past.
/// Panels of a tile times the terms stay in the second-level cache, and a tile's weights if they are OWN_FLOATS at most.
enum {
  TERMS = 384, TILED_TERMS = 256, PANEL_FLOATS = 128 * 1024, SUM_FLOATS = 64 * 1024, LIGHT_FLOATS = 128 * 1024,
  OWN_FLOATS = 160 * 1024, TILES = 32, TILE_MACS = 1 << 18, BAND_TERMS = 576
};

/// Whether strips should lie in one row of pixels each, where they share most of what they read: not where rows are so short that
/// strips would leave half of the registers empty. A kernel row is at most a chain.
static inline bool reads_windows(vk_isa isa, const vk_conv *c) {
  const size_t run = c->kernel_w * c->in_channels, most = vk_micro_rows(isa);
  if (isa == VK_ISA_AMX_BF16 || c->groups > 1 || c->dilation_w != 1 || c->kernel_w <= c->stride_w) return false;
  if (run == 0 || run > TERMS || c->kernel_h == 0 || c->stride_w * c->in_channels % 512 == 0) return false;
  return 2 * vk_parts(c->out_w, vk_larger(vk_parts(c->out_w, most), 1)) >= most;
}

static inline conv_plan plan_of(vk_isa isa, const vk_conv *c) {
  conv_plan p;
  p.pixels = c->batch * c->out_h * c->out_w;
  p.depth = c->in_channels * c->kernel_h * c->kernel_w;
  const bool tiled = isa == VK_ISA_AMX_BF16;
  // Taps that lie in a band of the input share most of what they read.
  const bool shared = tiled && c->kernel_h * c->kernel_w > 1 && c->in_channels % 16 == 0 && p.depth <= BAND_TERMS;
  const size_t terms = shared ? BAND_TERMS : tiled ? TILED_TERMS : TERMS;
  const size_t blocks = vk_larger(vk_parts(p.depth, terms), 1), unit = tiled ? 16 : 4;
  p.terms = vk_larger(vk_round_up(vk_parts(p.depth, blocks), unit), unit);
  p.run = c->kernel_w * c->in_channels;
  p.windows = reads_windows(isa, c);
  if (p.windows) p.terms = p.run * vk_parts(c->kernel_h, vk_parts(c->kernel_h, TERMS / p.run));
  p.line = p.windows ? c->out_w : p.pixels;
  p.line_strips = vk_larger(vk_parts(p.line, vk_micro_rows(isa)), 1);
  p.rows = vk_larger(vk_parts(p.line, p.line_strips), 1);
  if (!p.windows) p.line_strips = vk_larger(vk_parts(p.line, p.rows), 1);
  p.least_rows = p.line / p.line_strips;
  p.longer = p.line % p.line_strips;
  p.strips = p.pixels == 0 ? 0 : p.pixels / p.line * p.line_strips;
  p.width = vk_panel_width(isa);
  p.panels = vk_parts(c->out_channels, p.width);
  // Rows that touch each other, where reading them at once does not fill a few sets of the first-level cache only: ten of them
  // leave room in one of twelve lines, the others are copied to where they meet in another one.
  const bool flat = c->in.row == c->out_w * c->in.pixel && (c->batch == 1 || c->in.image == c->out_h * c->in.row);
  const bool lies = c->kernel_h == 1 && c->kernel_w == 1 && c->stride_h == 1 && c->stride_w == 1 && c->pad_top == 0 &&
             c->pad_left == 0 && c->out_h <= c->in_h && c->out_w <= c->in_w && flat;
  p.split = lies && c->in.pixel % 512 == 0 && p.rows > VK_EARLY_ROWS && vk_micro_rows(isa) == VK_MOST_ROWS &&
            vk_isa_cache_ways() >= VK_EARLY_ROWS + 2;
  p.direct = lies && (c->in.pixel % 512 != 0 || p.rows <= 4 || p.split);
  p.a_stride = vk_round_up(p.terms, 16) + 16;
  p.gathered = p.direct ? 0 : p.rows * p.a_stride + 16;
  // Copied rows lie as far apart as the others, from one of 64 lines on.
  if (p.split) p.gathered = (p.rows - VK_EARLY_ROWS) * c->in.pixel + p.a_stride + 1024;
  if (p.windows) {
    p.window = ((p.rows - 1) * c->stride_w + c->kernel_w) * c->in_channels;
    p.gathered = p.terms / p.run * p.window + 16;
  }
  p.rounded = p.rounded_residual = false;
  p.held = 0;
  // As many tiles as keep some threads busy, none too small. Where weights are many, and more than pixels, the channels are cut
  // first, so that weights are read once; else pixels alone, so that a thread finds in its cache what it wrote a step before.
  const double work = (double)p.pixels * (double)p.depth * (double)c->out_channels;
  const double least_work = (double)TILE_MACS * (tiled ? 4 : 1);
  size_t wanted = work >= least_work * TILES ? TILES : (size_t)(work / least_work) + 1;
  if (c->groups > 1) wanted = vk_parts(wanted, c->groups);
  const size_t fitting = vk_larger(PANEL_FLOATS / (p.terms * p.width), 1);
  const size_t weights = p.depth * c->out_channels;
  const bool heavy = weights > p.pixels * c->in_channels && weights > LIGHT_FLOATS;
  const size_t least = vk_parts(p.panels, fitting);
  // Gathering rows or copying some costs up to an eighth of a panel's work, and many rows come from the second-level cache: both
  // should serve a few panels.
  const size_t most_panel_tiles = p.direct && !p.split && p.strips < 8 ? p.panels : vk_larger(p.panels / 4, 1);
  const size_t cut = heavy ? vk_smaller(wanted, most_panel_tiles) : 1;
  p.panel_tiles = vk_larger(vk_smaller(vk_larger(cut, least), p.panels), 1);
  p.tile_panels = vk_larger(vk_parts(p.panels, p.panel_tiles), 1);
  p.panel_tiles = vk_parts(p.panels, p.tile_panels);
  // Sums that wait for their next chain stay in the second-level cache too.
  const size_t wanted_strips = vk_parts(wanted, vk_larger(p.panel_tiles, 1));
  const size_t most = vk_larger(SUM_FLOATS / (p.tile_panels * p.width * p.rows), 1);
  p.tile_strips = vk_larger(vk_parts(p.strips, vk_larger(wanted_strips, 1)), 1);
  // Weights that leave the second-level cache before a tile ends come anew for each: they should serve a few strips. Where
  // strips are few, products of all of them are what hides that weights come from memory.
  if (heavy && (p.strips < 8 || p.tile_panels * p.width * p.depth > OWN_FLOATS)) {
    p.tile_strips = vk_larger(p.tile_strips, vk_smaller(p.strips, 4));
  }
  if (blocks > 1) p.tile_strips = vk_smaller(p.tile_strips, most);
  p.strip_tiles = vk_parts(p.strips, p.tile_strips);
  return p;
}

/// The first row of a strip. The longer strips of a line come first.
static inline size_t row_of_strip(const conv_plan *p, size_t strip) {
  const size_t number = strip % p->line_strips;
  return strip / p->line_strips * p->line + number * p->least_rows + vk_smaller(number, p->longer);
}

/// What comes next, of which each product of a strip and a panel fetches a share.
typedef struct {
  const char *next, *end;
  size_t share;
} conv_ahead;

/// A tile's share, which has so many products a chain.
static inline conv_ahead ahead_of(const vk_conv *c, const conv_plan *p, size_t tile, size_t products) {
  if (!c->ahead) return (conv_ahead){NULL, NULL, 0};
  const size_t tiles = c->groups * p->panel_tiles * p->strip_tiles;
  const size_t from = c->ahead_bytes * tile / tiles, to = c->ahead_bytes * (tile + 1) / tiles;
  const size_t calls = vk_larger(vk_parts(p->depth, p->terms) * products, 1);
  const char *base = (const char *)c->ahead;
  return (conv_ahead){base + from, base + to, vk_round_up(vk_parts(to - from, calls), 64)};
}

static inline void fetch_share(conv_ahead *a) {
  for (size_t i = 0; i < a->share && a->next < a->end; i += 64, a->next += 64) __builtin_prefetch(a->next, 0, 2);
}

/// Columns of a group's last panel; every one before is full.
static inline size_t last_width_of(const vk_conv *c, const conv_plan *p) {
  return c->out_channels - (p->panels - 1) * p->width <= 16 ? 16 : p->width;
}
/// The packed weights of a group.
static inline const float *group_weights(const vk_conv *c, const conv_plan *p, size_t group) {
  return c->weights + group * ((p->panels - 1) * p->width + last_width_of(c, p)) * p->depth;
}

/// Floats of a packed group.
static inline size_t group_count(size_t width, size_t depth, size_t channels) {
  const size_t whole = channels / width * width, rest = channels - whole;
  return (whole + (rest == 0 ? 0 : rest <= 16 ? 16 : width)) * depth;
}

#endif
