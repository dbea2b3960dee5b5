// One tier of Winograd convolution, or with VK_ENGINE_BF16 of the one whose transformed factors are of bf16.
#include "winograd_points_impl.h"

/// Where a tile of outputs begins; those after it in its phase lie `dilation` pixels apart.
typedef struct {
  size_t n, y, x;
} VK_NAME(corner);

VK_INLINE VK_NAME(corner) VK_NAME(corner_of)(const vk_winograd *w, const winograd_plan *p, size_t tile) {
  const size_t across = tile % p->across, row = tile / p->across, down = row % p->down, image = row / p->down;
  const size_t phase = image % (w->dilation * w->dilation), step = w->side * w->dilation;
  return (VK_NAME(corner)){
      image / (w->dilation * w->dilation), down * step + phase / w->dilation, across * step + phase % w->dilation};
}

/// Sixteen channels of a pixel or the `count` that exist, of floats or of bf16; `c` elements from `from` on.
VK_INLINE vk_f VK_NAME(input)(const bool rounded, const float *from, size_t c, size_t count) {
#ifdef VK_ENGINE_BF16
  if (rounded) return VK_NAME(load_bf16)((const uint16_t *)from + c, count);
#endif
  (void)rounded;
  return VK_NAME(load_some)(from + c, count);
}
VK_INLINE const float *VK_NAME(element_at)(const bool rounded, const float *base, ptrdiff_t at) {
  return rounded ? (const float *)((const uint16_t *)base + at) : base + at;
}

/// The input of one tile, of 16 channels at a time, to its place in the planes.
VK_INLINE void VK_NAME(transform_tile)(
    const int edge, const bool rounded, const vk_winograd *w, const winograd_plan *p, size_t tile, float *to) {
  const VK_NAME(corner) corner = VK_NAME(corner_of)(w, p, tile);
  const ptrdiff_t y = (ptrdiff_t)corner.y - w->pad_top, x = (ptrdiff_t)corner.x - w->pad_left;
  const ptrdiff_t apart = (ptrdiff_t)w->dilation, reach = (edge - 1) * apart;
  const bool inside = y >= 0 && x >= 0 && y + reach < (ptrdiff_t)w->in_h && x + reach < (ptrdiff_t)w->in_w;
  const size_t down = w->dilation * w->in.row, along = w->dilation * w->in.pixel;
  const float *image = VK_NAME(element_at)(rounded, w->in.data, (ptrdiff_t)(corner.n * w->in.image));
  const float *first = NULL;
  vk_square square;
  if (inside) {
    first = VK_NAME(element_at)(rounded, image, y * (ptrdiff_t)w->in.row + x * (ptrdiff_t)w->in.pixel);
  } else {
    for (int i = 0; i < edge; i++) {
      for (int j = 0; j < edge; j++) {
        const ptrdiff_t yy = y + i * apart, xx = x + j * apart;
        const bool exists = yy >= 0 && xx >= 0 && yy < (ptrdiff_t)w->in_h && xx < (ptrdiff_t)w->in_w;
        const ptrdiff_t at = yy * (ptrdiff_t)w->in.row + xx * (ptrdiff_t)w->in.pixel;
        square.at[i * edge + j] = exists ? VK_NAME(element_at)(rounded, image, at) : vk_zeros;
        square.step[i * edge + j] = exists ? 1 : 0;
      }
    }
  }
  for (size_t c = 0; c < w->in_channels; c += VK_LANES) {
    const size_t count = w->in_channels - c;
    vk_f d[6 * 6];
    if (inside && count >= VK_LANES) {
#pragma clang loop unroll(full)
      for (int j = 0; j < edge; j++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < edge; i++) {
          d[i * edge + j] = VK_NAME(input)(rounded, first, c + (size_t)i * down + (size_t)j * along, VK_LANES);
        }
        VK_NAME(winograd_in)(edge, d + j, edge);
      }
    } else {
#pragma clang loop unroll(full)
      for (int j = 0; j < edge; j++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < edge; i++) {
          const int k = i * edge + j;
          d[k] = inside ? VK_NAME(input)(rounded, first, c + (size_t)i * down + (size_t)j * along, count)
                        : VK_NAME(input)(rounded, square.at[k], c * square.step[k], count);
        }
        VK_NAME(winograd_in)(edge, d + j, edge);
      }
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < edge; i++) {
      VK_NAME(winograd_in)(edge, d + i * edge, 1);
#pragma clang loop unroll(full)
      for (int j = 0; j < edge; j++) {
        float *plane = to + (size_t)(i * edge + j) * p->plane;
#ifdef VK_ENGINE_BF16
        VK_NAME(store_bf16)((uint16_t *)plane + c, VK_LANES, d[i * edge + j]);
#else
        VK_NAME(store)(plane + c, d[i * edge + j]);
#endif
      }
    }
  }
}

