#include "../vk_targets.h"
#include "gemm_internal.h"

#define VK_NAME(f) f##_portable
#define VK_LANES 4
#include "gemv_impl.h"
#include "gemm_undefine.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#define VK_LANES 8
#include "gemv_impl.h"
#include "gemm_undefine.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#define VK_LANES 16
#include "gemv_impl.h"
#include "gemm_undefine.h"
#pragma clang attribute pop
#endif

void vk_gemv(
    vk_isa isa, size_t m, size_t k, const float *a, size_t a_stride, const float *x, size_t x_stride, size_t vectors,
    const float *row_bias, float *out, size_t out_row_stride, size_t out_column_stride) {
  VK_DISPATCH(isa, gemv, m, k, a, a_stride, x, x_stride, vectors, row_bias, out, out_row_stride, out_column_stride)
}

void vk_gevm(
    vk_isa isa, size_t k, size_t n, const float *x, size_t x_stride, const float *b, size_t b_stride, const float *bias,
    float *out) {
  VK_DISPATCH(isa, gevm, k, n, x, x_stride, b, b_stride, bias, out)
}
