// The body of gradients.c, once a tier.

static void VK_NAME(norm_gradient_sums)(const float *restrict upstream, const float *restrict x, ptrdiff_t count,
                                        float centre, double *sum, double *product) {
  double first = 0, second = 0;
  for (ptrdiff_t begin = 0; begin < count; begin += VK_SUM_BLOCK) {
    const float *g = upstream + begin, *block = x + begin;
    const ptrdiff_t n = count - begin < VK_SUM_BLOCK ? count - begin : VK_SUM_BLOCK;
    float sums = 0, products = 0;
    {
#pragma clang fp reassociate(on) contract(fast)
      for (ptrdiff_t i = 0; i < n; i++) {
        sums += g[i];
        products += g[i] * (block[i] - centre);
      }
    }
    first += sums;
    second += products;
  }
  *sum = first;
  *product = second;
}

static void VK_NAME(norm_gradient)(const float *restrict upstream, const float *restrict x, float *restrict out,
                                   ptrdiff_t count, float centre, float a, float b, float c) {
  for (ptrdiff_t i = 0; i < count; i++) out[i] = upstream[i] * a + (x[i] - centre) * b + c;
}

static void VK_NAME(dropout)(const float *restrict x, float *restrict y, ptrdiff_t begin, ptrdiff_t end, uint64_t key,
                             ptrdiff_t run, uint64_t keep, float scale) {
  if (run == 1) {
    for (ptrdiff_t i = begin; i < end; i++) {
      uint64_t z = key + (uint64_t)i * 0x9E3779B97F4A7C15u;
      z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
      z = (z ^ z >> 27) * 0x94D049BB133111EBu;
      z ^= z >> 31;
      y[i] = z >> 32 < keep ? x[i] * scale : 0.0f;
    }
    return;
  }
  for (ptrdiff_t i = begin; i < end; i++) {
    uint64_t z = key + (uint64_t)(i / run) * 0x9E3779B97F4A7C15u;
    z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9u;
    z = (z ^ z >> 27) * 0x94D049BB133111EBu;
    z ^= z >> 31;
    y[i] = z >> 32 < keep ? x[i] * scale : 0.0f;
  }
}