/// Tiles begin ..< end into the planes of their blocks.
static void VK_NAME(transform)(
    const vk_winograd *w, const winograd_plan *p, size_t begin, size_t end, float *planes, size_t first_block) {
  for (size_t tile = begin; tile < end; tile++) {
    float *to = planes + (tile / p->block - first_block) * block_floats(p) + tile % p->block * p->channels;
#ifdef VK_ENGINE_BF16
    if (p->rounded_in) {
      VK_NAME(transform_tile)(6, true, w, p, tile, to);
    } else {
      VK_NAME(transform_tile)(6, false, w, p, tile, to);
    }
#else
    if (p->edge == 6) {
      VK_NAME(transform_tile)(6, false, w, p, tile, to);
    } else {
      VK_NAME(transform_tile)(4, false, w, p, tile, to);
    }
#endif
  }
}

/// The sums of one tile and sixteen channels, as outputs: `side` rows, `edge` apart.
VK_INLINE void VK_NAME(outputs_of)(const int edge, const winograd_plan *p, const float *sums, vk_f *m) {
#pragma clang loop unroll(full)
  for (int j = 0; j < edge; j++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < edge; i++) m[i * edge + j] = VK_NAME(load)(sums + (size_t)(i * edge + j) * p->sum_plane);
    VK_NAME(winograd_out)(edge, m + j, edge);
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < edge - 2; i++) VK_NAME(winograd_out)(edge, m + i * edge, 1);
}

/// Stores `count` channels at most, `c` elements from `to` on.
VK_INLINE void VK_NAME(output)(const bool rounded, float *to, size_t c, size_t count, vk_f v) {
#ifdef VK_ENGINE_BF16
  if (rounded) {
    VK_NAME(store_bf16)((uint16_t *)to + c, count, v);
    return;
  }
#endif
  (void)rounded;
  VK_NAME(store_some)(to + c, count, v);
}

