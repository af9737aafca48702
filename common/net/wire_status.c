/* Answers about who has reported, what stands in one filing, and whether the store is sound. */
#include "base/limits.h"
#include "jibao/v1/query.pb-c.h"
#include "net/wire_answer_pb.h"

_Static_assert(JIBAO__V1__FILING_STATE__FILING_NOT_REPORTED == (int)JB_FILING_NOT_REPORTED, "one");
_Static_assert(JIBAO__V1__FILING_STATE__FILING_ACCEPTED == (int)JB_FILING_ACCEPTED, "numbering");

static void get_standing(struct jb_wire_in *in, const Jibao__V1__FilingStanding *pb,
                         struct jb_filing_standing *ret)
{
    if (!pb)
        return;
    *ret = (struct jb_filing_standing){
        .state = (enum jb_filing_state)pb->state,
        .complete_at_us = pb->complete_at_us,
        .accepted_revision = pb->accepted_revision,
        .act_revision = pb->act_revision,
        .has_due = pb->due_on[0] != '\0',
        .returns = pb->returns,
        .corrections = pb->corrections,
        .excused = pb->excused != 0,
    };
    if (!in->err && (pb->state == JIBAO__V1__FILING_STATE__FILING_STATE_UNSPECIFIED ||
                     (ret->has_due && jb_date_parse(jb_slice_str(pb->due_on), &ret->due_on))))
        in->err = JB_EINVAL;
}

static Jibao__V1__FilingStanding *put_standing(struct jb_wire_out *out,
                                               const struct jb_filing_standing *standing)
{
    Jibao__V1__FilingStanding *pb = standing->state ? jb_wire_put_one(out, sizeof(*pb)) : NULL;
    char due_on[16] = "";
    if (!pb)
        return NULL;
    jibao__v1__filing_standing__init(pb);
    if (standing->has_due)
        jb_date_format(standing->due_on, due_on);
    pb->state = (Jibao__V1__FilingState)standing->state;
    pb->complete_at_us = standing->complete_at_us;
    pb->accepted_revision = standing->accepted_revision;
    pb->act_revision = standing->act_revision;
    pb->due_on = jb_wire_put_cstr(out, due_on);
    pb->returns = standing->returns;
    pb->corrections = standing->corrections;
    pb->excused = standing->excused;
    return pb;
}

/* False: there is none, and *ret stays. */
static bool get_day(struct jb_wire_in *in, const char *text, jb_date *ret)
{
    if (text[0] != '\0' && jb_date_parse(jb_slice_str(text), ret))
        in->err = JB_EINVAL;
    return text[0] != '\0';
}

static char *put_day(struct jb_wire_out *out, bool has, jb_date day)
{
    char text[16] = "";
    if (has)
        jb_date_format(day, text);
    return jb_wire_put_cstr(out, text);
}

static void get_dates(struct jb_wire_in *in, const Jibao__V1__StatusRow *pb,
                      struct jb_status_row *row)
{
    row->opens_on = JB_DATE_MIN;
    row->locks_on = JB_DATE_MAX;
    get_day(in, pb->opens_on, &row->opens_on);
    get_day(in, pb->locks_on, &row->locks_on);
    row->verdict.dated = get_day(in, pb->due_on, &row->verdict.due_on);
    row->verdict.judged = pb->judged != 0;
    row->verdict.late_days = pb->late_days;
    row->verdict.overdue_days = pb->overdue_days;
    row->verdict.excused = row->standing.excused;
    row->backfill = pb->backfill != 0;
    row->trial = pb->trial != 0;
    row->phase = (enum jb_period_phase)pb->period_state;
    if (pb->period_state >= JB_PERIOD_PHASES_END)
        in->err = JB_EINVAL;
    row->reopened = pb->reopened != 0;
    row->entered_by = jb_wire_get_short(in, pb->entered_by);
    row->signed_for = jb_wire_get_short(in, pb->signed_for);
}

static const struct jb_act_reason *get_reasons(struct jb_wire_in *in,
                                               const Jibao__V1__FilingAct *pb)
{
    struct jb_act_reason *reasons = jb_wire_get_array(in, pb->n_reasons, sizeof(*reasons));
    for (size_t i = 0; reasons && i < pb->n_reasons; i++) {
        reasons[i].indicator = jb_wire_get_short(in, pb->reasons[i]->indicator);
        reasons[i].reason = jb_wire_get_short(in, pb->reasons[i]->reason);
    }
    return reasons;
}

