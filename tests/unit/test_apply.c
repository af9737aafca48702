/* What submissions add up to, with numbers computed by hand: sums, marks and counts, extremes whose
 * value leaves, groups, two levels that add or compare, texts, change records, and a catalogue that
 * regroups what is stored. */
#include "unit/agg_fixture.h"

#include "aggregator/change.h"

static int set_up(void **state)
{
    *state = agg_desk_ready();
    return 0;
}

static int tear_down(void **state)
{
    agg_desk_free(*state);
    return 0;
}

static void accepted(struct agg_desk *d, struct jb_receipt receipt)
{
    if (receipt.outcome != JB_ACCEPTED)
        jb_findings_print(&d->findings, stderr);
    assert_int_equal(receipt.outcome, JB_ACCEPTED);
}

static void figures_add_up_to_every_level(void **state)
{
    struct agg_desk *d = *state;
    accepted(d, agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "12.5"),
                                AGG_ROW("staff", "3")));
    accepted(d, agg_submit_rows(d, "beech", "daily", "2023-Q1", 2, 0, AGG_ROW("cases", "7.25")));
    accepted(d, agg_submit_rows(d, "dune", "daily", "2023-Q1", 3, 0, AGG_ROW("cases", "100"),
                                AGG_ROW("staff", "n/a")));
    assert_int_equal(agg_sum(d, "east", "cases", "2023-Q1", 0).sum, 1975);
    assert_int_equal(agg_sum(d, "west", "cases", "2023-Q1", 0).sum, 10000);
    assert_int_equal(agg_sum(d, "county", "cases", "2023-Q1", 0).sum, 11975);
    assert_int_equal(agg_sum(d, "county", "cases", "2023-Q1", 0).values, 3);
    assert_int_equal(agg_sum(d, "river", "cases", "2023-Q1", 0).sum, 11250);
    assert_int_equal(agg_sum(d, "county", "staff", "2023-Q1", 0).values, 1);
    assert_int_equal(agg_sum(d, "county", "staff", "2023-Q1", 0).not_applicable, 1);
    assert_int_equal(agg_sum(d, "county", "cases", "2023-Q2", 0).values, 0);
    assert_int_equal(agg_sum(d, "ash", "cases", "2023-Q1", 0).values, 0); /* nothing is below */
    assert_int_equal(agg_own(d, "ash", "cases", "2023-Q1", 0).value.mantissa, 1250);
}

static void corrections_replace_what_was_there(void **state)
{
    struct agg_desk *d = *state;
    accepted(d,
             agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0,
                             AGG_ROW("cases", "12", .mark = JB_MORE_THAN, .status = JB_ESTIMATED),
                             AGG_ROW("staff", "3")));
    struct jb_sum_cell cell = agg_sum(d, "county", "cases", "2023-Q1", 0);
    assert_int_equal(cell.marks[JB_MORE_THAN], 1);
    assert_int_equal(cell.estimated, 1);
    accepted(d, agg_submit_rows(d, "ash", "daily", "2023-Q1", 2, 1, AGG_ROW("cases", "5")));
    cell = agg_sum(d, "county", "cases", "2023-Q1", 0);
    assert_int_equal(cell.sum, 500);
    assert_int_equal(cell.values, 1);
    assert_int_equal(cell.marks[JB_MORE_THAN], 0);
    assert_int_equal(cell.estimated, 0);
    assert_int_equal(agg_sum(d, "county", "staff", "2023-Q1", 0).sum, 3); /* not named: as it was */
    accepted(d, agg_submit_rows(d, "ash", "daily", "2023-Q1", 3, 2, AGG_ROW("cases", "withdrawn")));
    cell = agg_sum(d, "county", "cases", "2023-Q1", 0);
    assert_int_equal(cell.values, 0);
    assert_int_equal(cell.withdrawn, 1);
    assert_true(cell.sum == 0);
}

