/// The first elements of a line in sorted order, and where they stood: top-k, and sorting where k is the whole line.
#ifndef VK_TOPK_H
#define VK_TOPK_H

#include "vk_cast.h"
#include "vk_isa.h"

/// Bytes of workspace, aligned to 16, for lines of `count` elements.
size_t vk_topk_workspace(vk_dtype type, size_t count);

/// The `k` (at most `count`) largest or smallest elements of a line, in order, with their positions. Among equals the
/// lower position comes first; NaN is larger than everything and equal to itself, -0 equals 0, false is less than true.
/// Strides count elements.
/// One variant serves every tier.
void vk_topk(vk_isa isa, vk_dtype type, size_t count, size_t k, bool largest, const void *source,
             size_t source_stride, void *values, int64_t *indices, size_t target_stride, void *workspace);

#endif
