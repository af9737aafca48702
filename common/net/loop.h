/* Waits on sockets, file descriptors and time, in one thread. Handlers run to completion. */
#ifndef JB_LOOP_H
#define JB_LOOP_H

#include "net/sock.h"

#define JB_LOOP_ITEMS_MAX 8

struct jb_wait_item {
    jb_sock *sock; /* or NULL and fd */
    int fd;
    bool want_write;         /* fds and connecting sockets: wake up when it can be written */
    bool readable, writable; /* out */
};

/* Returns when something is ready, or after timeout_ms (-1: never) with nothing set. JB_EAGAIN: a
 * signal came, nothing is set. JB_EGONE: the context was ended. JB_EINVAL: a closed descriptor. */
JB_MUST_USE jb_err jb_wait(struct jb_wait_item *items, uint32_t count, int timeout_ms);

/* The same, at most so many microseconds. */
JB_MUST_USE jb_err jb_wait_us(struct jb_wait_item *items, uint32_t count, int64_t timeout_us);

/* A wake-up between threads: an eventfd. set from any thread; clear by the waiter. */
JB_MUST_USE jb_err jb_wakeup_open(int *ret_fd);
void jb_wakeup_set(int fd);
void jb_wakeup_clear(int fd);
/* SIGTERM and SIGINT as a readable fd (signalfd); blocks them in the calling thread: call before
 * threads start. */
JB_MUST_USE jb_err jb_signals_open(int *ret_fd);
/* The number of a delivered signal, 0 if none. */
int jb_signals_read(int fd);

#endif
