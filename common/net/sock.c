/* ZeroMQ sockets with an owner thread and stated limits.
 *
 * The options follow from what libzmq 4.3.4 does: no heartbeats of its protocol on either side
 * (they abort a connecting socket that is full, and they cut off a peer that only reads slowly,
 * whose library then loses what it had or aborts) but the kernel's keepalive, which tells a host
 * that vanished from one that is slow; mandatory routing (else a full pipe and a gone peer are
 * silent losses); no linger and IMMEDIATE (the outbox on disk is the queue, not this library);
 * finite high-water marks. A frame's size is limited by the library, the number of frames is
 * limited here: what does not have the form of a message is taken off the pipe and dropped. */
#include "net/sock.h"

#include "net/sock_inner.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include <zmq.h>

#include "base/limits.h"

#define ENDPOINT_BYTES_MAX 256
#define BACKLOG 1024
#define SOCKETS_MAX 16384 /* of one process; connections of a door do not count */
#define RECONNECT_IVL_MS 100
#define RECONNECT_IVL_MAX_MS 5000
#define KEEPALIVE_IDLE_S 30
#define KEEPALIVE_IVL_S 10
#define KEEPALIVE_COUNT 3

_Static_assert(sizeof(zmq_msg_t) <= sizeof(((struct jb_msg *)NULL)->opaque_), "room for zmq_msg_t");
_Static_assert(_Alignof(zmq_msg_t) <= _Alignof(uint64_t), "opaque_ is aligned for zmq_msg_t");

struct jb_net {
    void *context;
};

struct jb_sock {
    void *handle;
    bool listening;
    bool owned; /* the owner is known: the first thread that used the socket, or who holds it */
    pthread_t owner;
    pthread_mutex_t hold;
    bool drained; /* the last thing done was a receive that found nothing */
    int fd;       /* becomes readable when the library has news for a drained socket */
    size_t bytes_max;
    bool locked;
    uint64_t strays; /* messages without a user at a locked door */
    char endpoint[ENDPOINT_BYTES_MAX];
    char endpoint_also[ENDPOINT_BYTES_MAX];
};

jb_net *jb_net_new(uint32_t io_threads)
{
    jb_assert(io_threads >= 1 && io_threads <= 16);
    jb_net *net = jb_xcalloc(1, sizeof(*net));
    net->context = zmq_ctx_new();
    jb_assert(net->context != NULL);
    jb_assert(zmq_ctx_set(net->context, ZMQ_IO_THREADS, (int)io_threads) == 0);
    jb_assert(zmq_ctx_set(net->context, ZMQ_MAX_SOCKETS, SOCKETS_MAX) == 0);
    return net;
}

void jb_net_free(jb_net *net)
{
    if (!net)
        return;
    while (zmq_ctx_term(net->context) != 0 && errno == EINTR) {
    }
    free(net);
}

void *jb_net_context(jb_net *net)
{
    return net->context;
}

static jb_err err_of(int error)
{
    switch (error) {
    case EAGAIN:
        return JB_EAGAIN;
    case EHOSTUNREACH:
    case ETERM:
        return JB_EGONE;
    case EADDRINUSE:
        return JB_EEXIST;
    case ENOMEM:
    case EMFILE:
    case ENFILE:
        return JB_ENOMEM;
    case EACCES:
    case ENOENT:
        return JB_EIO;
    default:
        return JB_EINVAL;
    }
}

/* libzmq takes any number as a port, modulo 65536, and locks nothing within a process. */
static bool endpoint_is_good(const char *endpoint, bool listening, bool locked)
{
    if (locked && strncmp(endpoint, "inproc://", 9) == 0)
        return false;
    if (strncmp(endpoint, "tcp://", 6) != 0)
        return true;
    const char *port = strrchr(endpoint, ':') + 1;
    uint32_t number = 0;
    size_t len = strlen(port);
    if (listening && strcmp(port, "*") == 0)
        return true;
    for (size_t i = 0; i < len && number <= UINT16_MAX; i++) {
        if (port[i] < '0' || port[i] > '9')
            return false;
        number = number * 10 + (uint32_t)(port[i] - '0');
    }
    return number > 0 && number <= UINT16_MAX;
}

