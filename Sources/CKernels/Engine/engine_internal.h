/// What the engine's kernels share among themselves.
#ifndef VK_ENGINE_INTERNAL_H
#define VK_ENGINE_INTERNAL_H

#include "../include/vk_engine.h"

/// An activation seen as a pair of bounds, and what is left to do after them.
typedef struct {
  float low, high;
  bool bounded;  // the bounds say something
  bool after;    // the activation is more than bounds: its function is applied to the sums, in place or before they are rounded
} vk_bounds;

static inline vk_bounds vk_bounds_of(const vk_epilogue *e) {
  switch (e->activation) {
    case VK_ACTIVATION_NONE: return (vk_bounds){-__builtin_inff(), __builtin_inff(), false, false};
    case VK_ACTIVATION_RELU: return (vk_bounds){0, __builtin_inff(), true, false};
    case VK_ACTIVATION_CLIP: return (vk_bounds){e->a, e->b, true, false};
    default: return (vk_bounds){-__builtin_inff(), __builtin_inff(), false, true};
  }
}

/// Most rows of a tile of a matrix product that vectors compute, those of them that lie where the first one does, rows of a tile
/// of AMX, and how many rows ahead B is fetched.
enum { VK_MOST_ROWS = 14, VK_EARLY_ROWS = 10, VK_TILE_ROWS = 32, VK_AHEAD = 24 };
static inline size_t vk_micro_rows(vk_isa isa) {
  if (isa == VK_ISA_AMX_BF16) return VK_TILE_ROWS;
  return isa >= VK_ISA_AVX512 ? VK_MOST_ROWS : isa == VK_ISA_AVX2 ? 6 : 3;
}
/// The tier that a kernel without a way of its own by AMX runs on.
static inline vk_isa vk_vector_tier(vk_isa isa) {
  if (isa != VK_ISA_AMX_BF16) return isa;
  return vk_isa_has_bf16() ? VK_ISA_AVX512_BF16 : vk_isa_detect();
}
static inline size_t vk_panel_width(vk_isa isa) { return isa >= VK_ISA_AVX512 ? 32 : 16; }

static inline size_t vk_smaller(size_t a, size_t b) { return a < b ? a : b; }
static inline size_t vk_larger(size_t a, size_t b) { return a > b ? a : b; }
/// a / b, rounded up.
static inline size_t vk_parts(size_t a, size_t b) { return (a + b - 1) / b; }
static inline size_t vk_round_up(size_t a, size_t b) { return vk_parts(a, b) * b; }

/// Output rows of a tile of a depthwise convolution of so many.
static inline size_t vk_rows_of_tile(size_t rows) { return vk_larger(vk_parts(rows, 32), 1); }

/// A tile of a matrix product: rows of A lie `a_stride` apart, `runs` times k terms, `run_stride` from one to the next; or term
/// p of row i lies at a[offsets[p] + i], or at a[p * a_stride + i].
typedef struct {
  size_t k, runs, run_stride;
  const float *a;
  const float *late;       // convolutions: rows from VK_EARLY_ROWS on, where they do not follow the others; or NULL
  size_t a_stride;
  const int32_t *offsets;
  const float *b;          // k x (16 or 32) floats
  size_t width;            // columns that exist
  float *const *c;         // row i is stored at c[i] + column
  const float *const *r;   // residual rows, or NULL
  uint16_t *const *rounded_c;        // of products of bf16: stored here as bf16 instead, unless NULL
  const uint16_t *const *rounded_r;  // of products of bf16: residual rows of bf16, or NULL
  const char *next;        // what the next chain reads, or NULL: two lines every `next_step` bytes are fetched every four terms
  size_t next_step;
  const char *ahead;       // convolutions: what is read later still, or NULL: a line every `ahead_step` bytes, every four terms
  size_t ahead_step;
  size_t column;
  const float *bias;       // of the first column, or NULL
  bool accumulate;         // add to what c holds, instead of bias and residual
  bool bounded;
  float low, high;
} vk_micro;

/// Where the pixels of a Winograd tile lie: channel c of pixel i at at[i][c * step[i]].
typedef struct {
  const float *at[36];
  size_t step[36];
} vk_square;
static const float vk_zeros[16] __attribute__((aligned(64), unused));

#endif
