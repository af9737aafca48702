/* The engine as programs open it: what bears no good signature of who may is refused, and says why;
 * rights change with the commit, for the rest of their batch at once, and not at all when it fails.
 */
#include "unit/rights_desk.h"

#include "aggregator/ledger.h"

enum { KEY_OFFICE = 10, KEY_ASH = 20, KEY_WEST = 21, KEY_STRANGER = 30 };

static struct jb_birth birth_of_tests(void)
{
    return (struct jb_birth){.security = rights_key(KEY_SECURITY),
                             .security_label = JB_LIT("Chief"),
                             .recovery = rights_key(KEY_RECOVERY),
                             .server = rights_key(KEY_SERVER)};
}

/* An envelope signed by test key n; n 0: not signed. */
struct letter {
    struct jb_envelope envelope;
    struct jb_public_key key;
    uint8_t signature[64];
};

static void write_letter(struct letter *letter, uint8_t n, enum jb_kind kind,
                         struct jb_slice payload)
{
    letter->envelope = agg_envelope(kind, payload);
    if (n == 0)
        return;
    letter->key = rights_key(n);
    rights_sign(n, (uint32_t)kind, agg_store_id, payload, letter->signature);
    letter->envelope.signer = jb_slice_of(letter->key.bytes, 32);
    letter->envelope.signature = jb_slice_of(letter->signature, 64);
}

static struct jb_receipt send_submission(struct agg_desk *d, const struct letter *letter)
{
    struct jb_reply reply = {0};
    struct jb_receipt receipt;
    jb_arena_clear(&d->arena);
    assert_int_equal(agg_send(d, &letter->envelope, &reply), JB_OK);
    agg_read_receipt(d, &reply, &receipt);
    return receipt;
}

static struct jb_receipt submit_as(struct agg_desk *d, uint8_t n, const char *unit, uint8_t id,
                                   const char *value)
{
    struct agg_row row = AGG_ROW("cases", value);
    struct agg_submission s = {unit, "daily", "2023-Q1", id, 0, &row, 1, 1, NULL};
    struct letter letter;
    write_letter(&letter, n, JB_KIND_SUBMIT, agg_encode(d, &s));
    return send_submission(d, &letter);
}

static bool told(const struct agg_desk *d, enum jb_finding_code code)
{
    for (uint32_t i = 0; i < d->findings.count; i++) {
        if (d->findings.items[i].code == code)
            return true;
    }
    jb_findings_print(&d->findings, stderr);
    return false;
}

/* Encodes into d->buf: the letter lives until the next message. */
static void write_change(struct agg_desk *d, struct letter *letter, uint8_t n,
                         struct jb_key_change change)
{
    static uint8_t ids;
    change.epoch = 1;
    change.id = agg_id(++ids);
    jb_buf_clear(&d->buf);
    jb_wire_key_change_encode(&change, &d->buf);
    assert_false(d->buf.failed);
    write_letter(letter, n, JB_KIND_KEY_CHANGE, jb_buf_slice(&d->buf));
}

static struct jb_key_change_done send_change(struct agg_desk *d, uint8_t n,
                                             struct jb_key_change change)
{
    struct jb_key_change_done done;
    struct jb_reply reply = {0};
    struct letter letter;
    write_change(d, &letter, n, change);
    assert_int_equal(agg_send(d, &letter.envelope, &reply), JB_OK);
    assert_int_equal(reply.kind, JB_KIND_KEY_CHANGE_DONE);
    jb_arena_clear(&d->arena);
    jb_findings_clear(&d->findings);
    assert_int_equal(jb_wire_key_change_done_decode(reply.payload, &d->arena, &done, &d->findings),
                     JB_OK);
    return done;
}

#define ALLOW(n, label_, ...)                                                                      \
    ((struct jb_key_change){.action = JB_KEY_ALLOW,                                                \
                            .key = rights_key(n),                                                  \
                            .label = jb_slice_str(label_),                                         \
                            .has_grant = true,                                                     \
                            .grant = {__VA_ARGS__}})

