// One tier of adding up what input pixels give to few outputs.

typedef float VK_NAME(outs) __attribute__((ext_vector_type(8)));

VK_INLINE VK_NAME(outs) VK_NAME(load_outs)(const float *p) {
  VK_NAME(outs) v;
  memcpy(&v, p, sizeof v);
  return v;
}

static void VK_NAME(narrow_sum)(const vk_narrow_row *r) {
  const ptrdiff_t step = (ptrdiff_t)r->outs - (ptrdiff_t)(r->taps * r->outs);
  VK_NAME(outs) bias = 0;
  for (size_t i = 0; r->bias && i < r->outs; i++) bias[i] = r->bias[i];
  for (size_t x = 0; x < r->out_width; x++) {
    // Pixel last - j gives through its row's j-th part.
    const size_t last = x + r->taps - 1 - r->left;
    size_t begin = last >= r->in_width ? last - r->in_width + 1 : 0;
    const size_t end = vk_smaller(r->taps, last + 1);
    const float *from = r->given + (last - begin) * r->taps * r->outs + begin * r->outs;
    VK_NAME(outs) sum = bias;
    for (; begin < end; begin++, from += step) sum += VK_NAME(load_outs)(from);
    memcpy(r->out + x * r->outs, &sum, sizeof sum);
  }
}
