/// 3x3 convolution of stride 1 by Winograd's minimal filtering: 9 multiplications an output element become 2.25 by
/// F(4x4, 3x3) and 4 by F(2x2, 3x3). Lavin and Gray 2015, arXiv 1509.09308.
#ifndef VK_ENGINE_WINOGRAD_H
#define VK_ENGINE_WINOGRAD_H

#include "vk_engine_convolution.h"

typedef struct {
  size_t side;  // 4 or 2: outputs a tile is wide and high
  size_t batch, in_h, in_w, out_h, out_w, in_channels, out_channels;
  size_t dilation;  // 1 or more: the image falls into dilation x dilation phases, each convolved for itself
  ptrdiff_t pad_top, pad_left;
  vk_map in, out;        // the output overlaps the input nowhere
  const float *weights;  // packed for `side`, or where `late` as for `vk_conv`
  bool late;             // side 4, products of floats: a block transforms the weights as it needs them
  vk_epilogue epilogue;
} vk_winograd;

/// Floats of transformed weights: panels of 32 output channels (16 below AVX-512), each [(side + 2)^2][in][32]. The
/// weights are 3x3, one group.
size_t vk_winograd_packed_count(vk_isa isa, size_t side, const vk_conv_weights *weights);
void vk_winograd_pack(vk_isa isa, size_t side, const vk_conv_weights *weights, float *packed);
/// The same in tiles. Not `exact`: side 4 in single precision, for weights that change with every step.
size_t vk_winograd_pack_tiles(vk_isa isa, size_t side, const vk_conv_weights *weights);
void vk_winograd_pack_run(
    vk_isa isa, size_t side, bool exact, const vk_conv_weights *weights, float *packed, size_t tile_begin,
    size_t tile_end);

/// Whether weights are better transformed `late`: those of many channels are then read in a quarter of the bytes. A function of
/// the shape alone.
bool vk_winograd_is_late(const vk_winograd *winograd);

/// One phase, or two where few pixels meet many weights: first all input is transformed into `shared`, which all
/// threads see, and only when that is done the second phase may begin.
size_t vk_winograd_phases(vk_isa isa, const vk_winograd *winograd);
/// Floats of memory that the phases share; 0 where there is one.
size_t vk_winograd_shared(vk_isa isa, const vk_winograd *winograd);
size_t vk_winograd_tiles(vk_isa isa, const vk_winograd *winograd, size_t phase);
size_t vk_winograd_workspace(vk_isa isa, const vk_winograd *winograd);
void vk_winograd_run(
    vk_isa isa, const vk_winograd *winograd, size_t phase, size_t tile_begin, size_t tile_end, float *shared,
    float *workspace);

#endif
