// One tier of the products with vectors. Needs VK_NAME, VK_LANES.
#include "gemm_vector.h"

/// R rows of the matrix times C vectors: two vectors of partial sums each, then the rest one by one.
ALWAYS_INLINE void VK_NAME(dots)(
    const int R, const int C, size_t k, const float *a, size_t a_stride, const float *x, size_t x_stride,
    float out[4][4]) {
  VEC even[4][4], odd[4][4];
#pragma clang loop unroll(full)
  for (int i = 0; i < R; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < C; j++) even[i][j] = odd[i][j] = (VEC){0};
  }
  size_t p = 0;
  for (; p + 2 * VK_LANES <= k; p += 2 * VK_LANES) {
#pragma clang loop unroll(full)
    for (int i = 0; i < R; i++) {
      const float *row = a + i * a_stride + p;
      const VEC row_even = VK_NAME(load)(row), row_odd = VK_NAME(load)(row + VK_LANES);
#pragma clang loop unroll(full)
      for (int j = 0; j < C; j++) {
        even[i][j] += row_even * VK_NAME(load)(x + j * x_stride + p);
        odd[i][j] += row_odd * VK_NAME(load)(x + j * x_stride + p + VK_LANES);
      }
    }
  }
  for (; p < k; p += VK_LANES) {
    const unsigned lanes = k - p < VK_LANES ? (unsigned)(k - p) : VK_LANES;
#pragma clang loop unroll(full)
    for (int i = 0; i < R; i++) {
      const VEC row = VK_NAME(load_lanes)(a + i * a_stride + p, 0, lanes);
#pragma clang loop unroll(full)
      for (int j = 0; j < C; j++) even[i][j] += row * VK_NAME(load_lanes)(x + j * x_stride + p, 0, lanes);
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < R; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < C; j++) out[i][j] = VK_NAME(sum)(even[i][j] + odd[i][j]);
  }
}

#define GEMV(C, R)                                                                                                    \
  static void VK_NAME(gemv_##C)(                                                                                      \
      size_t m, size_t k, const float *a, size_t a_stride, const float *x, size_t x_stride, const float *row_bias,    \
      float *out, size_t out_row_stride, size_t out_column_stride) {                                                  \
    float dots[4][4];                                                                                                 \
    for (size_t i = 0; i < m;) {                                                                                      \
      const size_t rows = i + R <= m ? R : 1;                                                                         \
      if (rows == R) {                                                                                                \
        VK_NAME(dots)(R, C, k, a + i * a_stride, a_stride, x, x_stride, dots);                                        \
      } else {                                                                                                        \
        VK_NAME(dots)(1, C, k, a + i * a_stride, a_stride, x, x_stride, dots);                                        \
      }                                                                                                               \
      for (size_t r = 0; r < rows; r++, i++) {                                                                        \
        for (size_t j = 0; j < C; j++) {                                                                              \
          out[i * out_row_stride + j * out_column_stride] = dots[r][j] + (row_bias ? row_bias[i] : 0);                \
        }                                                                                                             \
      }                                                                                                               \
    }                                                                                                                 \
  }
GEMV(1, 4)
GEMV(2, 2)
GEMV(3, 2)
GEMV(4, 2)
#undef GEMV

static void VK_NAME(gemv)(
    size_t m, size_t k, const float *a, size_t a_stride, const float *x, size_t x_stride, size_t vectors,
    const float *row_bias, float *out, size_t out_row_stride, size_t out_column_stride) {
  switch (vectors) {
    case 1: VK_NAME(gemv_1)(m, k, a, a_stride, x, x_stride, row_bias, out, out_row_stride, out_column_stride); break;
    case 2: VK_NAME(gemv_2)(m, k, a, a_stride, x, x_stride, row_bias, out, out_row_stride, out_column_stride); break;
    case 3: VK_NAME(gemv_3)(m, k, a, a_stride, x, x_stride, row_bias, out, out_row_stride, out_column_stride); break;
    case 4: VK_NAME(gemv_4)(m, k, a, a_stride, x, x_stride, row_bias, out, out_row_stride, out_column_stride); break;
    default: break;
  }
}

/// Adds R rows of the matrix to `out`, or, for the first rows, sets it.
ALWAYS_INLINE void VK_NAME(add_rows)(
    const int R, size_t n, const float *x, size_t x_stride, const float *b, size_t b_stride, bool first, float *out) {
  VEC value[8];
#pragma clang loop unroll(full)
  for (int i = 0; i < R; i++) value[i] = VK_NAME(splat)(x[i * x_stride]);
  size_t j = 0;
  for (; j + VK_LANES <= n; j += VK_LANES) {
    VEC sum = first ? (VEC){0} : VK_NAME(load)(out + j);
#pragma clang loop unroll(full)
    for (int i = 0; i < R; i++) sum += value[i] * VK_NAME(load)(b + i * b_stride + j);
    VK_NAME(store)(out + j, sum);
  }
  if (j < n) {
    const unsigned lanes = (unsigned)(n - j);
    VEC sum = first ? (VEC){0} : VK_NAME(load_lanes)(out + j, 0, lanes);
#pragma clang loop unroll(full)
    for (int i = 0; i < R; i++) sum += value[i] * VK_NAME(load_lanes)(b + i * b_stride + j, 0, lanes);
    VK_NAME(store_first)(out + j, sum, lanes);
  }
}

/// Passes a few long rows at a time over a stretch of the output that stays in the first-level cache.
static void VK_NAME(gevm)(
    size_t k, size_t n, const float *x, size_t x_stride, const float *b, size_t b_stride, const float *bias,
    float *out) {
  for (size_t begin = 0; begin < n; begin += 2048) {
    const size_t count = n - begin < 2048 ? n - begin : 2048;
    float *target = out + begin;
    if (k == 0) {
      for (size_t j = 0; j < count; j++) target[j] = 0;
    }
    size_t p = 0;
    for (; p + 8 <= k; p += 8) {
      VK_NAME(add_rows)(8, count, x + p * x_stride, x_stride, b + p * b_stride + begin, b_stride, p == 0, target);
    }
    for (; p < k; p++) {
      VK_NAME(add_rows)(1, count, x + p * x_stride, x_stride, b + p * b_stride + begin, b_stride, p == 0, target);
    }
    for (size_t j = 0; bias && j < count; j++) target[j] += bias[begin + j];
  }
}
