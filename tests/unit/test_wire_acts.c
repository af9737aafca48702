/* Acts and where periods stand on the wire: they come back whole, and an act that says too much or
 * too little is refused with its reason. */
#include "unit/wire_bytes.h"

#include "net/wire_acts.h"
#include "net/wire_query.h"

struct desk {
    struct jb_arena arena;
    struct jb_buf buf, second;
};

static int set_up(void **state)
{
    struct desk *desk = jb_xcalloc(1, sizeof(*desk));
    jb_arena_init(&desk->arena, 16 * 1024 * 1024);
    jb_buf_init(&desk->buf, 2 * 1024 * 1024);
    jb_buf_init(&desk->second, 2 * 1024 * 1024);
    *state = desk;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *desk = *state;
    jb_arena_free(&desk->arena);
    jb_buf_free(&desk->buf);
    jb_buf_free(&desk->second);
    free(desk);
    return 0;
}

static const struct jb_slice two[] = {{(const uint8_t *)"west", 4}, {(const uint8_t *)"ash", 3}};
static const struct jb_act_reason reasons[] = {
    {{(const uint8_t *)"calls", 5}, {(const uint8_t *)"与台账不符", 15}},
    {{(const uint8_t *)"cars", 4}, {(const uint8_t *)"why 0?", 6}},
};

/* Everything that an act of the kind takes. */
static struct jb_act act_of(enum jb_act_kind kind)
{
    struct jb_act act = {.epoch = 3,
                         .kind = kind,
                         .period = jb_period_make(JB_FREQ_QUARTER, 2023, 1),
                         .note = JB_LIT("说明")};
    memset(act.id.bytes, 7, 16);
    if (kind == JB_ACT_PERIOD_OPEN)
        act.trial = act.backfill = true;
    if (jb_act_is_of_filing(kind) || kind == JB_ACT_PERIOD_AMEND) {
        act.unit = JB_LIT("ash");
        act.form = JB_LIT("ash.work");
    }
    if (kind == JB_ACT_PERIOD_AMEND) {
        act.indicator = JB_LIT("calls");
        act.owed = true;
    }
    if (kind == JB_ACT_PERIOD_REOPEN) {
        act.units = (struct jb_strings){two, 2};
        act.until_us = 5;
    }
    if (kind == JB_ACT_PUBLISH)
        act.indicators = (struct jb_strings){two, 2};
    if (kind == JB_ACT_FILING_ACCEPT || kind == JB_ACT_FILING_RETURN)
        memset(act.submission.bytes, 9, 16);
    if (kind == JB_ACT_FILING_RETURN) {
        act.has_due = true;
        act.due_on = jb_date_make(2023, 7, 20);
        act.reasons = reasons;
        act.reason_count = 2;
    }
    if (kind == JB_ACT_NOTICE) {
        act.unit = JB_LIT("ash");
        act.forms = (struct jb_strings){two, 2};
        act.number = JB_LIT("〔2023〕5号");
        act.correction = act.has_due = true;
        act.due_on = jb_date_make(2023, 7, 20);
    }
    if (jb_act_is_of_filing(kind) || kind == JB_ACT_NOTICE)
        act.signed_for = JB_LIT("li.lei");
    return act;
}

static jb_err read_back(struct desk *d, const struct jb_act *act, struct jb_act *ret,
                        const char **why)
{
    jb_buf_clear(&d->buf);
    jb_wire_act_encode(act, &d->buf);
    assert_false(d->buf.failed);
    *why = NULL;
    return jb_wire_act_decode(jb_buf_slice(&d->buf), &d->arena, ret, why);
}

