#include <math.h>
#include <string.h>

#include "../include/vk_deformable.h"

/// Pixels whose places are worked out at a time, for all channels.
enum { VK_DEFORMABLE_BLOCK = 128 };

/// Four neighbours of a sample and what they weigh; those outside weigh nothing and are read at 0.
typedef struct {
  int32_t index[4][VK_DEFORMABLE_BLOCK];
  float weight[4][VK_DEFORMABLE_BLOCK];
} deformable_places;

static void deformable_place(const vk_deformable *how, float y, float x, float factor, deformable_places *places,
                             ptrdiff_t i) {
  for (int t = 0; t < 4; t++) {
    places->index[t][i] = 0;
    places->weight[t][i] = 0;
  }
  // Also false for NaN.
  if (!(y > -1 && y < (float)how->in_h && x > -1 && x < (float)how->in_w)) return;
  float top = floorf(y), left = floorf(x), down = y - top, right = x - left;
  for (int t = 0; t < 4; t++) {
    ptrdiff_t row = (ptrdiff_t)top + (t >> 1), column = (ptrdiff_t)left + (t & 1);
    if (row < 0 || row >= how->in_h || column < 0 || column >= how->in_w) continue;
    places->index[t][i] = (int32_t)(row * how->in_w + column);
    places->weight[t][i] = (t >> 1 ? down : 1 - down) * (t & 1 ? right : 1 - right) * factor;
  }
}

#define VK_IMPL "Convolution/deformable_impl.h"
#include "../vk_variants.h"

void vk_deformable_columns(vk_isa isa, const vk_deformable *how, const float *in, ptrdiff_t channels, ptrdiff_t tap,
                           const float *dy, const float *dx, const float *mask, float *columns,
                           ptrdiff_t column_stride, ptrdiff_t begin, ptrdiff_t end) {
  VK_DISPATCH(isa, deformable_columns, how, in, channels, tap, dy, dx, mask, columns, column_stride, begin, end);
}
