/* The table of contacts: what a unit has is what was put last, other units keep theirs, damage is
 * told and an erased record is none. */
#include "unit/rights_desk.h"

#include "aggregator/contacts.h"
#include "aggregator/verify.h"

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

static const struct jb_contact people[] = {
    {JB_CONTACT_LEADER, JB_LIT("甲"), JB_LIT("0561-1000"), JB_LIT("+86 138"),
     JB_LIT("a@example.org"), JB_LIT("mornings")},
    {.role = JB_CONTACT_OTHER, .name = JB_LIT("B")},
};

static uint32_t count_of(struct rights_desk *d, jb_kv_txn *txn, uint32_t unit)
{
    const struct jb_contact *items = NULL;
    uint32_t count = 99;
    assert_int_equal(jb_store_contacts(txn, unit, &d->arena, &items, &count), JB_OK);
    for (uint32_t i = 0; i < count; i++)
        assert_int_equal(jb_contact_check(&items[i]), JB_OK);
    return count;
}

static void a_unit_has_what_was_put_last(void **state)
{
    struct rights_desk *d = *state;
    const struct jb_contact *items = NULL;
    uint32_t count = 0;
    assert_int_equal(count_of(d, d->txn, 3), 0);
    assert_int_equal(jb_store_put_contacts(d->txn, 3, people, 2), JB_OK);
    assert_int_equal(jb_store_put_contacts(d->txn, 4, people, 1), JB_OK);
    assert_int_equal(jb_store_contacts(d->txn, 3, &d->arena, &items, &count), JB_OK);
    assert_int_equal(count, 2);
    assert_int_equal(items[0].role, JB_CONTACT_LEADER);
    assert_true(jb_slice_is(items[0].note, "mornings"));
    assert_true(jb_slice_is(items[1].name, "B"));
    assert_int_equal(items[1].mobile.len, 0);
    assert_int_equal(jb_store_put_contacts(d->txn, 3, people + 1, 1), JB_OK);
    assert_int_equal(count_of(d, d->txn, 3), 1);
    assert_int_equal(jb_store_put_contacts(d->txn, 3, NULL, 0), JB_OK);
    assert_int_equal(jb_store_put_contacts(d->txn, 3, NULL, 0), JB_OK);
    assert_int_equal(count_of(d, d->txn, 3), 0);
    assert_int_equal(count_of(d, d->txn, 4), 1);
}

static void the_version_is_kept_beside_them(void **state)
{
    struct rights_desk *d = *state;
    struct jb_contacts_head head = {.version = 5}, put = {.version = 1ULL << 40, .hash = {1, 2}};
    assert_int_equal(jb_store_contacts_head(d->txn, &head), JB_OK);
    assert_int_equal(head.version, 0);
    assert_int_equal(jb_store_put_contacts_head(d->txn, &put), JB_OK);
    assert_int_equal(jb_store_contacts_head(d->txn, &head), JB_OK);
    assert_memory_equal(&head, &put, sizeof(put));
}

static void every_record_has_pages_of_its_own(void **state)
{
    struct rights_desk *d = *state;
    struct jb_slice value;
    assert_int_equal(jb_store_put_contacts(d->txn, 3, people + 1, 1), JB_OK);
    assert_int_equal(jb_kv_get(d->txn, JB_T_CONTACTS, jb_slice_of("\0\0\0\3", 4), &value), JB_OK);
    assert_true(value.len > jb_kv_page_bytes(d->txn));
}

/* Of whom an older snapshot still knows the place. */
static void what_was_erased_since_is_none_and_no_damage(void **state)
{
    struct rights_desk *d = *state;
    struct jb_verify_report report = {0};
    jb_kv_txn *older = NULL;
    char *scratch = jb_xasprintf("%s/scratch", d->base);
    assert_int_equal(jb_store_put_contacts(d->txn, 3, people, 2), JB_OK);
    assert_int_equal(jb_kv_commit(&d->txn), JB_OK);
    assert_int_equal(jb_kv_begin_read(d->kv, &older), JB_OK);
    assert_int_equal(count_of(d, older, 3), 2);
    assert_int_equal(jb_kv_begin_write(d->kv, &d->txn), JB_OK);
    assert_int_equal(jb_store_put_contacts(d->txn, 3, NULL, 0), JB_OK);
    assert_int_equal(jb_kv_commit(&d->txn), JB_OK);
    assert_int_equal(count_of(d, older, 3), 0);
    assert_int_equal(jb_verify(older, scratch, NULL, NULL, NULL, &report), JB_OK);
    assert_true(report.clean);
    jb_verify_report_free(&report);
    jb_kv_abort(&older);
    assert_int_equal(jb_kv_begin_write(d->kv, &d->txn), JB_OK);
    free(scratch);
}

static void verify_tells_a_record_that_is_no_contact(void **state)
{
    struct rights_desk *d = *state;
    struct jb_verify_report report = {0};
    uint8_t hash[32];
    char *scratch = jb_xasprintf("%s/scratch", d->base);
    assert_int_equal(jb_store_put_contacts(d->txn, 3, people, 2), JB_OK);
    assert_int_equal(jb_verify(d->txn, scratch, NULL, NULL, NULL, &report), JB_OK);
    assert_true(report.clean);
    memcpy(hash, report.dump_hash, sizeof(hash));
    jb_verify_report_free(&report);
    assert_int_equal(jb_kv_put(d->txn, JB_T_CONTACTS, jb_slice_of("\0\0\0\4", 4), JB_LIT("\1\7")),
                     JB_OK);
    assert_int_equal(jb_verify(d->txn, scratch, NULL, NULL, NULL, &report), JB_OK);
    assert_false(report.clean);
    assert_non_null(strstr(report.problems[0], "contacts"));
    assert_memory_equal(report.dump_hash, hash, sizeof(hash)); /* no dump has them */
    jb_verify_report_free(&report);
    free(scratch);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(a_unit_has_what_was_put_last),
        T(the_version_is_kept_beside_them),
        T(every_record_has_pages_of_its_own),
        T(what_was_erased_since_is_none_and_no_damage),
        T(verify_tells_a_record_that_is_no_contact),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
