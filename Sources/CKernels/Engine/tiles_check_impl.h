// A few products of tiles, by the instructions and by their model.
#include "tiles_impl.h"

/// Whole numbers so small that every sum of theirs is exact, whatever its order.
static void VK_NAME(check)(float sums[CHECKED]) {
  // 21 rows by 32 columns, 48 terms in two chains.
  uint32_t a[21 * 48], b[48 * 32];
  for (size_t i = 0; i < 21 * 48; i++) a[i] = check_pair(i);
  for (size_t i = 0; i < 48 * 32; i++) b[i] = check_pair(i * 3 + 1);
  const tile_factors first = {.blocks = 2, .a = (const float *)a, .b = (const float *)b, .a_stride = 48, .begins = true,
                              .sums = sums};
  tile_factors second = first;
  second.blocks = 1;
  second.a += 32;
  second.b += 32 * 32;
  second.begins = false;
  VK_NAME(configure)(21);
  VK_NAME(tile_sums)(21, 32, &first);
  VK_NAME(tile_sums)(21, 32, &second);

  // 5 rows by 11 columns, 7 terms, in tiles 3 = 1 x 2; what is beside them stays as it was.
  const vk_tile_shapes shapes = {
      .palette = 1, .bytes = {[1] = 7 * 4, [2] = 11 * 4, [3] = 11 * 4}, .rows = {[1] = 5, [2] = 7, [3] = 5}};
  VK_TILES_CONFIGURE(&shapes);
  VK_TILE_ZERO(3);
  VK_TILE_LOAD(1, a, 48 * sizeof(float));
  VK_TILE_LOAD(2, b, 32 * sizeof(float));
  VK_TILE_MULTIPLY(3, 1, 2);
  VK_TILE_STORE(3, sums + 21 * 32, 16 * sizeof(float));
  VK_TILES_RELEASE();
}
