/* Answers about one figure: every revision of it, and what a rollup is made of. */
#include "base/limits.h"
#include "jibao/v1/query.pb-c.h"
#include "net/wire_answer_pb.h"

static struct jb_signing get_signing(struct jb_wire_in *in, const char *signer,
                                     const char *signed_for, ProtobufCBinaryData hash)
{
    struct jb_signing signing = {.signer = jb_wire_get_short(in, signer),
                                 .signed_for = jb_wire_get_short(in, signed_for)};
    signing.has_hash =
        jb_wire_get_fixed(in, hash, signing.content_hash, sizeof(signing.content_hash));
    return signing;
}

void jb_wire_get_history_row(struct jb_wire_in *in, const struct Jibao__V1__HistoryRow *pb,
                             struct jb_history_row *ret)
{
    *ret = (struct jb_history_row){
        .revision = pb->revision,
        .at_us = pb->at_us,
        .form = jb_wire_get_short(in, pb->form),
        .state_before = (enum jb_state)pb->state_before,
        .state = (enum jb_state)pb->state,
        .before = jb_wire_get_short(in, pb->before),
        .value = jb_wire_get_short(in, pb->value),
        .mark_before = (enum jb_mark)pb->precision_before,
        .mark = (enum jb_mark)pb->precision,
        .status_before = (enum jb_status)pb->status_before,
        .status = (enum jb_status)pb->status,
        .filled_by = jb_wire_get_short(in, pb->filled_by),
        .checked_by = jb_wire_get_short(in, pb->checked_by),
        .released_by = jb_wire_get_short(in, pb->released_by),
        .on_behalf_of = jb_wire_get_short(in, pb->on_behalf_of),
        .ground = jb_wire_get_short(in, pb->ground),
        .reason = jb_wire_get_short(in, pb->reason),
        .note = jb_wire_get_short(in, pb->note),
        .source = jb_wire_get_short(in, pb->source),
        .text = jb_wire_get_text(in, pb->text, JB_TEXT_FIGURE_BYTES_MAX),
        .explanation = jb_wire_get_short(in, pb->explanation),
    };
    jb_wire_get_fixed(in, pb->submission_id, &ret->submission_id, sizeof(ret->submission_id));
    ret->signing = get_signing(in, pb->signer, pb->signed_for, pb->content_hash);
}

void jb_wire_put_history_row(struct jb_wire_out *out, const struct jb_history_row *row,
                             Jibao__V1__HistoryRow *pb)
{
    jibao__v1__history_row__init(pb);
    pb->revision = row->revision;
    pb->at_us = row->at_us;
    pb->submission_id =
        jb_wire_put_hash(row->submission_id.bytes, sizeof(row->submission_id.bytes));
    pb->form = jb_wire_put_text(out, row->form);
    pb->state_before = (Jibao__V1__State)row->state_before;
    pb->state = (Jibao__V1__State)row->state;
    pb->before = jb_wire_put_text(out, row->before);
    pb->value = jb_wire_put_text(out, row->value);
    pb->precision_before = (Jibao__V1__Precision)row->mark_before;
    pb->precision = (Jibao__V1__Precision)row->mark;
    pb->status_before = (Jibao__V1__Status)row->status_before;
    pb->status = (Jibao__V1__Status)row->status;
    pb->filled_by = jb_wire_put_text(out, row->filled_by);
    pb->checked_by = jb_wire_put_text(out, row->checked_by);
    pb->released_by = jb_wire_put_text(out, row->released_by);
    pb->on_behalf_of = jb_wire_put_text(out, row->on_behalf_of);
    pb->ground = jb_wire_put_text(out, row->ground);
    pb->reason = jb_wire_put_text(out, row->reason);
    pb->note = jb_wire_put_text(out, row->note);
    pb->source = jb_wire_put_text(out, row->source);
    pb->text = jb_wire_put_text(out, row->text);
    pb->explanation = jb_wire_put_text(out, row->explanation);
    pb->signer = jb_wire_put_text(out, row->signing.signer);
    pb->signed_for = jb_wire_put_text(out, row->signing.signed_for);
    if (row->signing.has_hash)
        pb->content_hash =
            jb_wire_put_hash(row->signing.content_hash, sizeof(row->signing.content_hash));
}

jb_err jb_wire_history_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                     struct jb_history_answer *ret, struct jb_findings *findings)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__history_answer__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__HistoryAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_history_answer got = {
        .snapshot = jb_wire_get_snapshot(&in, pb->snapshot),
        .row_count = (uint32_t)pb->n_rows,
        .truncated = pb->truncated != 0,
    };
    struct jb_history_row *rows = jb_wire_get_array(&in, pb->n_rows, sizeof(*rows));
    for (size_t i = 0; rows && i < pb->n_rows; i++)
        jb_wire_get_history_row(&in, pb->rows[i], &rows[i]);
    got.rows = rows;
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, 0);
    *ret = got;
    return JB_OK;
}

