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

/// Adds a row of a K wide kernel of stride S to C outputs: each input is loaded once. Of the inputs that the outputs see the first
/// `left` and the last `right` do not exist; where that is not said, bit i of `inside` says whether input i does.
VK_INLINE void VK_WISE(add_row)(
    const int K, const int S, const int C, const int left, const int right, const bool border, const VK_IN *from,
    size_t pixel, size_t count, uint32_t inside, const float *weights, size_t tap_stride, vk_f *sum) {
  vk_f w[7];
#pragma clang loop unroll(full)
  for (int t = 0; t < K; t++) w[t] = VK_NAME(load)(weights + (size_t)t * tap_stride);
#pragma clang loop unroll(full)
  for (int i = left; i < (C - 1) * S + K - right; i++) {
    if (border && !(inside >> i & 1)) continue;
    const VK_IN *at = from + (ptrdiff_t)pixel * i;
    const vk_f v = VK_LOAD_IN(at, border ? count : VK_LANES);
#pragma clang loop unroll(full)
    for (int b = 0; b < C; b++) {
      const int t = i - b * S;
      if (t >= 0 && t < K) sum[b] += v * w[t];
    }
  }
}

/// The same for any kernel.
VK_INLINE void VK_WISE(add_any)(
    const vk_channelwise *c, const VK_IN *row, ptrdiff_t x, size_t columns, size_t count, const float *weights,
    size_t tap_stride, vk_f *sum) {
  for (size_t t = 0; t < c->kernel_w; t++) {
    const vk_f w = VK_NAME(load)(weights + t * tap_stride);
    ptrdiff_t at = x + (ptrdiff_t)(t * c->dilation_w);
    for (size_t b = 0; b < columns; b++, at += (ptrdiff_t)c->stride_w) {
      if (at < 0 || at >= (ptrdiff_t)c->in_w) continue;
      sum[b] += VK_LOAD_IN(row + (size_t)at * c->in.pixel, count) * w;
    }
  }
}

/// Where a block of outputs lies, and what it reads.
typedef struct {
  size_t columns;
  ptrdiff_t first_x;
  size_t row_begin, row_end;  // of the kernel, that exist
  uint32_t inside;
  const VK_IN *in;            // the pixel that the first tap of the first output sees
  VK_OUT *out;
  const float *added;
} VK_WISE(block);

VK_INLINE void VK_WISE(finish_block)(
    const int C, const vk_channelwise *c, const vk_bounds *bounds, const VK_WISE(block) * at, size_t channel, size_t count,
    const vk_f *sum) {
  const vk_epilogue *e = &c->epilogue;
  const vk_f low = (vk_f)(bounds->low), high = (vk_f)(bounds->high);
  // Functions take several vectors at a time.
  float lanes[VK_COLUMNS * VK_LANES] __attribute__((aligned(64)));
#pragma clang loop unroll(full)
  for (int b = 0; b < C; b++) {
    vk_f v = sum[b];
    if (at->added && (size_t)b < at->columns) {
      v += VK_NAME(load_some)(at->added + (size_t)b * e->residual.pixel + channel, count);
    }
    v = VK_NAME(bound)(v, low, high);
    if (bounds->after) {
      VK_NAME(store)(lanes + b * VK_LANES, v);
    } else if ((size_t)b < at->columns) {
      VK_STORE_OUT(at->out + (size_t)b * c->out.pixel + channel, count, v);
    }
  }
  if (!bounds->after) return;
  VK_NAME(activate)(e->activation, e->a, e->b, lanes, lanes, at->columns * VK_LANES);
#pragma clang loop unroll(full)
  for (int b = 0; b < C; b++) {
    if ((size_t)b < at->columns) {
      VK_STORE_OUT(at->out + (size_t)b * c->out.pixel + channel, count, VK_NAME(load)(lanes + b * VK_LANES));
    }
  }
}

/// The whole vectors of channels of C outputs, whose first `left` and last `right` inputs do not exist.
VK_INLINE void VK_WISE(whole_channels)(
    const int K, const int S, const int C, const int left, const int right, const vk_channelwise *c,
    const vk_bounds *bounds, const VK_WISE(block) * at) {
  const size_t padded = vk_round_up(c->channels, 16);
  for (size_t channel = 0; channel + VK_LANES <= c->channels; channel += VK_LANES) {
    vk_f sum[VK_COLUMNS];
    const vk_f bias = c->epilogue.bias ? VK_NAME(load)(c->epilogue.bias + channel) : (vk_f)(0.0f);
#pragma clang loop unroll(full)
    for (int b = 0; b < C; b++) sum[b] = bias;
    for (size_t i = at->row_begin; i < at->row_end; i++) {
      const VK_IN *from = at->in + (ptrdiff_t)(i * c->dilation_h * c->in.row) + (ptrdiff_t)channel;
      VK_WISE(add_row)
      (K, S, C, left, right, false, from, c->in.pixel, VK_LANES, 0, c->weights + i * (size_t)K * padded + channel, padded,
       sum);
    }
    VK_WISE(finish_block)(C, c, bounds, at, channel, VK_LANES, sum);
  }
}

