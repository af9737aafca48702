/* libzmq's socket monitor at the doors. It tells of a failure without saying whose, and then, with
 * nothing of the same door between, that a descriptor was closed; whose that was is looked up when
 * the connection is accepted. It has no name for peers of the oldest protocols, which are cut off
 * unheard.
 *
 * The library's own thread waits while its news are not read, so this one does nothing else, and
 * there is room for far more news than its few log lines can hold up. */
#include "net/sock_knocks.h"

#include <arpa/inet.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include <zmq.h>

#include "base/log.h"
#include "net/loop.h"
#include "net/sock_inner.h"
#include "net/zap_refusals.h"

#define FILES_MAX 65536 /* connections with a higher number have no address in the log */
#define NEWS_MAX 100000
#define TICK_MS 60000
#define FAILED (ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL)

struct place {
    sa_family_t family; /* 0: not known */
    union {
        struct in_addr v4;
        struct in6_addr v6;
    } host;
};

struct door {
    void *watched, *news;
    const char *reason; /* of a failure whose connection was not named yet */
};

struct jb_knocks {
    struct door doors[JB_KNOCKS_DOORS_MAX];
    uint32_t count;
    int stop_fd;
    pthread_t thread;
    bool started;
    atomic_uint_fast64_t failed;
    struct jb_zap_lines lines; /* the thread's own, as is the table */
    struct place *places;      /* FILES_MAX, by descriptor */
};

static void remember(jb_knocks *k, uint32_t fd)
{
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
        struct sockaddr_storage space;
    } peer;
    socklen_t len = sizeof(peer);
    if (fd >= FILES_MAX)
        return;
    struct place *place = &k->places[fd];
    place->family = 0;
    if (getpeername((int)fd, &peer.any, &len) != 0)
        return;
    place->family = peer.any.sa_family;
    if (place->family == AF_INET)
        place->host.v4 = peer.v4.sin_addr;
    else if (place->family == AF_INET6)
        place->host.v6 = peer.v6.sin6_addr;
}

static const char *place_text(const jb_knocks *k, uint32_t fd, char text[INET6_ADDRSTRLEN])
{
    const struct place *place = fd < FILES_MAX ? &k->places[fd] : NULL;
    if (!place || (place->family != AF_INET && place->family != AF_INET6) ||
        !inet_ntop(place->family, &place->host, text, INET6_ADDRSTRLEN))
        return "";
    return text;
}

static void say_sum(uint64_t sum)
{
    if (sum)
        jb_log(JB_LOG_WARN, "handshake.failed.more", "count=%llu", (unsigned long long)sum);
}

static void note(jb_knocks *k, uint32_t fd, const char *reason)
{
    char text[INET6_ADDRSTRLEN];
    uint64_t sum;
    bool worth = jb_zap_lines_next(&k->lines, jb_clock_mono_us(), &sum);
    atomic_fetch_add(&k->failed, 1);
    say_sum(sum);
    if (worth)
        jb_log(JB_LOG_WARN, "handshake.failed", "address=\"%s\" reason=%s", place_text(k, fd, text),
               reason);
}

static void take(jb_knocks *k, struct door *door, uint16_t event, uint32_t value)
{
    if (event == ZMQ_EVENT_ACCEPTED) {
        remember(k, value);
    } else if (event == ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL) {
        door->reason = value == ZMQ_PROTOCOL_ERROR_ZMTP_MECHANISM_MISMATCH ? "mechanism"
                       : value == ZMQ_PROTOCOL_ERROR_ZMTP_CRYPTOGRAPHIC    ? "cryptographic"
                                                                           : "protocol";
    } else if (event == ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL) {
        door->reason = "unfinished";
    } else if (event == ZMQ_EVENT_DISCONNECTED && door->reason) {
        note(k, value, door->reason);
        door->reason = NULL;
    }
}

/* An event is two frames: its number and value, and the door's own address. */
static bool take_news(jb_knocks *k, struct door *door)
{
    uint8_t event[6], address[256];
    uint16_t number;
    uint32_t value;
    int len = zmq_recv(door->news, event, sizeof(event), ZMQ_DONTWAIT);
    if (len < 0)
        return errno == EINTR;
    jb_ignore(zmq_recv(door->news, address, sizeof(address), ZMQ_DONTWAIT));
    if (len == (int)sizeof(event)) {
        memcpy(&number, event, sizeof(number));
        memcpy(&value, event + sizeof(number), sizeof(value));
        take(k, door, number, value);
    }
    return true;
}

