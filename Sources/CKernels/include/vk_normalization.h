/// Normalisations over contiguous float32 runs.
#ifndef VK_NORMALIZATION_H
#define VK_NORMALIZATION_H

#include "vk_isa.h"

/// out = (in - centre) * scale + shift. What lies far from 0 loses nothing where the centre lies near it.
void vk_scale_shift(vk_isa isa, const float *in, float *out, ptrdiff_t count, float centre, float scale, float shift);
/// out[i] = ((in[i] - centre) * scale + shift) * weight[i] + bias[i]; weight or bias may be NULL.
void vk_scale_shift_each(vk_isa isa, const float *in, float *out, ptrdiff_t count, float centre, float scale,
                         float shift, const float *weight, const float *bias);
/// Mean and variance (biased: the sum of squares divided by count): a pass for the mean, and one about it for both.
void vk_moments(vk_isa isa, const float *in, ptrdiff_t count, double *mean, double *variance);
/// Sum of squares.
double vk_sum_squares(vk_isa isa, const float *in, ptrdiff_t count);
/// out[k, i] = in[k, i] / max(norm over k, epsilon) for `count` rows of `inner` elements. Workspace: inner floats.
void vk_l2_normalize(vk_isa isa, const float *in, float *out, ptrdiff_t count, ptrdiff_t inner, float epsilon,
                     float *workspace);
/// For the pixels begin ..< end of planes `in + c * plane`: out[c] = in[c] / (k + alpha / size * sum of squares over
/// channels c - size / 2 ..< c - size / 2 + size)^beta. Workspace: end - begin floats.
void vk_local_response(vk_isa isa, const float *in, float *out, ptrdiff_t channels, ptrdiff_t plane, ptrdiff_t begin,
                       ptrdiff_t end, ptrdiff_t size, float alpha, float beta, float k, float *workspace);

#endif
