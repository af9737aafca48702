/* One message of the write door as far as it can be judged without the store: read, hashed, and its
 * signature verified. Pure, and the dear part of taking a submission, so that it is done for one
 * batch while another is being committed. */
#ifndef JB_PROPOSAL_H
#define JB_PROPOSAL_H

#include "net/wire_submission.h"
#include "rights.h"

/* What signatures are checked against. */
struct jb_verifier {
    uint8_t store_id[16];
    jb_rights_board *board; /* a key that stands in it was checked when it came */
};

struct jb_proposal {
    struct jb_envelope envelope;
    uint64_t connection; /* names the sender of CATALOG_PUT parts */
    bool signature_good; /* of a SUBMIT or CATALOG_PUT; whose it is, is not looked at */
    /* The rest is of a SUBMIT only. */
    uint8_t content_hash[32]; /* of the payload */
    jb_err fault;    /* JB_OK: the submission can be read; else see jb_wire_submission_decode */
    const char *why; /* of the fault, for the finding */
    struct jb_submission submission;
};

/* The slices of *ret point into the envelope's bytes and into the arena. */
void jb_proposal_read(const struct jb_envelope *envelope, uint64_t connection,
                      const struct jb_verifier *verifier, struct jb_arena *arena,
                      struct jb_proposal *ret);

#endif
