/* Waiting for sockets, file descriptors and time in one place: zmq_poll, an eventfd between threads
 * and a signalfd. */
#include "net/loop.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <zmq.h>

jb_err jb_wait(struct jb_wait_item *items, uint32_t count, int timeout_ms)
{
    zmq_pollitem_t poll[JB_LOOP_ITEMS_MAX];
    jb_assert(count <= JB_LOOP_ITEMS_MAX && timeout_ms >= -1);
    for (uint32_t i = 0; i < count; i++) {
        struct jb_wait_item *item = &items[i];
        item->readable = item->writable = false;
        poll[i] = (zmq_pollitem_t){
            .socket = item->sock ? jb_sock_handle(item->sock) : NULL,
            .fd = item->fd,
            .events = (short)(ZMQ_POLLIN | (item->want_write ? ZMQ_POLLOUT : 0)),
        };
    }
    if (zmq_poll(poll, (int)count, timeout_ms) < 0) {
        if (errno == EINTR)
            return JB_EAGAIN;
        return errno == ETERM ? JB_EGONE : JB_EINVAL;
    }
    for (uint32_t i = 0; i < count; i++) {
        /* An error on a descriptor shows when it is read. */
        items[i].readable = (poll[i].revents & (ZMQ_POLLIN | ZMQ_POLLERR)) != 0;
        items[i].writable = (poll[i].revents & ZMQ_POLLOUT) != 0;
    }
    return JB_OK;
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