static bool set_int(void *handle, int option, int value)
{
    return zmq_setsockopt(handle, option, &value, sizeof(value)) == 0;
}

static bool set_common(void *handle, const char *endpoint, const struct jb_sock_limits *limits)
{
    int64_t bytes_max = (int64_t)limits->bytes_max;
    return set_int(handle, ZMQ_LINGER, 0) && set_int(handle, ZMQ_SNDHWM, limits->send_hwm) &&
           set_int(handle, ZMQ_RCVHWM, limits->recv_hwm) &&
           zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &bytes_max, sizeof(bytes_max)) == 0 &&
           set_int(handle, ZMQ_TCP_KEEPALIVE, 1) &&
           set_int(handle, ZMQ_TCP_KEEPALIVE_IDLE, KEEPALIVE_IDLE_S) &&
           set_int(handle, ZMQ_TCP_KEEPALIVE_INTVL, KEEPALIVE_IVL_S) &&
           set_int(handle, ZMQ_TCP_KEEPALIVE_CNT, KEEPALIVE_COUNT) &&
           (!strchr(endpoint, '[') || set_int(handle, ZMQ_IPV6, 1));
}

static bool set_listening(void *handle)
{
    return set_int(handle, ZMQ_ROUTER_MANDATORY, 1) && set_int(handle, ZMQ_BACKLOG, BACKLOG);
}

static bool set_connecting(void *handle)
{
    return set_int(handle, ZMQ_IMMEDIATE, 1) &&
           set_int(handle, ZMQ_RECONNECT_IVL, RECONNECT_IVL_MS) &&
           set_int(handle, ZMQ_RECONNECT_IVL_MAX, RECONNECT_IVL_MAX_MS);
}

static jb_err open_sock(jb_net *net, const char *endpoint, const struct jb_sock_limits *limits,
                        const struct jb_sock_lock *lock, bool listening, jb_sock **ret)
{
    jb_assert(limits->send_hwm > 0 && limits->recv_hwm > 0 && limits->bytes_max > 0);
    jb_err err = JB_OK;
    size_t size = ENDPOINT_BYTES_MAX;
    size_t fd_size = sizeof(int);
    if (!endpoint_is_good(endpoint, listening, lock != NULL))
        return JB_EINVAL;
    jb_sock *sock = jb_xcalloc(1, sizeof(*sock));
    pthread_mutex_init(&sock->hold, NULL);
    sock->listening = listening;
    sock->bytes_max = limits->bytes_max;
    sock->locked = lock != NULL;
    sock->handle = zmq_socket(net->context, listening ? ZMQ_ROUTER : ZMQ_DEALER);
    if (!sock->handle) {
        err = err_of(errno);
        goto out;
    }
    jb_assert(set_common(sock->handle, endpoint, limits));
    jb_assert(listening ? set_listening(sock->handle) : set_connecting(sock->handle));
    if (lock)
        listening ? jb_sock_lock_door(sock->handle, lock) : jb_sock_lock_client(sock->handle, lock);
    int rc = listening ? zmq_bind(sock->handle, endpoint) : zmq_connect(sock->handle, endpoint);
    if (rc == 0)
        rc = zmq_getsockopt(sock->handle, ZMQ_LAST_ENDPOINT, sock->endpoint, &size);
    if (rc == 0)
        rc = zmq_getsockopt(sock->handle, ZMQ_FD, &sock->fd, &fd_size);
    if (rc != 0) {
        err = err_of(errno);
        goto out;
    }
    *ret = sock;
    sock = NULL;
out:
    jb_sock_close(sock);
    return err;
}

jb_err jb_sock_listen(jb_net *net, const char *endpoint, const struct jb_sock_limits *limits,
                      const struct jb_sock_lock *lock, jb_sock **ret)
{
    return open_sock(net, endpoint, limits, lock, true, ret);
}

jb_err jb_sock_listen_also(jb_sock *sock, const char *endpoint, const struct jb_sock_lock *lock)
{
    size_t size = ENDPOINT_BYTES_MAX;
    jb_assert(sock->listening && sock->locked && lock);
    jb_assert(!sock->owned || pthread_equal(sock->owner, pthread_self())); /* not its first use */
    if (!endpoint_is_good(endpoint, true, true))
        return JB_EINVAL;
    /* What is bound keeps the options of its own moment. */
    jb_sock_lock_door(sock->handle, lock);
    if (zmq_bind(sock->handle, endpoint) != 0)
        return err_of(errno);
    jb_assert(zmq_getsockopt(sock->handle, ZMQ_LAST_ENDPOINT, sock->endpoint_also, &size) == 0);
    return JB_OK;
}

