// The body of regions.c, once a tier.

#define load VK_NAME(load_eight)
#define weigh_rows VK_NAME(weigh_rows)
#define weigh_columns VK_NAME(weigh_columns)
#define largest_rows VK_NAME(largest_rows)

VK_INLINE vk_bins load(const float *p) {
  vk_bins x;
  memcpy(&x, p, sizeof x);
  return x;
}

/// out[x] = sum over r of weights[r] * in[r * stride + x]; with `whole`, vectors may be read past `width`.
VK_INLINE void weigh_rows(const float *in, ptrdiff_t stride, const float *weights, ptrdiff_t count, ptrdiff_t width,
                          bool whole, float *out) {
  if (!whole) {
    for (ptrdiff_t x = 0; x < width; x++) {
      float sum = 0;
      for (ptrdiff_t r = 0; r < count; r++) sum += weights[r] * in[r * stride + x];
      out[x] = sum;
    }
    return;
  }
  for (ptrdiff_t x = 0; x < width; x += VK_BIN_LANES) {
    vk_bins sum = 0;
    for (ptrdiff_t r = 0; r < count; r++) sum += weights[r] * load(in + r * stride + x);
    memcpy(out + x, &sum, sizeof sum);
  }
}

/// Four rows times the matrix of eight bins; of those, only the first `taken` matter.
VK_INLINE void weigh_columns(const float *rows, ptrdiff_t stride, ptrdiff_t taken, const float *matrix,
                             ptrdiff_t count, float *out, ptrdiff_t out_stride) {
  const float *second = rows + (taken > 1 ? stride : 0), *third = rows + (taken > 2 ? 2 * stride : 0);
  const float *fourth = rows + (taken > 3 ? 3 * stride : 0);
  vk_bins a = 0, b = 0, c = 0, d = 0;
  for (ptrdiff_t x = 0; x < count; x++) {
    vk_bins weights = load(matrix + x * VK_BIN_LANES);
    a += rows[x] * weights;
    b += second[x] * weights;
    c += third[x] * weights;
    d += fourth[x] * weights;
  }
  memcpy(out, &a, sizeof a);
  memcpy(out + out_stride, &b, sizeof b);
  memcpy(out + 2 * out_stride, &c, sizeof c);
  memcpy(out + 3 * out_stride, &d, sizeof d);
}

/// For every row of bins the weighed rows add up to one; four such rows times the matrices of the columns are bins.
static void VK_NAME(roi_align)(const vk_regions *how, const float *in, const float *in_end, const int32_t *plan,
                               const float *weights, float *out, ptrdiff_t begin, ptrdiff_t end, float *workspace) {
  const int32_t *rows = plan + VK_PLAN_HEAD, *groups = rows + 2 * (how->out_h + how->out_w);
  ptrdiff_t bins = how->out_h * how->out_w, first = plan[1], width = plan[2], size = how->in_h * how->in_w;
  if (plan[0] < 0) {
    memset(out + begin * bins, 0, (size_t)((end - begin) * bins) * sizeof(float));
    return;
  }
  const float *image = in + plan[0] * how->channels * size, *matrices = weights + plan[3];
  ptrdiff_t stride = how->in_w + VK_BIN_LANES;
  ptrdiff_t across = (how->out_w + VK_BIN_LANES - 1) / VK_BIN_LANES, result_stride = across * VK_BIN_LANES;
  float *result = workspace + VK_BIN_ROWS * stride;
  for (ptrdiff_t c = begin; c < end; c++) {
    const float *plane = image + c * size, *weight = weights;
    float *target = out + c * bins, *stop = target + bins;
    // Past the last row, no more than eight floats of the next plane are read.
    bool whole = in_end - plane >= size + VK_BIN_LANES;
    for (ptrdiff_t i = 0; i < how->out_h; i += VK_BIN_ROWS) {
      ptrdiff_t taken = how->out_h - i < VK_BIN_ROWS ? how->out_h - i : VK_BIN_ROWS;
      for (ptrdiff_t k = 0; k < taken; k++) {
        const int32_t *band = rows + 2 * (i + k);
        weigh_rows(plane + band[0] * how->in_w + first, how->in_w, weight, band[1], width, whole,
                   workspace + k * stride);
        weight += band[1];
      }
      const float *matrix = matrices;
      for (ptrdiff_t g = 0; g < across; g++) {
        weigh_columns(workspace + groups[2 * g] - first, stride, taken, matrix, groups[2 * g + 1],
                      result + g * VK_BIN_LANES, result_stride);
        matrix += groups[2 * g + 1] * VK_BIN_LANES;
      }
      // Whole vectors in rising order: what one writes too far the next ones write again.
      for (ptrdiff_t k = 0; k < taken; k++, target += how->out_w) {
        const float *source = result + k * result_stride;
        for (ptrdiff_t x = 0; x < how->out_w; x += VK_BIN_LANES) {
          if (stop - (target + x) >= VK_BIN_LANES) {
            memcpy(target + x, source + x, sizeof(vk_bins));
          } else {
            for (ptrdiff_t j = x; j < how->out_w && j < x + VK_BIN_LANES; j++) target[j] = source[j];
          }
        }
      }
    }
  }
}

/// out[x] = largest of in[r * stride + x]; with `whole`, vectors may be read past `width`.
VK_INLINE void largest_rows(const float *in, ptrdiff_t stride, ptrdiff_t count, ptrdiff_t width, bool whole,
                            float *out) {
  if (!whole) {
    for (ptrdiff_t x = 0; x < width; x++) {
      float best = -FLT_MAX;
      for (ptrdiff_t r = 0; r < count; r++) best = in[r * stride + x] > best ? in[r * stride + x] : best;
      out[x] = best;
    }
    return;
  }
  for (ptrdiff_t x = 0; x < width; x += VK_BIN_LANES) {
    vk_bins best = -FLT_MAX;
    for (ptrdiff_t r = 0; r < count; r++) {
      vk_bins value = load(in + r * stride + x);
      best = value > best ? value : best;
    }
    memcpy(out + x, &best, sizeof best);
  }
}

static void VK_NAME(roi_pool)(const vk_regions *how, const float *in, const float *in_end, const int32_t *plan,
                              float *out, ptrdiff_t begin, ptrdiff_t end, float *row) {
  const int32_t *rows = plan + VK_PLAN_HEAD, *columns = rows + 2 * how->out_h;
  ptrdiff_t bins = how->out_h * how->out_w, first = plan[1], width = plan[2], size = how->in_h * how->in_w;
  if (plan[0] < 0) {
    memset(out + begin * bins, 0, (size_t)((end - begin) * bins) * sizeof(float));
    return;
  }
  const float *image = in + plan[0] * how->channels * size;
  for (ptrdiff_t c = begin; c < end; c++) {
    const float *plane = image + c * size;
    float *target = out + c * bins;
    bool whole = in_end - plane >= size + VK_BIN_LANES;
    for (ptrdiff_t i = 0; i < how->out_h; i++, target += how->out_w) {
      ptrdiff_t count = rows[2 * i + 1];
      largest_rows(plane + rows[2 * i] * how->in_w + first, how->in_w, count, width, whole, row);
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
  const int32_t *rows = plan + VK_PLAN_HEAD, *columns = rows + 2 * how->out_h;
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
#undef weigh_rows
#undef weigh_columns
#undef largest_rows
