/// Cross-entropy over logits, its normaliser and its gradient, without a tensor of probabilities.
#ifndef VK_LOSSES_H
#define VK_LOSSES_H

#include "vk_isa.h"

/// Logits are x[r, c, i] with `classes` values c a stride of `inner` apart; a row is one (r, i), numbered r * inner + i.
typedef struct {
  ptrdiff_t classes, inner;
  const float *weights;  // of each class, or null for ones
  double weight_sum;     // of all classes' weights
  int64_t ignored;       // the target of rows that do not count
  float smoothing;       // 0 to 1
} vk_cross_entropy;

/// For `count` positions from `first` of outer row `r` (with `inner` 1: for `count` rows from `first`): each row's loss, its
/// target's weight, the largest logit and the logarithm of the sum of e^(x - largest). Ignored rows give a loss and a
/// weight of 0; targets out of range a loss of NaN and a weight of 0, and nothing is read for them.
void vk_cross_entropy_forward(vk_isa isa, const vk_cross_entropy *s, const float *x, const int64_t *targets, ptrdiff_t r,
                              ptrdiff_t first, ptrdiff_t count, float *losses, float *row_weights, float *largest,
                              float *log_sums);

/// The gradient of the logits, from each row's upstream.
void vk_cross_entropy_backward(vk_isa isa, const vk_cross_entropy *s, const float *upstream, const float *x,
                               const int64_t *targets, const float *largest, const float *log_sums, ptrdiff_t r,
                               ptrdiff_t first, ptrdiff_t count, float *out);

#endif
