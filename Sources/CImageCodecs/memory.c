#include <stdlib.h>

#include "CImageCodecs.h"

void ic_buffer_free(ic_buffer *buffer) {
  free(buffer->bytes);
  *buffer = (ic_buffer){0};
}

int ic_can_allocate(size_t count) {
  // Volatile, or the compiler takes the pair for granted and leaves both out.
  void *volatile trial = malloc(count);
  int could = trial != NULL;
  free(trial);
  return could;
}