static void *serve(void *data)
{
    jb_knocks *k = data;
    zmq_pollitem_t items[JB_KNOCKS_DOORS_MAX + 1] = {{.fd = k->stop_fd, .events = ZMQ_POLLIN}};
    for (uint32_t i = 0; i < k->count; i++)
        items[i + 1] = (zmq_pollitem_t){.socket = k->doors[i].news, .events = ZMQ_POLLIN};
    while (!items[0].revents) {
        if (zmq_poll(items, (int)k->count + 1, TICK_MS) < 0 && errno != EINTR)
            return NULL;
        for (uint32_t i = 0; i < k->count; i++) {
            while (take_news(k, &k->doors[i])) {
            }
        }
        say_sum(jb_zap_lines_sum(&k->lines, jb_clock_mono_us()));
    }
    return NULL;
}

static bool watch(jb_net *net, jb_sock *sock, struct door *door)
{
    static atomic_uint number;
    char name[48];
    int room = NEWS_MAX;
    snprintf(name, sizeof(name), "inproc://jibao.knocks.%u", atomic_fetch_add(&number, 1));
    door->news = zmq_socket(jb_net_context(net), ZMQ_PAIR);
    if (!door->news)
        return false;
    jb_assert(zmq_setsockopt(door->news, ZMQ_RCVHWM, &room, sizeof(room)) == 0);
    void *watched = jb_sock_raw(sock);
    if (zmq_socket_monitor(watched, name, FAILED | ZMQ_EVENT_ACCEPTED | ZMQ_EVENT_DISCONNECTED))
        return false;
    door->watched = watched;
    return zmq_connect(door->news, name) == 0;
}

/* Signals are the program's. */
static bool start_thread(jb_knocks *k)
{
    sigset_t all, before;
    sigfillset(&all);
    jb_assert(pthread_sigmask(SIG_SETMASK, &all, &before) == 0);
    k->started = pthread_create(&k->thread, NULL, serve, k) == 0;
    jb_assert(pthread_sigmask(SIG_SETMASK, &before, NULL) == 0);
    return k->started;
}

jb_err jb_knocks_start(jb_net *net, jb_sock *const *doors, uint32_t count, jb_knocks **ret)
{
    jb_assert(count <= JB_KNOCKS_DOORS_MAX);
    jb_knocks *k = jb_xcalloc(1, sizeof(*k));
    k->stop_fd = -1;
    k->places = jb_xcalloc(FILES_MAX, sizeof(*k->places));
    jb_err err = jb_wakeup_open(&k->stop_fd);
    for (uint32_t i = 0; !err && i < count; i++) {
        k->count = i + 1;
        if (!watch(net, doors[i], &k->doors[i]))
            err = JB_ENOMEM;
    }
    if (!err && !start_thread(k))
        err = JB_ENOMEM;
    if (err)
        jb_knocks_stop(k);
    else
        *ret = k;
    return err;
}

void jb_knocks_stop(jb_knocks *k)
{
    if (!k)
        return;
    /* First no more news, while they are still read: the library waits until they are. */
    for (uint32_t i = 0; i < k->count; i++)
        if (k->doors[i].watched)
            jb_ignore(zmq_socket_monitor(k->doors[i].watched, NULL, 0));
    if (k->started) {
        jb_wakeup_set(k->stop_fd);
        pthread_join(k->thread, NULL);
        say_sum(k->lines.left_out);
        jb_log(JB_LOG_NOTICE, "handshake.end", "failed=%llu",
               (unsigned long long)jb_knocks_failed(k));
    }
    for (uint32_t i = 0; i < k->count; i++)
        if (k->doors[i].news)
            jb_assert(zmq_close(k->doors[i].news) == 0);
    if (k->stop_fd >= 0)
        close(k->stop_fd);
    free(k->places);
    free(k);
}

uint64_t jb_knocks_failed(const jb_knocks *k)
{
    return atomic_load(&k->failed);
}
