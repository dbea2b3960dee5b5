/// Functions of two values, comparisons and selection, element by element over a grid with broadcasting.
#ifndef VK_BINARY_H
#define VK_BINARY_H

#include "vk_cast.h"
#include "vk_isa.h"

/// In the order of TensorCore's `Binary.Function`.
typedef enum {
  VK_ADD,
  VK_SUBTRACT,
  VK_MULTIPLY,
  VK_DIVIDE,     // integers truncate towards zero; by zero gives 0
  VK_POWER,      // integers wrap; a negative exponent gives 0 but for bases 1 and -1
  VK_MINIMUM,    // NaN where either is
  VK_MAXIMUM,
  VK_REMAINDER,  // has the sign of the divisor, as torch.remainder; integers by zero give 0
  VK_ATAN2,      // floating point only
  VK_PRELU,      // a > 0 ? a : b a; floating point only
  VK_BINARY_COUNT,
} vk_binary_function;

typedef enum { VK_EQUAL, VK_NOT_EQUAL, VK_LESS, VK_LESS_EQUAL, VK_GREATER, VK_GREATER_EQUAL } vk_comparison;
typedef enum { VK_AND, VK_OR, VK_XOR } vk_logical_function;

/// How an operand lies in a grid of rows and columns: element (r, c) is at r * row + c * column.
typedef struct {
  ptrdiff_t row;
  ptrdiff_t column;  // 0 (one value for the whole row) or 1
} vk_stride;

/// out[r, c] = f(a[r, c], b[r, c]); `out` is contiguous and may be an operand that is contiguous too. Tiers differ by rounding
/// at most; power, remainder and atan2 are libm's.
void vk_binary_f32(vk_isa isa, vk_binary_function function, size_t rows, size_t columns, const float *a, vk_stride as,
                   const float *b, vk_stride bs, float *out);
void vk_binary_i32(vk_isa isa, vk_binary_function function, size_t rows, size_t columns, const int32_t *a, vk_stride as,
                   const int32_t *b, vk_stride bs, int32_t *out);
void vk_binary_i64(vk_isa isa, vk_binary_function function, size_t rows, size_t columns, const int64_t *a, vk_stride as,
                   const int64_t *b, vk_stride bs, int64_t *out);

/// out[r, c] = whether a[r, c] compares so to b[r, c], as 0 or 1. Types: float32, int8, uint8, int32, int64, bool.
void vk_compare(vk_isa isa, vk_dtype type, vk_comparison comparison, size_t rows, size_t columns, const void *a,
                vk_stride as, const void *b, vk_stride bs, uint8_t *out);

/// out[r, c] = f(a[r, c], b[r, c]) of bools.
void vk_logical(vk_isa isa, vk_logical_function function, size_t rows, size_t columns, const uint8_t *a, vk_stride as,
                const uint8_t *b, vk_stride bs, uint8_t *out);

/// out[r, c] = condition[r, c] ? a[r, c] : b[r, c] for elements of 1, 2, 4 or 8 bytes.
void vk_where(vk_isa isa, size_t element_size, size_t rows, size_t columns, const uint8_t *condition, vk_stride cs,
              const void *a, vk_stride as, const void *b, vk_stride bs, void *out);

#endif
