/// Single-precision matrix products through packed, cache-blocked micro-kernels.
///
/// C[m x n] = A[m x k] B[k x n] (+ bias), all row-major. The caller packs A once (`vk_gemm_pack_a`: a place for packed
/// weights that are kept), cuts C into tiles by size, and runs each tile with a workspace of its own. Every element of
/// C is summed in the same order wherever the cuts lie, so results do not depend on the number of threads.
#ifndef VK_GEMM_H
#define VK_GEMM_H

#include "vk_isa.h"

/// How a tier cuts its work.
typedef struct {
  size_t rows;     // most rows of a micro-kernel, and so of a panel of packed A
  size_t columns;  // columns of a panel of packed B; tiles of C begin at multiples of it
  size_t depth;    // terms summed between two visits of an element of C
} vk_gemm_tiling;

vk_gemm_tiling vk_gemm_get_tiling(vk_isa isa);

/// Height of the panels that m rows are packed into: as even as can be, at most `rows`. At least 1.
size_t vk_gemm_panel_rows(vk_isa isa, size_t m);

/// Floats that m x k packed rows take, in panels of `panel_rows`.
size_t vk_gemm_packed_a_count(size_t m, size_t k, size_t panel_rows);

/// Packs m rows of A into consecutive panels of `panel_rows` rows. Element (i, p) lies at
/// a[i * row_stride + p * k_stride]. A thread may pack its own panels: begin at a multiple of `panel_rows`, at
/// packed + first_row * k.
void vk_gemm_pack_a(
    vk_isa isa, const float *a, size_t row_stride, size_t k_stride, size_t m, size_t k, size_t panel_rows,
    float *packed);

/// One matrix product. `b` holds k rows of `b_stride`, or, transposed, n rows of `b_stride` that run along k.
typedef struct {
  size_t m, n, k;
  size_t panel_rows;
  // A in panels of `panel_rows` rows; or NULL, and every tile packs what it reads of `a`, whose element (i, p) lies at
  // a[i * a_row_stride + p * a_k_stride]: better where a row of A serves one tile only.
  const float *packed_a;
  const float *a;
  size_t a_row_stride, a_k_stride;
  const float *b;
  size_t b_stride;
  bool b_transposed;
  float *c;
  size_t c_stride;
  const float *row_bias;     // m values added to the rows, or NULL
  const float *column_bias;  // n values added to the columns, or NULL; not both
} vk_gemm;

/// Floats of workspace that a tile `columns` wide needs.
size_t vk_gemm_workspace_count(vk_isa isa, size_t k, size_t columns);

/// Computes rows row_begin..<row_end (row_begin a multiple of panel_rows) and columns column_begin..<column_end
/// (column_begin a multiple of the tiling's) of C.
void vk_gemm_run(
    vk_isa isa, const vk_gemm *gemm, size_t row_begin, size_t row_end, size_t column_begin, size_t column_end,
    float *workspace);

/// Matrix times up to 4 vectors, streaming the matrix once without packing:
/// out[i * out_row_stride + j * out_column_stride] = sum over p of a[i * a_stride + p] x[j * x_stride + p], plus
/// row_bias[i] where it is not NULL. The order of the sum depends on k alone.
void vk_gemv(
    vk_isa isa, size_t m, size_t k, const float *a, size_t a_stride, const float *x, size_t x_stride, size_t vectors,
    const float *row_bias, float *out, size_t out_row_stride, size_t out_column_stride);

/// Row vector times matrix: out[j] = sum over p of x[p * x_stride] b[p * b_stride + j], plus bias[j] where it is not
/// NULL, for j in 0..<n. Each sum runs in the order of p.
void vk_gevm(
    vk_isa isa, size_t k, size_t n, const float *x, size_t x_stride, const float *b, size_t b_stride, const float *bias,
    float *out);

#endif
