// One tier of copying what the taps of a pixel read.

/// Copies `count` floats; writes whole vectors.
VK_INLINE void VK_NAME(copy_run)(float *to, const float *from, size_t count) {
  size_t i = 0;
  for (; i + VK_LANES <= count; i += VK_LANES) VK_NAME(store)(to + i, VK_NAME(load)(from + i));
  if (i < count) VK_NAME(store)(to + i, VK_NAME(load_part)(from + i, count - i));
}
VK_INLINE void VK_NAME(zero_run)(float *to, size_t count) {
  for (size_t i = 0; i < count; i += VK_LANES) VK_NAME(store)(to + i, (vk_f)(0.0f));
}

/// `count` terms, from tap (i, j) and `channel` on, of the pixel whose first tap is input pixel (y, x). Each run is
/// written in whole vectors; the next one covers what is too much, and the row has room at its end.
VK_INLINE void VK_NAME(gather)(
    const vk_conv *c, const float *image, ptrdiff_t y, ptrdiff_t x, size_t i, size_t j, size_t channel, size_t count,
    float *row) {
  const bool touching = c->in.pixel == c->in_channels && c->dilation_w == 1;
  for (size_t done = 0; done < count;) {
    const ptrdiff_t at_y = y + (ptrdiff_t)i * c->dilation_h, at_x = x + (ptrdiff_t)j * c->dilation_w;
    if (touching && at_y >= 0 && at_y < (ptrdiff_t)c->in_h && at_x >= 0 &&
        at_x + (ptrdiff_t)(c->kernel_w - j) <= (ptrdiff_t)c->in_w) {
      // The rest of a row of the kernel lies in one run.
      const size_t run = vk_smaller((c->kernel_w - j) * c->in_channels - channel, count - done);
      VK_NAME(copy_run)(row + done, image + (size_t)at_y * c->in.row + (size_t)at_x * c->in.pixel + channel, run);
      done += run;
      channel = j = 0;
      i++;
      continue;
    }
    const size_t run = vk_smaller(c->in_channels - channel, count - done);
    if (at_y >= 0 && at_y < (ptrdiff_t)c->in_h && at_x >= 0 && at_x < (ptrdiff_t)c->in_w) {
      VK_NAME(copy_run)(row + done, image + (size_t)at_y * c->in.row + (size_t)at_x * c->in.pixel + channel, run);
    } else {
      VK_NAME(zero_run)(row + done, run);
    }
    done += run;
    channel = 0;
    if (++j == c->kernel_w) {
      j = 0;
      i++;
    }
  }
}

/// What a strip whose first tap is input pixel (y, x) reads for kernel rows i ..< end: so many pixels for each, one row after the
/// other.
VK_INLINE void VK_NAME(gather_window)(
    const vk_conv *c, const float *image, ptrdiff_t y, ptrdiff_t x, size_t i, size_t end, size_t pixels, float *to) {
  const ptrdiff_t first = x < 0 ? -x : 0, last = (ptrdiff_t)c->in_w - x;
  const size_t channels = c->in_channels, begin = vk_smaller((size_t)first, pixels);
  const size_t stop = last <= (ptrdiff_t)begin ? begin : vk_smaller((size_t)last, pixels);
  for (; i < end; i++, to += pixels * channels) {
    const ptrdiff_t at_y = y + (ptrdiff_t)i * c->dilation_h;
    if (at_y < 0 || at_y >= (ptrdiff_t)c->in_h || begin == stop) {
      VK_NAME(zero_run)(to, pixels * channels);
      continue;
    }
    const float *from = image + (size_t)at_y * c->in.row + (size_t)(x + (ptrdiff_t)begin) * c->in.pixel;
    // Each run is written in whole vectors, which the next one covers.
    VK_NAME(zero_run)(to, begin * channels);
    if (c->in.pixel == channels) {
      VK_NAME(copy_run)(to + begin * channels, from, (stop - begin) * channels);
    } else {
      for (size_t j = begin; j < stop; j++, from += c->in.pixel) VK_NAME(copy_run)(to + j * channels, from, channels);
    }
    VK_NAME(zero_run)(to + stop * channels, (pixels - stop) * channels);
  }
}
