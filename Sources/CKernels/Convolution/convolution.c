#include "../include/vk_convolution.h"

#include <string.h>

#include "../Matrix/gemm_internal.h"
#include "../vk_targets.h"

/// A run of at most a vector of neighbouring output pixels of one row, as one tap sees it: lanes lo..<hi lie inside the
/// image; `source` is where lane 0 would be read within a channel, `target` where it goes within a row of the panel.
typedef struct {
  ptrdiff_t source;
  uint32_t target;
  uint8_t lo, hi;
} piece;

/// Output columns first..<last of which a tap reads inside the image.
typedef struct {
  size_t first, last;
} tap_range;

/// Most pieces of all taps for a panel; kernels larger than that take the slow way.
enum { MOST_PIECES = 4096 };
/// Most columns of a panel, and so pieces of a tap, and the one that fills up the last vector.
enum { MOST_COLUMNS = 64 };

static size_t ceiling_divide(ptrdiff_t a, size_t b) { return a <= 0 ? 0 : ((size_t)a + b - 1) / b; }

static void list_taps(const vk_convolution_window *w, tap_range *ranges) {
  for (size_t t = 0; t < w->taps; t++) {
    ranges[t].first = ceiling_divide(-w->tap_x[t], w->stride_x);
    ranges[t].last = ceiling_divide((ptrdiff_t)w->width - w->tap_x[t], w->stride_x);
  }
}

/// Lists the pieces of `count` output pixels from `column` on, tap after tap. Returns the number of pieces of one tap,
/// or 0 where they are too many.
static size_t list_pieces(
    const vk_convolution_window *w, const tap_range *ranges, size_t column, size_t count, size_t lanes, piece *pieces) {
  size_t rows[MOST_COLUMNS], columns[MOST_COLUMNS], runs[MOST_COLUMNS], each = 0;
  size_t y = column / w->out_width, x = column % w->out_width;
  for (size_t done = 0; done < count; each++) {
    size_t run = w->out_width - x;
    if (run > count - done) run = count - done;
    if (run > lanes) run = lanes;
    rows[each] = y;
    columns[each] = x;
    runs[each] = run;
    done += run;
    x += run;
    if (x == w->out_width) {
      x = 0;
      y++;
    }
  }
  // The rest of the last vector is zeros.
  const bool partial = (count & (lanes - 1)) != 0;
  const size_t all = each + (partial ? 1 : 0);
  if (all * w->taps > MOST_PIECES) return 0;
  for (size_t t = 0; t < w->taps; t++) {
    const size_t first = ranges[t].first, last = ranges[t].last;
    size_t target = 0;
    for (size_t i = 0; i < each; i++) {
      const size_t x = columns[i], run = runs[i];
      const ptrdiff_t row = (ptrdiff_t)(rows[i] * w->stride_y) + w->tap_y[t];
      piece p = {.target = (uint32_t)target};
      if (row >= 0 && row < (ptrdiff_t)w->height && first < x + run && last > x && first < last) {
        p.lo = (uint8_t)(first > x ? first - x : 0);
        p.hi = (uint8_t)(last < x + run ? last - x : run);
        p.source = row * (ptrdiff_t)w->width + (ptrdiff_t)(x * w->stride_x) + w->tap_x[t];
      }
      *pieces++ = p;
      target += run;
    }
    if (partial) *pieces++ = (piece){.target = (uint32_t)count};
  }
  return all;
}

/// Channels that are packed together.
enum { CHANNELS_AT_ONCE = 8 };

/// Packs any window one element at a time.
static void pack_slowly(
    const vk_convolution_window *w, const float *image, size_t k_begin, size_t k_count, size_t column, size_t count,
    size_t panel, float *packed) {
  for (size_t k = k_begin; k < k_begin + k_count; k++, packed += panel) {
    const float *plane = image + k / w->taps * w->height * w->width;
    const ptrdiff_t dy = w->tap_y[k % w->taps], dx = w->tap_x[k % w->taps];
    for (size_t j = 0; j < panel; j++) {
      const ptrdiff_t y = (ptrdiff_t)((column + j) / w->out_width * w->stride_y) + dy;
      const ptrdiff_t x = (ptrdiff_t)((column + j) % w->out_width * w->stride_x) + dx;
      const bool inside = j < count && y >= 0 && y < (ptrdiff_t)w->height && x >= 0 && x < (ptrdiff_t)w->width;
      packed[j] = inside ? plane[y * (ptrdiff_t)w->width + x] : 0;
    }
  }
}

#define VK_NAME(f) f##_portable
#define VK_LANES 4
#include "convolution_impl.h"
#include "../Matrix/gemm_undefine.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#define VK_LANES 8
#include "convolution_impl.h"
#include "../Matrix/gemm_undefine.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#define VK_LANES 16
#include "convolution_impl.h"
#include "../Matrix/gemm_undefine.h"
#pragma clang attribute pop
#endif

static size_t lanes(vk_isa isa) { return isa == VK_ISA_AVX512 ? 16 : isa == VK_ISA_AVX2 ? 8 : 4; }

static size_t table_count(void) {
  return MOST_PIECES * (sizeof(piece) + sizeof(tap_range)) / sizeof(float);
}

size_t vk_convolution_workspace_count(vk_isa isa, const vk_convolution_window *window, size_t columns) {
  return table_count() + vk_gemm_workspace_count(isa, window->channels * window->taps, columns);
}

void vk_convolution_run(
    vk_isa isa, const vk_gemm *gemm, const vk_convolution_window *window, size_t row_begin, size_t row_end,
    size_t column_begin, size_t column_end, float *workspace) {
  const vk_gemm_tiling tiling = vk_gemm_get_tiling(isa);
  const size_t panel = tiling.columns, columns = column_end - column_begin;
  piece *pieces = (piece *)workspace;
  tap_range *ranges = (tap_range *)(pieces + MOST_PIECES);
  const bool listed = window->taps <= MOST_PIECES;
  if (listed) list_taps(window, ranges);
  float *packed = workspace + table_count();
  const size_t depth = gemm->k < tiling.depth ? gemm->k : tiling.depth;
  float *scratch = packed + (columns + panel - 1) / panel * panel * depth;
  size_t k_begin = 0;
  do {
    const size_t k = gemm->k - k_begin < tiling.depth ? gemm->k - k_begin : tiling.depth;
    for (size_t j = 0; k > 0 && j < columns; j += panel) {
      const size_t count = columns - j < panel ? columns - j : panel;
      const size_t each = listed ? list_pieces(window, ranges, column_begin + j, count, lanes(isa), pieces) : 0;
      if (each == 0) {
        pack_slowly(window, gemm->b, k_begin, k, column_begin + j, count, panel, packed + j * k);
      } else {
        VK_DISPATCH(isa, pack_pieces, window, pieces, each, gemm->b, k_begin, k, panel, packed + j * k)
      }
    }
    vk_gemm_block(isa, gemm, row_begin, row_end, column_begin, columns, k_begin, k, packed, panel, panel * k, scratch);
    k_begin += k;
  } while (k_begin < gemm->k);
}
