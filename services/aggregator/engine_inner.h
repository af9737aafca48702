/* The engine's own state, for the files that open it and drive it. */
#ifndef JB_ENGINE_INNER_H
#define JB_ENGINE_INNER_H

#include <pthread.h>

#include "apply.h"
#include "chain.h"
#include "engine.h"
#include "ledger.h"
#include "model/finding.h"
#include "upload.h"

/* What a batch may change, and gets back when it fails. */
struct jb_engine_tip {
    struct jb_store_head head;
    struct jb_chain chain;
    uint32_t catalog_version; /* 0: none */
    bool demonstration;       /* what that catalogue says */
};

struct jb_engine {
    jb_kv *kv;
    jb_kv_txn *txn;
    jb_applier *applier;
    struct jb_verifier verifier; /* the store's id, and the board with the last commit's rights */
    bool unsigned_ok;
    jb_rights *rights;   /* as the batch sees them; between batches NULL */
    bool rights_changed; /* by the batch, and rights are those before */
    struct jb_engine_tip committed, pending;
    bool contacts_changed;    /* by the batch, without an entry */
    bool owing_changed;       /* by the batch: what is due is to be looked at anew */
    int64_t look_due_at_us;   /* when that is next; 0: now */
    struct jb_buf due;        /* of the entry that says what is due */
    pthread_mutex_t tip_lock; /* around a write of committed, and greetings' reading it */
    struct jb_arena scratch;  /* one message */
    struct jb_arena *replies; /* the batch's, the caller's */
    size_t replied;           /* bytes of the batch's replies */
    struct jb_buf entry, reply;
    struct jb_findings findings;
    uint32_t submissions, figures; /* of the batch */
    struct jb_uploads uploads;
};

/* Makes e->rights what the open batch sees. */
JB_MUST_USE jb_err jb_engine_see_rights(jb_engine *e);
/* Sets what a greeting tells of the catalogue in force besides its version. */
JB_MUST_USE jb_err jb_engine_see_catalog(jb_engine *e, jb_kv_txn *txn, struct jb_engine_tip *tip);
/* Gives the entry its place in the chain, writes it and applies it, in the open batch. */
JB_MUST_USE jb_err jb_engine_append(jb_engine *e, struct jb_entry *entry, int64_t now_us);

#endif
