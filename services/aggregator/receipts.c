/* A small hash table over the open block; what is not there is looked for in the store's table. */
#include "receipts.h"

#include <stdlib.h>

#include "base/limits.h"

_Static_assert(JB_RECEIPTS_BLOCK < UINT16_MAX, "an index and one fit a slot");

static uint64_t block_of(uint64_t revision)
{
    return revision / JB_RECEIPTS_BLOCK;
}

static void clear(struct jb_receipts *receipts, uint64_t block)
{
    receipts->block = block;
    receipts->count = 0;
    memset(receipts->slots, 0, sizeof(receipts->slots));
}

void jb_receipts_begin(struct jb_receipts *receipts)
{
    clear(receipts, 0);
    receipts->loaded = true;
}

void jb_receipts_forget(struct jb_receipts *receipts)
{
    receipts->loaded = false;
}

/* The item's slot, or the empty one where it would be: there are twice as many as items. An id's
 * last bytes are its most random ones; ids that are chosen to collide cost a walk over the block.
 */
static uint16_t *slot_of(struct jb_receipts *receipts, uint32_t unit, struct jb_uuid id)
{
    uint64_t hash;
    memcpy(&hash, id.bytes + sizeof(id.bytes) - sizeof(hash), sizeof(hash));
    hash = (hash ^ unit) * 0x9e3779b97f4a7c15u;
    for (uint32_t at = (uint32_t)(hash >> 40) % JB_RECEIPTS_SLOTS;;
         at = (at + 1) % JB_RECEIPTS_SLOTS) {
        uint16_t *slot = &receipts->slots[at];
        const struct jb_receipts_item *item = *slot ? &receipts->items[*slot - 1] : NULL;
        if (!item || (item->unit == unit && jb_uuid_eq(item->id, id)))
            return slot;
    }
}

static void set(struct jb_receipts *receipts, uint32_t unit, struct jb_uuid id,
                const struct jb_store_receipt *receipt)
{
    uint16_t *slot = slot_of(receipts, unit, id);
    if (!*slot) {
        jb_assert(receipts->count < JB_RECEIPTS_BLOCK);
        *slot = (uint16_t)++receipts->count;
    }
    receipts->items[*slot - 1] = (struct jb_receipts_item){unit, id, *receipt};
}

/* What one entry of the open block is to the receipts. */
static void take(struct jb_receipts *receipts, const struct jb_entry *entry)
{
    struct jb_store_receipt receipt = {.revision = entry->revision};
    if (entry->kind == JB_ENTRY_SUBMISSION) {
        memcpy(receipt.content_hash, entry->content_hash, sizeof(receipt.content_hash));
        set(receipts, entry->unit, entry->id, &receipt);
    } else if (entry->kind == JB_ENTRY_CONFLICT) {
        uint16_t *slot = slot_of(receipts, entry->unit, entry->id);
        if (*slot) /* else the table has it */
            receipts->items[*slot - 1].receipt.conflict_revision = entry->revision;
    }
}

/* The open block, from the ledger whose newest entry is `last`. */
static jb_err load(struct jb_receipts *receipts, jb_kv_txn *txn, uint64_t last)
{
    uint64_t first = block_of(last) * JB_RECEIPTS_BLOCK;
    struct jb_entry_effect *effects = calloc(JB_SUBMISSION_ROWS_MAX, sizeof(*effects));
    jb_err err = effects ? JB_OK : JB_ENOMEM;
    clear(receipts, block_of(last));
    for (uint64_t revision = first ? first : 1; !err && revision <= last; revision++) {
        struct jb_slice bytes;
        struct jb_entry entry;
        err = jb_store_entry(txn, revision, &bytes);
        if (!err)
            err = jb_entry_decode(bytes, effects, JB_SUBMISSION_ROWS_MAX, &entry);
        if (!err)
            take(receipts, &entry);
    }
    free(effects);
    receipts->loaded = !err;
    return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
}

jb_err jb_receipts_find(struct jb_receipts *receipts, jb_kv_txn *txn, uint32_t unit,
                        struct jb_uuid id, struct jb_store_receipt *ret)
{
    if (!receipts->loaded) {
        struct jb_store_head head;
        jb_err err = jb_store_head(txn, &head);
        if (!err)
            err = load(receipts, txn, head.revision);
        if (err)
            return err;
    }
    uint16_t slot = *slot_of(receipts, unit, id);
    if (!slot)
        return jb_store_receipt(txn, unit, id, ret);
    *ret = receipts->items[slot - 1].receipt;
    return JB_OK;
}

/* The table's order, in which its pages are filled best. */
static int compare_items(const void *left, const void *right)
{
    const struct jb_receipts_item *a = left, *b = right;
    int order = memcmp(a->id.bytes, b->id.bytes, sizeof(a->id.bytes));
    return order ? order : (a->unit > b->unit) - (a->unit < b->unit);
}

static jb_err settle(struct jb_receipts *receipts, jb_kv_txn *txn)
{
    jb_err err = JB_OK;
    qsort(receipts->items, receipts->count, sizeof(receipts->items[0]), compare_items);
    for (uint32_t i = 0; !err && i < receipts->count; i++) {
        const struct jb_receipts_item *item = &receipts->items[i];
        err = jb_store_put_receipt(txn, item->unit, item->id, &item->receipt);
    }
    return err;
}

jb_err jb_receipts_advance(struct jb_receipts *receipts, jb_kv_txn *txn, uint64_t revision)
{
    jb_err err = JB_OK;
    jb_assert(revision > 0);
    if (!receipts->loaded)
        err = load(receipts, txn, revision - 1);
    if (err || block_of(revision) == receipts->block)
        return err;
    err = settle(receipts, txn);
    clear(receipts, block_of(revision));
    if (err)
        jb_receipts_forget(receipts);
    return err;
}

jb_err jb_receipts_put(struct jb_receipts *receipts, jb_kv_txn *txn, uint32_t unit,
                       struct jb_uuid id, const struct jb_store_receipt *receipt)
{
    jb_assert(receipts->loaded);
    if (block_of(receipt->revision) != receipts->block)
        return jb_store_put_receipt(txn, unit, id, receipt);
    set(receipts, unit, id, receipt);
    return JB_OK;
}
