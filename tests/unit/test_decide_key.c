/* Changes of rights, one at a time: who may make them, what they may not do, and what is left after
 * each. */
#include "unit/rights_desk.h"

#include "aggregator/verify.h"

enum { CHIEF = KEY_SECURITY, SPARE = KEY_RECOVERY, ASH = 10, BEECH, CLERK, EAST };

static int set_up(void **state)
{
    struct rights_desk *d = rights_desk_new();
    rights_load_catalog(d, AGG_CATALOG);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    rights_desk_free(*state);
    return 0;
}

static const struct jb_holder *holder_of(const struct rights_desk *d, uint8_t n)
{
    struct jb_public_key key = rights_key(n);
    return jb_rights_by_key(d->rights, &key);
}

#define REFUSED(d, code, call)                                                                     \
    do {                                                                                           \
        assert_false(call);                                                                        \
        assert_true(rights_told(d, code));                                                         \
    } while (0)

static void birth_leaves_a_chief_a_spare_and_the_server(void **state)
{
    struct rights_desk *d = *state;
    struct jb_public_key server = rights_key(KEY_SERVER), chief = rights_key(CHIEF);
    assert_int_equal(jb_rights_count(d->rights), 3);
    assert_true(jb_slice_is(holder_of(d, CHIEF)->label, "Chief"));
    assert_false(holder_of(d, CHIEF)->recovery);
    assert_true(holder_of(d, SPARE)->recovery);
    assert_non_null(jb_holder_grant(holder_of(d, SPARE), JB_ROLE_SECURITY, d->now_us));
    assert_int_equal(holder_of(d, KEY_SERVER)->grant_count, 0);
    assert_true(jb_rights_may_connect(d->rights, &chief, d->now_us));
    assert_false(jb_rights_may_connect(d->rights, &server, d->now_us));
}

static void birth_happens_once_and_in_its_place(void **state)
{
    struct rights_desk *d = *state;
    struct jb_birth born = {.security = rights_key(20),
                            .security_label = JB_LIT("Other"),
                            .recovery = rights_key(21),
                            .server = rights_key(22)};
    struct jb_entry entries[JB_BIRTH_ENTRIES], unsigned_one;
    assert_int_equal(jb_birth_entries(&born, agg_store_id, 1, &d->arena, entries), JB_OK);
    assert_int_equal(rights_append(d, &entries[0]), JB_EDAMAGED);
    unsigned_one = entries[1];
    unsigned_one.birth = JB_BIRTH_NONE;
    assert_int_equal(rights_append(d, &unsigned_one), JB_EDAMAGED);
    assert_null(holder_of(d, 20));
    born.recovery = born.security;
    assert_int_equal(jb_birth_entries(&born, agg_store_id, 1, &d->arena, entries), JB_EINVAL);
    born.recovery = rights_key(21);
    born.security_label = JB_LIT(" x");
    assert_int_equal(jb_birth_entries(&born, agg_store_id, 1, &d->arena, entries), JB_EINVAL);
    memset(&born.server, 0, sizeof(born.server));
    born.security_label = JB_LIT("x");
    assert_int_equal(jb_birth_entries(&born, agg_store_id, 1, &d->arena, entries), JB_EINVAL);
}

static void grants_come_change_and_go(void **state)
{
    struct rights_desk *d = *state;
    assert_true(rights_allow(d, CHIEF, ASH, "Ash", .role = JB_ROLE_REPORT,
                             RIGHTS_UNITS(RIGHTS_ONE("ash"))));
    assert_true(rights_allow(d, CHIEF, ASH, "", .role = JB_ROLE_REPORT,
                             RIGHTS_UNITS(RIGHTS_ONE("dune"), RIGHTS_ONE("cedar")),
                             .until_us = d->now_us + 50));
    assert_true(rights_allow(d, CHIEF, ASH, "Ash", .role = JB_ROLE_CONNECT));
    const struct jb_holder *ash = holder_of(d, ASH);
    assert_int_equal(ash->grant_count, 2);
    assert_int_equal(ash->grants[0].role, JB_ROLE_CONNECT);
    assert_int_equal(ash->grants[1].unit_count, 2);
    assert_true(jb_slice_is(ash->grants[1].units[0].unit, "cedar"));
    assert_int_equal(ash->grants[1].until_us, d->now_us + 50);
    assert_int_equal(ash->revision, d->head.revision);
    assert_true(rights_take(d, CHIEF, ASH, JB_ROLE_REPORT));
    assert_int_equal(holder_of(d, ASH)->grant_count, 1);
    REFUSED(d, JB_F_ROLE_NOT_HELD, rights_take(d, CHIEF, ASH, JB_ROLE_REPORT));
    assert_true(rights_change(d, CHIEF,
                              (struct jb_key_change){.action = JB_KEY_ALLOW,
                                                     .is_person = true,
                                                     .person_code = JB_LIT("li.lei"),
                                                     .label = JB_LIT("Li Lei")}));
    assert_int_equal(jb_rights_by_person(d->rights, JB_LIT("li.lei"))->grant_count, 0);
}

