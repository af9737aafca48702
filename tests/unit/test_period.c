/* Periods, spans, dates and moments: every spelling that is read, arithmetic across year ends,
 * zones. */
#include "jb_test.h"

#include "model/period.h"

struct spelling {
    const char *text;
    jb_err err;
    const char *code; /* as jb_span_format prints it */
};

static void check_spellings(const struct spelling *cases, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct jb_span span = {{JB_FREQ_NONE, -7}, {JB_FREQ_NONE, -7}};
        jb_err err = jb_span_parse(jb_slice_str(cases[i].text), &span);
        char text[JB_PERIOD_TEXT_SIZE];
        if (err != cases[i].err)
            print_error("%s gives %d\n", cases[i].text, (int)err);
        assert_int_equal(err, cases[i].err);
        if (err) {
            assert_int_equal(span.first.ordinal, -7);
            continue;
        }
        jb_span_format(span, text);
        assert_string_equal(text, cases[i].code);
    }
}

static void codes_are_read(void **state)
{
    static const struct spelling cases[] = {
        {"2023", JB_OK, "2023"},
        {"2023-S1", JB_OK, "2023-S1"},
        {"2023-S2", JB_OK, "2023-S2"},
        {"2023-H1", JB_OK, "2023-S1"},
        {"2023H2", JB_OK, "2023-S2"},
        {"2023-Q2", JB_OK, "2023-Q2"},
        {"2023Q2", JB_OK, "2023-Q2"},
        {"2023-q4", JB_OK, "2023-Q4"},
        {"2023-M06", JB_OK, "2023-M06"},
        {"2023M6", JB_OK, "2023-M06"},
        {"2023-06", JB_OK, "2023-M06"},
        {"2023-12", JB_OK, "2023-M12"},
        {" \t2023-Q2\r\n", JB_OK, "2023-Q2"},
        {"２０２３－Ｑ２", JB_OK, "2023-Q2"},
        {"　2023　", JB_OK, "2023"},
        {"1900", JB_OK, "1900"},
        {"2199-Q4", JB_OK, "2199-Q4"},
        {"2021-Q1..2023-Q2", JB_OK, "2021-Q1..2023-Q2"},
        {"2021-Q1 .. 2023-Q2", JB_OK, "2021-Q1..2023-Q2"},
        {"2023-Q1..2023-Q4", JB_OK, "2023"},
        {"2023-Q1..2023-Q2", JB_OK, "2023-S1"},
        {"2023-Q3..2023-Q4", JB_OK, "2023-S2"},
        {"2023-Q2..2023-Q3", JB_OK, "2023-Q2..2023-Q3"},
        {"2023-Q2..2023-Q2", JB_OK, "2023-Q2"},
        {"2023-M01..2023-M03", JB_OK, "2023-Q1"},
        {"2023-M01..2023-M12", JB_OK, "2023"},
        {"2021..2023-Q2", JB_OK, "2021-Q1..2023-Q2"},
        {"2023-S1..2023-M09", JB_OK, "2023-M01..2023-M09"},
        {"2021..2022", JB_OK, "2021..2022"},
        {"2023-06-30", JB_OK, "2023-06-30"},
        {"2024-02-29", JB_OK, "2024-02-29"},
        {"２０２３－０６－３０", JB_OK, "2023-06-30"},
        {"2023-06-30..2023-07-02", JB_OK, "2023-06-30..2023-07-02"},
        {"2023-01-01..2023-12-31", JB_OK, "2023-01-01..2023-12-31"},
        {"1970-01-01", JB_OK, "1970-01-01"},
        {"2148-12-31", JB_OK, "2148-12-31"},
        {"1899", JB_ERANGE, NULL},
        {"2200-Q1", JB_ERANGE, NULL},
        {"0000", JB_ERANGE, NULL},
        {"2023-Q2..2023-Q1", JB_ERANGE, NULL},
        {"2023..2022-Q4", JB_ERANGE, NULL},
        {"", JB_EINVAL, NULL},
        {" ", JB_EINVAL, NULL},
        {"23-Q2", JB_EINVAL, NULL},
        {"20233", JB_EINVAL, NULL},
        {"202306", JB_EINVAL, NULL},
        {"2023-", JB_EINVAL, NULL},
        {"2023-Q", JB_EINVAL, NULL},
        {"2023-Q0", JB_EINVAL, NULL},
        {"2023-Q5", JB_EINVAL, NULL},
        {"2023-S3", JB_EINVAL, NULL},
        {"2023-M13", JB_EINVAL, NULL},
        {"2023-00", JB_EINVAL, NULL},
        {"2023-6", JB_EINVAL, NULL},
        {"2023-Q2x", JB_EINVAL, NULL},
        {"2023-06-31", JB_EINVAL, NULL},
        {"2023-6-30", JB_EINVAL, NULL},
        {"2023-06-30x", JB_EINVAL, NULL},
        {"2023-06-3", JB_EINVAL, NULL},
        {"2023-02-29", JB_EINVAL, NULL},
        {"1969-12-31", JB_ERANGE, NULL},
        {"2149-01-01", JB_ERANGE, NULL},
        {"2023-06-30..2023-06-29", JB_ERANGE, NULL},
        {"2023-Q1..2023-06-30", JB_EINVAL, NULL},
        {"2023-06-30..2023-Q3", JB_EINVAL, NULL},
        {"2023-Q1..", JB_EINVAL, NULL},
        {"..2023-Q1", JB_EINVAL, NULL},
        {"..", JB_EINVAL, NULL},
        {"2023-Q1..2023-Q2..2023-Q3", JB_EINVAL, NULL},
        {"2023-Q1-2023-Q2", JB_EINVAL, NULL},
        {"\xff", JB_EINVAL, NULL},
    };

    (void)state;
    check_spellings(cases, JB_COUNT(cases));
}

