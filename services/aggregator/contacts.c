/* Records of contacts. */
#include "contacts.h"

#include "base/buf.h"
#include "keys.h"

#define HEAD_BYTES 40
#define HEAD_KEY JB_LIT("\xff")

jb_err jb_store_contacts_head(jb_kv_txn *txn, struct jb_contacts_head *ret)
{
    struct jb_slice value;
    jb_err err = jb_kv_get(txn, JB_T_CONTACTS, HEAD_KEY, &value);
    if (err == JB_ENOTFOUND) {
        *ret = (struct jb_contacts_head){0};
        return JB_OK;
    }
    if (!err && value.len != HEAD_BYTES)
        err = JB_EDAMAGED;
    if (err)
        return err;
    struct jb_reader r = jb_reader_of(value);
    ret->version = jb_read_u64(&r);
    memcpy(ret->hash, jb_read_raw(&r, sizeof(ret->hash)).ptr, sizeof(ret->hash));
    return JB_OK;
}

jb_err jb_store_put_contacts_head(jb_kv_txn *txn, const struct jb_contacts_head *head)
{
    uint8_t value[HEAD_BYTES];
    jb_key_put_u64(value, head->version);
    memcpy(value + 8, head->hash, sizeof(head->hash));
    return jb_kv_put(txn, JB_T_CONTACTS, HEAD_KEY, jb_slice_of(value, sizeof(value)));
}

static struct jb_slice unit_key(uint32_t unit, uint8_t key[4])
{
    jb_key_put_u32(key, unit);
    return jb_slice_of(key, 4);
}

static bool decode(struct jb_slice value, struct jb_contact items[JB_UNIT_CONTACTS_MAX],
                   uint32_t *ret_count)
{
    struct jb_reader r = jb_reader_of(value);
    uint32_t count = jb_read_u8(&r);
    if (count == 0 || count > JB_UNIT_CONTACTS_MAX)
        return false;
    for (uint32_t i = 0; i < count; i++) {
        items[i] = (struct jb_contact){.role = (enum jb_contact_role)jb_read_u8(&r)};
        for (uint32_t t = 0; t < JB_CONTACT_TEXTS; t++)
            *jb_contact_text(&items[i], t) = jb_read_bytes(&r, JB_CONTACT_NOTE_BYTES_MAX);
        if (r.failed || jb_contact_check(&items[i]))
            return false;
    }
    struct jb_slice rest = jb_read_raw(&r, jb_reader_left(&r));
    for (size_t i = 0; i < rest.len; i++) {
        if (rest.ptr[i])
            return false;
    }
    *ret_count = count;
    return true;
}

bool jb_contacts_sound(struct jb_slice key, struct jb_slice value)
{
    struct jb_contact items[JB_UNIT_CONTACTS_MAX];
    uint32_t count;
    if (jb_slice_eq(key, HEAD_KEY))
        return value.len == HEAD_BYTES;
    return key.len == 4 && decode(value, items, &count);
}

jb_err jb_store_contacts(jb_kv_txn *txn, uint32_t unit, struct jb_arena *arena,
                         const struct jb_contact **ret, uint32_t *ret_count)
{
    uint8_t bytes[4];
    struct jb_slice key = unit_key(unit, bytes), value;
    uint32_t count = 0;
    jb_err err = jb_kv_get(txn, JB_T_CONTACTS, key, &value);
    if (err == JB_EDAMAGED && jb_kv_is_erased(txn, JB_T_CONTACTS, key))
        err = JB_ENOTFOUND; /* since this snapshot */
    if (err == JB_ENOTFOUND) {
        *ret_count = 0;
        return JB_OK;
    }
    if (err)
        return err;
    struct jb_contact *items = jb_arena_array(arena, JB_UNIT_CONTACTS_MAX, sizeof(*items));
    struct jb_slice copy = jb_arena_copy(arena, value);
    if (!items || !copy.ptr)
        return JB_ENOMEM;
    if (!decode(copy, items, &count))
        return JB_EDAMAGED;
    *ret = items;
    *ret_count = count;
    return JB_OK;
}

static void encode(const struct jb_contact *contacts, uint32_t count, size_t len_min,
                   struct jb_buf *out)
{
    jb_buf_put_u8(out, (uint8_t)count);
    for (uint32_t i = 0; i < count; i++) {
        struct jb_contact contact = contacts[i];
        jb_buf_put_u8(out, (uint8_t)contact.role);
        for (uint32_t t = 0; t < JB_CONTACT_TEXTS; t++)
            jb_buf_put_bytes(out, *jb_contact_text(&contact, t));
    }
    size_t padding = out->len < len_min ? len_min - out->len : 0;
    uint8_t *to = jb_buf_reserve(out, padding);
    if (!to)
        return;
    memset(to, 0, padding);
    out->len += padding;
}

jb_err jb_store_put_contacts(jb_kv_txn *txn, uint32_t unit, const struct jb_contact *contacts,
                             uint32_t count)
{
    uint8_t bytes[4];
    struct jb_slice key = unit_key(unit, bytes);
    struct jb_buf record;
    jb_assert(count <= JB_UNIT_CONTACTS_MAX);
    jb_err err = jb_kv_erase(txn, JB_T_CONTACTS, key);
    if (err == JB_ENOTFOUND)
        err = JB_OK;
    if (err || count == 0)
        return err;
    jb_buf_init(&record, JB_CONTACTS_RECORD_BYTES_MAX);
    encode(contacts, count, jb_kv_page_bytes(txn) + 1, &record);
    err = record.failed ? JB_ENOMEM : jb_kv_put(txn, JB_T_CONTACTS, key, jb_buf_slice(&record));
    jb_buf_free(&record);
    return err;
}
