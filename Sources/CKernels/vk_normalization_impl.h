// The body of vk_normalization.c, once a tier.

#define sum_squares VK_NAME(sum_squares)

static void VK_NAME(scale_shift)(const float *restrict in, float *restrict out, ptrdiff_t count, float scale,
                                 float shift) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = in[i] * scale + shift;
}

static void VK_NAME(scale_shift_each)(const float *restrict in, float *restrict out, ptrdiff_t count, float mean,
                                      float factor, const float *restrict weight, const float *restrict bias) {
  if (weight && bias) {
    for (ptrdiff_t i = 0; i < count; i++) out[i] = (in[i] - mean) * factor * weight[i] + bias[i];
  } else if (weight) {
    for (ptrdiff_t i = 0; i < count; i++) out[i] = (in[i] - mean) * factor * weight[i];
  } else if (bias) {
    for (ptrdiff_t i = 0; i < count; i++) out[i] = (in[i] - mean) * factor + bias[i];
  } else {
    for (ptrdiff_t i = 0; i < count; i++) out[i] = (in[i] - mean) * factor;
  }
}

/// Sum of (in - mean)^2: blocks in float lanes, blocks added up in double.
static double sum_squares(const float *in, ptrdiff_t count, float mean) {
  double total = 0;
  for (ptrdiff_t begin = 0; begin < count; begin += 2048) {
    const float *block = in + begin;
    ptrdiff_t n = count - begin < 2048 ? count - begin : 2048;
    float sum = 0;
    {
#pragma clang fp reassociate(on) contract(fast)
      for (ptrdiff_t i = 0; i < n; i++) sum += (block[i] - mean) * (block[i] - mean);
    }
    total += sum;
  }
  return total;
}

static void VK_NAME(moments)(const float *in, ptrdiff_t count, double *mean, double *variance) {
  double total = 0;
  for (ptrdiff_t begin = 0; begin < count; begin += 2048) {
    const float *block = in + begin;
    ptrdiff_t n = count - begin < 2048 ? count - begin : 2048;
    float sum = 0;
    {
#pragma clang fp reassociate(on)
      for (ptrdiff_t i = 0; i < n; i++) sum += block[i];
    }
    total += sum;
  }
  *mean = total / (double)count;
  // The squares are taken about a float near the mean; what the rounding leaves is taken off again.
  float centre = (float)*mean;
  double rest = *mean - centre;
  double spread = sum_squares(in, count, centre) / (double)count - rest * rest;
  *variance = spread < 0 ? 0 : spread;
}

static void VK_NAME(l2_normalize)(const float *in, float *restrict out, ptrdiff_t count, ptrdiff_t inner, float epsilon,
                                  float *restrict norms) {
  if (inner == 1) {
    double norm = sqrt(sum_squares(in, count, 0));
    norms[0] = !(norm < epsilon) ? (float)norm : epsilon;
    for (ptrdiff_t i = 0; i < count; i++) out[i] = in[i] / norms[0];
    return;
  }
  memset(norms, 0, inner * sizeof(float));
  for (ptrdiff_t k = 0; k < count; k++) {
    const float *restrict row = in + k * inner;
    for (ptrdiff_t i = 0; i < inner; i++) norms[i] += row[i] * row[i];
  }
  for (ptrdiff_t i = 0; i < inner; i++) {
    float norm = VK_SQRT(norms[i]);
    norms[i] = norm < epsilon ? epsilon : norm;
  }
  for (ptrdiff_t k = 0; k < count; k++) {
    const float *restrict row = in + k * inner;
    float *restrict target = out + k * inner;
    for (ptrdiff_t i = 0; i < inner; i++) target[i] = row[i] / norms[i];
  }
}

static void VK_NAME(local_response)(const float *in, float *out, ptrdiff_t channels, ptrdiff_t plane, ptrdiff_t begin,
                                    ptrdiff_t end, ptrdiff_t size, float alpha, float beta, float k,
                                    float *restrict sums) {
  ptrdiff_t n = end - begin;
  for (ptrdiff_t c = 0; c < channels; c++) {
    ptrdiff_t first = c - size / 2, last = first + size;
    if (first < 0) first = 0;
    if (last > channels) last = channels;
    memset(sums, 0, n * sizeof(float));
    for (ptrdiff_t other = first; other < last; other++) {
      const float *restrict row = in + other * plane + begin;
      for (ptrdiff_t i = 0; i < n; i++) sums[i] += row[i] * row[i];
    }
    const float *restrict row = in + c * plane + begin;
    float *restrict target = out + c * plane + begin;
    float factor = alpha / (float)size;
    if (beta == 0.75f) {
      // AlexNet's exponent: x^0.75 is a root times a root of it, which become vectors.
      for (ptrdiff_t i = 0; i < n; i++) {
        float root = VK_SQRT(k + factor * sums[i]);
        target[i] = row[i] / (root * VK_SQRT(root));
      }
    } else {
      for (ptrdiff_t i = 0; i < n; i++) target[i] = row[i] / powf(k + factor * sums[i], beta);
    }
  }
}

#undef sum_squares