static void states_follow_one_another_and_revoked_is_for_ever(void **state)
{
    struct rights_desk *d = *state;
    assert_true(rights_allow(d, CHIEF, ASH, "Ash", .role = JB_ROLE_CONNECT));
    assert_true(rights_do(d, CHIEF, JB_KEY_SUSPEND, ASH));
    assert_int_equal(holder_of(d, ASH)->state, JB_HOLDER_SUSPENDED);
    REFUSED(d, JB_F_KEY_SUSPENDED, rights_rotate(d, CHIEF, ASH, BEECH, 0));
    assert_true(rights_do(d, CHIEF, JB_KEY_RESUME, ASH));
    assert_int_equal(holder_of(d, ASH)->state, JB_HOLDER_ACTIVE);
    assert_true(rights_do(d, CHIEF, JB_KEY_REVOKE, ASH));
    assert_int_equal(holder_of(d, ASH)->state, JB_HOLDER_REVOKED);
    REFUSED(d, JB_F_KEY_REVOKED, rights_do(d, CHIEF, JB_KEY_RESUME, ASH));
    REFUSED(d, JB_F_KEY_REVOKED, rights_do(d, CHIEF, JB_KEY_SUSPEND, ASH));
    REFUSED(d, JB_F_KEY_REVOKED, rights_rotate(d, CHIEF, ASH, BEECH, 0));
    REFUSED(d, JB_F_KEY_REVOKED, rights_allow(d, CHIEF, ASH, "", .role = JB_ROLE_CONNECT));
}

static void a_rotated_key_hands_its_place_on(void **state)
{
    struct rights_desk *d = *state;
    struct jb_public_key old = rights_key(ASH), new = rights_key(BEECH);
    assert_true(rights_allow(d, CHIEF, ASH, "Ash", .role = JB_ROLE_REPORT,
                             RIGHTS_UNITS(RIGHTS_ONE("ash"))));
    REFUSED(d, JB_F_HOLDER_EXISTS, rights_rotate(d, CHIEF, ASH, CHIEF, 0));
    assert_true(rights_rotate(d, CHIEF, ASH, BEECH, d->now_us + 100));
    assert_true(jb_slice_is(holder_of(d, BEECH)->label, "Ash"));
    assert_int_equal(holder_of(d, BEECH)->grant_count, 1);
    assert_int_equal(holder_of(d, BEECH)->ends_us, 0);
    assert_true(jb_rights_may_connect(d->rights, &old, d->now_us + 99));
    assert_false(jb_rights_may_connect(d->rights, &old, d->now_us + 100));
    assert_true(jb_rights_may_connect(d->rights, &new, d->now_us + 100));
    REFUSED(d, JB_F_KEY_EXPIRED, rights_rotate(d, CHIEF, ASH, CLERK, 0));
    assert_true(rights_rotate(d, CHIEF, BEECH, CLERK, 0));
    assert_int_equal(holder_of(d, BEECH)->state, JB_HOLDER_REVOKED);
    assert_int_equal(holder_of(d, CLERK)->state, JB_HOLDER_ACTIVE);
}

