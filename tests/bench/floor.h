/* The floor: the least that a program on LMDB has to write for a submission, without a program. One
 * journal record of the payload's bytes, one row of the unit's 250 figures of the quarter, and one
 * row for each of two ancestors with the sums of the quarter; default flags, one commit a batch. No
 * checks, no duplicates, no history, no checksums, nobody waiting. */
#ifndef BENCH_FLOOR_H
#define BENCH_FLOOR_H

#include "bench/workload.h"

struct floor;

struct floor *floor_open(const char *dir, const struct shape *shape);
void floor_close(struct floor *floor);
/* The plan's next submissions, lane by lane in turn, `batch` of them a commit, for at most
 * duration_ns or until the plan ends. commits gets each commit's time. */
struct tally floor_run(struct floor *floor, struct plan *plan, uint32_t batch, int64_t duration_ns,
                       struct samples *commits);

#endif
