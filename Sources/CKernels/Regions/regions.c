#include "vk_regions.h"

#include <float.h>

#include "../vk_vector.h"

/// Numbers before the bands of a plan.
enum { VK_REGION_HEAD = 4 };

#define VK_IMPL "Regions/regions_impl.h"
#include "../vk_variants.h"

void vk_roi_align(vk_isa isa, const vk_regions *how, const float *in, const float *in_end, const int32_t *plan,
                  const float *weights, float *out, ptrdiff_t begin, ptrdiff_t end, float *workspace) {
  VK_DISPATCH(isa, roi_align, how, in, in_end, plan, weights, out, begin, end, workspace);
}
void vk_roi_pool(vk_isa isa, const vk_regions *how, const float *in, const float *in_end, const int32_t *plan,
                 float *out, ptrdiff_t begin, ptrdiff_t end, float *workspace) {
  VK_DISPATCH(isa, roi_pool, how, in, in_end, plan, out, begin, end, workspace);
}
void vk_ps_roi(vk_isa isa, const vk_regions *how, const float *in, const int32_t *plan, const float *weights,
               float *out, ptrdiff_t begin, ptrdiff_t end) {
  VK_DISPATCH(isa, ps_roi, how, in, plan, weights, out, begin, end);
}
