// Clears what one tier of gemm.c has set, for the next.
#undef VK_NAME
#undef VK_LANES
#undef VK_ROWS
#undef VK_VECTORS
#undef VK_DEPTH
#undef VK_KERNEL_ROWS
#undef NR
#undef VEC
#undef VEC_UNALIGNED
#undef ALWAYS_INLINE
