/* What the files of the verification share. */
#ifndef JB_VERIFY_INNER_H
#define JB_VERIFY_INNER_H

#include "verify.h"

JB_PRINTF(2, 3) void jb_verify_problem(struct jb_verify_report *report, const char *format, ...);
void jb_verify_problem_at(struct jb_verify_report *report, enum jb_store_table table,
                          struct jb_slice key, const char *what);

/* Every record of the change log: whole, readable, and one for each revision up to the head. */
JB_MUST_USE jb_err jb_verify_changes(jb_kv_txn *txn, uint64_t head, const atomic_bool *stop,
                                     struct jb_verify_report *report);
/* Every record of a table by itself: for tables that cannot be compared, as the ledger is damaged.
 */
JB_MUST_USE jb_err jb_verify_scan(jb_kv_txn *txn, enum jb_store_table table,
                                  const atomic_bool *stop, struct jb_verify_report *report);

#endif
