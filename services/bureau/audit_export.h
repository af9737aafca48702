/* The whole ledger in a file that anybody can check without the store: one JSON object a line, one
 * line an entry, and the head as the aggregator signs it last.
 *
 *     {"revision": 7, "entry": "base64"}                        as in the ledger
 *     {"revision": 9, "entry": "base64", "payload": "base64"}   a catalogue's payload apart
 *     {"head": {"store_id": hex, "epoch": 1, "revision": 9, "head": hex, "at_us": 1,
 *               "server": hex, "signature": hex}} */
#ifndef JB_BUREAU_AUDIT_EXPORT_H
#define JB_BUREAU_AUDIT_EXPORT_H

#include "desk.h"

/* path is written under another name first: it is there when it is whole. */
enum jb_exit jb_audit_export(struct jb_desk *desk, const char *path);
/* One page. Told what went wrong. */
struct jb_audit_ask;
struct jb_audit_answer;
enum jb_exit jb_audit_page(struct jb_desk *desk, const struct jb_audit_ask *ask,
                           struct jb_audit_answer *ret);

#endif
