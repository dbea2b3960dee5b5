/// What Swift cannot do by itself on Linux: the thread pool over futexes, square roots of four numbers at a time.
#ifndef CSUPPORT_H
#define CSUPPORT_H

#include <stddef.h>

typedef struct cs_pool cs_pool;
typedef void (*cs_pool_body)(void *context, long begin, long end, int thread);

/// A pool in which `threads` threads work at a time, the caller of `cs_pool_run` among them. NULL when out of memory;
/// fewer threads where the system gives no more.
cs_pool *cs_pool_create(int threads);
void cs_pool_destroy(cs_pool *pool);
int cs_pool_threads(const cs_pool *pool);

/// Calls `body` for ranges that make up `0..<chunks`, each thread its own part first and then what others have not begun, and returns
/// when all are done. A thread takes one chunk at a time, or (`share` above 1) one of so many that are left of a part: few
/// calls, and ever smaller ones, so that threads end together. Threads are numbered, the caller is 0. Where the pool is at work
/// already (another thread, or a body that calls again) the caller does all chunks itself.
void cs_pool_run(cs_pool *pool, long chunks, long share, cs_pool_body body, void *context);

/// From now on the calling thread does all chunks of its loops itself: for threads of which there are enough already.
void cs_pool_work_alone(void);

/// Processors that this process may use: its affinity mask, capped by the cgroup's quota. At least 1.
int cs_allowed_processors(void);

/// Four floats, `SIMD4<Float>` in Swift.
typedef float cs_lanes __attribute__((ext_vector_type(4)));

/// Square roots, NaN of negative numbers. Swift's own calls the C library for each lane that may be negative.
static inline cs_lanes cs_lanes_sqrt(cs_lanes a) { return __builtin_elementwise_sqrt(a); }

#endif
