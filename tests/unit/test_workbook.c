/* What is written is read back: numbers, texts that would be formulas, the bytes themselves. What
 * other programs save, and what is hostile, is the corpus of fuzz.workbook and e2e.workbooks. */
#include "jb_test.h"

#include <xlsxwriter.h>

#include "base/limits.h"
#include "files/workbook.h"
#include "files/workbook_number.h"
#include "files/workbook_write.h"

struct made {
    uint8_t *bytes;
    size_t len;
};

static struct made finish(jb_book *book)
{
    struct made made = {0};

    assert_int_equal(jb_book_finish(&book, &made.bytes, &made.len), JB_OK);
    assert_null(book);
    return made;
}

static struct jb_workbook read_back(const struct made *made)
{
    struct jb_fault fault = {0};
    struct jb_workbook workbook;
    jb_err err = jb_workbook_read(jb_slice_of(made->bytes, made->len), &workbook, &fault);

    if (err)
        fail_msg("%s %s", fault.what, fault.place);
    return workbook;
}

static void assert_cell(const struct jb_sheet *sheet, uint32_t row, uint32_t column,
                        enum jb_sheet_kind kind, const char *text)
{
    const struct jb_sheet_cell *cell = jb_sheet_at(sheet, row, column);

    assert_non_null(cell);
    assert_int_equal(cell->kind, kind);
    assert_string_equal((const char *)cell->text.ptr, text);
}

static void texts_never_become_formulas(void **state)
{
    static const char *const texts[] = {"=1+1", "+1",   "-1",       "@SUM(A1)",       "\t=1",
                                        "\r=1", "工作", "http://a", "_x000D__x005f_", " blanks "};

    (void)state;
    for (int streaming = 0; streaming < 2; streaming++) {
        jb_book *book = jb_book_new(streaming != 0);
        jb_page *page = jb_book_page(book, "表", NULL);
        for (uint32_t i = 0; i < JB_COUNT(texts); i++)
            jb_page_text(page, i, 1, jb_slice_str(texts[i]), NULL);
        struct made made = finish(book);
        struct jb_workbook workbook = read_back(&made);
        const struct jb_sheet *sheet = jb_workbook_sheet(&workbook, "表");
        assert_non_null(sheet);
        assert_int_equal(sheet->cell_count, JB_COUNT(texts));
        for (uint32_t i = 0; i < JB_COUNT(texts); i++) {
            assert_cell(sheet, i, 1, JB_SHEET_TEXT, texts[i]);
            assert_false(jb_sheet_at(sheet, i, 1)->formula);
        }
        jb_workbook_free(&workbook);
        free(made.bytes);
    }
}

/* Every decimal of up to 15 digits comes back as it was written; of the others none is a number. */
static void numbers_come_back(void **state)
{
    static const char *const survivors[] = {"0",
                                            "1",
                                            "-1",
                                            "0.1",
                                            "-2299.13",
                                            "9.95",
                                            "999999999999999",
                                            "-0.000000001",
                                            "12402",
                                            "123456789012345",
                                            "0.123456789012345",
                                            "100000000000000",
                                            "2299.130"};
    static const char *const others[] = {
        "1234567890123456", "0.1234567890123456", "abc", "", "1e5", "1.", "-", "=1"};
    uint64_t seed = 20230630;
    char text[64];

    (void)state;
    for (size_t i = 0; i < JB_COUNT(survivors); i++)
        assert_true(jb_workbook_number_survives(jb_slice_str(survivors[i])));
    for (size_t i = 0; i < JB_COUNT(others); i++)
        assert_false(jb_workbook_number_survives(jb_slice_str(others[i])));
    jb_book *book = jb_book_new(true);
    jb_page *page = jb_book_page(book, "numbers", NULL);
    for (uint32_t row = 0; row < 20000; row++) {
        uint64_t digits = (seed = seed * 6364136223846793005u + 1442695040888963407u) >> 12;
        uint64_t mantissa = digits % (uint64_t)1000000000000000;
        unsigned scale = row % 10;
        for (unsigned cut = row / 10 % 15; cut; cut--)
            mantissa /= 10;
        uint64_t power = 1;
        for (unsigned i = 0; i < scale; i++)
            power *= 10;
        if (scale)
            snprintf(text, sizeof(text), "%s%llu.%0*llu", row & 1 ? "-" : "",
                     (unsigned long long)(mantissa / power), (int)scale,
                     (unsigned long long)(mantissa % power));
        else
            snprintf(text, sizeof(text), "%llu", (unsigned long long)mantissa);
        jb_page_text(page, row, 0, jb_slice_str(text), NULL);
        jb_page_number(page, row, 1, jb_slice_str(text), NULL);
    }
    struct made made = finish(book);
    struct jb_workbook workbook = read_back(&made);
    const struct jb_sheet *sheet = &workbook.sheets[0];
    assert_int_equal(sheet->cell_count, 40000);
    for (uint32_t row = 0; row < 20000; row++) {
        const struct jb_sheet_cell *cell = jb_sheet_at(sheet, row, 1);
        char *want = strdup((const char *)jb_sheet_at(sheet, row, 0)->text.ptr);
        if (strchr(want, '.')) {
            for (size_t len = strlen(want); want[len - 1] == '0'; len--)
                want[len - 1] = 0;
            if (want[strlen(want) - 1] == '.')
                want[strlen(want) - 1] = 0;
        }
        assert_int_equal(cell->kind, JB_SHEET_NUMBER);
        assert_false(cell->imprecise);
        assert_string_equal((const char *)cell->text.ptr, strcmp(want, "-0") == 0 ? "0" : want);
        free(want);
    }
    jb_workbook_free(&workbook);
    free(made.bytes);
}

