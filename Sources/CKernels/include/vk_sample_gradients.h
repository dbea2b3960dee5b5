/// Backward kernels of what reads planes at places: pads, adaptive pools, grids, moved windows.
#ifndef VK_SAMPLE_GRADIENTS_H
#define VK_SAMPLE_GRADIENTS_H

#include "vk_deformable.h"
#include "vk_interpolation.h"
#include "vk_isa.h"

/// out[o, indices[t], i] += in[o, t, i], from zeros: `in` is [.., count, inner], `out` [.., size, inner]; outer positions
/// begin ..< end.
void vk_fold_axis(vk_isa isa, const float *in, float *out, ptrdiff_t begin, ptrdiff_t end, ptrdiff_t count,
                  ptrdiff_t size, ptrdiff_t inner, const int32_t *indices);

/// The gradient of an adaptive largest-element pool of one plane: to the first of the largest of each window.
void vk_adaptive_max_gradient(const float *in, const float *upstream, float *out, ptrdiff_t in_h, ptrdiff_t in_w,
                              ptrdiff_t out_h, ptrdiff_t out_w);

/// The gradient of vk_grid_sample by the planes of channels begin ..< end of one sample.
void vk_grid_input_gradient(const float *grid, const float *upstream, float *out, const vk_grid *how, ptrdiff_t begin,
                            ptrdiff_t end);
/// The gradient of vk_grid_sample by the places begin ..< end of one sample's grid, summed over its channels.
void vk_grid_place_gradient(const float *in, const float *grid, const float *upstream, float *out, const vk_grid *how,
                            ptrdiff_t begin, ptrdiff_t end);

/// Adds what one tap of vk_deformable_columns read to the plane it was read from: `columns` are gradients of one channel's
/// columns, for output pixels begin ..< end.
void vk_deformable_input_gradient(const vk_deformable *how, const float *columns, ptrdiff_t tap, const float *dy,
                                  const float *dx, const float *mask, float *plane, ptrdiff_t begin, ptrdiff_t end);
/// The gradients of one tap's offsets and factors for output pixels begin ..< end, summed over `channels` planes.
/// by_mask may be NULL.
void vk_deformable_place_gradient(const vk_deformable *how, const float *in, const float *columns,
                                  ptrdiff_t column_stride, ptrdiff_t channels, ptrdiff_t tap, const float *dy,
                                  const float *dx, const float *mask, float *by_dy, float *by_dx, float *by_mask,
                                  ptrdiff_t begin, ptrdiff_t end);

#endif
