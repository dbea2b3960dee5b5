// One tier of convolution as an implicit matrix product.

#include "gather_impl.h"

/// Whether the pixels of all images lie one distance apart.
VK_INLINE bool VK_NAME(touching)(const vk_map *map, size_t height, size_t width) {
  return map->row == width * map->pixel && map->image == height * map->row;
}

/// Where the strip of `rows` pixels from (y, x) on of image n finds the terms of a chain: in the map, or copied.
VK_INLINE void VK_NAME(window_of_strip)(
    const vk_conv *c, const conv_plan *p, size_t n, size_t y, size_t x, size_t begin, size_t rows, vk_micro *t,
    float *workspace) {
  const float *image = c->in.data + n * c->in.image;
  const size_t i = begin / p->run, end = vk_smaller(i + p->terms / p->run, c->kernel_h);
  const size_t pixels = (rows - 1) * c->stride_w + c->kernel_w;
  const ptrdiff_t top = (ptrdiff_t)(y * c->stride_h) - c->pad_top, left = (ptrdiff_t)(x * c->stride_w) - c->pad_left;
  const ptrdiff_t above = top + (ptrdiff_t)i * c->dilation_h, below = top + (ptrdiff_t)(end - 1) * c->dilation_h;
  t->k = p->run;
  t->runs = end - i;
  t->a_stride = c->stride_w * c->in_channels;
  if (c->in.pixel == c->in_channels && left >= 0 && left + (ptrdiff_t)pixels <= (ptrdiff_t)c->in_w && above >= 0 &&
      below < (ptrdiff_t)c->in_h && c->dilation_h > 0) {
    t->a = image + (size_t)above * c->in.row + (size_t)left * c->in.pixel;
    t->run_stride = c->in.row * (size_t)c->dilation_h;
    return;
  }
  VK_NAME(gather_window)(c, image, top, left, i, end, pixels, workspace);
  t->a = workspace;
  t->run_stride = pixels * c->in_channels;
}

