/* Two tables of the store that change with the catalogue only: which entry holds which version, and
 * the numbers that stand for codes in keys and cells. A number, once given, means its code for
 * ever. */
#include "base/buf.h"
#include "base/limits.h"
#include "keys.h"
#include "store.h"

#define CATALOG_BYTES 40
#define NAME_KEY_BYTES_MAX (1 + JB_CODE_BYTES_MAX)
#define NUMBER_KEY_BYTES 5
#define FORM_BLOCK_KIND 'b' /* no kind of name */
#define NUMBER_SIDE 0x80    /* added to the kind in keys that lead from number to code */

struct version {
    uint32_t version;
    uint64_t revision;
    uint8_t hash[32];
};

static jb_err version_of(struct jb_slice key, struct jb_slice value, struct version *ret)
{
    struct jb_reader k = jb_reader_of(key), v = jb_reader_of(value);
    if (key.len != 4 || value.len != CATALOG_BYTES)
        return JB_EDAMAGED;
    ret->version = jb_read_u32(&k);
    ret->revision = jb_read_u64(&v);
    memcpy(ret->hash, jb_read_raw(&v, 32).ptr, 32);
    return JB_OK;
}

static jb_err newest_version(jb_kv_txn *txn, uint64_t revision_max, struct version *ret)
{
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key, value;
    struct version found;
    jb_err err = jb_kv_cursor_open(txn, JB_T_CATALOGS, &cursor);
    if (err)
        return err;
    err = jb_kv_last(cursor, &key, &value);
    while (!err) {
        err = version_of(key, value, &found);
        if (err || found.revision <= revision_max)
            break;
        err = jb_kv_prev(cursor, &key, &value);
    }
    jb_kv_cursor_close(cursor);
    if (!err)
        *ret = found;
    return err;
}

jb_err jb_store_catalog(jb_kv_txn *txn, uint32_t version, uint32_t *ret_version,
                        uint64_t *ret_revision, uint8_t ret_hash[32])
{
    struct version found;
    jb_err err;
    if (version == 0) {
        err = newest_version(txn, UINT64_MAX, &found);
    } else {
        uint8_t bytes[4];
        struct jb_slice value;
        jb_key_put_u32(bytes, version);
        err = jb_kv_get(txn, JB_T_CATALOGS, jb_slice_of(bytes, sizeof(bytes)), &value);
        if (!err)
            err = version_of(jb_slice_of(bytes, sizeof(bytes)), value, &found);
    }
    if (err)
        return err;
    *ret_version = found.version;
    *ret_revision = found.revision;
    memcpy(ret_hash, found.hash, sizeof(found.hash));
    return JB_OK;
}

jb_err jb_store_put_catalog(jb_kv_txn *txn, uint32_t version, uint64_t revision,
                            const uint8_t hash[32])
{
    uint8_t key[4], value[CATALOG_BYTES];
    jb_key_put_u32(key, version);
    jb_key_put_u64(value, revision);
    memcpy(value + 8, hash, 32);
    return jb_kv_append(txn, JB_T_CATALOGS, jb_slice_of(key, sizeof(key)),
                        jb_slice_of(value, sizeof(value)));
}

jb_err jb_store_catalog_at(jb_kv_txn *txn, uint64_t revision, uint32_t *ret_version)
{
    struct version found;
    jb_err err = newest_version(txn, revision, &found);
    if (!err)
        *ret_version = found.version;
    return err;
}

static struct jb_slice code_key(enum jb_name_kind kind, struct jb_slice code,
                                uint8_t key[NAME_KEY_BYTES_MAX])
{
    jb_assert(code.len <= JB_CODE_BYTES_MAX);
    key[0] = (uint8_t)kind;
    if (code.len)
        memcpy(key + 1, code.ptr, code.len);
    return jb_slice_of(key, 1 + code.len);
}

static struct jb_slice number_key(enum jb_name_kind kind, uint32_t number,
                                  uint8_t key[NUMBER_KEY_BYTES])
{
    key[0] = (uint8_t)(kind | NUMBER_SIDE);
    jb_key_put_u32(key + 1, number);
    return jb_slice_of(key, NUMBER_KEY_BYTES);
}

