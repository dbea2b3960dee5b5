// One tier of attention, over floats or, with VK_ENGINE_BF16, over bf16: a term is then a pair in the place of a float.

/// Where token `t` of image `n` begins.
VK_INLINE attention_element *VK_NAME(token)(const vk_attention *a, const vk_heads *h, size_t n, size_t head, size_t t) {
  const size_t at = a->rows ? (size_t)a->rows[n * a->queries + t] * h->token : n * h->image + t * h->token;
  return (attention_element *)h->data + head * h->head + at;
}

/// Where the result of token `t` of image `n` goes.
VK_INLINE void *VK_NAME(result)(
    const vk_attention *a, const attention_plan *p, size_t n, size_t head, size_t t) {
  const vk_heads *h = &a->out;
  const size_t at = a->rows ? (size_t)a->rows[n * a->queries + t] * h->token : n * h->image + t * h->token;
  const size_t size = p->rounded_out ? sizeof(uint16_t) : sizeof(float);
  return (char *)h->data + (head * h->head + at) * size;
}

/// The first `n` elements as terms, 16 of them or fewer.
VK_INLINE vk_f VK_NAME(load_terms)(const attention_element *from, size_t n) {
#ifdef VK_ENGINE_BF16
  vk_f terms = (vk_f)(0.0f);
  if (n >= 2 * VK_LANES) {
    memcpy(&terms, from, sizeof terms);
    return terms;
  }
#if VK_TIER == 2
  return (vk_f)_mm512_maskz_loadu_epi16(((__mmask32)1 << n) - 1, from);
#else
  memcpy(&terms, from, n * sizeof *from);
  return terms;
#endif
#else
  return VK_NAME(load_some)(from, n);
#endif
}

/// Keys as columns: panels of `width` keys, each [term][width], zeros where there is no key.
static void VK_NAME(pack_keys)(const vk_attention *a, const attention_plan *p, size_t n, size_t head, float *packed) {
  for (size_t first = 0; first < a->keys; first += p->width) {
    const size_t width = a->keys - first <= 16 ? 16 : p->width;
    float *panel = packed + first * p->score_terms;
    for (size_t half = 0; half < width; half += 16) {
      const size_t left = a->keys - first > half ? a->keys - first - half : 0, rows = vk_smaller(left, 16);
      const attention_element *at[16];
      for (size_t i = 0; i < rows; i++) {
        at[i] = VK_NAME(token)(a, &a->k, n, head, first + half + i);
      }
      for (size_t d = 0; d < p->score_terms; d += 16) {
        const size_t columns = vk_smaller(p->score_terms - d, 16);
        float *to = panel + d * width + half;
        vk_f r[16];
        if (rows == 16 && a->dimension - d * PAIR >= 16 * PAIR) {
#pragma clang loop unroll(full)
          for (int i = 0; i < 16; i++) r[i] = VK_NAME(load_terms)(at[i] + d * PAIR, 16 * PAIR);
          VK_NAME(transpose)(r);
#pragma clang loop unroll(full)
          for (int i = 0; i < 16; i++) VK_NAME(store)(to + (size_t)i * width, r[i]);
          continue;
        }
        for (size_t i = 0; i < 16; i++) {
          r[i] = i < rows ? VK_NAME(load_terms)(at[i] + d * PAIR, a->dimension - d * PAIR) : (vk_f)(0.0f);
        }
        VK_NAME(transpose)(r);
        for (size_t i = 0; i < columns; i++) VK_NAME(store)(to + i * width, r[i]);
      }
    }
  }
}

/// Values of the keys of a term, of which the last may lack its second; the first `left` columns, 16 of them or fewer.
VK_INLINE vk_f VK_NAME(load_values)(const attention_element *first, const attention_element *second, size_t left) {
#ifdef VK_ENGINE_BF16
  const vk_u low = (vk_u)VK_NAME(load_bf16)(first, left) >> 16;
  return second ? (vk_f)(low | (vk_u)VK_NAME(load_bf16)(second, left)) : (vk_f)low;
#else
  (void)second;
  return VK_NAME(load_some)(first, left);
#endif
}

