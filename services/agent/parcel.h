/* A parcel: the submissions that one file (or one command) makes, kept together from the check to
 * the outbox, so that a file enters it as a whole or not at all. Each submission is encoded with
 * its id; its predecessor is left out, because only the outbox knows what is waiting before it,
 * unless the author named it (--supersede). */
#ifndef JB_AGENT_PARCEL_H
#define JB_AGENT_PARCEL_H

#include "base/buf.h"
#include "base/limits.h"
#include "model/submission.h"

#define JB_PARCEL_BYTES_MAX (64 * 1024 * 1024)

struct jb_parcel_item {
    struct jb_uuid id;
    bool fixed;              /* the predecessor inside is the author's word */
    struct jb_slice payload; /* borrowed from the parcel's bytes */
};

struct jb_parcel {
    uint8_t store_id[16]; /* of the catalogue that it was checked against */
    struct jb_parcel_item *items;
    uint32_t count;
    struct jb_buf bytes; /* the payloads one after the other */
};

void jb_parcel_init(struct jb_parcel *parcel, const uint8_t store_id[16]);
void jb_parcel_free(struct jb_parcel *parcel);
/* Encodes and adds. JB_ERANGE: the message would be larger than a message may be, or the parcel is
 * full. */
JB_MUST_USE jb_err jb_parcel_add(struct jb_parcel *parcel, const struct jb_submission *submission,
                                 bool fixed);
/* As one piece of bytes, for the spool. */
void jb_parcel_encode(const struct jb_parcel *parcel, struct jb_buf *out);
/* JB_EINVAL: damaged. *ret borrows nothing. */
JB_MUST_USE jb_err jb_parcel_decode(struct jb_slice bytes, struct jb_parcel *ret);

#endif
