#include <string.h>

#include "../Matrix/gemm_internal.h"
#include "../include/vk_convolution.h"
#include "../vk_targets.h"

/// The image rows that some output rows read, padded, in the workspace.
typedef struct {
  size_t out_rows;    // output rows of a band
  size_t rows;        // image rows of a band
  size_t phase_size;  // floats of a phase of a row: whole vectors, and one more, since loads run past the end
  size_t row_size;
} band;

/// Floats of a band that stay in the first-level cache, if its rows are not too long.
enum { BAND = 4096 };

static band band_of(const vk_depthwise *d, size_t lanes) {
  band b;
  const size_t span = (d->kernel_width - 1) * d->dilation_x / d->stride_x + 1;
  b.phase_size = ((d->out_width + lanes - 1) / lanes * lanes + span + lanes - 1) / lanes * lanes;
  b.row_size = b.phase_size * d->stride_x;
  const size_t reach = (d->kernel_height - 1) * d->dilation_y + 1;
  const size_t fitting = BAND / b.row_size;
  b.out_rows = fitting > reach ? (fitting - reach) / d->stride_y + 1 : 1;
  // Multiples of the four rows that are computed together, and no fewer, so that not every row is copied often.
  b.out_rows = b.out_rows < 8 ? 8 : b.out_rows / 4 * 4;
  if (b.out_rows > d->out_height) b.out_rows = d->out_height > 0 ? d->out_height : 1;
  b.rows = (b.out_rows - 1) * d->stride_y + reach;
  return b;
}

#define VK_NAME(f) f##_portable
#define VK_LANES 4
#include "depthwise_impl.h"
#include "../Matrix/gemm_undefine.h"

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX2))), apply_to = function)
#define VK_NAME(f) f##_avx2
#define VK_LANES 8
#include "depthwise_impl.h"
#include "../Matrix/gemm_undefine.h"
#pragma clang attribute pop

#pragma clang attribute push(__attribute__((target(VK_TARGET_AVX512))), apply_to = function)
#define VK_NAME(f) f##_avx512
#define VK_LANES 16
#include "depthwise_impl.h"
#include "../Matrix/gemm_undefine.h"
#pragma clang attribute pop
#endif

size_t vk_depthwise_workspace_count(vk_isa isa, const vk_depthwise *depthwise) {
  const band b = band_of(depthwise, isa == VK_ISA_AVX512 ? 16 : isa == VK_ISA_AVX2 ? 8 : 4);
  return b.rows * b.row_size;
}

void vk_depthwise_run(
    vk_isa isa, const vk_depthwise *depthwise, size_t begin, size_t end, const float *input, const float *kernels,
    const float *bias, float *output, float *workspace) {
  VK_DISPATCH(isa, depthwise, depthwise, begin, end, input, kernels, bias, output, workspace)
}
