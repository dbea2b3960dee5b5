// One tier of bringing sums by tap into the order of weights.

/// taps[t] holds tap t of up to sixteen input channels; `to` gets [channel][tap]. At most sixteen taps.
VK_INLINE void VK_NAME(store_taps)(vk_f taps[16], size_t count, size_t channels, float *to) {
  VK_NAME(transpose)(taps);
  // Whole vectors where the next channel covers what is too much.
  for (size_t i = 0; i < channels; i++) {
    if ((channels - i) * count >= VK_LANES) {
      VK_NAME(store)(to + i * count, taps[i]);
    } else {
      VK_NAME(store_some)(to + i * count, count, taps[i]);
    }
  }
}
