/// What plans and kernels of regions share.
#ifndef VK_REGIONS_INTERNAL_H
#define VK_REGIONS_INTERNAL_H

#include "../include/vk_regions.h"

enum {
  VK_PLAN_HEAD = 4,  // numbers before the bands of a plan
  VK_BIN_LANES = 8,  // bins side by side that are computed together
  VK_BIN_ROWS = 4,   // rows of bins that are
};

#endif
