#include "../include/vk_engine_narrow.h"

#include <string.h>

#include "engine_internal.h"

#define VK_IMPL "narrow_impl.h"
#include "engine_tiers.h"

void vk_narrow_sum(vk_isa isa, const vk_narrow_row *row) { VK_ENGINE_DISPATCH(isa, narrow_sum, row) }
