/// How the adjoint of Winograd convolution by its weights is cut.
#ifndef VK_WINOGRAD_GRADIENT_PLAN_H
#define VK_WINOGRAD_GRADIENT_PLAN_H

#include "../include/vk_engine_gradient.h"
#include "engine_internal.h"

/// How the gradient is cut: tiles of 4 x 4 outputs are transformed a chunk at a time, then multiplied component by
/// component.
typedef struct {
  size_t across, down, tiles;   // of an image, of all
  size_t together;              // tiles of a term: 2 of bf16
  size_t chunk, chunks;         // tiles transformed together
  size_t group;                 // tiles of the first phase's work
  size_t rows, width, panels;   // of output channels; of input channels
  size_t cut, cuts;             // panels of the second phase's work
  size_t a_stride, a_plane;     // of transformed upstream: [component][term][channels]
  size_t b_panel, b_plane;      // of transformed input: [component][panel][term][width]
  size_t c_stride, c_plane;     // of sums: [component][out][in]
  size_t fold;                  // output channels of the last phase's work
} adjoint_plan;

enum { COMPONENTS = 36, TERMS = 192, CHUNK = 1 << 19, LEAST = 128, GROUP = 16 };

/// `together`: tiles of a term, 1 or 2.
static inline adjoint_plan plan_of(vk_isa isa, const vk_weight_gradient *g, size_t together) {
  adjoint_plan p;
  p.across = vk_parts(g->out_w, 4);
  p.down = vk_parts(g->out_h, 4);
  p.tiles = g->batch * p.across * p.down;
  p.width = vk_panel_width(isa);
  p.panels = vk_parts(g->in_channels, p.width);
  p.rows = vk_larger(vk_parts(g->out_channels, vk_larger(vk_parts(g->out_channels, vk_micro_rows(isa)), 1)), 1);
  p.a_stride = (vk_parts(g->out_channels, 16) | 1) * 16;
  p.together = together;
  const size_t floats = COMPONENTS * (p.a_stride + p.panels * p.width);
  const size_t most = vk_larger(CHUNK / floats, LEAST) * together;
  p.chunks = vk_larger(vk_parts(p.tiles, most), 1);
  p.chunk = vk_larger(vk_round_up(vk_parts(p.tiles, p.chunks), GROUP), GROUP);
  p.chunks = vk_larger(vk_parts(p.tiles, p.chunk), 1);
  p.group = GROUP;
  const size_t terms = p.chunk / together;
  p.a_plane = terms * p.a_stride + 16;
  p.b_panel = terms * p.width + 16;
  p.b_plane = p.panels * p.b_panel;
  p.cuts = vk_larger(p.panels / 8, 1);
  p.cut = vk_parts(p.panels, p.cuts);
  p.cuts = vk_parts(p.panels, p.cut);
  p.c_stride = p.panels * p.width + 16;
  p.c_plane = g->out_channels * p.c_stride + 16;
  p.fold = vk_larger(vk_parts(g->out_channels, 64), 1);
  return p;
}

static inline size_t adjoint_tiles(const vk_weight_gradient *g, const adjoint_plan *p, size_t phase) {
  if (phase == 2 * p->chunks) return vk_parts(g->out_channels, p->fold);
  if (phase % 2 == 1) return COMPONENTS * p->cuts;
  const size_t first = phase / 2 * p->chunk;
  return vk_parts(vk_smaller(p->chunk, p->tiles - first), p->group);
}

static inline size_t adjoint_shared(const adjoint_plan *p) { return COMPONENTS * (p->a_plane + p->b_plane + p->c_plane); }

#endif
