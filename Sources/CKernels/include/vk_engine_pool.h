/// Pooling and resampling of channels-last maps. No workspace.
#ifndef VK_ENGINE_POOL_H
#define VK_ENGINE_POOL_H

#include "vk_engine.h"

typedef enum {
  VK_POOL_MAX,       // NaN wins
  VK_POOL_AVERAGE,   // over what lies inside
  VK_POOL_AVERAGE_PADDED,  // padding counts (PyTorch's count_include_pad), what ceil mode adds beyond it does not
  VK_POOL_ADAPTIVE,  // average over floor(y in_h / out_h) ..< ceil((y + 1) in_h / out_h); 1 x 1 is the global average
} vk_pool_kind;

typedef struct {
  vk_pool_kind kind;
  size_t batch, channels, in_h, in_w, out_h, out_w;
  size_t kernel_h, kernel_w, stride_h, stride_w, dilation_h, dilation_w;  // dilation: VK_POOL_MAX only
  size_t pad_top, pad_left, pad_bottom, pad_right;
  vk_map in, out;
} vk_map_pool;

size_t vk_map_pool_tiles(const vk_map_pool *pool);
void vk_map_pool_run(vk_isa isa, const vk_map_pool *pool, size_t tile_begin, size_t tile_end);

/// Gradient of pooling by its input, written to `gradient`, of the input's size; `pool.out` is the gradient by the output
/// (only read), and `pool.in` is read by VK_POOL_MAX alone, whose gradient goes to the first largest value of a window.
typedef struct {
  vk_map_pool pool;
  vk_map gradient;
} vk_map_pool_gradient;

size_t vk_map_pool_gradient_tiles(const vk_map_pool_gradient *g);
void vk_map_pool_gradient_run(vk_isa isa, const vk_map_pool_gradient *g, size_t tile_begin, size_t tile_end);

typedef enum { VK_RESAMPLE_NEAREST, VK_RESAMPLE_BILINEAR, VK_RESAMPLE_BILINEAR_CORNERS } vk_resample_kind;

/// As PyTorch's interpolate: `step` is the distance of neighbouring outputs in input pixels, in / out, or 1 / scale
/// where a scale was given; 0 takes in / out. Not used with aligned corners.
typedef struct {
  vk_resample_kind kind;
  size_t batch, channels, in_h, in_w, out_h, out_w;
  float step_y, step_x;
  vk_map in, out;
} vk_map_resample;

size_t vk_map_resample_tiles(const vk_map_resample *resample);
void vk_map_resample_run(vk_isa isa, const vk_map_resample *resample, size_t tile_begin, size_t tile_end);

#endif
