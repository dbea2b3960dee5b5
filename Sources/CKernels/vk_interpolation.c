#include "vk_interpolation.h"

#include "vk_targets.h"

#define VK_IMPL "vk_interpolation_impl.h"
#include "vk_variants.h"

void vk_pick(vk_isa isa, const float *row, float *out, const int32_t *indices, ptrdiff_t count) {
  VK_DISPATCH(isa, pick, row, out, indices, count);
}
void vk_pick_twice(vk_isa isa, const float *row, float *out, ptrdiff_t count) {
  VK_DISPATCH(isa, pick_twice, row, out, count);
}
void vk_gather_taps(vk_isa isa, const float *row, float *out, const int32_t *indices, const float *weights,
                    ptrdiff_t count, ptrdiff_t taps) {
  VK_DISPATCH(isa, gather_taps, row, out, indices, weights, count, taps);
}
void vk_combine_rows(vk_isa isa, const float *const *rows, const float *weights, ptrdiff_t taps, float *out,
                     ptrdiff_t count) {
  VK_DISPATCH(isa, combine_rows, rows, weights, taps, out, count);
}
