/* Numbers, axes and drawings of charts (files/chart.h). */
#include "jb_test.h"

#include "files/chart.h"

static struct jb_chart_point point(const char *number)
{
    return (struct jb_chart_point){.number = jb_slice_str(number)};
}

static void numbers_are_exact_or_refused(void **state)
{
    static const struct {
        const char *text;
        uint32_t scale;
        jb_err err;
        int64_t want;
    } cases[] = {
        {"12402", 0, JB_OK, 12402},
        {"2299.13", 2, JB_OK, 229913},
        {"2299.13", 4, JB_OK, 22991300},
        {"-0.5", 1, JB_OK, -5},
        {"000000000000000000000000000000000000000007", 0, JB_OK, 7},
        {"0", 30, JB_OK, 0},
        {"", 0, JB_EINVAL, 0},
        {"-", 0, JB_EINVAL, 0},
        {"1.2.3", 3, JB_EINVAL, 0},
        {".5", 1, JB_EINVAL, 0},
        {"5.", 1, JB_EINVAL, 0},
        {"1e5", 0, JB_EINVAL, 0},
        {"461余", 0, JB_EINVAL, 0},
        {"0.123", 2, JB_ERANGE, 0},
        {"1234567890123456789012345678901", 0, JB_ERANGE, 0},
        {"10", 29, JB_ERANGE, 0},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        jb_i128 got = 77;
        assert_int_equal(jb_chart_number(jb_slice_str(cases[i].text), cases[i].scale, &got),
                         cases[i].err);
        assert_true(got == (cases[i].err ? 77 : cases[i].want));
    }
}

static void an_axis_holds_zero_and_every_value(void **state)
{
    static const struct {
        const char *numbers[3], *low, *high, *step;
    } cases[] = {
        {{"12", "461", ""}, "0", "500", "100"},
        {{"500", "1", ""}, "0", "600", "100"}, /* room for the label */
        {{"-20", "30.5", "461"}, "-100", "500", "100"},
        {{"0", "0", ""}, "0", "1", "1"},
        {{"", "", ""}, "0", "1", "1"},
        {{"-3", "-4", ""}, "-4", "0", "1"},
        {{"0.01", "0.04", ""}, "0", "0.05", "0.01"},
        {{"99.99", "13.29", ""}, "0", "120", "20"},
        {{"999999999999999999", "1", ""}, "0", "1200000000000000000", "200000000000000000"},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        const struct jb_chart_point points[] = {
            point(cases[i].numbers[0]), point(cases[i].numbers[1]), point(cases[i].numbers[2])};
        const struct jb_chart_series series = {"s", points};
        const char *const names[] = {"a", "b", "c"};
        const struct jb_chart chart = {
            .categories = names, .category_count = 3, .series = &series, .series_count = 1};
        struct jb_chart_axis axis;
        char text[48];
        assert_int_equal(jb_chart_axis_of(&chart, &axis), JB_OK);
        jb_chart_tick_text(&axis, axis.low, text);
        assert_string_equal(text, cases[i].low);
        jb_chart_tick_text(&axis, axis.high, text);
        assert_string_equal(text, cases[i].high);
        jb_chart_tick_text(&axis, axis.step, text);
        assert_string_equal(text, cases[i].step);
    }
}

static void what_is_no_chart_is_refused(void **state)
{
    const struct jb_chart_point points[] = {point("12"), point("many")};
    const struct jb_chart_series series = {"s", points};
    const char *const names[] = {"a", "b"};
    struct jb_chart chart = {
        .categories = names, .category_count = 2, .series = &series, .series_count = 1};
    struct jb_chart_axis axis;
    (void)state;
    assert_int_equal(jb_chart_axis_of(&chart, &axis), JB_EINVAL);
    chart.category_count = 0;
    assert_int_equal(jb_chart_axis_of(&chart, &axis), JB_ERANGE);
    chart.category_count = JB_CHART_CATEGORIES_MAX + 1;
    assert_int_equal(jb_chart_axis_of(&chart, &axis), JB_ERANGE);
    chart.category_count = 1;
    chart.series_count = JB_CHART_SERIES_MAX + 1;
    assert_int_equal(jb_chart_axis_of(&chart, &axis), JB_ERANGE);
}

static char *drawn(const struct jb_chart *chart, uint32_t width_px)
{
    struct jb_buf buf;
    jb_buf_init(&buf, 1024 * 1024);
    assert_int_equal(jb_chart_svg(chart, width_px, &buf), JB_OK);
    char *text = jb_xstrndup(buf.ptr, buf.len);
    jb_buf_free(&buf);
    return text;
}

