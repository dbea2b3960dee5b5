#include "vk_resize.h"

#include <string.h>
#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "vk_resize_scalar.h"
#include "vk_resize_taps.h"
#include "vk_targets.h"

#pragma STDC FP_CONTRACT OFF

#define VK_NAME(f) f##_portable
#include "vk_resize_loops.h"
#undef VK_NAME

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#define V_TYPE __m256i
#define V_BYTES 32
#define V_ZERO() _mm256_setzero_si256()
#define V_SET1(x) _mm256_set1_epi32(x)
#define V_LOAD(p) _mm256_loadu_si256((const __m256i *)(p))
#define V_STORE(p, v) _mm256_storeu_si256((__m256i *)(p), v)
#define V_UNPACKLO8(a, b) _mm256_unpacklo_epi8(a, b)
#define V_UNPACKHI8(a, b) _mm256_unpackhi_epi8(a, b)
#define V_MADD(a, b) _mm256_madd_epi16(a, b)
#define V_ADD(a, b) _mm256_add_epi32(a, b)
#define V_SLLI(a, n) _mm256_slli_epi32(a, n)
#define V_SRAI(a, n) _mm256_srai_epi32(a, n)
#define V_PACKS32(a, b) _mm256_packs_epi32(a, b)
#define V_PACKUS16(a, b) _mm256_packus_epi16(a, b)
#include "vk_resize_loops.h"
#include "vk_resize_x86.h"
#undef VK_NAME
#undef V_TYPE
#undef V_BYTES
#undef V_ZERO
#undef V_SET1
#undef V_LOAD
#undef V_STORE
#undef V_UNPACKLO8
#undef V_UNPACKHI8
#undef V_MADD
#undef V_ADD
#undef V_SLLI
#undef V_SRAI
#undef V_PACKS32
#undef V_PACKUS16
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#define V_TYPE __m512i
#define V_BYTES 64
#define V_ZERO() _mm512_setzero_si512()
#define V_SET1(x) _mm512_set1_epi32(x)
#define V_LOAD(p) _mm512_loadu_si512(p)
#define V_STORE(p, v) _mm512_storeu_si512(p, v)
#define V_UNPACKLO8(a, b) _mm512_unpacklo_epi8(a, b)
#define V_UNPACKHI8(a, b) _mm512_unpackhi_epi8(a, b)
#define V_MADD(a, b) _mm512_madd_epi16(a, b)
#define V_ADD(a, b) _mm512_add_epi32(a, b)
#define V_SLLI(a, n) _mm512_slli_epi32(a, n)
#define V_SRAI(a, n) _mm512_srai_epi32(a, n)
#define V_PACKS32(a, b) _mm512_packs_epi32(a, b)
#define V_PACKUS16(a, b) _mm512_packus_epi16(a, b)
#include "vk_resize_loops.h"
#include "vk_resize_x86.h"
#undef VK_NAME
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512 ",avx512vnni"))), apply_to = function)
#include "vk_resize_bytes.h"
#pragma clang attribute pop
#endif

static void horizontal_portable(const uint8_t *src, size_t stride, size_t rows, size_t channels, const int32_t *starts,
                                const int32_t *counts, const int16_t *weights, size_t padded, uint8_t *dst, size_t dst_stride,
                                size_t width) {
  for (size_t r = 0; r < rows; r++)
    for (size_t x = 0; x < width; x++)
      vk_horizontal_pixel(src + r * stride + (size_t)starts[x] * channels, channels, counts[x], weights + x * padded * 2,
                          dst + r * dst_stride + x * channels);
}

void vk_resample_horizontal(vk_isa isa, vk_taps taps, const uint8_t *src, size_t src_stride, size_t rows, size_t readable,
                            size_t channels, const int32_t *starts, const int32_t *counts, const void *weights, size_t padded,
                            uint8_t *dst, size_t dst_stride, size_t width) {
#if defined(__x86_64__)
  if (taps == VK_TAPS_BYTES)
    return horizontal_bytes_avx512(src, src_stride, rows, readable, channels, starts, counts, weights, padded, dst, dst_stride, width);
  if (isa >= VK_ISA_AVX512 && channels != 1)
    return horizontal_color_avx512(src, src_stride, rows, readable, channels, starts, counts, weights, padded, dst, dst_stride, width);
  if (isa >= VK_ISA_AVX512)
    return horizontal_gray_avx512(src, src_stride, rows, readable, starts, counts, weights, padded, dst, dst_stride, width);
  if (isa == VK_ISA_AVX2 && channels != 1)
    return horizontal_color_avx2(src, src_stride, rows, readable, channels, starts, counts, weights, padded, dst, dst_stride, width);
  if (isa == VK_ISA_AVX2)
    return horizontal_gray_avx2(src, src_stride, rows, readable, starts, counts, weights, padded, dst, dst_stride, width);
#endif
  horizontal_portable(src, src_stride, rows, channels, starts, counts, weights, padded, dst, dst_stride, width);
}

void vk_resample_vertical(vk_isa isa, vk_taps taps, const uint8_t *src, size_t src_stride, size_t count, const void *weights,
                          uint8_t *dst, size_t bytes) {
#if defined(__x86_64__)
  if (taps == VK_TAPS_BYTES) return vertical_bytes_avx512(src, src_stride, count, weights, dst, bytes);
  if (isa >= VK_ISA_AVX512 && bytes >= 64) return vertical_avx512(src, src_stride, count, weights, dst, bytes);
  if (isa >= VK_ISA_AVX2) return vertical_avx2(src, src_stride, count, weights, dst, bytes);
#endif
  vk_vertical_bytes(src, src_stride, count, weights, dst, 0, bytes);
}