static void chinese_is_read(void **state)
{
    static const struct spelling cases[] = {
        {"2023年", JB_OK, "2023"},
        {"2023年6月30日", JB_OK, "2023-06-30"},
        {"2024年02月29号", JB_OK, "2024-02-29"},
        {"2023年6月31日", JB_EINVAL, NULL},
        {"2023年1-6月30日", JB_EINVAL, NULL},
        {"2023年度", JB_OK, "2023"},
        {"2023年全年", JB_OK, "2023"},
        {"2023年第一季度", JB_OK, "2023-Q1"},
        {"2023年第二季度", JB_OK, "2023-Q2"},
        {"2023年三季度", JB_OK, "2023-Q3"},
        {"2023年第四季", JB_OK, "2023-Q4"},
        {"2023年2季度", JB_OK, "2023-Q2"},
        {"2023年第2季度", JB_OK, "2023-Q2"},
        {"２０２３年第２季度", JB_OK, "2023-Q2"},
        {"2023年上半年", JB_OK, "2023-S1"},
        {"2023年下半年", JB_OK, "2023-S2"},
        {"2023年前三季度", JB_OK, "2023-Q1..2023-Q3"},
        {"2023年前3季度", JB_OK, "2023-Q1..2023-Q3"},
        {"2023年前三个季度", JB_OK, "2023-Q1..2023-Q3"},
        {"2023年前两季度", JB_EINVAL, NULL},
        {"2023年1-9月", JB_OK, "2023-M01..2023-M09"},
        {"2023年1—9月", JB_OK, "2023-M01..2023-M09"},
        {"2023年1至9月", JB_OK, "2023-M01..2023-M09"},
        {"2023年1～9月", JB_OK, "2023-M01..2023-M09"},
        {"2023年1月-9月", JB_OK, "2023-M01..2023-M09"},
        {"2023年1-9月份", JB_OK, "2023-M01..2023-M09"},
        {"2023年1-6月", JB_OK, "2023-S1"},
        {"2023年1-12月", JB_OK, "2023"},
        {"2023年6月", JB_OK, "2023-M06"},
        {"2023年06月", JB_OK, "2023-M06"},
        {"2023年12月份", JB_OK, "2023-M12"},
        {"2021年第一季度..2023年第二季度", JB_OK, "2021-Q1..2023-Q2"},
        {"2021年..2023年上半年", JB_OK, "2021-S1..2023-S1"},
        {"2023年9-1月", JB_ERANGE, NULL},
        {"1899年", JB_ERANGE, NULL},
        {"2023年第五季度", JB_EINVAL, NULL},
        {"2023年5季度", JB_EINVAL, NULL},
        {"2023年13月", JB_EINVAL, NULL},
        {"2023年0月", JB_EINVAL, NULL},
        {"2023年6", JB_EINVAL, NULL},
        {"2023年1月-9", JB_EINVAL, NULL},
        {"2023年半年", JB_EINVAL, NULL},
        {"2023年第季度", JB_EINVAL, NULL},
        {"2023年前第三季度", JB_EINVAL, NULL},
        {"二〇二三年", JB_EINVAL, NULL},
        {"23年", JB_EINVAL, NULL},
        {"年", JB_EINVAL, NULL},
    };

    (void)state;
    check_spellings(cases, JB_COUNT(cases));
}

