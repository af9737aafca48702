/* Who may connect: the handler that libzmq asks at every handshake with a locked door (ZAP, ZeroMQ
 * RFC 27). It has a thread of its own and asks a callback. It must be there before a door listens,
 * and must outlive the doors: without it a locked door lets nobody in.
 *
 * A key that is refused is told nothing (status 300), so that its holder's library tries again by
 * itself once the key is granted; 400 and 500 would end that for good. */
#ifndef JB_ZAP_H
#define JB_ZAP_H

#include "net/sock.h"

#define JB_ZAP_ADDRESS_BYTES_MAX 63
#define JB_ZAP_REFUSALS_MAX 1024
#define JB_ZAP_LINES_MAX 10 /* log lines about refusals a minute; then one with the sum */

typedef struct jb_zap jb_zap;

/* Asked in the handler's thread about a key that proved itself; must not wait for long. NULL: let
 * in, and ret_user is who it is. Otherwise a constant text, for the log, of why not. */
typedef const char *(*jb_zap_verdict)(void *ctx, const uint8_t curve[JB_CURVE_BYTES],
                                      uint8_t ret_user[32]);

/* domain: of the doors' locks (copied); others are refused. JB_EEXIST: this net has a handler.
 * JB_ENOMEM: out of sockets or threads. */
JB_MUST_USE jb_err jb_zap_start(jb_net *net, const char *domain, jb_zap_verdict verdict, void *ctx,
                                jb_zap **ret);
/* Ends the thread and logs the counts; from then on nobody is let in. NULL is fine; before
 * jb_net_free. */
void jb_zap_stop(jb_zap *zap);

struct jb_zap_counts {
    uint64_t asked, let_in, refused; /* asked = let_in + refused, once the thread is at rest */
    uint64_t malformed;              /* of the refused: no question as libzmq asks it */
};
void jb_zap_counts(const jb_zap *zap, struct jb_zap_counts *ret); /* any thread */

/* A key that was refused, from one address. */
struct jb_zap_refusal {
    char address[JB_ZAP_ADDRESS_BYTES_MAX + 1]; /* as libzmq says it, cut; no port */
    uint8_t curve[JB_CURVE_BYTES];
    const char *reason; /* of the last time */
    uint64_t count;
    int64_t last_us; /* wall clock */
};
/* The last refused, newest first; of more than JB_ZAP_REFUSALS_MAX pairs of address and key, the
 * ones refused longest ago are forgotten. Returns how many were written. Any thread. */
uint32_t jb_zap_refusals(jb_zap *zap, struct jb_zap_refusal *ret, uint32_t max);
/* How often this key was refused, from all addresses that are remembered. Any thread. */
uint64_t jb_zap_refused_times(jb_zap *zap, const uint8_t curve[JB_CURVE_BYTES]);

/* Knocks at one's own door with a key that nobody knows and says HELLO. JB_OK: the handler refused
 * that very key, and nothing came back. JB_EINVAL: it was let in. JB_EAGAIN: 5 s went by without
 * the handler refusing it (it is dead, or asked by another door, or nobody listens there). Anything
 * but JB_OK must end the program. */
JB_MUST_USE jb_err jb_door_selftest(jb_net *net, const char *endpoint,
                                    const uint8_t server_public[JB_CURVE_BYTES], jb_zap *zap);

#endif