static void every_act_comes_back(void **state)
{
    struct desk *d = *state;
    for (unsigned kind = JB_ACT_PERIOD_OPEN; kind < JB_ACTS_END; kind++) {
        struct jb_act act = act_of((enum jb_act_kind)kind), again;
        const char *why;
        assert_int_equal(read_back(d, &act, &again, &why), JB_OK);
        assert_true(jb_uuid_eq(again.id, act.id) && again.epoch == 3 && again.kind == act.kind);
        assert_true(jb_period_eq(again.period, act.period));
        assert_true(jb_slice_eq(again.note, act.note) && jb_slice_eq(again.unit, act.unit));
        assert_true(jb_slice_eq(again.form, act.form));
        assert_true(jb_slice_eq(again.indicator, act.indicator));
        assert_true(jb_slice_eq(again.signed_for, act.signed_for));
        assert_true(again.trial == act.trial && again.owed == act.owed);
        assert_true(again.correction == act.correction && jb_slice_eq(again.number, act.number));
        assert_int_equal(again.forms.count, act.forms.count);
        assert_int_equal(again.units.count, act.units.count);
        assert_int_equal(again.indicators.count, act.indicators.count);
        assert_true(again.until_us == act.until_us && again.has_due == act.has_due);
        assert_int_equal(again.due_on, act.due_on);
        assert_true(jb_uuid_eq(again.submission, act.submission));
        assert_int_equal(again.reason_count, act.reason_count);
        if (act.reason_count)
            assert_true(jb_slice_eq(again.reasons[0].reason, reasons[0].reason));
        jb_buf_clear(&d->second);
        jb_wire_act_encode(&again, &d->second);
        assert_true(jb_slice_eq(jb_buf_slice(&d->buf), jb_buf_slice(&d->second)));
    }
}

#define REFUSED(d, act)                                                                            \
    do {                                                                                           \
        struct jb_act again_ = {.epoch = 77};                                                      \
        const char *why_;                                                                          \
        assert_int_equal(read_back(d, &(act), &again_, &why_), JB_EINVAL);                         \
        assert_non_null(why_);                                                                     \
        assert_int_equal(again_.epoch, 77);                                                        \
    } while (0)

static void an_act_says_neither_too_much_nor_too_little(void **state)
{
    struct desk *d = *state;
    struct jb_act act = act_of(JB_ACT_PERIOD_OPEN);
    memset(act.id.bytes, 0, 16);
    REFUSED(d, act);
    act = act_of(JB_ACT_PERIOD_CLOSE);
    act.trial = true;
    REFUSED(d, act);
    act = act_of(JB_ACT_PERIOD_CLOSE);
    act.unit = JB_LIT("ash");
    REFUSED(d, act);
    act = act_of(JB_ACT_PERIOD_AMEND);
    act.note = JB_LIT("");
    REFUSED(d, act);
    act = act_of(JB_ACT_PERIOD_REOPEN);
    act.until_us = 0;
    REFUSED(d, act);
    act = act_of(JB_ACT_PERIOD_REOPEN);
    act.units.count = 0;
    REFUSED(d, act);
    act = act_of(JB_ACT_FILING_ACCEPT);
    memset(act.submission.bytes, 0, 16);
    REFUSED(d, act);
    act = act_of(JB_ACT_FILING_ACCEPT);
    act.has_due = true;
    REFUSED(d, act);
    act = act_of(JB_ACT_FILING_RETURN);
    act.note = JB_LIT("");
    act.reason_count = 0;
    REFUSED(d, act);
    act = act_of(JB_ACT_FILING_EXCUSE);
    act.note = JB_LIT("");
    REFUSED(d, act);
}

/* A period is opened, closed and published with a key of one's own. */
static void reviews_and_notices_only_are_signed_for_others(void **state)
{
    struct desk *d = *state;
    for (unsigned kind = JB_ACT_PERIOD_OPEN; kind < JB_ACTS_END; kind++) {
        struct jb_act act = act_of((enum jb_act_kind)kind);
        act.signed_for = act.signed_for.len ? JB_LIT("no code") : JB_LIT("li.lei");
        REFUSED(d, act);
    }
}

