/// How a convolution with pixels in lanes is cut into tiles.
#ifndef VK_PLANAR_PIXELS_PLAN_H
#define VK_PLANAR_PIXELS_PLAN_H

#include "../include/vk_engine_planar_pixels.h"
#include "engine_internal.h"

/// Lane l of a vector belongs to column x + l of the results: the pixels of its window, or, where there is none, of a few rows,
/// are vectors of their own, called places. The input lies in a band, each row apart in as many phases as results are pixels
/// apart, so that what neighbouring results read at a tap lies side by side.
typedef struct {
  bool joins;                  // the places of a strip are a window
  size_t place_h, place_w;     // places of a strip
  size_t group, groups;        // places that are summed at once
  size_t depth;                // terms of a sum
  size_t block;                // channels that are summed at once
  size_t channels;             // of sums, rounded up
  size_t strips, width;        // of an image; results of a row
  size_t stride;               // from a result to the next, in input pixels
  size_t columns, row;         // floats of a phase of a row of the band; of all
  size_t tile_strips, in_rows; // of a band
  size_t bands;                // of an image
  size_t table, sums;          // floats of a tile's workspace
} pixels_plan;

enum {
  LANES = 16, MOST_PLACES = 4, MOST_CHANNELS = 6, MOST_TERMS = 256, BAND_FLOATS = 64 * 1024, TILES = 32,
  TILE_PRODUCTS = 200 * 1000
};

/// The channels of a block; the last one may have fewer.
static inline size_t block_of(size_t channels) {
  return vk_larger(vk_parts(channels, vk_larger(vk_parts(channels, MOST_CHANNELS), 1)), 1);
}

static inline pixels_plan plan_of(vk_isa isa, const vk_planar_pixels *pixels) {
  const vk_planar *c = &pixels->planar;
  pixels_plan p = {.joins = pixels->window_h * pixels->window_w > 1, .depth = c->in_channels * c->kernel_h * c->kernel_w};
  // Registers of the other tiers hold the sums of one vector of pixels.
  const size_t most = isa >= VK_ISA_AVX512 ? MOST_PLACES : 1;
  p.place_h = p.joins ? pixels->window_h : most;
  p.place_w = p.joins ? pixels->window_w : 1;
  const size_t places = p.place_h * p.place_w;
  p.groups = vk_parts(places, most);
  p.group = vk_parts(places, p.groups);
  p.groups = vk_parts(places, p.group);
  p.block = block_of(c->out_channels);
  p.channels = vk_round_up(c->out_channels, 8);
  p.strips = p.joins ? c->out_h / p.place_h : vk_parts(c->out_h, p.place_h);
  p.width = c->out_w / p.place_w;
  p.stride = c->stride_w * p.place_w;
  const size_t reach = (p.place_w - 1) * c->stride_w + (c->kernel_w - 1) * c->dilation_w;
  p.columns = vk_round_up(vk_round_up(p.width, LANES) + reach / p.stride, LANES);
  p.row = p.columns * p.stride;
  // As many tiles as keep some threads busy, none too small, and bands that stay in the caches.
  const size_t work = p.depth * c->out_channels * c->out_w * p.place_h, rows = (c->kernel_h - 1) * c->dilation_h + 1;
  const size_t fitting = BAND_FLOATS / (p.row * vk_larger(c->in_channels, 1)), step = p.place_h * c->stride_h;
  const size_t wanted = vk_larger(vk_parts(c->batch * p.strips, TILES), TILE_PRODUCTS / vk_larger(work, 1));
  const size_t held = vk_larger(fitting > rows ? (fitting - rows) / step : 1, 1);
  p.tile_strips = vk_larger(vk_smaller(vk_smaller(wanted, held), p.strips), 1);
  p.in_rows = (p.tile_strips * p.place_h - 1) * c->stride_h + rows;
  p.bands = vk_parts(p.strips, p.tile_strips);
  p.table = vk_round_up(p.groups * p.depth * MOST_PLACES, 16);
  p.sums = (p.joins ? 1 : p.place_h) * p.channels * LANES;
  return p;
}

#endif
