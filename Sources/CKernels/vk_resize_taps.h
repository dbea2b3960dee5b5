/// Weights of the antialiased filters in the layouts that the passes read. Included by vk_resize.c.
#ifndef VK_RESIZE_TAPS_H
#define VK_RESIZE_TAPS_H

#include <string.h>

#include "vk_resize.h"

/// A group of four taps for four columns: three digits, 16 bytes a column, each weight once for each of four channels.
enum { VK_BYTES_OF_COLUMNS = 192, VK_BYTES_OF_DIGIT = 64, VK_BYTES_OF_ROWS = 12 };

vk_taps vk_taps_best(vk_isa isa, size_t channels) {
#if defined(__x86_64__)
  if (isa >= VK_ISA_AVX512 && channels != 1 && __builtin_cpu_supports("avx512vnni")) return VK_TAPS_BYTES;
#endif
  return VK_TAPS_HALVES;
}

size_t vk_column_taps_size(vk_taps taps, size_t outputs, size_t padded) {
  return taps == VK_TAPS_BYTES ? (outputs + 3) / 4 * (padded / 4) * VK_BYTES_OF_COLUMNS : outputs * padded * 4;
}

size_t vk_row_taps_size(vk_taps taps, size_t outputs, size_t padded) {
  return outputs * padded * (taps == VK_TAPS_BYTES ? 3 : 4);
}

static void pack_halves(const int32_t *weights, size_t count, int16_t *packed) {
  for (size_t i = 0; i < count; i++) {
    int16_t *group = packed + (i >> 2) * 8 + (i & 3);
    group[0] = (int16_t)(weights[i] >> 11);
    group[4] = (int16_t)(weights[i] & 2047);
  }
}

/// weight = digits[0] + 256 * digits[1] + 65536 * digits[2].
static inline void vk_digits(int32_t weight, int8_t digits[3]) {
  digits[0] = (int8_t)weight;
  weight = (weight - digits[0]) >> 8;
  digits[1] = (int8_t)weight;
  digits[2] = (int8_t)((weight - digits[1]) >> 8);
}

void vk_pack_column_taps(vk_taps taps, const int32_t *weights, size_t outputs, size_t padded, void *packed) {
  if (taps != VK_TAPS_BYTES) return pack_halves(weights, outputs * padded, packed);
  memset(packed, 0, vk_column_taps_size(taps, outputs, padded));
  for (size_t x = 0; x < outputs; x++) {
    int8_t *column = (int8_t *)packed + (x >> 2) * (padded / 4) * VK_BYTES_OF_COLUMNS + (x & 3) * 16;
    for (size_t t = 0; t < padded; t++) {
      int8_t digits[3];
      vk_digits(weights[x * padded + t], digits);
      int8_t *place = column + (t >> 2) * VK_BYTES_OF_COLUMNS + (t & 3);
      for (size_t d = 0; d < 3; d++)
        for (size_t c = 0; c < 4; c++) place[d * VK_BYTES_OF_DIGIT + c * 4] = digits[d];
    }
  }
}

void vk_pack_row_taps(vk_taps taps, const int32_t *weights, size_t outputs, size_t padded, void *packed) {
  if (taps != VK_TAPS_BYTES) return pack_halves(weights, outputs * padded, packed);
  for (size_t i = 0; i < outputs * padded; i++) {
    int8_t digits[3];
    vk_digits(weights[i], digits);
    for (size_t d = 0; d < 3; d++) ((int8_t *)packed)[(i >> 2) * VK_BYTES_OF_ROWS + d * 4 + (i & 3)] = digits[d];
  }
}

#endif
