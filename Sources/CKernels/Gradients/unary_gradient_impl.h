// Body of unary_gradient.c, included once a tier after vk_math_impl.h.

#define M(f) VK_NAME(f)

/// Defines the loop over sixteen upstream values `g` and saved values `s` at a time.
#define VK_GRADIENT(name, expression)                                                                              \
  static void VK_NAME(gradient_##name)(const float *in, const float *saved, float *out, size_t n, float a, float b) { \
    (void)a, (void)b;                                                                                              \
    size_t i = 0;                                                                                                  \
    for (; i + VK_LANES <= n; i += VK_LANES) {                                                                     \
      const vk_f g = M(load)(in + i), s = M(load)(saved + i);                                                      \
      (void)g, (void)s;                                                                                            \
      M(store)(out + i, expression);                                                                               \
    }                                                                                                              \
    if (i < n) {                                                                                                   \
      const vk_f g = M(load_part)(in + i, n - i), s = M(load_part)(saved + i, n - i);                              \
      (void)g, (void)s;                                                                                            \
      M(store_part)(out + i, n - i, expression);                                                                   \
    }                                                                                                              \
  }

/// The same where the derivative takes several steps: `derivative` is a function of `s`, `a` and `b`.
#define VK_GRADIENT_OF(name) VK_GRADIENT(name, g *M(derivative_##name)(s))

#define VK_LIBM(name, expression)                                                                                     \
  static void VK_NAME(gradient_##name)(const float *in, const float *saved, float *out, size_t n, float a, float b) { \
    (void)a, (void)b;                                                                                                 \
    for (size_t i = 0; i < n; i++) {                                                                                  \
      const float s = saved[i];                                                                                       \
      out[i] = in[i] * (expression);                                                                                  \
    }                                                                                                                 \
  }

#define VK_ZERO (vk_f)(0.0f)

VK_INLINE vk_f M(derivative_silu)(vk_f x) {
  const vk_f gate = M(sigmoid)(x);
  return gate * (1.0f + x * (1.0f - gate));
}

VK_INLINE vk_f M(derivative_mish)(vk_f x) {
  const vk_f t = M(tanh)(M(softplus)(x));
  return t + x * (1.0f - t * t) * M(sigmoid)(x);
}

VK_INLINE vk_f M(derivative_gelu)(vk_f x) {
  const vk_f half = 0.5f + 0.5f * M(erf)(x * 0.70710678118654752f);
  return half + x * 0.39894228040143268f * M(exp)(-0.5f * x * x);
}

VK_INLINE vk_f M(derivative_gelu_tanh)(vk_f x) {
  const float k = 0.79788456080286536f, c = 0.044715f;
  const vk_f t = M(tanh)(k * (x + c * x * x * x));
  return 0.5f * (1.0f + t) + 0.5f * x * (1.0f - t * t) * k * (1.0f + 3.0f * c * x * x);
}

VK_GRADIENT(zero, VK_ZERO)
VK_GRADIENT(negate, -g)
VK_GRADIENT(abs, s > 0.0f ? g : (s < 0.0f ? -g : VK_ZERO))
VK_GRADIENT(square, g * 2.0f * s)
VK_GRADIENT(reciprocal, -g *s *s)
VK_GRADIENT(sqrt, g / (2.0f * s))
VK_GRADIENT(rsqrt, g * -0.5f * s * s * s)
VK_GRADIENT(exp, g *s)
VK_GRADIENT(expm1, g * (s + 1.0f))
VK_GRADIENT(log, g / s)
VK_GRADIENT(log1p, g / (s + 1.0f))
VK_LIBM(sin, cosf(s))
VK_LIBM(cos, -sinf(s))
VK_GRADIENT(atan, g / (1.0f + s * s))
VK_GRADIENT(erf, g * 1.1283791670955126f * M(exp)(-s * s))
VK_GRADIENT(tanh, g * (1.0f - s * s))
VK_GRADIENT(sigmoid, g *s * (1.0f - s))
VK_GRADIENT(softplus, g *M(sigmoid)(s))
VK_GRADIENT(relu, s > 0.0f ? g : VK_ZERO)
VK_GRADIENT(leaky_relu, s > 0.0f ? g : g * a)
VK_GRADIENT(elu, s > 0.0f ? g : g * a * M(exp)(s))
VK_GRADIENT_OF(silu)
VK_GRADIENT_OF(mish)
VK_GRADIENT_OF(gelu)
VK_GRADIENT_OF(gelu_tanh)
VK_GRADIENT(hardswish, s < -3.0f ? VK_ZERO : (s <= 3.0f ? g * (s / 3.0f + 0.5f) : g))
VK_GRADIENT(hardsigmoid, s > -3.0f ? (s < 3.0f ? g / 6.0f : VK_ZERO) : VK_ZERO)
VK_GRADIENT(clamp, s >= a ? (s <= b ? g : VK_ZERO) : VK_ZERO)

static const vk_gradient_loop VK_NAME(gradient)[VK_UNARY_COUNT] = {
    [VK_NEGATE] = M(gradient_negate),
    [VK_ABS] = M(gradient_abs),
    [VK_SIGN] = M(gradient_zero),
    [VK_SQUARE] = M(gradient_square),
    [VK_RECIPROCAL] = M(gradient_reciprocal),
    [VK_SQRT] = M(gradient_sqrt),
    [VK_RSQRT] = M(gradient_rsqrt),
    [VK_FLOOR] = M(gradient_zero),
    [VK_CEIL] = M(gradient_zero),
    [VK_ROUND] = M(gradient_zero),
    [VK_EXP] = M(gradient_exp),
    [VK_EXPM1] = M(gradient_expm1),
    [VK_LOG] = M(gradient_log),
    [VK_LOG1P] = M(gradient_log1p),
    [VK_SIN] = M(gradient_sin),
    [VK_COS] = M(gradient_cos),
    [VK_ATAN] = M(gradient_atan),
    [VK_ERF] = M(gradient_erf),
    [VK_TANH] = M(gradient_tanh),
    [VK_SIGMOID] = M(gradient_sigmoid),
    [VK_SOFTPLUS] = M(gradient_softplus),
    [VK_RELU] = M(gradient_relu),
    [VK_LEAKY_RELU] = M(gradient_leaky_relu),
    [VK_ELU] = M(gradient_elu),
    [VK_SILU] = M(gradient_silu),
    [VK_MISH] = M(gradient_mish),
    [VK_GELU] = M(gradient_gelu),
    [VK_GELU_TANH] = M(gradient_gelu_tanh),
    [VK_HARDSWISH] = M(gradient_hardswish),
    [VK_HARDSIGMOID] = M(gradient_hardsigmoid),
    [VK_CLAMP] = M(gradient_clamp),
};

#undef M
#undef VK_GRADIENT
#undef VK_GRADIENT_OF
#undef VK_LIBM
#undef VK_ZERO
