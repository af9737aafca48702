/* Acts on periods and filings, one at a time on a real engine: who may do them, what the states
 * allow, what each refusal says, and that the store stays the fold of its ledger. */
#include "unit/act_desk.h"

static int set_up(void **state)
{
    *state = act_desk_new();
    return 0;
}

static int tear_down(void **state)
{
    act_verify(*state);
    agg_desk_free(*state);
    return 0;
}

static const struct jb_slice ash_only[] = {{(const uint8_t *)"ash", 3}};
#define ASH_ONLY ((struct jb_strings){ash_only, 1})
#define OPEN(d, period) assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, period))
#define CLOSE(d, period) assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_CLOSE, period))
#define REOPEN(d, period, until)                                                                   \
    act_on(d, OFFICE, JB_ACT_PERIOD_REOPEN, period, .units = ASH_ONLY, .until_us = (until),        \
           .note = JB_LIT("更正"))

static void opening_freezes_what_is_expected(void **state)
{
    struct agg_desk *d = *state;
    assert_int_equal(act_phase(d, "2023-Q2", 0), JB_PERIOD_NOT_OPENED);
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q2", .backfill = true));
    struct jb_period_state now = act_state(d, "2023-Q2", 0);
    assert_true(now.phase == JB_PERIOD_OPEN && now.backfill && !now.trial);
    assert_int_equal(now.expected_forms, 3);
    assert_int_equal(now.expected_rows, 6);
    assert_int_equal(now.opened.revision, agg_head(d).revision);
    assert_memory_equal(now.opened.by, rights_key(OFFICE).bytes, 32);
    jb_period_state_free(&now);
    ACT_REFUSED(d, JB_F_PERIOD_OPENED, act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q2"));
    assert_non_null(strstr(d->findings.items[0].got, "2023-Q2, open, 2023-11-15"));
    assert_non_null(strstr(d->findings.items[0].got, "Office, revision"));
    ACT_REFUSED(d, JB_F_PERIOD_FREQUENCY, act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-M06"));
}

static void a_catalogue_may_not_change_what_an_opened_period_expects(void **state)
{
    static const char fewer[] = "periods: managed\n" AGG_UNITS AGG_GROUPS ACT_OF("[ash, beech]");
    static const char free_periods[] = AGG_UNITS AGG_GROUPS ACT_OF("[ash, beech, dune]");
    static const char renamed[] = "# again\n" ACT_CATALOG;
    struct agg_desk *d = *state;
    OPEN(d, "2023-Q2");
    assert_int_equal(act_load(d, fewer, 1), 0);
    assert_true(act_told(d, JB_F_CATALOG_CHANGE_REFUSED));
    assert_string_equal(d->findings.items[0].period, "2023-Q2");
    assert_string_equal(d->findings.items[0].got, "2 forms, 4 rows");
    assert_string_equal(d->findings.items[0].expected, "3 forms, 6 rows");
    assert_int_equal(act_load(d, free_periods, 1), 0);
    assert_true(act_told(d, JB_F_CATALOG_CHANGE_REFUSED));
    assert_int_equal(act_load(d, renamed, 1), 2);
}

static void a_period_that_is_not_open_takes_nothing_and_both_ranges_are_named(void **state)
{
    struct agg_desk *d = *state;
    OPEN(d, "2023-Q2");
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q3", 1, 0, "5", "6"), JB_REFUSED);
    assert_true(act_told(d, JB_F_PERIOD_NOT_OPEN));
    assert_string_equal(d->findings.items[0].got, "2023-Q3 (2023-07-01..2023-09-30)");
    assert_string_equal(d->findings.items[0].expected, "2023-Q2 (2023-04-01..2023-06-30)");
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
}

static void a_refusal_for_the_period_comes_with_all_other_findings(void **state)
{
    struct agg_desk *d = *state;
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q3", 1, 0, "5.5", "-1"), JB_REFUSED);
    assert_true(act_told(d, JB_F_PERIOD_NOT_OPEN));
    assert_true(act_told(d, JB_F_TOO_MANY_DECIMALS) && act_told(d, JB_F_NEGATIVE));
}

static void a_closed_period_takes_reopened_units_only_and_not_for_ever(void **state)
{
    struct agg_desk *d = *state;
    OPEN(d, "2023-Q2");
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", NULL), JB_ACCEPTED);
    ACT_REFUSED(d, JB_F_PERIOD_STILL_OPEN, REOPEN(d, "2023-Q2", d->now_us + 10000000));
    CLOSE(d, "2023-Q2");
    ACT_REFUSED(d, JB_F_PERIOD_CLOSED, act_on(d, OFFICE, JB_ACT_PERIOD_CLOSE, "2023-Q2"));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 2, 1, "7", NULL), JB_REFUSED);
    assert_true(act_told(d, JB_F_PERIOD_CLOSED));
    assert_non_null(strstr(d->findings.items[0].got, "2023-Q2, closed, 2023-11-15"));
    assert_non_null(strstr(d->findings.items[0].got, "Office"));
    ACT_REFUSED(d, JB_F_PERIOD_REOPENED_PAST, REOPEN(d, "2023-Q2", d->now_us));
    int64_t until = d->now_us + 20000000;
    assert_true(REOPEN(d, "2023-Q2", until));
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q2", 3, 0, "7", NULL), JB_REFUSED);
    d->now_us = until - 1000001;
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 2, 1, "7", NULL), JB_ACCEPTED);
    d->now_us = until - 1000000;
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 4, 2, "8", NULL), JB_REFUSED);
    assert_true(act_told(d, JB_F_PERIOD_CLOSED));
    assert_true(REOPEN(d, "2023-Q2", until + 60000000));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 4, 2, "8", NULL), JB_ACCEPTED);
}

