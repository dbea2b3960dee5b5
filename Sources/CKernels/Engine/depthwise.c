#include "../include/vk_engine_depthwise.h"

#include <string.h>

#include "engine_internal.h"

#define VK_ENGINE_MATH
#define VK_ROUNDED_IN 0
#define VK_ROUNDED_OUT 0
#define VK_WISE(f) VK_NAME(f)
#define VK_IMPL "depthwise_impl.h"
#include "engine_tiers.h"

size_t vk_channelwise_packed_count(size_t channels, size_t taps) { return vk_round_up(channels, 16) * taps; }

void vk_channelwise_pack(const vk_conv_weights *w, float *packed) {
  const size_t padded = vk_round_up(w->groups, 16), taps = w->kernel_h * w->kernel_w;
  memset(packed, 0, padded * taps * sizeof(float));
  if (!w->data) return;
  for (size_t c = 0; c < w->groups; c++) {
    const float scale = w->scale ? w->scale[c] : 1;
    const float *from = w->data + (ptrdiff_t)c * w->group_stride;
    for (size_t y = 0; y < w->kernel_h; y++) {
      for (size_t x = 0; x < w->kernel_w; x++) {
        packed[(y * w->kernel_w + x) * padded + c] =
            from[(ptrdiff_t)y * w->y_stride + (ptrdiff_t)x * w->x_stride] * scale;
      }
    }
  }
}

vk_channelwise vk_channelwise_of_phase(const vk_conv *p, vk_conv_weights *w) {
  const ptrdiff_t last_y = (ptrdiff_t)p->kernel_h - 1, last_x = (ptrdiff_t)p->kernel_w - 1;
  if (w->data) w->data += last_y * w->y_stride + last_x * w->x_stride;
  w->y_stride = -w->y_stride;
  w->x_stride = -w->x_stride;
  return (vk_channelwise){
      .batch = p->batch, .channels = p->groups, .in_h = p->in_h, .in_w = p->in_w, .out_h = p->out_h, .out_w = p->out_w,
      .kernel_h = p->kernel_h, .kernel_w = p->kernel_w, .stride_h = 1, .stride_w = 1,
      .dilation_h = (size_t)-p->dilation_h, .dilation_w = (size_t)-p->dilation_w,
      .pad_top = p->pad_top - last_y * p->dilation_h, .pad_left = p->pad_left - last_x * p->dilation_w,
      .in = p->in, .out = p->out, .weights = p->weights, .epilogue = p->epilogue};
}

size_t vk_channelwise_tiles(vk_isa isa, const vk_channelwise *c) {
  (void)isa;
  return vk_parts(c->batch * c->out_h, vk_rows_of_tile(c->batch * c->out_h));
}

void vk_channelwise_run(vk_isa isa, const vk_channelwise *c, size_t tile_begin, size_t tile_end) {
  const size_t rows = vk_rows_of_tile(c->batch * c->out_h), end = vk_smaller(tile_end * rows, c->batch * c->out_h);
  VK_ENGINE_DISPATCH(isa, channelwise_rows, c, tile_begin * rows, end)
}
