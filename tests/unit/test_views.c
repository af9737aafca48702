/* The three views: what is accepted, what is published, by which release, and what is then kept
 * back. */
#include "unit/views_desk.h"

#include <stdlib.h>

static int set_up(void **state)
{
    *state = views_desk_new();
    return 0;
}

static int tear_down(void **state)
{
    act_verify(*state);
    agg_desk_free(*state);
    return 0;
}

/* The filing's newest submission that the accepted view shows. */
static struct jb_uuid accepted_submission(struct agg_desk *d, const char *unit, const char *period)
{
    struct jb_past_scratch scratch = {0};
    struct jb_past past = {0};
    jb_kv_txn *txn = NULL;
    uint32_t number;
    assert_int_equal(jb_kv_begin_read(jb_engine_kv(d->engine), &txn), JB_OK);
    assert_int_equal(jb_store_number(txn, JB_NAME_UNIT, jb_slice_str(unit), &number), JB_OK);
    assert_int_equal(
        jb_past_read_accepted(txn, number, act_period(period), UINT64_MAX, &scratch, &past), JB_OK);
    assert_int_equal(past.filing_count, 1);
    struct jb_uuid id = past.filings[0].submission;
    jb_past_free(&past);
    jb_past_scratch_free(&scratch);
    jb_kv_abort(&txn);
    return id;
}

static void accepted_is_what_was_accepted_last_and_nothing_after_it(void **state)
{
    struct agg_desk *d = *state;
    assert_true(views_open(d, "2023-Q2"));
    assert_true(views_submit(d, "ash", "2023-Q2", 1, 0, "5", "50", NULL));
    views_expect(d, "county", "calls", "2023-Q2", ACCEPTED, 0, "not_reported");
    assert_true(views_submit(d, "ash", "2023-Q2", 2, 1, "6", NULL, NULL));
    uint64_t before = agg_head(d).revision;
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 2));
    uint64_t first = agg_head(d).revision;
    /* The patch and what it left as it was. */
    views_expect(d, "county", "calls", "2023-Q2", ACCEPTED, 0, "6");
    views_expect(d, "east", "cars", "2023-Q2", ACCEPTED, 0, "50");
    assert_true(views_submit(d, "ash", "2023-Q2", 3, 2, "7", NULL, NULL));
    assert_true(views_submit(d, "beech", "2023-Q2", 4, 0, "100", "1", NULL));
    views_expect(d, "county", "calls", "2023-Q2", ACCEPTED, 0, "6");
    views_expect(d, "county", "calls", "2023-Q2", WORKING, 0, "107");
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 3));
    views_expect(d, "county", "calls", "2023-Q2", ACCEPTED, 0, "7");
    struct jb_uuid shown = accepted_submission(d, "ash", "2023-Q2"), third = agg_id(3);
    assert_memory_equal(&shown, &third, sizeof(shown));
    views_expect(d, "county", "calls", "2023-Q2", ACCEPTED, first, "6");
    views_expect(d, "county", "calls", "2023-Q2", ACCEPTED, before, "not_reported");
    /* What is given back stays accepted as it was until something else is. */
    assert_true(views_review(d, JB_ACT_FILING_RETURN, "ash", "2023-Q2", 3));
    views_expect(d, "county", "calls", "2023-Q2", ACCEPTED, 0, "7");
}

static void coverage_of_a_view_counts_what_it_shows(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    assert_true(views_open(d, "2023-Q2"));
    assert_true(views_submit(d, "ash", "2023-Q2", 1, 0, "5", "50", NULL));
    assert_true(views_submit(d, "beech", "2023-Q2", 2, 0, "6", "60", NULL));
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 1));
    const struct jb_answer_row *row = reads_one(d, "county", "calls", "2023-Q2",
                                                (struct jb_query){.viewpoint = ACCEPTED}, &asked);
    assert_true(row->reported == 1 && row->expected == 3);
    reads_done(&asked);
}

