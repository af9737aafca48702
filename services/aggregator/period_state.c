/* The state machine of periods, as two tables: what an act makes of a phase, and why it may not.
 * Amendments and reopenings are kept as they hold now; what they were stands in the entries. */
#include "period_state.h"

#include <stdlib.h>

#define WHOLE_FORM UINT32_MAX
enum { PHASE_BITS = 7, TRIAL = 8, BACKFILL = 16, STATE_FLAGS = 31 };

void jb_period_state_init(struct jb_period_state *state, struct jb_period period)
{
    const struct jb_period_state old = *state;
    *state = (struct jb_period_state){.period = period,
                                      .phase = JB_PERIOD_NOT_OPENED,
                                      .amendments = old.amendments,
                                      .amendment_cap = old.amendment_cap,
                                      .reopenings = old.reopenings,
                                      .reopening_cap = old.reopening_cap};
}

void jb_period_state_free(struct jb_period_state *state)
{
    free(state->amendments);
    free(state->reopenings);
    *state = (struct jb_period_state){0};
}

static bool room(void **items, uint32_t *cap, uint32_t count, size_t size)
{
    if (count < *cap)
        return true;
    uint32_t wanted = *cap ? *cap * 2 : 8;
    void *grown = realloc(*items, (size_t)wanted * size);
    if (!grown)
        return false;
    *items = grown;
    *cap = wanted;
    return true;
}

static int compare_amendments(const struct jb_period_amendment *a,
                              const struct jb_period_amendment *b)
{
    if (a->form != b->form)
        return (a->form > b->form) - (a->form < b->form);
    if (a->unit != b->unit)
        return (a->unit > b->unit) - (a->unit < b->unit);
    return (a->indicator > b->indicator) - (a->indicator < b->indicator);
}

/* In its place: over one that says something of the same, which it replaces. */
static jb_err put_amendment(struct jb_period_state *s, const struct jb_period_amendment *fresh)
{
    uint32_t at = s->amendment_count;
    while (at > 0 && compare_amendments(&s->amendments[at - 1], fresh) >= 0)
        at--;
    if (at < s->amendment_count && compare_amendments(&s->amendments[at], fresh) == 0) {
        s->amendments[at] = *fresh;
        return JB_OK;
    }
    void *items = s->amendments;
    bool good = room(&items, &s->amendment_cap, s->amendment_count, sizeof(*s->amendments));
    s->amendments = items;
    if (!good)
        return JB_ENOMEM;
    memmove(&s->amendments[at + 1], &s->amendments[at],
            (s->amendment_count - at) * sizeof(*s->amendments));
    s->amendments[at] = *fresh;
    s->amendment_count++;
    return JB_OK;
}

/* What is said of a whole form goes over all that was said of its rows. */
static void drop_amendments(struct jb_period_state *s, uint32_t form, uint32_t unit)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; i < s->amendment_count; i++) {
        if (s->amendments[i].form != form || s->amendments[i].unit != unit)
            s->amendments[kept++] = s->amendments[i];
    }
    s->amendment_count = kept;
}

static jb_err take_amendment(struct jb_period_state *s, const struct jb_entry *entry)
{
    const struct jb_period_amendment fresh = {.form = entry->form,
                                              .unit = entry->unit,
                                              .indicator = entry->act.indicator,
                                              .owed = entry->act.owed};
    if (fresh.indicator == WHOLE_FORM)
        drop_amendments(s, fresh.form, fresh.unit);
    /* A whole form that is owed is as the catalogue says again. */
    return fresh.indicator == WHOLE_FORM && fresh.owed ? JB_OK : put_amendment(s, &fresh);
}

/* What the opening of a day says is owed on it. */
static jb_err take_owing(struct jb_period_state *s, struct jb_slice owing)
{
    struct jb_reader r = jb_reader_of(owing);
    jb_err err = JB_OK;
    while (!err && jb_reader_left(&r) > 0) {
        struct jb_period_amendment fresh = {.form = (uint32_t)jb_read_varint_max(&r, UINT32_MAX),
                                            .owed = true};
        fresh.unit = (uint32_t)jb_read_varint_max(&r, UINT32_MAX);
        fresh.indicator = (uint32_t)jb_read_varint_max(&r, UINT32_MAX);
        err = r.failed ? JB_EDAMAGED : put_amendment(s, &fresh);
    }
    return err;
}

