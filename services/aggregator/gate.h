/* Whether what a connection's key says is listened to at all: it may still connect, and it does not
 * say too much. Asked for each message of either door, before it is read, because a handshake
 * decides for the whole life of a connection. */
#ifndef JB_GATE_H
#define JB_GATE_H

#include <stdatomic.h>

#include "model/finding.h"
#include "net/meter.h"
#include "net/sock.h"
#include "rights.h"

/* One thread at a time asks; any may report. */
struct jb_gate {
    jb_rights_board *board;
    jb_meter *meter;
    atomic_ullong refused, denied, limited; /* since the last report */
};

/* board NULL: the door is open and everybody is listened to. */
void jb_gate_open(struct jb_gate *gate, jb_rights_board *board);
void jb_gate_close(struct jb_gate *gate);
/* JB_F_NONE, or why not: unknown, suspended, revoked or expired key, no grant, a routing id of the
 * peer's choice, rate_limited. The first refusals of a minute are logged with their address and
 * key, the others are counted. */
enum jb_finding_code jb_gate_ask(struct jb_gate *gate, const struct jb_msg *msg, int64_t now_us,
                                 int64_t mono_us);
/* What a message that passed asked for was refused for want of a right or of a good signature:
 * counted and logged likewise. key: whose right was missing. */
void jb_gate_deny(struct jb_gate *gate, const struct jb_msg *msg, const struct jb_public_key *key,
                  uint32_t kind, enum jb_finding_code why);
/* Logs and clears the counts, if there is anything to tell. */
void jb_gate_report(struct jb_gate *gate, const char *name);

#endif
