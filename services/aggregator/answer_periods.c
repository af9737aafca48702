/* Where periods stand: each with what was expected when it was opened, what is expected now, and
 * the acts that made it so. Amendments and reopenings name units, so those are told that the asker
 * may read. */
#include <stdlib.h>

#include "answer_row.h"
#include "base/limits.h"
#include "desk.h"
#include "expected.h"
#include "lookup.h"
#include "net/wire_acts.h"
#include "periods.h"
#include "standing.h"

#define ROW_FRAME_BYTES 128
#define ACT_FRAME_BYTES 64
#define ROW_COST 2000 /* of counting what is expected, beside a cell looked at */

struct answer {
    struct jb_desk *desk;
    const struct jb_desk_scope *scope;
    const struct jb_reach *reach;
    struct jb_span *spans;
    uint32_t span_count; /* 0: every period that was opened */
    struct jb_period_row *rows;
    uint32_t count, cap;
    size_t bytes;
    bool truncated;
    struct jb_period_state state;
    /* of one row */
    struct jb_period_act *acts;
    uint32_t act_count;
    bool failed; /* no memory */
};

static struct jb_slice keep(struct answer *a, struct jb_slice text)
{
    struct jb_slice copy = text.len ? jb_arena_copy(&a->desk->arena, text) : (struct jb_slice){0};
    a->failed = a->failed || (text.len && !copy.ptr);
    a->bytes += copy.len;
    return copy;
}

static struct jb_period_act *next_act(struct answer *a)
{
    a->bytes += ACT_FRAME_BYTES;
    return a->act_count < JB_PERIOD_ACTS_MAX ? &a->acts[a->act_count++] : NULL;
}

/* One line an act; for a reopening one a unit. */
static void add_act(struct answer *a, const struct jb_entry *entry, const struct jb_act *said)
{
    const jb_catalog *catalog = a->scope->binding->catalog;
    struct jb_period_act line = {
        .kind = entry->act.kind,
        .revision = entry->revision,
        .at_us = entry->at_us,
        .by = jb_signer_name(a->desk->asker.rights, entry->signer, &a->desk->arena, &a->failed),
        .note = keep(a, said->note),
        .form = keep(a, said->form),
        .indicator = keep(a, said->indicator),
        .owed = entry->act.owed,
        .until_us = entry->act.until_us,
        .release = entry->act.release};
    a->bytes += line.by.len;
    struct jb_slice one[1] = {said->unit};
    struct jb_strings units = {one, said->unit.len ? 1 : 0};
    struct jb_period_act *to = NULL;
    if (entry->act.kind == JB_ACT_PUBLISH) {
        struct jb_reader r = jb_reader_of(entry->act.numbers);
        for (; jb_reader_left(&r) > 0 && !r.failed; line.indicator_count++)
            jb_ignore(jb_read_varint(&r));
    }
    if (entry->act.kind == JB_ACT_PERIOD_REOPEN)
        units = said->units;
    for (uint32_t i = 0; i < units.count; i++) {
        uint32_t unit = jb_catalog_unit(catalog, units.items[i]);
        if (unit == JB_NONE || !jb_reach_unit(a->reach, unit) || !(to = next_act(a)))
            continue;
        line.unit = keep(a, units.items[i]);
        *to = line;
    }
    if (units.count == 0 && (to = next_act(a)))
        *to = line;
}

static jb_err add_acts(struct answer *a, struct jb_period_row *row)
{
    uint64_t *revisions = jb_arena_array(&a->desk->arena, JB_PERIOD_ACTS_MAX, sizeof(*revisions));
    uint32_t count = 0;
    a->acts = jb_arena_array(&a->desk->arena, JB_PERIOD_ACTS_MAX, sizeof(*a->acts));
    a->act_count = 0;
    if (!revisions || !a->acts)
        return JB_ENOMEM;
    jb_err err = jb_periods_acts(a->desk->view.txn, a->state.period, a->scope->as_of, revisions,
                                 JB_PERIOD_ACTS_MAX, &count);
    while (!err && count > 0) {
        struct jb_slice bytes;
        struct jb_entry entry;
        struct jb_act said;
        err = jb_store_entry(a->desk->view.txn, revisions[--count], &bytes);
        if (!err)
            err = jb_entry_decode(bytes, NULL, 0, &entry);
        if (!err)
            err = jb_wire_act_decode(entry.payload, &a->desk->arena, &said, NULL);
        if (!err)
            add_act(a, &entry, &said);
        else if (err != JB_ENOMEM)
            err = JB_EDAMAGED;
    }
    row->acts = a->acts;
    row->act_count = a->act_count;
    return err;
}

