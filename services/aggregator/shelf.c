/* A list of bindings with their counts. A few that nobody holds are kept for the next question
 * about that past. */
#include "shelf.h"

#include <pthread.h>
#include <stdlib.h>

#define IDLE_MAX 4

struct shelved {
    struct jb_binding *binding;
    uint32_t holders;
    uint64_t used_at; /* by the shelf's own count */
    struct shelved *next;
};

struct jb_shelf {
    pthread_mutex_t lock;
    struct shelved *first;
    uint64_t uses;
};

jb_shelf *jb_shelf_new(void)
{
    jb_shelf *shelf = jb_xcalloc(1, sizeof(*shelf));
    jb_assert(pthread_mutex_init(&shelf->lock, NULL) == 0);
    return shelf;
}

void jb_shelf_free(jb_shelf *shelf)
{
    if (!shelf)
        return;
    while (shelf->first) {
        struct shelved *item = shelf->first;
        jb_assert(item->holders == 0);
        shelf->first = item->next;
        jb_binding_free(item->binding);
        free(item);
    }
    pthread_mutex_destroy(&shelf->lock);
    free(shelf);
}

static struct shelved *find_version(jb_shelf *shelf, uint32_t version)
{
    struct shelved *item = shelf->first;
    while (item && item->binding->version != version)
        item = item->next;
    return item;
}

static struct shelved *find_binding(jb_shelf *shelf, const struct jb_binding *binding)
{
    struct shelved *item = shelf->first;
    while (item && item->binding != binding)
        item = item->next;
    jb_assert(item);
    return item;
}

/* Drops the version that lay idle longest, when there are too many. */
static void drop_idle(jb_shelf *shelf)
{
    uint32_t idle = 0;
    struct shelved **oldest = NULL;
    for (struct shelved **at = &shelf->first; *at; at = &(*at)->next) {
        if ((*at)->holders)
            continue;
        idle++;
        if (!oldest || (*at)->used_at < (*oldest)->used_at)
            oldest = at;
    }
    if (idle <= IDLE_MAX)
        return;
    struct shelved *item = *oldest;
    *oldest = item->next;
    jb_binding_free(item->binding);
    free(item);
}

static jb_err load(jb_shelf *shelf, jb_kv_txn *txn, uint32_t version, struct shelved **ret)
{
    struct jb_binding *binding;
    jb_err err = jb_binding_load(txn, version, &binding);
    if (err)
        return err;
    struct shelved *item = jb_xcalloc(1, sizeof(*item));
    *item = (struct shelved){.binding = binding, .next = shelf->first};
    shelf->first = item;
    *ret = item;
    return JB_OK;
}

jb_err jb_shelf_get(jb_shelf *shelf, jb_kv_txn *txn, uint32_t version,
                    const struct jb_binding **ret)
{
    struct shelved *item;
    uint64_t revision;
    uint8_t hash[32];
    jb_err err = JB_OK;
    if (!version)
        err = jb_store_catalog(txn, 0, &version, &revision, hash);
    if (err)
        return err;
    pthread_mutex_lock(&shelf->lock);
    item = find_version(shelf, version);
    if (!item)
        err = load(shelf, txn, version, &item);
    if (!err) {
        item->holders++;
        item->used_at = ++shelf->uses;
        *ret = item->binding;
    }
    pthread_mutex_unlock(&shelf->lock);
    return err;
}

void jb_shelf_hold(jb_shelf *shelf, const struct jb_binding *binding)
{
    pthread_mutex_lock(&shelf->lock);
    find_binding(shelf, binding)->holders++;
    pthread_mutex_unlock(&shelf->lock);
}

void jb_shelf_put(jb_shelf *shelf, const struct jb_binding *binding)
{
    if (!binding)
        return;
    pthread_mutex_lock(&shelf->lock);
    struct shelved *item = find_binding(shelf, binding);
    jb_assert(item->holders > 0);
    item->holders--;
    drop_idle(shelf);
    pthread_mutex_unlock(&shelf->lock);
}
