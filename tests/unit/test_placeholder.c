/* The language of templates: what each placeholder means, and what is said where it means nothing.
 */
#include "jb_test.h"

#include "base/arena.h"
#include "report/placeholder.h"

struct desk {
    struct jb_arena arena;
    struct jb_placeholder ph;
    char why[400];
};

static int open_desk(void **state)
{
    struct desk *d = jb_xcalloc(1, sizeof(*d));
    jb_arena_init(&d->arena, 1 << 20);
    *state = d;
    return 0;
}

static int close_desk(void **state)
{
    struct desk *d = *state;
    jb_arena_free(&d->arena);
    free(d);
    return 0;
}

static jb_err read(struct desk *d, const char *text)
{
    d->ph = (struct jb_placeholder){.index = 99};
    return jb_placeholder_parse(jb_slice_str(text), &d->arena, &d->ph, d->why, sizeof(d->why));
}

static void assert_name(const struct desk *d, const char *name)
{
    assert_int_equal(d->ph.names.count, 1);
    assert_true(jb_slice_is(d->ph.names.items[0], name));
}

static void a_value_has_a_name_a_period_and_what_is_shown(void **state)
{
    static const struct {
        const char *text, *name;
        enum jb_ph_show show;
        enum jb_stretch_kind when;
    } cases[] = {
        {"新增市场主体", "新增市场主体", JB_SHOW_VALUE, JB_STRETCH_THIS},
        {" 新增市场主体 2022 ", "新增市场主体", JB_SHOW_VALUE, JB_STRETCH_SPAN},
        {"新增市场主体　2022年　同比", "新增市场主体", JB_SHOW_YOY, JB_STRETCH_SPAN},
        {"market.entities.new last-year yoy-rate", "market.entities.new", JB_SHOW_YOY_RATE,
         JB_STRETCH_LAST_YEAR},
        {"Newly registered market entities 2021-Q1..2023-Q2 number",
         "Newly registered market entities", JB_SHOW_NUMBER, JB_STRETCH_SPAN},
        {"120接话 上期 环比方向", "120接话", JB_SHOW_QOQ_WORD, JB_STRETCH_BEFORE},
        {"指标=a 期=上年同期 取=覆盖", "a", JB_SHOW_COVERAGE, JB_STRETCH_YEAR_AGO},
        {"ind=a period=year-to-date show=target", "a", JB_SHOW_TARGET, JB_STRETCH_YTD},
        {"指标＝a 期＝２０２２", "a", JB_SHOW_VALUE, JB_STRETCH_SPAN},
        {"“双减”联合执法 四季度 数字", "“双减”联合执法", JB_SHOW_DIGITS, JB_STRETCH_Q4},
        {"\"同比\" 时点", "\"同比\"", JB_SHOW_DATE, JB_STRETCH_THIS},
    };
    struct desk *d = *state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        assert_int_equal(read(d, cases[i].text), JB_OK);
        assert_int_equal(d->ph.kind, JB_PH_VALUE);
        assert_name(d, cases[i].name);
        assert_int_equal(d->ph.show, cases[i].show);
        assert_int_equal(d->ph.period_count ? d->ph.periods[0].kind : JB_STRETCH_THIS,
                         cases[i].when);
    }
}

static void a_first_word_may_say_what_it_is(void **state)
{
    static const struct {
        const char *text;
        enum jb_ph_kind kind;
    } cases[] = {
        {"表 章节=gov 期=2022,2023 同比", JB_PH_TABLE},
        {"chart a 2021-Q1..2022-Q4 line", JB_PH_CHART},
        {"汇编 章节=gov 按单位", JB_PH_COLLATE},
        {"修订表", JB_PH_REVISIONS},
        {"缺报表", JB_PH_MISSING},
        {"附录", JB_PH_APPENDIX},
        {"每单位 towns 各级", JB_PH_EACH},
        {"each-indicator gov reported", JB_PH_EACH},
        {"否则", JB_PH_ELSE},
        {"完", JB_PH_END},
        {"end", JB_PH_END},
        {"报告期", JB_PH_FACT},
        {"链头", JB_PH_FACT},
        {"数值", JB_PH_VALUE},
        {"同比", JB_PH_VALUE},
    };
    struct desk *d = *state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        assert_int_equal(read(d, cases[i].text), JB_OK);
        assert_int_equal(d->ph.kind, cases[i].kind);
    }
    assert_int_equal(read(d, "同比"), JB_OK);
    assert_false(d->ph.has_name);
    assert_true(jb_placeholder_needs_yoy(&d->ph));
    assert_false(jb_placeholder_needs_qoq(&d->ph));
}

static void a_table_takes_lists(void **state)
{
    struct desk *d = *state;
    assert_int_equal(
        read(d, "表 指标=a，\"b, c\"、d 期=2022,上期 下级=towns 题=“一、二” 覆盖 环比"), JB_OK);
    assert_int_equal(d->ph.names.count, 3);
    assert_true(jb_slice_is(d->ph.names.items[1], "\"b, c\""));
    assert_int_equal(d->ph.period_count, 2);
    assert_int_equal(d->ph.periods[1].kind, JB_STRETCH_BEFORE);
    assert_true(jb_slice_is(d->ph.under, "towns"));
    assert_true(jb_slice_is(d->ph.title, "“一、二”"));
    assert_true(d->ph.coverage && d->ph.qoq && !d->ph.yoy);
    assert_true(jb_placeholder_is_block(&d->ph));
}

