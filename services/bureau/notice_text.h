/* The text of a notice 催报、更正, in Chinese, to be pasted into a document or a message. */
#ifndef JB_BUREAU_NOTICE_TEXT_H
#define JB_BUREAU_NOTICE_TEXT_H

#include "base/buf.h"
#include "net/wire_acts.h"
#include "net/wire_query.h"

struct jb_notice_item {
    const struct jb_status_row *row;
    const struct jb_filing_act *returned; /* a correction: the last return, or NULL */
};
struct jb_notice_draft {
    bool correction, demonstration;
    struct jb_slice unit_name, number; /* number: of the document; may be empty */
    struct jb_period period;
    bool has_due;
    jb_date due_on, today;
    const struct jb_notice_item *items;
    uint32_t count;
};
/* At most JB_SHORT_TEXT_BYTES_MAX; out->failed when it does not fit. */
void jb_notice_write(const struct jb_notice_draft *draft, struct jb_buf *out);

#endif
