// One tier of depthwise convolution where input, output or both are of bf16.

#define VK_ROUNDED_IN 1
#define VK_ROUNDED_OUT 1
#define VK_WISE(f) VK_NAME(f##_rounded)
#include "depthwise_impl.h"
#undef VK_ROUNDED_OUT
#undef VK_WISE
#define VK_ROUNDED_OUT 0
#define VK_WISE(f) VK_NAME(f##_rounded_in)
#include "depthwise_impl.h"
#undef VK_ROUNDED_IN
#undef VK_ROUNDED_OUT
#undef VK_WISE
#define VK_ROUNDED_IN 0
#define VK_ROUNDED_OUT 1
#define VK_WISE(f) VK_NAME(f##_rounded_out)
#include "depthwise_impl.h"
#undef VK_ROUNDED_IN
#undef VK_ROUNDED_OUT
#undef VK_WISE

static void VK_NAME(channelwise)(
    const vk_channelwise *c, bool rounded_in, bool rounded_out, size_t begin, size_t end) {
  if (rounded_in && rounded_out) {
    VK_NAME(channelwise_rows_rounded)(c, begin, end);
  } else if (rounded_in) {
    VK_NAME(channelwise_rows_rounded_in)(c, begin, end);
  } else {
    VK_NAME(channelwise_rows_rounded_out)(c, begin, end);
  }
}
