/* The releases of periods: who made each, when, with which note and indicators, and what the
 * ledger's head was then. */
#include <stdlib.h>

#include "base/limits.h"
#include "desk.h"
#include "lookup.h"
#include "net/wire_acts.h"
#include "net/wire_diff.h"
#include "periods.h"
#include "standing.h"

#define RELEASE_FRAME_BYTES 96
#define CODE_FRAME_BYTES 4
#define PERIOD_COST 200 /* of looking for a period's acts, beside a cell looked at */

struct answer {
    struct jb_desk *desk;
    const struct jb_desk_scope *scope;
    uint32_t number; /* 0: all */
    struct jb_release *releases;
    uint32_t count, cap;
    size_t bytes;
    bool truncated;
    bool failed; /* no memory */
};

static struct jb_slice keep(struct answer *a, struct jb_slice text)
{
    struct jb_slice copy = text.len ? jb_arena_copy(&a->desk->arena, text) : (struct jb_slice){0};
    a->failed = a->failed || (text.len && !copy.ptr);
    a->bytes += copy.len;
    return copy;
}

static bool more_room(struct answer *a)
{
    if (a->count < a->cap)
        return true;
    uint32_t cap = a->cap ? a->cap * 2 : 16;
    struct jb_release *releases = jb_arena_array(&a->desk->arena, cap, sizeof(*releases));
    if (!releases)
        return false;
    if (a->count)
        memcpy(releases, a->releases, a->count * sizeof(*releases));
    a->releases = releases;
    a->cap = cap;
    return true;
}

/* The codes of the listed indicators, as the catalogue of the question has them, in its order. */
static jb_err list_indicators(struct answer *a, struct jb_slice numbers, struct jb_strings *ret)
{
    const struct jb_catalog_view *view = a->scope->binding->view;
    const struct jb_binding *b = a->scope->binding;
    bool *listed = jb_arena_array(&a->desk->arena, view->indicator_count, sizeof(*listed));
    struct jb_slice *codes = jb_arena_array(&a->desk->arena, view->indicator_count, sizeof(*codes));
    struct jb_reader r = jb_reader_of(numbers);
    uint32_t count = 0;
    if (!listed || !codes)
        return JB_ENOMEM;
    while (jb_reader_left(&r) > 0 && !r.failed) {
        uint64_t number = jb_read_varint(&r);
        if (number < b->indicator_numbers && b->indicator_of[number] != JB_NONE)
            listed[b->indicator_of[number]] = true;
    }
    for (uint32_t i = 0; i < view->indicator_count; i++) {
        if (!listed[i])
            continue;
        codes[count++] = jb_slice_str(view->indicators[i].code);
        a->bytes += codes[count - 1].len + CODE_FRAME_BYTES;
    }
    *ret = (struct jb_strings){codes, count};
    return r.failed ? JB_EDAMAGED : JB_OK;
}

static jb_err add_release(struct answer *a, const struct jb_entry *entry)
{
    char period[JB_PERIOD_TEXT_SIZE];
    struct jb_act said;
    jb_err err = jb_wire_act_decode(entry->payload, &a->desk->arena, &said, NULL);
    if (err)
        return err == JB_ENOMEM ? err : JB_EDAMAGED;
    if (!more_room(a))
        return JB_ENOMEM;
    jb_period_format(entry->period, period);
    struct jb_release release = {
        .period = keep(a, jb_slice_str(period)),
        .number = entry->act.release,
        .revision = entry->revision,
        .at_us = entry->at_us,
        .by = jb_signer_name(a->desk->asker.rights, entry->signer, &a->desk->arena, &a->failed),
        .note = keep(a, said.note),
    };
    memcpy(release.head, entry->hash, sizeof(release.head));
    err = list_indicators(a, entry->act.numbers, &release.indicators);
    if (err)
        return err;
    a->bytes += RELEASE_FRAME_BYTES + release.by.len;
    a->releases[a->count++] = release;
    a->truncated = a->bytes > JB_ANSWER_PAGE_BYTES_MAX;
    return a->failed ? JB_ENOMEM : JB_OK;
}

/* Release by release, from the first. */
static jb_err add_period(void *ctx, struct jb_period period)
{
    struct answer *a = ctx;
    struct jb_entry entry;
    uint32_t first = a->number ? a->number : 1;
    for (uint32_t number = first; !a->truncated; number++) {
        jb_err err = jb_periods_release(a->desk->view.txn, period, a->scope->as_of, number, &entry);
        if (err == JB_ENOTFOUND || (!err && entry.act.release != number))
            return JB_OK;
        if (!err)
            err = add_release(a, &entry);
        if (err || a->number)
            return err;
    }
    return JB_OK;
}

static jb_err add_spans(struct answer *a, const struct jb_strings *asked)
{
    struct jb_findings *findings = &a->desk->findings;
    struct jb_span *spans = jb_arena_array(&a->desk->arena, asked->count, sizeof(*spans));
    uint64_t periods = 0;
    if (!spans)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < asked->count; i++) {
        if (jb_lookup_span(asked->items[i], &spans[i], findings))
            periods += jb_span_count(spans[i]);
    }
    if (findings->errors)
        return JB_EINVAL;
    if (!jb_desk_affords(a->desk, periods * PERIOD_COST))
        return JB_EAGAIN;
    for (uint32_t i = 0; i < asked->count; i++) {
        for (uint32_t n = 0; n < jb_span_count(spans[i]); n++) {
            jb_err err = add_period(a, jb_period_add(spans[i].first, (int32_t)n));
            if (err)
                return err;
        }
    }
    return JB_OK;
}

jb_err jb_answer_releases(struct jb_desk *desk, struct jb_slice payload)
{
    struct jb_releases_query query;
    struct jb_desk_scope scope;
    struct answer a = {.desk = desk, .scope = &scope};
    if (jb_wire_releases_query_decode(payload, &desk->arena, &query) != JB_OK) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = jb_desk_need_catalog(desk);
    if (!err)
        err = jb_desk_scope(desk, query.as_of_revision, &scope);
    if (err)
        return err;
    a.number = query.release;
    if (query.periods.count)
        err = add_spans(&a, &query.periods);
    else if (!desk->patient)
        err = JB_EAGAIN;
    else
        err = jb_periods_each(desk->view.txn, add_period, &a);
    if (!err) {
        const struct jb_releases_answer reply = {.snapshot = scope.snapshot,
                                                 .releases = a.releases,
                                                 .release_count = a.count,
                                                 .truncated = a.truncated};
        jb_wire_releases_answer_encode(&reply, &desk->findings, &desk->payload);
    }
    jb_desk_release(desk, &scope);
    return err;
}