static void a_release_shows_what_was_accepted_when_it_was_made(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    assert_true(views_open(d, "2023-Q2"));
    assert_true(views_submit(d, "ash", "2023-Q2", 1, 0, "5", "50", NULL));
    assert_true(views_submit(d, "beech", "2023-Q2", 2, 0, "6", "60", NULL));
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 1));
    assert_true(views_close(d, "2023-Q2"));
    views_expect(d, "county", "calls", "2023-Q2", PUBLISHED(0), 0, "not_published");
    uint64_t before = agg_head(d).revision;
    uint64_t first = views_publish(d, "2023-Q2");
    assert_true(first);
    views_expect(d, "county", "calls", "2023-Q2", PUBLISHED(0), 0, "5");
    views_expect(d, "county", "extra", "2023-Q2", PUBLISHED(0), 0, "not_published");
    views_expect(d, "county", "calls", "2023-Q2", PUBLISHED(0), before, "not_published");
    assert_true(views_reopen(d, "2023-Q2", "ash"));
    assert_true(views_submit(d, "ash", "2023-Q2", 3, 1, "8", NULL, NULL));
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 3));
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, "beech", "2023-Q2", 2));
    views_expect(d, "county", "calls", "2023-Q2", PUBLISHED(0), 0, "5");
    views_expect(d, "county", "calls", "2023-Q2", ACCEPTED, 0, "14");
    uint64_t second = views_publish(d, "2023-Q2");
    views_expect(d, "county", "calls", "2023-Q2", PUBLISHED(0), 0, "14");
    views_expect(d, "county", "calls", "2023-Q2", PUBLISHED(1), 0, "5");
    views_expect(d, "county", "calls", "2023-Q2", PUBLISHED(2), 0, "14");
    views_expect(d, "county", "calls", "2023-Q2", PUBLISHED(0), second - 1, "5");
    reads_one(d, "county", "calls", "2023-Q2", (struct jb_query){.viewpoint = PUBLISHED(1)},
              &asked);
    assert_int_equal(asked.answer.release_count, 1);
    const struct jb_release *release = &asked.answer.releases[0];
    assert_true(jb_slice_is(release->period, "2023-Q2") && release->number == 1);
    assert_true(release->revision == first && release->at_us > 0);
    reads_done(&asked);
}

static void one_accepted(struct agg_desk *d, const char *unit, const char *period, uint8_t id,
                         const char *calls, const char *cars, const char *extra)
{
    assert_true(views_submit(d, unit, period, id, 0, calls, cars, extra));
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, unit, period, id));
}

static void a_span_is_told_when_all_of_it_is_published(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    assert_true(views_open(d, "2023-Q1") && views_open(d, "2023-Q2"));
    one_accepted(d, "ash", "2023-Q1", 1, "5", "50", NULL);
    one_accepted(d, "ash", "2023-Q2", 2, "6", "60", NULL);
    assert_true(views_close(d, "2023-Q1") && views_close(d, "2023-Q2"));
    views_expect(d, "county", "calls", "2023-S1", PUBLISHED(0), 0, "not_published");
    assert_true(views_publish(d, "2023-Q1"));
    views_expect(d, "county", "calls", "2023-Q1", PUBLISHED(0), 0, "5");
    views_expect(d, "county", "calls", "2023-S1", PUBLISHED(0), 0, "partly_published");
    views_expect(d, "county", "cars", "2023-S1", PUBLISHED(0), 0, "partly_published");
    assert_true(views_publish(d, "2023-Q2") && views_publish(d, "2023-Q2"));
    views_expect(d, "county", "calls", "2023-S1", PUBLISHED(0), 0, "11");
    views_expect(d, "county", "cars", "2023-S1", PUBLISHED(0), 0, "60");
    reads_one(d, "county", "calls", "2023-S1", (struct jb_query){.viewpoint = PUBLISHED(0)},
              &asked);
    assert_int_equal(asked.answer.release_count, 2);
    assert_int_equal(asked.answer.releases[0].number, 1);
    assert_int_equal(asked.answer.releases[1].number, 2);
    reads_done(&asked);
}

