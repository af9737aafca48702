/* The question which notices were written, and its answer. */
#include "base/limits.h"
#include "jibao/v1/acts.pb-c.h"
#include "net/wire_acts.h"
#include "net/wire_answer_pb.h"

jb_err jb_wire_notices_query_decode(struct jb_slice bytes, struct jb_arena *arena,
                                    struct jb_notices_query *ret)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__notices_query__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__NoticesQuery *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_notices_query got = {.periods = jb_wire_get_strings(&in, pb->n_periods, pb->periods),
                                   .unanswered = pb->unanswered != 0,
                                   .as_of_revision = pb->as_of_revision};
    if (!in.err)
        *ret = got;
    return in.err;
}

void jb_wire_notices_query_encode(const struct jb_notices_query *query, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__NoticesQuery pb;
    jb_wire_out_init(&scratch);
    jibao__v1__notices_query__init(&pb);
    pb.n_periods = query->periods.count;
    pb.periods = jb_wire_put_strings(&scratch, query->periods);
    pb.unanswered = query->unanswered;
    pb.as_of_revision = query->as_of_revision;
    jb_wire_pack(&scratch, &pb.base, out);
}

static const struct jb_notice_form *get_forms(struct jb_wire_in *in, const Jibao__V1__Notice *pb)
{
    struct jb_notice_form *forms = jb_wire_get_array(in, pb->n_forms, sizeof(*forms));
    for (size_t i = 0; forms && i < pb->n_forms && !in->err; i++) {
        forms[i] = (struct jb_notice_form){.form = jb_wire_get_short(in, pb->forms[i]->form),
                                           .state = (enum jb_filing_state)pb->forms[i]->state,
                                           .closed = pb->forms[i]->closed != 0};
        if (!in->err && pb->forms[i]->state == JIBAO__V1__FILING_STATE__FILING_STATE_UNSPECIFIED)
            in->err = JB_EINVAL;
    }
    return forms;
}

static const struct jb_notice *get_notices(struct jb_wire_in *in,
                                           const Jibao__V1__NoticesAnswer *pb)
{
    struct jb_notice *notices = jb_wire_get_array(in, pb->n_notices, sizeof(*notices));
    for (size_t i = 0; notices && i < pb->n_notices && !in->err; i++) {
        const Jibao__V1__Notice *from = pb->notices[i];
        struct jb_notice *notice = &notices[i];
        *notice =
            (struct jb_notice){.revision = from->revision,
                               .at_us = from->at_us,
                               .by = jb_wire_get_short(in, from->by),
                               .period = jb_wire_get_short(in, from->period),
                               .unit = jb_wire_get_short(in, from->unit),
                               .number = jb_wire_get_short(in, from->number),
                               .text = jb_wire_get_short(in, from->text),
                               .signed_for = jb_wire_get_short(in, from->signed_for),
                               .signed_for_name = jb_wire_get_short(in, from->signed_for_name),
                               .correction = from->correction != 0,
                               .has_due = from->due_on[0] != '\0',
                               .forms = get_forms(in, from),
                               .form_count = (uint32_t)from->n_forms};
        if (!in->err && notice->has_due &&
            jb_date_parse(jb_slice_str(from->due_on), &notice->due_on))
            in->err = JB_EINVAL;
    }
    return notices;
}

jb_err jb_wire_notices_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                     struct jb_notices_answer *ret, struct jb_findings *findings)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__notices_answer__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__NoticesAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_notices_answer got = {.snapshot = jb_wire_get_snapshot(&in, pb->snapshot),
                                    .notices = get_notices(&in, pb),
                                    .count = (uint32_t)pb->n_notices,
                                    .truncated = pb->truncated != 0};
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, 0);
    *ret = got;
    return JB_OK;
}

static void put_notice(struct jb_wire_out *out, const struct jb_notice *notice,
                       Jibao__V1__Notice *pb)
{
    char due_on[16] = "";
    jibao__v1__notice__init(pb);
    if (notice->has_due)
        jb_date_format(notice->due_on, due_on);
    pb->revision = notice->revision;
    pb->at_us = notice->at_us;
    pb->by = jb_wire_put_text(out, notice->by);
    pb->signed_for = jb_wire_put_text(out, notice->signed_for);
    pb->signed_for_name = jb_wire_put_text(out, notice->signed_for_name);
    pb->period = jb_wire_put_text(out, notice->period);
    pb->unit = jb_wire_put_text(out, notice->unit);
    pb->correction = notice->correction;
    pb->number = jb_wire_put_text(out, notice->number);
    pb->due_on = jb_wire_put_cstr(out, due_on);
    pb->text = jb_wire_put_text(out, notice->text);
    pb->n_forms = notice->form_count;
    pb->forms = jb_wire_put_list(out, notice->form_count, sizeof(Jibao__V1__NoticeForm));
    for (uint32_t i = 0; pb->forms && i < notice->form_count; i++) {
        jibao__v1__notice_form__init(pb->forms[i]);
        pb->forms[i]->form = jb_wire_put_text(out, notice->forms[i].form);
        pb->forms[i]->state = (Jibao__V1__FilingState)notice->forms[i].state;
        pb->forms[i]->closed = notice->forms[i].closed;
    }
}

void jb_wire_notices_answer_encode(const struct jb_notices_answer *answer,
                                   const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__NoticesAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__notices_answer__init(&pb);
    pb.snapshot = jb_wire_put_snapshot(&scratch, &answer->snapshot);
    pb.n_notices = answer->count;
    pb.notices = jb_wire_put_list(&scratch, answer->count, sizeof(Jibao__V1__Notice));
    for (uint32_t i = 0; pb.notices && i < answer->count; i++)
        put_notice(&scratch, &answer->notices[i], pb.notices[i]);
    pb.truncated = answer->truncated;
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    jb_wire_pack(&scratch, &pb.base, out);
}
