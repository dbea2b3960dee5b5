// The copies of one element type. Defined by the includer: VK_ELEMENT, VK_BITS, VK_LANES (elements in 16 bytes),
// VK_STAGES (log2 of the lanes), VK_LOW and VK_HIGH (interleave the low and high halves of two vectors).

#define VK_PASTE2(f, bits) f##_##bits
#define VK_PASTE(f, bits) VK_PASTE2(f, bits)
#define VK_TIER(f) VK_NAME(f)
#define VK_FN(f) VK_TIER(VK_PASTE(f, VK_BITS))

/// One row of `count` elements.
static void VK_FN(copy_row)(int64_t count, const VK_ELEMENT *source, int64_t source_step, VK_ELEMENT *target,
                            int64_t target_step) {
  if (target_step != 1) {
    for (int64_t i = 0; i < count; i++) target[i * target_step] = source[i * source_step];
  } else if (source_step == 1) {
    memcpy(target, source, (size_t)count * sizeof(VK_ELEMENT));
  } else if (source_step == 0) {
    const VK_ELEMENT value = *source;
    for (int64_t i = 0; i < count; i++) target[i] = value;
  } else if (source_step == 2) {  // a constant step vectorises
    for (int64_t i = 0; i < count; i++) target[i] = source[2 * i];
  } else if (source_step == -1) {
    for (int64_t i = 0; i < count; i++) target[i] = source[-i];
  } else {
    for (int64_t i = 0; i < count; i++) target[i] = source[i * source_step];
  }
}

typedef VK_ELEMENT VK_FN(copy_vector) __attribute__((vector_size(16)));

/// A square of VK_LANES by VK_LANES elements, turned by log2(lanes) rounds of interleaving row i with row i + lanes / 2.
static inline __attribute__((always_inline)) void VK_FN(transpose_tile)(const VK_ELEMENT *source, int64_t source_row,
                                                                        VK_ELEMENT *target, int64_t target_row) {
  VK_FN(copy_vector) rows[VK_LANES], turned[VK_LANES];
#pragma clang loop unroll(full)
  for (int i = 0; i < VK_LANES; i++) memcpy(&rows[i], source + i * source_row, 16);
#pragma clang loop unroll(full)
  for (int stage = 0; stage < VK_STAGES; stage++) {
#pragma clang loop unroll(full)
    for (int i = 0; i < VK_LANES / 2; i++) {
      turned[2 * i] = VK_LOW(rows[i], rows[i + VK_LANES / 2]);
      turned[2 * i + 1] = VK_HIGH(rows[i], rows[i + VK_LANES / 2]);
    }
#pragma clang loop unroll(full)
    for (int i = 0; i < VK_LANES; i++) rows[i] = turned[i];
  }
#pragma clang loop unroll(full)
  for (int i = 0; i < VK_LANES; i++) memcpy(target + i * target_row, &rows[i], 16);
}

/// target[c][r] = source[r][c]; the last axes of both are contiguous.
static void VK_FN(transpose)(int64_t rows, int64_t columns, const VK_ELEMENT *source, int64_t source_row,
                             VK_ELEMENT *target, int64_t target_row) {
  enum { block = 64 / sizeof(VK_ELEMENT) };  // a cache line of the target is written whole
  const int64_t tiled_rows = rows - rows % VK_LANES, tiled_columns = columns - columns % VK_LANES;
  for (int64_t r0 = 0; r0 < tiled_rows; r0 += block) {
    const int64_t end = r0 + block < tiled_rows ? r0 + block : tiled_rows;
    for (int64_t c = 0; c < tiled_columns; c += VK_LANES) {
      for (int64_t r = r0; r < end; r += VK_LANES) {
        VK_FN(transpose_tile)(source + r * source_row + c, source_row, target + c * target_row + r, target_row);
      }
    }
  }
  for (int64_t c = tiled_columns; c < columns; c++) {
    for (int64_t r = 0; r < tiled_rows; r++) target[c * target_row + r] = source[r * source_row + c];
  }
  if (rows - tiled_rows == 3) {  // planar to interleaved colour: a constant count unrolls
    for (int64_t c = 0; c < columns; c++) {
      for (int64_t r = 0; r < 3; r++) {
        target[c * target_row + tiled_rows + r] = source[(tiled_rows + r) * source_row + c];
      }
    }
    return;
  }
  for (int64_t c = 0; c < columns; c++) {
    for (int64_t r = tiled_rows; r < rows; r++) target[c * target_row + r] = source[r * source_row + c];
  }
}

static void VK_FN(copy_box)(size_t rank, const int64_t *sizes, const int64_t *source_strides,
                            const int64_t *target_strides, const void *source_bytes, void *target_bytes) {
  const VK_ELEMENT *source = source_bytes;
  VK_ELEMENT *target = target_bytes;
  if (rank == 0) {
    *target = *source;
    return;
  }
  // The inner axis and a second one are done by a plane routine; the others are counted through here.
  const size_t inner = rank - 1;
  size_t second = rank >= 2 ? rank - 2 : rank;
  bool turn = false;
  if (target_strides[inner] == 1 && source_strides[inner] != 1 && source_strides[inner] != 0) {
    for (size_t axis = inner; axis-- > 0;) {
      if (source_strides[axis] == 1) {
        second = axis;
        turn = true;
        break;
      }
    }
  }
  int64_t counter[VK_COPY_MAX_RANK] = {0};
  for (;;) {
    if (turn) {
      VK_FN(transpose)(sizes[inner], sizes[second], source, source_strides[inner], target, target_strides[second]);
    } else {
      const int64_t rows = second < rank ? sizes[second] : 1;
      const int64_t source_row = second < rank ? source_strides[second] : 0;
      const int64_t target_row = second < rank ? target_strides[second] : 0;
      for (int64_t r = 0; r < rows; r++) {
        VK_FN(copy_row)(sizes[inner], source + r * source_row, source_strides[inner], target + r * target_row,
                        target_strides[inner]);
      }
    }
    size_t axis = inner;
    for (;;) {
      if (axis == 0) return;
      axis--;
      if (axis == second) continue;
      source += source_strides[axis];
      target += target_strides[axis];
      if (++counter[axis] < sizes[axis]) break;
      source -= sizes[axis] * source_strides[axis];
      target -= sizes[axis] * target_strides[axis];
      counter[axis] = 0;
    }
  }
}

#undef VK_PASTE2
#undef VK_PASTE
#undef VK_TIER
#undef VK_FN
#undef VK_ELEMENT
#undef VK_BITS
#undef VK_LANES
#undef VK_STAGES
#undef VK_LOW
#undef VK_HIGH
