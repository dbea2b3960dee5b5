/// Backward kernels of normalisations and of the softmax of attention.
#ifndef VK_NORM_GRADIENTS_H
#define VK_NORM_GRADIENTS_H

#include "vk_isa.h"

/// One row of y = (x - centre) * inverse * weight + bias, where `inverse` is one over the row's spread about `centre`.
///
/// out is the gradient by x; by_weight and by_bias are added to. Any of weight, by_weight and by_bias may be NULL. With
/// `centred` the centre is the row's mean, else 0 and no function of the row.
void vk_row_norm_gradient(vk_isa isa, const float *upstream, const float *x, const float *weight, float *out,
                          float *by_weight, float *by_bias, ptrdiff_t count, float centre, double inverse,
                          bool centred);
/// The gradient of vk_l2_normalize. Workspace: 2 * inner floats.
void vk_l2_normalize_gradient(vk_isa isa, const float *upstream, const float *x, float *out, ptrdiff_t count,
                              ptrdiff_t inner, float epsilon, float *workspace);
/// The gradient of vk_local_response. Workspace: 2 * channels * (end - begin) floats.
void vk_local_response_gradient(vk_isa isa, const float *upstream, const float *x, float *out, ptrdiff_t channels,
                                ptrdiff_t plane, ptrdiff_t begin, ptrdiff_t end, ptrdiff_t size, float alpha,
                                float beta, float k, float *workspace);
/// For rows of probabilities p and gradients g by them: g = p * (g - sum of p * g).
void vk_softmax_rows_gradient(vk_isa isa, const float *p, float *g, ptrdiff_t rows, ptrdiff_t count);

#endif
