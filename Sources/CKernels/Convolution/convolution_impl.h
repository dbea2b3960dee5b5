// One tier of packing image pixels into panels of B. Needs VK_NAME, VK_LANES.
#include "../Matrix/gemm_vector.h"

/// Packs rows k_begin..<k_begin + k_count of a panel. Pieces are stored as whole vectors: what one writes beyond its end,
/// the next piece or the next row overwrites.
static void VK_NAME(pack_pieces)(
    const vk_convolution_window *w, const piece *pieces, size_t each, const float *image, size_t k_begin, size_t k_count,
    size_t panel, float *packed) {
  const size_t plane_size = w->height * w->width, stride = w->stride_x;
  size_t tap = k_begin % w->taps;
  const float *plane = image + k_begin / w->taps * plane_size;
  for (size_t k = 0; k < k_count; k++, packed += panel) {
    const piece *p = pieces + tap * each;
    if (stride == 1) {
      for (size_t i = 0; i < each; i++) {
        VK_NAME(store)(packed + p[i].target, VK_NAME(load_lanes)(plane + p[i].source, p[i].lo, p[i].hi));
      }
    } else {
      for (size_t i = 0; i < each; i++) {
        VK_NAME(store)
        (packed + p[i].target, VK_NAME(load_lanes_strided)(plane + p[i].source, stride, p[i].lo, p[i].hi));
      }
    }
    if (++tap == w->taps) {
      tap = 0;
      plane += plane_size;
    }
  }
}
