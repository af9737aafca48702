/* Submission and receipt on the wire (proto/jibao/v1/submission.proto). See wire.h for the rules of
 * decoders. */
#ifndef JB_WIRE_SUBMISSION_H
#define JB_WIRE_SUBMISSION_H

#include "model/submission.h"
#include "net/wire.h"

/* Strict: unknown fields are refused (JB_EVERSION), as are bad UTF-8, a non-canonical number, a bad
 * id length, a bad enum, more than JB_SUBMISSION_ROWS_MAX rows. On failure `why` (may be NULL) gets
 * a short English reason for the finding, which names the row and lives as long as the arena. What
 * the catalogue says about the rows is model/check.h's business. A row's number that is beyond the
 * digits or decimals allowed anywhere is JB_ERANGE. */
JB_MUST_USE jb_err jb_wire_submission_decode(struct jb_slice bytes, struct jb_arena *arena,
                                             struct jb_submission *ret, const char **why);
void jb_wire_submission_encode(const struct jb_submission *submission, struct jb_buf *out);

enum jb_outcome {
    JB_ACCEPTED = 1,
    JB_REFUSED = 2,
    JB_CONFLICT = 3,
    JB_STALE = 4,
    JB_TRY_LATER = 5,
};
const char *jb_outcome_code(enum jb_outcome outcome);
const char *jb_outcome_name(enum jb_outcome outcome); /* translated */

struct jb_receipt {
    enum jb_outcome outcome;
    struct jb_uuid submission_id;
    struct jb_slice unit;
    uint8_t store_id[16];
    uint32_t epoch;
    uint64_t revision;
    uint8_t head[32];
    int64_t accepted_at_us;
    uint8_t content_hash[32];
    bool has_last_submission;
    struct jb_uuid last_submission;
};

/* findings: appended to when decoding; read when encoding; may be NULL when encoding. */
JB_MUST_USE jb_err jb_wire_receipt_decode(struct jb_slice bytes, struct jb_arena *arena,
                                          struct jb_receipt *ret, struct jb_findings *findings);
void jb_wire_receipt_encode(const struct jb_receipt *receipt, const struct jb_findings *findings,
                            struct jb_buf *out);

#endif
