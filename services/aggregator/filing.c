/* The filings record: form, newest revision and submission id, one after the other, forms
 * ascending. */
#include "filing.h"

#include <stdlib.h>

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

jb_err jb_filings_decode(struct jb_slice record, struct jb_filings *filings)
{
    struct jb_reader r = jb_reader_of(record);

    filings->count = 0;
    while (jb_reader_left(&r) > 0) {
        struct jb_filing filing = {0};
        struct jb_slice id;
        filing.form = (uint32_t)jb_read_varint_max(&r, UINT32_MAX);
        filing.last_revision = jb_read_varint(&r);
        id = jb_read_raw(&r, sizeof(filing.last_submission.bytes));
        if (r.failed || filing.last_revision == 0 ||
            (filings->count > 0 && filings->items[filings->count - 1].form >= filing.form))
            return JB_EDAMAGED;
        memcpy(filing.last_submission.bytes, id.ptr, id.len);
        if (!grow(filings))
            return JB_ENOMEM;
        filings->items[filings->count++] = filing;
    }
    return JB_OK;
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
