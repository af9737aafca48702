/* How the outbox's records are laid down in bytes (integer codings of base/buf.h). Each begins with
 * a version; a record of a newer one is JB_EVERSION. Slices of a decoded record are borrowed from
 * its bytes. */
#ifndef JB_AGENT_OUTBOX_RECORD_H
#define JB_AGENT_OUTBOX_RECORD_H

#include "base/buf.h"
#include "base/uuid.h"
#include "net/wire_submission.h"

/* Which submission: what every list shows. */
struct jb_outbox_head {
    uint64_t seq; /* the key: order of entering */
    struct jb_uuid id;
    struct jb_slice unit, form, period;
    uint32_t row_count;
    struct jb_slice source; /* file name */
    int64_t at_us;          /* items: when queued; receipts: when the receipt came */
};

struct jb_outbox_item {
    struct jb_outbox_head head;
    bool reoffer; /* the payload lies with the receipt: the store was restored and may have lost it
                   */
    bool fixed;   /* the author named the predecessor: it is never changed */
    bool has_predecessor;
    struct jb_uuid predecessor;
    struct jb_slice payload;
};

struct jb_outbox_receipt {
    struct jb_outbox_head head;
    uint32_t epoch; /* of the store when it was accepted */
    enum jb_outcome outcome;
    uint32_t
        lost; /* 0, or the outcome of offering it again to a restored store that did not take it */
    struct jb_slice bytes;   /* the receipt as received (net/wire_submission.h) */
    struct jb_slice payload; /* of accepted ones; else empty */
};

struct jb_outbox_filing {
    bool has_last; /* the last submission of ours that was accepted */
    struct jb_uuid last;
    uint64_t revision;
    bool has_seen; /* what a STALE receipt said stands in the store */
    struct jb_uuid seen;
    bool has_tail; /* the last submission of ours that still waits */
    struct jb_uuid tail;
};

/* A dropped file that was taken in and waits for its receipts. */
struct jb_outbox_file {
    uint64_t seq;
    struct jb_slice path; /* where it was dropped */
    struct jb_slice name; /* under queued/ */
    uint8_t hash[32];     /* of its bytes */
    struct jb_slice ids;  /* 16 bytes each */
};

void jb_outbox_item_encode(const struct jb_outbox_item *item, struct jb_buf *out);
JB_MUST_USE jb_err jb_outbox_item_decode(uint64_t seq, struct jb_slice bytes,
                                         struct jb_outbox_item *ret);
void jb_outbox_receipt_encode(const struct jb_outbox_receipt *receipt, struct jb_buf *out);
JB_MUST_USE jb_err jb_outbox_receipt_decode(uint64_t seq, struct jb_slice bytes,
                                            struct jb_outbox_receipt *ret);
void jb_outbox_filing_encode(const struct jb_outbox_filing *filing, struct jb_buf *out);
JB_MUST_USE jb_err jb_outbox_filing_decode(struct jb_slice bytes, struct jb_outbox_filing *ret);
void jb_outbox_file_encode(const struct jb_outbox_file *file, struct jb_buf *out);
JB_MUST_USE jb_err jb_outbox_file_decode(uint64_t seq, struct jb_slice bytes,
                                         struct jb_outbox_file *ret);

#endif
