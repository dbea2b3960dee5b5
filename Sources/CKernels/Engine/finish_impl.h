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
