#include <math.h>

#include "regions_internal.h"

/// Coordinates further out mean nothing in float32.
static const float farthest = 1 << 30;

/// Groups of bins that are computed as lanes.
static ptrdiff_t groups(const vk_regions *how) { return (how->out_w + VK_BIN_LANES - 1) / VK_BIN_LANES; }

ptrdiff_t vk_regions_plan_count(const vk_regions *how) {
  return VK_PLAN_HEAD + 2 * (how->out_h + how->out_w + groups(how));
}

ptrdiff_t vk_regions_workspace(const vk_regions *how) {
  return VK_BIN_ROWS * (how->in_w + VK_BIN_LANES * (groups(how) + 2));
}

/// One side of a box on the features, and how many samples each of its bins takes.
typedef struct {
  float start, bin;
  int64_t samples;
  ptrdiff_t bins, size;
} side;

/// Whether the box can be worked on at all.
static bool is_sane(const vk_regions *how, const float *box) {
  for (int i = 1; i < 5; i++) {
    if (!(fabsf(box[i] * how->scale) <= farthest)) return false;
  }
  return true;
}

static void empty_plan(const vk_regions *how, int32_t *plan) {
  ptrdiff_t count = vk_regions_plan_count(how);
  for (ptrdiff_t i = 0; i < count; i++) plan[i] = 0;
  plan[0] = -1;
}

/// The image's number, or -1 for none.
static int32_t image_of(const float *box, ptrdiff_t images) {
  return box[0] >= 0 && box[0] < (float)images && box[0] < 2147483648.0f ? (int32_t)box[0] : -1;
}

// Sampling places decide which pixels are read, so they are rounded exactly as the reference rounds them.
#pragma clang fp contract(off)

static side align_side(const vk_regions *how, float low, float high, ptrdiff_t bins, ptrdiff_t size) {
  float offset = how->half_pixel ? 0.5f : 0.0f;
  float start = low * how->scale - offset, length = high * how->scale - offset - start;
  if (!how->half_pixel && length < 1) length = 1;
  float across = ceilf(length / (float)bins);
  int64_t samples = how->sampling > 0 ? how->sampling : across > 0 ? (int64_t)across : 0;
  return (side){start, length / (float)bins, samples, bins, size};
}

static float place(const side *s, ptrdiff_t bin, int64_t sample) {
  return s->start + (float)bin * s->bin + ((float)sample + 0.5f) * s->bin / (float)s->samples;
}

/// The samples of a bin that may lie inside: the others are not worth a look where there are many.
static void narrow(const side *s, ptrdiff_t bin, int64_t *begin, int64_t *end) {
  *begin = 0;
  *end = s->samples;
  if (s->samples <= 16) return;
  double step = (double)s->bin / (double)s->samples, first = (double)s->start + (double)bin * (double)s->bin;
  if (step == 0) return;
  double a = (-1 - first) / step, b = ((double)s->size - first) / step, slack = 4;
  double low = (a < b ? a : b) - slack, high = (a < b ? b : a) + slack;
  if (low > 0) *begin = low < (double)s->samples ? (int64_t)low : s->samples;
  if (high < (double)s->samples) *end = high > 0 ? (int64_t)high : 0;
}

/// Where a sample lies: its lower neighbour and its distance from it; false outside.
static bool neighbours(float at, ptrdiff_t size, ptrdiff_t *low, ptrdiff_t *high, float *distance) {
  if (!(at >= -1.0f && at <= (float)size)) return false;
  if (at <= 0) at = 0;
  *low = (ptrdiff_t)at;
  *high = *low + 1;
  if (*low >= size - 1) {
    *high = *low = size - 1;
    at = (float)*low;
  }
  *distance = at - (float)*low;
  return true;
}

