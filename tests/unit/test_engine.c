/* The write engine when things go wrong: commits that fail, a full map, batches that are given up,
 * catalogues that come in parts, and a chain whose end is not sound. LMDB's commit is wrapped, so
 * that it fails on demand. */
#include "unit/agg_fixture.h"

#include <errno.h>
#include <sys/stat.h>

#include "aggregator/ledger.h"
#include "base/limits.h"

struct MDB_txn;
int __real_mdb_txn_commit(struct MDB_txn *txn);
int __wrap_mdb_txn_commit(struct MDB_txn *txn);
void mdb_txn_abort(struct MDB_txn *txn);

static int commit_rc;
static unsigned commits;

int __wrap_mdb_txn_commit(struct MDB_txn *txn)
{
    commits++;
    if (commit_rc == 0)
        return __real_mdb_txn_commit(txn);
    mdb_txn_abort(txn);
    return commit_rc;
}

static int set_up(void **state)
{
    commit_rc = 0;
    *state = agg_desk_ready();
    return 0;
}

static int tear_down(void **state)
{
    commit_rc = 0;
    agg_desk_free(*state);
    return 0;
}

static struct agg_submission one_row(uint8_t id, const struct agg_row *row)
{
    return (struct agg_submission){"ash", "daily", "2023-Q1", id, 0, row, 1, 1, NULL};
}

static void a_failed_commit_is_never_acknowledged_and_leaves_nothing(void **state)
{
    struct agg_desk *d = *state;
    struct agg_row row = AGG_ROW("cases", "12");
    struct agg_submission s = one_row(1, &row);
    struct jb_envelope envelope = agg_envelope(JB_KIND_SUBMIT, agg_encode(d, &s));
    struct jb_reply reply = {0};
    struct jb_receipt receipt;
    struct jb_proposal proposal;
    struct jb_store_head before = agg_head(d);
    bool moved = true;
    assert_int_equal(jb_engine_begin(d->engine, &d->replies), JB_OK);
    assert_int_equal(agg_offer(d, &envelope, 1, &reply), JB_OK);
    commit_rc = EIO;
    assert_int_equal(jb_engine_commit(d->engine, &moved), JB_EIO);
    assert_true(moved); /* untouched */
    commit_rc = 0;
    jb_proposal_read(&envelope, 1, jb_engine_verifier(d->engine), &d->proposals, &proposal);
    jb_engine_try_later(d->engine, &proposal, &reply);
    agg_read_receipt(d, &reply, &receipt);
    assert_int_equal(receipt.outcome, JB_TRY_LATER);
    assert_true(jb_uuid_eq(receipt.submission_id, agg_id(1)));
    assert_int_equal(d->findings.items[0].code, JB_F_TRY_LATER);
    assert_memory_equal(agg_head(d).hash, before.hash, 32);
    assert_int_equal(agg_own(d, "ash", "cases", "2023-Q1", 0).value.state, JB_STATE_NOT_REPORTED);
    receipt = agg_submit(d, &s); /* the same again is accepted, once */
    assert_int_equal(receipt.outcome, JB_ACCEPTED);
    assert_int_equal(receipt.revision, before.revision + 1);
}

static void a_catalogue_of_a_failed_batch_is_forgotten(void **state)
{
    (void)state;
    struct agg_desk *d = agg_desk_new(0);
    struct agg_row row = AGG_ROW("cases", "12");
    struct agg_submission s = one_row(1, &row);
    struct jb_catalog_put put = {.size = strlen(AGG_CATALOG), .bytes = JB_LIT(AGG_CATALOG)};
    struct jb_reply reply = {0};
    crypto_generichash(put.hash, 32, put.bytes.ptr, put.bytes.len, NULL, 0);
    jb_buf_clear(&d->buf);
    jb_wire_catalog_put_encode(&put, &d->buf);
    struct jb_envelope envelope = agg_envelope(JB_KIND_CATALOG_PUT, jb_buf_slice(&d->buf));
    assert_int_equal(jb_engine_begin(d->engine, &d->replies), JB_OK);
    assert_int_equal(agg_offer(d, &envelope, 1, &reply), JB_OK);
    jb_engine_abort(d->engine);
    assert_int_equal(agg_submit(d, &s).outcome, JB_REFUSED);
    assert_int_equal(d->findings.items[0].code, JB_F_NO_CATALOG);
    assert_int_equal(agg_load(d, AGG_CATALOG).version, 1);
    assert_int_equal(agg_submit(d, &s).outcome, JB_ACCEPTED);
    agg_desk_free(d);
}