static const struct jb_filing_act *get_acts(struct jb_wire_in *in, size_t count,
                                            Jibao__V1__FilingAct *const *items)
{
    struct jb_filing_act *acts = jb_wire_get_array(in, count, sizeof(*acts));
    for (size_t i = 0; acts && i < count && !in->err; i++) {
        const Jibao__V1__FilingAct *pb = items[i];
        acts[i] =
            (struct jb_filing_act){.kind = (enum jb_act_kind)pb->action,
                                   .revision = pb->revision,
                                   .at_us = pb->at_us,
                                   .by = jb_wire_get_short(in, pb->by),
                                   .note = jb_wire_get_short(in, pb->note),
                                   .signed_for = jb_wire_get_short(in, pb->signed_for),
                                   .signed_for_name = jb_wire_get_short(in, pb->signed_for_name),
                                   .has_due = pb->due_on[0] != '\0',
                                   .reasons = get_reasons(in, pb),
                                   .reason_count = (uint32_t)pb->n_reasons};
        if (!in->err &&
            (pb->action >= JB_ACTS_END || !jb_act_is_of_filing(acts[i].kind) ||
             (acts[i].has_due && jb_date_parse(jb_slice_str(pb->due_on), &acts[i].due_on))))
            in->err = JB_EINVAL;
    }
    return acts;
}

static void put_act(struct jb_wire_out *out, const struct jb_filing_act *act,
                    Jibao__V1__FilingAct *pb)
{
    char due_on[16] = "";
    jibao__v1__filing_act__init(pb);
    if (act->has_due)
        jb_date_format(act->due_on, due_on);
    pb->action = act->kind;
    pb->revision = act->revision;
    pb->at_us = act->at_us;
    pb->by = jb_wire_put_text(out, act->by);
    pb->note = jb_wire_put_text(out, act->note);
    pb->signed_for = jb_wire_put_text(out, act->signed_for);
    pb->signed_for_name = jb_wire_put_text(out, act->signed_for_name);
    pb->due_on = jb_wire_put_cstr(out, due_on);
    pb->n_reasons = act->reason_count;
    pb->reasons = jb_wire_put_list(out, act->reason_count, sizeof(Jibao__V1__FigureReason));
    for (uint32_t i = 0; pb->reasons && i < act->reason_count; i++) {
        jibao__v1__figure_reason__init(pb->reasons[i]);
        pb->reasons[i]->indicator = jb_wire_put_text(out, act->reasons[i].indicator);
        pb->reasons[i]->reason = jb_wire_put_text(out, act->reasons[i].reason);
    }
}

static const struct jb_status_row *get_rows(struct jb_wire_in *in, size_t count,
                                            Jibao__V1__StatusRow *const *items)
{
    struct jb_status_row *rows = jb_wire_get_array(in, count, sizeof(*rows));
    for (size_t i = 0; rows && i < count && !in->err; i++) {
        const Jibao__V1__StatusRow *pb = items[i];
        struct jb_status_row *row = &rows[i];
        row->unit = jb_wire_get_short(in, pb->unit);
        row->period = jb_wire_get_short(in, pb->period);
        row->form = jb_wire_get_short(in, pb->form);
        row->form_title_zh = jb_wire_get_short(in, pb->form_title_zh);
        row->form_title_en = jb_wire_get_short(in, pb->form_title_en);
        row->rows_expected = pb->rows_expected;
        row->rows_reported = pb->rows_reported;
        row->missing = jb_wire_get_strings(in, pb->n_missing, pb->missing);
        row->has_last = jb_wire_get_fixed(in, pb->last_submission, &row->last_submission,
                                          sizeof(row->last_submission));
        row->last_revision = pb->last_revision;
        row->last_at_us = pb->last_at_us;
        get_standing(in, pb->standing, &row->standing);
        get_dates(in, pb, row);
    }
    return rows;
}