static jb_err put_reopening(struct jb_period_state *s, const struct jb_period_reopening *fresh)
{
    uint32_t at = s->reopening_count;
    while (at > 0 && s->reopenings[at - 1].unit >= fresh->unit)
        at--;
    if (at < s->reopening_count && s->reopenings[at].unit == fresh->unit) {
        s->reopenings[at] = *fresh;
        return JB_OK;
    }
    void *items = s->reopenings;
    bool good = room(&items, &s->reopening_cap, s->reopening_count, sizeof(*s->reopenings));
    s->reopenings = items;
    if (!good)
        return JB_ENOMEM;
    memmove(&s->reopenings[at + 1], &s->reopenings[at],
            (s->reopening_count - at) * sizeof(*s->reopenings));
    s->reopenings[at] = *fresh;
    s->reopening_count++;
    return JB_OK;
}

static jb_err take_reopening(struct jb_period_state *s, const struct jb_entry *entry)
{
    struct jb_reader r = jb_reader_of(entry->act.numbers);
    jb_err err = JB_OK;
    while (!err && jb_reader_left(&r) > 0 && !r.failed) {
        const struct jb_period_reopening fresh = {
            .unit = (uint32_t)jb_read_varint_max(&r, UINT32_MAX), .until_us = entry->act.until_us};
        err = r.failed ? JB_EDAMAGED : put_reopening(s, &fresh);
    }
    return err;
}

static struct jb_period_moment moment_of(const struct jb_entry *entry)
{
    struct jb_period_moment moment = {.revision = entry->revision, .at_us = entry->at_us};
    if (entry->signer.len == sizeof(moment.by))
        memcpy(moment.by, entry->signer.ptr, sizeof(moment.by));
    return moment;
}

jb_err jb_period_state_take(struct jb_period_state *state, const struct jb_entry *entry)
{
    const struct jb_entry_act *act = &entry->act;
    if (act->kind == JB_ACT_NOTICE) {
        state->last_notice = entry->revision;
        return JB_OK;
    }
    state->last_revision = entry->revision;
    switch (act->kind) {
    case JB_ACT_PERIOD_OPEN:
        state->phase = JB_PERIOD_OPEN;
        state->trial = act->trial;
        state->backfill = act->backfill;
        state->opened = moment_of(entry);
        state->expected_forms = act->expected_forms;
        state->expected_rows = act->expected_rows;
        memcpy(state->expected_hash, act->expected_hash, sizeof(state->expected_hash));
        return take_owing(state, act->owing);
    case JB_ACT_PERIOD_AMEND:
        return take_amendment(state, entry);
    case JB_ACT_PERIOD_CLOSE:
        state->phase = JB_PERIOD_CLOSED;
        state->closed = moment_of(entry);
        return JB_OK;
    case JB_ACT_PERIOD_REOPEN:
        return take_reopening(state, entry);
    case JB_ACT_PUBLISH:
        state->phase = JB_PERIOD_PUBLISHED;
        state->releases = act->release;
        return JB_OK;
    case JB_ACT_FILING_ACCEPT:
    case JB_ACT_FILING_RETURN:
    case JB_ACT_FILING_EXCUSE:
    case JB_ACT_NOTICE:
    case JB_ACTS_END:
        break;
    }
    return JB_EDAMAGED;
}