const char *jb_sock_endpoint_also(const jb_sock *sock)
{
    return sock->endpoint_also;
}

const char *jb_sock_endpoint(const jb_sock *sock)
{
    return sock->endpoint;
}

jb_err jb_sock_connect(jb_net *net, const char *endpoint, const struct jb_sock_limits *limits,
                       const struct jb_sock_lock *lock, jb_sock **ret)
{
    return open_sock(net, endpoint, limits, lock, false, ret);
}

void jb_sock_close(jb_sock *sock)
{
    if (!sock)
        return;
    if (sock->handle)
        jb_assert(zmq_close(sock->handle) == 0);
    pthread_mutex_destroy(&sock->hold);
    free(sock);
}

void *jb_sock_handle(jb_sock *sock)
{
    if (!sock->owned) {
        sock->owned = true;
        sock->owner = pthread_self();
    }
    jb_assert(pthread_equal(sock->owner, pthread_self()));
    return sock->handle;
}

void *jb_sock_raw(const jb_sock *sock)
{
    return sock->handle;
}

int jb_sock_fd(const jb_sock *sock)
{
    return sock->fd;
}

uint64_t jb_sock_strays(const jb_sock *sock)
{
    return sock->strays;
}

bool jb_sock_is_drained(const jb_sock *sock)
{
    return sock->drained;
}

void jb_sock_hold(jb_sock *sock)
{
    pthread_mutex_lock(&sock->hold);
    jb_assert(!sock->owned); /* else somebody used it without holding it */
    sock->owned = true;
    sock->owner = pthread_self();
}

void jb_sock_let_go(jb_sock *sock)
{
    jb_assert(sock->owned && pthread_equal(sock->owner, pthread_self()));
    sock->owned = false;
    pthread_mutex_unlock(&sock->hold);
}

bool jb_sock_is_pending(jb_sock *sock)
{
    int events = 0;
    size_t size = sizeof(events);
    return zmq_getsockopt(jb_sock_handle(sock), ZMQ_EVENTS, &events, &size) == 0 &&
           (events & ZMQ_POLLIN) != 0;
}

bool jb_peer_eq(const struct jb_peer *a, const struct jb_peer *b)
{
    return a->id_len == b->id_len && a->delimiter == b->delimiter &&
           memcmp(a->id, b->id, a->id_len) == 0;
}

/* The library's own: a zero and a counter of four bytes. */
bool jb_peer_is_named(const struct jb_peer *peer)
{
    return peer->id_len != 5 || peer->id[0] != 0;
}

const char *jb_msg_address(const struct jb_msg *msg)
{
    const char *address = NULL;
    if (msg->held)
        address = zmq_msg_gets((const zmq_msg_t *)msg->opaque_, "Peer-Address");
    return address ? address : "";
}

void jb_msg_init(struct jb_msg *msg)
{
    memset(msg, 0, sizeof(*msg));
}

void jb_msg_free(struct jb_msg *msg)
{
    if (msg->held)
        jb_assert(zmq_msg_close((zmq_msg_t *)msg->opaque_) == 0);
    jb_msg_init(msg);
}

static jb_err recv_frame(void *handle, zmq_msg_t *frame, int flags)
{
    for (;;) {
        if (zmq_msg_recv(frame, handle, flags) >= 0)
            return JB_OK;
        if (errno != EINTR)
            return err_of(errno);
    }
}

/* The frames of one message: [id] (empty delimiter) bytes. The library hands a message over only
 * when all of it is there, so that taking the rest of a wrong one off the pipe never waits. */