static void growth_takes_each_side_by_its_own_release(void **state)
{
    struct agg_desk *d = *state;
    static const char *const units[] = {"ash", "beech", "dune"};
    struct reads_asked asked;
    uint8_t id = 1;
    assert_true(views_open(d, "2022-Q2") && views_open(d, "2023-Q2"));
    for (size_t i = 0; i < 3; i++, id = (uint8_t)(id + 2)) {
        one_accepted(d, units[i], "2022-Q2", id, "10", "1", NULL);
        one_accepted(d, units[i], "2023-Q2", (uint8_t)(id + 1), "20", "1", NULL);
    }
    assert_true(views_close(d, "2022-Q2") && views_close(d, "2023-Q2"));
    assert_true(views_publish(d, "2023-Q2"));
    const struct jb_query yoy = {.viewpoint = PUBLISHED(0), .yoy = true};
    const struct jb_answer_row *row = reads_one(d, "county", "calls", "2023-Q2", yoy, &asked);
    reads_text_is(row->yoy.reason, "base_incomplete");
    reads_done(&asked);
    assert_true(views_publish(d, "2022-Q2"));
    assert_true(views_reopen(d, "2023-Q2", "ash"));
    assert_true(views_submit(d, "ash", "2023-Q2", 40, 2, "50", NULL, NULL));
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 40));
    assert_true(views_publish(d, "2023-Q2"));
    row = reads_one(d, "county", "calls", "2023-Q2", yoy, &asked);
    reads_text_is(row->yoy.value, "200.00");
    assert_int_equal(asked.answer.release_count, 2);
    assert_int_equal(asked.answer.releases[0].number, 1);
    assert_int_equal(asked.answer.releases[1].number, 2);
    reads_done(&asked);
    /* The base has no second release: its newest. */
    row = reads_one(d, "county", "calls", "2023-Q2",
                    (struct jb_query){.viewpoint = PUBLISHED(2), .yoy = true}, &asked);
    reads_text_is(row->yoy.value, "200.00");
    reads_done(&asked);
}

/* The county's ratio, whose sides differ: flagged where it is told, else without parts and flag. */
static void expect_kept_back(struct agg_desk *d, const char *period, const char *reason)
{
    struct reads_asked asked;
    const struct jb_answer_row *row =
        reads_one(d, "county", "share", period, (struct jb_query){.viewpoint = ACCEPTED}, &asked);
    assert_true(row->state == JB_STATE_VALUE && row->unpaired);
    reads_done(&asked);
    row = reads_one(d, "county", "share", period, (struct jb_query){.viewpoint = PUBLISHED(0)},
                    &asked);
    reads_text_is(row->reason, reason);
    reads_text_is(row->numerator, "");
    reads_text_is(row->denominator, "");
    assert_false(row->unpaired);
    reads_done(&asked);
}

static void a_ratio_is_published_when_both_sides_are_of_the_same_units(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    assert_true(views_open(d, "2023-Q2"));
    one_accepted(d, "ash", "2023-Q2", 1, "8", "50", "2");
    one_accepted(d, "dune", "2023-Q2", 2, "8", "60", NULL);
    assert_true(views_close(d, "2023-Q2"));
    assert_true(views_publish(d, "2023-Q2"));
    views_expect(d, "county", "share", "2023-Q2", ACCEPTED, 0, "12.50");
    expect_kept_back(d, "2023-Q2", "unpaired");
    expect_kept_back(d, "2023-S1", "partly_published");
    /* The part that is not listed is told with the ratio, but not to the public. */
    const struct jb_answer_row *row = reads_one(
        d, "east", "share", "2023-Q2", (struct jb_query){.viewpoint = PUBLISHED(0)}, &asked);
    reads_text_is(row->value, "25.00");
    reads_text_is(row->numerator, "2");
    reads_done(&asked);
    row = reads_one(d, "east", "share", "2023-Q2",
                    (struct jb_query){.viewpoint = PUBLISHED(0), .public_only = true}, &asked);
    reads_text_is(row->value, "25.00");
    reads_text_is(row->numerator, "");
    reads_text_is(row->denominator, "8");
    reads_done(&asked);
}

/* One filing of rows on named bases, accepted. */
static void one_on_bases(struct agg_desk *d, uint8_t signer, const char *unit, uint8_t id,
                         uint8_t predecessor, struct agg_row *rows, uint32_t count)
{
    struct agg_submission from = {.unit = unit,
                                  .form = "work",
                                  .period = "2023-Q2",
                                  .id = id,
                                  .predecessor = predecessor,
                                  .rows = rows,
                                  .row_count = count};
    struct jb_receipt receipt;
    struct jb_reply reply = {0};
    assert_int_equal(act_sign_send(d, signer, JB_KIND_SUBMIT, agg_encode(d, &from), &reply), JB_OK);
    agg_read_receipt(d, &reply, &receipt);
    assert_int_equal(receipt.outcome, JB_ACCEPTED);
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, unit, "2023-Q2", id));
}

