/* A sorted array; filings are told apart by a hash, so that no names are kept. */
#include "queue.h"

#include <sodium.h>
#include <stdlib.h>

struct loading {
    struct jb_queue_item *items;
    uint32_t count;
    bool more;
};

void jb_queue_free(struct jb_queue *queue)
{
    free(queue->items);
    *queue = (struct jb_queue){0};
}

static uint64_t filing_hash(const struct jb_outbox_head *head)
{
    static const uint8_t key[crypto_shorthash_KEYBYTES];
    uint8_t text[3 * JB_CODE_BYTES_MAX + 3], hash[crypto_shorthash_BYTES];
    struct jb_slice parts[] = {head->unit, head->form, head->period};
    size_t len = 0;
    uint64_t value;

    for (size_t i = 0; i < JB_COUNT(parts); i++) {
        memcpy(text + len, parts[i].ptr, parts[i].len);
        len += parts[i].len;
        text[len++] = 0;
    }
    crypto_shorthash(hash, text, len, key);
    memcpy(&value, hash, sizeof(value));
    return value;
}

static bool load_item(void *ctx, const struct jb_outbox_item *item)
{
    struct loading *loading = ctx;

    if (loading->count == JB_QUEUE_ITEMS_MAX) {
        loading->more = true;
        return false;
    }
    loading->items[loading->count++] = (struct jb_queue_item){
        .seq = item->head.seq, .filing = filing_hash(&item->head), .id = item->head.id};
    return true;
}

/* Counts the earlier ones of each filing with an open-addressed table. */
static void count_ahead(struct jb_queue_item *items, uint32_t count)
{
    enum { SLOTS = JB_QUEUE_ITEMS_MAX * 2 };
    struct slot {
        uint64_t filing;
        uint32_t seen;
    } *slots = jb_xcalloc(SLOTS, sizeof(*slots));

    for (uint32_t i = 0; i < count; i++) {
        uint64_t at = items[i].filing % SLOTS;
        while (slots[at].seen && slots[at].filing != items[i].filing)
            at = (at + 1) % SLOTS;
        slots[at].filing = items[i].filing;
        items[i].ahead = slots[at].seen++;
    }
    free(slots);
}

/* Both lists are in the order of seq. */
static void keep_under_way(const struct jb_queue *old, struct loading *now, uint32_t *ret_under_way)
{
    uint32_t k = 0, under_way = 0;

    for (uint32_t i = 0; i < old->count; i++) {
        const struct jb_queue_item *from = &old->items[i];
        if (!from->under_way)
            continue;
        while (k < now->count && now->items[k].seq < from->seq)
            k++;
        if (k == now->count || now->items[k].seq != from->seq)
            continue;
        struct jb_queue_item *to = &now->items[k];
        to->under_way = true;
        to->sent_us = from->sent_us;
        memcpy(to->request, from->request, sizeof(to->request));
        memcpy(to->content_hash, from->content_hash, sizeof(to->content_hash));
        under_way++;
    }
    *ret_under_way = under_way;
}

jb_err jb_queue_load(struct jb_queue *queue, jb_outbox *outbox)
{
    struct loading loading = {0};
    uint64_t generation = jb_outbox_generation(outbox);

    bool hungry = queue->more && queue->count < JB_QUEUE_ITEMS_MAX / 2;
    if (queue->loaded && generation == queue->generation && !hungry)
        return JB_OK;
    loading.items = jb_xcalloc(JB_QUEUE_ITEMS_MAX, sizeof(*loading.items));
    jb_err err = jb_outbox_items(outbox, load_item, &loading);
    if (err) {
        free(loading.items);
        return err;
    }
    count_ahead(loading.items, loading.count);
    keep_under_way(queue, &loading, &queue->under_way);
    free(queue->items);
    queue->items = loading.items;
    queue->count = loading.count;
    queue->more = loading.more;
    queue->loaded = true;
    queue->generation = generation;
    return JB_OK;
}

struct jb_queue_item *jb_queue_ready(struct jb_queue *queue, uint32_t from)
{
    for (uint32_t i = from; i < queue->count; i++) {
        if (!queue->items[i].under_way && queue->items[i].ahead == 0)
            return &queue->items[i];
    }
    return NULL;
}

struct jb_queue_item *jb_queue_find(struct jb_queue *queue, struct jb_slice request)
{
    if (request.len != JB_QUEUE_REQUEST_BYTES)
        return NULL;
    for (uint32_t i = 0; i < queue->count; i++) {
        struct jb_queue_item *item = &queue->items[i];
        if (item->under_way && !item->settled &&
            memcmp(item->request, request.ptr, request.len) == 0)
            return item;
    }
    return NULL;
}

void jb_queue_drop_settled(struct jb_queue *queue)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < queue->count; i++) {
        struct jb_queue_item *item = &queue->items[i];
        if (!item->settled) {
            queue->items[kept++] = *item;
            continue;
        }
        queue->under_way -= item->under_way ? 1 : 0;
        for (uint32_t k = i + 1; k < queue->count; k++) {
            if (queue->items[k].filing == item->filing)
                queue->items[k].ahead--;
        }
    }
    queue->count = kept;
}

void jb_queue_recall(struct jb_queue *queue)
{
    for (uint32_t i = 0; i < queue->count; i++)
        queue->items[i].under_way = false;
    queue->under_way = 0;
}
