// One tier of packing weights.
#include "winograd_points_impl.h"

/// The taps of sixteen output channels and one input channel: taps[i] holds the weights `i` floats after the first.
VK_INLINE void VK_NAME(load_kernels)(
    const vk_conv_weights *w, const pack_tile *t, size_t half, size_t in, tap_span span, vk_f taps[16]) {
  const float *from = w->data + (ptrdiff_t)t->group * w->group_stride + (ptrdiff_t)(t->first + half) * w->out_stride +
                      (ptrdiff_t)in * w->in_stride + span.first;
  const size_t rows = t->count > half ? vk_smaller(t->count - half, 16) : 0;
  for (size_t i = 0; i < 16; i++) {
    taps[i] = i < rows ? VK_NAME(load_some)(from + (ptrdiff_t)i * w->out_stride, span.span) : (vk_f)(0.0f);
  }
  VK_NAME(transpose)(taps);
}

VK_INLINE vk_f VK_NAME(scales)(const vk_conv_weights *w, const pack_tile *t, size_t half) {
  if (!w->scale || t->count <= half) return (vk_f)(1.0f);
  return VK_NAME(load_some)(w->scale + t->group * w->out_channels + t->first + half, t->count - half);
}

static void VK_NAME(pack)(const vk_conv_weights *w, const pack_tile *t, float *packed) {
  const size_t taps = w->kernel_h * w->kernel_w;
  const tap_span span = span_of(w);
  float *panel = packed + t->base * taps * w->in_channels;
  for (size_t half = 0; half < t->width; half += VK_LANES) {
    const size_t rows = t->count > half ? vk_smaller(t->count - half, 16) : 0;
    const vk_f scale = VK_NAME(scales)(w, t, half);
    const float *data = w->data
        ? w->data + (ptrdiff_t)t->group * w->group_stride + (ptrdiff_t)(t->first + half) * w->out_stride : NULL;
    const bool across = taps == 1 && w->in_stride == 1 && data;
    for (size_t in = t->in_begin; in < t->in_end;) {
      const size_t some = across ? vk_smaller(t->in_end - in, 16) : 1;
      vk_f r[16];
      if (across) {
        for (size_t i = 0; i < 16; i++) {
          r[i] = i < rows ? VK_NAME(load_some)(data + (ptrdiff_t)i * w->out_stride + in, some) : (vk_f)(0.0f);
        }
        VK_NAME(transpose)(r);
        for (size_t i = 0; i < some; i++) VK_NAME(store)(panel + (in + i) * t->width + half, r[i] * scale);
        in += some;
        continue;
      }
      const bool square = data && w->out_stride != 1 && span.span <= 16;
      if (square) VK_NAME(load_kernels)(w, t, half, in, span, r);
      for (size_t y = 0; y < w->kernel_h; y++) {
        for (size_t x = 0; x < w->kernel_w; x++) {
          const ptrdiff_t at = (ptrdiff_t)y * w->y_stride + (ptrdiff_t)x * w->x_stride;
          vk_f v = (vk_f)(0.0f);
          if (square) {
            v = r[at - span.first];
          } else if (data && rows > 0) {
            const float *from = data + (ptrdiff_t)in * w->in_stride + at;
            if (w->out_stride == 1) {
              v = VK_NAME(load_some)(from, rows);
            } else {
              float lanes[16] = {0};
              for (size_t i = 0; i < rows; i++) lanes[i] = from[(ptrdiff_t)i * w->out_stride];
              v = VK_NAME(load)(lanes);
            }
          }
          VK_NAME(store)(panel + ((y * w->kernel_w + x) * w->in_channels + in) * t->width + half, v * scale);
        }
      }
      in++;
    }
  }
}

/// The same for bf16: the weights of two input channels in the place of a float. `space` has room for PAIRS_SPACE floats.
static void VK_NAME(pack_pairs)(const vk_conv_weights *w, const pack_tile *t, float *packed, float *space) {
  const size_t taps = w->kernel_h * w->kernel_w, depth = w->in_channels / 2;
  float *panel = packed + t->base * taps * depth;
  for (size_t in = t->in_begin; in < t->in_end;) {
    vk_conv_weights part = *w;
    if (part.data) part.data += (ptrdiff_t)in * w->in_stride;
    part.in_channels = vk_smaller(taps == 1 ? 16 : 2, t->in_end - in);
    pack_tile some = *t;
    some.in_begin = some.base = 0;
    some.in_end = part.in_channels;
    VK_NAME(pack)(&part, &some, space);
    for (size_t tap = 0; tap < taps; tap++) {
      for (size_t c = 0; c < part.in_channels; c += 2) {
        const float *first = space + (tap * part.in_channels + c) * t->width;
        float *to = panel + (tap * depth + (in + c) / 2) * t->width;
        for (size_t lane = 0; lane < t->width; lane += VK_LANES) {
          const vk_f x = VK_NAME(load)(first + lane), y = VK_NAME(load)(first + t->width + lane);
          VK_NAME(store)(to + lane, VK_NAME(bf16_pairs)(x, y));
        }
      }
    }
    in += part.in_channels;
  }
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

static void VK_NAME(pack_winograd)(const vk_conv_weights *w, const pack_tile *t, float *packed) {
  const tap_span span = span_of(w);
  float *panel = packed + t->base * 36 * w->in_channels;
  const bool past = w->in_channels * w->out_channels > PAST && (uintptr_t)packed % 64 == 0;
  for (size_t in = t->in_begin; in < t->in_end; in++) {
    for (size_t half = 0; half < t->width; half += VK_LANES) {
      const vk_f scale = VK_NAME(scales)(w, t, half);
      vk_f g[36];
      if (span.span <= 16) {
        vk_f r[16];
        VK_NAME(load_kernels)(w, t, half, in, span, r);
        for (int i = 0; i < 9; i++) {
          g[i / 3 * 6 + i % 3] = r[i / 3 * w->y_stride + i % 3 * w->x_stride - span.first] * scale;
        }
      } else {
        for (int i = 0; i < 9; i++) {
          float lanes[16] = {0};
          for (size_t lane = 0; lane < VK_LANES && half + lane < t->count; lane++) {
            lanes[lane] = w->data[(ptrdiff_t)(t->first + half + lane) * w->out_stride + (ptrdiff_t)in * w->in_stride +
                                  i / 3 * w->y_stride + i % 3 * w->x_stride];
          }
          g[i / 3 * 6 + i % 3] = VK_NAME(load)(lanes) * scale;
        }
      }
#pragma clang loop unroll(full)
      for (int j = 0; j < 3; j++) VK_NAME(winograd_weights)(g + j, 6);
#pragma clang loop unroll(full)
      for (int i = 0; i < 6; i++) {
        VK_NAME(winograd_weights)(g + i * 6, 1);
#pragma clang loop unroll(full)
        for (int j = 0; j < 6; j++) {
          float *to = panel + ((size_t)(i * 6 + j) * w->in_channels + in) * t->width + half;
          VK_NAME(store_past)(past, to, g[i * 6 + j]);
        }
      }
    }
  }
#if VK_TIER == 2
  if (past) _mm_sfence();
#endif
}