static void a_clock_that_goes_back_opens_nothing_again(void **state)
{
    struct agg_desk *d = *state;
    OPEN(d, "2023-Q2");
    CLOSE(d, "2023-Q2");
    int64_t until = d->now_us + 20000000;
    assert_true(REOPEN(d, "2023-Q2", until));
    d->now_us = until;
    OPEN(d, "2023-Q3"); /* an entry behind the end */
    d->now_us = until - 10000000;
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", "6"), JB_REFUSED);
    assert_true(act_told(d, JB_F_PERIOD_CLOSED));
}

static void an_amendment_takes_a_row_away_and_gives_it_back(void **state)
{
    struct agg_desk *d = *state;
    struct jb_act amend = {.kind = JB_ACT_PERIOD_AMEND,
                           .period = act_period("2023-Q2"),
                           .unit = JB_LIT("ash"),
                           .form = JB_LIT("work"),
                           .indicator = JB_LIT("cars"),
                           .note = JB_LIT("撤并")};
    ACT_REFUSED(d, JB_F_PERIOD_NOT_OPEN, act_do(d, OFFICE, amend, NULL));
    OPEN(d, "2023-Q2");
    amend.owed = true;
    ACT_REFUSED(d, JB_F_NOTHING_TO_AMEND, act_do(d, OFFICE, amend, NULL));
    amend.owed = false;
    assert_true(act_do(d, OFFICE, amend, NULL));
    ACT_REFUSED(d, JB_F_NOTHING_TO_AMEND, act_do(d, OFFICE, amend, NULL));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", "6"), JB_REFUSED);
    assert_true(act_told(d, JB_F_NOT_OWED));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", NULL), JB_ACCEPTED);
    assert_true(act_filing(d, "ash", "2023-Q2", 0).complete_at_us == d->now_us);
    amend.owed = true;
    assert_true(act_do(d, OFFICE, amend, NULL));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 2, 1, NULL, "6"), JB_ACCEPTED);
    amend.owed = false;
    ACT_REFUSED(d, JB_F_FIGURES_STAND, act_do(d, OFFICE, amend, NULL));
    amend.indicator = JB_LIT("");
    ACT_REFUSED(d, JB_F_FIGURES_STAND, act_do(d, OFFICE, amend, NULL));
    amend.indicator = JB_LIT("nothing");
    ACT_REFUSED(d, JB_F_UNKNOWN_INDICATOR, act_do(d, OFFICE, amend, NULL));
    CLOSE(d, "2023-Q2");
    amend.indicator = JB_LIT("cars");
    ACT_REFUSED(d, JB_F_PERIOD_CLOSED, act_do(d, OFFICE, amend, NULL));
}

