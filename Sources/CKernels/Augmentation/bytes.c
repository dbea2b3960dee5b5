#include <string.h>

#include "../include/vk_augmentation.h"

#pragma clang fp contract(off)

#define VK_AUG_INLINE static inline __attribute__((always_inline))

typedef uint8_t vk_b16 __attribute__((ext_vector_type(16)));

/// Pairs of random numbers that share a 64-bit key.
enum { VK_NOISE_BLOCK = 256 };

#define VK_IMPL "Augmentation/bytes_impl.h"
#include "../vk_variants.h"

void vk_bits(vk_isa isa, const uint8_t *in, uint8_t *out, size_t n, uint8_t flips, uint8_t mask) {
  VK_DISPATCH(isa, bits, in, out, n, flips, mask);
}

void vk_solarize(vk_isa isa, const uint8_t *in, uint8_t *out, size_t n, uint8_t threshold) {
  VK_DISPATCH(isa, solarize, in, out, n, threshold);
}

void vk_tables(const uint8_t *in, uint8_t *out, size_t pixels, size_t channels, const uint8_t *tables) {
  if (channels == 3) {
    const uint8_t *r = tables, *g = tables + 256, *b = tables + 512;
    for (size_t i = 0; i < pixels; i++) {
      const uint8_t x = in[3 * i], y = in[3 * i + 1], z = in[3 * i + 2];
      out[3 * i] = r[x], out[3 * i + 1] = g[y], out[3 * i + 2] = b[z];
    }
    return;
  }
  for (size_t i = 0; i < pixels; i++) {
    for (size_t c = 0; c < channels; c++) out[i * channels + c] = tables[256 * c + in[i * channels + c]];
  }
}

void vk_histogram(const uint8_t *in, size_t pixels, size_t channels, uint32_t *counts) {
  for (size_t i = 0; i < pixels; i++) {
    for (size_t c = 0; c < channels; c++) counts[256 * c + in[i * channels + c]]++;
  }
}

void vk_mix(vk_isa isa, const uint8_t *a, const uint8_t *b, uint8_t *out, size_t n, float wa, float wb) {
  VK_DISPATCH(isa, mix, a, b, out, n, wa, wb);
}

void vk_accumulate(vk_isa isa, const uint8_t *x, float weight, float *sum, size_t n) {
  VK_DISPATCH(isa, accumulate, x, weight, sum, n);
}

void vk_cut(vk_isa isa, const float *x, uint8_t *out, size_t n) { VK_DISPATCH(isa, cut, x, out, n); }

void vk_mirror(vk_isa isa, const uint8_t *in, uint8_t *out, size_t width, size_t channels) {
  VK_DISPATCH(isa, mirror, in, out, width, channels);
}

void vk_permute(vk_isa isa, const uint8_t *in, uint8_t *out, size_t pixels, unsigned r, unsigned g, unsigned b) {
  VK_DISPATCH(isa, permute, in, out, pixels, r, g, b);
}

void vk_noise(vk_isa isa, const uint8_t *in, uint8_t *out, size_t n, uint64_t key, uint64_t first, float mean,
              float deviation, bool clip) {
  VK_DISPATCH(isa, noise, in, out, n, key, first, mean, deviation, clip);
}
