// float32 arithmetic of vk_binary.c, included once a tier after vk_vector_impl.h.

#define M(f) VK_NAME(f)

/// Defines one row: both operands running, or one of them a single value.
#define VK_BINARY(name, expression)                                                                              \
  static void VK_NAME(row_##name)(const float *pa, bool a_runs, const float *pb, bool b_runs, float *out, size_t n) { \
    size_t i = 0;                                                                                                \
    if (a_runs && b_runs) {                                                                                      \
      for (; i + VK_LANES <= n; i += VK_LANES) {                                                                 \
        const vk_f a = M(load)(pa + i), b = M(load)(pb + i);                                                     \
        M(store)(out + i, expression);                                                                           \
      }                                                                                                          \
    } else if (a_runs) {                                                                                         \
      const vk_f b = *pb;                                                                                        \
      for (; i + VK_LANES <= n; i += VK_LANES) {                                                                 \
        const vk_f a = M(load)(pa + i);                                                                          \
        M(store)(out + i, expression);                                                                           \
      }                                                                                                          \
    } else {                                                                                                     \
      const vk_f a = *pa;                                                                                        \
      for (; i + VK_LANES <= n; i += VK_LANES) {                                                                 \
        const vk_f b = b_runs ? M(load)(pb + i) : (vk_f)(*pb);                                                   \
        M(store)(out + i, expression);                                                                           \
      }                                                                                                          \
    }                                                                                                            \
    if (i < n) {                                                                                                 \
      const vk_f a = a_runs ? M(load_part)(pa + i, n - i) : (vk_f)(*pa);                                         \
      const vk_f b = b_runs ? M(load_part)(pb + i, n - i) : (vk_f)(*pb);                                         \
      M(store_part)(out + i, n - i, expression);                                                                 \
    }                                                                                                            \
  }

VK_BINARY(add, a + b)
VK_BINARY(subtract, a - b)
VK_BINARY(multiply, a *b)
VK_BINARY(divide, a / b)
VK_BINARY(minimum, ((a < b) | (a != a)) ? a : b)
VK_BINARY(maximum, ((a > b) | (a != a)) ? a : b)
VK_BINARY(prelu, a > 0.0f ? a : a * b)

static const vk_binary_row VK_NAME(rows)[VK_BINARY_COUNT] = {
    [VK_ADD] = M(row_add),
    [VK_SUBTRACT] = M(row_subtract),
    [VK_MULTIPLY] = M(row_multiply),
    [VK_DIVIDE] = M(row_divide),
    [VK_POWER] = vk_row_power,
    [VK_MINIMUM] = M(row_minimum),
    [VK_MAXIMUM] = M(row_maximum),
    [VK_REMAINDER] = vk_row_remainder,
    [VK_ATAN2] = vk_row_atan2,
    [VK_PRELU] = M(row_prelu),
};

#undef M
#undef VK_BINARY
