// Body of optimizers.c, included once a tier after vk_vector_impl.h. Sixteen values at a time; the last few go the same way.

#define M(f) VK_NAME(f)
#define VK_ROOT(x) __builtin_elementwise_sqrt(x)
/// Runs `body` for sixteen values at `i`, of which `left` are the run's.
#define VK_RUN(body)                             \
  for (ptrdiff_t i = 0; i < n; i += VK_LANES) {  \
    const size_t left = (size_t)(n - i);         \
    body                                         \
  }

VK_INLINE vk_f M(take)(const float *p, size_t left) { return left >= VK_LANES ? M(load)(p) : M(load_part)(p, left); }
VK_INLINE void M(put)(float *p, size_t left, vk_f x) {
  if (left >= VK_LANES) {
    M(store)(p, x);
  } else {
    M(store_part)(p, left, x);
  }
}
VK_INLINE vk_f M(mixed)(vk_f from, vk_f to, float weight) {
  return weight < 0.5f ? from + weight * (to - from) : to - (to - from) * (1.0f - weight);
}

VK_INLINE void M(sgd_run)(const vk_sgd *s, bool decays, bool nesterov, float *p, const float *gradient, float *buffer,
                          ptrdiff_t n) {
  const float rate = s->rate, decay = s->decay, scale = s->scale, momentum = s->momentum, fresh = 1.0f - s->dampening;
  const bool first = s->first;
  VK_RUN({
    const vk_f x = M(take)(p + i, left);
    vk_f g = M(take)(gradient + i, left) * scale;
    if (decays) g = g + decay * x;
    if (buffer) {
      const vk_f b = first ? g : M(take)(buffer + i, left) * momentum + fresh * g;
      M(put)(buffer + i, left, b);
      g = nesterov ? g + momentum * b : b;
    }
    M(put)(p + i, left, x - rate * g);
  })
}

static void M(sgd_step)(const vk_sgd *s, float *p, const float *g, float *buffer, ptrdiff_t n) {
  if (!buffer) return M(sgd_run)(s, s->decay != 0, false, p, g, NULL, n);
  if (s->nesterov) return M(sgd_run)(s, s->decay != 0, true, p, g, buffer, n);
  M(sgd_run)(s, s->decay != 0, false, p, g, buffer, n);
}

static void M(adam_step)(const vk_adam *s, float *p, const float *gradient, float *mean, float *square, float *largest,
                         ptrdiff_t n) {
  const vk_adam a = *s;
  VK_RUN({
    const vk_f x = M(take)(p + i, left) * a.keep;
    vk_f g = M(take)(gradient + i, left) * a.scale;
    if (a.decay != 0) g = g + a.decay * x;
    const vk_f m = M(mixed)(M(take)(mean + i, left), g, a.mix1);
    const vk_f v = M(take)(square + i, left) * a.beta2 + a.mix2 * g * g;
    M(put)(mean + i, left, m);
    M(put)(square + i, left, v);
    vk_f most = v;
    if (largest) {
      const vk_f before = M(take)(largest + i, left);
      most = ((v > before) | (v != v)) ? v : before;
      M(put)(largest + i, left, most);
    }
    M(put)(p + i, left, x - a.rate * (m / (VK_ROOT(most) / a.root + a.epsilon)));
  })
}

static void M(rmsprop_step)(const vk_rmsprop *s, float *p, const float *gradient, float *square, float *mean,
                            float *buffer, ptrdiff_t n) {
  const vk_rmsprop a = *s;
  VK_RUN({
    const vk_f x = M(take)(p + i, left);
    vk_f g = M(take)(gradient + i, left) * a.scale;
    if (a.decay != 0) g = g + a.decay * x;
    const vk_f v = M(take)(square + i, left) * a.alpha + a.mix * g * g;
    M(put)(square + i, left, v);
    vk_f spread = v;
    if (mean) {
      const vk_f m = M(mixed)(M(take)(mean + i, left), g, a.mix);
      M(put)(mean + i, left, m);
      spread = v - m * m;
    }
    vk_f change = g / (VK_ROOT(spread) + a.epsilon);
    if (buffer) {
      change = M(take)(buffer + i, left) * a.momentum + change;
      M(put)(buffer + i, left, change);
    }
    M(put)(p + i, left, x - a.rate * change);
  })
}

static void M(axpy)(float a, const float *x, float *y, ptrdiff_t n) {
  VK_RUN({ M(put)(y + i, left, M(take)(y + i, left) + a * M(take)(x + i, left)); })
}

static void M(scale)(float a, const float *x, float *y, ptrdiff_t n) {
  VK_RUN({ M(put)(y + i, left, a * M(take)(x + i, left)); })
}

static void M(lerp)(float weight, const float *x, float *y, ptrdiff_t n) {
  VK_RUN({ M(put)(y + i, left, M(mixed)(M(take)(y + i, left), M(take)(x + i, left), weight)); })
}

static double M(dot)(const float *x, const float *y, ptrdiff_t n) {
  vk_d sum = 0.0;
  VK_RUN({
    sum += __builtin_convertvector(M(take)(x + i, left), vk_d) * __builtin_convertvector(M(take)(y + i, left), vk_d);
  })
  double total = 0;
  for (int lane = 0; lane < VK_LANES; lane++) total += sum[lane];
  return total;
}

#undef M
#undef VK_ROOT
#undef VK_RUN