static struct jb_catalog_put_done put_as(struct agg_desk *d, uint8_t n, const char *yaml,
                                         size_t from, size_t len, uint32_t replaces)
{
    struct jb_catalog_put put = {.size = strlen(yaml),
                                 .offset = from,
                                 .bytes = jb_slice_of(yaml + from, len),
                                 .author = JB_LIT("li"),
                                 .replaces_version = replaces,
                                 .epoch = 1};
    struct jb_catalog_put_done done;
    struct jb_reply reply = {0};
    struct letter letter;
    crypto_generichash(put.hash, 32, (const uint8_t *)yaml, strlen(yaml), NULL, 0);
    jb_buf_clear(&d->buf);
    jb_wire_catalog_put_encode(&put, &d->buf);
    write_letter(&letter, n, JB_KIND_CATALOG_PUT, jb_buf_slice(&d->buf));
    assert_int_equal(agg_send(d, &letter.envelope, &reply), JB_OK);
    jb_arena_clear(&d->arena);
    jb_findings_clear(&d->findings);
    assert_int_equal(jb_wire_catalog_put_done_decode(reply.payload, &d->arena, &done, &d->findings),
                     JB_OK);
    return done;
}

static int set_up(void **state)
{
    const struct jb_birth birth = birth_of_tests();
    struct agg_desk *d = agg_desk_born(0, &birth);
    assert_int_equal(
        send_change(d, KEY_SECURITY, ALLOW(KEY_OFFICE, "Office", .role = JB_ROLE_CATALOG)).revision,
        5);
    assert_int_equal(put_as(d, KEY_OFFICE, AGG_CATALOG, 0, strlen(AGG_CATALOG), 0).version, 1);
    assert_int_equal(
        send_change(d, KEY_SECURITY,
                    ALLOW(KEY_ASH, "Ash", .role = JB_ROLE_REPORT, RIGHTS_UNITS(RIGHTS_ONE("ash"))))
            .revision,
        7);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    agg_desk_free(*state);
    return 0;
}

static void only_its_own_signer_submits_for_a_unit(void **state)
{
    struct agg_desk *d = *state;
    assert_int_equal(submit_as(d, 0, "ash", 1, "12").outcome, JB_REFUSED);
    assert_true(told(d, JB_F_NOT_SIGNED));
    assert_int_equal(submit_as(d, KEY_STRANGER, "ash", 1, "12").outcome, JB_REFUSED);
    assert_true(told(d, JB_F_UNKNOWN_KEY));
    assert_int_equal(submit_as(d, KEY_OFFICE, "ash", 1, "12").outcome, JB_REFUSED);
    assert_true(told(d, JB_F_GRANT_MISSING));
    assert_int_equal(submit_as(d, KEY_ASH, "beech", 1, "12").outcome, JB_REFUSED);
    assert_true(told(d, JB_F_GRANT_MISSING));
    assert_int_equal(submit_as(d, KEY_STRANGER, "nowhere", 1, "12").outcome, JB_REFUSED);
    assert_true(told(d, JB_F_UNKNOWN_KEY));
    assert_int_equal(submit_as(d, KEY_ASH, "nowhere", 1, "12").outcome, JB_REFUSED);
    assert_true(told(d, JB_F_UNKNOWN_UNIT));
    assert_int_equal(agg_head(d).revision, 7);
    assert_int_equal(submit_as(d, KEY_ASH, "ash", 1, "12").outcome, JB_ACCEPTED);
}

