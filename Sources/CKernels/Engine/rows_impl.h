// One tier of softmax, layer and instance normalisation.

VK_INLINE vk_f VK_NAME(only)(vk_f v, size_t count, float other) {
  return vk_lane_numbers < (int32_t)(count < VK_LANES ? count : VK_LANES) ? v : (vk_f)(other);
}

static void VK_NAME(softmax_rows)(
    const float *in, size_t in_stride, float *out, size_t out_stride, size_t count, size_t begin, size_t end) {
  for (size_t row = begin; row < end; row++) {
    const float *x = in + row * in_stride;
    float *y = out + row * out_stride;
    vk_f top = (vk_f)(-__builtin_inff());
    for (size_t i = 0; i < count; i += VK_LANES) {
      const vk_f v = VK_NAME(only)(VK_NAME(load_some)(x + i, count - i), count - i, -__builtin_inff());
      top = v > top ? v : top;
    }
    float lanes[VK_LANES], most;
    VK_NAME(store)(lanes, top);
    most = lanes[0];
    for (int i = 1; i < VK_LANES; i++) most = lanes[i] > most ? lanes[i] : most;
    vk_f sum = (vk_f)(0.0f);
    for (size_t i = 0; i < count; i += VK_LANES) {
      const vk_f v = VK_NAME(exp)(VK_NAME(load_some)(x + i, count - i) - most);
      sum += VK_NAME(only)(v, count - i, 0);
      VK_NAME(store_some)(y + i, count - i, v);
    }
    const float total = VK_NAME(sum_of)(sum);
    for (size_t i = 0; i < count; i += VK_LANES) {
      VK_NAME(store_some)(y + i, count - i, VK_NAME(load_some)(y + i, count - i) / total);
    }
  }
}

static void VK_NAME(layer_norm)(
    const float *in, size_t in_stride, float *out, size_t out_stride, size_t count, float epsilon, const float *weight,
    const float *bias, size_t begin, size_t end) {
  const size_t whole = count / VK_LANES * VK_LANES, rest = count - whole;
  const float inverse = 1 / (float)count;
  for (size_t row = begin; row < end; row++) {
    const float *x = in + row * in_stride;
    float *y = out + row * out_stride;
    vk_f sum = rest ? VK_NAME(load_part)(x + whole, rest) : (vk_f)(0.0f);
    for (size_t i = 0; i < whole; i += VK_LANES) sum += VK_NAME(load)(x + i);
    const float mean = VK_NAME(sum_of)(sum) * inverse;
    vk_f squares = (vk_f)(0.0f);
    if (rest) {
      const vk_f d = VK_NAME(only)(VK_NAME(load_part)(x + whole, rest) - mean, rest, 0);
      squares = d * d;
    }
    for (size_t i = 0; i < whole; i += VK_LANES) {
      const vk_f d = VK_NAME(load)(x + i) - mean;
      squares += d * d;
    }
    const float factor = 1 / sqrtf(VK_NAME(sum_of)(squares) * inverse + epsilon);
    for (size_t i = 0; i < whole; i += VK_LANES) {
      vk_f v = (VK_NAME(load)(x + i) - mean) * factor;
      if (weight) v *= VK_NAME(load)(weight + i);
      if (bias) v += VK_NAME(load)(bias + i);
      VK_NAME(store)(y + i, v);
    }
    if (rest) {
      vk_f v = (VK_NAME(load_part)(x + whole, rest) - mean) * factor;
      if (weight) v *= VK_NAME(load_part)(weight + whole, rest);
      if (bias) v += VK_NAME(load_part)(bias + whole, rest);
      VK_NAME(store_part)(y + whole, rest, v);
    }
  }
}