static void only_security_changes_rights(void **state)
{
    struct rights_desk *d = *state;
    REFUSED(d, JB_F_UNKNOWN_KEY, rights_do(d, ASH, JB_KEY_SUSPEND, CHIEF));
    assert_true(rights_allow(d, CHIEF, ASH, "Ash", .role = JB_ROLE_AUDIT));
    REFUSED(d, JB_F_GRANT_MISSING, rights_do(d, ASH, JB_KEY_SUSPEND, CHIEF));
    REFUSED(d, JB_F_GRANT_MISSING, rights_do(d, KEY_SERVER, JB_KEY_SUSPEND, ASH));
    assert_true(rights_allow(d, CHIEF, BEECH, "Second", .role = JB_ROLE_SECURITY));
    assert_true(rights_do(d, BEECH, JB_KEY_SUSPEND, CHIEF));
    REFUSED(d, JB_F_KEY_SUSPENDED, rights_do(d, CHIEF, JB_KEY_RESUME, CHIEF));
    assert_true(rights_do(d, BEECH, JB_KEY_REVOKE, CHIEF));
    REFUSED(d, JB_F_KEY_REVOKED, rights_do(d, CHIEF, JB_KEY_SUSPEND, BEECH));
}

static void the_recovery_key_manages_keys_of_security_only(void **state)
{
    struct rights_desk *d = *state;
    REFUSED(d, JB_F_GRANT_MISSING, rights_allow(d, SPARE, ASH, "Ash", .role = JB_ROLE_CATALOG));
    REFUSED(d, JB_F_GRANT_MISSING,
            rights_change(d, SPARE,
                          (struct jb_key_change){.action = JB_KEY_ALLOW,
                                                 .key = rights_key(ASH),
                                                 .label = JB_LIT("Ash")}));
    assert_true(rights_allow(d, CHIEF, ASH, "Ash", .role = JB_ROLE_CONNECT));
    REFUSED(d, JB_F_GRANT_MISSING, rights_do(d, SPARE, JB_KEY_REVOKE, ASH));
    assert_true(rights_allow(d, SPARE, BEECH, "Second", .role = JB_ROLE_SECURITY));
    assert_true(rights_do(d, SPARE, JB_KEY_REVOKE, CHIEF));
    REFUSED(d, JB_F_LAST_SECURITY_KEY, rights_do(d, SPARE, JB_KEY_REVOKE, BEECH));
}

static void one_key_that_manages_keys_remains(void **state)
{
    struct rights_desk *d = *state;
    REFUSED(d, JB_F_LAST_SECURITY_KEY, rights_do(d, CHIEF, JB_KEY_REVOKE, CHIEF));
    REFUSED(d, JB_F_LAST_SECURITY_KEY, rights_do(d, CHIEF, JB_KEY_SUSPEND, CHIEF));
    REFUSED(d, JB_F_LAST_SECURITY_KEY, rights_take(d, CHIEF, CHIEF, JB_ROLE_SECURITY));
    REFUSED(
        d, JB_F_LAST_SECURITY_KEY,
        rights_allow(d, CHIEF, CHIEF, "", .role = JB_ROLE_SECURITY, .until_us = d->now_us + 1000));
    REFUSED(
        d, JB_F_LAST_SECURITY_KEY,
        rights_allow(d, CHIEF, CHIEF, "", .role = JB_ROLE_SECURITY, .from_us = d->now_us + 1000));
    assert_true(rights_allow(d, CHIEF, ASH, "Guest", .role = JB_ROLE_SECURITY,
                             .until_us = d->now_us + 1000));
    REFUSED(d, JB_F_LAST_SECURITY_KEY, rights_do(d, ASH, JB_KEY_REVOKE, CHIEF));
    assert_true(rights_rotate(d, CHIEF, CHIEF, BEECH, d->now_us + 5));
    REFUSED(d, JB_F_LAST_SECURITY_KEY, rights_do(d, CHIEF, JB_KEY_REVOKE, BEECH));
    assert_true(rights_do(d, BEECH, JB_KEY_REVOKE, CHIEF));
    assert_true(rights_do(d, BEECH, JB_KEY_REVOKE, SPARE));
}