static void a_batch_without_entries_costs_no_commit(void **state)
{
    struct agg_desk *d = *state;
    struct agg_row row = AGG_ROW("cases", "12");
    struct agg_submission s = one_row(1, &row);
    agg_submit(d, &s);
    commits = 0;
    assert_int_equal(agg_submit(d, &s).outcome, JB_ACCEPTED);
    assert_int_equal(commits, 0);
}

static void a_batch_sees_its_earlier_members(void **state)
{
    struct agg_desk *d = *state;
    static const char *const values[] = {"12", "13", "12", "12"};
    static const uint8_t ids[] = {1, 2, 1, 3}, predecessors[] = {0, 1, 0, 0};
    static const enum jb_outcome outcomes[] = {JB_ACCEPTED, JB_ACCEPTED, JB_ACCEPTED, JB_STALE};
    struct jb_reply replies[4];
    struct jb_receipt receipts[4];
    bool moved = false;
    assert_int_equal(jb_engine_begin(d->engine, &d->replies), JB_OK);
    for (size_t i = 0; i < 4; i++) {
        struct agg_row row = AGG_ROW("cases", values[i]);
        struct agg_submission s = one_row(ids[i], &row);
        s.predecessor = predecessors[i];
        struct jb_envelope envelope = agg_envelope(JB_KIND_SUBMIT, agg_encode(d, &s));
        assert_int_equal(agg_offer(d, &envelope, i, &replies[i]), JB_OK);
    }
    assert_int_equal(jb_engine_commit(d->engine, &moved), JB_OK);
    assert_true(moved);
    for (size_t i = 0; i < 4; i++) { /* the replies live as long as their arena */
        agg_read_receipt(d, &replies[i], &receipts[i]);
        assert_int_equal(receipts[i].outcome, outcomes[i]);
    }
    assert_true(jb_slice_eq(replies[0].payload, replies[2].payload));
    assert_int_equal(receipts[1].revision, receipts[0].revision + 1);
    assert_int_equal(agg_own(d, "ash", "cases", "2023-Q1", 0).value.mantissa, 1300);
}

static void time_never_runs_back(void **state)
{
    struct agg_desk *d = *state;
    struct agg_row row = AGG_ROW("cases", "12");
    struct agg_submission s = one_row(1, &row);
    int64_t before = agg_head(d).at_us;
    d->now_us -= 3600 * 1000000LL;
    assert_int_equal(agg_submit(d, &s).accepted_at_us, before);
    assert_int_equal(agg_head(d).at_us, before);
}

static void a_full_map_says_try_later_and_goes_on_when_it_is_larger(void **state)
{
    (void)state;
    struct agg_desk *d = agg_desk_new(512 * 1024);
    char story[20000];
    jb_err err = JB_OK;
    unsigned accepted = 0;
    assert_int_equal(agg_load(d, AGG_CATALOG).version, 1);
    memset(story, 'x', sizeof(story));
    memcpy(story, "text:", 5);
    story[sizeof(story) - 1] = '\0';
    for (uint8_t id = 1; id < 200 && !err; id++) {
        struct agg_row row = AGG_ROW("story", story);
        struct agg_submission s = one_row(id, &row);
        s.predecessor = (uint8_t)(id - 1);
        struct jb_envelope envelope = agg_envelope(JB_KIND_SUBMIT, agg_encode(d, &s));
        struct jb_reply reply;
        err = agg_send(d, &envelope, &reply);
        accepted += !err;
    }
    assert_int_equal(err, JB_EFULL);
    assert_true(accepted > 3);
    /* reads go on, and what was accepted is there */
    assert_int_equal(agg_head(d).revision, accepted + 2);
    assert_int_equal(agg_own(d, "ash", "story", "2023-Q1", 0).text_revision, accepted + 2);
    jb_engine_close(d->engine);
    agg_desk_open_engine(d, 8 << 20);
    struct agg_row row = AGG_ROW("story", story);
    struct agg_submission s = one_row(250, &row);
    s.predecessor = (uint8_t)accepted;
    assert_int_equal(agg_submit(d, &s).outcome, JB_ACCEPTED);
    agg_desk_free(d);
}

