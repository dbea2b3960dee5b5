// One tier of the gradient of a convolution by its weights.
#include "taps_impl.h"

/// Copies `count` floats; writes whole vectors.
VK_INLINE void VK_NAME(copy_floats)(float *to, const float *from, size_t count) {
  size_t i = 0;
  for (; i + VK_LANES <= count; i += VK_LANES) VK_NAME(store)(to + i, VK_NAME(load)(from + i));
  if (i < count) VK_NAME(store)(to + i, VK_NAME(load_part)(from + i, count - i));
}

/// Where a block of columns begins: row of taps, tap in it, channel.
typedef struct {
  size_t i, j, channel;
} VK_NAME(term);

/// Zeros, in whole vectors.
VK_INLINE void VK_NAME(clear_floats)(float *to, size_t count) {
  for (size_t i = 0; i < count; i += VK_LANES) VK_NAME(store)(to + i, (vk_f)(0.0f));
}

/// `count` columns of what the output pixel reads whose first tap is input pixel (top, left). Runs are written in whole
/// vectors; the next one covers what is too much, and the row has room at its end. No divisions: they are slow.
VK_INLINE void VK_NAME(gather_terms)(
    const vk_weight_gradient *g, const gradient_plan *p, const float *image, ptrdiff_t top, ptrdiff_t left,
    VK_NAME(term) first, size_t count, float *row) {
  const bool whole = p->flat && left >= 0 && left + (ptrdiff_t)g->kernel_w <= (ptrdiff_t)g->in_w;
  for (size_t i = first.i, done = 0; done < count; i++) {
    const ptrdiff_t y = top + (ptrdiff_t)(i * g->dilation_h);
    const bool exists = y >= 0 && y < (ptrdiff_t)g->in_h;
    if (whole || !exists) {
      const size_t at = first.j * g->in_channels + first.channel;
      const size_t run = vk_smaller(g->kernel_w * g->in_channels - at, count - done);
      if (exists) {
        VK_NAME(copy_floats)(row + done, image + (size_t)y * g->in.row + (size_t)left * g->in.pixel + at, run);
      } else {
        VK_NAME(clear_floats)(row + done, run);
      }
      done += run;
      first.j = first.channel = 0;
      continue;
    }
    const size_t taps = g->kernel_w * g->in_channels;
    if (p->flat && first.j == 0 && first.channel == 0 && count - done >= taps) {
      // Those taps that lie in the picture are one run.
      const ptrdiff_t inside = (ptrdiff_t)g->in_w - left, width = (ptrdiff_t)g->kernel_w;
      const ptrdiff_t end = inside < width ? (inside > 0 ? inside : 0) : width, begin = left < 0 ? -left : 0;
      if (begin >= end) {
        VK_NAME(clear_floats)(row + done, taps);
      } else {
        const size_t before = (size_t)begin * g->in_channels, after = (size_t)end * g->in_channels;
        VK_NAME(clear_floats)(row + done, before);
        const float *from = image + (size_t)y * g->in.row + (size_t)(left + begin) * g->in.pixel;
        VK_NAME(copy_floats)(row + done + before, from, after - before);
        VK_NAME(clear_floats)(row + done + after, taps - after);
      }
      done += taps;
      continue;
    }
    for (size_t j = first.j; j < g->kernel_w && done < count; j++) {
      const ptrdiff_t x = left + (ptrdiff_t)(j * g->dilation_w);
      const size_t run = vk_smaller(g->in_channels - first.channel, count - done);
      if (x >= 0 && x < (ptrdiff_t)g->in_w) {
        VK_NAME(copy_floats)(row + done, image + (size_t)y * g->in.row + (size_t)x * g->in.pixel + first.channel, run);
      } else {
        VK_NAME(clear_floats)(row + done, run);
      }
      done += run;
      first.channel = 0;
    }
    first.j = 0;
  }
}

#ifdef VK_ENGINE_BF16
/// Pixels k and k - 1 as one term; k alone where it is even.
static void VK_NAME(pair_terms)(
    const vk_weight_gradient *g, const gradient_plan *p, float *const rows[2], const float *const upstream[2], size_t k,
    size_t columns, float *a, float *b) {
  const bool both = k % 2 == 1;
  float *const to = a + k / 2 * p->a_stride;
  for (size_t c = 0; c < g->out_channels; c += VK_LANES) {
    const size_t count = g->out_channels - c;
    const vk_f x = VK_NAME(load_some)(upstream[0] + c, count);
    const vk_f y = both ? VK_NAME(load_some)(upstream[1] + c, count) : (vk_f)(0.0f);
    VK_NAME(store)(to + c, VK_NAME(bf16_pairs)(x, y));
  }
  for (size_t c = 0; c < columns; c += p->width) {
    const size_t width = columns - c <= 16 ? 16 : p->width;
    float *panel = b + c * TERMS + k / 2 * width;
    for (size_t lane = 0; lane < width; lane += VK_LANES) {
      const vk_f x = VK_NAME(load)(rows[0] + c + lane);
      const vk_f y = both ? VK_NAME(load)(rows[1] + c + lane) : (vk_f)(0.0f);
      VK_NAME(store)(panel + lane, VK_NAME(bf16_pairs)(x, y));
    }
  }
}
#endif

