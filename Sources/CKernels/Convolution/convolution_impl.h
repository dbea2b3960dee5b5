// One tier of packing image pixels into panels of B. Needs VK_NAME, VK_LANES.
#include "../Matrix/gemm_vector.h"

/// Copies one piece of one tap for `count` channels, `step` floats apart in the image and `row_step` in the panel.
/// Whole vectors are stored where they fit the panel: what one writes beyond its end, the next piece overwrites.
ALWAYS_INLINE void VK_NAME(copy_piece)(
    const piece p, const float *plane, size_t step, size_t count, size_t stride, size_t panel, float *row,
    size_t row_step) {
  const float *source = plane + p.source;
  float *target = row + p.target;
  const size_t room = panel - p.target;
  if (stride == 1 && p.lo == 0 && p.hi == VK_LANES) {
    for (size_t c = 0; c < count; c++, source += step, target += row_step) {
      VK_NAME(store)(target, VK_NAME(load)(source));
    }
  } else if (room >= VK_LANES) {
    for (size_t c = 0; c < count; c++, source += step, target += row_step) {
      VK_NAME(store)
      (target, stride == 1 ? VK_NAME(load_lanes)(source, p.lo, p.hi)
                           : VK_NAME(load_lanes_strided)(source, stride, p.lo, p.hi));
    }
  } else {
    for (size_t c = 0; c < count; c++, source += step, target += row_step) {
      const VEC v = stride == 1 ? VK_NAME(load_lanes)(source, p.lo, p.hi)
                                : VK_NAME(load_lanes_strided)(source, stride, p.lo, p.hi);
      VK_NAME(store_first)(target, v, (unsigned)room);
    }
  }
}

/// Packs rows k_begin..<k_begin + k_count of a panel. A few channels at a time go through a piece, so that its offsets
/// and masks are computed once for all of them, and the lines that its taps share stay in the first-level cache.
static void VK_NAME(pack_pieces)(
    const vk_convolution_window *w, const piece *pieces, size_t each, const float *image, size_t k_begin,
    size_t k_count, size_t panel, float *packed) {
  const size_t plane_size = w->height * w->width, taps = w->taps, k_end = k_begin + k_count;
  const size_t last = (k_end - 1) / taps + 1;
  for (size_t first = k_begin / taps; first < last; first += CHANNELS_AT_ONCE) {
    for (size_t t = 0; t < taps; t++) {
      // Only the first and the last channel may lack taps.
      size_t begin = first, end = last - first < CHANNELS_AT_ONCE ? last : first + CHANNELS_AT_ONCE;
      if (begin * taps + t < k_begin) begin++;
      if (begin < end && (end - 1) * taps + t >= k_end) end--;
      if (begin >= end) continue;
      const float *plane = image + begin * plane_size;
      float *row = packed + (begin * taps + t - k_begin) * panel;
      const piece *p = pieces + t * each;
      if (w->stride_x == 1) {
        for (size_t i = 0; i < each; i++) {
          VK_NAME(copy_piece)(p[i], plane, plane_size, end - begin, 1, panel, row, taps * panel);
        }
      } else {
        for (size_t i = 0; i < each; i++) {
          VK_NAME(copy_piece)(p[i], plane, plane_size, end - begin, w->stride_x, panel, row, taps * panel);
        }
      }
    }
  }
}