static void put_row(struct jb_wire_out *out, const struct jb_status_row *row,
                    Jibao__V1__StatusRow *pb)
{
    jibao__v1__status_row__init(pb);
    pb->unit = jb_wire_put_text(out, row->unit);
    pb->period = jb_wire_put_text(out, row->period);
    pb->form = jb_wire_put_text(out, row->form);
    pb->form_title_zh = jb_wire_put_text(out, row->form_title_zh);
    pb->form_title_en = jb_wire_put_text(out, row->form_title_en);
    pb->rows_expected = row->rows_expected;
    pb->rows_reported = row->rows_reported;
    pb->n_missing = row->missing.count;
    pb->missing = jb_wire_put_strings(out, row->missing);
    pb->last_submission = jb_wire_put_id(row->has_last, &row->last_submission);
    pb->last_revision = row->last_revision;
    pb->last_at_us = row->last_at_us;
    pb->standing = put_standing(out, &row->standing);
    pb->due_on = put_day(out, row->verdict.dated, row->verdict.due_on);
    pb->judged = row->verdict.judged;
    pb->late_days = row->verdict.late_days;
    pb->overdue_days = row->verdict.overdue_days;
    pb->backfill = row->backfill;
    pb->trial = row->trial;
    pb->period_state = row->phase;
    pb->reopened = row->reopened;
    pb->entered_by = jb_wire_put_text(out, row->entered_by);
    pb->signed_for = jb_wire_put_text(out, row->signed_for);
    pb->opens_on = put_day(out, row->opens_on > JB_DATE_MIN, row->opens_on);
    pb->locks_on = put_day(out, row->locks_on < JB_DATE_MAX, row->locks_on);
}

jb_err jb_wire_status_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                    struct jb_status_answer *ret, struct jb_findings *findings)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__status_answer__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__StatusAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_status_answer got = {
        .snapshot = jb_wire_get_snapshot(&in, pb->snapshot),
        .rows = get_rows(&in, pb->n_rows, pb->rows),
        .row_count = (uint32_t)pb->n_rows,
        .units = jb_wire_get_names(&in, pb->n_units, pb->units),
        .unit_count = (uint32_t)pb->n_units,
        .truncated = pb->truncated != 0,
    };
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, 0);
    *ret = got;
    return JB_OK;
}

void jb_wire_status_answer_encode(const struct jb_status_answer *answer,
                                  const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__StatusAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__status_answer__init(&pb);
    pb.snapshot = jb_wire_put_snapshot(&scratch, &answer->snapshot);
    pb.n_rows = answer->row_count;
    pb.rows = jb_wire_put_list(&scratch, answer->row_count, sizeof(Jibao__V1__StatusRow));
    for (uint32_t i = 0; pb.rows && i < answer->row_count; i++)
        put_row(&scratch, &answer->rows[i], pb.rows[i]);
    pb.n_units = answer->unit_count;
    pb.units = jb_wire_put_names(&scratch, answer->units, answer->unit_count);
    pb.truncated = answer->truncated;
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    jb_wire_pack(&scratch, &pb.base, out);
}

static void get_last(struct jb_wire_in *in, const Jibao__V1__LastSubmission *pb,
                     struct jb_last_submission *ret)
{
    if (!pb)
        return;
    *ret = (struct jb_last_submission){.at_us = pb->at_us,
                                       .filled_by = jb_wire_get_short(in, pb->filled_by),
                                       .checked_by = jb_wire_get_short(in, pb->checked_by),
                                       .released_by = jb_wire_get_short(in, pb->released_by),
                                       .on_behalf_of = jb_wire_get_short(in, pb->on_behalf_of),
                                       .ground = jb_wire_get_short(in, pb->ground),
                                       .reason = jb_wire_get_short(in, pb->reason),
                                       .signed_for = jb_wire_get_short(in, pb->signed_for),
                                       .signer = jb_wire_get_short(in, pb->signer)};
    jb_wire_get_fixed(in, pb->content_hash, ret->content_hash, sizeof(ret->content_hash));
}

static Jibao__V1__LastSubmission *put_last(struct jb_wire_out *out,
                                           const struct jb_last_submission *last)
{
    Jibao__V1__LastSubmission *pb = jb_wire_put_one(out, sizeof(*pb));
    if (!pb)
        return NULL;
    jibao__v1__last_submission__init(pb);
    pb->content_hash = jb_wire_put_hash(last->content_hash, sizeof(last->content_hash));
    pb->at_us = last->at_us;
    pb->filled_by = jb_wire_put_text(out, last->filled_by);
    pb->checked_by = jb_wire_put_text(out, last->checked_by);
    pb->released_by = jb_wire_put_text(out, last->released_by);
    pb->on_behalf_of = jb_wire_put_text(out, last->on_behalf_of);
    pb->ground = jb_wire_put_text(out, last->ground);
    pb->reason = jb_wire_put_text(out, last->reason);
    pb->signed_for = jb_wire_put_text(out, last->signed_for);
    pb->signer = jb_wire_put_text(out, last->signer);
    return pb;
}

static const struct jb_attachment *get_attachments(struct jb_wire_in *in, size_t count,
                                                   Jibao__V1__Attachment *const *items)
{
    struct jb_attachment *attachments = jb_wire_get_array(in, count, sizeof(*attachments));
    for (size_t i = 0; attachments && i < count; i++) {
        attachments[i].name = jb_wire_get_short(in, items[i]->name);
        attachments[i].size = items[i]->size;
        jb_wire_get_fixed(in, items[i]->sha256, attachments[i].sha256,
                          sizeof(attachments[i].sha256));
    }
    return attachments;
}

