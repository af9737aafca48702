/* Who may do what: the holders' records, the table in memory, a signer's standing, what a key may
 * read, and what a sender is told who may not. */
#include "unit/rights_desk.h"

#include <pthread.h>
#include <stdatomic.h>

#include "aggregator/authority.h"

enum { CHIEF = KEY_SECURITY, ASH = 10, WEB, EAST, READER, NEVER };

static int set_up(void **state)
{
    struct rights_desk *d = rights_desk_new();
    rights_load_catalog(d, AGG_CATALOG);
    assert_true(rights_allow(d, CHIEF, ASH, "Ash", .role = JB_ROLE_REPORT,
                             RIGHTS_UNITS(RIGHTS_ONE("ash")), .until_us = d->now_us + 1000));
    assert_true(
        rights_allow(d, CHIEF, ASH, "", .role = JB_ROLE_ENTER, RIGHTS_UNITS(RIGHTS_ONE("beech"))));
    assert_true(rights_allow(d, CHIEF, WEB, "Page", .role = JB_ROLE_WEB));
    assert_true(rights_allow(d, CHIEF, EAST, "East", .role = JB_ROLE_READ,
                             RIGHTS_UNITS(RIGHTS_BELOW("east"))));
    assert_true(
        rights_allow(d, CHIEF, EAST, "", .role = JB_ROLE_REVIEW, RIGHTS_UNITS(RIGHTS_ONE("dune"))));
    assert_true(rights_allow(d, CHIEF, READER, "Page", .role = JB_ROLE_READ, .everywhere = true));
    assert_true(rights_allow_person(d, CHIEF, "han", "Han", .role = JB_ROLE_REPORT,
                                    RIGHTS_UNITS(RIGHTS_BELOW("west"))));
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    rights_desk_free(*state);
    return 0;
}

static uint32_t unit_of(struct rights_desk *d, const char *code)
{
    return jb_catalog_unit(rights_binding(d)->catalog, jb_slice_str(code));
}

static const jb_date day = 19600;

static void standing(struct rights_desk *d, uint8_t n, const char *person, const char *unit,
                     int64_t at_us, enum jb_standing expected, enum jb_finding_code expected_why)
{
    enum jb_finding_code why = JB_F_NONE;
    struct jb_public_key key = rights_key(n);
    enum jb_standing got =
        jb_rights_standing(d->rights, &key, jb_slice_str(person), rights_binding(d)->catalog,
                           unit_of(d, unit), day, at_us, &why);
    assert_int_equal(got, expected);
    assert_int_equal(why, expected_why);
}

static void a_signer_stands_for_its_units_in_its_time(void **state)
{
    struct rights_desk *d = *state;
    int64_t now = d->now_us;
    standing(d, ASH, "", "ash", now, JB_STANDING_REPORT, JB_F_NONE);
    standing(d, ASH, "", "ash", now + 999, JB_STANDING_REPORT, JB_F_NONE);
    standing(d, ASH, "", "ash", now + 1000, JB_STANDING_NONE, JB_F_KEY_EXPIRED);
    standing(d, ASH, "", "beech", now, JB_STANDING_ENTER, JB_F_NONE);
    standing(d, ASH, "", "dune", now, JB_STANDING_NONE, JB_F_GRANT_MISSING);
    standing(d, NEVER, "", "ash", now, JB_STANDING_NONE, JB_F_UNKNOWN_KEY);
    standing(d, CHIEF, "", "ash", now, JB_STANDING_NONE, JB_F_GRANT_MISSING);
    standing(d, READER, "", "ash", now, JB_STANDING_NONE, JB_F_GRANT_MISSING);
    assert_true(rights_do(d, CHIEF, JB_KEY_SUSPEND, ASH));
    standing(d, ASH, "", "ash", now, JB_STANDING_NONE, JB_F_KEY_SUSPENDED);
    assert_true(rights_do(d, CHIEF, JB_KEY_RESUME, ASH));
    assert_true(rights_rotate(d, CHIEF, ASH, NEVER, now + 10));
    standing(d, ASH, "", "ash", now + 9, JB_STANDING_REPORT, JB_F_NONE);
    standing(d, ASH, "", "ash", now + 10, JB_STANDING_NONE, JB_F_KEY_EXPIRED);
    standing(d, NEVER, "", "ash", now + 10, JB_STANDING_REPORT, JB_F_NONE);
    assert_true(rights_do(d, CHIEF, JB_KEY_REVOKE, ASH));
    standing(d, ASH, "", "ash", now, JB_STANDING_NONE, JB_F_KEY_REVOKED);
}