static void what_was_changed_on_the_way_is_refused(void **state)
{
    struct agg_desk *d = *state;
    struct agg_row row = AGG_ROW("cases", "12");
    struct agg_submission s = {"ash", "daily", "2023-Q1", 1, 0, &row, 1, 1, NULL};
    struct letter letter;
    uint8_t other_store[16] = "another store!!";
    for (int i = 0; i < 6; i++) {
        write_letter(&letter, KEY_ASH, JB_KIND_SUBMIT, agg_encode(d, &s));
        if (i == 0)
            d->buf.ptr[d->buf.len - 1] ^= 1; /* the payload; it may still be read */
        else if (i == 1)
            letter.signature[40] ^= 1;
        else if (i == 2)
            letter.key.bytes[0] ^= 1;
        else if (i == 3)
            letter.envelope.signature.len = 63;
        else if (i == 4)
            rights_sign(KEY_ASH, JB_KIND_SUBMIT, other_store, letter.envelope.payload,
                        letter.signature);
        else
            rights_sign(KEY_ASH, JB_KIND_CATALOG_PUT, agg_store_id, letter.envelope.payload,
                        letter.signature);
        assert_int_equal(send_submission(d, &letter).outcome, JB_REFUSED);
        assert_true(told(d, i == 3 ? JB_F_NOT_SIGNED : JB_F_BAD_SIGNATURE));
    }
    write_letter(&letter, KEY_ASH, JB_KIND_SUBMIT, agg_encode(d, &s));
    letter.envelope.store_id = jb_slice_of(other_store, 16);
    assert_int_equal(send_submission(d, &letter).outcome, JB_REFUSED);
    assert_true(told(d, JB_F_WRONG_STORE));
    assert_int_equal(agg_head(d).revision, 7);
}

static void the_ledger_keeps_signer_and_signature(void **state)
{
    struct agg_desk *d = *state;
    struct jb_entry entry;
    struct jb_entry_effect effects[4];
    struct jb_slice bytes;
    struct jb_catalog_put last;
    struct jb_buf put;
    struct jb_public_key ash = rights_key(KEY_ASH), office = rights_key(KEY_OFFICE);
    jb_kv_txn *txn = NULL;
    assert_int_equal(submit_as(d, KEY_ASH, "ash", 1, "12").outcome, JB_ACCEPTED);
    assert_int_equal(submit_as(d, KEY_ASH, "ash", 1, "13").outcome, JB_CONFLICT);
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    for (uint64_t revision = 8; revision <= 9; revision++) {
        assert_int_equal(jb_store_entry(txn, revision, &bytes), JB_OK);
        assert_int_equal(jb_entry_decode(bytes, effects, 4, &entry), JB_OK);
        assert_memory_equal(entry.signer.ptr, ash.bytes, 32);
        assert_true(
            jb_signature_good(&ash, JB_KIND_SUBMIT, agg_store_id, entry.payload, entry.signature));
    }
    /* and of a catalogue, what was signed can be made again */
    assert_int_equal(jb_store_entry(txn, 6, &bytes), JB_OK);
    assert_int_equal(jb_entry_decode(bytes, effects, 4, &entry), JB_OK);
    jb_buf_init(&put, 1 << 20);
    jb_catalog_put_last(entry.payload, entry.author, entry.reason, entry.catalog_version - 1,
                        entry.epoch, &last);
    jb_wire_catalog_put_encode(&last, &put);
    assert_true(jb_signature_good(&office, JB_KIND_CATALOG_PUT, agg_store_id, jb_buf_slice(&put),
                                  entry.signature));
    jb_buf_free(&put);
    jb_kv_abort(&txn);
}

static void a_repeat_hears_the_same_when_the_right_is_gone(void **state)
{
    struct agg_desk *d = *state;
    struct jb_receipt first = submit_as(d, KEY_ASH, "ash", 1, "12");
    assert_int_equal(first.outcome, JB_ACCEPTED);
    assert_true(
        send_change(d, KEY_SECURITY,
                    (struct jb_key_change){.action = JB_KEY_REVOKE, .key = rights_key(KEY_ASH)})
            .revision);
    struct jb_receipt again = submit_as(d, KEY_ASH, "ash", 1, "12");
    assert_int_equal(again.outcome, JB_ACCEPTED);
    assert_int_equal(again.revision, first.revision);
    assert_int_equal(submit_as(d, KEY_ASH, "ash", 2, "13").outcome, JB_REFUSED);
    assert_true(told(d, JB_F_KEY_REVOKED));
}

