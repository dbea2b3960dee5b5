/// Backward kernels of the poolings over regions: they add to the features' gradient what one planned region's bins give.
#ifndef VK_REGION_GRADIENTS_H
#define VK_REGION_GRADIENTS_H

#include "vk_regions.h"

/// Of vk_roi_align, for channels begin ..< end: `upstream` is the region's [channels, out_h, out_w], `out` holds all
/// images. Workspace: in_w floats.
void vk_roi_align_gradient(vk_isa isa, const vk_regions *how, const float *upstream, const int32_t *plan,
                           const float *weights, float *out, ptrdiff_t begin, ptrdiff_t end, float *workspace);
/// Of vk_roi_pool: to the first of the largest pixels of each bin.
void vk_roi_pool_gradient(const vk_regions *how, const float *in, const float *upstream, const int32_t *plan,
                          float *out, ptrdiff_t begin, ptrdiff_t end);
/// Of vk_ps_roi, for output channels begin ..< end. Weights NULL: plain means over whole pixels.
void vk_ps_roi_gradient(const vk_regions *how, const float *upstream, const int32_t *plan, const float *weights,
                        float *out, ptrdiff_t begin, ptrdiff_t end);

#endif