/* Sends bytes [offset, offset + len) of the catalogue on a connection. */
static struct jb_catalog_put_done put_part(struct agg_desk *d, uint64_t connection,
                                           const char *yaml, size_t offset, size_t len)
{
    struct jb_catalog_put put = {.size = strlen(yaml), .offset = offset};
    struct jb_catalog_put_done done;
    struct jb_reply reply = {0};
    bool moved;
    crypto_generichash(put.hash, 32, (const uint8_t *)yaml, strlen(yaml), NULL, 0);
    put.bytes = jb_slice_of(yaml + offset, len);
    put.author = JB_LIT("li");
    put.reason = JB_LIT("first");
    jb_buf_clear(&d->buf);
    jb_wire_catalog_put_encode(&put, &d->buf);
    struct jb_envelope envelope = agg_envelope(JB_KIND_CATALOG_PUT, jb_buf_slice(&d->buf));
    assert_int_equal(jb_engine_begin(d->engine, &d->replies), JB_OK);
    assert_int_equal(agg_offer(d, &envelope, connection, &reply), JB_OK);
    assert_int_equal(jb_engine_commit(d->engine, &moved), JB_OK);
    jb_findings_clear(&d->findings);
    jb_arena_clear(&d->arena);
    assert_int_equal(jb_wire_catalog_put_done_decode(reply.payload, &d->arena, &done, &d->findings),
                     JB_OK);
    return done;
}

static void a_catalogue_comes_in_parts(void **state)
{
    (void)state;
    static const char yaml[] = AGG_CATALOG;
    const size_t half = 1000, rest = sizeof(yaml) - 1 - half;
    struct agg_desk *d = agg_desk_new(0);
    assert_int_equal(put_part(d, 1, yaml, 0, half).next_offset, half);
    assert_int_equal(put_part(d, 1, yaml, 0, half).next_offset, half);       /* begun anew */
    assert_int_equal(put_part(d, 2, yaml, half, rest).next_offset, 0);       /* never begun */
    assert_int_equal(put_part(d, 1, yaml, half + 10, 10).next_offset, half); /* a hole */
    struct jb_catalog_put_done done = put_part(d, 1, yaml, half, rest);
    assert_int_equal(done.next_offset, sizeof(yaml) - 1);
    assert_int_equal(done.version, 1);
    assert_int_equal(done.revision, 2);
    assert_int_equal(put_part(d, 1, yaml, half, rest).next_offset, 0); /* it is gone now */
    agg_desk_free(d);
}

static void uploads_are_few_and_end_when_idle(void **state)
{
    struct agg_desk *d = *state;
    static const char yaml[] = AGG_CATALOG "# 2\n";
    for (uint64_t c = 1; c <= 4; c++)
        assert_int_equal(put_part(d, c, yaml, 0, 100).next_offset, 100);
    assert_int_equal(put_part(d, 5, yaml, 0, 100).next_offset, 0);
    assert_int_equal(d->findings.items[0].code, JB_F_BUSY);
    d->now_us += 61 * 1000000LL;
    assert_int_equal(put_part(d, 5, yaml, 0, 100).next_offset, 100);
    assert_int_equal(put_part(d, 1, yaml, 100, 100).next_offset, 0);
}

static void hello_is_answered_with_the_last_commit(void **state)
{
    struct agg_desk *d = *state;
    struct jb_envelope envelope = agg_envelope(JB_KIND_HELLO, (struct jb_slice){0});
    struct jb_reply reply = {0};
    struct jb_welcome welcome;
    assert_int_equal(agg_send(d, &envelope, &reply), JB_OK);
    assert_int_equal(reply.kind, JB_KIND_WELCOME);
    assert_int_equal(jb_wire_welcome_decode(reply.payload, &d->arena, &welcome), JB_OK);
    assert_int_equal(welcome.revision, 2);
    assert_int_equal(welcome.catalog_version, 1);
    assert_int_equal(welcome.epoch, 1);
    assert_memory_equal(welcome.head, agg_head(d).hash, 32);
}

