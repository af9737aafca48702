/* Filings in a record: form, newest revision and submission id, one after the other, forms
 * ascending. Most filings are no more than that; what has a story beyond it carries a mark at the
 * form's number and the story behind the id. */
#include "filing.h"

#include <stdlib.h>

#include "cell.h"

#define FILINGS_CAP_MIN 4u
#define STORY ((uint64_t)1 << 32) /* beside the form's number */
enum { STATE_BITS = 7, HAS_DUE = 8, EXCUSED = 16, DATED = 32, TOLD = 64, STORY_FLAGS = 127 };

void jb_filings_free(struct jb_filings *filings)
{
    free(filings->items);
    *filings = (struct jb_filings){0};
}

static bool grow(struct jb_filings *filings)
{
    uint32_t cap = filings->cap ? filings->cap * 2 : FILINGS_CAP_MIN;
    struct jb_filing *items;

    if (filings->count < filings->cap)
        return true;
    items = realloc(filings->items, cap * sizeof(*items));
    if (!items)
        return false;
    filings->items = items;
    filings->cap = cap;
    return true;
}

/* Submitted, and nothing else is known. */
static bool is_plain(const struct jb_filing *f)
{
    return f->state == JB_FILING_SUBMITTED && f->submission_revision == f->last_revision &&
           f->complete_at_us == 0 && f->accepted_revision == 0 && !f->has_due && f->returns == 0 &&
           f->corrections == 0 && !f->excused && !f->told;
}

static void encode_story(const struct jb_filing *f, struct jb_buf *out)
{
    jb_buf_put_u8(out,
                  (uint8_t)(f->state | (f->has_due ? HAS_DUE : 0u) | (f->excused ? EXCUSED : 0u) |
                            (f->judged.dated ? DATED : 0u) | (f->told ? TOLD : 0u)));
    jb_buf_put_varint(out, f->submission_revision);
    jb_buf_put_zigzag(out, f->complete_at_us);
    jb_buf_put_varint(out, f->accepted_revision);
    jb_buf_put_varint(out, f->returns);
    jb_buf_put_varint(out, f->corrections);
    if (f->has_due)
        jb_buf_put_zigzag(out, f->due_on);
    if (f->judged.dated) {
        jb_buf_put_zigzag(out, f->judged.due_on);
        jb_buf_put_varint(out, f->judged.late_days);
    }
    if (f->told) {
        jb_buf_put_zigzag(out, f->told_due_on);
        jb_buf_put_varint(out, f->told_level);
    }
}

void jb_filings_encode(const struct jb_filings *filings, struct jb_buf *out)
{
    for (uint32_t i = 0; i < filings->count; i++) {
        const struct jb_filing *filing = &filings->items[i];
        bool plain = is_plain(filing);
        jb_assert(filing->last_revision > 0 || filing->told);
        jb_buf_put_varint(out, plain ? filing->form : filing->form | STORY);
        jb_buf_put_varint(out, filing->last_revision);
        jb_buf_put(out, filing->last_submission.bytes, sizeof(filing->last_submission.bytes));
        if (!plain)
            encode_story(filing, out);
    }
}

/* Where the form is or would be: a unit has a handful of forms. */
static uint32_t search(const struct jb_filings *filings, uint32_t form)
{
    uint32_t at = 0;

    while (at < filings->count && filings->items[at].form < form)
        at++;
    return at;
}

struct jb_filing *jb_filings_find(const struct jb_filings *filings, uint32_t form)
{
    uint32_t at = search(filings, form);

    return at < filings->count && filings->items[at].form == form ? &filings->items[at] : NULL;
}

struct jb_filing *jb_filings_at(struct jb_filings *filings, uint32_t form)
{
    uint32_t at = search(filings, form);
    struct jb_filing *filing = jb_filings_find(filings, form);

    if (filing)
        return filing;
    if (!grow(filings))
        return NULL;
    filing = &filings->items[at];
    memmove(filing + 1, filing, (filings->count - at) * sizeof(*filing));
    *filing = jb_filing_new(form);
    filings->count++;
    return filing;
}

