#include "../include/vk_isa.h"

#include <stdatomic.h>
#include <string.h>
#if defined(__x86_64__) && defined(__linux__)
#include <cpuid.h>
#include <sys/syscall.h>
#include <unistd.h>

/// Floats of what the check computes.
enum { CHECKED = 21 * 32 + 5 * 16 };

/// The i-th pair of bf16 of the check: whole numbers from -8 to 7.
static uint32_t check_pair(size_t i) {
  uint32_t pair = 0;
  for (int half = 0; half < 2; half++) {
    const float value = (float)(int)((i * 7 + (size_t)half * 5 + i / 16) % 16) - 8;
    uint32_t bits;
    memcpy(&bits, &value, sizeof bits);
    pair |= bits >> 16 << (16 * half);
  }
  return pair;
}

#define VK_IMPL "tiles_check_impl.h"
#include "tiles_tiers.h"

/// The processor has tiles and their products of bf16, and the system keeps the registers.
static bool is_there(void) {
  unsigned a, b, c, d;
  if (!vk_isa_has_bf16() || !__get_cpuid_count(7, 0, &a, &b, &c, &d)) return false;
  const unsigned bf16 = 1u << 22, tile = 1u << 24, osxsave = 1u << 27, state = 3u << 17;
  if ((d & bf16) == 0 || (d & tile) == 0) return false;
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & osxsave) == 0) return false;
  unsigned low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (low & state) == state;
}

/// Asks Linux for room for the registers' contents, for all threads of the process.
static bool is_allowed(void) {
  const long request_permission = 0x1023, tile_data = 18;
  return syscall(SYS_arch_prctl, request_permission, tile_data) == 0;
}

static bool is_right(void) {
  float expected[CHECKED], got[CHECKED];
  for (size_t i = 0; i < CHECKED; i++) expected[i] = got[i] = 1;
  check_model(expected);
  check_amx(got);
  return memcmp(expected, got, sizeof got) == 0;
}

bool vk_isa_has_amx_bf16(void) {
  // 0 until it is known; threads that ask at once find the same.
  static atomic_int known;
  int answer = atomic_load_explicit(&known, memory_order_acquire);
  if (answer == 0) {
    answer = is_there() && is_allowed() && is_right() ? 1 : 2;
    atomic_store_explicit(&known, answer, memory_order_release);
  }
  return answer == 1;
}

#else

bool vk_isa_has_amx_bf16(void) { return false; }

#endif
