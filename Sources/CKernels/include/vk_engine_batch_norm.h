/// Batch normalisation with the statistics of the batch, and its gradient, over channels-last pixels.
///
/// In three phases, each with tiles of its own; a phase begins when the one before is done. Moments are taken of ranges of
/// pixels that depend on sizes alone and joined in order, in double precision. `shared` is seen by all threads.
#ifndef VK_ENGINE_BATCH_NORM_H
#define VK_ENGINE_BATCH_NORM_H

#include "vk_engine.h"

/// Pixels of a map, `stride` floats apart. data NULL: none.
typedef struct {
  float *data;
  size_t stride;
} vk_pixels;

/// out = activation((in - mean) / sqrt(variance + epsilon) * weight + bias + residual). Mean and variance (biased) of each
/// channel are written.
typedef struct {
  size_t pixels, channels;
  float epsilon;
  const float *weight, *bias;  // or NULL: 1 and 0
  vk_pixels in, out, residual;  // out may be in or residual
  float *mean, *variance;
  vk_activation activation;
  float a, b;
} vk_batch_norm;

size_t vk_batch_norm_shared(const vk_batch_norm *norm);
size_t vk_batch_norm_tiles(const vk_batch_norm *norm, size_t phase);
void vk_batch_norm_run(
    vk_isa isa, const vk_batch_norm *norm, size_t phase, size_t tile_begin, size_t tile_end, float *shared);

/// The gradient by input, weight and bias. Where `output` is given, the activation was a pair of bounds and `upstream`
/// counts only where output lies strictly between `low` and `high`; that product is written to `bounded` where given.
typedef struct {
  size_t pixels, channels;
  float epsilon;
  const float *weight;  // or NULL
  const float *mean, *variance;
  vk_pixels upstream, in, output;
  float low, high;
  vk_pixels bounded;   // may be upstream
  vk_pixels gradient;  // by the input; may be upstream or in
  float *weight_gradient, *bias_gradient;
} vk_batch_norm_gradient;

size_t vk_batch_norm_gradient_shared(const vk_batch_norm_gradient *norm);
size_t vk_batch_norm_gradient_tiles(const vk_batch_norm_gradient *norm, size_t phase);
void vk_batch_norm_gradient_run(
    vk_isa isa, const vk_batch_norm_gradient *norm, size_t phase, size_t tile_begin, size_t tile_end, float *shared);

/// out = upstream where low < output < high, 0 elsewhere, for `count` values; `out` may be either.
void vk_bounds_gradient(
    vk_isa isa, const float *upstream, const float *output, float low, float high, float *out, size_t count);

/// out[c] = the sum over pixels, in two phases as above (the gradient by a bias).
size_t vk_pixel_sums_shared(size_t pixels, size_t channels);
size_t vk_pixel_sums_tiles(size_t pixels, size_t channels, size_t phase);
void vk_pixel_sums_run(
    vk_isa isa, vk_pixels in, size_t pixels, size_t channels, float *out, size_t phase, size_t tile_begin,
    size_t tile_end, float *shared);

#endif
