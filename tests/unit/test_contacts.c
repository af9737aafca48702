/* The table of contacts: what a unit has is what was put last, other units keep theirs, damage is
 * told and an erased record is none. */
#include "unit/rights_desk.h"

#include "aggregator/contacts.h"
#include "aggregator/contacts_carry.h"
#include "aggregator/verify.h"
#include "files/encoding.h"

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

/* Carries the desk's contacts into a new store, which is the desk's from then on. */
static bool carry(struct rights_desk *d)
{
    bool lost = false;
    jb_kv *to = NULL;
    char *dir = jb_xasprintf("%s-carried", d->dir);
    if (d->txn)
        assert_int_equal(jb_kv_commit(&d->txn), JB_OK);
    jb_kv_close(d->kv);
    d->kv = NULL;
    assert_int_equal(jb_store_open(dir, 0, 0, true, false, true, &to), JB_OK);
    assert_int_equal(jb_contacts_carry(d->dir, to, &lost), JB_OK);
    jb_kv_remove(d->dir);
    free(d->dir);
    d->dir = dir;
    d->kv = to;
    assert_int_equal(jb_kv_begin_write(d->kv, &d->txn), JB_OK);
    return lost;
}

static uint64_t version_of(struct rights_desk *d)
{
    struct jb_contacts_head head = {0};
    assert_int_equal(jb_store_contacts_head(d->txn, &head), JB_OK);
    return head.version;
}

/* Units 1 to count, and version 5. */
static void put_units(struct rights_desk *d, uint32_t count)
{
    const struct jb_contacts_head head = {.version = 5, .hash = {1}};
    for (uint32_t unit = 1; unit <= count; unit++)
        assert_int_equal(jb_store_put_contacts(d->txn, unit, people, 1 + unit % 2), JB_OK);
    assert_int_equal(jb_store_put_contacts_head(d->txn, &head), JB_OK);
}

static void a_new_store_gets_them_all(void **state)
{
    struct rights_desk *d = *state;
    assert_false(carry(d));
    assert_int_equal(version_of(d), 0);
    put_units(d, 1000);
    assert_false(carry(d));
    for (uint32_t unit = 1; unit <= 1000; unit++)
        assert_int_equal(count_of(d, d->txn, unit), 1 + unit % 2);
    assert_int_equal(version_of(d), 5);
}

static void a_new_store_gets_those_that_are_whole(void **state)
{
    struct rights_desk *d = *state;
    put_units(d, 3);
    assert_int_equal(jb_kv_put(d->txn, JB_T_CONTACTS, jb_slice_of("\0\0\0\2", 4), JB_LIT("\1\7")),
                     JB_OK);
    assert_true(carry(d));
    assert_int_equal(count_of(d, d->txn, 1), 2);
    assert_int_equal(count_of(d, d->txn, 2), 0);
    assert_int_equal(count_of(d, d->txn, 3), 2);
    assert_int_equal(version_of(d), 5);
}

/* Else a change that was recorded when there were none could be sent again. */
static void a_version_that_was_lost_never_comes_again(void **state)
{
    struct rights_desk *d = *state;
    put_units(d, 1);
    assert_int_equal(jb_kv_put(d->txn, JB_T_CONTACTS, JB_LIT("\xff"), JB_LIT("short")), JB_OK);
    assert_true(carry(d));
    assert_int_equal(count_of(d, d->txn, 1), 2);
    assert_true(version_of(d) > 1000 * 1000);
}

/* A gibibyte long, says the node of unit 2, wherever it stands in the file. */
static void make_longer_than_the_file(struct rights_desk *d)
{
    static const uint8_t node[8] = {1, 0, 4, 0, 0, 0, 0, 2}; /* on pages of its own; the key */
    char *path = jb_xasprintf("%s/data.mdb", d->dir);
    uint8_t *bytes = NULL;
    size_t len = 0, count = 0;
    assert_int_equal(jb_kv_commit(&d->txn), JB_OK);
    assert_int_equal(jb_read_file(path, 1 << 26, &bytes, &len), JB_OK);
    for (uint8_t *at = bytes; (at = memmem(at, len - (size_t)(at - bytes), node, sizeof(node)));
         at++, count++)
        memcpy(at - 2, (const uint8_t[]){0, 0x40}, 2);
    assert_true(count > 0);
    FILE *out = fopen(path, "r+b");
    assert_non_null(out);
    assert_int_equal(fwrite(bytes, len, 1, out), 1);
    assert_int_equal(fclose(out), 0);
    free(bytes);
    free(path);
}

static void a_page_that_crashes_lmdb_costs_contacts_and_no_more(void **state)
{
    struct rights_desk *d = *state;
    put_units(d, 3);
    make_longer_than_the_file(d);
    assert_true(carry(d));
    assert_int_equal(count_of(d, d->txn, 1), 2);
    assert_int_equal(count_of(d, d->txn, 3), 0);
    assert_true(version_of(d) > 1000 * 1000);
}

/* With the format of before there were none; else the table was lost. */
static void a_table_that_is_missing_is_told_but_of_an_older_store(void **state)
{
    static const char *const tables[] = {"ledger", "meta"};
    struct rights_desk *d = *state;
    for (uint8_t format = 2; format <= JB_STORE_FORMAT; format++) {
        const struct jb_kv_config config = {.tables = tables, .table_count = 2, .create = true};
        const uint8_t bytes[4] = {0, 0, 0, format};
        char *dir = jb_xasprintf("%s/format-%u", d->base, format);
        jb_kv *kv = NULL;
        jb_kv_txn *txn = NULL;
        bool lost = format == 2;
        assert_int_equal(jb_kv_commit(&d->txn), JB_OK);
        assert_int_equal(jb_kv_open(dir, &config, &kv), JB_OK);
        assert_int_equal(jb_kv_begin_write(kv, &txn), JB_OK);
        assert_int_equal(jb_kv_put(txn, 1, JB_LIT("format"), jb_slice_of(bytes, 4)), JB_OK);
        assert_int_equal(jb_kv_commit(&txn), JB_OK);
        jb_kv_close(kv);
        assert_int_equal(jb_contacts_carry(dir, d->kv, &lost), JB_OK);
        assert_int_equal(lost, format > 2);
        assert_int_equal(jb_kv_begin_write(d->kv, &d->txn), JB_OK);
        free(dir);
    }
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
        T(a_new_store_gets_them_all),
        T(a_new_store_gets_those_that_are_whole),
        T(a_version_that_was_lost_never_comes_again),
        T(a_page_that_crashes_lmdb_costs_contacts_and_no_more),
        T(a_table_that_is_missing_is_told_but_of_an_older_store),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
