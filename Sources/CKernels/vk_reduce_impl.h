// Body of vk_reduce.c, included once a tier after vk_math_impl.h.

#define M(f) VK_NAME(f)
#define VK_WIDE(x) __builtin_convertvector(x, vk_d)

/// The lanes added pairwise.
VK_INLINE double M(add_lanes)(vk_d x) {
  typedef double d8 __attribute__((ext_vector_type(8)));
  typedef double d4 __attribute__((ext_vector_type(4)));
  const d8 a = x.lo + x.hi;
  const d4 b = a.lo + a.hi;
  return (b.x + b.z) + (b.y + b.w);
}

VK_INLINE double M(multiply_lanes)(vk_d x) {
  typedef double d8 __attribute__((ext_vector_type(8)));
  typedef double d4 __attribute__((ext_vector_type(4)));
  const d8 a = x.lo * x.hi;
  const d4 b = a.lo * a.hi;
  return (b.x * b.z) * (b.y * b.w);
}

/// NaN wins over every number.
VK_INLINE vk_f M(larger)(vk_f so_far, vk_f x) { return ((x > so_far) | (x != x)) ? x : so_far; }
VK_INLINE vk_f M(smaller)(vk_f so_far, vk_f x) { return ((x < so_far) | (x != x)) ? x : so_far; }

VK_INLINE double M(largest_lane)(vk_f x) {
  float largest = x[0];
  for (int i = 1; i < VK_LANES; i++) largest = x[i] > largest || x[i] != x[i] ? x[i] : largest;
  return largest;
}

/// What one vector of x adds to a sum.
VK_INLINE vk_d M(term)(vk_reduction kind, vk_f x, double centre) {
  if (kind == VK_SUM_SQUARES) {
    const vk_d difference = VK_WIDE(x) - centre;
    return difference * difference;
  }
  if (kind == VK_SUM_EXP) return VK_WIDE(M(exp)(x - (float)centre));
  return VK_WIDE(x);
}

VK_INLINE double M(sum_row)(vk_reduction kind, const float *x, size_t n, double centre) {
  vk_d even = 0.0, odd = 0.0;
  size_t i = 0;
  for (; i + 2 * VK_LANES <= n; i += 2 * VK_LANES) {
    even += M(term)(kind, M(load)(x + i), centre);
    odd += M(term)(kind, M(load)(x + i + VK_LANES), centre);
  }
  for (; i < n; i += VK_LANES) {
    const size_t left = n - i < VK_LANES ? n - i : VK_LANES;
    const vk_d term = M(term)(kind, M(load_part)(x + i, left), centre);
    even += __builtin_convertvector(vk_lane_numbers < (int32_t)left, vk_l) ? term : (vk_d)(0.0);
  }
  return M(add_lanes)(even + odd);
}

VK_INLINE double M(multiply_row)(const float *x, size_t n) {
  vk_d product = 1.0;
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) product *= VK_WIDE(M(load)(x + i));
  if (i < n) {
    const vk_f last = M(load_part)(x + i, n - i);
    product *= VK_WIDE(vk_lane_numbers < (int32_t)(n - i) ? last : (vk_f)(1.0f));
  }
  return M(multiply_lanes)(product);
}

/// The largest of a row of at least one value, NaN where any is.
VK_INLINE float M(largest_of_row)(const float *x, size_t n) {
  vk_f largest = -__builtin_inff();
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) largest = M(larger)(largest, M(load)(x + i));
  if (i < n) {
    const vk_f last = M(load_part)(x + i, n - i);
    largest = M(larger)(largest, vk_lane_numbers < (int32_t)(n - i) ? last : (vk_f)(-__builtin_inff()));
  }
  return (float)M(largest_lane)(largest);
}

VK_INLINE float M(smallest_of_row)(const float *x, size_t n) {
  vk_f smallest = __builtin_inff();
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) smallest = M(smaller)(smallest, M(load)(x + i));
  if (i < n) {
    const vk_f last = M(load_part)(x + i, n - i);
    smallest = M(smaller)(smallest, vk_lane_numbers < (int32_t)(n - i) ? last : (vk_f)(__builtin_inff()));
  }
  return -(float)M(largest_lane)(-smallest);
}

static void M(reduce_rows)(vk_reduction kind, const float *x, size_t rows, size_t stride, size_t n,
                           const double *centre, double *results) {
  switch (kind) {
    case VK_SUM:
      for (size_t r = 0; r < rows; r++) results[r] += M(sum_row)(VK_SUM, x + r * stride, n, 0);
      return;
    case VK_SUM_SQUARES:
      for (size_t r = 0; r < rows; r++) results[r] += M(sum_row)(VK_SUM_SQUARES, x + r * stride, n, centre ? centre[r] : 0);
      return;
    case VK_SUM_EXP:
      for (size_t r = 0; r < rows; r++) results[r] += M(sum_row)(VK_SUM_EXP, x + r * stride, n, centre ? centre[r] : 0);
      return;
    case VK_PRODUCT:
      for (size_t r = 0; r < rows; r++) results[r] *= M(multiply_row)(x + r * stride, n);
      return;
    case VK_MAX:
      for (size_t r = 0; r < rows; r++) results[r] = vk_larger(results[r], M(largest_of_row)(x + r * stride, n));
      return;
    case VK_MIN:
      for (size_t r = 0; r < rows; r++) results[r] = -vk_larger(-results[r], -M(smallest_of_row)(x + r * stride, n));
      return;
  }
}

/// The part of a row that starts at `at`, whole or up to its end.
#define VK_LOAD_UP_TO(p, at, n) ((n) - (at) >= VK_LANES ? M(load)((p) + (at)) : M(load_part)((p) + (at), (n) - (at)))

