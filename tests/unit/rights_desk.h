/* A desk for tests of keys and grants: a store with its birth, in one long write transaction, and
 * changes of rights in one line. Test key n has the seed n, 32 times. */
#ifndef JB_TEST_RIGHTS_DESK_H
#define JB_TEST_RIGHTS_DESK_H

#include "unit/agg_fixture.h"

#include "aggregator/apply.h"
#include "aggregator/birth.h"
#include "aggregator/chain.h"
#include "aggregator/decide_key.h"
#include "aggregator/holders.h"

enum { KEY_SECURITY = 1, KEY_RECOVERY = 2, KEY_SERVER = 3 };

struct rights_desk {
    char *base, *dir;
    jb_kv *kv;
    jb_kv_txn *txn;
    jb_applier *applier;
    struct jb_store_head head;
    struct jb_chain chain;
    jb_rights *rights; /* after the last entry */
    int64_t now_us;
    struct jb_arena arena;
    struct jb_buf payload, entry;
    struct jb_findings findings; /* of the last change */
    struct jb_key_decision decision;
    uint8_t ids;
};

static inline struct jb_public_key rights_key(uint8_t n)
{
    struct jb_public_key key;
    uint8_t seed[32], secret[64];
    memset(seed, n, sizeof(seed));
    crypto_sign_seed_keypair(key.bytes, secret, seed);
    return key;
}

/* A signature of test key n, made without the code under test. */
static inline void rights_sign(uint8_t n, uint32_t kind, const uint8_t store_id[16],
                               struct jb_slice payload, uint8_t ret[64])
{
    uint8_t seed[32], public[32], secret[64];
    uint8_t *bytes = malloc(36 + payload.len);
    memset(seed, n, sizeof(seed));
    crypto_sign_seed_keypair(public, secret, seed);
    memcpy(bytes, "jibao.v1.signed", 16);
    for (int i = 0; i < 4; i++)
        bytes[16 + i] = (uint8_t)(kind >> (24 - 8 * i));
    memcpy(bytes + 20, store_id, 16);
    if (payload.len)
        memcpy(bytes + 36, payload.ptr, payload.len);
    crypto_sign_detached(ret, NULL, bytes, 36 + payload.len, secret);
    free(bytes);
}

static inline void rights_reload(struct rights_desk *d)
{
    jb_rights_free(d->rights);
    assert_int_equal(jb_rights_load(d->txn, &d->rights), JB_OK);
}

static inline jb_err rights_append(struct rights_desk *d, struct jb_entry *entry)
{
    entry->revision = d->head.revision + 1;
    entry->at_us = d->now_us;
    entry->epoch = 1;
    jb_chain_link(&d->chain, entry);
    jb_buf_clear(&d->entry);
    jb_entry_encode(entry, &d->entry);
    assert_false(d->entry.failed);
    assert_int_equal(jb_store_append_entry(d->txn, entry->revision, jb_buf_slice(&d->entry)),
                     JB_OK);
    jb_err err = jb_apply(d->applier, d->txn, entry, false);
    d->head.revision = entry->revision;
    memcpy(d->head.hash, entry->hash, 32);
    jb_chain_add(&d->chain, entry);
    return err;
}

/* A store that was just born, without a catalogue. */
static inline struct rights_desk *rights_desk_new(void)
{
    struct rights_desk *d = calloc(1, sizeof(*d));
    struct jb_entry genesis = {.kind = JB_ENTRY_GENESIS}, birth[JB_BIRTH_ENTRIES];
    const struct jb_birth born = {.security = rights_key(KEY_SECURITY),
                                  .security_label = JB_LIT("Chief"),
                                  .recovery = rights_key(KEY_RECOVERY),
                                  .server = rights_key(KEY_SERVER)};
    d->base = jb_test_tmpdir();
    d->dir = jb_xasprintf("%s/store", d->base);
    d->now_us = AGG_START_US;
    jb_arena_init(&d->arena, 256 << 20);
    jb_buf_init(&d->payload, 1 << 20);
    jb_buf_init(&d->entry, 8 << 20);
    jb_findings_init(&d->findings);
    assert_int_equal(jb_store_open(d->dir, 0, 0, true, false, true, &d->kv), JB_OK);
    assert_int_equal(jb_applier_new(&d->applier), JB_OK);
    assert_int_equal(jb_kv_begin_write(d->kv, &d->txn), JB_OK);
    memcpy(genesis.store_id, agg_store_id, 16);
    assert_int_equal(rights_append(d, &genesis), JB_OK);
    assert_int_equal(jb_birth_entries(&born, agg_store_id, 1, &d->arena, birth), JB_OK);
    for (size_t i = 0; i < JB_BIRTH_ENTRIES; i++)
        assert_int_equal(rights_append(d, &birth[i]), JB_OK);
    rights_reload(d);
    return d;
}

static inline void rights_load_catalog(struct rights_desk *d, const char *yaml)
{
    struct jb_entry entry = {
        .kind = JB_ENTRY_CATALOG, .payload = jb_slice_str(yaml), .catalog_version = 1};
    crypto_generichash(entry.content_hash, 32, entry.payload.ptr, entry.payload.len, NULL, 0);
    assert_int_equal(rights_append(d, &entry), JB_OK);
}

