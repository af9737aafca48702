/* Decides about one message of the write door: reads the state through the write transaction (and
 * so sees the batch's earlier members) and gives the ledger entry to append, or the refusal. Writes
 * nothing. */
#ifndef JB_DECIDE_H
#define JB_DECIDE_H

#include "apply.h"
#include "model/check.h"
#include "net/wire_catalog.h"
#include "proposal.h"

/* What a decision is made in. */
struct jb_scene {
    jb_kv_txn *txn;
    const struct jb_binding *binding; /* NULL: no catalogue is loaded */
    const uint8_t *store_id;          /* 16 bytes, its own */
    struct jb_receipts *receipts;     /* likewise; what it reads anew it keeps */
    const jb_rights *rights;          /* as the transaction sees them */
    uint32_t epoch;
    bool unsigned_ok; /* what bears no signature is decided without asking who says it */
    int64_t now_us;
};

struct jb_decision {
    struct jb_receipt receipt; /* revision, head and time are set by the engine for new entries */
    bool append; /* an entry is to be appended (an acceptance, or the first conflict of an id) */
    bool repeat; /* an earlier acceptance, answered again */
    struct jb_entry entry; /* when append: all but revision, time, epoch, previous hash */
};

/* A SUBMIT. Memory comes from the arena, which outlives the decision. findings: the refusal's.
 * Errors are the store's only: everything about the message is in *ret. */
JB_MUST_USE jb_err jb_decide_submission(const struct jb_scene *scene,
                                        const struct jb_proposal *proposal, struct jb_arena *arena,
                                        struct jb_decision *ret, struct jb_findings *findings);

/* Whether a part of a catalogue may be taken: for this store, signed, by a key of role catalog.
 * False: findings. */
bool jb_decide_catalog_part(const struct jb_scene *scene, const struct jb_proposal *proposal,
                            struct jb_findings *findings);
/* A whole catalogue, of which the last part has come: checked, and compared with the one in force
 * (additive rule against the figures in the store). On success *ret_entry is to be appended;
 * *ret_unchanged: the bytes are those in force and nothing is appended. JB_EINVAL: findings. A
 * signed last part must be the one that jb_catalog_put_last tells, byte for byte, so that its
 * signature can be checked from the entry for ever. */
JB_MUST_USE jb_err jb_decide_catalog(const struct jb_scene *scene,
                                     const struct jb_envelope *envelope,
                                     const struct jb_catalog_put *put, struct jb_slice yaml,
                                     struct jb_entry *ret_entry, bool *ret_unchanged,
                                     struct jb_findings *findings);

#endif