static void a_restore_begins_an_epoch(void **state)
{
    struct agg_desk *d = *state;
    struct agg_row row = AGG_ROW("cases", "12");
    struct agg_submission s = one_row(1, &row);
    assert_int_equal(jb_engine_append_epoch(d->engine, d->now_us), JB_OK);
    assert_int_equal(agg_head(d).epoch, 2);
    jb_engine_close(d->engine);
    agg_desk_open_engine(d, 0);
    assert_int_equal(agg_submit(d, &s).epoch, 2);
}

static void a_store_is_made_once(void **state)
{
    struct agg_desk *d = *state;
    struct jb_engine_config config = {.unsigned_ok = true};
    struct jb_engine *engine = NULL;
    jb_engine_close(d->engine);
    d->engine = NULL;
    assert_int_equal(jb_engine_init(d->dir, &config, agg_store_id, 1, NULL), JB_EEXIST);
    char *empty = jb_xasprintf("%s/empty", d->base);
    assert_int_equal(mkdir(empty, 0700), 0);
    assert_int_equal(jb_engine_open(empty, &config, &engine), JB_ENOTFOUND);
    assert_null(engine);
    free(empty);
}

/* Appends an entry behind the engine's back. */
static void append_raw(struct agg_desk *d, struct jb_entry *entry)
{
    struct jb_kv_txn *txn = NULL;
    struct jb_buf buf;
    jb_buf_init(&buf, 4096);
    jb_entry_encode(entry, &buf);
    assert_int_equal(jb_kv_begin_write(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_store_append_entry(txn, entry->revision, jb_buf_slice(&buf)), JB_OK);
    assert_int_equal(jb_kv_commit(&txn), JB_OK);
    jb_buf_free(&buf);
}

static void a_chain_with_a_broken_end_is_not_written_to(void **state)
{
    struct agg_desk *d = *state;
    struct jb_engine_config config = {0};
    struct jb_entry entry = {.kind = JB_ENTRY_EPOCH, .revision = 3, .epoch = 2};
    append_raw(d, &entry); /* its previous hash is not that of entry 2 */
    jb_engine_close(d->engine);
    d->engine = NULL;
    assert_int_equal(jb_engine_open(d->dir, &config, &d->engine), JB_EDAMAGED);
    assert_null(d->engine);
}

static void a_full_batch_says_so(void **state)
{
    struct agg_desk *d = *state;
    struct agg_row row = AGG_ROW("cases", "12");
    struct agg_submission s = one_row(1, &row);
    struct jb_envelope envelope = agg_envelope(JB_KIND_SUBMIT, agg_encode(d, &s));
    struct jb_reply reply;
    assert_int_equal(jb_engine_begin(d->engine, &d->replies), JB_OK);
    for (uint32_t i = 0; i < JB_BATCH_SUBMISSIONS_MAX; i++) {
        assert_false(jb_engine_full(d->engine));
        assert_int_equal(agg_offer(d, &envelope, 1, &reply), JB_OK);
    }
    assert_true(jb_engine_full(d->engine));
    jb_engine_abort(d->engine);
}

static void tidying_drops_old_changes(void **state)
{
    struct agg_desk *d = *state;
    jb_kv_txn *txn = NULL;
    uint64_t floor = 0;
    bool more = true;
    assert_int_equal(jb_engine_tidy(d->engine, d->now_us, &more), JB_OK);
    assert_false(more);
    assert_int_equal(jb_engine_tidy(d->engine, d->now_us + 40 * 86400 * 1000000LL, &more), JB_OK);
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_store_change_floor(txn, &floor), JB_OK);
    assert_int_equal(floor, 3);
    jb_kv_abort(&txn);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_failed_commit_is_never_acknowledged_and_leaves_nothing),
        cmocka_unit_test(a_catalogue_of_a_failed_batch_is_forgotten),
        T(a_batch_without_entries_costs_no_commit),
        T(a_batch_sees_its_earlier_members),
        T(time_never_runs_back),
        cmocka_unit_test(a_full_map_says_try_later_and_goes_on_when_it_is_larger),
        cmocka_unit_test(a_catalogue_comes_in_parts),
        T(uploads_are_few_and_end_when_idle),
        T(hello_is_answered_with_the_last_commit),
        T(a_restore_begins_an_epoch),
        T(a_store_is_made_once),
        T(a_chain_with_a_broken_end_is_not_written_to),
        T(a_full_batch_says_so),
        T(tidying_drops_old_changes),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