/// Values as they are: panels of `width` columns, each [term][width].
static void VK_NAME(pack_values)(
    const vk_attention *a, const attention_plan *p, size_t n, size_t head, float *packed) {
  for (size_t term = 0; term < p->value_terms; term++) {
    const size_t key = term * PAIR;
    const attention_element *from = VK_NAME(token)(a, &a->v, n, head, key), *second = NULL;
    if (PAIR == 2 && key + 1 < a->keys) second = VK_NAME(token)(a, &a->v, n, head, key + 1);
    for (size_t first = 0; first < a->value_dimension; first += p->width) {
      const size_t left = a->value_dimension - first, width = left <= 16 ? 16 : p->width;
      float *panel = packed + first * p->value_terms + term * width;
      for (size_t c = 0; c < width; c += 16) {
        const size_t at = first + c;
        VK_NAME(store)(panel + c, c < left ? VK_NAME(load_values)(from + at, second ? second + at : NULL, left - c)
                                           : (vk_f)(0.0f));
      }
    }
  }
}

#define VK_EACH_SUM(statement)                                 \
  _Pragma("clang loop unroll(full)") for (int i = 0; i < R; i++) { \
    _Pragma("clang loop unroll(full)") for (int j = 0; j < V; j++) { statement; } \
  }

/// The sums of a chain and of those before; false where more are to come, for which they then wait.
VK_INLINE bool VK_NAME(sum_chain)(
    const int R, const int V, const vk_micro *t, const attention_strip *s, vk_f sum[VK_ROWS][VK_VECTORS]) {
  VK_NAME(sum_up)(R, V, 0, t, sum);
  if (t->accumulate) VK_EACH_SUM(sum[i][j] += VK_NAME(load)(t->c[i] + t->column + j * VK_LANES))
  if (!s->ends) VK_EACH_SUM(VK_NAME(store)(t->c[i] + t->column + j * VK_LANES, sum[i][j]))
  return s->ends;
}

/// In units of ln 2. What is finite stays so: the most negative number masks, and where it masks all, all weigh the same.
VK_INLINE vk_f VK_NAME(in_units)(vk_f x) {
  const vk_f y = VK_NAME(bound)(x, (vk_f)(-2.3e38f), (vk_f)(2.3e38f)) * 0x1.715476p+0f;
  return VK_NAME(magnitude)(x) == __builtin_inff() ? x : y;
}

/// Adds rows of `term`, of which the last vectors have `count` lanes, to scores in units of ln 2.
VK_INLINE void VK_NAME(add_term)(
    const int R, const int V, const float *term, size_t stride, size_t count, vk_f sum[VK_ROWS][VK_VECTORS]) {
  if (count >= VK_LANES) {
    VK_EACH_SUM(sum[i][j] += VK_NAME(in_units)(VK_NAME(load)(term + (size_t)i * stride + j * VK_LANES)))
  } else {
    VK_EACH_SUM(const float *at = term + (size_t)i * stride + j * VK_LANES;
                sum[i][j] += VK_NAME(in_units)(j < V - 1 ? VK_NAME(load)(at) : VK_NAME(load_part)(at, count)))
  }
}

