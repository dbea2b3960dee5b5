// One tier of the activations over runs of values.

// Four vectors at a time where a function is a long chain: one after the other they would fill the scheduler.
#define VK_EACH(statement) _Pragma("clang loop unroll(full)") for (int k = 0; k < N; k++) { statement; }

#if VK_TIER == 2
/// 2^n (1 + r + ...) of N vectors x, at least -88 and at most 88, into y.
VK_INLINE void VK_NAME(exp_each)(const int N, const vk_f *x, vk_f *y) {
  vk_f n[4], r[4], q[4];
  VK_EACH(n[k] = (vk_f)_mm512_roundscale_ps((__m512)(x[k] * 0x1.715476p+0f), _MM_FROUND_TO_NEAREST_INT))
  VK_EACH(r[k] = x[k] - n[k] * 0.693359375f)
  VK_EACH(r[k] = r[k] + n[k] * 2.12194440e-4f)
  VK_EACH(q[k] = r[k] * 0x1.6d5168p-10f + 0x1.123e4cp-7f)
  VK_EACH(q[k] = q[k] * r[k] + 0x1.5554e4p-5f)
  VK_EACH(q[k] = q[k] * r[k] + 0x1.55548ap-3f)
  VK_EACH(q[k] = q[k] * r[k] + 0.5f)
  VK_EACH(q[k] = q[k] * r[k] + 1.0f)
  VK_EACH(q[k] = q[k] * r[k] + 1.0f)
  VK_EACH(y[k] = (vk_f)_mm512_scalef_ps((__m512)q[k], (__m512)n[k]))
}
#endif

/// 1 / (1 + e^-x) within 4 units of the last place where x > -87, 0 below.
VK_INLINE void VK_NAME(gate)(const int N, const vk_f *x, vk_f *y) {
#if VK_TIER == 2
  // An estimate refined once in place of a division.
  vk_f c[4], d[4], e[4];
  VK_EACH(c[k] = VK_NAME(bound)(-x[k], (vk_f)(-87.0f), (vk_f)(87.0f)))
  VK_NAME(exp_each)(N, c, d);
  VK_EACH(d[k] = d[k] + 1.0f)
  VK_EACH(e[k] = (vk_f)_mm512_rcp14_ps((__m512)d[k]))
  VK_EACH(d[k] = 1.0f - d[k] * e[k])
  VK_EACH(e[k] = e[k] + e[k] * d[k])
  VK_EACH(y[k] = x[k] < -87.0f ? (vk_f)(0.0f) : e[k])
#else
  VK_EACH(y[k] = VK_NAME(sigmoid)(x[k]))
#endif
}

VK_INLINE void VK_NAME(gated)(const int N, const vk_f *x, vk_f *y) {
  vk_f gates[4];
  VK_NAME(gate)(N, x, gates);
  VK_EACH(y[k] = x[k] * gates[k])
}

/// 2^x within 2 units of the last place, or with an error of 8e-5 that rounding to bf16 hides, for x from -126 to 127; 0 below:
/// subnormal factors would slow sums down.
VK_INLINE void VK_NAME(quick_exp2)(const bool rough, const int N, const vk_f *x, vk_f *y) {
  vk_f n[4], r[4], q[4];
  // The nearest whole number, and in the lowest bits what the exponent of its power is stored as.
  VK_EACH(n[k] = x[k] + 12583039.0f)
  VK_EACH(r[k] = x[k] - (n[k] - 12583039.0f))
  if (rough) {
    VK_EACH(q[k] = r[k] * 0x1.c3f760p-5f + 0x1.f0de1ap-3f)
  } else {
    VK_EACH(q[k] = r[k] * 0x1.5c08e6p-10f + 0x1.3d0c52p-7f)
    VK_EACH(q[k] = q[k] * r[k] + 0x1.c6b6e4p-5f)
    VK_EACH(q[k] = q[k] * r[k] + 0x1.ebf918p-3f)
  }
  VK_EACH(q[k] = q[k] * r[k] + (rough ? 0x1.62f31ap-1f : 0x1.62e428p-1f))
  VK_EACH(q[k] = q[k] * r[k] + (rough ? 0x1.fff692p-1f : 0x1.000002p+0f))
  VK_EACH(y[k] = x[k] < -126.0f ? (vk_f)(0.0f) : q[k] * (vk_f)((vk_u)n[k] << 23))
}

