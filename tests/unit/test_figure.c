/* The words of figures: stored numbers, codes and spellings stay together. */
#include "jb_test.h"

#include "model/figure.h"

static void codes_and_names_are_read_back(void **state)
{
    (void)state;
    for (int i = JB_FLOW; i <= JB_TEXT; i++) {
        enum jb_measure v = 0;
        assert_int_equal(jb_measure_parse(jb_slice_str(jb_measure_code((enum jb_measure)i)), &v),
                         0);
        assert_int_equal(v, i);
        assert_int_equal(jb_measure_parse(jb_slice_str(jb_measure_name((enum jb_measure)i)), &v),
                         0);
        assert_int_equal(v, i);
    }
    for (int i = 0; i <= JB_STATE_NOT_COMPUTABLE; i++) {
        enum jb_state v = 0;
        assert_int_equal(jb_state_parse(jb_slice_str(jb_state_code((enum jb_state)i)), &v), 0);
        assert_int_equal(v, i);
    }
    for (int i = 0; i < JB_MARKS; i++) {
        enum jb_mark v = 0;
        assert_int_equal(jb_mark_parse(jb_slice_str(jb_mark_code((enum jb_mark)i)), &v), 0);
        assert_int_equal(v, i);
    }
    for (int i = 0; i <= JB_ESTIMATED; i++) {
        enum jb_status v = 0;
        assert_int_equal(jb_status_parse(jb_slice_str(jb_status_code((enum jb_status)i)), &v), 0);
        assert_int_equal(v, i);
    }
}

/* Numbers are stored and go over the wire. */
static void stored_numbers_keep_their_codes(void **state)
{
    static const char *const states[] = {"not_reported", "value", "not_applicable", "withdrawn",
                                         "not_computable"};
    static const char *const marks[] = {"exact",   "at_least", "more_than",
                                        "at_most", "nearly",   "approximate"};
    static const char *const statuses[] = {"final", "provisional", "estimated"};
    static const char *const measures[] = {"unknown", "flow", "stock", "rate", "ratio", "text"};

    (void)state;
    for (size_t i = 0; i < JB_COUNT(states); i++)
        assert_string_equal(jb_state_code((enum jb_state)i), states[i]);
    for (size_t i = 0; i < JB_COUNT(marks); i++)
        assert_string_equal(jb_mark_code((enum jb_mark)i), marks[i]);
    for (size_t i = 0; i < JB_COUNT(statuses); i++)
        assert_string_equal(jb_status_code((enum jb_status)i), statuses[i]);
    for (size_t i = 0; i < JB_COUNT(measures); i++)
        assert_string_equal(jb_measure_code((enum jb_measure)i), measures[i]);
    assert_string_equal(jb_mark_code((enum jb_mark)99), "unknown");
}

static void other_spellings_are_read(void **state)
{
    enum jb_status status = JB_FINAL;
    enum jb_mark mark = JB_EXACT;
    enum jb_state figure_state = JB_STATE_VALUE;
    enum jb_measure measure = JB_TEXT;

    (void)state;
    assert_int_equal(jb_status_parse(JB_LIT("E"), &status), JB_OK);
    assert_int_equal(status, JB_ESTIMATED);
    assert_int_equal(jb_status_parse(JB_LIT(" 初步 "), &status), JB_OK);
    assert_int_equal(status, JB_PROVISIONAL);
    assert_int_equal(jb_status_parse(JB_LIT("Final"), &status), JB_OK);
    assert_int_equal(status, JB_FINAL);
    assert_int_equal(jb_status_parse(JB_LIT("推算"), &status), JB_OK);
    assert_int_equal(jb_status_parse(JB_LIT(""), &status), JB_EINVAL);
    assert_int_equal(jb_status_parse(JB_LIT("X"), &status), JB_EINVAL);
    assert_int_equal(status, JB_ESTIMATED);
    assert_int_equal(jb_mark_parse(JB_LIT("余"), &mark), JB_OK);
    assert_int_equal(mark, JB_MORE_THAN);
    assert_int_equal(jb_mark_parse(JB_LIT("不低于"), &mark), JB_OK);
    assert_int_equal(mark, JB_AT_LEAST);
    assert_int_equal(jb_mark_parse(JB_LIT("at most"), &mark), JB_OK);
    assert_int_equal(mark, JB_AT_MOST);
    assert_int_equal(jb_mark_parse(JB_LIT("很多"), &mark), JB_EINVAL);
    assert_int_equal(mark, JB_AT_MOST);
    assert_int_equal(jb_state_parse(JB_LIT("不涉及"), &figure_state), JB_OK);
    assert_int_equal(figure_state, JB_STATE_NOT_APPLICABLE);
    assert_int_equal(jb_measure_parse(JB_LIT("时点数"), &measure), JB_OK);
    assert_int_equal(measure, JB_STOCK);
    assert_int_equal(jb_measure_parse(JB_LIT("unknown"), &measure), JB_EINVAL);
}

static void figures_are_written_as_reports_write_them(void **state)
{
    static const struct {
        enum jb_mark mark;
        const char *zh, *ascii;
    } cases[] = {
        {JB_EXACT, "461", "461"},        {JB_AT_LEAST, "461以上", ">=461"},
        {JB_MORE_THAN, "461余", ">461"}, {JB_AT_MOST, "461以内", "<=461"},
        {JB_NEARLY, "近461", "<461"},    {JB_APPROXIMATE, "约461", "~461"},
    };
    char text[64];

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        assert_string_equal(jb_figure_text(text, sizeof(text), "461", cases[i].mark, true),
                            cases[i].zh);
        assert_string_equal(jb_figure_text(text, sizeof(text), "461", cases[i].mark, false),
                            cases[i].ascii);
    }
}

static void values_differ_in_any_part(void **state)
{
    struct jb_value a = {JB_STATE_VALUE, JB_EXACT, JB_FINAL, 5}, b = a;

    (void)state;
    assert_true(jb_value_eq(a, b));
    b.mantissa = 6;
    assert_false(jb_value_eq(a, b));
    b = a;
    b.status = JB_ESTIMATED;
    assert_false(jb_value_eq(a, b));
    b = a;
    b.mark = JB_NEARLY;
    assert_false(jb_value_eq(a, b));
    b = a;
    b.state = JB_STATE_WITHDRAWN;
    assert_false(jb_value_eq(a, b));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_and_names_are_read_back),
        cmocka_unit_test(stored_numbers_keep_their_codes),
        cmocka_unit_test(other_spellings_are_read),
        cmocka_unit_test(figures_are_written_as_reports_write_them),
        cmocka_unit_test(values_differ_in_any_part),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
