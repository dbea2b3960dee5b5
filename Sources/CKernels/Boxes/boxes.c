#include <math.h>
#include <string.h>

#include "../include/vk_boxes.h"
#include "../vk_vector.h"

#pragma clang fp contract(off)

/// Numbers of a box in planes.
enum { VK_BOX_PLANES = 6, VK_NMS_PLANES = 5 };

void vk_box_planes(const float *boxes, ptrdiff_t count, float *planes) {
  for (ptrdiff_t i = 0; i < count; i++) {
    const float *box = boxes + 4 * i;
    float width = box[2] - box[0], height = box[3] - box[1];
    for (ptrdiff_t k = 0; k < 4; k++) planes[k * count + i] = box[k];
    planes[4 * count + i] = width * height;
    planes[5 * count + i] = atanf(width / height);
  }
}

ptrdiff_t vk_nms_workspace(ptrdiff_t count) { return (VK_NMS_PLANES + 2) * (count + VK_LANES); }

#define VK_IMPL "Boxes/boxes_impl.h"
#include "../vk_variants.h"

void vk_box_overlaps(vk_isa isa, vk_overlap kind, const float *boxes, ptrdiff_t begin, ptrdiff_t end,
                     const float *planes, ptrdiff_t count, float *out) {
  VK_DISPATCH(isa, box_overlaps, kind, boxes, begin, end, planes, count, out);
}

ptrdiff_t vk_nms(vk_isa isa, const float *boxes, const int32_t *order, ptrdiff_t count, float threshold, int32_t *kept,
                 float *workspace) {
#if defined(__x86_64__)
  if (isa == VK_ISA_AVX512) return nms_avx512(boxes, order, count, threshold, kept, workspace);
  if (isa == VK_ISA_AVX2) return nms_avx2(boxes, order, count, threshold, kept, workspace);
#else
  (void)isa;
#endif
  return nms_portable(boxes, order, count, threshold, kept, workspace);
}

/// The boxes that are not taken yet, as planes of `stride`: corners, area, score; and their numbers.
typedef struct {
  float *planes;
  int32_t *numbers;
  ptrdiff_t stride, count;
} remaining;

static void forget(remaining *boxes, ptrdiff_t i) {
  ptrdiff_t last = --boxes->count;
  for (ptrdiff_t k = 0; k < VK_BOX_PLANES; k++) {
    float *plane = boxes->planes + k * boxes->stride;
    plane[i] = plane[last];
  }
  boxes->numbers[i] = boxes->numbers[last];
}

ptrdiff_t vk_soft_nms(const float *boxes, const float *scores, ptrdiff_t count, float threshold, float sigma,
                      float minimum, int32_t *kept, float *kept_scores, float *workspace) {
  remaining left = {workspace, (int32_t *)(workspace + VK_BOX_PLANES * count), count, 0};
  float *x1 = left.planes, *y1 = x1 + count, *x2 = y1 + count, *y2 = x2 + count, *area = y2 + count;
  float *score = area + count;
  for (ptrdiff_t i = 0; i < count; i++) {
    const float *box = boxes + 4 * i;
    if (!(scores[i] >= minimum)) continue;
    ptrdiff_t at = left.count++;
    x1[at] = box[0], y1[at] = box[1], x2[at] = box[2], y2[at] = box[3];
    area[at] = (box[2] - box[0]) * (box[3] - box[1]);
    score[at] = scores[i];
    left.numbers[at] = (int32_t)i;
  }
  ptrdiff_t taken = 0;
  while (left.count > 0) {
    ptrdiff_t best = 0;
    for (ptrdiff_t i = 1; i < left.count; i++) {
      if (score[i] > score[best] || (score[i] == score[best] && left.numbers[i] < left.numbers[best])) best = i;
    }
    float bx1 = x1[best], by1 = y1[best], bx2 = x2[best], by2 = y2[best], barea = area[best];
    kept[taken] = left.numbers[best];
    kept_scores[taken++] = score[best];
    forget(&left, best);
    for (ptrdiff_t i = 0; i < left.count; i++) {
      float w = fminf(bx2, x2[i]) - fmaxf(bx1, x1[i]), h = fminf(by2, y2[i]) - fmaxf(by1, y1[i]);
      if (!(w > 0 && h > 0)) continue;
      float overlap = w * h / (barea + area[i] - w * h);
      if (sigma > 0) {
        score[i] *= expf(-(overlap * overlap) / sigma);
      } else if (overlap > threshold) {
        score[i] *= 1 - overlap;
      }
    }
    for (ptrdiff_t i = left.count; i-- > 0;) {
      if (!(score[i] >= minimum)) forget(&left, i);
    }
  }
  return taken;
}
