/* Proof that everything derived equals the fold of the ledger: the chain is checked entry by entry,
 * the entries are applied to a scratch store, and the two are compared record by record; the
 * canonical dump is hashed. */
#ifndef JB_VERIFY_H
#define JB_VERIFY_H

#include <stdatomic.h>
#include <stdio.h>

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
/* Drops the derived tables and folds the ledger again in one write transaction (the change log is
 * and contacts are left alone). */
JB_MUST_USE jb_err jb_rebuild(jb_kv *kv, void (*progress)(void *ctx, uint64_t done, uint64_t total),
                              void *ctx);
/* The canonical dump as text, one record a line (table, key and value in hex; ledger, receipts,
 * cells, catalogs, names, holders). */
JB_MUST_USE jb_err jb_store_dump(jb_kv_txn *txn, FILE *out);

#endif
