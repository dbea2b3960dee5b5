// One tier of attention.

/// Keys as columns: panels of `width` keys, each [dimension][width], zeros where there is no key.
static void VK_NAME(pack_keys)(const vk_attention *a, const attention_plan *p, const float *keys, float *packed) {
  for (size_t first = 0; first < a->keys; first += p->width) {
    const size_t width = a->keys - first <= 16 ? 16 : p->width;
    float *panel = packed + first * a->dimension;
    for (size_t half = 0; half < width; half += 16) {
      const size_t left = a->keys - first > half ? a->keys - first - half : 0, rows = vk_smaller(left, 16);
      for (size_t d = 0; d < a->dimension; d += 16) {
        const size_t columns = vk_smaller(a->dimension - d, 16);
        vk_f r[16];
        for (size_t i = 0; i < 16; i++) {
          r[i] = i < rows ? VK_NAME(load_some)(keys + (first + half + i) * a->k.token + d, columns) : (vk_f)(0.0f);
        }
        VK_NAME(transpose)(r);
        for (size_t i = 0; i < columns; i++) VK_NAME(store)(panel + (d + i) * width + half, r[i]);
      }
    }
  }
}

/// Values as they are: panels of `width` columns, each [key][width].
static void VK_NAME(pack_values)(const vk_attention *a, const attention_plan *p, const float *values, float *packed) {
  for (size_t first = 0; first < a->value_dimension; first += p->width) {
    const size_t left = a->value_dimension - first, width = left <= 16 ? 16 : p->width;
    float *panel = packed + first * a->keys;
    for (size_t key = 0; key < a->keys; key++) {
      for (size_t c = 0; c < width; c += 16) {
        const float *from = values + key * a->v.token + first + c;
        VK_NAME(store)(panel + key * width + c, c < left ? VK_NAME(load_some)(from, left - c) : (vk_f)(0.0f));
      }
    }
  }
}

/// e^(scale x + bias + mask - the largest), in place; returns the inverse of the sum.
VK_INLINE float VK_NAME(weigh)(float *x, size_t count, float scale, const float *bias, const float *mask) {
  vk_f top = (vk_f)(-__builtin_inff());
  for (size_t i = 0; i < count; i += VK_LANES) {
    vk_f v = VK_NAME(load_some)(x + i, count - i) * scale;
    if (bias) v += VK_NAME(load_some)(bias + i, count - i);
    if (mask) v += VK_NAME(load_some)(mask + i, count - i);
    VK_NAME(store_some)(x + i, count - i, v);
    const vk_f there = vk_lane_numbers < (int32_t)vk_smaller(count - i, 16) ? v : (vk_f)(-__builtin_inff());
    top = there > top ? there : top;
  }
  float lanes[VK_LANES];
  VK_NAME(store)(lanes, top);
  float most = lanes[0];
  for (int i = 1; i < VK_LANES; i++) most = lanes[i] > most ? lanes[i] : most;
  vk_f sum = (vk_f)(0.0f);
  for (size_t i = 0; i < count; i += VK_LANES) {
    const vk_f v = VK_NAME(exp)(VK_NAME(load_some)(x + i, count - i) - most);
    sum += vk_lane_numbers < (int32_t)vk_smaller(count - i, 16) ? v : (vk_f)(0.0f);
    VK_NAME(store_some)(x + i, count - i, v);
  }
  VK_NAME(store)(lanes, sum);
  for (int half = VK_LANES / 2; half > 0; half /= 2) {
    for (int i = 0; i < half; i++) lanes[i] += lanes[i + half];
  }
  return 1 / lanes[0];
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
  VK_NAME(pack_keys)(a, p, a->k.data + n * a->k.image + head * a->k.head, keys);
  VK_NAME(pack_values)(a, p, a->v.data + n * a->v.image + head * a->v.head, values);
  const float *bias = a->bias ? a->bias + head * a->queries * a->keys : NULL;
  const float *mask = a->mask ? a->mask + n % a->masks * a->queries * a->keys : NULL;
  for (size_t strip = strip_begin; strip < strip_end; strip++) {
    const size_t first = strip * p->rows, rows = vk_smaller(a->queries - first, p->rows);
    const float *q = a->q.data + n * a->q.image + head * a->q.head + first * a->q.token;
    float *score[VK_MOST_ROWS], *out[VK_MOST_ROWS], inverse[VK_MOST_ROWS];
    for (size_t i = 0; i < rows; i++) {
      score[i] = scores + i * p->score_stride;
      out[i] = a->out.data + n * a->out.image + head * a->out.head + (first + i) * a->out.token;
    }
    VK_NAME(product)(q, a->q.token, rows, a->dimension, keys, a->keys, p->width, score);
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
