/* Notices 催报、更正 that were written, each with where its filings stand: closed when each was
 * accepted, as it is now or since by a later submission. */
#include "answer_row.h"
#include "base/limits.h"
#include "desk.h"
#include "lookup.h"
#include "net/wire_acts.h"
#include "periods.h"
#include "standing.h"

#define NOTICES_MAX 1000 /* of a period: the newest */
#define NOTICE_FRAME_BYTES 96
#define PERIOD_COST 4000

struct answer {
    struct jb_desk *desk;
    const struct jb_desk_scope *scope;
    const struct jb_reach *reach;
    bool unanswered;
    struct jb_notice *notices;
    uint32_t count;
    size_t bytes;
    bool truncated, failed;
};

static struct jb_slice keep(struct answer *a, struct jb_slice text)
{
    struct jb_slice copy = text.len ? jb_arena_copy(&a->desk->arena, text) : (struct jb_slice){0};
    a->failed = a->failed || (text.len && !copy.ptr);
    a->bytes += copy.len;
    return copy;
}

static jb_err add_forms(struct answer *a, const struct jb_act *said, uint64_t revision,
                        uint32_t unit, struct jb_notice *notice, bool *ret_closed)
{
    const struct jb_binding *b = a->scope->binding;
    const struct jb_past_filing *filings = NULL;
    uint32_t count = 0;
    struct jb_notice_form *forms =
        jb_arena_array(&a->desk->arena, said->forms.count, sizeof(*forms));
    jb_err err = forms ? jb_source_filings(a->desk->source, unit, said->period, &filings, &count)
                       : JB_ENOMEM;
    *ret_closed = true;
    for (uint32_t i = 0; !err && i < said->forms.count; i++) {
        uint32_t form = jb_catalog_form(b->catalog, said->forms.items[i]);
        forms[i] = (struct jb_notice_form){.form = keep(a, said->forms.items[i]),
                                           .state = JB_FILING_NOT_REPORTED};
        for (uint32_t k = 0; form != JB_NONE && k < count; k++) {
            const struct jb_filing *filing = &filings[k].filing;
            if (filing->form != b->view->forms[form].number)
                continue;
            forms[i].state = filing->state;
            forms[i].closed =
                filing->state == JB_FILING_ACCEPTED || filing->accepted_revision > revision;
        }
        *ret_closed = *ret_closed && forms[i].closed;
    }
    notice->forms = forms;
    notice->form_count = said->forms.count;
    return err;
}

static jb_err add_notice(struct answer *a, uint64_t revision)
{
    char period[JB_PERIOD_TEXT_SIZE];
    struct jb_slice bytes;
    struct jb_entry entry;
    struct jb_act said;
    bool closed = false;
    size_t before = a->bytes;
    jb_err err = jb_store_entry(a->desk->view.txn, revision, &bytes);
    if (!err)
        err = jb_entry_decode(bytes, NULL, 0, &entry);
    if (!err)
        err = jb_wire_act_decode(entry.payload, &a->desk->arena, &said, NULL);
    if (err)
        return err == JB_ENOMEM ? err : JB_EDAMAGED;
    uint32_t unit = jb_catalog_unit(a->scope->binding->catalog, said.unit);
    if (unit == JB_NONE || !jb_reach_unit(a->reach, unit))
        return JB_OK;
    jb_period_format(said.period, period);
    struct jb_notice notice = {
        .revision = revision,
        .at_us = entry.at_us,
        .by = jb_signer_name(a->desk->asker.rights, entry.signer, &a->desk->arena, &a->failed),
        .signed_for = keep(a, said.signed_for),
        .signed_for_name =
            jb_signed_for_name(a->desk->asker.rights, said.signed_for, &a->desk->arena, &a->failed),
        .period = keep(a, jb_slice_str(period)),
        .unit = keep(a, said.unit),
        .number = keep(a, said.number),
        .text = keep(a, said.note),
        .correction = said.correction,
        .has_due = said.has_due,
        .due_on = said.due_on};
    err = add_forms(a, &said, revision, unit, &notice, &closed);
    a->bytes += NOTICE_FRAME_BYTES + 8 * (size_t)notice.form_count;
    if (a->unanswered && closed)
        a->bytes = before;
    else if (!err)
        a->notices[a->count++] = notice;
    a->truncated = a->bytes > JB_ANSWER_PAGE_BYTES_MAX || a->count == NOTICES_MAX;
    return err;
}

static jb_err add_period(void *ctx, struct jb_period period)
{
    struct answer *a = ctx;
    uint64_t *revisions = jb_arena_array(&a->desk->arena, NOTICES_MAX, sizeof(*revisions));
    uint32_t count = 0;
    jb_err err = revisions ? jb_periods_notices(a->desk->view.txn, period, a->scope->as_of,
                                                revisions, NOTICES_MAX, &count)
                           : JB_ENOMEM;
    for (uint32_t i = 0; !err && i < count && !a->truncated; i++)
        err = add_notice(a, revisions[i]);
    a->truncated = a->truncated || count == NOTICES_MAX;
    return err;
}

static jb_err add_spans(struct answer *a, const struct jb_notices_query *query)
{
    struct jb_findings *findings = &a->desk->findings;
    for (uint32_t i = 0; i < query->periods.count; i++) {
        struct jb_span span;
        if (!jb_lookup_span(query->periods.items[i], &span, findings))
            return JB_EINVAL;
        if (!jb_desk_affords(a->desk, jb_span_count(span) * (uint64_t)PERIOD_COST))
            return JB_EAGAIN;
        for (uint32_t k = 0; k < jb_span_count(span) && !a->truncated; k++) {
            jb_err err = add_period(a, jb_period_add(span.first, (int32_t)k));
            if (err)
                return err;
        }
    }
    return JB_OK;
}

jb_err jb_answer_notices(struct jb_desk *desk, struct jb_slice payload)
{
    struct jb_notices_query query;
    struct jb_desk_scope scope;
    struct answer a = {.desk = desk, .scope = &scope};
    if (jb_wire_notices_query_decode(payload, &desk->arena, &query) != JB_OK) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = jb_desk_need_catalog(desk);
    if (!err)
        err = jb_desk_scope(desk, query.as_of_revision, &scope);
    if (err)
        return err;
    a.unanswered = query.unanswered;
    a.notices = jb_arena_array(&desk->arena, NOTICES_MAX, sizeof(*a.notices));
    err = a.notices ? jb_asker_reach(&desk->asker, scope.binding, &a.reach) : JB_ENOMEM;
    if (!err && !query.periods.count && !desk->patient)
        err = JB_EAGAIN;
    if (!err)
        err = query.periods.count ? add_spans(&a, &query)
                                  : jb_periods_each(desk->view.txn, add_period, &a);
    if (!err && a.failed)
        err = JB_ENOMEM;
    if (!err) {
        const struct jb_notices_answer reply = {.snapshot = scope.snapshot,
                                                .notices = a.notices,
                                                .count = a.count,
                                                .truncated = a.truncated};
        jb_wire_notices_answer_encode(&reply, &desk->findings, &desk->payload);
    }
    jb_desk_release(desk, &scope);
    return err;
}
