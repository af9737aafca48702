/* Proof that everything derived equals the fold of the ledger: the chain is checked entry by entry,
 * the entries are applied to a scratch store, and the two are compared record by record; the
 * canonical dump is hashed. */
#ifndef JB_VERIFY_H
#define JB_VERIFY_H

#include <stdatomic.h>
#include <stdio.h>

#include "net/wire_query.h"
#include "store.h"

#define JB_VERIFY_PROBLEMS_MAX 100

struct jb_verify_report {
    bool clean;
    uint64_t entries, records;
    struct jb_store_head head;
    uint8_t dump_hash[32];
    char *problems[JB_VERIFY_PROBLEMS_MAX]; /* sentences */
    uint32_t problem_count;
};
/* At the transaction's snapshot. scratch_dir is made and removed. progress may be NULL. stop (may
 * be NULL) ends it early with JB_EAGAIN when it becomes true. Errors are only those of the scratch
 * store; damage in the store is a problem in the report. */
JB_MUST_USE jb_err jb_verify(jb_kv_txn *txn, const char *scratch_dir,
                             void (*progress)(void *ctx, uint64_t done, uint64_t total), void *ctx,
                             const atomic_bool *stop, struct jb_verify_report *ret);
void jb_verify_report_free(struct jb_verify_report *report);
/* All but the snapshot; borrows from the report. */
void jb_verify_report_answer(const struct jb_verify_report *report,
                             struct jb_slice problems[JB_VERIFY_PROBLEMS_MAX],
                             struct jb_verify_answer *ret);
/* The canonical dump as text, one record a line (table, key and value in hex; ledger, receipts,
 * cells, catalogs, names, holders). */
JB_MUST_USE jb_err jb_store_dump(jb_kv_txn *txn, FILE *out);

#endif
