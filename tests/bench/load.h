/* Agents that wait: each sends its next submission when the receipt of the one before is here. All
 * of one process and one poll loop, each with a connection of its own. */
#ifndef BENCH_LOAD_H
#define BENCH_LOAD_H

#include <stdatomic.h>

#include "base/arena.h"
#include "bench/workload.h"

struct load_result {
    struct tally done;
    uint64_t submissions;
    struct samples receipts; /* send to receipt; freed by the caller */
};

struct load {
    const char *endpoint; /* the write door */
    struct plan *plan;    /* one lane an agent */
    struct book *book;
    int64_t duration_ns; /* 0: until every lane is empty */
    atomic_bool *stop;   /* may be NULL; ends it early */
};
/* Any answer but "accepted" ends the benchmark: what is measured must be work that was done. */
void load_need_accepted(struct jb_slice answer, struct jb_arena *arena);
/* The result counts until the first lane is empty, or the time is over and every agent had a few
 * receipts; those that are still owed then are waited for and not counted. Adds to *ret. */
void load_run(const struct load *load, struct load_result *ret);

#endif
