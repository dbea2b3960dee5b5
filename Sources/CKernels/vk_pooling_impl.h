// The body of vk_pooling.c, once a tier.

#define larger VK_NAME(larger)
#define max_rows VK_NAME(max_rows)
#define max_taps VK_NAME(max_taps)
#define sum_taps VK_NAME(sum_taps)
#define running_max VK_NAME(running_max)
#define index_taps VK_NAME(index_taps)

/// The larger one; NaN where one is NaN. Becomes a max, a compare and a blend.
static inline float larger(float a, float b) {
  float m = a > b ? a : b;
  return a != a ? a : m;
}

static inline void max_rows(const float *restrict in, float *restrict out, ptrdiff_t n) {
  for (ptrdiff_t x = 0; x < n; x++) out[x] = larger(out[x], in[x]);
}

/// Largest of `kernel` taps. Called with literal strides, so that the loops become vectors.
static inline __attribute__((always_inline)) void max_taps(const float *restrict row, float *restrict out, ptrdiff_t n,
                                                           ptrdiff_t kernel, ptrdiff_t stride, ptrdiff_t dilation) {
  if (kernel == 1) {
    for (ptrdiff_t x = 0; x < n; x++) out[x] = row[x * stride];
    return;
  }
  const float *second = row + dilation, *third = row + 2 * dilation;
  if (kernel == 2) {
    for (ptrdiff_t x = 0; x < n; x++) out[x] = larger(row[x * stride], second[x * stride]);
    return;
  }
  for (ptrdiff_t x = 0; x < n; x++) {
    out[x] = larger(larger(row[x * stride], second[x * stride]), third[x * stride]);
  }
  for (ptrdiff_t k = 3; k < kernel; k++) {
    const float *tap = row + k * dilation;
    for (ptrdiff_t x = 0; x < n; x++) out[x] = larger(out[x], tap[x * stride]);
  }
}

static void VK_NAME(max_pool)(const float *in, float *out, const vk_pool *p, ptrdiff_t row_begin, ptrdiff_t row_end,
                              float *row) {
  ptrdiff_t width = padded_width(p);
  for (ptrdiff_t x = 0; x < width; x++) row[x] = -INFINITY;
  float *inner = row + p->pad_left;
  for (ptrdiff_t r = row_begin; r < row_end; r++) {
    const float *plane = in + r / p->out_h * p->in_h * p->in_w;
    ptrdiff_t start = r % p->out_h * p->stride_h - p->pad_top, first, end;
    clip(start, p->kernel_h, p->dilation_h, p->in_h, &first, &end);
    memcpy(inner, plane + (start + first * p->dilation_h) * p->in_w, p->in_w * sizeof(float));
    for (ptrdiff_t k = first + 1; k < end; k++) {
      max_rows(plane + (start + k * p->dilation_h) * p->in_w, inner, p->in_w);
    }
    float *target = out + r * p->out_w;
    switch (p->stride_w) {
      case 1: max_taps(row, target, p->out_w, p->kernel_w, 1, p->dilation_w); break;
      case 2: max_taps(row, target, p->out_w, p->kernel_w, 2, p->dilation_w); break;
      default: max_taps(row, target, p->out_w, p->kernel_w, p->stride_w, p->dilation_w); break;
    }
  }
}

/// out[x] = max(a[x], b[x]) where out may be a.
static inline void running_max(float *a, const float *restrict b, ptrdiff_t n) {
  for (ptrdiff_t x = 0; x < n; x++) a[x] = larger(a[x], b[x]);
}

