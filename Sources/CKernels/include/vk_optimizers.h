/// One fused pass of an optimiser over a run of float32 values, their gradients and their state. Element by element, so that
/// any cut into runs gives the same bits. Arithmetic in PyTorch's order.
#ifndef VK_OPTIMIZERS_H
#define VK_OPTIMIZERS_H

#include "vk_isa.h"

/// `scale` multiplies gradients first: 1, or what clipping and accumulation ask for.
typedef struct {
  float rate, decay, scale, momentum, dampening;
  bool nesterov, first;  // `first`: the buffer holds nothing yet
} vk_sgd;
/// `buffer` is null without momentum.
void vk_sgd_step(vk_isa isa, const vk_sgd *s, float *p, const float *g, float *buffer, ptrdiff_t n);

typedef struct {
  float decay, scale;
  float keep;               // 1 - rate * decay where decay is decoupled, else 1
  float beta1, beta2;       // shares kept of the averages
  float mix1, mix2;         // 1 - beta1 and 1 - beta2, each rounded once
  float rate, root, epsilon;  // rate / correction of the mean, root of the square's correction
} vk_adam;
/// `largest` is null without AMSGrad.
void vk_adam_step(vk_isa isa, const vk_adam *s, float *p, const float *g, float *mean, float *square, float *largest,
                  ptrdiff_t n);

typedef struct {
  float rate, decay, scale, alpha, mix, epsilon, momentum;  // mix: 1 - alpha
} vk_rmsprop;
/// `mean` is null unless centred, `buffer` without momentum.
void vk_rmsprop_step(vk_isa isa, const vk_rmsprop *s, float *p, const float *g, float *square, float *mean,
                     float *buffer, ptrdiff_t n);

/// y = y + a * x.
void vk_axpy(vk_isa isa, float a, const float *x, float *y, ptrdiff_t n);
/// y = a * x.
void vk_scale(vk_isa isa, float a, const float *x, float *y, ptrdiff_t n);
/// y = y + weight * (x - y), for a weight of 0.5 and more from the other end, as torch.lerp.
void vk_lerp(vk_isa isa, float weight, const float *x, float *y, ptrdiff_t n);
/// The sum of x * y, in float64, in a fixed order.
double vk_dot(vk_isa isa, const float *x, const float *y, ptrdiff_t n);

#endif
