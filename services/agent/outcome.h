/* What became of submissions, as a table and as an exit code. */
#ifndef JB_AGENT_OUTCOME_H
#define JB_AGENT_OUTCOME_H

#include "delivery.h"
#include "exits.h"
#include "files/print.h"
#include "model/finding.h"

struct jb_outcome_counts {
    uint32_t accepted, refused, conflicts, stale, queued;
};

/* A table whose columns are those of jb_outcome_add and jb_outcome_add_receipt. */
jb_table *jb_outcome_table(void);
void jb_outcome_add_waiting(jb_table *table, const struct jb_outbox_head *head);
void jb_outcome_add_receipt(jb_table *table, const struct jb_outbox_receipt *receipt);
/* Looks an id up, adds its line, counts it, and appends the findings of its receipt. head: what is
 * known of it. */
JB_MUST_USE jb_err jb_outcome_add(jb_table *table, struct jb_delivery *delivery,
                                  const struct jb_outbox_head *head,
                                  struct jb_outcome_counts *counts, struct jb_findings *findings);
enum jb_exit jb_outcome_exit(const struct jb_outcome_counts *counts);
/* The findings in a receipt's bytes, with the file's name. */
void jb_outcome_findings(const struct jb_outbox_receipt *receipt, struct jb_findings *findings);

#endif
