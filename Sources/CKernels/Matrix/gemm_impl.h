// One tier of the matrix product. Needs VK_NAME, VK_LANES, VK_ROWS (most rows of a micro-kernel), VK_VECTORS (most
// vectors across), VK_DEPTH. VK_KERNEL_ROWS(X, V) lists X(1, V) ... X(VK_ROWS, V).
#include "gemm_vector.h"

#define NR (VK_LANES * VK_VECTORS)

/// Adds up a tile of R rows and V vectors and writes it. `tail` is the number of columns of the last vector that exist.
ALWAYS_INLINE void VK_NAME(micro)(const int R, const int V, const vk_gemm_micro *t) {
  VEC sum[VK_ROWS][VK_VECTORS];
#pragma clang loop unroll(full)
  for (int i = 0; i < R; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < V; j++) sum[i][j] = (VEC){0};
  }
  const float *a = t->a, *b = t->b;
  const size_t a_step = t->a_step, b_step = t->b_step;
#pragma clang loop unroll_count(2)
  for (size_t p = 0; p < t->k; p++) {
    VEC row[VK_VECTORS];
#pragma clang loop unroll(full)
    for (int j = 0; j < V; j++) row[j] = VK_NAME(load)(b + j * VK_LANES);
#pragma clang loop unroll(full)
    for (int i = 0; i < R; i++) {
      VEC x = VK_NAME(splat)(a[i]);
#pragma clang loop unroll(full)
      for (int j = 0; j < V; j++) sum[i][j] += x * row[j];
    }
    a += a_step;
    b += b_step;
  }
  float *c = t->c;
#pragma clang loop unroll(full)
  for (int i = 0; i < R; i++, c += t->c_stride) {
    const float bias = t->row_bias ? t->row_bias[i] : 0;
#pragma clang loop unroll(full)
    for (int j = 0; j < V; j++) {
      const bool whole = j < V - 1 || t->tail == VK_LANES;
      const unsigned count = whole ? VK_LANES : (unsigned)t->tail;
      const float *added = t->accumulate ? c + j * VK_LANES : t->column_bias ? t->column_bias + j * VK_LANES : NULL;
      VEC v = sum[i][j] + bias;
      if (added) v += whole ? VK_NAME(load)(added) : VK_NAME(load_lanes)(added, 0, count);
      if (whole) {
        VK_NAME(store)(c + j * VK_LANES, v);
      } else {
        VK_NAME(store_first)(c + j * VK_LANES, v, count);
      }
    }
  }
}

