#include "../include/vk_engine_planar_pixels.h"

#include <string.h>

#include "planar_pixels_plan.h"

#define VK_ENGINE_MATH
#define VK_ENGINE_TRANSPOSE
#define VK_IMPL "planar_pixels_impl.h"
#include "engine_tiers.h"

bool vk_planar_pixels_fits(const vk_planar_pixels *pixels) {
  const vk_planar *c = &pixels->planar;
  const size_t places = pixels->window_h * pixels->window_w, stride = c->stride_w * pixels->window_w;
  const bool pools = places > 1;
  if (c->in_channels * c->kernel_h * c->kernel_w > MOST_TERMS) return false;
  // Rows are split into phases by vectors where there are one, two or four.
  if (places > 16 || (stride != 1 && stride != 2 && stride != 4)) return false;
  if (pools && vk_bounds_of(&c->epilogue).after) return false;
  // Vectors of sums of a row of results whose lanes are pixels, or channels. Where these are a single vector, each product of the
  // other kernel loads a factor; and pooling would be a pass of its own.
  const size_t width = c->out_w / pixels->window_w, own = c->out_channels * vk_parts(width, LANES);
  const size_t other = width * vk_parts(c->out_channels, LANES);
  return own < other || (own == other && (pools || c->out_channels <= LANES));
}

size_t vk_planar_pixels_packed_count(const vk_conv_weights *w) {
  return w->out_channels * w->in_channels * w->kernel_h * w->kernel_w;
}

void vk_planar_pixels_pack(const vk_conv_weights *w, float *packed) {
  const size_t block = block_of(w->out_channels);
  for (size_t first = 0; first < w->out_channels; first += block) {
    const size_t end = vk_smaller(first + block, w->out_channels);
    for (size_t in = 0; in < w->in_channels; in++) {
      for (size_t y = 0; y < w->kernel_h; y++) {
        for (size_t x = 0; x < w->kernel_w; x++) {
          for (size_t out = first; out < end; out++) {
            const ptrdiff_t at = (ptrdiff_t)out * w->out_stride + (ptrdiff_t)in * w->in_stride +
                                 (ptrdiff_t)y * w->y_stride + (ptrdiff_t)x * w->x_stride;
            *packed++ = w->data[at] * (w->scale ? w->scale[out] : 1);
          }
        }
      }
    }
  }
}

size_t vk_planar_pixels_tiles(vk_isa isa, const vk_planar_pixels *pixels) {
  return pixels->planar.batch * plan_of(isa, pixels).bands;
}

size_t vk_planar_pixels_workspace(vk_isa isa, const vk_planar_pixels *pixels) {
  const pixels_plan p = plan_of(isa, pixels);
  return p.table + p.sums + pixels->planar.in_channels * p.in_rows * p.row;
}

void vk_planar_pixels_run(
    vk_isa isa, const vk_planar_pixels *pixels, size_t tile_begin, size_t tile_end, float *workspace) {
  const pixels_plan p = plan_of(isa, pixels);
  VK_ENGINE_DISPATCH(isa, pixels_tiles, &pixels->planar, &p, tile_begin, tile_end, workspace)
}
