/* The table of holders in memory: read once a change of rights from the store's records, in their
 * order, so that a key or a person is found by bisection; and beside it the keys in the order of
 * their CURVE keys, which is what a handshake knows. */
#include "rights.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

#include "holders.h"

#define ARENA_BYTES_MAX (1024ULL * 1024 * 1024)

struct by_curve {
    uint8_t curve[JB_HOLDER_CURVE_BYTES];
    uint32_t index;
};

struct jb_rights {
    atomic_uint references;
    struct jb_arena arena; /* what the holders' slices point to */
    struct jb_holder *holders;
    uint32_t count, key_count; /* keys stand before persons */
    struct by_curve *curves;   /* key_count of them, by curve */
};

static int compare_curves(const void *left, const void *right)
{
    const struct by_curve *a = left, *b = right;
    return memcmp(a->curve, b->curve, sizeof(a->curve));
}

static jb_err load_one(jb_rights *rights, struct jb_slice key, struct jb_slice value)
{
    struct jb_holder *holder = &rights->holders[rights->count];
    struct by_curve *curve = &rights->curves[rights->count];
    jb_err err = jb_holder_decode(key, value, &rights->arena, holder, curve->curve);
    if (err)
        return err;
    curve->index = rights->count++;
    if (!holder->is_person)
        rights->key_count = rights->count;
    return JB_OK;
}

static jb_err load_all(jb_rights *rights, jb_kv_txn *txn, uint64_t count)
{
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key, value;
    jb_err err = jb_kv_cursor_open(txn, JB_T_HOLDERS, &cursor);
    if (err)
        return err;
    for (err = jb_kv_first(cursor, &key, &value); !err; err = jb_kv_next(cursor, &key, &value)) {
        err = rights->count < count ? load_one(rights, key, value) : JB_EDAMAGED;
        if (err)
            break;
    }
    jb_kv_cursor_close(cursor);
    return err == JB_ENOTFOUND ? JB_OK : err;
}

jb_err jb_rights_load(jb_kv_txn *txn, jb_rights **ret)
{
    uint64_t count = 0;
    jb_err err = jb_kv_count(txn, JB_T_HOLDERS, &count);
    if (err)
        return err;
    if (count > JB_HOLDERS_MAX)
        return JB_EDAMAGED;
    jb_rights *rights = calloc(1, sizeof(*rights));
    if (!rights)
        return JB_ENOMEM;
    atomic_init(&rights->references, 1);
    jb_arena_init(&rights->arena, ARENA_BYTES_MAX);
    rights->holders = calloc(count + 1, sizeof(*rights->holders));
    rights->curves = calloc(count + 1, sizeof(*rights->curves));
    err = rights->holders && rights->curves ? load_all(rights, txn, count) : JB_ENOMEM;
    if (err) {
        jb_rights_free(rights);
        return err;
    }
    qsort(rights->curves, rights->key_count, sizeof(*rights->curves), compare_curves);
    *ret = rights;
    return JB_OK;
}

void jb_rights_free(jb_rights *rights)
{
    if (!rights || atomic_fetch_sub(&rights->references, 1) > 1)
        return;
    jb_arena_free(&rights->arena);
    free(rights->holders);
    free(rights->curves);
    free(rights);
}

uint32_t jb_rights_count(const jb_rights *rights)
{
    return rights->count;
}

const struct jb_holder *jb_rights_at(const jb_rights *rights, uint32_t index)
{
    return index < rights->count ? &rights->holders[index] : NULL;
}

static int compare_to_key(const void *key, const void *item)
{
    const struct jb_holder *holder = item;
    return memcmp(key, holder->key, sizeof(holder->key));
}

const struct jb_holder *jb_rights_by_key(const jb_rights *rights, const struct jb_public_key *key)
{
    return bsearch(key->bytes, rights->holders, rights->key_count, sizeof(*rights->holders),
                   compare_to_key);
}

const struct jb_holder *jb_rights_by_curve(const jb_rights *rights, const uint8_t curve[32])
{
    struct by_curve wanted;
    memcpy(wanted.curve, curve, sizeof(wanted.curve));
    const struct by_curve *found = bsearch(&wanted, rights->curves, rights->key_count,
                                           sizeof(*rights->curves), compare_curves);
    return found ? &rights->holders[found->index] : NULL;
}

static int compare_to_person(const void *key, const void *item)
{
    const struct jb_slice *code = key;
    const struct jb_holder *holder = item;
    return jb_slice_cmp(*code, holder->person_code);
}

const struct jb_holder *jb_rights_by_person(const jb_rights *rights, struct jb_slice person_code)
{
    return bsearch(&person_code, rights->holders + rights->key_count,
                   rights->count - rights->key_count, sizeof(*rights->holders), compare_to_person);
}

bool jb_rights_may_connect(const jb_rights *rights, const struct jb_public_key *key, int64_t now_us)
{
    const struct jb_holder *holder = jb_rights_by_key(rights, key);
    for (enum jb_role role = JB_ROLE_CONNECT; holder && role < JB_ROLES_END; role++) {
        if (jb_holder_grant(holder, role, now_us))
            return true;
    }
    return false;
}

struct jb_rights_board {
    pthread_mutex_t mutex;
    jb_rights *rights;
};

jb_rights_board *jb_rights_board_new(jb_rights *rights)
{
    jb_rights_board *board = jb_xcalloc(1, sizeof(*board));
    int rc = pthread_mutex_init(&board->mutex, NULL);
    jb_assert(rc == 0);
    board->rights = rights;
    return board;
}

void jb_rights_board_free(jb_rights_board *board)
{
    if (!board)
        return;
    jb_rights_free(board->rights);
    pthread_mutex_destroy(&board->mutex);
    free(board);
}

void jb_rights_board_set(jb_rights_board *board, jb_rights *rights)
{
    pthread_mutex_lock(&board->mutex);
    jb_rights *before = board->rights;
    board->rights = rights;
    pthread_mutex_unlock(&board->mutex);
    jb_rights_free(before);
}

jb_rights *jb_rights_board_get(jb_rights_board *board)
{
    pthread_mutex_lock(&board->mutex);
    jb_rights *rights = board->rights;
    if (rights)
        atomic_fetch_add(&rights->references, 1);
    pthread_mutex_unlock(&board->mutex);
    return rights;
}
