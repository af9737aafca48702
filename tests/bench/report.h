/* The table: a line for each thing measured, with the median over the rounds and its extremes, and
 * the ratio to a floor measured in the same round, so that a slow or busy machine slows both sides.
 */
#ifndef BENCH_REPORT_H
#define BENCH_REPORT_H

#include "bench/sample.h"

#define ROUNDS_MAX 25

enum measure {
    M_RATE_1,
    M_RATE_8,
    M_RATE_64,
    M_SIGNED_64,
    M_BESIDE_1,
    M_BESIDE_8,
    M_BESIDE_64,
    M_BESIDE_SIGNED,
    M_FLOOR_1,
    M_FLOOR_8,
    M_FLOOR_64,
    M_RECEIPT_1_P50,
    M_RECEIPT_1_P99,
    M_RECEIPT_8_P50,
    M_RECEIPT_8_P99,
    M_RECEIPT_64_P50,
    M_RECEIPT_64_P99,
    M_ROUND_TRIP_P50,
    M_ROUND_TRIP_P99,
    M_COMMIT_P50,
    M_COMMIT_P99,
    M_QUERY_P50,
    M_QUERY_P99,
    M_QUERY_BUSY_P50,
    M_QUERY_BUSY_P99,
    M_WATCH_1_P50,
    M_WATCH_1_P99,
    M_WATCH_100_P50,
    M_WATCH_100_P99,
    M_START,
    M_MEMORY,
    M_RESIDENT,
    MEASURES,
};

struct report {
    int64_t values[MEASURES][ROUNDS_MAX];
    int64_t ratios[MEASURES][ROUNDS_MAX]; /* thousandths; 0: none */
    uint32_t counts[MEASURES];
    int64_t busy[ROUNDS_MAX]; /* the processor's load before each round, in per cent */
    uint32_t rounds;
};

/* One round's value, and what it is compared with (0: nothing). */
void report_add(struct report *report, enum measure measure, int64_t value, int64_t against);
/* Prints the lines that have values; true when every "must" is met. */
bool report_print(const struct report *report);

/* "1,234,567" */
const char *grouped(int64_t value, char text[32]);

#endif
