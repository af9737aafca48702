/* Changes of rights, one after the other, as the key that may make them signs them: each is two
 * bytes of length, a byte that says how it comes, and its payload. What is decided can be applied,
 * and nothing that is decided locks everybody out; what is only applied, as a damaged ledger would
 * have it, is refused or leaves a table that can be read. */
#include "fuzz/fuzz.h"

#include "aggregator/apply_key.h"
#include "aggregator/chain.h"
#include "aggregator/decide_key.h"
#include "aggregator/engine.h"
#include "base/limits.h"
#include "fuzz/scratch.h"

#define ARENA_BYTES_MAX (64 * 1024 * 1024)
#define CHANGES_MAX 32
#define NOW_US 1700000000000000

enum { BY_RECOVERY = 1, UNDECIDED = 2 };

static const uint8_t store_id[16] = {7, 7, 7};
static jb_identity *security, *recovery;
static jb_kv *kv;
static struct jb_chain chain; /* as the input began */

static void set_up(void)
{
    static const uint8_t seeds[3][32] = {{1}, {2}, {3}};
    const struct jb_engine_config config = {0};
    struct jb_birth birth = {.security_label = JB_LIT("first")};
    jb_identity *server = jb_identity_from_seed(seeds[2]);
    security = jb_identity_from_seed(seeds[0]);
    recovery = jb_identity_from_seed(seeds[1]);
    birth.security = *jb_identity_public(security);
    birth.recovery = *jb_identity_public(recovery);
    birth.server = *jb_identity_public(server);
    jb_identity_free(server);
    jb_assert(jb_engine_init(scratch_dir(), &config, store_id, NOW_US, &birth) == JB_OK);
    jb_assert(jb_store_open(scratch_dir(), 0, 0, false, false, true, &kv) == JB_OK);
    jb_kv_txn *txn = NULL;
    jb_assert(jb_kv_begin_read(kv, &txn) == JB_OK);
    jb_assert(jb_chain_open(txn, &chain) == JB_OK);
    jb_kv_abort(&txn);
}

/* One key of role security that is active for ever, beside the recovery key. */
static void check_nobody_is_locked_out(const jb_rights *rights, int64_t now_us)
{
    uint32_t active = 0;
    for (uint32_t i = 0; i < jb_rights_count(rights); i++) {
        const struct jb_holder *holder = jb_rights_at(rights, i);
        const struct jb_grant *grant = jb_holder_grant(holder, JB_ROLE_SECURITY, now_us);
        active += grant && !holder->recovery && grant->until_us == 0 && holder->ends_us == 0;
    }
    jb_assert(active > 0);
}

static jb_err decide(const struct jb_key_scene *scene, uint8_t how, struct jb_slice payload,
                     struct jb_arena *arena, struct jb_key_decision *ret)
{
    uint8_t *signature = jb_arena_alloc(arena, JB_SIGNATURE_BYTES);
    const jb_identity *signer = how & BY_RECOVERY ? recovery : security;
    struct jb_findings findings;
    jb_findings_init(&findings);
    jb_identity_sign(signer, JB_KIND_KEY_CHANGE, store_id, payload, signature);
    const struct jb_envelope envelope = {
        .kind = JB_KIND_KEY_CHANGE,
        .request_id = JB_LIT("r"),
        .store_id = jb_slice_of(store_id, sizeof(store_id)),
        .payload = payload,
        .signer = jb_slice_of(jb_identity_public(signer)->bytes, JB_KEY_BYTES),
        .signature = jb_slice_of(signature, JB_SIGNATURE_BYTES),
    };
    jb_err err = jb_decide_key_change(scene, &envelope, arena, ret, &findings);
    if (!err)
        jb_assert(ret->append || ret->repeat || findings.total > 0);
    jb_findings_free(&findings);
    return err;
}

/* As an entry that nobody decided about. */
static struct jb_entry undecided(struct jb_slice payload, uint64_t revision)
{
    static const uint8_t signature[JB_SIGNATURE_BYTES];
    struct jb_entry entry = {
        .kind = JB_ENTRY_KEY,
        .id = {.bytes = {1, (uint8_t)revision}},
        .payload = payload,
        .signer = jb_slice_of(jb_identity_public(security)->bytes, JB_KEY_BYTES),
        .signature = jb_slice_of(signature, sizeof(signature)),
    };
    return entry;
}

/* Into the ledger, as the engine does it: a repeat is answered from there. */
static void append(jb_kv_txn *txn, struct jb_chain *end, struct jb_entry *entry)
{
    struct jb_buf bytes;
    jb_buf_init(&bytes, 2 * JB_MESSAGE_BYTES_MAX);
    jb_chain_link(end, entry);
    jb_entry_encode(entry, &bytes);
    jb_assert(!bytes.failed);
    jb_assert(jb_store_append_entry(txn, entry->revision, jb_buf_slice(&bytes)) == JB_OK);
    jb_chain_add(end, entry);
    jb_buf_free(&bytes);
}

static void change(jb_kv_txn *txn, uint8_t how, struct jb_slice payload, struct jb_chain *end,
                   bool *decided)
{
    uint64_t revision = end->revision + 1;
    struct jb_arena arena;
    jb_rights *rights = NULL;
    struct jb_key_decision decision = {0};
    struct jb_key_scene scene = {
        .txn = txn, .store_id = store_id, .epoch = 1, .now_us = NOW_US + (int64_t)revision};
    jb_arena_init(&arena, ARENA_BYTES_MAX);
    jb_assert(jb_rights_load(txn, &rights) == JB_OK);
    scene.rights = rights;
    if (how & UNDECIDED) {
        decision.entry = undecided(payload, revision);
        decision.append = true;
        *decided = false;
    } else {
        jb_assert(decide(&scene, how, payload, &arena, &decision) == JB_OK);
    }
    jb_rights_free(rights);
    if (decision.append) {
        decision.entry.revision = revision;
        decision.entry.at_us = scene.now_us;
        decision.entry.epoch = scene.epoch;
        append(txn, end, &decision.entry);
        jb_err err = jb_apply_key(txn, &decision.entry);
        jb_assert(err == JB_OK || (how & UNDECIDED && err == JB_EDAMAGED));
    }
    jb_assert(jb_rights_load(txn, &rights) == JB_OK);
    if (*decided)
        check_nobody_is_locked_out(rights, scene.now_us);
    jb_rights_free(rights);
    jb_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    jb_kv_txn *txn = NULL;
    bool decided = true;
    if (!kv)
        set_up();
    struct jb_chain end = chain;
    jb_assert(jb_kv_begin_write(kv, &txn) == JB_OK);
    for (size_t i = 0; i < CHANGES_MAX && size >= 3; i++) {
        size_t len = (size_t)(data[0] << 8 | data[1]);
        len = len < size - 3 ? len : size - 3;
        change(txn, data[2], jb_slice_of(data + 3, len), &end, &decided);
        data += len + 3;
        size -= len + 3;
    }
    jb_kv_abort(&txn);
    return 0;
}