/// Sixteen doubles, or as many as are left and zeros.
VK_INLINE vk_d M(load_wide)(const double *p, size_t left) {
  vk_d x = 0.0;
  if (left >= VK_LANES) {
    memcpy(&x, p, sizeof x);
  } else {
    memcpy(&x, p, left * sizeof(double));
  }
  return x;
}

VK_INLINE void M(store_wide)(double *p, size_t left, vk_d x) {
  if (left >= VK_LANES) {
    memcpy(p, &x, sizeof x);
  } else {
    memcpy(p, &x, left * sizeof(double));
  }
}

/// Folds one row into the results, sixteen columns at a time.
#define VK_FOLD_ROW(update)                                                                \
  for (size_t r = 0; r < count; r++) {                                                     \
    const float *row = x + r * stride;                                                     \
    for (size_t i = 0; i < n; i += VK_LANES) {                                             \
      const vk_f values = VK_LOAD_UP_TO(row, i, n);                                        \
      const vk_d so_far = M(load_wide)(results + i, n - i);                                \
      const vk_d middle = centre ? M(load_wide)(centre + i, n - i) : (vk_d)(0.0);          \
      (void)middle;                                                                        \
      M(store_wide)(results + i, n - i, update);                                           \
    }                                                                                      \
  }

static void M(reduce_columns)(vk_reduction kind, const float *x, size_t count, size_t stride, size_t n,
                              const double *centre, double *results) {
  switch (kind) {
    case VK_SUM: VK_FOLD_ROW(so_far + VK_WIDE(values)) return;
    case VK_SUM_SQUARES: VK_FOLD_ROW(so_far + (VK_WIDE(values) - middle) * (VK_WIDE(values) - middle)) return;
    case VK_SUM_EXP:
      VK_FOLD_ROW(so_far + VK_WIDE(M(exp)(values - __builtin_convertvector(middle, vk_f))))
      return;
    case VK_PRODUCT: VK_FOLD_ROW(so_far * VK_WIDE(values)) return;
    case VK_MAX:
      VK_FOLD_ROW(((VK_WIDE(values) > so_far) | (VK_WIDE(values) != VK_WIDE(values))) ? VK_WIDE(values) : so_far)
      return;
    case VK_MIN:
      VK_FOLD_ROW(((VK_WIDE(values) < so_far) | (VK_WIDE(values) != VK_WIDE(values))) ? VK_WIDE(values) : so_far)
      return;
  }
}

/// The place of the first value that equals `wanted`, or of the first NaN where `wanted` is NaN.
VK_INLINE size_t M(place_of)(float wanted, const float *x, size_t n) {
  size_t i = 0;
  for (; i + VK_LANES <= n; i += VK_LANES) {
    const vk_f v = M(load)(x + i);
    const vk_i found = (v == wanted) | (v != v);
    if (__builtin_reduce_or(found)) break;
  }
  for (; i + 1 < n && x[i] == x[i] && x[i] != wanted; i++) {}
  return i;
}

static void M(arg_rows)(bool largest, const float *x, size_t rows, size_t n, int64_t *results) {
  for (size_t r = 0; r < rows; r++, x += n) {
    const float wanted = largest ? M(largest_of_row)(x, n) : M(smallest_of_row)(x, n);
    results[r] = (int64_t)M(place_of)(wanted, x, n);
  }
}

static void M(softmax_rows)(bool logarithm, const float *x, float *y, size_t rows, size_t n) {
  for (size_t r = 0; r < rows; r++, x += n, y += n) {
    const float largest = M(largest_of_row)(x, n);
    const double sum = M(sum_row)(VK_SUM_EXP, x, n, largest);
    const float divisor = (float)sum, log_sum = logarithm ? (float)log(sum) : 0;
    for (size_t i = 0; i < n; i += VK_LANES) {
      const vk_f shifted = VK_LOAD_UP_TO(x, i, n) - largest;
      const vk_f value = logarithm ? shifted - log_sum : M(exp)(shifted) / divisor;
      if (n - i >= VK_LANES) {
        M(store)(y + i, value);
      } else {
        M(store_part)(y + i, n - i, value);
      }
    }
  }
}

/// Sixteen columns at a time.
static void M(softmax_columns)(bool logarithm, const float *x, float *y, size_t length, size_t stride, size_t n) {
  for (size_t i = 0; i < n; i += VK_LANES) {
    vk_f largest = -__builtin_inff();
    for (size_t k = 0; k < length; k++) largest = M(larger)(largest, VK_LOAD_UP_TO(x + k * stride, i, n));
    vk_d sum = 0.0;
    for (size_t k = 0; k < length; k++) sum += VK_WIDE(M(exp)(VK_LOAD_UP_TO(x + k * stride, i, n) - largest));
    const vk_f divisor = __builtin_convertvector(sum, vk_f);
    vk_f log_sum = 0.0f;
    if (logarithm) {
      for (int lane = 0; lane < VK_LANES; lane++) log_sum[lane] = (float)log(sum[lane]);
    }
    for (size_t k = 0; k < length; k++) {
      const vk_f shifted = VK_LOAD_UP_TO(x + k * stride, i, n) - largest;
      const vk_f value = logarithm ? shifted - log_sum : M(exp)(shifted) / divisor;
      if (n - i >= VK_LANES) {
        M(store)(y + k * stride + i, value);
      } else {
        M(store_part)(y + k * stride + i, n - i, value);
      }
    }
  }
}

#undef M
#undef VK_WIDE
#undef VK_LOAD_UP_TO
#undef VK_FOLD_ROW