static struct made make_form(void)
{
    static const char *const words[] = {"不涉及", "撤回"};
    struct jb_look title = {
        .font = JB_FONT_HEI, .size = 16, .bold = true, .align = JB_ALIGN_CENTER};
    struct jb_look input = {.border = true, .unlocked = true, .paper = 0xfff8dc};
    jb_book *book = jb_book_new(false);
    jb_page *page = jb_book_page(book, "表 1", NULL);

    jb_page_merge(page, (struct jb_sheet_range){0, 0, 0, 4}, JB_LIT("标题"), &title);
    jb_page_width(page, 0, 0, 40);
    jb_page_height(page, 1, 30);
    jb_page_text(page, 1, 0, JB_LIT("案件数"), NULL);
    jb_page_number(page, 1, 1, JB_LIT("12"), &input);
    jb_page_number(page, 2, 1, JB_LIT("123456789012345678"), &input);
    jb_page_choices(page, (struct jb_sheet_range){1, 1, 2, 1}, words, 2, false, "案件数", "件");
    jb_page_comment(page, 1, 1, "查一查");
    jb_page_hide_columns(page, 6, 7);
    jb_page_text(page, 1, 6, JB_LIT("code"), NULL);
    jb_page_freeze(page, 1, 0);
    jb_page_print(page, false, 0, 0, "&C&P / &N");
    jb_page_protect(page);
    return finish(book);
}

static void a_form_is_read_as_it_was_made(void **state)
{
    struct made made = make_form(), again = make_form();
    struct jb_workbook workbook = read_back(&made);
    const struct jb_sheet *sheet = jb_workbook_sheet(&workbook, "表 1");

    (void)state;
    assert_int_equal(made.len, again.len);
    assert_memory_equal(made.bytes, again.bytes, made.len);
    assert_cell(sheet, 0, 0, JB_SHEET_TEXT, "标题");
    assert_cell(sheet, 1, 1, JB_SHEET_NUMBER, "12");
    assert_cell(sheet, 2, 1, JB_SHEET_TEXT, "123456789012345678");
    assert_true(jb_sheet_at(sheet, 1, 6)->hidden);
    assert_false(jb_sheet_at(sheet, 1, 1)->hidden);
    assert_null(jb_sheet_at(sheet, 9, 9));
    assert_non_null(jb_sheet_merge_at(sheet, 0, 3));
    assert_null(jb_sheet_merge_at(sheet, 1, 3));
    assert_false(workbook.macros || workbook.external_links || workbook.from_1904);
    jb_workbook_free(&workbook);
    free(made.bytes);
    free(again.bytes);
}

static void names_of_sheets_are_made_to_fit(void **state)
{
    static const char long_name[] =
        "一二三四五六七八九十一二三四五六七八九十一二三四五六七八九十一二三四五";
    const char *first, *second, *third, *fourth;
    jb_book *book = jb_book_new(false);

    (void)state;
    jb_book_page(book, "a/b", &first);
    jb_book_page(book, "A:B", &second);
    jb_book_page(book, long_name, &third);
    jb_book_page(book, long_name, &fourth);
    assert_string_equal(first, "a_b");
    assert_string_equal(second, "A_B (2)");
    assert_int_equal(strlen(third), 31 * 3);
    assert_string_not_equal(third, fourth);
    struct made made = finish(book);
    struct jb_workbook workbook = read_back(&made);
    assert_int_equal(workbook.sheet_count, 4);
    jb_workbook_free(&workbook);
    free(made.bytes);
}

static void what_does_not_fit_is_told_at_the_end(void **state)
{
    char *text = malloc(40001);
    jb_book *book = jb_book_new(false);
    uint8_t *bytes = NULL;
    size_t len = 0;

    (void)state;
    memset(text, 'a', 40000);
    text[40000] = 0;
    jb_page_text(jb_book_page(book, "x", NULL), 0, 0, jb_slice_str(text), NULL);
    assert_int_equal(jb_book_finish(&book, &bytes, &len), JB_ERANGE);
    assert_null(bytes);
    book = jb_book_new(false);
    jb_page_text(jb_book_page(book, "x", NULL), JB_SHEET_ROWS_MAX, 0, JB_LIT("a"), NULL);
    assert_int_equal(jb_book_finish(&book, &bytes, &len), JB_ERANGE);
    jb_book_free(jb_book_new(false));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_never_become_formulas),
        cmocka_unit_test(numbers_come_back),
        cmocka_unit_test(a_form_is_read_as_it_was_made),
        cmocka_unit_test(names_of_sheets_are_made_to_fit),
        cmocka_unit_test(what_does_not_fit_is_told_at_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
