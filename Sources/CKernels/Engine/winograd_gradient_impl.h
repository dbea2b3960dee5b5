// One tier of the adjoint of Winograd convolution by its weights.
#include "taps_impl.h"
#include "winograd_points_impl.h"

#ifdef VK_ENGINE_BF16
/// A half of the transform of the input: three values out of six, `half` of the points.
VK_INLINE void VK_NAME(half_in)(const int half, const vk_f in[6], vk_f *d, const int step) {
  const vk_f b = in[1], c = in[2], e = in[3], f = in[4];
  if (half == 0) {
    const vk_f even = f - 2.0f * c, odd = 0.70710678f * e - 1.41421356f * b;
    d[0] = in[0] - 2.5f * c + f;
    d[step] = even + odd;
    d[2 * step] = even - odd;
  } else {
    const vk_f even = f - 0.5f * c, odd = 1.41421356f * e - 0.70710678f * b;
    d[0] = even + odd;
    d[step] = even - odd;
    d[2 * step] = b - 2.5f * e + in[5];
  }
}

/// Likewise of the upstream: three values out of four.
VK_INLINE void VK_NAME(half_out)(const int half, const vk_f in[4], vk_f *d, const int step) {
  const vk_f a = in[0], b = in[1], c = in[2], e = in[3];
  if (half == 0) {
    const vk_f even = a + 0.5f * c, odd = 0.70710678f * b + 0.35355339f * e;
    d[0] = a;
    d[step] = even + odd;
    d[2 * step] = even - odd;
  } else {
    const vk_f even = a + 2.0f * c, odd = 1.41421356f * b + 2.82842712f * e;
    d[0] = even + odd;
    d[step] = even - odd;
    d[2 * step] = e;
  }
}

/// Where a tile's pixels lie: inside the picture rows and columns are evenly apart; elsewhere they are copied first.
typedef struct {
  const float *image;
  ptrdiff_t y, x;
  bool inside;
  uintptr_t next;  // the address of the first new column of the tile that comes next in its place
} VK_NAME(place);

/// Pixels of a tile, of an edge of 6 (input) or 4 (upstream).
VK_INLINE void VK_NAME(adjoint_locate)(
    const int edge, const vk_map *map, size_t n, ptrdiff_t y, ptrdiff_t x, size_t h, size_t w, bool exists,
    VK_NAME(place) *place) {
  place->image = map->data + n * map->image;
  place->inside = exists && y >= 0 && x >= 0 && y + edge <= (ptrdiff_t)h && x + edge <= (ptrdiff_t)w;
  place->y = exists ? y : (ptrdiff_t)h;
  place->x = x;
}

/// Sixteen channels of a tile, `count` of which exist, with zeros around the picture.
static void VK_NAME(copy_patch)(
    size_t edge, const vk_map *map, const VK_NAME(place) *place, size_t h, size_t w, size_t c, size_t count,
    float *patch) {
  for (size_t i = 0; i < edge; i++) {
    for (size_t j = 0; j < edge; j++) {
      const ptrdiff_t y = place->y + (ptrdiff_t)i, x = place->x + (ptrdiff_t)j;
      vk_f v = (vk_f)(0.0f);
      if (y >= 0 && x >= 0 && y < (ptrdiff_t)h && x < (ptrdiff_t)w) {
        v = VK_NAME(load_some)(place->image + (size_t)y * map->row + (size_t)x * map->pixel + c, count);
      }
      VK_NAME(store)(patch + (i * edge + j) * VK_LANES, v);
    }
  }
}

/// Sixteen channels of a tile as the transform reads them; in bytes, what is new of the tile that comes next in its place.
typedef struct {
  const float *at;
  size_t row, pixel;
  uintptr_t next;
  size_t next_row, next_pixel;
} VK_NAME(square);