static void an_extreme_that_leaves_is_found_anew(void **state)
{
    struct agg_desk *d = *state;
    accepted(d, agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("oldest", "40"),
                                AGG_ROW("newest", "4")));
    accepted(d, agg_submit_rows(d, "beech", "daily", "2023-Q1", 2, 0, AGG_ROW("oldest", "90"),
                                AGG_ROW("newest", "2")));
    accepted(d, agg_submit_rows(d, "dune", "daily", "2023-Q1", 3, 0, AGG_ROW("oldest", "60"),
                                AGG_ROW("newest", "3")));
    assert_int_equal(agg_sum(d, "county", "oldest", "2023-Q1", 0).extreme.nominal, 90);
    assert_int_equal(agg_sum(d, "county", "newest", "2023-Q1", 0).extreme.nominal, 2);
    assert_int_equal(agg_sum(d, "river", "oldest", "2023-Q1", 0).extreme.nominal, 60);
    accepted(d, agg_submit_rows(d, "beech", "daily", "2023-Q1", 4, 2, AGG_ROW("oldest", "10"),
                                AGG_ROW("newest", "n/a")));
    assert_int_equal(agg_sum(d, "east", "oldest", "2023-Q1", 0).extreme.nominal, 40);
    assert_int_equal(agg_sum(d, "county", "oldest", "2023-Q1", 0).extreme.nominal, 60);
    assert_int_equal(agg_sum(d, "county", "newest", "2023-Q1", 0).extreme.nominal, 3);
    accepted(d,
             agg_submit_rows(d, "dune", "daily", "2023-Q1", 5, 3, AGG_ROW("oldest", "withdrawn")));
    assert_int_equal(agg_sum(d, "county", "oldest", "2023-Q1", 0).extreme.nominal, 40);
    assert_int_equal(agg_sum(d, "river", "oldest", "2023-Q1", 0).extreme.nominal, 40);
    assert_false(agg_sum(d, "west", "oldest", "2023-Q1", 0).has_extreme);
}

static void two_levels_add_or_compare_as_the_catalogue_says(void **state)
{
    struct agg_desk *d = *state;
    accepted(d, agg_submit_rows(d, "east", "rounds", "2023-Q1", 1, 0, AGG_ROW("visits", "5"),
                                AGG_ROW("audit", "70")));
    accepted(d, agg_submit_rows(d, "ash", "rounds", "2023-Q1", 2, 0, AGG_ROW("visits", "10"),
                                AGG_ROW("audit", "30")));
    assert_int_equal(agg_sum(d, "east", "visits", "2023-Q1", 0).sum, 10);   /* below it */
    assert_int_equal(agg_sum(d, "county", "visits", "2023-Q1", 0).sum, 15); /* its own too */
    assert_int_equal(agg_sum(d, "east", "audit", "2023-Q1", 0).sum, 30);
    assert_int_equal(agg_sum(d, "county", "audit", "2023-Q1", 0).sum, 30);
    assert_int_equal(agg_own(d, "east", "audit", "2023-Q1", 0).value.mantissa, 70);
}

static void bases_are_kept_apart(void **state)
{
    struct agg_desk *d = *state;
    accepted(d, agg_submit_rows(d, "ash", "daily", "2023-Q2", 1, 0, AGG_ROW("grown", "4"),
                                AGG_ROW("grown", "9", .basis = "ytd")));
    assert_int_equal(agg_sum(d, "county", "grown", "2023-Q2", 0).sum, 4);
    assert_int_equal(agg_sum(d, "county", "grown", "2023-Q2", 1).sum, 9);
}

static void a_text_is_counted_and_found_by_its_revision(void **state)
{
    struct agg_desk *d = *state;
    struct jb_receipt receipt =
        agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("story", "text:quiet"));
    accepted(d, receipt);
    assert_int_equal(agg_own(d, "ash", "story", "2023-Q1", 0).text_revision, receipt.revision);
    assert_int_equal(agg_sum(d, "county", "story", "2023-Q1", 0).values, 1);
    accepted(d, agg_submit_rows(d, "ash", "daily", "2023-Q1", 2, 1, AGG_ROW("story", "n/a")));
    assert_int_equal(agg_sum(d, "county", "story", "2023-Q1", 0).values, 0);
    assert_int_equal(agg_sum(d, "county", "story", "2023-Q1", 0).not_applicable, 1);
}

