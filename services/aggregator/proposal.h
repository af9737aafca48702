/* One message of the write door as far as it can be judged without the store: read and hashed.
 * Pure, and the dear part of taking a submission, so that it is done for one batch while another is
 * being committed. */
#ifndef JB_PROPOSAL_H
#define JB_PROPOSAL_H

#include "net/wire_submission.h"

struct jb_proposal {
    struct jb_envelope envelope;
    uint64_t connection; /* names the sender of CATALOG_PUT parts */
    /* The rest is of a SUBMIT only. */
    uint8_t content_hash[32]; /* of the payload */
    jb_err fault;    /* JB_OK: the submission can be read; else see jb_wire_submission_decode */
    const char *why; /* of the fault, for the finding */
    struct jb_submission submission;
};

/* The slices of *ret point into the envelope's bytes and into the arena. */
void jb_proposal_read(const struct jb_envelope *envelope, uint64_t connection,
                      struct jb_arena *arena, struct jb_proposal *ret);

#endif
