#include <string.h>

#include "vk_gradients.h"

/// Floats summed in float lanes before the sum goes on in double.
#define VK_SUM_BLOCK 1024

#define VK_IMPL "../Gradients/gradients_impl.h"
#include "../vk_variants.h"

void vk_norm_gradient_sums(vk_isa isa, const float *upstream, const float *x, ptrdiff_t count, float centre,
                           double *sum, double *product) {
  VK_DISPATCH(isa, norm_gradient_sums, upstream, x, count, centre, sum, product)
}

void vk_norm_gradient(vk_isa isa, const float *upstream, const float *x, float *out, ptrdiff_t count, float centre,
                      float a, float b, float c) {
  VK_DISPATCH(isa, norm_gradient, upstream, x, out, count, centre, a, b, c)
}

void vk_dropout(vk_isa isa, const float *x, float *y, ptrdiff_t begin, ptrdiff_t end, uint64_t key, ptrdiff_t run,
                uint64_t keep, float scale) {
  VK_DISPATCH(isa, dropout, x, y, begin, end, key, run, keep, scale)
}

void vk_unfold(const vk_unfold_shape *s, const float *image, float *out, ptrdiff_t begin, ptrdiff_t end) {
  const ptrdiff_t pixels = s->out_h * s->out_w;
  for (ptrdiff_t row = begin; row < end; row++) {
    const ptrdiff_t j = row % s->kernel_w, i = row / s->kernel_w % s->kernel_h, c = row / s->kernel_w / s->kernel_h;
    const float *plane = image + c * s->height * s->width;
    float *target = out + row * pixels;
    // Columns whose pixel lies inside: first ..< last.
    const ptrdiff_t shift = j * s->dilation_w - s->pad_left;
    ptrdiff_t first = shift >= 0 ? 0 : (-shift + s->stride_w - 1) / s->stride_w;
    ptrdiff_t last = s->width - 1 - shift < 0 ? 0 : (s->width - 1 - shift) / s->stride_w + 1;
    if (last > s->out_w) last = s->out_w;
    if (first > last) first = last;
    for (ptrdiff_t y = 0; y < s->out_h; y++, target += s->out_w) {
      const ptrdiff_t from = y * s->stride_h + i * s->dilation_h - s->pad_top;
      if (from < 0 || from >= s->height) {
        memset(target, 0, s->out_w * sizeof(float));
        continue;
      }
      const float *source = plane + from * s->width + shift;
      memset(target, 0, first * sizeof(float));
      if (s->stride_w == 1) {
        memcpy(target + first, source + first, (last - first) * sizeof(float));
      } else {
        for (ptrdiff_t x = first; x < last; x++) target[x] = source[x * s->stride_w];
      }
      memset(target + last, 0, (s->out_w - last) * sizeof(float));
    }
  }
}