/// `columns` outputs from (y, x) on, C at most. K = 0 stands for any kernel.
VK_INLINE void VK_WISE(channelwise_block)(
    const int K, const int S, const int C, const vk_channelwise *c, size_t n, size_t y, size_t x, size_t columns) {
  const vk_epilogue *e = &c->epilogue;
  const vk_bounds bounds = vk_bounds_of(e);
  const size_t padded = vk_round_up(c->channels, 16);
  const ptrdiff_t first_y = (ptrdiff_t)(y * c->stride_h) - c->pad_top;
  VK_WISE(block) at = {.columns = columns, .first_x = (ptrdiff_t)(x * c->stride_w) - c->pad_left};
  const ptrdiff_t apart = (ptrdiff_t)c->dilation_h;
  at.row_begin = first_y < 0 ? vk_smaller((size_t)((-first_y + apart - 1) / apart), c->kernel_h) : 0;
  const ptrdiff_t left_over = (ptrdiff_t)c->in_h - first_y;
  at.row_end = left_over <= 0 ? 0 : vk_smaller((size_t)((left_over + apart - 1) / apart), c->kernel_h);
  const int reads = (C - 1) * S + K;
  for (int i = 0; i < reads; i++) {
    at.inside |= (uint32_t)(at.first_x + i >= 0 && at.first_x + i < (ptrdiff_t)c->in_w) << i;
  }
  at.in = (const VK_IN *)c->in.data + n * c->in.image + first_y * (ptrdiff_t)c->in.row +
          at.first_x * (ptrdiff_t)c->in.pixel;
  at.out = (VK_OUT *)c->out.data + n * c->out.image + y * c->out.row + x * c->out.pixel;
  const vk_map *r = &e->residual;
  at.added = r->data ? r->data + n * r->image + y * r->row + x * r->pixel : NULL;
  size_t channel = 0;
  if (K > 0) {
    // What blocks at the borders miss, where the padding keeps the size; their other channels and outputs go the long way.
    const int edge = (K - 1) / 2;
    const uint32_t all = (uint32_t)((1ull << reads) - 1), first = (1u << edge) - 1, last = first << (reads - edge);
    const uint32_t outside = all & ~at.inside;
    const size_t whole = c->channels / VK_LANES * VK_LANES;
    if (outside == 0) {
      VK_WISE(whole_channels)(K, S, C, 0, 0, c, &bounds, &at);
      channel = whole;
    } else if (outside == first) {
      VK_WISE(whole_channels)(K, S, C, edge, 0, c, &bounds, &at);
      channel = whole;
    } else if (outside == last) {
      VK_WISE(whole_channels)(K, S, C, 0, edge, c, &bounds, &at);
      channel = whole;
    } else if (outside == (first | last)) {
      VK_WISE(whole_channels)(K, S, C, edge, edge, c, &bounds, &at);
      channel = whole;
    }
  }
  for (; channel < c->channels; channel += VK_LANES) {
    const size_t count = c->channels - channel;
    vk_f sum[VK_COLUMNS];
    const vk_f bias = e->bias ? VK_NAME(load_some)(e->bias + channel, count) : (vk_f)(0.0f);
#pragma clang loop unroll(full)
    for (int b = 0; b < C; b++) sum[b] = bias;
    for (size_t i = at.row_begin; i < at.row_end; i++) {
      const float *weights = c->weights + i * c->kernel_w * padded + channel;
      const VK_IN *from = at.in + (ptrdiff_t)(i * c->dilation_h * c->in.row) + (ptrdiff_t)channel;
      if (K == 0) {
        VK_WISE(add_any)(c, from - at.first_x * (ptrdiff_t)c->in.pixel, at.first_x, columns, count, weights, padded, sum);
      } else {
        VK_WISE(add_row)(K, S, C, 0, 0, true, from, c->in.pixel, count, at.inside, weights, padded, sum);
      }
    }
    VK_WISE(finish_block)(C, c, &bounds, &at, channel, count, sum);
  }
}

#define VK_CHANNELWISE(K, S, C)                                                                                 \
  static void VK_WISE(channelwise_##K##_##S##_##C)(                                                             \
      const vk_channelwise *c, size_t n, size_t y, size_t x, size_t columns) {                                  \
    VK_WISE(channelwise_block)(K, S, C, c, n, y, x, columns);                                                   \
  }
VK_CHANNELWISE(0, 1, VK_COLUMNS)
VK_CHANNELWISE(1, 1, VK_COLUMNS)
VK_CHANNELWISE(2, 1, VK_COLUMNS)
VK_CHANNELWISE(3, 1, VK_COLUMNS)
VK_CHANNELWISE(3, 2, VK_COLUMNS)
VK_CHANNELWISE(5, 1, VK_COLUMNS)
VK_CHANNELWISE(5, 2, VK_COLUMNS)
VK_CHANNELWISE(7, 1, VK_COLUMNS)
#if VK_TIER == 2
VK_CHANNELWISE(3, 1, 7)
VK_CHANNELWISE(3, 2, 7)
VK_CHANNELWISE(5, 1, 7)
VK_CHANNELWISE(5, 2, 7)
#endif
#undef VK_CHANNELWISE

