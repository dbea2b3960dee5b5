// Convolution of bf16 by tiles of AMX: with the instructions, or with their model.
#include "finish_impl.h"
#include "gather_impl.h"
#include "tiles_impl.h"

/// Copies what `rows` output rows from `y` on read, phase by phase; zeros where the image ends.
static void VK_NAME(fill_band)(
    const vk_conv *c, const tiled_plan *p, const float *image, size_t y, size_t rows, float *band) {
  const size_t reach_h = (c->kernel_h - 1) * distance_of(c->dilation_h);
  const size_t reach_w = (c->kernel_w - 1) * distance_of(c->dilation_w), more = reach_h / c->stride_h;
  const ptrdiff_t above = c->pad_top + (c->dilation_h < 0 ? (ptrdiff_t)reach_h : 0);
  const ptrdiff_t before = c->pad_left + (c->dilation_w < 0 ? (ptrdiff_t)reach_w : 0);
  for (size_t i = 0; i < c->kernel_h; i++) {
    if (!is_first_of_phase(i, c->kernel_h, c->dilation_h, c->stride_h)) continue;
    const size_t phase_y = reach_of(i, c->kernel_h, c->dilation_h) % c->stride_h;
    for (size_t j = 0; j < c->kernel_w; j++) {
      if (!is_first_of_phase(j, c->kernel_w, c->dilation_w, c->stride_w)) continue;
      const size_t phase_x = reach_of(j, c->kernel_w, c->dilation_w) % c->stride_w;
      float *to = band;
      for (size_t row = 0; row < rows + more; row++) {
        const ptrdiff_t at_y = (ptrdiff_t)((y + row) * c->stride_h + phase_y) - above;
        for (size_t x = 0; x < p->columns; x++, to += p->pixel) {
          const ptrdiff_t at_x = (ptrdiff_t)(x * c->stride_w + phase_x) - before;
          if (at_y >= 0 && at_y < (ptrdiff_t)c->in_h && at_x >= 0 && at_x < (ptrdiff_t)c->in_w) {
            VK_NAME(copy_run)(to, image + (size_t)at_y * c->in.row + (size_t)at_x * c->in.pixel, c->in_channels);
          } else {
            VK_NAME(zero_run)(to, c->in_channels);
          }
        }
      }
      band += p->plane_rows * p->columns * p->pixel;
    }
  }
}

/// Where each sixteen terms lie in the band, from a position's first.
static void VK_NAME(find_blocks)(const vk_conv *c, const tiled_plan *p, int32_t *offsets) {
  for (size_t i = 0; i < c->kernel_h; i++) {
    const size_t phase_y = phase_of(i, c->kernel_h, c->dilation_h, c->stride_h);
    const size_t y = reach_of(i, c->kernel_h, c->dilation_h) / c->stride_h;
    for (size_t j = 0; j < c->kernel_w; j++) {
      const size_t phase = phase_y * p->phases_w + phase_of(j, c->kernel_w, c->dilation_w, c->stride_w);
      const size_t x = reach_of(j, c->kernel_w, c->dilation_w) / c->stride_w;
      const size_t at = ((phase * p->plane_rows + y) * p->columns + x) * p->pixel;
      for (size_t k = 0; k < c->in_channels; k += 16) *offsets++ = (int32_t)(at + k);
    }
  }
}

/// Copies the first `count` floats of rows, sixteen of them or fewer, beside zeros.
VK_INLINE void VK_NAME(copy_rest)(const float *from, size_t stride, size_t rows, size_t count, float *to) {
  for (size_t i = 0; i < rows; i++) VK_NAME(store)(to + i * 16, VK_NAME(load_part)(from + i * stride, count));
}

/// Finishes the rows that exist of a strip's sums over a panel, from t->column on.
VK_INLINE void VK_NAME(finish_rows)(const vk_micro *t, const tile_rows *at, size_t rows, const float *sums, size_t width) {
  const vk_f low = (vk_f)(t->low), high = (vk_f)(t->high);
  for (size_t lane = 0; lane < t->width; lane += VK_LANES) {
    const size_t count = t->width - lane;
    const vk_f bias = t->bias ? VK_NAME(load_some)(t->bias + lane, count) : (vk_f)(0.0f);
    for (size_t i = 0; i < rows; i++) {
      if (!at->exists[i]) continue;
      VK_NAME(finish)(t, (int)i, t->column + lane, count, VK_NAME(load)(sums + i * width + lane), bias, low, high);
    }
  }
}

