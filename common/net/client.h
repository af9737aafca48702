/* A client of one door: asks, waits, retries and reconnects. Used by the agent, the bureau's
 * command line and tests; one thread. Each program keeps one client a door. */
#ifndef JB_CLIENT_H
#define JB_CLIENT_H

#include "net/identity.h"
#include "net/sock.h"
#include "net/wire.h"

typedef struct jb_client jb_client;

/* Does not wait for the connection. endpoint and lock are copied (the lock into memory that is
 * wiped when it is freed). lock NULL: an open door, which only tests and measurements have. A
 * client that a locked door refuses tries again by itself: it is let in within 30 s of being
 * granted. */
JB_MUST_USE jb_err jb_client_open(jb_net *net, const char *endpoint,
                                  const struct jb_sock_lock *lock, jb_client **ret);
/* Who asks, and whom. */
struct jb_who {
    const jb_identity *identity;
    struct jb_public_key server; /* the aggregator's */
};
/* A client that is somebody: its connection is locked with the identity's key, and SUBMIT,
 * CATALOG_PUT, KEY_CHANGE and CONTACTS_PUT are signed with it. The identity is borrowed until it is
 * closed. who NULL: as jb_client_open without a lock. */
JB_MUST_USE jb_err jb_client_open_as(jb_net *net, const char *endpoint, const struct jb_who *who,
                                     jb_client **ret);
void jb_client_close(jb_client *client); /* NULL is fine */

/* Sends one request and waits for its answer for at most timeout_ms; answers to older requests are
 * dropped. The request is sent again (same request id) when the connection broke, and after 2 s of
 * silence (then 4, 8 ... 30), on a socket made anew: only for requests that may be asked twice (all
 * of jibao's: a submission has its own id). VERIFY is not sent again for silence. JB_OK: *ret_kind
 * and *ret_payload (which lives until the next call). JB_EAGAIN: no answer in time: the outcome is
 * unknown. JB_ERANGE: the request is too large. store_id may be empty. */
JB_MUST_USE jb_err jb_client_ask(jb_client *client, enum jb_kind kind, struct jb_slice store_id,
                                 struct jb_slice payload, int timeout_ms, uint32_t *ret_kind,
                                 struct jb_slice *ret_payload);
/* jb_client_ask that expects one kind: any REFUSED is decoded into findings (JB_EINVAL), any other
 * kind is JB_EINVAL with a finding `malformed`. */
JB_MUST_USE jb_err jb_client_expect(jb_client *client, enum jb_kind kind, struct jb_slice store_id,
                                    struct jb_slice payload, int timeout_ms, enum jb_kind expected,
                                    struct jb_slice *ret_payload, struct jb_findings *findings);
/* Why the last jb_client_ask (or _expect, _hello) that had no answer had none, as far as a client
 * can know; of a stream, why jb_client_tend found no connection. */
enum jb_trouble {
    JB_TROUBLE_NONE = 0,  /* it was answered, or nothing was asked yet */
    JB_TROUBLE_UNREACHED, /* no connection came up and nothing was heard of why */
    JB_TROUBLE_NOBODY,    /* nobody listens there */
    JB_TROUBLE_HANDSHAKE, /* the door does not know this key, or its own key is another, or it is no
                             door of jibao; known 3 s after the first refusal */
    JB_TROUBLE_SILENT,    /* connected, but no answer */
};
enum jb_trouble jb_client_trouble(const jb_client *client);
/* WELCOME of the door. The program slice lives until the next call. */
JB_MUST_USE jb_err jb_client_hello(jb_client *client, int timeout_ms, struct jb_welcome *ret);

/* For streams (watches) and pipelining: send without waiting; receive whatever comes next.
 * send: JB_EAGAIN when nothing is connected. recv: JB_EAGAIN when the time is over. The slices live
 * until the next call. */
JB_MUST_USE jb_err jb_client_send(jb_client *client, enum jb_kind kind, struct jb_slice request_id,
                                  struct jb_slice store_id, struct jb_slice payload);
/* From now on whatever is asked (jb_client_ask, _expect, _hello, _send) is asked for an enrolled
 * person, by whose rights it is answered: a web key's. "": no more. */
void jb_client_ask_for(jb_client *client, const char *person);
/* The same, asked for an enrolled person by a web key (envelope.proto, asked_for). */
JB_MUST_USE jb_err jb_client_send_for(jb_client *client, struct jb_slice person, enum jb_kind kind,
                                      struct jb_slice request_id, struct jb_slice payload);
JB_MUST_USE jb_err jb_client_recv(jb_client *client, int timeout_ms, struct jb_envelope *ret);
/* For streams, at every turn (once a second or more often) while nothing is connected: hears why
 * (jb_client_trouble) and connects anew when that takes long, as jb_client_ask does by itself. */
JB_MUST_USE jb_err jb_client_tend(jb_client *client);
/* Closes the connection and opens a new one (the server stays silent). */
JB_MUST_USE jb_err jb_client_reconnect(jb_client *client);
/* For waiting on several things (net/loop.h). */
jb_sock *jb_client_sock(jb_client *client);

#endif
