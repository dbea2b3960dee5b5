/// Boxes by their corners (x1, y1, x2, y2): overlaps and greedy suppression. Nothing is contracted to fused products,
/// so that every tier gives the same bits, and those of the reference.
#ifndef VK_BOXES_H
#define VK_BOXES_H

#include "vk_isa.h"

/// Measures of how two boxes overlap: intersection over union, and what its kin take off it.
typedef enum { VK_IOU, VK_GIOU, VK_DIOU, VK_CIOU } vk_overlap;

/// Boxes as planes, which vectors read: x1, y1, x2, y2, area, and the angle whose tangent is width over height. Each
/// of `count` floats, one after the other: 6 * count in all.
void vk_box_planes(const float *boxes, ptrdiff_t count, float *planes);
/// out[i * count + j] = the overlap of box i of `boxes` (begin ..< end) with box j of the planes. 0 where it would be 0/0.
void vk_box_overlaps(vk_isa isa, vk_overlap kind, const float *boxes, ptrdiff_t begin, ptrdiff_t end,
                     const float *planes, ptrdiff_t count, float *out);

/// Floats of workspace for vk_nms and vk_soft_nms.
ptrdiff_t vk_nms_workspace(ptrdiff_t count);
/// Greedy suppression: takes the boxes in the given order and drops each that overlaps one that was kept by more than
/// `threshold`. Writes the kept ones' numbers in order; returns how many. Coordinates must be finite.
ptrdiff_t vk_nms(vk_isa isa, const float *boxes, const int32_t *order, ptrdiff_t count, float threshold, int32_t *kept,
                 float *workspace);
/// Suppression that lowers scores: the best box is taken, the scores of the others are multiplied by 1 - overlap where
/// that is more than `threshold` (sigma 0), or by exp(-overlap^2 / sigma), and boxes below `minimum` go. Writes numbers
/// and scores in the order in which they were taken; returns how many. Of equal scores the first box is taken.
ptrdiff_t vk_soft_nms(const float *boxes, const float *scores, ptrdiff_t count, float threshold, float sigma,
                      float minimum, int32_t *kept, float *kept_scores, float *workspace);

#endif
