// One tier of depthwise convolution. Needs VK_NAME, VK_LANES.
#include "../Matrix/gemm_vector.h"

/// Copies image rows into the band: each row apart in `stride_x` phases, so that the columns which neighbouring outputs
/// read lie side by side; zeros outside the image. Vector by vector down the rows, so that masks are computed once.
static void VK_NAME(fill_band)(
    const vk_depthwise *d, const band *b, const float *input, ptrdiff_t first_row, float *rows) {
  const size_t stride = d->stride_x, step = b->row_size, width = d->width;
  // Band rows top..<bottom lie inside the image.
  const ptrdiff_t below = (ptrdiff_t)d->height - first_row;
  const size_t above = first_row < 0 ? (size_t)-first_row : 0, top = above < b->rows ? above : b->rows;
  const size_t within = below < (ptrdiff_t)b->rows ? (below > 0 ? (size_t)below : 0) : b->rows;
  const size_t bottom = within > top ? within : top;
  for (size_t phase = 0; phase < stride; phase++) {
    // Column i of the phase is image column origin + i * stride; first..<last lie inside the image.
    const ptrdiff_t origin = (ptrdiff_t)phase - d->padding_left, beyond = (ptrdiff_t)width - origin;
    const size_t first = origin >= 0 ? 0 : ((size_t)-origin + stride - 1) / stride;
    const size_t last = beyond <= 0 ? 0 : ((size_t)beyond + stride - 1) / stride;
    for (size_t i = 0; i < b->phase_size; i += VK_LANES) {
      const unsigned lo = first <= i ? 0 : first - i < VK_LANES ? (unsigned)(first - i) : VK_LANES;
      const unsigned hi = last <= i ? 0 : last - i < VK_LANES ? (unsigned)(last - i) : VK_LANES;
      const float *at = input + (first_row + (ptrdiff_t)top) * (ptrdiff_t)width + origin + (ptrdiff_t)(i * stride);
      float *out = rows + phase * b->phase_size + i;
      size_t r = 0;
      for (; r < top; r++, out += step) VK_NAME(store)(out, (VEC){0});
      if (lo >= hi) {
        for (; r < bottom; r++, out += step) VK_NAME(store)(out, (VEC){0});
      } else if (stride != 1) {
        for (; r < bottom; r++, out += step, at += width) {
          VK_NAME(store)(out, VK_NAME(load_lanes_strided)(at, stride, lo, hi));
        }
      } else if (lo == 0 && hi == VK_LANES) {
        for (; r < bottom; r++, out += step, at += width) VK_NAME(store)(out, VK_NAME(load)(at));
      } else {
        for (; r < bottom; r++, out += step, at += width) VK_NAME(store)(out, VK_NAME(load_lanes)(at, lo, hi));
      }
      for (; r < b->rows; r++, out += step) VK_NAME(store)(out, (VEC){0});
    }
  }
}

/// R output rows of a K x K kernel without dilation, vector by vector. Input rows are loaded once for all R.
ALWAYS_INLINE void VK_NAME(square)(
    const int K, const int S, const int R, const vk_depthwise *d, const band *b, const float *rows, const float *kernel,
    float bias, float *output) {
  // A copy that no store can alias, so that weights stay in registers.
  float weights[25];
  for (int i = 0; i < K * K; i++) weights[i] = kernel[i];
  for (size_t x = 0; x < d->out_width; x += VK_LANES) {
    VEC sum[4];
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) sum[r] = (VEC){0};
#pragma clang loop unroll(full)
    for (int i = 0; i < (R - 1) * S + K; i++) {
      const float *row = rows + (size_t)i * b->row_size + x;
#pragma clang loop unroll(full)
      for (int j = 0; j < K; j++) {
        const VEC v = VK_NAME(load)(row + (size_t)(j % S) * b->phase_size + j / S);
#pragma clang loop unroll(full)
        for (int r = 0; r < R; r++) {
          const int t = i - r * S;
          if (t >= 0 && t < K) sum[r] += v * VK_NAME(splat)(weights[t * K + j]);
        }
      }
    }
    const size_t left = d->out_width - x;
#pragma clang loop unroll(full)
    for (int r = 0; r < R; r++) {
      float *out = output + (size_t)r * d->out_width + x;
      if (left >= VK_LANES) {
        VK_NAME(store)(out, sum[r] + bias);
      } else {
        VK_NAME(store_first)(out, sum[r] + bias, (unsigned)left);
      }
    }
  }
}

