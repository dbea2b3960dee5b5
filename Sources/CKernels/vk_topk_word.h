// Selection and sorting of words that hold a key above a position. Defined by the includer: VK_WORD, VK_NAME(f),
// VK_KEY_SHIFT (where the key begins) and VK_KEY_BYTES.

/// Sinks `word` into the hole at the root of a max-heap.
static void VK_NAME(sink)(VK_WORD *heap, size_t size, size_t hole, VK_WORD word) {
  for (;;) {
    size_t child = 2 * hole + 1;
    if (child >= size) break;
    if (child + 1 < size && heap[child + 1] > heap[child]) child++;
    if (heap[child] <= word) break;
    heap[hole] = heap[child];
    hole = child;
  }
  heap[hole] = word;
}

/// The k smallest words, sorted, in words[0 ..< k]: a heap of the best so far, which most words never enter.
static void VK_NAME(select)(VK_WORD *words, size_t count, size_t k) {
  for (size_t i = k / 2; i-- > 0;) VK_NAME(sink)(words, k, i, words[i]);
  for (size_t i = k; i < count; i++) {
    if (words[i] < words[0]) VK_NAME(sink)(words, k, 0, words[i]);
  }
  for (size_t size = k; size > 1; size--) {
    const VK_WORD last = words[size - 1];
    words[size - 1] = words[0];
    VK_NAME(sink)(words, size - 1, 0, last);
  }
}

/// Sorts words that lie in order of position: by insertion, or by a radix sort of the key, which is stable.
/// Returns where the result is: `words` or `spare`.
static VK_WORD *VK_NAME(sort)(VK_WORD *words, VK_WORD *spare, size_t count) {
  if (count <= 32) {
    for (size_t i = 1; i < count; i++) {
      const VK_WORD word = words[i];
      size_t j = i;
      for (; j > 0 && words[j - 1] > word; j--) words[j] = words[j - 1];
      words[j] = word;
    }
    return words;
  }
  size_t starts[VK_KEY_BYTES][256];
  memset(starts, 0, sizeof starts);
  for (size_t i = 0; i < count; i++) {
    for (int byte = 0; byte < VK_KEY_BYTES; byte++) starts[byte][(uint8_t)(words[i] >> (VK_KEY_SHIFT + 8 * byte))]++;
  }
  for (int byte = 0; byte < VK_KEY_BYTES; byte++) {
    const int shift = VK_KEY_SHIFT + 8 * byte;
    if (starts[byte][(uint8_t)(words[0] >> shift)] == count) continue;  // the same everywhere
    size_t sum = 0;
    for (int value = 0; value < 256; value++) {
      const size_t number = starts[byte][value];
      starts[byte][value] = sum;
      sum += number;
    }
    for (size_t i = 0; i < count; i++) spare[starts[byte][(uint8_t)(words[i] >> shift)]++] = words[i];
    VK_WORD *other = words;
    words = spare;
    spare = other;
  }
  return words;
}

/// Position of each of the k smallest keys, in order, to `indices`.
static void VK_NAME(topk)(vk_dtype type, size_t count, size_t k, bool largest, const void *source,
                          size_t source_stride, int64_t *indices, size_t target_stride, void *workspace) {
  VK_WORD *words = workspace;
  for (size_t i = 0; i < count; i++) {
    const uint64_t key = sort_key(type, source, i * source_stride);
    words[i] = (VK_WORD)(largest ? (VK_KEY)~key : (VK_KEY)key) << VK_KEY_SHIFT | i;
  }
  if (k < count / 32) {  // measured: beyond, the radix sort of all is faster
    VK_NAME(select)(words, count, k);
  } else {
    words = VK_NAME(sort)(words, words + count, count);
  }
  const VK_WORD mask = ((VK_WORD)1 << VK_KEY_SHIFT) - 1;
  for (size_t i = 0; i < k; i++) indices[i * target_stride] = (int64_t)(words[i] & mask);
}

#undef VK_WORD
#undef VK_KEY
#undef VK_NAME
#undef VK_KEY_SHIFT
#undef VK_KEY_BYTES
