/* Decides about a change of rights, once. Pure but for the store's records that it reads. */
#ifndef JB_DECIDE_KEY_H
#define JB_DECIDE_KEY_H

#include "binding.h"
#include "ledger.h"
#include "net/wire_keys.h"
#include "rights.h"

/* What the decision is made in. rights: as the transaction sees them, with the changes that came
 * before in the same batch. */
struct jb_key_scene {
    jb_kv_txn *txn;
    const struct jb_binding *binding; /* NULL: no catalogue is loaded */
    const jb_rights *rights;
    const uint8_t *store_id; /* 16 bytes */
    uint32_t epoch;
    int64_t now_us;
};
struct jb_key_decision {
    bool append;                    /* entry is to be appended and applied */
    bool repeat;                    /* done is the first answer; there is nothing to append */
    struct jb_entry entry;          /* borrows from the envelope */
    struct jb_key_change_done done; /* revision 0: refused, see the findings; or still to be set
                                       from the entry when append */
};

/* The signer must be an active key of role security (the recovery key manages keys of that role
 * only), the signature good and for this store, the epoch this one. An id that was seen before is
 * answered as it was then. Units must be the catalogue's; duties stay separate; one key of role
 * security beside the recovery key remains, and its grant has no end; so does a server key, which
 * gives its place away with an overlap only. Errors are the storage's. */
JB_MUST_USE jb_err jb_decide_key_change(const struct jb_key_scene *scene,
                                        const struct jb_envelope *envelope, struct jb_arena *arena,
                                        struct jb_key_decision *ret, struct jb_findings *findings);

#endif
