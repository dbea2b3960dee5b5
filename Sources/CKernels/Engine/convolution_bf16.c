#include "../include/vk_engine_bf16.h"

#include <string.h>

#include "convolution_plan.h"
#include "convolution_tiles.h"

#define VK_ENGINE_MATH
#define VK_ENGINE_MICRO
#define VK_ENGINE_RUNS
#define VK_ENGINE_BF16
#define VK_IMPL "convolution_impl.h"
#include "engine_tiers.h"

bool vk_bf16_conv_fits(const vk_conv_weights *w) {
  return w->in_channels % 2 == 0;
}

/// The same over pairs of channels, each in the place of a float.
static vk_conv paired(const vk_bf16_conv *conv) {
  vk_conv c = conv->conv;
  c.in_channels /= 2;
  c.in.pixel /= 2;
  c.in.row /= 2;
  c.in.image /= 2;
  return c;
}

static conv_plan paired_plan(vk_isa isa, const vk_bf16_conv *conv, const vk_conv *pairs) {
  conv_plan p = plan_of(isa, pairs);
  p.rounded = conv->rounded_out;
  p.rounded_residual = conv->rounded_residual && pairs->epilogue.residual.data;
  // Sums wait for their next chain, or for an activation.
  if (p.rounded && (p.depth > p.terms || vk_bounds_of(&pairs->epilogue).after)) p.held = p.tile_panels * p.width;
  return p;
}

size_t vk_bf16_conv_packed_count(vk_isa isa, const vk_conv_weights *w) {
  return w->groups * group_count(vk_panel_width(isa), w->in_channels / 2 * w->kernel_h * w->kernel_w, w->out_channels);
}

size_t vk_bf16_conv_tiles(vk_isa isa, const vk_bf16_conv *conv) {
  const vk_conv pairs = paired(conv);
  if (isa == VK_ISA_AMX_BF16) return vk_tiled_conv_tiles(&pairs);
  const conv_plan p = plan_of(isa, &pairs);
  return pairs.groups * p.panel_tiles * p.strip_tiles;
}

size_t vk_bf16_conv_workspace(vk_isa isa, const vk_bf16_conv *conv) {
  const vk_conv pairs = paired(conv);
  if (isa == VK_ISA_AMX_BF16) return vk_tiled_conv_workspace(&pairs);
  const conv_plan p = paired_plan(isa, conv, &pairs);
  return p.gathered + p.held * p.rows * (p.depth > p.terms ? p.tile_strips : 1);
}

void vk_bf16_conv_run(vk_isa isa, const vk_bf16_conv *conv, size_t tile_begin, size_t tile_end, float *workspace) {
  const vk_conv pairs = paired(conv);
  if (isa == VK_ISA_AMX_BF16) {
    const bool residual = conv->rounded_residual && pairs.epilogue.residual.data;
    vk_tiled_conv_run(&pairs, conv->rounded_out, residual, tile_begin, tile_end, workspace);
    return;
  }
  const conv_plan p = paired_plan(isa, conv, &pairs);
  VK_ENGINE_DISPATCH(isa, conv_tiles, &pairs, &p, tile_begin, tile_end, workspace)
}