/// Maxima over windows of 2, 4, 8 ... by doubling; two overlapping ones give the window asked for.
static void VK_NAME(max_pool_dense)(const float *in, float *out, const vk_pool *p, ptrdiff_t plane_begin,
                                    ptrdiff_t plane_end, float *workspace) {
  ptrdiff_t width = padded_width(p), height = padded_height(p), n = p->out_w;
  float *buffers[2] = {workspace, workspace + width}, *rows = workspace + 2 * width;
  for (ptrdiff_t plane = plane_begin; plane < plane_end; plane++) {
    const float *source = in + plane * p->in_h * p->in_w;
    for (ptrdiff_t y = 0; y < height; y++) {
      float *target = rows + y * n;
      ptrdiff_t from = y - p->pad_top;
      if (from < 0 || from >= p->in_h) {
        for (ptrdiff_t x = 0; x < n; x++) target[x] = -INFINITY;
        continue;
      }
      float *now = buffers[0], *next = buffers[1];
      for (ptrdiff_t x = 0; x < p->pad_left; x++) now[x] = -INFINITY;
      memcpy(now + p->pad_left, source + from * p->in_w, p->in_w * sizeof(float));
      for (ptrdiff_t x = p->pad_left + p->in_w; x < width; x++) now[x] = -INFINITY;
      ptrdiff_t covered = 1, valid = n + p->kernel_w - 1;
      for (; covered * 2 <= p->kernel_w; covered *= 2) {
        valid -= covered;
        max_taps(now, next, valid, 2, 1, covered);
        float *swap = now;
        now = next;
        next = swap;
      }
      if (covered == p->kernel_w) {
        memcpy(target, now, n * sizeof(float));
      } else {
        max_taps(now, target, n, 2, 1, p->kernel_w - covered);
      }
    }
    ptrdiff_t covered = 1, valid = p->out_h + p->kernel_h - 1;
    for (; covered * 2 <= p->kernel_h; covered *= 2) {
      valid -= covered;
      for (ptrdiff_t y = 0; y < valid; y++) running_max(rows + y * n, rows + (y + covered) * n, n);
    }
    float *target = out + plane * p->out_h * n;
    memcpy(target, rows, p->out_h * n * sizeof(float));
    if (covered < p->kernel_h) {
      for (ptrdiff_t y = 0; y < p->out_h; y++) max_rows(rows + (y + p->kernel_h - covered) * n, target + y * n, n);
    }
  }
}

/// One tap of every window of a row: takes the value and its index where it is larger, or NaN.
static inline __attribute__((always_inline)) void index_taps(const float *restrict row, float *restrict out,
                                                             int64_t *restrict indices, ptrdiff_t begin, ptrdiff_t end,
                                                             ptrdiff_t stride, ptrdiff_t offset, int64_t index) {
  for (ptrdiff_t x = begin; x < end; x++) {
    float value = row[x * stride + offset], best = out[x];
    bool take = value > best || value != value;
    out[x] = take ? value : best;
    indices[x] = take ? index + x * stride + offset : indices[x];
  }
}

static void VK_NAME(max_pool_indices)(const float *in, float *out, int64_t *indices, const vk_pool *p,
                                      ptrdiff_t row_begin, ptrdiff_t row_end) {
  for (ptrdiff_t r = row_begin; r < row_end; r++) {
    const float *plane = in + r / p->out_h * p->in_h * p->in_w;
    float *values = out + r * p->out_w;
    int64_t *positions = indices + r * p->out_w;
    ptrdiff_t start = r % p->out_h * p->stride_h - p->pad_top, first, end;
    clip(start, p->kernel_h, p->dilation_h, p->in_h, &first, &end);
    for (ptrdiff_t x = 0; x < p->out_w; x++) {
      // Where all are -infinity, the first element of the window is the largest.
      ptrdiff_t left = x * p->stride_w - p->pad_left, column, last;
      clip(left, p->kernel_w, p->dilation_w, p->in_w, &column, &last);
      values[x] = -INFINITY;
      positions[x] = (start + first * p->dilation_h) * p->in_w + left + column * p->dilation_w;
    }
    for (ptrdiff_t k = first; k < end; k++) {
      ptrdiff_t y = start + k * p->dilation_h;
      const float *row = plane + y * p->in_w;
      for (ptrdiff_t j = 0; j < p->kernel_w; j++) {
        // Windows whose tap j lies inside: 0 <= x * stride + offset < in_w.
        ptrdiff_t offset = j * p->dilation_w - p->pad_left, s = p->stride_w;
        ptrdiff_t lo = offset < 0 ? (-offset + s - 1) / s : 0;
        ptrdiff_t hi = offset < p->in_w ? (p->in_w - offset + s - 1) / s : 0;
        if (hi > p->out_w) hi = p->out_w;
        switch (s) {
          case 1: index_taps(row, values, positions, lo, hi, 1, offset, y * p->in_w); break;
          case 2: index_taps(row, values, positions, lo, hi, 2, offset, y * p->in_w); break;
          default: index_taps(row, values, positions, lo, hi, s, offset, y * p->in_w); break;
        }
      }
    }
  }
}

