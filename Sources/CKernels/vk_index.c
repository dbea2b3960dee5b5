#include "vk_index.h"

#include <string.h>

static inline int64_t inside(int64_t index, int64_t size) { return (uint64_t)index < (uint64_t)size ? index : 0; }

/// Steps to the next row of the box's last axis; false after the last one. The axis that the index replaces does not
/// move the source of a gather or the target of a scatter.
static bool next_row(const vk_index_box *box, int64_t *counter, const int64_t **index, const char **source,
                     char **target, int64_t element_size, bool gathers) {
  for (size_t axis = box->rank - 1; axis-- > 0;) {
    const int64_t source_step = gathers && axis == box->axis ? 0 : box->source_strides[axis] * element_size;
    const int64_t target_step = !gathers && axis == box->axis ? 0 : box->target_strides[axis] * element_size;
    *index += box->index_strides[axis];
    *source += source_step;
    *target += target_step;
    if (++counter[axis] < box->sizes[axis]) return true;
    *index -= box->sizes[axis] * box->index_strides[axis];
    *source -= box->sizes[axis] * source_step;
    *target -= box->sizes[axis] * target_step;
    counter[axis] = 0;
  }
  return false;
}

#define VK_ELEMENT uint8_t
#define VK_NAME(f) f##_8
#include "vk_index_element.h"
#define VK_ELEMENT uint16_t
#define VK_NAME(f) f##_16
#include "vk_index_element.h"
#define VK_ELEMENT uint32_t
#define VK_NAME(f) f##_32
#include "vk_index_element.h"
#define VK_ELEMENT uint64_t
#define VK_NAME(f) f##_64
#include "vk_index_element.h"

// Integers add as unsigned, so that they wrap.
#define VK_ADD
#define VK_ELEMENT float
#define VK_NAME(f) f##_add_float
#include "vk_index_element.h"
#define VK_ADD
#define VK_ELEMENT uint32_t
#define VK_NAME(f) f##_add_32
#include "vk_index_element.h"
#define VK_ADD
#define VK_ELEMENT uint64_t
#define VK_NAME(f) f##_add_64
#include "vk_index_element.h"

void vk_gather(vk_isa isa, size_t element_size, const vk_index_box *box, const int64_t *index, const void *source,
               void *target) {
  (void)isa;
  switch (element_size) {
    case 1: gather_8(box, index, source, target); break;
    case 2: gather_16(box, index, source, target); break;
    case 4: gather_32(box, index, source, target); break;
    default: gather_64(box, index, source, target); break;
  }
}

void vk_scatter(vk_isa isa, size_t element_size, const vk_index_box *box, const int64_t *index, const void *source,
                void *target) {
  (void)isa;
  switch (element_size) {
    case 1: scatter_8(box, index, source, target); break;
    case 2: scatter_16(box, index, source, target); break;
    case 4: scatter_32(box, index, source, target); break;
    default: scatter_64(box, index, source, target); break;
  }
}

void vk_scatter_add(vk_isa isa, vk_dtype type, const vk_index_box *box, const int64_t *index, const void *source,
                    void *target) {
  (void)isa;
  switch (type) {
    case VK_FLOAT32: scatter_add_float(box, index, source, target); break;
    case VK_INT32: scatter_add_32(box, index, source, target); break;
    default: scatter_add_64(box, index, source, target); break;
  }
}

void vk_index_select(vk_isa isa, size_t begin, size_t end, size_t count, size_t axis_size, size_t row_bytes,
                     const int64_t *index, const void *source, void *target) {
  (void)isa;
  const char *from = source;
  char *to = target;
  for (size_t row = begin; row < end; row++) {
    const size_t block = row / count * axis_size;
    const char *picked = from + (block + (size_t)inside(index[row % count], (int64_t)axis_size)) * row_bytes;
    switch (row_bytes) {  // constant sizes become single moves
      case 1: memcpy(to + row, picked, 1); break;
      case 2: memcpy(to + row * 2, picked, 2); break;
      case 4: memcpy(to + row * 4, picked, 4); break;
      case 8: memcpy(to + row * 8, picked, 8); break;
      case 16: memcpy(to + row * 16, picked, 16); break;
      default: memcpy(to + row * row_bytes, picked, row_bytes); break;
    }
  }
}

size_t vk_first_outside(vk_isa isa, size_t count, const int64_t *index, int64_t limit) {
  (void)isa;
  size_t i = 0;
  for (; i + 64 <= count; i += 64) {
    bool outside = false;
    for (size_t j = 0; j < 64; j++) outside |= (uint64_t)index[i + j] >= (uint64_t)limit;
    if (outside) break;
  }
  while (i < count && (uint64_t)index[i] < (uint64_t)limit) i++;
  return i;
}

#define VK_NONZERO(type, mask)                            \
  {                                                       \
    const type *values = source;                          \
    for (size_t i = 0; i < count; i++) {                  \
      if (!(values[i] & (mask))) continue;                \
      if (positions) positions[found] = (int64_t)i;       \
      found++;                                            \
    }                                                     \
    break;                                                \
  }

size_t vk_nonzero(vk_isa isa, size_t element_size, bool floating, size_t count, const void *source, int64_t *positions) {
  (void)isa;
  size_t found = 0;
  switch (element_size) {
    case 1: VK_NONZERO(uint8_t, 0xFF)
    case 2: VK_NONZERO(uint16_t, floating ? 0x7FFF : 0xFFFF)
    case 4: VK_NONZERO(uint32_t, floating ? 0x7FFFFFFF : 0xFFFFFFFF)
    default: VK_NONZERO(uint64_t, UINT64_MAX)
  }
  return found;
}
