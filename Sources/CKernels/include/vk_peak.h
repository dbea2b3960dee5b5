/// How many products a core sums at most, to compare kernels with.
#ifndef VK_PEAK_H
#define VK_PEAK_H

#include "vk_isa.h"

/// Floats whose products one round of vk_peak_run sums.
size_t vk_peak_products(vk_isa isa);
/// Sums products in registers alone, in as many chains as hide the latency. The result has no meaning.
float vk_peak_run(vk_isa isa, size_t rounds);

#endif
