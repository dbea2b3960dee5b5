#include "vk_normalization.h"

#include <math.h>
#include <string.h>

#include "vk_targets.h"

/// sqrtf sets errno, which keeps loops from becoming vectors.
#define VK_SQRT(x) __builtin_elementwise_sqrt(x)

/// Elements summed in float before double takes over.
enum { VK_SUM_BLOCK = 2048 };

#define VK_IMPL "vk_normalization_impl.h"
#include "vk_variants.h"

void vk_scale_shift(vk_isa isa, const float *in, float *out, ptrdiff_t count, float centre, float scale, float shift) {
  VK_DISPATCH(isa, scale_shift, in, out, count, centre, scale, shift);
}
void vk_scale_shift_each(vk_isa isa, const float *in, float *out, ptrdiff_t count, float centre, float scale,
                         float shift, const float *weight, const float *bias) {
  VK_DISPATCH(isa, scale_shift_each, in, out, count, centre, scale, shift, weight, bias);
}
void vk_moments(vk_isa isa, const float *in, ptrdiff_t count, double *mean, double *variance) {
  VK_DISPATCH(isa, moments, in, count, mean, variance);
}
double vk_sum_squares(vk_isa isa, const float *in, ptrdiff_t count) {
#if defined(__x86_64__)
  if (isa == VK_ISA_AVX512) return sum_squares_avx512(in, count);
  if (isa == VK_ISA_AVX2) return sum_squares_avx2(in, count);
#endif
  return sum_squares_portable(in, count);
}
void vk_l2_normalize(vk_isa isa, const float *in, float *out, ptrdiff_t count, ptrdiff_t inner, float epsilon,
                     float *workspace) {
  VK_DISPATCH(isa, l2_normalize, in, out, count, inner, epsilon, workspace);
}
void vk_local_response(vk_isa isa, const float *in, float *out, ptrdiff_t channels, ptrdiff_t plane, ptrdiff_t begin,
                       ptrdiff_t end, ptrdiff_t size, float alpha, float beta, float k, float *workspace) {
  VK_DISPATCH(isa, local_response, in, out, channels, plane, begin, end, size, alpha, beta, k, workspace);
}
