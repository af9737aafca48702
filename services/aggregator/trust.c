/* The lock of both doors. Whether a key may connect is asked of the rights of the last commit, so
 * that a grant opens the door, and a revocation shuts it, from the next handshake on. */
#include "trust.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "authority.h"
#include "base/text.h"

#define DOMAIN "jibao"

/* In the handler's thread. */
static const char *verdict(void *ctx, const uint8_t curve[JB_CURVE_BYTES], uint8_t ret_user[32])
{
    const struct jb_trust *trust = ctx;
    const char *why = NULL;
    int64_t now_us = jb_clock_now_us();
    struct jb_public_key key;
    jb_rights *rights = jb_rights_board_get(trust->board);
    const struct jb_holder *holder = jb_rights_by_curve(rights, curve);
    enum jb_finding_code trouble = jb_holder_trouble(holder, now_us);
    if (trouble) {
        why = jb_finding_code_name(trouble);
    } else {
        memcpy(key.bytes, holder->key, sizeof(key.bytes));
        if (!jb_rights_may_connect(rights, &key, now_us))
            why = jb_finding_code_name(JB_F_GRANT_MISSING);
    }
    jb_rights_free(rights);
    if (!why)
        memcpy(ret_user, key.bytes, sizeof(key.bytes));
    return why;
}

/* The store names it as its server's: that of its birth, or one that took such a key's place. A
 * key that only holds grants is none, or whoever may write figures could answer for the store. */
static bool is_good(const struct jb_trust *trust, const jb_identity *server)
{
    jb_rights *rights = jb_rights_board_get(trust->board);
    const struct jb_holder *holder = jb_rights_by_key(rights, jb_identity_public(server));
    bool good = jb_holder_trouble(holder, jb_clock_now_us()) == JB_F_NONE && holder->server;
    jb_rights_free(rights);
    return good;
}

static jb_err load_next(struct jb_trust *trust, const char *path, char *why, size_t why_size)
{
    jb_err err = jb_identity_load(path, &trust->next, why, why_size);
    if (err)
        return err;
    if (is_good(trust, trust->next))
        return JB_OK;
    snprintf(
        why, why_size,
        _("%.200s is not the next server key of this store: first a security key says so, with "
          "jibao key rotate SERVER.pub --to NEXT.pub --overlap-until TIME"),
        path);
    return JB_EINVAL;
}

static jb_err check_server(struct jb_trust *trust, const char *path, char *why, size_t why_size)
{
    if (is_good(trust, trust->server))
        return JB_OK;
    if (trust->next) {
        jb_identity_free(trust->server);
        trust->server = trust->next;
        trust->next = NULL;
        trust->moved = true;
        return JB_OK;
    }
    snprintf(why, why_size,
             _("%.200s is not the server key of this store, or not any more: name the right one "
               "with --server-key"),
             path);
    return JB_EINVAL;
}

jb_err jb_trust_open(struct jb_trust *trust, jb_net *net, jb_rights_board *board,
                     const char *server_key, const char *next_key, char *why, size_t why_size)
{
    *trust = (struct jb_trust){.net = net, .board = board};
    jb_err err = jb_identity_load(server_key, &trust->server, why, why_size);
    if (!err && next_key)
        err = load_next(trust, next_key, why, why_size);
    if (!err)
        err = check_server(trust, server_key, why, why_size);
    if (err)
        return err;
    err = jb_zap_start(net, DOMAIN, verdict, trust, &trust->zap);
    if (err)
        snprintf(why, why_size, _("the doors cannot be guarded: %s"), jb_err_name(err));
    return err;
}

void jb_trust_close(struct jb_trust *trust)
{
    jb_zap_stop(trust->zap);
    jb_identity_free(trust->server);
    jb_identity_free(trust->next);
    *trust = (struct jb_trust){.net = NULL};
}

jb_err jb_trust_listen(const struct jb_trust *trust, const char *endpoint,
                       const struct jb_sock_limits *limits, jb_sock **ret)
{
    struct jb_sock_lock lock = {.domain = DOMAIN};
    jb_identity_curve_secret(trust->server, lock.secret);
    jb_err err = jb_sock_listen(trust->net, endpoint, limits, &lock, ret);
    sodium_memzero(&lock, sizeof(lock));
    return err;
}

jb_err jb_trust_listen_next(const struct jb_trust *trust, const char *endpoint, jb_sock *door)
{
    struct jb_sock_lock lock = {.domain = DOMAIN};
    jb_identity_curve_secret(trust->next, lock.secret);
    jb_err err = jb_sock_listen_also(door, endpoint, &lock);
    sodium_memzero(&lock, sizeof(lock));
    return err;
}

jb_err jb_trust_prove(const struct jb_trust *trust, const jb_sock *door)
{
    uint8_t curve[JB_CURVE_BYTES];
    jb_public_curve(jb_identity_public(trust->server), curve);
    jb_err err = jb_door_selftest(trust->net, jb_sock_endpoint(door), curve, trust->zap);
    if (err || !trust->next)
        return err;
    jb_public_curve(jb_identity_public(trust->next), curve);
    return jb_door_selftest(trust->net, jb_sock_endpoint_also(door), curve, trust->zap);
}
