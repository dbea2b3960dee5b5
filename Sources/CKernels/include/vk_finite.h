/// Whether all values are finite numbers.
#ifndef VK_FINITE_H
#define VK_FINITE_H

#include "vk_isa.h"

bool vk_all_finite_f32(vk_isa isa, const float *values, size_t count);

#endif
