#include "../vk_targets.h"
#include "gemm_internal.h"

// Rows of packed A that stay in the second-level cache, VK_DEPTH terms deep; panels of A below which B is not packed.
#define VK_ROWS_IN_CACHE 168
#define VK_DIRECT_PANELS 3
// Terms that are summed in one go. Whole blocks of 384 have 1.7 times the error; 64 have a fifth less than 128, but then
// the sums' way through memory costs time.
#define VK_CHAIN 128

#define VK_NAME(f) f##_portable
#define VK_LANES 4
#define VK_ROWS 6
#define VK_VECTORS 2
#define VK_DEPTH 256
#define VK_KERNEL_ROWS VK_KERNEL_ROWS_6
#include "gemm_impl.h"
#include "gemm_undefine.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#define VK_LANES 8
#define VK_ROWS 6
#define VK_VECTORS 2
#define VK_DEPTH 256
#define VK_KERNEL_ROWS VK_KERNEL_ROWS_6
#include "gemm_impl.h"
#include "gemm_undefine.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#define VK_LANES 16
#define VK_ROWS 14
#define VK_VECTORS 2
#define VK_DEPTH 384
#define VK_KERNEL_ROWS VK_KERNEL_ROWS_14
#include "gemm_impl.h"
#include "gemm_undefine.h"
#pragma clang attribute pop
#endif

vk_gemm_tiling vk_gemm_get_tiling(vk_isa isa) {
  switch (isa) {
    case VK_ISA_AVX512: return (vk_gemm_tiling){14, 32, 384};
    case VK_ISA_AVX2: return (vk_gemm_tiling){6, 16, 256};
    default: return (vk_gemm_tiling){6, 8, 256};
  }
}

size_t vk_gemm_panel_rows(vk_isa isa, size_t m) {
  const size_t most = vk_gemm_get_tiling(isa).rows;
  if (m == 0) return 1;
  const size_t panels = (m + most - 1) / most;
  return (m + panels - 1) / panels;
}

size_t vk_gemm_packed_a_count(size_t m, size_t k, size_t panel_rows) {
  return (m + panel_rows - 1) / panel_rows * panel_rows * k;
}

size_t vk_gemm_workspace_count(vk_isa isa, size_t k, size_t columns) {
  const vk_gemm_tiling tiling = vk_gemm_get_tiling(isa);
  const size_t panels = (columns + tiling.columns - 1) / tiling.columns;
  return (panels * tiling.columns + VK_ROWS_IN_CACHE) * (k < tiling.depth ? k : tiling.depth);
}

void vk_gemm_pack_a(
    vk_isa isa, const float *a, size_t row_stride, size_t k_stride, size_t m, size_t k, size_t panel_rows,
    float *packed) {
  for (size_t i = 0; i < m; i += panel_rows) {
    const size_t rows = m - i < panel_rows ? m - i : panel_rows;
    VK_DISPATCH(isa, pack_a, a + i * row_stride, row_stride, k_stride, rows, k, panel_rows, packed + i * k)
  }
}

void vk_gemm_run(
    vk_isa isa, const vk_gemm *gemm, size_t row_begin, size_t row_end, size_t column_begin, size_t column_end,
    float *workspace) {
  VK_DISPATCH(isa, run, gemm, row_begin, row_end, column_begin, column_end, workspace)
}

void vk_gemm_block(
    vk_isa isa, const vk_gemm *gemm, size_t row_begin, size_t row_end, size_t column, size_t columns, size_t k_begin,
    size_t k_count, const float *b, size_t b_step, size_t b_panel, float *scratch) {
  VK_DISPATCH(isa, block, gemm, row_begin, row_end, column, columns, k_begin, k_count, b, b_step, b_panel, scratch)
}
