/* Waiting for sockets, file descriptors and time in one place, an eventfd between threads and a
 * signalfd. */
#include "net/loop.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <zmq.h>

/* What the library says of a socket: its news are taken in by asking. */
static jb_err ask_sock(struct jb_wait_item *item)
{
    int events = 0;
    size_t size = sizeof(events);
    if (zmq_getsockopt(jb_sock_handle(item->sock), ZMQ_EVENTS, &events, &size) != 0)
        return errno == ETERM ? JB_EGONE : JB_EINVAL;
    item->readable = (events & ZMQ_POLLIN) != 0;
    item->writable = item->want_write && (events & ZMQ_POLLOUT) != 0;
    return JB_OK;
}

/* A drained socket has no message until its descriptor says so; asking it would cost a system
 * call. */
static jb_err look_before(struct jb_wait_item *items, struct pollfd *fds, uint32_t count,
                          bool *ret_ready)
{
    bool ready = false;
    for (uint32_t i = 0; i < count; i++) {
        struct jb_wait_item *item = &items[i];
        item->readable = item->writable = false;
        fds[i] =
            (struct pollfd){.fd = item->sock ? jb_sock_fd(item->sock) : item->fd, .events = POLLIN};
        if (!item->sock) {
            fds[i].events = (short)(POLLIN | (item->want_write ? POLLOUT : 0));
            continue;
        }
        if (!item->want_write && jb_sock_is_drained(item->sock))
            continue;
        jb_err err = ask_sock(item);
        if (err)
            return err;
        ready = ready || item->readable || item->writable;
    }
    *ret_ready = ready;
    return JB_OK;
}

static jb_err look_after(struct jb_wait_item *items, const struct pollfd *fds, uint32_t count,
                         bool *ret_ready)
{
    for (uint32_t i = 0; i < count; i++) {
        struct jb_wait_item *item = &items[i];
        jb_err err = JB_OK;
        if (!fds[i].revents)
            continue;
        if (item->sock) {
            err = ask_sock(item);
        } else { /* an error on a descriptor shows when it is read */
            item->readable = (fds[i].revents & ~POLLOUT) != 0;
            item->writable = (fds[i].revents & POLLOUT) != 0;
        }
        if (err)
            return err;
        *ret_ready = *ret_ready || item->readable || item->writable;
    }
    return JB_OK;
}

/* zmq_poll asks every socket before and after each of two waits; this waits once. A socket's
 * descriptor also wakes for news that are no message, so that the waiting goes on after them. */
static jb_err wait_for(struct jb_wait_item *items, uint32_t count, bool has_end, int64_t timeout_us)
{
    struct pollfd fds[JB_LOOP_ITEMS_MAX];
    int64_t deadline_us = has_end && timeout_us ? jb_clock_mono_us() + timeout_us : 0;
    bool ready = false;
    jb_assert(count <= JB_LOOP_ITEMS_MAX);
    for (int64_t left_us = timeout_us;; left_us = deadline_us - jb_clock_mono_us()) {
        jb_err err = look_before(items, fds, count, &ready);
        if (err)
            return err;
        if (ready || left_us < 0)
            left_us = 0;
        const struct timespec left = {.tv_sec = left_us / 1000000,
                                      .tv_nsec = left_us % 1000000 * 1000};
        int rc = ppoll(fds, count, has_end || ready ? &left : NULL, NULL);
        if (rc < 0)
            return errno == EINTR ? JB_EAGAIN : JB_EINVAL;
        err = look_after(items, fds, count, &ready);
        if (err || ready || rc == 0 || (has_end && left_us == 0))
            return err;
    }
}

jb_err jb_wait(struct jb_wait_item *items, uint32_t count, int timeout_ms)
{
    jb_assert(timeout_ms >= -1);
    return wait_for(items, count, timeout_ms >= 0, timeout_ms * 1000LL);
}

jb_err jb_wait_us(struct jb_wait_item *items, uint32_t count, int64_t timeout_us)
{
    jb_assert(timeout_us >= 0);
    return wait_for(items, count, true, timeout_us);
}

jb_err jb_wakeup_open(int *ret_fd)
{
    int fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (fd < 0)
        return JB_ENOMEM;
    *ret_fd = fd;
    return JB_OK;
}

void jb_wakeup_set(int fd)
{
    uint64_t one = 1;
    ssize_t n;
    do
        n = write(fd, &one, sizeof(one));
    while (n < 0 && errno == EINTR);
    jb_assert(n == (ssize_t)sizeof(one) ||
              errno == EAGAIN); /* EAGAIN: set 2^64 - 2 times and never cleared */
}

void jb_wakeup_clear(int fd)
{
    uint64_t count;
    ssize_t n;
    do
        n = read(fd, &count, sizeof(count));
    while (n < 0 && errno == EINTR);
    jb_assert(n == (ssize_t)sizeof(count) || errno == EAGAIN);
}

jb_err jb_signals_open(int *ret_fd)
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
        return JB_EINVAL;
    int fd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
    if (fd < 0)
        return JB_ENOMEM;
    *ret_fd = fd;
    return JB_OK;
}

int jb_signals_read(int fd)
{
    struct signalfd_siginfo info;
    ssize_t n;
    do
        n = read(fd, &info, sizeof(info));
    while (n < 0 && errno == EINTR);
    return n == (ssize_t)sizeof(info) ? (int)info.ssi_signo : 0;
}
