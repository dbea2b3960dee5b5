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

#endif
