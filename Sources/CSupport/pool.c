#define _GNU_SOURCE
#include "CSupport.h"

#include <limits.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LINE 64
/// Turns of `pause` before a waiting thread yields, and yields before it sleeps.
enum { SPINS = 2000, YIELDS = 64 };

/// A thread's own part of a run's chunks.
typedef struct {
  _Alignas(LINE) atomic_long next;
  long end;
} share;

typedef struct {
  cs_pool *pool;
  int number;  // from 1 on; the caller is 0
  pthread_t thread;
} worker;

struct cs_pool {
  // The generation that workers wait on: it changes when there is work.
  _Alignas(LINE) atomic_int generation;
  atomic_int sleepers;
  // Workers that are still inside the current run.
  _Alignas(LINE) atomic_int active;
  _Alignas(LINE) atomic_flag busy;
  cs_pool_body body;
  void *context;
  long share;  // a thread takes one of so many chunks of what is left of a part
  atomic_bool stopping;
  int workers;
  share *shares;  // the caller's, then the workers'
  worker *threads;
  int *processors;  // of each worker; NULL where none is pinned
  int spare;        // left to the caller
};

static void futex_wait(atomic_int *word, int expected) {
  syscall(SYS_futex, (int *)word, FUTEX_WAIT_PRIVATE, expected, NULL, NULL, 0);
}

static void futex_wake(atomic_int *word) { syscall(SYS_futex, (int *)word, FUTEX_WAKE_PRIVATE, INT_MAX, NULL, NULL, 0); }

static inline void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

/// Each thread does its own part first, the same from run to run, so that what it wrote in one is near in the next; then what others have
/// not begun.
static void work(cs_pool *pool, int self) {
  const int count = pool->workers + 1;
  for (int i = 0; i < count; i++) {
    share *part = &pool->shares[(self + i) % count];
    long begin = atomic_load_explicit(&part->next, memory_order_relaxed);
    while (begin < part->end) {
      const long end = begin + (part->end - begin - 1) / pool->share + 1;
      if (!atomic_compare_exchange_weak_explicit(&part->next, &begin, end, memory_order_relaxed, memory_order_relaxed)) continue;
      pool->body(pool->context, begin, end, self);
      begin = atomic_load_explicit(&part->next, memory_order_relaxed);
    }
  }
}

/// Waits until the generation is no longer `seen`: pause, then yield, then sleep.
static int await_generation(cs_pool *pool, int seen) {
  for (int i = 0; i < SPINS; i++) {
    int now = atomic_load_explicit(&pool->generation, memory_order_acquire);
    if (now != seen) return now;
    relax();
  }
  for (int i = 0; i < YIELDS; i++) {
    int now = atomic_load_explicit(&pool->generation, memory_order_acquire);
    if (now != seen) return now;
    sched_yield();
  }
  atomic_fetch_add(&pool->sleepers, 1);
  int now;
  while ((now = atomic_load(&pool->generation)) == seen) futex_wait(&pool->generation, seen);
  atomic_fetch_sub(&pool->sleepers, 1);
  return now;
}

static void *worker_main(void *argument) {
  const worker *self = argument;
  cs_pool *pool = self->pool;
  int seen = 0;
  for (;;) {
    seen = await_generation(pool, seen);
    if (atomic_load(&pool->stopping)) return NULL;
    work(pool, self->number);
    atomic_fetch_sub_explicit(&pool->active, 1, memory_order_release);
  }
}

cs_pool *cs_pool_create(int threads) {
  cs_pool *pool = aligned_alloc(LINE, (sizeof(cs_pool) + LINE - 1) / LINE * LINE);
  if (!pool) return NULL;
  memset(pool, 0, sizeof *pool);
  atomic_flag_clear(&pool->busy);
  int wanted = threads > 1 ? threads - 1 : 0;
  pool->threads = calloc((size_t)(wanted > 0 ? wanted : 1), sizeof(worker));
  pool->shares = aligned_alloc(LINE, (size_t)(wanted + 1) * sizeof(share));
  if (!pool->threads || !pool->shares) {
    free(pool->threads);
    free(pool->shares);
    free(pool);
    return NULL;
  }
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  sched_getaffinity(0, sizeof allowed, &allowed);
  int processors = CPU_COUNT(&allowed), processor = -1;
  if (threads <= processors) pool->processors = calloc((size_t)(wanted > 0 ? wanted : 1), sizeof(int));
  for (int i = 0; i < wanted; i++) {
    pthread_attr_t attributes;
    if (pthread_attr_init(&attributes) != 0) break;
    // One worker a processor, the first processor left to the caller; with more threads than processors none is pinned.
    if (pool->processors) {
      if (i == 0) {
        for (processor = 0; !CPU_ISSET(processor, &allowed); processor++) {}
        pool->spare = processor;
      }
      for (processor++; processor < CPU_SETSIZE && !CPU_ISSET(processor, &allowed); processor++) {}
      pool->processors[i] = processor < CPU_SETSIZE ? processor : -1;
      if (pool->processors[i] >= 0) {
        cpu_set_t set;
        CPU_ZERO(&set);
        CPU_SET(pool->processors[i], &set);
        pthread_attr_setaffinity_np(&attributes, sizeof set, &set);
      }
    }
    worker *own = &pool->threads[i];
    own->pool = pool;
    own->number = i + 1;
    int fault = pthread_create(&own->thread, &attributes, worker_main, own);
    pthread_attr_destroy(&attributes);
    if (fault != 0 && pool->processors) {
      // The processor may have been taken from us meanwhile.
      pool->processors[i] = -1;
      fault = pthread_create(&own->thread, NULL, worker_main, own);
    }
    if (fault != 0) break;
    pool->workers++;
  }
  return pool;
}

