// Body of vk_cast.c, included once a tier; VK_F16C says that the tier has half-precision conversions.

/// Defines the loop from TF to TT that stores `expression` of the loaded value `x`.
#define VK_CAST_LOOP(from, TF, to, TT, load, expression)                                                     \
  static void VK_NAME(cast_##from##_##to)(const void *source, void *target, size_t count) {                  \
    const TF *restrict in = source;                                                                          \
    TT *restrict out = target;                                                                               \
    for (size_t i = 0; i < count; i++) {                                                                     \
      const load;                                                                                            \
      out[i] = (TT)(expression);                                                                             \
    }                                                                                                        \
  }

#ifdef VK_F16C
#define VK_HALF_TYPE _Float16
#define VK_FROM_HALF(h) (float)(h)
#define VK_TO_HALF(x) (_Float16)(x)
#else
#define VK_HALF_TYPE uint16_t
#define VK_FROM_HALF(h) vk_half_to_float(h)
#define VK_TO_HALF(x) vk_float_to_half(x)
#endif

/// Every target of a floating-point source, whose value `load` puts into `float x`.
#define VK_CASTS_FROM_FLOAT(from, TF, load)                                      \
  VK_CAST_LOOP(from, TF, int8, int8_t, load, vk_float_to_int(x, -128.0f, 127.0f)) \
  VK_CAST_LOOP(from, TF, uint8, uint8_t, load, vk_float_to_int(x, 0.0f, 255.0f))  \
  VK_CAST_LOOP(from, TF, int32, int32_t, load, vk_float_to_int32(x))              \
  VK_CAST_LOOP(from, TF, int64, int64_t, load, vk_float_to_int64(x))              \
  VK_CAST_LOOP(from, TF, bool, uint8_t, load, x != 0)

/// The floating-point and bool targets of an integer source.
#define VK_CASTS_FROM_INT(from, TF)                                                        \
  VK_CAST_LOOP(from, TF, float32, float, float x = (float)in[i], x)                         \
  VK_CAST_LOOP(from, TF, bfloat16, uint16_t, float x = (float)in[i], vk_float_to_bfloat(x)) \
  VK_CAST_LOOP(from, TF, float16, VK_HALF_TYPE, float x = (float)in[i], VK_TO_HALF(x))      \
  VK_CAST_LOOP(from, TF, bool, uint8_t, TF x = in[i], x != 0)

VK_CAST_LOOP(float32, float, bfloat16, uint16_t, float x = in[i], vk_float_to_bfloat(x))
VK_CAST_LOOP(float32, float, float16, VK_HALF_TYPE, float x = in[i], VK_TO_HALF(x))
VK_CASTS_FROM_FLOAT(float32, float, float x = in[i])

VK_CAST_LOOP(bfloat16, uint16_t, float32, float, float x = vk_bfloat_to_float(in[i]), x)
VK_CAST_LOOP(bfloat16, uint16_t, float16, VK_HALF_TYPE, float x = vk_bfloat_to_float(in[i]), VK_TO_HALF(x))
VK_CASTS_FROM_FLOAT(bfloat16, uint16_t, float x = vk_bfloat_to_float(in[i]))

VK_CAST_LOOP(float16, VK_HALF_TYPE, float32, float, float x = VK_FROM_HALF(in[i]), x)
VK_CAST_LOOP(float16, VK_HALF_TYPE, bfloat16, uint16_t, float x = VK_FROM_HALF(in[i]), vk_float_to_bfloat(x))
VK_CASTS_FROM_FLOAT(float16, VK_HALF_TYPE, float x = VK_FROM_HALF(in[i]))

VK_CASTS_FROM_INT(int8, int8_t)
VK_CAST_LOOP(int8, int8_t, uint8, uint8_t, int8_t x = in[i], x)
VK_CAST_LOOP(int8, int8_t, int32, int32_t, int8_t x = in[i], x)
VK_CAST_LOOP(int8, int8_t, int64, int64_t, int8_t x = in[i], x)

