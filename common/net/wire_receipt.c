/* Receipts: the answer to a submission. Ids and hashes that do not apply to an outcome are empty on
 * the wire and zero here. */
#include "base/text.h"
#include "jibao/v1/submission.pb-c.h"
#include "net/wire_pb.h"
#include "net/wire_submission.h"

static const char *const outcome_codes[] = {"unknown",  "accepted", "refused",
                                            "conflict", "stale",    "try_later"};
static const char *const outcome_names[] = {
    N_("unknown outcome"),
    N_("accepted"),
    N_("refused"),
    N_("conflict: this id was accepted with other content"),
    N_("stale: another submission came first"),
    N_("try later"),
};

const char *jb_outcome_code(enum jb_outcome outcome)
{
    return outcome_codes[(size_t)outcome < JB_COUNT(outcome_codes) ? outcome : 0];
}

const char *jb_outcome_name(enum jb_outcome outcome)
{
    return _(outcome_names[(size_t)outcome < JB_COUNT(outcome_names) ? outcome : 0]);
}

jb_err jb_wire_receipt_decode(struct jb_slice bytes, struct jb_arena *arena, struct jb_receipt *ret,
                              struct jb_findings *findings)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__receipt__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__Receipt *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_receipt got = {
        .outcome = (enum jb_outcome)pb->outcome,
        .unit = jb_wire_get_text(&in, pb->unit, JB_CODE_BYTES_MAX),
        .epoch = pb->epoch,
        .revision = pb->revision,
        .accepted_at_us = pb->accepted_at_us,
    };
    jb_wire_get_fixed(&in, pb->submission_id, &got.submission_id, sizeof(got.submission_id));
    jb_wire_get_fixed(&in, pb->store_id, got.store_id, sizeof(got.store_id));
    jb_wire_get_fixed(&in, pb->head, got.head, sizeof(got.head));
    jb_wire_get_fixed(&in, pb->content_hash, got.content_hash, sizeof(got.content_hash));
    got.has_last_submission = jb_wire_get_fixed(&in, pb->last_submission, &got.last_submission,
                                                sizeof(got.last_submission));
    jb_wire_get_findings(&in, pb->n_findings);
    if (!in.err && pb->outcome == JIBAO__V1__OUTCOME__OUTCOME_UNSPECIFIED)
        in.err = JB_EINVAL;
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, pb->findings_total);
    *ret = got;
    return JB_OK;
}

void jb_wire_receipt_encode(const struct jb_receipt *receipt, const struct jb_findings *findings,
                            struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__Receipt pb;
    jb_wire_out_init(&scratch);
    jibao__v1__receipt__init(&pb);
    pb.outcome = (Jibao__V1__Outcome)receipt->outcome;
    pb.submission_id =
        jb_wire_put_hash(receipt->submission_id.bytes, sizeof(receipt->submission_id.bytes));
    pb.unit = jb_wire_put_text(&scratch, receipt->unit);
    pb.store_id = jb_wire_put_hash(receipt->store_id, sizeof(receipt->store_id));
    pb.epoch = receipt->epoch;
    pb.revision = receipt->revision;
    pb.head = jb_wire_put_hash(receipt->head, sizeof(receipt->head));
    pb.accepted_at_us = receipt->accepted_at_us;
    pb.content_hash = jb_wire_put_hash(receipt->content_hash, sizeof(receipt->content_hash));
    if (receipt->has_last_submission)
        pb.last_submission =
            jb_wire_put_bytes(&receipt->last_submission, sizeof(receipt->last_submission));
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    pb.findings_total = findings ? findings->total : 0;
    jb_wire_pack(&scratch, &pb.base, out);
}