static void a_condition_asks_one_thing(void **state)
{
    struct desk *d = *state;
    assert_int_equal(read(d, "如果 新增市场主体 2022 同比>=1.50%"), JB_OK);
    assert_int_equal(d->ph.kind, JB_PH_IF);
    assert_int_equal(d->ph.test, JB_TEST_COMPARE);
    assert_int_equal(d->ph.op, JB_OP_GE);
    assert_int_equal(d->ph.number.mantissa, 15);
    assert_int_equal(d->ph.show, JB_SHOW_YOY);
    assert_int_equal(read(d, "如果 a ≠ -3"), JB_OK);
    assert_int_equal(d->ph.op, JB_OP_NE);
    assert_int_equal(read(d, "如果 a 不大于 3"), JB_OK);
    assert_int_equal(d->ph.op, JB_OP_LE);
    assert_int_equal(read(d, "如果 a 增长"), JB_OK);
    assert_true(jb_placeholder_needs_yoy(&d->ph));
    assert_int_equal(read(d, "如果 a 环比 下降"), JB_OK);
    assert_false(jb_placeholder_needs_yoy(&d->ph));
    assert_true(jb_placeholder_needs_qoq(&d->ph));
    assert_int_equal(read(d, "如果 末项"), JB_OK);
    assert_int_equal(read(d, "if published"), JB_OK);
    assert_int_equal(d->ph.test, JB_TEST_PUBLISHED);
}

static void what_means_nothing_is_said_with_what_is_near(void **state)
{
    static const struct {
        const char *text, *why;
    } cases[] = {
        {"", "nothing stands"},
        {"　 ", "nothing stands"},
        {"a 2022 2023", "second period"},
        {"a 2022 统比", "did you mean 同比"},
        {"a 2022 yoyo", "did you mean yoy"},
        {"a 单为=x", "did you mean 单位"},
        {"a 期=上周", "is not a period"},
        {"a 期=", "nothing stands behind"},
        {"表 a,,b", "empty place"},
        {"表 题=a 题=b", "comes twice"},
        {"如果 a", "what is asked"},
        {"如果 a > b", "is not a number"},
        {"如果 a >", "number is missing"},
        {"如果 a 有数 无数", "is the second"},
        {"如果 a 首项", "asks nothing"},
        {"附录 全部", "is too much"},
        {"报告期 x", "is too much"},
        {"a 下级=b", "only tables"},
        {"指标=a,b", "one indicator"},
        {"a 单位=b 分组=c", "not of both"},
        {"a 取=同笔", "did you mean 同比"},
    };
    struct desk *d = *state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        assert_int_equal(read(d, cases[i].text), JB_EINVAL);
        assert_non_null(strstr(d->why, cases[i].why));
        assert_int_equal(d->ph.index, 99); /* untouched */
    }
}

static void limits_are_kept(void **state)
{
    struct desk *d = *state;
    char text[JB_PLACEHOLDER_BYTES_MAX + 2];
    memset(text, 'a', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    assert_int_equal(read(d, text), JB_EINVAL);
    text[sizeof(text) - 2] = '\0';
    assert_int_equal(read(d, text), JB_OK);
    for (size_t i = 1; i < sizeof(text) - 2; i += 2)
        text[i] = ' ';
    assert_int_equal(read(d, text), JB_EINVAL);
    assert_non_null(strstr(d->why, "more words"));
    assert_int_equal(
        jb_placeholder_parse(JB_LIT("\xff"), &d->arena, &d->ph, d->why, sizeof(d->why)), JB_EINVAL);
    struct jb_arena small;
    jb_arena_init(&small, 8);
    assert_int_equal(
        jb_placeholder_parse(JB_LIT("新增市场主体"), &small, &d->ph, d->why, sizeof(d->why)),
        JB_ENOMEM);
    jb_arena_free(&small);
}

static void periods_stand_beside_the_reports(void **state)
{
    static const struct {
        const char *report;
        enum jb_stretch_kind when;
        const char *span;
    } cases[] = {
        {"2023-Q2", JB_STRETCH_THIS, "2023-Q2"},
        {"2023-Q2", JB_STRETCH_BEFORE, "2023-Q1"},
        {"2023-Q1", JB_STRETCH_BEFORE, "2022-Q4"},
        {"2023-Q2", JB_STRETCH_YEAR_AGO, "2022-Q2"},
        {"2023-Q2", JB_STRETCH_YEAR, "2023"},
        {"2023", JB_STRETCH_LAST_YEAR, "2022"},
        {"2023-Q3", JB_STRETCH_YTD, "2023-Q1..2023-Q3"},
        {"2023", JB_STRETCH_YTD, "2023"},
        {"2023", JB_STRETCH_Q4, "2023-Q4"},
        {"2021-Q1..2023-Q2", JB_STRETCH_Q1, "2023-Q1"},
        {"2021-Q1..2023-Q2", JB_STRETCH_LAST_YEAR, "2022"},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        const struct jb_when when = {.kind = cases[i].when};
        struct jb_span report;
        char text[JB_PERIOD_TEXT_SIZE];
        assert_int_equal(jb_span_parse(jb_slice_str(cases[i].report), &report), JB_OK);
        jb_span_format(jb_when_resolve(&when, report), text);
        assert_string_equal(text, cases[i].span);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_value_has_a_name_a_period_and_what_is_shown, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(a_first_word_may_say_what_it_is, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_table_takes_lists, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(a_condition_asks_one_thing, open_desk, close_desk),
        cmocka_unit_test_setup_teardown(what_means_nothing_is_said_with_what_is_near, open_desk,
                                        close_desk),
        cmocka_unit_test_setup_teardown(limits_are_kept, open_desk, close_desk),
        cmocka_unit_test(periods_stand_beside_the_reports),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
