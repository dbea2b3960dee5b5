/// Instruction-set tiers. Every kernel takes its tier as the first argument, so that tests can sweep the variants.
#ifndef VK_ISA_H
#define VK_ISA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
  VK_ISA_PORTABLE = 0,
  VK_ISA_AVX2 = 1,    // AVX2, FMA, F16C
  VK_ISA_AVX512 = 2,  // AVX-512 F, BW, DQ, VL, CD
  VK_ISA_AVX512_BF16 = 3,  // and BF16: the kernels with bf16 factors alone know it
  VK_ISA_AMX_BF16 = 4,     // and tiles of AMX: likewise
} vk_isa;

/// The best tier of this processor that the operating system has enabled.
vk_isa vk_isa_detect(void);

/// Whether the processor multiplies bf16: the tier VK_ISA_AVX512_BF16 then is there too.
bool vk_isa_has_bf16(void);

/// Whether the processor multiplies tiles of bf16 (AMX) too, the system lets this process, and a product comes out right; found
/// out once. Kernels compute the tier VK_ISA_AMX_BF16 everywhere, without the instructions by a slow model of them.
bool vk_isa_has_amx_bf16(void);

/// Lines of a set of the first-level data cache; 0 where the system does not say.
size_t vk_isa_cache_ways(void);

/// "portable", "avx2", "avx512", "avx512_bf16" or "amx_bf16".
const char *vk_isa_name(vk_isa isa);

#endif
