/* Live watches: how long after a submission was sent each watcher of the county has the change, and
 * how long after it the sender has its receipt. */
#ifndef BENCH_LIVE_H
#define BENCH_LIVE_H

#include "bench/workload.h"

#define WATCHERS_MAX 100

struct live {
    const char *write, *read; /* endpoints */
    struct plan *plan;        /* one lane */
    struct book *book;
    uint32_t watchers;
    int64_t duration_ns;
};
/* One agent submits; the next submission follows when the receipt and every watcher's change are
 * here. Each change must carry the receipt's revision. */
void live_run(const struct live *live, struct samples *ret_changes, struct samples *ret_receipts);

#endif
