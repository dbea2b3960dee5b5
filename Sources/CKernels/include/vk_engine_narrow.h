/// Convolutions with so few outputs that a kernel of one column computes what each input pixel gives to all outputs of its row.
#ifndef VK_ENGINE_NARROW_H
#define VK_ENGINE_NARROW_H

#include "vk_engine.h"

/// A row of outputs: each the sum of what `taps` neighbouring pixels give, and a bias.
typedef struct {
  size_t in_width, out_width;
  size_t taps, outs, left;  // columns of the kernel; outputs, 8 at most; columns of the kernel to the left of an output
  const float *given;       // [in_width][taps][outs], the last column of the kernel first, and 8 floats more
  const float *bias;        // or NULL
  float *out;               // [out_width][outs], and 8 floats more, which are written too
} vk_narrow_row;

void vk_narrow_sum(vk_isa isa, const vk_narrow_row *row);

#endif