/// The outputs of one tile and one panel. An activation that is more than bounds is applied to all of them in `held`, which has a
/// row of `width` floats a pixel.
VK_INLINE void VK_NAME(finish_tile)(
    const int edge, const bool rounded, const vk_winograd *w, const winograd_plan *p, size_t tile, size_t first,
    size_t channels, const float *sums) {
  const vk_epilogue *e = &w->epilogue;
  const vk_bounds bounds = vk_bounds_of(e);
  const vk_f low = (vk_f)(bounds.low), high = (vk_f)(bounds.high);
  const int side = edge - 2;
  const VK_NAME(corner) corner = VK_NAME(corner_of)(w, p, tile);
  if (corner.y >= w->out_h || corner.x >= w->out_w) return;
  const int rows = (int)vk_smaller(vk_parts(w->out_h - corner.y, w->dilation), w->side);
  const int columns = (int)vk_smaller(vk_parts(w->out_w - corner.x, w->dilation), w->side);
  const size_t down = w->dilation * w->out.row, along = w->dilation * w->out.pixel;
  float *out = w->out.data;
  const size_t to = corner.n * w->out.image + corner.y * w->out.row + corner.x * w->out.pixel + first;
  const vk_map *r = &e->residual;
  const size_t from = corner.n * r->image + corner.y * r->row + corner.x * r->pixel + first;
  const size_t r_down = w->dilation * r->row, r_along = w->dilation * r->pixel;
  float held[16 * 32] __attribute__((aligned(64)));
  for (size_t c = 0; c < channels; c += VK_LANES) {
    const size_t count = channels - c;
    vk_f m[6 * 6];
    VK_NAME(outputs_of)(edge, p, sums + c, m);
    const vk_f bias = e->bias ? VK_NAME(load_some)(e->bias + first + c, count) : (vk_f)(0.0f);
    if (!bounds.after && rows == side && columns == side && count >= VK_LANES) {
#pragma clang loop unroll(full)
      for (int i = 0; i < side; i++) {
#pragma clang loop unroll(full)
        for (int j = 0; j < side; j++) {
          vk_f v = m[i * edge + j] + bias;
          if (r->data) {
            v += VK_NAME(input)(
                p->rounded_residual, r->data, from + c + (size_t)i * r_down + (size_t)j * r_along, VK_LANES);
          }
          VK_NAME(output)(
              rounded, out, to + c + (size_t)i * down + (size_t)j * along, VK_LANES, VK_NAME(bound)(v, low, high));
        }
      }
      continue;
    }
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < columns; j++) {
        vk_f v = m[i * edge + j] + bias;
        if (r->data) {
          v += VK_NAME(input)(
              p->rounded_residual, r->data, from + c + (size_t)i * r_down + (size_t)j * r_along, count);
        }
        if (bounds.after) {
          VK_NAME(store)(held + (size_t)(i * side + j) * p->width + c, v);
        } else {
          VK_NAME(output)(
              rounded, out, to + c + (size_t)i * down + (size_t)j * along, count, VK_NAME(bound)(v, low, high));
        }
      }
    }
  }
  if (!bounds.after) return;
  for (int i = 0; i < rows; i++) {
    float *row = held + (size_t)(i * side) * p->width;
    const size_t floats = channels >= p->width ? (size_t)columns * p->width : 0;
    // Whole rows at once; where channels are missing a pixel at a time.
    if (floats > 0) VK_NAME(activate)(e->activation, e->a, e->b, row, row, floats);
    for (int j = 0; j < columns; j++) {
      float *at = row + (size_t)j * p->width;
      if (floats == 0) VK_NAME(activate)(e->activation, e->a, e->b, at, at, channels);
      for (size_t c = 0; c < channels; c += VK_LANES) {
        VK_NAME(output)(
            rounded, out, to + c + (size_t)i * down + (size_t)j * along, channels - c,
            VK_NAME(load_some)(at + c, channels - c));
      }
    }
  }
}

/// Rows of pixels of a block's tiles, fetched a few at a time between products: transforms would wait for memory.
/// What lies beyond an image's edge is fetched, too: no fault, and seldom.
typedef struct {
  uintptr_t first;                // the address of the first pixel
  size_t image, row, pixel;       // bytes from one to the next
  size_t rows, columns, bytes;    // of a tile; of a pixel
  size_t tile, end, at;           // what is next: a row of a tile
  size_t due, count, calls;       // `calls` fetch all of `count` rows
  VK_NAME(corner) corner;
} VK_NAME(ahead);

/// Those of `block` and of `channels` channels. `skip`: elements before the first pixel that is fetched.
static void VK_NAME(ahead_of)(
    const vk_winograd *w, const winograd_plan *p, size_t block, const vk_map *map, const bool rounded, ptrdiff_t skip,
    size_t channels, VK_NAME(ahead) *a) {
  const size_t element = rounded ? sizeof(uint16_t) : sizeof(float);
  a->first = (uintptr_t)map->data + (uintptr_t)(skip * (ptrdiff_t)element);
  a->image = map->image * element;
  a->row = map->row * element;
  a->pixel = map->pixel * element;
  a->bytes = channels * element;
  a->tile = block * p->block;
  a->end = vk_smaller(a->tile + p->block, p->tiles);
  a->count = (a->end - a->tile) * a->rows;
  a->at = a->due = 0;
  a->corner = VK_NAME(corner_of)(w, p, a->tile);
}

