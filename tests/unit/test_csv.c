/* CSV in and out: fields, lines, comments, separators, limits, and cells that a spreadsheet would
 * run. */
#include "jb_test.h"

#include "base/buf.h"
#include "base/limits.h"
#include "files/csv.h"

/* The parsed rows as text: "line:field|field;" a row. */
static char *show(struct jb_slice text, char separator)
{
    struct jb_csv csv;
    struct jb_buf out;
    uint32_t line = 0;
    jb_buf_init(&out, 1 << 20);
    jb_err err = jb_csv_parse(text, separator, &csv, &line);
    if (err) {
        jb_buf_printf(&out, "%s@%u", jb_err_name(err), line);
    } else {
        for (uint32_t i = 0; i < csv.comment_count; i++)
            jb_buf_printf(&out, "#%s;", csv.comments[i]);
        for (uint32_t i = 0; i < csv.row_count; i++) {
            jb_buf_printf(&out, "%u:", csv.rows[i].line);
            for (uint32_t f = 0; f < csv.rows[i].field_count; f++)
                jb_buf_printf(&out, f ? "|%.*s" : "%.*s", JB_ARG(csv.rows[i].fields[f]));
            jb_buf_put_str(&out, ";");
        }
        jb_csv_free(&csv);
    }
    jb_buf_put_u8(&out, 0);
    return (char *)out.ptr;
}

static void rows_and_lines_are_found(void **state)
{
    static const struct {
        const char *text;
        char separator;
        const char *rows;
    } cases[] = {
        {"", 0, ""},
        {"\n\r\n\n", 0, ""},
        {"a,b\n1,2\n", 0, "1:a|b;2:1|2;"},
        {"a,b\r\n1,2", 0, "1:a|b;2:1|2;"},
        {"a,b\r1,2\r", 0, "1:a|b;2:1|2;"},
        {"a;b\n1,5;2\n", 0, "1:a|b;2:1,5|2;"},
        {"a\tb,c\td\n1\t2\t3\n", 0, "1:a|b,c|d;2:1|2|3;"},
        {"a,b;c\n", ';', "1:a,b|c;"},
        {"\"a;b;c\",d\n1,2\n", 0,
         "1:a;b;c|d;2:1|2;"}, /* separators inside quotes are not counted */
        {"one\n2\n", 0, "1:one;2:2;"},
        {"a,b\n\n,\n \t,\n\"\",\n1,\n", 0,
         "1:a|b;6:1|;"}, /* empty rows are left out, lines are not */
        {"a,b\n\"x\ny\r\nz\",2\n3,4\n", 0, "1:a|b;2:x\ny\r\nz|2;5:3|4;"},
        {"a,b\n\n\n\"x\n\n\n\",2\n3,4\n", 0, "1:a|b;4:x\n\n\n|2;8:3|4;"},
        {" a , b\n 1 ,\t2 \n", 0, "1: a | b;2: 1 |\t2 ;"},
        {"a,\"say \"\"hi\"\"\"\n", 0, "1:a|say \"hi\";"},
        {"# jibao form\r\n\n#no,te,,,\n\"# a, b\",,\n#\na,b\n#c,d\n", 0,
         "#jibao form;#no,te;#a, b;#;6:a|b;7:#c|d;"},
        {"单位,数值\n市场监管局,12402\n", 0, "1:单位|数值;2:市场监管局|12402;"},
        {"a,b\n1\n1,2,3\n", 0, "1:a|b;2:1;3:1|2|3;"},
        /* refused */
        {"a,b\n1,\"open\n2\n", 0, "invalid@2"},
        {"a,b\n\n1,x\"y\n", 0, "invalid@3"},
        {"a,b\n\"x\"y,1\n", 0, "invalid@2"},
        {"a,b\n1,\xff\n", 0, "invalid@2"},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        char *rows = show(jb_slice_str(cases[i].text), cases[i].separator);
        assert_string_equal(rows, cases[i].rows);
        free(rows);
    }
    char *rows = show(JB_LIT("a\n1\0\n"), 0);
    assert_string_equal(rows, "invalid@2");
    free(rows);
}

static void assert_shown(struct jb_buf *text, const char *expected)
{
    assert_false(text->failed);
    char *rows = show(jb_buf_slice(text), ',');
    if (strcmp(expected, "ok") != 0)
        assert_string_equal(rows, expected);
    else
        assert_null(strstr(rows, "@"));
    free(rows);
    jb_buf_clear(text);
}

static void limits_are_exact(void **state)
{
    struct jb_buf text;
    struct jb_csv csv;
    uint32_t line;
    (void)state;
    jb_buf_init(&text, 4 << 20);
    for (int over = 0; over < 2; over++) {
        jb_buf_put_str(&text, "h\n");
        for (int i = 0; i < JB_FILE_FIELD_BYTES_MAX + over; i++)
            jb_buf_put_u8(&text, 'x');
        assert_shown(&text, over ? "limit@2" : "ok");
        for (int i = 0; i < JB_FILE_COLUMNS_MAX - 1 + over; i++)
            jb_buf_put_u8(&text, ',');
        jb_buf_put_u8(&text, 'x');
        assert_shown(&text, over ? "limit@1" : "ok");
        for (int i = 0; i < JB_FILE_COMMENTS_MAX + over; i++)
            jb_buf_put_str(&text, "#\n");
        assert_shown(&text, over ? "limit@1001" : "ok");
        for (int i = 0; i < JB_FILE_ROWS_MAX + 1 + over; i++)
            jb_buf_put_str(&text, "1,2\n");
        jb_err err = jb_csv_parse(jb_buf_slice(&text), 0, &csv, &line);
        if (over) {
            assert_int_equal(err, JB_ERANGE);
            assert_int_equal(line, JB_FILE_ROWS_MAX + 2);
        } else {
            assert_int_equal(err, JB_OK);
            assert_int_equal(csv.row_count, JB_FILE_ROWS_MAX + 1);
            jb_csv_free(&csv);
        }
        jb_buf_clear(&text);
    }
    jb_buf_free(&text);
}

static void written_fields_are_safe_and_come_back(void **state)
{
    static const struct {
        const char *field;
        bool is_number;
        const char *written;
    } cases[] = {
        {"", false, ""},
        {"plain", false, "plain"},
        {"a,b", false, "\"a,b\""},
        {"a\"b", false, "\"a\"\"b\""},
        {"a\nb", false, "\"a\nb\""},
        {" a", false, "\" a\""},
        {"#a", false, "\"#a\""},
        {"=1+1", false, "'=1+1"},
        {"@x", false, "'@x"},
        {"+1,2", false, "\"'+1,2\""},
        {"-5", false, "'-5"},
        {"-5", true, "-5"},
        {"\tx", false, "\"'\tx\""},
        {"季报", false, "季报"},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        char *text = NULL;
        size_t len;
        FILE *out = open_memstream(&text, &len);
        jb_csv_put_field(out, jb_slice_str(cases[i].field), cases[i].is_number, false);
        jb_csv_put_field(out, JB_LIT("end"), false, true);
        fclose(out);
        char *expected = jb_xasprintf("%s,end\n", cases[i].written);
        assert_string_equal(text, expected);
        free(expected);
        free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_and_lines_are_found),
        cmocka_unit_test(limits_are_exact),
        cmocka_unit_test(written_fields_are_safe_and_come_back),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
