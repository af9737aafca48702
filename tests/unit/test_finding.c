/* Findings: the list's limit and its counts, the words of every code, and what is printed. */
#include "jb_test.h"

#include "model/finding.h"

static void every_code_has_words(void **state)
{
    (void)state;
    for (int i = 0; i < JB_F_COUNT_; i++) {
        enum jb_finding_code code = (enum jb_finding_code)i;
        assert_true(jb_code_valid(jb_slice_str(jb_finding_code_name(code))));
        assert_true(strlen(jb_finding_sentence(code)) > 5);
        if (i > 0)
            assert_true(strlen(jb_finding_advice(code)) > 5);
        for (int k = 0; k < i; k++)
            assert_string_not_equal(jb_finding_code_name((enum jb_finding_code)k),
                                    jb_finding_code_name(code));
    }
    assert_string_equal(jb_finding_code_name(JB_F_UNKNOWN_INDICATOR), "unknown_indicator");
    assert_string_equal(jb_finding_code_name(JB_F_FORM_AMBIGUOUS), "form_ambiguous");
    assert_string_equal(jb_finding_code_name((enum jb_finding_code)9999), "internal");
    assert_true(jb_finding_retry_helps(JB_F_TRY_LATER));
    assert_true(jb_finding_retry_helps(JB_F_BUSY));
    assert_false(jb_finding_retry_helps(JB_F_NEGATIVE));
}

static void strings_are_copied(void **state)
{
    struct jb_findings list, other;
    char got[] = "12O4";

    (void)state;
    jb_findings_init(&list);
    jb_findings_init(&other);
    jb_findings_add(&list,
                    &(struct jb_finding){
                        .code = JB_F_VALUE_SYNTAX, .severity = JB_ERROR, .row = 3, .got = got});
    memset(got, 'x', 4);
    assert_string_equal(list.items[0].got, "12O4");
    assert_string_equal(list.items[0].hint, "");
    assert_string_equal(list.items[0].file, "");
    jb_findings_append(&other, &list);
    jb_findings_clear(&list);
    assert_int_equal(list.count + list.total + list.errors, 0);
    jb_findings_free(&list);
    assert_string_equal(other.items[0].got, "12O4");
    assert_int_equal(other.errors, 1);
    jb_findings_free(&other);
}

static void they_are_sorted_by_place(void **state)
{
    static const uint32_t places[][2] = {{9, 9}, {8, 5}, {2, 3}, {8, 1}, {2, 3}, {0, 0}};
    static const uint32_t order[] = {0, 5, 2, 4, 3, 1};
    struct jb_findings list;

    (void)state;
    jb_findings_init(&list);
    for (uint32_t i = 0; i < JB_COUNT(places); i++) {
        char got[8];
        snprintf(got, sizeof(got), "%u", i);
        jb_findings_add(&list, &(struct jb_finding){.code = JB_F_NEGATIVE,
                                                    .severity = JB_ERROR,
                                                    .row = places[i][0],
                                                    .column = places[i][1],
                                                    .got = got});
    }
    jb_findings_sort(&list, 1); /* the first belongs to another file */
    for (uint32_t i = 0; i < list.count; i++)
        assert_int_equal(list.items[i].got[0] - '0', order[i]);
    jb_findings_sort(&list, list.count);
    jb_findings_free(&list);
}

static void a_stale_submission_shows_both_sides(void **state)
{
    struct jb_findings list;
    char *text = NULL;
    size_t len;

    (void)state;
    jb_findings_init(&list);
    jb_findings_add(&list, &(struct jb_finding){.code = JB_F_STALE,
                                                .severity = JB_ERROR,
                                                .got = "17030 provisional",
                                                .expected = "17026 estimated"});
    FILE *out = open_memstream(&text, &len);
    jb_findings_print(&list, out);
    fclose(out);
    assert_non_null(
        strstr(text, "    submitted: 17030 (provisional)\n    standing: 17026 (estimated)\n"));
    free(text);
    jb_findings_free(&list);
}

static void beyond_the_limit_they_are_counted(void **state)
{
    struct jb_findings list, other;
    struct jb_finding finding = {.code = JB_F_NEGATIVE, .severity = JB_ERROR, .unit = "justice"};

    (void)state;
    jb_findings_init(&list);
    jb_findings_init(&other);
    for (uint32_t i = 0; i < JB_FINDINGS_MAX + 5; i++) {
        finding.row = i + 1;
        finding.severity = i % 2 ? JB_NOTICE : JB_ERROR;
        jb_findings_add(&list, &finding);
    }
    assert_int_equal(list.count, JB_FINDINGS_MAX);
    assert_int_equal(list.total, JB_FINDINGS_MAX + 5);
    assert_int_equal(list.errors, JB_FINDINGS_MAX / 2 + 3);
    assert_int_equal(list.items[JB_FINDINGS_MAX - 1].row, JB_FINDINGS_MAX);
    jb_findings_append(&other, &list);
    jb_findings_append(&other, &list);
    assert_int_equal(other.count, JB_FINDINGS_MAX);
    assert_int_equal(other.total, 2 * (JB_FINDINGS_MAX + 5));
    assert_int_equal(other.errors, 2 * (JB_FINDINGS_MAX / 2 + 3));
    jb_findings_free(&list);
    jb_findings_free(&other);
}

static char *printed(const struct jb_findings *list)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    jb_findings_print(list, out);
    fclose(out);
    return text;
}

static void a_print_says_where_and_what_to_do(void **state)
{
    struct jb_findings list;
    char *text;

    (void)state;
    jb_findings_init(&list);
    jb_findings_add(&list, &(struct jb_finding){.code = JB_F_VALUE_SYNTAX,
                                                .severity = JB_ERROR,
                                                .file = "q2.csv",
                                                .row = 3,
                                                .column = 5,
                                                .column_name = "value",
                                                .unit = "justice",
                                                .period = "2023-Q2",
                                                .got = "12O4\x1b[2J\xc2\x9b",
                                                .hint = "1204"});
    list.total += 2;
    text = printed(&list);
    assert_non_null(strstr(text, "error q2.csv line 3, column 5 [value] justice 2023-Q2: "));
    assert_non_null(strstr(text, "(value_syntax)"));
    assert_non_null(strstr(text, "12O4?[2J?"));
    assert_null(strchr(text, 0x1b));
    assert_non_null(strstr(text, "1204"));
    assert_non_null(strstr(text, jb_finding_advice(JB_F_VALUE_SYNTAX)));
    assert_non_null(strstr(text, "2 more"));
    free(text);
    jb_findings_free(&list);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_words),
        cmocka_unit_test(strings_are_copied),
        cmocka_unit_test(they_are_sorted_by_place),
        cmocka_unit_test(a_stale_submission_shows_both_sides),
        cmocka_unit_test(beyond_the_limit_they_are_counted),
        cmocka_unit_test(a_print_says_where_and_what_to_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
