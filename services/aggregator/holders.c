/* Holders' records. One holder has one spelling: grants by role, units by code, nothing twice; so
 * that a store and its rebuilding agree byte for byte. */
#include "holders.h"

#include <stdlib.h>

#include "base/limits.h"
#include "net/identity.h"

#define KIND_KEY 'k'
#define KIND_PERSON 'p'
#define FLAG_RECOVERY 1
#define FLAG_SERVER 2
#define FLAG_EVERYWHERE 1

struct jb_slice jb_holder_key(const struct jb_holder *holder, uint8_t key[JB_HOLDER_KEY_BYTES_MAX])
{
    struct jb_slice name =
        holder->is_person ? holder->person_code : jb_slice_of(holder->key, sizeof(holder->key));
    jb_assert(name.len > 0 && name.len < JB_HOLDER_KEY_BYTES_MAX);
    key[0] = holder->is_person ? KIND_PERSON : KIND_KEY;
    memcpy(key + 1, name.ptr, name.len);
    return jb_slice_of(key, 1 + name.len);
}

static int compare_units(const void *left, const void *right)
{
    const struct jb_scope_unit *const *a = left, *const *b = right;
    return jb_slice_cmp((*a)->unit, (*b)->unit);
}

static void encode_grant(const struct jb_grant *grant, struct jb_buf *out)
{
    const struct jb_scope_unit *units[JB_GRANT_SCOPES_MAX];
    jb_assert(grant->unit_count <= JB_GRANT_SCOPES_MAX);
    for (uint32_t i = 0; i < grant->unit_count; i++)
        units[i] = &grant->units[i];
    qsort(units, grant->unit_count, sizeof(units[0]), compare_units);
    jb_buf_put_u8(out, (uint8_t)grant->role);
    jb_buf_put_u8(out, grant->everywhere ? FLAG_EVERYWHERE : 0);
    jb_buf_put_zigzag(out, grant->from_us);
    jb_buf_put_zigzag(out, grant->until_us);
    jb_buf_put_varint(out, grant->unit_count);
    for (uint32_t i = 0; i < grant->unit_count; i++) {
        jb_buf_put_bytes(out, units[i]->unit);
        jb_buf_put_u8(out, units[i]->subtree);
    }
}

void jb_holder_encode(const struct jb_holder *holder, const uint8_t *curve, struct jb_buf *out)
{
    jb_assert(holder->grant_count <= JB_HOLDER_GRANTS_MAX && holder->is_person == !curve);
    jb_buf_put_u8(out, (uint8_t)holder->state);
    jb_buf_put_u8(out, holder->recovery ? FLAG_RECOVERY : holder->server ? FLAG_SERVER : 0);
    if (curve)
        jb_buf_put(out, curve, JB_HOLDER_CURVE_BYTES);
    jb_buf_put_bytes(out, holder->label);
    jb_buf_put_zigzag(out, holder->ends_us);
    jb_buf_put_varint(out, holder->revision);
    jb_buf_put_varint(out, holder->grant_count);
    for (enum jb_role role = JB_ROLE_CONNECT; role < JB_ROLES_END; role++) {
        for (uint32_t i = 0; i < holder->grant_count; i++) {
            if (holder->grants[i].role == role)
                encode_grant(&holder->grants[i], out);
        }
    }
}

/* A byte that is 0 or 1. */
static bool read_flag(struct jb_reader *r)
{
    uint8_t flag = jb_read_u8(r);
    if (flag > 1)
        r->failed = true;
    return flag == 1;
}

static jb_err decode_units(struct jb_reader *r, struct jb_arena *arena, struct jb_grant *grant)
{
    grant->unit_count = (uint32_t)jb_read_varint_max(r, JB_GRANT_SCOPES_MAX);
    if (r->failed)
        return JB_EDAMAGED;
    struct jb_scope_unit *units = jb_arena_array(arena, grant->unit_count, sizeof(*units));
    if (!units)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < grant->unit_count; i++) {
        units[i].unit = jb_read_bytes(r, JB_CODE_BYTES_MAX);
        units[i].subtree = read_flag(r);
        if (r->failed || !jb_code_valid(units[i].unit) ||
            (i > 0 && jb_slice_cmp(units[i - 1].unit, units[i].unit) >= 0))
            return JB_EDAMAGED;
    }
    grant->units = units;
    return JB_OK;
}

static bool is_grant(const struct jb_grant *grant)
{
    bool scope = grant->everywhere ? grant->role == JB_ROLE_READ && grant->unit_count == 0
                                   : jb_role_has_scope(grant->role) == (grant->unit_count > 0);
    return scope && grant->from_us >= 0 &&
           (grant->until_us == 0 || grant->until_us > grant->from_us);
}