static void a_key_remains_that_the_daemon_can_start_with(void **state)
{
    struct rights_desk *d = *state;
    assert_true(holder_of(d, KEY_SERVER)->server);
    assert_false(holder_of(d, CHIEF)->server);
    REFUSED(d, JB_F_LAST_SERVER_KEY, rights_do(d, CHIEF, JB_KEY_REVOKE, KEY_SERVER));
    REFUSED(d, JB_F_LAST_SERVER_KEY, rights_do(d, CHIEF, JB_KEY_SUSPEND, KEY_SERVER));
    REFUSED(d, JB_F_LAST_SERVER_KEY, rights_rotate(d, CHIEF, KEY_SERVER, ASH, 0));
    REFUSED(d, JB_F_LAST_SERVER_KEY, rights_rotate(d, CHIEF, KEY_SERVER, ASH, d->now_us));
    assert_true(rights_rotate(d, CHIEF, KEY_SERVER, ASH, d->now_us + 100));
    assert_true(holder_of(d, ASH)->server);
    assert_true(holder_of(d, KEY_SERVER)->server);
    REFUSED(d, JB_F_LAST_SERVER_KEY, rights_do(d, CHIEF, JB_KEY_REVOKE, ASH));
    assert_true(rights_do(d, CHIEF, JB_KEY_REVOKE, KEY_SERVER));
    REFUSED(d, JB_F_LAST_SERVER_KEY, rights_do(d, CHIEF, JB_KEY_SUSPEND, ASH));
    assert_true(rights_allow(d, CHIEF, BEECH, "server", .role = JB_ROLE_CONNECT));
    assert_false(holder_of(d, BEECH)->server); /* the label says nothing */
}

static void duties_stay_apart_by_key_and_by_label(void **state)
{
    struct rights_desk *d = *state;
    REFUSED(d, JB_F_DUTIES_NOT_SEPARATE, rights_allow(d, CHIEF, CHIEF, "", .role = JB_ROLE_AUDIT));
    REFUSED(d, JB_F_DUTIES_NOT_SEPARATE,
            rights_allow(d, CHIEF, ASH, "Chief", .role = JB_ROLE_AUDIT));
    REFUSED(d, JB_F_DUTIES_NOT_SEPARATE,
            rights_allow_person(d, CHIEF, "chief", "Chief", .role = JB_ROLE_AUDIT));
    assert_true(rights_allow(d, CHIEF, ASH, "Wang", .role = JB_ROLE_REPORT,
                             RIGHTS_UNITS(RIGHTS_ONE("ash"))));
    REFUSED(d, JB_F_DUTIES_NOT_SEPARATE,
            rights_allow_person(d, CHIEF, "wang", "Wang", .role = JB_ROLE_REVIEW,
                                RIGHTS_UNITS(RIGHTS_BELOW("east"))));
    assert_true(rights_allow_person(d, CHIEF, "wang", "Wang", .role = JB_ROLE_REVIEW,
                                    RIGHTS_UNITS(RIGHTS_BELOW("west"))));
    assert_true(rights_allow(d, CHIEF, BEECH, "Zhao", .role = JB_ROLE_REVIEW,
                             RIGHTS_UNITS(RIGHTS_BELOW("east"))));
    assert_true(rights_do(d, CHIEF, JB_KEY_SUSPEND, ASH));
    REFUSED(d, JB_F_DUTIES_NOT_SEPARATE,
            rights_allow(d, CHIEF, CLERK, "Wang", .role = JB_ROLE_REVIEW,
                         RIGHTS_UNITS(RIGHTS_ONE("ash"))));
    assert_true(rights_do(d, CHIEF, JB_KEY_REVOKE, ASH));
    assert_true(rights_allow(d, CHIEF, CLERK, "Wang", .role = JB_ROLE_REVIEW,
                             RIGHTS_UNITS(RIGHTS_ONE("ash"))));
}

