// One tier of transposing a square of sixteen vectors.

/// Exchanges the off-diagonal quarters of squares of 2 * half in `count` vectors.
VK_INLINE void VK_NAME(exchange)(vk_f *r, const int count, const int half) {
#pragma clang loop unroll(full)
  for (int i = 0; i < count; i++) {
    if (i & half) continue;
    const vk_f x = r[i], y = r[i + half];
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
  }
}

/// Transposes sixteen vectors: exchanges the off-diagonal quarters of ever smaller squares.
VK_INLINE void VK_NAME(transpose)(vk_f r[16]) {
  VK_NAME(exchange)(r, 16, 8);
  VK_NAME(exchange)(r, 16, 4);
  VK_NAME(exchange)(r, 16, 2);
  VK_NAME(exchange)(r, 16, 1);
}

/// Transposes eight vectors, each half for itself: vector i becomes the lanes i and i + 8 of all.
VK_INLINE void VK_NAME(transpose_eight)(vk_f r[8]) {
  VK_NAME(exchange)(r, 8, 4);
  VK_NAME(exchange)(r, 8, 2);
  VK_NAME(exchange)(r, 8, 1);
}
