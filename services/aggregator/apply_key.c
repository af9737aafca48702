/* The fold of changes of rights. Time comes from the entry and from what the change itself says,
 * so that the same ledger always leads to the same table. */
#include "apply_key.h"

#include "birth.h"
#include "holders.h"
#include "net/wire_keys.h"

#define ARENA_BYTES_MAX (16 * 1024 * 1024)

/* One change on its way into the table. */
struct fold {
    jb_kv_txn *txn;
    const struct jb_entry *entry;
    struct jb_arena arena;
    struct jb_key_change change;
    struct jb_holder holder;
    uint8_t curve[JB_HOLDER_CURVE_BYTES];
};

static jb_err store_holder(struct fold *f)
{
    f->holder.revision = f->entry->revision;
    return jb_store_put_holder(f->txn, &f->holder, f->holder.is_person ? NULL : f->curve);
}

static void set_key(struct fold *f, const struct jb_public_key *key)
{
    memcpy(f->holder.key, key->bytes, sizeof(f->holder.key));
    jb_public_curve(key, f->curve);
}

/* The holder that the change names, or for ALLOW a new one. */
static jb_err load(struct fold *f)
{
    struct jb_holder name = {.is_person = f->change.is_person,
                             .person_code = f->change.person_code};
    memcpy(name.key, f->change.key.bytes, sizeof(name.key));
    jb_err err = jb_store_holder(f->txn, &name, &f->arena, &f->holder, f->curve);
    if (err != JB_ENOTFOUND)
        return err;
    if (f->change.action != JB_KEY_ALLOW || f->change.label.len == 0)
        return JB_EDAMAGED;
    f->holder = name;
    f->holder.state = JB_HOLDER_ACTIVE;
    f->holder.label = f->change.label;
    f->holder.recovery = f->entry->birth == JB_BIRTH_RECOVERY;
    f->holder.server = f->entry->birth == JB_BIRTH_SERVER;
    if (!name.is_person)
        set_key(f, &f->change.key);
    return JB_OK;
}

/* Every grant but that of the role, and the new one if there is one. */
static jb_err replace_grant(struct fold *f, enum jb_role role, const struct jb_grant *grant)
{
    const struct jb_holder *holder = &f->holder;
    uint32_t count = 0;
    struct jb_grant *grants =
        jb_arena_array(&f->arena, (size_t)holder->grant_count + 1, sizeof(*grants));
    if (!grants)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < holder->grant_count; i++) {
        if (holder->grants[i].role != role)
            grants[count++] = holder->grants[i];
    }
    if (grant)
        grants[count++] = *grant;
    f->holder.grants = grants;
    f->holder.grant_count = count;
    return JB_OK;
}

/* The old key first: the new one takes its place with all that it has. */
static jb_err rotate(struct fold *f)
{
    struct jb_holder old = f->holder;
    if (f->change.overlap_until_us == 0)
        f->holder.state = JB_HOLDER_REVOKED;
    else
        f->holder.ends_us = f->change.overlap_until_us;
    jb_err err = store_holder(f);
    if (err)
        return err;
    f->holder = old;
    set_key(f, &f->change.new_key);
    return store_holder(f);
}

static jb_err fold_change(struct fold *f)
{
    const struct jb_key_change *change = &f->change;
    jb_err err = load(f);
    if (err)
        return err;
    switch (change->action) {
    case JB_KEY_ALLOW:
        if (change->has_grant)
            err = replace_grant(f, change->grant.role, &change->grant);
        break;
    case JB_KEY_TAKE:
        err = replace_grant(f, change->grant.role, NULL);
        break;
    case JB_KEY_SUSPEND:
        f->holder.state = JB_HOLDER_SUSPENDED;
        break;
    case JB_KEY_RESUME:
        f->holder.state = JB_HOLDER_ACTIVE;
        break;
    case JB_KEY_REVOKE:
        f->holder.state = JB_HOLDER_REVOKED;
        break;
    case JB_KEY_ROTATE:
        return rotate(f);
    }
    return err ? err : store_holder(f);
}

jb_err jb_apply_key(jb_kv_txn *txn, const struct jb_entry *entry)
{
    struct fold f = {.txn = txn, .entry = entry};
    struct jb_store_receipt receipt = {.revision = entry->revision};
    if (!jb_birth_in_place(entry))
        return JB_EDAMAGED;
    jb_arena_init(&f.arena, ARENA_BYTES_MAX);
    jb_err err = jb_wire_key_change_decode(entry->payload, &f.arena, &f.change, NULL);
    if (err)
        err = err == JB_ENOMEM ? err : JB_EDAMAGED;
    else
        err = fold_change(&f);
    memcpy(receipt.content_hash, entry->content_hash, sizeof(receipt.content_hash));
    if (!err)
        err = jb_store_put_receipt(txn, JB_NONE, entry->id, &receipt);
    jb_arena_free(&f.arena);
    return err;
}
