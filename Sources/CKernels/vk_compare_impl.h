// Comparison loops of vk_compare.c, included once a tier for float32; VK_PORTABLE adds the other types. The compiler vectorises the inner loops.

#define VK_LOOPS(expression_ab, A, B)                                           \
  for (size_t r = 0; r < rows; r++, A += as.row, B += bs.row, out += columns) { \
    if (as.column && bs.column) {                                               \
      for (size_t i = 0; i < columns; i++) out[i] = A[i] expression_ab B[i];    \
    } else if (as.column) {                                                     \
      for (size_t i = 0; i < columns; i++) out[i] = A[i] expression_ab B[0];    \
    } else {                                                                    \
      for (size_t i = 0; i < columns; i++) out[i] = A[0] expression_ab B[bs.column ? i : 0]; \
    }                                                                           \
  }

#define VK_COMPARE(type, T)                                                                                       \
  static void VK_NAME(compare_##type)(vk_comparison comparison, size_t rows, size_t columns, const void *pa,      \
                                      vk_stride as, const void *pb, vk_stride bs, uint8_t *restrict out) {        \
    const T *a = pa, *b = pb;                                                                                     \
    switch (comparison) {                                                                                         \
      case VK_EQUAL: VK_LOOPS(==, a, b) return;                                                                   \
      case VK_NOT_EQUAL: VK_LOOPS(!=, a, b) return;                                                               \
      case VK_LESS: VK_LOOPS(<, a, b) return;                                                                     \
      case VK_LESS_EQUAL: VK_LOOPS(<=, a, b) return;                                                              \
      case VK_GREATER: VK_LOOPS(>, a, b) return;                                                                  \
      case VK_GREATER_EQUAL: VK_LOOPS(>=, a, b) return;                                                           \
    }                                                                                                             \
  }

VK_COMPARE(f32, float)
#ifdef VK_PORTABLE
VK_COMPARE(i8, int8_t)
VK_COMPARE(u8, uint8_t)
VK_COMPARE(i32, int32_t)
VK_COMPARE(i64, int64_t)
#endif

#undef VK_LOOPS
#undef VK_COMPARE
