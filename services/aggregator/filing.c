/* Filings in a record: form, newest revision and submission id, one after the other, forms
 * ascending. */
#include "filing.h"

#include <stdlib.h>

#include "cell.h"

#define FILINGS_CAP_MIN 4u

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

void jb_filings_encode(const struct jb_filings *filings, struct jb_buf *out)
{
    for (uint32_t i = 0; i < filings->count; i++) {
        const struct jb_filing *filing = &filings->items[i];
        jb_assert(filing->last_revision > 0);
        jb_buf_put_varint(out, filing->form);
        jb_buf_put_varint(out, filing->last_revision);
        jb_buf_put(out, filing->last_submission.bytes, sizeof(filing->last_submission.bytes));
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
    *filing = (struct jb_filing){.form = form};
    filings->count++;
    return filing;
}

/* False at the end, or when the reader failed. */
static bool next_filing(struct jb_reader *r, struct jb_filing *ret)
{
    struct jb_filing filing = {0};
    if (jb_reader_left(r) == 0)
        return false;
    filing.form = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    filing.last_revision = jb_read_varint(r);
    struct jb_slice id = jb_read_raw(r, sizeof(filing.last_submission.bytes));
    if (filing.last_revision == 0)
        r->failed = true;
    if (r->failed)
        return false;
    memcpy(filing.last_submission.bytes, id.ptr, id.len);
    *ret = filing;
    return true;
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
        if (place->last_revision)
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
