// One tier of batch normalisation.

VK_INLINE vk_d VK_NAME(wide)(vk_f v) { return __builtin_convertvector(v, vk_d); }
VK_INLINE void VK_NAME(add_wide)(double *to, vk_f v) {
  vk_d sum;
  memcpy(&sum, to, sizeof sum);
  sum += VK_NAME(wide)(v);
  memcpy(to, &sum, sizeof sum);
}

/// Sums of distances from the range's first pixel and of their squares, V vectors of channels at a time.
VK_INLINE void VK_NAME(moments_of)(
    const int V, const vk_batch_norm *n, size_t begin, size_t end, size_t c, double *sums, double *squares) {
  const size_t count = n->channels - c;
  vk_f shift[4];
#pragma clang loop unroll(full)
  for (int v = 0; v < V; v++) {
    const float *from = n->in.data + begin * n->in.stride + c + v * VK_LANES;
    shift[v] = V > 1 ? VK_NAME(load)(from) : VK_NAME(load_some)(from, count);
  }
  for (size_t first = begin; first < end; first += BLOCK) {
    const size_t last = vk_smaller(first + BLOCK, end);
    vk_f s[4] = {0}, q[4] = {0};
    for (size_t pixel = first; pixel < last; pixel++) {
      const float *from = n->in.data + pixel * n->in.stride + c;
#pragma clang loop unroll(full)
      for (int v = 0; v < V; v++) {
        const vk_f d = (V > 1 ? VK_NAME(load)(from + v * VK_LANES) : VK_NAME(load_some)(from, count)) - shift[v];
        s[v] += d;
        q[v] += d * d;
      }
    }
    for (int v = 0; v < V; v++) {
      VK_NAME(add_wide)(sums + v * VK_LANES, s[v]);
      VK_NAME(add_wide)(squares + v * VK_LANES, q[v]);
    }
  }
}

static void VK_NAME(norm_moments)(const vk_batch_norm *n, const norm_plan *p, size_t tile, float *shared) {
  const size_t begin = vk_smaller(tile * p->part, n->pixels), end = vk_smaller(begin + p->part, n->pixels);
  double *means = (double *)(void *)shared + tile * 2 * p->padded, *squares = means + p->padded;
  memset(means, 0, 2 * p->padded * sizeof(double));
  if (begin == end) return;
  size_t c = 0;
  for (; c + 4 * VK_LANES <= n->channels; c += 4 * VK_LANES) {
    VK_NAME(moments_of)(4, n, begin, end, c, means + c, squares + c);
  }
  for (; c < n->channels; c += VK_LANES) VK_NAME(moments_of)(1, n, begin, end, c, means + c, squares + c);
  const double inverse = 1 / (double)(end - begin);
  const float *shift = n->in.data + begin * n->in.stride;
  for (c = 0; c < n->channels; c++) {
    const double mean = means[c] * inverse;
    squares[c] -= means[c] * mean;
    means[c] = mean + (double)shift[c];
  }
}

static void VK_NAME(norm_join)(const vk_batch_norm *n, const norm_plan *p, size_t tile, float *shared) {
  const double *parts = (const double *)(const void *)shared;
  float *scale = shared + p->parts * p->padded * 4, *shift = scale + p->padded;
  const size_t last = vk_smaller(tile * 64 + 64, n->channels);
  for (size_t c = tile * 64; c < last; c++) {
    double mean = 0, squares = 0;
    for (size_t part = 0; part < p->parts; part++) {
      const size_t begin = vk_smaller(part * p->part, n->pixels), end = vk_smaller(begin + p->part, n->pixels);
      mean += parts[part * 2 * p->padded + c] * (double)(end - begin);
    }
    mean /= (double)n->pixels;
    for (size_t part = 0; part < p->parts; part++) {
      const size_t begin = vk_smaller(part * p->part, n->pixels), end = vk_smaller(begin + p->part, n->pixels);
      const double distance = parts[part * 2 * p->padded + c] - mean;
      squares += parts[(part * 2 + 1) * p->padded + c] + distance * distance * (double)(end - begin);
    }
    double variance = squares / (double)n->pixels;
    if (variance < 0) variance = 0;
    n->mean[c] = (float)mean;
    n->variance[c] = (float)variance;
    const double factor = (n->weight ? (double)n->weight[c] : 1) / sqrt(variance + (double)n->epsilon);
    scale[c] = (float)factor;
    shift[c] = (float)((n->bias ? (double)n->bias[c] : 0) - mean * factor);
  }
}

