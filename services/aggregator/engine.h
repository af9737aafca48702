/* The write side without sockets, threads or clock: batches of messages in, receipts out. The
 * writer reactor and the seeded model test drive the same engine.
 *
 *   begin -> offer, offer, ... -> commit (one fsync) -> replies may be sent: persist, then speak
 *
 * One thread at a time; a batch is ended by the thread that began it. What needs no store is done
 * to a message before (jb_proposal_read), beside the engine. Only jb_engine_welcome may be called
 * at any time by anyone.
 *
 * Entry time is max(now, time of the entry before). */
#ifndef JB_ENGINE_H
#define JB_ENGINE_H

#include "base/arena.h"
#include "birth.h"
#include "files/kv.h"
#include "net/wire.h"
#include "proposal.h"
#include "store.h"

typedef struct jb_engine jb_engine;

struct jb_engine_config {
    uint64_t map_bytes;     /* 0: default */
    uint64_t reserve_bytes; /* free space below which writes are refused */
    /* Messages without a signature are decided as if everything were allowed (signed ones are
     * verified). For measurements and for tests of what is not rights; no program sets it. */
    bool unsigned_ok;
};

/* Makes a new store with its genesis entry and the first holders. store_id and now are given. birth
 * NULL: nobody may do anything in it, for unsigned_ok. JB_EEXIST: dir holds a store already.
 * JB_EINVAL: see jb_birth_entries. */
JB_MUST_USE jb_err jb_engine_init(const char *dir, const struct jb_engine_config *config,
                                  const uint8_t store_id[16], int64_t now_us,
                                  const struct jb_birth *birth);
/* Opens an existing store for writing; a format of an older version is rebuilt. Checks the tail of
 * the ledger. */
JB_MUST_USE jb_err jb_engine_open(const char *dir, const struct jb_engine_config *config,
                                  jb_engine **ret);
void jb_engine_close(jb_engine *engine); /* NULL is fine */
/* The store, for read transactions of other threads. */
jb_kv *jb_engine_kv(jb_engine *engine);
/* Who may do what since the last commit: for any thread, as long as the engine. */
jb_rights_board *jb_engine_rights(jb_engine *engine);
/* For jb_proposal_read, in any thread. */
const struct jb_verifier *jb_engine_verifier(const jb_engine *engine);
void jb_engine_welcome(jb_engine *engine, int64_t now_us,
                       struct jb_welcome *ret); /* state of the last commit */

struct jb_reply {
    uint32_t kind;           /* RECEIPT, CATALOG_PUT_DONE, ..._DONE, WELCOME, REFUSED */
    uint32_t outcome;        /* of a receipt (enum jb_outcome), else 0 */
    struct jb_slice payload; /* encoded, in the batch's arena */
    /* Refused for want of a right or of a good signature; JB_F_NONE: not for that. */
    enum jb_finding_code denied;
};

/* replies: the batch's arena, where its answers are put, those of a failed batch too. The caller
 * clears it when they were sent; NULL when nothing will be offered. JB_EFULL: no room (nothing was
 * begun). */
JB_MUST_USE jb_err jb_engine_begin(jb_engine *engine, struct jb_arena *replies);
/* Decides one message. Whatever it is, *ret is its answer once the batch is committed. JB_EFULL,
 * JB_EIO, JB_EDAMAGED: the batch must be aborted. CATALOG_PUT: one upload at a time per connection,
 * a few at once. */
JB_MUST_USE jb_err jb_engine_offer(jb_engine *engine, const struct jb_proposal *proposal,
                                   int64_t now_us, struct jb_reply *ret);
/* True when the batch has reached its limits (JB_BATCH_SUBMISSIONS_MAX, JB_BATCH_FIGURES_MAX). */
bool jb_engine_full(const jb_engine *engine);
/* Makes the batch durable. On failure the batch is gone, and every member is to be told with
 * jb_engine_try_later. *ret_head_moved: at least one entry was appended, or contacts
 * changed: readers look anew. */
JB_MUST_USE jb_err jb_engine_commit(jb_engine *engine, bool *ret_head_moved);
void jb_engine_abort(jb_engine *engine);
/* "Try later", in the form that fits the message's kind; for members of the batch begun last. */
void jb_engine_try_later(jb_engine *engine, const struct jb_proposal *proposal,
                         struct jb_reply *ret);
/* The answer to a message that the engine cannot take, whatever it says. Likewise. */
void jb_engine_refuse(jb_engine *engine, enum jb_finding_code code, struct jb_reply *ret);
/* After a restore: appends an epoch entry, durable at once, so that no token of the old life fits
 * the new one. No batch is open. */
JB_MUST_USE jb_err jb_engine_append_epoch(jb_engine *engine, int64_t now_us);
/* When what the days say of filings that have not come is to be looked at: when a day begins in the
 * catalogue's zone, and when what is owed has changed (0: now). */
int64_t jb_engine_due_at(const jb_engine *engine);
/* Looks, and writes what there is to say (decide_due.h), durable at once; a few entries at a time,
 * then jb_engine_due_at says 0. *ret_moved: something was written. No batch is open. Errors as of
 * jb_engine_begin and jb_engine_commit, and of the store: nothing happened then. */
JB_MUST_USE jb_err jb_engine_tell_due(jb_engine *engine, int64_t now_us, bool *ret_moved);
/* Housekeeping: prunes the change log and clears dead readers; call now and then. *ret_more: the
 * log is still too large or too old; call again soon. */
JB_MUST_USE jb_err jb_engine_tidy(jb_engine *engine, int64_t now_us, bool *ret_more);

#endif