/// Whether each output is its own input's, and no function but bounds follows: norms and scalings of channels.
VK_INLINE bool VK_WISE(one_tap)(const vk_channelwise *c) {
  return c->kernel_h == 1 && c->kernel_w == 1 && c->stride_h == 1 && c->stride_w == 1 && c->pad_top == 0 &&
         c->pad_left == 0 && c->out_h <= c->in_h && c->out_w <= c->in_w && !vk_bounds_of(&c->epilogue).after;
}

/// `count` channels of one pixel of those.
VK_INLINE void VK_WISE(one_tap_some)(
    const vk_channelwise *c, const vk_bounds *bounds, size_t channel, size_t count, const VK_IN *in, const float *added,
    VK_OUT *out) {
  const float *bias = c->epilogue.bias;
  vk_f v = bias ? VK_NAME(load_some)(bias + channel, count) : (vk_f)(0.0f);
  v += VK_LOAD_IN(in + channel, count) * VK_NAME(load)(c->weights + channel);
  if (added) v += VK_NAME(load_some)(added + channel, count);
  VK_STORE_OUT(out + channel, count, VK_NAME(bound)(v, (vk_f)(bounds->low), (vk_f)(bounds->high)));
}

/// A row of those: pixel after pixel, as memory is fetched faster in one run.
static void VK_WISE(one_tap_row)(const vk_channelwise *c, size_t n, size_t y) {
  const vk_bounds bounds = vk_bounds_of(&c->epilogue);
  const vk_map *r = &c->epilogue.residual;
  const size_t whole = c->channels / VK_LANES * VK_LANES, rest = c->channels - whole;
  for (size_t x = 0; x < c->out_w; x++) {
    const VK_IN *in = (const VK_IN *)c->in.data + n * c->in.image + y * c->in.row + x * c->in.pixel;
    const float *added = r->data ? r->data + n * r->image + y * r->row + x * r->pixel : NULL;
    VK_OUT *out = (VK_OUT *)c->out.data + n * c->out.image + y * c->out.row + x * c->out.pixel;
    for (size_t i = 0; i < whole; i += VK_LANES) VK_WISE(one_tap_some)(c, &bounds, i, VK_LANES, in, added, out);
    if (rest > 0) VK_WISE(one_tap_some)(c, &bounds, whole, rest, in, added, out);
  }
}

/// Output rows begin ..< end, counted through all images.
static void VK_WISE(channelwise_rows)(const vk_channelwise *c, size_t begin, size_t end) {
  if (VK_WISE(one_tap)(c)) {
    for (size_t row = begin; row < end; row++) VK_WISE(one_tap_row)(c, row / c->out_h, row % c->out_h);
    return;
  }
#define VK_BLOCK(K, S, C) VK_WISE(channelwise_##K##_##S##_##C)
  void (*block)(const vk_channelwise *, size_t, size_t, size_t, size_t) = VK_BLOCK(0, 1, VK_COLUMNS);
  const size_t k = c->kernel_w, s = c->stride_w;
  size_t columns = VK_COLUMNS;
  if (c->dilation_w == 1) {
    // One and two taps are what phases of transposed convolutions have.
    if (k == 1 && s == 1) block = VK_BLOCK(1, 1, VK_COLUMNS);
    if (k == 2 && s == 1) block = VK_BLOCK(2, 1, VK_COLUMNS);
    if (k == 3 && s == 1) block = VK_BLOCK(3, 1, VK_COLUMNS);
    if (k == 3 && s == 2) block = VK_BLOCK(3, 2, VK_COLUMNS);
    if (k == 5 && s == 1) block = VK_BLOCK(5, 1, VK_COLUMNS);
    if (k == 5 && s == 2) block = VK_BLOCK(5, 2, VK_COLUMNS);
    if (k == 7 && s == 1) block = VK_BLOCK(7, 1, VK_COLUMNS);
#if VK_TIER == 2
    // Rows of 7, 14 and 28 are usual: seven leave no rest.
    if ((k == 3 || k == 5) && s <= 2 && c->out_w % 8 != 0 && c->out_w % 7 == 0) {
      columns = 7;
      block = k == 3 ? s == 1 ? VK_BLOCK(3, 1, 7) : VK_BLOCK(3, 2, 7) : s == 1 ? VK_BLOCK(5, 1, 7) : VK_BLOCK(5, 2, 7);
    }
#endif
  }
#undef VK_BLOCK
  for (size_t row = begin; row < end; row++) {
    for (size_t x = 0; x < c->out_w; x += columns) {
      block(c, row / c->out_h, row % c->out_h, x, vk_smaller(c->out_w - x, columns));
    }
  }
}

#undef VK_COLUMNS
#undef VK_IN
#undef VK_OUT
#undef VK_LOAD_IN
#undef VK_STORE_OUT