static void VK_NAME(conv_tile)(const vk_conv *c, const conv_plan *p, size_t tile, float *workspace) {
  const size_t group = tile / (p->panel_tiles * p->strip_tiles);
  const size_t panel_begin = tile / p->strip_tiles % p->panel_tiles * p->tile_panels;
  const size_t panel_end = vk_smaller(panel_begin + p->tile_panels, p->panels);
  const size_t strip_begin = tile % p->strip_tiles * p->tile_strips;
  const size_t strip_end = vk_smaller(strip_begin + p->tile_strips, p->strips);
  const vk_epilogue *e = &c->epilogue;
  const vk_bounds bounds = vk_bounds_of(e);
  const size_t last_width = last_width_of(c, p);
  const float *weights = group_weights(c, p, group);
  const size_t first_channel = group * c->out_channels, plane = c->out_h * c->out_w;

  // Narrow layers have little work a pixel: where pixels lie side by side, their places are not counted out.
  const vk_map *r = &e->residual;
  const bool even = p->direct && VK_NAME(touching)(&c->out, c->out_h, c->out_w) &&
                    (!r->data || VK_NAME(touching)(r, c->out_h, c->out_w));

  const size_t next_begin = (tile + 1) / p->strip_tiles % p->panel_tiles * p->tile_panels;
  conv_ahead ahead = ahead_of(c, p, tile, (strip_end - strip_begin) * (panel_end - panel_begin));

  size_t begin = 0;
  do {
    const size_t terms = vk_smaller(p->depth - begin, p->terms);
    const bool ends = begin + terms >= p->depth;
    vk_micro t = {.k = terms, .a_stride = p->direct ? c->in.pixel : p->a_stride, .accumulate = begin > 0,
                  .bounded = ends && bounds.bounded, .low = bounds.low, .high = bounds.high};
    // Fetches of a product, every four terms, and the bytes between them.
    const size_t fours = vk_larger(terms / 4, 1);
    const size_t next_step = vk_smaller(terms * p->width / 16 / (strip_end - strip_begin) * 64 / fours + 1, 128);
#if VK_TIER == 2
    const size_t ahead_step = vk_parts(ahead.share, fours);
#endif
    const size_t tap = begin / c->in_channels, channel = begin % c->in_channels;
    const size_t tap_y = tap / c->kernel_w, tap_x = tap % c->kernel_w;
    // The pixel that comes next; divisions are slow.
    const size_t start = row_of_strip(p, strip_begin);
    size_t n = start / plane, y = start % plane / c->out_w, x = start % c->out_w;
    for (size_t strip = strip_begin; strip < strip_end; strip++) {
      const size_t first = row_of_strip(p, strip), rows = row_of_strip(p, strip + 1) - first;
      const size_t start_n = n, start_y = y, start_x = x;
      float *out[VK_MOST_ROWS];
      const float *residual[VK_MOST_ROWS];
#ifdef VK_ENGINE_BF16
      uint16_t *rounded[VK_MOST_ROWS];
      const uint16_t *rounded_residual[VK_MOST_ROWS];
      float *held = workspace + p->gathered;
      if (p->depth > p->terms) held += (strip - strip_begin) * p->rows * p->held;
#endif
      if (even) {
        const size_t to = first * c->out.pixel + first_channel, from = first * r->pixel + first_channel;
#ifdef VK_ENGINE_BF16
        for (size_t i = 0; p->rounded && i < VK_MOST_ROWS; i++) {
          rounded[i] = (uint16_t *)c->out.data + to + i * c->out.pixel;
          out[i] = p->held > 0 ? held + i * p->held - panel_begin * p->width : NULL;
        }
        for (size_t i = 0; p->rounded_residual && i < VK_MOST_ROWS; i++) {
          rounded_residual[i] = (const uint16_t *)r->data + from + i * r->pixel;
        }
#endif
        for (size_t i = 0; !p->rounded && i < VK_MOST_ROWS; i++) out[i] = c->out.data + to + i * c->out.pixel;
        for (size_t i = 0; r->data && !p->rounded_residual && i < VK_MOST_ROWS; i++) {
          residual[i] = r->data + from + i * r->pixel;
        }
      }
      for (size_t i = even ? rows : 0; i < rows; i++) {
        out[i] = c->out.data + n * c->out.image + y * c->out.row + x * c->out.pixel + first_channel;
        residual[i] = r->data ? r->data + n * r->image + y * r->row + x * r->pixel + first_channel : NULL;
        if (!p->direct && !p->windows) {
          VK_NAME(gather)(
              c, c->in.data + n * c->in.image + group * c->in_channels,
              (ptrdiff_t)(y * c->stride_h) - c->pad_top, (ptrdiff_t)(x * c->stride_w) - c->pad_left, tap_y, tap_x,
              channel, terms, workspace + i * p->a_stride);
        }
#ifdef VK_ENGINE_BF16
        if (p->rounded) {
          rounded[i] = (uint16_t *)c->out.data + n * c->out.image + y * c->out.row + x * c->out.pixel + first_channel;
          out[i] = p->held > 0 ? held + i * p->held - panel_begin * p->width : NULL;
        }
        if (p->rounded_residual) {
          rounded_residual[i] =
              (const uint16_t *)r->data + n * r->image + y * r->row + x * r->pixel + first_channel;
        }
#endif
        if (++x == c->out_w) {
          x = 0;
          if (++y == c->out_h) {
            y = 0;
            n++;
          }
        }
      }
      t.a = p->direct ? c->in.data + first * c->in.pixel + group * c->in_channels + begin : workspace;
      if (p->windows) VK_NAME(window_of_strip)(c, p, start_n, start_y, start_x, begin, rows, &t, workspace);
      if (p->split && rows > VK_EARLY_ROWS) {
        // Half of the first-level cache's sets away from where the others meet.
        const float *from = t.a + VK_EARLY_ROWS * c->in.pixel;
        const size_t lines = ((uintptr_t)from / 64 + 32 - (uintptr_t)workspace / 64) % 64;
        float *to = workspace + lines * 16;
        for (size_t i = VK_EARLY_ROWS; i < rows; i++, from += c->in.pixel) {
          VK_NAME(copy_run)(to + (i - VK_EARLY_ROWS) * c->in.pixel, from, terms);
        }
        t.late = to;
      }
      t.c = out;
      t.r = r->data ? residual : NULL;
#ifdef VK_ENGINE_BF16
      if (p->rounded) t.rounded_c = ends && !bounds.after ? rounded : NULL;
      if (p->rounded_residual) {
        t.r = NULL;
        t.rounded_r = rounded_residual;
      }
#endif
      for (size_t panel = panel_begin; panel < panel_end; panel++) {
        const size_t width = panel + 1 < p->panels ? p->width : last_width;
        t.column = panel * p->width;
        t.width = vk_smaller(c->out_channels - t.column, p->width);
        t.b = weights + t.column * p->depth + begin * width;
        t.bias = e->bias ? e->bias + first_channel + t.column : NULL;
#if VK_TIER == 2
        // Between the products, as a burst would hold up what they read themselves.
        t.ahead = ahead.next;
        t.ahead_step = ahead.next < ahead.end ? ahead_step : 0;
        ahead.next += t.ahead_step * fours;
#else
        fetch_share(&ahead);
#endif
        // The strips of a chain share out what comes next of the panel's weights, or of those that the next tile has
        // in its place.
        const size_t next = ends ? panel + next_begin - panel_begin : panel;
        if (next < p->panels && (!ends || p->depth > p->terms || next_begin != panel_begin)) {
          const size_t strips = strip_end - strip_begin, lines = terms * width / 16;
          const float *from = ends ? weights + next * p->width * p->depth : t.b + terms * width;
          t.next = (const char *)(from + (strip - strip_begin) * lines / strips * 16);
          t.next_step = next_step;
        } else {
          t.next = NULL;
          t.next_step = 0;
        }
        VK_NAME(micros)[p->windows ? 3 : 0][width / VK_LANES - 1][rows - 1](&t);
      }
      if (ends && bounds.after) {
        const size_t from = panel_begin * p->width;
        const size_t count = vk_smaller(panel_end * p->width, c->out_channels) - from;
        size_t apart = even ? c->out.pixel : 0;
#ifdef VK_ENGINE_BF16
        if (p->rounded) apart = p->held;
#endif
        if (apart > 0) {
          VK_NAME(activate_rows)(e, out[0] + from, rows, apart, count);
        } else {
          for (size_t i = 0; i < rows; i++) {
            VK_NAME(activate)(e->activation, e->a, e->b, out[i] + from, out[i] + from, count);
          }
        }
      }
#ifdef VK_ENGINE_BF16
      if (ends && p->rounded && bounds.after) {
        const size_t from = panel_begin * p->width;
        const size_t count = vk_smaller(panel_end * p->width, c->out_channels) - from;
        for (size_t i = 0; i < rows; i++) {
          for (size_t at = 0; at < count; at += VK_LANES) {
            const vk_f v = VK_NAME(load_some)(out[i] + from + at, count - at);
            VK_NAME(store_bf16)(rounded[i] + from + at, count - at, v);
          }
        }
      }
#endif
    }
    begin += terms;
  } while (begin < p->depth);
}

static void VK_NAME(conv_tiles)(const vk_conv *c, const conv_plan *p, size_t begin, size_t end, float *workspace) {
  for (size_t tile = begin; tile < end; tile++) VK_NAME(conv_tile)(c, p, tile, workspace);
}
