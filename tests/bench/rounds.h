/* The parts of a benchmark, each of which measures and adds to the report. */
#ifndef BENCH_ROUNDS_H
#define BENCH_ROUNDS_H

#include "bench/county.h"
#include "bench/report.h"
#include "bench/rr.h"

struct settings {
    const char *dir, *self;
    const char *beside;   /* the benchmark of another build, or NULL */
    struct shape shape;   /* of the store that rounds are measured on */
    struct shape restart; /* of the store that is restarted */
    uint32_t rounds;
    int64_t point_ns; /* for each thing measured */
};

/* More submissions than an agent can send in the time. */
uint32_t lane_length(uint32_t agents, int64_t duration_ns);
/* Waits a while for a quiet machine; how busy it was at last, in per cent. */
int64_t wait_for_quiet(void);
/* Everything that can be measured on a running store, once. */
void round_run(const struct settings *settings, struct county *county, const struct rr *rr,
               struct report *report);
/* Figures a second with so many agents; the signer NULL: without signatures. */
int64_t rate_run(const struct settings *settings, struct county *county, const jb_identity *signer,
                 uint32_t agents);
/* The rates alone, of this build and of another one in short turns. */
void beside_run(const struct settings *settings, struct report *report);
/* What signatures cost with one processor, two, ... as many as there are: prints its own table. */
void cores_run(const struct settings *settings);
/* Start and memory with many figures, as often as there are rounds. */
void restarts_run(const struct settings *settings, struct report *report);
/* The write engine without doors, beside the floor: prints its own table. */
void engine_run(const struct settings *settings);
/* Rate, restart and file size from 100,000 to 10 million figures: prints its own table. */
void growth_run(const struct settings *settings);

#endif
