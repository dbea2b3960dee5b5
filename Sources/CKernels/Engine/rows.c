#include "../include/vk_engine_rows.h"

#include <math.h>

#include "engine_internal.h"

/// Groups of rows that an image's moments are taken of.
enum { GROUPS = 32 };

static size_t rows_of(const vk_instance_norm *n) { return vk_larger(vk_parts(n->h, GROUPS), 1); }
static size_t groups_of(const vk_instance_norm *n) { return vk_parts(n->h, rows_of(n)); }
static size_t padded_of(const vk_instance_norm *n) { return vk_round_up(n->channels, 16); }

#define VK_ENGINE_MATH
#define VK_IMPL "rows_impl.h"
#include "engine_tiers.h"

void vk_rows_softmax(
    vk_isa isa, const float *in, size_t in_stride, float *out, size_t out_stride, size_t count, size_t begin,
    size_t end) {
  VK_ENGINE_DISPATCH(isa, softmax_rows, in, in_stride, out, out_stride, count, begin, end)
}

void vk_rows_layer_norm(
    vk_isa isa, const float *in, size_t in_stride, float *out, size_t out_stride, size_t count, float epsilon,
    const float *weight, const float *bias, size_t begin, size_t end) {
  VK_ENGINE_DISPATCH(isa, layer_norm, in, in_stride, out, out_stride, count, epsilon, weight, bias, begin, end)
}

size_t vk_instance_norm_tiles(const vk_instance_norm *n) { return n->batch * groups_of(n); }

size_t vk_instance_norm_shared(const vk_instance_norm *n) { return n->batch * groups_of(n) * 2 * padded_of(n); }

size_t vk_instance_norm_workspace(const vk_instance_norm *n) { return 2 * padded_of(n); }

void vk_instance_norm_run(
    vk_isa isa, const vk_instance_norm *norm, size_t phase, size_t tile_begin, size_t tile_end, float *shared,
    float *workspace) {
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    if (phase == 0) {
      VK_ENGINE_DISPATCH(isa, group_moments, norm, tile, shared)
    } else {
      VK_ENGINE_DISPATCH(isa, group_apply, norm, tile, shared, workspace)
    }
  }
}