VK_CASTS_FROM_INT(uint8, uint8_t)
VK_CAST_LOOP(uint8, uint8_t, int8, int8_t, uint8_t x = in[i], x)
VK_CAST_LOOP(uint8, uint8_t, int32, int32_t, uint8_t x = in[i], x)
VK_CAST_LOOP(uint8, uint8_t, int64, int64_t, uint8_t x = in[i], x)

VK_CASTS_FROM_INT(int32, int32_t)
VK_CAST_LOOP(int32, int32_t, int8, int8_t, int32_t x = in[i], x)
VK_CAST_LOOP(int32, int32_t, uint8, uint8_t, int32_t x = in[i], x)
VK_CAST_LOOP(int32, int32_t, int64, int64_t, int32_t x = in[i], x)

VK_CASTS_FROM_INT(int64, int64_t)
VK_CAST_LOOP(int64, int64_t, int8, int8_t, int64_t x = in[i], x)
VK_CAST_LOOP(int64, int64_t, uint8, uint8_t, int64_t x = in[i], x)
VK_CAST_LOOP(int64, int64_t, int32, int32_t, int64_t x = in[i], x)

VK_CAST_LOOP(bool, uint8_t, float32, float, float x = in[i] ? 1.0f : 0.0f, x)
VK_CAST_LOOP(bool, uint8_t, bfloat16, uint16_t, uint16_t x = in[i] ? 0x3f80 : 0, x)
VK_CAST_LOOP(bool, uint8_t, float16, uint16_t, uint16_t x = in[i] ? 0x3c00 : 0, x)
VK_CAST_LOOP(bool, uint8_t, uint8, uint8_t, uint8_t x = in[i], x != 0)
VK_CAST_LOOP(bool, uint8_t, int32, int32_t, uint8_t x = in[i], x != 0)
VK_CAST_LOOP(bool, uint8_t, int64, int64_t, uint8_t x = in[i], x != 0)

/// The loops by source and target; none from a type to itself.
#define VK_C(from, to) VK_NAME(cast_##from##_##to)

static const vk_cast_loop VK_NAME(casts)[8][8] = {
    {0, VK_C(float32, bfloat16), VK_C(float32, float16), VK_C(float32, int8), VK_C(float32, uint8),
     VK_C(float32, int32), VK_C(float32, int64), VK_C(float32, bool)},
    {VK_C(bfloat16, float32), 0, VK_C(bfloat16, float16), VK_C(bfloat16, int8), VK_C(bfloat16, uint8),
     VK_C(bfloat16, int32), VK_C(bfloat16, int64), VK_C(bfloat16, bool)},
    {VK_C(float16, float32), VK_C(float16, bfloat16), 0, VK_C(float16, int8), VK_C(float16, uint8),
     VK_C(float16, int32), VK_C(float16, int64), VK_C(float16, bool)},
    {VK_C(int8, float32), VK_C(int8, bfloat16), VK_C(int8, float16), 0, VK_C(int8, uint8), VK_C(int8, int32),
     VK_C(int8, int64), VK_C(int8, bool)},
    {VK_C(uint8, float32), VK_C(uint8, bfloat16), VK_C(uint8, float16), VK_C(uint8, int8), 0, VK_C(uint8, int32),
     VK_C(uint8, int64), VK_C(uint8, bool)},
    {VK_C(int32, float32), VK_C(int32, bfloat16), VK_C(int32, float16), VK_C(int32, int8), VK_C(int32, uint8), 0,
     VK_C(int32, int64), VK_C(int32, bool)},
    {VK_C(int64, float32), VK_C(int64, bfloat16), VK_C(int64, float16), VK_C(int64, int8), VK_C(int64, uint8),
     VK_C(int64, int32), 0, VK_C(int64, bool)},
    {VK_C(bool, float32), VK_C(bool, bfloat16), VK_C(bool, float16), VK_C(bool, uint8), VK_C(bool, uint8),
     VK_C(bool, int32), VK_C(bool, int64), 0},
};

#undef VK_C
#undef VK_CASTS_FROM_INT
#undef VK_CASTS_FROM_FLOAT
#undef VK_TO_HALF
#undef VK_FROM_HALF
#undef VK_HALF_TYPE
#undef VK_CAST_LOOP
