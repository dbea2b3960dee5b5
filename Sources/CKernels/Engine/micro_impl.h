// One tier of the tile of a matrix product: R rows of A times V vectors of packed B, kept in registers.
#include "finish_impl.h"

#if VK_TIER == 2
#define VK_VECTORS 2
#define VK_ROWS 14
#elif VK_TIER == 1
#define VK_VECTORS 1
#define VK_ROWS 6
#else
#define VK_VECTORS 1
#define VK_ROWS 3
#endif

/// sum + x * y; of pairs of bf16 both products are added, the later ones first.
VK_INLINE vk_f VK_NAME(plus_product)(vk_f sum, vk_f x, vk_f y) {
#if defined(VK_BF16_DOT)
  return (vk_f)_mm512_dpbf16_ps((__m512)sum, (__m512bh)x, (__m512bh)y);
#elif defined(VK_ENGINE_BF16)
  const vk_u high = (vk_u)(0xffff0000u);
  sum = sum + (vk_f)((vk_u)x & high) * (vk_f)((vk_u)y & high);
  return sum + (vk_f)((vk_u)x << 16) * (vk_f)((vk_u)y << 16);
#else
  return sum + x * y;
#endif
}

/// One term: a row of B times a column of A, added to one of the chains of sums.
#define VK_TERM(CHAIN, A_AT)                                                             \
  do {                                                                                   \
    vk_f row[VK_VECTORS], (*sum)[VK_VECTORS] = sums[CHAIN];                              \
    _Pragma("clang loop unroll(full)") for (int j = 0; j < V; j++) {                     \
      row[j] = VK_NAME(load)(b + j * VK_LANES);                                          \
    }                                                                                    \
    _Pragma("clang loop unroll(full)") for (int i = 0; i < R; i++) {                     \
      const vk_f x = A_AT;                                                               \
      _Pragma("clang loop unroll(full)") for (int j = 0; j < V; j++) {                   \
        sum[i][j] = VK_NAME(plus_product)(sum[i][j], x, row[j]);                         \
      }                                                                                  \
    }                                                                                    \
    b += V * VK_LANES;                                                                   \
  } while (0)

/// The float at base + row * one + d bytes, in every lane. In assembly, since the compiler would rather keep a pointer
/// a row, in memory where registers run out.
VK_INLINE vk_f VK_NAME(element)(const char *base, const int row, size_t one, size_t three, const int d) {
#if VK_TIER == 2 && !VK_ENGINE_CHECKED
#define VK_BROADCAST(address, ...) \
  asm volatile("vbroadcastss %c2" address ", %0" : "=v"(x) : "r"(base), "i"(d), ##__VA_ARGS__)
  __m512 x;
  switch (row) {
    case 0: VK_BROADCAST("(%1)"); break;
    case 1: VK_BROADCAST("(%1,%3)", "r"(one)); break;
    case 2: VK_BROADCAST("(%1,%3,2)", "r"(one)); break;
    case 3: VK_BROADCAST("(%1,%3)", "r"(three)); break;
    default: VK_BROADCAST("(%1,%3,4)", "r"(one)); break;
  }
#undef VK_BROADCAST
  return (vk_f)x;
#else
  const size_t at = row == 3 ? three : (size_t)row * one;
  return (vk_f)(*(const float *)(base + at + d));
#endif
}

/// The sums of R rows and V vectors. `form`: 0 rows of A lie apart, 1 each term has its offset, 2 the rows of a term are
/// neighbours and terms lie apart, 3 as 0, a run of terms at a time.
VK_INLINE void VK_NAME(sum_up)(
    const int R, const int V, const int form, const vk_micro *t, vk_f sum[VK_ROWS][VK_VECTORS]) {
#ifdef VK_ENGINE_BF16
  // Every tier adds in the same order.
  const int chains = 1;
#else
  // A single row would wait for each sum before it adds the next term: neighbouring terms are summed apart.
  const int chains = R == 1 && (form == 0 || form == 3) ? 4 : 1;
#endif
  vk_f sums[4][VK_ROWS][VK_VECTORS];
#pragma clang loop unroll(full)
  for (int chain = 0; chain < chains; chain++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < R; i++) {
#pragma clang loop unroll(full)
      for (int j = 0; j < V; j++) sums[chain][i][j] = (vk_f)(0.0f);
    }
  }
  // Wanted at the end only; by then it may lie in the second-level cache.
#pragma clang loop unroll(full)
  for (int i = 0; t->accumulate && i < R; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < V; j++) __builtin_prefetch(t->c[i] + t->column + j * VK_LANES, 1);
  }
