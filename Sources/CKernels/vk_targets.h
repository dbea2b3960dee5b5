/// How a kernel file gets its variants: the body stands in `NAME_impl.h`, written with `VK_NAME(function)` for every
/// function it defines, and `NAME.c` includes it once a tier between the pragmas below:
///
///     #define VK_NAME(f) f##_portable
///     #include "NAME_impl.h"
///     #undef VK_NAME
///     #if defined(__x86_64__)
///     #pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
///     #define VK_NAME(f) f##_avx2
///     #include "NAME_impl.h"
///     ...
///     #pragma clang attribute pop
///     #endif
///
/// Include every system header before the first push.
#ifndef VK_TARGETS_H
#define VK_TARGETS_H

#define VK_TARGET_AVX2 "avx2,fma,f16c,bmi,bmi2"
#define VK_TARGET_AVX512 "avx2,fma,f16c,bmi,bmi2,avx512f,avx512bw,avx512dq,avx512vl,avx512cd"
#define VK_TARGET_AVX512_BF16 VK_TARGET_AVX512 ",avx512bf16"
#define VK_TARGET_AMX_BF16 VK_TARGET_AVX512_BF16 ",amx-tile,amx-bf16"

#endif
