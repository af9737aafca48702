/* Making and opening a store for writing. After a crash there is nothing to repair: a batch is on
 * disk as a whole or not at all. What is looked at is that the chain's end is sound, for the next
 * entry is built on it. */
#include <stdlib.h>

#include "base/limits.h"
#include "base/log.h"
#include "engine_inner.h"
#include "rebuild.h"

#define SCRATCH_BYTES_MAX (64 * 1024 * 1024)
#define ENTRY_BYTES_MAX (JB_CATALOG_BYTES_MAX + 1024 * 1024)
#define REPLY_BYTES_MAX (16 * 1024 * 1024)

static jb_err engine_new(jb_kv *kv, const struct jb_engine_config *config, jb_engine **ret)
{
    jb_engine *e = calloc(1, sizeof(*e));
    if (!e) {
        jb_kv_close(kv);
        return JB_ENOMEM;
    }
    e->kv = kv;
    e->unsigned_ok = config->unsigned_ok;
    e->verifier.board = jb_rights_board_new(NULL);
    jb_arena_init(&e->scratch, SCRATCH_BYTES_MAX);
    pthread_mutex_init(&e->tip_lock, NULL);
    jb_buf_init(&e->entry, ENTRY_BYTES_MAX);
    jb_buf_init(&e->reply, REPLY_BYTES_MAX);
    jb_buf_init(&e->due, JB_MESSAGE_BYTES_MAX);
    jb_findings_init(&e->findings);
    jb_err err = jb_applier_new(&e->applier);
    if (err)
        jb_engine_close(e);
    else
        *ret = e;
    return err;
}

void jb_engine_close(jb_engine *engine)
{
    if (!engine)
        return;
    jb_engine_abort(engine);
    jb_applier_free(engine->applier);
    jb_rights_board_free(engine->verifier.board);
    jb_uploads_clear(&engine->uploads);
    jb_findings_free(&engine->findings);
    jb_buf_free(&engine->entry);
    jb_buf_free(&engine->reply);
    jb_buf_free(&engine->due);
    jb_arena_free(&engine->scratch);
    pthread_mutex_destroy(&engine->tip_lock);
    jb_kv_close(engine->kv);
    free(engine);
}

/* What is appended directly after genesis. */
static jb_err write_birth(jb_engine *e, const struct jb_birth *birth, const uint8_t store_id[16],
                          int64_t now_us)
{
    struct jb_entry entries[JB_BIRTH_ENTRIES];
    jb_err err = jb_birth_entries(birth, store_id, e->pending.head.epoch, &e->scratch, entries);
    for (size_t i = 0; !err && i < JB_BIRTH_ENTRIES; i++)
        err = jb_engine_append(e, &entries[i], now_us);
    return err;
}

static jb_err write_genesis(jb_engine *e, const uint8_t store_id[16], int64_t now_us,
                            const struct jb_birth *birth)
{
    struct jb_entry entry = {.kind = JB_ENTRY_GENESIS};
    struct jb_store_head head = {0};
    bool moved;
    memcpy(entry.store_id, store_id, sizeof(entry.store_id));
    jb_err err = jb_engine_begin(e, NULL);
    if (!err)
        err = jb_store_head(e->txn, &head);
    if (!err && head.revision > 0)
        err = JB_EEXIST;
    if (!err)
        err = jb_engine_append(e, &entry, now_us);
    if (!err && birth)
        err = write_birth(e, birth, store_id, now_us);
    if (!err)
        err = jb_engine_commit(e, &moved);
    jb_engine_abort(e);
    return err;
}

jb_err jb_engine_init(const char *dir, const struct jb_engine_config *config,
                      const uint8_t store_id[16], int64_t now_us, const struct jb_birth *birth)
{
    jb_kv *kv = NULL;
    jb_assert(birth || config->unsigned_ok);
    jb_engine *e = NULL;
    jb_err err =
        jb_store_open(dir, config->map_bytes, config->reserve_bytes, true, false, false, &kv);
    if (!err)
        err = engine_new(kv, config, &e);
    if (!err)
        err = write_genesis(e, store_id, now_us, birth);
    jb_engine_close(e);
    return err;
}