void jb_wire_history_answer_encode(const struct jb_history_answer *answer,
                                   const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__HistoryAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__history_answer__init(&pb);
    pb.snapshot = jb_wire_put_snapshot(&scratch, &answer->snapshot);
    pb.n_rows = answer->row_count;
    pb.rows = jb_wire_put_list(&scratch, answer->row_count, sizeof(Jibao__V1__HistoryRow));
    for (uint32_t i = 0; pb.rows && i < answer->row_count; i++)
        jb_wire_put_history_row(&scratch, &answer->rows[i], pb.rows[i]);
    pb.truncated = answer->truncated;
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    jb_wire_pack(&scratch, &pb.base, out);
}

static const struct jb_explain_part *get_parts(struct jb_wire_in *in, size_t count,
                                               Jibao__V1__ExplainPart *const *items)
{
    struct jb_explain_part *parts = jb_wire_get_array(in, count, sizeof(*parts));
    for (size_t i = 0; parts && i < count; i++) {
        const Jibao__V1__ExplainPart *pb = items[i];
        struct jb_explain_part *part = &parts[i];
        part->unit = jb_wire_get_short(in, pb->unit);
        part->indicator = jb_wire_get_short(in, pb->indicator);
        part->period = jb_wire_get_short(in, pb->period);
        part->basis = jb_wire_get_short(in, pb->basis);
        part->value = jb_wire_get_short(in, pb->value);
        part->state = (enum jb_state)pb->state;
        part->mark = (enum jb_mark)pb->precision;
        part->status = (enum jb_status)pb->status;
        part->revision = pb->revision;
        part->has_submission = jb_wire_get_fixed(in, pb->submission_id, &part->submission_id,
                                                 sizeof(part->submission_id));
        part->counts = pb->counts != 0;
        part->owed = pb->owed != 0;
        part->entered_by = jb_wire_get_short(in, pb->entered_by);
        part->backfill = pb->backfill != 0;
        part->signing = get_signing(in, pb->signer, pb->signed_for, pb->content_hash);
    }
    return parts;
}

static void put_part(struct jb_wire_out *out, const struct jb_explain_part *part,
                     Jibao__V1__ExplainPart *pb)
{
    jibao__v1__explain_part__init(pb);
    pb->unit = jb_wire_put_text(out, part->unit);
    pb->indicator = jb_wire_put_text(out, part->indicator);
    pb->period = jb_wire_put_text(out, part->period);
    pb->basis = jb_wire_put_text(out, part->basis);
    pb->value = jb_wire_put_text(out, part->value);
    pb->state = (Jibao__V1__State)part->state;
    pb->precision = (Jibao__V1__Precision)part->mark;
    pb->status = (Jibao__V1__Status)part->status;
    pb->revision = part->revision;
    pb->submission_id = jb_wire_put_id(part->has_submission, &part->submission_id);
    pb->counts = part->counts;
    pb->owed = part->owed;
    pb->entered_by = jb_wire_put_text(out, part->entered_by);
    pb->backfill = part->backfill;
    pb->signer = jb_wire_put_text(out, part->signing.signer);
    pb->signed_for = jb_wire_put_text(out, part->signing.signed_for);
    if (part->signing.has_hash)
        pb->content_hash =
            jb_wire_put_hash(part->signing.content_hash, sizeof(part->signing.content_hash));
}

jb_err jb_wire_explain_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                     struct jb_explain_answer *ret, struct jb_findings *findings)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__explain_answer__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__ExplainAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_explain_answer got = {
        .snapshot = jb_wire_get_snapshot(&in, pb->snapshot),
        .rule = jb_wire_get_short(&in, pb->rule),
        .parts = get_parts(&in, pb->n_parts, pb->parts),
        .part_count = (uint32_t)pb->n_parts,
        .units = jb_wire_get_names(&in, pb->n_units, pb->units),
        .unit_count = (uint32_t)pb->n_units,
        .truncated = pb->truncated != 0,
        .view = (enum jb_viewpoint_kind)pb->view,
        .releases = jb_wire_get_releases(&in, pb->n_releases, pb->releases),
        .release_count = (uint32_t)pb->n_releases,
    };
    if (pb->result)
        jb_wire_get_answer_row(&in, pb->result, &got.result);
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, 0);
    *ret = got;
    return JB_OK;
}

void jb_wire_explain_answer_encode(const struct jb_explain_answer *answer,
                                   const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__ExplainAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__explain_answer__init(&pb);
    pb.snapshot = jb_wire_put_snapshot(&scratch, &answer->snapshot);
    pb.result = jb_wire_put_one(&scratch, sizeof(*pb.result));
    if (pb.result)
        jb_wire_put_answer_row(&scratch, &answer->result, pb.result);
    pb.rule = jb_wire_put_text(&scratch, answer->rule);
    pb.n_parts = answer->part_count;
    pb.parts = jb_wire_put_list(&scratch, answer->part_count, sizeof(Jibao__V1__ExplainPart));
    for (uint32_t i = 0; pb.parts && i < answer->part_count; i++)
        put_part(&scratch, &answer->parts[i], pb.parts[i]);
    pb.truncated = answer->truncated;
    pb.view = (Jibao__V1__View)answer->view;
    pb.n_releases = answer->release_count;
    pb.releases = jb_wire_put_releases(&scratch, answer->releases, answer->release_count);
    pb.n_units = answer->unit_count;
    pb.units = jb_wire_put_names(&scratch, answer->units, answer->unit_count);
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    jb_wire_pack(&scratch, &pb.base, out);
}