void vk_linear_horizontal(vk_isa isa, const uint8_t *src, size_t readable, size_t channels, const int32_t *lefts,
                          const int16_t *weights, int16_t *dst, size_t width) {
#if defined(__x86_64__)
  if (isa >= VK_ISA_AVX512) return linear_horizontal_avx512(src, readable, channels, lefts, weights, dst, width);
  if (isa == VK_ISA_AVX2) return linear_horizontal_avx2(src, readable, channels, lefts, weights, dst, width);
#endif
  for (size_t x = 0; x < width; x++) vk_linear_pixel(src, channels, lefts[x], weights + (channels == 1 ? 2 : 8) * x, dst + x * channels);
}

void vk_linear_vertical(vk_isa isa, const int16_t *a, const int16_t *b, int16_t wa, int16_t wb, uint8_t *dst, size_t count) {
#if defined(__x86_64__)
  if (isa >= VK_ISA_AVX512) return linear_vertical_avx512(a, b, wa, wb, dst, count);
  if (isa == VK_ISA_AVX2) return linear_vertical_avx2(a, b, wa, wb, dst, count);
#endif
  vk_linear_bytes(a, b, wa, wb, dst, 0, count);
}

void vk_nearest_row(const uint8_t *src, size_t channels, const int32_t *columns, uint8_t *dst, size_t width) {
  switch (channels) {
    case 1:
      for (size_t x = 0; x < width; x++) dst[x] = src[columns[x]];
      break;
    case 3:
      for (size_t x = 0; x < width; x++) {
        const uint8_t *pixel = src + columns[x];
        uint16_t pair;
        memcpy(&pair, pixel, 2);
        memcpy(dst + 3 * x, &pair, 2);
        dst[3 * x + 2] = pixel[2];
      }
      break;
    default:
      for (size_t x = 0; x < width; x++) memcpy(dst + 4 * x, src + columns[x], 4);
      break;
  }
}

void vk_premultiply(vk_isa isa, const uint8_t *src, uint8_t *dst, size_t count) {
#if defined(__x86_64__)
  if (isa >= VK_ISA_AVX512) return premultiply_avx512(src, dst, count);
  if (isa == VK_ISA_AVX2) return premultiply_avx2(src, dst, count);
#endif
  premultiply_portable(src, dst, count);
}

void vk_unpremultiply(vk_isa isa, const uint8_t *src, uint8_t *dst, size_t count) {
#if defined(__x86_64__)
  if (isa >= VK_ISA_AVX512) return unpremultiply_avx512(src, dst, count);
  if (isa == VK_ISA_AVX2) return unpremultiply_avx2(src, dst, count);
#endif
  unpremultiply_portable(src, dst, count);
}

void vk_halve(vk_isa isa, const uint8_t *top, const uint8_t *bottom, size_t channels, uint8_t *dst, size_t width) {
#if defined(__x86_64__)
  if (isa >= VK_ISA_AVX512) return halve_avx512(top, bottom, channels, dst, width);
  if (isa == VK_ISA_AVX2) return halve_avx2(top, bottom, channels, dst, width);
#endif
  halve_portable(top, bottom, channels, dst, width);
}

void vk_darknet_horizontal(const uint8_t *src, size_t channels, const float unit[256], const int32_t *lefts,
                           const float *fractions, float *dst, size_t plane, size_t width) {
  for (size_t c = 0; c < channels; c++) {
    float *out = dst + c * plane;
    for (size_t x = 0; x < width; x++) {
      const uint8_t *p = src + (size_t)lefts[x] * channels + c;
      float f = fractions[x];
      float first = (1 - f) * unit[p[0]], second = f == 0 ? 0 : f * unit[p[channels]];
      out[x] = first + second;
    }
  }
}

void vk_blend_rows(vk_isa isa, const float *a, const float *b, float f, float *dst, size_t count) {
#if defined(__x86_64__)
  if (isa >= VK_ISA_AVX512) return blend_rows_avx512(a, b, f, dst, count);
  if (isa == VK_ISA_AVX2) return blend_rows_avx2(a, b, f, dst, count);
#endif
  blend_rows_portable(a, b, f, dst, count);
}

void vk_planes_by_table(const uint8_t *src, size_t src_channels, const float *tables, const int32_t *order,
                        size_t planes, float *const *dst, size_t width) {
  for (size_t c = 0; c < planes; c++) {
    const uint8_t *from = src + order[c];
    const float *table = tables + 256 * c;
    float *out = dst[c];
    for (size_t x = 0; x < width; x++) out[x] = table[from[x * src_channels]];
  }
}

void vk_planes_by_arithmetic(vk_isa isa, const uint8_t *src, size_t src_channels, const float *multiply, const float *add,
                             const int32_t *order, size_t planes, float *const *dst, size_t width) {
  for (size_t c = 0; c < planes; c++) {
    const uint8_t *from = src + order[c];
#if defined(__x86_64__)
    if (isa >= VK_ISA_AVX512) {
      plane_avx512(from, src_channels, multiply[c], add[c], dst[c], width);
      continue;
    }
    if (isa == VK_ISA_AVX2) {
      plane_avx2(from, src_channels, multiply[c], add[c], dst[c], width);
      continue;
    }
#endif
    plane_portable(from, src_channels, multiply[c], add[c], dst[c], width);
  }
}
