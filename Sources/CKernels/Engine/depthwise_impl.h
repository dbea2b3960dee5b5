// One tier of depthwise convolution: sixteen channels of a few neighbouring outputs at a time. VK_ROUNDED_IN and
// VK_ROUNDED_OUT say that input and output are of bf16; VK_WISE(f) names the functions of the combination.

#if VK_ROUNDED_IN
#define VK_IN uint16_t
#define VK_LOAD_IN VK_NAME(load_bf16)
#else
#define VK_IN float
#define VK_LOAD_IN VK_NAME(load_some)
#endif
#if VK_ROUNDED_OUT
#define VK_OUT uint16_t
#define VK_STORE_OUT VK_NAME(store_bf16)
#else
#define VK_OUT float
#define VK_STORE_OUT VK_NAME(store_some)
#endif

#if VK_TIER == 2
#define VK_COLUMNS 8
#elif VK_TIER == 1
#define VK_COLUMNS 4
#else
#define VK_COLUMNS 2
#endif

/// Adds a row of a K wide kernel of stride S: each input is loaded once. Bit i of `inside` says whether input column i
/// of those the block reads exists.
VK_INLINE void VK_WISE(add_row)(
    const int K, const int S, const bool border, const VK_IN *from, size_t pixel, size_t count, uint32_t inside,
    const float *weights, size_t tap_stride, vk_f *sum) {
  vk_f w[7];
#pragma clang loop unroll(full)
  for (int t = 0; t < K; t++) w[t] = VK_NAME(load)(weights + (size_t)t * tap_stride);
#pragma clang loop unroll(full)
  for (int i = 0; i < (VK_COLUMNS - 1) * S + K; i++) {
    if (border && !(inside >> i & 1)) continue;
    const VK_IN *at = from + (ptrdiff_t)pixel * i;
    const vk_f v = VK_LOAD_IN(at, border ? count : VK_LANES);
#pragma clang loop unroll(full)
    for (int b = 0; b < VK_COLUMNS; b++) {
      const int t = i - b * S;
      if (t >= 0 && t < K) sum[b] += v * w[t];
    }
  }
}

/// The same for any kernel.
VK_INLINE void VK_WISE(add_any)(
    const vk_channelwise *c, const VK_IN *row, ptrdiff_t x, size_t columns, size_t channel, size_t count,
    const float *weights, size_t tap_stride, vk_f *sum) {
  for (size_t t = 0; t < c->kernel_w; t++) {
    const vk_f w = VK_NAME(load)(weights + t * tap_stride);
    ptrdiff_t at = x + (ptrdiff_t)(t * c->dilation_w);
    for (size_t b = 0; b < columns; b++, at += (ptrdiff_t)c->stride_w) {
      if (at < 0 || at >= (ptrdiff_t)c->in_w) continue;
      sum[b] += VK_LOAD_IN(row + (size_t)at * c->in.pixel + channel, count) * w;
    }
  }
}

