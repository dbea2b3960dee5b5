/// Functions of one value, element by element.
#ifndef VK_UNARY_H
#define VK_UNARY_H

#include "vk_isa.h"

/// In the order of TensorCore's `Unary.Function`.
typedef enum {
  VK_NEGATE,
  VK_ABS,
  VK_SIGN,        // -1, 0, 1; 0 for NaN
  VK_SQUARE,
  VK_RECIPROCAL,
  VK_SQRT,
  VK_RSQRT,
  VK_FLOOR,
  VK_CEIL,
  VK_ROUND,       // half to even
  VK_EXP,
  VK_EXPM1,
  VK_LOG,
  VK_LOG1P,
  VK_SIN,
  VK_COS,
  VK_ATAN,
  VK_ERF,
  VK_TANH,
  VK_SIGMOID,
  VK_SOFTPLUS,    // log(1 + e^x)
  VK_RELU,
  VK_LEAKY_RELU,  // x > 0 ? x : a x
  VK_ELU,         // x > 0 ? x : a (e^x - 1)
  VK_SILU,        // x sigmoid(x)
  VK_MISH,        // x tanh(softplus(x))
  VK_GELU,        // x times the normal distribution function
  VK_GELU_TANH,   // its approximation by tanh
  VK_HARDSWISH,   // x clamp(x + 3, 0, 6) / 6
  VK_HARDSIGMOID, // clamp(x + 3, 0, 6) / 6
  VK_CLAMP,       // at least a, then at most b
  VK_UNARY_COUNT,
} vk_unary_function;

typedef enum { VK_IS_NAN, VK_IS_INFINITE, VK_IS_FINITE } vk_float_class;

/// y[i] = f(x[i]). `y` may be `x`. The result of an element does not depend on where it lies.
///
/// Accuracy over all floats, against exact values, in units of the last place of the result: exp, log, rsqrt 2; expm1,
/// log1p, erf, tanh, sigmoid, softplus, elu 3; silu, mish 4; gelu 8; gelu_tanh 8 plus 2e-9 |x|. Where the exponential
/// inside is subnormal (below -87), elu, silu, mish and gelu may add 2^-148 |x|. sin, cos and atan are libm's; the rest
/// is exact, or correctly rounded step by step. Infinities, zeros and subnormal numbers are no exception; NaN gives NaN,
/// except to sign.
void vk_unary_f32(vk_isa isa, vk_unary_function function, const float *x, float *y, size_t n, float a, float b);

/// negate, abs, sign, square, relu and clamp of integers; overflow wraps. Other functions leave `y` alone.
void vk_unary_i32(vk_isa isa, vk_unary_function function, const int32_t *x, int32_t *y, size_t n, int32_t a, int32_t b);
void vk_unary_i64(vk_isa isa, vk_unary_function function, const int64_t *x, int64_t *y, size_t n, int64_t a, int64_t b);

/// y[i] = whether x[i] is of the class, as 0 or 1.
void vk_classify_f32(vk_isa isa, vk_float_class class_, const float *x, uint8_t *y, size_t n);

/// y[i] = x[i] == 0, as 0 or 1.
void vk_logical_not(vk_isa isa, const uint8_t *x, uint8_t *y, size_t n);

#endif
