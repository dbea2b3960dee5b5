// Gather and scatter of one element type. Defined by the includer: VK_ELEMENT, VK_NAME(f) and, for the adding scatter
// alone, VK_ADD (then there is no gather).

#ifdef VK_ADD
#define VK_STORE(place, value) (place) = (VK_ELEMENT)((place) + (value))
#else
#define VK_STORE(place, value) (place) = (value)
static void VK_NAME(gather)(const vk_index_box *box, const int64_t *index, const char *source, char *target) {
  const size_t inner = box->rank - 1;
  const int64_t axis_stride = box->source_strides[box->axis];
  const int64_t index_step = box->index_strides[inner], target_step = box->target_strides[inner];
  const int64_t source_step = inner == box->axis ? 0 : box->source_strides[inner];
  int64_t counter[VK_INDEX_MAX_RANK] = {0};
  do {
    const VK_ELEMENT *from = (const VK_ELEMENT *)source;
    VK_ELEMENT *to = (VK_ELEMENT *)target;
    for (int64_t i = 0; i < box->sizes[inner]; i++) {
      const int64_t at = inside(index[i * index_step], box->axis_size);
      to[i * target_step] = from[i * source_step + at * axis_stride];
    }
  } while (next_row(box, counter, &index, &source, &target, sizeof(VK_ELEMENT), true));
}
#endif

static void VK_NAME(scatter)(const vk_index_box *box, const int64_t *index, const char *source, char *target) {
  const size_t inner = box->rank - 1;
  const int64_t axis_stride = box->target_strides[box->axis];
  const int64_t index_step = box->index_strides[inner], source_step = box->source_strides[inner];
  const int64_t target_step = inner == box->axis ? 0 : box->target_strides[inner];
  int64_t counter[VK_INDEX_MAX_RANK] = {0};
  do {
    const VK_ELEMENT *from = (const VK_ELEMENT *)source;
    VK_ELEMENT *to = (VK_ELEMENT *)target;
    for (int64_t i = 0; i < box->sizes[inner]; i++) {
      const int64_t at = inside(index[i * index_step], box->axis_size);
      VK_STORE(to[i * target_step + at * axis_stride], from[i * source_step]);
    }
  } while (next_row(box, counter, &index, &source, &target, sizeof(VK_ELEMENT), false));
}

#undef VK_STORE
#undef VK_ADD
#undef VK_NAME
#undef VK_ELEMENT
