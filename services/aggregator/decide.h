/* Decides about one message of the write door: reads the state through the write transaction (and
 * so sees the batch's earlier members) and gives the ledger entry to append, or the refusal. Writes
 * nothing. */
#ifndef JB_DECIDE_H
#define JB_DECIDE_H

#include "apply.h"
#include "model/check.h"
#include "proposal.h"

struct jb_decision {
    struct jb_receipt receipt; /* revision, head and time are set by the engine for new entries */
    bool append; /* an entry is to be appended (an acceptance, or the first conflict of an id) */
    bool repeat; /* an earlier acceptance, answered again */
    struct jb_entry entry; /* when append: all but revision, time, epoch, previous hash */
};

/* A SUBMIT. Memory comes from the arena, which outlives the decision. findings: the refusal's.
 * Errors are the store's only: everything about the message is in *ret. */
JB_MUST_USE jb_err jb_decide_submission(jb_kv_txn *txn, const struct jb_binding *binding,
                                        const uint8_t own_store_id[16],
                                        const struct jb_proposal *proposal, int64_t now_us,
                                        struct jb_arena *arena, struct jb_decision *ret,
                                        struct jb_findings *findings);

/* A whole catalogue: checked, and compared with the one in force (additive rule against the figures
 * in the store). On success *ret_entry is to be appended; *ret_unchanged: the bytes are those in
 * force and nothing is appended. JB_EINVAL: findings. */
JB_MUST_USE jb_err jb_decide_catalog(jb_kv_txn *txn, const struct jb_binding *binding,
                                     struct jb_slice yaml, struct jb_slice author,
                                     struct jb_slice reason, struct jb_entry *ret_entry,
                                     bool *ret_unchanged, struct jb_findings *findings);

#endif
