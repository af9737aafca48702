/* Offers what waits in the outbox to the write door and stores what it answers. It never waits
 * itself: its caller calls a turn whenever its socket can be read or its time has come.
 *
 * 1. HELLO until WELCOME: the store must be the expected one, else nothing is sent; a newer epoch
 * queues the accepted payloads again. The greeting is repeated while all is quiet, so that a
 * restore is noticed.
 * 2. Up to a window of submissions are under way, one a filing at most, each as its stored bytes.
 * 3. Receipts of one turn are stored in one transaction; only then the next of those filings go.
 * 4. Every sending is signed with the key of now, so that what waits under a key that was rotated
 * goes out under the one that took its place, with the same id. While the key may do nothing
 * (suspended, revoked, expired) everything waits.
 * 5. "Try later" and silence keep everything queued and lengthen the pause: 0.2 s to 30 s, with
 * jitter. */
#ifndef JB_AGENT_SENDER_H
#define JB_AGENT_SENDER_H

#include "net/client.h"
#include "outbox.h"

typedef struct jb_sender jb_sender;

enum jb_sender_state {
    JB_SENDER_OFFLINE, /* no answer yet, or none for a while */
    JB_SENDER_ONLINE,
    JB_SENDER_WRONG_STORE, /* another store answers there: nothing is sent; it is asked again in
                              case it changes */
};

struct jb_sender_counts {
    uint64_t accepted, refused, stale, conflicts, later;
};

/* Borrows net, outbox and who (NULL: an open door, which only tests have). store_id: of the cached
 * catalogue. log: tell events with base/log.h. */
JB_MUST_USE jb_err jb_sender_new(jb_net *net, const char *endpoint, const struct jb_who *who,
                                 jb_outbox *outbox, const uint8_t store_id[16], bool log,
                                 jb_sender **ret);
void jb_sender_free(jb_sender *sender); /* NULL is fine */
/* Does what can be done now. Errors are the outbox's (storage); the network's are not errors. */
JB_MUST_USE jb_err jb_sender_turn(jb_sender *sender, int64_t mono_us);
/* Milliseconds until a turn is due even if nothing comes; 0 to 30,000. */
int jb_sender_wait_ms(const jb_sender *sender, int64_t mono_us);
/* The socket to wait on; ask again after each turn, it may be another one. *ret_want_write: also
 * wake when it connects. */
jb_sock *jb_sender_sock(jb_sender *sender, bool *ret_want_write);
enum jb_sender_state jb_sender_state(const jb_sender *sender);
/* The store that answered last (JB_SENDER_WRONG_STORE: the wrong one). */
const uint8_t *jb_sender_met(const jb_sender *sender);
const struct jb_sender_counts *jb_sender_counts(const jb_sender *sender);
/* Why it is offline, as far as that is known. *ret_barred: why the aggregator lets the key do
 * nothing now, although it came in; JB_F_NONE: it does. */
enum jb_trouble jb_sender_trouble(const jb_sender *sender, enum jb_finding_code *ret_barred);
/* Nothing waits and nothing is under way. */
bool jb_sender_idle(const jb_sender *sender);

#endif