static void a_whole_form_is_taken_away_and_one_row_of_it_asked_for(void **state)
{
    struct agg_desk *d = *state;
    struct jb_act amend = {.kind = JB_ACT_PERIOD_AMEND,
                           .period = act_period("2023-Q2"),
                           .unit = JB_LIT("beech"),
                           .form = JB_LIT("work"),
                           .note = JB_LIT("新设")};
    OPEN(d, "2023-Q2");
    assert_true(act_do(d, OFFICE, amend, NULL));
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q2", 1, 0, "5", "6"), JB_REFUSED);
    amend.indicator = JB_LIT("extra"); /* optional: the form takes it without expecting it */
    amend.owed = true;
    assert_true(act_do(d, OFFICE, amend, NULL));
    struct jb_period_state now = act_state(d, "2023-Q2", 0);
    assert_int_equal(now.amendment_count, 2);
    assert_int_equal(now.expected_rows, 6); /* as opened */
    jb_period_state_free(&now);
    amend.indicator = JB_LIT("");
    assert_true(act_do(d, OFFICE, amend, NULL)); /* as the catalogue says */
    now = act_state(d, "2023-Q2", 0);
    assert_int_equal(now.amendment_count, 0);
    jb_period_state_free(&now);
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
}

static void releases_are_counted_and_only_public_indicators_leave(void **state)
{
    static const struct jb_slice cars[] = {{(const uint8_t *)"cars", 4}};
    struct agg_desk *d = *state;
    struct jb_act publish = {.kind = JB_ACT_PUBLISH, .period = act_period("2023-Q2")};
    struct jb_act_done done;
    ACT_REFUSED(d, JB_F_PERIOD_NOT_OPEN, act_do(d, OFFICE, publish, NULL));
    OPEN(d, "2023-Q2");
    ACT_REFUSED(d, JB_F_PERIOD_STILL_OPEN, act_do(d, OFFICE, publish, NULL));
    CLOSE(d, "2023-Q2");
    publish.indicators = (struct jb_strings){cars, 1};
    ACT_REFUSED(d, JB_F_NOT_PUBLIC, act_do(d, OFFICE, publish, NULL));
    publish.indicators.count = 0;
    assert_true(act_do(d, OFFICE, publish, &done));
    assert_int_equal(done.release, 1);
    assert_int_equal(act_phase(d, "2023-Q2", 0), JB_PERIOD_PUBLISHED);
    assert_true(act_do(d, OFFICE, publish, &done));
    assert_int_equal(done.release, 2);
    assert_true(REOPEN(d, "2023-Q2", d->now_us + 60000000));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", NULL), JB_ACCEPTED);
    assert_int_equal(act_phase(d, "2023-Q2", done.revision - 2), JB_PERIOD_CLOSED);
    assert_int_equal(act_phase(d, "2023-Q2", done.revision - 1), JB_PERIOD_PUBLISHED);
}

static void a_trial_period_is_never_published(void **state)
{
    struct agg_desk *d = *state;
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q3", .trial = true));
    CLOSE(d, "2023-Q3");
    ACT_REFUSED(d, JB_F_PERIOD_TRIAL, act_on(d, OFFICE, JB_ACT_PUBLISH, "2023-Q3"));
}

