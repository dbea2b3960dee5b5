#include "vk_reduce.h"

#include <math.h>

#include "vk_targets.h"
#include "vk_vector.h"

/// NaN wins over every number.
VK_INLINE double vk_larger(double so_far, double x) { return x > so_far || x != x ? x : so_far; }

#define VK_NAME(f) f##_portable
#define VK_TIER 0
#include "vk_vector_impl.h"
#include "vk_math_impl.h"
#include "vk_reduce_impl.h"
#undef VK_NAME
#undef VK_TIER

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#define VK_TIER 1
#include "vk_vector_impl.h"
#include "vk_math_impl.h"
#include "vk_reduce_impl.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#define VK_TIER 2
#include "vk_vector_impl.h"
#include "vk_math_impl.h"
#include "vk_reduce_impl.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop

#define VK_CALL(function, ...)                                             \
  if (isa == VK_ISA_AVX512) return function##_avx512(__VA_ARGS__);         \
  if (isa == VK_ISA_AVX2) return function##_avx2(__VA_ARGS__);             \
  return function##_portable(__VA_ARGS__);
#else
#define VK_CALL(function, ...) \
  (void)isa;                   \
  return function##_portable(__VA_ARGS__);
#endif

void vk_reduce_rows_f32(vk_isa isa, vk_reduction kind, const float *x, size_t rows, size_t row_stride, size_t columns,
                        const double *centre, double *results) {
  VK_CALL(reduce_rows, kind, x, rows, row_stride, columns, centre, results)
}

void vk_reduce_columns_f32(vk_isa isa, vk_reduction kind, const float *x, size_t count, size_t row_stride,
                           size_t columns, const double *centre, double *results) {
  VK_CALL(reduce_columns, kind, x, count, row_stride, columns, centre, results)
}

static void vk_arg_rows_f32(vk_isa isa, bool largest, const float *x, size_t rows, size_t n, int64_t *results) {
  VK_CALL(arg_rows, largest, x, rows, n, results)
}

static void vk_softmax_rows(vk_isa isa, bool logarithm, const float *x, float *y, size_t rows, size_t n) {
  VK_CALL(softmax_rows, logarithm, x, y, rows, n)
}

static void vk_softmax_columns(vk_isa isa, bool logarithm, const float *x, float *y, size_t length, size_t stride,
                               size_t n) {
  VK_CALL(softmax_columns, logarithm, x, y, length, stride, n)
}

void vk_softmax_f32(vk_isa isa, bool logarithm, const float *x, float *y, size_t outer, size_t length, size_t inner,
                    size_t inner_count) {
  if (inner == 1) return vk_softmax_rows(isa, logarithm, x, y, outer, length);
  for (size_t o = 0; o < outer; o++) {
    vk_softmax_columns(isa, logarithm, x + o * length * inner, y + o * length * inner, length, inner, inner_count);
  }
}

/// Defines the search over [outer, length, inner], a block of columns at a time.
#define VK_ARG(name, T, is_nan)                                                                                     \
  static void vk_arg_##name(bool largest, const T *x, size_t outer, size_t length, size_t inner, size_t count,      \
                            int64_t *results) {                                                                     \
    enum { BLOCK = 64 };                                                                                            \
    T best[BLOCK];                                                                                                  \
    for (size_t o = 0; o < outer; o++) {                                                                            \
      for (size_t i = 0; i < count; i += BLOCK) {                                                                   \
        const size_t width = count - i < BLOCK ? count - i : BLOCK;                                                 \
        const T *column = x + o * length * inner + i;                                                               \
        int64_t *index = results + o * inner + i;                                                                   \
        for (size_t j = 0; j < width; j++) best[j] = column[j], index[j] = 0;                                       \
        for (size_t k = 1; k < length; k++) {                                                                       \
          column += inner;                                                                                          \
          for (size_t j = 0; j < width; j++) {                                                                      \
            const T v = column[j], b = best[j];                                                                     \
            const bool better = largest ? v > b : v < b;                                                            \
            const bool take = (better && !(is_nan(b))) || (is_nan(v) && !(is_nan(b)));                              \
            best[j] = take ? v : b;                                                                                 \
            index[j] = take ? (int64_t)k : index[j];                                                                \
          }                                                                                                         \
        }                                                                                                           \
      }                                                                                                             \
    }                                                                                                               \
  }

#define VK_FLOAT_NAN(v) ((v) != (v))
#define VK_NEVER(v) false
VK_ARG(f32, float, VK_FLOAT_NAN)
VK_ARG(i32, int32_t, VK_NEVER)
VK_ARG(i64, int64_t, VK_NEVER)