static void a_web_key_and_its_person_must_both_stand(void **state)
{
    struct rights_desk *d = *state;
    int64_t now = d->now_us;
    standing(d, WEB, "han", "dune", now, JB_STANDING_REPORT, JB_F_NONE);
    standing(d, WEB, "han", "ash", now, JB_STANDING_NONE, JB_F_GRANT_MISSING);
    standing(d, WEB, "", "dune", now, JB_STANDING_NONE, JB_F_GRANT_MISSING);
    standing(d, WEB, "mei", "dune", now, JB_STANDING_NONE, JB_F_UNKNOWN_PERSON);
    standing(d, ASH, "han", "dune", now, JB_STANDING_NONE, JB_F_GRANT_MISSING);
    standing(d, ASH, "han", "ash", now, JB_STANDING_NONE, JB_F_GRANT_MISSING);
    assert_true(rights_change(d, CHIEF,
                              (struct jb_key_change){.action = JB_KEY_SUSPEND,
                                                     .is_person = true,
                                                     .person_code = JB_LIT("han")}));
    standing(d, WEB, "han", "dune", now, JB_STANDING_NONE, JB_F_KEY_SUSPENDED);
}

static void a_key_is_found_by_all_its_names(void **state)
{
    struct rights_desk *d = *state;
    uint32_t keys = 0;
    for (uint32_t i = 0; i < jb_rights_count(d->rights); i++) {
        const struct jb_holder *holder = jb_rights_at(d->rights, i);
        struct jb_public_key key;
        uint8_t curve[32];
        if (holder->is_person) {
            assert_ptr_equal(jb_rights_by_person(d->rights, holder->person_code), holder);
            continue;
        }
        keys++;
        memcpy(key.bytes, holder->key, 32);
        assert_ptr_equal(jb_rights_by_key(d->rights, &key), holder);
        assert_int_equal(crypto_sign_ed25519_pk_to_curve25519(curve, key.bytes), 0);
        assert_ptr_equal(jb_rights_by_curve(d->rights, curve), holder);
        curve[0] ^= 1;
        assert_null(jb_rights_by_curve(d->rights, curve));
    }
    assert_int_equal(keys, 7);
    assert_null(jb_rights_at(d->rights, 8));
    assert_null(jb_rights_by_person(d->rights, JB_LIT("ha")));
}

static struct jb_reach reach_of(struct rights_desk *d, uint8_t n, int64_t at_us)
{
    struct jb_reach reach;
    struct jb_public_key key = rights_key(n);
    assert_int_equal(jb_reach_make(jb_rights_by_key(d->rights, &key), rights_binding(d)->catalog,
                                   day, at_us, &reach),
                     JB_OK);
    return reach;
}

static void a_key_reads_what_it_reaches(void **state)
{
    struct rights_desk *d = *state;
    struct jb_reach east = reach_of(d, EAST, d->now_us), ash = reach_of(d, ASH, d->now_us);
    struct jb_reach later = reach_of(d, ASH, d->now_us + 1000), all = reach_of(d, READER, 0);
    struct jb_reach never = reach_of(d, NEVER, d->now_us), all_now = reach_of(d, READER, d->now_us);
    assert_int_equal(east.count, 5);
    assert_true(jb_reach_unit(&east, unit_of(d, "cedar")) &&
                jb_reach_unit(&east, unit_of(d, "dune")));
    assert_false(jb_reach_unit(&east, unit_of(d, "county")) ||
                 jb_reach_unit(&east, unit_of(d, "west")));
    assert_false(jb_reach_node(&east, 0, true));
    assert_true(jb_reach_node(&east, unit_of(d, "east"), false));
    assert_int_equal(ash.count, 2);
    assert_int_equal(later.count, 1);
    assert_true(all.everything && all_now.everything);
    assert_int_equal(all.count, 7);
    assert_true(jb_reach_node(&all, 0, true) && jb_reach_unit(&all, 6));
    assert_int_equal(never.count, 0);
    assert_false(jb_reach_unit(&never, unit_of(d, "ash")));
    assert_true(ash.hash != later.hash && ash.hash != east.hash && all.hash != east.hash);
    assert_true(all.hash == all_now.hash && never.hash != later.hash);
    struct jb_reach *made[] = {&east, &ash, &later, &all, &never, &all_now};
    for (size_t i = 0; i < JB_COUNT(made); i++)
        jb_reach_free(made[i]);
    struct jb_public_key key = rights_key(EAST);
    assert_int_equal(jb_reach_make(jb_rights_by_key(d->rights, &key), NULL, day, d->now_us, &east),
                     JB_OK);
    assert_int_equal(east.count, 0);
    jb_reach_free(&east);
}

