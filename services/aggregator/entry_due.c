/* Form, unit, due day and level, one after the other. */
#include "entry_due.h"

void jb_entry_due_put(const struct jb_entry_due *due, struct jb_buf *out)
{
    jb_buf_put_varint(out, due->form);
    jb_buf_put_varint(out, due->unit);
    jb_buf_put_u32(out, (uint32_t)due->due_on);
    jb_buf_put_varint(out, due->level);
}

bool jb_entry_due_next(struct jb_reader *r, struct jb_entry_due *ret)
{
    struct jb_entry_due due;
    if (jb_reader_left(r) == 0)
        return false;
    due.form = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    due.unit = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    due.due_on = (jb_date)jb_read_u32(r);
    due.level = (uint32_t)jb_read_varint_max(r, UINT32_MAX);
    if (!r->failed)
        *ret = due;
    return !r->failed;
}

bool jb_entry_due_is_run(struct jb_slice run)
{
    struct jb_reader r = jb_reader_of(run);
    struct jb_entry_due due;
    while (jb_entry_due_next(&r, &due))
        ;
    return run.len > 0 && !r.failed;
}
