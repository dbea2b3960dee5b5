#include "../include/vk_engine_winograd.h"

#include <string.h>

#include "winograd_plan.h"

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

bool vk_winograd_is_late(const vk_winograd *w) {
  const size_t tiles = grid_of(w).tiles, products = w->in_channels * w->out_channels;
  // Few tiles wait for transformed kernels to come; blocks of many have them come again and again; between the two it takes more.
  return w->side == 4 && products >= (tiles <= 32 ? 256 * 256 : tiles < FEW_TILES ? 512 * 1024 : 512 * 512);
}

size_t vk_winograd_phases(vk_isa isa, const vk_winograd *w) {
  const winograd_plan p = plan_of(isa, w, 1);
  return winograd_phases(&p);
}

size_t vk_winograd_shared(vk_isa isa, const vk_winograd *w) {
  const winograd_plan p = plan_of(isa, w, 1);
  return winograd_shared(&p);
}

size_t vk_winograd_tiles(vk_isa isa, const vk_winograd *w, size_t phase) {
  const winograd_plan p = plan_of(isa, w, 1);
  return winograd_tiles(&p, phase);
}

size_t vk_winograd_workspace(vk_isa isa, const vk_winograd *w) {
  const winograd_plan p = plan_of(isa, w, 1);
  return winograd_workspace(&p);
}

void vk_winograd_run(
    vk_isa isa, const vk_winograd *w, size_t phase, size_t tile_begin, size_t tile_end, float *shared,
    float *workspace) {
  const winograd_plan p = plan_of(isa, w, 1);
  VK_ENGINE_DISPATCH(isa, winograd_run, w, &p, phase, tile_begin, tile_end, shared, workspace)
}