/// Scores: scale x + bias + mask in units of ln 2, and the largest of each row and lane so far.
VK_INLINE void VK_NAME(score)(const int R, const int V, const vk_micro *t, const attention_strip *s) {
  vk_f sum[VK_ROWS][VK_VECTORS];
  if (!VK_NAME(sum_chain)(R, V, t, s, sum)) return;
  const size_t count = t->width - (V - 1) * VK_LANES;
  VK_EACH_SUM(sum[i][j] *= s->scale)
  if (s->bias) VK_NAME(add_term)(R, V, s->bias + t->column, s->keys, count, sum);
  if (s->mask) VK_NAME(add_term)(R, V, s->mask + t->column, s->keys, count, sum);
  if (count < VK_LANES) {
    const vk_i exists = vk_lane_numbers < (int32_t)count;
    VK_EACH_SUM(if (j == V - 1) sum[i][j] = exists ? sum[i][j] : (vk_f)(-__builtin_inff()))
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < R; i++) {
    float *most = s->most + i * VK_LANES;
    vk_f top = t->column > 0 ? VK_NAME(load)(most) : (vk_f)(-__builtin_inff());
#pragma clang loop unroll(full)
    for (int j = 0; j < V; j++) {
      top = sum[i][j] > top ? sum[i][j] : top;
      VK_NAME(store)(t->c[i] + t->column + j * VK_LANES, sum[i][j]);
    }
    VK_NAME(store)(most, top);
  }
}

/// Results: what is summed over all keys, times the inverse of the sum of weights.
VK_INLINE void VK_NAME(mix)(const int R, const int V, const vk_micro *t, const attention_strip *s) {
  vk_f sum[VK_ROWS][VK_VECTORS];
  if (!VK_NAME(sum_chain)(R, V, t, s, sum)) return;
  const size_t count = t->width - (V - 1) * VK_LANES;
  VK_EACH_SUM(sum[i][j] *= s->inverse[i])
#ifdef VK_ENGINE_BF16
  if (s->rounded_out) {
    VK_EACH_SUM(VK_NAME(store_bf16)((uint16_t *)s->out[i] + t->column + j * VK_LANES, j < V - 1 ? VK_LANES : count, sum[i][j]))
    return;
  }
#endif
  VK_EACH_SUM(VK_NAME(store_some)((float *)s->out[i] + t->column + j * VK_LANES, j < V - 1 ? VK_LANES : count, sum[i][j]))
}
#undef VK_EACH_SUM

