// One tier of vk_copy.c: see vk_targets.h.

#define VK_ELEMENT uint8_t
#define VK_BITS 8
#define VK_LANES 16
#define VK_STAGES 4
#define VK_LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define VK_HIGH(a, b) __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#include "vk_copy_element.h"

#define VK_ELEMENT uint16_t
#define VK_BITS 16
#define VK_LANES 8
#define VK_STAGES 3
#define VK_LOW(a, b) __builtin_shufflevector(a, b, 0, 8, 1, 9, 2, 10, 3, 11)
#define VK_HIGH(a, b) __builtin_shufflevector(a, b, 4, 12, 5, 13, 6, 14, 7, 15)
#include "vk_copy_element.h"

#define VK_ELEMENT uint32_t
#define VK_BITS 32
#define VK_LANES 4
#define VK_STAGES 2
#define VK_LOW(a, b) __builtin_shufflevector(a, b, 0, 4, 1, 5)
#define VK_HIGH(a, b) __builtin_shufflevector(a, b, 2, 6, 3, 7)
#include "vk_copy_element.h"

#define VK_ELEMENT uint64_t
#define VK_BITS 64
#define VK_LANES 2
#define VK_STAGES 1
#define VK_LOW(a, b) __builtin_shufflevector(a, b, 0, 2)
#define VK_HIGH(a, b) __builtin_shufflevector(a, b, 1, 3)
#include "vk_copy_element.h"

static void VK_NAME(copy_strided)(size_t element_size, size_t rank, const int64_t *sizes, const int64_t *source_strides,
                                  const int64_t *target_strides, const void *source, void *target) {
  switch (element_size) {
    case 1: VK_NAME(copy_box_8)(rank, sizes, source_strides, target_strides, source, target); break;
    case 2: VK_NAME(copy_box_16)(rank, sizes, source_strides, target_strides, source, target); break;
    case 4: VK_NAME(copy_box_32)(rank, sizes, source_strides, target_strides, source, target); break;
    default: VK_NAME(copy_box_64)(rank, sizes, source_strides, target_strides, source, target); break;
  }
}
