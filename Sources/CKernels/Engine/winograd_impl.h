// One tier of Winograd convolution.
#include "winograd_points_impl.h"

/// The input of one tile, of 16 channels at a time, to its place in the planes.
VK_INLINE void VK_NAME(transform_tile)(
    const int edge, const vk_winograd *w, const winograd_plan *p, size_t tile, float *to) {
  const size_t n = tile / (p->across * p->down);
  const ptrdiff_t y = (ptrdiff_t)(tile / p->across % p->down * w->side) - w->pad_top;
  const ptrdiff_t x = (ptrdiff_t)(tile % p->across * w->side) - w->pad_left;
  const bool inside = y >= 0 && x >= 0 && y + edge <= (ptrdiff_t)w->in_h && x + edge <= (ptrdiff_t)w->in_w;
  const float *image = w->in.data + n * w->in.image;
  vk_square square;
  if (!inside || w->in_channels % VK_LANES) {
    VK_NAME(winograd_locate)(edge, edge, image, &w->in, y, x, w->in_h, w->in_w, &square);
  }
  for (size_t c = 0; c < w->in_channels; c += VK_LANES) {
    const size_t count = w->in_channels - c;
    vk_f d[6 * 6];
    if (inside && count >= VK_LANES) {
      const float *from = image + (size_t)y * w->in.row + (size_t)x * w->in.pixel + c;
#pragma clang loop unroll(full)
      for (int j = 0; j < edge; j++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < edge; i++) {
          d[i * edge + j] = VK_NAME(load)(from + (size_t)i * w->in.row + (size_t)j * w->in.pixel);
        }
        VK_NAME(winograd_in)(edge, d + j, edge);
      }
    } else {
#pragma clang loop unroll(full)
      for (int j = 0; j < edge; j++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < edge; i++) {
          const float *from = square.at[i * edge + j] + c * square.step[i * edge + j];
          d[i * edge + j] = count >= VK_LANES ? VK_NAME(load)(from) : VK_NAME(load_part)(from, count);
        }
        VK_NAME(winograd_in)(edge, d + j, edge);
      }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < edge; i++) {
      VK_NAME(winograd_in)(edge, d + i * edge, 1);
#pragma clang loop unroll(full)
      for (int j = 0; j < edge; j++) VK_NAME(store)(to + (size_t)(i * edge + j) * p->plane + c, d[i * edge + j]);
    }
  }
}

/// Tiles begin ..< end into the planes of their blocks.
static void VK_NAME(transform)(
    const vk_winograd *w, const winograd_plan *p, size_t begin, size_t end, float *planes, size_t first_block) {
  for (size_t tile = begin; tile < end; tile++) {
    float *to = planes + (tile / p->block - first_block) * block_floats(p) + tile % p->block * p->channels;
    if (p->edge == 6) {
      VK_NAME(transform_tile)(6, w, p, tile, to);
    } else {
      VK_NAME(transform_tile)(4, w, p, tile, to);
    }
  }
}

