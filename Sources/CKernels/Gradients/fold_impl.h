// The body of vk_fold_axis, once a tier.

static void VK_NAME(fold_axis)(const float *in, float *out, ptrdiff_t begin, ptrdiff_t end, ptrdiff_t count,
                               ptrdiff_t size, ptrdiff_t inner, const int32_t *indices) {
  memset(out + begin * size * inner, 0, (end - begin) * size * inner * sizeof(float));
  for (ptrdiff_t o = begin; o < end; o++) {
    const float *source = in + o * count * inner;
    float *target = out + o * size * inner;
    if (inner == 1) {
      for (ptrdiff_t t = 0; t < count; t++) target[indices[t]] += source[t];
      continue;
    }
    for (ptrdiff_t t = 0; t < count; t++) {
      float *restrict row = target + indices[t] * inner;
      const float *restrict more = source + t * inner;
      for (ptrdiff_t i = 0; i < inner; i++) row[i] += more[i];
    }
  }
}