#ifdef VK_ENGINE_RUNS
  // Of convolutions alone. Residuals are wanted at the end too, and come from further away; so do the rows that get them.
#pragma clang loop unroll(full)
  for (int i = 0; t->r && !t->accumulate && i < R; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < V; j++) __builtin_prefetch(t->r[i] + t->column + j * VK_LANES, 0, 2);
  }
#pragma clang loop unroll(full)
  for (int i = 0; t->r && !t->accumulate && i < R; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; t->c[i] && j < V; j++) __builtin_prefetch(t->c[i] + t->column + j * VK_LANES, 1);
  }
#ifdef VK_ENGINE_BF16
#pragma clang loop unroll(full)
  for (int i = 0; t->rounded_r && !t->accumulate && i < R; i++) __builtin_prefetch(t->rounded_r[i] + t->column, 0, 2);
#endif
#endif
  const float *b = t->b;
  size_t k = t->k;
  if (form == 2) {
    const float *at = t->a;
    for (; k > 0; k--, at += t->a_stride) {
#if VK_TIER == 2
      __builtin_prefetch(at + 6 * t->a_stride);
#pragma clang loop unroll(full)
      for (int j = 0; j < V; j++) __builtin_prefetch(b + (VK_AHEAD * V + j) * VK_LANES);
#endif
      VK_TERM(0, (vk_f)(at[i]));
    }
  } else if (form == 1) {
    const float *a = t->a;
    const int32_t *offsets = t->offsets;
    for (size_t p = 0; p < k; p++) {
      const float *at = a + offsets[p];
      VK_TERM(0, (vk_f)(at[i]));
    }
  } else {
    // Rows 5 j + {0, 1, 2, 3, 4} lie at base j + {0, 1, 2, 3, 4} strides: five addresses a base and two registers,
    // where a pointer a row would not fit. The compiler must not see through it.
    size_t one = t->a_stride * 4, three = one * 3;
    const char *from = (const char *)t->a;
#if VK_TIER == 2
    const char *next = t->next ? t->next : (const char *)b;
    const size_t next_step = t->next_step;
#ifdef VK_ENGINE_RUNS
    const char *ahead = t->ahead ? t->ahead : (const char *)b;
    const size_t ahead_step = t->ahead_step;
#endif
#endif
#define VK_AT(d) VK_NAME(element)(base[i / 5], i % 5, one, three, d)
    for (size_t runs = form == 3 ? t->runs : 1; runs > 0; runs--, from += t->run_stride * 4) {
      const char *base[3];
      base[0] = from;
      base[1] = base[0] + 5 * one;
      base[2] = base[1] + 5 * one;
#ifdef VK_ENGINE_RUNS
      if (t->late) base[2] = (const char *)t->late;
#endif
      asm("" : "+r"(three), "+r"(base[1]), "+r"(base[2]));
      for (k = t->k; k >= 4; k -= 4) {
#if VK_TIER == 2
        // The next rows of B, from the second-level cache.
#pragma clang loop unroll(full)
        for (int j = 0; j < 4 * V; j++) __builtin_prefetch(b + (VK_AHEAD * V + j) * VK_LANES);
        __builtin_prefetch(next, 0, 2);
        __builtin_prefetch(next + 64, 0, 2);
        next += next_step;
#ifdef VK_ENGINE_RUNS
        __builtin_prefetch(ahead, 0, 2);
        ahead += ahead_step;
#endif
#endif
        VK_TERM(0, VK_AT(0));
        VK_TERM(1 % chains, VK_AT(4));
        VK_TERM(2 % chains, VK_AT(8));
        VK_TERM(3 % chains, VK_AT(12));
        base[0] += 16;
        base[1] += 16;
        base[2] += 16;
      }
      for (; k > 0; k--) {
        VK_TERM(0, VK_AT(0));
        base[0] += 4;
        base[1] += 4;
        base[2] += 4;
      }
    }
#undef VK_AT
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < R; i++) {
#pragma clang loop unroll(full)
    for (int j = 0; j < V; j++) {
      sum[i][j] = sums[0][i][j];
#pragma clang loop unroll(full)
      for (int chain = 1; chain < chains; chain++) sum[i][j] += sums[chain][i][j];
    }
  }
}

