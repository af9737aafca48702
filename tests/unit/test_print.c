/* Tables for terminals and programs: widths, alignment, quoting, types. */
#include "jb_test.h"

#include <stdlib.h>

#include "files/demonstration.h"
#include "files/print.h"

static const struct jb_column columns[] = {
    {.key = "unit", .title = "单位"},
    {.key = "value", .align = JB_RIGHT, .number = true},
    {.key = "count", .align = JB_RIGHT, .boolean_or_integer = true},
    {.key = "code", .csv_only = true},
    {.key = "bar", .title = "", .table_only = true},
};

static jb_table *sample(void)
{
    jb_table *table = jb_table_new(columns, JB_COUNT(columns));
    jb_table_cell(table, "司法局");
    jb_table_cell(table, "-12.50");
    jb_table_cellf(table, "%d", 12);
    jb_table_cell(table, "=justice");
    jb_table_cell(table, NULL);
    jb_table_end_row(table);
    jb_table_cell(table, "a\n\x1b[31m");
    jb_table_cell(table, NULL);
    jb_table_cell(table, "true");
    jb_table_cell(table, "x");
    jb_table_cell(table, "##");
    jb_table_end_row(table);
    return table;
}

static char *printed(const jb_table *table, enum jb_output output, const char *const *extra)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    jb_table_print(table, output, extra, out);
    fclose(out);
    return text;
}

static void the_three_outputs_are_right(void **state)
{
    static const char *const extra[] = {"revision", "7", "note", NULL, NULL};
    jb_table *table = sample();
    (void)state;
    assert_int_equal(jb_table_rows(table), 2);
    char *text = printed(table, JB_OUT_TABLE, NULL);
    assert_string_equal(text, "单位      value  count\n"
                              "-------  ------  -----  --\n"
                              "司法局   -12.50     12\n"
                              "a  [31m           true  ##\n");
    free(text);
    text = printed(table, JB_OUT_CSV, NULL);
    assert_string_equal(text, "unit,value,count,code\n"
                              "司法局,-12.50,12,'=justice\n"
                              "\"a\n\x1b[31m\",,true,x\n");
    free(text);
    text = printed(table, JB_OUT_JSON, extra);
    assert_non_null(strstr(text, "\"unit\": \"司法局\""));
    assert_non_null(strstr(text, "\"value\": \"-12.50\""));
    assert_non_null(strstr(text, "\"count\": 12"));
    assert_non_null(strstr(text, "\"count\": true"));
    assert_non_null(strstr(text, "\"value\": null"));
    assert_non_null(strstr(text, "\"unit\": \"a\\n\\u001B[31m\""));
    assert_non_null(strstr(text, "\"revision\": \"7\""));
    assert_non_null(strstr(text, "\"note\": null"));
    assert_null(strstr(text, "\"bar\""));
    free(text);
    jb_table_free(table);
    jb_table_free(NULL);
}

static void an_empty_table_has_its_head(void **state)
{
    jb_table *table = jb_table_new(columns, 2);
    (void)state;
    char *text = printed(table, JB_OUT_TABLE, NULL);
    assert_string_equal(text, "单位  value\n----  -----\n");
    free(text);
    text = printed(table, JB_OUT_JSON, NULL);
    assert_non_null(strstr(text, "\"rows\": []"));
    free(text);
    jb_table_free(table);
}

static void widths_follow_the_script(void **state)
{
    (void)state;
    assert_int_equal(jb_text_width(""), 0);
    assert_int_equal(jb_text_width("abc"), 3);
    assert_int_equal(jb_text_width("季报"), 4);
    assert_int_equal(jb_text_width("（１）"), 6);
    assert_int_equal(jb_text_width("e\xcc\x81"), 1); /* a combining accent */
    assert_int_equal(jb_text_width("≥90%"), 4);
    assert_int_equal(jb_text_width("𠀀"), 2);
    assert_int_equal(jb_text_width("한글"), 4);
    assert_int_equal(jb_text_width("▁█"), 2);
    assert_int_equal(jb_text_width("\xff\n"), 2);
}

