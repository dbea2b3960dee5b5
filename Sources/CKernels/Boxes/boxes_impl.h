// The body of boxes.c, once a tier.

#define box_over VK_NAME(box_over)
#define overlap_row VK_NAME(overlap_row)

/// a / b, 0 where b is not positive.
VK_INLINE float box_over(float a, float b) { return b > 0 ? a / b : 0; }

/// One box against all of the planes. Called with a literal kind, so that the loop becomes vectors.
VK_INLINE void overlap_row(vk_overlap kind, const float *box, const float *restrict planes, ptrdiff_t count,
                           float *restrict out) {
  const float *x1 = planes, *y1 = x1 + count, *x2 = y1 + count, *y2 = x2 + count, *area = y2 + count;
  const float *angle = area + count;
  const float ax1 = box[0], ay1 = box[1], ax2 = box[2], ay2 = box[3], epsilon = 1e-7f;
  const float own = (ax2 - ax1) * (ay2 - ay1), ax = (ax1 + ax2) / 2, ay = (ay1 + ay2) / 2;
  const float own_angle = kind == VK_CIOU ? atanf((ax2 - ax1) / (ay2 - ay1)) : 0;
  const float squared = 4 / (3.14159265358979f * 3.14159265358979f);
  for (ptrdiff_t j = 0; j < count; j++) {
    float w = (ax2 < x2[j] ? ax2 : x2[j]) - (ax1 > x1[j] ? ax1 : x1[j]);
    float h = (ay2 < y2[j] ? ay2 : y2[j]) - (ay1 > y1[j] ? ay1 : y1[j]);
    float common = (w > 0 ? w : 0) * (h > 0 ? h : 0), joint = own + area[j] - common;
    float overlap = box_over(common, joint);
    if (kind == VK_IOU) {
      out[j] = overlap;
      continue;
    }
    // The smallest box around both.
    float wide = (ax2 > x2[j] ? ax2 : x2[j]) - (ax1 < x1[j] ? ax1 : x1[j]);
    float high = (ay2 > y2[j] ? ay2 : y2[j]) - (ay1 < y1[j] ? ay1 : y1[j]);
    wide = wide > 0 ? wide : 0;
    high = high > 0 ? high : 0;
    if (kind == VK_GIOU) {
      out[j] = overlap - box_over(wide * high - joint, wide * high);
      continue;
    }
    float dx = ax - (x1[j] + x2[j]) / 2, dy = ay - (y1[j] + y2[j]) / 2;
    float result = overlap - (dx * dx + dy * dy) / (wide * wide + high * high + epsilon);
    if (kind == VK_CIOU) {
      float turn = own_angle - angle[j], v = squared * (turn * turn);
      result -= v / (1 - overlap + v + epsilon) * v;
    }
    out[j] = result;
  }
}

static void VK_NAME(box_overlaps)(vk_overlap kind, const float *boxes, ptrdiff_t begin, ptrdiff_t end,
                                  const float *planes, ptrdiff_t count, float *out) {
  for (ptrdiff_t i = begin; i < end; i++) {
    switch (kind) {
      case VK_IOU: overlap_row(VK_IOU, boxes + 4 * i, planes, count, out + i * count); break;
      case VK_GIOU: overlap_row(VK_GIOU, boxes + 4 * i, planes, count, out + i * count); break;
      case VK_DIOU: overlap_row(VK_DIOU, boxes + 4 * i, planes, count, out + i * count); break;
      case VK_CIOU: overlap_row(VK_CIOU, boxes + 4 * i, planes, count, out + i * count); break;
    }
  }
}

/// Each box against those kept so far, sixteen at a time, until one drops it.
static ptrdiff_t VK_NAME(nms)(const float *boxes, const int32_t *order, ptrdiff_t count, float threshold,
                              int32_t *kept, float *planes) {
  ptrdiff_t stride = count + VK_LANES, taken = 0;
  float *x1 = planes, *y1 = x1 + stride, *x2 = y1 + stride, *y2 = x2 + stride, *areas = y2 + stride;
  for (ptrdiff_t i = 0; i < count; i++) {
    const float *box = boxes + 4 * (ptrdiff_t)order[i];
    const float area = (box[2] - box[0]) * (box[3] - box[1]);
    bool dropped = false;
    for (ptrdiff_t k = 0; k < taken && !dropped; k += VK_LANES) {
      vk_f left, top, right, bottom, other;
      memcpy(&left, x1 + k, sizeof left);
      memcpy(&top, y1 + k, sizeof top);
      memcpy(&right, x2 + k, sizeof right);
      memcpy(&bottom, y2 + k, sizeof bottom);
      left = left > box[0] ? left : box[0];
      top = top > box[1] ? top : box[1];
      right = right < box[2] ? right : box[2];
      bottom = bottom < box[3] ? bottom : box[3];
      vk_f w = right - left, h = bottom - top;
      // Most boxes do not touch: no overlap is more than a threshold of 0 or above.
      if (threshold >= 0 && __builtin_reduce_or((w > 0) & (h > 0)) == 0) continue;
      w = w > 0 ? w : 0;
      h = h > 0 ? h : 0;
      memcpy(&other, areas + k, sizeof other);
      vk_f common = w * h, overlap = common / (other + area - common);
      dropped = __builtin_reduce_or(overlap > threshold) != 0;
    }
    if (dropped) continue;
    if (taken % VK_LANES == 0) {
      // Lanes that hold no box yet are far from every box.
      for (ptrdiff_t k = 0; k < VK_LANES; k++) {
        x1[taken + k] = y1[taken + k] = INFINITY;
        x2[taken + k] = y2[taken + k] = -INFINITY;
        areas[taken + k] = 0;
      }
    }
    x1[taken] = box[0], y1[taken] = box[1], x2[taken] = box[2], y2[taken] = box[3];
    areas[taken] = area;
    kept[taken++] = order[i];
  }
  return taken;
}

#undef box_over
#undef overlap_row