static void a_filing_is_returned_corrected_and_accepted(void **state)
{
    struct agg_desk *d = *state;
    const jb_date due = jb_date_make(2023, 11, 20);
    OPEN(d, "2023-Q2");
    assert_int_equal(act_filing(d, "ash", "2023-Q2", 0).state, JB_FILING_NOT_REPORTED);
    ACT_REFUSED(d, JB_F_NOTHING_TO_REVIEW,
                act_review(d, REVIEWER, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 1));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", NULL), JB_ACCEPTED);
    uint64_t first = agg_head(d).revision;
    assert_int_equal(act_filing(d, "ash", "2023-Q2", 0).complete_at_us, 0);
    ACT_REFUSED(
        d, JB_F_FILING_MOVED,
        act_review(d, REVIEWER, JB_ACT_FILING_RETURN, "ash", "2023-Q2", 9, .note = JB_LIT("缺车")));
    assert_true(act_review(d, REVIEWER, JB_ACT_FILING_RETURN, "ash", "2023-Q2", 1,
                           .note = JB_LIT("缺车"), .has_due = true, .due_on = due));
    ACT_REFUSED(d, JB_F_FILING_RETURNED,
                act_review(d, REVIEWER, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 1));
    assert_non_null(strstr(d->findings.items[0].got, "returned, 2023-11-15"));
    assert_non_null(strstr(d->findings.items[0].got, "Reviewer, revision"));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 2, 1, NULL, "6"), JB_ACCEPTED);
    int64_t complete_at = d->now_us;
    uint64_t second = agg_head(d).revision;
    assert_true(act_review(d, REVIEWER, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 2));
    uint64_t accepted = agg_head(d).revision;
    ACT_REFUSED(d, JB_F_FILING_ACCEPTED,
                act_review(d, REVIEWER, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 2));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 3, 2, "7", NULL), JB_ACCEPTED);
    struct jb_filing now = act_filing(d, "ash", "2023-Q2", 0);
    assert_int_equal(now.state, JB_FILING_SUBMITTED);
    assert_true(now.returns == 1 && now.corrections == 1);
    assert_true(now.complete_at_us == complete_at && now.accepted_revision == second);
    assert_true(now.has_due && now.due_on == due);
    struct jb_filing then = act_filing(d, "ash", "2023-Q2", accepted);
    assert_true(then.state == JB_FILING_ACCEPTED && then.accepted_revision == second);
    assert_int_equal(then.corrections, 0);
    then = act_filing(d, "ash", "2023-Q2", second - 1);
    assert_true(then.state == JB_FILING_RETURNED && then.submission_revision == first);
    assert_int_equal(act_filing(d, "ash", "2023-Q2", first).state, JB_FILING_SUBMITTED);
    assert_int_equal(act_filing(d, "ash", "2023-Q2", first - 1).state, JB_FILING_NOT_REPORTED);
    assert_int_equal(agg_own(d, "ash", "calls", "2023-Q2", 0).value.mantissa, 7);
}

static void a_filing_of_a_closed_period_is_returned_only_where_it_can_come_back(void **state)
{
    struct agg_desk *d = *state;
    OPEN(d, "2023-Q2");
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
    assert_int_equal(act_submit(d, BEECH, "beech", "2023-Q2", 2, 0, "5", "6"), JB_ACCEPTED);
    CLOSE(d, "2023-Q2");
    assert_true(act_review(d, REVIEWER, JB_ACT_FILING_ACCEPT, "beech", "2023-Q2", 2));
    ACT_REFUSED(
        d, JB_F_PERIOD_CLOSED,
        act_review(d, REVIEWER, JB_ACT_FILING_RETURN, "ash", "2023-Q2", 1, .note = JB_LIT("?")));
    assert_true(REOPEN(d, "2023-Q2", d->now_us + 60000000));
    assert_true(
        act_review(d, REVIEWER, JB_ACT_FILING_RETURN, "ash", "2023-Q2", 1, .note = JB_LIT("?")));
}

static void lateness_is_excused_once_also_of_what_never_came(void **state)
{
    struct agg_desk *d = *state;
    struct jb_act excuse = {.kind = JB_ACT_FILING_EXCUSE,
                            .period = act_period("2023-Q2"),
                            .unit = JB_LIT("ash"),
                            .form = JB_LIT("work"),
                            .note = JB_LIT("停电")};
    OPEN(d, "2023-Q2");
    assert_true(act_do(d, REVIEWER, excuse, NULL));
    struct jb_filing now = act_filing(d, "ash", "2023-Q2", 0);
    assert_true(now.excused && now.state == JB_FILING_NOT_REPORTED);
    ACT_REFUSED(d, JB_F_FILING_EXCUSED, act_do(d, REVIEWER, excuse, NULL));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
    now = act_filing(d, "ash", "2023-Q2", 0);
    assert_true(now.excused && now.state == JB_FILING_SUBMITTED && now.complete_at_us);
}

