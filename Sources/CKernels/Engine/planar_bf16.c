#include "../include/vk_engine_bf16.h"

#include <string.h>

#include "planar_plan.h"

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_ENGINE_BF16
#define VK_IMPL "planar_impl.h"
#include "engine_tiers.h"

bool vk_bf16_planar_fits(const vk_conv_weights *w, size_t stride_w, size_t dilation_w) {
  return w->groups == 1 && dilation_w == 1 && stride_w <= 4 &&
         w->in_channels * w->kernel_h * vk_parts(w->kernel_w, 2) <= TERMS;
}

static planar_plan paired_plan(vk_isa isa, const vk_bf16_planar *planar) {
  planar_plan p = plan_of(vk_vector_tier(isa), &planar->planar, true);
  p.rounded = planar->rounded_out;
  if (p.rounded && vk_bounds_of(&planar->planar.epilogue).after) p.held = p.tile_panels * p.width;
  return p;
}

/// The floats of a panel's row: 16 where so few channels are left.
static size_t width_of(size_t panel, size_t channels) { return channels <= 16 ? 16 : panel; }

size_t vk_bf16_planar_packed_count(vk_isa isa, const vk_conv_weights *w) {
  const size_t panel = vk_panel_width(vk_vector_tier(isa)), whole = w->out_channels / panel * panel, rest = w->out_channels - whole;
  return (whole + (rest > 0 ? width_of(panel, rest) : 0)) * w->in_channels * w->kernel_h * vk_parts(w->kernel_w, 2);
}

static float weight(const vk_conv_weights *w, size_t out, size_t in, size_t y, size_t x) {
  const float scale = w->scale ? w->scale[out] : 1;
  return scale * w->data[(ptrdiff_t)out * w->out_stride + (ptrdiff_t)in * w->in_stride + (ptrdiff_t)y * w->y_stride +
                         (ptrdiff_t)x * w->x_stride];
}

void vk_bf16_planar_pack(vk_isa isa, const vk_conv_weights *w, float *packed) {
  const size_t panel = vk_panel_width(vk_vector_tier(isa));
  memset(packed, 0, vk_bf16_planar_packed_count(isa, w) * sizeof(float));
  if (!w->data) return;
  for (size_t first = 0; first < w->out_channels; first += panel) {
    const size_t count = vk_smaller(w->out_channels - first, panel), width = width_of(panel, count);
    for (size_t in = 0; in < w->in_channels; in++) {
      for (size_t y = 0; y < w->kernel_h; y++) {
        for (size_t x = 0; x < w->kernel_w; x += 2, packed += width) {
          float pairs[2][32] = {{0}};
          for (size_t lane = 0; lane < count; lane++) {
            pairs[0][lane] = weight(w, first + lane, in, y, x);
            if (x + 1 < w->kernel_w) pairs[1][lane] = weight(w, first + lane, in, y, x + 1);
          }
          for (size_t lane = 0; lane < width; lane += 16) {
            const vk_f low = load_portable(pairs[0] + lane), high = load_portable(pairs[1] + lane);
            store_portable(packed + lane, bf16_pairs_portable(low, high));
          }
        }
      }
    }
  }
}

size_t vk_bf16_planar_tiles(vk_isa isa, const vk_bf16_planar *planar) {
  const planar_plan p = paired_plan(isa, planar);
  return planar->planar.batch * p.bands * p.panel_tiles;
}

size_t vk_bf16_planar_workspace(vk_isa isa, const vk_bf16_planar *planar) {
  const planar_plan p = paired_plan(isa, planar);
  return workspace_of(&planar->planar, &p);
}

void vk_bf16_planar_run(
    vk_isa isa, const vk_bf16_planar *planar, size_t tile_begin, size_t tile_end, float *workspace) {
  const planar_plan p = paired_plan(isa, planar);
  VK_ENGINE_DISPATCH(vk_vector_tier(isa), planar_tiles, &planar->planar, &p, tile_begin, tile_end, workspace)
}
