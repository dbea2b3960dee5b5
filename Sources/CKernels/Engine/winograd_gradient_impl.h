// One tier of the adjoint of Winograd convolution by its weights.
#include "taps_impl.h"
#include "winograd_points_impl.h"

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

/// Products of one component and some panels, over the tiles of a chunk.
static void VK_NAME(adjoint_multiply)(
    const vk_weight_gradient *g, const adjoint_plan *p, size_t tiles, bool accumulate, size_t panel_begin,
    size_t panel_end, const float *a, const float *b, float *sums) {
  for (size_t begin = 0; begin < tiles; begin += TERMS) {
    vk_micro t = {.k = vk_smaller(tiles - begin, TERMS), .a_stride = p->a_stride, .accumulate = accumulate || begin > 0,
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
          g, p, tiles, phase > 1, cut, vk_smaller(cut + p->cut, p->panels), a + component * p->a_plane,
          b + component * p->b_plane, sums + component * p->c_plane);
    }
  }
}