/// The partial sums of one range of pixels, for one block of columns.
static void VK_NAME(gradient_tile)(
    const vk_weight_gradient *g, const gradient_plan *p, size_t tile, float *shared, float *workspace) {
  const size_t part = tile % p->parts, block = tile / p->parts % p->blocks, group = tile / p->parts / p->blocks;
  const size_t begin = part * p->part, end = vk_smaller(begin + p->part, p->pixels);
  const size_t first = block * p->columns, columns = vk_smaller(p->columns, p->depth - first);
  const size_t tap = first / g->in_channels;
  const VK_NAME(term) term = {tap / g->kernel_w, tap % g->kernel_w, first % g->in_channels};
  float *sums = shared + part * p->partial + group * g->out_channels * p->stride;
  float *a = workspace, *b = a + TERMS * p->a_stride, *row = b + TERMS * p->columns;
#ifdef VK_ENGINE_BF16
  // Two pixels are one term.
  float *const rows_of_two[2] = {row, row + p->columns + 64};
  const float *upstream_of_two[2];
  for (size_t i = 0; i < p->columns + 32; i += VK_LANES) VK_NAME(store)(rows_of_two[1] + i, (vk_f)(0.0f));
#endif
  for (size_t i = 0; i < p->columns + 32; i += VK_LANES) VK_NAME(store)(row + i, (vk_f)(0.0f));
#ifndef VK_ENGINE_BF16
  const bool single = columns <= p->width;
#endif
  size_t n = begin / (g->out_h * g->out_w), y = begin / g->out_w % g->out_h, x = begin % g->out_w;
  for (size_t pixel = begin; pixel < end; pixel += TERMS) {
    const size_t terms = vk_smaller(TERMS, end - pixel);
    for (size_t k = 0; k < terms; k++) {
      const float *upstream = g->upstream.data + n * g->upstream.image + y * g->upstream.row + x * g->upstream.pixel +
                              group * g->out_channels;
#ifdef VK_ENGINE_BF16
      row = rows_of_two[k % 2];
      upstream_of_two[k % 2] = upstream;
#else
      VK_NAME(copy_floats)(a + k * p->a_stride, upstream, g->out_channels);
      // A single panel takes the row where it belongs; what is written too much is the next row's place.
      if (single) row = b + k * (columns <= 16 ? 16 : p->width);
#endif
      VK_NAME(gather_terms)(
          g, p, g->in.data + n * g->in.image + group * g->in_channels, (ptrdiff_t)(y * g->stride_h) - g->pad_top,
          (ptrdiff_t)(x * g->stride_w) - g->pad_left, term, columns, row);
#ifdef VK_ENGINE_BF16
      if (k % 2 == 1 || k + 1 == terms) VK_NAME(pair_terms)(g, p, rows_of_two, upstream_of_two, k, columns, a, b);
#else
      for (size_t c = 0; !single && c < columns; c += p->width) {
        const size_t width = columns - c <= 16 ? 16 : p->width;
        float *panel = b + c * TERMS + k * width;
        for (size_t lane = 0; lane < width; lane += VK_LANES) {
          VK_NAME(store)(panel + lane, VK_NAME(load)(row + c + lane));
        }
      }
#endif
      if (++x == g->out_w) {
        x = 0;
        if (++y == g->out_h) {
          y = 0;
          n++;
        }
      }
    }
#ifdef VK_ENGINE_BF16
    const size_t products = (terms + 1) / 2;
#else
    const size_t products = terms;
#endif
    vk_micro t = {.k = products, .a_stride = p->a_stride, .accumulate = pixel > begin};
    for (size_t strip = 0; strip < g->out_channels; strip += p->rows) {
      const size_t rows = vk_smaller(g->out_channels - strip, p->rows);
      float *out[VK_MOST_ROWS];
      for (size_t i = 0; i < rows; i++) out[i] = sums + (strip + i) * p->stride + first;
      t.a = a + strip;
      t.c = out;
      for (size_t c = 0; c < columns; c += p->width) {
        const size_t width = columns - c <= 16 ? 16 : p->width;
        t.b = b + c * TERMS;
        t.column = c;
        t.width = vk_smaller(columns - c, width);
        VK_NAME(micros)[2][width / VK_LANES - 1][rows - 1](&t);
      }
    }
  }
}

/// Adds the partial sums of some output channels, [tap][channel], and stores them as [channel][tap].
static void VK_NAME(gradient_finish)(
    const vk_weight_gradient *g, const gradient_plan *p, size_t tile, const float *shared, float *workspace) {
  const size_t end = vk_smaller((tile + 1) * p->group, g->groups * g->out_channels);
  for (size_t o = tile * p->group; o < end; o++) {
    const float *sums = shared + o * p->stride;
    float *to = g->out + o * p->depth;
    if (p->parts > 1) {
      for (size_t c = 0; c < p->depth; c += VK_LANES) {
        const size_t count = p->depth - c;
        vk_f sum = VK_NAME(load_some)(sums + c, count);
        for (size_t part = 1; part < p->parts; part++) sum += VK_NAME(load_some)(sums + part * p->partial + c, count);
        VK_NAME(store)(workspace + c, sum);
      }
      sums = workspace;
    }
    if (p->taps == 1) {
      memcpy(to, sums, p->depth * sizeof(float));
    } else if (p->taps <= 16) {
      for (size_t c = 0; c < g->in_channels; c += VK_LANES) {
        const size_t count = vk_smaller(g->in_channels - c, VK_LANES);
        vk_f taps[16];
        for (size_t t = 0; t < 16; t++) {
          taps[t] = t < p->taps ? VK_NAME(load_some)(sums + t * g->in_channels + c, count) : (vk_f)(0.0f);
        }
        VK_NAME(store_taps)(taps, p->taps, count, to + c * p->taps);
      }
    } else {
      for (size_t c = 0; c < g->in_channels; c++) {
        for (size_t t = 0; t < p->taps; t++) to[c * p->taps + t] = sums[t * g->in_channels + c];
      }
    }
  }
}