static void VK_NAME(norm_apply)(const vk_batch_norm *n, const norm_plan *p, size_t tile, const float *shared) {
  const size_t begin = vk_smaller(tile * p->part, n->pixels), end = vk_smaller(begin + p->part, n->pixels);
  const float *scale = shared + p->parts * p->padded * 4, *shift = scale + p->padded;
  const vk_epilogue e = {.activation = n->activation, .a = n->a, .b = n->b};
  const vk_bounds bounds = vk_bounds_of(&e);
  const vk_f low = (vk_f)(bounds.low), high = (vk_f)(bounds.high);
  for (size_t pixel = begin; pixel < end; pixel++) {
    const float *from = n->in.data + pixel * n->in.stride;
    const float *added = n->residual.data ? n->residual.data + pixel * n->residual.stride : NULL;
    float *to = n->out.data + pixel * n->out.stride;
    for (size_t c = 0; c < n->channels; c += VK_LANES) {
      const size_t count = n->channels - c;
      vk_f v = VK_NAME(load_some)(from + c, count) * VK_NAME(load)(scale + c) + VK_NAME(load)(shift + c);
      if (added) v += VK_NAME(load_some)(added + c, count);
      VK_NAME(store_some)(to + c, count, VK_NAME(bound)(v, low, high));
    }
    if (bounds.after) VK_NAME(activate)(n->activation, n->a, n->b, to, to, n->channels);
  }
}

/// What of the upstream gradient passes the bounds.
VK_INLINE vk_f VK_NAME(passing)(vk_f upstream, vk_f output, vk_f low, vk_f high) {
  return ((output > low) & (output < high)) ? upstream : (vk_f)(0.0f);
}

VK_INLINE void VK_NAME(sums_of)(
    const int V, const vk_batch_norm_gradient *n, size_t begin, size_t end, size_t c, double *sums, double *products) {
  const size_t count = n->channels - c;
  const vk_f low = (vk_f)(n->low), high = (vk_f)(n->high);
  vk_f mean[4];
#pragma clang loop unroll(full)
  for (int v = 0; v < V; v++) {
    const float *from = n->mean + c + v * VK_LANES;
    mean[v] = V > 1 ? VK_NAME(load)(from) : VK_NAME(load_some)(from, count);
  }
  for (size_t first = begin; first < end; first += BLOCK) {
    const size_t last = vk_smaller(first + BLOCK, end);
    vk_f s[4] = {0}, q[4] = {0};
    for (size_t pixel = first; pixel < last; pixel++) {
      const float *x = n->in.data + pixel * n->in.stride + c;
      const float *upstream = n->upstream.data + pixel * n->upstream.stride + c;
#pragma clang loop unroll(full)
      for (int v = 0; v < V; v++) {
        const size_t at = (size_t)v * VK_LANES;
        vk_f u = V > 1 ? VK_NAME(load)(upstream + at) : VK_NAME(load_some)(upstream, count);
        if (n->output.data) {
          const float *output = n->output.data + pixel * n->output.stride + c + at;
          u = VK_NAME(passing)(u, V > 1 ? VK_NAME(load)(output) : VK_NAME(load_some)(output, count), low, high);
          if (n->bounded.data) {
            float *to = n->bounded.data + pixel * n->bounded.stride + c + at;
            if (V > 1) VK_NAME(store)(to, u);
            else VK_NAME(store_some)(to, count, u);
          }
        }
        s[v] += u;
        q[v] += u * ((V > 1 ? VK_NAME(load)(x + at) : VK_NAME(load_some)(x, count)) - mean[v]);
      }
    }
    for (int v = 0; v < V; v++) {
      VK_NAME(add_wide)(sums + v * VK_LANES, s[v]);
      VK_NAME(add_wide)(products + v * VK_LANES, q[v]);
    }
  }
}

static void VK_NAME(gradient_sums)(
    const vk_batch_norm_gradient *n, const norm_plan *p, size_t tile, float *shared) {
  const size_t begin = vk_smaller(tile * p->part, n->pixels), end = vk_smaller(begin + p->part, n->pixels);
  double *sums = (double *)(void *)shared + tile * 2 * p->padded, *products = sums + p->padded;
  memset(sums, 0, 2 * p->padded * sizeof(double));
  size_t c = 0;
  for (; c + 4 * VK_LANES <= n->channels; c += 4 * VK_LANES) {
    VK_NAME(sums_of)(4, n, begin, end, c, sums + c, products + c);
  }
  for (; c < n->channels; c += VK_LANES) VK_NAME(sums_of)(1, n, begin, end, c, sums + c, products + c);
}

