/// Pooling over regions of interest: boxes of (image number, x1, y1, x2, y2), cut into bins of out_h x out_w.
///
/// A plan says once for all channels which rows and columns every bin of a region reads and what they weigh; the
/// kernels then follow it channel by channel. Bins are a band of rows by a band of columns, so a plan is small.
#ifndef VK_REGIONS_H
#define VK_REGIONS_H

#include "vk_isa.h"

/// Features and what is made of each region.
typedef struct {
  ptrdiff_t channels, in_h, in_w;
  ptrdiff_t out_h, out_w;
  float scale;         // pixels of the features for one of the boxes
  ptrdiff_t sampling;  // alignment: samples across a bin, 0 for about one a pixel
  bool half_pixel;     // alignment: pixel centres lie half a pixel in, and boxes may be thinner than a pixel
} vk_regions;

/// Integers of one region's plan: the image (-1: the result is zero), the first column, the number of columns, the
/// number of weights of bands, then first and count of every band of rows and of every band of columns, and of the
/// columns that each eight bins together read.
ptrdiff_t vk_regions_plan_count(const vk_regions *how);
/// Most weights that the plan of a region needs. At least 1.
ptrdiff_t vk_roi_align_weight_count(const vk_regions *how, const float *box);

/// Bilinear samples; `weights` has room for `capacity`: those of the rows' bands, those of the columns', then for each
/// eight bins a matrix, their columns by eight, so that bins become lanes. Boxes that are not finite, beyond 2^30, or
/// of an image outside 0 ..< images give zeros.
void vk_roi_align_plan(const vk_regions *how, ptrdiff_t images, const float *box, int32_t *plan, float *weights,
                       ptrdiff_t capacity);
/// Whole pixels of max pooling; no weights.
void vk_roi_pool_plan(const vk_regions *how, ptrdiff_t images, const float *box, int32_t *plan);
/// Whole pixels of position-sensitive average pooling; no weights.
void vk_ps_roi_pool_plan(const vk_regions *how, ptrdiff_t images, const float *box, int32_t *plan);

/// Floats of workspace for vk_roi_align and vk_roi_pool.
ptrdiff_t vk_regions_workspace(const vk_regions *how);

/// Means of bilinear samples: channels begin ..< end of one region, into out[c * out_h * out_w]. `in` holds all images;
/// in_end is where they end.
void vk_roi_align(vk_isa isa, const vk_regions *how, const float *in, const float *in_end, const int32_t *plan,
                  const float *weights, float *out, ptrdiff_t begin, ptrdiff_t end, float *workspace);
/// Largest elements, 0 for bins without pixels; NaN is passed over, as in the reference.
void vk_roi_pool(vk_isa isa, const vk_regions *how, const float *in, const float *in_end, const int32_t *plan,
                 float *out, ptrdiff_t begin, ptrdiff_t end, float *workspace);
/// Position-sensitive: bin (y, x) of output channel c reads channel (c * out_h + y) * out_w + x. Output channels
/// begin ..< end. Weights NULL: plain means over whole pixels.
void vk_ps_roi(vk_isa isa, const vk_regions *how, const float *in, const int32_t *plan, const float *weights,
               float *out, ptrdiff_t begin, ptrdiff_t end);

#endif
