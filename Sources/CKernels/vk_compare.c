#include "vk_binary.h"
#include "vk_targets.h"

#define VK_NAME(f) f##_portable
#define VK_PORTABLE
#include "vk_compare_impl.h"
#undef VK_NAME
#undef VK_PORTABLE

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#include "vk_compare_impl.h"
#undef VK_NAME
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#include "vk_compare_impl.h"
#undef VK_NAME
#pragma clang attribute pop
#endif

void vk_compare(vk_isa isa, vk_dtype type, vk_comparison comparison, size_t rows, size_t columns, const void *a,
                vk_stride as, const void *b, vk_stride bs, uint8_t *out) {
  switch (type) {
    case VK_FLOAT32:
#if defined(__x86_64__)
      if (isa == VK_ISA_AVX512) return compare_f32_avx512(comparison, rows, columns, a, as, b, bs, out);
      if (isa == VK_ISA_AVX2) return compare_f32_avx2(comparison, rows, columns, a, as, b, bs, out);
#else
      (void)isa;
#endif
      return compare_f32_portable(comparison, rows, columns, a, as, b, bs, out);
    case VK_INT8: return compare_i8_portable(comparison, rows, columns, a, as, b, bs, out);
    case VK_UINT8:
    case VK_BOOL: return compare_u8_portable(comparison, rows, columns, a, as, b, bs, out);
    case VK_INT32: return compare_i32_portable(comparison, rows, columns, a, as, b, bs, out);
    case VK_INT64: return compare_i64_portable(comparison, rows, columns, a, as, b, bs, out);
    case VK_BFLOAT16:
    case VK_FLOAT16: return;
  }
}

/// Where the condition runs, the loops select; where it does not, a whole row comes from one operand.
#define VK_WHERE(bits, T)                                                                                           \
  static void vk_where_##bits(size_t rows, size_t columns, const uint8_t *c, vk_stride cs, const void *pa,    \
                                    vk_stride as, const void *pb, vk_stride bs, void *target) {                     \
    const T *a = pa, *b = pb;                                                                                       \
    T *restrict out = target;                                                                                       \
    for (size_t r = 0; r < rows; r++, c += cs.row, a += as.row, b += bs.row, out += columns) {                      \
      if (!cs.column) {                                                                                             \
        const T *source = *c ? a : b;                                                                               \
        const bool runs = *c ? as.column : bs.column;                                                               \
        for (size_t i = 0; i < columns; i++) out[i] = source[runs ? i : 0];                                         \
      } else if (as.column && bs.column) {                                                                          \
        for (size_t i = 0; i < columns; i++) out[i] = c[i] ? a[i] : b[i];                                           \
      } else if (as.column) {                                                                                       \
        const T other = *b;                                                                                         \
        for (size_t i = 0; i < columns; i++) out[i] = c[i] ? a[i] : other;                                          \
      } else {                                                                                                      \
        const T value = *a;                                                                                         \
        for (size_t i = 0; i < columns; i++) out[i] = c[i] ? value : b[bs.column ? i : 0];                          \
      }                                                                                                             \
    }                                                                                                               \
  }

VK_WHERE(8, uint8_t)
VK_WHERE(16, uint16_t)
VK_WHERE(32, uint32_t)
VK_WHERE(64, uint64_t)

void vk_where(vk_isa isa, size_t element_size, size_t rows, size_t columns, const uint8_t *condition, vk_stride cs,
              const void *a, vk_stride as, const void *b, vk_stride bs, void *out) {
  (void)isa;
  switch (element_size) {
    case 1: return vk_where_8(rows, columns, condition, cs, a, as, b, bs, out);
    case 2: return vk_where_16(rows, columns, condition, cs, a, as, b, bs, out);
    case 4: return vk_where_32(rows, columns, condition, cs, a, as, b, bs, out);
    case 8: return vk_where_64(rows, columns, condition, cs, a, as, b, bs, out);
  }
}

#define VK_EACH(op)                                                                                              \
  for (size_t r = 0; r < rows; r++, a += as.row, b += bs.row, out += columns) {                                  \
    for (size_t i = 0; i < columns; i++) out[i] = (a[as.column ? i : 0] != 0) op (b[bs.column ? i : 0] != 0);    \
  }                                                                                                              \
  return;

void vk_logical(vk_isa isa, vk_logical_function function, size_t rows, size_t columns, const uint8_t *a, vk_stride as,
                const uint8_t *b, vk_stride bs, uint8_t *out) {
  (void)isa;
  switch (function) {
    case VK_AND: VK_EACH(&)
    case VK_OR: VK_EACH(|)
    case VK_XOR: VK_EACH(^)
  }
}
