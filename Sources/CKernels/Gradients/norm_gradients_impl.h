// The body of norm_gradients.c, once a tier.

#define weighted_sums VK_NAME(weighted_sums)

/// Sums of g and of g * (x - centre), where g is upstream * weight. Blocks in float lanes, blocks added up in double.
static void weighted_sums(const float *restrict upstream, const float *restrict x, const float *restrict weight,
                          ptrdiff_t count, float centre, double *sum, double *product) {
  double first = 0, second = 0;
  for (ptrdiff_t begin = 0; begin < count; begin += VK_SUM_BLOCK) {
    const float *u = upstream + begin, *block = x + begin, *w = weight ? weight + begin : NULL;
    const ptrdiff_t n = count - begin < VK_SUM_BLOCK ? count - begin : VK_SUM_BLOCK;
    float sums = 0, products = 0;
    {
#pragma clang fp reassociate(on) contract(fast)
      if (w) {
        for (ptrdiff_t i = 0; i < n; i++) {
          float g = u[i] * w[i];
          sums += g;
          products += g * (block[i] - centre);
        }
      } else {
        for (ptrdiff_t i = 0; i < n; i++) {
          sums += u[i];
          products += u[i] * (block[i] - centre);
        }
      }
    }
    first += sums;
    second += products;
  }
  *sum = first;
  *product = second;
}

static void VK_NAME(row_norm_gradient)(const float *restrict upstream, const float *restrict x,
                                       const float *restrict weight, float *restrict out, float *restrict by_weight,
                                       float *restrict by_bias, ptrdiff_t count, float centre, double inverse,
                                       bool centred) {
  double sum, product;
  weighted_sums(upstream, x, weight, count, centre, &sum, &product);
  const float a = (float)inverse, b = (float)(-inverse * inverse * inverse * product / (double)count);
  const float c = centred ? (float)(-inverse * sum / (double)count) : 0.0f;
  if (weight) {
    for (ptrdiff_t i = 0; i < count; i++) out[i] = upstream[i] * weight[i] * a + (x[i] - centre) * b + c;
  } else {
    for (ptrdiff_t i = 0; i < count; i++) out[i] = upstream[i] * a + (x[i] - centre) * b + c;
  }
  if (by_weight) {
    for (ptrdiff_t i = 0; i < count; i++) by_weight[i] += upstream[i] * ((x[i] - centre) * a);
  }
  if (by_bias) {
    for (ptrdiff_t i = 0; i < count; i++) by_bias[i] += upstream[i];
  }
}

static void VK_NAME(l2_normalize_gradient)(const float *restrict upstream, const float *restrict x,
                                           float *restrict out, ptrdiff_t count, ptrdiff_t inner, float epsilon,
                                           float *restrict workspace) {
  if (inner == 1) {
    double sum, product, squares;
    weighted_sums(upstream, x, NULL, count, 0, &sum, &product);
    weighted_sums(x, x, NULL, count, 0, &sum, &squares);
    const double norm = sqrt(squares);
    const float scale = (float)(1 / (norm < epsilon ? epsilon : norm));
    const float slope = norm < epsilon ? 0 : (float)(product / squares);
    for (ptrdiff_t i = 0; i < count; i++) out[i] = (upstream[i] - x[i] * slope) * scale;
    return;
  }
  float *restrict scales = workspace, *restrict slopes = workspace + inner;
  memset(workspace, 0, 2 * inner * sizeof(float));
  for (ptrdiff_t k = 0; k < count; k++) {
    const float *restrict row = x + k * inner, *restrict u = upstream + k * inner;
    for (ptrdiff_t i = 0; i < inner; i++) {
      scales[i] += row[i] * row[i];
      slopes[i] += row[i] * u[i];
    }
  }
  for (ptrdiff_t i = 0; i < inner; i++) {
    const float norm = sqrtf(scales[i]);
    slopes[i] = norm < epsilon ? 0 : slopes[i] / scales[i];
    scales[i] = 1 / (norm < epsilon ? epsilon : norm);
  }
  for (ptrdiff_t k = 0; k < count; k++) {
    const float *restrict row = x + k * inner, *restrict u = upstream + k * inner;
    float *restrict target = out + k * inner;
    for (ptrdiff_t i = 0; i < inner; i++) target[i] = (u[i] - row[i] * slopes[i]) * scales[i];
  }
}

static void VK_NAME(local_response_gradient)(const float *upstream, const float *x, float *out, ptrdiff_t channels,
                                             ptrdiff_t plane, ptrdiff_t begin, ptrdiff_t end, ptrdiff_t size,
                                             float alpha, float beta, float k, float *workspace) {
  const ptrdiff_t n = end - begin;
  const float factor = alpha / (float)size;
  // Of each channel the power of its divisor, and what its neighbours take of it.
  float *powers = workspace, *shares = workspace + channels * n;
  for (ptrdiff_t c = 0; c < channels; c++) {
    ptrdiff_t first = c - size / 2, last = first + size;
    if (first < 0) first = 0;
    if (last > channels) last = channels;
    float *restrict power = powers + c * n, *restrict share = shares + c * n;
    memset(power, 0, n * sizeof(float));
    for (ptrdiff_t other = first; other < last; other++) {
      const float *restrict row = x + other * plane + begin;
      for (ptrdiff_t i = 0; i < n; i++) power[i] += row[i] * row[i];
    }
    const float *restrict row = x + c * plane + begin, *restrict u = upstream + c * plane + begin;
    for (ptrdiff_t i = 0; i < n; i++) {
      const float base = k + factor * power[i];
      float value;
      if (beta == 0.75f) {
        const float root = sqrtf(base);
        value = 1 / (root * sqrtf(root));
      } else {
        value = powf(base, -beta);
      }
      power[i] = value;
      share[i] = u[i] * row[i] * value / base;
    }
  }
  const float slope = -2 * factor * beta;
  for (ptrdiff_t c = 0; c < channels; c++) {
    // The channels whose windows hold this one.
    ptrdiff_t first = c + size / 2 - size + 1, last = c + size / 2 + 1;
    if (first < 0) first = 0;
    if (last > channels) last = channels;
    const float *restrict row = x + c * plane + begin, *restrict u = upstream + c * plane + begin;
    const float *restrict power = powers + c * n;
    float *restrict target = out + c * plane + begin;
    memset(target, 0, n * sizeof(float));
    for (ptrdiff_t other = first; other < last; other++) {
      const float *restrict share = shares + other * n;
      for (ptrdiff_t i = 0; i < n; i++) target[i] += share[i];
    }
    for (ptrdiff_t i = 0; i < n; i++) target[i] = u[i] * power[i] + target[i] * row[i] * slope;
  }
}

static void VK_NAME(softmax_rows_gradient)(const float *restrict p, float *restrict g, ptrdiff_t rows,
                                           ptrdiff_t count) {
  for (ptrdiff_t r = 0; r < rows; r++, p += count, g += count) {
    double sum, product;
    weighted_sums(p, g, NULL, count, 0, &sum, &product);
    const float mean = (float)product;
    for (ptrdiff_t i = 0; i < count; i++) g[i] = p[i] * (g[i] - mean);
  }
}

#undef weighted_sums