/* By act and phase: why not. Acts that are not here can be done in every phase but not opened. */
static const enum jb_finding_code refusals[JB_ACTS_END][JB_PERIOD_PHASES_END] = {
    [JB_ACT_PERIOD_OPEN] = {[JB_PERIOD_OPEN] = JB_F_PERIOD_OPENED,
                            [JB_PERIOD_CLOSED] = JB_F_PERIOD_CLOSED,
                            [JB_PERIOD_PUBLISHED] = JB_F_PERIOD_CLOSED},
    [JB_ACT_PERIOD_AMEND] = {[JB_PERIOD_NOT_OPENED] = JB_F_PERIOD_NOT_OPEN,
                             [JB_PERIOD_CLOSED] = JB_F_PERIOD_CLOSED,
                             [JB_PERIOD_PUBLISHED] = JB_F_PERIOD_CLOSED},
    [JB_ACT_PERIOD_CLOSE] = {[JB_PERIOD_NOT_OPENED] = JB_F_PERIOD_NOT_OPEN,
                             [JB_PERIOD_CLOSED] = JB_F_PERIOD_CLOSED,
                             [JB_PERIOD_PUBLISHED] = JB_F_PERIOD_CLOSED},
    /* In an open period it goes past the dates of forms. */
    [JB_ACT_PERIOD_REOPEN] = {[JB_PERIOD_NOT_OPENED] = JB_F_PERIOD_NOT_OPEN},
    [JB_ACT_PUBLISH] =
        {[JB_PERIOD_NOT_OPENED] = JB_F_PERIOD_NOT_OPEN, [JB_PERIOD_OPEN] = JB_F_PERIOD_STILL_OPEN},
    [JB_ACT_FILING_ACCEPT] = {[JB_PERIOD_NOT_OPENED] = JB_F_PERIOD_NOT_OPEN},
    /* What is returned must be able to come back: see jb_period_refusal. */
    [JB_ACT_FILING_RETURN] = {[JB_PERIOD_NOT_OPENED] = JB_F_PERIOD_NOT_OPEN,
                              [JB_PERIOD_CLOSED] = JB_F_PERIOD_CLOSED,
                              [JB_PERIOD_PUBLISHED] = JB_F_PERIOD_CLOSED},
    [JB_ACT_FILING_EXCUSE] = {[JB_PERIOD_NOT_OPENED] = JB_F_PERIOD_NOT_OPEN},
    [JB_ACT_NOTICE] = {[JB_PERIOD_NOT_OPENED] = JB_F_PERIOD_NOT_OPEN},
};

static const struct jb_period_moment *since(const struct jb_period_state *state)
{
    switch (state->phase) {
    case JB_PERIOD_OPEN:
        return &state->opened;
    case JB_PERIOD_CLOSED:
    case JB_PERIOD_PUBLISHED:
        return &state->closed;
    case JB_PERIOD_NOT_OPENED:
    case JB_PERIOD_PHASES_END:
        break;
    }
    return NULL;
}

bool jb_period_is_reopened(const struct jb_period_state *state, uint32_t unit, int64_t now_us)
{
    for (uint32_t i = 0; i < state->reopening_count; i++) {
        if (state->reopenings[i].unit == unit)
            return now_us < state->reopenings[i].until_us;
    }
    return false;
}

enum jb_finding_code jb_period_refusal(const struct jb_period_state *state, enum jb_act_kind act,
                                       uint32_t unit, int64_t now_us,
                                       const struct jb_period_moment **ret_since)
{
    enum jb_finding_code code = refusals[act][state->phase];
    *ret_since = since(state);
    if (act == JB_ACT_FILING_RETURN && code == JB_F_PERIOD_CLOSED &&
        jb_period_is_reopened(state, unit, now_us))
        return JB_F_NONE;
    if (!code && act == JB_ACT_PUBLISH && state->trial) {
        *ret_since = &state->opened;
        return JB_F_PERIOD_TRIAL;
    }
    return code;
}

enum jb_finding_code jb_period_refuses_submission(const struct jb_period_state *state,
                                                  uint32_t unit, int64_t now_us,
                                                  const struct jb_period_moment **ret_since)
{
    *ret_since = since(state);
    if (state->phase == JB_PERIOD_OPEN || jb_period_is_reopened(state, unit, now_us))
        return JB_F_NONE;
    return state->phase == JB_PERIOD_NOT_OPENED ? JB_F_PERIOD_NOT_OPEN : JB_F_PERIOD_CLOSED;
}

bool jb_period_owes(const struct jb_period_state *state, uint32_t form, uint32_t unit,
                    uint32_t indicator, bool owed)
{
    for (uint32_t i = 0; i < state->amendment_count; i++) {
        const struct jb_period_amendment *a = &state->amendments[i];
        if (a->form != form || a->unit != unit)
            continue;
        if (a->indicator == indicator)
            return a->owed;
        if (a->indicator == WHOLE_FORM) /* it stands last: rows that were named since come first */
            return a->owed;
    }
    return owed;
}

static void encode_moment(const struct jb_period_moment *moment, struct jb_buf *out)
{
    jb_buf_put_varint(out, moment->revision);
    if (moment->revision == 0)
        return;
    jb_buf_put_u64(out, (uint64_t)moment->at_us);
    jb_buf_put(out, moment->by, sizeof(moment->by));
}

