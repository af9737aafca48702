/* Runs of filings that have not come, in entries of the ledger and in the change log. */
#ifndef JB_ENTRY_DUE_H
#define JB_ENTRY_DUE_H

#include "base/base.h"
#include "base/buf.h"
#include "model/period.h"

/* A filing of the entry's period that has not come: due soon, or overdue (model/due_event.h). */
struct jb_entry_due {
    uint32_t form, unit; /* numbers */
    jb_date due_on;
    uint32_t level;
};
#define JB_ENTRY_DUE_BYTES_MIN 7 /* of one of them, encoded */
void jb_entry_due_put(const struct jb_entry_due *due, struct jb_buf *out);
/* The next of a run of them. False at the end, and when the reader failed. */
bool jb_entry_due_next(struct jb_reader *r, struct jb_entry_due *ret);
/* At least one, and every byte is of one. */
bool jb_entry_due_is_run(struct jb_slice run);

#endif
