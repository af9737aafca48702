/* The filings record of a unit and base period: which form was last submitted by which entry. */
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
JB_MUST_USE jb_err jb_filings_decode(struct jb_slice record, struct jb_filings *filings);
void jb_filings_encode(const struct jb_filings *filings, struct jb_buf *out);
/* NULL when the form was never submitted. */
struct jb_filing *jb_filings_find(const struct jb_filings *filings, uint32_t form);
/* In its place, made when missing. NULL: out of memory. */
struct jb_filing *jb_filings_at(struct jb_filings *filings, uint32_t form);

#endif