/// The outputs of one tile and one panel.
VK_INLINE void VK_NAME(finish_tile)(
    const int edge, const vk_winograd *w, const winograd_plan *p, size_t tile, size_t first, size_t channels,
    const float *sums) {
  const vk_epilogue *e = &w->epilogue;
  const vk_bounds bounds = vk_bounds_of(e);
  const vk_f low = (vk_f)(bounds.low), high = (vk_f)(bounds.high);
  const int side = edge - 2;
  const size_t n = tile / (p->across * p->down);
  const size_t y = tile / p->across % p->down * w->side, x = tile % p->across * w->side;
  const int rows = (int)vk_smaller(w->out_h - y, w->side), columns = (int)vk_smaller(w->out_w - x, w->side);
  float *out = w->out.data + n * w->out.image + y * w->out.row + x * w->out.pixel + first;
  const vk_map *r = &e->residual;
  const float *added = r->data ? r->data + n * r->image + y * r->row + x * r->pixel + first : NULL;
  for (size_t c = 0; c < channels; c += VK_LANES) {
    const size_t count = channels - c;
    vk_f m[6 * 6];
#pragma clang loop unroll(full)
    for (int j = 0; j < edge; j++) {
#pragma clang loop unroll(full)
      for (int i = 0; i < edge; i++) m[i * edge + j] = VK_NAME(load)(sums + (size_t)(i * edge + j) * p->sum_plane + c);
      VK_NAME(winograd_out)(edge, m + j, edge);
    }
    const vk_f bias = e->bias ? VK_NAME(load_some)(e->bias + first + c, count) : (vk_f)(0.0f);
#pragma clang loop unroll(full)
    for (int i = 0; i < side; i++) VK_NAME(winograd_out)(edge, m + i * edge, 1);
    float *to = out + c;
    const float *from = added ? added + c : NULL;
    if (rows == side && columns == side && count >= VK_LANES) {
#pragma clang loop unroll(full)
      for (int i = 0; i < side; i++) {
#pragma clang loop unroll(full)
        for (int j = 0; j < side; j++) {
          vk_f v = m[i * edge + j] + bias;
          if (from) v += VK_NAME(load)(from + (size_t)i * r->row + (size_t)j * r->pixel);
          VK_NAME(store)(to + (size_t)i * w->out.row + (size_t)j * w->out.pixel, VK_NAME(bound)(v, low, high));
        }
      }
      continue;
    }
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        vk_f v = m[i * edge + j] + bias;
        if (from) v += VK_NAME(load_some)(from + (size_t)i * r->row + (size_t)j * r->pixel, count);
        VK_NAME(store_some)(
            to + (size_t)i * w->out.row + (size_t)j * w->out.pixel, count, VK_NAME(bound)(v, low, high));
      }
    }
  }
  if (!bounds.after) return;
  for (int i = 0; i < rows; i++) {
    for (int j = 0; j < columns; j++) {
      float *at = out + (size_t)i * w->out.row + (size_t)j * w->out.pixel;
      VK_NAME(activate)(e->activation, e->a, e->b, at, at, channels);
    }
  }
}

/// The products of a block and a panel, and what comes of them.
static void VK_NAME(multiply)(
    const vk_winograd *w, const winograd_plan *p, size_t block, size_t panel, const float *planes, float *sums) {
  const size_t first_tile = block * p->block, tiles = vk_smaller(p->tiles - first_tile, p->block);
  const size_t first = panel * p->width, channels = vk_smaller(w->out_channels - first, p->width);
  const size_t width = channels <= 16 ? 16 : p->width;
  const float *weights = w->weights + first * p->components * w->in_channels;
  const size_t strips = vk_parts(p->block, VK_NAME(most_rows)), rows = vk_parts(p->block, strips);
  vk_micro t = {.a_stride = p->channels, .width = width, .low = 0, .high = 0};
  for (size_t i = 0; i < p->components; i++) {
    t.column = i * p->sum_plane;
    for (size_t strip = 0; strip < tiles; strip += rows) {
      const size_t some = vk_smaller(tiles - strip, rows);
      float *out[VK_MOST_ROWS];
      for (size_t row = 0; row < some; row++) out[row] = sums + (strip + row) * p->width;
      t.c = out;
      for (size_t begin = 0; begin < w->in_channels; begin += TERMS) {
        t.k = vk_smaller(w->in_channels - begin, TERMS);
        t.a = planes + i * p->plane + strip * p->channels + begin;
        t.b = weights + (i * w->in_channels + begin) * width;
        t.accumulate = begin > 0;
        VK_NAME(micros)[0][width / VK_LANES - 1][some - 1](&t);
      }
    }
  }
  for (size_t tile = 0; tile < tiles; tile++) {
    if (p->edge == 6) {
      VK_NAME(finish_tile)(6, w, p, first_tile + tile, first, channels, sums + tile * p->width);
    } else {
      VK_NAME(finish_tile)(4, w, p, first_tile + tile, first, channels, sums + tile * p->width);
    }
  }
}

static void VK_NAME(winograd_run)(
    const vk_winograd *w, const winograd_plan *p, size_t phase, size_t begin, size_t end, float *shared,
    float *workspace) {
  if (p->apart && phase == 0) {
    VK_NAME(transform)(w, p, begin * p->group, vk_smaller(end * p->group, p->tiles), shared, 0);
    return;
  }
  float *own = workspace + p->components * p->sum_plane;
  for (size_t i = begin; i < end; i++) {
    if (p->apart) {
      const size_t block = i % p->blocks;
      VK_NAME(multiply)(w, p, block, i / p->blocks, shared + block * block_floats(p), workspace);
    } else {
      VK_NAME(transform)(w, p, i * p->block, vk_smaller((i + 1) * p->block, p->tiles), own, i);
      for (size_t panel = 0; panel < p->panels; panel++) VK_NAME(multiply)(w, p, i, panel, own, workspace);
    }
  }
}
