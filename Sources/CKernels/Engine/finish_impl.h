// One tier of what becomes of a matrix product's sums.

/// Sums `v` of row `i` and the columns from `at` on, of which `count` exist, get their bias and residual, or what was summed
/// before, and are stored.
VK_INLINE void VK_NAME(finish)(
    const vk_micro *t, int i, size_t at, size_t count, vk_f v, vk_f bias, vk_f low, vk_f high) {
  const bool whole = count >= VK_LANES;
#ifdef VK_ENGINE_BF16
  // Nothing but bf16 is stored where there is no row of sums.
  float *c = t->c[i] ? t->c[i] + at : NULL;
#else
  float *c = t->c[i] + at;
#endif
  if (t->accumulate) {
    v += whole ? VK_NAME(load)(c) : VK_NAME(load_part)(c, count);
  } else {
    v += bias;
    if (t->r) v += whole ? VK_NAME(load)(t->r[i] + at) : VK_NAME(load_part)(t->r[i] + at, count);
#ifdef VK_ENGINE_BF16
    if (t->rounded_r) v += VK_NAME(load_bf16)(t->rounded_r[i] + at, count);
#endif
  }
  if (t->bounded) v = VK_NAME(bound)(v, low, high);
#ifdef VK_ENGINE_BF16
  if (t->rounded_c) {
    VK_NAME(store_bf16)(t->rounded_c[i] + at, count, v);
    return;
  }
#endif
  if (whole) {
    VK_NAME(store)(c, v);
  } else {
    VK_NAME(store_part)(c, count, v);
  }
}

#ifdef VK_BF16_DOT
/// The same for rows of more than one vector, stored at once as bf16.
VK_INLINE void VK_NAME(finish_pairs)(const int rows, const vk_micro *t, const vk_f *sums, vk_f low, vk_f high) {
  const size_t rest = t->width - VK_LANES;
  const __mmask32 mask = rest >= VK_LANES ? ~(__mmask32)0 : ((__mmask32)1 << t->width) - 1;
  const vk_f bias = t->bias ? VK_NAME(load)(t->bias) : (vk_f)(0.0f);
  const vk_f bias2 = t->bias ? VK_NAME(load_some)(t->bias + VK_LANES, rest) : (vk_f)(0.0f);
#pragma clang loop unroll(full)
  for (int i = 0; i < rows; i++) {
    vk_f v = sums[2 * i] + bias, v2 = sums[2 * i + 1] + bias2;
    if (t->rounded_r) {
      v += VK_NAME(load_bf16)(t->rounded_r[i] + t->column, VK_LANES);
      v2 += VK_NAME(load_bf16)(t->rounded_r[i] + t->column + VK_LANES, rest);
    }
    if (t->bounded) {
      v = VK_NAME(bound)(v, low, high);
      v2 = VK_NAME(bound)(v2, low, high);
    }
    uint16_t *to = t->rounded_c[i] + t->column;
    const __m512i both = (__m512i)_mm512_cvtne2ps_pbh((__m512)v2, (__m512)v);
    if (rest >= VK_LANES) {
      memcpy(to, &both, sizeof both);
    } else {
      _mm512_mask_storeu_epi16(to, mask, both);
    }
  }
}
#endif