jb_err jb_engine_append_epoch(jb_engine *engine, int64_t now_us)
{
    struct jb_entry entry = {.kind = JB_ENTRY_EPOCH, .epoch = engine->committed.head.epoch + 1};
    bool moved;
    jb_err err = jb_engine_begin(engine, NULL);
    if (err)
        return err;
    err = jb_engine_append(engine, &entry, now_us);
    if (!err)
        err = jb_engine_commit(engine, &moved);
    jb_engine_abort(engine);
    return err;
}

/* The newest entry must be whole and follow the one before: damage there would be built upon. */
static jb_err check_tail(jb_engine *e, jb_kv_txn *txn)
{
    uint64_t revision = e->committed.head.revision;
    struct jb_slice bytes;
    struct jb_entry newest, before;
    struct jb_entry_effect *effects =
        jb_arena_array(&e->scratch, JB_SUBMISSION_ROWS_MAX, sizeof(*effects));
    if (!effects)
        return JB_ENOMEM;
    if (revision == 0)
        return JB_ENOTFOUND;
    jb_err err = jb_store_entry(txn, revision, &bytes);
    if (!err)
        err = jb_entry_decode(bytes, effects, JB_SUBMISSION_ROWS_MAX, &newest);
    if (!err && revision > 1) {
        err = jb_store_entry(txn, revision - 1, &bytes);
        if (!err)
            err = jb_entry_peek(bytes, &before);
        if (!err && memcmp(newest.previous_hash, before.hash, sizeof(before.hash)) != 0)
            err = JB_EDAMAGED;
    }
    return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
}

static jb_err read_rights(jb_engine *e, jb_kv_txn *txn)
{
    jb_rights *rights = NULL;
    jb_err err = jb_rights_load(txn, &rights);
    if (!err)
        jb_rights_board_set(e->verifier.board, rights);
    return err;
}

jb_err jb_engine_see_catalog(jb_engine *e, jb_kv_txn *txn, struct jb_engine_tip *tip)
{
    const struct jb_binding *binding = NULL;
    jb_err err = jb_applier_binding(e->applier, txn, &binding);
    tip->demonstration = !err && binding && binding->view->demonstration;
    return err;
}

static jb_err read_tip(jb_engine *e, jb_kv_txn *txn)
{
    uint64_t revision;
    uint8_t hash[32];
    jb_err err = jb_store_head(txn, &e->committed.head);
    if (!err)
        err = jb_chain_open(txn, &e->committed.chain);
    if (!err)
        err = check_tail(e, txn);
    if (!err)
        err = jb_store_id(txn, e->verifier.store_id);
    if (!err)
        err = read_rights(e, txn);
    if (err)
        return err;
    err = jb_store_catalog(txn, 0, &e->committed.catalog_version, &revision, hash);
    if (err)
        return err == JB_ENOTFOUND ? JB_OK : err;
    if (jb_engine_see_catalog(e, txn, &e->committed))
        jb_applier_reset(e->applier); /* what is wrong is told to who needs the catalogue */
    return JB_OK;
}

/* A store of an older format may lack tables: its ledger is folded again, into a file that has all,
 * before anything reads the rest. What cannot be read is said by who opens it. */
static jb_err open_renewed(const char *dir, const struct jb_engine_config *config, jb_kv **ret)
{
    uint32_t format = 0, entry_format = 0;
    bool contacts_lost = false;
    jb_err err = jb_store_versions(dir, &format, &entry_format);
    if (!err && format < JB_STORE_FORMAT && entry_format == JB_ENTRY_FORMAT)
        err = jb_rebuild(dir, NULL, NULL, &contacts_lost);
    else
        err = JB_OK;
    if (!err && contacts_lost)
        jb_log(JB_LOG_WARN, "contacts.lost", "dir=\"%s\"", dir);
    return err ? err
               : jb_store_open(dir, config->map_bytes, config->reserve_bytes, false, false, false,
                               ret);
}

jb_err jb_engine_open(const char *dir, const struct jb_engine_config *config, jb_engine **ret)
{
    jb_kv *kv = NULL;
    jb_kv_txn *txn = NULL;
    jb_engine *e = NULL;
    jb_err err = open_renewed(dir, config, &kv);
    if (!err)
        err = engine_new(kv, config, &e);
    if (!err)
        err = jb_kv_begin_read(e->kv, &txn);
    if (!err)
        err = read_tip(e, txn);
    jb_kv_abort(&txn);
    if (err)
        jb_engine_close(e);
    else
        *ret = e;
    return err;
}