static inline __attribute__((always_inline)) void sum_taps(const float *restrict row, float *restrict out, ptrdiff_t n,
                                                           ptrdiff_t kernel, ptrdiff_t stride,
                                                           const float *restrict divisors, float divisor) {
  if (kernel == 2) {
    const float *second = row + 1;
    for (ptrdiff_t x = 0; x < n; x++) out[x] = (row[x * stride] + second[x * stride]) / (divisor * divisors[x]);
    return;
  }
  for (ptrdiff_t x = 0; x < n; x++) out[x] = row[x * stride];
  for (ptrdiff_t k = 1; k < kernel; k++) {
    const float *tap = row + k;
    for (ptrdiff_t x = 0; x < n; x++) out[x] += tap[x * stride];
  }
  for (ptrdiff_t x = 0; x < n; x++) out[x] /= divisor * divisors[x];
}

static void VK_NAME(average_pool)(const float *in, float *out, const vk_pool *p, const float *row_divisors,
                                  const float *column_divisors, ptrdiff_t row_begin, ptrdiff_t row_end, float *row) {
  memset(row, 0, padded_width(p) * sizeof(float));
  float *inner = row + p->pad_left;
  for (ptrdiff_t r = row_begin; r < row_end; r++) {
    const float *plane = in + r / p->out_h * p->in_h * p->in_w;
    ptrdiff_t y = r % p->out_h, start = y * p->stride_h - p->pad_top, first, end;
    clip(start, p->kernel_h, 1, p->in_h, &first, &end);
    memcpy(inner, plane + (start + first) * p->in_w, p->in_w * sizeof(float));
    for (ptrdiff_t k = first + 1; k < end; k++) {
      const float *source = plane + (start + k) * p->in_w;
      for (ptrdiff_t x = 0; x < p->in_w; x++) inner[x] += source[x];
    }
    float *target = out + r * p->out_w;
    switch (p->stride_w) {
      case 1: sum_taps(row, target, p->out_w, p->kernel_w, 1, column_divisors, row_divisors[y]); break;
      case 2: sum_taps(row, target, p->out_w, p->kernel_w, 2, column_divisors, row_divisors[y]); break;
      default: sum_taps(row, target, p->out_w, p->kernel_w, p->stride_w, column_divisors, row_divisors[y]); break;
    }
  }
}

static void VK_NAME(adaptive_pool)(const float *in, float *out, ptrdiff_t in_h, ptrdiff_t in_w, ptrdiff_t out_h,
                                   ptrdiff_t out_w, ptrdiff_t row_begin, ptrdiff_t row_end, float *row, bool largest) {
  for (ptrdiff_t r = row_begin; r < row_end; r++) {
    const float *plane = in + r / out_h * in_h * in_w;
    ptrdiff_t y = r % out_h, begin = y * in_h / out_h, end = ((y + 1) * in_h + out_h - 1) / out_h;
    memcpy(row, plane + begin * in_w, in_w * sizeof(float));
    for (ptrdiff_t k = begin + 1; k < end; k++) {
      const float *source = plane + k * in_w;
      if (largest) {
        max_rows(source, row, in_w);
      } else {
        for (ptrdiff_t x = 0; x < in_w; x++) row[x] += source[x];
      }
    }
    for (ptrdiff_t x = 0; x < out_w; x++) {
      ptrdiff_t left = x * in_w / out_w, right = ((x + 1) * in_w + out_w - 1) / out_w;
      float value = row[left];
      if (largest) {
        for (ptrdiff_t k = left + 1; k < right; k++) value = larger(value, row[k]);
      } else {
        for (ptrdiff_t k = left + 1; k < right; k++) value += row[k];
        value /= (float)((end - begin) * (right - left));
      }
      out[r * out_w + x] = value;
    }
  }
}

/// Blocks are summed in float lanes and added up in double: exact enough for any plane.
static void VK_NAME(plane_means)(const float *in, float *out, ptrdiff_t planes, ptrdiff_t count) {
  for (ptrdiff_t plane = 0; plane < planes; plane++) {
    double total = 0;
    for (ptrdiff_t begin = 0; begin < count; begin += 2048) {
      const float *block = in + plane * count + begin;
      ptrdiff_t n = count - begin < 2048 ? count - begin : 2048;
      float sum = 0;
      {
#pragma clang fp reassociate(on)
        for (ptrdiff_t x = 0; x < n; x++) sum += block[x];
      }
      total += sum;
    }
    out[plane] = (float)(total / (double)count);
  }
}

#undef larger
#undef max_rows
#undef max_taps
#undef sum_taps
#undef running_max
#undef index_taps
