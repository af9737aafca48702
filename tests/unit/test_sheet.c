/* Places, numbers and dates of spreadsheets: the pure parts of the workbook's reader. */
#include "jb_test.h"

#include "base/limits.h"
#include "files/sheet_date.h"
#include "files/sheet_number.h"
#include "files/sheet_place.h"

static void places_have_letters_and_numbers(void **state)
{
    static const struct {
        const char *text;
        jb_err err;
        uint32_t row, column;
    } cases[] = {
        {"A1", JB_OK, 0, 0},           {"B7", JB_OK, 6, 1},
        {"$C$10", JB_OK, 9, 2},        {"z9", JB_OK, 8, 25},
        {"AA1", JB_OK, 0, 26},         {"XFD1048576", JB_OK, 1048575, 16383},
        {"XFE1", JB_ERANGE, 0, 0},     {"A1048577", JB_ERANGE, 0, 0},
        {"ZZZZZZZ1", JB_ERANGE, 0, 0}, {"A99999999999", JB_ERANGE, 0, 0},
        {"A0", JB_EINVAL, 0, 0},       {"A01", JB_EINVAL, 0, 0},
        {"7B", JB_EINVAL, 0, 0},       {"", JB_EINVAL, 0, 0},
        {"A", JB_EINVAL, 0, 0},        {"1", JB_EINVAL, 0, 0},
        {"A1 ", JB_EINVAL, 0, 0},      {"$1", JB_EINVAL, 0, 0},
    };
    char text[JB_SHEET_PLACE_SIZE];

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        uint32_t row = 77, column = 77;
        jb_err err = jb_sheet_place_parse(jb_slice_str(cases[i].text), &row, &column);
        assert_int_equal(err, cases[i].err);
        assert_int_equal(row, err ? 77 : cases[i].row);
        assert_int_equal(column, err ? 77 : cases[i].column);
    }
    assert_string_equal(jb_sheet_place(6, 1, text), "B7");
    for (uint32_t column = 0; column < JB_SHEET_COLUMNS_MAX; column++) {
        uint32_t row, back;
        jb_sheet_place(column, column, text);
        assert_int_equal(jb_sheet_place_parse(jb_slice_str(text), &row, &back), JB_OK);
        assert_int_equal(back, column);
        assert_int_equal(row, column);
    }
}

static void ranges_have_two_ends(void **state)
{
    struct jb_sheet_range range = {0};

    (void)state;
    assert_int_equal(jb_sheet_range_parse(JB_LIT("B2:D5"), &range), JB_OK);
    assert_int_equal(range.first_row, 1);
    assert_int_equal(range.last_column, 3);
    assert_int_equal(jb_sheet_range_parse(JB_LIT("C3"), &range), JB_OK);
    assert_int_equal(range.last_row, 2);
    assert_int_equal(jb_sheet_range_parse(JB_LIT("D5:B2"), &range), JB_EINVAL);
    assert_int_equal(jb_sheet_range_parse(JB_LIT("A1:"), &range), JB_EINVAL);
    assert_int_equal(jb_sheet_range_parse(JB_LIT("A1:B2:C3"), &range), JB_EINVAL);
}

static void numbers_are_what_people_typed(void **state)
{
    static const struct {
        const char *raw;
        jb_err err;
        const char *text;
        bool imprecise;
    } cases[] = {
        {"0", JB_OK, "0", false},
        {"-0", JB_OK, "0", false},
        {"-0.00", JB_OK, "0", false},
        {"12402", JB_OK, "12402", false},
        {"007", JB_OK, "7", false},
        {"0.10000000000000001", JB_OK, "0.1", false},
        {"3.3000000000000003", JB_OK, "3.3", false},
        {"0.30000000000000004", JB_OK, "0.3", false},
        {"-2299.1300000000001", JB_OK, "-2299.13", false},
        {"9.9499999999999993", JB_OK, "9.95", false},
        {"9.949999999999999", JB_OK, "9.95", false},
        {"0.99999999999999989", JB_OK, "1", false},
        {"999999999999999.9", JB_OK, "1000000000000000", true},
        {"1E-3", JB_OK, "0.001", false},
        {"1e3", JB_OK, "1000", false},
        {"1.5E+2", JB_OK, "150", false},
        {"12.5e-1", JB_OK, "1.25", false},
        {"0.0012E2", JB_OK, "0.12", false},
        {"100000000000000", JB_OK, "100000000000000", false},
        {"999999999999999", JB_OK, "999999999999999", false},
        {"1E15", JB_OK, "1000000000000000", true},
        {"123456789012345678", JB_OK, "123456789012345678", true},
        {"1.2345678901234568E17", JB_OK, "123456789012345680", true},
        {"0.33333333333333331", JB_OK, "0.333333333333333", true},
        {"1234567890123.4567", JB_OK, "1234567890123.46", true},
        {".5", JB_OK, "0.5", false},
        {"5.", JB_OK, "5", false},
        {"", JB_EINVAL, NULL, false},
        {"-", JB_EINVAL, NULL, false},
        {".", JB_EINVAL, NULL, false},
        {"1,5", JB_EINVAL, NULL, false},
        {"1.2.3", JB_EINVAL, NULL, false},
        {"1e", JB_EINVAL, NULL, false},
        {"1e+", JB_EINVAL, NULL, false},
        {"1e5x", JB_EINVAL, NULL, false},
        {"NaN", JB_EINVAL, NULL, false},
        {"INF", JB_EINVAL, NULL, false},
        {" 1", JB_EINVAL, NULL, false},
        {"1e309", JB_ERANGE, NULL, false},
        {"1e99999999999", JB_ERANGE, NULL, false},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        char text[JB_SHEET_NUMBER_SIZE] = "untouched";
        bool imprecise = false;
        jb_err err = jb_sheet_number(jb_slice_str(cases[i].raw), text, &imprecise);
        assert_int_equal(err, cases[i].err);
        assert_string_equal(text, err ? "untouched" : cases[i].text);
        assert_int_equal(imprecise, cases[i].imprecise);
    }
}

