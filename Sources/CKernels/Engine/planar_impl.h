// One tier of the convolution of planar images.

#include "planar_band_impl.h"

#ifdef VK_ENGINE_BF16
/// A row of the image, its pixel 0 at `from`, into a phase: column i is the pair of image columns i * stride + first - pad and the
/// next, or the first of them beside a zero.
VK_INLINE void VK_NAME(fill_phase)(
    const vk_planar *c, const planar_plan *p, const float *from, size_t first, bool alone, float *to) {
  const ptrdiff_t s = (ptrdiff_t)c->stride_w, begin = (ptrdiff_t)first - c->pad_left, width = (ptrdiff_t)c->in_w;
  for (size_t i = 0; i < p->columns; i += VK_LANES, to += VK_LANES) {
    const ptrdiff_t at = (ptrdiff_t)i * s + begin;
    vk_f low, high;
    if (s == 1) {
      low = VK_NAME(load_columns)(from, at, width);
      high = VK_NAME(load_columns)(from, at + 1, width);
    } else if (s == 2 || s == 4) {
      const vk_f v0 = VK_NAME(load_columns)(from, at, width), v1 = VK_NAME(load_columns)(from, at + 16, width);
      low = VK_NAME(even)(v0, v1);
      high = VK_NAME(odd)(v0, v1);
      if (s == 4) {
        const vk_f v2 = VK_NAME(load_columns)(from, at + 32, width), v3 = VK_NAME(load_columns)(from, at + 48, width);
        low = VK_NAME(even)(low, VK_NAME(even)(v2, v3));
        high = VK_NAME(even)(high, VK_NAME(odd)(v2, v3));
      }
    } else {
      float lanes[2][VK_LANES];
      for (ptrdiff_t lane = 0; lane < VK_LANES; lane++) {
        const ptrdiff_t x = at + lane * s;
        lanes[0][lane] = x >= 0 && x < width ? from[x] : 0;
        lanes[1][lane] = x >= -1 && x + 1 < width ? from[x + 1] : 0;
      }
      low = VK_NAME(load)(lanes[0]);
      high = VK_NAME(load)(lanes[1]);
    }
    VK_NAME(store)(to, VK_NAME(bf16_pairs)(low, alone ? (vk_f)(0.0f) : high));
  }
}

/// The phases that even columns of the kernel read.
static void VK_NAME(fill_row)(const vk_planar *c, const planar_plan *p, const float *from, float *to) {
  const size_t last = c->kernel_w - 1;
  for (size_t f = 0; f < c->stride_w; f++) {
    // The first even column of the kernel that lies in this phase.
    const size_t x = f % 2 == 0 ? f : f + c->stride_w;
    if (x % 2 == 0 && x < last) VK_NAME(fill_phase)(c, p, from, f, false, to + f * p->columns);
  }
  if (p->phases > c->stride_w) {
    VK_NAME(fill_phase)(c, p, from, last % c->stride_w, true, to + c->stride_w * p->columns);
  }
}

#else
static void VK_NAME(fill_row)(const vk_planar *c, const planar_plan *p, const float *from, float *to) {
  VK_NAME(split_row)(from, (ptrdiff_t)c->in_w, c->pad_left, c->stride_w, p->columns, to);
}
#endif

/// The rows that output rows from y_begin on read, and where in them each term lies.
static void VK_NAME(fill_band)(
    const vk_planar *c, const planar_plan *p, size_t n, size_t y_begin, float *band, int32_t *offsets) {
  for (size_t ch = 0; ch < c->in_channels; ch++) {
    for (size_t i = 0; i < p->in_rows; i++) {
      const ptrdiff_t y = (ptrdiff_t)(y_begin * c->stride_h + i) - c->pad_top;
      float *to = band + (ch * p->in_rows + i) * p->row;
      if (y >= 0 && y < (ptrdiff_t)c->in_h) {
        VK_NAME(fill_row)(c, p, c->in + n * c->in_image + ch * c->in_plane + (size_t)y * c->in_row, to);
      } else {
        memset(to, 0, p->row * sizeof(float));
      }
    }
    for (size_t i = 0; i < c->kernel_h; i++) {
      for (size_t j = 0; j < p->taps; j++) {
        const size_t row = ch * p->in_rows + i * c->dilation_h;
#ifdef VK_ENGINE_BF16
        const size_t x = 2 * j, phase = x + 1 < c->kernel_w ? x % c->stride_w : c->stride_w;
#else
        const size_t x = j * c->dilation_w, phase = x % c->stride_w;
#endif
        offsets[(ch * c->kernel_h + i) * p->taps + j] =
            (int32_t)(row * p->row + phase * p->columns + x / c->stride_w);
      }
    }
  }
}

/// The terms of one output pixel.
static void VK_NAME(gather_pixel)(const vk_planar *c, size_t n, size_t y, size_t x, float *to) {
  const ptrdiff_t first = (ptrdiff_t)(x * c->stride_w) - c->pad_left, width = (ptrdiff_t)c->in_w;
  const bool inside = first >= 0 && first + (ptrdiff_t)c->kernel_w <= width;
  for (size_t ch = 0; ch < c->in_channels; ch++) {
    const float *plane = c->in + n * c->in_image + ch * c->in_plane;
    for (size_t i = 0; i < c->kernel_h; i++, to += c->kernel_w) {
      const ptrdiff_t at = (ptrdiff_t)(y * c->stride_h + i * c->dilation_h) - c->pad_top;
      const bool exists = at >= 0 && at < (ptrdiff_t)c->in_h;
      const float *row = exists ? plane + (size_t)at * c->in_row : plane;
      if (exists && inside) {
        // Whole vectors: the next run covers what is too much, and the pixel has room at its end.
        for (size_t j = 0; j < c->kernel_w; j += VK_LANES) {
          VK_NAME(store)(to + j, VK_NAME(load_some)(row + first + (ptrdiff_t)j, c->kernel_w - j));
        }
        continue;
      }
      for (size_t j = 0; j < c->kernel_w; j++) {
        const ptrdiff_t column = first + (ptrdiff_t)j;
        to[j] = exists && column >= 0 && column < width ? row[column] : 0;
      }
    }
  }
}

