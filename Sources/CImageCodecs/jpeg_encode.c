#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

#include "CImageCodecs.h"

#define ROWS_A_CALL 16

typedef struct {
  struct jpeg_compress_struct info;
  struct jpeg_error_mgr errors;
  jmp_buf jump;
} encoder;

static void fail(j_common_ptr info) { longjmp(((encoder *)info->client_data)->jump, 1); }
static void ignore_message(j_common_ptr info, int level) {
  (void)info;
  (void)level;
}
static void print_nothing(j_common_ptr info) { (void)info; }

ic_status ic_jpeg_encode(
  const uint8_t *pixels, int width, int height, int channels, int quality, int horizontal, int vertical,
  ic_buffer *output) {
  encoder *e = calloc(1, sizeof *e);
  // libjpeg's memory destination writes these two; they live outside the jump's frame so that it cannot clobber them.
  struct target {
    unsigned char *bytes;
    unsigned long count;
  } *target = calloc(1, sizeof *target);
  if (!e || !target) {
    free(e);
    free(target);
    return IC_MEMORY;
  }
  volatile ic_status status = IC_MEMORY;
  struct jpeg_compress_struct *info = &e->info;
  info->err = jpeg_std_error(&e->errors);
  e->errors.error_exit = fail;
  e->errors.emit_message = ignore_message;
  e->errors.output_message = print_nothing;
  info->client_data = e;
  if (!setjmp(e->jump)) {
    jpeg_create_compress(info);
    jpeg_mem_dest(info, &target->bytes, &target->count);
    info->image_width = (JDIMENSION)width;
    info->image_height = (JDIMENSION)height;
    info->input_components = channels;
    info->in_color_space = channels == 1 ? JCS_GRAYSCALE : channels == 3 ? JCS_RGB : JCS_EXT_RGBX;
    jpeg_set_defaults(info);
    jpeg_set_quality(info, quality, TRUE);
    if (channels != 1) {
      info->comp_info[0].h_samp_factor = horizontal;
      info->comp_info[0].v_samp_factor = vertical;
    }
    jpeg_start_compress(info, TRUE);
    size_t stride = (size_t)width * (size_t)channels;
    while (info->next_scanline < info->image_height) {
      JSAMPROW rows[ROWS_A_CALL];
      JDIMENSION left = info->image_height - info->next_scanline, count = left < ROWS_A_CALL ? left : ROWS_A_CALL;
      for (JDIMENSION i = 0; i < count; i++) rows[i] = (JSAMPROW)(pixels + (info->next_scanline + i) * stride);
      jpeg_write_scanlines(info, rows, count);
    }
    jpeg_finish_compress(info);
    status = IC_OK;
  }
  jpeg_destroy_compress(info);
  if (status == IC_OK) {
    *output = (ic_buffer){target->bytes, target->count, target->count};
  } else {
    free(target->bytes);
  }
  free(target);
  free(e);
  return status;
}
