/* Locked doors for tests: key pairs made from a number, a handler that lets in whom the test says,
 * and waiting with deadlines. */
#ifndef JB_LOCK_DESK_H
#define JB_LOCK_DESK_H

#include "jb_test.h"

#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

#include "net/loop.h"
#include "net/zap.h"

#define WAIT_MS 8000 /* far above what any step takes, a door's 3 s for handshakes included */
#define GUESTS_MAX 4
#define DOMAIN "test"

struct lock_desk {
    jb_net *net, *outside; /* the door's process and another one */
    jb_zap *zap;
    jb_sock *door;
    struct jb_msg msg;
    atomic_uint granted;                        /* a bit a guest */
    uint8_t guests[GUESTS_MAX][JB_CURVE_BYTES]; /* their public keys */
};

static const struct jb_sock_limits lock_limits = {
    .send_hwm = 8, .recv_hwm = 8, .bytes_max = 64 * 1024};

enum { SERVER = 100, SERVER_NEXT = 101 };

static inline void key_of(uint32_t number, uint8_t secret[JB_CURVE_BYTES],
                          uint8_t public[JB_CURVE_BYTES])
{
    uint8_t seed[crypto_box_SEEDBYTES] = {(uint8_t)number, (uint8_t)(number >> 8), 7};
    jb_assert(sodium_init() >= 0);
    jb_assert(crypto_box_seed_keypair(public, secret, seed) == 0);
}

static inline struct jb_sock_lock door_lock(uint32_t server)
{
    struct jb_sock_lock lock = {.domain = DOMAIN};
    uint8_t public[JB_CURVE_BYTES];
    key_of(server, lock.secret, public);
    return lock;
}

static inline struct jb_sock_lock guest_lock(uint32_t guest, uint32_t server)
{
    struct jb_sock_lock lock = {.domain = NULL};
    uint8_t secret[JB_CURVE_BYTES], public[JB_CURVE_BYTES];
    key_of(guest, lock.secret, public);
    key_of(server, secret, lock.server);
    return lock;
}

static inline const char *judge_guest(void *ctx, const uint8_t curve[JB_CURVE_BYTES],
                                      uint8_t ret_user[32])
{
    struct lock_desk *desk = ctx;
    for (uint32_t i = 0; i < GUESTS_MAX; i++) {
        if (memcmp(desk->guests[i], curve, JB_CURVE_BYTES) != 0)
            continue;
        memset(ret_user, (int)i + 1, 32);
        return atomic_load(&desk->granted) & 1U << i ? NULL : "suspended";
    }
    return "unknown";
}

static inline void lock_desk_open(struct lock_desk *desk, const char *endpoint)
{
    uint8_t secret[JB_CURVE_BYTES];
    const struct jb_sock_lock lock = door_lock(SERVER);
    desk->net = jb_net_new(1);
    desk->outside = jb_net_new(1);
    jb_msg_init(&desk->msg);
    for (uint32_t i = 0; i < GUESTS_MAX; i++)
        key_of(i, secret, desk->guests[i]);
    assert_int_equal(jb_zap_start(desk->net, DOMAIN, judge_guest, desk, &desk->zap), JB_OK);
    assert_int_equal(jb_sock_listen(desk->net, endpoint, &lock_limits, &lock, &desk->door), JB_OK);
}

static inline void lock_desk_close(struct lock_desk *desk)
{
    jb_msg_free(&desk->msg);
    jb_sock_close(desk->door);
    jb_zap_stop(desk->zap);
    jb_net_free(desk->outside);
    jb_net_free(desk->net);
}

static inline void grant(struct lock_desk *desk, uint32_t guest)
{
    atomic_fetch_or(&desk->granted, 1U << guest);
}

static inline jb_sock *guest_at(struct lock_desk *desk, uint32_t guest, const char *endpoint,
                                uint32_t server)
{
    const struct jb_sock_lock lock = guest_lock(guest, server);
    jb_sock *sock = NULL;
    assert_int_equal(jb_sock_connect(desk->outside, endpoint, &lock_limits, &lock, &sock), JB_OK);
    return sock;
}

static inline jb_sock *guest(struct lock_desk *desk, uint32_t number)
{
    return guest_at(desk, number, jb_sock_endpoint(desk->door), SERVER);
}

/* True once the handshake is over. */
static inline bool is_in(jb_sock *sock, int within_ms)
{
    struct jb_wait_item item = {.sock = sock, .want_write = true};
    assert_int_equal(jb_wait(&item, 1, within_ms), JB_OK);
    return item.writable;
}

static inline jb_err take(jb_sock *sock, struct jb_msg *msg, int within_ms)
{
    struct jb_wait_item item = {.sock = sock};
    jb_err err = jb_wait(&item, 1, within_ms);
    return err ? err : jb_sock_recv(sock, msg);
}

static inline struct jb_zap_counts counts_of(struct lock_desk *desk)
{
    struct jb_zap_counts counts;
    jb_zap_counts(desk->zap, &counts);
    return counts;
}

static inline bool refused_within(struct lock_desk *desk, uint64_t times, int within_ms)
{
    int64_t until_us = jb_clock_mono_us() + within_ms * 1000LL;
    while (counts_of(desk).refused < times) {
        struct jb_wait_item item = {.sock = desk->door};
        if (jb_clock_mono_us() > until_us)
            return false;
        jb_ignore(jb_wait(&item, 1, 5));
    }
    return true;
}

/* Says a text through the door and back; the door sees the guest's user. */
static inline void talk(struct lock_desk *desk, jb_sock *sock, uint32_t guest_number)
{
    uint8_t user[32];
    memset(user, (int)guest_number + 1, sizeof(user));
    assert_true(is_in(sock, WAIT_MS));
    assert_int_equal(jb_sock_send(sock, NULL, JB_LIT("question")), JB_OK);
    assert_int_equal(take(desk->door, &desk->msg, WAIT_MS), JB_OK);
    assert_true(jb_slice_is(desk->msg.bytes, "question"));
    assert_true(desk->msg.has_user);
    assert_memory_equal(desk->msg.user, user, sizeof(user));
    assert_int_equal(jb_sock_send(desk->door, &desk->msg.peer, JB_LIT("answer")), JB_OK);
    assert_int_equal(take(sock, &desk->msg, WAIT_MS), JB_OK);
    assert_true(jb_slice_is(desk->msg.bytes, "answer"));
    assert_false(desk->msg.has_user);
}

#endif
