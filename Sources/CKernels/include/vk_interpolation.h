/// Resampling of float32 planes by tables of taps.
#ifndef VK_INTERPOLATION_H
#define VK_INTERPOLATION_H

#include "vk_isa.h"

/// out[x] = row[indices[x]].
void vk_pick(vk_isa isa, const float *row, float *out, const int32_t *indices, ptrdiff_t count);
/// Every element twice: out[2 x] = out[2 x + 1] = row[x], for `count` elements of the row.
void vk_pick_twice(vk_isa isa, const float *row, float *out, ptrdiff_t count);
/// out[x] = sum over taps t of weights[t * count + x] * row[indices[t * count + x]].
void vk_gather_taps(vk_isa isa, const float *row, float *out, const int32_t *indices, const float *weights,
                    ptrdiff_t count, ptrdiff_t taps);
/// out[x] = sum over taps t of weights[t] * rows[t][x].
void vk_combine_rows(vk_isa isa, const float *const *rows, const float *weights, ptrdiff_t taps, float *out,
                     ptrdiff_t count);

typedef enum { VK_GRID_ZEROS, VK_GRID_BORDER, VK_GRID_REFLECTION } vk_grid_padding;

/// Reads planes at the places (x, y) of a grid, from -1 to 1 across a plane.
typedef struct {
  ptrdiff_t channels, in_h, in_w;
  ptrdiff_t out_plane;      // pixels of an output plane, and pairs of the grid
  bool linear;              // else the nearest element
  bool align_corners;       // -1 and 1 are the centres of the outermost elements, not their outer edges
  vk_grid_padding padding;  // what lies outside
} vk_grid;

/// Output pixels begin ..< end of all channels of one sample.
void vk_grid_sample(vk_isa isa, const float *in, const float *grid, float *out, const vk_grid *how, ptrdiff_t begin,
                    ptrdiff_t end);

#endif
