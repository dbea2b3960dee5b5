/// Softmax, normalisation and attention over channels-last rows (tokens, pixels).
#ifndef VK_ENGINE_ROWS_H
#define VK_ENGINE_ROWS_H

#include "vk_engine.h"

/// Rows begin ..< end of `count` values: out = e^(x - max) / sum. `out` may be `in`.
void vk_rows_softmax(
    vk_isa isa, const float *in, size_t in_stride, float *out, size_t out_stride, size_t count, size_t begin,
    size_t end);

/// out = (x - mean) / sqrt(variance + epsilon) * weight + bias, weight and bias of `count` values or NULL. `out` may be
/// `in`.
void vk_rows_layer_norm(
    vk_isa isa, const float *in, size_t in_stride, float *out, size_t out_stride, size_t count, float epsilon,
    const float *weight, const float *bias, size_t begin, size_t end);

/// Instance normalisation of [N, H, W, C]: as above over the pixels of each image and channel, `weight` and the
/// epilogue's bias one a channel; then residual and activation. In two phases with the same tiles; the second begins
/// when the first is done. `shared` is seen by all threads.
typedef struct {
  size_t batch, h, w, channels;
  float epsilon;
  const float *weight;  // or NULL
  vk_map in, out;       // may be the same
  vk_epilogue epilogue;
} vk_instance_norm;

size_t vk_instance_norm_tiles(const vk_instance_norm *norm);
size_t vk_instance_norm_shared(const vk_instance_norm *norm);
size_t vk_instance_norm_workspace(const vk_instance_norm *norm);
void vk_instance_norm_run(
    vk_isa isa, const vk_instance_norm *norm, size_t phase, size_t tile_begin, size_t tile_end, float *shared,
    float *workspace);

/// Where the vectors of image n, head h, token t lie: data + n * image + h * head + t * token.
typedef struct {
  float *data;
  size_t token, head, image;
} vk_heads;

/// out = softmax(scale q k^T + bias + mask) v, a few rows of the product of queries and keys at a time.
typedef struct {
  size_t batch, heads, queries, keys, dimension, value_dimension;
  float scale;
  vk_heads q, k, v, out;  // out overlaps none
  const float *bias;      // [heads][queries][keys], or NULL
  const float *mask;      // [masks][queries][keys] for image n % masks, or NULL
  size_t masks;
  const int32_t *rows;    // token t of image n is row rows[n * queries + t] of q, k, v and out, `token` apart; or NULL
} vk_attention;

size_t vk_attention_tiles(vk_isa isa, const vk_attention *attention);
size_t vk_attention_workspace(vk_isa isa, const vk_attention *attention);
void vk_attention_run(
    vk_isa isa, const vk_attention *attention, size_t tile_begin, size_t tile_end, float *workspace);

#endif