static inline void rights_desk_free(struct rights_desk *d)
{
    jb_rights_free(d->rights);
    jb_kv_abort(&d->txn);
    jb_applier_free(d->applier);
    jb_kv_close(d->kv);
    jb_findings_free(&d->findings);
    jb_buf_free(&d->payload);
    jb_buf_free(&d->entry);
    jb_arena_free(&d->arena);
    jb_test_rmdir(d->base);
    free(d->dir);
    free(d);
}

static inline const struct jb_binding *rights_binding(struct rights_desk *d)
{
    const struct jb_binding *binding = NULL;
    assert_int_equal(jb_applier_binding(d->applier, d->txn, &binding), JB_OK);
    return binding;
}

/* Decides about an envelope and appends what was decided. True: accepted (or a repeat). */
static inline bool rights_decide(struct rights_desk *d, const struct jb_envelope *envelope)
{
    struct jb_key_scene scene = {.txn = d->txn,
                                 .binding = rights_binding(d),
                                 .rights = d->rights,
                                 .store_id = agg_store_id,
                                 .epoch = 1,
                                 .now_us = d->now_us};
    jb_findings_clear(&d->findings);
    jb_arena_clear(&d->arena);
    memset(&d->decision, 0xee, sizeof(d->decision));
    assert_int_equal(jb_decide_key_change(&scene, envelope, &d->arena, &d->decision, &d->findings),
                     JB_OK);
    assert_true(d->findings.errors == 0 || (!d->decision.append && !d->decision.repeat));
    if (d->decision.append) {
        assert_int_equal(rights_append(d, &d->decision.entry), JB_OK);
        rights_reload(d);
    }
    return d->decision.append || d->decision.repeat;
}

/* Test key `signer` signs the change and sends it. Epoch and id are filled in when they are zero.
 */
static inline bool rights_change(struct rights_desk *d, uint8_t signer, struct jb_key_change change)
{
    uint8_t signature[64];
    struct jb_public_key key = rights_key(signer);
    change.epoch = change.epoch ? change.epoch : 1;
    if (jb_uuid_is_nil(change.id)) {
        d->ids++;
        memcpy(change.id.bytes, &d->head.revision, 8);
        change.id.bytes[8] = d->ids;
        change.id.bytes[9] = 1;
    }
    jb_buf_clear(&d->payload);
    jb_wire_key_change_encode(&change, &d->payload);
    assert_false(d->payload.failed);
    struct jb_envelope envelope = agg_envelope(JB_KIND_KEY_CHANGE, jb_buf_slice(&d->payload));
    rights_sign(signer, JB_KIND_KEY_CHANGE, agg_store_id, envelope.payload, signature);
    envelope.signer = jb_slice_of(key.bytes, 32);
    envelope.signature = jb_slice_of(signature, 64);
    return rights_decide(d, &envelope);
}

#define RIGHTS_UNITS(...)                                                                          \
    .units = (const struct jb_scope_unit[]){__VA_ARGS__},                                          \
    .unit_count = JB_COUNT(((const struct jb_scope_unit[]){__VA_ARGS__}))
#define RIGHTS_ONE(code)                                                                           \
    {                                                                                              \
        JB_LIT(code), false                                                                        \
    }
#define RIGHTS_BELOW(code)                                                                         \
    {                                                                                              \
        JB_LIT(code), true                                                                         \
    }

/* rights_allow(d, signer, key, "label" or "", .role = ..., ...) */
#define rights_allow(d, signer, n, label_, ...)                                                    \
    rights_change(d, signer,                                                                       \
                  (struct jb_key_change){.action = JB_KEY_ALLOW,                                   \
                                         .key = rights_key(n),                                     \
                                         .label = jb_slice_str(label_),                            \
                                         .has_grant = true,                                        \
                                         .grant = {__VA_ARGS__}})
#define rights_allow_person(d, signer, person_, label_, ...)                                       \
    rights_change(d, signer,                                                                       \
                  (struct jb_key_change){.action = JB_KEY_ALLOW,                                   \
                                         .is_person = true,                                        \
                                         .person_code = jb_slice_str(person_),                     \
                                         .label = jb_slice_str(label_),                            \
                                         .has_grant = true,                                        \
                                         .grant = {__VA_ARGS__}})
#define rights_take(d, signer, n, role_)                                                           \
    rights_change(d, signer,                                                                       \
                  (struct jb_key_change){.action = JB_KEY_TAKE,                                    \
                                         .key = rights_key(n),                                     \
                                         .has_grant = true,                                        \
                                         .grant = {.role = (role_)}})
#define rights_do(d, signer, action_, n)                                                           \
    rights_change(d, signer, (struct jb_key_change){.action = (action_), .key = rights_key(n)})
#define rights_rotate(d, signer, n, new_n, until)                                                  \
    rights_change(d, signer,                                                                       \
                  (struct jb_key_change){.action = JB_KEY_ROTATE,                                  \
                                         .key = rights_key(n),                                     \
                                         .new_key = rights_key(new_n),                             \
                                         .overlap_until_us = (until)})

static inline bool rights_told(const struct rights_desk *d, enum jb_finding_code code)
{
    for (uint32_t i = 0; i < d->findings.count; i++) {
        if (d->findings.items[i].code == code)
            return true;
    }
    jb_findings_print(&d->findings, stderr);
    return false;
}

#endif
