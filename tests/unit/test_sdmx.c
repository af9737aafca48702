/* jibao's words and SDMX's, side by side. */
#include "jb_test.h"

#include "model/sdmx.h"

static void periods_and_frequencies_are_sdmx_codes(void **state)
{
    static const struct {
        const char *text, *time, *freq;
    } cases[] = {
        {"2023", "2023", "A"},
        {"2023-S1", "2023-S1", "S"},
        {"2023-Q2", "2023-Q2", "Q"},
        {"2023-M06", "2023-M06", "M"},
        {"2023-05-12", "2023-05-12", "D"},
        {"2021-Q1..2021-Q4", "2021", "A"},
        {"2021-Q1..2023-Q2", "2021-01-01/P30M", "_O"},
        {"2021-Q2..2021-Q4", "2021-04-01/P9M", "_O"},
        {"2021..2022", "2021-01-01/P24M", "_O"},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_span span, back;
        char text[JB_PERIOD_TEXT_SIZE];
        assert_int_equal(jb_span_parse(jb_slice_str(cases[i].text), &span), JB_OK);
        jb_sdmx_time(span, text);
        assert_string_equal(text, cases[i].time);
        assert_string_equal(jb_sdmx_freq(span), cases[i].freq);
        assert_int_equal(jb_sdmx_time_parse(jb_slice_str(text), &back), JB_OK);
        assert_true(jb_span_eq(span, back));
    }
}

static void other_ways_to_write_a_time_are_read_or_refused(void **state)
{
    static const struct {
        const char *text, *period; /* NULL: refused */
    } cases[] = {
        {"2023-A1", "2023"},
        {"2023-06", "2023-M06"},
        {"2023-04-01/P3M", "2023-Q2"},
        {"2023-01-01/P1Y", "2023"},
        {"2023-01-01T00:00:00/P6M", "2023-S1"},
        {"2023-01-15/P1M", NULL},
        {"2023-01-01/P10D", NULL},
        {"2023-01-01/P", NULL},
        {"2023-01-01/P0M", NULL},
        {"2023-01-01/P99999999999M", NULL},
        {"2023-01-01/", NULL},
        {"/P1M", NULL},
        {"2023年", NULL},
        {"2023-H1", NULL},
        {"2023-Q5", NULL},
        {"2190-01-01/P200Y", NULL},
        {"", NULL},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_span span;
        char text[JB_PERIOD_TEXT_SIZE];
        jb_err err = jb_sdmx_time_parse(jb_slice_str(cases[i].text), &span);
        if (!cases[i].period) {
            assert_int_not_equal(err, JB_OK);
            continue;
        }
        assert_int_equal(err, JB_OK);
        jb_span_format(span, text);
        assert_string_equal(text, cases[i].period);
    }
}

static void codes_and_identifiers_stand_for_each_other(void **state)
{
    char id[JB_SDMX_ID_SIZE], code[JB_SDMX_ID_SIZE];
    (void)state;
    jb_sdmx_id(JB_LIT("market.entities_new-1"), id);
    assert_string_equal(id, "market@entities_new-1");
    jb_sdmx_code(jb_slice_str(id), code);
    assert_string_equal(code, "market.entities_new-1");
}

static void headers_are_known_with_names_and_separators(void **state)
{
    (void)state;
    assert_int_equal(jb_sdmx_column_of(JB_LIT("STRUCTURE[;]")), JB_SDMX_STRUCTURE);
    assert_int_equal(jb_sdmx_column_of(JB_LIT("OBS_VALUE: Observation value")), JB_SDMX_VALUE);
    assert_int_equal(jb_sdmx_column_of(JB_LIT("UPDATED")), JB_SDMX_COLUMNS);
    assert_int_equal(jb_sdmx_column_of(JB_LIT("")), JB_SDMX_COLUMNS);
    for (enum jb_sdmx_column i = 0; i < JB_SDMX_COLUMNS; i++)
        assert_int_equal(jb_sdmx_column_of(jb_slice_str(jb_sdmx_column_id(i))), i);
}

static void a_basis_is_its_first_base_period(void **state)
{
    char text[JB_PERIOD_TEXT_SIZE];
    (void)state;
    jb_sdmx_basis(JB_LIT(""), JB_LIT("2022-Q4"), text);
    assert_string_equal(text, "PERIOD");
    jb_sdmx_basis(JB_LIT("2022"), JB_LIT("2022-Q4"), text);
    assert_string_equal(text, "SINCE_2022-Q1");
    jb_sdmx_basis(JB_LIT("2021-Q1..2022-Q4"), JB_LIT("2022-Q4"), text);
    assert_string_equal(text, "SINCE_2021-Q1");
    jb_sdmx_basis(JB_LIT("2022"), JB_LIT("2022"), text); /* of the asked span itself */
    assert_string_equal(text, "PERIOD");
}

static void a_missing_value_says_why(void **state)
{
    (void)state;
    assert_string_equal(jb_sdmx_obs_status(JB_STATE_VALUE, JB_ESTIMATED), "E");
    assert_string_equal(jb_sdmx_obs_status(JB_STATE_VALUE, JB_FINAL), "A");
    assert_string_equal(jb_sdmx_obs_status(JB_STATE_NOT_APPLICABLE, JB_FINAL), "M");
    assert_string_equal(jb_sdmx_obs_status(JB_STATE_NOT_APPLICABLE, JB_PROVISIONAL), "P");
    assert_string_equal(jb_sdmx_obs_status(JB_STATE_NOT_REPORTED, JB_FINAL), "L");
    assert_string_equal(jb_sdmx_obs_status(JB_STATE_WITHDRAWN, JB_FINAL), "O");
    assert_string_equal(jb_sdmx_obs_status(JB_STATE_NOT_COMPUTABLE, JB_FINAL), "O");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(periods_and_frequencies_are_sdmx_codes),
        cmocka_unit_test(other_ways_to_write_a_time_are_read_or_refused),
        cmocka_unit_test(codes_and_identifiers_stand_for_each_other),
        cmocka_unit_test(headers_are_known_with_names_and_separators),
        cmocka_unit_test(a_basis_is_its_first_base_period),
        cmocka_unit_test(a_missing_value_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