jb_err jb_store_number(jb_kv_txn *txn, enum jb_name_kind kind, struct jb_slice code, uint32_t *ret)
{
    uint8_t key[NAME_KEY_BYTES_MAX];
    struct jb_slice value;
    if (code.len > JB_CODE_BYTES_MAX)
        return JB_ENOTFOUND;
    jb_err err = jb_kv_get(txn, JB_T_NAMES, code_key(kind, code, key), &value);
    if (err)
        return err;
    struct jb_reader r = jb_reader_of(value);
    uint32_t number = jb_read_u32(&r);
    if (!jb_reader_done(&r))
        return JB_EDAMAGED;
    *ret = number;
    return JB_OK;
}

jb_err jb_store_code(jb_kv_txn *txn, enum jb_name_kind kind, uint32_t number, struct jb_slice *ret)
{
    uint8_t key[NUMBER_KEY_BYTES];
    return jb_kv_get(txn, JB_T_NAMES, number_key(kind, number, key), ret);
}

jb_err jb_store_put_name(jb_kv_txn *txn, enum jb_name_kind kind, struct jb_slice code,
                         uint32_t number)
{
    uint8_t key[NAME_KEY_BYTES_MAX], back[NUMBER_KEY_BYTES], value[4];
    jb_key_put_u32(value, number);
    jb_err err =
        jb_kv_put(txn, JB_T_NAMES, code_key(kind, code, key), jb_slice_of(value, sizeof(value)));
    if (!err)
        err = jb_kv_put(txn, JB_T_NAMES, number_key(kind, number, back), code);
    return err;
}

static struct jb_slice form_block_key(uint32_t form, uint8_t key[NUMBER_KEY_BYTES])
{
    key[0] = FORM_BLOCK_KIND;
    jb_key_put_u32(key + 1, form);
    return jb_slice_of(key, NUMBER_KEY_BYTES);
}

jb_err jb_store_form_block(jb_kv_txn *txn, uint32_t form, uint16_t *ret)
{
    uint8_t key[NUMBER_KEY_BYTES];
    struct jb_slice value;
    jb_err err = jb_kv_get(txn, JB_T_NAMES, form_block_key(form, key), &value);
    if (err)
        return err;
    struct jb_reader r = jb_reader_of(value);
    uint16_t block = jb_read_u16(&r);
    if (!jb_reader_done(&r) || block == 0)
        return JB_EDAMAGED;
    *ret = block;
    return JB_OK;
}

jb_err jb_store_put_form_block(jb_kv_txn *txn, uint32_t form, uint16_t block)
{
    uint8_t key[NUMBER_KEY_BYTES], value[2];
    jb_key_put_u16(value, block);
    return jb_kv_put(txn, JB_T_NAMES, form_block_key(form, key), jb_slice_of(value, sizeof(value)));
}

jb_err jb_store_next_number(jb_kv_txn *txn, enum jb_name_kind kind, uint32_t *ret)
{
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key;
    uint8_t after = (uint8_t)((kind | NUMBER_SIDE) + 1); /* every key of the kind sorts below it */
    uint32_t next = 0;
    jb_err err = jb_kv_cursor_open(txn, JB_T_NAMES, &cursor);
    if (err)
        return err;
    err = jb_kv_seek(cursor, jb_slice_of(&after, 1), NULL, NULL);
    if (!err)
        err = jb_kv_prev(cursor, &key, NULL);
    else if (err == JB_ENOTFOUND)
        err = jb_kv_last(cursor, &key, NULL);
    if (!err && key.len == NUMBER_KEY_BYTES && key.ptr[0] == (kind | NUMBER_SIDE)) {
        struct jb_reader r = jb_reader_of(jb_slice_of(key.ptr + 1, 4));
        next = jb_read_u32(&r) + 1;
    }
    jb_kv_cursor_close(cursor);
    if (err && err != JB_ENOTFOUND)
        return err;
    *ret = next;
    return JB_OK;
}
