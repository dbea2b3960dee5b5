/// Compiles the file that VK_IMPL names for AMX (VK_TILES_REAL) and for the model of its tiles, as engine_tiers.h does for the
/// other tiers. System headers must have been included before.
#include "../vk_targets.h"
#include "../vk_vector.h"
#include "tiles_model.h"

#define VK_NAME(f) f##_model
#define VK_TIER 0
#include "engine_body.h"
#undef VK_NAME
#undef VK_TIER

#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target(VK_TARGET_AMX_BF16))), apply_to = function)
#define VK_NAME(f) f##_amx
#define VK_TIER 2
#define VK_BF16_DOT
#define VK_TILES_REAL
#include "engine_body.h"
#undef VK_NAME
#undef VK_TIER
#undef VK_BF16_DOT
#undef VK_TILES_REAL
#pragma clang attribute pop
#endif
