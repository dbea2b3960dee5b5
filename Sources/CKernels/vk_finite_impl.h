bool VK_NAME(all_finite_f32)(const float *values, size_t count) {
  // NaN and infinity are the values whose exponent bits are all ones. Blocks, so that the loop inside has no exit.
  const size_t block = 4096;
  for (size_t start = 0; start < count; start += block) {
    size_t end = start + block < count ? start + block : count;
    uint32_t found = 0;
    for (size_t i = start; i < end; i++) {
      uint32_t bits;
      memcpy(&bits, values + i, sizeof bits);
      found |= (uint32_t)((bits & 0x7f800000u) == 0x7f800000u);
    }
    if (found) return false;
  }
  return true;
}