static void percentages_are_what_is_shown(void **state)
{
    static const struct {
        const char *number, *text;
    } cases[] = {{"0.9", "90%"},      {"0.125", "12.5%"}, {"1", "100%"},
                 {"-0.005", "-0.5%"}, {"0", "0%"},        {"12", "1200%"}};
    char text[JB_SHEET_PERCENT_SIZE];

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        jb_sheet_percent(jb_slice_str(cases[i].number), text);
        assert_string_equal(text, cases[i].text);
    }
    assert_true(jb_sheet_code_is_percent(JB_LIT("0.00%")));
    assert_false(jb_sheet_code_is_percent(JB_LIT("0\"%\"")));
    assert_false(jb_sheet_code_is_percent(JB_LIT("0\\%")));
    assert_true(jb_sheet_format_is_percent(10));
    assert_true(jb_sheet_code_has_words(JB_LIT("0\"余\"")));
    assert_true(jb_sheet_code_has_words(JB_LIT("\"约\"0.00;-0")));
    assert_false(jb_sheet_code_has_words(JB_LIT("\"¥\"#,##0;\"负\"0")));
    assert_false(jb_sheet_code_has_words(JB_LIT("0\"")));
    assert_false(jb_sheet_code_has_words(JB_LIT("General")));
}

static void dates_follow_both_systems(void **state)
{
    static const struct {
        const char *serial;
        bool from_1904;
        jb_err err;
        const char *text;
    } cases[] = {
        {"1", false, JB_OK, "1900-01-01"},
        {"59", false, JB_OK, "1900-02-28"},
        {"60", false, JB_EINVAL, NULL},
        {"61", false, JB_OK, "1900-03-01"},
        {"45107", false, JB_OK, "2023-06-30"},
        {"43645", true, JB_OK, "2023-06-30"},
        {"0", true, JB_OK, "1904-01-01"},
        {"45107.5", false, JB_OK, "2023-06-30T12:00:00"},
        {"45107.999988425925", false, JB_OK, "2023-06-30T23:59:59"},
        {"45107.9999999999", false, JB_OK, "2023-07-01"},
        {"36585", false, JB_OK, "2000-02-29"},
        {"2958465", false, JB_OK, "9999-12-31"},
        {"2958466", false, JB_ERANGE, NULL},
        {"-1", false, JB_ERANGE, NULL},
        {"0", false, JB_ERANGE, NULL},
        {"99999999999999999999999", false, JB_ERANGE, NULL},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        char text[JB_SHEET_DATE_SIZE] = "untouched";
        jb_err err = jb_sheet_date(jb_slice_str(cases[i].serial), cases[i].from_1904, text);
        assert_int_equal(err, cases[i].err);
        assert_string_equal(text, err ? "untouched" : cases[i].text);
    }
}

static void a_format_shows_dates_or_it_does_not(void **state)
{
    static const struct {
        const char *code;
        bool is_date;
    } cases[] = {
        {"General", false},
        {"0.00", false},
        {"#,##0;[Red]-#,##0", false},
        {"0\"days\"", false},
        {"0\\d", false},
        {"0_d", false},
        {"@", false},
        {"yyyy-mm-dd", true},
        {"yyyy\"年\"m\"月\"d\"日\"", true},
        {"[$-804]aaaa;@", false},
        {"[$-409]d/m/yyyy", true},
        {"[h]:mm", true},
        {"0;\"d\"", false},
        {"\"unclosed", false},
        {"", false},
        {"\\", false},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++)
        assert_int_equal(jb_sheet_code_is_date(jb_slice_str(cases[i].code)), cases[i].is_date);
    assert_true(jb_sheet_format_is_date(14));
    assert_true(jb_sheet_format_is_date(31));
    assert_false(jb_sheet_format_is_date(0));
    assert_false(jb_sheet_format_is_date(49));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(places_have_letters_and_numbers),
        cmocka_unit_test(ranges_have_two_ends),
        cmocka_unit_test(numbers_are_what_people_typed),
        cmocka_unit_test(percentages_are_what_is_shown),
        cmocka_unit_test(dates_follow_both_systems),
        cmocka_unit_test(a_format_shows_dates_or_it_does_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