/// Mean and sum of squared distances from it, of a group of rows: [tile][mean, squares][channels].
static void VK_NAME(group_moments)(const vk_instance_norm *n, size_t tile, float *shared) {
  const size_t groups = groups_of(n), image = tile / groups, first = tile % groups * rows_of(n);
  const size_t last = vk_smaller(first + rows_of(n), n->h), padded = padded_of(n);
  float *means = shared + tile * 2 * padded, *squares = means + padded;
  const float inverse = 1 / (float)((last - first) * n->w);
  for (size_t c = 0; c < n->channels; c += VK_LANES) {
    const size_t count = n->channels - c;
    const float *base = n->in.data + image * n->in.image + c;
    vk_f sum = (vk_f)(0.0f), square = (vk_f)(0.0f);
    for (size_t y = first; y < last; y++) {
      // Rows apart, in four chains: shorter sums, and no waiting for the last addition.
      vk_f part[4] = {(vk_f)(0.0f), (vk_f)(0.0f), (vk_f)(0.0f), (vk_f)(0.0f)};
      for (size_t x = 0; x < n->w; x++) {
        part[x % 4] += VK_NAME(load_some)(base + y * n->in.row + x * n->in.pixel, count);
      }
      sum += (part[0] + part[1]) + (part[2] + part[3]);
    }
    const vk_f mean = sum * inverse;
    for (size_t y = first; y < last; y++) {
      vk_f part[4] = {(vk_f)(0.0f), (vk_f)(0.0f), (vk_f)(0.0f), (vk_f)(0.0f)};
      for (size_t x = 0; x < n->w; x++) {
        const vk_f d = VK_NAME(load_some)(base + y * n->in.row + x * n->in.pixel, count) - mean;
        part[x % 4] += d * d;
      }
      square += (part[0] + part[1]) + (part[2] + part[3]);
    }
    VK_NAME(store)(means + c, mean);
    VK_NAME(store)(squares + c, square);
  }
}

/// Joins the groups' moments (Chan, Golub, LeVeque 1979) and normalises one group of rows.
static void VK_NAME(group_apply)(const vk_instance_norm *n, size_t tile, const float *shared, float *workspace) {
  const size_t groups = groups_of(n), image = tile / groups, rows = rows_of(n), first = tile % groups * rows;
  const size_t last = vk_smaller(first + rows, n->h), padded = padded_of(n);
  const vk_epilogue *e = &n->epilogue;
  const vk_bounds bounds = vk_bounds_of(e);
  const vk_f low = (vk_f)(bounds.low), high = (vk_f)(bounds.high);
  for (size_t c = 0; c < n->channels; c += VK_LANES) {
    const size_t count = n->channels - c;
    vk_f mean = (vk_f)(0.0f), squares = (vk_f)(0.0f);
    float seen = 0;
    for (size_t group = 0; group < groups; group++) {
      const float *from = shared + (image * groups + group) * 2 * padded + c;
      const float pixels = (float)((vk_smaller((group + 1) * rows, n->h) - group * rows) * n->w);
      const vk_f distance = VK_NAME(load)(from) - mean;
      const float share = pixels / (seen + pixels);
      mean += distance * share;
      squares += VK_NAME(load)(from + padded) + distance * distance * (seen * share);
      seen += pixels;
    }
    vk_f scale = 1.0f / __builtin_elementwise_sqrt(squares / seen + n->epsilon);
    if (n->weight) scale *= VK_NAME(load_some)(n->weight + c, count);
    VK_NAME(store)(workspace + c, scale);
    VK_NAME(store)(workspace + padded + c, mean);
  }
  for (size_t y = first; y < last; y++) {
    for (size_t x = 0; x < n->w; x++) {
      const float *from = n->in.data + image * n->in.image + y * n->in.row + x * n->in.pixel;
      float *to = n->out.data + image * n->out.image + y * n->out.row + x * n->out.pixel;
      const vk_map *r = &e->residual;
      const float *added = r->data ? r->data + image * r->image + y * r->row + x * r->pixel : NULL;
      for (size_t c = 0; c < n->channels; c += VK_LANES) {
        const size_t count = n->channels - c;
        vk_f v = VK_NAME(load_some)(from + c, count) - VK_NAME(load)(workspace + padded + c);
        v *= VK_NAME(load)(workspace + c);
        if (e->bias) v += VK_NAME(load_some)(e->bias + c, count);
        if (added) v += VK_NAME(load_some)(added + c, count);
        VK_NAME(store_some)(to + c, count, VK_NAME(bound)(v, low, high));
      }
      if (bounds.after) VK_NAME(activate)(e->activation, e->a, e->b, to, to, n->channels);
    }
  }
}