void jb_period_state_encode(const struct jb_period_state *state, struct jb_buf *out)
{
    jb_buf_put_u8(out, (uint8_t)(state->phase | (state->trial ? TRIAL : 0u) |
                                 (state->backfill ? BACKFILL : 0u)));
    jb_buf_put_varint(out, state->last_revision);
    encode_moment(&state->opened, out);
    encode_moment(&state->closed, out);
    jb_buf_put_varint(out, state->releases);
    jb_buf_put_varint(out, state->expected_forms);
    jb_buf_put_varint(out, state->expected_rows);
    jb_buf_put(out, state->expected_hash, sizeof(state->expected_hash));
    jb_buf_put_varint(out, state->amendment_count);
    for (uint32_t i = 0; i < state->amendment_count; i++) {
        const struct jb_period_amendment *a = &state->amendments[i];
        jb_buf_put_varint(out, a->form);
        jb_buf_put_varint(out, a->unit);
        jb_buf_put_varint(out, a->indicator);
        jb_buf_put_u8(out, a->owed);
    }
    jb_buf_put_varint(out, state->reopening_count);
    for (uint32_t i = 0; i < state->reopening_count; i++) {
        const struct jb_period_reopening *o = &state->reopenings[i];
        jb_buf_put_varint(out, o->unit);
        jb_buf_put_u64(out, (uint64_t)o->until_us);
    }
    jb_buf_put_varint(out, state->last_notice);
}

static void decode_moment(struct jb_reader *r, struct jb_period_moment *ret)
{
    ret->revision = jb_read_varint(r);
    if (ret->revision == 0)
        return;
    ret->at_us = (int64_t)jb_read_u64(r);
    struct jb_slice by = jb_read_raw(r, sizeof(ret->by));
    if (!r->failed)
        memcpy(ret->by, by.ptr, by.len);
}

/* Each behind the one before: what is read again is what was written. */
static jb_err decode_amendments(struct jb_reader *r, struct jb_period_state *s)
{
    uint32_t count = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    for (uint32_t i = 0; i < count && !r->failed; i++) {
        struct jb_period_amendment a = {.form = (uint32_t)jb_read_varint_max(r, UINT32_MAX)};
        a.unit = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
        a.indicator = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
        uint8_t owed = jb_read_u8(r);
        a.owed = owed == 1;
        if (r->failed || owed > 1 || (i && compare_amendments(&s->amendments[i - 1], &a) >= 0))
            return JB_EDAMAGED;
        jb_err err = put_amendment(s, &a);
        if (err)
            return err;
    }
    return JB_OK;
}

static jb_err decode_reopenings(struct jb_reader *r, struct jb_period_state *s)
{
    uint32_t count = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    for (uint32_t i = 0; i < count && !r->failed; i++) {
        struct jb_period_reopening o = {.unit = (uint32_t)jb_read_varint_max(r, UINT32_MAX)};
        o.until_us = (int64_t)jb_read_u64(r);
        if (r->failed || (i && s->reopenings[i - 1].unit >= o.unit))
            return JB_EDAMAGED;
        jb_err err = put_reopening(s, &o);
        if (err)
            return err;
    }
    return JB_OK;
}

jb_err jb_period_state_decode(struct jb_slice record, struct jb_period_state *state)
{
    struct jb_reader r = jb_reader_of(record);
    uint8_t flags = jb_read_u8(&r);
    jb_period_state_init(state, state->period);
    state->phase = (enum jb_period_phase)(flags & PHASE_BITS);
    state->trial = flags & TRIAL;
    state->backfill = flags & BACKFILL;
    if (flags > STATE_FLAGS || state->phase <= JB_PERIOD_NOT_OPENED ||
        state->phase >= JB_PERIOD_PHASES_END)
        return JB_EDAMAGED;
    state->last_revision = jb_read_varint(&r);
    decode_moment(&r, &state->opened);
    decode_moment(&r, &state->closed);
    state->releases = (uint32_t)jb_read_varint_max(&r, UINT32_MAX);
    state->expected_forms = (uint32_t)jb_read_varint_max(&r, UINT32_MAX);
    state->expected_rows = (uint32_t)jb_read_varint_max(&r, UINT32_MAX);
    struct jb_slice hash = jb_read_raw(&r, sizeof(state->expected_hash));
    if (r.failed || state->opened.revision == 0)
        return JB_EDAMAGED;
    memcpy(state->expected_hash, hash.ptr, hash.len);
    jb_err err = decode_amendments(&r, state);
    if (!err)
        err = decode_reopenings(&r, state);
    state->last_notice = jb_read_varint(&r);
    if (!err && !jb_reader_done(&r))
        err = JB_EDAMAGED;
    return err;
}
