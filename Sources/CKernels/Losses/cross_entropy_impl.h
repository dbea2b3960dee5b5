// Body of cross_entropy.c, included once a tier after vk_math_impl.h.

#define M(f) VK_NAME(f)
#define VK_WIDE(x) __builtin_convertvector(x, vk_d)
#define VK_TAKE(p, left) ((left) >= VK_LANES ? M(load)(p) : M(load_part)(p, left))

/// NaN wins over every number.
VK_INLINE vk_f M(larger_of)(vk_f so_far, vk_f x) { return ((x > so_far) | (x != x)) ? x : so_far; }

VK_INLINE double M(lane_sum)(vk_d x) {
  typedef double d8 __attribute__((ext_vector_type(8)));
  typedef double d4 __attribute__((ext_vector_type(4)));
  const d8 a = x.lo + x.hi;
  const d4 b = a.lo + a.hi;
  return (b.x + b.z) + (b.y + b.w);
}

/// One row's results from its largest logit, the sum of exponentials and, with smoothing, the weighted sum of x - largest.
VK_INLINE void M(finish_row)(const vk_cross_entropy *s, const float *logits, int64_t target, double largest, double log_sum,
                             double spread, float *loss, float *row_weight) {
  *row_weight = 0;
  *loss = 0;
  if (target == s->ignored) return;
  if (target < 0 || target >= s->classes) {
    *loss = __builtin_nanf("");
    return;
  }
  const double weight = s->weights ? s->weights[target] : 1;
  const double own = largest - (double)logits[target * s->inner] + log_sum;
  double value = (1.0 - s->smoothing) * weight * own;
  if (s->smoothing > 0) value += s->smoothing / (double)s->classes * (s->weight_sum * log_sum - spread);
  *loss = (float)value;
  *row_weight = (float)weight;
}

/// Rows of adjacent logits.
static void M(forward_rows)(const vk_cross_entropy *s, const float *x, const int64_t *targets, ptrdiff_t first,
                            ptrdiff_t count, float *losses, float *row_weights, float *largest, float *log_sums) {
  const ptrdiff_t n = s->classes;
  for (ptrdiff_t r = first; r < first + count; r++) {
    const float *row = x + r * n;
    vk_f most = -__builtin_inff();
    for (ptrdiff_t c = 0; c < n; c += VK_LANES) {
      const size_t left = (size_t)(n - c);
      const vk_f v = VK_TAKE(row + c, left);
      most = M(larger_of)(most, left >= VK_LANES || vk_lane_numbers < (int32_t)left ? v : (vk_f)(-__builtin_inff()));
    }
    float peak = most[0];
    for (int i = 1; i < VK_LANES; i++) peak = most[i] > peak || most[i] != most[i] ? most[i] : peak;
    vk_d sum = 0.0, spread = 0.0;
    for (ptrdiff_t c = 0; c < n; c += VK_LANES) {
      const size_t left = (size_t)(n - c);
      const vk_f shifted = VK_TAKE(row + c, left) - peak;
      const vk_l counts = __builtin_convertvector(vk_lane_numbers < (int32_t)(left < VK_LANES ? left : VK_LANES), vk_l);
      const vk_d term = VK_WIDE(M(exp)(shifted));
      sum += counts ? term : (vk_d)(0.0);
      if (s->smoothing > 0) {
        const vk_f weighted = s->weights ? shifted * VK_TAKE(s->weights + c, left) : shifted;
        spread += counts ? VK_WIDE(weighted) : (vk_d)(0.0);
      }
    }
    const double log_sum = log(M(lane_sum)(sum));
    largest[r] = peak;
    log_sums[r] = (float)log_sum;
    M(finish_row)(s, row, targets[r], peak, log_sum, M(lane_sum)(spread), losses + r, row_weights + r);
  }
}

/// Planes of logits, sixteen adjacent rows at a time.
static void M(forward_columns)(const vk_cross_entropy *s, const float *plane, const int64_t *targets, ptrdiff_t first,
                               ptrdiff_t count, float *losses, float *row_weights, float *largest, float *log_sums) {
  for (ptrdiff_t i = first; i < first + count; i += VK_LANES) {
    const size_t left = (size_t)(first + count - i);
    const float *column = plane + i;
    vk_f most = -__builtin_inff();
    for (ptrdiff_t c = 0; c < s->classes; c++) most = M(larger_of)(most, VK_TAKE(column + c * s->inner, left));
    vk_d sum = 0.0, spread = 0.0;
    for (ptrdiff_t c = 0; c < s->classes; c++) {
      const vk_f shifted = VK_TAKE(column + c * s->inner, left) - most;
      sum += VK_WIDE(M(exp)(shifted));
      if (s->smoothing > 0) spread += VK_WIDE(s->weights ? shifted * s->weights[c] : shifted);
    }
    // Near 1 a rounded sum would hide how sure the network is.
    const vk_f logs = M(log1p)(__builtin_convertvector(sum - 1.0, vk_f));
    for (int lane = 0; lane < VK_LANES && (size_t)lane < left; lane++) {
      const ptrdiff_t r = i + lane;
      largest[r] = most[lane];
      log_sums[r] = logs[lane];
      M(finish_row)(s, plane + r, targets[r], most[lane], logs[lane], spread[lane], losses + r, row_weights + r);
    }
  }
}