static uint32_t count_of(const char *text, const char *word)
{
    uint32_t count = 0;
    for (; (text = strstr(text, word)); text += strlen(word))
        count++;
    return count;
}

static void a_drawing_shows_words_and_leaves_gaps(void **state)
{
    struct jb_chart_point points[] = {point("12"), point(""), point("461"), point("0")};
    points[2].text = "461余";
    const struct jb_chart_series series = {"s", points};
    const char *const names[] = {"一<季度>", "二季度", "三季度", "四季度"};
    struct jb_chart chart = {.title = "案件 & 人",
                             .unit_of_measure = "单位：件",
                             .categories = names,
                             .category_count = 4,
                             .series = &series,
                             .series_count = 1};
    (void)state;
    for (uint32_t kind = JB_CHART_COLUMN; kind <= JB_CHART_LINE; kind++) {
        chart.kind = (enum jb_chart_kind)kind;
        char *svg = drawn(&chart, 720);
        assert_non_null(strstr(svg, "<title>案件 &amp; 人</title>"));
        assert_non_null(strstr(svg, ">461余</text>"));
        assert_non_null(strstr(svg, ">一&lt;季度&gt;</text>"));
        assert_non_null(strstr(svg, ">单位：件</text>"));
        /* three points; a rectangle is the paper */
        assert_int_equal(kind == JB_CHART_LINE ? count_of(svg, "<circle") : count_of(svg, "<rect"),
                         kind == JB_CHART_LINE ? 3 : 4);
        if (kind == JB_CHART_LINE) /* the line begins again behind the gap */
            assert_int_equal(count_of(strstr(svg, " d=\""), "M"), 2);
        free(svg);
    }
}

static void a_bar_is_as_long_as_its_figure(void **state)
{
    const struct jb_chart_point points[] = {point("100"), point("25"), point("400")};
    const struct jb_chart_series series = {"s", points};
    const char *const names[] = {"a", "b", "c"};
    const struct jb_chart chart = {.kind = JB_CHART_BAR,
                                   .categories = names,
                                   .category_count = 3,
                                   .series = &series,
                                   .series_count = 1};
    uint32_t widths[3], count = 0;
    (void)state;
    char *svg = drawn(&chart, 720);
    for (const char *at = svg; (at = strstr(at, "<rect x=\"")) && count < 3; at++) {
        const char *width = strstr(at, "width=\"") + 7;
        widths[count++] = (uint32_t)strtoul(width, NULL, 10);
    }
    assert_int_equal(count, 3);
    assert_in_range(widths[0], widths[2] / 4 - 1, widths[2] / 4 + 1);
    assert_in_range(widths[1], widths[2] / 16 - 1, widths[2] / 16 + 1);
    free(svg);
}

static void long_names_are_cut_and_many_are_thinned_out(void **state)
{
    const char *names[JB_CHART_CATEGORIES_MAX];
    struct jb_chart_point points[JB_CHART_CATEGORIES_MAX];
    const struct jb_chart_series series = {"s", points};
    struct jb_chart chart = {.categories = names,
                             .category_count = JB_CHART_CATEGORIES_MAX,
                             .series = &series,
                             .series_count = 1};
    (void)state;
    for (uint32_t i = 0; i < JB_CHART_CATEGORIES_MAX; i++) {
        names[i] = "濉溪县一个名称特别长的单位，长到在图表旁边三行也写不下，所以最后要省略，并且说"
                   "明已经省略";
        points[i] = point("1");
    }
    for (uint32_t kind = JB_CHART_COLUMN; kind <= JB_CHART_LINE; kind++) {
        chart.kind = (enum jb_chart_kind)kind;
        char *svg = drawn(&chart, 300);
        assert_non_null(strstr(svg, "…"));
        assert_int_equal(count_of(svg, "<svg"), count_of(svg, "</svg>"));
        free(svg);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_exact_or_refused),
        cmocka_unit_test(an_axis_holds_zero_and_every_value),
        cmocka_unit_test(what_is_no_chart_is_refused),
        cmocka_unit_test(a_drawing_shows_words_and_leaves_gaps),
        cmocka_unit_test(a_bar_is_as_long_as_its_figure),
        cmocka_unit_test(long_names_are_cut_and_many_are_thinned_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
