/* Who holds which grants: all of them for those who manage or audit keys, and for anybody else what
 * stands under his own key. A page begins behind the holder that its cursor names, so holders that
 * come or go between two pages move nobody else. */
#include "desk.h"
#include "holders.h"
#include "lookup.h"
#include "net/wire_keys.h"

#define HOLDER_FRAME_BYTES 96
#define GRANT_FRAME_BYTES 40
#define UNIT_FRAME_BYTES 8

struct keys {
    struct jb_desk *desk;
    const jb_rights *rights;
    struct jb_holder *holders;
    uint32_t count;
    uint8_t next[JB_HOLDER_KEY_BYTES_MAX];
    struct jb_keys_answer answer;
};

/* At least what it takes on the wire. */
static size_t size_of(const struct jb_holder *holder)
{
    size_t bytes = HOLDER_FRAME_BYTES + holder->person_code.len + holder->label.len;
    for (uint32_t i = 0; i < holder->grant_count; i++) {
        const struct jb_grant *grant = &holder->grants[i];
        bytes += GRANT_FRAME_BYTES;
        for (uint32_t u = 0; u < grant->unit_count; u++)
            bytes += UNIT_FRAME_BYTES + grant->units[u].unit.len;
    }
    return bytes;
}

/* The first holder whose name is greater. */
static uint32_t first_behind(const jb_rights *rights, struct jb_slice after)
{
    uint32_t low = 0;
    uint32_t high = after.len ? jb_rights_count(rights) : 0;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        uint8_t key[JB_HOLDER_KEY_BYTES_MAX];
        if (jb_slice_cmp(jb_holder_key(jb_rights_at(rights, middle), key), after) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static jb_err list_all(struct keys *k, struct jb_slice after)
{
    uint32_t total = jb_rights_count(k->rights);
    uint32_t first = first_behind(k->rights, after);
    size_t bytes = 0;
    k->holders = jb_arena_array(&k->desk->arena, total - first, sizeof(*k->holders));
    if (!k->holders)
        return JB_ENOMEM;
    for (uint32_t i = first; i < total; i++) {
        const struct jb_holder *holder = jb_rights_at(k->rights, i);
        bytes += size_of(holder);
        if (k->count && bytes > JB_ANSWER_PAGE_BYTES_MAX) {
            k->answer.next = jb_holder_key(&k->holders[k->count - 1], k->next);
            break;
        }
        k->holders[k->count++] = *holder;
    }
    return JB_OK;
}

static jb_err list_own(struct keys *k)
{
    const struct jb_holder *own = jb_asker_holder(&k->desk->asker);
    if (!own)
        return JB_OK;
    k->holders = jb_arena_array(&k->desk->arena, 1, sizeof(*k->holders));
    if (!k->holders)
        return JB_ENOMEM;
    k->holders[k->count++] = *own;
    return JB_OK;
}

jb_err jb_answer_keys(struct jb_desk *desk, struct jb_slice payload)
{
    const struct jb_asker *asker = &desk->asker;
    struct keys k = {.desk = desk};
    struct jb_keys_ask ask;
    jb_rights *loaded = NULL;
    bool all =
        jb_asker_has_role(asker, JB_ROLE_SECURITY) || jb_asker_has_role(asker, JB_ROLE_AUDIT);
    if (jb_wire_keys_ask_decode(payload, &desk->arena, &ask) != JB_OK) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = asker->guarded ? JB_OK : jb_rights_load(desk->view.txn, &loaded);
    if (err)
        return err;
    k.rights = asker->guarded ? asker->rights : loaded;
    k.answer.revision = desk->view.snapshot.revision;
    memcpy(k.answer.store_id, desk->view.snapshot.store_id, sizeof(k.answer.store_id));
    k.answer.narrowed = !ask.own && !all;
    err = ask.own || !all ? list_own(&k) : list_all(&k, ask.after);
    if (!err) {
        k.answer.holders = k.holders;
        k.answer.holder_count = k.count;
        jb_wire_keys_answer_encode(&k.answer, &desk->payload);
    }
    jb_rights_free(loaded);
    return err;
}
