#include "vk_pooling.h"

#include <math.h>
#include <string.h>

/// Columns that the windows of one padded row reach, and slack for whole vectors.
static ptrdiff_t padded_width(const vk_pool *p) {
  ptrdiff_t inner = p->pad_left + p->in_w;
  ptrdiff_t reach = (p->out_w - 1) * p->stride_w + p->dilation_w * (p->kernel_w - 1) + 1;
  return (inner > reach ? inner : reach) + 16;
}

static ptrdiff_t padded_height(const vk_pool *p) {
  ptrdiff_t inner = p->pad_top + p->in_h;
  ptrdiff_t reach = p->out_h + p->kernel_h - 1;
  return inner > reach ? inner : reach;
}

ptrdiff_t vk_pool_workspace(const vk_pool *p) { return padded_width(p); }

ptrdiff_t vk_max_pool_dense_workspace(const vk_pool *p) {
  return 2 * padded_width(p) + padded_height(p) * p->out_w;
}

/// Where the in-plane elements of a window that starts at `start` begin and end, as counts of window elements.
static inline void clip(ptrdiff_t start, ptrdiff_t kernel, ptrdiff_t dilation, ptrdiff_t size, ptrdiff_t *first,
                        ptrdiff_t *end) {
  *first = start < 0 ? (-start + dilation - 1) / dilation : 0;
  ptrdiff_t last = start < size ? (size - start + dilation - 1) / dilation : 0;
  *end = last < kernel ? last : kernel;
}

#define VK_IMPL "vk_pooling_impl.h"
#include "vk_variants.h"

void vk_max_pool(vk_isa isa, const float *in, float *out, const vk_pool *pool, ptrdiff_t row_begin, ptrdiff_t row_end,
                 float *workspace) {
  VK_DISPATCH(isa, max_pool, in, out, pool, row_begin, row_end, workspace);
}
void vk_max_pool_dense(vk_isa isa, const float *in, float *out, const vk_pool *pool, ptrdiff_t plane_begin,
                       ptrdiff_t plane_end, float *workspace) {
  VK_DISPATCH(isa, max_pool_dense, in, out, pool, plane_begin, plane_end, workspace);
}
void vk_max_pool_indices(vk_isa isa, const float *in, float *out, int64_t *indices, const vk_pool *pool,
                         ptrdiff_t row_begin, ptrdiff_t row_end) {
  VK_DISPATCH(isa, max_pool_indices, in, out, indices, pool, row_begin, row_end);
}
void vk_average_pool(vk_isa isa, const float *in, float *out, const vk_pool *pool, const float *row_divisors,
                     const float *column_divisors, ptrdiff_t row_begin, ptrdiff_t row_end, float *workspace) {
  VK_DISPATCH(isa, average_pool, in, out, pool, row_divisors, column_divisors, row_begin, row_end, workspace);
}
void vk_adaptive_average_pool(vk_isa isa, const float *in, float *out, ptrdiff_t in_h, ptrdiff_t in_w, ptrdiff_t out_h,
                              ptrdiff_t out_w, ptrdiff_t row_begin, ptrdiff_t row_end, float *workspace) {
  VK_DISPATCH(isa, adaptive_pool, in, out, in_h, in_w, out_h, out_w, row_begin, row_end, workspace, false);
}
void vk_adaptive_max_pool(vk_isa isa, const float *in, float *out, ptrdiff_t in_h, ptrdiff_t in_w, ptrdiff_t out_h,
                          ptrdiff_t out_w, ptrdiff_t row_begin, ptrdiff_t row_end, float *workspace) {
  VK_DISPATCH(isa, adaptive_pool, in, out, in_h, in_w, out_h, out_w, row_begin, row_end, workspace, true);
}
void vk_plane_means(vk_isa isa, const float *in, float *out, ptrdiff_t planes, ptrdiff_t count) {
  VK_DISPATCH(isa, plane_means, in, out, planes, count);
}
