/// Compute kernels: pure functions over caller-owned buffers. No allocation, no threads, no errors inside.
#ifndef CKERNELS_H
#define CKERNELS_H

#include "vk_augmentation.h"
#include "vk_binary.h"
#include "vk_boxes.h"
#include "vk_cast.h"
#include "vk_convolution.h"
#include "vk_copy.h"
#include "vk_deformable.h"
#include "vk_engine.h"
#include "vk_engine_convolution.h"
#include "vk_engine_depthwise.h"
#include "vk_engine_layout.h"
#include "vk_engine_planar.h"
#include "vk_engine_pool.h"
#include "vk_engine_rows.h"
#include "vk_engine_winograd.h"
#include "vk_finite.h"
#include "vk_gradients.h"
#include "vk_gemm.h"
#include "vk_index.h"
#include "vk_interpolation.h"
#include "vk_isa.h"
#include "vk_normalization.h"
#include "vk_pooling.h"
#include "vk_reduce.h"
#include "vk_regions.h"
#include "vk_resize.h"
#include "vk_topk.h"
#include "vk_unary.h"

#endif