static void VK_NAME(planar_tile)(const vk_planar *c, const planar_plan *p, size_t tile, float *workspace) {
  const size_t panel_begin = tile % p->panel_tiles * p->tile_panels;
  const size_t panel_end = vk_smaller(panel_begin + p->tile_panels, p->panels);
  const size_t n = tile / p->panel_tiles / p->bands, y_begin = tile / p->panel_tiles % p->bands * p->out_rows;
  const size_t y_end = vk_smaller(y_begin + p->out_rows, c->out_h);
  int32_t *offsets = (int32_t *)(void *)workspace;
  float *band = workspace + vk_round_up(p->depth, 16);
  const vk_epilogue *e = &c->epilogue;
  const vk_bounds bounds = vk_bounds_of(e);
  const size_t last = c->out_channels - (p->panels - 1) * p->width, last_width = last <= 16 ? 16 : p->width;

  if (p->gathers) {
    for (size_t y = y_begin; y < y_end; y++) {
      for (size_t x = 0; x < c->out_w; x++) {
        VK_NAME(gather_pixel)(c, n, y, x, band + ((y - y_begin) * c->out_w + x) * p->a_stride);
      }
    }
  } else {
    VK_NAME(fill_band)(c, p, n, y_begin, band, offsets);
  }

  for (size_t begin = 0; begin < p->depth; begin += p->terms) {
    const size_t terms = vk_smaller(p->depth - begin, p->terms);
    const bool ends = begin + terms >= p->depth;
    vk_micro t = {.k = terms, .offsets = offsets + begin, .a_stride = p->a_stride, .accumulate = begin > 0,
                  .bounded = ends && bounds.bounded, .low = bounds.low, .high = bounds.high};
    for (size_t y = y_begin; y < y_end; y++) {
      float *out_row = c->out.data + n * c->out.image + y * c->out.row;
      const vk_map *r = &e->residual;
      const float *residual_row = r->data ? r->data + n * r->image + y * r->row : NULL;
#ifdef VK_ENGINE_BF16
      uint16_t *rounded_row = (uint16_t *)c->out.data + n * c->out.image + y * c->out.row;
      float *held = band + p->floats + 16;
#endif
      // A panel stays in the first-level cache for a row of pixels.
      for (size_t panel = panel_begin; panel < panel_end; panel++) {
        const size_t width = panel + 1 < p->panels ? p->width : last_width;
        t.column = panel * p->width;
        t.width = vk_smaller(c->out_channels - t.column, p->width);
        t.b = c->weights + t.column * p->depth + begin * width;
        t.bias = e->bias ? e->bias + t.column : NULL;
        for (size_t x = 0; x < c->out_w; x += p->rows) {
          const size_t rows = vk_smaller(c->out_w - x, p->rows);
          float *out[VK_MOST_ROWS];
          const float *residual[VK_MOST_ROWS];
          for (size_t i = 0; i < rows; i++) {
            out[i] = out_row + (x + i) * c->out.pixel;
            residual[i] = residual_row ? residual_row + (x + i) * r->pixel : NULL;
          }
#ifdef VK_ENGINE_BF16
          uint16_t *rounded[VK_MOST_ROWS];
          if (p->rounded) {
            for (size_t i = 0; i < rows; i++) {
              rounded[i] = rounded_row + (x + i) * c->out.pixel;
              out[i] = p->held > 0 ? held + (x + i) * p->held - panel_begin * p->width : NULL;
            }
            t.rounded_c = bounds.after ? NULL : rounded;
          }
#endif
          t.a = p->gathers ? band + ((y - y_begin) * c->out_w + x) * p->a_stride + begin
                           : band + (y - y_begin) * c->stride_h * p->row + x;
          t.c = out;
          t.r = residual_row ? residual : NULL;
          VK_NAME(micros)[!p->gathers][width / VK_LANES - 1][rows - 1](&t);
        }
      }
      if (!ends || !bounds.after) continue;
      const size_t from = panel_begin * p->width;
      const size_t count = vk_smaller(panel_end * p->width, c->out_channels) - from;
#ifdef VK_ENGINE_BF16
      if (p->rounded) {
        VK_NAME(activate_rows)(e, held, c->out_w, p->held, count);
        for (size_t x = 0; x < c->out_w; x++) {
          const float *at = held + x * p->held;
          uint16_t *to = rounded_row + x * c->out.pixel + from;
          for (size_t i = 0; i < count; i += VK_LANES) {
            VK_NAME(store_bf16)(to + i, count - i, VK_NAME(load_some)(at + i, count - i));
          }
        }
        continue;
      }
#endif
      VK_NAME(activate_rows)(e, out_row + from, c->out_w, c->out.pixel, count);
    }
  }
}

static void VK_NAME(planar_tiles)(
    const vk_planar *c, const planar_plan *p, size_t begin, size_t end, float *workspace) {
  for (size_t tile = begin; tile < end; tile++) VK_NAME(planar_tile)(c, p, tile, workspace);
}
