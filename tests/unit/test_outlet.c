/* Where output goes: forms and files by name, encodings, all or nothing, tables as workbooks. */
#include "jb_test.h"

#include <stdlib.h>
#include <unistd.h>

#include "files/encoding.h"
#include "files/outlet.h"
#include "files/table_book.h"
#include "files/workbook.h"

static char dir[] = "/tmp/jb-outlet-XXXXXX";
static char path[64];

static int make_dir(void **state)
{
    (void)state;
    return mkdtemp(dir) ? 0 : 1;
}

static int drop_dir(void **state)
{
    (void)state;
    return rmdir(dir);
}

static const char *file(const char *name)
{
    snprintf(path, sizeof(path), "%s/%s", dir, name);
    return path;
}

static void forms_and_files_are_known_by_their_words(void **state)
{
    static const struct {
        const char *text;
        enum jb_outlet_form form;
        bool file;
    } good[] = {
        {"table", JB_FORM_TABLE, false},    {"csv", JB_FORM_CSV, false},
        {"json", JB_FORM_JSON, false},      {"xlsx", JB_FORM_XLSX, false},
        {"sdmx-csv", JB_FORM_SDMX, false},  {"a.csv", JB_FORM_CSV, true},
        {"a.sdmx.csv", JB_FORM_SDMX, true}, {"季报.XLSX", JB_FORM_XLSX, true},
        {"d/x.json", JB_FORM_JSON, true},   {"x.txt", JB_FORM_TABLE, true},
    };
    static const char *const bad[] = {"", "xml", ".csv", "a.xls", "CSV", "a.csv.gz"};
    (void)state;
    for (size_t i = 0; i < JB_COUNT(good); i++) {
        struct jb_outlet outlet = {0};
        assert_int_equal(jb_outlet_parse(good[i].text, &outlet), JB_OK);
        assert_int_equal(outlet.form, good[i].form);
        assert_int_equal(outlet.path != NULL, good[i].file);
    }
    for (size_t i = 0; i < JB_COUNT(bad); i++) {
        struct jb_outlet outlet = {0};
        assert_int_equal(jb_outlet_parse(bad[i], &outlet), JB_EINVAL);
    }
}

/* The bytes of a file that `text` was printed to, and the file is gone. */
static char *written(const struct jb_outlet *asked, const char *text, size_t *ret_len)
{
    char why[256] = "";
    uint8_t *bytes = NULL;
    assert_true(jb_outlet_open(asked, why, sizeof(why)));
    fputs(text, stdout);
    assert_true(jb_outlet_close(true, why, sizeof(why)));
    assert_int_equal(jb_read_file(asked->path, 1 << 20, &bytes, ret_len), JB_OK);
    unlink(asked->path);
    return (char *)bytes;
}

static void csv_in_a_file_is_for_people_unless_asked_otherwise(void **state)
{
    static const char text[] = "名,b\n\"x\ny\",\"a\"\"b\"\n";
    static const struct {
        enum jb_outlet_form form;
        enum jb_outlet_encoding encoding;
        const char *bytes;
    } cases[] = {
        {JB_FORM_CSV, JB_OUTLET_DEFAULT, "\xef\xbb\xbf名,b\r\n\"x\ny\",\"a\"\"b\"\r\n"},
        {JB_FORM_CSV, JB_OUTLET_UTF8, text},
        {JB_FORM_CSV, JB_OUTLET_GB18030, "\xc3\xfb,b\r\n\"x\ny\",\"a\"\"b\"\r\n"},
        {JB_FORM_SDMX, JB_OUTLET_DEFAULT, "名,b\r\n\"x\ny\",\"a\"\"b\"\r\n"},
        {JB_FORM_TABLE, JB_OUTLET_DEFAULT, text},
        {JB_FORM_JSON, JB_OUTLET_DEFAULT, text},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        size_t len = 0;
        struct jb_outlet asked = {cases[i].form, cases[i].encoding, file("out")};
        char *bytes = written(&asked, text, &len);
        assert_int_equal(len, strlen(cases[i].bytes));
        assert_memory_equal(bytes, cases[i].bytes, len);
        free(bytes);
    }
}

static void what_failed_leaves_the_file_as_it_was(void **state)
{
    struct jb_outlet asked = {JB_FORM_CSV, JB_OUTLET_DEFAULT, file("out.csv")};
    char why[256] = "";
    uint8_t *bytes = NULL;
    size_t len = 0;
    FILE *real = stdout;
    (void)state;
    assert_int_equal(jb_write_file(path, JB_LIT("old")), JB_OK);
    assert_true(jb_outlet_open(&asked, why, sizeof(why)));
    fputs("half", stdout);
    assert_true(jb_outlet_close(false, why, sizeof(why)));
    assert_ptr_equal(stdout, real);
    assert_int_equal(jb_read_file(path, 100, &bytes, &len), JB_OK);
    assert_int_equal(len, 3);
    free(bytes);
    unlink(path);
    asked.path = "/nowhere/out.csv";
    assert_true(jb_outlet_open(&asked, why, sizeof(why)));
    assert_false(jb_outlet_close(true, why, sizeof(why)));
    assert_non_null(strstr(why, "/nowhere/out.csv"));
}

static void what_does_not_go_together_is_refused(void **state)
{
    struct jb_outlet asked = {JB_FORM_JSON, JB_OUTLET_GB18030, "out.json"};
    char why[256] = "";
    (void)state;
    assert_false(jb_outlet_open(&asked, why, sizeof(why)));
    assert_true(why[0] != '\0');
    asked = (struct jb_outlet){JB_FORM_CSV, JB_OUTLET_DEFAULT, NULL};
    assert_true(jb_outlet_is_plain(&asked)); /* what scripts read stays as it is */
}