static void lines_end_where_they_may(void **state)
{
    (void)state;
    assert_int_equal(jb_text_fit("", 5), 0);
    assert_int_equal(jb_text_fit("one two", 7), 7);
    assert_int_equal(jb_text_fit("one two", 6), 3); /* the blank belongs to neither */
    assert_int_equal(jb_text_fit("onetwo", 4), 4);
    assert_int_equal(jb_text_fit("季报季报", 5), 6);
    assert_int_equal(jb_text_fit("季报，季报", 5), 3); /* no line begins with a comma */
    assert_int_equal(jb_text_fit("季", 1), 3);         /* at least one character */
}

static void a_narrow_terminal_wraps_names_and_not_figures(void **state)
{
    static const struct jb_column wide[] = {
        {.key = "name"}, {.key = "value", .align = JB_RIGHT}, {.key = "note"}};
    jb_table *table = jb_table_new(wide, JB_COUNT(wide));
    (void)state;
    jb_table_cell(table, "A heading that is as long as it likes to be");
    jb_table_cell(table, NULL);
    jb_table_cell(table, NULL);
    jb_table_end_row(table);
    jb_table_cell(table, "  Meetings of the committee");
    jb_table_cell(table, "12402");
    jb_table_cell(table, "as of 2022-Q4");
    jb_table_end_row(table);
    assert_int_equal(setenv("COLUMNS", "42", 1), 0);
    char *text = printed(table, JB_OUT_TABLE, NULL);
    assert_int_equal(unsetenv("COLUMNS"), 0);
    assert_string_equal(text, "name                  value  note\n"
                              "--------------------  -----  -------------\n"
                              "A heading that is as long as it likes to be\n"
                              "  Meetings of the     12402  as of 2022-Q4\n"
                              "    committee\n");
    free(text);
    jb_table_free(table);
}

static void sparks_scale_and_leave_gaps(void **state)
{
    static const int64_t values[] = {0, 1, 4, 8, -3, 5, INT64_MAX};
    static const bool all[] = {true, true, true, true, true, false, false};
    static const bool top[] = {false, true, false, false, false, false, true};
    char *text = NULL;
    size_t len;
    (void)state;
    FILE *out = open_memstream(&text, &len);
    jb_print_spark(values, all, 7, true, out);
    jb_print_spark(values, all, 7, false, out);
    jb_print_spark(values, top, 7, false, out);
    jb_print_spark(values, all, 1, false, out);
    fclose(out);
    assert_string_equal(text, "▁▁▄█▁  "
                              "__:#_  "
                              " _    #"
                              "_");
    free(text);
}

static void outputs_have_names(void **state)
{
    enum jb_output output = JB_OUT_TABLE;
    (void)state;
    assert_int_equal(jb_output_parse(JB_LIT("json"), &output), JB_OK);
    assert_int_equal(output, JB_OUT_JSON);
    assert_int_equal(jb_output_parse(JB_LIT("xml"), &output), JB_EINVAL);
    assert_int_equal(output, JB_OUT_JSON);
}

/* Last: nothing takes it back. */
static void demonstration_data_say_so_in_every_output(void **state)
{
    static const struct jb_column two[] = {{.key = "a", .title = "A"}, {.key = "b"}};
    char *text = NULL;
    size_t len;
    (void)state;
    FILE *out = open_memstream(&text, &len);
    jb_demonstration_line(out);
    jb_demonstration_set();
    for (enum jb_output output = JB_OUT_TABLE; output <= JB_OUT_JSON; output++) {
        jb_table *table = jb_table_new(two, 2);
        jb_table_cell(table, "1");
        jb_table_cell(table, NULL);
        jb_table_end_row(table);
        jb_table_print(table, output, NULL, out);
        jb_table_free(table);
    }
    jb_demonstration_line(out);
    fclose(out);
    assert_string_equal(text, "演示数据: all of it is invented and stands for no real place or "
                              "body\nA  b\n-  -\n1\na,b,demonstration\n1,,演示数据\n"
                              "{\n  \"rows\": [\n    {\n      \"a\": \"1\",\n      \"b\": null,\n"
                              "      \"demonstration\": \"演示数据\"\n    }\n  ]\n}\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_three_outputs_are_right),
        cmocka_unit_test(an_empty_table_has_its_head),
        cmocka_unit_test(widths_follow_the_script),
        cmocka_unit_test(lines_end_where_they_may),
        cmocka_unit_test(a_narrow_terminal_wraps_names_and_not_figures),
        cmocka_unit_test(sparks_scale_and_leave_gaps),
        cmocka_unit_test(outputs_have_names),
        cmocka_unit_test(demonstration_data_say_so_in_every_output),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