static void VK_NAME(gradient_join)(
    const vk_batch_norm_gradient *n, const norm_plan *p, size_t tile, float *shared) {
  const double *parts = (const double *)(const void *)shared;
  float *factors = shared + p->parts * p->padded * 4;
  const size_t last = vk_smaller(tile * 64 + 64, n->channels);
  for (size_t c = tile * 64; c < last; c++) {
    double sum = 0, product = 0;
    for (size_t part = 0; part < p->parts; part++) {
      sum += parts[part * 2 * p->padded + c];
      product += parts[(part * 2 + 1) * p->padded + c];
    }
    const double inverse = 1 / sqrt((double)n->variance[c] + (double)n->epsilon);
    const double factor = (n->weight ? (double)n->weight[c] : 1) * inverse;
    if (n->bias_gradient) n->bias_gradient[c] = (float)sum;
    if (n->weight_gradient) n->weight_gradient[c] = (float)(product * inverse);
    factors[c] = (float)factor;
    factors[p->padded + c] = (float)(-factor * inverse * inverse * product / (double)n->pixels);
    factors[2 * p->padded + c] = (float)(-factor * sum / (double)n->pixels);
  }
}

static void VK_NAME(gradient_apply)(
    const vk_batch_norm_gradient *n, const norm_plan *p, size_t tile, const float *shared) {
  const size_t begin = vk_smaller(tile * p->part, n->pixels), end = vk_smaller(begin + p->part, n->pixels);
  const float *factors = shared + p->parts * p->padded * 4;
  const vk_f low = (vk_f)(n->low), high = (vk_f)(n->high);
  const bool again = n->output.data && !n->bounded.data;
  const vk_pixels source = n->output.data && n->bounded.data ? n->bounded : n->upstream;
  for (size_t pixel = begin; pixel < end; pixel++) {
    const float *x = n->in.data + pixel * n->in.stride, *upstream = source.data + pixel * source.stride;
    const float *output = again ? n->output.data + pixel * n->output.stride : NULL;
    float *to = n->gradient.data + pixel * n->gradient.stride;
    for (size_t c = 0; c < n->channels; c += VK_LANES) {
      const size_t count = n->channels - c;
      vk_f u = VK_NAME(load_some)(upstream + c, count);
      if (output) u = VK_NAME(passing)(u, VK_NAME(load_some)(output + c, count), low, high);
      const vk_f d = VK_NAME(load_some)(x + c, count) - VK_NAME(load_some)(n->mean + c, count);
      const vk_f rest = d * VK_NAME(load)(factors + p->padded + c) + VK_NAME(load)(factors + 2 * p->padded + c);
      VK_NAME(store_some)(to + c, count, u * VK_NAME(load)(factors + c) + rest);
    }
  }
}

static void VK_NAME(bounds_gradient)(
    const float *upstream, const float *output, float low, float high, float *out, size_t count) {
  for (size_t i = 0; i < count; i += VK_LANES) {
    const vk_f u = VK_NAME(load_some)(upstream + i, count - i), y = VK_NAME(load_some)(output + i, count - i);
    VK_NAME(store_some)(out + i, count - i, VK_NAME(passing)(u, y, (vk_f)(low), (vk_f)(high)));
  }
}

static void VK_NAME(pixel_sums)(
    vk_pixels in, size_t pixels, size_t channels, const norm_plan *p, float *out, size_t phase, size_t tile,
    float *shared) {
  double *sums = (double *)(void *)shared;
  if (phase == 1) {
    const size_t last = vk_smaller(tile * 64 + 64, channels);
    for (size_t c = tile * 64; c < last; c++) {
      double sum = 0;
      for (size_t part = 0; part < p->parts; part++) sum += sums[part * p->padded + c];
      out[c] = (float)sum;
    }
    return;
  }
  const size_t begin = vk_smaller(tile * p->part, pixels), end = vk_smaller(begin + p->part, pixels);
  sums += tile * p->padded;
  memset(sums, 0, p->padded * sizeof(double));
  for (size_t c = 0; c < channels; c += VK_LANES) {
    for (size_t first = begin; first < end; first += BLOCK) {
      const size_t last = vk_smaller(first + BLOCK, end);
      vk_f s = (vk_f)(0.0f);
      for (size_t pixel = first; pixel < last; pixel++) {
        s += VK_NAME(load_some)(in.data + pixel * in.stride + c, channels - c);
      }
      VK_NAME(add_wide)(sums + c, s);
    }
  }
}
