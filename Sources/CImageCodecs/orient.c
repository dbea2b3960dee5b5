#include <string.h>

#include "CImageCodecs.h"

// Square blocks whose source rows and target rows both stay in the first-level cache.
#define BLOCK 32

// Inlined with each number of channels, so that a pixel moves as a few fixed bytes.
static inline __attribute__((always_inline)) void orient(
  const uint8_t *source, uint8_t *target, ptrdiff_t step_x, ptrdiff_t step_y, size_t width, size_t height,
  int channels) {
  for (size_t top = 0; top < height; top += BLOCK)
    for (size_t left = 0; left < width; left += BLOCK) {
      size_t bottom = top + BLOCK < height ? top + BLOCK : height;
      size_t right = left + BLOCK < width ? left + BLOCK : width;
      for (size_t y = top; y < bottom; y++) {
        const uint8_t *from = source + (ptrdiff_t)left * step_x + (ptrdiff_t)y * step_y;
        uint8_t *to = target + (y * width + left) * (size_t)channels;
        for (size_t x = left; x < right; x++, from += step_x, to += channels)
          for (int c = 0; c < channels; c++) to[c] = from[c];
      }
    }
}

void ic_orient(
  const uint8_t *source, uint8_t *target, size_t width, size_t height, int channels, int orientation) {
  if (orientation < 2 || orientation > 8) {
    memcpy(target, source, width * height * (size_t)channels);
    return;
  }
  // Where the target's first pixel lies in the source, and what a step right or down in the target is there.
  ptrdiff_t right = channels, down = (ptrdiff_t)width * channels;
  ptrdiff_t last_x = (ptrdiff_t)(width - 1) * right, last_y = (ptrdiff_t)(height - 1) * down;
  ptrdiff_t start = 0, step_x = 0, step_y = 0;
  switch (orientation) {
  case 2: start = last_x, step_x = -right, step_y = down; break;
  case 3: start = last_x + last_y, step_x = -right, step_y = -down; break;
  case 4: start = last_y, step_x = right, step_y = -down; break;
  case 5: start = 0, step_x = down, step_y = right; break;
  case 6: start = last_y, step_x = -down, step_y = right; break;
  case 7: start = last_x + last_y, step_x = -down, step_y = -right; break;
  case 8: start = last_x, step_x = down, step_y = -right; break;
  }
  size_t target_width = orientation < 5 ? width : height, target_height = orientation < 5 ? height : width;
  switch (channels) {
  case 1: orient(source + start, target, step_x, step_y, target_width, target_height, 1); break;
  case 3: orient(source + start, target, step_x, step_y, target_width, target_height, 3); break;
  case 4: orient(source + start, target, step_x, step_y, target_width, target_height, 4); break;
  }
}
