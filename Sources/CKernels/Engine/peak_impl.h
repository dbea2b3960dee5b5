// One tier of the measurement of the peak.
#if VK_TIER == 2
#define VK_CHAINS 24
#elif VK_TIER == 1
#define VK_CHAINS 6
#else
#define VK_CHAINS 3
#endif

static void VK_NAME(peak)(size_t rounds, float *result) {
  vk_f sum[VK_CHAINS], x = (vk_f)(0.999f), y = (vk_f)(0.001f);
  // The compiler must not know the factors.
  asm("" : "+r"(rounds));
#pragma clang loop unroll(full)
  for (int i = 0; i < VK_CHAINS; i++) sum[i] = (vk_f)((float)i);
  x += (vk_f)((float)(rounds >> 62));
  for (size_t r = 0; r < rounds; r++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < VK_CHAINS; i++) sum[i] = sum[i] * x + y;
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < VK_CHAINS; i++) *result += sum[i][i % VK_LANES];
}

#undef VK_CHAINS