static void scopes_are_the_catalogue_s_and_holders_are_known(void **state)
{
    struct rights_desk *d = *state, *empty = rights_desk_new();
    REFUSED(d, JB_F_UNKNOWN_UNIT,
            rights_allow(d, CHIEF, ASH, "Ash", .role = JB_ROLE_REPORT,
                         RIGHTS_UNITS(RIGHTS_ONE("ash"), RIGHTS_ONE("ashes"))));
    assert_int_equal(d->findings.count, 1);
    assert_string_equal(d->findings.items[0].got, "ashes");
    REFUSED(d, JB_F_UNKNOWN_HOLDER, rights_allow(d, CHIEF, ASH, "", .role = JB_ROLE_CONNECT));
    REFUSED(d, JB_F_UNKNOWN_HOLDER, rights_do(d, CHIEF, JB_KEY_SUSPEND, ASH));
    REFUSED(d, JB_F_UNKNOWN_PERSON,
            rights_change(d, CHIEF,
                          (struct jb_key_change){.action = JB_KEY_REVOKE,
                                                 .is_person = true,
                                                 .person_code = JB_LIT("nobody")}));
    assert_true(rights_allow(d, CHIEF, ASH, "Ash", .role = JB_ROLE_CONNECT));
    REFUSED(d, JB_F_HOLDER_EXISTS, rights_allow(d, CHIEF, ASH, "Oak", .role = JB_ROLE_PERIODS));
    REFUSED(empty, JB_F_NO_CATALOG,
            rights_allow(empty, CHIEF, ASH, "Ash", .role = JB_ROLE_REPORT,
                         RIGHTS_UNITS(RIGHTS_ONE("ash"))));
    assert_true(rights_allow(empty, CHIEF, ASH, "Ash", .role = JB_ROLE_CATALOG));
    assert_true(
        rights_allow(empty, CHIEF, BEECH, "Reader", .role = JB_ROLE_READ, .everywhere = true));
    rights_desk_free(empty);
}

static void a_change_happens_once(void **state)
{
    struct rights_desk *d = *state;
    struct jb_key_change change = {.id = agg_id(9),
                                   .action = JB_KEY_ALLOW,
                                   .key = rights_key(ASH),
                                   .label = JB_LIT("Ash"),
                                   .has_grant = true,
                                   .grant = {.role = JB_ROLE_CONNECT}};
    assert_true(rights_change(d, CHIEF, change));
    uint64_t revision = d->head.revision;
    uint8_t head[32];
    memcpy(head, d->head.hash, 32);
    assert_true(rights_do(d, CHIEF, JB_KEY_REVOKE, ASH));
    assert_true(rights_change(d, CHIEF, change)); /* would be refused if it were asked again */
    assert_true(d->decision.repeat && !d->decision.append);
    assert_int_equal(d->decision.done.revision, revision);
    assert_memory_equal(d->decision.done.head, head, 32);
    assert_int_equal(holder_of(d, ASH)->state, JB_HOLDER_REVOKED);
    change.label = JB_LIT("Ask");
    REFUSED(d, JB_F_ID_CONFLICT, rights_change(d, CHIEF, change));
    change.id = agg_id(8);
    change.epoch = 2;
    REFUSED(d, JB_F_KEY_CHANGE_EPOCH, rights_change(d, CHIEF, change));
}

/* A good change as an envelope, for tests that spoil it. */
static struct jb_envelope envelope_of(struct rights_desk *d, uint8_t signature[64],
                                      struct jb_public_key *signer)
{
    struct jb_key_change change = {.id = agg_id(7),
                                   .epoch = 1,
                                   .action = JB_KEY_ALLOW,
                                   .key = rights_key(ASH),
                                   .label = JB_LIT("Ash"),
                                   .has_grant = true,
                                   .grant = {.role = JB_ROLE_CONNECT}};
    *signer = rights_key(CHIEF);
    jb_buf_clear(&d->payload);
    jb_wire_key_change_encode(&change, &d->payload);
    struct jb_envelope envelope = agg_envelope(JB_KIND_KEY_CHANGE, jb_buf_slice(&d->payload));
    rights_sign(CHIEF, JB_KIND_KEY_CHANGE, agg_store_id, envelope.payload, signature);
    envelope.signer = jb_slice_of(signer->bytes, 32);
    envelope.signature = jb_slice_of(signature, 64);
    return envelope;
}

