/* The lock of a socket: CURVE with the ZAP handler as the judge.
 *
 * Domain and its enforcement go together: libzmq lets everybody in when no handler is bound, unless
 * the domain is enforced. A peer has a short time for its handshake, since libzmq has no other
 * bound on connections that never finish; it is longer than the handshakes of a thousand clients
 * that come back at once take. One that is refused is not answered and tries again when its time is
 * over. */
#include "net/sock_inner.h"

#include <sodium.h>

#include <zmq.h>

/* In the library, but zmq.h names it for its drafts only. */
#define ZAP_ENFORCE_DOMAIN 93
#define DOOR_HANDSHAKE_MS 3000
#define CLIENT_HANDSHAKE_MS 10000 /* above the door's, so that the door's refusal comes first */

static void set_bytes(void *handle, int option, const void *bytes, size_t len)
{
    jb_assert(zmq_setsockopt(handle, option, bytes, len) == 0);
}

static void set_int(void *handle, int option, int value)
{
    set_bytes(handle, option, &value, sizeof(value));
}

static void set_own_keys(void *handle, const struct jb_sock_lock *lock)
{
    uint8_t public[JB_CURVE_BYTES];
    jb_assert(sodium_init() >= 0);
    jb_assert(crypto_scalarmult_base(public, lock->secret) == 0);
    set_bytes(handle, ZMQ_CURVE_PUBLICKEY, public, sizeof(public));
    set_bytes(handle, ZMQ_CURVE_SECRETKEY, lock->secret, sizeof(lock->secret));
}

void jb_sock_lock_door(void *handle, const struct jb_sock_lock *lock)
{
    jb_assert(lock->domain && lock->domain[0]);
    set_int(handle, ZMQ_CURVE_SERVER, 1);
    set_own_keys(handle, lock);
    set_bytes(handle, ZMQ_ZAP_DOMAIN, lock->domain, strlen(lock->domain));
    set_int(handle, ZAP_ENFORCE_DOMAIN, 1);
    set_int(handle, ZMQ_HANDSHAKE_IVL, DOOR_HANDSHAKE_MS);
}

void jb_sock_lock_client(void *handle, const struct jb_sock_lock *lock)
{
    set_own_keys(handle, lock);
    set_bytes(handle, ZMQ_CURVE_SERVERKEY, lock->server, sizeof(lock->server));
    set_int(handle, ZMQ_HANDSHAKE_IVL, CLIENT_HANDSHAKE_MS);
}

bool jb_sock_user_of(void *frame, uint8_t ret[JB_CURVE_BYTES])
{
    uint8_t user[JB_CURVE_BYTES];
    size_t len = 0;
    const char *end = NULL;
    const char *text = zmq_msg_gets(frame, "User-Id");
    if (!text || strlen(text) != 2 * sizeof(user) ||
        sodium_hex2bin(user, sizeof(user), text, 2 * sizeof(user), NULL, &len, &end) != 0 ||
        len != sizeof(user) || *end)
        return false;
    memcpy(ret, user, sizeof(user));
    return true;
}
