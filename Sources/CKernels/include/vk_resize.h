/// Resizing of 8-bit images, and bytes to float planes. All tiers give identical bytes.
#ifndef VK_RESIZE_H
#define VK_RESIZE_H

#include "vk_isa.h"

/// How the fixed-point weights of the antialiased filters, which have 22 fraction bits (Pillow's), lie for the passes below.
typedef enum {
  /// `weight = high * 2048 + low`, `low` in 0..<2048, in groups of four taps: `h0 h1 h2 h3 l0 l1 l2 l3`, 16 bits each.
  VK_TAPS_HALVES = 0,
  /// Three signed digits of base 256, for processors whose AVX-512 has VNNI; 3 and 4 channels, weights between -1.99 and 1.99.
  VK_TAPS_BYTES = 1,
} vk_taps;

/// The fastest layout for this tier on this processor.
vk_taps vk_taps_best(vk_isa isa, size_t channels);

/// Bytes that `outputs` packed columns or rows of `padded` weights take.
size_t vk_column_taps_size(vk_taps taps, size_t outputs, size_t padded);
size_t vk_row_taps_size(vk_taps taps, size_t outputs, size_t padded);

/// Packs `outputs * padded` weights for the horizontal and the vertical pass. An output's taps are padded with zeros to
/// `padded`, a multiple of 4 (of 8 for columns of one channel).
void vk_pack_column_taps(vk_taps taps, const int32_t *weights, size_t outputs, size_t padded, void *packed);
void vk_pack_row_taps(vk_taps taps, const int32_t *weights, size_t outputs, size_t padded, void *packed);

/// Horizontal pass over `rows` rows of 1, 3 or 4 interleaved channels. Output pixel x is made of the source pixels from
/// `starts[x]` on. `readable` bytes from `src` may be read (weights there may be zero): beyond it nothing is touched.
void vk_resample_horizontal(vk_isa isa, vk_taps taps, const uint8_t *src, size_t src_stride, size_t rows, size_t readable,
                            size_t channels, const int32_t *starts, const int32_t *counts, const void *weights, size_t padded,
                            uint8_t *dst, size_t dst_stride, size_t width);

/// Vertical pass: one output row of `bytes` bytes from `count` rows that begin at `src`; `weights` are that output's.
void vk_resample_vertical(vk_isa isa, vk_taps taps, const uint8_t *src, size_t src_stride, size_t count, const void *weights,
                          uint8_t *dst, size_t bytes);

/// OpenCV's bilinear, horizontal pass: one row of 1, 3 or 4 channels to `width * channels` values
/// (p[left] * w0 + p[left + 1] * w1) >> 4 with weights of 11 fraction bits: the pair of an output pixel once for one channel,
/// else four times over (8 int16).
/// `dst` has room for 8 values more than it gets.
void vk_linear_horizontal(vk_isa isa, const uint8_t *src, size_t readable, size_t channels, const int32_t *lefts,
                          const int16_t *weights, int16_t *dst, size_t width);

/// OpenCV's bilinear, vertical pass: (((a * wa) >> 16) + ((b * wb) >> 16) + 2) >> 2.
void vk_linear_vertical(vk_isa isa, const int16_t *a, const int16_t *b, int16_t wa, int16_t wb, uint8_t *dst, size_t count);

/// One row of nearest neighbours: output pixel x is the source pixel that begins at byte `columns[x]`.
void vk_nearest_row(const uint8_t *src, size_t channels, const int32_t *columns, uint8_t *dst, size_t width);

/// Colours times alpha over 255, rounded as Pillow does; `count` RGBA pixels.
void vk_premultiply(vk_isa isa, const uint8_t *src, uint8_t *dst, size_t count);

/// Colours times 255 over alpha, cut to whole numbers and 255; as they are where alpha is 0 or 255. In place or not.
void vk_unpremultiply(vk_isa isa, const uint8_t *src, uint8_t *dst, size_t count);

/// The mean of 2x2 pixels, rounded half up: `width` output pixels from two rows.
void vk_halve(vk_isa isa, const uint8_t *top, const uint8_t *bottom, size_t channels, uint8_t *dst, size_t width);

/// Darknet's float bilinear, horizontal pass over one row: byte / 255, then (1 - f) * p[left] + f * p[left + 1] into one
/// plane row a channel, `plane` floats apart. `lefts[x] + 1` is in the row unless f is 0.
void vk_darknet_horizontal(const uint8_t *src, size_t channels, const float unit[256], const int32_t *lefts,
                           const float *fractions, float *dst, size_t plane, size_t width);

/// dst = (1 - f) * a + f * b.
void vk_blend_rows(vk_isa isa, const float *a, const float *b, float f, float *dst, size_t count);

/// One row of interleaved bytes to float planes: plane c gets `tables[c][byte]` of the source channel `order[c]`.
void vk_planes_by_table(const uint8_t *src, size_t src_channels, const float *tables, const int32_t *order,
                        size_t planes, float *const *dst, size_t width);

/// The same by arithmetic: byte * multiply[c] + add[c], both steps rounded.
void vk_planes_by_arithmetic(vk_isa isa, const uint8_t *src, size_t src_channels, const float *multiply, const float *add,
                             const int32_t *order, size_t planes, float *const *dst, size_t width);

#endif
