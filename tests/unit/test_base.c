/* Slices, UTF-8, codes, error names, checked memory, and the log's escaping. */
#include "jb_test.h"

#include "base/base.h"
#include "base/limits.h"
#include "base/log.h"

static void errors_have_names(void **state)
{
    (void)state;
    assert_string_equal(jb_err_name(JB_OK), "ok");
    assert_string_equal(jb_err_name((jb_err)999), "unknown");
    for (int e = JB_OK; e <= JB_EVERSION; e++) {
        for (int other = JB_OK; other < e; other++)
            assert_string_not_equal(jb_err_name((jb_err)e), jb_err_name((jb_err)other));
    }
}

static void bytes_are_ordered_by_value_then_length(void **state)
{
    (void)state;
    assert_true(jb_slice_cmp(JB_LIT("a"), JB_LIT("b")) < 0);
    assert_true(jb_slice_cmp(JB_LIT("\xff"), JB_LIT("a")) > 0);
    assert_true(jb_slice_cmp(JB_LIT("a"), JB_LIT("ab")) < 0);
    assert_true(jb_slice_cmp(JB_LIT("a"), JB_LIT("")) > 0);
    assert_int_equal(jb_slice_cmp(jb_slice_of(NULL, 0), JB_LIT("")), 0);
    assert_true(jb_slice_is(jb_slice_of(NULL, 0), ""));
    assert_false(jb_slice_is(JB_LIT("ab"), "a"));
}

static void only_strict_utf8_is_valid(void **state)
{
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        {"", true},
        {"plain", true},
        {"季报 données", true},
        {"\x7f", true},
        {"\xc2\x80", true},
        {"\xef\xbf\xbf", true},
        {"\xf0\x90\x80\x80", true},
        {"\xf4\x8f\xbf\xbf", true},
        {"\xc0\x80", false},         /* overlong NUL */
        {"\xc1\xbf", false},         /* overlong */
        {"\xe0\x9f\xbf", false},     /* overlong */
        {"\xf0\x8f\xbf\xbf", false}, /* overlong */
        {"\xed\xa0\x80", false},     /* surrogate */
        {"\xf4\x90\x80\x80", false}, /* past the end */
        {"\xf5\x80\x80\x80", false},
        {"\x80", false},
        {"\xe5\xad", false}, /* cut */
        {"\xe5\x41\x41", false},
        {"\xe5\xad\x41", false},
        {"\xff", false},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++)
        assert_int_equal(jb_utf8_valid(jb_slice_str(cases[i].text)), cases[i].valid);
    assert_false(jb_utf8_valid(JB_LIT("a\0b")));
}

static void characters_are_taken_one_at_a_time(void **state)
{
    uint32_t point = 7;
    (void)state;
    assert_int_equal(jb_utf8_decode(JB_LIT("季报"), &point), 3);
    assert_int_equal(point, 0x5b63);
    assert_int_equal(jb_utf8_decode(JB_LIT("\xf0\x9f\x93\x88"), &point), 4);
    assert_int_equal(point, 0x1f4c8);
    assert_int_equal(jb_utf8_decode(JB_LIT(""), &point), 0);
    assert_int_equal(jb_utf8_decode(JB_LIT("\xff"), &point), 0);
    assert_int_equal(jb_utf8_decode(JB_LIT("\0"), &point), 0);
    assert_int_equal(point, 0x1f4c8);
}

static void codes_have_one_form(void **state)
{
    char text[JB_CODE_BYTES_MAX + 2];
    (void)state;
    assert_true(jb_code_valid(JB_LIT("town.01_a-b")));
    assert_false(jb_code_valid(JB_LIT("")));
    assert_false(jb_code_valid(JB_LIT("Town")));
    assert_false(jb_code_valid(JB_LIT("a b")));
    assert_false(jb_code_valid(JB_LIT("季")));
    memset(text, 'a', sizeof(text));
    assert_true(jb_code_valid(jb_slice_of(text, JB_CODE_BYTES_MAX)));
    assert_false(jb_code_valid(jb_slice_of(text, JB_CODE_BYTES_MAX + 1)));
}

static void checked_memory_is_never_null(void **state)
{
    (void)state;
    void *none = jb_xmalloc(0), *zero = jb_xcalloc(0, 8);
    assert_non_null(none);
    assert_non_null(zero);
    none = jb_xrealloc(none, 0);
    assert_non_null(none);
    char *cut = jb_xstrndup("abc", 2), *made = jb_xasprintf("%s-%d", cut, 7),
         *copy = jb_xstrdup(made);
    assert_string_equal(copy, "ab-7");
    free(none);
    free(zero);
    free(cut);
    free(made);
    free(copy);
}

static void foreign_bytes_cannot_forge_a_log_line(void **state)
{
    char buf[64], small[12], tiny[4];
    (void)state;
    assert_string_equal(jb_log_text(buf, sizeof(buf), JB_LIT("季 \"a\" \\ \n\x1b[0m\xff\0z")),
                        "\"季 \\\"a\\\" \\\\ \\x0a\\x1b[0m\\xff\\x00z\"");
    /* U+202E turns the direction: its first byte is escaped, the rest is no character any more. */
    assert_string_equal(jb_log_text(buf, sizeof(buf), JB_LIT("a\xe2\x80\xae")),
                        "\"a\\xe2\\x80\\xae\"");
    assert_string_equal(jb_log_text(small, sizeof(small), JB_LIT("abcdef")), "\"abcdef\"");
    assert_string_equal(jb_log_text(small, sizeof(small), JB_LIT("abcdefghijk")), "\"abcdef\"...");
    assert_string_equal(jb_log_text(tiny, sizeof(tiny), JB_LIT("abc")), "");
    assert_string_equal(jb_log_text(tiny, 0, JB_LIT("abc")), "");
}

static void clocks_go_forward(void **state)
{
    (void)state;
    int64_t before = jb_clock_mono_us();
    assert_true(jb_clock_mono_us() >= before);
    assert_true(jb_clock_now_us() > 1600000000LL * 1000000); /* 2020 */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(errors_have_names),
        cmocka_unit_test(bytes_are_ordered_by_value_then_length),
        cmocka_unit_test(only_strict_utf8_is_valid),
        cmocka_unit_test(characters_are_taken_one_at_a_time),
        cmocka_unit_test(codes_have_one_form),
        cmocka_unit_test(checked_memory_is_never_null),
        cmocka_unit_test(foreign_bytes_cannot_forge_a_log_line),
        cmocka_unit_test(clocks_go_forward),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
