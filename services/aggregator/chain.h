/* The end of the chain in memory: what the next entry is linked to (net/proof.h), so that nothing
 * is read to append one. A plain value: a batch that fails gets the old one back. */
#ifndef JB_CHAIN_H
#define JB_CHAIN_H

#include "ledger.h"
#include "net/wire_keys.h"
#include "store.h"

struct jb_chain {
    uint64_t revision; /* of the newest entry */
    uint8_t last[32];
    /* By count of trailing zero bits: the last entry so numbered among the revision's own prefixes
     * (the revision, it without its lowest bit, and so on), of which one is the next skip. */
    uint8_t prefixes[64][32];
};

/* Reads the end of the ledger: at most 64 entries' chains. JB_EDAMAGED. An empty ledger is fine. */
JB_MUST_USE jb_err jb_chain_open(jb_kv_txn *txn, struct jb_chain *ret);
/* Links the entry of the next revision: its previous_hash and skip_hash. */
void jb_chain_link(const struct jb_chain *chain, struct jb_entry *entry);
/* The entry is now the newest; it was linked and encoded, or decoded. */
void jb_chain_add(struct jb_chain *chain, const struct jb_entry *entry);

/* The steps from the head's entry down to target, in the arena. 1 <= target <= head. JB_EDAMAGED:
 * an entry on the way is missing or not what its hash says. */
JB_MUST_USE jb_err jb_chain_path(jb_kv_txn *txn, uint64_t head, uint64_t target,
                                 struct jb_arena *arena, struct jb_proof_path *ret);

#endif