/// What is new of the input of a block's tiles: their first two columns are the last ones of those before.
static void VK_NAME(ahead_in)(
    const vk_winograd *w, const winograd_plan *p, size_t block, size_t calls, VK_NAME(ahead) *a) {
  a->rows = p->edge;
  a->columns = w->side;
  a->calls = calls;
  const ptrdiff_t row = -(ptrdiff_t)w->pad_top, column = 2 * (ptrdiff_t)w->dilation - w->pad_left;
  const ptrdiff_t skip = row * (ptrdiff_t)w->in.row + column * (ptrdiff_t)w->in.pixel;
  VK_NAME(ahead_of)(w, p, block, &w->in, p->rounded_in, skip, w->in_channels, a);
}

/// What a block and a panel of `channels` from `first` on write.
static void VK_NAME(ahead_out)(
    const vk_winograd *w, const winograd_plan *p, size_t block, size_t calls, size_t first, size_t channels,
    VK_NAME(ahead) *a) {
  a->rows = a->columns = w->side;
  a->calls = calls;
  VK_NAME(ahead_of)(w, p, block, &w->out, p->rounded_out, (ptrdiff_t)first, channels, a);
}

static void VK_NAME(fetch)(const vk_winograd *w, const winograd_plan *p, VK_NAME(ahead) *a) {
  for (a->due += a->count; a->due >= a->calls && a->tile < a->end; a->due -= a->calls) {
    uintptr_t pixel = a->first + a->corner.n * a->image + (a->corner.y + a->at * w->dilation) * a->row +
                      a->corner.x * a->pixel;
    for (size_t j = 0; j < a->columns; j++, pixel += w->dilation * a->pixel) {
      for (size_t i = 0; i < a->bytes; i += 64) __builtin_prefetch((const void *)(pixel + i));
    }
    if (++a->at < a->rows) continue;
    a->at = 0;
    if (++a->tile % p->across != 0) {
      a->corner.x += w->side * w->dilation;
    } else if (a->tile < a->end) {
      a->corner = VK_NAME(corner_of)(w, p, a->tile);
    }
  }
}

/// `count` transformed kernels of a panel from `begin` on: a row of `width` floats each, by component.
static void VK_NAME(transform_late)(
    const winograd_plan *p, const float *weights, size_t begin, size_t count, size_t width, float *kernels) {
  const size_t tap = p->terms * width;
  for (size_t at = 0; at < count * width; at += VK_LANES) {
    const float *from = weights + begin * width + at;
    vk_f g[36];
#pragma clang loop unroll(full)
    for (int i = 0; i < 9; i++) g[i / 3 * 6 + i % 3] = VK_NAME(load)(from + (size_t)i * tap);
#pragma clang loop unroll(full)
    for (int j = 0; j < 3; j++) VK_NAME(winograd_weights)(g + j, 6);
#pragma clang loop unroll(full)
    for (int i = 0; i < 6; i++) {
      VK_NAME(winograd_weights)(g + i * 6, 1);
#pragma clang loop unroll(full)
      for (int j = 0; j < 6; j++) VK_NAME(store)(kernels + (size_t)(i * 6 + j) * p->kernel_plane + at, g[i * 6 + j]);
    }
  }
}

