#include <string.h>

#include "convolution_plan.h"

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_ENGINE_RUNS
#define VK_IMPL "convolution_impl.h"
#include "engine_tiers.h"

size_t vk_conv_packed_count(vk_isa isa, const vk_conv_weights *w) {
  return w->groups * group_count(vk_panel_width(isa), w->in_channels * w->kernel_h * w->kernel_w, w->out_channels);
}

size_t vk_conv_tiles(vk_isa isa, const vk_conv *conv) {
  const conv_plan p = plan_of(isa, conv);
  return conv->groups * p.panel_tiles * p.strip_tiles;
}

size_t vk_conv_workspace(vk_isa isa, const vk_conv *conv) {
  return plan_of(isa, conv).gathered;
}

void vk_conv_run(vk_isa isa, const vk_conv *conv, size_t tile_begin, size_t tile_end, float *workspace) {
  const conv_plan p = plan_of(isa, conv);
  VK_ENGINE_DISPATCH(isa, conv_tiles, conv, &p, tile_begin, tile_end, workspace)
}
