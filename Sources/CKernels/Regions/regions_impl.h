// The body of regions.c, once a tier.

#define load VK_NAME(load_sixteen)
#define align_bins VK_NAME(align_bins)

/// Sixteen floats, or as many as there are before `end`, then zeros.
VK_INLINE vk_f load(const float *p, const float *end) {
  vk_f x = 0;
  if (end - p >= VK_LANES) {
    memcpy(&x, p, sizeof x);
  } else if (end > p) {
    memcpy(&x, p, (size_t)(end - p) * sizeof(float));
  }
  return x;
}

/// The bins of one row: every band of columns, weighed.
VK_INLINE void align_bins(const float *row, const int32_t *columns, const float *weights, ptrdiff_t bins, float *out) {
  for (ptrdiff_t i = 0; i < bins; i++) {
    const float *source = row + columns[2 * i];
    ptrdiff_t count = columns[2 * i + 1];
    float sum = 0;
    for (ptrdiff_t t = 0; t < count; t++) sum += weights[t] * source[t];
    out[i] = sum;
    weights += count;
  }
}

/// For every row of bins the weighed rows add up to one, of which the bins then take their columns.
static void VK_NAME(roi_align)(const vk_regions *how, const float *in, const float *in_end, const int32_t *plan,
                               const float *weights, float *out, ptrdiff_t begin, ptrdiff_t end, float *row) {
  const int32_t *rows = plan + VK_REGION_HEAD, *columns = rows + 2 * how->out_h;
  ptrdiff_t bins = how->out_h * how->out_w, first = plan[1], width = plan[2];
  if (plan[0] < 0) {
    memset(out + begin * bins, 0, (size_t)((end - begin) * bins) * sizeof(float));
    return;
  }
  const float *column_weights = weights;
  for (ptrdiff_t i = 0; i < how->out_h; i++) column_weights += rows[2 * i + 1];
  const float *image = in + plan[0] * how->channels * how->in_h * how->in_w;
  for (ptrdiff_t c = begin; c < end; c++) {
    const float *plane = image + c * how->in_h * how->in_w, *weight = weights;
    float *target = out + c * bins;
    for (ptrdiff_t i = 0; i < how->out_h; i++, target += how->out_w) {
      const float *source = plane + rows[2 * i] * how->in_w + first;
      ptrdiff_t count = rows[2 * i + 1];
      for (ptrdiff_t x = 0; x < width; x += VK_LANES) {
        vk_f sum = 0;
        for (ptrdiff_t r = 0; r < count; r++) sum += weight[r] * load(source + r * how->in_w + x, in_end);
        memcpy(row + x, &sum, sizeof sum);
      }
      align_bins(row - first, columns, column_weights, how->out_w, target);
      weight += count;
    }
  }
}

static void VK_NAME(roi_pool)(const vk_regions *how, const float *in, const float *in_end, const int32_t *plan,
                              float *out, ptrdiff_t begin, ptrdiff_t end, float *row) {
  const int32_t *rows = plan + VK_REGION_HEAD, *columns = rows + 2 * how->out_h;
  ptrdiff_t bins = how->out_h * how->out_w, first = plan[1], width = plan[2];
  if (plan[0] < 0) {
    memset(out + begin * bins, 0, (size_t)((end - begin) * bins) * sizeof(float));
    return;
  }
  const float *image = in + plan[0] * how->channels * how->in_h * how->in_w;
  for (ptrdiff_t c = begin; c < end; c++) {
    const float *plane = image + c * how->in_h * how->in_w;
    float *target = out + c * bins;
    for (ptrdiff_t i = 0; i < how->out_h; i++, target += how->out_w) {
      const float *source = plane + rows[2 * i] * how->in_w + first;
      ptrdiff_t count = rows[2 * i + 1];
      for (ptrdiff_t x = 0; x < width; x += VK_LANES) {
        vk_f best = -FLT_MAX;
        for (ptrdiff_t r = 0; r < count; r++) {
          vk_f value = load(source + r * how->in_w + x, in_end);
          best = value > best ? value : best;
        }
        memcpy(row + x, &best, sizeof best);
      }
      for (ptrdiff_t j = 0; j < how->out_w; j++) {
        const float *values = row + columns[2 * j] - first;
        float best = -FLT_MAX;
        for (ptrdiff_t t = 0; t < columns[2 * j + 1]; t++) best = values[t] > best ? values[t] : best;
        target[j] = count > 0 && columns[2 * j + 1] > 0 ? best : 0;
      }
    }
  }
}

static void VK_NAME(ps_roi)(const vk_regions *how, const float *in, const int32_t *plan, const float *weights,
                            float *out, ptrdiff_t begin, ptrdiff_t end) {
  const int32_t *rows = plan + VK_REGION_HEAD, *columns = rows + 2 * how->out_h;
  ptrdiff_t bins = how->out_h * how->out_w, size = how->in_h * how->in_w;
  const float *column_weights = weights;
  for (ptrdiff_t i = 0; weights && i < how->out_h; i++) column_weights += rows[2 * i + 1];
  for (ptrdiff_t c = begin; c < end; c++) {
    const float *weight = weights;
    for (ptrdiff_t i = 0; i < how->out_h; i++) {
      const float *across = column_weights;
      for (ptrdiff_t j = 0; j < how->out_w; j++) {
        float total = 0;
        ptrdiff_t bin = c * bins + i * how->out_w + j, down = rows[2 * i + 1], wide = columns[2 * j + 1];
        if (plan[0] >= 0 && down > 0 && wide > 0) {
          const float *source = in + (plan[0] * how->channels + bin) * size + rows[2 * i] * how->in_w + columns[2 * j];
          for (ptrdiff_t r = 0; r < down; r++, source += how->in_w) {
            float sum = 0;
            for (ptrdiff_t t = 0; t < wide; t++) sum += weights ? across[t] * source[t] : source[t];
            total += weights ? weight[r] * sum : sum;
          }
          if (!weights) total /= (float)(down * wide);
        }
        out[bin] = total;
        if (weights) across += wide;
      }
      if (weights) weight += rows[2 * i + 1];
    }
  }
}

#undef load
#undef align_bins
