// The tile instructions, of the processor (VK_TILES_REAL) or of the model. Tile numbers are constants; strides count bytes.
#undef VK_TILES_CONFIGURE
#undef VK_TILES_RELEASE
#undef VK_TILE_ZERO
#undef VK_TILE_LOAD
#undef VK_TILE_STORE
#undef VK_TILE_MULTIPLY
#ifdef VK_TILES_REAL
#define VK_TILES_CONFIGURE(shapes) _tile_loadconfig(shapes)
#define VK_TILES_RELEASE() _tile_release()
#define VK_TILE_ZERO(tile) _tile_zero(tile)
#define VK_TILE_LOAD(tile, from, stride) _tile_loadd(tile, from, stride)
#define VK_TILE_STORE(tile, to, stride) _tile_stored(tile, to, stride)
#define VK_TILE_MULTIPLY(to, a, b) _tile_dpbf16ps(to, a, b)
#else
#define VK_TILES_CONFIGURE(shapes) vk_model_configure(shapes)
#define VK_TILES_RELEASE() vk_model_release()
#define VK_TILE_ZERO(tile) vk_model_zero(tile)
#define VK_TILE_LOAD(tile, from, stride) vk_model_load(tile, from, stride)
#define VK_TILE_STORE(tile, to, stride) vk_model_store(tile, to, stride)
#define VK_TILE_MULTIPLY(to, a, b) vk_model_multiply(to, a, b)
#endif

// Tiles 0 to 3 hold sums (of the first rows: 0 and 1), 4 and 5 rows of A, 6 and 7 columns of B.

/// Shapes for `rows` rows, 32 or fewer, of any of the products below: terms come in sixteens.
VK_INLINE void VK_NAME(configure)(size_t rows) {
  vk_tile_shapes shapes = {.palette = 1};
  const size_t first = rows < 16 ? rows : 16, second = rows - first;
  for (int i = 0; i < 6; i++) {
    const bool upper = i < 4 ? i < 2 : i == 4;
    shapes.rows[i] = (uint8_t)(upper ? first : second);
    shapes.bytes[i] = shapes.rows[i] > 0 ? 64 : 0;
  }
  shapes.rows[6] = shapes.rows[7] = 16;
  shapes.bytes[6] = shapes.bytes[7] = 64;
  VK_TILES_CONFIGURE(&shapes);
}

/// Sixteen terms of up to 16 or (tall) 32 rows and 16 or (wide) 32 columns.
VK_INLINE void VK_NAME(tile_terms)(const bool tall, const bool wide, const float *a, size_t a_stride, const float *b) {
  const size_t b_stride = (wide ? 32 : 16) * sizeof(float), stride = a_stride * sizeof(float);
  VK_TILE_LOAD(6, b, b_stride);
  VK_TILE_LOAD(4, a, stride);
  VK_TILE_MULTIPLY(0, 4, 6);
  if (wide) {
    VK_TILE_LOAD(7, b + 16, b_stride);
    VK_TILE_MULTIPLY(1, 4, 7);
  }
  if (tall) {
    VK_TILE_LOAD(5, a + 16 * a_stride, stride);
    VK_TILE_MULTIPLY(2, 5, 6);
    if (wide) VK_TILE_MULTIPLY(3, 5, 7);
  }
}

VK_INLINE void VK_NAME(tile_product)(const bool tall, const bool wide, const tile_factors *t) {
  const size_t width = wide ? 32 : 16, stride = width * sizeof(float);
  float *const lower = t->sums + 16 * width;
  if (t->begins) {
    VK_TILE_ZERO(0);
    if (wide) VK_TILE_ZERO(1);
    if (tall) VK_TILE_ZERO(2);
    if (tall && wide) VK_TILE_ZERO(3);
  } else {
    VK_TILE_LOAD(0, t->sums, stride);
    if (wide) VK_TILE_LOAD(1, t->sums + 16, stride);
    if (tall) VK_TILE_LOAD(2, lower, stride);
    if (tall && wide) VK_TILE_LOAD(3, lower + 16, stride);
  }
  for (size_t i = 0; i < t->blocks; i++) {
    const float *b = t->b + i * 16 * width;
    // The next rows of B, from the second-level cache.
    for (size_t line = 0; line < width; line++) __builtin_prefetch(b + (16 * width + line * 16));
    VK_NAME(tile_terms)(tall, wide, t->a + (t->offsets ? (size_t)t->offsets[i] : i * 16), t->a_stride, b);
  }
  if (t->a_rest) VK_NAME(tile_terms)(tall, wide, t->a_rest, t->rest_stride, t->b_rest);
  VK_TILE_STORE(0, t->sums, stride);
  if (wide) VK_TILE_STORE(1, t->sums + 16, stride);
  if (tall) VK_TILE_STORE(2, lower, stride);
  if (tall && wide) VK_TILE_STORE(3, lower + 16, stride);
}

static void VK_NAME(tile_sums)(size_t rows, size_t width, const tile_factors *t) {
  const bool tall = rows > 16, wide = width > 16;
  if (tall && wide) {
    VK_NAME(tile_product)(true, true, t);
  } else if (tall) {
    VK_NAME(tile_product)(true, false, t);
  } else if (wide) {
    VK_NAME(tile_product)(false, true, t);
  } else {
    VK_NAME(tile_product)(false, false, t);
  }
}