static void what_an_act_names_are_codes_and_each_once(void **state)
{
    static const struct jb_slice twice[] = {{(const uint8_t *)"ash", 3},
                                            {(const uint8_t *)"ash", 3}};
    static const struct jb_slice bad[] = {{(const uint8_t *)"A h", 3}};
    static const struct jb_act_reason same[] = {
        {{(const uint8_t *)"calls", 5}, {(const uint8_t *)"a", 1}},
        {{(const uint8_t *)"calls", 5}, {(const uint8_t *)"b", 1}}};
    static const struct jb_act_reason none[] = {{{(const uint8_t *)"calls", 5}, {NULL, 0}}};
    struct desk *d = *state;
    struct jb_act act = act_of(JB_ACT_PERIOD_REOPEN);
    act.units = (struct jb_strings){twice, 2};
    REFUSED(d, act);
    act.units = (struct jb_strings){bad, 1};
    REFUSED(d, act);
    act = act_of(JB_ACT_FILING_RETURN);
    act.reasons = same;
    REFUSED(d, act);
    act.reasons = none;
    act.reason_count = 1;
    REFUSED(d, act);
    act = act_of(JB_ACT_FILING_RETURN);
    act.form = JB_LIT("a b");
    REFUSED(d, act);
}

static void an_act_names_a_period_and_a_known_action(void **state)
{
    struct desk *d = *state;
    struct jb_act again;
    const char *why = NULL;
    uint8_t bytes[] = {0x0a, 16, 1, 1, 1, 1, 1,    1, 1,    1, 1,   1,
                       1,    1,  1, 1, 1, 1, 0x18, 3, 0x22, 2, '?', '?'};
    assert_int_equal(jb_wire_act_decode(jb_slice_of(bytes, sizeof(bytes)), &d->arena, &again, &why),
                     JB_EINVAL);
    assert_string_equal(why, "the act names no single period");
    bytes[19] = 9;
    assert_int_equal(jb_wire_act_decode(jb_slice_of(bytes, sizeof(bytes)), &d->arena, &again, &why),
                     JB_EINVAL);
}

static void answers_come_back(void **state)
{
    struct desk *d = *state;
    const struct jb_period_act acts[] = {
        {.kind = JB_ACT_PERIOD_OPEN, .revision = 5, .at_us = 6, .by = JB_LIT("Chief")},
        {.kind = JB_ACT_PUBLISH, .revision = 9, .release = 2, .indicator_count = 30}};
    const struct jb_period_row rows[] = {{.period = JB_LIT("2023-Q2"),
                                          .phase = JB_PERIOD_PUBLISHED,
                                          .backfill = true,
                                          .expected_forms = 35,
                                          .expected_rows = 170,
                                          .expected_hash = {1, 2},
                                          .forms_now = 34,
                                          .rows_now = 160,
                                          .acts = acts,
                                          .act_count = 2}};
    struct jb_periods_answer answer = {.rows = rows, .row_count = 1, .managed = true}, again;
    struct jb_act_done done = {.revision = 4, .head = {1}, .release = 2}, done_again;
    struct jb_periods_query query = {.periods = {two, 2}, .as_of_revision = 8}, query_again;
    struct jb_findings findings;
    jb_findings_init(&findings);
    jb_wire_periods_answer_encode(&answer, NULL, &d->buf);
    assert_int_equal(
        jb_wire_periods_answer_decode(jb_buf_slice(&d->buf), &d->arena, &again, &findings), JB_OK);
    assert_true(again.managed && again.row_count == 1 && again.rows[0].act_count == 2);
    assert_int_equal(again.rows[0].phase, JB_PERIOD_PUBLISHED);
    assert_memory_equal(again.rows[0].expected_hash, rows[0].expected_hash, 32);
    assert_true(again.rows[0].rows_now == 160 && again.rows[0].backfill);
    assert_int_equal(again.rows[0].acts[1].release, 2);
    assert_true(jb_slice_is(again.rows[0].acts[0].by, "Chief"));
    jb_buf_clear(&d->buf);
    jb_wire_act_done_encode(&done, NULL, &d->buf);
    assert_int_equal(
        jb_wire_act_done_decode(jb_buf_slice(&d->buf), &d->arena, &done_again, &findings), JB_OK);
    assert_true(done_again.revision == 4 && done_again.release == 2 && done_again.head[0] == 1);
    jb_buf_clear(&d->buf);
    jb_wire_periods_query_encode(&query, &d->buf);
    assert_int_equal(jb_wire_periods_query_decode(jb_buf_slice(&d->buf), &d->arena, &query_again),
                     JB_OK);
    assert_true(query_again.periods.count == 2 && query_again.as_of_revision == 8);
    jb_findings_free(&findings);
}

