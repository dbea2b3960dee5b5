// The body of vk_roi_align_gradient, once a tier.

/// Each row of bins is spread over its columns once; that row is then added to each row of pixels by its weight.
static void VK_NAME(roi_align_gradient)(const vk_regions *how, const float *upstream, const int32_t *plan,
                                        const float *weights, float *out, ptrdiff_t begin, ptrdiff_t end,
                                        float *restrict spread) {
  if (plan[0] < 0) return;
  const int32_t *rows = plan + VK_PLAN_HEAD, *columns = rows + 2 * how->out_h;
  const ptrdiff_t bins = how->out_h * how->out_w, size = how->in_h * how->in_w, first = plan[1], width = plan[2];
  const float *column_weights = weights;
  for (ptrdiff_t i = 0; i < how->out_h; i++) column_weights += rows[2 * i + 1];
  for (ptrdiff_t c = begin; c < end; c++) {
    const float *weight = weights, *u = upstream + c * bins;
    float *plane = out + (plan[0] * how->channels + c) * size + first;
    for (ptrdiff_t i = 0; i < how->out_h; i++, u += how->out_w) {
      const float *across = column_weights;
      memset(spread, 0, width * sizeof(float));
      for (ptrdiff_t j = 0; j < how->out_w; j++) {
        float *target = spread + columns[2 * j] - first;
        const ptrdiff_t wide = columns[2 * j + 1];
        for (ptrdiff_t t = 0; t < wide; t++) target[t] += u[j] * across[t];
        across += wide;
      }
      const ptrdiff_t down = rows[2 * i + 1];
      for (ptrdiff_t r = 0; r < down; r++) {
        float *restrict target = plane + (rows[2 * i] + r) * how->in_w;
        const float share = weight[r];
        for (ptrdiff_t x = 0; x < width; x++) target[x] += share * spread[x];
      }
      weight += down;
    }
  }
}