static void a_stranger_cannot_write_a_conflict_into_the_ledger(void **state)
{
    struct agg_desk *d = *state;
    assert_int_equal(submit_as(d, KEY_ASH, "ash", 1, "12").outcome, JB_ACCEPTED);
    uint64_t head = agg_head(d).revision;
    assert_int_equal(submit_as(d, KEY_STRANGER, "ash", 1, "13").outcome, JB_REFUSED);
    assert_true(told(d, JB_F_UNKNOWN_KEY));
    assert_int_equal(agg_head(d).revision, head);
    assert_int_equal(submit_as(d, KEY_ASH, "ash", 1, "13").outcome, JB_CONFLICT);
    assert_int_equal(agg_head(d).revision, head + 1);
}

static void what_is_entered_for_another_names_whom_and_why(void **state)
{
    struct agg_desk *d = *state;
    struct agg_row row = AGG_ROW("cases", "12");
    struct jb_row wire_row = agg_row_of(&row);
    struct jb_submission submission = {.id = agg_id(1),
                                       .unit = JB_LIT("dune"),
                                       .form = JB_LIT("daily"),
                                       .period = JB_LIT("2023-Q1"),
                                       .catalog_version = 1,
                                       .rows = &wire_row,
                                       .row_count = 1};
    struct letter letter;
    assert_true(send_change(d, KEY_SECURITY,
                            ALLOW(KEY_WEST, "West", .role = JB_ROLE_ENTER,
                                  RIGHTS_UNITS(RIGHTS_BELOW("west"))))
                    .revision);
    for (int i = 0; i < 2; i++) {
        jb_buf_clear(&d->buf);
        jb_wire_submission_encode(&submission, &d->buf);
        write_letter(&letter, KEY_WEST, JB_KIND_SUBMIT, jb_buf_slice(&d->buf));
        struct jb_receipt receipt = send_submission(d, &letter);
        assert_int_equal(receipt.outcome, i ? JB_ACCEPTED : JB_REFUSED);
        assert_true(i || told(d, JB_F_GROUND_MISSING));
        submission.on_behalf_of = JB_LIT("dune office");
        submission.ground = JB_LIT("fax of 3 May");
    }
}

/* Test key n may connect, as the board says. */
static bool on_board(struct agg_desk *d, uint8_t n)
{
    struct jb_public_key key = rights_key(n);
    jb_rights *rights = jb_rights_board_get(jb_engine_rights(d->engine));
    bool may = jb_rights_may_connect(rights, &key, d->now_us);
    jb_rights_free(rights);
    return may;
}

static void a_right_is_there_for_the_rest_of_its_batch_and_after_the_commit(void **state)
{
    struct agg_desk *d = *state;
    struct agg_row row = AGG_ROW("cases", "12");
    struct agg_submission s = {"dune", "daily", "2023-Q1", 1, 0, &row, 1, 1, NULL};
    for (int round = 0; round < 2; round++) {
        struct letter letter;
        struct jb_reply reply;
        struct jb_receipt receipt;
        bool moved;
        jb_arena_clear(&d->replies);
        assert_int_equal(jb_engine_begin(d->engine, &d->replies), JB_OK);
        write_change(
            d, &letter, KEY_SECURITY,
            ALLOW(KEY_WEST, "West", .role = JB_ROLE_REPORT, RIGHTS_UNITS(RIGHTS_ONE("dune"))));
        assert_int_equal(agg_offer(d, &letter.envelope, 1, &reply), JB_OK);
        write_letter(&letter, KEY_WEST, JB_KIND_SUBMIT, agg_encode(d, &s));
        assert_int_equal(agg_offer(d, &letter.envelope, 1, &reply), JB_OK);
        agg_read_receipt(d, &reply, &receipt);
        assert_int_equal(receipt.outcome, JB_ACCEPTED);
        assert_false(on_board(d, KEY_WEST));
        if (round == 0)
            jb_engine_abort(d->engine);
        else
            assert_int_equal(jb_engine_commit(d->engine, &moved), JB_OK);
        assert_true(on_board(d, KEY_WEST) == (round == 1));
        assert_int_equal(submit_as(d, KEY_WEST, "dune", (uint8_t)(2 + round), "1").outcome,
                         round ? JB_STALE : JB_REFUSED);
    }
    jb_engine_close(d->engine);
    agg_desk_open_engine(d, 0);
    assert_true(on_board(d, KEY_WEST));
    assert_true(on_board(d, KEY_RECOVERY));
    assert_false(on_board(d, KEY_SERVER));
}

