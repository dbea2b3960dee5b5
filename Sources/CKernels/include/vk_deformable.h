/// Deformable convolution: the pixels that each kernel tap reads, at places that are given for every output pixel.
#ifndef VK_DEFORMABLE_H
#define VK_DEFORMABLE_H

#include "vk_isa.h"

/// A window whose taps are moved.
typedef struct {
  ptrdiff_t in_h, in_w, out_h, out_w;
  ptrdiff_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;
  ptrdiff_t pad_h, pad_w;
} vk_deformable;

/// Fills one tap (0 ..< kernel_h * kernel_w) of `channels` consecutive planes that share offsets, for output pixels
/// begin ..< end: columns[c * column_stride + pixel - begin] is the bilinear sample of plane c, 0 outside.
///
/// `dy` and `dx` are the tap's offsets of all output pixels, `mask` its factors, or NULL.
void vk_deformable_columns(vk_isa isa, const vk_deformable *how, const float *in, ptrdiff_t channels, ptrdiff_t tap,
                           const float *dy, const float *dx, const float *mask, float *columns,
                           ptrdiff_t column_stride, ptrdiff_t begin, ptrdiff_t end);

#endif
