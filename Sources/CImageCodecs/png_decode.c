#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "CImageCodecs.h"
#include "png_filter.h"

// Rows are inflated a strip at a time, so that they are still in the cache when they are unfiltered and unpacked.
#define STRIP_BYTES (128 * 1024)

uint32_t ic_crc32(ic_span data) { return (uint32_t)crc32_z(0, data.bytes, data.count); }

// Inflating

typedef struct {
  z_stream stream;
  const ic_span *segments;
  size_t segment_count, next;
  int ended;
} reader;

/// Fills `target`; `*got` is less than `count` only where the stream has ended.
static ic_status read_bytes(reader *r, uint8_t *target, size_t count, size_t *got) {
  *got = 0;
  while (*got < count && !r->ended) {
    if (r->stream.avail_in == 0 && r->next < r->segment_count) {
      // A PNG chunk is shorter than 2^31 bytes, which the parser has checked.
      r->stream.next_in = (Bytef *)r->segments[r->next].bytes;
      r->stream.avail_in = (uInt)r->segments[r->next].count;
      r->next++;
      continue;
    }
    size_t room = count - *got < UINT_MAX ? count - *got : UINT_MAX;
    r->stream.next_out = target + *got;
    r->stream.avail_out = (uInt)room;
    int result = inflate(&r->stream, Z_NO_FLUSH);
    size_t made = room - r->stream.avail_out;
    *got += made;
    if (result == Z_STREAM_END) r->ended = 1;
    else if (result == Z_MEM_ERROR) return IC_MEMORY;
    else if (result != Z_OK && result != Z_BUF_ERROR) return IC_DAMAGED;
    else if (made == 0 && r->stream.avail_in > 0) return IC_DAMAGED;
    else if (made == 0 && r->next == r->segment_count) return IC_TRUNCATED;
  }
  return IC_OK;
}

// Unpacking rows to RGB

static inline void put_grey(uint8_t *rgb, uint8_t level) { rgb[0] = rgb[1] = rgb[2] = level; }

static void unpack_small(
  const uint8_t *row, uint8_t *rgb, size_t width, int depth, const uint8_t *palette) {
  unsigned mask = (1u << depth) - 1, scale = 255 / mask;
  for (size_t x = 0; x < width; x++, rgb += 3) {
    size_t bit = x * (size_t)depth;
    unsigned value = (row[bit / 8] >> (8 - depth - (int)(bit % 8))) & mask;
    if (palette) memcpy(rgb, palette + value * 3, 3);
    else put_grey(rgb, (uint8_t)(value * scale));
  }
}

/// `width` pixels to RGB: 8-bit samples as they are, 16-bit ones by their high byte, alpha dropped.
static void unpack(const ic_png_header *header, const uint8_t *row, uint8_t *rgb, size_t width) {
  int depth = header->bit_depth;
  size_t sample = depth == 16 ? 2 : 1;
  switch (header->color_type) {
  case 0:
  case 4: {
    if (depth < 8) return unpack_small(row, rgb, width, depth, NULL);
    size_t step = header->color_type == 4 ? 2 * sample : sample;
    for (size_t x = 0; x < width; x++, row += step, rgb += 3) put_grey(rgb, row[0]);
    return;
  }
  case 3:
    if (depth < 8) return unpack_small(row, rgb, width, depth, header->palette);
    for (size_t x = 0; x < width; x++, rgb += 3) memcpy(rgb, header->palette + row[x] * 3, 3);
    return;
  default:
    if (header->color_type == 2 && sample == 1) {
      memcpy(rgb, row, width * 3);
      return;
    }
    size_t step = (header->color_type == 6 ? 4 : 3) * sample;
    for (size_t x = 0; x < width; x++, row += step, rgb += 3) {
      rgb[0] = row[0];
      rgb[1] = row[sample];
      rgb[2] = row[2 * sample];
    }
  }
}

// Passes

typedef struct {
  size_t left, top, step_x, step_y;
} pass;

/// What a pixel that was never read looks like: index 0 or black.
static void fill_blank(const ic_png_header *header, uint8_t *rgb, size_t count) {
  if (header->color_type != 3) {
    memset(rgb, 0, count * 3);
    return;
  }
  for (size_t i = 0; i < count; i++) memcpy(rgb + i * 3, header->palette, 3);
}

static const pass whole = {0, 0, 1, 1};
static const pass adam7[7] = {
  {0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}};

typedef struct {
  const ic_png_header *header;
  reader reader;
  /// A strip of rows with their filter bytes.
  uint8_t *strip;
  size_t strip_capacity;
  /// The row above the strip's first, and one unpacked row of an interlaced pass.
  uint8_t *above, *unpacked;
  size_t bits_a_pixel;
} decoder;