/* Only what jb_filing_take and what was told could have made. */
static bool holds_together(const struct jb_filing *f)
{
    bool reported = f->state != JB_FILING_NOT_REPORTED;
    bool only_told = f->told && !f->has_due && !f->excused && !f->returns && !f->corrections;
    return !is_plain(f) && (f->last_revision > 0 || only_told) && f->state > 0 &&
           f->state < JB_FILING_STATES_END && f->submission_revision <= f->last_revision &&
           f->accepted_revision <= f->last_revision && reported == (f->submission_revision > 0) &&
           (f->complete_at_us || !f->judged.dated) &&
           reported != jb_uuid_is_nil(f->last_submission);
}

static void decode_story(struct jb_reader *r, struct jb_filing *f)
{
    uint8_t flags = jb_read_u8(r);
    f->state = (enum jb_filing_state)(flags & STATE_BITS);
    f->has_due = flags & HAS_DUE;
    f->excused = flags & EXCUSED;
    f->judged.dated = flags & DATED;
    f->submission_revision = jb_read_varint(r);
    f->complete_at_us = jb_read_zigzag(r);
    f->accepted_revision = jb_read_varint(r);
    f->returns = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    f->corrections = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    int64_t due_on = f->has_due ? jb_read_zigzag(r) : 0;
    f->due_on = (jb_date)due_on;
    int64_t judged_on = f->judged.dated ? jb_read_zigzag(r) : 0;
    f->judged.due_on = (jb_date)judged_on;
    f->judged.late_days = f->judged.dated ? (uint32_t)jb_read_varint_max(r, UINT32_MAX) : 0;
    f->told = flags & TOLD;
    int64_t told_on = f->told ? jb_read_zigzag(r) : 0;
    f->told_due_on = (jb_date)told_on;
    f->told_level = f->told ? (uint32_t)jb_read_varint_max(r, UINT32_MAX) : 0;
    if (flags > STORY_FLAGS || f->due_on != due_on || f->judged.due_on != judged_on ||
        f->told_due_on != told_on || !holds_together(f))
        r->failed = true;
}

/* False at the end, or when the reader failed. */
static bool next_filing(struct jb_reader *r, struct jb_filing *ret)
{
    struct jb_filing filing = {0};
    if (jb_reader_left(r) == 0)
        return false;
    uint64_t form = jb_read_varint_max(r, STORY | UINT32_MAX);
    filing.form = (uint32_t)form;
    filing.last_revision = jb_read_varint(r);
    struct jb_slice id = jb_read_raw(r, sizeof(filing.last_submission.bytes));
    if (filing.last_revision == 0 && !(form & STORY))
        r->failed = true;
    if (r->failed)
        return false;
    memcpy(filing.last_submission.bytes, id.ptr, id.len);
    filing.state = JB_FILING_SUBMITTED;
    filing.submission_revision = filing.last_revision;
    if (form & STORY)
        decode_story(r, &filing);
    *ret = filing;
    return !r->failed;
}

jb_err jb_filings_decode(struct jb_slice bytes, struct jb_filings *filings)
{
    filings->count = 0;
    return jb_filings_merge(bytes, filings);
}

jb_err jb_filings_merge(struct jb_slice bytes, struct jb_filings *filings)
{
    struct jb_reader r = jb_reader_of(bytes);
    uint64_t after = 0; /* forms from here on may follow */
    for (struct jb_filing filing; next_filing(&r, &filing);) {
        if (filing.form < after)
            return JB_EDAMAGED;
        after = (uint64_t)filing.form + 1;
        struct jb_filing *place = jb_filings_at(filings, filing.form);
        if (!place)
            return JB_ENOMEM;
        if (place->last_revision || place->told)
            return JB_EDAMAGED;
        *place = filing;
    }
    return r.failed ? JB_EDAMAGED : JB_OK;
}

