// Elementary functions of sixteen floats, included once a tier after vk_vector_impl.h. Accuracy: see vk_unary.h.
// The coefficients come from Scripts/kernels/fit_polynomials.py.

/// The mask 0x7fffffff and its complement take a float apart into magnitude and sign.
VK_INLINE vk_f VK_NAME(magnitude)(vk_f x) { return (vk_f)((vk_u)x & 0x7fffffffu); }
VK_INLINE vk_f VK_NAME(with_sign_of)(vk_f magnitude, vk_f x) {
  return (vk_f)((vk_u)magnitude | ((vk_u)x & 0x80000000u));
}
/// NaN stays NaN.
VK_INLINE vk_f VK_NAME(at_most)(vk_f x, float high) { return x > high ? (vk_f)(high) : x; }
VK_INLINE vk_f VK_NAME(at_least)(vk_f x, float low) { return x < low ? (vk_f)(low) : x; }

/// 1.5 * 2^23: adding it rounds to the nearest integer, which then stands in the low bits.
#define VK_ROUNDER 12582912.0f

/// To the nearest integer, half to even; the sign of zero stays.
VK_INLINE vk_f VK_NAME(round)(vk_f x) {
  const vk_f a = VK_NAME(magnitude)(x);
  const vk_f rounded = (a + 8388608.0f) - 8388608.0f;
  return VK_NAME(with_sign_of)(a < 8388608.0f ? rounded : a, x);
}

/// (e^r - 1 - r) / r^2 for |r| <= log(2) / 2.
VK_INLINE vk_f VK_NAME(exp_tail)(vk_f r) {
  vk_f q = r * 0x1.6d5168p-10f + 0x1.123e4cp-7f;
  q = q * r + 0x1.5554e4p-5f;
  q = q * r + 0x1.55548ap-3f;
  return q * r + 0.5f;
}

/// The remainder of x + low after taking off n log(2), where n is the integer in the low bits of `rounded`.
VK_INLINE vk_f VK_NAME(exp_remainder)(vk_f x, vk_f low, vk_f rounded) {
  const vk_f n = rounded - VK_ROUNDER;
  vk_f r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  return r + low;
}

/// e^(x + low), where `low` is much smaller than x or zero.
VK_INLINE vk_f VK_NAME(exp_sum)(vk_f x, vk_f low) {
  x = VK_NAME(at_least)(VK_NAME(at_most)(x, 89.0f), -104.5f);
  const vk_f rounded = (x + low) * 0x1.715476p+0f + VK_ROUNDER;
  const vk_f r = VK_NAME(exp_remainder)(x, low, rounded);
  const vk_f p = 1.0f + (r + r * r * VK_NAME(exp_tail)(r));
  // 2^n in two factors, since n reaches from -151 to 128; only the last product rounds.
  const vk_u n = (vk_u)rounded - 0x4b400000u;
  const vk_u half = (vk_u)((vk_i)n >> 1);
  return p * (vk_f)((half + 127u) << 23) * (vk_f)((n - half + 127u) << 23);
}

VK_INLINE vk_f VK_NAME(exp)(vk_f x) { return VK_NAME(exp_sum)(x, (vk_f)(0.0f)); }

VK_INLINE vk_f VK_NAME(expm1)(vk_f x) {
  const vk_f c = VK_NAME(at_least)(VK_NAME(at_most)(x, 89.0f), -20.0f);
  const vk_f rounded = c * 0x1.715476p+0f + VK_ROUNDER;
  const vk_f r = VK_NAME(exp_remainder)(c, (vk_f)(0.0f), rounded);
  const vk_f e = r + r * r * VK_NAME(exp_tail)(r);
  // Half of 2^n, which itself would overflow at n = 128.
  const vk_f scale = (vk_f)(((vk_u)rounded - 0x4b400000u + 126u) << 23);
  const vk_f y = (scale * e + (scale - 0.5f)) * 2.0f;
  return x == 0.0f ? x : y;
}

VK_INLINE vk_f VK_NAME(log)(vk_f x) {
  const vk_i subnormal = x < 0x1p-126f;
  const vk_f scaled = subnormal ? x * 0x1p25f : x;
  // The exponent counted from sqrt(1/2), so that the fraction lies in sqrt(1/2) ..< sqrt(2).
  const vk_i k = (vk_i)((vk_u)scaled - 0x3f3504f3u) >> 23;
  const vk_f f = (vk_f)((vk_u)scaled - ((vk_u)k << 23)) - 1.0f;
  const vk_f n = __builtin_convertvector(k, vk_f) - (subnormal ? (vk_f)(25.0f) : (vk_f)(0.0f));
  vk_f q = f * 0x1.11c874p-4f - 0x1.dd6510p-4f;
  q = q * f + 0x1.e7a54ep-4f;
  q = q * f - 0x1.fc4da0p-4f;
  q = q * f + 0x1.232cfap-3f;
  q = q * f - 0x1.555ae4p-3f;
  q = q * f + 0x1.99a546p-3f;
  q = q * f - 0x1.00000ap-2f;
  q = q * f + 0x1.555546p-2f;
  const vk_f square = f * f;
  vk_f y = f * square * q;
  y = y - n * 2.12194440e-4f;
  y = y - 0.5f * square;
  y = f + y;
  y = y + n * 0.693359375f;
  y = x == __builtin_inff() ? x : y;
  return x > 0.0f ? y : (x == 0.0f ? (vk_f)(-__builtin_inff()) : (vk_f)(__builtin_nanf("")));
}

