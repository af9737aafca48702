/* A bare ZeroMQ connection over TCP (ZMTP 3.0, RFC 23/ZMTP, mechanism NULL), driven by its caller's
 * thread alone. It plays an agent that is elsewhere: libzmq's client would spend a thread, two
 * hand-overs and as much of the machine on each message as the aggregator does. One frame a
 * message. Any trouble ends the benchmark. */
#ifndef BENCH_ZMTP_H
#define BENCH_ZMTP_H

#include "base/buf.h"

struct zmtp {
    int fd;
    struct jb_buf in; /* received, not yet taken */
    size_t taken;
};
/* Connects as a DEALER and waits until both sides said hello. endpoint: "tcp://127.0.0.1:PORT". */
void zmtp_open(struct zmtp *z, const char *endpoint);
void zmtp_close(struct zmtp *z);
void zmtp_send(struct zmtp *z, struct jb_slice message);
/* Reads what is there, without waiting. */
void zmtp_fill(struct zmtp *z);
/* The next whole message, until the next fill. False: none. */
bool zmtp_next(struct zmtp *z, struct jb_slice *ret);

#endif
