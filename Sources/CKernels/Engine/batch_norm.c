#include "../include/vk_engine_batch_norm.h"

#include <math.h>

#include "engine_internal.h"

/// Ranges of pixels that moments are taken of; values that a range should have; pixels that are summed in single precision.
enum { PARTS = 32, PART = 1 << 14, BLOCK = 64 };

typedef struct {
  size_t part, parts;  // pixels of a range; ranges
  size_t padded;
} norm_plan;

static norm_plan plan_of(size_t pixels, size_t channels) {
  norm_plan p;
  const size_t wanted = vk_larger(vk_smaller(pixels * channels / PART, PARTS), 1);
  p.part = vk_larger(vk_parts(pixels, wanted), 1);
  p.parts = vk_larger(vk_parts(pixels, p.part), 1);
  p.padded = vk_round_up(channels, 16);
  return p;
}

#define VK_ENGINE_MATH
#define VK_IMPL "batch_norm_impl.h"
#include "engine_tiers.h"

/// Sums of each range, two of each channel, in double precision; then four factors of each channel.
static size_t shared_of(const norm_plan *p) { return p->parts * p->padded * 4 + p->padded * 4; }
static size_t tiles_of(const norm_plan *p, size_t phase) { return phase == 1 ? vk_parts(p->padded, 64) : p->parts; }

size_t vk_batch_norm_shared(const vk_batch_norm *n) {
  const norm_plan p = plan_of(n->pixels, n->channels);
  return shared_of(&p);
}

size_t vk_batch_norm_tiles(const vk_batch_norm *n, size_t phase) {
  const norm_plan p = plan_of(n->pixels, n->channels);
  return tiles_of(&p, phase);
}

void vk_batch_norm_run(
    vk_isa isa, const vk_batch_norm *n, size_t phase, size_t tile_begin, size_t tile_end, float *shared) {
  const norm_plan p = plan_of(n->pixels, n->channels);
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    if (phase == 0) {
      VK_ENGINE_DISPATCH(isa, norm_moments, n, &p, tile, shared)
    } else if (phase == 1) {
      VK_ENGINE_DISPATCH(isa, norm_join, n, &p, tile, shared)
    } else {
      VK_ENGINE_DISPATCH(isa, norm_apply, n, &p, tile, shared)
    }
  }
}

size_t vk_batch_norm_gradient_shared(const vk_batch_norm_gradient *n) {
  const norm_plan p = plan_of(n->pixels, n->channels);
  return shared_of(&p);
}

size_t vk_batch_norm_gradient_tiles(const vk_batch_norm_gradient *n, size_t phase) {
  const norm_plan p = plan_of(n->pixels, n->channels);
  return tiles_of(&p, phase);
}

void vk_batch_norm_gradient_run(
    vk_isa isa, const vk_batch_norm_gradient *n, size_t phase, size_t tile_begin, size_t tile_end, float *shared) {
  const norm_plan p = plan_of(n->pixels, n->channels);
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    if (phase == 0) {
      VK_ENGINE_DISPATCH(isa, gradient_sums, n, &p, tile, shared)
    } else if (phase == 1) {
      VK_ENGINE_DISPATCH(isa, gradient_join, n, &p, tile, shared)
    } else {
      VK_ENGINE_DISPATCH(isa, gradient_apply, n, &p, tile, shared)
    }
  }
}

void vk_bounds_gradient(
    vk_isa isa, const float *upstream, const float *output, float low, float high, float *out, size_t count) {
  VK_ENGINE_DISPATCH(isa, bounds_gradient, upstream, output, low, high, out, count)
}

size_t vk_pixel_sums_shared(size_t pixels, size_t channels) {
  const norm_plan p = plan_of(pixels, channels);
  return p.parts * p.padded * 2;
}

size_t vk_pixel_sums_tiles(size_t pixels, size_t channels, size_t phase) {
  const norm_plan p = plan_of(pixels, channels);
  return tiles_of(&p, phase);
}

void vk_pixel_sums_run(
    vk_isa isa, vk_pixels in, size_t pixels, size_t channels, float *out, size_t phase, size_t tile_begin,
    size_t tile_end, float *shared) {
  const norm_plan p = plan_of(pixels, channels);
  for (size_t tile = tile_begin; tile < tile_end; tile++) {
    VK_ENGINE_DISPATCH(isa, pixel_sums, in, pixels, channels, &p, out, phase, tile, shared)
  }
}
