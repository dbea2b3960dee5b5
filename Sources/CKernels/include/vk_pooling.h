/// Pooling over planes: max, average, adaptive, and the mean of whole planes.
///
/// Rows are counted through all planes: output row `r` is row `r % out_h` of plane `r / out_h`. Callers cut them.
#ifndef VK_POOLING_H
#define VK_POOLING_H

#include "vk_isa.h"

/// A sliding window over planes of in_h x in_w, giving planes of out_h x out_w. Every window must touch its plane.
typedef struct {
  ptrdiff_t in_h, in_w, out_h, out_w;
  ptrdiff_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  ptrdiff_t pad_top, pad_left;  // what lies below and to the right follows from the sizes
} vk_pool;

/// Floats of workspace for vk_max_pool and vk_average_pool.
ptrdiff_t vk_pool_workspace(const vk_pool *pool);
/// Floats of workspace for vk_max_pool_dense.
ptrdiff_t vk_max_pool_dense_workspace(const vk_pool *pool);

/// Output rows row_begin ..< row_end. NaN wins.
void vk_max_pool(vk_isa isa, const float *in, float *out, const vk_pool *pool, ptrdiff_t row_begin, ptrdiff_t row_end,
                 float *workspace);
/// The same for whole planes, strides and dilations 1: about 2 log2(kernel) comparisons an element for any window.
void vk_max_pool_dense(vk_isa isa, const float *in, float *out, const vk_pool *pool, ptrdiff_t plane_begin,
                       ptrdiff_t plane_end, float *workspace);
/// The same with the position (y * in_w + x) of the first largest element, or of the last NaN.
void vk_max_pool_indices(vk_isa isa, const float *in, float *out, int64_t *indices, const vk_pool *pool,
                         ptrdiff_t row_begin, ptrdiff_t row_end);
/// Sums over windows, divided by row_divisors[y] * column_divisors[x]. Dilations are 1.
void vk_average_pool(vk_isa isa, const float *in, float *out, const vk_pool *pool, const float *row_divisors,
                     const float *column_divisors, ptrdiff_t row_begin, ptrdiff_t row_end, float *workspace);

/// Means over floor(y * in_h / out_h) ..< ceil((y + 1) * in_h / out_h), columns alike. Workspace: in_w floats.
void vk_adaptive_average_pool(vk_isa isa, const float *in, float *out, ptrdiff_t in_h, ptrdiff_t in_w, ptrdiff_t out_h,
                              ptrdiff_t out_w, ptrdiff_t row_begin, ptrdiff_t row_end, float *workspace);
/// Largest elements of the same windows. NaN wins. Workspace: in_w floats.
void vk_adaptive_max_pool(vk_isa isa, const float *in, float *out, ptrdiff_t in_h, ptrdiff_t in_w, ptrdiff_t out_h,
                          ptrdiff_t out_w, ptrdiff_t row_begin, ptrdiff_t row_end, float *workspace);
/// The mean of each of `planes` runs of `count` elements.
void vk_plane_means(vk_isa isa, const float *in, float *out, ptrdiff_t planes, ptrdiff_t count);

#endif
