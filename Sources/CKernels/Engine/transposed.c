#include "../include/vk_engine_convolution.h"

/// One axis of a phase of a transposed convolution.
typedef struct {
  size_t first, count;   // output places first, first + stride, ...: `count` of them
  size_t tap, taps;      // taps tap, tap + step, ...: `taps` of them
  size_t step;
  ptrdiff_t dilation, pad;
} phase_axis;

static size_t common_divisor(size_t a, size_t b) {
  while (b > 0) {
    const size_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static phase_axis axis_of(size_t out, size_t kernel, size_t stride, size_t dilation, ptrdiff_t pad, size_t phase) {
  phase_axis a = {.step = stride / common_divisor(stride, dilation)};
  // The first output place o >= 0 with (o + pad) % stride == phase.
  const ptrdiff_t s = (ptrdiff_t)stride;
  a.first = (size_t)((((ptrdiff_t)phase - pad) % s + s) % s);
  a.count = a.first < out ? (out - a.first - 1) / stride + 1 : 0;
  while (a.tap < kernel && a.tap < a.step && a.tap * dilation % stride != phase) a.tap++;
  const bool found = a.tap < kernel && a.tap < a.step;
  a.taps = found ? (kernel - a.tap - 1) / a.step + 1 : 0;
  // Output place first + stride m reads input m + (first + pad - tap dilation) / stride - j step dilation / stride.
  a.dilation = -(ptrdiff_t)(a.step * dilation / stride);
  a.pad = found ? -(((ptrdiff_t)a.first + pad - (ptrdiff_t)(a.tap * dilation)) / s) : 0;
  return a;
}

bool vk_conv_transposed_phase(vk_conv *conv, vk_conv_weights *weights, size_t phase_y, size_t phase_x) {
  const phase_axis y =
      axis_of(conv->out_h, conv->kernel_h, conv->stride_h, (size_t)conv->dilation_h, conv->pad_top, phase_y);
  const phase_axis x =
      axis_of(conv->out_w, conv->kernel_w, conv->stride_w, (size_t)conv->dilation_w, conv->pad_left, phase_x);
  if (y.count == 0 || x.count == 0) return false;
  vk_map *const maps[2] = {&conv->out, &conv->epilogue.residual};
  for (int i = 0; i < 2; i++) {
    if (!maps[i]->data) continue;
    maps[i]->data += y.first * maps[i]->row + x.first * maps[i]->pixel;
    maps[i]->row *= conv->stride_h;
    maps[i]->pixel *= conv->stride_w;
  }
  const bool taps = y.taps > 0 && x.taps > 0;
  if (weights->data) weights->data += (ptrdiff_t)y.tap * weights->y_stride + (ptrdiff_t)x.tap * weights->x_stride;
  if (!taps) weights->data = NULL;
  weights->y_stride *= (ptrdiff_t)y.step;
  weights->x_stride *= (ptrdiff_t)x.step;
  conv->kernel_h = weights->kernel_h = taps ? y.taps : 1;
  conv->kernel_w = weights->kernel_w = taps ? x.taps : 1;
  conv->out_h = y.count;
  conv->out_w = x.count;
  conv->stride_h = conv->stride_w = 1;
  conv->dilation_h = y.dilation;
  conv->dilation_w = x.dilation;
  conv->pad_top = taps ? y.pad : 0;
  conv->pad_left = taps ? x.pad : 0;
  return true;
}
