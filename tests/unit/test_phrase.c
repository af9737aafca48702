/* Figures and growth as a report writes them. */
#include "jb_test.h"

#include "report/phrase.h"

static const char *said(struct jb_buf *buf)
{
    jb_buf_put_u8(buf, 0);
    assert_false(buf->failed);
    return (const char *)buf->ptr;
}

static void values_are_written_with_marks_and_units(void **state)
{
    static const struct {
        const char *number, *unit;
        enum jb_mark mark;
        const char *zh, *en;
    } cases[] = {
        {"12402", "户", JB_EXACT, "12402户", "12402 户"},
        {"461", "件", JB_MORE_THAN, "461余件", "more than 461 件"},
        {"90", "%", JB_AT_LEAST, "90%以上", "at least 90%"},
        {"98", "%", JB_MORE_THAN, "超98%", "more than 98%"},
        {"2299.13", "万元", JB_EXACT, "2299.13万元", "2299.13 万元"},
        {"20", "万元", JB_NEARLY, "近20万元", "nearly 20 万元"},
        {"3", "万人", JB_MORE_THAN, "3万余人", "more than 3 万人"},
        {"4", "万人次", JB_AT_LEAST, "4万人次以上", "at least 4 万人次"},
        {"5", "亿元", JB_MORE_THAN, "5亿余元", "more than 5 亿元"},
        {"1", "工作日", JB_AT_MOST, "1个工作日以内", "at most 1 工作日"},
        {"7", "", JB_APPROXIMATE, "约7", "about 7"},
        {"-3", "件", JB_EXACT, "-3件", "-3 件"},
        {"0", "件", JB_EXACT, "0件", "0 件"},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        const struct jb_phrase phrase = {jb_slice_str(cases[i].number), cases[i].mark,
                                         jb_slice_str(cases[i].unit)};
        struct jb_buf buf;
        jb_buf_init(&buf, 256);
        jb_phrase_value(&phrase, true, &buf);
        assert_string_equal(said(&buf), cases[i].zh);
        jb_buf_clear(&buf);
        jb_phrase_value(&phrase, false, &buf);
        assert_string_equal(said(&buf), cases[i].en);
        jb_buf_free(&buf);
    }
}

static void growth_has_its_word(void **state)
{
    static const struct {
        const char *value, *now, *base;
        bool points;
        enum jb_mark mark;
        const char *zh, *en;
    } cases[] = {
        {"13.29", "12402", "10947", false, JB_EXACT, "增长13.29%", "up 13.29%"},
        {"-5.00", "95", "100", false, JB_EXACT, "下降5.00%", "down 5.00%"},
        {"0.00", "7", "7", false, JB_EXACT, "持平", "unchanged"},
        {"0.00", "7.0", "7", false, JB_EXACT, "持平", "unchanged"},
        {"0.00", "100001", "100000", false, JB_EXACT, "基本持平", "nearly unchanged"},
        {"1.50", "91.5", "90", true, JB_EXACT, "提高1.50个百分点", "up 1.50 percentage points"},
        {"-1.50", "88.5", "90", true, JB_EXACT, "下降1.50个百分点", "down 1.50 percentage points"},
        {"50.00", "30", "20", false, JB_MORE_THAN, "增长超50.00%", "up more than 50.00%"},
        {"50.00", "30", "20", false, JB_AT_LEAST, "增长50.00%以上", "up at least 50.00%"},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        const struct jb_phrase_growth growth = {
            jb_slice_str(cases[i].value), jb_slice_str(cases[i].now), jb_slice_str(cases[i].base),
            cases[i].points, cases[i].mark};
        struct jb_buf buf;
        jb_buf_init(&buf, 256);
        jb_phrase_growth(&growth, true, &buf);
        assert_string_equal(said(&buf), cases[i].zh);
        jb_buf_clear(&buf);
        jb_phrase_growth(&growth, false, &buf);
        assert_string_equal(said(&buf), cases[i].en);
        jb_buf_free(&buf);
    }
}

static void days_and_ordinals_are_written_out(void **state)
{
    static const struct {
        uint32_t number;
        const char *zh;
    } ordinals[] = {{1, "一"},      {9, "九"},      {10, "十"},   {11, "十一"}, {20, "二十"},
                    {35, "三十五"}, {99, "九十九"}, {100, "100"}, {0, "0"}};
    struct jb_buf buf;
    (void)state;
    jb_buf_init(&buf, 256);
    jb_phrase_day(jb_date_make(2023, 6, 30), true, &buf);
    assert_string_equal(said(&buf), "2023年6月30日");
    jb_buf_clear(&buf);
    jb_phrase_day(jb_date_make(2024, 2, 29), false, &buf);
    assert_string_equal(said(&buf), "29 February 2024");
    for (size_t i = 0; i < JB_COUNT(ordinals); i++) {
        jb_buf_clear(&buf);
        jb_phrase_ordinal_zh(ordinals[i].number, &buf);
        assert_string_equal(said(&buf), ordinals[i].zh);
    }
    jb_buf_free(&buf);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_written_with_marks_and_units),
        cmocka_unit_test(growth_has_its_word),
        cmocka_unit_test(days_and_ordinals_are_written_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
