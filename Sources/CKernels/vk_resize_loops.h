/// Loops that the compiler vectorises for each tier. Included by vk_resize.c once a tier; products are never fused into sums.
static void VK_NAME(blend_rows)(const float *restrict a, const float *restrict b, float f, float *restrict dst, size_t count) {
  float g = 1 - f;
  for (size_t i = 0; i < count; i++) {
    float first = g * a[i], second = f * b[i];
    dst[i] = first + second;
  }
}

#define VK_HALVE(C)                                                                                             \
  for (size_t x = 0; x < width; x++)                                                                            \
    for (size_t c = 0; c < C; c++) {                                                                            \
      const uint8_t *t = top + 2 * x * C + c, *b = bottom + 2 * x * C + c;                                      \
      dst[x * C + c] = (uint8_t)((t[0] + t[C] + b[0] + b[C] + 2) >> 2);                                         \
    }
static void VK_NAME(halve)(const uint8_t *restrict top, const uint8_t *restrict bottom, size_t channels, uint8_t *restrict dst,
                           size_t width) {
  switch (channels) {
    case 1: VK_HALVE(1) break;
    case 3: VK_HALVE(3) break;
    default: VK_HALVE(4) break;
  }
}
#undef VK_HALVE

#define VK_PLANE(C)                                            \
  for (size_t x = 0; x < width; x++) {                         \
    float product = (float)src[x * C] * multiply;              \
    dst[x] = product + add;                                    \
  }
static void VK_NAME(plane)(const uint8_t *restrict src, size_t channels, float multiply, float add, float *restrict dst,
                           size_t width) {
  switch (channels) {
    case 1: VK_PLANE(1) break;
    case 3: VK_PLANE(3) break;
    default: VK_PLANE(4) break;
  }
}
#undef VK_PLANE

static void VK_NAME(premultiply)(const uint8_t *src, uint8_t *dst, size_t count) {
  for (size_t i = 0; i < count; i++) {
    uint32_t alpha = src[4 * i + 3];
    for (size_t c = 0; c < 3; c++) {
      uint32_t product = src[4 * i + c] * alpha + 128;
      dst[4 * i + c] = (uint8_t)(((product >> 8) + product) >> 8);
    }
    dst[4 * i + 3] = (uint8_t)alpha;
  }
}

static void VK_NAME(unpremultiply)(const uint8_t *src, uint8_t *dst, size_t count) {
  for (size_t i = 0; i < count; i++) {
    int32_t alpha = src[4 * i + 3];
    // Quotients up to 255 are cut right in float: they lie at least 1/255 below the next whole number, or on one. Alpha 255
    // divides to the colour itself; 0 is replaced by it.
    float divisor = alpha == 0 ? 255.0f : (float)alpha;
    for (size_t c = 0; c < 3; c++) {
      int32_t value = (int32_t)((float)(src[4 * i + c] * 255) / divisor);
      dst[4 * i + c] = (uint8_t)(value > 255 ? 255 : value);
    }
    dst[4 * i + 3] = (uint8_t)alpha;
  }
}
