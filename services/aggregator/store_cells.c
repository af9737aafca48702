/* The table of cells: one record a node, base period and block. The key's order keeps a unit's
 * records of one period together, its filings first. */
#include "base/buf.h"
#include "keys.h"
#include "store.h"

void jb_block_key_encode(const struct jb_block_key *key, uint8_t ret[JB_BLOCK_KEY_BYTES])
{
    jb_assert(key->period.ordinal >= 0 && key->period.ordinal <= UINT16_MAX);
    ret[0] = (uint8_t)key->plane;
    jb_key_put_u32(ret + 1, key->node);
    ret[5] = (uint8_t)key->period.freq;
    jb_key_put_u16(ret + 6, (uint16_t)key->period.ordinal);
    jb_key_put_u16(ret + 8, key->block);
}

static bool freq_known(uint8_t freq)
{
    return freq == JB_FREQ_YEAR || freq == JB_FREQ_HALF || freq == JB_FREQ_QUARTER ||
           freq == JB_FREQ_MONTH || freq == JB_FREQ_DAY;
}

jb_err jb_block_key_decode(struct jb_slice bytes, struct jb_block_key *ret)
{
    struct jb_reader r = jb_reader_of(bytes);
    uint8_t plane = jb_read_u8(&r);
    uint32_t node = jb_read_u32(&r);
    uint8_t freq = jb_read_u8(&r);
    uint16_t ordinal = jb_read_u16(&r), block = jb_read_u16(&r);
    if (!jb_reader_done(&r) || plane > JB_PLANE_SUM || !freq_known(freq))
        return JB_EDAMAGED;
    *ret = (struct jb_block_key){.plane = (enum jb_plane)plane,
                                 .node = node,
                                 .period = {(enum jb_freq)freq, ordinal},
                                 .block = block};
    return JB_OK;
}

jb_err jb_store_block(jb_kv_txn *txn, enum jb_plane plane, uint32_t node, struct jb_period period,
                      uint16_t block, struct jb_slice *ret)
{
    uint8_t key[JB_BLOCK_KEY_BYTES];
    jb_block_key_encode(&(struct jb_block_key){plane, node, period, block}, key);
    return jb_kv_get(txn, JB_T_CELLS, jb_slice_of(key, sizeof(key)), ret);
}

jb_err jb_store_put_block(jb_kv_txn *txn, enum jb_plane plane, uint32_t node,
                          struct jb_period period, uint16_t block, struct jb_slice record)
{
    uint8_t key[JB_BLOCK_KEY_BYTES];
    jb_block_key_encode(&(struct jb_block_key){plane, node, period, block}, key);
    struct jb_slice k = jb_slice_of(key, sizeof(key));
    if (record.len)
        return jb_kv_put(txn, JB_T_CELLS, k, record);
    jb_err err = jb_kv_delete(txn, JB_T_CELLS, k);
    return err == JB_ENOTFOUND ? JB_OK : err;
}