VK_INLINE void VK_NAME(micro)(const int R, const int V, const int form, const vk_micro *t) {
  vk_f sum[VK_ROWS][VK_VECTORS];
  VK_NAME(sum_up)(R, V, form, t, sum);
  const vk_f low = (vk_f)(t->low), high = (vk_f)(t->high);
#ifdef VK_BF16_DOT
  if (V == 2 && t->rounded_c && !t->accumulate && !t->r && t->width > VK_LANES) {
    VK_NAME(finish_pairs)(R, t, &sum[0][0], low, high);
    return;
  }
#endif
#pragma clang loop unroll(full)
  for (int j = 0; j < V; j++) {
    const size_t at = t->column + (size_t)j * VK_LANES;
    const size_t count = t->width - (size_t)j * VK_LANES;
    vk_f bias = (vk_f)(0.0f);
    if (t->bias) bias = VK_NAME(load_some)(t->bias + j * VK_LANES, count);
#pragma clang loop unroll(full)
    for (int i = 0; i < R; i++) {
      VK_NAME(finish)(t, i, at, count, sum[i][j], bias, low, high);
    }
  }
}

#define VK_MICRO(R, V)                                                                                         \
  static void VK_NAME(strided_##R##x##V)(const vk_micro *t) { VK_NAME(micro)(R, V, 0, t); }                    \
  static void VK_NAME(indirect_##R##x##V)(const vk_micro *t) { VK_NAME(micro)(R, V, 1, t); }                   \
  static void VK_NAME(turned_##R##x##V)(const vk_micro *t) { VK_NAME(micro)(R, V, 2, t); }
#define VK_MICRO_RUNS(R, V) \
  static void VK_NAME(runs_##R##x##V)(const vk_micro *t) { VK_NAME(micro)(R, V, 3, t); }
#if VK_TIER == 2
#define VK_EACH_ROWS(X, V) \
  X(1, V) X(2, V) X(3, V) X(4, V) X(5, V) X(6, V) X(7, V) X(8, V) X(9, V) X(10, V) X(11, V) X(12, V) X(13, V) X(14, V)
#elif VK_TIER == 1
#define VK_EACH_ROWS(X, V) X(1, V) X(2, V) X(3, V) X(4, V) X(5, V) X(6, V)
#else
#define VK_EACH_ROWS(X, V) X(1, V) X(2, V) X(3, V)
#endif

typedef void (*VK_NAME(micro_function))(const vk_micro *);
VK_EACH_ROWS(VK_MICRO, 1)
#if VK_VECTORS > 1
VK_EACH_ROWS(VK_MICRO, 2)
#endif
#ifdef VK_ENGINE_RUNS
VK_EACH_ROWS(VK_MICRO_RUNS, 1)
#if VK_VECTORS > 1
VK_EACH_ROWS(VK_MICRO_RUNS, 2)
#endif
#endif
#undef VK_MICRO
#undef VK_MICRO_RUNS

#define VK_STRIDED(R, V) VK_NAME(strided_##R##x##V),
#define VK_INDIRECT(R, V) VK_NAME(indirect_##R##x##V),
#define VK_TURNED(R, V) VK_NAME(turned_##R##x##V),
#define VK_RUNS(R, V) VK_NAME(runs_##R##x##V),
/// By form, vectors - 1, rows - 1.
__attribute__((unused)) static const VK_NAME(micro_function) VK_NAME(micros)[4][VK_VECTORS][VK_ROWS] = {
    {
        {VK_EACH_ROWS(VK_STRIDED, 1)},
#if VK_VECTORS > 1
        {VK_EACH_ROWS(VK_STRIDED, 2)},
#endif
    },
    {
        {VK_EACH_ROWS(VK_INDIRECT, 1)},
#if VK_VECTORS > 1
        {VK_EACH_ROWS(VK_INDIRECT, 2)},
#endif
    },
    {
        {VK_EACH_ROWS(VK_TURNED, 1)},
#if VK_VECTORS > 1
        {VK_EACH_ROWS(VK_TURNED, 2)},
#endif
    },
#ifdef VK_ENGINE_RUNS
    {
        {VK_EACH_ROWS(VK_RUNS, 1)},
#if VK_VECTORS > 1
        {VK_EACH_ROWS(VK_RUNS, 2)},
#endif
    },
#endif
};
/// Rows of the highest tile.
enum { VK_NAME(most_rows) = VK_ROWS };
#undef VK_STRIDED
#undef VK_INDIRECT
#undef VK_TURNED
#undef VK_RUNS
#undef VK_TERM
