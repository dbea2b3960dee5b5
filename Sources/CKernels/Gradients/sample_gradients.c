#include "vk_sample_gradients.h"

#include <math.h>
#include <string.h>

#define VK_IMPL "../Gradients/fold_impl.h"
#include "../vk_variants.h"

void vk_fold_axis(vk_isa isa, const float *in, float *out, ptrdiff_t begin, ptrdiff_t end, ptrdiff_t count,
                  ptrdiff_t size, ptrdiff_t inner, const int32_t *indices) {
  VK_DISPATCH(isa, fold_axis, in, out, begin, end, count, size, inner, indices)
}

void vk_adaptive_max_gradient(const float *in, const float *upstream, float *out, ptrdiff_t in_h, ptrdiff_t in_w,
                              ptrdiff_t out_h, ptrdiff_t out_w) {
  memset(out, 0, in_h * in_w * sizeof(float));
  for (ptrdiff_t i = 0; i < out_h; i++) {
    const ptrdiff_t top = i * in_h / out_h, bottom = ((i + 1) * in_h + out_h - 1) / out_h;
    for (ptrdiff_t j = 0; j < out_w; j++) {
      const ptrdiff_t left = j * in_w / out_w, right = ((j + 1) * in_w + out_w - 1) / out_w;
      ptrdiff_t best = top * in_w + left;
      for (ptrdiff_t y = top; y < bottom; y++) {
        for (ptrdiff_t x = left; x < right; x++) {
          const float value = in[y * in_w + x];
          if (value > in[best] || isnan(value)) best = y * in_w + x;
        }
      }
      out[best] += upstream[i * out_w + j];
    }
  }
}

/// Where a grid place lies on an axis of `size`, and how fast that moves with it: `grid_coordinate` of the forward kernel.
static float grid_place(float x, ptrdiff_t size, const vk_grid *how, float *slope) {
  const float n = (float)size;
  float place = how->align_corners ? (x + 1) / 2 * (n - 1) : ((x + 1) * n - 1) / 2;
  *slope = how->align_corners ? (n - 1) / 2 : n / 2;
  if (how->padding == VK_GRID_REFLECTION) {
    const float low = how->align_corners ? 0 : -0.5f, span = how->align_corners ? n - 1 : n;
    if (span > 0) {
      if (place < low) *slope = -*slope;
      const float from = fabsf(place - low), rest = fmodf(from, span), flips = floorf(from / span);
      const bool even = fmodf(flips, 2) == 0;
      place = even ? rest + low : span - rest + low;
      if (!even) *slope = -*slope;
    } else {
      place = 0;
      *slope = 0;
    }
  }
  if (how->padding != VK_GRID_ZEROS) {
    if (!(place > 0 && place < n - 1)) *slope = 0;
    place = place > 0 ? (place < n - 1 ? place : n - 1) : 0;
  }
  return place > -100 && place < n + 100 ? place : -100;
}

static ptrdiff_t grid_element(float x, float y, const vk_grid *how) {
  const bool inside = x >= 0 && y >= 0 && x < (float)how->in_w && y < (float)how->in_h;
  return inside ? (ptrdiff_t)y * how->in_w + (ptrdiff_t)x : -1;
}

enum { GRID_BLOCK = 128 };

void vk_grid_input_gradient(const float *grid, const float *upstream, float *out, const vk_grid *how, ptrdiff_t begin,
                            ptrdiff_t end) {
  ptrdiff_t index[4][GRID_BLOCK];
  float weight[4][GRID_BLOCK], slope;
  const ptrdiff_t size = how->in_h * how->in_w;
  const int taps = how->linear ? 4 : 1;
  memset(out + begin * size, 0, (end - begin) * size * sizeof(float));
  for (ptrdiff_t start = 0; start < how->out_plane; start += GRID_BLOCK) {
    const ptrdiff_t n = how->out_plane - start < GRID_BLOCK ? how->out_plane - start : GRID_BLOCK;
    for (ptrdiff_t i = 0; i < n; i++) {
      const float x = grid_place(grid[2 * (start + i)], how->in_w, how, &slope);
      const float y = grid_place(grid[2 * (start + i) + 1], how->in_h, how, &slope);
      if (!how->linear) {
        index[0][i] = grid_element(nearbyintf(x), nearbyintf(y), how);
        weight[0][i] = 1;
        continue;
      }
      const float left = floorf(x), top = floorf(y), right = x - left, down = y - top;
      for (int t = 0; t < 4; t++) {
        index[t][i] = grid_element(left + (float)(t & 1), top + (float)(t >> 1), how);
        weight[t][i] = (t & 1 ? right : 1 - right) * (t >> 1 ? down : 1 - down);
      }
    }
    for (ptrdiff_t c = begin; c < end; c++) {
      float *plane = out + c * size;
      const float *u = upstream + c * how->out_plane + start;
      for (ptrdiff_t i = 0; i < n; i++) {
        for (int t = 0; t < taps; t++) {
          if (index[t][i] >= 0) plane[index[t][i]] += weight[t][i] * u[i];
        }
      }
    }
  }
}

