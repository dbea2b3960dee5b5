#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jpeglib.h>
#include <jerror.h>

#include "CImageCodecs.h"

#define ROWS_A_CALL 16

struct ic_jpeg_decoder {
  struct jpeg_decompress_struct info;
  struct jpeg_error_mgr errors;
  struct jpeg_source_mgr source;
  struct jpeg_progress_mgr progress;
  jmp_buf jump;
  ic_status fault;
  int maximum_scans;
  uint8_t *rows;
  char message[JMSG_LENGTH_MAX];
};

static ic_jpeg_decoder *owner(j_common_ptr info) { return (ic_jpeg_decoder *)info->client_data; }

static void fail(j_common_ptr info) {
  ic_jpeg_decoder *decoder = owner(info);
  info->err->format_message(info, decoder->message);
  switch (info->err->msg_code) {
  case JERR_OUT_OF_MEMORY: decoder->fault = IC_MEMORY; break;
  case JERR_SOF_UNSUPPORTED:
  case JERR_BAD_PRECISION:
  case JERR_ARITH_NOTIMPL:
  case JERR_NOT_COMPILED:
  case JERR_CONVERSION_NOTIMPL:
  case JERR_FRACT_SAMPLE_NOTIMPL:
  case JERR_CCIR601_NOTIMPL: decoder->fault = IC_UNSUPPORTED; break;
  default: decoder->fault = IC_DAMAGED;
  }
  longjmp(decoder->jump, 1);
}

static void ignore_message(j_common_ptr info, int level) {
  if (level < 0) info->err->num_warnings++;
}
static void print_nothing(j_common_ptr info) { (void)info; }
static void nothing(j_decompress_ptr info) { (void)info; }

// The source suspends at the end of the data instead of inventing an end marker: that is how a file that ends early is
// told from one that only lacks its end marker.
static boolean suspend(j_decompress_ptr info) {
  (void)info;
  return FALSE;
}

static void skip(j_decompress_ptr info, long count) {
  struct jpeg_source_mgr *source = info->src;
  if (count <= 0) return;
  size_t step = (size_t)count < source->bytes_in_buffer ? (size_t)count : source->bytes_in_buffer;
  source->next_input_byte += step;
  source->bytes_in_buffer -= step;
}

static void watch_scans(j_common_ptr info) {
  ic_jpeg_decoder *decoder = owner(info);
  if (((j_decompress_ptr)info)->input_scan_number <= decoder->maximum_scans) return;
  decoder->fault = IC_LIMIT;
  longjmp(decoder->jump, 1);
}

ic_jpeg_decoder *ic_jpeg_open(ic_span data, int maximum_scans) {
  ic_jpeg_decoder *decoder = calloc(1, sizeof *decoder);
  if (!decoder) return NULL;
  decoder->maximum_scans = maximum_scans;
  decoder->info.err = jpeg_std_error(&decoder->errors);
  decoder->errors.error_exit = fail;
  decoder->errors.emit_message = ignore_message;
  decoder->errors.output_message = print_nothing;
  decoder->info.client_data = decoder;
  if (setjmp(decoder->jump)) {
    ic_jpeg_close(decoder);
    return NULL;
  }
  jpeg_create_decompress(&decoder->info);
  decoder->source = (struct jpeg_source_mgr){
    .next_input_byte = data.bytes, .bytes_in_buffer = data.count, .init_source = nothing, .fill_input_buffer = suspend,
    .skip_input_data = skip, .resync_to_restart = jpeg_resync_to_restart, .term_source = nothing};
  decoder->info.src = &decoder->source;
  decoder->progress.progress_monitor = watch_scans;
  decoder->info.progress = &decoder->progress;
  return decoder;
}

ic_status ic_jpeg_read_header(ic_jpeg_decoder *decoder, ic_jpeg_size *size) {
  if (setjmp(decoder->jump)) return decoder->fault;
  int found;
  do found = jpeg_read_header(&decoder->info, FALSE);
  while (found == JPEG_HEADER_TABLES_ONLY);
  if (found != JPEG_HEADER_OK) return IC_TRUNCATED;
  *size = (ic_jpeg_size){(int)decoder->info.image_width, (int)decoder->info.image_height, decoder->info.num_components};
  return IC_OK;
}

ic_status ic_jpeg_set_scale(ic_jpeg_decoder *decoder, int denominator, ic_jpeg_size *size) {
  if (setjmp(decoder->jump)) return decoder->fault;
  decoder->info.scale_num = 1;
  decoder->info.scale_denom = (unsigned)denominator;
  jpeg_calc_output_dimensions(&decoder->info);
  size->width = (int)decoder->info.output_width;
  size->height = (int)decoder->info.output_height;
  return IC_OK;
}

// Adobe writes CMYK inverted, so that 255 is no ink; the file's K is then white's share.
static void rgb_from_inverted_cmyk(const uint8_t *cmyk, uint8_t *rgb, size_t width) {
  for (size_t x = 0; x < width; x++, cmyk += 4, rgb += 3) {
    unsigned white = cmyk[3];
    for (int c = 0; c < 3; c++) {
      unsigned product = (255u - cmyk[c]) * white + 128;
      rgb[c] = (uint8_t)(white - ((product + (product >> 8)) >> 8));
    }
  }
}

ic_status ic_jpeg_read_pixels(ic_jpeg_decoder *decoder, uint8_t *rgb) {
  struct jpeg_decompress_struct *info = &decoder->info;
  if (setjmp(decoder->jump)) return decoder->fault;
  int is_cmyk = info->num_components == 4;
  info->out_color_space = is_cmyk ? JCS_CMYK : JCS_RGB;
  jpeg_calc_output_dimensions(info);
  size_t width = info->output_width, height = info->output_height;
  if (is_cmyk) {
    decoder->rows = malloc(width * 4);
    if (!decoder->rows) return IC_MEMORY;
  }
  // False only where the source suspends, that is, at the end of the data.
  if (!jpeg_start_decompress(info)) return IC_TRUNCATED;
  while (info->output_scanline < height) {
    size_t y = info->output_scanline;
    if (is_cmyk) {
      JSAMPROW row = decoder->rows;
      if (jpeg_read_scanlines(info, &row, 1) != 1) return IC_TRUNCATED;
      rgb_from_inverted_cmyk(row, rgb + y * width * 3, width);
    } else {
      JSAMPROW rows[ROWS_A_CALL];
      JDIMENSION count = height - y < ROWS_A_CALL ? (JDIMENSION)(height - y) : ROWS_A_CALL;
      for (JDIMENSION i = 0; i < count; i++) rows[i] = rgb + (y + i) * width * 3;
      if (jpeg_read_scanlines(info, rows, count) == 0) return IC_TRUNCATED;
    }
  }
  // All rows are there: a missing end marker no longer matters, while a fault between here and it still does.
  jpeg_finish_decompress(info);
  return IC_OK;
}

const char *ic_jpeg_message(const ic_jpeg_decoder *decoder) { return decoder->message; }

void ic_jpeg_close(ic_jpeg_decoder *decoder) {
  if (!decoder) return;
  jpeg_destroy_decompress(&decoder->info);
  free(decoder->rows);
  free(decoder);
}
