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

/// The element at `at`, or 0 where that is negative. Without a branch: what lies outside is hard to predict.
static inline __attribute__((always_inline)) float VK_NAME(element)(const float *plane, int32_t at) {
  int32_t inside = ~(at >> 31);
  uint32_t bits;
  memcpy(&bits, plane + (at & inside), sizeof bits);
  bits &= (uint32_t)inside;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/// Blocks of pixels: where their taps lie and what they weigh once, then every channel.
static void VK_NAME(grid_sample)(const float *in, const float *grid, float *out, const vk_grid *how, ptrdiff_t begin,
                                 ptrdiff_t end) {
  int32_t index[4][VK_GRID_BLOCK];
  float weight[4][VK_GRID_BLOCK];
  for (ptrdiff_t start = begin; start < end; start += VK_GRID_BLOCK) {
    ptrdiff_t n = end - start < VK_GRID_BLOCK ? end - start : VK_GRID_BLOCK;
    for (ptrdiff_t i = 0; i < n; i++) {
      float x = grid_coordinate(grid[2 * (start + i)], how->in_w, how);
      float y = grid_coordinate(grid[2 * (start + i) + 1], how->in_h, how);
      if (!how->linear) {
        index[0][i] = grid_index(nearbyintf(x), nearbyintf(y), how);
        weight[0][i] = 1;
        continue;
      }
      float left = floorf(x), top = floorf(y), right = x - left, down = y - top;
      for (int t = 0; t < 4; t++) {
        index[t][i] = grid_index(left + (float)(t & 1), top + (float)(t >> 1), how);
        weight[t][i] = (t & 1 ? right : 1 - right) * (t >> 1 ? down : 1 - down);
      }
    }
    for (ptrdiff_t c = 0; c < how->channels; c++) {
      const float *plane = in + c * how->in_h * how->in_w;
      float *target = out + c * how->out_plane + start;
      for (ptrdiff_t i = 0; i < n; i++) {
        float sum = weight[0][i] * VK_NAME(element)(plane, index[0][i]);
        if (how->linear) {
          sum += weight[1][i] * VK_NAME(element)(plane, index[1][i]);
          sum += weight[2][i] * VK_NAME(element)(plane, index[2][i]);
          sum += weight[3][i] * VK_NAME(element)(plane, index[3][i]);
        }
        target[i] = sum;
      }
    }
  }
}
