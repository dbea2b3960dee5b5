#include <float.h>
#include <string.h>

#include "../vk_vector.h"
#include "regions_internal.h"

/// Eight lanes: the bins of a row are seven or fourteen as a rule.
typedef float vk_bins __attribute__((ext_vector_type(VK_BIN_LANES)));

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