/// One output row of any kernel.
static void VK_NAME(any_row)(
    const vk_depthwise *d, const band *b, const float *rows, const float *kernel, float bias, float *output) {
  for (size_t x = 0; x < d->out_width; x += VK_LANES) {
    VEC sum = (VEC){0};
    for (size_t i = 0; i < d->kernel_height; i++) {
      const float *row = rows + i * d->dilation_y * b->row_size + x;
      for (size_t j = 0; j < d->kernel_width; j++) {
        const size_t at = j * d->dilation_x;
        const float *p = row + at % d->stride_x * b->phase_size + at / d->stride_x;
        sum += VK_NAME(load)(p) * VK_NAME(splat)(kernel[i * d->kernel_width + j]);
      }
    }
    const size_t left = d->out_width - x;
    VK_NAME(store_first)(output + x, sum + bias, left < VK_LANES ? (unsigned)left : VK_LANES);
  }
}

#define SQUARE(K, S)                                                                                             \
  static void VK_NAME(square_##K##_##S)(                                                                        \
      const vk_depthwise *d, const band *b, size_t count, const float *rows, const float *kernel, float bias,    \
      float *output) {                                                                                           \
    size_t y = 0;                                                                                                \
    for (; y + 4 <= count; y += 4) {                                                                             \
      VK_NAME(square)(K, S, 4, d, b, rows + y * S * b->row_size, kernel, bias, output + y * d->out_width);       \
    }                                                                                                            \
    for (; y < count; y++) {                                                                                     \
      VK_NAME(square)(K, S, 1, d, b, rows + y * S * b->row_size, kernel, bias, output + y * d->out_width);       \
    }                                                                                                            \
  }
SQUARE(3, 1)
SQUARE(3, 2)
SQUARE(5, 1)
SQUARE(5, 2)
#undef SQUARE

/// All output rows of one channel.
static void VK_NAME(channel)(
    const vk_depthwise *d, const band *b, const float *input, const float *kernel, float bias, float *output,
    float *rows) {
  const bool square = d->kernel_height == d->kernel_width && d->dilation_y == 1 && d->dilation_x == 1 &&
                      d->stride_y == d->stride_x && (d->stride_x == 1 || d->stride_x == 2) &&
                      (d->kernel_height == 3 || d->kernel_height == 5);
  for (size_t y = 0; y < d->out_height; y += b->out_rows) {
    const size_t count = d->out_height - y < b->out_rows ? d->out_height - y : b->out_rows;
    float *out = output + y * d->out_width;
    VK_NAME(fill_band)(d, b, input, (ptrdiff_t)(y * d->stride_y) - d->padding_top, rows);
    if (square && d->kernel_height == 3 && d->stride_x == 1) {
      VK_NAME(square_3_1)(d, b, count, rows, kernel, bias, out);
    } else if (square && d->kernel_height == 3) {
      VK_NAME(square_3_2)(d, b, count, rows, kernel, bias, out);
    } else if (square && d->stride_x == 1) {
      VK_NAME(square_5_1)(d, b, count, rows, kernel, bias, out);
    } else if (square) {
      VK_NAME(square_5_2)(d, b, count, rows, kernel, bias, out);
    } else {
      for (size_t r = 0; r < count; r++) {
        VK_NAME(any_row)(d, b, rows + r * d->stride_y * b->row_size, kernel, bias, out + r * d->out_width);
      }
    }
  }
}

static void VK_NAME(depthwise)(
    const vk_depthwise *d, size_t begin, size_t end, const float *input, const float *kernels, const float *bias,
    float *output, float *workspace) {
  const band b = band_of(d, VK_LANES);
  const size_t taps = d->kernel_height * d->kernel_width;
  for (size_t c = begin; c < end; c++) {
    const size_t source = d->multiplier == 1 ? c : c / d->multiplier;
    VK_NAME(channel)(
        d, &b, input + source * d->height * d->width, kernels + c * taps, bias ? bias[c] : 0,
        output + c * d->out_height * d->out_width, workspace);
  }
}
