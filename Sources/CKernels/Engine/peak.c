#include "../include/vk_peak.h"

#define VK_IMPL "peak_impl.h"
#include "engine_tiers.h"

size_t vk_peak_products(vk_isa isa) { return (isa == VK_ISA_AVX512 ? 24 : isa == VK_ISA_AVX2 ? 6 : 3) * 16; }

float vk_peak_run(vk_isa isa, size_t rounds) {
  float result = 0;
  VK_ENGINE_DISPATCH(isa, peak, rounds, &result)
  return result;
}
