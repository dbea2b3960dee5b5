/// One byte of each pass, in plain C: the portable tier, and the borders of the others.
#ifndef VK_RESIZE_SCALAR_H
#define VK_RESIZE_SCALAR_H

#include <stddef.h>
#include <stdint.h>

#define VK_WEIGHT_BITS 22

static inline int32_t vk_weight(const int16_t *weights, size_t tap) {
  const int16_t *group = weights + (tap >> 2) * 8 + (tap & 3);
  return (int32_t)group[0] * 2048 + group[4];
}

static inline uint8_t vk_clip(int32_t sum) {
  int32_t value = sum >> VK_WEIGHT_BITS;
  return value < 0 ? 0 : value > 255 ? 255 : (uint8_t)value;
}

/// One output pixel of the horizontal pass; `src` is its first source pixel.
static inline void vk_horizontal_pixel(const uint8_t *src, size_t channels, int32_t count, const int16_t *weights, uint8_t *dst) {
  int32_t sums[4] = {1 << (VK_WEIGHT_BITS - 1), 1 << (VK_WEIGHT_BITS - 1), 1 << (VK_WEIGHT_BITS - 1), 1 << (VK_WEIGHT_BITS - 1)};
#define VK_SUM(C)                                                              \
  for (int32_t t = 0; t < count; t++) {                                        \
    int32_t weight = vk_weight(weights, (size_t)t);                            \
    for (size_t c = 0; c < C; c++) sums[c] += src[(size_t)t * C + c] * weight; \
  }                                                                            \
  for (size_t c = 0; c < C; c++) dst[c] = vk_clip(sums[c]);
  switch (channels) {
    case 1: VK_SUM(1) break;
    case 3: VK_SUM(3) break;
    default: VK_SUM(4) break;
  }
#undef VK_SUM
}

static inline void vk_vertical_bytes(const uint8_t *src, size_t stride, size_t taps, const int16_t *weights, uint8_t *dst,
                                     size_t from, size_t to) {
  enum { BLOCK = 256 };
  int32_t sums[BLOCK];
  for (; from < to; from += BLOCK) {
    size_t n = to - from < BLOCK ? to - from : BLOCK;
    for (size_t i = 0; i < n; i++) sums[i] = 1 << (VK_WEIGHT_BITS - 1);
    for (size_t t = 0; t < taps; t++) {
      int32_t weight = vk_weight(weights, t);
      const uint8_t *row = src + t * stride + from;
      for (size_t i = 0; i < n; i++) sums[i] += row[i] * weight;
    }
    for (size_t i = 0; i < n; i++) dst[from + i] = vk_clip(sums[i]);
  }
}

static inline void vk_linear_pixel(const uint8_t *src, size_t channels, int32_t left, const int16_t *weights, int16_t *dst) {
  for (size_t c = 0; c < channels; c++) {
    const uint8_t *p = src + (size_t)left * channels + c;
    // A zero second weight stands for a pixel past the edge, which must not be read.
    int32_t second = weights[1] ? p[channels] * weights[1] : 0;
    dst[c] = (int16_t)((p[0] * weights[0] + second) >> 4);
  }
}

static inline void vk_linear_bytes(const int16_t *a, const int16_t *b, int16_t wa, int16_t wb, uint8_t *dst, size_t from, size_t to) {
  for (size_t i = from; i < to; i++) {
    int32_t value = (((a[i] * wa) >> 16) + ((b[i] * wb) >> 16) + 2) >> 2;
    dst[i] = value > 255 ? 255 : (uint8_t)value;
  }
}

#endif
