// The body of vk_normalization.c, once a tier.

#define sum_squares VK_NAME(sum_squares)

static void VK_NAME(scale_shift)(const float *restrict in, float *restrict out, ptrdiff_t count, float centre,
                                 float scale, float shift) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = (in[i] - centre) * scale + shift;
}

static void VK_NAME(scale_shift_each)(const float *restrict in, float *restrict out, ptrdiff_t count, float centre,
                                      float scale, float shift, const float *restrict weight,
                                      const float *restrict bias) {
  if (weight && bias) {
    for (ptrdiff_t i = 0; i < count; i++) out[i] = ((in[i] - centre) * scale + shift) * weight[i] + bias[i];
  } else if (weight) {
    for (ptrdiff_t i = 0; i < count; i++) out[i] = ((in[i] - centre) * scale + shift) * weight[i];
  } else if (bias) {
    for (ptrdiff_t i = 0; i < count; i++) out[i] = (in[i] - centre) * scale + (shift + bias[i]);
  } else {
    for (ptrdiff_t i = 0; i < count; i++) out[i] = (in[i] - centre) * scale + shift;
  }
}

/// Blocks are summed in float lanes, blocks added up in double.
static double sum_squares(const float *in, ptrdiff_t count) {
  double total = 0;
  for (ptrdiff_t begin = 0; begin < count; begin += VK_SUM_BLOCK) {
    const float *block = in + begin;
    ptrdiff_t n = count - begin < VK_SUM_BLOCK ? count - begin : VK_SUM_BLOCK;
    float sum = 0;
    {
#pragma clang fp reassociate(on) contract(fast)
      for (ptrdiff_t i = 0; i < n; i++) sum += block[i] * block[i];
    }
    total += sum;
  }
  return total;
}

static void VK_NAME(moments)(const float *in, ptrdiff_t count, double *mean, double *variance) {
  double total = 0;
  for (ptrdiff_t begin = 0; begin < count; begin += VK_SUM_BLOCK) {
    const float *block = in + begin;
    ptrdiff_t n = count - begin < VK_SUM_BLOCK ? count - begin : VK_SUM_BLOCK;
    float sum = 0;
    {
#pragma clang fp reassociate(on)
      for (ptrdiff_t i = 0; i < n; i++) sum += block[i];
    }
    total += sum;
  }
  // About a float near the mean the sums lose nothing; the first one is what that float is off by.
  float centre = (float)(total / (double)count);
  double first = 0, second = 0;
  for (ptrdiff_t begin = 0; begin < count; begin += VK_SUM_BLOCK) {
    const float *block = in + begin;
    ptrdiff_t n = count - begin < VK_SUM_BLOCK ? count - begin : VK_SUM_BLOCK;
    float sum = 0, squares = 0;
    {
#pragma clang fp reassociate(on) contract(fast)
      for (ptrdiff_t i = 0; i < n; i++) {
        float distance = block[i] - centre;
        sum += distance;
        squares += distance * distance;
      }
    }
    first += sum;
    second += squares;
  }
  double rest = first / (double)count, spread = second / (double)count - rest * rest;
  *mean = centre + rest;
  *variance = spread < 0 ? 0 : spread;
}

static void VK_NAME(l2_normalize)(const float *in, float *restrict out, ptrdiff_t count, ptrdiff_t inner, float epsilon,
                                  float *restrict norms) {
  if (inner == 1) {
    double norm = sqrt(sum_squares(in, count));
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
