/// Image codecs in C: JPEG over libjpeg, whose errors are long jumps that Swift cannot take part in, and the byte loops
/// of PNG over zlib. Nothing here prints, aborts or exits; every fault is a status.
#ifndef CIMAGECODECS_H
#define CIMAGECODECS_H

#include <stddef.h>
#include <stdint.h>

typedef enum {
  IC_OK = 0,
  /// The data ends before the picture does.
  IC_TRUNCATED,
  /// The data breaks the format's rules.
  IC_DAMAGED,
  /// A kind of file that the library does not decode.
  IC_UNSUPPORTED,
  /// More scans or more text than allowed.
  IC_LIMIT,
  /// No memory.
  IC_MEMORY,
} ic_status;

/// Bytes lent by the caller.
typedef struct {
  const uint8_t *bytes;
  size_t count;
} ic_span;

/// Bytes that belong to whoever holds them, until `ic_buffer_free`.
typedef struct {
  uint8_t *bytes;
  size_t count;
  size_t capacity;
} ic_buffer;

void ic_buffer_free(ic_buffer *buffer);

/// Whether the system would give so many bytes.
int ic_can_allocate(size_t count);

// JPEG

typedef struct ic_jpeg_decoder ic_jpeg_decoder;

typedef struct {
  int width, height, components;
} ic_jpeg_size;

/// A decoder over bytes that outlive it; NULL without memory.
ic_jpeg_decoder *ic_jpeg_open(ic_span data, int maximum_scans);
/// Reads up to the first scan.
ic_status ic_jpeg_read_header(ic_jpeg_decoder *decoder, ic_jpeg_size *size);
/// Makes the decoder give the picture at 1/`denominator` (1, 2, 4 or 8) by its DCT, sides rounded up, and says that size.
ic_status ic_jpeg_set_scale(ic_jpeg_decoder *decoder, int denominator, ic_jpeg_size *size);
/// Decodes to RGB, `width * height * 3` bytes, rows from the top. After `ic_jpeg_read_header`, once.
ic_status ic_jpeg_read_pixels(ic_jpeg_decoder *decoder, uint8_t *rgb);
/// libjpeg's words for the last fault, at most 199 characters.
const char *ic_jpeg_message(const ic_jpeg_decoder *decoder);
void ic_jpeg_close(ic_jpeg_decoder *decoder);

/// Encodes grey (1 channel), RGB (3) or RGBA (4, alpha dropped). `horizontal` and `vertical` are luma's sampling
/// factors.
ic_status ic_jpeg_encode(
  const uint8_t *pixels, int width, int height, int channels, int quality, int horizontal, int vertical,
  ic_buffer *output);

// PNG

typedef struct {
  uint32_t width, height;
  uint8_t bit_depth, color_type, interlaced;
  /// 256 RGB entries, for colour type 3.
  uint8_t palette[768];
} ic_png_header;

/// Inflates, unfilters and unpacks the image data in `segments` to RGB. Unread rows of a stream that ends at the end of
/// a row are index or level 0.
ic_status ic_png_decode(const ic_png_header *header, const ic_span *segments, size_t segment_count, uint8_t *rgb);

/// Inflates a zlib stream, or what there is of it, of at most `limit` bytes. IC_LIMIT where it holds more.
ic_status ic_inflate(ic_span data, size_t limit, ic_buffer *output);

uint32_t ic_crc32(ic_span data);

typedef struct {
  uint32_t width, height;
  /// 0 grey, 2 RGB, 3 palette, 6 RGBA; 8 bits a sample.
  uint8_t color_type;
  /// `palette_count` RGB entries for colour type 3.
  const uint8_t *palette;
  int palette_count;
  /// 0: fast, 1: zlib's level 6, 2: zlib's level 9.
  int effort;
} ic_png_plan;

ic_status ic_png_encode(const ic_png_plan *plan, const uint8_t *pixels, ic_buffer *output);

// Orientation

/// Writes `source` (`width` x `height` pixels of `channels` bytes) upright. `orientation` is EXIF's, 1 to 8; for 5 to 8
/// the target is `height` x `width`.
void ic_orient(
  const uint8_t *source, uint8_t *target, size_t width, size_t height, int channels, int orientation);

// Libraries

/// Name and version of the JPEG library that this was built with.
const char *ic_jpeg_version(void);
/// Version of the zlib in use.
const char *ic_zlib_version(void);

#endif
