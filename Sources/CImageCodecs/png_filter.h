/// PNG's row filters undone in place: `row` holds the filtered bytes, `above` the bytes of the row above.
#ifndef PNG_FILTER_H
#define PNG_FILTER_H

#include <stdlib.h>
#include <string.h>

#include "CImageCodecs.h"

#if defined(__SSE2__)
#include <emmintrin.h>

static inline __m128i load_pixel(const uint8_t *p, int size) {
  uint32_t word = 0;
  memcpy(&word, p, (size_t)size);
  return _mm_cvtsi32_si128((int)word);
}
static inline void store_pixel(uint8_t *p, __m128i value, int size) {
  uint32_t word = (uint32_t)_mm_cvtsi128_si32(value);
  memcpy(p, &word, (size_t)size);
}
static inline __m128i magnitude16(__m128i value) {
  return _mm_max_epi16(value, _mm_sub_epi16(_mm_setzero_si128(), value));
}
static inline __m128i choose(__m128i mask, __m128i yes, __m128i no) {
  return _mm_or_si128(_mm_and_si128(mask, yes), _mm_andnot_si128(mask, no));
}

/// Paeth for pixels of 3 or 4 bytes, all samples of a pixel at once in 16-bit lanes.
static inline void unfilter_paeth_pixels(uint8_t *row, const uint8_t *above, size_t count, int size) {
  const __m128i zero = _mm_setzero_si128();
  __m128i left = zero, corner = zero;
  for (size_t i = 0; i + (size_t)size <= count; i += (size_t)size) {
    __m128i up = _mm_unpacklo_epi8(load_pixel(above + i, size), zero);
    __m128i value = _mm_unpacklo_epi8(load_pixel(row + i, size), zero);
    __m128i by_left = _mm_sub_epi16(up, corner), by_up = _mm_sub_epi16(left, corner);
    __m128i by_corner = magnitude16(_mm_add_epi16(by_left, by_up));
    by_left = magnitude16(by_left);
    by_up = magnitude16(by_up);
    __m128i least = _mm_min_epi16(by_corner, _mm_min_epi16(by_left, by_up));
    __m128i guess = choose(
      _mm_cmpeq_epi16(least, by_left), left, choose(_mm_cmpeq_epi16(least, by_up), up, corner));
    corner = up;
    left = _mm_and_si128(_mm_add_epi16(value, guess), _mm_set1_epi16(255));
    store_pixel(row + i, _mm_packus_epi16(left, left), size);
  }
}
#endif

static inline void unfilter_sub(uint8_t *row, size_t count, size_t size) {
  for (size_t i = size; i < count; i++) row[i] = (uint8_t)(row[i] + row[i - size]);
}

static inline void unfilter_average(uint8_t *row, const uint8_t *above, size_t count, size_t size) {
  size_t first = size < count ? size : count;
  for (size_t i = 0; i < first; i++) row[i] = (uint8_t)(row[i] + above[i] / 2);
  for (size_t i = size; i < count; i++) row[i] = (uint8_t)(row[i] + (row[i - size] + above[i]) / 2);
}

static inline void unfilter_paeth(uint8_t *row, const uint8_t *above, size_t count, size_t size) {
  size_t first = size < count ? size : count;
  for (size_t i = 0; i < first; i++) row[i] = (uint8_t)(row[i] + above[i]);
  for (size_t i = size; i < count; i++) {
    int left = row[i - size], up = above[i], corner = above[i - size];
    int by_left = abs(up - corner), by_up = abs(left - corner), by_corner = abs(left + up - 2 * corner);
    int guess = by_left <= by_up && by_left <= by_corner ? left : by_up <= by_corner ? up : corner;
    row[i] = (uint8_t)(row[i] + guess);
  }
}

/// Undoes one row; 0 where there is no such filter. `size` is the bytes of a pixel, at least 1.
static int unfilter(int filter, uint8_t *row, const uint8_t *above, size_t count, size_t size) {
  switch (filter) {
  case 0: return 1;
  case 1:
    // A constant distance lets the compiler keep the samples in registers.
    if (size == 3) unfilter_sub(row, count, 3);
    else if (size == 4) unfilter_sub(row, count, 4);
    else unfilter_sub(row, count, size);
    return 1;
  case 2:
    for (size_t i = 0; i < count; i++) row[i] = (uint8_t)(row[i] + above[i]);
    return 1;
  case 3:
    if (size == 3) unfilter_average(row, above, count, 3);
    else if (size == 4) unfilter_average(row, above, count, 4);
    else unfilter_average(row, above, count, size);
    return 1;
  case 4:
#if defined(__SSE2__)
    if (size == 3) return unfilter_paeth_pixels(row, above, count, 3), 1;
    if (size == 4) return unfilter_paeth_pixels(row, above, count, 4), 1;
#endif
    unfilter_paeth(row, above, count, size);
    return 1;
  default: return 0;
  }
}

#endif
