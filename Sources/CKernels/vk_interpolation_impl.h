// The body of vk_interpolation.c, once a tier.

static void VK_NAME(pick)(const float *restrict row, float *restrict out, const int32_t *restrict indices,
                          ptrdiff_t count) {
  for (ptrdiff_t x = 0; x < count; x++) out[x] = row[indices[x]];
}

static void VK_NAME(pick_twice)(const float *restrict row, float *restrict out, ptrdiff_t count) {
  for (ptrdiff_t x = 0; x < count; x++) {
    out[2 * x] = row[x];
    out[2 * x + 1] = row[x];
  }
}

static void VK_NAME(gather_taps)(const float *restrict row, float *restrict out, const int32_t *restrict indices,
                                 const float *restrict weights, ptrdiff_t count, ptrdiff_t taps) {
  if (taps == 2) {
    const int32_t *restrict second = indices + count;
    const float *restrict other = weights + count;
    for (ptrdiff_t x = 0; x < count; x++) out[x] = weights[x] * row[indices[x]] + other[x] * row[second[x]];
    return;
  }
  for (ptrdiff_t x = 0; x < count; x++) out[x] = weights[x] * row[indices[x]];
  for (ptrdiff_t t = 1; t < taps; t++) {
    const int32_t *restrict index = indices + t * count;
    const float *restrict weight = weights + t * count;
    for (ptrdiff_t x = 0; x < count; x++) out[x] += weight[x] * row[index[x]];
  }
}

static void VK_NAME(combine_rows)(const float *const *rows, const float *weights, ptrdiff_t taps, float *restrict out,
                                  ptrdiff_t count) {
  if (taps == 2) {
    const float *restrict a = rows[0], *restrict b = rows[1];
    float v = weights[0], w = weights[1];
    for (ptrdiff_t x = 0; x < count; x++) out[x] = v * a[x] + w * b[x];
    return;
  }
  const float *restrict a = rows[0];
  float v = weights[0];
  for (ptrdiff_t x = 0; x < count; x++) out[x] = v * a[x];
  for (ptrdiff_t t = 1; t < taps; t++) {
    const float *restrict b = rows[t];
    float w = weights[t];
    for (ptrdiff_t x = 0; x < count; x++) out[x] += w * b[x];
  }
}
