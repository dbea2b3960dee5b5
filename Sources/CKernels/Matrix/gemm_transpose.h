// One tier of transposing small squares. Needs gemm_vector.h.

/// Transposes a square held in registers.
ALWAYS_INLINE void VK_NAME(transpose_square)(VEC r[VK_LANES]) {
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
}

/// Transposes `rows` x `columns` elements (at most VK_LANES either way); row r of `a` becomes lane r of the outputs, of
/// which only `rows` lanes are written, or, with `fill`, all, zeros beyond.
ALWAYS_INLINE void VK_NAME(transpose)(
    const float *a, size_t stride, unsigned rows, unsigned columns, float *out, size_t out_stride, const bool fill) {
  VEC r[VK_LANES];
  if (rows == VK_LANES && columns == VK_LANES) {
#pragma clang loop unroll(full)
    for (int i = 0; i < VK_LANES; i++) r[i] = VK_NAME(load)(a + i * stride);
  } else if (columns == VK_LANES) {
    // Rows that do not exist repeat the last one: no branches.
#pragma clang loop unroll(full)
    for (unsigned i = 0; i < VK_LANES; i++) r[i] = VK_NAME(load)(a + (i < rows ? i : rows - 1) * stride);
  } else {
#pragma clang loop unroll(full)
    for (int i = 0; i < VK_LANES; i++) {
      r[i] = (unsigned)i < rows ? VK_NAME(load_lanes)(a + i * stride, 0, columns) : (VEC){0};
    }
  }
  VK_NAME(transpose_square)(r);
  if (columns == VK_LANES && rows < VK_LANES && !fill) {
#pragma clang loop unroll(full)
    for (int i = 0; i < VK_LANES; i++) VK_NAME(store_first)(out + i * out_stride, r[i], rows);
    return;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < VK_LANES; i++) {
    if ((unsigned)i >= columns) break;
    if (fill || rows == VK_LANES) {
      VK_NAME(store)(out + i * out_stride, r[i]);
    } else {
      VK_NAME(store_first)(out + i * out_stride, r[i], rows);
    }
  }
}
