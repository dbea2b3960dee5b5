// One tier of the gradient of a depthwise convolution by its weights.

/// Adds what a row of outputs and K taps of a kernel row give, for sixteen channels.
VK_INLINE void VK_NAME(add_taps)(
    const int K, const vk_weight_gradient *g, const float *upstream, const float *row, size_t first_tap, size_t count,
    float *sums, size_t stride) {
  vk_f sum[2][ROW_TAPS];
#pragma clang loop unroll(full)
  for (int t = 0; t < K; t++) sum[0][t] = sum[1][t] = (vk_f)(0.0f);
  const ptrdiff_t left = (ptrdiff_t)(first_tap * g->dilation_w) - g->pad_left;
  const ptrdiff_t reach = (ptrdiff_t)((size_t)(K - 1) * g->dilation_w), width = (ptrdiff_t)g->in_w;
  for (size_t x = 0; x < g->out_w; x++) {
    const ptrdiff_t at = (ptrdiff_t)(x * g->stride_w) + left;
    const vk_f u = VK_NAME(load_some)(upstream + x * g->upstream.pixel, count);
    vk_f *to = sum[x & 1];
    if (at >= 0 && at + reach < width) {
      const float *from = row + (size_t)at * g->in.pixel;
#pragma clang loop unroll(full)
      for (int t = 0; t < K; t++) {
        to[t] += u * VK_NAME(load_some)(from + (size_t)t * g->dilation_w * g->in.pixel, count);
      }
    } else {
#pragma clang loop unroll(full)
      for (int t = 0; t < K; t++) {
        const ptrdiff_t place = at + (ptrdiff_t)((size_t)t * g->dilation_w);
        if (place >= 0 && place < width) to[t] += u * VK_NAME(load_some)(row + (size_t)place * g->in.pixel, count);
      }
    }
  }
#pragma clang loop unroll(full)
  for (int t = 0; t < K; t++) {
    float *to = sums + (size_t)t * stride;
    VK_NAME(store)(to, VK_NAME(load)(to) + (sum[0][t] + sum[1][t]));
  }
}

static void VK_NAME(channelwise_sums)(const vk_weight_gradient *g, size_t tile, float *shared) {
  const size_t padded = vk_round_up(g->groups, 16), taps = g->kernel_h * g->kernel_w;
  const size_t begin = tile * part_of(g), end = vk_smaller(begin + part_of(g), g->batch * g->out_h);
  float *sums = shared + tile * taps * padded;
  memset(sums, 0, taps * padded * sizeof(float));
  for (size_t line = begin; line < end; line++) {
    const size_t n = line / g->out_h, y = line % g->out_h;
    for (size_t c = 0; c < g->groups; c += VK_LANES) {
      const size_t count = g->groups - c;
      const float *upstream = g->upstream.data + n * g->upstream.image + y * g->upstream.row + c;
      for (size_t i = 0; i < g->kernel_h; i++) {
        const ptrdiff_t at = (ptrdiff_t)(y * g->stride_h + i * g->dilation_h) - g->pad_top;
        if (at < 0 || at >= (ptrdiff_t)g->in_h) continue;
        const float *row = g->in.data + n * g->in.image + (size_t)at * g->in.row + c;
        float *to = sums + i * g->kernel_w * padded + c;
        for (size_t t = 0; t < g->kernel_w;) {
          const size_t left = g->kernel_w - t;
          float *tap = to + t * padded;
          if (left >= 7) {
            VK_NAME(add_taps)(7, g, upstream, row, t, count, tap, padded);
            t += 7;
          } else if (left >= 5) {
            VK_NAME(add_taps)(5, g, upstream, row, t, count, tap, padded);
            t += 5;
          } else if (left >= 3) {
            VK_NAME(add_taps)(3, g, upstream, row, t, count, tap, padded);
            t += 3;
          } else {
            VK_NAME(add_taps)(1, g, upstream, row, t, count, tap, padded);
            t += 1;
          }
        }
      }
    }
  }
}
