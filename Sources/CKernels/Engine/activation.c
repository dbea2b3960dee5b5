#include "../include/vk_engine.h"

#define VK_ENGINE_MATH
#include "engine_tiers.h"

void vk_activation_apply(
    vk_isa isa, vk_activation activation, float a, float b, const float *in, float *out, size_t n) {
  VK_ENGINE_DISPATCH(isa, activate, activation, a, b, in, out, n)
}