/// The factor of a row's probabilities and what its target gets less; 0 for rows that do not count.
VK_INLINE void M(row_factors)(const vk_cross_entropy *s, float upstream, int64_t target, float *factor, float *own,
                              float *even) {
  const bool ignored = target == s->ignored;
  const bool valid = target >= 0 && target < s->classes;
  const double u = ignored ? 0 : (valid ? upstream : __builtin_nan(""));
  const double weight = valid && s->weights ? s->weights[target] : 1;
  const double share = s->smoothing / (double)s->classes;
  *factor = (float)(u * ((1.0 - s->smoothing) * weight + share * s->weight_sum));
  *own = ignored || !valid ? 0 : (float)(u * (1.0 - s->smoothing) * weight);
  *even = (float)(u * share);
}

static void M(backward_rows)(const vk_cross_entropy *s, const float *upstream, const float *x, const int64_t *targets,
                             const float *largest, const float *log_sums, ptrdiff_t first, ptrdiff_t count, float *out) {
  const ptrdiff_t n = s->classes;
  for (ptrdiff_t r = first; r < first + count; r++) {
    const float *row = x + r * n;
    float *target = out + r * n;
    if (targets[r] == s->ignored) {
      memset(target, 0, (size_t)n * sizeof(float));
      continue;
    }
    float factor, own, even;
    M(row_factors)(s, upstream[r], targets[r], &factor, &own, &even);
    for (ptrdiff_t c = 0; c < n; c += VK_LANES) {
      const size_t left = (size_t)(n - c);
      vk_f g = M(exp)(VK_TAKE(row + c, left) - largest[r] - log_sums[r]) * factor;
      if (s->smoothing > 0) g -= s->weights ? VK_TAKE(s->weights + c, left) * even : (vk_f)(even);
      if (left >= VK_LANES) {
        M(store)(target + c, g);
      } else {
        M(store_part)(target + c, left, g);
      }
    }
    if (own != 0) target[targets[r]] -= own;
  }
}

static void M(backward_columns)(const vk_cross_entropy *s, const float *upstream, const float *plane,
                                const int64_t *targets, const float *largest, const float *log_sums, ptrdiff_t first,
                                ptrdiff_t count, float *out) {
  for (ptrdiff_t i = first; i < first + count; i += VK_LANES) {
    const size_t left = (size_t)(first + count - i);
    vk_f factor = 0.0f, own = 0.0f, even = 0.0f;
    vk_i ignored = 0;
    for (int lane = 0; lane < VK_LANES && (size_t)lane < left; lane++) {
      float f, o, e;
      M(row_factors)(s, upstream[i + lane], targets[i + lane], &f, &o, &e);
      factor[lane] = f, own[lane] = o, even[lane] = e;
      ignored[lane] = targets[i + lane] == s->ignored ? -1 : 0;
    }
    const vk_f peak = VK_TAKE(largest + i, left), logs = VK_TAKE(log_sums + i, left);
    for (ptrdiff_t c = 0; c < s->classes; c++) {
      vk_f g = M(exp)(VK_TAKE(plane + c * s->inner + i, left) - peak - logs) * factor;
      if (s->smoothing > 0) g -= s->weights ? even * s->weights[c] : even;
      g = ignored ? (vk_f)(0.0f) : g;
      float *target = out + c * s->inner + i;
      if (left >= VK_LANES) {
        M(store)(target, g);
      } else {
        M(store_part)(target, left, g);
      }
    }
    for (int lane = 0; lane < VK_LANES && (size_t)lane < left; lane++) {
      if (own[lane] != 0) out[targets[i + lane] * s->inner + i + lane] -= own[lane];
    }
  }
}

static void M(cross_entropy_forward)(const vk_cross_entropy *s, const float *x, const int64_t *targets, ptrdiff_t r,
                                     ptrdiff_t first, ptrdiff_t count, float *losses, float *row_weights, float *largest,
                                     float *log_sums) {
  if (s->inner == 1) return M(forward_rows)(s, x, targets, first, count, losses, row_weights, largest, log_sums);
  const ptrdiff_t at = r * s->inner;
  M(forward_columns)(s, x + at * s->classes, targets + at, first, count, losses + at, row_weights + at, largest + at,
                     log_sums + at);
}

static void M(cross_entropy_backward)(const vk_cross_entropy *s, const float *upstream, const float *x,
                                      const int64_t *targets, const float *largest, const float *log_sums, ptrdiff_t r,
                                      ptrdiff_t first, ptrdiff_t count, float *out) {
  if (s->inner == 1) return M(backward_rows)(s, upstream, x, targets, largest, log_sums, first, count, out);
  const ptrdiff_t at = r * s->inner;
  M(backward_columns)(s, upstream + at, x + at * s->classes, targets + at, largest + at, log_sums + at, first, count,
                      out + at * s->classes);
}

#undef M
#undef VK_WIDE
#undef VK_TAKE