void vk_grid_place_gradient(const float *in, const float *grid, const float *upstream, float *out, const vk_grid *how,
                            ptrdiff_t begin, ptrdiff_t end) {
  const ptrdiff_t size = how->in_h * how->in_w;
  for (ptrdiff_t i = begin; i < end; i++) {
    out[2 * i] = out[2 * i + 1] = 0;
    if (!how->linear) continue;
    float across, along;
    const float x = grid_place(grid[2 * i], how->in_w, how, &across);
    const float y = grid_place(grid[2 * i + 1], how->in_h, how, &along);
    const float left = floorf(x), top = floorf(y), right = x - left, down = y - top;
    ptrdiff_t index[4];
    for (int t = 0; t < 4; t++) index[t] = grid_element(left + (float)(t & 1), top + (float)(t >> 1), how);
    float by_x = 0, by_y = 0;
    for (ptrdiff_t c = 0; c < how->channels; c++) {
      const float *plane = in + c * size;
      float v[4];
      for (int t = 0; t < 4; t++) v[t] = index[t] >= 0 ? plane[index[t]] : 0;
      const float u = upstream[c * how->out_plane + i];
      by_x += u * ((v[1] - v[0]) * (1 - down) + (v[3] - v[2]) * down);
      by_y += u * ((v[2] - v[0]) * (1 - right) + (v[3] - v[1]) * right);
    }
    out[2 * i] = by_x * across;
    out[2 * i + 1] = by_y * along;
  }
}

/// The place that a tap reads for an output pixel; false where that is outside.
static bool moved_place(const vk_deformable *how, ptrdiff_t tap, ptrdiff_t pixel, const float *dy, const float *dx,
                        float *y, float *x) {
  const float row = (float)(tap / how->kernel_w * how->dilation_h - how->pad_h);
  const float column = (float)(tap % how->kernel_w * how->dilation_w - how->pad_w);
  *y = row + (float)(pixel / how->out_w * how->stride_h) + dy[pixel];
  *x = column + (float)(pixel % how->out_w * how->stride_w) + dx[pixel];
  return *y > -1 && *y < (float)how->in_h && *x > -1 && *x < (float)how->in_w;
}

/// The four neighbours of a place, -1 outside.
static void moved_neighbours(const vk_deformable *how, float top, float left, ptrdiff_t *index) {
  for (int t = 0; t < 4; t++) {
    const ptrdiff_t row = (ptrdiff_t)top + (t >> 1), column = (ptrdiff_t)left + (t & 1);
    const bool inside = row >= 0 && row < how->in_h && column >= 0 && column < how->in_w;
    index[t] = inside ? row * how->in_w + column : -1;
  }
}

void vk_deformable_input_gradient(const vk_deformable *how, const float *columns, ptrdiff_t tap, const float *dy,
                                  const float *dx, const float *mask, float *plane, ptrdiff_t begin, ptrdiff_t end) {
  for (ptrdiff_t pixel = begin; pixel < end; pixel++) {
    float y, x;
    ptrdiff_t index[4];
    if (!moved_place(how, tap, pixel, dy, dx, &y, &x)) continue;
    const float top = floorf(y), left = floorf(x), down = y - top, right = x - left;
    moved_neighbours(how, top, left, index);
    const float value = columns[pixel - begin] * (mask ? mask[pixel] : 1);
    for (int t = 0; t < 4; t++) {
      if (index[t] >= 0) plane[index[t]] += (t >> 1 ? down : 1 - down) * (t & 1 ? right : 1 - right) * value;
    }
  }
}

void vk_deformable_place_gradient(const vk_deformable *how, const float *in, const float *columns,
                                  ptrdiff_t column_stride, ptrdiff_t channels, ptrdiff_t tap, const float *dy,
                                  const float *dx, const float *mask, float *by_dy, float *by_dx, float *by_mask,
                                  ptrdiff_t begin, ptrdiff_t end) {
  for (ptrdiff_t pixel = begin; pixel < end; pixel++) {
    float y, x, slope_y = 0, slope_x = 0, total = 0;
    ptrdiff_t index[4];
    if (moved_place(how, tap, pixel, dy, dx, &y, &x)) {
      const float top = floorf(y), left = floorf(x), down = y - top, right = x - left;
      moved_neighbours(how, top, left, index);
      for (ptrdiff_t c = 0; c < channels; c++) {
        const float *plane = in + c * how->in_h * how->in_w;
        const float u = columns[c * column_stride + pixel - begin];
        float v[4];
        for (int t = 0; t < 4; t++) v[t] = index[t] >= 0 ? plane[index[t]] : 0;
        const float upper = v[0] + (v[1] - v[0]) * right, lower = v[2] + (v[3] - v[2]) * right;
        slope_y += u * (lower - upper);
        slope_x += u * ((v[1] - v[0]) * (1 - down) + (v[3] - v[2]) * down);
        total += u * (upper + (lower - upper) * down);
      }
    }
    const float factor = mask ? mask[pixel] : 1;
    by_dy[pixel] = slope_y * factor;
    by_dx[pixel] = slope_x * factor;
    if (by_mask) by_mask[pixel] = total;
  }
}