#define VK_PRODUCT(R, V)                                                                      \
  static void VK_NAME(score_##R##x##V)(const vk_micro *t, const attention_strip *s) {         \
    VK_NAME(score)(R, V, t, s);                                                               \
  }                                                                                           \
  static void VK_NAME(mix_##R##x##V)(const vk_micro *t, const attention_strip *s) { VK_NAME(mix)(R, V, t, s); }
typedef void (*VK_NAME(product_function))(const vk_micro *, const attention_strip *);
VK_EACH_ROWS(VK_PRODUCT, 1)
#if VK_VECTORS > 1
VK_EACH_ROWS(VK_PRODUCT, 2)
#endif
#undef VK_PRODUCT

#define VK_SCORE(R, V) VK_NAME(score_##R##x##V),
#define VK_MIX(R, V) VK_NAME(mix_##R##x##V),
/// Scores and results, by vectors - 1, rows - 1.
static const VK_NAME(product_function) VK_NAME(products)[2][VK_VECTORS][VK_ROWS] = {
    {
        {VK_EACH_ROWS(VK_SCORE, 1)},
#if VK_VECTORS > 1
        {VK_EACH_ROWS(VK_SCORE, 2)},
#endif
    },
    {
        {VK_EACH_ROWS(VK_MIX, 1)},
#if VK_VECTORS > 1
        {VK_EACH_ROWS(VK_MIX, 2)},
#endif
    },
};
#undef VK_SCORE
#undef VK_MIX

/// rows x terms times packed panels of `columns` columns: scores (0) or results (1).
VK_INLINE void VK_NAME(product)(
    int kind, vk_micro *t, attention_strip *s, size_t terms, const float *packed, size_t columns, size_t panel_width) {
  const float *a = t->a;
  for (size_t first = 0; first < columns; first += panel_width) {
    const size_t width = columns - first <= 16 ? 16 : panel_width;
    t->column = first;
    t->width = vk_smaller(columns - first, panel_width);
    for (size_t begin = 0; begin < terms; begin += TERMS) {
      t->k = vk_smaller(terms - begin, TERMS);
      t->a = a + begin;
      t->b = packed + first * terms + begin * width;
      t->accumulate = begin > 0;
      s->ends = begin + TERMS >= terms;
      VK_NAME(products)[kind][width / VK_LANES - 1][s->rows - 1](t, s);
    }
  }
}

/// Weights 2^(x - most) of N vectors of a row, in place or rounded to bf16; adds them to `sum`.
VK_INLINE void VK_NAME(weigh_some)(const int N, const float *x, float most, float *to, vk_f *sum) {
  vk_f v[4];
#pragma clang loop unroll(full)
  for (int k = 0; k < N; k++) v[k] = VK_NAME(load)(x + k * VK_LANES) - most;
#ifdef VK_ENGINE_BF16
  VK_NAME(quick_exp2)(true, N, v, v);
  const vk_f ones = (vk_f)(vk_u)(0x3f803f80u);
#pragma clang loop unroll(full)
  for (int k = 0; k < N; k += 2) {
    // What is added up is what values are multiplied by.
    const vk_f pairs = VK_NAME(neighbours)(v[k], k + 1 < N ? v[k + 1] : (vk_f)(0.0f));
    *sum = VK_NAME(plus_product)(*sum, pairs, ones);
    VK_NAME(store)(to + k / 2 * VK_LANES, pairs);
  }
#else
  VK_NAME(quick_exp2)(false, N, v, v);
#pragma clang loop unroll(full)
  for (int k = 0; k < N; k++) {
    *sum += v[k];
    VK_NAME(store)(to + k * VK_LANES, v[k]);
  }
#endif
}

/// The weights of a row of scores in their place; returns the inverse of their sum.
VK_INLINE float VK_NAME(weigh)(const float *x, size_t count, const float *most, float *to) {
  const float top = VK_NAME(most_of)(VK_NAME(load)(most));
  vk_f sum = (vk_f)(0.0f);
  size_t vectors = vk_parts(count, VK_LANES);
  for (; vectors >= 4; vectors -= 4, x += 4 * VK_LANES, to += 4 * VK_LANES / PAIR) VK_NAME(weigh_some)(4, x, top, to, &sum);
  switch (vectors) {
    case 3: VK_NAME(weigh_some)(3, x, top, to, &sum); break;
    case 2: VK_NAME(weigh_some)(2, x, top, to, &sum); break;
    case 1: VK_NAME(weigh_some)(1, x, top, to, &sum); break;
    default: break;
  }
  return 1 / VK_NAME(sum_of)(sum);
}

/// Queries side by side: rows that lie far apart would share few sets of the first-level cache.
VK_INLINE void VK_NAME(copy_query)(const attention_element *from, size_t count, float *to) {
  for (size_t d = 0; d < count; d += VK_LANES * PAIR) {
    VK_NAME(store)(to + d / PAIR, VK_NAME(load_terms)(from + d, count - d));
  }
}

VK_INLINE void VK_NAME(fetch_token)(const vk_attention *a, const vk_heads *h, size_t width, size_t n, size_t head, size_t t) {
  const attention_element *at = VK_NAME(token)(a, h, n, head, t);
  for (size_t d = 0; d < width; d += 16 * PAIR) __builtin_prefetch(at + d);
}

/// Fetches some tokens of what a part reads: they lie apart, and it would wait for each.
VK_INLINE void VK_NAME(fetch_tokens)(const vk_attention *a, const attention_plan *p, size_t part, size_t begin, size_t end) {
  const size_t n = part / (a->heads * p->head_parts), head = part / p->head_parts % a->heads;
  for (size_t t = begin; t < end; t++) {
    if (t < a->keys) VK_NAME(fetch_token)(a, &a->k, a->dimension, n, head, t);
    if (t < a->keys) VK_NAME(fetch_token)(a, &a->v, a->value_dimension, n, head, t);
    if (t < a->queries) VK_NAME(fetch_token)(a, &a->q, a->dimension, n, head, t);
  }
}

/// `more`: another one follows.
static void VK_NAME(attention_part)(
    const vk_attention *a, const attention_plan *p, size_t part, bool more, float *workspace) {
  const size_t n = part / (a->heads * p->head_parts), head = part / p->head_parts % a->heads;
  const size_t strip_begin = part % p->head_parts * p->part_strips;
  const size_t strip_end = vk_smaller(strip_begin + p->part_strips, p->strips);
  float *keys = workspace, *values = keys + p->key_floats, *queries = values + p->value_floats;
  float *scores = queries + VK_NAME(most_rows) * p->query_stride, *sums = scores + VK_NAME(most_rows) * p->score_stride;
  float *score[VK_MOST_ROWS], *waiting[VK_MOST_ROWS], inverse[VK_MOST_ROWS], most[VK_MOST_ROWS * VK_LANES];
  for (size_t i = 0; i < VK_NAME(most_rows); i++) {
    score[i] = scores + i * p->score_stride;
    waiting[i] = sums + i * p->sum_stride;
  }
  VK_NAME(pack_keys)(a, p, n, head, keys);
  VK_NAME(pack_values)(a, p, n, head, values);
  const size_t begin = attention_row(p, strip_begin), end = attention_row(p, strip_end);
  const size_t share = vk_parts(vk_larger(a->keys, a->queries), end - begin);
  const size_t result_bytes = a->value_dimension * (p->rounded_out ? sizeof(uint16_t) : sizeof(float));
  for (size_t strip = strip_begin; strip < strip_end; strip++) {
    const size_t first = attention_row(p, strip), rows = attention_row(p, strip + 1) - first;
    void *out[VK_MOST_ROWS];
    for (size_t i = 0; i < rows; i++) {
      VK_NAME(copy_query)(VK_NAME(token)(a, &a->q, n, head, first + i), a->dimension, queries + i * p->query_stride);
      out[i] = VK_NAME(result)(a, p, n, head, first + i);
      for (size_t d = 0; d < result_bytes; d += 64) __builtin_prefetch((const char *)out[i] + d, 1);
    }
    attention_strip s = {.rows = rows, .scale = a->scale * 0x1.715476p+0f, .keys = a->keys, .most = most,
                         .inverse = inverse, .out = out, .rounded_out = p->rounded_out};
    if (a->bias) s.bias = a->bias + (head * a->queries + first) * a->keys;
    if (a->mask) s.mask = a->mask + (n % a->masks * a->queries + first) * a->keys;
    vk_micro t = {.a = queries, .a_stride = p->query_stride, .c = score};
    VK_NAME(product)(0, &t, &s, p->score_terms, keys, a->keys, p->width);
    for (size_t i = 0; i < rows; i++) {
      const size_t next = (first + i - begin) * share;
      if (more) VK_NAME(fetch_tokens)(a, p, part + 1, next, next + share);
      inverse[i] = VK_NAME(weigh)(score[i], a->keys, most + i * VK_LANES, score[i]);
    }
    t = (vk_micro){.a = scores, .a_stride = p->score_stride, .c = waiting};
    VK_NAME(product)(1, &t, &s, p->value_terms, values, a->value_dimension, p->width);
  }
}

static void VK_NAME(attention_tiles)(
    const vk_attention *a, const attention_plan *p, size_t tile_begin, size_t tile_end, float *workspace) {
  const size_t begin = tile_begin * p->tile_parts, end = vk_smaller(tile_end * p->tile_parts, p->parts);
  if (begin < end) VK_NAME(fetch_tokens)(a, p, begin, 0, vk_larger(a->keys, a->queries));
  for (size_t part = begin; part < end; part++) VK_NAME(attention_part)(a, p, part, part + 1 < end, workspace);
}
