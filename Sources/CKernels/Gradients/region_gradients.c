#include "vk_region_gradients.h"

#include <float.h>
#include <string.h>

#include "../Regions/regions_internal.h"

#define VK_IMPL "../Gradients/region_gradients_impl.h"
#include "../vk_variants.h"

void vk_roi_align_gradient(vk_isa isa, const vk_regions *how, const float *upstream, const int32_t *plan,
                           const float *weights, float *out, ptrdiff_t begin, ptrdiff_t end, float *workspace) {
  VK_DISPATCH(isa, roi_align_gradient, how, upstream, plan, weights, out, begin, end, workspace)
}

void vk_roi_pool_gradient(const vk_regions *how, const float *in, const float *upstream, const int32_t *plan,
                          float *out, ptrdiff_t begin, ptrdiff_t end) {
  if (plan[0] < 0) return;
  const int32_t *rows = plan + VK_PLAN_HEAD, *columns = rows + 2 * how->out_h;
  const ptrdiff_t size = how->in_h * how->in_w, bins = how->out_h * how->out_w;
  for (ptrdiff_t c = begin; c < end; c++) {
    const float *plane = in + (plan[0] * how->channels + c) * size;
    float *target = out + (plan[0] * how->channels + c) * size;
    for (ptrdiff_t bin = 0; bin < bins; bin++) {
      const int32_t *band = rows + 2 * (bin / how->out_w), *side = columns + 2 * (bin % how->out_w);
      float best = -FLT_MAX;
      ptrdiff_t place = -1;
      for (ptrdiff_t y = band[0]; y < band[0] + band[1]; y++) {
        for (ptrdiff_t x = side[0]; x < side[0] + side[1]; x++) {
          if (plane[y * how->in_w + x] > best) {
            place = y * how->in_w + x;
            best = plane[place];
          }
        }
      }
      if (place >= 0) target[place] += upstream[c * bins + bin];
    }
  }
}

void vk_ps_roi_gradient(const vk_regions *how, const float *upstream, const int32_t *plan, const float *weights,
                        float *out, ptrdiff_t begin, ptrdiff_t end) {
  if (plan[0] < 0) return;
  const int32_t *rows = plan + VK_PLAN_HEAD, *columns = rows + 2 * how->out_h;
  const ptrdiff_t bins = how->out_h * how->out_w, size = how->in_h * how->in_w;
  const float *column_weights = weights;
  for (ptrdiff_t i = 0; weights && i < how->out_h; i++) column_weights += rows[2 * i + 1];
  for (ptrdiff_t c = begin; c < end; c++) {
    const float *weight = weights;
    for (ptrdiff_t i = 0; i < how->out_h; i++) {
      const float *across = column_weights;
      const ptrdiff_t down = rows[2 * i + 1];
      for (ptrdiff_t j = 0; j < how->out_w; j++) {
        const ptrdiff_t bin = c * bins + i * how->out_w + j, wide = columns[2 * j + 1];
        if (down > 0 && wide > 0) {
          float *target = out + (plan[0] * how->channels + bin) * size + rows[2 * i] * how->in_w + columns[2 * j];
          const float value = weights ? upstream[bin] : upstream[bin] / (float)(down * wide);
          for (ptrdiff_t r = 0; r < down; r++, target += how->in_w) {
            const float share = weights ? weight[r] * value : value;
            for (ptrdiff_t t = 0; t < wide; t++) target[t] += weights ? across[t] * share : share;
          }
        }
        if (weights) across += wide;
      }
      if (weights) weight += down;
    }
  }
}