static void what_is_not_signed_for_this_is_refused(void **state)
{
    struct rights_desk *d = *state;
    uint8_t signature[64], other_store[16] = {'o'};
    struct jb_public_key signer, stranger = rights_key(ASH);
    struct jb_envelope good = envelope_of(d, signature, &signer), bad = good;
    bad.signer.len = 0;
    REFUSED(d, JB_F_NOT_SIGNED, rights_decide(d, &bad));
    bad = good;
    bad.signature.len = 0;
    REFUSED(d, JB_F_NOT_SIGNED, rights_decide(d, &bad));
    bad = good;
    bad.store_id = jb_slice_of(other_store, 16);
    REFUSED(d, JB_F_WRONG_STORE, rights_decide(d, &bad));
    bad = good;
    bad.signer = jb_slice_of(stranger.bytes, 32);
    REFUSED(d, JB_F_BAD_SIGNATURE, rights_decide(d, &bad));
    rights_sign(CHIEF, JB_KIND_SUBMIT, agg_store_id, good.payload, signature);
    REFUSED(d, JB_F_BAD_SIGNATURE, rights_decide(d, &good));
    rights_sign(CHIEF, JB_KIND_KEY_CHANGE, other_store, good.payload, signature);
    REFUSED(d, JB_F_BAD_SIGNATURE, rights_decide(d, &good));
    good = envelope_of(d, signature, &signer);
    for (size_t i = 0; i < good.payload.len; i += 7) {
        d->payload.ptr[i] ^= 1;
        REFUSED(d, JB_F_BAD_SIGNATURE, rights_decide(d, &good));
        d->payload.ptr[i] ^= 1;
    }
    rights_sign(CHIEF, JB_KIND_KEY_CHANGE, agg_store_id, JB_LIT("\n"), signature);
    bad = good;
    bad.payload = JB_LIT("\n");
    REFUSED(d, JB_F_MALFORMED, rights_decide(d, &bad));
    good = envelope_of(d, signature, &signer);
    assert_true(rights_decide(d, &good));
}

static void the_table_is_the_fold_of_the_ledger(void **state)
{
    struct rights_desk *d = *state;
    struct jb_verify_report report = {0};
    char *scratch = jb_xasprintf("%s/scratch", d->base);
    assert_true(rights_allow(d, CHIEF, ASH, "Ash", .role = JB_ROLE_REPORT,
                             RIGHTS_UNITS(RIGHTS_ONE("ash"), RIGHTS_BELOW("west"))));
    assert_true(rights_rotate(d, CHIEF, ASH, BEECH, d->now_us + 7));
    assert_true(rights_rotate(d, SPARE, CHIEF, CLERK, 0));
    assert_int_equal(jb_verify(d->txn, scratch, NULL, NULL, NULL, &report), JB_OK);
    for (uint32_t i = 0; i < report.problem_count; i++)
        fprintf(stderr, "%s\n", report.problems[i]);
    assert_true(report.clean);
    jb_verify_report_free(&report);
    struct jb_holder changed = *holder_of(d, BEECH);
    uint8_t curve[32] = {1};
    changed.state = JB_HOLDER_SUSPENDED;
    assert_int_equal(jb_store_put_holder(d->txn, &changed, curve), JB_OK);
    assert_int_equal(jb_verify(d->txn, scratch, NULL, NULL, NULL, &report), JB_OK);
    assert_false(report.clean);
    assert_non_null(strstr(report.problems[0], "holders"));
    jb_verify_report_free(&report);
    free(scratch);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(birth_leaves_a_chief_a_spare_and_the_server),
        TEST(birth_happens_once_and_in_its_place),
        TEST(grants_come_change_and_go),
        TEST(states_follow_one_another_and_revoked_is_for_ever),
        TEST(a_rotated_key_hands_its_place_on),
        TEST(only_security_changes_rights),
        TEST(the_recovery_key_manages_keys_of_security_only),
        TEST(one_key_that_manages_keys_remains),
        TEST(a_key_remains_that_the_daemon_can_start_with),
        TEST(duties_stay_apart_by_key_and_by_label),
        TEST(scopes_are_the_catalogue_s_and_holders_are_known),
        TEST(a_change_happens_once),
        TEST(what_is_not_signed_for_this_is_refused),
        TEST(the_table_is_the_fold_of_the_ledger),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
