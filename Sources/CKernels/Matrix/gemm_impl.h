// One tier of the matrix product. Needs VK_NAME, VK_LANES, VK_ROWS (most rows of a micro-kernel), VK_VECTORS (most
// vectors across), VK_DEPTH. VK_KERNEL_ROWS(X, V) lists X(1, V) ... X(VK_ROWS, V).
#include "gemm_vector.h"
#include "gemm_transpose.h"

#define NR (VK_LANES * VK_VECTORS)

/// Adds up a tile of R rows and V vectors and writes it. `tail` is the number of columns of the last vector that exist.
/// A sum of n terms in one go has an error that grows with the square root of n: every VK_CHAIN terms the sums are set
/// aside, and added up at the end.
ALWAYS_INLINE void VK_NAME(micro)(const int R, const int V, const vk_gemm_micro *t) {
  VEC sum[VK_ROWS][VK_VECTORS], total[VK_ROWS][VK_VECTORS];
  const float *a = t->a, *b = t->b;
  // The tile of C is wanted only at the end.
#pragma clang loop unroll(full)
  for (int i = 0; i < R; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < V; j++) __builtin_prefetch(t->c + i * t->c_stride + j * VK_LANES, 1);
  }
  const size_t a_step = t->a_step, b_step = t->b_step;
  for (size_t begin = 0;; begin += VK_CHAIN) {
    const size_t terms = t->k - begin < VK_CHAIN ? t->k - begin : VK_CHAIN;
#pragma clang loop unroll(full)
    for (int i = 0; i < R; i++) {
#pragma clang loop unroll(full)
      for (int j = 0; j < V; j++) sum[i][j] = (VEC){0};
    }
#pragma clang loop unroll_count(2)
    for (size_t p = 0; p < terms; p++) {
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
#pragma clang loop unroll(full)
    for (int i = 0; begin > 0 && i < R; i++) {
#pragma clang loop unroll(full)
      for (int j = 0; j < V; j++) sum[i][j] += total[i][j];
    }
    if (t->k - begin <= VK_CHAIN) break;
#pragma clang loop unroll(full)
    for (int i = 0; i < R; i++) {
#pragma clang loop unroll(full)
      for (int j = 0; j < V; j++) total[i][j] = sum[i][j];
    }
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

/// Packs a panel of `rows` rows into a height of `panel_rows`; rows that do not exist are never read again.
static void VK_NAME(pack_a)(
    const float *a, size_t row_stride, size_t k_stride, size_t rows, size_t k, size_t panel_rows, float *packed) {
  if (k_stride != 1) {
    for (size_t p = 0; p < k; p++) {
      const float *from = a + p * k_stride;
      float *to = packed + p * panel_rows;
      for (size_t i = 0; row_stride != 1 && i < rows; i++) to[i] = from[i * row_stride];
      for (size_t i = 0; row_stride == 1 && i < rows; i += VK_LANES) {
        const unsigned some = rows - i < VK_LANES ? (unsigned)(rows - i) : VK_LANES;
        VK_NAME(store_first)(to + i, VK_NAME(load_lanes)(from + i, 0, some), some);
      }
    }
    return;
  }
  for (size_t p = 0; p < k; p += VK_LANES) {
    const unsigned terms = k - p < VK_LANES ? (unsigned)(k - p) : VK_LANES;
    for (size_t i = 0; i < rows; i += VK_LANES) {
      const unsigned some = rows - i < VK_LANES ? (unsigned)(rows - i) : VK_LANES;
      float *to = packed + p * panel_rows + i;
      VK_NAME(transpose)(a + i * row_stride + p, row_stride, some, terms, to, panel_rows, false);
    }
  }
}

/// Runs the micro-kernels over a block: `columns` columns of B, whole panels of A. Where A is not packed
/// yet, its panels are packed into `scratch` as they are needed.
static void VK_NAME(block)(
    const vk_gemm *g, size_t row_begin, size_t row_end, size_t column, size_t columns, size_t k_begin, size_t k_count,
    const float *b, size_t b_step, size_t b_panel, float *scratch) {
  for (size_t group = row_begin; group < row_end;) {
    // As many panels of A at a time as stay in the second-level cache.
    size_t group_end = group + VK_ROWS_IN_CACHE / g->panel_rows * g->panel_rows;
    if (group_end > row_end) group_end = row_end;
    // Panel i lies at packed + (i - group) * terms.
    const float *packed = g->packed_a ? g->packed_a + group * g->k + k_begin * g->panel_rows : scratch;
    const size_t terms = g->packed_a ? g->k : k_count;
    for (size_t i = group; !g->packed_a && i < group_end; i += g->panel_rows) {
      const size_t rows = group_end - i < g->panel_rows ? group_end - i : g->panel_rows;
      const float *a = g->a + i * g->a_row_stride + k_begin * g->a_k_stride;
      VK_NAME(pack_a)(a, g->a_row_stride, g->a_k_stride, rows, k_count, g->panel_rows, scratch + (i - group) * k_count);
    }
    for (size_t j = 0; j < columns; j += NR) {
      const size_t width = columns - j < NR ? columns - j : NR;
      const size_t vectors = (width + VK_LANES - 1) / VK_LANES;
      vk_gemm_micro t = {
          .k = k_count, .a_step = g->panel_rows, .b = b + j / NR * b_panel, .b_step = b_step, .c_stride = g->c_stride,
          .accumulate = k_begin > 0, .tail = width - (vectors - 1) * VK_LANES,
          .column_bias = k_begin == 0 && g->column_bias ? g->column_bias + column + j : NULL};
      for (size_t i = group; i < group_end; i += g->panel_rows) {
        const size_t rows = group_end - i < g->panel_rows ? group_end - i : g->panel_rows;
        t.a = packed + (i - group) * terms;
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
      // Rows lie on different pages, which the processor does not prefetch across.
      __builtin_prefetch(b + (p + 8) * stride);
      __builtin_prefetch(b + (p + 8) * stride + VK_LANES);
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

/// Packs `count` columns (at most NR) of a transposed B, whose rows run along k.
static void VK_NAME(pack_b_transposed)(const float *b, size_t stride, size_t k, size_t count, float *packed) {
  for (size_t j = 0; j < count; j += VK_LANES) {
    const unsigned rows = count - j < VK_LANES ? (unsigned)(count - j) : VK_LANES;
    for (size_t p = 0; p < k; p += VK_LANES) {
      const unsigned terms = k - p < VK_LANES ? (unsigned)(k - p) : VK_LANES;
      VK_NAME(transpose)(b + j * stride + p, stride, rows, terms, packed + p * NR + j, NR, true);
    }
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
  float *scratch = workspace + (columns + NR - 1) / NR * NR * (g->k < VK_DEPTH ? g->k : VK_DEPTH);
  size_t k_begin = 0;
  do {
    const size_t k = g->k - k_begin < VK_DEPTH ? g->k - k_begin : VK_DEPTH;
    const size_t whole = direct ? columns / NR * NR : 0;
    const float *b = g->b_transposed ? g->b + column_begin * g->b_stride + k_begin
                                     : g->b + k_begin * g->b_stride + column_begin;
    if (whole > 0) VK_NAME(block)(g, row_begin, row_end, column_begin, whole, k_begin, k, b, g->b_stride, NR, scratch);
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
          g, row_begin, row_end, column_begin + whole, columns - whole, k_begin, k, workspace, NR, NR * k, scratch);
    }
    k_begin += k;
  } while (k_begin < g->k);
}
