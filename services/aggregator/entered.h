/* Who entered a submission for its unit 代录: read from the sender's own bytes. */
#ifndef JB_ENTERED_H
#define JB_ENTERED_H

#include "base/arena.h"
#include "ledger.h"
#include "store.h"

/* Memory for one submission at a time, reused. Zeroed at birth. */
struct jb_entered_memory {
    struct jb_entry_effect *effects;
    struct jb_arena scratch;
    bool made;
};
void jb_entered_free(struct jb_entered_memory *memory);
/* Of the submission's entry of that revision; *ret is in the arena, empty: the unit did itself.
 * JB_EDAMAGED: there is no submission. */
JB_MUST_USE jb_err jb_entered_by(jb_kv_txn *txn, uint64_t revision,
                                 struct jb_entered_memory *memory, struct jb_arena *arena,
                                 struct jb_slice *ret);

#endif
