/* One answer in its three forms: the CSV's exact columns, and what a table tells in words. */
#include "jb_test.h"

#include "answer_people.h"
#include "base/text.h"

static const struct jb_name unit_names[] = {
    {JB_LIT("suixi"), JB_LIT("濉溪县"), JB_LIT("Suixi"), {0}}};
static const struct jb_name indicator_names[] = {
    {JB_LIT("new"), JB_LIT("新增市场主体"), JB_LIT("New entities"), JB_LIT("entities")},
    {JB_LIT("rate"), JB_LIT("问题占比"), JB_LIT("Problem rate"), JB_LIT("%")},
};

static const struct jb_answer_row rows[] = {
    {
        .unit = JB_LIT("suixi"),
        .indicator = JB_LIT("new"),
        .period = JB_LIT("2022"),
        .state = JB_STATE_VALUE,
        .value = JB_LIT("12402"),
        .mark = JB_MORE_THAN,
        .status = JB_ESTIMATED,
        .unit_of_measure = JB_LIT("户"),
        .reported = 11,
        .expected = 12,
        .has_yoy = true,
        .yoy = {.value = JB_LIT("13.29"),
                .base = JB_LIT("10947"),
                .base_period = JB_LIT("2021"),
                .status = JB_ESTIMATED,
                .base_status = JB_ESTIMATED},
    },
    {
        .unit = JB_LIT("suixi"),
        .indicator = JB_LIT("rate"),
        .period = JB_LIT("2022"),
        .state = JB_STATE_VALUE,
        .value = JB_LIT("40.00"),
        .unit_of_measure = JB_LIT("%"),
        .reported = 2,
        .expected = 2,
        .numerator = JB_LIT("116"),
        .denominator = JB_LIT("290"),
        .unpaired = true,
        .has_yoy = true,
        .yoy = {.reason = JB_LIT("base_incomplete")},
    },
    {
        .unit = JB_LIT("suixi"),
        .indicator = JB_LIT("served"),
        .period = JB_LIT("2022"),
        .state = JB_STATE_NOT_COMPUTABLE,
        .reason = JB_LIT("other_stretch"),
        .expected = 1,
        .has_yoy = true,
        .yoy = {.reason = JB_LIT("incomplete")},
    },
    {
        .unit = JB_LIT("suixi"),
        .indicator = JB_LIT("story"),
        .period = JB_LIT("2022"),
        .state = JB_STATE_VALUE,
        .text = JB_LIT("=first line\nsecond"),
        .reported = 1,
        .expected = 1,
    },
    {.unit = JB_LIT("suixi"), .indicator = JB_LIT("nobody"), .period = JB_LIT("2022")},
};

static char *printed(const struct jb_answer_view *view)
{
    const struct jb_answer page = {
        .snapshot = {.epoch = 1, .revision = 471, .catalog_version = 3},
        .rows = rows,
        .row_count = JB_COUNT(rows),
        .units = unit_names,
        .unit_count = JB_COUNT(unit_names),
        .indicators = indicator_names,
        .indicator_count = JB_COUNT(indicator_names),
    };
    struct jb_pages pages;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    jb_pages_init(&pages);
    jb_pages_add(&pages, &page);
    jb_answer_print(&pages, view, out);
    jb_pages_free(&pages);
    fclose(out);
    return text;
}

static void csv_has_exactly_the_promised_columns(void **state)
{
    const struct jb_answer_view view = {.output = JB_OUT_CSV, .yoy = true};
    (void)state;
    char *text = printed(&view);
    assert_string_equal(
        text,
        "unit,indicator,period,value,state,precision,status,unit_of_measure,reported,expected,"
        "value_period,revision,reason,yoy,yoy_base\n"
        "suixi,new,2022,12402,value,more_than,estimated,户,11,12,,471,,13.29,10947\n"
        "suixi,rate,2022,40.00,value,exact,final,%,2,2,,471,unpaired yoy:base_incomplete,,\n"
        "suixi,served,2022,,not_computable,,,,0,1,,471,other_stretch yoy:incomplete,,\n"
        "suixi,story,2022,\"'=first line\nsecond\",value,exact,final,,1,1,,471,,,\n"
        "suixi,nobody,2022,,not_reported,,,,0,0,,471,,,\n");
    free(text);
}