VK_INLINE vk_f VK_NAME(log1p)(vk_f x) {
  const vk_f u = 1.0f + x;
  const vk_f y = VK_NAME(log)(u);
  // What rounding took from 1 + x, to first order.
  const vk_f corrected = y + (x - (u - 1.0f)) / u;
  const vk_f finite = ((u == 0.0f) | (u == __builtin_inff())) ? y : corrected;
  return x == 0.0f ? x : finite;
}

VK_INLINE vk_f VK_NAME(sigmoid)(vk_f x) {
  const vk_f e = VK_NAME(exp)(-VK_NAME(magnitude)(x));
  return (x < 0.0f ? e : (vk_f)(1.0f)) / (1.0f + e);
}

VK_INLINE vk_f VK_NAME(tanh)(vk_f x) {
  const vk_f t = VK_NAME(expm1)(2.0f * VK_NAME(at_most)(VK_NAME(magnitude)(x), 10.0f));
  return VK_NAME(with_sign_of)(t / (t + 2.0f), x);
}

VK_INLINE vk_f VK_NAME(softplus)(vk_f x) {
  const vk_f e = VK_NAME(exp)(-VK_NAME(magnitude)(x));
  return VK_NAME(at_least)(x, 0.0f) + VK_NAME(log1p)(e);
}

/// e^(z^2) erfc(z) for 0 <= z <= 10.7.
VK_INLINE vk_f VK_NAME(erfcx)(vk_f z) {
  const vk_f sum = z + 2.0f, divisor = 1.0f + 2.0f * z;
  const vk_f inverse = 1.0f / (sum * divisor);
  const vk_f u = (z - 2.0f) * divisor * inverse;
  vk_f q = u * 0x1.80d44ep-14f + 0x1.8e99eep-13f;
  q = q * u - 0x1.ae89a6p-12f;
  q = q * u - 0x1.7bbf78p-10f;
  q = q * u + 0x1.4899c2p-10f;
  q = q * u + 0x1.1dd7bcp-7f;
  q = q * u - 0x1.072012p-7f;
  q = q * u - 0x1.bc2de6p-5f;
  q = q * u + 0x1.4ff9e2p-3f;
  q = q * u - 0x1.5407a4p-3f;
  q = q * u - 0x1.7bf5e8p-4f;
  q = q * u + 0x1.46e80ep+0f;
  return q * (sum * inverse);
}

/// The upper tail of the normal distribution, 0.5 erfc(a / sqrt(2)), for a >= 0.
VK_INLINE vk_f VK_NAME(normal_tail)(vk_f a) {
  a = VK_NAME(at_most)(a, 15.0f);
  // The square of the upper 12 bits is exact; the rest goes into the exponential as a low part.
  const vk_f upper = (vk_f)((vk_u)a & 0xfffff000u);
  const vk_f e = VK_NAME(exp_sum)(-0.5f * upper * upper, -0.5f * (a - upper) * (a + upper));
  return 0.5f * VK_NAME(erfcx)(a * 0x1.6a09e6p-1f) * e;
}

VK_INLINE vk_f VK_NAME(erf)(vk_f x) {
  const vk_f a = VK_NAME(magnitude)(x);
  const vk_f t = a * a;
  vk_f p = t * 0x1.4c2f4cp-14f - 0x1.a5099ep-11f;
  p = p * t + 0x1.542deep-8f;
  p = p * t - 0x1.b7fe8ep-6f;
  p = p * t + 0x1.ce2d5p-4f;
  p = p * t - 0x1.81274p-2f;
  p = p * t + 0x1.06eba8p-3f;
  const vk_f small = a + a * p;
  const vk_f c = VK_NAME(at_most)(a, 4.5f);
  const vk_f large = 1.0f - VK_NAME(erfcx)(c) * VK_NAME(exp)(-(c * c));
  return VK_NAME(with_sign_of)(a < 1.0f ? small : large, x);
}

VK_INLINE vk_f VK_NAME(silu)(vk_f x) {
  const vk_f e = VK_NAME(exp)(-VK_NAME(magnitude)(x));
  return x * (x < 0.0f ? e : (vk_f)(1.0f)) / (1.0f + e);
}

/// tanh(softplus(x)) = n / (n + 2) with n = e^x (e^x + 2).
VK_INLINE vk_f VK_NAME(mish)(vk_f x) {
  const vk_f e = VK_NAME(exp)(VK_NAME(at_most)(x, 20.0f));
  const vk_f n = e * (e + 2.0f);
  return x * (n / (n + 2.0f));
}

VK_INLINE vk_f VK_NAME(gelu)(vk_f x) {
  const vk_f tail = VK_NAME(normal_tail)(VK_NAME(magnitude)(x));
  return x * (x < 0.0f ? tail : 1.0f - tail);
}

/// 0.5 x (1 + tanh(y)) = x sigmoid(2 y) with y = sqrt(2 / pi) (x + 0.044715 x^3).
VK_INLINE vk_f VK_NAME(gelu_tanh)(vk_f x) {
  const vk_f y = x * (1.0f + 0.044715f * (x * x));
  return x * VK_NAME(sigmoid)(y * 1.5957691216057308f);
}

#undef VK_ROUNDER