static void what_covers_exactly_the_span_is_told_by_its_own_release(void **state)
{
    struct agg_desk *d = *state;
    struct agg_row ash[] = {AGG_ROW("calls", "8", .basis = "ytd"), AGG_ROW("calls", "5"),
                            AGG_ROW("extra", "2", .basis = "ytd"), AGG_ROW("extra", "1")};
    struct agg_row beech[] = {AGG_ROW("calls", "7", .basis = "ytd"), AGG_ROW("calls", "6"),
                              AGG_ROW("extra", "3", .basis = "ytd"), AGG_ROW("extra", "3")};
    struct agg_row dune[] = {AGG_ROW("calls", "9", .basis = "ytd"), AGG_ROW("cars", "4")};
    struct agg_row gone[] = {AGG_ROW("calls", "withdrawn", .basis = "ytd")};
    struct reads_asked asked;
    assert_int_equal(
        act_load(d, VIEWS_WITH("true, bases: [period, ytd]", "false, bases: [period, ytd]"), 2), 3);
    assert_true(views_open(d, "2023-Q1") && views_open(d, "2023-Q2"));
    one_on_bases(d, ASH, "ash", 1, 0, ash, 4);
    one_on_bases(d, BEECH, "beech", 2, 0, beech, 4);
    one_on_bases(d, BEECH, "beech", 3, 2, gone, 1);
    one_on_bases(d, DUNE, "dune", 4, 0, dune, 2);
    one_on_bases(d, DUNE, "dune", 5, 4, gone, 1);
    assert_true(views_close(d, "2023-Q2"));
    views_expect(d, "ash", "share", "2023-S1", PUBLISHED(0), 0, "not_published");
    assert_true(views_publish(d, "2023-Q2"));
    /* Q1 has no release, so 本期 of Q2 is not the half year: that was reported as one figure. */
    views_expect(d, "ash", "calls", "2023-S1", ACCEPTED, 0, "5");
    views_expect(d, "ash", "calls", "2023-S1", PUBLISHED(0), 0, "8");
    const struct jb_answer_row *row = reads_one(
        d, "ash", "share", "2023-S1", (struct jb_query){.viewpoint = PUBLISHED(0)}, &asked);
    reads_text_is(row->value, "25.00");
    reads_text_is(row->numerator, "2");
    reads_text_is(row->basis, "2023-S1");
    reads_done(&asked);
    /* One that was withdrawn hides what is left of 本期 no more than it does where all is told. */
    views_expect(d, "beech", "calls", "2023-S1", PUBLISHED(0), 0, "partly_published");
    views_expect(d, "beech", "share", "2023-S1", PUBLISHED(0), 0, "partly_published");
    views_expect(d, "dune", "calls", "2023-S1", PUBLISHED(0), 0, "withdrawn");
}

static void a_ratio_with_figures_keeps_its_parts_whatever_catalogue_comes(void **state)
{
    struct agg_desk *d = *state;
    char *turned = jb_xasprintf("%s", VIEWS_CATALOG);
    static const char was[] = "numerator: extra, denominator: calls";
    char *at = strstr(turned, was);
    memcpy(at, "numerator: calls, denominator: extra", sizeof(was) - 1);
    assert_true(views_open(d, "2023-Q2"));
    one_accepted(d, "ash", "2023-Q2", 1, "8", "50", "2");
    assert_int_equal(act_load(d, turned, 2), 0);
    assert_true(act_told(d, JB_F_CATALOG_CHANGE_REFUSED));
    assert_string_equal(d->findings.items[0].column_name, "numerator");
    assert_string_equal(d->findings.items[0].got, "calls");
    free(turned);
}

