/* One agent with libzmq's own client, as departments have it: what a receipt takes. */
#ifndef BENCH_ALONE_H
#define BENCH_ALONE_H

#include "bench/load.h"

/* Sends the plan's first lane, each submission when the receipt of the one before is here, until
 * the time is over. Adds the times from send to receipt, in nanoseconds. */
void alone_run(const struct load *load, struct samples *ret);

#endif