/// Bias, residual, activation and store.
static void VK_NAME(finish_strip)(
    const vk_conv *c, const conv_plan *p, const tile_rows *at, size_t rows, size_t column, size_t channel, float *sums,
    size_t width) {
  const vk_epilogue *e = &c->epilogue;
  const vk_bounds bounds = vk_bounds_of(e);
  vk_micro t = {.column = column, .width = vk_smaller(c->out_channels - column, width),
                .bias = e->bias ? e->bias + channel + column : NULL, .bounded = bounds.bounded, .low = bounds.low,
                .high = bounds.high};
  if (e->residual.data && p->rounded_residual) {
    t.rounded_r = at->rounded_residual;
  } else if (e->residual.data) {
    t.r = at->residual;
  }
  if (bounds.after) {
    // Other activations take a look of their own at all sums.
    float *in_place[VK_TILE_ROWS];
    for (size_t i = 0; i < rows; i++) in_place[i] = sums + i * width - column;
    t.c = in_place;
    VK_NAME(finish_rows)(&t, at, rows, sums, width);
    VK_NAME(activate)(e->activation, e->a, e->b, sums, sums, rows * width);
    t.bias = NULL;
    t.r = NULL;
    t.rounded_r = NULL;
  }
  t.c = at->out;
  t.rounded_c = p->rounded ? at->rounded : NULL;
  VK_NAME(finish_rows)(&t, at, rows, sums, width);
}

