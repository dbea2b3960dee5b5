#include "../include/vk_engine_bf16.h"

#include <string.h>

#include "engine_internal.h"

#define VK_ENGINE_MATH
#define VK_ENGINE_BF16
#define VK_IMPL "depthwise_bf16_impl.h"
#include "engine_tiers.h"

void vk_bf16_channelwise_run(
    vk_isa isa, const vk_channelwise *c, bool rounded_in, bool rounded_out, size_t tile_begin, size_t tile_end) {
  const size_t rows = vk_rows_of_tile(c->batch * c->out_h), end = vk_smaller(tile_end * rows, c->batch * c->out_h);
  VK_ENGINE_DISPATCH(vk_vector_tier(isa), channelwise, c, rounded_in, rounded_out, tile_begin * rows, end)
}
