// One tier of the conversion between planes and channels-last maps.

/// Transposes sixteen vectors: exchanges the off-diagonal quarters of ever smaller squares.
VK_INLINE void VK_NAME(transpose)(vk_f r[16]) {
#pragma clang loop unroll(full)
  for (int half = 8; half > 0; half /= 2) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
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
}

/// `rows` x `columns` (at most 16 either way) of `from`, transposed.
VK_INLINE void VK_NAME(transpose_block)(
    const float *from, size_t from_stride, size_t rows, size_t columns, float *to, size_t to_stride) {
  vk_f r[16];
  if (rows == 16 && columns == 16) {
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) r[i] = VK_NAME(load)(from + (size_t)i * from_stride);
    VK_NAME(transpose)(r);
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) VK_NAME(store)(to + (size_t)i * to_stride, r[i]);
    return;
  }
  for (size_t i = 0; i < 16; i++) r[i] = i < rows ? VK_NAME(load_some)(from + i * from_stride, columns) : (vk_f)(0.0f);
  VK_NAME(transpose)(r);
  for (size_t i = 0; i < columns; i++) VK_NAME(store_some)(to + i * to_stride, rows, r[i]);
}

static void VK_NAME(convert)(const vk_layout *l, bool to_map, size_t begin, size_t end) {
  const size_t parts = vk_parts(l->w, PIXELS), plane = l->h * l->w;
  for (size_t tile = begin; tile < end; tile++) {
    const size_t n = tile / parts / l->h, y = tile / parts % l->h, first = tile % parts * PIXELS;
    const size_t last = vk_smaller(first + PIXELS, l->w);
    for (size_t x = first; x < last; x += 16) {
      const size_t columns = vk_smaller(last - x, 16);
      for (size_t c = 0; c < l->channels; c += 16) {
        const size_t rows = vk_smaller(l->channels - c, 16);
        float *planar = l->planes + (n * l->channels + c) * plane + y * l->w + x;
        float *mapped = l->map.data + n * l->map.image + y * l->map.row + x * l->map.pixel + c;
        if (to_map) {
          VK_NAME(transpose_block)(planar, plane, rows, columns, mapped, l->map.pixel);
        } else {
          VK_NAME(transpose_block)(mapped, l->map.pixel, columns, rows, planar, plane);
        }
      }
    }
  }
}