static jb_err recv_frames(void *handle, bool listening, struct jb_peer *peer, zmq_msg_t *frame)
{
    uint32_t count = 0;
    bool wrong = false, more = true, have_id = !listening, have_bytes = false;
    peer->delimiter = false;
    while (more) {
        jb_err err = recv_frame(handle, frame, ZMQ_DONTWAIT);
        if (err)
            return count == 0 || err == JB_EGONE ? err : JB_EINVAL;
        size_t len = zmq_msg_size(frame);
        more = zmq_msg_more(frame) != 0;
        if (++count > JB_FRAMES_MAX || have_bytes) {
            wrong = true;
        } else if (!have_id) {
            have_id = true;
            wrong = wrong || len == 0 || len > UINT8_MAX;
            peer->id_len = wrong ? 0 : (uint8_t)len;
            memcpy(peer->id, zmq_msg_data(frame), peer->id_len);
        } else if (len == 0 && more && !peer->delimiter) {
            peer->delimiter = true;
        } else {
            have_bytes = true;
        }
    }
    return wrong || !have_bytes ? JB_EINVAL : JB_OK;
}

jb_err jb_sock_recv(jb_sock *sock, struct jb_msg *ret)
{
    void *handle = jb_sock_handle(sock);
    struct jb_peer peer = {.id_len = 0};
    zmq_msg_t frame;
    jb_assert(zmq_msg_init(&frame) == 0);
    jb_err err = recv_frames(handle, sock->listening, &peer, &frame);
    sock->drained = err == JB_EAGAIN;
    uint8_t user[JB_CURVE_BYTES];
    bool has_user = !err && sock->locked && sock->listening;
    if (has_user && !jb_sock_user_of(&frame, user)) {
        sock->strays++;
        err = JB_EINVAL;
    }
    if (!err) {
        jb_msg_free(ret);
        zmq_msg_t *held = (zmq_msg_t *)ret->opaque_;
        jb_assert(zmq_msg_init(held) == 0);
        jb_assert(zmq_msg_move(held, &frame) == 0);
        ret->held = true;
        ret->peer = peer;
        ret->has_user = has_user;
        if (has_user)
            memcpy(ret->user, user, sizeof(ret->user));
        ret->bytes = jb_slice_of(zmq_msg_data(held), zmq_msg_size(held));
    }
    zmq_msg_close(&frame);
    return err;
}

static jb_err send_bytes(void *handle, const void *bytes, size_t len, int flags)
{
    for (;;) {
        if (zmq_send(handle, bytes, len, flags | ZMQ_DONTWAIT) >= 0)
            return JB_OK;
        if (errno != EINTR)
            return err_of(errno);
    }
}

jb_err jb_sock_send(jb_sock *sock, const struct jb_peer *peer, struct jb_slice bytes)
{
    void *handle = jb_sock_handle(sock);
    jb_assert((peer != NULL) == sock->listening);
    sock->drained = false; /* sending takes the library's news in, too */
    if (bytes.len > sock->bytes_max)
        return JB_ERANGE;
    zmq_msg_t message;
    if (zmq_msg_init_size(&message, bytes.len) != 0)
        return JB_ENOMEM;
    if (bytes.len)
        memcpy(zmq_msg_data(&message), bytes.ptr, bytes.len);
    jb_err err = JB_OK;
    if (peer) {
        /* Only the first frame can find the pipe full or the peer gone; the others follow it
         * wherever it went. */
        err = send_bytes(handle, peer->id, peer->id_len, ZMQ_SNDMORE);
        if (!err && peer->delimiter)
            err = send_bytes(handle, NULL, 0, ZMQ_SNDMORE);
    }
    while (!err && zmq_msg_send(&message, handle, ZMQ_DONTWAIT) < 0)
        err = errno == EINTR ? JB_OK : err_of(errno);
    zmq_msg_close(&message); /* empty when it was sent */
    return err;
}

bool jb_endpoint_is_loopback(const char *endpoint)
{
    static const char *const local[] = {"ipc://", "tcp://127.", "tcp://[::1]:", "tcp://localhost:"};
    for (size_t i = 0; i < JB_COUNT(local); i++) {
        if (strncmp(endpoint, local[i], strlen(local[i])) != 0)
            continue;
        if (i != 1)
            return true;
        /* A host name may begin with 127. too: all that follows must be an address. */
        const char *rest = endpoint + strlen("tcp://");
        size_t len = strspn(rest, "0123456789.");
        return rest[len] == ':';
    }
    return false;
}