static void numbers_are_told_from_texts(void **state)
{
    static const struct {
        const char *cell, *before, *number, *behind; /* number NULL: text */
    } cases[] = {
        {"461余", "", "461", "余"},
        {">78000", ">", "78000", ""},
        {"-12.50", "", "-12.50", ""},
        {"13.29%", "", "13.29", "%"},
        {"+0.5个百分点", "+", "0.5", "个百分点"},
        {"约-3", "约", "-3", ""},
        {"0", "", "0", ""},
        {"0.0272余", "", "0.0272", "余"},
        {"不低于20", "不低于", "20", ""},
        {"4/4", NULL, NULL, NULL},
        {"2023-06-30", NULL, NULL, NULL},
        {"2023-Q2", NULL, NULL, NULL},
        {"007", NULL, NULL, NULL},
        {"—", NULL, NULL, NULL},
        {"", NULL, NULL, NULL},
        {"不可计算", NULL, NULL, NULL},
        {"1.2.3", NULL, NULL, NULL},
        {"5\"", NULL, NULL, NULL},
        {"=1", "=", "1", ""},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_cell_number parts;
        bool number = jb_cell_number_parse(jb_slice_str(cases[i].cell), &parts);
        assert_int_equal(number, cases[i].number != NULL);
        if (!number)
            continue;
        assert_true(jb_slice_is(parts.before, cases[i].before));
        assert_true(jb_slice_is(parts.number, cases[i].number));
        assert_true(jb_slice_is(parts.behind, cases[i].behind));
    }
}

static void a_table_becomes_a_sheet_with_numbers(void **state)
{
    static const struct jb_column columns[] = {
        {.key = "unit", .title = "单位"},
        {.key = "value", .title = "数值", .align = JB_RIGHT},
        {.key = "code", .csv_only = true},
    };
    static const char *const cells[][3] = {{"司法局", NULL, NULL},
                                           {"  =1+1", "461余", "x"},
                                           {"017", "1234567890123456789", "y"},
                                           {"a", "—", "z"}};
    struct jb_outlet asked = {JB_FORM_XLSX, JB_OUTLET_DEFAULT, file("out.xlsx")};
    jb_table *table = jb_table_new(columns, JB_COUNT(columns));
    struct jb_workbook book;
    struct jb_fault fault = {0};
    uint8_t *bytes = NULL;
    size_t len = 0;
    char why[256] = "";
    (void)state;
    for (size_t row = 0; row < JB_COUNT(cells); row++) {
        for (size_t i = 0; i < JB_COUNT(columns); i++)
            jb_table_cell(table, cells[row][i]);
        jb_table_end_row(table);
    }
    assert_true(jb_outlet_open(&asked, why, sizeof(why)));
    fputs("濉溪县\n", stdout);
    jb_table_print(table, JB_OUT_TABLE, NULL, stdout);
    jb_table_print(table, JB_OUT_TABLE, NULL, stdout);
    fputs("foot\n", stdout);
    assert_true(jb_outlet_close(true, why, sizeof(why)));
    jb_table_free(table);
    assert_int_equal(jb_read_file(asked.path, 1 << 20, &bytes, &len), JB_OK);
    assert_int_equal(jb_workbook_read(jb_slice_of(bytes, len), &book, &fault), JB_OK);
    assert_int_equal(book.sheet_count, 2);
    const struct jb_sheet *first = &book.sheets[0], *second = &book.sheets[1];
    assert_string_equal((const char *)jb_sheet_at(first, 0, 0)->text.ptr, "濉溪县");
    assert_string_equal((const char *)jb_sheet_at(first, 1, 1)->text.ptr, "数值");
    assert_string_equal((const char *)jb_sheet_at(first, 2, 0)->text.ptr, "司法局");
    const struct jb_sheet_cell *formula = jb_sheet_at(first, 3, 0),
                               *number = jb_sheet_at(first, 3, 1);
    assert_string_equal((const char *)formula->text.ptr, "=1+1");
    assert_int_equal(formula->kind, JB_SHEET_TEXT);
    assert_false(formula->formula);
    assert_int_equal(number->kind, JB_SHEET_NUMBER);
    assert_string_equal((const char *)number->text.ptr, "461");
    assert_int_equal(jb_sheet_at(first, 4, 0)->kind, JB_SHEET_TEXT); /* a code stays a code */
    assert_int_equal(jb_sheet_at(first, 4, 1)->kind, JB_SHEET_TEXT); /* exact, so no number */
    assert_string_equal((const char *)jb_sheet_at(first, 5, 1)->text.ptr, "—");
    assert_null(jb_sheet_at(first, 1, 2));
    assert_string_equal((const char *)jb_sheet_at(second, 5, 0)->text.ptr, "foot");
    jb_workbook_free(&book);
    free(bytes);
    unlink(asked.path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_and_files_are_known_by_their_words),
        cmocka_unit_test(csv_in_a_file_is_for_people_unless_asked_otherwise),
        cmocka_unit_test(what_failed_leaves_the_file_as_it_was),
        cmocka_unit_test(what_does_not_go_together_is_refused),
        cmocka_unit_test(numbers_are_told_from_texts),
        cmocka_unit_test(a_table_becomes_a_sheet_with_numbers),
    };
    return cmocka_run_group_tests(tests, make_dir, drop_dir);
}