static jb_err more_room(struct answer *a)
{
    if (a->count < a->cap)
        return JB_OK;
    uint32_t cap = a->cap ? a->cap * 2 : 64;
    struct jb_period_row *rows = jb_arena_array(&a->desk->arena, cap, sizeof(*rows));
    if (!rows)
        return JB_ENOMEM;
    if (a->count)
        memcpy(rows, a->rows, a->count * sizeof(*rows));
    a->rows = rows;
    a->cap = cap;
    return JB_OK;
}

static jb_err add_row(struct answer *a, struct jb_period period)
{
    char text[JB_PERIOD_TEXT_SIZE];
    struct jb_expected now;
    jb_err err = jb_periods_get(a->desk->view.txn, period, a->scope->as_of, &a->state);
    if (err || (a->state.phase == JB_PERIOD_NOT_OPENED && a->span_count == 0))
        return err;
    struct jb_period_row row = {.phase = a->state.phase,
                                .trial = a->state.trial,
                                .backfill = a->state.backfill,
                                .expected_forms = a->state.expected_forms,
                                .expected_rows = a->state.expected_rows};
    memcpy(row.expected_hash, a->state.expected_hash, sizeof(row.expected_hash));
    err = jb_expected_count(a->scope->binding->catalog, period, &a->state, &now);
    if (!err)
        err = more_room(a);
    if (!err)
        err = add_acts(a, &row);
    if (err)
        return err;
    jb_period_format(period, text);
    row.period = keep(a, jb_slice_str(text));
    row.forms_now = now.forms;
    row.rows_now = now.rows;
    a->bytes += ROW_FRAME_BYTES;
    a->rows[a->count++] = row;
    a->truncated = a->bytes > JB_ANSWER_PAGE_BYTES_MAX;
    return a->failed ? JB_ENOMEM : JB_OK;
}

static jb_err visit(void *ctx, struct jb_period period)
{
    struct answer *a = ctx;
    return a->truncated ? JB_OK : add_row(a, period);
}

static jb_err add_rows(struct answer *a)
{
    if (a->span_count == 0)
        return jb_periods_each(a->desk->view.txn, visit, a);
    for (uint32_t s = 0; s < a->span_count; s++) {
        for (uint32_t i = 0; i < jb_span_count(a->spans[s]) && !a->truncated; i++) {
            jb_err err = add_row(a, jb_period_add(a->spans[s].first, (int32_t)i));
            if (err)
                return err;
        }
    }
    return JB_OK;
}

static jb_err read_question(struct answer *a, const struct jb_periods_query *query)
{
    struct jb_findings *findings = &a->desk->findings;
    uint64_t periods = 0;
    a->spans = jb_arena_array(&a->desk->arena, (size_t)query->periods.count + 1, sizeof(*a->spans));
    if (!a->spans)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < query->periods.count; i++) {
        if (!jb_lookup_span(query->periods.items[i], &a->spans[a->span_count], findings))
            continue;
        periods += jb_span_count(a->spans[a->span_count++]);
    }
    if (findings->errors)
        return JB_EINVAL;
    /* A store has no more opened periods than people opened, but each is counted anew. */
    return query->periods.count == 0 || jb_desk_affords(a->desk, periods * ROW_COST) ? JB_OK
                                                                                     : JB_EAGAIN;
}

jb_err jb_answer_periods(struct jb_desk *desk, struct jb_slice payload)
{
    struct jb_periods_query query;
    struct jb_desk_scope scope;
    struct answer a = {.desk = desk, .scope = &scope};
    if (jb_wire_periods_query_decode(payload, &desk->arena, &query) != JB_OK) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = jb_desk_need_catalog(desk);
    if (!err)
        err = jb_desk_scope(desk, query.as_of_revision, &scope);
    if (err)
        return err;
    err = read_question(&a, &query);
    if (!err)
        err = jb_asker_reach(&desk->asker, scope.binding, &a.reach);
    if (!err && !query.periods.count && !desk->patient)
        err = JB_EAGAIN;
    if (!err)
        err = add_rows(&a);
    if (!err) {
        const struct jb_periods_answer reply = {.snapshot = scope.snapshot,
                                                .rows = a.rows,
                                                .row_count = a.count,
                                                .managed = scope.binding->view->managed_periods,
                                                .truncated = a.truncated};
        jb_wire_periods_answer_encode(&reply, &desk->findings, &desk->payload);
    }
    jb_period_state_free(&a.state);
    jb_desk_release(desk, &scope);
    return err;
}