static struct jb_span span_of_text(const char *text)
{
    struct jb_span span;

    assert_int_equal(jb_span_parse(jb_slice_str(text), &span), JB_OK);
    return span;
}

static void a_single_period_is_told_from_a_span(void **state)
{
    struct jb_period period = {JB_FREQ_NONE, -7};

    (void)state;
    assert_int_equal(jb_period_parse(JB_LIT("2023-Q1..2023-Q3"), &period), JB_EINVAL);
    assert_int_equal(jb_period_parse(JB_LIT("2023年1-9月"), &period), JB_EINVAL);
    assert_int_equal(jb_period_parse(JB_LIT("2200"), &period), JB_ERANGE);
    assert_int_equal(period.ordinal, -7);
    assert_int_equal(jb_period_parse(JB_LIT("2023年1-3月"), &period), JB_OK);
    assert_true(jb_period_eq(period, jb_period_make(JB_FREQ_QUARTER, 2023, 0)));
    assert_int_equal(jb_period_parse(JB_LIT("2023-M06"), &period), JB_OK);
    assert_true(jb_period_eq(period, jb_period_make(JB_FREQ_MONTH, 2023, 5)));
    assert_int_equal(jb_period_parse(JB_LIT("2022年"), &period), JB_OK);
    assert_true(jb_period_eq(period, jb_period_make(JB_FREQ_YEAR, 2022, 0)));
}

static void spans_have_chinese_names(void **state)
{
    static const struct {
        const char *code, *zh;
    } cases[] = {
        {"2023", "2023年"},
        {"2023-S1", "2023年上半年"},
        {"2023-S2", "2023年下半年"},
        {"2023-Q2", "2023年第二季度"},
        {"2023-M06", "2023年6月"},
        {"2023-Q1..2023-Q3", "2023年前三季度"},
        {"2023-Q1..2023-Q2", "2023年上半年"},
        {"2023-M01..2023-M09", "2023年1-9月"},
        {"2023-M02..2023-M04", "2023年2-4月"},
        {"2023-Q2..2023-Q3", "2023年第二季度至2023年第三季度"},
        {"2021-Q1..2023-Q2", "2021年第一季度至2023年第二季度"},
        {"2021..2022", "2021年至2022年"},
    };
    char text[JB_PERIOD_TEXT_SIZE];

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        jb_span_format_zh(span_of_text(cases[i].code), text);
        assert_string_equal(text, cases[i].zh);
    }
}

