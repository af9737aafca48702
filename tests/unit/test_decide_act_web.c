/* Acts that a web key signs for a person (代签): the key's own right and the person's both hold,
 * and who submitted does not review, on whatever way either came. */
#include "unit/act_desk.h"

enum { GATEWAY = 30, SECOND_GATEWAY, OWN_KEY };
#define LATER_US 60000000

static bool change(struct agg_desk *d, struct jb_key_change change)
{
    struct jb_key_change_done done;
    struct jb_reply reply = {0};
    change.id = act_id(d);
    change.epoch = 1;
    jb_buf_clear(&d->buf);
    jb_wire_key_change_encode(&change, &d->buf);
    assert_int_equal(
        act_sign_send(d, KEY_SECURITY, JB_KIND_KEY_CHANGE, jb_buf_slice(&d->buf), &reply), JB_OK);
    jb_findings_clear(&d->findings);
    assert_int_equal(jb_wire_key_change_done_decode(reply.payload, &d->arena, &done, &d->findings),
                     JB_OK);
    return done.revision > 0;
}

#define PERSON(d, code, label_, ...)                                                               \
    assert_true(change(d, (struct jb_key_change){.action = JB_KEY_ALLOW,                           \
                                                 .is_person = true,                                \
                                                 .person_code = JB_LIT(code),                      \
                                                 .label = JB_LIT(label_),                          \
                                                 .has_grant = true,                                \
                                                 .grant = {__VA_ARGS__}}))
#define PERSON_DO(d, code, action_)                                                                \
    assert_true(change(d, (struct jb_key_change){.action = (action_),                              \
                                                 .is_person = true,                                \
                                                 .person_code = JB_LIT(code)}))
#define TAKE(d, code, role_)                                                                       \
    assert_true(change(d, (struct jb_key_change){.action = JB_KEY_TAKE,                            \
                                                 .is_person = true,                                \
                                                 .person_code = JB_LIT(code),                      \
                                                 .has_grant = true,                                \
                                                 .grant = {.role = (role_)}}))
#define REVIEWS(...) .role = JB_ROLE_REVIEW, RIGHTS_UNITS(__VA_ARGS__)
#define REPORTS(...) .role = JB_ROLE_REPORT, RIGHTS_UNITS(__VA_ARGS__)

static int set_up(void **state)
{
    struct agg_desk *d = act_desk_new();
    *state = d;
    assert_true(act_allow(d, GATEWAY, "Gateway", (struct jb_grant){.role = JB_ROLE_WEB}));
    PERSON(d, "li", "Li Lei", REVIEWS(RIGHTS_BELOW("east")));
    PERSON(d, "zhang", "Zhang San", REPORTS(RIGHTS_ONE("ash")));
    assert_true(act_on(d, OFFICE, JB_ACT_PERIOD_OPEN, "2023-Q2"));
    return 0;
}

static int tear_down(void **state)
{
    act_verify(*state);
    agg_desk_free(*state);
    return 0;
}

/* key submits ash's form, for the person; NULL: for itself. */
static enum jb_outcome submit(struct agg_desk *d, uint8_t key, const char *person, uint8_t id,
                              uint8_t predecessor)
{
    const struct agg_row rows[] = {{.indicator = "calls", .value = "5"},
                                   {.indicator = "cars", .value = "6"}};
    const struct agg_submission from = {.unit = "ash",
                                        .form = "work",
                                        .period = "2023-Q2",
                                        .id = id,
                                        .predecessor = predecessor,
                                        .rows = rows,
                                        .row_count = 2};
    d->signed_for = person;
    enum jb_outcome outcome = act_send(d, key, &from);
    d->signed_for = NULL;
    return outcome;
}

#define ACCEPT(d, key, person, id)                                                                 \
    act_review(d, key, JB_ACT_FILING_ACCEPT, "ash", "2023-Q2", id,                                 \
               .signed_for = jb_slice_str(person))
#define RETURN(d, key, person, id)                                                                 \
    act_review(d, key, JB_ACT_FILING_RETURN, "ash", "2023-Q2", id, .note = JB_LIT("?"),            \
               .signed_for = jb_slice_str(person))

static void a_person_reviews_through_the_web(void **state)
{
    struct agg_desk *d = *state;
    assert_int_equal(submit(d, GATEWAY, "zhang", 1, 0), JB_ACCEPTED);
    assert_true(RETURN(d, GATEWAY, "li", 1));
    assert_int_equal(act_filing(d, "ash", "2023-Q2", 0).state, JB_FILING_RETURNED);
    ACT_REFUSED(d, JB_F_FILING_RETURNED, RETURN(d, GATEWAY, "li", 1));
    assert_non_null(strstr(d->findings.items[0].got, "Gateway"));
    assert_non_null(strstr(d->findings.items[0].got, "for li"));
    assert_int_equal(submit(d, GATEWAY, "zhang", 2, 1), JB_ACCEPTED);
    assert_true(ACCEPT(d, GATEWAY, "li", 2));
    assert_int_equal(act_filing(d, "ash", "2023-Q2", 0).state, JB_FILING_ACCEPTED);
    assert_true(act_on(d, GATEWAY, JB_ACT_FILING_EXCUSE, "2023-Q2", .unit = JB_LIT("beech"),
                       .form = JB_LIT("work"), .note = JB_LIT("停电"), .signed_for = JB_LIT("li")));
}