/// `configured` is how many rows the tiles have.
static void VK_NAME(tiled_tile)(
    const vk_conv *c, const tiled_plan *tiled, size_t tile, size_t *configured, float *workspace) {
  const conv_plan *p = &tiled->conv;
  const size_t group = tile / (p->panel_tiles * p->strip_tiles), cut = tile % p->strip_tiles;
  const size_t panel_begin = tile / p->strip_tiles % p->panel_tiles * p->tile_panels;
  const size_t panel_end = vk_smaller(panel_begin + p->tile_panels, p->panels);
  const size_t last_width = last_width_of(c, p);
  const float *weights = group_weights(c, p, group);
  const size_t first_channel = group * c->out_channels;
  const float *in = c->in.data + group * c->in_channels;
  float *const a = workspace, *const rests = a + tiled->a + tiled->offsets, *const sums = rests + tiled->rests;
  float *const b_rests = rests + VK_TILE_ROWS * 16;
  int32_t *const offsets = (int32_t *)(a + tiled->a);

  // Positions: from `first` on in rows that are numbered through all images.
  size_t first_row = 0, first = cut * p->tile_strips * p->rows;
  size_t positions = vk_smaller(p->tile_strips * p->rows, p->pixels - vk_smaller(first, p->pixels));
  if (tiled->band) {
    const size_t image = cut / tiled->bands, y = cut % tiled->bands * tiled->out_rows;
    const size_t rows = vk_smaller(tiled->out_rows, c->out_h - y);
    first = 0;
    first_row = image * c->out_h + y;
    positions = (rows - 1) * tiled->columns + c->out_w;
    VK_NAME(fill_band)(c, tiled, in + image * c->in.image, y, rows, a);
    VK_NAME(find_blocks)(c, tiled, offsets);
  }
  const size_t strips = vk_parts(positions, VK_TILE_ROWS), most = vk_parts(positions, vk_larger(strips, 1));

  conv_ahead ahead = ahead_of(c, p, tile, strips * (panel_end - panel_begin));

  size_t begin = 0;
  do {
    const size_t terms = vk_smaller(p->depth - begin, p->terms), rest = terms % 16, blocks = terms / 16;
    const bool ends = begin + terms >= p->depth;
    const size_t tap = begin / c->in_channels, channel = begin % c->in_channels;
    for (size_t panel = panel_begin; rest > 0 && panel < panel_end; panel++) {
      const size_t width = panel + 1 < p->panels ? p->width : last_width;
      const float *from = weights + panel * p->width * p->depth + (begin + blocks * 16) * width;
      float *to = b_rests + (panel - panel_begin) * 16 * 32;
      VK_NAME(copy_run)(to, from, rest * width);
      VK_NAME(zero_run)(to + rest * width, (16 - rest) * width);
    }
    for (size_t strip = 0; strip < strips; strip++) {
      const size_t from = first + strip * most, rows = vk_smaller(positions - strip * most, most);
      size_t x = from % tiled->columns, y = first_row + from / tiled->columns, n = y / c->out_h;
      tile_rows at;
      y %= c->out_h;
      for (size_t i = 0; i < rows; i++) {
        at.exists[i] = x < c->out_w;
        if (ends && at.exists[i]) {
          const vk_map *o = &c->out, *r = &c->epilogue.residual;
          const size_t to = n * o->image + y * o->row + x * o->pixel + first_channel;
          const size_t more = n * r->image + y * r->row + x * r->pixel + first_channel;
          at.out[i] = p->rounded ? NULL : o->data + to;
          at.rounded[i] = p->rounded ? (uint16_t *)o->data + to : NULL;
          at.residual[i] = r->data && !p->rounded_residual ? r->data + more : NULL;
          at.rounded_residual[i] = r->data && p->rounded_residual ? (const uint16_t *)r->data + more : NULL;
        }
        if (!p->direct && !tiled->band) {
          float *row = a + i * p->a_stride;
          VK_NAME(gather)(
              c, in + n * c->in.image, (ptrdiff_t)(y * c->stride_h) - c->pad_top,
              (ptrdiff_t)(x * c->stride_w) - c->pad_left, tap / c->kernel_w, tap % c->kernel_w, channel, terms, row);
          if (rest > 0) VK_NAME(zero_run)(row + terms, 16);
        }
        if (++x == tiled->columns) {
          x = 0;
          if (++y == c->out_h) {
            y = 0;
            n++;
          }
        }
      }
      tile_factors t = {.blocks = blocks, .a = a, .a_stride = p->a_stride, .begins = begin == 0};
      if (tiled->band) {
        t.a = a + strip * most * tiled->pixel;
        t.a_stride = tiled->pixel;
        t.offsets = offsets + begin / 16;
      } else if (p->direct) {
        t.a = in + from * c->in.pixel + begin;
        t.a_stride = c->in.pixel;
      }
      if (rest > 0 && p->direct) {
        VK_NAME(copy_rest)(t.a + blocks * 16, t.a_stride, rows, rest, rests);
        t.a_rest = rests;
        t.rest_stride = 16;
      } else if (rest > 0) {
        t.a_rest = a + blocks * 16;
        t.rest_stride = p->a_stride;
      }
      if (rows != *configured) VK_NAME(configure)(rows);
      *configured = rows;
      for (size_t panel = panel_begin; panel < panel_end; panel++) {
        const size_t width = panel + 1 < p->panels ? p->width : last_width, number = panel - panel_begin;
        t.b = weights + panel * p->width * p->depth + begin * width;
        t.b_rest = b_rests + number * 16 * 32;
        t.sums = sums + (p->depth > p->terms ? (strip * p->tile_panels + number) * PRODUCT : 0);
        fetch_share(&ahead);
        VK_NAME(tile_sums)(rows, width, &t);
        if (ends) VK_NAME(finish_strip)(c, p, &at, rows, panel * p->width, first_channel, t.sums, width);
      }
    }
    begin += terms;
  } while (begin < p->depth);
}

static void VK_NAME(tiled_tiles)(const vk_conv *c, const tiled_plan *p, size_t begin, size_t end, float *workspace) {
  size_t configured = 0;
  for (size_t tile = begin; tile < end; tile++) VK_NAME(tiled_tile)(c, p, tile, &configured, workspace);
  if (configured > 0) VK_TILES_RELEASE();
}