static void people_read_names_marks_and_reasons(void **state)
{
    const struct jb_answer_view view = {.output = JB_OUT_TABLE, .yoy = true};
    (void)state;
    char *text = printed(&view);
    assert_non_null(strstr(text, "Suixi  2022\n"));
    assert_non_null(strstr(text, "New entities          >12402  entities"));
    assert_non_null(strstr(text, "11/12  estimated         +13.29%"));
    assert_non_null(strstr(text, "year on year against 10947 of 2021; both sides are estimated"));
    assert_non_null(strstr(text, "40.00%"));
    assert_non_null(strstr(text, "116/290; numerator and denominator were not reported by the same "
                                 "units; year on year: the base period is not complete"));
    assert_non_null(strstr(text, "not reported for exactly this stretch\n"));
    assert_non_null(strstr(text, "nobody                     —"));
    assert_non_null(strstr(text, "story, Suixi, 2022:\n  =first line\n  second\n"));
    assert_non_null(strstr(text, "revision 471"));
    free(text);
}

static void json_has_every_field(void **state)
{
    const struct jb_answer_view view = {.output = JB_OUT_JSON, .yoy = true};
    (void)state;
    char *text = printed(&view);
    assert_non_null(strstr(text, "\"yoy_base_status\": \"estimated\""));
    assert_non_null(strstr(text, "\"numerator\": \"116\""));
    assert_non_null(strstr(text, "\"unpaired\": true"));
    assert_non_null(strstr(text, "\"expected\": 12"));
    assert_non_null(strstr(text, "\"text\": \"=first line\\nsecond\""));
    free(text);
}

static void indicators_are_counted_once(void **state)
{
    const struct jb_answer page = {.rows = rows, .row_count = JB_COUNT(rows)};
    struct jb_pages pages;
    (void)state;
    jb_pages_init(&pages);
    jb_pages_add(&pages, &page);
    jb_pages_add(&pages, &page);
    assert_int_equal(jb_answer_indicators(&pages), JB_COUNT(rows));
    jb_pages_free(&pages);
}

static void a_chart_has_a_bar_a_period(void **state)
{
    const struct jb_answer_row three[] = {
        {.unit = JB_LIT("suixi"),
         .indicator = JB_LIT("new"),
         .period = JB_LIT("2022-Q1"),
         .state = JB_STATE_VALUE,
         .value = JB_LIT("3"),
         .status = JB_ESTIMATED},
        {.unit = JB_LIT("suixi"),
         .indicator = JB_LIT("new"),
         .period = JB_LIT("2022-Q2"),
         .expected = 1},
        {.unit = JB_LIT("suixi"), .indicator = JB_LIT("new"), .period = JB_LIT("2022-Q3")},
    };
    const struct jb_answer page = {.rows = three, .row_count = JB_COUNT(three)};
    const struct jb_answer_view view = {0};
    struct jb_pages pages;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    (void)state;
    jb_pages_init(&pages);
    jb_pages_add(&pages, &page);
    jb_answer_print_chart(&pages, &view, false, out);
    jb_pages_free(&pages);
    fclose(out);
    assert_non_null(strstr(text, "suixi  new\n\n2022-Q1  ####"));
    assert_non_null(strstr(text, "3  estimated\n"));
    assert_non_null(strstr(text, "not reported\n"));
    assert_non_null(strstr(text, "—\n")); /* nobody owes it */
    free(text);
}

static void one_period_of_several_units_is_a_chart_of_units(void **state)
{
#define ROW(of, what, number)                                                                      \
    {                                                                                              \
        .unit = JB_LIT(of), .indicator = JB_LIT(what), .period = JB_LIT("2022-Q1"),                \
        .state = JB_STATE_VALUE, .value = JB_LIT(number), .expected = 1, .reported = 1             \
    }
    static const struct jb_answer_row several[] = {
        ROW("east", "new", "3"),
        ROW("east", "old", "1"),
        ROW("west", "new", "6"),
        /* nobody owes it */
        {.unit = JB_LIT("hill"), .indicator = JB_LIT("new"), .period = JB_LIT("2022-Q1")},
        ROW("west", "old", "2")};
#undef ROW
    const struct jb_answer page = {.rows = several, .row_count = JB_COUNT(several)};
    const struct jb_answer_view view = {0};
    struct jb_pages pages;
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    (void)state;
    jb_pages_init(&pages);
    jb_pages_add(&pages, &page);
    jb_answer_print_chart(&pages, &view, false, out);
    jb_pages_free(&pages);
    fclose(out);
    assert_non_null(strstr(text,
                           "2022-Q1  new\n\neast  ####################                      3\n"
                           "west  ########################################  6\n\n"
                           "2022-Q1  old\n\n"));
    assert_null(strstr(text, "hill"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(csv_has_exactly_the_promised_columns),
        cmocka_unit_test(people_read_names_marks_and_reasons),
        cmocka_unit_test(json_has_every_field),
        cmocka_unit_test(indicators_are_counted_once),
        cmocka_unit_test(a_chart_has_a_bar_a_period),
        cmocka_unit_test(one_period_of_several_units_is_a_chart_of_units),
    };
    jb_text_init("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
