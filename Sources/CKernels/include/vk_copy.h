/// Moving elements of 1, 2, 4 or 8 bytes between strided boxes: transposes, slices, flips, broadcasts, concatenation.
#ifndef VK_COPY_H
#define VK_COPY_H

#include "vk_isa.h"

/// The most axes that `vk_copy_strided` takes. Axes of size 1 need not be passed, so no tensor that fits memory has more.
#define VK_COPY_MAX_RANK 64

/// Copies the box of `sizes` (all positive) from `source` to `target`; strides count elements and may be negative or,
/// for the source, zero. Axes come in the target's order, outermost first. Where the last axis is contiguous in the
/// target and another one in the source, the two are transposed in blocks of a cache line.
void vk_copy_strided(vk_isa isa, size_t element_size, size_t rank, const int64_t *sizes, const int64_t *source_strides,
                     const int64_t *target_strides, const void *source, void *target);

/// Writes `count` copies of the element at `value`.
void vk_fill(vk_isa isa, size_t element_size, size_t count, const void *value, void *target);

#endif