/// Three rows of components of a tile, of sixteen channels: half of them stay in registers. Fetches half of what the next one
/// reads besides its neighbour: rows are too far apart for the processor to foresee it, and all at once would fill its queue.
VK_INLINE void VK_NAME(adjoint_half)(const int edge, const int half, const VK_NAME(square) *square, vk_f d[18]) {
  const size_t row = square->row, pixel = square->pixel;
  uintptr_t next = square->next + (size_t)half * 2 * square->next_pixel;
  // Few registers hold all addresses; the compiler must not see through them.
  const float *rows[6];
#pragma clang loop unroll(full)
  for (int i = 0; i < edge; i++) {
    rows[i] = square->at + (size_t)i * row;
    asm("" : "+r"(rows[i]));
  }
  size_t three = 3 * pixel, five = 5 * pixel;
  asm("" : "+r"(three), "+r"(five));
#pragma clang loop unroll(full)
  for (int j = 0; j < edge; j++) {
    __builtin_prefetch((const void *)next);
    __builtin_prefetch((const void *)(next + square->next_pixel));
    next += square->next_row;
    const size_t column = j == 3 ? three : j == 5 ? five : (size_t)j * pixel;
    vk_f in[6];
#pragma clang loop unroll(full)
    for (int i = 0; i < edge; i++) in[i] = VK_NAME(load)(rows[i] + column);
    if (edge == 6) {
      VK_NAME(half_in)(half, in, d + j, 6);
    } else {
      VK_NAME(half_out)(half, in, d + j, 6);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < 3; i++) {
    if (edge == 6) {
      VK_NAME(winograd_in)(6, d + i * 6, 1);
    } else {
      VK_NAME(winograd_out_adjoint)(d + i * 6, 1);
    }
  }
}

/// Half of the components of a term, sixteen channels, `plane` apart.
VK_INLINE void VK_NAME(adjoint_term)(
    const int edge, const int half, const VK_NAME(square) *squares, float *to, size_t plane) {
  vk_f d[18];
  float first[18 * VK_LANES] __attribute__((aligned(64)));
  VK_NAME(adjoint_half)(edge, half, &squares[0], d);
#pragma clang loop unroll(full)
  for (int i = 0; i < 18; i++) VK_NAME(store)(first + i * VK_LANES, d[i]);
  // Or the compiler keeps both tiles in registers that it has not got.
  asm volatile("" : : "r"(first) : "memory");
  VK_NAME(adjoint_half)(edge, half, &squares[1], d);
  size_t three = 3 * plane, five = 5 * plane;
  asm("" : "+r"(three), "+r"(five));
#pragma clang loop unroll(full)
  for (int i = 0; i < 18; i++) {
    const int j = i % 6;
    const vk_f v = VK_NAME(bf16_pairs)(VK_NAME(load)(first + i * VK_LANES), d[i]);
    VK_NAME(store)(to + (j == 3 ? three : j == 5 ? five : (size_t)j * plane), v);
    if (j == 5) to += 6 * plane;
  }
}

/// Squares of a term's tiles at sixteen channels, `count` of which exist.
VK_INLINE void VK_NAME(adjoint_squares)(
    const int edge, const vk_map *map, const VK_NAME(place) *places, size_t h, size_t w, size_t c, size_t count,
    float *patches, VK_NAME(square) *squares) {
  for (size_t i = 0; i < 2; i++) {
    const VK_NAME(place) *place = &places[i];
    if (place->inside && count >= VK_LANES) {
      const float *at = place->image + (size_t)place->y * map->row + (size_t)place->x * map->pixel + c;
      squares[i] = (VK_NAME(square)){.at = at, .row = map->row, .pixel = map->pixel};
    } else {
      float *patch = patches + i * 36 * VK_LANES;
      VK_NAME(copy_patch)((size_t)edge, map, place, h, w, c, count, patch);
      squares[i] = (VK_NAME(square)){.at = patch, .row = (size_t)edge * VK_LANES, .pixel = VK_LANES};
    }
    squares[i].next = place->next + c * sizeof(float);
    squares[i].next_row = map->row * sizeof(float);
    squares[i].next_pixel = map->pixel * sizeof(float);
  }
}

/// The address of a pixel, which may lie outside the picture.
VK_INLINE uintptr_t VK_NAME(adjoint_address)(const vk_map *map, size_t n, ptrdiff_t y, ptrdiff_t x) {
  return (uintptr_t)map->data + (n * map->image + (size_t)y * map->row + (size_t)x * map->pixel) * sizeof(float);
}

/// Tiles begin ..< end of a chunk that begins at tile `first`; `begin` is even.
static void VK_NAME(adjoint_transform)(
    const vk_weight_gradient *g, const adjoint_plan *p, size_t first, size_t begin, size_t end, float *a, float *b) {
  float patches[2 * 36 * VK_LANES] __attribute__((aligned(64)));
  for (size_t tile = begin; tile < end; tile += 2) {
    VK_NAME(place) upstream[2], input[2];
    for (size_t i = 0; i < 4; i++) {
      const size_t t = vk_smaller(first + tile + i, p->tiles - 1), n = t / (p->across * p->down);
      const ptrdiff_t y = (ptrdiff_t)(t / p->across % p->down * 4), x = (ptrdiff_t)(t % p->across * 4);
      if (i < 2) {
        const bool exists = tile + i < end;
        VK_NAME(adjoint_locate)(4, &g->upstream, n, y, x, g->out_h, g->out_w, exists, &upstream[i]);
        VK_NAME(adjoint_locate)(6, &g->in, n, y - g->pad_top, x - g->pad_left, g->in_h, g->in_w, exists, &input[i]);
      } else {
        upstream[i - 2].next = VK_NAME(adjoint_address)(&g->upstream, n, y, x);
        input[i - 2].next = VK_NAME(adjoint_address)(&g->in, n, y - g->pad_top, x + 2 - g->pad_left);
      }
    }
    VK_NAME(square) squares[2];
    for (size_t c = 0; c < g->out_channels; c += VK_LANES) {
      VK_NAME(adjoint_squares)(4, &g->upstream, upstream, g->out_h, g->out_w, c, g->out_channels - c, patches, squares);
      float *to = a + tile / 2 * p->a_stride + c;
      VK_NAME(adjoint_term)(4, 0, squares, to, p->a_plane);
      VK_NAME(adjoint_term)(4, 1, squares, to + 18 * p->a_plane, p->a_plane);
    }
    for (size_t c = 0; c < g->in_channels; c += VK_LANES) {
      VK_NAME(adjoint_squares)(6, &g->in, input, g->in_h, g->in_w, c, g->in_channels - c, patches, squares);
      float *to = b + c / p->width * p->b_panel + tile / 2 * p->width + c % p->width;
      VK_NAME(adjoint_term)(6, 0, squares, to, p->b_plane);
      VK_NAME(adjoint_term)(6, 1, squares, to + 18 * p->b_plane, p->b_plane);
    }
  }
}
#else
/// The input of one tile, sixteen channels at a time, to the planes.
static void VK_NAME(adjoint_input)(
    const vk_weight_gradient *g, const adjoint_plan *p, const float *image, ptrdiff_t y, ptrdiff_t x, float *to) {
  vk_square square;
  VK_NAME(winograd_locate)(6, 6, image, &g->in, y, x, g->in_h, g->in_w, &square);
  for (size_t c = 0; c < g->in_channels; c += VK_LANES) {
    const size_t count = g->in_channels - c;
    float *out = to + c / p->width * p->b_panel + c % p->width;
    vk_f d[36];
    // What the next tile reads besides: rows are too far apart for the processor to foresee it.
#pragma clang loop unroll(full)
    for (int i = 0; i < 6; i++) {
      const float *row = square.at[i * 6 + 5] + c * square.step[i * 6 + 5];
#pragma clang loop unroll(full)
      for (size_t j = 1; j <= 4; j++) __builtin_prefetch(row + j * g->in.pixel);
    }
#pragma clang loop unroll(full)
    for (int j = 0; j < 6; j++) {
#pragma clang loop unroll(full)
      for (int i = 0; i < 6; i++) {
        const float *from = square.at[i * 6 + j] + c * square.step[i * 6 + j];
        d[i * 6 + j] = count >= VK_LANES ? VK_NAME(load)(from) : VK_NAME(load_part)(from, count);
      }
      VK_NAME(winograd_in)(6, d + j, 6);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 6; i++) {
      VK_NAME(winograd_in)(6, d + i * 6, 1);
#pragma clang loop unroll(full)
      for (int j = 0; j < 6; j++) VK_NAME(store)(out + (size_t)(i * 6 + j) * p->b_plane, d[i * 6 + j]);
    }
  }
}

/// The gradient by the outputs of one tile, sixteen channels at a time, to the planes.
static void VK_NAME(adjoint_upstream)(
    const vk_weight_gradient *g, const adjoint_plan *p, const float *image, size_t y, size_t x, float *to) {
  vk_square square;
  VK_NAME(winograd_locate)(4, 6, image, &g->upstream, (ptrdiff_t)y, (ptrdiff_t)x, g->out_h, g->out_w, &square);
  for (size_t c = 0; c < g->out_channels; c += VK_LANES) {
    const size_t count = g->out_channels - c;
    vk_f d[36];
#pragma clang loop unroll(full)
    for (int i = 0; i < 4; i++) {
      const float *row = square.at[i * 6 + 3] + c * square.step[i * 6 + 3];
#pragma clang loop unroll(full)
      for (size_t j = 1; j <= 4; j++) __builtin_prefetch(row + j * g->upstream.pixel);
    }
#pragma clang loop unroll(full)
    for (int j = 0; j < 4; j++) {
#pragma clang loop unroll(full)
      for (int i = 0; i < 4; i++) {
        const float *from = square.at[i * 6 + j] + c * square.step[i * 6 + j];
        d[i * 6 + j] = count >= VK_LANES ? VK_NAME(load)(from) : VK_NAME(load_part)(from, count);
      }
      VK_NAME(winograd_out_adjoint)(d + j, 6);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < 6; i++) {
      VK_NAME(winograd_out_adjoint)(d + i * 6, 1);
#pragma clang loop unroll(full)
      for (int j = 0; j < 6; j++) VK_NAME(store)(to + (size_t)(i * 6 + j) * p->a_plane + c, d[i * 6 + j]);
    }
  }
}

/// Tiles begin ..< end of a chunk that begins at tile `first`.
static void VK_NAME(adjoint_transform)(
    const vk_weight_gradient *g, const adjoint_plan *p, size_t first, size_t begin, size_t end, float *a, float *b) {
  for (size_t i = begin; i < end; i++) {
    const size_t tile = first + i, n = tile / (p->across * p->down);
    const size_t y = tile / p->across % p->down * 4, x = tile % p->across * 4;
    VK_NAME(adjoint_input)(
        g, p, g->in.data + n * g->in.image, (ptrdiff_t)y - g->pad_top, (ptrdiff_t)x - g->pad_left, b + i * p->width);
    VK_NAME(adjoint_upstream)(g, p, g->upstream.data + n * g->upstream.image, y, x, a + i * p->a_stride);
  }
}
#endif

/// Products of one component and some panels, over the terms of a chunk.
static void VK_NAME(adjoint_multiply)(
    const vk_weight_gradient *g, const adjoint_plan *p, size_t terms, bool accumulate, size_t panel_begin,
    size_t panel_end, const float *a, const float *b, float *sums) {
  for (size_t begin = 0; begin < terms; begin += TERMS) {
    vk_micro t = {.k = vk_smaller(terms - begin, TERMS), .a_stride = p->a_stride, .accumulate = accumulate || begin > 0,
                  .width = p->width};
    for (size_t strip = 0; strip < g->out_channels; strip += p->rows) {
      const size_t rows = vk_smaller(g->out_channels - strip, p->rows);
      float *out[VK_MOST_ROWS];
      for (size_t i = 0; i < rows; i++) out[i] = sums + (strip + i) * p->c_stride;
      t.a = a + begin * p->a_stride + strip;
      t.c = out;
      for (size_t panel = panel_begin; panel < panel_end; panel++) {
        t.column = panel * p->width;
        t.b = b + panel * p->b_panel + begin * p->width;
        VK_NAME(micros)[2][p->width / VK_LANES - 1][rows - 1](&t);
      }
    }
  }
}

/// From sums to weights.
static void VK_NAME(adjoint_fold)(
    const vk_weight_gradient *g, const adjoint_plan *p, size_t begin, size_t end, const float *sums) {
  for (size_t o = begin; o < end; o++) {
    for (size_t c = 0; c < g->in_channels; c += VK_LANES) {
      const float *from = sums + o * p->c_stride + c;
      vk_f m[36], taps[16];
#pragma clang loop unroll(full)
      for (size_t i = 0; i < 36; i++) __builtin_prefetch(from + i * p->c_plane + 64);
#pragma clang loop unroll(full)
      for (int j = 0; j < 6; j++) {
#pragma clang loop unroll(full)
        for (int i = 0; i < 6; i++) m[i * 6 + j] = VK_NAME(load)(from + (size_t)(i * 6 + j) * p->c_plane);
        VK_NAME(winograd_weights_adjoint)(m + j, 6);
      }
#pragma clang loop unroll(full)
      for (int i = 0; i < 3; i++) {
        VK_NAME(winograd_weights_adjoint)(m + i * 6, 1);
#pragma clang loop unroll(full)
        for (int j = 0; j < 3; j++) taps[i * 3 + j] = m[i * 6 + j];
      }
      for (int i = 9; i < 16; i++) taps[i] = (vk_f)(0.0f);
      VK_NAME(store_taps)(taps, 9, vk_smaller(g->in_channels - c, VK_LANES), g->out + (o * g->in_channels + c) * 9);
    }
  }
}

static void VK_NAME(adjoint_run)(
    const vk_weight_gradient *g, const adjoint_plan *p, size_t phase, size_t begin, size_t end, float *shared) {
  float *a = shared, *b = a + COMPONENTS * p->a_plane, *sums = b + COMPONENTS * p->b_plane;
  if (phase == 2 * p->chunks) {
    VK_NAME(adjoint_fold)(g, p, begin * p->fold, vk_smaller(end * p->fold, g->out_channels), sums);
    return;
  }
  const size_t first = phase / 2 * p->chunk, tiles = vk_smaller(p->chunk, p->tiles - first);
  for (size_t i = begin; i < end; i++) {
    if (phase % 2 == 0) {
      VK_NAME(adjoint_transform)(g, p, first, i * p->group, vk_smaller((i + 1) * p->group, tiles), a, b);
    } else {
      const size_t component = i / p->cuts, cut = i % p->cuts * p->cut;
      VK_NAME(adjoint_multiply)(
          g, p, vk_parts(tiles, p->together), phase > 1, cut, vk_smaller(cut + p->cut, p->panels), a + component * p->a_plane,
          b + component * p->b_plane, sums + component * p->c_plane);
    }
  }
}
