// One tier of splitting rows of a planar image into phases.

/// The even (or odd) elements of two vectors.
VK_INLINE vk_f VK_NAME(even)(vk_f a, vk_f b) {
  return __builtin_shufflevector(a, b, 0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30);
}
VK_INLINE vk_f VK_NAME(odd)(vk_f a, vk_f b) {
  return __builtin_shufflevector(a, b, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19, 21, 23, 25, 27, 29, 31);
}

/// Columns at ..< at + 16 of a row; zeros where there is none.
VK_INLINE vk_f VK_NAME(load_columns)(const float *from, ptrdiff_t at, ptrdiff_t width) {
  if (at >= 0 && at + VK_LANES <= width) return VK_NAME(load)(from + at);
#if VK_TIER == 2
  if (at <= -VK_LANES || at >= width) return (vk_f)(0.0f);
  const int before = at < 0 ? (int)-at : 0, count = width - at < VK_LANES ? (int)(width - at) : VK_LANES;
  const __mmask16 mask = (__mmask16)((1u << count) - (1u << before));
  // Lanes that are masked out are not read.
  return (vk_f)_mm512_maskz_loadu_ps(mask, (const void *)((intptr_t)from + at * (ptrdiff_t)sizeof(float)));
#else
  float lanes[VK_LANES];
  for (ptrdiff_t i = 0; i < VK_LANES; i++) lanes[i] = at + i >= 0 && at + i < width ? from[at + i] : 0;
  return VK_NAME(load)(lanes);
#endif
}

/// A row of an image, its pixel 0 at `from`, into phases of `columns` floats, a multiple of sixteen: phase f, column i is image
/// column i * stride + f - pad.
VK_INLINE void VK_NAME(split_row)(
    const float *from, ptrdiff_t width, ptrdiff_t pad, size_t stride, size_t columns, float *to) {
  if (stride != 1 && stride != 2 && stride != 4) {
    for (size_t f = 0; f < stride; f++) {
      for (size_t i = 0; i < columns; i++) {
        const ptrdiff_t at = (ptrdiff_t)(i * stride + f) - pad;
        to[f * columns + i] = at >= 0 && at < width ? from[at] : 0;
      }
    }
    return;
  }
  ptrdiff_t at = -pad;
  for (size_t i = 0; i < columns; i += VK_LANES, at += (ptrdiff_t)stride * VK_LANES) {
    float *out = to + i;
    const vk_f v0 = VK_NAME(load_columns)(from, at, width);
    if (stride == 1) {
      VK_NAME(store)(out, v0);
      continue;
    }
    const vk_f v1 = VK_NAME(load_columns)(from, at + 16, width), e = VK_NAME(even)(v0, v1), o = VK_NAME(odd)(v0, v1);
    if (stride == 2) {
      VK_NAME(store)(out, e);
      VK_NAME(store)(out + columns, o);
      continue;
    }
    const vk_f v2 = VK_NAME(load_columns)(from, at + 32, width), v3 = VK_NAME(load_columns)(from, at + 48, width);
    const vk_f e2 = VK_NAME(even)(v2, v3), o2 = VK_NAME(odd)(v2, v3);
    VK_NAME(store)(out, VK_NAME(even)(e, e2));
    VK_NAME(store)(out + columns, VK_NAME(even)(o, o2));
    VK_NAME(store)(out + 2 * columns, VK_NAME(odd)(e, e2));
    VK_NAME(store)(out + 3 * columns, VK_NAME(odd)(o, o2));
  }
}
