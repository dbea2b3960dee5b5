/// Reductions, softmax and running sums.
#ifndef VK_REDUCE_H
#define VK_REDUCE_H

#include "vk_cast.h"
#include "vk_isa.h"

typedef enum {
  VK_SUM,
  VK_SUM_SQUARES,  // of x - centre
  VK_SUM_EXP,      // of e^(x - centre), as vk_unary_f32 has it
  VK_PRODUCT,
  VK_MAX,          // NaN where any is
  VK_MIN,
} vk_reduction;

/// Folds each row of `columns` values, rows `row_stride` apart, into `results[row]`, which holds the fold so far.
///
/// Sums and products are taken in float64, in sixteen lanes that are added in a fixed order, so that a result of float32
/// is rounded once for all practical lengths. `centre` is for the kinds that name it; null for zeros.
void vk_reduce_rows_f32(vk_isa isa, vk_reduction kind, const float *x, size_t rows, size_t row_stride, size_t columns,
                        const double *centre, double *results);

/// Folds `count` rows, `row_stride` apart, of `columns` values into `results[column]`, in order.
void vk_reduce_columns_f32(vk_isa isa, vk_reduction kind, const float *x, size_t count, size_t row_stride,
                           size_t columns, const double *centre, double *results);

/// The same for int32, int64, uint8 and bool (kinds sum, product, max, min), in int64; overflow wraps.
void vk_reduce_rows_integer(vk_isa isa, vk_reduction kind, vk_dtype type, const void *x, size_t rows,
                            size_t row_stride, size_t columns, int64_t *results);
void vk_reduce_columns_integer(vk_isa isa, vk_reduction kind, vk_dtype type, const void *x, size_t count,
                               size_t row_stride, size_t columns, int64_t *results);

/// The index of the largest (or smallest) value along an axis: result (o, i) of x[o, 0 ..< length, i], where `x` is
/// [outer, length, inner] and `inner_count` of the inner positions are done. The first of equal ones; NaN beats all.
/// Types: float32, int32, int64. `length` is not 0.
void vk_arg_extreme(vk_isa isa, vk_dtype type, bool largest, const void *x, size_t outer, size_t length, size_t inner,
                    size_t inner_count, int64_t *results);

/// Softmax, or its logarithm, of x[0 ..< length, i] along a stride of `inner`, for `inner_count` positions i; with
/// `inner` 1 of `outer` rows. `y` may be `x`. Sums are taken in float64.
void vk_softmax_f32(vk_isa isa, bool logarithm, const float *x, float *y, size_t outer, size_t length, size_t inner,
                    size_t inner_count);

/// y[o, k, i] = x[o, 0, i] + ... + x[o, k, i]; float32 sums in float64, integers in int64 with an int64 result.
void vk_cumulative_sum(vk_isa isa, vk_dtype type, const void *x, void *y, size_t outer, size_t length, size_t inner,
                       size_t inner_count);

#endif