static void check_standing(const struct jb_filing_standing *is,
                           const struct jb_filing_standing *wanted)
{
    assert_true(is->state == wanted->state && is->complete_at_us == wanted->complete_at_us);
    assert_true(is->accepted_revision == wanted->accepted_revision);
    assert_true(is->act_revision == wanted->act_revision && is->excused == wanted->excused);
    assert_true(is->has_due == wanted->has_due && is->due_on == wanted->due_on);
    assert_true(is->returns == wanted->returns && is->corrections == wanted->corrections);
}

static void a_filings_standing_comes_back_with_it(void **state)
{
    struct desk *d = *state;
    const struct jb_filing_standing standing = {.state = JB_FILING_RETURNED,
                                                .complete_at_us = 11,
                                                .accepted_revision = 12,
                                                .act_revision = 13,
                                                .has_due = true,
                                                .due_on = jb_date_make(2023, 7, 20),
                                                .returns = 2,
                                                .corrections = 1,
                                                .excused = true};
    const struct jb_status_row rows[] = {{.unit = JB_LIT("ash"), .standing = standing},
                                         {.rows_expected = 0}};
    const struct jb_filing_act acts[] = {{.kind = JB_ACT_FILING_RETURN,
                                          .revision = 5,
                                          .at_us = 6,
                                          .by = JB_LIT("Reviewer"),
                                          .note = JB_LIT("?"),
                                          .signed_for = JB_LIT("li.lei"),
                                          .signed_for_name = JB_LIT("Li Lei"),
                                          .has_due = true,
                                          .due_on = 7,
                                          .reasons = reasons,
                                          .reason_count = 2}};
    struct jb_filing_answer filing = {.standing = standing,
                                      .has_last = true,
                                      .last_submission = {{1}},
                                      .last = {.content_hash = {7, 8},
                                               .at_us = 9,
                                               .filled_by = JB_LIT("Zhao"),
                                               .on_behalf_of = JB_LIT("Office"),
                                               .signer = JB_LIT("agent of ash")},
                                      .acts = acts,
                                      .act_count = 1};
    struct jb_filing_answer filing_again;
    struct jb_status_answer status = {.rows = rows, .row_count = 2}, status_again;
    jb_wire_filing_answer_encode(&filing, NULL, &d->buf);
    assert_int_equal(
        jb_wire_filing_answer_decode(jb_buf_slice(&d->buf), &d->arena, &filing_again, NULL), JB_OK);
    check_standing(&filing_again.standing, &standing);
    assert_memory_equal(filing_again.last.content_hash, filing.last.content_hash, 32);
    assert_int_equal(filing_again.last.at_us, 9);
    assert_true(jb_slice_is(filing_again.last.filled_by, "Zhao"));
    assert_true(jb_slice_is(filing_again.last.on_behalf_of, "Office"));
    assert_true(jb_slice_is(filing_again.last.signer, "agent of ash"));
    assert_int_equal(filing_again.last.checked_by.len, 0);
    assert_true(filing_again.act_count == 1 && filing_again.acts[0].kind == JB_ACT_FILING_RETURN);
    assert_true(filing_again.acts[0].has_due && filing_again.acts[0].due_on == 7);
    assert_true(jb_slice_is(filing_again.acts[0].by, "Reviewer"));
    assert_true(jb_slice_is(filing_again.acts[0].signed_for, "li.lei"));
    assert_true(jb_slice_is(filing_again.acts[0].signed_for_name, "Li Lei"));
    assert_true(jb_slice_eq(filing_again.acts[0].reasons[1].reason, reasons[1].reason));
    jb_wire_status_answer_encode(&status, NULL, &d->second);
    assert_int_equal(
        jb_wire_status_answer_decode(jb_buf_slice(&d->second), &d->arena, &status_again, NULL),
        JB_OK);
    check_standing(&status_again.rows[0].standing, &standing);
    assert_int_equal(status_again.rows[1].standing.state, 0);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_act_comes_back),
        T(an_act_says_neither_too_much_nor_too_little),
        T(reviews_and_notices_only_are_signed_for_others),
        T(what_an_act_names_are_codes_and_each_once),
        T(an_act_names_a_period_and_a_known_action),
        T(answers_come_back),
        T(a_filings_standing_comes_back_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