jb_err jb_filing_of_record(struct jb_slice record, uint32_t form, struct jb_filing *ret)
{
    struct jb_own_parts parts;
    jb_err err = jb_own_record_split(record, &parts);
    if (err)
        return err;
    struct jb_reader r = jb_reader_of(parts.filings);
    for (struct jb_filing filing; next_filing(&r, &filing);) {
        if (filing.form == form) {
            *ret = filing;
            return JB_OK;
        }
    }
    return r.failed ? JB_EDAMAGED : JB_ENOTFOUND;
}

bool jb_filing_step_of(const struct jb_entry *entry, struct jb_filing_step *ret)
{
    bool act = entry->kind == JB_ENTRY_ACT && jb_act_is_of_filing(entry->act.kind);
    if (!act && entry->kind != JB_ENTRY_SUBMISSION)
        return false;
    *ret = (struct jb_filing_step){.revision = entry->revision, .at_us = entry->at_us};
    if (act) {
        ret->act = entry->act.kind;
        ret->submission_revision = entry->act.submission_revision;
        ret->has_due = entry->act.has_due;
        ret->due_on = entry->act.due_on;
    } else {
        ret->submission = entry->id;
        ret->complete = entry->complete;
        ret->judged = entry->judged;
    }
    return true;
}

struct jb_filing jb_filing_new(uint32_t form)
{
    return (struct jb_filing){.form = form, .state = JB_FILING_NOT_REPORTED};
}

static void take_submission(struct jb_filing *filing, const struct jb_filing_step *step)
{
    filing->corrections += filing->state == JB_FILING_ACCEPTED;
    filing->state = JB_FILING_SUBMITTED;
    filing->last_submission = step->submission;
    filing->submission_revision = step->revision;
    if (step->complete && filing->complete_at_us == 0)
        filing->complete_at_us = step->at_us;
    if (step->complete && step->judged.dated &&
        (!filing->judged.dated || step->judged.late_days > filing->judged.late_days))
        filing->judged = step->judged;
}

void jb_filing_take(struct jb_filing *filing, const struct jb_filing_step *step)
{
    filing->last_revision = step->revision;
    switch (step->act) {
    case JB_ACT_FILING_ACCEPT:
        filing->state = JB_FILING_ACCEPTED;
        filing->accepted_revision = step->submission_revision;
        return;
    case JB_ACT_FILING_RETURN:
        filing->state = JB_FILING_RETURNED;
        filing->returns++;
        filing->has_due = step->has_due;
        filing->due_on = step->has_due ? step->due_on : 0;
        return;
    case JB_ACT_FILING_EXCUSE:
        filing->excused = true;
        return;
    case JB_ACT_PERIOD_OPEN:
    case JB_ACT_PERIOD_AMEND:
    case JB_ACT_PERIOD_CLOSE:
    case JB_ACT_PERIOD_REOPEN:
    case JB_ACT_PUBLISH:
    case JB_ACT_NOTICE:
    case JB_ACTS_END:
        return;
    }
    take_submission(filing, step);
}

enum jb_finding_code jb_filing_refusal(const struct jb_filing *filing, enum jb_act_kind act)
{
    static const enum jb_finding_code accept[JB_FILING_STATES_END] = {
        [JB_FILING_NOT_REPORTED] = JB_F_NOTHING_TO_REVIEW,
        [JB_FILING_RETURNED] = JB_F_FILING_RETURNED,
        [JB_FILING_ACCEPTED] = JB_F_FILING_ACCEPTED,
    };
    static const enum jb_finding_code give_back[JB_FILING_STATES_END] = {
        [JB_FILING_NOT_REPORTED] = JB_F_NOTHING_TO_REVIEW,
        [JB_FILING_RETURNED] = JB_F_FILING_RETURNED,
    };
    if (act == JB_ACT_FILING_ACCEPT)
        return accept[filing->state];
    if (act == JB_ACT_FILING_RETURN)
        return give_back[filing->state];
    return filing->excused ? JB_F_FILING_EXCUSED : JB_F_NONE;
}
