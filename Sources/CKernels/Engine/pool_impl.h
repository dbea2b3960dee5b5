// One tier of pooling and resampling.

/// V vectors of channels of the window rows y0 ..< y1, columns x0 ..< x1.
VK_INLINE void VK_NAME(window)(
    const int V, const vk_map_pool *p, const float *image, size_t y0, size_t y1, size_t dy, size_t x0, size_t x1,
    size_t dx, float divisor, float *out, size_t count) {
  vk_f total[4];
#pragma clang loop unroll(full)
  for (int v = 0; v < V; v++) total[v] = (vk_f)(p->kind == VK_POOL_MAX ? -__builtin_inff() : 0.0f);
  for (size_t y = y0; y < y1; y += dy) {
    // Averages add up rows first: shorter chains.
    vk_f sum[4];
#pragma clang loop unroll(full)
    for (int v = 0; v < V; v++) sum[v] = (vk_f)(0.0f);
    for (size_t x = x0; x < x1; x += dx) {
      const float *at = image + y * p->in.row + x * p->in.pixel;
#pragma clang loop unroll(full)
      for (int v = 0; v < V; v++) {
        const vk_f value = V > 1 ? VK_NAME(load)(at + v * VK_LANES) : VK_NAME(load_some)(at, count);
        if (p->kind == VK_POOL_MAX) {
          total[v] = ((value > total[v]) | (value != value)) ? value : total[v];
        } else {
          sum[v] += value;
        }
      }
    }
    if (p->kind == VK_POOL_MAX) continue;
#pragma clang loop unroll(full)
    for (int v = 0; v < V; v++) total[v] += sum[v];
  }
#pragma clang loop unroll(full)
  for (int v = 0; v < V; v++) {
    const vk_f value = p->kind == VK_POOL_MAX ? total[v] : total[v] / divisor;
    if (V > 1) {
      VK_NAME(store)(out + v * VK_LANES, value);
    } else {
      VK_NAME(store_some)(out, count, value);
    }
  }
}

/// One axis of a window: places first, first + dilation, ... below last; and how many PyTorch would divide by.
VK_INLINE void VK_NAME(pool_axis)(
    vk_pool_kind kind, size_t at, size_t in, size_t out, size_t kernel, size_t stride, size_t dilation, size_t before,
    size_t after, size_t *first, size_t *last, size_t *counted) {
  if (kind == VK_POOL_ADAPTIVE) {
    *first = at * in / out;
    *last = vk_parts((at + 1) * in, out);
    *counted = *last - *first;
    return;
  }
  const ptrdiff_t begin = (ptrdiff_t)(at * stride) - (ptrdiff_t)before;
  const ptrdiff_t end = begin + (ptrdiff_t)((kernel - 1) * dilation) + 1;
  const ptrdiff_t padded_end = end < (ptrdiff_t)(in + after) ? end : (ptrdiff_t)(in + after);
  *first = begin >= 0 ? (size_t)begin : vk_parts((size_t)-begin, dilation) * dilation - (size_t)-begin;
  *last = end <= 0 ? 0 : vk_smaller((size_t)end, in);
  *counted = kind == VK_POOL_AVERAGE_PADDED ? (size_t)(padded_end > begin ? padded_end - begin : 0)
                                            : (*last > *first ? *last - *first : 0);
}

static void VK_NAME(pool_rows)(
    const vk_map_pool *p, size_t begin, size_t end, size_t channel_begin, size_t channel_end) {
  for (size_t row = begin; row < end; row++) {
    const size_t n = row / p->out_h, y = row % p->out_h;
    const bool dilated = p->kind == VK_POOL_MAX;
    const size_t dy = dilated ? p->dilation_h : 1, dx = dilated ? p->dilation_w : 1;
    size_t y0, y1, counted_y;
    VK_NAME(pool_axis)(
        p->kind, y, p->in_h, p->out_h, p->kernel_h, p->stride_h, dy, p->pad_top, p->pad_bottom, &y0, &y1, &counted_y);
    for (size_t x = 0; x < p->out_w; x++) {
      size_t x0, x1, counted_x;
      VK_NAME(pool_axis)(
          p->kind, x, p->in_w, p->out_w, p->kernel_w, p->stride_w, dx, p->pad_left, p->pad_right, &x0, &x1, &counted_x);
      const float divisor = (float)(counted_y * counted_x);
      const float *image = p->in.data + n * p->in.image;
      float *out = p->out.data + n * p->out.image + y * p->out.row + x * p->out.pixel;
      size_t c = channel_begin;
      for (; c + 4 * VK_LANES <= channel_end; c += 4 * VK_LANES) {
        VK_NAME(window)(4, p, image + c, y0, y1, dy, x0, x1, dx, divisor, out + c, 0);
      }
      for (; c < channel_end; c += VK_LANES) {
        VK_NAME(window)(1, p, image + c, y0, y1, dy, x0, x1, dx, divisor, out + c, channel_end - c);
      }
    }
  }
}

