/* The fold of acts: on a filing, its record moves on; on a period, the period's. No figure changes.
 */
#include "apply_inner.h"
#include "periods.h"

/* As a submission without figures: its own record gets the filing as it is now. */
static jb_err apply_to_filing(struct jb_applier *a, jb_kv_txn *txn, const struct jb_entry *entry)
{
    const struct jb_binding *binding = NULL;
    struct jb_place place = {.txn = txn, .period = entry->period, .unit = JB_NONE};
    jb_err err = jb_applier_binding(a, txn, &binding);
    if (err)
        return err;
    if (!binding || entry->unit >= binding->unit_numbers ||
        binding->unit_of[entry->unit] == JB_NONE)
        return JB_EDAMAGED;
    place.unit = binding->unit_of[entry->unit];
    return jb_apply_own(a, &place, entry);
}

static jb_err apply_to_period(jb_kv_txn *txn, const struct jb_entry *entry)
{
    struct jb_period_state state = {0};
    jb_err err = jb_periods_get(txn, entry->period, 0, &state);
    if (!err)
        err = jb_period_state_take(&state, entry);
    if (!err)
        err = jb_periods_put(txn, &state);
    jb_period_state_free(&state);
    return err;
}

jb_err jb_apply_act(struct jb_applier *a, jb_kv_txn *txn, const struct jb_entry *entry)
{
    struct jb_store_receipt receipt = {.revision = entry->revision};
    memcpy(receipt.content_hash, entry->content_hash, sizeof(receipt.content_hash));
    jb_err err = jb_act_is_of_filing(entry->act.kind) ? apply_to_filing(a, txn, entry)
                                                      : apply_to_period(txn, entry);
    return err ? err : jb_store_put_receipt(txn, JB_NONE, entry->id, &receipt);
}
