// The body of deformable.c, once a tier.

static void VK_NAME(deformable_columns)(const vk_deformable *how, const float *in, ptrdiff_t channels, ptrdiff_t tap,
                                        const float *dy, const float *dx, const float *mask, float *columns,
                                        ptrdiff_t column_stride, ptrdiff_t begin, ptrdiff_t end) {
  deformable_places places;
  float row = (float)(tap / how->kernel_w * how->dilation_h - how->pad_h);
  float column = (float)(tap % how->kernel_w * how->dilation_w - how->pad_w);
  for (ptrdiff_t start = begin; start < end; start += VK_DEFORMABLE_BLOCK) {
    ptrdiff_t n = end - start < VK_DEFORMABLE_BLOCK ? end - start : VK_DEFORMABLE_BLOCK;
    for (ptrdiff_t i = 0; i < n; i++) {
      ptrdiff_t pixel = start + i;
      float y = row + (float)(pixel / how->out_w * how->stride_h) + dy[pixel];
      float x = column + (float)(pixel % how->out_w * how->stride_w) + dx[pixel];
      deformable_place(how, y, x, mask ? mask[pixel] : 1, &places, i);
    }
    for (ptrdiff_t c = 0; c < channels; c++) {
      const float *plane = in + c * how->in_h * how->in_w;
      float *target = columns + c * column_stride + start - begin;
      for (ptrdiff_t i = 0; i < n; i++) {
        float sum = places.weight[0][i] * plane[places.index[0][i]];
        for (int t = 1; t < 4; t++) sum += places.weight[t][i] * plane[places.index[t][i]];
        target[i] = sum;
      }
    }
  }
}
