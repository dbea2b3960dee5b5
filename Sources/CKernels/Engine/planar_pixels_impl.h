// One tier of the convolution of planar images with pixels in lanes.

#include "planar_band_impl.h"

#if VK_TIER == 2
#define VK_PLACES 4
#else
#define VK_PLACES 1
#endif

#ifndef VK_PIXEL_SUMS
#define VK_PIXEL_SUMS
/// Sums of some channels at some places: term t of place p lies at at[offsets[t * MOST_PLACES + p]].
typedef struct {
  size_t terms;
  const float *at;
  const int32_t *offsets;
  const float *weights;  // [terms][channels]
  const float *bias;     // or NULL
  float *sums;           // [place][apart / 16 channels][16], or of one place where they are joined
  size_t apart;
  bool joins, more;      // the largest of all places, and of what is there
} pixel_sums;
#endif

/// The larger one; NaN wins.
VK_INLINE vk_f VK_NAME(larger)(vk_f a, vk_f b) {
#if VK_TIER == 2
  // The second operand wins where either is NaN.
  const __mmask16 none = _mm512_cmp_ps_mask((__m512)a, (__m512)a, _CMP_UNORD_Q);
  return (vk_f)_mm512_mask_max_ps((__m512)a, (__mmask16)~none, (__m512)a, (__m512)b);
#else
  return ((b > a) | (b != b)) ? b : a;
#endif
}

/// P places times C channels, kept in registers.
VK_INLINE void VK_NAME(pixel_micro)(const int P, const int C, const pixel_sums *t) {
  vk_f sum[VK_PLACES][MOST_CHANNELS];
#pragma clang loop unroll(full)
  for (int c = 0; c < C; c++) {
    const vk_f bias = (vk_f)(t->bias ? t->bias[c] : 0.0f);
#pragma clang loop unroll(full)
    for (int p = 0; p < P; p++) sum[p][c] = bias;
  }
  const float *at = t->at, *weights = t->weights;
  const int32_t *offsets = t->offsets;
  for (size_t k = t->terms; k > 0; k--, offsets += MOST_PLACES, weights += C) {
    vk_f x[VK_PLACES];
#pragma clang loop unroll(full)
    for (int p = 0; p < P; p++) x[p] = VK_NAME(load)(at + offsets[p]);
#pragma clang loop unroll(full)
    for (int c = 0; c < C; c++) {
      const vk_f weight = (vk_f)(weights[c]);
#pragma clang loop unroll(full)
      for (int p = 0; p < P; p++) sum[p][c] += x[p] * weight;
    }
  }
#pragma clang loop unroll(full)
  for (int c = 0; c < C; c++) {
    float *to = t->sums + c * VK_LANES;
    if (t->joins) {
      vk_f most = sum[0][c];
#pragma clang loop unroll(full)
      for (int p = 1; p < P; p++) most = VK_NAME(larger)(most, sum[p][c]);
      if (t->more) most = VK_NAME(larger)(VK_NAME(load)(to), most);
      VK_NAME(store)(to, most);
      continue;
    }
#pragma clang loop unroll(full)
    for (int p = 0; p < P; p++) VK_NAME(store)(to + (size_t)p * t->apart, sum[p][c]);
  }
}