static void spans_move_and_convert(void **state)
{
    static const struct {
        const char *span, *year_before, *before;
        uint32_t count;
    } cases[] = {
        {"2023-Q2", "2022-Q2", "2023-Q1", 1},
        {"2023-Q1", "2022-Q1", "2022-Q4", 1},
        {"2022", "2021", "2021", 1},
        {"2023-S1", "2022-S1", "2022-S2", 1},
        {"2023-Q1..2023-Q3", "2022-Q1..2022-Q3", "2022-Q2..2022-Q4", 3},
        {"2023-M01", "2022-M01", "2022-M12", 1},
        {"2021-Q1..2023-Q2", "2020-Q1..2022-Q2", "2018-Q3..2020-Q4", 10},
    };
    char text[JB_PERIOD_TEXT_SIZE];
    struct jb_span base;

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_span span = span_of_text(cases[i].span);
        jb_span_format(jb_span_year_before(span), text);
        assert_string_equal(text, cases[i].year_before);
        jb_span_format(jb_span_before(span), text);
        assert_string_equal(text, cases[i].before);
        assert_int_equal(jb_span_count(span), cases[i].count);
    }
    assert_int_equal(jb_span_to_base(span_of_text("2022"), JB_FREQ_QUARTER, &base), JB_OK);
    assert_int_equal(jb_span_count(base), 4);
    assert_true(jb_span_eq(base, span_of_text("2022")));
    assert_int_equal(jb_span_to_base(span_of_text("2023年1-9月"), JB_FREQ_QUARTER, &base), JB_OK);
    assert_true(jb_span_eq(base, span_of_text("2023年前三季度")));
    assert_int_equal(base.first.freq, JB_FREQ_QUARTER);
    base = jb_span_of(jb_period_make(JB_FREQ_YEAR, 1999, 0));
    assert_int_equal(jb_span_to_base(span_of_text("2023-M02"), JB_FREQ_QUARTER, &base), JB_EINVAL);
    assert_int_equal(jb_span_to_base(span_of_text("2023-Q2"), JB_FREQ_YEAR, &base), JB_EINVAL);
    assert_int_equal(jb_period_year(base.first), 1999);
    assert_false(jb_span_eq(span_of_text("2023-Q1"), span_of_text("2023-S1")));
}

static void periods_know_their_days(void **state)
{
    static const struct {
        const char *code, *first, *last;
    } cases[] = {
        {"2023-Q2", "2023-04-01", "2023-06-30"},  {"2023-Q4", "2023-10-01", "2023-12-31"},
        {"2024-M02", "2024-02-01", "2024-02-29"}, {"2023-M02", "2023-02-01", "2023-02-28"},
        {"2000-M02", "2000-02-01", "2000-02-29"}, {"2100-M02", "2100-02-01", "2100-02-28"},
        {"2023-S1", "2023-01-01", "2023-06-30"},  {"2024", "2024-01-01", "2024-12-31"},
        {"1969-Q4", "1969-10-01", "1969-12-31"},  {"1900", "1900-01-01", "1900-12-31"},
        {"2199", "2199-01-01", "2199-12-31"},
    };
    char text[16];

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_period period;
        assert_int_equal(jb_period_parse(jb_slice_str(cases[i].code), &period), JB_OK);
        jb_date_format(jb_period_first_day(period), text);
        assert_string_equal(text, cases[i].first);
        jb_date_format(jb_period_last_day(period), text);
        assert_string_equal(text, cases[i].last);
        assert_true(jb_period_eq(jb_period_at(period.freq, jb_period_first_day(period)), period));
        assert_true(jb_period_eq(jb_period_at(period.freq, jb_period_last_day(period)), period));
    }
    for (jb_date day = jb_date_make(1899, 1, 1); day < jb_date_make(2201, 1, 1); day++) {
        int year, month, of_month;
        jb_date_split(day, &year, &month, &of_month);
        assert_int_equal(jb_date_make(year, month, of_month), day);
    }
}

static void dates_are_read_strictly(void **state)
{
    static const struct {
        const char *text;
        jb_err err;
    } cases[] = {
        {"1970-01-01", JB_OK},     {"2024-02-29", JB_OK},     {"2000-02-29", JB_OK},
        {"1900-01-01", JB_OK},     {"2199-12-31", JB_OK},     {"2023-02-29", JB_EINVAL},
        {"2100-02-29", JB_EINVAL}, {"2023-04-31", JB_EINVAL}, {"2023-13-01", JB_EINVAL},
        {"2023-00-01", JB_EINVAL}, {"2023-01-00", JB_EINVAL}, {"2023-1-1", JB_EINVAL},
        {"20230101", JB_EINVAL},   {"2023/01/01", JB_EINVAL}, {"2023-01-01 ", JB_EINVAL},
        {"", JB_EINVAL},           {"1899-12-31", JB_ERANGE}, {"2200-01-01", JB_ERANGE},
    };
    char text[16];

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        jb_date day = 77;
        assert_int_equal(jb_date_parse(jb_slice_str(cases[i].text), &day), cases[i].err);
        if (cases[i].err) {
            assert_int_equal(day, 77);
        } else {
            jb_date_format(day, text);
            assert_string_equal(text, cases[i].text);
        }
    }
}

