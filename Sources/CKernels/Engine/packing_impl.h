// One tier of packing weights.
#include "winograd_points_impl.h"

/// The taps of sixteen output channels and one input channel: taps[i] holds the weights `i` floats after the first. What is wanted
/// four channels later is fetched: it may lie in other pages.
VK_INLINE void VK_NAME(load_kernels)(
    const vk_conv_weights *w, const pack_tile *t, size_t half, size_t in, tap_span span, vk_f taps[16]) {
  const float *from = w->data + (ptrdiff_t)t->group * w->group_stride + (ptrdiff_t)(t->first + half) * w->out_stride +
                      (ptrdiff_t)in * w->in_stride + span.first;
  const size_t rows = t->count > half ? vk_smaller(t->count - half, 16) : 0;
  for (size_t i = 0; i < 16; i++) {
    taps[i] = i < rows ? VK_NAME(load_some)(from + (ptrdiff_t)i * w->out_stride, span.span) : (vk_f)(0.0f);
#if VK_TIER == 2
    __builtin_prefetch(from + (ptrdiff_t)i * w->out_stride + 4 * w->in_stride);
#endif
  }
  VK_NAME(transpose)(taps);
}

/// One tap of sixteen output channels and one input channel.
VK_INLINE vk_f VK_NAME(load_tap)(
    const vk_conv_weights *w, const pack_tile *t, size_t half, size_t in, ptrdiff_t at) {
  const size_t rows = t->count > half ? vk_smaller(t->count - half, 16) : 0;
  if (!w->data || rows == 0) return (vk_f)(0.0f);
  const float *from = w->data + (ptrdiff_t)t->group * w->group_stride + (ptrdiff_t)(t->first + half) * w->out_stride +
                      (ptrdiff_t)in * w->in_stride + at;
  if (w->out_stride == 1) return VK_NAME(load_some)(from, rows);
  float lanes[16] = {0};
  for (size_t i = 0; i < rows; i++) lanes[i] = from[(ptrdiff_t)i * w->out_stride];
  return VK_NAME(load)(lanes);
}

/// The only taps of sixteen output channels and `some` input channels, 16 or fewer, that lie side by side.
VK_INLINE void VK_NAME(load_channels)(
    const vk_conv_weights *w, const pack_tile *t, size_t half, size_t in, size_t some, vk_f channels[16]) {
  const float *from = w->data + (ptrdiff_t)t->group * w->group_stride + (ptrdiff_t)(t->first + half) * w->out_stride + in;
  const size_t rows = t->count > half ? vk_smaller(t->count - half, 16) : 0;
  for (size_t i = 0; i < 16; i++) {
    channels[i] = i < rows ? VK_NAME(load_some)(from + (ptrdiff_t)i * w->out_stride, some) : (vk_f)(0.0f);
  }
  VK_NAME(transpose)(channels);
}

VK_INLINE vk_f VK_NAME(scales)(const vk_conv_weights *w, const pack_tile *t, size_t half) {
  if (!w->scale || t->count <= half) return (vk_f)(1.0f);
  return VK_NAME(load_some)(w->scale + t->group * w->out_channels + t->first + half, t->count - half);
}

/// The weights of one input channel in the place of a float, or of bf16 those of two.
VK_INLINE vk_f VK_NAME(term)(const size_t channels, vk_f first, vk_f second, vk_f scale) {
  return channels == 2 ? VK_NAME(bf16_pairs)(first * scale, second * scale) : first * scale;
}

/// Terms of `channels` input channels, 1 or 2.
VK_INLINE void VK_NAME(pack_terms)(const size_t channels, const vk_conv_weights *w, const pack_tile *t, float *packed) {
  const size_t height = w->kernel_h, width = w->kernel_w, taps = height * width, depth = w->in_channels / channels;
  const ptrdiff_t down = w->y_stride, along = w->x_stride;
  const tap_span span = span_of(w);
  const bool across = taps == 1 && w->in_stride == 1 && w->data;
  const bool square = !across && w->data && w->out_stride != 1 && span.span <= 16;
  for (size_t in = t->in_begin; in < t->in_end;) {
    const size_t some = across ? vk_smaller(t->in_end - in, 16) : channels;
    for (size_t half = 0; half < t->width; half += VK_LANES) {
      const vk_f scale = VK_NAME(scales)(w, t, half);
      float *to = packed + t->base * taps * depth + in / channels * t->width + half;
      vk_f r[2][16];
      if (across) {
        VK_NAME(load_channels)(w, t, half, in, some, r[0]);
        for (size_t i = 0; i < some; i += channels) {
          VK_NAME(store)(to + i / channels * t->width, VK_NAME(term)(channels, r[0][i], r[0][(i + 1) % 16], scale));
        }
        continue;
      }
      for (size_t c = 0; square && c < channels; c++) VK_NAME(load_kernels)(w, t, half, in + c, span, r[c]);
      for (size_t y = 0; y < height; y++) {
        for (size_t x = 0; x < width; x++, to += depth * t->width) {
          const ptrdiff_t at = (ptrdiff_t)y * down + (ptrdiff_t)x * along;
          vk_f tap[2] = {(vk_f)(0.0f), (vk_f)(0.0f)};
          for (size_t c = 0; c < channels; c++) {
            tap[c] = square ? r[c][at - span.first] : VK_NAME(load_tap)(w, t, half, in + c, at);
          }
          VK_NAME(store)(to, VK_NAME(term)(channels, tap[0], tap[1], scale));
        }
      }
    }
    in += some;
  }
}

