#include "convolution_tiles.h"

#include "convolution_tiles_plan.h"

#define VK_ENGINE_MATH
#define VK_ENGINE_BF16
#define VK_IMPL "convolution_tiles_impl.h"
#include "tiles_tiers.h"

size_t vk_tiled_conv_tiles(const vk_conv *pairs) {
  const tiled_plan p = tiled_plan_of(pairs);
  return pairs->groups * p.conv.panel_tiles * p.conv.strip_tiles;
}

size_t vk_tiled_conv_workspace(const vk_conv *pairs) {
  const tiled_plan p = tiled_plan_of(pairs);
  return p.a + p.offsets + p.rests + p.sums;
}

void vk_tiled_conv_run(
    const vk_conv *pairs, bool rounded_out, bool rounded_residual, size_t tile_begin, size_t tile_end, float *workspace) {
  tiled_plan p = tiled_plan_of(pairs);
  p.conv.rounded = rounded_out;
  p.conv.rounded_residual = rounded_residual;
#if defined(__x86_64__)
  if (vk_isa_has_amx_bf16()) {
    tiled_tiles_amx(pairs, &p, tile_begin, tile_end, workspace);
    return;
  }
#endif
  tiled_tiles_model(pairs, &p, tile_begin, tile_end, workspace);
}