/// The band of one bin: first and count, and the weights. Returns the count.
static ptrdiff_t align_band(const side *s, ptrdiff_t bin, int32_t *band, float *weights, ptrdiff_t capacity) {
  int64_t begin, end;
  ptrdiff_t first = s->size, last = -1, low, high;
  float distance;
  band[0] = band[1] = 0;
  narrow(s, bin, &begin, &end);
  for (int64_t i = begin; i < end; i++) {
    if (!neighbours(place(s, bin, i), s->size, &low, &high, &distance)) continue;
    if (low < first) first = low;
    if (high > last) last = high;
  }
  ptrdiff_t count = last - first + 1;
  // Bands outgrow the room only where the steps of float32 are wider than pixels.
  if (count <= 0 || count > capacity) return 0;
  for (ptrdiff_t i = 0; i < count; i++) weights[i] = 0;
  for (int64_t i = begin; i < end; i++) {
    if (!neighbours(place(s, bin, i), s->size, &low, &high, &distance)) continue;
    weights[low - first] += 1 - distance;
    weights[high - first] += distance;
  }
  for (ptrdiff_t i = 0; i < count; i++) weights[i] /= (float)s->samples;
  band[0] = (int32_t)first;
  band[1] = (int32_t)count;
  return count;
}

static ptrdiff_t side_weights(const side *s) {
  double reach = fabs((double)s->bin) + 4;
  double bands = (double)s->bins * (reach < (double)s->size ? reach : (double)s->size);
  // Bins do not overlap, but for the pixels at their ends.
  double all = (double)s->size + 4 * (double)s->bins + 8;
  return (ptrdiff_t)(bands < all ? bands : all) + 1;
}

ptrdiff_t vk_roi_align_weight_count(const vk_regions *how, const float *box) {
  if (!is_sane(how, box)) return 1;
  side y = align_side(how, box[2], box[4], how->out_h, how->in_h);
  side x = align_side(how, box[1], box[3], how->out_w, how->in_w);
  double across = fabs((double)x.bin) * (double)x.bins;
  double columns = (across < (double)x.size ? across : (double)x.size) + 4 * (double)groups(how) + 8;
  return side_weights(&y) + side_weights(&x) + VK_BIN_LANES * (ptrdiff_t)columns;
}

/// The columns that all bands of columns together reach.
static void span(const vk_regions *how, int32_t *plan) {
  const int32_t *columns = plan + VK_PLAN_HEAD + 2 * how->out_h;
  int32_t first = INT32_MAX, end = 0;
  for (ptrdiff_t i = 0; i < how->out_w; i++) {
    if (columns[2 * i + 1] == 0) continue;
    if (columns[2 * i] < first) first = columns[2 * i];
    if (columns[2 * i] + columns[2 * i + 1] > end) end = columns[2 * i] + columns[2 * i + 1];
  }
  plan[1] = end > 0 ? first : 0;
  plan[2] = end > 0 ? end - first : 0;
}

/// The bands of eight columns of bins as a matrix: a row of eight weights for each column of pixels.
static void pack_groups(const vk_regions *how, int32_t *plan, const float *weights, float *matrix, ptrdiff_t capacity) {
  const int32_t *columns = plan + VK_PLAN_HEAD + 2 * how->out_h;
  int32_t *group = plan + VK_PLAN_HEAD + 2 * (how->out_h + how->out_w);
  for (ptrdiff_t g = 0; g < groups(how); g++, group += 2) {
    ptrdiff_t begin = g * VK_BIN_LANES, lanes = how->out_w - begin < VK_BIN_LANES ? how->out_w - begin : VK_BIN_LANES;
    int32_t first = INT32_MAX, end = 0;
    for (ptrdiff_t i = begin; i < begin + lanes; i++) {
      if (columns[2 * i + 1] == 0) continue;
      if (columns[2 * i] < first) first = columns[2 * i];
      if (columns[2 * i] + columns[2 * i + 1] > end) end = columns[2 * i] + columns[2 * i + 1];
    }
    ptrdiff_t count = end > 0 ? end - first : 0;
    // As for bands: there is room but where float32 cannot tell pixels apart.
    if (count * VK_BIN_LANES > capacity) count = 0;
    group[0] = count > 0 ? first : 0;
    group[1] = (int32_t)count;
    for (ptrdiff_t i = 0; i < count * VK_BIN_LANES; i++) matrix[i] = 0;
    for (ptrdiff_t i = begin; i < begin + lanes; i++) {
      for (ptrdiff_t t = 0; count > 0 && t < columns[2 * i + 1]; t++) {
        matrix[(columns[2 * i] + t - first) * VK_BIN_LANES + i - begin] = weights[t];
      }
      weights += columns[2 * i + 1];
    }
    matrix += count * VK_BIN_LANES;
    capacity -= count * VK_BIN_LANES;
  }
}

