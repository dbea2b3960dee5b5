/// What the files of the matrix product and the convolution share.
#ifndef VK_GEMM_INTERNAL_H
#define VK_GEMM_INTERNAL_H

#include "../include/vk_gemm.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

/// A tile of C: k terms of a column of packed A (`a_step` floats a term) and of rows of B (`b_step` floats a term).
typedef struct {
  size_t k;
  const float *a;
  size_t a_step;
  const float *b;
  size_t b_step;
  float *c;
  size_t c_stride;
  size_t tail;
  bool accumulate;
  const float *row_bias, *column_bias;
} vk_gemm_micro;

/// Adds k_count terms, from k_begin on, to `columns` columns of C: B lies in panels of the tiling's columns, `b_panel`
/// floats apart, each with `b_step` floats a term. The first block (k_begin = 0) writes, with the bias; later ones add.
/// `scratch` is the end of the workspace, for packing A.
void vk_gemm_block(
    vk_isa isa, const vk_gemm *gemm, size_t row_begin, size_t row_end, size_t column, size_t columns, size_t k_begin,
    size_t k_count, const float *b, size_t b_step, size_t b_panel, float *scratch);

/// Calls the tier's variant of f.
#if defined(__x86_64__)
#define VK_DISPATCH(isa, f, ...)                        \
  switch (isa) {                                        \
    case VK_ISA_AVX512: f##_avx512(__VA_ARGS__); break; \
    case VK_ISA_AVX2: f##_avx2(__VA_ARGS__); break;     \
    default: f##_portable(__VA_ARGS__);                 \
  }
#else
#define VK_DISPATCH(isa, f, ...) \
  switch (isa) {                 \
    default: f##_portable(__VA_ARGS__); \
  }
#endif

#define VK_KERNEL_ROWS_6(X, V) X(1, V) X(2, V) X(3, V) X(4, V) X(5, V) X(6, V)
#define VK_KERNEL_ROWS_8(X, V) VK_KERNEL_ROWS_6(X, V) X(7, V) X(8, V)
#define VK_KERNEL_ROWS_12(X, V) VK_KERNEL_ROWS_8(X, V) X(9, V) X(10, V) X(11, V) X(12, V)
#define VK_KERNEL_ROWS_14(X, V) VK_KERNEL_ROWS_12(X, V) X(13, V) X(14, V)

#endif