jb_err jb_wire_filing_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                    struct jb_filing_answer *ret, struct jb_findings *findings)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__filing_answer__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__FilingAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    const char *why;
    struct jb_filing_answer got = {
        .snapshot = jb_wire_get_snapshot(&in, pb->snapshot),
        .last_revision = pb->last_revision,
        .row_count = (uint32_t)pb->n_rows,
        .explanation = jb_wire_get_short(&in, pb->explanation),
        .attachments = get_attachments(&in, pb->n_attachments, pb->attachments),
        .attachment_count = (uint32_t)pb->n_attachments,
    };
    got.has_last = jb_wire_get_fixed(&in, pb->last_submission, &got.last_submission,
                                     sizeof(got.last_submission));
    get_last(&in, pb->last, &got.last);
    struct jb_row *rows = jb_wire_get_array(&in, pb->n_rows, sizeof(*rows));
    for (size_t i = 0; rows && i < pb->n_rows && !in.err; i++)
        jb_wire_get_row(&in, pb->rows[i], &rows[i], &why);
    got.rows = rows;
    get_standing(&in, pb->standing, &got.standing);
    got.acts = get_acts(&in, pb->n_acts, pb->acts);
    got.act_count = (uint32_t)pb->n_acts;
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, 0);
    *ret = got;
    return JB_OK;
}

void jb_wire_filing_answer_encode(const struct jb_filing_answer *answer,
                                  const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__FilingAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__filing_answer__init(&pb);
    pb.snapshot = jb_wire_put_snapshot(&scratch, &answer->snapshot);
    pb.last_submission = jb_wire_put_id(answer->has_last, &answer->last_submission);
    pb.last_revision = answer->last_revision;
    pb.last = answer->has_last ? put_last(&scratch, &answer->last) : NULL;
    pb.n_rows = answer->row_count;
    pb.rows = jb_wire_put_rows(&scratch, answer->rows, answer->row_count);
    pb.explanation = jb_wire_put_text(&scratch, answer->explanation);
    pb.n_attachments = answer->attachment_count;
    pb.attachments =
        jb_wire_put_list(&scratch, answer->attachment_count, sizeof(Jibao__V1__Attachment));
    for (uint32_t i = 0; pb.attachments && i < answer->attachment_count; i++) {
        const struct jb_attachment *attachment = &answer->attachments[i];
        jibao__v1__attachment__init(pb.attachments[i]);
        pb.attachments[i]->name = jb_wire_put_text(&scratch, attachment->name);
        pb.attachments[i]->size = attachment->size;
        pb.attachments[i]->sha256 =
            jb_wire_put_bytes(attachment->sha256, sizeof(attachment->sha256));
    }
    pb.standing = put_standing(&scratch, &answer->standing);
    pb.n_acts = answer->act_count;
    pb.acts = jb_wire_put_list(&scratch, answer->act_count, sizeof(Jibao__V1__FilingAct));
    for (uint32_t i = 0; pb.acts && i < answer->act_count; i++)
        put_act(&scratch, &answer->acts[i], pb.acts[i]);
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_verify_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                    struct jb_verify_answer *ret)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__verify_answer__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__VerifyAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_verify_answer got = {
        .snapshot = jb_wire_get_snapshot(&in, pb->snapshot),
        .clean = pb->clean != 0,
        .entries = pb->entries,
        .records = pb->records,
        .problems = jb_wire_get_strings(&in, pb->n_problems, pb->problems),
    };
    jb_wire_get_fixed(&in, pb->dump_hash, got.dump_hash, sizeof(got.dump_hash));
    if (in.err)
        return in.err;
    *ret = got;
    return JB_OK;
}

void jb_wire_verify_answer_encode(const struct jb_verify_answer *answer, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__VerifyAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__verify_answer__init(&pb);
    pb.snapshot = jb_wire_put_snapshot(&scratch, &answer->snapshot);
    pb.clean = answer->clean;
    pb.entries = answer->entries;
    pb.records = answer->records;
    pb.dump_hash = jb_wire_put_hash(answer->dump_hash, sizeof(answer->dump_hash));
    pb.n_problems = answer->problems.count;
    pb.problems = jb_wire_put_strings(&scratch, answer->problems);
    jb_wire_pack(&scratch, &pb.base, out);
}