static void VK_NAME(pack)(const vk_conv_weights *w, const pack_tile *t, float *packed) {
  VK_NAME(pack_terms)(1, w, t, packed);
}
static void VK_NAME(pack_pairs)(const vk_conv_weights *w, const pack_tile *t, float *packed) {
  VK_NAME(pack_terms)(2, w, t, packed);
}

/// Past the caches: what is larger than they are would drive out everything else, and each line be read before it is written.
VK_INLINE void VK_NAME(store_past)(bool past, float *p, vk_f x) {
#if VK_TIER == 2
  if (past) {
    _mm512_stream_ps(p, (__m512)x);
    return;
  }
#endif
  (void)past;
  VK_NAME(store)(p, x);
}

/// Three weights at the six points of 4x4 tiles, in double precision.
VK_INLINE void VK_NAME(exact_weights)(const vk_d *g, const int step, vk_d *to, const int to_step) {
  const vk_d a = g[0], b = g[step], c = g[2 * step];
  const vk_d even = (a + 0.5 * c) / -1.5, odd = b * (0.70710678118654752440 / 1.5);
  const vk_d even2 = (a + 2.0 * c) / 6.0, odd2 = b * (1.41421356237309504880 / 6.0);
  to[0] = a;
  to[to_step] = even - odd;
  to[2 * to_step] = even + odd;
  to[3 * to_step] = even2 + odd2;
  to[4 * to_step] = even2 - odd2;
  to[5 * to_step] = c;
}

/// The transformed kernels of sixteen output channels and one input channel.
VK_INLINE void VK_NAME(transform_kernels)(
    const bool exact, const vk_conv_weights *w, const pack_tile *t, size_t half, size_t in, tap_span span, vk_f g[36]) {
  const vk_f scale = VK_NAME(scales)(w, t, half);
  vk_f k[9];
  if (span.span <= 16 && w->data) {
    vk_f r[16];
    VK_NAME(load_kernels)(w, t, half, in, span, r);
    for (int i = 0; i < 9; i++) k[i] = r[i / 3 * w->y_stride + i % 3 * w->x_stride - span.first];
  } else {
    for (int i = 0; i < 9; i++) k[i] = VK_NAME(load_tap)(w, t, half, in, i / 3 * w->y_stride + i % 3 * w->x_stride);
  }
  if (exact) {
    const vk_d factor = __builtin_convertvector(scale, vk_d);
    vk_d d[9], half_way[18], whole[36];
    for (int i = 0; i < 9; i++) d[i] = __builtin_convertvector(k[i], vk_d) * factor;
    for (int j = 0; j < 3; j++) VK_NAME(exact_weights)(d + j, 3, half_way + j, 3);
    for (int i = 0; i < 6; i++) VK_NAME(exact_weights)(half_way + i * 3, 1, whole + i * 6, 1);
    for (int i = 0; i < 36; i++) g[i] = __builtin_convertvector(whole[i], vk_f);
    return;
  }
  for (int i = 0; i < 9; i++) g[i / 3 * 6 + i % 3] = k[i] * scale;
#pragma clang loop unroll(full)
  for (int j = 0; j < 3; j++) VK_NAME(winograd_weights)(g + j, 6);
#pragma clang loop unroll(full)
  for (int i = 0; i < 6; i++) VK_NAME(winograd_weights)(g + i * 6, 1);
}

/// Terms of `channels` input channels, 1 or 2.
VK_INLINE void VK_NAME(pack_winograd_terms)(
    const size_t channels, const bool exact, const vk_conv_weights *w, const pack_tile *t, float *packed) {
  const tap_span span = span_of(w);
  const size_t terms = w->in_channels / channels;
  float *panel = packed + t->base * 36 * terms;
  const bool past = terms * w->out_channels > PAST && (uintptr_t)packed % 64 == 0;
  for (size_t in = t->in_begin; in < t->in_end; in += channels) {
    for (size_t half = 0; half < t->width; half += VK_LANES) {
      vk_f g[2][36];
      for (size_t c = 0; c < channels; c++) VK_NAME(transform_kernels)(exact, w, t, half, in + c, span, g[c]);
#pragma clang loop unroll(full)
      for (size_t i = 0; i < 36; i++) {
        float *to = panel + (i * terms + in / channels) * t->width + half;
        VK_NAME(store_past)(past, to, VK_NAME(term)(channels, g[0][i], g[channels - 1][i], (vk_f)(1.0f)));
      }
    }
  }
#if VK_TIER == 2
  if (past) _mm_sfence();
#endif
}

static void VK_NAME(pack_winograd)(const vk_conv_weights *w, const pack_tile *t, float *packed) {
  VK_NAME(pack_winograd_terms)(1, false, w, t, packed);
}
static void VK_NAME(pack_winograd_exactly)(const vk_conv_weights *w, const pack_tile *t, float *packed) {
  VK_NAME(pack_winograd_terms)(1, true, w, t, packed);
}
static void VK_NAME(pack_winograd_pairs)(const vk_conv_weights *w, const pack_tile *t, float *packed) {
  VK_NAME(pack_winograd_terms)(2, false, w, t, packed);
}