/* "node:indicator=sum/values" of each cell of a change record, one after the other. */
static void describe_change(struct agg_desk *d, uint64_t revision, char *text, size_t size)
{
    struct jb_change_reader reader;
    struct jb_change_cell cell;
    struct jb_slice record, code, indicator;
    jb_kv_txn *txn = NULL;
    size_t len = 0;
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_store_change(txn, revision, &record), JB_OK);
    assert_int_equal(jb_change_read(record, &reader), JB_OK);
    text[0] = '\0';
    while (jb_change_next_node(&reader)) {
        bool group = reader.node & JB_NODE_GROUP;
        assert_int_equal(jb_store_code(txn, group ? JB_NAME_GROUP : JB_NAME_UNIT,
                                       reader.node & ~JB_NODE_GROUP, &code),
                         JB_OK);
        while (jb_change_next_cell(&reader, &cell)) {
            assert_int_equal(jb_store_code(txn, JB_NAME_INDICATOR, cell.indicator, &indicator),
                             JB_OK);
            len += (size_t)snprintf(text + len, size - len, "%.*s:%.*s=%lld/%u ", JB_ARG(code),
                                    JB_ARG(indicator), (long long)cell.cell.sum, cell.cell.values);
        }
    }
    assert_false(reader.r.failed);
    jb_kv_abort(&txn);
}

static void a_change_record_names_the_new_totals(void **state)
{
    struct agg_desk *d = *state;
    char text[1000];
    struct jb_receipt receipt;
    accepted(d, agg_submit_rows(d, "east", "rounds", "2023-Q1", 1, 0, AGG_ROW("visits", "5"),
                                AGG_ROW("audit", "70")));
    receipt = agg_submit_rows(d, "ash", "rounds", "2023-Q1", 2, 0, AGG_ROW("visits", "10"),
                              AGG_ROW("audit", "30"));
    accepted(d, receipt);
    describe_change(d, receipt.revision, text, sizeof(text));
    assert_string_equal(text, "ash:visits=10/1 ash:audit=30/1 east:visits=15/2 east:audit=30/1 "
                              "county:visits=15/2 county:audit=30/1 river:visits=10/1 "
                              "river:audit=30/1 ");
    receipt = agg_submit_rows(d, "ash", "rounds", "2023-Q1", 3, 2, AGG_ROW("visits", "10"),
                              AGG_ROW("audit", "31"));
    accepted(d, receipt);
    describe_change(d, receipt.revision, text, sizeof(text)); /* visits is as it was */
    assert_string_equal(text, "ash:audit=31/1 east:audit=31/1 county:audit=31/1 river:audit=31/1 ");
    describe_change(d, 2, text, sizeof(text)); /* every revision has a record */
    assert_string_equal(text, "");
}

static void a_new_group_holds_what_was_there_before_it(void **state)
{
    struct agg_desk *d = *state;
    accepted(d, agg_submit_rows(d, "ash", "daily", "2023-Q1", 1, 0, AGG_ROW("cases", "12"),
                                AGG_ROW("oldest", "40")));
    accepted(d, agg_submit_rows(d, "cedar", "daily", "2023-Q1", 2, 0, AGG_ROW("cases", "8"),
                                AGG_ROW("oldest", "50")));
    struct jb_catalog_put_done done = agg_load(
        d, AGG_UNITS AGG_GROUPS
        "  - {code: hill, name: {zh: \"山\"}, members: [east]}\n" AGG_INDICATORS AGG_FORMS);
    if (done.version != 2)
        jb_findings_print(&d->findings, stderr);
    assert_int_equal(done.version, 2);
    assert_int_equal(agg_sum(d, "hill", "cases", "2023-Q1", 0).sum, 2000);
    assert_int_equal(agg_sum(d, "hill", "oldest", "2023-Q1", 0).extreme.nominal, 50);
    assert_int_equal(agg_sum(d, "river", "cases", "2023-Q1", 0).sum, 1200);
    assert_int_equal(agg_sum(d, "county", "cases", "2023-Q1", 0).sum, 2000);
    accepted(d, agg_submit_rows(d, "cedar", "daily", "2023-Q1", 3, 2, AGG_ROW("cases", "9"),
                                AGG_ROW("oldest", "30")));
    assert_int_equal(agg_sum(d, "hill", "cases", "2023-Q1", 0).sum, 2100);
    assert_int_equal(agg_sum(d, "hill", "oldest", "2023-Q1", 0).extreme.nominal, 40);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(figures_add_up_to_every_level),
        T(corrections_replace_what_was_there),
        T(an_extreme_that_leaves_is_found_anew),
        T(two_levels_add_or_compare_as_the_catalogue_says),
        T(bases_are_kept_apart),
        T(a_text_is_counted_and_found_by_its_revision),
        T(a_change_record_names_the_new_totals),
        T(a_new_group_holds_what_was_there_before_it),
    };
#undef T
    return cmocka_run_group_tests(tests, NULL, NULL);
}
