/// Conversion between element types.
#ifndef VK_CAST_H
#define VK_CAST_H

#include "vk_isa.h"

/// Element types, in the order of TensorCore's `DType`. bool is a byte that is 0 or 1.
typedef enum {
  VK_FLOAT32 = 0,
  VK_BFLOAT16 = 1,
  VK_FLOAT16 = 2,
  VK_INT8 = 3,
  VK_UINT8 = 4,
  VK_INT32 = 5,
  VK_INT64 = 6,
  VK_BOOL = 7,
} vk_dtype;

/// Converts `count` elements of `from` at `source` to `to` at `target`. The buffers must not overlap.
///
/// Every tier gives the same bits. Half-precision formats round to nearest even, by way of float32; NaN stays a quiet
/// NaN. Floating point to integer truncates towards zero and saturates, NaN becomes 0. Integer to narrower integer keeps
/// the low bits. To bool: whether the value is not zero (NaN is not).
void vk_cast(vk_isa isa, vk_dtype from, vk_dtype to, const void *source, void *target, size_t count);

#endif