#define KERNEL(R, V) \
  static void VK_NAME(micro_##R##x##V)(const vk_gemm_micro *t) { VK_NAME(micro)(R, V, t); }
VK_KERNEL_ROWS(KERNEL, 1)
VK_KERNEL_ROWS(KERNEL, 2)
#if VK_VECTORS > 2
VK_KERNEL_ROWS(KERNEL, 3)
#endif
#undef KERNEL

#define KERNEL(R, V) VK_NAME(micro_##R##x##V),
static void (*const VK_NAME(micros)[VK_VECTORS][VK_ROWS])(const vk_gemm_micro *) = {
    {VK_KERNEL_ROWS(KERNEL, 1)},
    {VK_KERNEL_ROWS(KERNEL, 2)},
#if VK_VECTORS > 2
    {VK_KERNEL_ROWS(KERNEL, 3)},
#endif
};
#undef KERNEL

/// Runs the micro-kernels over a block: `columns` columns of B, whole panels of A.
static void VK_NAME(block)(
    const vk_gemm *g, size_t row_begin, size_t row_end, size_t column, size_t columns, size_t k_begin, size_t k_count,
    const float *b, size_t b_step, size_t b_panel) {
  for (size_t group = row_begin; group < row_end;) {
    // As many panels of A at a time as stay in the second-level cache.
    size_t panels = VK_ROWS_IN_CACHE / g->panel_rows;
    size_t group_end = group + (panels > 0 ? panels : 1) * g->panel_rows;
    if (group_end > row_end) group_end = row_end;
    for (size_t j = 0; j < columns; j += NR) {
      const size_t width = columns - j < NR ? columns - j : NR;
      const size_t vectors = (width + VK_LANES - 1) / VK_LANES;
      vk_gemm_micro t = {
          .k = k_count, .a_step = g->panel_rows, .b = b + j / NR * b_panel, .b_step = b_step, .c_stride = g->c_stride,
          .accumulate = k_begin > 0, .tail = width - (vectors - 1) * VK_LANES,
          .column_bias = k_begin == 0 && g->column_bias ? g->column_bias + column + j : NULL};
      for (size_t i = group; i < group_end; i += g->panel_rows) {
        const size_t rows = group_end - i < g->panel_rows ? group_end - i : g->panel_rows;
        t.a = g->packed_a + i * g->k + k_begin * g->panel_rows;
        t.c = g->c + i * g->c_stride + column + j;
        t.row_bias = k_begin == 0 && g->row_bias ? g->row_bias + i : NULL;
        VK_NAME(micros)[vectors - 1][rows - 1](&t);
      }
    }
    group = group_end;
  }
}

/// Packs `count` columns (at most NR) of k rows; the last vector is filled up with zeros.
static void VK_NAME(pack_b)(const float *b, size_t stride, size_t k, size_t count, float *packed) {
  if (count == NR) {
    for (size_t p = 0; p < k; p++) {
#pragma clang loop unroll(full)
      for (int j = 0; j < VK_VECTORS; j++) {
        VK_NAME(store)(packed + p * NR + j * VK_LANES, VK_NAME(load)(b + p * stride + j * VK_LANES));
      }
    }
    return;
  }
  for (size_t p = 0; p < k; p++) {
    for (size_t j = 0; j < count; j += VK_LANES) {
      const unsigned lanes = count - j < VK_LANES ? (unsigned)(count - j) : VK_LANES;
      VK_NAME(store)(packed + p * NR + j, VK_NAME(load_lanes)(b + p * stride + j, 0, lanes));
    }
  }
}

/// Transposes a square of VK_LANES rows of a into rows of `packed`.
ALWAYS_INLINE void VK_NAME(transpose)(const float *a, size_t stride, float *packed, size_t packed_stride) {
  VEC r[VK_LANES];
#pragma clang loop unroll(full)
  for (int i = 0; i < VK_LANES; i++) r[i] = VK_NAME(load)(a + i * stride);
  // Exchange the off-diagonal quarters of ever smaller squares.
#pragma clang loop unroll(full)
  for (int half = VK_LANES / 2; half > 0; half /= 2) {
#pragma clang loop unroll(full)
    for (int i = 0; i < VK_LANES; i++) {
      if (i & half) continue;
      VEC x = r[i], y = r[i + half];
#if VK_LANES == 16
      if (half == 8) {
        r[i] = __builtin_shufflevector(x, y, 0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 18, 19, 20, 21, 22, 23);
        r[i + half] = __builtin_shufflevector(x, y, 8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31);
      } else if (half == 4) {
        r[i] = __builtin_shufflevector(x, y, 0, 1, 2, 3, 16, 17, 18, 19, 8, 9, 10, 11, 24, 25, 26, 27);
        r[i + half] = __builtin_shufflevector(x, y, 4, 5, 6, 7, 20, 21, 22, 23, 12, 13, 14, 15, 28, 29, 30, 31);
      } else if (half == 2) {
        r[i] = __builtin_shufflevector(x, y, 0, 1, 16, 17, 4, 5, 20, 21, 8, 9, 24, 25, 12, 13, 28, 29);
        r[i + half] = __builtin_shufflevector(x, y, 2, 3, 18, 19, 6, 7, 22, 23, 10, 11, 26, 27, 14, 15, 30, 31);
      } else {
        r[i] = __builtin_shufflevector(x, y, 0, 16, 2, 18, 4, 20, 6, 22, 8, 24, 10, 26, 12, 28, 14, 30);
        r[i + half] = __builtin_shufflevector(x, y, 1, 17, 3, 19, 5, 21, 7, 23, 9, 25, 11, 27, 13, 29, 15, 31);
      }
#elif VK_LANES == 8
      if (half == 4) {
        r[i] = __builtin_shufflevector(x, y, 0, 1, 2, 3, 8, 9, 10, 11);
        r[i + half] = __builtin_shufflevector(x, y, 4, 5, 6, 7, 12, 13, 14, 15);
      } else if (half == 2) {
        r[i] = __builtin_shufflevector(x, y, 0, 1, 8, 9, 4, 5, 12, 13);
        r[i + half] = __builtin_shufflevector(x, y, 2, 3, 10, 11, 6, 7, 14, 15);
      } else {
        r[i] = __builtin_shufflevector(x, y, 0, 8, 2, 10, 4, 12, 6, 14);
        r[i + half] = __builtin_shufflevector(x, y, 1, 9, 3, 11, 5, 13, 7, 15);
      }
#else
      if (half == 2) {
        r[i] = __builtin_shufflevector(x, y, 0, 1, 4, 5);
        r[i + half] = __builtin_shufflevector(x, y, 2, 3, 6, 7);
      } else {
        r[i] = __builtin_shufflevector(x, y, 0, 4, 2, 6);
        r[i + half] = __builtin_shufflevector(x, y, 1, 5, 3, 7);
      }
#endif
    }
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < VK_LANES; i++) VK_NAME(store)(packed + i * packed_stride, r[i]);
}

/// Packs `count` columns (at most NR) of a transposed B, whose rows run along k.
static void VK_NAME(pack_b_transposed)(const float *b, size_t stride, size_t k, size_t count, float *packed) {
  for (size_t j = 0; j < count; j += VK_LANES) {
    const size_t lanes = count - j < VK_LANES ? count - j : VK_LANES;
    size_t p = 0;
    if (lanes == VK_LANES) {
      for (; p + VK_LANES <= k; p += VK_LANES) VK_NAME(transpose)(b + j * stride + p, stride, packed + p * NR + j, NR);
    }
    for (; p < k; p++) {
      for (size_t i = 0; i < VK_LANES; i++) packed[p * NR + j + i] = i < lanes ? b[(j + i) * stride + p] : 0;
    }
  }
}

/// Packs a panel of `rows` rows into a height of `panel_rows`; rows that do not exist are never read again.
static void VK_NAME(pack_a)(
    const float *a, size_t row_stride, size_t k_stride, size_t rows, size_t k, size_t panel_rows, float *packed) {
  size_t p = 0;
  if (k_stride == 1) {
    // Squares, through a small buffer, since the panel's height is no multiple of the vector's.
    float square[VK_LANES * VK_LANES];
    for (; p + VK_LANES <= k; p += VK_LANES) {
      size_t i = 0;
      for (; i + VK_LANES <= rows; i += VK_LANES) {
        VK_NAME(transpose)(a + i * row_stride + p, row_stride, packed + p * panel_rows + i, panel_rows);
      }
      if (i == rows) continue;
      const size_t left = rows - i;
      if (row_stride * 4 >= 64 && i + VK_LANES > rows) {
        VEC r[VK_LANES];
        for (size_t q = 0; q < VK_LANES; q++) {
          r[q] = q < left ? VK_NAME(load)(a + (i + q) * row_stride + p) : (VEC){0};
        }
        float lines[VK_LANES * VK_LANES];
        for (size_t q = 0; q < VK_LANES; q++) VK_NAME(store)(lines + q * VK_LANES, r[q]);
        VK_NAME(transpose)(lines, VK_LANES, square, VK_LANES);
      } else {
        for (size_t q = 0; q < left; q++) {
          for (size_t s = 0; s < VK_LANES; s++) square[s * VK_LANES + q] = a[(i + q) * row_stride + p + s];
        }
      }
      for (size_t s = 0; s < VK_LANES; s++) {
        VK_NAME(store_first)(packed + (p + s) * panel_rows + i, VK_NAME(load)(square + s * VK_LANES), (unsigned)left);
      }
    }
  }
  for (; p < k; p++) {
    for (size_t i = 0; i < rows; i++) packed[p * panel_rows + i] = a[i * row_stride + p * k_stride];
  }
}

static void VK_NAME(run)(
    const vk_gemm *g, size_t row_begin, size_t row_end, size_t column_begin, size_t column_end, float *workspace) {
  const size_t columns = column_end - column_begin;
  // Few rows: B is read only a few times, so that packing it would cost more than it saves; the last, partial panel is
  // packed all the same, since loads must not run past the end. Rows a page multiple apart would share a cache set.
  const bool few = row_end - row_begin <= VK_DIRECT_PANELS * g->panel_rows;
  const bool one = row_end - row_begin <= g->panel_rows;
  const bool direct = !g->b_transposed && (one || (few && g->b_stride % 1024 != 0));
  size_t k_begin = 0;
  do {
    const size_t k = g->k - k_begin < VK_DEPTH ? g->k - k_begin : VK_DEPTH;
    const size_t whole = direct ? columns / NR * NR : 0;
    const float *b = g->b_transposed ? g->b + column_begin * g->b_stride + k_begin
                                     : g->b + k_begin * g->b_stride + column_begin;
    if (whole > 0) VK_NAME(block)(g, row_begin, row_end, column_begin, whole, k_begin, k, b, g->b_stride, NR);
    if (whole < columns) {
      for (size_t j = whole; j < columns; j += NR) {
        const size_t count = columns - j < NR ? columns - j : NR;
        if (g->b_transposed) {
          VK_NAME(pack_b_transposed)(b + j * g->b_stride, g->b_stride, k, count, workspace + (j - whole) * k);
        } else {
          VK_NAME(pack_b)(b + j, g->b_stride, k, count, workspace + (j - whole) * k);
        }
      }
      VK_NAME(block)(
          g, row_begin, row_end, column_begin + whole, columns - whole, k_begin, k, workspace, NR, NR * k);
    }
    k_begin += k;
  } while (k_begin < g->k);
}