/// x times the normal distribution function, within 8e-7 of the value down to -6 and 3e-6 beyond, where it is below 1e-8:
/// with t = 1 / (1 + p |x|) the upper tail is a polynomial in t times e^(-x^2 / 2) (Hastings 1955, fitted anew).
VK_INLINE void VK_NAME(quick_gelu)(const int N, const vk_f *x, vk_f *y) {
#if VK_TIER == 2
  vk_f a[4], d[4], t[4], q[4], e[4];
  // Beyond 13 the tail is 0 in single precision, and its factor still a normal number.
  VK_EACH(a[k] = VK_NAME(bound)(VK_NAME(magnitude)(x[k]), (vk_f)(0.0f), (vk_f)(13.2f)))
  VK_EACH(d[k] = 1.0f + a[k] * 0.2316419f)
  VK_EACH(t[k] = (vk_f)_mm512_rcp14_ps((__m512)d[k]))
  VK_EACH(d[k] = 1.0f - d[k] * t[k])
  VK_EACH(t[k] = t[k] + t[k] * d[k])
  VK_EACH(q[k] = t[k] * -0x1.23705cp-4f + 0x1.00d814p-2f)
  VK_EACH(q[k] = q[k] * t[k] - 0x1.a88824p-3f)
  VK_EACH(q[k] = q[k] * t[k] + 0x1.d87686p-3f)
  VK_EACH(q[k] = q[k] * t[k] + 0x1.580d50p-7f)
  VK_EACH(q[k] = q[k] * t[k] + 0x1.a884bap-4f)
  VK_EACH(q[k] = q[k] * t[k] + 0x1.71a756p-4f)
  VK_EACH(q[k] = q[k] * t[k] + 0x1.7b059cp-4f)
  VK_EACH(e[k] = a[k] * a[k] * -0.5f)
  VK_NAME(exp_each)(N, e, e);
  VK_EACH(t[k] = t[k] * a[k])
  VK_EACH(q[k] = q[k] * t[k])
  VK_EACH(y[k] = VK_NAME(bound)(x[k], (vk_f)(0.0f), (vk_f)(__builtin_inff())) - q[k] * e[k])
  // Minus infinity times nothing is no number.
  VK_EACH(y[k] = x[k] < -3e38f ? x[k] * 0.0f : y[k])
#else
  VK_EACH(y[k] = VK_NAME(gelu)(x[k]))
#endif
}

#define VK_ACTIVATE_EACH(name, function)                                                                   \
  static void VK_NAME(activate_##name)(const float *in, float *out, size_t n, float a, float b) {          \
    (void)a, (void)b;                                                                                      \
    vk_f x[4], y[4];                                                                                       \
    size_t i = 0;                                                                                          \
    for (; i + 4 * VK_LANES <= n; i += 4 * VK_LANES) {                                                     \
      const int N = 4;                                                                                     \
      VK_EACH(x[k] = VK_NAME(load)(in + i + k * VK_LANES))                                                 \
      VK_NAME(function)(4, x, y);                                                                          \
      VK_EACH(VK_NAME(store)(out + i + k * VK_LANES, y[k]))                                                \
    }                                                                                                      \
    if (i + VK_LANES < n) {                                                                                \
      const int N = 4;                                                                                     \
      VK_EACH(const size_t at = i + k * VK_LANES;                                                          \
              x[k] = at < n ? VK_NAME(load_some)(in + at, n - at) : (vk_f)(0.0f))                          \
      VK_NAME(function)(4, x, y);                                                                          \
      VK_EACH(const size_t at = i + k * VK_LANES; if (at < n) VK_NAME(store_some)(out + at, n - at, y[k])) \
    } else if (i < n) {                                                                                    \
      x[0] = VK_NAME(load_some)(in + i, n - i);                                                            \
      VK_NAME(function)(1, x, y);                                                                          \
      VK_NAME(store_some)(out + i, n - i, y[0]);                                                           \
    }                                                                                                      \
  }