void cs_pool_destroy(cs_pool *pool) {
  if (!pool) return;
  atomic_store(&pool->stopping, true);
  atomic_fetch_add(&pool->generation, 1);
  futex_wake(&pool->generation);
  for (int i = 0; i < pool->workers; i++) pthread_join(pool->threads[i].thread, NULL);
  free(pool->threads);
  free(pool->shares);
  free(pool->processors);
  free(pool);
}

/// A caller that the system has put on a worker's processor would share it with the worker for seconds: the worker moves.
static void make_room(cs_pool *pool) {
  const int here = sched_getcpu();
  if (!pool->processors || here == pool->spare || here < 0) return;
  for (int i = 0; i < pool->workers; i++) {
    if (pool->processors[i] != here) continue;
    cpu_set_t set;
    CPU_ZERO(&set);
    CPU_SET(pool->spare, &set);
    if (pthread_setaffinity_np(pool->threads[i].thread, sizeof set, &set) == 0) {
      pool->processors[i] = pool->spare;
      pool->spare = here;
    }
    return;
  }
}

int cs_pool_threads(const cs_pool *pool) { return pool->workers + 1; }

static _Thread_local int works_alone;

void cs_pool_work_alone(void) { works_alone = 1; }

void cs_pool_run(cs_pool *pool, long chunks, long share, cs_pool_body body, void *context) {
  if (chunks <= 0) return;
  if (works_alone || !pool || pool->workers == 0 || chunks == 1 || atomic_flag_test_and_set_explicit(&pool->busy, memory_order_acquire)) {
    body(context, 0, chunks, 0);
    return;
  }
  make_room(pool);
  pool->body = body;
  pool->context = context;
  pool->share = share > 1 ? share : LONG_MAX;
  const long parts = pool->workers + 1;
  for (long i = 0; i < parts; i++) {
    // In this order nothing overflows.
    const long whole = chunks / parts, rest = chunks % parts;
    atomic_store_explicit(&pool->shares[i].next, whole * i + (i < rest ? i : rest), memory_order_relaxed);
    pool->shares[i].end = whole * (i + 1) + (i + 1 < rest ? i + 1 : rest);
  }
  atomic_store_explicit(&pool->active, pool->workers, memory_order_relaxed);
  atomic_fetch_add(&pool->generation, 1);
  if (atomic_load(&pool->sleepers) > 0) futex_wake(&pool->generation);
  work(pool, 0);
  for (int i = 0; atomic_load_explicit(&pool->active, memory_order_acquire) > 0; i++) {
    if (i < SPINS) relax(); else sched_yield();
  }
  atomic_flag_clear_explicit(&pool->busy, memory_order_release);
}

/// Whole processors of the cgroup's quota (version 2, then version 1), or 0 where there is none.
static int cgroup_processors(void) {
  double quota = 0, period = 0;
  FILE *file = fopen("/sys/fs/cgroup/cpu.max", "r");
  if (file) {
    if (fscanf(file, "%lf %lf", &quota, &period) != 2) quota = 0;
    fclose(file);
  } else {
    file = fopen("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "r");
    if (file) {
      if (fscanf(file, "%lf", &quota) != 1) quota = 0;
      fclose(file);
    }
    file = fopen("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "r");
    if (file) {
      if (fscanf(file, "%lf", &period) != 1) period = 0;
      fclose(file);
    }
  }
  return quota > 0 && period > 0 ? (int)(quota / period + 0.999) : 0;
}

int cs_allowed_processors(void) {
  cpu_set_t allowed;
  CPU_ZERO(&allowed);
  int count = sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
  int quota = cgroup_processors();
  if (quota > 0 && quota < count) count = quota;
  return count > 0 ? count : 1;
}
