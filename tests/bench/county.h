/* A store to measure on: an aggregator with its catalogue, filled through its own door, and beside
 * it the floor with the same figures, on the same disk. */
#ifndef BENCH_COUNTY_H
#define BENCH_COUNTY_H

#include "bench/floor.h"
#include "bench/load.h"
#include "bench/server.h"

struct county {
    struct server server;
    struct book book;
    struct floor *floor; /* NULL: none was asked for */
    uint32_t filings;    /* filled so far */
    jb_identity *signer; /* of loads that are signed: it may submit for all units */
};

/* Makes dir with a running aggregator of `program` and the catalogue loaded; no figures yet. */
void county_open(struct county *county, const char *program, const char *dir,
                 const struct shape *shape, bool with_floor);
/* Stops the aggregator; the folder stays. */
void county_close(struct county *county);
/* Files the next `count` filings for the first time, in the order quarter, unit, form. Figures a
 * second acknowledged. */
int64_t county_fill(struct county *county, uint32_t count);

#endif