static void a_catalogue_needs_its_role_in_every_part(void **state)
{
    struct agg_desk *d = *state;
    static const char yaml[] = AGG_CATALOG "# 2\n";
    size_t len = strlen(yaml);
    assert_int_equal(put_as(d, 0, yaml, 0, len, 1).next_offset, 0);
    assert_true(told(d, JB_F_NOT_SIGNED));
    assert_int_equal(put_as(d, KEY_ASH, yaml, 0, 100, 1).next_offset, 0);
    assert_true(told(d, JB_F_GRANT_MISSING));
    assert_int_equal(put_as(d, KEY_OFFICE, yaml, 0, 100, 1).next_offset, 100);
    assert_int_equal(put_as(d, KEY_ASH, yaml, 100, len - 100, 1).next_offset, 0);
    assert_true(told(d, JB_F_GRANT_MISSING));
    /* a last part of another cut could not be proved from the ledger */
    assert_int_equal(put_as(d, KEY_OFFICE, yaml, 100, len - 100, 1).version, 0);
    assert_true(told(d, JB_F_MALFORMED));
    assert_int_equal(put_as(d, KEY_OFFICE, yaml, 0, len, 0).version, 0);
    assert_true(told(d, JB_F_CATALOG_MOVED));
    assert_int_equal(put_as(d, KEY_OFFICE, yaml, 0, len, 1).version, 2);
    /* what was recorded and is played back later does not bring an old one back */
    assert_int_equal(put_as(d, KEY_OFFICE, AGG_CATALOG, 0, strlen(AGG_CATALOG), 0).version, 0);
    assert_true(told(d, JB_F_CATALOG_MOVED));
}

static void a_change_of_rights_must_be_signed_wherever_the_engine_runs(void **state)
{
    (void)state;
    struct agg_desk *d = agg_desk_new(0);
    assert_int_equal(
        send_change(d, 0, ALLOW(KEY_OFFICE, "Office", .role = JB_ROLE_CATALOG)).revision, 0);
    assert_true(told(d, JB_F_NOT_SIGNED));
    /* and what is signed there is looked at as anywhere */
    assert_int_equal(agg_load(d, AGG_CATALOG).version, 1);
    assert_int_equal(submit_as(d, KEY_ASH, "ash", 1, "12").outcome, JB_REFUSED);
    assert_true(told(d, JB_F_UNKNOWN_KEY));
    agg_desk_free(d);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(only_its_own_signer_submits_for_a_unit),
        T(what_was_changed_on_the_way_is_refused),
        T(the_ledger_keeps_signer_and_signature),
        T(a_repeat_hears_the_same_when_the_right_is_gone),
        T(a_stranger_cannot_write_a_conflict_into_the_ledger),
        T(what_is_entered_for_another_names_whom_and_why),
        T(a_right_is_there_for_the_rest_of_its_batch_and_after_the_commit),
        T(a_catalogue_needs_its_role_in_every_part),
        cmocka_unit_test(a_change_of_rights_must_be_signed_wherever_the_engine_runs),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
