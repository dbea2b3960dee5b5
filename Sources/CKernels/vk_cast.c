#include "vk_cast.h"

#include <string.h>

#include "vk_targets.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

typedef void (*vk_cast_loop)(const void *source, void *target, size_t count);

#define VK_INLINE static inline __attribute__((always_inline))

VK_INLINE uint32_t vk_bits(float x) {
  uint32_t bits;
  memcpy(&bits, &x, sizeof bits);
  return bits;
}

VK_INLINE float vk_from_bits(uint32_t bits) {
  float x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

VK_INLINE float vk_bfloat_to_float(uint16_t h) { return vk_from_bits((uint32_t)h << 16); }

VK_INLINE uint16_t vk_float_to_bfloat(float x) {
  const uint32_t bits = vk_bits(x);
  const uint32_t rounded = (bits + 0x7fff + ((bits >> 16) & 1)) >> 16;
  return (uint16_t)(x != x ? (bits >> 16) | 0x40 : rounded);
}

/// float16 by integer arithmetic, after Fabian Giesen's branch-free conversions; rounds as F16C does.
VK_INLINE uint16_t vk_float_to_half(float x) {
  const uint32_t sign = vk_bits(x) & 0x80000000u;
  const uint32_t bits = vk_bits(x) ^ sign;
  // Below the normal range an addition of 0.5 lets the processor round at the right bit.
  const uint32_t subnormal = vk_bits(vk_from_bits(bits) + 0.5f) - 0x3f000000u;
  const uint32_t normal = (bits - 0x38000000u + 0xfff + ((bits >> 13) & 1)) >> 13;
  const uint32_t special = bits > 0x7f800000u ? 0x7e00u | ((bits >> 13) & 0x3ff) : 0x7c00u;
  const uint32_t magnitude = bits >= 0x47800000u ? special : bits < 0x38800000u ? subnormal : normal;
  return (uint16_t)(magnitude | (sign >> 16));
}

VK_INLINE float vk_half_to_float(uint16_t h) {
  const uint32_t shifted = (uint32_t)(h & 0x7fff) << 13;
  const uint32_t exponent = shifted & 0x0f800000u;
  const uint32_t normal = shifted + 0x38000000u;
  const uint32_t quiet = shifted & 0x007fffffu ? 0x00400000u : 0;
  const uint32_t special = (normal + 0x38000000u) | quiet;
  const uint32_t subnormal = vk_bits(vk_from_bits(normal + 0x00800000u) - vk_from_bits(0x38800000u));
  const uint32_t magnitude = exponent == 0x0f800000u ? special : exponent == 0 ? subnormal : normal;
  return vk_from_bits(magnitude | ((uint32_t)(h & 0x8000) << 16));
}

/// Truncation into a range that a float holds exactly at both ends.
VK_INLINE int32_t vk_float_to_int(float x, float low, float high) {
  const float number = x == x ? x : 0;
  const float raised = number < low ? low : number;
  return (int32_t)(raised > high ? high : raised);
}

VK_INLINE int32_t vk_float_to_int32(float x) {
  // 2147483520 is the largest float below 2^31.
  const int32_t value = vk_float_to_int(x, -2147483648.0f, 2147483520.0f);
  return x >= 2147483648.0f ? INT32_MAX : value;
}

VK_INLINE int64_t vk_float_to_int64(float x) {
  const float number = x == x ? x : 0;
  const float raised = number < -9223372036854775808.0f ? -9223372036854775808.0f : number;
  // 9223371487098961920 is the largest float below 2^63.
  const int64_t value = (int64_t)(raised > 9223371487098961920.0f ? 9223371487098961920.0f : raised);
  return x >= 9223372036854775808.0f ? INT64_MAX : value;
}

#define VK_NAME(f) f##_portable
#include "vk_cast_impl.h"
#undef VK_NAME

#if defined(__x86_64__)
#define VK_F16C

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#include "vk_cast_impl.h"
#undef VK_NAME
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#include "vk_cast_impl.h"
#undef VK_NAME
#pragma clang attribute pop
#endif

static const size_t vk_sizes[8] = {4, 2, 2, 1, 1, 4, 8, 1};

void vk_cast(vk_isa isa, vk_dtype from, vk_dtype to, const void *source, void *target, size_t count) {
  if (from == to) {
    memcpy(target, source, count * vk_sizes[from]);
    return;
  }
#if defined(__x86_64__)
  if (isa == VK_ISA_AVX512) return casts_avx512[from][to](source, target, count);
  if (isa == VK_ISA_AVX2) return casts_avx2[from][to](source, target, count);
#endif
  casts_portable[from][to](source, target, count);
}
