/* A door that lets in whoever knocks looks like one that works, until it is too late: so a program
 * that serves knocks at its own doors before it says that it is ready. */
#include <sodium.h>

#include "base/buf.h"
#include "net/loop.h"
#include "net/wire.h"
#include "net/zap.h"

#define TIME_US (5 * 1000000LL)
#define QUIET_US (200 * 1000LL) /* how long it listens on after it was refused */
#define LOOK_MS 20
#define HELLO_BYTES_MAX 1024

static const struct jb_sock_limits limits = {
    .send_hwm = 1, .recv_hwm = 1, .bytes_max = HELLO_BYTES_MAX};

/* Nothing can be sent before the handshake is over: whoever can has been let in. */
static bool was_let_in(jb_sock *sock, struct jb_slice hello, struct jb_msg *msg)
{
    return jb_sock_send(sock, NULL, hello) != JB_EAGAIN || jb_sock_recv(sock, msg) != JB_EAGAIN;
}

static jb_err knock(jb_sock *sock, struct jb_slice hello, jb_zap *zap,
                    const uint8_t own[JB_CURVE_BYTES])
{
    int64_t deadline_us = jb_clock_mono_us() + TIME_US, quiet_us = 0;
    jb_err result = JB_EAGAIN;
    struct jb_msg msg;
    jb_msg_init(&msg);
    for (int64_t now_us = 0; now_us < deadline_us; now_us = jb_clock_mono_us()) {
        struct jb_wait_item item = {.sock = sock, .want_write = true};
        jb_ignore(jb_wait(&item, 1, LOOK_MS));
        if (was_let_in(sock, hello, &msg)) {
            result = JB_EINVAL;
            break;
        }
        if (quiet_us == 0 && jb_zap_refused_times(zap, own) > 0)
            quiet_us = jb_clock_mono_us() + QUIET_US;
        if (quiet_us && jb_clock_mono_us() >= quiet_us) {
            result = JB_OK;
            break;
        }
    }
    jb_msg_free(&msg);
    return result;
}

jb_err jb_door_selftest(jb_net *net, const char *endpoint,
                        const uint8_t server_public[JB_CURVE_BYTES], jb_zap *zap)
{
    const struct jb_envelope hello = {.kind = JB_KIND_HELLO, .request_id = JB_LIT("self-test")};
    struct jb_sock_lock lock = {.domain = NULL};
    uint8_t own[JB_CURVE_BYTES];
    jb_sock *sock = NULL;
    struct jb_buf out;

    jb_assert(sodium_init() >= 0);
    jb_assert(crypto_box_keypair(own, lock.secret) == 0);
    memcpy(lock.server, server_public, sizeof(lock.server));
    jb_buf_init(&out, HELLO_BYTES_MAX);
    jb_wire_envelope_encode(&hello, &out);
    jb_assert(!out.failed);
    jb_err err = jb_sock_connect(net, endpoint, &limits, &lock, &sock);
    if (!err)
        err = knock(sock, jb_buf_slice(&out), zap, own);
    jb_sock_close(sock);
    jb_buf_free(&out);
    sodium_memzero(&lock, sizeof(lock));
    return err;
}