static void days_follow_the_zone(void **state)
{
    int64_t noon_us = 1688126400LL * 1000000; /* 2023-06-30T12:00:00Z */
    char text[40];

    (void)state;
    assert_int_equal(jb_date_at(noon_us, 0), jb_date_make(2023, 6, 30));
    assert_int_equal(jb_date_at(noon_us, 480), jb_date_make(2023, 6, 30));
    assert_int_equal(jb_date_at(noon_us + 4 * 3600000000LL, 480), jb_date_make(2023, 7, 1));
    assert_int_equal(jb_date_at(noon_us + 4 * 3600000000LL - 1, 480), jb_date_make(2023, 6, 30));
    assert_int_equal(jb_date_at(noon_us - 12 * 3600000000LL - 1, 0), jb_date_make(2023, 6, 29));
    assert_int_equal(jb_date_at(noon_us, -721), jb_date_make(2023, 6, 29));
    assert_int_equal(jb_date_at(-1, 0), jb_date_make(1969, 12, 31));
    assert_int_equal(jb_date_at(0, 0), 0);
    jb_time_format(noon_us + 1, 480, text);
    assert_string_equal(text, "2023-06-30T20:00:00.000001+08:00");
    jb_time_format(noon_us, -210, text);
    assert_string_equal(text, "2023-06-30T08:30:00.000000-03:30");
    jb_time_format(-1, 0, text);
    assert_string_equal(text, "1969-12-31T23:59:59.999999+00:00");
    jb_time_format(INT64_MIN, 0, text);
    jb_time_format(INT64_MAX, 0, text);
}

