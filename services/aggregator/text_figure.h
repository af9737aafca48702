/* Text figures 文字材料: a cell holds the revision of the entry, the text stands in the submission
 * that the entry keeps. */
#ifndef JB_TEXT_FIGURE_H
#define JB_TEXT_FIGURE_H

#include "base/arena.h"
#include "ledger.h"
#include "model/submission.h"
#include "source.h"

/* A row of a submission, and the entry that keeps it. */
struct jb_entry_row {
    struct jb_entry entry;
    struct jb_submission submission;
    struct jb_row row;
};
/* The submission row that set the indicator (code) on that stretch, from the entry of that
 * revision; slices live in the transaction or the arena. JB_EDAMAGED: the entry has no such row. */
JB_MUST_USE jb_err jb_entry_row(jb_kv_txn *txn, uint64_t revision,
                                const struct jb_indicator *indicator, struct jb_period period,
                                uint32_t stretch, struct jb_arena *arena, struct jb_entry_row *ret);
/* The text of the only unit under the node that has one in the base periods first .. first + count
 * - 1; empty if there is none. */
JB_MUST_USE jb_err jb_text_of(jb_source *source, struct jb_node node, bool own, uint32_t indicator,
                              struct jb_period first, uint32_t count, uint32_t stretch,
                              struct jb_arena *arena, struct jb_slice *ret);

#endif