void vk_roi_align_plan(const vk_regions *how, ptrdiff_t images, const float *box, int32_t *plan, float *weights,
                       ptrdiff_t capacity) {
  empty_plan(how, plan);
  if (!is_sane(how, box)) return;
  side y = align_side(how, box[2], box[4], how->out_h, how->in_h);
  side x = align_side(how, box[1], box[3], how->out_w, how->in_w);
  ptrdiff_t used = 0, of_rows = 0;
  int32_t *bands = plan + VK_PLAN_HEAD;
  for (ptrdiff_t i = 0; i < how->out_h + how->out_w; i++, bands += 2) {
    const side *s = i < how->out_h ? &y : &x;
    used += align_band(s, i < how->out_h ? i : i - how->out_h, bands, weights + used, capacity - used);
    if (i < how->out_h) of_rows = used;
  }
  span(how, plan);
  pack_groups(how, plan, weights + of_rows, weights + used, capacity - used);
  plan[0] = image_of(box, images);
  plan[3] = (int32_t)used;
}

/// Bins of whole pixels from `start` on, cut at 0 and `limit`.
static void whole_bands(int64_t start, int64_t length, ptrdiff_t bins, ptrdiff_t limit, int32_t *bands) {
  float bin = (float)length / (float)bins;
  for (ptrdiff_t i = 0; i < bins; i++, bands += 2) {
    int64_t begin = (int64_t)floorf((float)i * bin) + start, end = (int64_t)ceilf((float)(i + 1) * bin) + start;
    begin = begin < 0 ? 0 : begin > limit ? limit : begin;
    end = end < 0 ? 0 : end > limit ? limit : end;
    bands[0] = (int32_t)(end > begin ? begin : 0);
    bands[1] = (int32_t)(end > begin ? end - begin : 0);
  }
}

static int64_t whole_length(int64_t length) { return length > 1 ? length : 1; }

void vk_roi_pool_plan(const vk_regions *how, ptrdiff_t images, const float *box, int32_t *plan) {
  empty_plan(how, plan);
  if (!is_sane(how, box)) return;
  int64_t x1 = (int64_t)roundf(box[1] * how->scale), y1 = (int64_t)roundf(box[2] * how->scale);
  int64_t x2 = (int64_t)roundf(box[3] * how->scale), y2 = (int64_t)roundf(box[4] * how->scale);
  int32_t *bands = plan + VK_PLAN_HEAD;
  whole_bands(y1, whole_length(y2 - y1 + 1), how->out_h, how->in_h, bands);
  whole_bands(x1, whole_length(x2 - x1 + 1), how->out_w, how->in_w, bands + 2 * how->out_h);
  span(how, plan);
  plan[0] = image_of(box, images);
}

void vk_ps_roi_pool_plan(const vk_regions *how, ptrdiff_t images, const float *box, int32_t *plan) {
  empty_plan(how, plan);
  if (!is_sane(how, box)) return;
  int64_t x1 = (int64_t)roundf(box[1] * how->scale), y1 = (int64_t)roundf(box[2] * how->scale);
  int64_t x2 = (int64_t)roundf(box[3] * how->scale), y2 = (int64_t)roundf(box[4] * how->scale);
  int32_t *bands = plan + VK_PLAN_HEAD;
  // The reference cuts at the last row and column, not after them.
  whole_bands(y1, whole_length(y2 - y1), how->out_h, how->in_h - 1, bands);
  whole_bands(x1, whole_length(x2 - x1), how->out_w, how->in_w - 1, bands + 2 * how->out_h);
  span(how, plan);
  plan[0] = image_of(box, images);
}
