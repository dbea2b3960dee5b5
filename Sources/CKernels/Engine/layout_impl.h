// One tier of the conversion between planes and channels-last maps.

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