static void a_sender_is_told_what_is_missing(void **state)
{
    struct rights_desk *d = *state;
    struct jb_public_key ash = rights_key(ASH);
    struct jb_submission s = {.unit = JB_LIT("beech")};
    const jb_catalog *catalog = rights_binding(d)->catalog;
    jb_findings_clear(&d->findings);
    assert_int_equal(jb_authority_submit(d->rights, &ash, &s, catalog, unit_of(d, "beech"), day,
                                         d->now_us, &d->findings),
                     JB_STANDING_NONE);
    assert_true(rights_told(d, JB_F_GROUND_MISSING));
    s.on_behalf_of = JB_LIT("beech's clerk");
    assert_int_equal(jb_authority_submit(d->rights, &ash, &s, catalog, unit_of(d, "beech"), day,
                                         d->now_us, &d->findings),
                     JB_STANDING_NONE);
    s.ground = JB_LIT("letter 7");
    jb_findings_clear(&d->findings);
    assert_int_equal(jb_authority_submit(d->rights, &ash, &s, catalog, unit_of(d, "beech"), day,
                                         d->now_us, &d->findings),
                     JB_STANDING_ENTER);
    s.unit = JB_LIT("dune");
    assert_int_equal(jb_authority_submit(d->rights, &ash, &s, catalog, unit_of(d, "dune"), day,
                                         d->now_us, &d->findings),
                     JB_STANDING_NONE);
    assert_int_equal(d->findings.count, 1);
    assert_string_equal(d->findings.items[0].expected, "report, enter (dune)");
    assert_string_equal(d->findings.items[0].unit, "dune");
    jb_findings_clear(&d->findings);
    assert_false(jb_authority_role(d->rights, &ash, JB_ROLE_CATALOG, d->now_us, &d->findings));
    assert_string_equal(d->findings.items[0].expected, "catalog");
    assert_true(rights_allow(d, CHIEF, ASH, "", .role = JB_ROLE_CATALOG));
    assert_true(jb_authority_role(d->rights, &ash, JB_ROLE_CATALOG, d->now_us, &d->findings));
    assert_true(
        jb_authority_replaces((struct jb_place){3, 1}, (struct jb_place){3, 1}, &d->findings));
    assert_false(
        jb_authority_replaces((struct jb_place){2, 1}, (struct jb_place){3, 1}, &d->findings));
    assert_true(rights_told(d, JB_F_CATALOG_MOVED));
    jb_findings_clear(&d->findings);
    assert_false(
        jb_authority_replaces((struct jb_place){3, 1}, (struct jb_place){3, 2}, &d->findings));
    assert_true(rights_told(d, JB_F_CATALOG_MOVED));
}

