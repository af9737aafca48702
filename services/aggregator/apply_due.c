/* The fold of what the days said of filings: each filing remembers what was said last, so that it
 * is said once. No figure changes, nor does any state. */
#include "apply_inner.h"
#include "binding.h"
#include "store.h"

/* The filing stands in the unit's own record of the form's block, which may be made for it. */
static jb_err tell(struct jb_applier *a, jb_kv_txn *txn, struct jb_period period,
                   const struct jb_entry_due *due)
{
    const struct jb_binding *b = a->binding;
    uint16_t block = due->form < b->form_numbers ? b->form_block[due->form] : 0;
    struct jb_slice record = {0};
    struct jb_own_parts parts;
    if (block == 0 || due->unit >= b->unit_numbers || b->unit_of[due->unit] == JB_NONE)
        return JB_EDAMAGED;
    jb_err err = jb_store_block(txn, JB_PLANE_OWN, due->unit, period, block, &record);
    if (!err || err == JB_ENOTFOUND)
        err = jb_own_record_split(record, &parts);
    if (!err)
        err = jb_filings_decode(parts.filings, &a->filings);
    if (err)
        return err;
    struct jb_filing *filing = jb_filings_at(&a->filings, due->form);
    if (!filing)
        return JB_ENOMEM;
    filing->told = true;
    filing->told_due_on = due->due_on;
    filing->told_level = due->level;
    jb_buf_clear(&a->cells);
    jb_filings_encode(&a->filings, &a->cells);
    jb_buf_clear(&a->record);
    jb_buf_put_bytes(&a->record, jb_buf_slice(&a->cells));
    jb_buf_put(&a->record, parts.cells.ptr, parts.cells.len);
    if (a->cells.failed || a->record.failed)
        return JB_ENOMEM;
    return jb_store_put_block(txn, JB_PLANE_OWN, due->unit, period, block,
                              jb_buf_slice(&a->record));
}

jb_err jb_apply_due(struct jb_applier *a, jb_kv_txn *txn, const struct jb_entry *entry)
{
    const struct jb_binding *binding = NULL;
    struct jb_reader r = jb_reader_of(entry->due);
    struct jb_entry_due due;
    jb_err err = jb_applier_binding(a, txn, &binding);
    if (!err && !binding)
        err = JB_EDAMAGED;
    while (!err && jb_entry_due_next(&r, &due))
        err = tell(a, txn, entry->period, &due);
    return !err && r.failed ? JB_EDAMAGED : err;
}