/// The products of a block and a panel, and what comes of them. Meanwhile `ahead`, if any, is fetched.
static void VK_NAME(multiply)(
    const vk_winograd *w, const winograd_plan *p, size_t block, size_t panel, const float *planes, float *sums,
    VK_NAME(ahead) *ahead) {
  const size_t first_tile = block * p->block, tiles = vk_smaller(p->tiles - first_tile, p->block);
  const size_t first = panel * p->width, channels = vk_smaller(w->out_channels - first, p->width);
  const size_t width = channels <= 16 ? 16 : p->width, taps = p->kernel_plane > 0 ? 9 : p->components;
  const float *weights = w->weights + first * taps * p->terms;
  float *kernels = sums + p->components * p->sum_plane;
  const size_t strips = vk_parts(p->block, VK_NAME(most_rows)), rows = vk_parts(p->block, strips);
  VK_NAME(ahead) results;
  if (p->fetched) {
    VK_NAME(ahead_out)(w, p, block, p->components * strips * vk_parts(p->terms, p->chunk), first, channels, &results);
  }
  vk_micro t = {.a_stride = p->channels, .width = width, .low = 0, .high = 0};
  for (size_t begin = 0; begin < p->terms; begin += p->chunk) {
    t.k = vk_smaller(p->terms - begin, p->chunk);
    t.accumulate = begin > 0;
    // Of what is transformed next, a component's first strip fetches a quarter of a tap.
    const float *next = NULL;
    size_t next_width = width;
    if (p->kernel_plane > 0) {
      VK_NAME(transform_late)(p, weights, begin, t.k, width, kernels);
      if (begin + p->chunk < p->terms) {
        next = weights + (begin + p->chunk) * width;
      } else if (panel + 1 < p->panels) {
        next = weights + 9 * p->terms * width;
        next_width = w->out_channels - first - width <= 16 ? 16 : width;
      }
    }
    for (size_t i = 0; i < p->components; i++) {
      t.b = p->kernel_plane > 0 ? kernels + i * p->kernel_plane : weights + (i * p->terms + begin) * width;
      t.column = i * p->sum_plane;
      for (size_t strip = 0; strip < tiles; strip += rows) {
        const size_t some = vk_smaller(tiles - strip, rows);
        float *out[VK_MOST_ROWS];
        if (p->fetched) VK_NAME(fetch)(w, p, &results);
        if (ahead) VK_NAME(fetch)(w, p, ahead);
        for (size_t row = 0; row < some; row++) out[row] = sums + (strip + row) * p->width;
        t.c = out;
        t.a = planes + i * p->plane + strip * p->channels + begin;
        t.next = next && strip == 0 ? (const char *)(next + (i / 4 * p->terms + i % 4 * (p->chunk / 4)) * next_width) : NULL;
        t.next_step = t.next ? next_width * sizeof(float) : 0;
        VK_NAME(micros)[0][width / VK_LANES - 1][some - 1](&t);
      }
    }
  }
  for (size_t tile = 0; tile < tiles; tile++) {
    const float *own = sums + tile * p->width;
#ifdef VK_ENGINE_BF16
    if (p->rounded_out) {
      VK_NAME(finish_tile)(6, true, w, p, first_tile + tile, first, channels, own);
    } else {
      VK_NAME(finish_tile)(6, false, w, p, first_tile + tile, first, channels, own);
    }
#else
    if (p->edge == 6) {
      VK_NAME(finish_tile)(6, false, w, p, first_tile + tile, first, channels, own);
    } else {
      VK_NAME(finish_tile)(4, false, w, p, first_tile + tile, first, channels, own);
    }
#endif
  }
}

static void VK_NAME(winograd_run)(
    const vk_winograd *w, const winograd_plan *p, size_t phase, size_t begin, size_t end, float *shared,
    float *workspace) {
  if (p->apart && phase == 0) {
    VK_NAME(transform)(w, p, begin * p->group, vk_smaller(end * p->group, p->tiles), shared, 0);
    return;
  }
  float *own = workspace + p->components * (p->sum_plane + p->kernel_plane);
  for (size_t i = begin; i < end; i++) {
    if (p->apart) {
      const size_t block = i % p->blocks;
      VK_NAME(multiply)(w, p, block, i / p->blocks, shared + block * block_floats(p), workspace, NULL);
    } else {
      VK_NAME(transform)(w, p, i * p->block, vk_smaller((i + 1) * p->block, p->tiles), own, i);
      const size_t strips = vk_parts(p->block, VK_NAME(most_rows)), chunks = vk_parts(p->terms, p->chunk);
      const size_t calls = p->panels * p->components * strips * chunks;
      const bool more = p->fetched && i + 1 < end;
      VK_NAME(ahead) ahead;
      if (more) VK_NAME(ahead_in)(w, p, i + 1, calls, &ahead);
      for (size_t panel = 0; panel < p->panels; panel++) {
        VK_NAME(multiply)(w, p, i, panel, own, workspace, more ? &ahead : NULL);
      }
    }
  }
}