static void a_changed_record_is_not_believed(void **state)
{
    struct jb_scope_unit units[] = {{JB_LIT("ash"), false}, {JB_LIT("beech"), true}};
    struct jb_grant grants[] = {{.role = JB_ROLE_REPORT, .units = units, .unit_count = 2},
                                {.role = JB_ROLE_SECURITY, .from_us = 3, .until_us = 900}};
    struct jb_holder holder = {.state = JB_HOLDER_SUSPENDED,
                               .label = JB_LIT("李雷"),
                               .grants = grants,
                               .grant_count = 2,
                               .ends_us = 77,
                               .revision = 5},
                     got, ret = {.revision = 123};
    uint8_t curve[32] = {9}, got_curve[32], key_bytes[JB_HOLDER_KEY_BYTES_MAX];
    struct jb_arena arena;
    struct jb_buf first, second;
    (void)state;
    jb_arena_init(&arena, 1 << 20);
    jb_buf_init(&first, JB_HOLDER_RECORD_BYTES_MAX);
    jb_buf_init(&second, JB_HOLDER_RECORD_BYTES_MAX);
    struct jb_slice key = jb_holder_key(&holder, key_bytes);
    jb_holder_encode(&holder, curve, &first);
    assert_int_equal(jb_holder_decode(key, jb_buf_slice(&first), &arena, &got, got_curve), JB_OK);
    assert_memory_equal(got_curve, curve, 32);
    assert_true(jb_slice_is(got.label, "李雷") && got.ends_us == 77 && got.grant_count == 2);
    assert_true(got.grants[0].units[1].subtree && got.grants[1].until_us == 900);
    for (size_t len = 0; len < first.len; len++)
        assert_int_equal(
            jb_holder_decode(key, jb_slice_of(first.ptr, len), &arena, &ret, got_curve),
            JB_EDAMAGED);
    for (size_t bit = 0; bit < 8 * first.len;
         bit++) { /* refused, or another record, well spelled */
        first.ptr[bit / 8] ^= (uint8_t)(1 << bit % 8);
        jb_err err = jb_holder_decode(key, jb_buf_slice(&first), &arena, &got, got_curve);
        assert_true(err == JB_OK || err == JB_EDAMAGED);
        if (!err) {
            jb_buf_clear(&second);
            jb_holder_encode(&got, got_curve, &second);
            assert_true(jb_slice_eq(jb_buf_slice(&first), jb_buf_slice(&second)));
        }
        first.ptr[bit / 8] ^= (uint8_t)(1 << bit % 8);
        jb_arena_clear(&arena);
    }
    assert_int_equal(ret.revision, 123);
    units[1].unit = JB_LIT("ash");
    jb_buf_clear(&first);
    jb_holder_encode(&holder, curve, &first);
    assert_int_equal(jb_holder_decode(key, jb_buf_slice(&first), &arena, &ret, got_curve),
                     JB_EDAMAGED);
    jb_buf_free(&first);
    jb_buf_free(&second);
    jb_arena_free(&arena);
}

struct crowd {
    jb_rights_board *board;
    atomic_bool stop;
    atomic_uint seen;
};

static void *look_often(void *ctx)
{
    struct crowd *crowd = ctx;
    while (!crowd->stop) {
        jb_rights *rights = jb_rights_board_get(crowd->board);
        crowd->seen += jb_rights_count(rights) > 0;
        jb_rights_free(rights);
    }
    return NULL;
}

static void threads_see_the_table_change_as_a_whole(void **state)
{
    struct rights_desk *d = *state;
    struct crowd crowd = {0};
    pthread_t threads[3];
    jb_rights *rights = NULL;
    assert_int_equal(jb_rights_load(d->txn, &rights), JB_OK);
    crowd.board = jb_rights_board_new(rights);
    for (size_t i = 0; i < JB_COUNT(threads); i++)
        assert_int_equal(pthread_create(&threads[i], NULL, look_often, &crowd), 0);
    for (int i = 0; i < 200; i++) {
        assert_int_equal(jb_rights_load(d->txn, &rights), JB_OK);
        jb_rights_board_set(crowd.board, rights);
    }
    while (crowd.seen < 100)
        ;
    crowd.stop = true;
    for (size_t i = 0; i < JB_COUNT(threads); i++)
        pthread_join(threads[i], NULL);
    jb_rights_board_free(crowd.board);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_signer_stands_for_its_units_in_its_time),
        TEST(a_web_key_and_its_person_must_both_stand),
        TEST(a_key_is_found_by_all_its_names),
        TEST(a_key_reads_what_it_reaches),
        TEST(a_sender_is_told_what_is_missing),
        cmocka_unit_test(a_changed_record_is_not_believed),
        TEST(threads_see_the_table_change_as_a_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
