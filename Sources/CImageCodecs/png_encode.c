#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "CImageCodecs.h"

// Growing output

static int reserve(ic_buffer *out, size_t more) {
  if (out->capacity - out->count >= more) return 1;
  size_t capacity = out->capacity + out->capacity / 2 + more;
  uint8_t *bytes = realloc(out->bytes, capacity);
  if (!bytes) return 0;
  out->bytes = bytes;
  out->capacity = capacity;
  return 1;
}

static void put32(uint8_t *at, uint32_t value) {
  at[0] = (uint8_t)(value >> 24);
  at[1] = (uint8_t)(value >> 16);
  at[2] = (uint8_t)(value >> 8);
  at[3] = (uint8_t)value;
}

/// Writes length, type and checksum around the `count` bytes of data that already stand 8 bytes past the buffer's end.
static void close_chunk(ic_buffer *out, const char *type, size_t count) {
  uint8_t *chunk = out->bytes + out->count;
  put32(chunk, (uint32_t)count);
  memcpy(chunk + 4, type, 4);
  put32(chunk + 8 + count, (uint32_t)crc32_z(0, chunk + 4, count + 4));
  out->count += count + 12;
}

static int put_chunk(ic_buffer *out, const char *type, const uint8_t *data, size_t count) {
  if (!reserve(out, count + 12)) return 0;
  if (count) memcpy(out->bytes + out->count + 8, data, count);
  close_chunk(out, type, count);
  return 1;
}

// Filtering. All five are tried and the one with the least sum of absolute differences is taken, as the PNG
// specification (12.8) advises for samples of 8 bits. Loops over plain arrays, which the compiler turns into vectors.

static uint32_t cost(const uint8_t *row, size_t count) {
  uint32_t sum = 0;
  for (size_t i = 0; i < count; i++) {
    int8_t value = (int8_t)row[i];
    sum += (uint32_t)(value < 0 ? -value : value);
  }
  return sum;
}

static void filter_row(
  int filter, const uint8_t *restrict row, const uint8_t *restrict above, uint8_t *restrict out, size_t count,
  size_t size) {
  size_t first = size < count ? size : count;
  switch (filter) {
  case 0: memcpy(out, row, count); break;
  case 1:
    memcpy(out, row, first);
    for (size_t i = size; i < count; i++) out[i] = (uint8_t)(row[i] - row[i - size]);
    break;
  case 2:
    for (size_t i = 0; i < count; i++) out[i] = (uint8_t)(row[i] - above[i]);
    break;
  case 3:
    for (size_t i = 0; i < first; i++) out[i] = (uint8_t)(row[i] - above[i] / 2);
    for (size_t i = size; i < count; i++) out[i] = (uint8_t)(row[i] - (row[i - size] + above[i]) / 2);
    break;
  default:
    for (size_t i = 0; i < first; i++) out[i] = (uint8_t)(row[i] - above[i]);
    for (size_t i = size; i < count; i++) {
      int16_t left = row[i - size], up = above[i], corner = above[i - size];
      int16_t p = (int16_t)(up - corner), q = (int16_t)(left - corner), r = (int16_t)(p + q);
      int16_t by_left = p < 0 ? (int16_t)-p : p, by_up = q < 0 ? (int16_t)-q : q, by_corner = r < 0 ? (int16_t)-r : r;
      int16_t upper = by_up <= by_corner ? up : corner;
      int16_t guess = ((by_left <= by_up) & (by_left <= by_corner)) ? left : upper;
      out[i] = (uint8_t)(row[i] - guess);
    }
  }
}

typedef struct {
  z_stream stream;
  ic_buffer *out;
  size_t chunk_capacity;
  int open;
} writer;

/// Room for one more IDAT chunk, to be filled 8 bytes past the buffer's end.
static int open_chunk(writer *w) {
  if (!reserve(w->out, w->chunk_capacity + 12)) return 0;
  w->stream.next_out = w->out->bytes + w->out->count + 8;
  w->stream.avail_out = (uInt)w->chunk_capacity;
  return 1;
}

static int write_bytes(writer *w, const uint8_t *data, size_t count, int flush) {
  w->stream.next_in = (Bytef *)data;
  w->stream.avail_in = (uInt)count;
  for (;;) {
    int result = deflate(&w->stream, flush);
    if (result == Z_STREAM_ERROR) return 0;
    int is_full = w->stream.avail_out == 0;
    if (is_full || result == Z_STREAM_END) close_chunk(w->out, "IDAT", w->chunk_capacity - w->stream.avail_out);
    if (result == Z_STREAM_END) return 1;
    if (is_full && !open_chunk(w)) return 0;
    if (!is_full && flush == Z_NO_FLUSH && w->stream.avail_in == 0) return 1;
  }
}

static int write_rows(const ic_png_plan *plan, const uint8_t *pixels, size_t size, writer *w) {
  size_t row_bytes = (size_t)plan->width * size;
  uint8_t *rows = calloc(2, row_bytes + 1), *blank = calloc(1, row_bytes);
  int ok = rows && blank;
  if (ok) {
    uint8_t *best = rows, *trial = rows + row_bytes + 1;
    const uint8_t *above = blank;
    for (size_t y = 0; ok && y < plan->height; y++) {
      const uint8_t *row = pixels + y * row_bytes;
      uint32_t least = UINT32_MAX;
      // Indices are no levels: their differences say nothing.
      int filters = plan->color_type == 3 ? 1 : 5;
      for (int filter = 0; filter < filters; filter++) {
        trial[0] = (uint8_t)filter;
        filter_row(filter, row, above, trial + 1, row_bytes, size);
        uint32_t sum = cost(trial + 1, row_bytes);
        if (sum >= least && filter > 0) continue;
        least = sum;
        uint8_t *other = best;
        best = trial;
        trial = other;
      }
      ok = write_bytes(w, best, row_bytes + 1, Z_NO_FLUSH);
      above = row;
    }
  }
  free(rows);
  free(blank);
  return ok && write_bytes(w, NULL, 0, Z_FINISH);
}

ic_status ic_png_encode(const ic_png_plan *plan, const uint8_t *pixels, ic_buffer *output) {
  static const uint8_t signature[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  static const uint8_t samples[7] = {1, 0, 3, 1, 2, 0, 4};
  size_t size = samples[plan->color_type];
  uint8_t header[13] = {[8] = 8, [9] = plan->color_type};
  put32(header, plan->width);
  put32(header + 4, plan->height);
  ic_buffer out = {0};
  writer w = {.out = &out, .chunk_capacity = 1 << 18};
  int level = plan->effort == 0 ? 1 : plan->effort == 1 ? 6 : 9;
  if (deflateInit2(&w.stream, level, Z_DEFLATED, 15, 9, Z_DEFAULT_STRATEGY) != Z_OK) return IC_MEMORY;
  int ok = reserve(&out, ((size_t)plan->width * plan->height * size) / 2 + 4096);
  if (ok) {
    memcpy(out.bytes, signature, sizeof signature);
    out.count = sizeof signature;
    ok = put_chunk(&out, "IHDR", header, sizeof header)
      && (plan->color_type != 3 || put_chunk(&out, "PLTE", plan->palette, (size_t)plan->palette_count * 3))
      && open_chunk(&w) && write_rows(plan, pixels, size, &w) && put_chunk(&out, "IEND", NULL, 0);
  }
  deflateEnd(&w.stream);
  if (!ok) {
    ic_buffer_free(&out);
    return IC_MEMORY;
  }
  *output = out;
  return IC_OK;
}