static int64_t own_calls(jb_source *source, const struct reads_asked *asked, uint32_t release)
{
    const struct jb_binding *b = asked->binding;
    const struct jb_own_cell *cell;
    jb_source_set_view(source, asked->txn, b, asked->answer.snapshot.revision, 0,
                       PUBLISHED(release));
    assert_int_equal(jb_source_own(source, jb_catalog_unit(b->catalog, JB_LIT("ash")),
                                   jb_catalog_indicator(b->catalog, JB_LIT("calls")),
                                   act_period("2023-Q2"), 0, &cell),
                     JB_OK);
    return cell->value.mantissa;
}

static void a_source_set_for_another_release_keeps_nothing_of_the_one_before(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    jb_source *source = jb_source_new();
    assert_true(views_open(d, "2023-Q2"));
    one_accepted(d, "ash", "2023-Q2", 1, "5", "50", NULL);
    assert_true(views_close(d, "2023-Q2") && views_publish(d, "2023-Q2"));
    assert_true(views_reopen(d, "2023-Q2", "ash"));
    assert_true(views_submit(d, "ash", "2023-Q2", 2, 1, "8", NULL, NULL));
    assert_true(views_review(d, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 2));
    assert_true(views_publish(d, "2023-Q2"));
    reads_one(d, "ash", "calls", "2023-Q2", (struct jb_query){0}, &asked);
    assert_int_equal(own_calls(source, &asked, 1), 5);
    assert_int_equal(own_calls(source, &asked, 2), 8);
    jb_source_free(source);
    reads_done(&asked);
}

static void refused(struct agg_desk *d, const char *indicator, struct jb_viewpoint viewpoint,
                    bool public_only, enum jb_finding_code code)
{
    struct jb_slice node = JB_LIT("county"), i = jb_slice_str(indicator), p = JB_LIT("2023-S1");
    struct jb_query query = {.units = {&node, 1},
                             .indicators = {&i, 1},
                             .periods = {&p, 1},
                             .viewpoint = viewpoint,
                             .public_only = public_only};
    struct reads_asked asked;
    reads_ask(d, &query, &asked);
    assert_int_equal(asked.err, JB_EINVAL);
    assert_int_equal(asked.findings.items[0].code, code);
    reads_done(&asked);
}

static void what_a_view_does_not_have_is_refused(void **state)
{
    struct agg_desk *d = *state;
    struct reads_asked asked;
    assert_true(views_open(d, "2023-Q1") && views_close(d, "2023-Q1"));
    assert_true(views_open(d, "2023-Q2") && views_close(d, "2023-Q2"));
    assert_true(views_publish(d, "2023-Q1") && views_publish(d, "2023-Q1"));
    assert_true(views_publish(d, "2023-Q2"));
    refused(d, "calls", PUBLISHED(2), false, JB_F_RELEASE_UNKNOWN);
    refused(d, "calls", (struct jb_viewpoint){JB_VIEW_ACCEPTED, 1}, false, JB_F_QUERY_VIEW);
    refused(d, "calls", WORKING, true, JB_F_QUERY_VIEW);
    refused(d, "extra", PUBLISHED(0), true, JB_F_NOT_PUBLIC);
    /* Not named, it is left out. */
    struct jb_slice node = JB_LIT("county"), p = JB_LIT("2023-Q1");
    struct jb_query all = {
        .units = {&node, 1}, .periods = {&p, 1}, .viewpoint = PUBLISHED(0), .public_only = true};
    reads_ask(d, &all, &asked);
    assert_int_equal(asked.err, JB_OK);
    assert_int_equal(asked.answer.row_count, 3);
    reads_done(&asked);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(accepted_is_what_was_accepted_last_and_nothing_after_it),
        CASE(coverage_of_a_view_counts_what_it_shows),
        CASE(a_release_shows_what_was_accepted_when_it_was_made),
        CASE(a_span_is_told_when_all_of_it_is_published),
        CASE(growth_takes_each_side_by_its_own_release),
        CASE(a_ratio_is_published_when_both_sides_are_of_the_same_units),
        CASE(what_covers_exactly_the_span_is_told_by_its_own_release),
        CASE(a_ratio_with_figures_keeps_its_parts_whatever_catalogue_comes),
        CASE(a_source_set_for_another_release_keeps_nothing_of_the_one_before),
        CASE(what_a_view_does_not_have_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
