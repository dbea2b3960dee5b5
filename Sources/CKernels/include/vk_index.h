/// Elements by index: gather, scatter, index-select, non-zero positions. Indices outside their axis are refused by the
/// callers; here they are read as 0, so that no memory but the tensors' is ever touched. One variant serves every tier:
/// these loops wait for memory.
#ifndef VK_INDEX_H
#define VK_INDEX_H

#include "vk_cast.h"
#include "vk_isa.h"

/// The most axes that `vk_gather` and the scatters take; axes of size 1 need not be passed.
#define VK_INDEX_MAX_RANK 64

/// A box of index positions, walked in row-major order. Strides count elements. `axis` is the one that an index replaces:
/// in the source for gather, in the target for scatter; there it has `axis_size` places (more than 0).
typedef struct {
  size_t rank;
  const int64_t *sizes;
  const int64_t *index_strides;
  const int64_t *source_strides;
  const int64_t *target_strides;
  size_t axis;
  int64_t axis_size;
} vk_index_box;

/// target[p] = source[p with index[p] at the axis]; elements of 1, 2, 4 or 8 bytes.
void vk_gather(vk_isa isa, size_t element_size, const vk_index_box *box, const int64_t *index, const void *source,
               void *target);
/// target[p with index[p] at the axis] = source[p], in order, so that the last of several writers stays.
void vk_scatter(vk_isa isa, size_t element_size, const vk_index_box *box, const int64_t *index, const void *source,
                void *target);
/// target[p with index[p] at the axis] += source[p], in order; float32, int32 and int64, which wrap.
void vk_scatter_add(vk_isa isa, vk_dtype type, const vk_index_box *box, const int64_t *index, const void *source,
                    void *target);

/// Rows `begin ..< end` of the `outer * count` rows of `row_bytes` that `index` picks from `outer * axis_size` ones.
void vk_index_select(vk_isa isa, size_t begin, size_t end, size_t count, size_t axis_size, size_t row_bytes,
                     const int64_t *index, const void *source, void *target);

/// Position of the first index outside 0 ..< limit, or `count`.
size_t vk_first_outside(vk_isa isa, size_t count, const int64_t *index, int64_t limit);

/// Number of elements that are not zero; their positions too where `positions` is not NULL. For floating-point types
/// -0 is zero and NaN is not.
size_t vk_nonzero(vk_isa isa, size_t element_size, bool floating, size_t count, const void *source, int64_t *positions);

#endif