static void the_keys_right_and_the_persons_both_hold(void **state)
{
    struct agg_desk *d = *state;
    assert_int_equal(submit(d, ASH, NULL, 1, 0), JB_ACCEPTED);
    assert_int_equal(act_submit(d, DUNE, "dune", "2023-Q2", 9, 0, "5", "6"), JB_ACCEPTED);
    ACT_REFUSED(d, JB_F_GRANT_MISSING, ACCEPT(d, GATEWAY, "", 1)); /* web is no right to review */
    ACT_REFUSED(d, JB_F_GRANT_MISSING, ACCEPT(d, REVIEWER, "li", 1)); /* a reviewer is no web key */
    ACT_REFUSED(d, JB_F_GRANT_MISSING, ACCEPT(d, OFFICE, "li", 1));
    ACT_REFUSED(d, JB_F_UNKNOWN_KEY, ACCEPT(d, 99, "li", 1));
    ACT_REFUSED(d, JB_F_UNKNOWN_PERSON, ACCEPT(d, GATEWAY, "nobody", 1));
    ACT_REFUSED(d, JB_F_GRANT_MISSING, ACCEPT(d, GATEWAY, "zhang", 1)); /* reports, reviews not */
    assert_non_null(strstr(d->findings.items[0].got, "for zhang"));
    assert_string_equal(d->findings.items[0].expected, "review (ash)");
    ACT_REFUSED(d, JB_F_GRANT_MISSING,
                act_review(d, GATEWAY, JB_ACT_FILING_ACCEPT, "dune", "2023-Q2", 9,
                           .signed_for = JB_LIT("li"))); /* dune is in the west */
    PERSON_DO(d, "li", JB_KEY_SUSPEND);
    ACT_REFUSED(d, JB_F_KEY_SUSPENDED, ACCEPT(d, GATEWAY, "li", 1));
    PERSON_DO(d, "li", JB_KEY_RESUME);
    assert_true(
        change(d, (struct jb_key_change){.action = JB_KEY_SUSPEND, .key = rights_key(GATEWAY)}));
    ACT_REFUSED(d, JB_F_KEY_SUSPENDED, ACCEPT(d, GATEWAY, "li", 1));
    assert_true(
        change(d, (struct jb_key_change){.action = JB_KEY_RESUME, .key = rights_key(GATEWAY)}));
    assert_true(ACCEPT(d, GATEWAY, "li", 1));
    PERSON_DO(d, "li", JB_KEY_REVOKE);
    ACT_REFUSED(d, JB_F_KEY_REVOKED, RETURN(d, GATEWAY, "li", 1));
}

static void a_right_that_is_over_is_none(void **state)
{
    struct agg_desk *d = *state;
    PERSON(d, "li", "", REVIEWS(RIGHTS_BELOW("east")), .until_us = d->now_us + LATER_US);
    assert_int_equal(submit(d, ASH, NULL, 1, 0), JB_ACCEPTED);
    assert_true(RETURN(d, GATEWAY, "li", 1));
    assert_int_equal(submit(d, ASH, NULL, 2, 1), JB_ACCEPTED);
    d->now_us += LATER_US;
    ACT_REFUSED(d, JB_F_GRANT_MISSING, ACCEPT(d, GATEWAY, "li", 2));
    PERSON(d, "li", "", REVIEWS(RIGHTS_BELOW("east")));
    assert_true(act_allow(
        d, GATEWAY, "", (struct jb_grant){.role = JB_ROLE_WEB, .until_us = d->now_us + LATER_US}));
    d->now_us += LATER_US;
    ACT_REFUSED(d, JB_F_GRANT_MISSING, ACCEPT(d, GATEWAY, "li", 2));
}

static void notices_are_signed_for_who_manages_periods(void **state)
{
    static const struct jb_slice work[] = {{(const uint8_t *)"work", 4}};
    struct agg_desk *d = *state;
    struct jb_act notice = {.kind = JB_ACT_NOTICE,
                            .period = act_period("2023-Q2"),
                            .unit = JB_LIT("ash"),
                            .forms = {work, 1},
                            .note = JB_LIT("催报通知"),
                            .signed_for = JB_LIT("li")};
    ACT_REFUSED(d, JB_F_GRANT_MISSING, act_do(d, GATEWAY, notice, NULL));
    PERSON(d, "chen", "Chen", .role = JB_ROLE_PERIODS);
    notice.signed_for = JB_LIT("chen");
    ACT_REFUSED(d, JB_F_GRANT_MISSING, act_do(d, OFFICE, notice, NULL));
    assert_true(act_do(d, GATEWAY, notice, NULL));
}

