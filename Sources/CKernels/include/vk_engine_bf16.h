/// Convolutions and matrix products whose factors are bf16 and whose sums are fp32.
///
/// A pair of neighbouring input channels is one term: the processor's instruction multiplies both and adds both products
/// (the second first, each addition rounded); tiers without it compute the same, slower. The instruction takes denormal
/// numbers for zeros. On AMX convolutions sum first and second channels of sixteen pairs apart, and then both; what else is
/// here runs as on AVX512-BF16.
#ifndef VK_ENGINE_BF16_H
#define VK_ENGINE_BF16_H

#include "vk_engine_depthwise.h"
#include "vk_engine_gradient.h"
#include "vk_engine_planar.h"
#include "vk_engine_rows.h"
#include "vk_engine_winograd.h"

/// Whether there is a kernel: an even number of input channels a group.
bool vk_bf16_conv_fits(const vk_conv_weights *weights);

/// As their namesakes without bf16; weights come as floats and are rounded to nearest even. Counted in floats.
size_t vk_bf16_conv_packed_count(vk_isa isa, const vk_conv_weights *weights);
void vk_bf16_conv_pack_run(
    vk_isa isa, const vk_conv_weights *weights, float *packed, size_t tile_begin, size_t tile_end);

/// `in` holds bf16, and its strides count them; all are even. Where said, `out` and the residual are of bf16 likewise.
typedef struct {
  vk_conv conv;
  bool rounded_out, rounded_residual;
} vk_bf16_conv;

size_t vk_bf16_conv_tiles(vk_isa isa, const vk_bf16_conv *conv);
size_t vk_bf16_conv_workspace(vk_isa isa, const vk_bf16_conv *conv);
void vk_bf16_conv_run(
    vk_isa isa, const vk_bf16_conv *conv, size_t tile_begin, size_t tile_end, float *workspace);

/// Winograd's F(4x4, 3x3), whose transforms are computed in fp32 and rounded to bf16: about five times the error of rounded factors
/// alone, 1% of an output's size. An even number of input channels; `in`, `out` and the residual are of bf16 where said.
typedef struct {
  vk_winograd winograd;  // side 4
  bool rounded_in, rounded_out, rounded_residual;
} vk_bf16_winograd;

size_t vk_bf16_winograd_packed_count(vk_isa isa, const vk_conv_weights *weights);
size_t vk_bf16_winograd_pack_tiles(vk_isa isa, const vk_conv_weights *weights);
void vk_bf16_winograd_pack_run(
    vk_isa isa, const vk_conv_weights *weights, float *packed, size_t tile_begin, size_t tile_end);
size_t vk_bf16_winograd_phases(vk_isa isa, const vk_bf16_winograd *winograd);
size_t vk_bf16_winograd_shared(vk_isa isa, const vk_bf16_winograd *winograd);
size_t vk_bf16_winograd_tiles(vk_isa isa, const vk_bf16_winograd *winograd, size_t phase);
size_t vk_bf16_winograd_workspace(vk_isa isa, const vk_bf16_winograd *winograd);
void vk_bf16_winograd_run(
    vk_isa isa, const vk_bf16_winograd *winograd, size_t phase, size_t tile_begin, size_t tile_end, float *shared,
    float *workspace);

/// Convolution of planar images of floats, which are rounded along the way; a pair of neighbouring kernel columns is one term, the
/// last one of odd kernels beside zeros. Where said, `out` is of bf16.
typedef struct {
  vk_planar planar;
  bool rounded_out;
} vk_bf16_planar;

/// Whether there is a kernel: one group, strides up to 4, no dilation along rows, 256 terms at most.
bool vk_bf16_planar_fits(const vk_conv_weights *weights, size_t stride_w, size_t dilation_w);
size_t vk_bf16_planar_packed_count(vk_isa isa, const vk_conv_weights *weights);
void vk_bf16_planar_pack(vk_isa isa, const vk_conv_weights *weights, float *packed);
size_t vk_bf16_planar_tiles(vk_isa isa, const vk_bf16_planar *planar);
size_t vk_bf16_planar_workspace(vk_isa isa, const vk_bf16_planar *planar);
void vk_bf16_planar_run(
    vk_isa isa, const vk_bf16_planar *planar, size_t tile_begin, size_t tile_end, float *workspace);

/// A depthwise convolution in float arithmetic whose input or output is of bf16; the residual is of floats.
void vk_bf16_channelwise_run(
    vk_isa isa, const vk_channelwise *c, bool rounded_in, bool rounded_out, size_t tile_begin, size_t tile_end);

/// The first phase of vk_weight_gradient_run with factors rounded to bf16, a pair of neighbouring pixels a term; the second
/// one is the same.
void vk_bf16_weight_gradient_run(
    vk_isa isa, const vk_weight_gradient *g, size_t tile_begin, size_t tile_end, float *shared, float *workspace);

/// As their namesakes without bf16; transformed values are rounded, a pair of neighbouring tiles a term.
size_t vk_bf16_winograd_gradient_phases(vk_isa isa, const vk_weight_gradient *g);
size_t vk_bf16_winograd_gradient_tiles(vk_isa isa, const vk_weight_gradient *g, size_t phase);
size_t vk_bf16_winograd_gradient_shared(vk_isa isa, const vk_weight_gradient *g);
void vk_bf16_winograd_gradient_run(
    vk_isa isa, const vk_weight_gradient *g, size_t phase, size_t tile_begin, size_t tile_end, float *shared);

/// Attention whose queries, keys and values are of bf16, and the weights for the second product too; scores, softmax and sums are
/// of floats. Strides of q, k and v count bf16; `out` is of bf16 where said, and its strides then count them.
typedef struct {
  vk_attention attention;
  bool rounded_out;
} vk_bf16_attention;

size_t vk_bf16_attention_tiles(vk_isa isa, const vk_bf16_attention *attention);
size_t vk_bf16_attention_workspace(vk_isa isa, const vk_bf16_attention *attention);
void vk_bf16_attention_run(
    vk_isa isa, const vk_bf16_attention *attention, size_t tile_begin, size_t tile_end, float *workspace);

#endif
