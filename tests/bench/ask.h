/* Questions: one rollup of the county for one quarter, one question at a time, on the read door. */
#ifndef BENCH_ASK_H
#define BENCH_ASK_H

#include "bench/workload.h"

/* For duration_ns; each answer's time in *ret. Ends the benchmark when an answer has no value. */
void ask_run(const char *endpoint, const struct shape *filled, const struct shape *shape,
             int64_t duration_ns, struct samples *ret);

#endif
