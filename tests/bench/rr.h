/* A plain libzmq round trip: what any question over ZeroMQ costs before anybody thinks about it.
 * A DEALER here, a ROUTER in a process of its own that sends back what came, tcp on loopback. */
#ifndef BENCH_RR_H
#define BENCH_RR_H

#include <sys/types.h>

#include "bench/sample.h"

/* What the other process runs: binds, writes its endpoint to the descriptor, echoes until killed.
 */
_Noreturn void rr_serve(int fd);

struct rr {
    pid_t pid;
    char endpoint[128];
};
/* self: the path of this program, which is started once more with --echo. */
void rr_start(struct rr *rr, const char *self);
void rr_stop(struct rr *rr);
/* One question at a time, `bytes` of them each way, for at most duration_ns. */
void rr_run(const struct rr *rr, uint32_t bytes, int64_t duration_ns, struct samples *ret);

#endif
