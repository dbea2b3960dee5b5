#include "vk_isa.h"

#include <stdatomic.h>
#include <unistd.h>

vk_isa vk_isa_detect(void) {
#if defined(__x86_64__)
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") &&
      __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512cd")) {
    return VK_ISA_AVX512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && __builtin_cpu_supports("f16c")) {
    return VK_ISA_AVX2;
  }
#endif
  return VK_ISA_PORTABLE;
}

bool vk_isa_has_bf16(void) {
#if defined(__x86_64__)
  return vk_isa_detect() == VK_ISA_AVX512 && __builtin_cpu_supports("avx512bf16");
#else
  return false;
#endif
}

size_t vk_isa_cache_ways(void) {
#ifdef _SC_LEVEL1_DCACHE_ASSOC
  // Asking may leave a virtual machine, which takes long.
  static atomic_long found = -1;
  long ways = atomic_load_explicit(&found, memory_order_relaxed);
  if (ways < 0) {
    ways = sysconf(_SC_LEVEL1_DCACHE_ASSOC);
    if (ways < 0) ways = 0;
    atomic_store_explicit(&found, ways, memory_order_relaxed);
  }
  return (size_t)ways;
#else
  return 0;
#endif
}

const char *vk_isa_name(vk_isa isa) {
  switch (isa) {
    case VK_ISA_AVX2: return "avx2";
    case VK_ISA_AVX512: return "avx512";
    case VK_ISA_AVX512_BF16: return "avx512_bf16";
    case VK_ISA_AMX_BF16: return "amx_bf16";
    default: return "portable";
  }
}