static jb_err decode_grants(struct jb_reader *r, struct jb_arena *arena, struct jb_holder *holder)
{
    holder->grant_count = (uint32_t)jb_read_varint_max(r, JB_ROLES_END - 1);
    if (r->failed)
        return JB_EDAMAGED;
    struct jb_grant *grants = jb_arena_array(arena, holder->grant_count, sizeof(*grants));
    if (!grants)
        return JB_ENOMEM;
    uint8_t role_before = 0;
    for (uint32_t i = 0; i < holder->grant_count; i++) {
        uint8_t role = jb_read_u8(r);
        grants[i].role = (enum jb_role)role;
        grants[i].everywhere = read_flag(r);
        grants[i].from_us = jb_read_zigzag(r);
        grants[i].until_us = jb_read_zigzag(r);
        if (r->failed || role <= role_before || role >= JB_ROLES_END)
            return JB_EDAMAGED;
        jb_err err = decode_units(r, arena, &grants[i]);
        if (err)
            return err;
        if (!is_grant(&grants[i]))
            return JB_EDAMAGED;
        role_before = role;
    }
    holder->grants = grants;
    return JB_OK;
}

static bool decode_key(struct jb_slice key, struct jb_holder *holder)
{
    if (key.len < 2)
        return false;
    struct jb_slice name = jb_slice_of(key.ptr + 1, key.len - 1);
    holder->is_person = key.ptr[0] == KIND_PERSON;
    if (holder->is_person) {
        holder->person_code = name;
        return jb_code_valid(name);
    }
    if (key.ptr[0] != KIND_KEY || name.len != sizeof(holder->key))
        return false;
    memcpy(holder->key, name.ptr, name.len);
    return true;
}

jb_err jb_holder_decode(struct jb_slice key, struct jb_slice value, struct jb_arena *arena,
                        struct jb_holder *ret, uint8_t ret_curve[JB_HOLDER_CURVE_BYTES])
{
    struct jb_holder holder = {0};
    struct jb_slice key_copy = jb_arena_copy(arena, key), copy = jb_arena_copy(arena, value);
    struct jb_slice curve = {0};
    if (!key_copy.ptr || !copy.ptr)
        return JB_ENOMEM;
    if (!decode_key(key_copy, &holder))
        return JB_EDAMAGED;
    struct jb_reader r = jb_reader_of(copy);
    uint8_t state = jb_read_u8(&r);
    holder.state = (enum jb_holder_state)state;
    uint8_t flags = jb_read_u8(&r);
    holder.recovery = flags == FLAG_RECOVERY;
    holder.server = flags == FLAG_SERVER;
    if (!holder.is_person)
        curve = jb_read_raw(&r, JB_HOLDER_CURVE_BYTES);
    holder.label = jb_read_bytes(&r, JB_KEY_LABEL_BYTES_MAX);
    holder.ends_us = jb_read_zigzag(&r);
    holder.revision = jb_read_varint(&r);
    if (r.failed || flags > FLAG_SERVER || state < JB_HOLDER_ACTIVE || state > JB_HOLDER_REVOKED ||
        holder.label.len == 0 || !jb_utf8_valid(holder.label) || holder.ends_us < 0)
        return JB_EDAMAGED;
    jb_err err = decode_grants(&r, arena, &holder);
    if (!err && !jb_reader_done(&r))
        err = JB_EDAMAGED;
    if (err)
        return err;
    memset(ret_curve, 0, JB_HOLDER_CURVE_BYTES);
    if (curve.len)
        memcpy(ret_curve, curve.ptr, curve.len);
    *ret = holder;
    return JB_OK;
}

jb_err jb_store_holder(jb_kv_txn *txn, const struct jb_holder *name, struct jb_arena *arena,
                       struct jb_holder *ret, uint8_t ret_curve[JB_HOLDER_CURVE_BYTES])
{
    uint8_t bytes[JB_HOLDER_KEY_BYTES_MAX];
    struct jb_slice key = jb_holder_key(name, bytes), value;
    jb_err err = jb_kv_get(txn, JB_T_HOLDERS, key, &value);
    return err ? err : jb_holder_decode(key, value, arena, ret, ret_curve);
}

jb_err jb_store_put_holder(jb_kv_txn *txn, const struct jb_holder *holder, const uint8_t *curve)
{
    uint8_t bytes[JB_HOLDER_KEY_BYTES_MAX];
    struct jb_buf record;
    jb_buf_init(&record, JB_HOLDER_RECORD_BYTES_MAX);
    jb_holder_encode(holder, curve, &record);
    jb_err err = record.failed ? JB_ENOMEM
                               : jb_kv_put(txn, JB_T_HOLDERS, jb_holder_key(holder, bytes),
                                           jb_buf_slice(&record));
    jb_buf_free(&record);
    return err;
}
