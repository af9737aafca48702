/* A look at own cells. Rows of a form mostly share a block, so one block is kept decoded. */
#include "own_look.h"

void jb_own_look_end(struct jb_own_look *look)
{
    jb_own_block_free(&look->own);
}

jb_err jb_own_look_cells(struct jb_own_look *look, uint32_t indicator,
                         const struct jb_own_cell **ret, uint32_t *ret_count)
{
    uint16_t block = jb_block_of(indicator);
    uint32_t from = 0, count = 0;
    if (look->block != block) {
        struct jb_slice record = {0};
        jb_err err =
            jb_store_block(look->txn, JB_PLANE_OWN, look->unit, look->period, block, &record);
        if (!err || err == JB_ENOTFOUND)
            err = jb_own_block_decode(record, &look->own);
        if (err)
            return err;
        look->block = block;
    }
    while (from < look->own.count && look->own.cells[from].slot < jb_slot_of(indicator))
        from++;
    while (from + count < look->own.count &&
           look->own.cells[from + count].slot == jb_slot_of(indicator))
        count++;
    *ret = count ? &look->own.cells[from] : NULL;
    *ret_count = count;
    return JB_OK;
}

jb_err jb_own_look_has(struct jb_own_look *look, uint32_t indicator, bool *ret)
{
    const struct jb_own_cell *cells;
    uint32_t count = 0;
    bool has = false;
    jb_err err = jb_own_look_cells(look, indicator, &cells, &count);
    for (uint32_t i = 0; !err && i < count; i++)
        has = has || cells[i].value.state != JB_STATE_WITHDRAWN;
    *ret = has;
    return err;
}
