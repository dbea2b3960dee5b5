#include "../include/vk_engine_winograd.h"

#include <string.h>

#include "engine_internal.h"

/// How a Winograd convolution is cut. Transformed input of a block of tiles: [components][tiles][channels].
typedef struct {
  size_t edge, components;           // side + 2, its square
  size_t across, down, tiles;        // tiles of an image, of all
  size_t block, blocks;              // tiles transformed together
  size_t channels;                   // floats of a transformed pixel
  size_t plane;                      // floats of a component of a block
  size_t width, panels;              // columns of a panel of weights; panels
  size_t sum_plane;                  // floats of a component of the products of a block and a panel
  size_t group;                      // tiles of the first of two phases' work
  bool apart;                        // two phases
} winograd_plan;

/// FEW_TILES: fewer are transformed in a phase of their own, since panels must be shared out too. OWN: floats of
/// weights that stay in the second-level cache while blocks pass. SHARED: most floats that two phases may share.
enum { TERMS = 256, FEW_TILES = 112, OWN = 160 * 1024, SHARED = 2 << 20 };

static winograd_plan plan_of(vk_isa isa, const vk_winograd *w) {
  winograd_plan p;
  p.edge = w->side + 2;
  p.components = p.edge * p.edge;
  p.across = vk_parts(w->out_w, w->side);
  p.down = vk_parts(w->out_h, w->side);
  p.tiles = w->batch * p.across * p.down;
  p.width = vk_panel_width(isa);
  p.panels = vk_parts(w->out_channels, p.width);
  p.channels = vk_round_up(w->in_channels, 16);
  // Rows a multiple of 1 KB apart would share few sets of the first-level cache.
  if (p.channels % 256 == 0) p.channels += 16;
  const size_t weights = p.components * w->in_channels * w->out_channels;
  const size_t rows = vk_micro_rows(isa);
  p.apart = p.tiles < FEW_TILES && p.components * p.tiles * p.channels <= SHARED;
  // Weights that come from afar should serve more tiles, as long as there are blocks enough to share out.
  const bool far = weights > OWN && p.tiles >= 32 * rows;
  // Few panels are shared out with smaller blocks.
  size_t block = p.apart ? vk_larger(vk_smaller(p.panels, 8), 1) * rows : far ? 2 * rows : rows;
  p.blocks = vk_larger(vk_parts(p.tiles, block), 1);
  // As even as can be, in whole strips.
  block = vk_parts(p.tiles, p.blocks);
  const size_t strips = vk_larger(vk_parts(block, rows), 1);
  p.block = vk_larger(vk_parts(block, strips) * strips, 1);
  p.blocks = vk_parts(p.tiles, p.block);
  p.plane = p.block * p.channels + 16;
  p.sum_plane = p.block * p.width + 16;
  p.group = vk_larger(vk_parts(p.tiles, 32), 1);
  return p;
}

static size_t block_floats(const winograd_plan *p) { return p->components * p->plane; }

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_IMPL "winograd_impl.h"
#include "engine_tiers.h"

/// The weights' transform: rows of [p^0, p^1, p^2] / product of (p - q) over the other points q.
static const double points_2[4][3] = {{1, 0, 0}, {0.5, 0.5, 0.5}, {0.5, -0.5, 0.5}, {0, 0, 1}};
#define HALF_ROOT 0.70710678118654752440
#define ROOT 1.41421356237309504880
static const double points_4[6][3] = {
    {1, 0, 0},
    {-1 / 1.5, -HALF_ROOT / 1.5, -0.5 / 1.5},
    {-1 / 1.5, HALF_ROOT / 1.5, -0.5 / 1.5},
    {1 / 6.0, ROOT / 6, 2 / 6.0},
    {1 / 6.0, -ROOT / 6, 2 / 6.0},
    {0, 0, 1},
};

size_t vk_winograd_packed_count(vk_isa isa, size_t side, const vk_conv_weights *w) {
  const size_t width = vk_panel_width(isa), rest = w->out_channels % width;
  const size_t columns = w->out_channels - rest + (rest == 0 ? 0 : rest <= 16 ? 16 : width);
  return (side + 2) * (side + 2) * w->in_channels * columns;
}

void vk_winograd_pack(vk_isa isa, size_t side, const vk_conv_weights *w, float *packed) {
  const size_t most = vk_panel_width(isa), edge = side + 2;
  const double (*points)[3] = side == 4 ? points_4 : points_2;
  memset(packed, 0, vk_winograd_packed_count(isa, side, w) * sizeof(float));
  for (size_t out = 0; out < w->out_channels; out++) {
    const size_t first = out / most * most, width = w->out_channels - first <= 16 ? 16 : most;
    const double scale = w->scale ? w->scale[out] : 1;
    float *panel = packed + first * edge * edge * w->in_channels + (out - first);
    for (size_t in = 0; in < w->in_channels; in++) {
      const float *kernel = w->data + (ptrdiff_t)out * w->out_stride + (ptrdiff_t)in * w->in_stride;
      double half[6][3];
      for (size_t i = 0; i < edge; i++) {
        for (int x = 0; x < 3; x++) {
          half[i][x] = 0;
          for (int y = 0; y < 3; y++) half[i][x] += points[i][y] * kernel[y * w->y_stride + x * w->x_stride];
        }
      }
      for (size_t i = 0; i < edge; i++) {
        for (size_t j = 0; j < edge; j++) {
          double sum = 0;
          for (int x = 0; x < 3; x++) sum += half[i][x] * points[j][x];
          panel[((i * edge + j) * w->in_channels + in) * width] = (float)(sum * scale);
        }
      }
    }
  }
}

size_t vk_winograd_phases(vk_isa isa, const vk_winograd *w) { return plan_of(isa, w).apart ? 2 : 1; }

size_t vk_winograd_shared(vk_isa isa, const vk_winograd *w) {
  const winograd_plan p = plan_of(isa, w);
  return p.apart ? p.blocks * block_floats(&p) : 0;
}

size_t vk_winograd_tiles(vk_isa isa, const vk_winograd *w, size_t phase) {
  const winograd_plan p = plan_of(isa, w);
  if (!p.apart) return phase == 0 ? p.blocks : 0;
  return phase == 0 ? vk_parts(p.tiles, p.group) : phase == 1 ? p.blocks * p.panels : 0;
}

size_t vk_winograd_workspace(vk_isa isa, const vk_winograd *w) {
  const winograd_plan p = plan_of(isa, w);
  return p.components * p.sum_plane + (p.apart ? 0 : block_floats(&p));
}

void vk_winograd_run(
    vk_isa isa, const vk_winograd *w, size_t phase, size_t tile_begin, size_t tile_end, float *shared,
    float *workspace) {
  const winograd_plan p = plan_of(isa, w);
  VK_ENGINE_DISPATCH(isa, winograd_run, w, &p, phase, tile_begin, tile_end, shared, workspace)
}