void vk_arg_extreme(vk_isa isa, vk_dtype type, bool largest, const void *x, size_t outer, size_t length, size_t inner,
                    size_t inner_count, int64_t *results) {
  if (type == VK_INT32) return vk_arg_i32(largest, x, outer, length, inner, inner_count, results);
  if (type == VK_INT64) return vk_arg_i64(largest, x, outer, length, inner, inner_count, results);
  if (inner == 1) return vk_arg_rows_f32(isa, largest, x, outer, length, results);
  vk_arg_f32(largest, x, outer, length, inner, inner_count, results);
}

// Integers are rare: plain loops for every tier.
#define VK_FOLD(result, v)                                                              \
  switch (kind) {                                                                       \
    case VK_PRODUCT: result = (int64_t)((uint64_t)result * (uint64_t)(int64_t)v); break; \
    case VK_MAX: result = v > result ? v : result; break;                               \
    case VK_MIN: result = v < result ? v : result; break;                               \
    default: result = (int64_t)((uint64_t)result + (uint64_t)(int64_t)v); break;        \
  }

#define VK_INTEGER_REDUCTIONS(name, T)                                                                          \
  static void vk_rows_##name(vk_reduction kind, const T *x, size_t rows, size_t stride, size_t n, int64_t *y) { \
    for (size_t r = 0; r < rows; r++) {                                                                         \
      int64_t result = y[r];                                                                                    \
      for (size_t i = 0; i < n; i++) {                                                                          \
        const T v = x[r * stride + i];                                                                          \
        VK_FOLD(result, v)                                                                                      \
      }                                                                                                         \
      y[r] = result;                                                                                            \
    }                                                                                                           \
  }                                                                                                             \
  static void vk_columns_##name(vk_reduction kind, const T *x, size_t count, size_t stride, size_t n, int64_t *y) { \
    for (size_t r = 0; r < count; r++) {                                                                        \
      for (size_t i = 0; i < n; i++) {                                                                          \
        const T v = x[r * stride + i];                                                                          \
        VK_FOLD(y[i], v)                                                                                        \
      }                                                                                                         \
    }                                                                                                           \
  }

VK_INTEGER_REDUCTIONS(u8, uint8_t)
VK_INTEGER_REDUCTIONS(i32, int32_t)
VK_INTEGER_REDUCTIONS(i64, int64_t)

void vk_reduce_rows_integer(vk_isa isa, vk_reduction kind, vk_dtype type, const void *x, size_t rows,
                            size_t row_stride, size_t columns, int64_t *results) {
  (void)isa;
  if (type == VK_INT64) return vk_rows_i64(kind, x, rows, row_stride, columns, results);
  if (type == VK_INT32) return vk_rows_i32(kind, x, rows, row_stride, columns, results);
  vk_rows_u8(kind, x, rows, row_stride, columns, results);
}

void vk_reduce_columns_integer(vk_isa isa, vk_reduction kind, vk_dtype type, const void *x, size_t count,
                               size_t row_stride, size_t columns, int64_t *results) {
  (void)isa;
  if (type == VK_INT64) return vk_columns_i64(kind, x, count, row_stride, columns, results);
  if (type == VK_INT32) return vk_columns_i32(kind, x, count, row_stride, columns, results);
  vk_columns_u8(kind, x, count, row_stride, columns, results);
}

#define VK_CUMULATE(T, A, R, plus)                                                             \
  {                                                                                            \
    enum { BLOCK = 64 };                                                                       \
    A sums[BLOCK];                                                                             \
    for (size_t o = 0; o < outer; o++) {                                                       \
      for (size_t start = 0; start < inner_count; start += BLOCK) {                                  \
        const size_t width = inner_count - start < BLOCK ? inner_count - start : BLOCK;                    \
        const T *in = (const T *)x + o * length * inner + start;                               \
        R *out = (R *)y + o * length * inner + start;                                          \
        for (size_t j = 0; j < width; j++) sums[j] = 0;                                        \
        for (size_t k = 0; k < length; k++, in += inner, out += inner) {                       \
          for (size_t j = 0; j < width; j++) out[j] = (R)(sums[j] = plus(sums[j], in[j]));     \
        }                                                                                      \
      }                                                                                        \
    }                                                                                          \
    return;                                                                                    \
  }

#define VK_PLUS(a, b) ((a) + (b))
#define VK_WRAPPING_PLUS(a, b) (int64_t)((uint64_t)(a) + (uint64_t)(int64_t)(b))

void vk_cumulative_sum(vk_isa isa, vk_dtype type, const void *x, void *y, size_t outer, size_t length, size_t inner,
                       size_t inner_count) {
  (void)isa;
  if (type == VK_INT64) VK_CUMULATE(int64_t, int64_t, int64_t, VK_WRAPPING_PLUS)
  if (type == VK_INT32) VK_CUMULATE(int32_t, int64_t, int64_t, VK_WRAPPING_PLUS)
  VK_CUMULATE(float, double, float, VK_PLUS)
}