#define VK_PIXEL_MICRO(P, C) \
  static void VK_NAME(pixel_micro_##P##x##C)(const pixel_sums *t) { VK_NAME(pixel_micro)(P, C, t); }
#define VK_PIXEL_ENTRY(P, C) VK_NAME(pixel_micro_##P##x##C),
#define VK_EACH_CHANNELS(X, P) X(P, 1) X(P, 2) X(P, 3) X(P, 4) X(P, 5) X(P, 6)
VK_EACH_CHANNELS(VK_PIXEL_MICRO, 1)
#if VK_PLACES > 1
VK_EACH_CHANNELS(VK_PIXEL_MICRO, 2)
VK_EACH_CHANNELS(VK_PIXEL_MICRO, 3)
VK_EACH_CHANNELS(VK_PIXEL_MICRO, 4)
#endif

/// By places - 1, channels - 1.
static void (*const VK_NAME(pixel_micros)[VK_PLACES][MOST_CHANNELS])(const pixel_sums *) = {
    {VK_EACH_CHANNELS(VK_PIXEL_ENTRY, 1)},
#if VK_PLACES > 1
    {VK_EACH_CHANNELS(VK_PIXEL_ENTRY, 2)},
    {VK_EACH_CHANNELS(VK_PIXEL_ENTRY, 3)},
    {VK_EACH_CHANNELS(VK_PIXEL_ENTRY, 4)},
#endif
};
#undef VK_PIXEL_MICRO
#undef VK_PIXEL_ENTRY
#undef VK_EACH_CHANNELS

/// The rows that a tile reads.
static void VK_NAME(fill_pixels)(const vk_planar *c, const pixels_plan *p, size_t n, size_t strip, float *band) {
  const ptrdiff_t top = (ptrdiff_t)(strip * p->place_h * c->stride_h) - c->pad_top;
  for (size_t ch = 0; ch < c->in_channels; ch++) {
    const float *plane = c->in + n * c->in_image + ch * c->in_plane;
    for (size_t i = 0; i < p->in_rows; i++, band += p->row) {
      const ptrdiff_t y = top + (ptrdiff_t)i;
      if (y < 0 || y >= (ptrdiff_t)c->in_h) {
        memset(band, 0, p->row * sizeof(float));
        continue;
      }
      const float *from = plane + (size_t)y * c->in_row;
      VK_NAME(split_row)(from, (ptrdiff_t)c->in_w, c->pad_left, p->stride, p->columns, band);
    }
  }
}

/// Where in the band each term of each place lies.
static void VK_NAME(fill_table)(const vk_planar *c, const pixels_plan *p, int32_t *table) {
  for (size_t place = 0; place < p->place_h * p->place_w; place++) {
    int32_t *group = table + place / p->group * p->depth * MOST_PLACES + place % p->group;
    const size_t y = place / p->place_w * c->stride_h, x = place % p->place_w * c->stride_w;
    for (size_t j = 0; j < c->kernel_w; j++) {
      const size_t at = x + j * c->dilation_w, column = at % p->stride * p->columns + at / p->stride;
      for (size_t ch = 0; ch < c->in_channels; ch++) {
        for (size_t i = 0; i < c->kernel_h; i++) {
          const size_t row = ch * p->in_rows + y + i * c->dilation_h;
          group[((ch * c->kernel_h + i) * c->kernel_w + j) * MOST_PLACES] = (int32_t)(row * p->row + column);
        }
      }
    }
  }
}

/// Stores the first `n` of eight lanes.
VK_INLINE void VK_NAME(store_eight)(float *to, size_t n, const vk_f *v, const int half) {
#if VK_TIER == 2
  const __m256 part = half ? _mm512_extractf32x8_ps((__m512)*v, 1) : _mm512_castps512_ps256((__m512)*v);
  _mm256_mask_storeu_ps(to, (__mmask8)((1u << n) - 1), part);
#else
  memcpy(to, (const float *)v + half * 8, n * sizeof(float));
#endif
}

/// `count` results of a row: sums [channel][16] are bounded, transposed eight channels at a time and stored.
static void VK_NAME(store_pixels)(
    const vk_planar *c, vk_bounds bounds, const float *sums, size_t count, float *out) {
  const vk_f low = (vk_f)(bounds.low), high = (vk_f)(bounds.high);
  for (size_t first = 0; first < c->out_channels; first += 8, sums += 8 * VK_LANES) {
    const size_t n = vk_smaller(c->out_channels - first, 8);
    vk_f r[8];
#pragma clang loop unroll(full)
    for (int i = 0; i < 8; i++) {
      r[i] = VK_NAME(load)(sums + i * VK_LANES);
      if (bounds.bounded) r[i] = VK_NAME(bound)(r[i], low, high);
    }
    VK_NAME(transpose_eight)(r);
#pragma clang loop unroll(full)
    for (size_t i = 0; i < 8; i++) {
      if (i < count) VK_NAME(store_eight)(out + i * c->out.pixel + first, n, &r[i], 0);
      if (i + 8 < count) VK_NAME(store_eight)(out + (i + 8) * c->out.pixel + first, n, &r[i], 1);
    }
  }
}

/// One vector of results of a strip.
static void VK_NAME(sum_pixels)(
    const vk_planar *c, const pixels_plan *p, size_t rows, const float *at, const int32_t *table, float *sums) {
  const size_t places = p->joins ? p->place_h * p->place_w : rows;
  for (size_t channel = 0; channel < c->out_channels; channel += p->block) {
    const size_t channels = vk_smaller(c->out_channels - channel, p->block);
    pixel_sums t = {.terms = p->depth, .at = at, .weights = c->weights + channel * p->depth,
                    .bias = c->epilogue.bias ? c->epilogue.bias + channel : NULL, .sums = sums + channel * VK_LANES,
                    .apart = p->channels * VK_LANES, .joins = p->joins};
    for (size_t place = 0; place < places; place += p->group) {
      t.offsets = table + place * p->depth / p->group * MOST_PLACES;
      t.more = place > 0;
      VK_NAME(pixel_micros)[vk_smaller(places - place, p->group) - 1][channels - 1](&t);
    }
  }
}

static void VK_NAME(pixels_tile)(const vk_planar *c, const pixels_plan *p, size_t tile, float *workspace) {
  const int32_t *table = (const int32_t *)(const void *)workspace;
  float *sums = workspace + p->table, *band = sums + p->sums;
  const size_t n = tile / p->bands, begin = tile % p->bands * p->tile_strips;
  const size_t end = vk_smaller(begin + p->tile_strips, p->strips), step = p->place_h * c->stride_h * p->row;
  const vk_bounds bounds = vk_bounds_of(&c->epilogue);
  VK_NAME(fill_pixels)(c, p, n, begin, band);
  for (size_t strip = begin; strip < end; strip++) {
    const size_t y = p->joins ? strip : strip * p->place_h, rows = p->joins ? 1 : vk_smaller(c->out_h - y, p->place_h);
    float *out = c->out.data + n * c->out.image + y * c->out.row;
    for (size_t x = 0; x < p->width; x += VK_LANES) {
      VK_NAME(sum_pixels)(c, p, rows, band + (strip - begin) * step + x, table, sums);
      const size_t count = vk_smaller(p->width - x, VK_LANES);
      for (size_t i = 0; i < rows; i++) {
        float *to = out + i * c->out.row + x * c->out.pixel;
        VK_NAME(store_pixels)(c, bounds, sums + i * p->channels * VK_LANES, count, to);
      }
    }
    for (size_t i = 0; bounds.after && i < rows; i++) {
      VK_NAME(activate_rows)(&c->epilogue, out + i * c->out.row, p->width, c->out.pixel, c->out_channels);
    }
  }
}

static void VK_NAME(pixels_tiles)(
    const vk_planar *c, const pixels_plan *p, size_t begin, size_t end, float *workspace) {
  if (begin < end) VK_NAME(fill_table)(c, p, (int32_t *)(void *)workspace);
  for (size_t tile = begin; tile < end; tile++) VK_NAME(pixels_tile)(c, p, tile, workspace);
}
#undef VK_PLACES
