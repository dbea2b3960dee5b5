// Body of vk_unary.c, included once a tier after vk_math_impl.h.

#define M(f) VK_NAME(f)

/// Defines the loop over sixteen values `x` at a time.
#define VK_UNARY(name, expression)                                                                       \
  static void VK_NAME(unary_##name)(const float *in, float *out, size_t n, float a, float b) {           \
    (void)a, (void)b;                                                                                    \
    size_t i = 0;                                                                                        \
    for (; i + VK_LANES <= n; i += VK_LANES) {                                                           \
      const vk_f x = M(load)(in + i);                                                                    \
      M(store)(out + i, expression);                                                                     \
    }                                                                                                    \
    if (i < n) {                                                                                         \
      const vk_f x = M(load_part)(in + i, n - i);                                                        \
      M(store_part)(out + i, n - i, expression);                                                         \
    }                                                                                                    \
  }

/// Defines the loop that calls the C library for each value.
#define VK_UNARY_LIBM(name, function)                                                          \
  static void VK_NAME(unary_##name)(const float *in, float *out, size_t n, float a, float b) { \
    (void)a, (void)b;                                                                          \
    for (size_t i = 0; i < n; i++) out[i] = function(in[i]);                                   \
  }

#define VK_ZERO (vk_f)(0.0f)
#define VK_ONE (vk_f)(1.0f)
#define VK_HARD_GATE(x) M(at_most)(M(at_least)(x + 3.0f, 0.0f), 6.0f)

VK_UNARY(negate, -x)
VK_UNARY(abs, M(magnitude)(x))
VK_UNARY(sign, (x > 0.0f ? VK_ONE : VK_ZERO) - (x < 0.0f ? VK_ONE : VK_ZERO))
VK_UNARY(square, x *x)
VK_UNARY(reciprocal, 1.0f / x)
VK_UNARY(sqrt, __builtin_elementwise_sqrt(x))
VK_UNARY(rsqrt, 1.0f / __builtin_elementwise_sqrt(x))
VK_UNARY(floor, __builtin_elementwise_floor(x))
VK_UNARY(ceil, __builtin_elementwise_ceil(x))
VK_UNARY(round, M(round)(x))
VK_UNARY(exp, M(exp)(x))
VK_UNARY(expm1, M(expm1)(x))
VK_UNARY(log, M(log)(x))
VK_UNARY(log1p, M(log1p)(x))
VK_UNARY_LIBM(sin, sinf)
VK_UNARY_LIBM(cos, cosf)
VK_UNARY_LIBM(atan, atanf)
VK_UNARY(erf, M(erf)(x))
VK_UNARY(tanh, M(tanh)(x))
VK_UNARY(sigmoid, M(sigmoid)(x))
VK_UNARY(softplus, M(softplus)(x))
VK_UNARY(relu, M(at_least)(x, 0.0f))
VK_UNARY(leaky_relu, x > 0.0f ? x : x * a)
VK_UNARY(elu, x > 0.0f ? x : a * M(expm1)(x))
VK_UNARY(silu, M(silu)(x))
VK_UNARY(mish, M(mish)(x))
VK_UNARY(gelu, M(gelu)(x))
VK_UNARY(gelu_tanh, M(gelu_tanh)(x))
VK_UNARY(hardswish, x *(VK_HARD_GATE(x) / 6.0f))
VK_UNARY(hardsigmoid, VK_HARD_GATE(x) / 6.0f)
VK_UNARY(clamp, M(at_most)(M(at_least)(x, a), b))

static const vk_unary_loop VK_NAME(unary)[VK_UNARY_COUNT] = {
    [VK_NEGATE] = M(unary_negate),
    [VK_ABS] = M(unary_abs),
    [VK_SIGN] = M(unary_sign),
    [VK_SQUARE] = M(unary_square),
    [VK_RECIPROCAL] = M(unary_reciprocal),
    [VK_SQRT] = M(unary_sqrt),
    [VK_RSQRT] = M(unary_rsqrt),
    [VK_FLOOR] = M(unary_floor),
    [VK_CEIL] = M(unary_ceil),
    [VK_ROUND] = M(unary_round),
    [VK_EXP] = M(unary_exp),
    [VK_EXPM1] = M(unary_expm1),
    [VK_LOG] = M(unary_log),
    [VK_LOG1P] = M(unary_log1p),
    [VK_SIN] = M(unary_sin),
    [VK_COS] = M(unary_cos),
    [VK_ATAN] = M(unary_atan),
    [VK_ERF] = M(unary_erf),
    [VK_TANH] = M(unary_tanh),
    [VK_SIGMOID] = M(unary_sigmoid),
    [VK_SOFTPLUS] = M(unary_softplus),
    [VK_RELU] = M(unary_relu),
    [VK_LEAKY_RELU] = M(unary_leaky_relu),
    [VK_ELU] = M(unary_elu),
    [VK_SILU] = M(unary_silu),
    [VK_MISH] = M(unary_mish),
    [VK_GELU] = M(unary_gelu),
    [VK_GELU_TANH] = M(unary_gelu_tanh),
    [VK_HARDSWISH] = M(unary_hardswish),
    [VK_HARDSIGMOID] = M(unary_hardsigmoid),
    [VK_CLAMP] = M(unary_clamp),
};

#undef M
#undef VK_UNARY
#undef VK_UNARY_LIBM
#undef VK_ZERO
#undef VK_ONE
#undef VK_HARD_GATE
