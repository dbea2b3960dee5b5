/// Convolution as an implicit matrix product: the columns of B are output pixels, its rows are (channel, tap) pairs,
/// packed block by block from the image while they are used.
#ifndef VK_CONVOLUTION_H
#define VK_CONVOLUTION_H

#include "vk_gemm.h"

/// How output pixels read the image. Output pixel (y, x) reads, for tap t, the image at
/// (y * stride_y + tap_y[t], x * stride_x + tap_x[t]); outside the image is zero.
typedef struct {
  size_t channels, height, width;  // the image: channels x height x width
  size_t out_height, out_width;
  size_t stride_y, stride_x;
  size_t taps;
  const ptrdiff_t *tap_y, *tap_x;  // `taps` values each
} vk_convolution_window;

/// Floats of workspace that a tile `columns` wide needs.
size_t vk_convolution_workspace_count(vk_isa isa, const vk_convolution_window *window, size_t columns);

/// Computes a tile as `vk_gemm_run` does. In `gemm`, k is channels * taps with the taps running fastest, n is
/// out_height * out_width, and b is the image (its stride is not used).
void vk_convolution_run(
    vk_isa isa, const vk_gemm *gemm, const vk_convolution_window *window, size_t row_begin, size_t row_end,
    size_t column_begin, size_t column_end, float *workspace);

/// Channels convolved with kernels of their own.
typedef struct {
  size_t height, width;
  size_t kernel_height, kernel_width;
  size_t out_height, out_width;
  size_t stride_y, stride_x;
  size_t dilation_y, dilation_x;
  ptrdiff_t padding_top, padding_left;
  size_t multiplier;  // output channels that one input channel has
} vk_depthwise;

/// Floats of workspace that `vk_depthwise_run` needs.
size_t vk_depthwise_workspace_count(vk_isa isa, const vk_depthwise *depthwise);

/// Computes output channels begin..<end of one image. All pointers are to channel 0; `bias` may be NULL. Each output
/// sums the taps in row-major order and adds the bias last.
void vk_depthwise_run(
    vk_isa isa, const vk_depthwise *depthwise, size_t begin, size_t end, const float *input, const float *kernels,
    const float *bias, float *output, float *workspace);

#endif
