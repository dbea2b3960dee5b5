// One tier of Winograd's transforms of one dimension. The interpolation points are 0, infinity and, for 2x2 tiles, +-1;
// for 4x4 tiles +-sqrt(1/2) and +-sqrt(2), which lose about half the digits that +-1 and +-2 lose.

/// Evaluates a polynomial of degree edge - 1 at the points, in place.
VK_INLINE void VK_NAME(winograd_in)(const int edge, vk_f *d, const int step) {
  if (edge == 4) {
    const vk_f a = d[0], b = d[step], c = d[2 * step], e = d[3 * step];
    d[0] = a - c;
    d[step] = b + c;
    d[2 * step] = c - b;
    d[3 * step] = e - b;
    return;
  }
  const vk_f a = d[0], b = d[step], c = d[2 * step], e = d[3 * step], f = d[4 * step], g = d[5 * step];
  const vk_f even = f - 2.0f * c, odd = 0.70710678f * e - 1.41421356f * b;
  const vk_f even2 = f - 0.5f * c, odd2 = 1.41421356f * e - 0.70710678f * b;
  d[0] = a - 2.5f * c + f;
  d[step] = even + odd;
  d[2 * step] = even - odd;
  d[3 * step] = even2 + odd2;
  d[4 * step] = even2 - odd2;
  d[5 * step] = b - 2.5f * e + g;
}

/// Interpolates: edge values at the points to edge - 2 coefficients, in place.
VK_INLINE void VK_NAME(winograd_out)(const int edge, vk_f *m, const int step) {
  const vk_f sum = m[step] + m[2 * step], difference = m[step] - m[2 * step];
  if (edge == 4) {
    m[0] = m[0] + sum;
    m[step] = difference + m[3 * step];
    return;
  }
  const vk_f sum2 = m[3 * step] + m[4 * step], difference2 = m[3 * step] - m[4 * step];
  m[0] = m[0] + sum + sum2;
  m[step] = 0.70710678f * difference + 1.41421356f * difference2;
  m[2 * step] = 0.5f * sum + 2.0f * sum2;
  m[3 * step] = 0.35355339f * difference + 2.82842712f * difference2 + m[5 * step];
}

/// The adjoint of the interpolation to four coefficients: d[0 ..< 4] to six values, in place.
VK_INLINE void VK_NAME(winograd_out_adjoint)(vk_f *d, const int step) {
  const vk_f a = d[0], b = d[step], c = d[2 * step], e = d[3 * step];
  const vk_f even = a + 0.5f * c, odd = 0.70710678f * b + 0.35355339f * e;
  const vk_f even2 = a + 2.0f * c, odd2 = 1.41421356f * b + 2.82842712f * e;
  d[step] = even + odd;
  d[2 * step] = even - odd;
  d[3 * step] = even2 + odd2;
  d[4 * step] = even2 - odd2;
  d[5 * step] = e;
}

/// Three weights at the six points of 4x4 tiles, in place.
VK_INLINE void VK_NAME(winograd_weights)(vk_f *g, const int step) {
  const vk_f a = g[0], b = g[step], c = g[2 * step];
  const vk_f even = -0.66666667f * a - 0.33333333f * c, odd = 0.47140452f * b;
  const vk_f even2 = 0.16666667f * a + 0.33333333f * c, odd2 = 0.23570226f * b;
  g[step] = even - odd;
  g[2 * step] = even + odd;
  g[3 * step] = even2 + odd2;
  g[4 * step] = even2 - odd2;
  g[5 * step] = c;
}

/// The adjoint: six values to three weights, in place.
VK_INLINE void VK_NAME(winograd_weights_adjoint)(vk_f *m, const int step) {
  const vk_f sum = m[step] + m[2 * step], difference = m[2 * step] - m[step];
  const vk_f sum2 = m[3 * step] + m[4 * step], difference2 = m[3 * step] - m[4 * step];
  m[0] = m[0] - 0.66666667f * sum + 0.16666667f * sum2;
  m[step] = 0.47140452f * difference + 0.23570226f * difference2;
  m[2 * step] = 0.33333333f * (sum2 - sum) + m[5 * step];
}

/// Where the pixels of a square of `edge` x `edge` lie, from (y, x) on; zeros where there is none.
VK_INLINE void VK_NAME(winograd_locate)(
    const int edge, const int stride, const float *image, const vk_map *map, ptrdiff_t y, ptrdiff_t x, size_t h, size_t w,
    vk_square *square) {
  for (int i = 0; i < edge; i++) {
    for (int j = 0; j < edge; j++) {
      const ptrdiff_t yy = y + i, xx = x + j;
      const bool exists = yy >= 0 && xx >= 0 && yy < (ptrdiff_t)h && xx < (ptrdiff_t)w;
      const ptrdiff_t at = yy * (ptrdiff_t)map->row + xx * (ptrdiff_t)map->pixel;
      square->at[i * stride + j] = exists ? image + at : vk_zeros;
      square->step[i * stride + j] = exists ? 1 : 0;
    }
  }
}