/* Malformed, whoever signs: with a key of one's own only. */
static void periods_are_not_opened_for_others(void **state)
{
    struct agg_desk *d = *state;
    PERSON(d, "chen", "Chen", .role = JB_ROLE_PERIODS);
    ACT_REFUSED(d, JB_F_MALFORMED,
                act_on(d, GATEWAY, JB_ACT_PERIOD_OPEN, "2023-Q3", .signed_for = JB_LIT("chen")));
    ACT_REFUSED(d, JB_F_MALFORMED,
                act_on(d, GATEWAY, JB_ACT_PERIOD_CLOSE, "2023-Q2", .signed_for = JB_LIT("chen")));
    ACT_REFUSED(d, JB_F_MALFORMED,
                act_on(d, GATEWAY, JB_ACT_PUBLISH, "2023-Q2", .signed_for = JB_LIT("chen")));
    assert_int_equal(act_phase(d, "2023-Q2", 0), JB_PERIOD_OPEN);
}

/* A person who reported changes duties and reviews: not what he submitted, by neither way. Zhang
 * has a key of his own and a place on the web; the label says that both are he. */
static void who_submitted_does_not_review_on_another_way(void **state)
{
    static const struct {
        uint8_t by;
        const char *person;
    } ways[] = {{GATEWAY, "zhang"}, {SECOND_GATEWAY, "zhang"}, {OWN_KEY, ""}};
    struct agg_desk *d = *state;
    uint8_t last = 0;
    assert_true(act_allow(d, SECOND_GATEWAY, "Gateway 2", (struct jb_grant){.role = JB_ROLE_WEB}));
    for (size_t submits = 0; submits < JB_COUNT(ways); submits++) {
        PERSON(d, "zhang", "Zhang San", REPORTS(RIGHTS_ONE("ash")));
        assert_true(
            act_allow(d, OWN_KEY, "Zhang San", (struct jb_grant){REPORTS(RIGHTS_ONE("ash"))}));
        assert_int_equal(submit(d, ways[submits].by, ways[submits].person, last + 1, last),
                         JB_ACCEPTED);
        last++;
        TAKE(d, "zhang", JB_ROLE_REPORT);
        assert_true(change(d, (struct jb_key_change){.action = JB_KEY_TAKE,
                                                     .key = rights_key(OWN_KEY),
                                                     .has_grant = true,
                                                     .grant = {.role = JB_ROLE_REPORT}}));
        PERSON(d, "zhang", "", REVIEWS(RIGHTS_ONE("ash")));
        assert_true(act_allow(d, OWN_KEY, "", (struct jb_grant){REVIEWS(RIGHTS_ONE("ash"))}));
        for (size_t reviews = 0; reviews < JB_COUNT(ways); reviews++) {
            ACT_REFUSED(d, JB_F_REVIEWER_SUBMITTED,
                        ACCEPT(d, ways[reviews].by, ways[reviews].person, last));
            ACT_REFUSED(d, JB_F_REVIEWER_SUBMITTED,
                        RETURN(d, ways[reviews].by, ways[reviews].person, last));
        }
        assert_true(RETURN(d, GATEWAY, "li", last)); /* somebody else's word, by the same key */
        TAKE(d, "zhang", JB_ROLE_REVIEW);
        assert_true(change(d, (struct jb_key_change){.action = JB_KEY_TAKE,
                                                     .key = rights_key(OWN_KEY),
                                                     .has_grant = true,
                                                     .grant = {.role = JB_ROLE_REVIEW}}));
    }
}

/* A key that signs for others and has a right of its own as well: who held it is not known, so that
 * it does not stand against what it signed, in either direction. */
static void a_web_key_does_not_review_by_itself_what_it_signed(void **state)
{
    struct agg_desk *d = *state;
    assert_int_equal(submit(d, GATEWAY, "zhang", 1, 0), JB_ACCEPTED);
    assert_true(act_allow(d, GATEWAY, "", (struct jb_grant){REVIEWS(RIGHTS_ONE("ash"))}));
    ACT_REFUSED(d, JB_F_REVIEWER_SUBMITTED, ACCEPT(d, GATEWAY, "", 1));
    assert_true(change(d, (struct jb_key_change){.action = JB_KEY_TAKE,
                                                 .key = rights_key(GATEWAY),
                                                 .has_grant = true,
                                                 .grant = {.role = JB_ROLE_REVIEW}}));
    assert_true(act_allow(d, GATEWAY, "", (struct jb_grant){REPORTS(RIGHTS_ONE("ash"))}));
    assert_int_equal(submit(d, GATEWAY, NULL, 2, 1), JB_ACCEPTED);
    ACT_REFUSED(d, JB_F_REVIEWER_SUBMITTED, ACCEPT(d, GATEWAY, "li", 2));
    assert_true(ACCEPT(d, REVIEWER, "", 2));
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(a_person_reviews_through_the_web),
        T(the_keys_right_and_the_persons_both_hold),
        T(a_right_that_is_over_is_none),
        T(notices_are_signed_for_who_manages_periods),
        T(periods_are_not_opened_for_others),
        T(who_submitted_does_not_review_on_another_way),
        T(a_web_key_does_not_review_by_itself_what_it_signed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