/// Spreads the gradient of one window over its places, sixteen channels at a time.
VK_INLINE void VK_NAME(spread)(
    const vk_map_pool *p, const float *in, float *to, const vk_map *map, size_t y0, size_t y1, size_t dy, size_t x0,
    size_t x1, size_t dx, vk_f upstream, size_t count) {
  vk_i chosen = 0;
  if (p->kind == VK_POOL_MAX) {
    vk_f best = (vk_f)(-__builtin_inff());
    int32_t number = 0;
    for (size_t y = y0; y < y1; y += dy) {
      for (size_t x = x0; x < x1; x += dx, number++) {
        const vk_f v = VK_NAME(load_some)(in + y * p->in.row + x * p->in.pixel, count);
        const vk_i larger = (v > best) | (v != v);
        best = larger ? v : best;
        chosen = larger ? (vk_i)(number) : chosen;
      }
    }
  }
  int32_t number = 0;
  for (size_t y = y0; y < y1; y += dy) {
    for (size_t x = x0; x < x1; x += dx, number++) {
      float *at = to + y * map->row + x * map->pixel;
      const vk_f share = p->kind == VK_POOL_MAX ? (chosen == number ? upstream : (vk_f)(0.0f)) : upstream;
      VK_NAME(store_some)(at, count, VK_NAME(load_some)(at, count) + share);
    }
  }
}

static void VK_NAME(pool_gradient)(const vk_map_pool_gradient *g, size_t n, size_t first, size_t last) {
  const vk_map_pool *p = &g->pool;
  float *image = g->gradient.data + n * g->gradient.image;
  for (size_t y = 0; y < p->in_h; y++) {
    for (size_t x = 0; x < p->in_w; x++) {
      memset(image + y * g->gradient.row + x * g->gradient.pixel + first, 0, (last - first) * sizeof(float));
    }
  }
  const bool dilated = p->kind == VK_POOL_MAX;
  const size_t dy = dilated ? p->dilation_h : 1, dx = dilated ? p->dilation_w : 1;
  for (size_t y = 0; y < p->out_h; y++) {
    size_t y0, y1, counted_y;
    VK_NAME(pool_axis)(
        p->kind, y, p->in_h, p->out_h, p->kernel_h, p->stride_h, dy, p->pad_top, p->pad_bottom, &y0, &y1, &counted_y);
    for (size_t x = 0; x < p->out_w; x++) {
      size_t x0, x1, counted_x;
      VK_NAME(pool_axis)(
          p->kind, x, p->in_w, p->out_w, p->kernel_w, p->stride_w, dx, p->pad_left, p->pad_right, &x0, &x1, &counted_x);
      const float share = p->kind == VK_POOL_MAX ? 1 : 1 / (float)(counted_y * counted_x);
      const float *from = p->out.data + n * p->out.image + y * p->out.row + x * p->out.pixel;
      for (size_t c = first; c < last; c += VK_LANES) {
        const size_t count = last - c;
        const vk_f upstream = VK_NAME(load_some)(from + c, count) * share;
        const float *in = dilated ? p->in.data + n * p->in.image + c : NULL;
        VK_NAME(spread)(p, in, image + c, &g->gradient, y0, y1, dy, x0, x1, dx, upstream, count);
      }
    }
  }
}

static void VK_NAME(resample_rows)(const vk_map_resample *r, size_t begin, size_t end) {
  for (size_t row = begin; row < end; row++) {
    const size_t n = row / r->out_h, y = row % r->out_h;
    const taps ty = taps_of(r->kind, y, r->in_h, r->out_h, r->step_y);
    const float *top = r->in.data + n * r->in.image + ty.first * r->in.row;
    const float *bottom = r->in.data + n * r->in.image + ty.second * r->in.row;
    for (size_t x = 0; x < r->out_w; x++) {
      const taps tx = taps_of(r->kind, x, r->in_w, r->out_w, r->step_x);
      const size_t left = tx.first * r->in.pixel, right = tx.second * r->in.pixel;
      float *out = r->out.data + n * r->out.image + y * r->out.row + x * r->out.pixel;
      const float b = ty.weight, a = 1 - b, d = tx.weight, c = 1 - d;
      for (size_t i = 0; i < r->channels; i += VK_LANES) {
        const size_t count = r->channels - i;
        vk_f v = VK_NAME(load_some)(top + left + i, count);
        if (r->kind != VK_RESAMPLE_NEAREST) {
          const vk_f v1 = VK_NAME(load_some)(top + right + i, count);
          const vk_f v2 = VK_NAME(load_some)(bottom + left + i, count);
          const vk_f v3 = VK_NAME(load_some)(bottom + right + i, count);
          v = a * (c * v + d * v1) + b * (c * v2 + d * v3);
        }
        VK_NAME(store_some)(out + i, count, v);
      }
    }
  }
}