static void duties_decide_who_may(void **state)
{
    struct agg_desk *d = *state;
    ACT_REFUSED(d, JB_F_GRANT_MISSING, act_on(d, REVIEWER, JB_ACT_PERIOD_OPEN, "2023-Q2"));
    ACT_REFUSED(d, JB_F_GRANT_MISSING, act_on(d, KEY_SECURITY, JB_ACT_PERIOD_OPEN, "2023-Q2"));
    ACT_REFUSED(d, JB_F_UNKNOWN_KEY, act_on(d, 99, JB_ACT_PERIOD_OPEN, "2023-Q2"));
    OPEN(d, "2023-Q2");
    assert_int_equal(act_submit(d, DUNE, "dune", "2023-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
    ACT_REFUSED(d, JB_F_GRANT_MISSING, /* dune is in the west */
                act_review(d, REVIEWER, JB_ACT_FILING_ACCEPT, "dune", "2023-Q2", 1));
    ACT_REFUSED(d, JB_F_GRANT_MISSING,
                act_review(d, OFFICE, JB_ACT_FILING_ACCEPT, "dune", "2023-Q2", 1));
    ACT_REFUSED(d, JB_F_GRANT_MISSING,
                act_review(d, DUNE, JB_ACT_FILING_ACCEPT, "dune", "2023-Q2", 1));
}

static bool change_key(struct agg_desk *d, struct jb_key_change change)
{
    struct jb_key_change_done done;
    struct jb_reply reply = {0};
    change.id = act_id(d);
    change.epoch = 1;
    jb_buf_clear(&d->buf);
    jb_wire_key_change_encode(&change, &d->buf);
    assert_int_equal(
        act_sign_send(d, KEY_SECURITY, JB_KIND_KEY_CHANGE, jb_buf_slice(&d->buf), &reply), JB_OK);
    assert_int_equal(jb_wire_key_change_done_decode(reply.payload, &d->arena, &done, &d->findings),
                     JB_OK);
    return done.revision > 0;
}

static void who_submitted_does_not_review_by_key_nor_by_label(void **state)
{
    const struct jb_grant review = {.role = JB_ROLE_REVIEW, RIGHTS_UNITS(RIGHTS_ONE("ash"))};
    struct agg_desk *d = *state;
    OPEN(d, "2023-Q2");
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
    /* The clerk changes desks: now the same person reviews. */
    assert_true(change_key(d, (struct jb_key_change){.action = JB_KEY_TAKE,
                                                     .key = rights_key(ASH),
                                                     .has_grant = true,
                                                     .grant = {.role = JB_ROLE_REPORT}}));
    assert_true(act_allow(d, ASH, "", review));
    ACT_REFUSED(d, JB_F_REVIEWER_SUBMITTED,
                act_review(d, ASH, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 1));
    assert_true(act_allow(d, SPARE_HAND, "Ash clerk", review));
    ACT_REFUSED(
        d, JB_F_REVIEWER_SUBMITTED,
        act_review(d, SPARE_HAND, JB_ACT_FILING_RETURN, "ash", "2023-Q2", 1, .note = JB_LIT("?")));
    assert_true(act_review(d, REVIEWER, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 1));
}

static void the_same_act_again_hears_the_same_and_another_under_its_id_is_refused(void **state)
{
    struct agg_desk *d = *state;
    struct jb_act open = {.id = {{5}},
                          .kind = JB_ACT_PERIOD_OPEN,
                          .period = act_period("2023-Q2"),
                          .note = JB_LIT("一")};
    struct jb_act_done first, again;
    assert_true(act_do(d, OFFICE, open, &first));
    CLOSE(d, "2023-Q2");
    uint64_t head = agg_head(d).revision;
    assert_true(act_do(d, OFFICE, open, &again));
    assert_int_equal(again.revision, first.revision);
    assert_memory_equal(again.head, first.head, 32);
    open.note = JB_LIT("二");
    ACT_REFUSED(d, JB_F_ID_CONFLICT, act_do(d, OFFICE, open, NULL));
    assert_int_equal(agg_head(d).revision, head);
    ACT_REFUSED(d, JB_F_ACT_EPOCH,
                act_do(d, OFFICE,
                       (struct jb_act){
                           .epoch = 2, .kind = JB_ACT_PERIOD_OPEN, .period = act_period("2023-Q3")},
                       NULL));
}

static void an_act_that_cannot_be_stored_hears_try_later(void **state)
{
    struct agg_desk *d = *state;
    const struct jb_envelope envelope = agg_envelope(JB_KIND_ACT, JB_LIT(""));
    struct jb_proposal proposal;
    struct jb_act_done done;
    struct jb_reply reply;
    jb_proposal_read(&envelope, 1, jb_engine_verifier(d->engine), &d->proposals, &proposal);
    assert_int_equal(jb_engine_begin(d->engine, &d->replies), JB_OK);
    jb_engine_abort(d->engine);
    jb_engine_try_later(d->engine, &proposal, &reply);
    assert_int_equal(reply.kind, JB_KIND_ACT_DONE);
    jb_findings_clear(&d->findings);
    assert_int_equal(jb_wire_act_done_decode(reply.payload, &d->arena, &done, &d->findings), JB_OK);
    assert_int_equal(done.revision, 0);
    assert_true(act_told(d, JB_F_TRY_LATER));
}

static void names_must_be_the_catalogues(void **state)
{
    static const struct jb_act_reason not_there[] = {{JB_LIT("visits"), JB_LIT("?")}};
    struct agg_desk *d = *state;
    OPEN(d, "2023-Q2");
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
    ACT_REFUSED(d, JB_F_UNKNOWN_UNIT,
                act_review(d, REVIEWER, JB_ACT_FILING_ACCEPT, "oak", "2023-Q2", 1));
    ACT_REFUSED(d, JB_F_UNKNOWN_FORM,
                act_on(d, REVIEWER, JB_ACT_FILING_ACCEPT, "2023-Q2", .unit = JB_LIT("ash"),
                       .form = JB_LIT("wrok"), .submission = agg_id(1)));
    ACT_REFUSED(d, JB_F_PERIOD_FREQUENCY,
                act_review(d, REVIEWER, JB_ACT_FILING_ACCEPT, "ash", "2023", 1));
    ACT_REFUSED(d, JB_F_UNKNOWN_INDICATOR,
                act_review(d, REVIEWER, JB_ACT_FILING_RETURN, "ash", "2023-Q2", 1,
                           .reasons = not_there, .reason_count = 1));
    ACT_REFUSED(
        d, JB_F_FORM_NOT_OWED,
        act_review(d, REVIEWER, JB_ACT_FILING_EXCUSE, "cedar", "2023-Q2", 0, .note = JB_LIT("?")));
}

static void where_periods_are_free_filings_are_reviewed_and_nothing_is_opened(void **state)
{
    static const char free_periods[] = AGG_UNITS AGG_GROUPS ACT_OF("[ash, beech, dune]");
    struct agg_desk *d = *state;
    assert_int_equal(act_load(d, free_periods, 1), 2);
    ACT_REFUSED(d, JB_F_PERIODS_FREE, act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q2"));
    assert_int_equal(act_submit(d, ASH, "ash", "2023-Q2", 1, 0, "5", "6"), JB_ACCEPTED);
    assert_int_equal(act_filing(d, "ash", "2023-Q2", 0).complete_at_us, 0);
    assert_true(act_review(d, REVIEWER, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", 1));
    assert_int_equal(act_filing(d, "ash", "2023-Q2", 0).state, JB_FILING_ACCEPTED);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(opening_freezes_what_is_expected),
        T(a_catalogue_may_not_change_what_an_opened_period_expects),
        T(a_period_that_is_not_open_takes_nothing_and_both_ranges_are_named),
        T(a_refusal_for_the_period_comes_with_all_other_findings),
        T(a_closed_period_takes_reopened_units_only_and_not_for_ever),
        T(a_clock_that_goes_back_opens_nothing_again),
        T(an_amendment_takes_a_row_away_and_gives_it_back),
        T(a_whole_form_is_taken_away_and_one_row_of_it_asked_for),
        T(releases_are_counted_and_only_public_indicators_leave),
        T(a_trial_period_is_never_published),
        T(a_filing_is_returned_corrected_and_accepted),
        T(a_filing_of_a_closed_period_is_returned_only_where_it_can_come_back),
        T(lateness_is_excused_once_also_of_what_never_came),
        T(duties_decide_who_may),
        T(who_submitted_does_not_review_by_key_nor_by_label),
        T(the_same_act_again_hears_the_same_and_another_under_its_id_is_refused),
        T(an_act_that_cannot_be_stored_hears_try_later),
        T(names_must_be_the_catalogues),
        T(where_periods_are_free_filings_are_reviewed_and_nothing_is_opened),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
