#include "vk_binary.h"

#include <math.h>

#include "vk_targets.h"
#include "vk_vector.h"

/// One row of `n` results; an operand that does not run is one value.
typedef void (*vk_binary_row)(const float *a, bool a_runs, const float *b, bool b_runs, float *out, size_t n);

/// Defines a row by a scalar expression, for functions of the C library.
#define VK_SCALAR_ROW(name, expression)                                                                              \
  static void vk_row_##name(const float *pa, bool a_runs, const float *pb, bool b_runs, float *out, size_t n) {      \
    for (size_t i = 0; i < n; i++) {                                                                                 \
      const float a = pa[a_runs ? i : 0], b = pb[b_runs ? i : 0];                                                    \
      out[i] = expression;                                                                                           \
    }                                                                                                                \
  }

static float vk_remainder(float a, float b) {
  const float r = fmodf(a, b);
  return r != 0 && (b < 0) != (r < 0) ? r + b : r;
}

VK_SCALAR_ROW(power_general, powf(a, b))
VK_SCALAR_ROW(remainder, vk_remainder(a, b))
VK_SCALAR_ROW(atan2, atan2f(a, b))

static void vk_row_power(const float *a, bool a_runs, const float *b, bool b_runs, float *out, size_t n) {
  // The one exponent that is common, and whose product is the correctly rounded power.
  if (!b_runs && *b == 2) {
    for (size_t i = 0; i < n; i++) out[i] = a[a_runs ? i : 0] * a[a_runs ? i : 0];
    return;
  }
  vk_row_power_general(a, a_runs, b, b_runs, out, n);
}

#define VK_NAME(f) f##_portable
#define VK_TIER 0
#include "vk_vector_impl.h"
#include "vk_binary_impl.h"
#undef VK_NAME
#undef VK_TIER

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#define VK_TIER 1
#include "vk_vector_impl.h"
#include "vk_binary_impl.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#define VK_TIER 2
#include "vk_vector_impl.h"
#include "vk_binary_impl.h"
#undef VK_NAME
#undef VK_TIER
#pragma clang attribute pop
#endif

static vk_binary_row vk_row_for(vk_isa isa, vk_binary_function function) {
#if defined(__x86_64__)
  if (isa == VK_ISA_AVX512) return rows_avx512[function];
  if (isa == VK_ISA_AVX2) return rows_avx2[function];
#else
  (void)isa;
#endif
  return rows_portable[function];
}

static void vk_grid_f32(vk_binary_row row, size_t rows, size_t columns, const float *a, vk_stride as, const float *b,
                        vk_stride bs, float *out) {
  for (size_t r = 0; r < rows; r++) {
    row(a + (ptrdiff_t)r * as.row, as.column, b + (ptrdiff_t)r * bs.row, bs.column, out + r * columns, columns);
  }
}

/// Short rows against one row that repeats are done sixteen at a time against a tile of it.
enum { VK_TILED_ROWS = 16, VK_TILED_COLUMNS = 64 };

static bool vk_repeats(vk_stride s) { return s.row == 0 && s.column == 1; }
static bool vk_runs_on(vk_stride s, size_t columns) { return s.row == (ptrdiff_t)columns && s.column == 1; }

static void vk_fill_tile(float *tile, const float *row, size_t columns) {
  for (size_t r = 0; r < VK_TILED_ROWS; r++) memcpy(tile + r * columns, row, columns * sizeof(float));
}

void vk_binary_f32(vk_isa isa, vk_binary_function function, size_t rows, size_t columns, const float *a, vk_stride as,
                   const float *b, vk_stride bs, float *out) {
  const vk_binary_row row = vk_row_for(isa, function);
  const bool right = vk_repeats(bs) && vk_runs_on(as, columns), left = vk_repeats(as) && vk_runs_on(bs, columns);
  size_t done = 0;
  if (rows >= 2 * VK_TILED_ROWS && columns < VK_TILED_COLUMNS && (right || left)) {
    float tile[VK_TILED_ROWS * VK_TILED_COLUMNS];
    vk_fill_tile(tile, right ? b : a, columns);
    const size_t length = VK_TILED_ROWS * columns;
    for (; done + VK_TILED_ROWS <= rows; done += VK_TILED_ROWS) {
      row(right ? a + done * columns : tile, true, right ? tile : b + done * columns, true, out + done * columns, length);
    }
  }
  vk_grid_f32(row, rows - done, columns, a + (ptrdiff_t)done * as.row, as, b + (ptrdiff_t)done * bs.row, bs,
              out + done * columns);
}

// Integers are rare: one plain loop for every tier.
#define VK_EACH(expression)                                                                    \
  for (size_t r = 0; r < rows; r++, pa += as.row, pb += bs.row, out += columns) {              \
    for (size_t i = 0; i < columns; i++) {                                                     \
      const T a = pa[as.column ? i : 0], b = pb[bs.column ? i : 0];                            \
      out[i] = (expression);                                                                   \
    }                                                                                          \
  }                                                                                            \
  return;

#define VK_BINARY_INTEGER(U)                                             \
  (void)isa;                                                             \
  switch (function) {                                                    \
    case VK_ADD: VK_EACH((T)((U)a + (U)b))                               \
    case VK_SUBTRACT: VK_EACH((T)((U)a - (U)b))                          \
    case VK_MULTIPLY: VK_EACH((T)((U)a * (U)b))                          \
    case VK_DIVIDE: VK_EACH(b == 0 ? 0 : b == -1 ? (T)(0 - (U)a) : a / b) \
    case VK_MINIMUM: VK_EACH(a < b ? a : b)                              \
    case VK_MAXIMUM: VK_EACH(a > b ? a : b)                              \
    case VK_REMAINDER: VK_EACH((T)vk_integer_remainder(a, b))            \
    case VK_POWER: VK_EACH((T)vk_integer_power(a, b))                    \
    default: return;                                                     \
  }

static int64_t vk_integer_remainder(int64_t a, int64_t b) {
  if (b == 0 || b == -1) return 0;
  const int64_t r = a % b;
  return r != 0 && (b < 0) != (r < 0) ? r + b : r;
}

static int64_t vk_integer_power(int64_t base, int64_t exponent) {
  if (exponent < 0) return base == 1 ? 1 : base == -1 ? (exponent & 1 ? -1 : 1) : 0;
  uint64_t result = 1, square = (uint64_t)base;
  for (uint64_t left = (uint64_t)exponent; left; left >>= 1, square *= square) {
    if (left & 1) result *= square;
  }
  return (int64_t)result;
}

void vk_binary_i32(vk_isa isa, vk_binary_function function, size_t rows, size_t columns, const int32_t *pa,
                   vk_stride as, const int32_t *pb, vk_stride bs, int32_t *out) {
  typedef int32_t T;
  VK_BINARY_INTEGER(uint32_t)
}

void vk_binary_i64(vk_isa isa, vk_binary_function function, size_t rows, size_t columns, const int64_t *pa,
                   vk_stride as, const int64_t *pb, vk_stride bs, int64_t *out) {
  typedef int64_t T;
  VK_BINARY_INTEGER(uint64_t)
}