static void moments_are_read(void **state)
{
    static const struct {
        const char *text;
        jb_err err;
        int64_t seconds, us;
    } cases[] = {
        {"2023-06-30T20:00:00.000000+08:00", JB_OK, 1688126400, 0},
        {"2023-06-30T12:00:00Z", JB_OK, 1688126400, 0},
        {"2023-06-30T20:00:00", JB_OK, 1688126400, 0},
        {"2023-06-30 20:00", JB_OK, 1688126400, 0},
        {"2023-06-30T20:00:00.5", JB_OK, 1688126400, 500000},
        {"2023-06-30T08:30:00.000001-03:30", JB_OK, 1688126400, 1},
        {"2023-06-30", JB_OK, 1688140799, 999999},
        {"1969-12-31T23:59:59.999999Z", JB_OK, -1, 999999},
        {"2023-06-30T", JB_EINVAL, 0, 0},
        {"2023-06-30T24:00", JB_EINVAL, 0, 0},
        {"2023-06-30T12:60", JB_EINVAL, 0, 0},
        {"2023-06-30T12:00:60", JB_EINVAL, 0, 0},
        {"2023-06-30T12:00:00.", JB_EINVAL, 0, 0},
        {"2023-06-30T12:00:00.1234567", JB_EINVAL, 0, 0},
        {"2023-06-30T12:00:00+0800", JB_EINVAL, 0, 0},
        {"2023-06-30T12:00:00+19:00", JB_EINVAL, 0, 0},
        {"2023-06-30T12:00:00+08:60", JB_EINVAL, 0, 0},
        {"2023-06-30T12:00:00+Z", JB_EINVAL, 0, 0},
        {"2023-06-30T12:00:00Zx", JB_EINVAL, 0, 0},
        {"2023-06-30x", JB_EINVAL, 0, 0},
        {"1899-06-30T12:00", JB_ERANGE, 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        int64_t us = 77;
        assert_int_equal(jb_time_parse(jb_slice_str(cases[i].text), 480, &us), cases[i].err);
        assert_true(us == (cases[i].err ? 77 : cases[i].seconds * 1000000 + cases[i].us));
    }
}

/* The period of an ad hoc form: it moves by days, and is no part of anything. */
static void a_day_stands_alone(void **state)
{
    static const enum jb_freq others[] = {JB_FREQ_YEAR, JB_FREQ_HALF, JB_FREQ_QUARTER,
                                          JB_FREQ_MONTH};
    struct jb_span span = span_of_text("2024-02-29"), base = span_of_text("1999");
    char text[JB_PERIOD_TEXT_SIZE];

    (void)state;
    assert_int_equal(span.first.freq, JB_FREQ_DAY);
    assert_int_equal(jb_period_year(span.first), 2024);
    assert_int_equal(jb_period_index(span.first), 59);
    assert_true(jb_period_eq(jb_period_make(JB_FREQ_DAY, 2024, 59), span.first));
    assert_int_equal(jb_period_first_day(span.first), jb_date_make(2024, 2, 29));
    assert_int_equal(jb_period_last_day(span.first), jb_date_make(2024, 2, 29));
    assert_true(jb_period_eq(jb_period_at(JB_FREQ_DAY, jb_date_make(2024, 2, 29)), span.first));
    jb_period_format_zh(span.first, text);
    assert_string_equal(text, "2024年2月29日");
    jb_span_format(jb_span_year_before(span), text);
    assert_string_equal(text, "2023-02-28");
    jb_span_format(jb_span_before(span), text);
    assert_string_equal(text, "2024-02-28");
    jb_period_format(jb_period_add(span.first, 1), text);
    assert_string_equal(text, "2024-03-01");
    for (size_t i = 0; i < JB_COUNT(others); i++) {
        assert_int_equal(jb_span_to_base(span, others[i], &base), JB_EINVAL);
        assert_int_equal(jb_span_to_base(span_of_text("2024"), JB_FREQ_DAY, &base), JB_EINVAL);
        assert_int_equal(base.first.freq, JB_FREQ_YEAR); /* untouched */
    }
    assert_int_equal(jb_span_to_base(span, JB_FREQ_DAY, &base), JB_OK);
    assert_true(jb_span_eq(base, span));
}

static void frequencies_have_names(void **state)
{
    static const struct {
        const char *text;
        enum jb_freq freq;
    } cases[] = {
        {"year", JB_FREQ_YEAR},       {"年", JB_FREQ_YEAR},    {"A", JB_FREQ_YEAR},
        {"half", JB_FREQ_HALF},       {"半年", JB_FREQ_HALF},  {"S", JB_FREQ_HALF},
        {"quarter", JB_FREQ_QUARTER}, {"季", JB_FREQ_QUARTER}, {"Q", JB_FREQ_QUARTER},
        {"month", JB_FREQ_MONTH},     {"月", JB_FREQ_MONTH},   {"M", JB_FREQ_MONTH},
        {"day", JB_FREQ_DAY},         {"日", JB_FREQ_DAY},     {"D", JB_FREQ_DAY},
    };
    enum jb_freq freq = JB_FREQ_NONE;

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        assert_int_equal(jb_freq_parse(jb_slice_str(cases[i].text), &freq), JB_OK);
        assert_int_equal(freq, cases[i].freq);
    }
    freq = JB_FREQ_NONE;
    assert_int_equal(jb_freq_parse(JB_LIT("week"), &freq), JB_EINVAL);
    assert_int_equal(freq, JB_FREQ_NONE);
    assert_string_equal(jb_freq_name(JB_FREQ_QUARTER), "quarter");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_are_read),
        cmocka_unit_test(chinese_is_read),
        cmocka_unit_test(a_single_period_is_told_from_a_span),
        cmocka_unit_test(spans_have_chinese_names),
        cmocka_unit_test(spans_move_and_convert),
        cmocka_unit_test(periods_know_their_days),
        cmocka_unit_test(dates_are_read_strictly),
        cmocka_unit_test(days_follow_the_zone),
        cmocka_unit_test(moments_are_read),
        cmocka_unit_test(a_day_stands_alone),
        cmocka_unit_test(frequencies_have_names),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
