/* Who entered a submission for its unit 代录, and who signed it how 网页代签: read from the
 * sender's own bytes. */
#ifndef JB_ENTERED_H
#define JB_ENTERED_H

#include "base/arena.h"
#include "ledger.h"
#include "net/wire_query.h"
#include "rights.h"
#include "store.h"

/* Memory for one submission at a time, reused. Zeroed at birth. */
struct jb_entered_memory {
    struct jb_entry_effect *effects;
    struct jb_arena scratch;
    bool made;
};
void jb_entered_free(struct jb_entered_memory *memory);

/* Texts are in the arena. */
struct jb_entered {
    struct jb_slice by; /* empty: the unit did itself */
    struct jb_signing signing;
};
/* Of the submission's entry of that revision; rights name the signer. JB_EDAMAGED: there is no
 * submission. */
JB_MUST_USE jb_err jb_entered_read(jb_kv_txn *txn, uint64_t revision,
                                   struct jb_entered_memory *memory, const jb_rights *rights,
                                   struct jb_arena *arena, struct jb_entered *ret);
/* How an entry's submission was signed; a failed copy sets *failed. */
struct jb_signing jb_entered_signing(const struct jb_entry *entry, struct jb_slice signed_for,
                                     const jb_rights *rights, struct jb_arena *arena, bool *failed);

#endif
