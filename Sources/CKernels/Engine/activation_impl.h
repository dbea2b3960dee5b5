// One tier of the activations over runs of values.

/// 1 / (1 + e^-x) within 3 units of the last place where x > -87, 0 below.
VK_INLINE vk_f VK_NAME(gate)(vk_f x) {
#if VK_TIER == 2
  // Scaling by an instruction of its own, and an estimate refined once in place of a division: a third of the time.
  const vk_f c = VK_NAME(bound)(x, (vk_f)(-87.0f), (vk_f)(87.0f));
  const vk_f n = (vk_f)_mm512_roundscale_ps((__m512)(c * -0x1.715476p+0f), _MM_FROUND_TO_NEAREST_INT);
  const vk_f r = (-c - n * 0.693359375f) + n * 2.12194440e-4f;
  const vk_f e = (vk_f)_mm512_scalef_ps((__m512)(1.0f + (r + r * r * VK_NAME(exp_tail)(r))), (__m512)n);
  const vk_f d = 1.0f + e, y = (vk_f)_mm512_rcp14_ps((__m512)d);
  return x < -87.0f ? (vk_f)(0.0f) : y + y * (1.0f - d * y);
#else
  return VK_NAME(sigmoid)(x);
#endif
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
VK_ACTIVATE(silu, x *VK_NAME(gate)(x))
VK_ACTIVATE(mish, VK_NAME(mish)(x))
VK_ACTIVATE(gelu, VK_NAME(gelu)(x))
VK_ACTIVATE(gelu_tanh, VK_NAME(gelu_tanh)(x))
VK_ACTIVATE(sigmoid, VK_NAME(gate)(x))
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

#undef VK_ACTIVATE
#undef VK_GATE
