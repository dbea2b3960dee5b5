/// The tile instructions of AMX in plain C, after Intel's manual: what the kernels run where there are none, and what the
/// instructions are checked against. It traps where they would fault.
#ifndef VK_TILES_MODEL_H
#define VK_TILES_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/// What LDTILECFG reads.
typedef struct {
  uint8_t palette, start_row, reserved[14];
  uint16_t bytes[16];  // of a row, by tile
  uint8_t rows[16];
} vk_tile_shapes;
_Static_assert(sizeof(vk_tile_shapes) == 64, "the instruction reads 64 bytes");

typedef struct {
  vk_tile_shapes shapes;
  uint32_t rows[8][16][16];
} vk_tile_registers;
static _Thread_local vk_tile_registers vk_tiles;

static inline void vk_model_configure(const vk_tile_shapes *shapes) {
  for (int i = 0; i < 8; i++) {
    const bool none = shapes->rows[i] == 0 && shapes->bytes[i] == 0;
    if (!none && (shapes->rows[i] == 0 || shapes->rows[i] > 16 || shapes->bytes[i] == 0)) __builtin_trap();
    if (shapes->bytes[i] > 64 || shapes->bytes[i] % 4 != 0) __builtin_trap();
  }
  if (shapes->palette != 1 || shapes->start_row != 0) __builtin_trap();
  memset(&vk_tiles, 0, sizeof vk_tiles);
  vk_tiles.shapes = *shapes;
}

static inline void vk_model_release(void) { memset(&vk_tiles, 0, sizeof vk_tiles); }

/// What is no part of a tile's shape becomes zero.
static inline void vk_model_zero(int tile) {
  if (vk_tiles.shapes.rows[tile] == 0) __builtin_trap();
  memset(vk_tiles.rows[tile], 0, sizeof vk_tiles.rows[tile]);
}
static inline void vk_model_load(int tile, const void *from, size_t stride) {
  vk_model_zero(tile);
  for (size_t i = 0; i < vk_tiles.shapes.rows[tile]; i++) {
    memcpy(vk_tiles.rows[tile][i], (const char *)from + i * stride, vk_tiles.shapes.bytes[tile]);
  }
}
static inline void vk_model_store(int tile, void *to, size_t stride) {
  if (vk_tiles.shapes.rows[tile] == 0) __builtin_trap();
  for (size_t i = 0; i < vk_tiles.shapes.rows[tile]; i++) {
    memcpy((char *)to + i * stride, vk_tiles.rows[tile][i], vk_tiles.shapes.bytes[tile]);
  }
}

static inline float vk_model_float(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}
/// Denormal numbers are taken and given for zeros of their sign.
static inline float vk_model_normal(float x) {
  return __builtin_fabsf(x) < 0x1p-126f ? __builtin_copysignf(0.0f, x) : x;
}

/// TDPBF16PS: the products of first and of second halves are summed apart, then both sums and the target. Products of bf16 are
/// exact, so that it does not matter whether they are fused; sums that pass through denormal numbers on the way may differ.
static inline void vk_model_multiply(int to, int a, int b) {
  const vk_tile_shapes *s = &vk_tiles.shapes;
  if (to == a || to == b || a == b || s->rows[to] == 0 || s->rows[to] != s->rows[a] || s->bytes[to] != s->bytes[b] ||
      s->bytes[a] / 4 != s->rows[b]) {
    __builtin_trap();
  }
  for (size_t i = 0; i < s->rows[to]; i++) {
    float first[16] = {0}, second[16] = {0};
    for (size_t k = 0; k < s->rows[b]; k++) {
      const uint32_t x = vk_tiles.rows[a][i][k];
      const float low = vk_model_normal(vk_model_float(x << 16)), high = vk_model_normal(vk_model_float(x & 0xffff0000u));
      for (size_t j = 0; j < 16; j++) {
        const uint32_t y = vk_tiles.rows[b][k][j];
        first[j] += low * vk_model_normal(vk_model_float(y << 16));
        second[j] += high * vk_model_normal(vk_model_float(y & 0xffff0000u));
      }
    }
    for (size_t j = 0; j < s->bytes[to] / 4u; j++) {
      const float sum = vk_model_normal(vk_model_normal(first[j]) + vk_model_normal(second[j]));
      const float target = vk_model_normal(vk_model_float(vk_tiles.rows[to][i][j]) + sum);
      memcpy(&vk_tiles.rows[to][i][j], &target, sizeof target);
    }
  }
}

/// One product of a strip and a panel. A's blocks of sixteen terms lie side by side, or each at its offset.
typedef struct {
  size_t blocks;
  const float *a, *b;
  size_t a_stride;
  const int32_t *offsets;
  const float *a_rest, *b_rest;  // a last block that is no whole one, or NULL
  size_t rest_stride;
  bool begins;                   // else more is added to `sums`
  float *sums;                   // rows of 16 or 32
} tile_factors;

#endif
