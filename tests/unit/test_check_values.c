/* The check of a submission, value by value: each must fit its indicator and the limits. */
#include "check_desk.h"

static void values_must_fit_the_indicator(void **state)
{
    const struct {
        struct jb_row row;
        enum jb_finding_code code;
        const char *column, *got, *expected;
    } cases[] = {
        {{.indicator = JB_LIT("money"), .state = JB_STATE_VALUE, .number = {1234, 3}},
         JB_F_TOO_MANY_DECIMALS,
         "value",
         "1.234",
         "at most 2 decimals"},
        {{.indicator = JB_LIT("case.count"), .state = JB_STATE_VALUE, .number = {15, 1}},
         JB_F_TOO_MANY_DECIMALS,
         "value",
         "1.5",
         "at most 0 decimals"},
        {{.indicator = JB_LIT("case.count"), .state = JB_STATE_VALUE, .number = {1, 200}},
         JB_F_TOO_MANY_DECIMALS,
         "value",
         "",
         "at most 0 decimals"},
        {{.indicator = JB_LIT("money"), .state = JB_STATE_VALUE, .number = {10000000000000000, 0}},
         JB_F_VALUE_TOO_LARGE,
         "value",
         "10000000000000000",
         "at most 16 digits"},
        {{.indicator = JB_LIT("case.count"), .state = JB_STATE_VALUE, .number = {INT64_MAX, 0}},
         JB_F_VALUE_TOO_LARGE,
         "value",
         "9223372036854775807",
         "at most 18 digits"},
        {{.indicator = JB_LIT("case.count"), .state = JB_STATE_VALUE, .number = {-1, 0}},
         JB_F_NEGATIVE,
         "value",
         "-1",
         ""},
        {{.indicator = JB_LIT("case.count"),
          .state = JB_STATE_VALUE,
          .basis = JB_LIT("now and then")},
         JB_F_BASIS_SYNTAX,
         "basis",
         "now and then",
         "period"},
        {{.indicator = JB_LIT("case.count"), .state = JB_STATE_VALUE, .basis = JB_LIT("2023-Q3")},
         JB_F_BASIS_SYNTAX,
         "basis",
         "2023-Q3",
         "ytd"},
        {{.indicator = JB_LIT("case.count"),
          .state = JB_STATE_VALUE,
          .basis = JB_LIT("since:2022")},
         JB_F_BASIS_NOT_ALLOWED,
         "basis",
         "since:2022",
         "ytd"},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_VALUE, .basis = JB_LIT("ytd")},
         JB_F_BASIS_NOT_ALLOWED,
         "basis",
         "ytd",
         "period"},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_VALUE, .mark = JB_NEARLY},
         JB_F_MARK_NOT_ALLOWED,
         "value",
         "nearly",
         "exact"},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_NOT_APPLICABLE},
         JB_F_NOT_APPLICABLE_REFUSED,
         "value",
         "not applicable",
         ""},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_NOT_REPORTED},
         JB_F_VALUE_SYNTAX,
         "value",
         "not reported",
         ""},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_VALUE, .mark = (enum jb_mark)9},
         JB_F_VALUE_SYNTAX,
         "value",
         "",
         ""},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_VALUE, .status = (enum jb_status)9},
         JB_F_STATUS_SYNTAX,
         "status",
         "",
         ""},
        {{.indicator = JB_LIT("report"), .state = JB_STATE_VALUE, .number = {5, 0}},
         JB_F_TEXT_EXPECTED,
         "value",
         "5",
         ""},
        {{.indicator = JB_LIT("report"), .state = JB_STATE_VALUE, .text = JB_LIT("a\x1b[2J")},
         JB_F_BAD_TEXT,
         "value",
         "a?[2J",
         ""},
        {{.indicator = JB_LIT("report"), .state = JB_STATE_VALUE, .text = JB_LIT("a\xc2\x9b")},
         JB_F_BAD_TEXT,
         "value",
         "",
         ""},
        {{.indicator = JB_LIT("report"), .state = JB_STATE_VALUE, .text = JB_LIT("a\xe4\xb8")},
         JB_F_BAD_TEXT,
         "value",
         "a??",
         ""},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_VALUE, .text = JB_LIT("很多")},
         JB_F_NUMBER_EXPECTED,
         "value",
         "很多",
         "人"},
        {{.indicator = JB_LIT("staff"), .state = JB_STATE_VALUE, .note = JB_LIT("\xff")},
         JB_F_BAD_TEXT,
         "note",
         "?",
         ""},
    };
    struct desk *d = *state;

    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        const struct jb_finding *f;
        start(d);
        d->rows[0] = cases[i].row;
        f = only(d, cases[i].code);
        assert_int_equal(f->row, 1);
        assert_string_equal(f->column_name, cases[i].column);
        if (*cases[i].got)
            assert_string_equal(f->got, cases[i].got);
        assert_non_null(strstr(f->expected, cases[i].expected));
    }
}

static void sizes_are_limited(void **state)
{
    static uint8_t text[JB_TEXT_FIGURE_BYTES_MAX + 1];
    struct jb_attachment attachments[JB_ATTACHMENTS_MAX + 1] = {0};
    struct desk *d = *state;

    memset(text, 'x', sizeof(text));
    start(d);
    d->rows[0] = (struct jb_row){.indicator = JB_LIT("report"),
                                 .state = JB_STATE_VALUE,
                                 .text = {text, JB_TEXT_FIGURE_BYTES_MAX}};
    assert_int_equal(check(d), JB_OK);
    start(d);
    d->rows[0] = (struct jb_row){
        .indicator = JB_LIT("report"), .state = JB_STATE_VALUE, .text = {text, sizeof(text)}};
    assert_string_equal(only(d, JB_F_TEXT_TOO_LONG)->expected, "at most 65536 bytes");
    assert_true(strlen(d->findings.items[0].got) < 200);
    start(d);
    d->rows[0].note = jb_slice_of(text, JB_SHORT_TEXT_BYTES_MAX + 1);
    assert_string_equal(only(d, JB_F_TEXT_TOO_LONG)->column_name, "note");
    start(d);
    d->submission.reason = jb_slice_of(text, JB_SHORT_TEXT_BYTES_MAX + 1);
    assert_string_equal(only(d, JB_F_TEXT_TOO_LONG)->column_name, "reason");
    start(d);
    d->submission.filled_by = JB_LIT("a\nb");
    assert_string_equal(only(d, JB_F_BAD_TEXT)->column_name, "filled_by");
    start(d);
    d->submission.attachments = attachments;
    d->submission.attachment_count = JB_ATTACHMENTS_MAX;
    assert_int_equal(check(d), JB_OK);
    d->checked.unit = 77;
    d->submission.attachment_count = JB_ATTACHMENTS_MAX + 1;
    assert_string_equal(only(d, JB_F_TOO_LARGE)->column_name, "attachments");
    start(d);
    d->submission.row_count = 0;
    only(d, JB_F_EMPTY_SUBMISSION);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_must_fit_the_indicator),
        cmocka_unit_test(sizes_are_limited),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
