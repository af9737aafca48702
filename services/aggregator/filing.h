/* The filings of a unit and base period: which form was last submitted by which entry. Each form
 * has one block (binding.h) in whose record, of the unit and period, its filing is kept: beside the
 * figures that are written with it. */
#ifndef JB_FILING_H
#define JB_FILING_H

#include "base/buf.h"
#include "base/uuid.h"

struct jb_filing {
    uint32_t form;          /* number */
    uint64_t last_revision; /* the filing's newest entry; entries link to the one before */
    struct jb_uuid last_submission;
};
struct jb_filings {
    struct jb_filing *items; /* sorted by form */
    uint32_t count, cap;
};
void jb_filings_free(struct jb_filings *filings);
/* The filings of one record, forms ascending; merge adds those of another to what is there. A form
 * twice is JB_EDAMAGED. */
JB_MUST_USE jb_err jb_filings_decode(struct jb_slice bytes, struct jb_filings *filings);
JB_MUST_USE jb_err jb_filings_merge(struct jb_slice bytes, struct jb_filings *filings);
/* One form's filing from the own record of its block. JB_ENOTFOUND: never submitted. */
JB_MUST_USE jb_err jb_filing_of_record(struct jb_slice record, uint32_t form,
                                       struct jb_filing *ret);
void jb_filings_encode(const struct jb_filings *filings, struct jb_buf *out);
/* NULL when the form was never submitted. */
struct jb_filing *jb_filings_find(const struct jb_filings *filings, uint32_t form);
/* In its place, made when missing. NULL: out of memory. */
struct jb_filing *jb_filings_at(struct jb_filings *filings, uint32_t form);

#endif
