/// Backward kernels over contiguous float32 runs.
#ifndef VK_GRADIENTS_H
#define VK_GRADIENTS_H

#include "vk_isa.h"
#include "vk_unary.h"

/// out[i] = upstream[i] * f'(x[i]). `saved` is x, or f(x) for RECIPROCAL, SQRT, RSQRT, EXP, EXPM1, TANH, SIGMOID and RELU.
/// SIN, COS and ATAN use libm; step functions give zeros. At a kink the derivative is PyTorch's. `out` may be `upstream`.
void vk_unary_gradient(vk_isa isa, vk_unary_function function, const float *upstream, const float *saved, float *out,
                       size_t n, float a, float b);

/// Sums of upstream and of upstream * (x - centre).
void vk_norm_gradient_sums(vk_isa isa, const float *upstream, const float *x, ptrdiff_t count, float centre,
                           double *sum, double *product);
/// out = upstream * a + (x - centre) * b + c.
void vk_norm_gradient(vk_isa isa, const float *upstream, const float *x, float *out, ptrdiff_t count, float centre,
                      float a, float b, float c);

/// One image's patches as columns: out[(c * kernel_h + i) * kernel_w + j][y * out_w + x] is the pixel that output (y, x)
/// reads through tap (i, j) of channel c, zero outside. For rows begin ..< end of the result.
typedef struct {
  ptrdiff_t channels, height, width, kernel_h, kernel_w, out_h, out_w;
  ptrdiff_t stride_h, stride_w, dilation_h, dilation_w, pad_top, pad_left;
} vk_unfold_shape;
void vk_unfold(const vk_unfold_shape *shape, const float *image, float *out, ptrdiff_t begin, ptrdiff_t end);

/// y[i] = x[i] * scale where the counter-based random bits of (key, i / run) fall below `keep` of 2^32, else 0.
void vk_dropout(vk_isa isa, const float *x, float *y, ptrdiff_t begin, ptrdiff_t end, uint64_t key, ptrdiff_t run,
                uint64_t keep, float scale);

#endif
