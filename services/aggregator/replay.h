/* One walk along the chain, from the first entry on: for who folds a ledger again. */
#ifndef JB_REPLAY_H
#define JB_REPLAY_H

#include "chain.h"
#include "ledger.h"
#include "store.h"

struct jb_replay {
    jb_kv_txn *source; /* where the ledger is */
    struct jb_entry_effect *effects;
    struct jb_chain chain;
    int64_t previous_at_us;
    struct jb_slice bytes; /* of the entry just read: borrowed from the source, as its slices are */
    struct jb_entry entry;
};
JB_MUST_USE jb_err jb_replay_init(struct jb_replay *r, jb_kv_txn *source);
void jb_replay_free(struct jb_replay *r); /* one full of zeros is fine */
/* Reads the entry of the next revision and checks that it is the next of the chain. JB_EDAMAGED,
 * JB_EVERSION: *ret_why (msgid) says what is wrong. */
JB_MUST_USE jb_err jb_replay_read(struct jb_replay *r, uint64_t revision, const char **ret_why);

#endif
