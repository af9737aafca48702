/* A ZeroMQ socket with an owner thread and stated limits. Only sock*.c and loop.c include <zmq.h>.
 * Envelope messages are one frame; ROUTER messages carry the peer's routing id and keep a REQ
 * client's empty delimiter, so that the answer goes back in the form that came. */
#ifndef JB_SOCK_H
#define JB_SOCK_H

#include "base/arena.h"
#include "base/base.h"

typedef struct jb_net jb_net; /* the ZeroMQ context: one per process */
/* Used by one thread only, the first that receives, sends or waits; or by several, each while it
 * holds the socket. Asserted. */
typedef struct jb_sock jb_sock;

jb_net *jb_net_new(uint32_t io_threads);
void jb_net_free(jb_net *net); /* after every socket is closed */

struct jb_sock_limits {
    int send_hwm, recv_hwm; /* messages; 0 is not allowed: nothing is unbounded */
    size_t bytes_max;       /* a frame */
};

#define JB_CURVE_BYTES 32

/* The CURVE lock of a socket: everything on the wire is encrypted, and who connects is asked of the
 * ZAP handler (net/zap.h). Public halves that belong to the own secret are worked out from it. */
struct jb_sock_lock {
    uint8_t secret[JB_CURVE_BYTES]; /* one's own */
    uint8_t server[JB_CURVE_BYTES]; /* connecting: the door's public key */
    const char *domain;             /* listening: given to the ZAP handler; not empty */
};

/* A server door: binds (keepalive, mandatory routing, linger 0). endpoint
 * "tcp://127.0.0.1:5570", ":*" for any port, "ipc://path". A locked door lets nobody in when no ZAP
 * handler is there, and not over inproc, which the library does not lock. lock NULL is an open
 * door: for measurements and for tests of what is not the lock; a program that serves figures never
 * passes NULL. The lock is copied. JB_EEXIST: the address is in use. JB_EINVAL: bad endpoint. */
JB_MUST_USE jb_err jb_sock_listen(jb_net *net, const char *endpoint,
                                  const struct jb_sock_limits *limits,
                                  const struct jb_sock_lock *lock, jb_sock **ret);
/* Another endpoint of the same locked door, which may have another secret: while a server's key is
 * rotated, both are served. Connections of the first are not touched. By its owner, or before it
 * has one. Errors as jb_sock_listen; the door goes on as it was. */
JB_MUST_USE jb_err jb_sock_listen_also(jb_sock *sock, const char *endpoint,
                                       const struct jb_sock_lock *lock);
/* The last endpoint of jb_sock_listen_also as bound; "" when there is none. */
const char *jb_sock_endpoint_also(const jb_sock *sock);
/* The endpoint as bound, with the port filled in. Lives as long as the socket. */
const char *jb_sock_endpoint(const jb_sock *sock);
/* A client: a DEALER that connects (keepalive, immediate, linger 0, reconnects
 * with back-off). lock NULL: for an open door. */
JB_MUST_USE jb_err jb_sock_connect(jb_net *net, const char *endpoint,
                                   const struct jb_sock_limits *limits,
                                   const struct jb_sock_lock *lock, jb_sock **ret);
void jb_sock_close(jb_sock *sock); /* NULL is fine */

/* Where an answer goes. */
struct jb_peer {
    uint8_t id[256];
    uint8_t id_len;
    bool delimiter; /* a REQ client */
};
bool jb_peer_eq(const struct jb_peer *a, const struct jb_peer *b);
/* The peer chose its routing id itself, so that another may choose the same when it has left, and
 * get what is still on its way to the first. What the library makes is never used twice. */
bool jb_peer_is_named(const struct jb_peer *peer);

/* One received message: owned by the caller until jb_msg_free; bytes stay where libzmq put them (no
 * copy). Short ones stay inside opaque_: never copy or move the struct. */
struct jb_msg {
    struct jb_peer peer; /* listening sockets only */
    uint8_t user[32];    /* the key that the ZAP handler let in, not what the peer says of itself */
    bool has_user;       /* always on a locked listening socket, never on others */
    struct jb_slice bytes;
    uint64_t opaque_[8]; /* zmq_msg_t */
    bool held;
};
void jb_msg_init(struct jb_msg *msg);
void jb_msg_free(struct jb_msg *msg);
/* Where a message came from: the peer's address without its port; "" when the library does not
 * know. For the log; lives as long as the message. */
const char *jb_msg_address(const struct jb_msg *msg);

/* Never waits. JB_EAGAIN: nothing there. JB_EINVAL: a message with too many or wrong frames came
 * and was dropped (call again), or one without a user on a locked door. JB_EGONE: the context was
 * ended. Frees what *ret held; leaves it as it is on failure. */
JB_MUST_USE jb_err jb_sock_recv(jb_sock *sock, struct jb_msg *ret);
/* Never waits. JB_EAGAIN: the peer's pipe is full (or, for a client, nothing is connected);
 * JB_EGONE: the peer is gone. JB_ERANGE: more bytes than the socket's limit. JB_ENOMEM. peer is
 * NULL for connecting sockets. */
JB_MUST_USE jb_err jb_sock_send(jb_sock *sock, const struct jb_peer *peer, struct jb_slice bytes);
/* Messages without a user that a locked door dropped. */
uint64_t jb_sock_strays(const jb_sock *sock);
/* libzmq's own handle: for net/loop.c and net/sock*.c only. */
void *jb_sock_handle(jb_sock *sock);
int jb_sock_fd(const jb_sock *sock);
bool jb_sock_is_drained(const jb_sock *sock);

/* Several threads, one socket: every call that sends, receives or asks stands between hold and
 * let_go, a mutex. Who waits does so without holding it, on jb_sock_fd as a plain descriptor
 * (never as a socket of jb_wait), and only after a receive of its own said JB_EAGAIN.
 *
 * The descriptor tells of news once: whichever call takes the news in, a send as well, takes the
 * descriptor's readiness with it. So a thread that sent while another may be waiting must ask
 * jb_sock_is_pending before it lets go, and if so wake the waiter by other means. */
void jb_sock_hold(jb_sock *sock);
void jb_sock_let_go(jb_sock *sock);
/* Takes the news in; true: a receive will find a message. */
bool jb_sock_is_pending(jb_sock *sock);

/* True when bound to a loopback or ipc address only. Checks the endpoint's text. */
bool jb_endpoint_is_loopback(const char *endpoint);

#endif
