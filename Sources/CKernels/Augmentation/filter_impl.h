// The body of filter.c, once a tier.

#define blur_across VK_NAME(blur_across)

static void VK_NAME(sharpen)(const uint8_t *above, const uint8_t *row, const uint8_t *below, uint8_t *out, size_t width,
                             size_t channels, float rest) {
  const size_t bytes = width * channels, c = channels;
  for (size_t i = 0; i < c; i++) out[i] = row[i];
  for (size_t i = c; i + c < bytes; i++) {
    const uint32_t around = (uint32_t)above[i - c] + above[i] + above[i + c] + row[i - c] + row[i + c] + below[i - c] +
                            below[i] + below[i + c];
    // round(sum / 13): 13 is odd, so there are no halves. 20165 / 2^19 is 1 / 26 for all sums there are.
    const uint32_t blurred = ((2 * (around + 5u * row[i]) + 13) * 20165u) >> 19;
    const float x = (float)row[i];
    float y = __builtin_fmaf((float)(int32_t)blurred - x, rest, x);
    y = y < 0.0f ? 0.0f : y > 255.0f ? 255.0f : y;
    out[i] = (uint8_t)(int32_t)y;
  }
  for (size_t i = bytes - c; i < bytes; i++) out[i] = row[i];
}

/// The horizontal pass over a row that has its margins.
VK_AUG_INLINE void blur_across(const float *restrict row, const float *across, size_t wide, size_t count,
                               size_t channels, float *restrict sums) {
  for (size_t i = 0; i < count; i++) sums[i] = row[i] * across[0];
  for (size_t k = 1; k < wide; k++) {
    const float weight = across[k];
    const float *shifted = row + k * channels;
    for (size_t i = 0; i < count; i++) sums[i] = __builtin_fmaf(shifted[i], weight, sums[i]);
  }
}

static void VK_NAME(blur)(const uint8_t *const *rows, const float *down, size_t tall, const float *across, size_t wide,
                          const int32_t *beyond, size_t width, size_t channels, float *scratch, uint8_t *out) {
  const size_t half = wide / 2, bytes = width * channels;
  float *middle = scratch + half * channels;
  for (size_t i = 0; i < bytes; i++) middle[i] = (float)rows[0][i] * down[0];
  for (size_t k = 1; k < tall; k++) {
    const float weight = down[k];
    const uint8_t *row = rows[k];
    for (size_t i = 0; i < bytes; i++) middle[i] = __builtin_fmaf((float)row[i], weight, middle[i]);
  }
  for (size_t x = 0; x < 2 * half; x++) {
    const size_t place = x < half ? x : width + x;
    for (size_t c = 0; c < channels; c++) scratch[place * channels + c] = middle[(size_t)beyond[x] * channels + c];
  }
  float sums[VK_BLUR_BLOCK];
  for (size_t first = 0; first < bytes; first += VK_BLUR_BLOCK) {
    const size_t n = bytes - first < VK_BLUR_BLOCK ? bytes - first : VK_BLUR_BLOCK;
    blur_across(scratch + first, across, wide, n, channels, sums);
    for (size_t i = 0; i < n; i++) {
      out[first + i] = (uint8_t)(int32_t)__builtin_rintf(sums[i] > 255.0f ? 255.0f : sums[i]);
    }
  }
}

static void VK_NAME(blur_floats)(const float *const *rows, const float *down, size_t tall, const float *across,
                                 size_t wide, const int32_t *beyond, size_t width, float *scratch, float *out) {
  const size_t half = wide / 2;
  float *middle = scratch + half;
  for (size_t i = 0; i < width; i++) middle[i] = rows[0][i] * down[0];
  for (size_t k = 1; k < tall; k++) {
    const float weight = down[k];
    const float *row = rows[k];
    for (size_t i = 0; i < width; i++) middle[i] = __builtin_fmaf(row[i], weight, middle[i]);
  }
  for (size_t x = 0; x < 2 * half; x++) scratch[x < half ? x : width + x] = middle[beyond[x]];
  blur_across(scratch, across, wide, width, 1, out);
}

#undef blur_across
