/// What the kernels of the compiled engine share: channels-last float32 maps, and what happens to a value before it is
/// stored.
///
/// Work comes in numbered tiles: `vk_X_tiles` says how many there are, `vk_X_run` computes tiles begin ..< end with a
/// workspace that no other thread uses meanwhile. Every output element is computed within one tile in a fixed order, so
/// results depend neither on how tiles are dealt out nor on the number of threads. Sizes and strides are in floats.
#ifndef VK_ENGINE_H
#define VK_ENGINE_H

#include "vk_isa.h"

/// Where the pixels of images [N, H, W, C] lie. Channels are next to each other; a pixel stride above C leaves room for
/// what else shares the pixel, so that a concatenation is written in place.
typedef struct {
  float *data;
  size_t pixel, row, image;  // from a pixel to the next, from a row, from an image
} vk_map;

/// A dense map, or (pixel > c) a slice of one.
static inline vk_map vk_map_of(float *data, size_t h, size_t w, size_t pixel) {
  return (vk_map){data, pixel, w * pixel, h * w * pixel};
}

typedef enum {
  VK_ACTIVATION_NONE,
  VK_ACTIVATION_RELU,
  VK_ACTIVATION_CLIP,         // at least a, then at most b; ReLU6 is clip with 0 and 6
  VK_ACTIVATION_LEAKY_RELU,   // x > 0 ? x : a x
  VK_ACTIVATION_ELU,          // x > 0 ? x : a (e^x - 1)
  VK_ACTIVATION_SILU,
  VK_ACTIVATION_MISH,
  VK_ACTIVATION_GELU,
  VK_ACTIVATION_GELU_TANH,
  VK_ACTIVATION_SIGMOID,
  VK_ACTIVATION_TANH,
  VK_ACTIVATION_HARDSWISH,
  VK_ACTIVATION_HARDSIGMOID,
} vk_activation;

/// y = activation(x + bias[channel] + residual[pixel, channel]). Accuracies are those of vk_unary.h, but that
/// sigmoid and SiLU are 0 below -87.
typedef struct {
  const float *bias;  // one value an output channel, or NULL
  vk_map residual;    // data NULL: none. It may be the output itself
  vk_activation activation;
  float a, b;
} vk_epilogue;

/// out[i] = activation(in[i]); `out` may be `in`.
void vk_activation_apply(
    vk_isa isa, vk_activation activation, float a, float b, const float *in, float *out, size_t n);

#endif
