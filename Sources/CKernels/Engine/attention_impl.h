// One tier of attention.

/// Where token `t` of image `n` begins.
VK_INLINE const float *VK_NAME(token)(const vk_attention *a, const vk_heads *h, size_t n, size_t head, size_t t) {
  const float *first = h->data + head * h->head;
  return a->rows ? first + (size_t)a->rows[n * a->queries + t] * h->token : first + n * h->image + t * h->token;
}

/// Keys as columns: panels of `width` keys, each [dimension][width], zeros where there is no key. Fetches the values too.
static void VK_NAME(pack_keys)(
    const vk_attention *a, const attention_plan *p, size_t n, size_t head, float *packed) {
  for (size_t first = 0; first < a->keys; first += p->width) {
    const size_t width = a->keys - first <= 16 ? 16 : p->width;
    float *panel = packed + first * a->dimension;
    for (size_t half = 0; half < width; half += 16) {
      const size_t left = a->keys - first > half ? a->keys - first - half : 0, rows = vk_smaller(left, 16);
      const float *at[16];
      for (size_t i = 0; i < rows; i++) {
        at[i] = VK_NAME(token)(a, &a->k, n, head, first + half + i);
        const float *value = VK_NAME(token)(a, &a->v, n, head, first + half + i);
        for (size_t d = 0; d < a->value_dimension; d += 16) __builtin_prefetch(value + d);
      }
      for (size_t d = 0; d < a->dimension; d += 16) {
        const size_t columns = vk_smaller(a->dimension - d, 16);
        vk_f r[16];
        for (size_t i = 0; i < 16; i++) r[i] = i < rows ? VK_NAME(load_some)(at[i] + d, columns) : (vk_f)(0.0f);
        VK_NAME(transpose)(r);
        for (size_t i = 0; i < columns; i++) VK_NAME(store)(panel + (d + i) * width + half, r[i]);
      }
    }
  }
}

/// Values as they are: panels of `width` columns, each [key][width]. Fetches as many queries too.
static void VK_NAME(pack_values)(
    const vk_attention *a, const attention_plan *p, size_t n, size_t head, size_t query, float *packed) {
  for (size_t key = 0; key < a->keys; key++) {
    if (query + key < a->queries) {
      const float *q = VK_NAME(token)(a, &a->q, n, head, query + key);
      for (size_t d = 0; d < a->dimension; d += 16) __builtin_prefetch(q + d);
    }
    const float *from = VK_NAME(token)(a, &a->v, n, head, key);
    for (size_t first = 0; first < a->value_dimension; first += p->width) {
      const size_t left = a->value_dimension - first, width = left <= 16 ? 16 : p->width;
      float *panel = packed + first * a->keys + key * width;
      for (size_t c = 0; c < width; c += 16) {
        VK_NAME(store)(panel + c, c < left ? VK_NAME(load_some)(from + first + c, left - c) : (vk_f)(0.0f));
      }
    }
  }
}

/// e^(scale x + bias + mask - the largest), in place; returns the inverse of the sum.
VK_INLINE float VK_NAME(weigh_with)(
    const bool biased, const bool masked, float *x, size_t count, float scale, const float *bias, const float *mask) {
  vk_f top = (vk_f)(-__builtin_inff());
  for (size_t i = 0; i < count; i += VK_LANES) {
    vk_f v = VK_NAME(load_some)(x + i, count - i) * scale;
    if (biased) v += VK_NAME(load_some)(bias + i, count - i);
    if (masked) v += VK_NAME(load_some)(mask + i, count - i);
    if (count - i < VK_LANES) v = vk_lane_numbers < (int32_t)(count - i) ? v : (vk_f)(-__builtin_inff());
    VK_NAME(store)(x + i, v);
    top = v > top ? v : top;
  }
  const float most = VK_NAME(most_of)(top);
  vk_f sum = (vk_f)(0.0f), v[4];
  for (size_t i = 0; i < count; i += 4 * VK_LANES) {
    const int vectors = (int)vk_smaller(vk_parts(count - i, VK_LANES), 4);
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) v[k] = k < vectors ? VK_NAME(load)(x + i + k * VK_LANES) - most : (vk_f)(0.0f);
    VK_NAME(quick_exp)(4, v, v);
#pragma clang loop unroll(full)
    for (int k = 0; k < 4; k++) {
      if (k >= vectors) break;
      const size_t left = count - i - (size_t)k * VK_LANES;
      sum += left >= VK_LANES ? v[k] : vk_lane_numbers < (int32_t)left ? v[k] : (vk_f)(0.0f);
      VK_NAME(store)(x + i + k * VK_LANES, v[k]);
    }
  }
  return 1 / VK_NAME(sum_of)(sum);
}

