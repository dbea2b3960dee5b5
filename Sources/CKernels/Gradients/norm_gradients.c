#include "vk_norm_gradients.h"

#include <math.h>
#include <string.h>

/// Floats summed in float lanes before the sum goes on in double.
#define VK_SUM_BLOCK 1024

#define VK_IMPL "../Gradients/norm_gradients_impl.h"
#include "../vk_variants.h"

void vk_row_norm_gradient(vk_isa isa, const float *upstream, const float *x, const float *weight, float *out,
                          float *by_weight, float *by_bias, ptrdiff_t count, float centre, double inverse,
                          bool centred) {
  VK_DISPATCH(isa, row_norm_gradient, upstream, x, weight, out, by_weight, by_bias, count, centre, inverse, centred)
}

void vk_l2_normalize_gradient(vk_isa isa, const float *upstream, const float *x, float *out, ptrdiff_t count,
                              ptrdiff_t inner, float epsilon, float *workspace) {
  VK_DISPATCH(isa, l2_normalize_gradient, upstream, x, out, count, inner, epsilon, workspace)
}

void vk_local_response_gradient(vk_isa isa, const float *upstream, const float *x, float *out, ptrdiff_t channels,
                                ptrdiff_t plane, ptrdiff_t begin, ptrdiff_t end, ptrdiff_t size, float alpha,
                                float beta, float k, float *workspace) {
  VK_DISPATCH(isa, local_response_gradient, upstream, x, out, channels, plane, begin, end, size, alpha, beta, k,
              workspace)
}

void vk_softmax_rows_gradient(vk_isa isa, const float *p, float *g, ptrdiff_t rows, ptrdiff_t count) {
  VK_DISPATCH(isa, softmax_rows_gradient, p, g, rows, count)
}
