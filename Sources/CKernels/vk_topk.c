#include "vk_topk.h"

#include <string.h>

/// IEEE bits to an unsigned number in the same order: NaN last, -0 as 0.
static inline uint32_t float_key(uint32_t bits) {
  if ((bits & 0x7FFFFFFF) > 0x7F800000) return UINT32_MAX;
  if (bits == 0x80000000) bits = 0;
  return bits & 0x80000000 ? ~bits : bits | 0x80000000;
}

static inline uint32_t half_key(uint32_t bits) {
  if ((bits & 0x7FFF) > 0x7C00) return UINT16_MAX;
  if (bits == 0x8000) bits = 0;
  return bits & 0x8000 ? ~bits & 0xFFFF : bits | 0x8000;
}

/// Element `i` as an unsigned number in the same order, of 32 bits (64 for int64).
static inline uint64_t sort_key(vk_dtype type, const void *source, size_t i) {
  switch (type) {
    case VK_FLOAT32: return float_key(((const uint32_t *)source)[i]);
    case VK_BFLOAT16: return float_key((uint32_t)((const uint16_t *)source)[i] << 16);
    case VK_FLOAT16: return half_key(((const uint16_t *)source)[i]);
    case VK_INT8: return ((const uint8_t *)source)[i] ^ 0x80u;
    case VK_UINT8:
    case VK_BOOL: return ((const uint8_t *)source)[i];
    case VK_INT32: return ((const uint32_t *)source)[i] ^ 0x80000000u;
    default: return ((const uint64_t *)source)[i] ^ (1ull << 63);
  }
}

#define VK_WORD uint64_t
#define VK_KEY uint32_t
#define VK_NAME(f) f##_64
#define VK_KEY_SHIFT 32
#define VK_KEY_BYTES 4
#include "vk_topk_word.h"

#define VK_WORD unsigned __int128
#define VK_KEY uint64_t
#define VK_NAME(f) f##_128
#define VK_KEY_SHIFT 64
#define VK_KEY_BYTES 8
#include "vk_topk_word.h"

/// Keys of 64 bits, or positions beyond 32, need words of 128.
static bool is_wide(vk_dtype type, size_t count) { return type == VK_INT64 || count > UINT32_MAX; }

size_t vk_topk_workspace(vk_dtype type, size_t count) { return 2 * count * (is_wide(type, count) ? 16 : 8); }

void vk_topk(vk_isa isa, vk_dtype type, size_t count, size_t k, bool largest, const void *source,
             size_t source_stride, void *values, int64_t *indices, size_t target_stride, void *workspace) {
  (void)isa;
  if (k == 0) return;
  if (is_wide(type, count)) {
    topk_128(type, count, k, largest, source, source_stride, indices, target_stride, workspace);
  } else {
    topk_64(type, count, k, largest, source, source_stride, indices, target_stride, workspace);
  }
  for (size_t i = 0; i < k; i++) {
    const size_t to = i * target_stride, from = (size_t)indices[to] * source_stride;
    switch (type) {
      case VK_BOOL:
      case VK_INT8:
      case VK_UINT8: ((uint8_t *)values)[to] = ((const uint8_t *)source)[from]; break;
      case VK_BFLOAT16:
      case VK_FLOAT16: ((uint16_t *)values)[to] = ((const uint16_t *)source)[from]; break;
      case VK_INT64: ((uint64_t *)values)[to] = ((const uint64_t *)source)[from]; break;
      default: ((uint32_t *)values)[to] = ((const uint32_t *)source)[from]; break;
    }
  }
}