#define VK_ACTIVATE(name, expression)                                                                      \
  static void VK_NAME(activate_##name)(const float *in, float *out, size_t n, float a, float b) {          \
    (void)a, (void)b;                                                                                      \
    size_t i = 0;                                                                                          \
    for (; i + VK_LANES <= n; i += VK_LANES) {                                                             \
      const vk_f x = VK_NAME(load)(in + i);                                                                \
      VK_NAME(store)(out + i, expression);                                                                 \
    }                                                                                                      \
    if (i < n) {                                                                                           \
      const vk_f x = VK_NAME(load_part)(in + i, n - i);                                                    \
      VK_NAME(store_part)(out + i, n - i, expression);                                                     \
    }                                                                                                      \
  }
#define VK_GATE(x) VK_NAME(at_most)(VK_NAME(at_least)(x + 3.0f, 0.0f), 6.0f)

VK_ACTIVATE(none, x)
VK_ACTIVATE(clip, VK_NAME(bound)(x, (vk_f)(a), (vk_f)(b)))
VK_ACTIVATE(leaky_relu, x > 0.0f ? x : x * a)
VK_ACTIVATE(elu, x > 0.0f ? x : a * VK_NAME(expm1)(x))
VK_ACTIVATE_EACH(silu, gated)
VK_ACTIVATE(mish, VK_NAME(mish)(x))
VK_ACTIVATE_EACH(gelu, quick_gelu)
VK_ACTIVATE(gelu_tanh, VK_NAME(gelu_tanh)(x))
VK_ACTIVATE_EACH(sigmoid, gate)
VK_ACTIVATE(tanh, VK_NAME(tanh)(x))
VK_ACTIVATE(hardswish, x *(VK_GATE(x) * (1.0f / 6)))
VK_ACTIVATE(hardsigmoid, VK_GATE(x) * (1.0f / 6))

__attribute__((unused)) static void VK_NAME(activate)(
    vk_activation activation, float a, float b, const float *in, float *out, size_t n) {
  switch (activation) {
    case VK_ACTIVATION_NONE:
      if (in != out) VK_NAME(activate_none)(in, out, n, a, b);
      return;
    case VK_ACTIVATION_RELU: VK_NAME(activate_clip)(in, out, n, 0, __builtin_inff()); return;
    case VK_ACTIVATION_CLIP: VK_NAME(activate_clip)(in, out, n, a, b); return;
    case VK_ACTIVATION_LEAKY_RELU: VK_NAME(activate_leaky_relu)(in, out, n, a, b); return;
    case VK_ACTIVATION_ELU: VK_NAME(activate_elu)(in, out, n, a, b); return;
    case VK_ACTIVATION_SILU: VK_NAME(activate_silu)(in, out, n, a, b); return;
    case VK_ACTIVATION_MISH: VK_NAME(activate_mish)(in, out, n, a, b); return;
    case VK_ACTIVATION_GELU: VK_NAME(activate_gelu)(in, out, n, a, b); return;
    case VK_ACTIVATION_GELU_TANH: VK_NAME(activate_gelu_tanh)(in, out, n, a, b); return;
    case VK_ACTIVATION_SIGMOID: VK_NAME(activate_sigmoid)(in, out, n, a, b); return;
    case VK_ACTIVATION_TANH: VK_NAME(activate_tanh)(in, out, n, a, b); return;
    case VK_ACTIVATION_HARDSWISH: VK_NAME(activate_hardswish)(in, out, n, a, b); return;
    case VK_ACTIVATION_HARDSIGMOID: VK_NAME(activate_hardsigmoid)(in, out, n, a, b); return;
  }
}

/// The same of rows that lie `stride` floats apart, in place.
__attribute__((unused)) static void VK_NAME(activate_rows)(
    const vk_epilogue *e, float *first, size_t rows, size_t stride, size_t n) {
  if (stride == n) {
    VK_NAME(activate)(e->activation, e->a, e->b, first, first, rows * n);
    return;
  }
  for (size_t i = 0; i < rows; i++) {
    VK_NAME(activate)(e->activation, e->a, e->b, first + i * stride, first + i * stride, n);
  }
}

#undef VK_ACTIVATE
#undef VK_ACTIVATE_EACH
#undef VK_EACH
#undef VK_GATE
