/* Holders of grants put straight into a test's store, and the board that shows them: for tests of
 * who sees what, where it does not matter how a grant came to be. Test key n has the seed n, 32
 * times. */
#ifndef JB_TEST_AGG_HOLDERS_H
#define JB_TEST_AGG_HOLDERS_H

#include "agg_reads.h"
#include "aggregator/asker.h"
#include "aggregator/holders.h"

struct agg_holders {
    jb_kv *kv;
    jb_rights_board *board;
    uint64_t revision; /* grows with each change of a holder */
};

#define AGG_UNIT(code)                                                                             \
    {                                                                                              \
        JB_LIT(code), false                                                                        \
    }
#define AGG_SUBTREE(code)                                                                          \
    {                                                                                              \
        JB_LIT(code), true                                                                         \
    }
/* .units = AGG_SCOPE(AGG_UNIT("ash")) and its count. */
#define AGG_SCOPE(...)                                                                             \
    .units = (const struct jb_scope_unit[]){__VA_ARGS__},                                          \
    .unit_count = JB_COUNT(((const struct jb_scope_unit[]){__VA_ARGS__}))

static inline struct jb_public_key agg_key(uint8_t n)
{
    struct jb_public_key key;
    uint8_t seed[32], secret[64];
    memset(seed, n, sizeof(seed));
    crypto_sign_seed_keypair(key.bytes, secret, seed);
    return key;
}

static inline void agg_holders_show(struct agg_holders *h)
{
    jb_rights *rights = NULL;
    jb_kv_txn *txn = NULL;
    assert_int_equal(jb_kv_begin_read(h->kv, &txn), JB_OK);
    assert_int_equal(jb_rights_load(txn, &rights), JB_OK);
    jb_kv_abort(&txn);
    if (h->board)
        jb_rights_board_set(h->board, rights);
    else
        h->board = jb_rights_board_new(rights);
}

/* Its key, label and revision are filled in, and its state when there is none. */
static inline void agg_hold(struct agg_holders *h, uint8_t n, struct jb_holder holder)
{
    uint8_t curve[32];
    struct jb_public_key key = agg_key(n);
    jb_kv_txn *txn = NULL;
    memcpy(holder.key, key.bytes, sizeof(holder.key));
    memset(curve, n, sizeof(curve));
    holder.label = JB_LIT("Somebody");
    holder.state = holder.state ? holder.state : JB_HOLDER_ACTIVE;
    holder.revision = ++h->revision;
    assert_int_equal(jb_kv_begin_write(h->kv, &txn), JB_OK);
    assert_int_equal(jb_store_put_holder(txn, &holder, curve), JB_OK);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    agg_holders_show(h);
}

/* The same for an enrolled person. */
static inline void agg_enrol(struct agg_holders *h, const char *person, struct jb_holder holder)
{
    jb_kv_txn *txn = NULL;
    holder.is_person = true;
    holder.person_code = jb_slice_str(person);
    holder.label = JB_LIT("Somebody");
    holder.state = holder.state ? holder.state : JB_HOLDER_ACTIVE;
    holder.revision = ++h->revision;
    assert_int_equal(jb_kv_begin_write(h->kv, &txn), JB_OK);
    assert_int_equal(jb_store_put_holder(txn, &holder, NULL), JB_OK);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    agg_holders_show(h);
}

/* agg_grant(h, n, .role = ..., ...): that grant and no other. */
#define agg_grant(h, n, ...)                                                                       \
    agg_hold(                                                                                      \
        h, n,                                                                                      \
        (struct jb_holder){.grants = (const struct jb_grant[]){{__VA_ARGS__}}, .grant_count = 1})

static inline void agg_holders_open(struct agg_holders *h, jb_kv *kv)
{
    *h = (struct agg_holders){.kv = kv};
    agg_holders_show(h);
}

static inline void agg_holders_close(struct agg_holders *h)
{
    jb_rights_board_free(h->board);
}

#endif
