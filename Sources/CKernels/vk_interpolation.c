#include "vk_interpolation.h"

#include <math.h>
#include <string.h>

#include "vk_targets.h"

/// The element coordinate of grid place `x` on an axis of `size`, with what the padding makes of places outside.
static inline float grid_coordinate(float x, ptrdiff_t size, const vk_grid *how) {
  float n = (float)size;
  float place = how->align_corners ? (x + 1) / 2 * (n - 1) : ((x + 1) * n - 1) / 2;
  if (how->padding == VK_GRID_REFLECTION) {
    // Mirrors at the outermost centres, or at the outer edges.
    float low = how->align_corners ? 0 : -0.5f, span = how->align_corners ? n - 1 : n;
    if (span > 0) {
      float from = fabsf(place - low), rest = fmodf(from, span), flips = floorf(from / span);
      place = fmodf(flips, 2) == 0 ? rest + low : span - rest + low;
    } else {
      place = 0;
    }
  }
  if (how->padding != VK_GRID_ZEROS) place = place > 0 ? (place < n - 1 ? place : n - 1) : 0;
  // Also NaN: far outside, where an int32 can hold it.
  return place > -100 && place < n + 100 ? place : -100;
}

/// The position of element (x, y), or -1 outside.
static inline int32_t grid_index(float x, float y, const vk_grid *how) {
  bool inside = x >= 0 && y >= 0 && x < (float)how->in_w && y < (float)how->in_h;
  return inside ? (int32_t)((ptrdiff_t)y * how->in_w + (ptrdiff_t)x) : -1;
}

enum { VK_GRID_BLOCK = 128 };

#define VK_IMPL "vk_interpolation_impl.h"
#include "vk_variants.h"

/// Vectors of 16 put together from single loads take twice as long as vectors of 8 (measured on a Xeon of 2.5 GHz, with
/// clang 21): the AVX2 variants serve both tiers where picking elements is all there is to do.
static vk_isa gathering(vk_isa isa) { return isa == VK_ISA_AVX512 ? VK_ISA_AVX2 : isa; }

void vk_pick(vk_isa isa, const float *row, float *out, const int32_t *indices, ptrdiff_t count) {
  VK_DISPATCH(gathering(isa), pick, row, out, indices, count);
}
void vk_pick_twice(vk_isa isa, const float *row, float *out, ptrdiff_t count) {
  VK_DISPATCH(isa, pick_twice, row, out, count);
}
void vk_gather_taps(vk_isa isa, const float *row, float *out, const int32_t *indices, const float *weights,
                    ptrdiff_t count, ptrdiff_t taps) {
  VK_DISPATCH(gathering(isa), gather_taps, row, out, indices, weights, count, taps);
}
void vk_combine_rows(vk_isa isa, const float *const *rows, const float *weights, ptrdiff_t taps, float *out,
                     ptrdiff_t count) {
  VK_DISPATCH(isa, combine_rows, rows, weights, taps, out, count);
}

void vk_grid_sample(vk_isa isa, const float *in, const float *grid, float *out, const vk_grid *how, ptrdiff_t begin,
                    ptrdiff_t end) {
  VK_DISPATCH(isa, grid_sample, in, grid, out, how, begin, end);
}