/// `columns` outputs from (y, x) on. K = 0 stands for any kernel.
VK_INLINE void VK_WISE(channelwise_block)(
    const int K, const int S, const vk_channelwise *c, size_t n, size_t y, size_t x, size_t columns) {
  const vk_epilogue *e = &c->epilogue;
  const vk_bounds bounds = vk_bounds_of(e);
  const vk_f low = (vk_f)(bounds.low), high = (vk_f)(bounds.high);
  const size_t padded = vk_round_up(c->channels, 16);
  const ptrdiff_t first_y = (ptrdiff_t)(y * c->stride_h) - c->pad_top;
  const ptrdiff_t first_x = (ptrdiff_t)(x * c->stride_w) - c->pad_left;
  uint32_t inside = 0;
  const int reads = (VK_COLUMNS - 1) * S + K;
  for (int i = 0; i < reads; i++) inside |= (uint32_t)(first_x + i >= 0 && first_x + i < (ptrdiff_t)c->in_w) << i;
  const bool all = K > 0 && inside == (uint32_t)((1ull << reads) - 1);
  const VK_IN *image = (const VK_IN *)c->in.data + n * c->in.image;
  VK_OUT *out = (VK_OUT *)c->out.data + n * c->out.image + y * c->out.row + x * c->out.pixel;
  const vk_map *r = &e->residual;
  const float *added = r->data ? r->data + n * r->image + y * r->row + x * r->pixel : NULL;
  for (size_t channel = 0; channel < c->channels; channel += VK_LANES) {
    const size_t count = c->channels - channel;
    vk_f sum[VK_COLUMNS];
    const vk_f bias = e->bias ? VK_NAME(load_some)(e->bias + channel, count) : (vk_f)(0.0f);
#pragma clang loop unroll(full)
    for (int b = 0; b < VK_COLUMNS; b++) sum[b] = bias;
    for (size_t i = 0; i < c->kernel_h; i++) {
      const ptrdiff_t at = first_y + (ptrdiff_t)(i * c->dilation_h);
      if (at < 0 || at >= (ptrdiff_t)c->in_h) continue;
      const VK_IN *row = image + (size_t)at * c->in.row;
      const float *weights = c->weights + i * c->kernel_w * padded + channel;
      if (K == 0) {
        VK_WISE(add_any)(c, row, first_x, columns, channel, count, weights, padded, sum);
        continue;
      }
      const VK_IN *from = row + first_x * (ptrdiff_t)c->in.pixel + (ptrdiff_t)channel;
      if (all && count >= VK_LANES) {
        VK_WISE(add_row)(K, S, false, from, c->in.pixel, count, inside, weights, padded, sum);
      } else {
        VK_WISE(add_row)(K, S, true, from, c->in.pixel, count, inside, weights, padded, sum);
      }
    }
#pragma clang loop unroll(full)
    for (int b = 0; b < VK_COLUMNS; b++) {
      if ((size_t)b < columns) {
        vk_f v = sum[b];
        if (added) v += VK_NAME(load_some)(added + (size_t)b * r->pixel + channel, count);
        v = VK_NAME(bound)(v, low, high);
#if VK_ROUNDED_OUT
        if (bounds.after) {
          float lanes[VK_LANES];
          VK_NAME(store)(lanes, v);
          VK_NAME(activate)(e->activation, e->a, e->b, lanes, lanes, vk_smaller(count, VK_LANES));
          v = VK_NAME(load)(lanes);
        }
#endif
        VK_STORE_OUT(out + (size_t)b * c->out.pixel + channel, count, v);
      }
    }
  }
#if !VK_ROUNDED_OUT
  if (!bounds.after) return;
  for (size_t b = 0; b < columns; b++) {
    float *at = out + b * c->out.pixel;
    VK_NAME(activate)(e->activation, e->a, e->b, at, at, c->channels);
  }
#endif
}

#define VK_CHANNELWISE(K, S)                                                                                   \
  static void VK_WISE(channelwise_##K##_##S)(const vk_channelwise *c, size_t n, size_t y, size_t x, size_t columns) { \
    VK_WISE(channelwise_block)(K, S, c, n, y, x, columns);                                                     \
  }
VK_CHANNELWISE(0, 1)
VK_CHANNELWISE(1, 1)
VK_CHANNELWISE(2, 1)
VK_CHANNELWISE(3, 1)
VK_CHANNELWISE(3, 2)
VK_CHANNELWISE(5, 1)
VK_CHANNELWISE(5, 2)
VK_CHANNELWISE(7, 1)
#undef VK_CHANNELWISE

/// Output rows begin ..< end, counted through all images.
static void VK_WISE(channelwise_rows)(const vk_channelwise *c, size_t begin, size_t end) {
  void (*block)(const vk_channelwise *, size_t, size_t, size_t, size_t) = VK_WISE(channelwise_0_1);
  const size_t k = c->kernel_w, s = c->stride_w;
  if (c->dilation_w == 1) {
    // One and two taps are what phases of transposed convolutions have.
    if (k == 1 && s == 1) block = VK_WISE(channelwise_1_1);
    if (k == 2 && s == 1) block = VK_WISE(channelwise_2_1);
    if (k == 3 && s == 1) block = VK_WISE(channelwise_3_1);
    if (k == 3 && s == 2) block = VK_WISE(channelwise_3_2);
    if (k == 5 && s == 1) block = VK_WISE(channelwise_5_1);
    if (k == 5 && s == 2) block = VK_WISE(channelwise_5_2);
    if (k == 7 && s == 1) block = VK_WISE(channelwise_7_1);
  }
  for (size_t row = begin; row < end; row++) {
    for (size_t x = 0; x < c->out_w; x += VK_COLUMNS) {
      block(c, row / c->out_h, row % c->out_h, x, vk_smaller(c->out_w - x, VK_COLUMNS));
    }
  }
}

#undef VK_COLUMNS
#undef VK_IN
#undef VK_OUT
#undef VK_LOAD_IN
#undef VK_STORE_OUT