static ic_status decode_pass(decoder *d, const pass *p, uint8_t *rgb) {
  size_t full_width = d->header->width, full_height = d->header->height;
  if (p->left >= full_width || p->top >= full_height) return IC_OK;
  size_t width = (full_width - p->left + p->step_x - 1) / p->step_x;
  size_t height = (full_height - p->top + p->step_y - 1) / p->step_y;
  size_t row_bytes = (width * d->bits_a_pixel + 7) / 8, size = (d->bits_a_pixel + 7) / 8;
  size_t rows_a_strip = d->strip_capacity / (row_bytes + 1);
  memset(d->above, 0, row_bytes);
  const uint8_t *above = d->above;
  for (size_t y = 0; y < height;) {
    size_t wanted = rows_a_strip < height - y ? rows_a_strip : height - y, got;
    ic_status status = read_bytes(&d->reader, d->strip, wanted * (row_bytes + 1), &got);
    if (status != IC_OK) return status;
    size_t rows = got / (row_bytes + 1);
    // A stream may end after any whole row, as Pillow has it, but not within one nor before the first.
    if (rows < wanted && (got % (row_bytes + 1) != 0 || d->reader.stream.total_out == 0)) return IC_TRUNCATED;
    for (size_t i = 0; i < rows; i++, y++) {
      uint8_t *row = d->strip + i * (row_bytes + 1);
      if (!unfilter(row[0], row + 1, above, row_bytes, size)) return IC_DAMAGED;
      above = row + 1;
      uint8_t *target = rgb + ((p->top + y * p->step_y) * full_width + p->left) * 3;
      if (p == &whole) {
        unpack(d->header, above, target, width);
      } else {
        unpack(d->header, above, d->unpacked, width);
        for (size_t x = 0; x < width; x++) memcpy(target + x * p->step_x * 3, d->unpacked + x * 3, 3);
      }
    }
    if (rows < wanted) {
      if (p == &whole) fill_blank(d->header, rgb + y * full_width * 3, (height - y) * full_width);
      break;
    }
    memcpy(d->above, above, row_bytes);
    above = d->above;
  }
  return IC_OK;
}

ic_status ic_png_decode(const ic_png_header *header, const ic_span *segments, size_t segment_count, uint8_t *rgb) {
  static const uint8_t samples[7] = {1, 0, 3, 1, 2, 0, 4};
  decoder d = {.header = header, .reader = {.segments = segments, .segment_count = segment_count}};
  d.bits_a_pixel = (size_t)samples[header->color_type] * header->bit_depth;
  size_t row_bytes = ((size_t)header->width * d.bits_a_pixel + 7) / 8;
  d.strip_capacity = row_bytes + 1 > STRIP_BYTES ? row_bytes + 1 : STRIP_BYTES;
  d.strip = malloc(d.strip_capacity);
  d.above = malloc(row_bytes);
  d.unpacked = header->interlaced ? malloc((size_t)header->width * 3) : NULL;
  ic_status status = IC_MEMORY;
  if (d.strip && d.above && (d.unpacked || !header->interlaced) && inflateInit(&d.reader.stream) == Z_OK) {
    status = IC_OK;
    int passes = header->interlaced ? 7 : 1;
    if (header->interlaced) fill_blank(header, rgb, (size_t)header->width * header->height);
    for (int i = 0; i < passes && status == IC_OK && !d.reader.ended; i++)
      status = decode_pass(&d, header->interlaced ? &adam7[i] : &whole, rgb);
    inflateEnd(&d.reader.stream);
  }
  free(d.strip);
  free(d.above);
  free(d.unpacked);
  return status;
}

ic_status ic_inflate(ic_span data, size_t limit, ic_buffer *output) {
  reader r = {.segments = &data, .segment_count = 1};
  *output = (ic_buffer){0};
  if (data.count > UINT_MAX) return IC_LIMIT;
  if (inflateInit(&r.stream) != Z_OK) return IC_MEMORY;
  ic_status status = IC_OK;
  while (status == IC_OK && !r.ended) {
    if (output->count == output->capacity) {
      if (output->capacity >= limit) {
        status = IC_LIMIT;
        break;
      }
      size_t capacity = output->capacity ? output->capacity * 2 : 4096;
      if (capacity > limit) capacity = limit;
      uint8_t *bytes = realloc(output->bytes, capacity);
      if (!bytes) {
        status = IC_MEMORY;
        break;
      }
      output->bytes = bytes;
      output->capacity = capacity;
    }
    size_t got;
    status = read_bytes(&r, output->bytes + output->count, output->capacity - output->count, &got);
    output->count += got;
  }
  inflateEnd(&r.stream);
  if (status == IC_TRUNCATED) status = IC_OK;
  if (status != IC_OK) ic_buffer_free(output);
  return status;
}