VK_INLINE float VK_NAME(weigh)(float *x, size_t count, float scale, const float *bias, const float *mask) {
  if (bias && mask) return VK_NAME(weigh_with)(true, true, x, count, scale, bias, mask);
  if (bias) return VK_NAME(weigh_with)(true, false, x, count, scale, bias, mask);
  if (mask) return VK_NAME(weigh_with)(false, true, x, count, scale, bias, mask);
  return VK_NAME(weigh_with)(false, false, x, count, scale, bias, mask);
}

/// rows x depth times packed panels of `columns` columns, into rows of `out`.
VK_INLINE void VK_NAME(product)(
    const float *a, size_t a_stride, size_t rows, size_t depth, const float *packed, size_t columns, size_t panel_width,
    float *const *out) {
  for (size_t first = 0; first < columns; first += panel_width) {
    const size_t width = columns - first <= 16 ? 16 : panel_width;
    for (size_t begin = 0; begin < depth; begin += TERMS) {
      vk_micro t = {.k = vk_smaller(depth - begin, TERMS), .a = a + begin, .a_stride = a_stride,
                    .b = packed + first * depth + begin * width, .width = vk_smaller(columns - first, panel_width),
                    .c = out, .column = first, .accumulate = begin > 0};
      VK_NAME(micros)[0][width / VK_LANES - 1][rows - 1](&t);
    }
  }
}

static void VK_NAME(attention_tile)(const vk_attention *a, const attention_plan *p, size_t tile, float *workspace) {
  const size_t n = tile / (a->heads * p->tiles), head = tile / p->tiles % a->heads;
  const size_t strip_begin = tile % p->tiles * p->tile_strips;
  const size_t strip_end = vk_smaller(strip_begin + p->tile_strips, p->strips);
  float *keys = workspace, *values = keys + p->key_floats, *scores = values + p->value_floats;
  float *queries = scores + p->rows * p->score_stride;
  VK_NAME(pack_keys)(a, p, n, head, keys);
  VK_NAME(pack_values)(a, p, n, head, strip_begin * p->rows, values);
  const float *bias = a->bias ? a->bias + head * a->queries * a->keys : NULL;
  const float *mask = a->mask ? a->mask + n % a->masks * a->queries * a->keys : NULL;
  for (size_t strip = strip_begin; strip < strip_end; strip++) {
    const size_t first = strip * p->rows, rows = vk_smaller(a->queries - first, p->rows);
    float *score[VK_MOST_ROWS], *out[VK_MOST_ROWS], inverse[VK_MOST_ROWS];
    for (size_t i = 0; i < rows; i++) {
      score[i] = scores + i * p->score_stride;
      out[i] = (float *)VK_NAME(token)(a, &a->out, n, head, first + i);
      // Side by side: rows that lie far apart would share few sets of the first-level cache.
      const float *q = VK_NAME(token)(a, &a->q, n, head, first + i);
      float *to = queries + i * p->query_stride;
      for (size_t d = 0; d < a->dimension; d += VK_LANES) {
        VK_NAME(store)(to + d, VK_NAME(load_some)(q + d, a->dimension - d));
      }
    }
    VK_NAME(product)(queries, p->query_stride, rows, a->dimension, keys, a->keys, p->width, score);
    for (size_t i = 0; i < rows; i++) {
      const size_t at = (first + i) * a->keys;
      inverse[i] = VK_NAME(weigh)(score[i], a->keys, a->scale, bias ? bias + at : NULL, mask ? mask + at : NULL);
    }
    VK_NAME(product)(scores, p->score_stride, rows, a->keys, values, a->value_dimension, p->width, out);
    for (size_t i = 0; i < rows; i++) {
      for (size_t c = 0; c < a->value_dimension; c += VK_LANES) {
        const size_t count = a->value_dimension - c;
        VK_NAME(store_some)(out[i] + c, count, VK_NAME(load_some)(out[i] + c, count) * inverse[i]);
      }
    }
  }
}
