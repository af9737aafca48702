/* Texts in UTF-8 and GB18030, by BOM, by wish and by guess; whole files in and out. */
#include "jb_test.h"

#include <sys/stat.h>
#include <unistd.h>

#include "files/encoding.h"

static void readings_are_as_expected(void **state)
{
    static const struct {
        struct jb_slice bytes;
        enum jb_encoding as;
        const char *text;
        enum jb_encoding encoding;
        bool guessed;
    } cases[] = {
        {{NULL, 0}, JB_ENC_GUESS, "", JB_ENC_UTF8, false},
        {{(const uint8_t *)"a,b\n", 4}, JB_ENC_GUESS, "a,b\n", JB_ENC_UTF8, false},
        {{(const uint8_t *)"季", 3}, JB_ENC_GUESS, "季", JB_ENC_UTF8, true},
        {{(const uint8_t *)"季", 3}, JB_ENC_UTF8, "季", JB_ENC_UTF8, false},
        {{(const uint8_t *)"\xef\xbb\xbf季", 6}, JB_ENC_GUESS, "季", JB_ENC_UTF8, false},
        {{(const uint8_t *)"\xef\xbb\xbf季", 6}, JB_ENC_GB18030, "季", JB_ENC_UTF8, false},
        {{(const uint8_t *)"\xbc\xbe\xb1\xa8", 4}, JB_ENC_GUESS, "季报", JB_ENC_GB18030, true},
        {{(const uint8_t *)"\xbc\xbe\xb1\xa8", 4}, JB_ENC_GB18030, "季报", JB_ENC_GB18030, false},
        {{(const uint8_t *)"\x84\x31\x95\x33\xbc\xbe", 6},
         JB_ENC_GUESS,
         "季",
         JB_ENC_GB18030,
         false},
        {{(const uint8_t *)"\x95\x32\x82\x36", 4}, JB_ENC_GUESS, "𠀀", JB_ENC_GB18030, true},
        {{(const uint8_t *)"abc", 3}, JB_ENC_GB18030, "abc", JB_ENC_GB18030, false},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_decoded text;
        size_t offset;
        uint32_t line;
        assert_int_equal(jb_decode_text(cases[i].bytes, cases[i].as, &text, &offset, &line), JB_OK);
        assert_string_equal(text.text, cases[i].text);
        assert_int_equal(text.len, strlen(cases[i].text));
        assert_int_equal(text.encoding, cases[i].encoding);
        assert_int_equal(text.guessed, cases[i].guessed);
        free(text.text);
    }
}

static void undecodable_bytes_are_named_by_place(void **state)
{
    static const struct {
        struct jb_slice bytes;
        enum jb_encoding as;
        size_t offset;
        uint32_t line;
    } cases[] = {
        {{(const uint8_t *)"ab\ncd\xff", 6}, JB_ENC_GUESS, 5, 2},
        {{(const uint8_t *)"a\0b", 3}, JB_ENC_GUESS, 1, 1},
        {{(const uint8_t *)"a\n\0b", 4}, JB_ENC_GB18030, 2, 2},
        {{(const uint8_t *)"\xbc\xbe\n\0\xff", 5}, JB_ENC_GUESS, 3, 2},
        {{(const uint8_t *)"\xbc\xbe", 2}, JB_ENC_UTF8, 0, 1},
        {{(const uint8_t *)"\xef\xbb\xbf\n\xff", 5}, JB_ENC_GUESS, 4, 2},
        {{(const uint8_t *)"季报\n季\xff\xff", 12}, JB_ENC_GUESS, 10, 2}, /* UTF-8 got further */
        {{(const uint8_t *)"\xff\xfe"
                           "a\0",
          4},
         JB_ENC_GUESS,
         0,
         1},
        {{(const uint8_t *)"\xfe\xff\0a", 4}, JB_ENC_UTF8, 0, 1},
        {{(const uint8_t *)"a\xbc", 2}, JB_ENC_GB18030, 1, 1}, /* cut in a character */
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        struct jb_decoded text = {.len = 77};
        size_t offset = 99;
        uint32_t line = 99;
        assert_int_equal(jb_decode_text(cases[i].bytes, cases[i].as, &text, &offset, &line),
                         JB_EINVAL);
        assert_int_equal(offset, cases[i].offset);
        assert_int_equal(line, cases[i].line);
        assert_int_equal(text.len, 77);
    }
}

static void what_is_encoded_comes_back(void **state)
{
    static const char text[] = "季度报表 2022-Q4 é 𠀀 ≥90%\n";
    struct jb_decoded back;
    char *bytes = NULL;
    size_t len, offset;
    uint32_t line;
    (void)state;
    assert_int_equal(jb_encode_text(jb_slice_str(text), JB_ENC_GB18030, &bytes, &len), JB_OK);
    assert_int_equal(jb_decode_text(jb_slice_of(bytes, len), JB_ENC_GB18030, &back, &offset, &line),
                     JB_OK);
    assert_string_equal(back.text, text);
    free(back.text);
    free(bytes);
    assert_int_equal(jb_encode_text(jb_slice_str(text), JB_ENC_UTF8, &bytes, &len), JB_OK);
    assert_string_equal(bytes, text);
    free(bytes);
    bytes = NULL;
    assert_int_equal(jb_encode_text(JB_LIT("\xff"), JB_ENC_GB18030, &bytes, &len), JB_EINVAL);
    assert_null(bytes);
}

static void names_are_read_in_either_case(void **state)
{
    enum jb_encoding e = JB_ENC_GUESS;
    (void)state;
    assert_int_equal(jb_encoding_parse(JB_LIT("gb18030"), &e), JB_OK);
    assert_int_equal(e, JB_ENC_GB18030);
    assert_int_equal(jb_encoding_parse(jb_slice_str(jb_encoding_name(JB_ENC_UTF8)), &e), JB_OK);
    assert_int_equal(e, JB_ENC_UTF8);
    assert_int_equal(jb_encoding_parse(JB_LIT("GBK"), &e), JB_OK);
    assert_int_equal(e, JB_ENC_GB18030);
    assert_int_equal(jb_encoding_parse(JB_LIT("latin1"), &e), JB_EINVAL);
    assert_int_equal(jb_encoding_parse(JB_LIT("gb"), &e), JB_EINVAL);
}

static void files_are_read_and_written_whole(void **state)
{
    char *dir = jb_test_tmpdir(), *path = jb_xasprintf("%s/f.csv", dir);
    uint8_t *bytes = NULL;
    size_t len = 77;
    struct stat info;
    (void)state;
    assert_int_equal(jb_read_file(path, 10, &bytes, &len), JB_ENOTFOUND);
    assert_int_equal(jb_write_file(path, JB_LIT("0123456789")), JB_OK);
    assert_int_equal(jb_read_file(path, 9, &bytes, &len), JB_ERANGE);
    assert_int_equal(jb_read_file(dir, 9000, &bytes, &len), JB_EIO);
    assert_null(bytes);
    assert_int_equal(len, 77);
    assert_int_equal(jb_read_file(path, 10, &bytes, &len), JB_OK);
    assert_true(jb_slice_is(jb_slice_of(bytes, len), "0123456789"));
    free(bytes);
    assert_int_equal(chmod(path, 0600), 0);
    assert_int_equal(jb_write_file(path, JB_LIT("")), JB_OK);
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0600);
    assert_int_equal(jb_read_file(path, 0, &bytes, &len), JB_OK);
    assert_non_null(bytes);
    assert_int_equal(len, 0);
    free(bytes);
    char *lost = jb_xasprintf("%s/none/f.csv", dir);
    assert_int_equal(jb_write_file(lost, JB_LIT("x")), JB_ENOTFOUND);
    free(lost);
    char *command =
        jb_xasprintf("test \"$(ls -A '%s')\" = f.csv", dir); /* nothing temporary stays */
    assert_int_equal(system(command), 0);
    free(command);
    free(path);
    jb_test_rmdir(dir);
}

static void what_has_no_size_is_limited_too(void **state)
{
    uint8_t *bytes = NULL;
    size_t len;
    (void)state;
    assert_int_equal(jb_read_file("/dev/zero", 100000, &bytes, &len), JB_ERANGE);
    assert_null(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(readings_are_as_expected),
        cmocka_unit_test(undecodable_bytes_are_named_by_place),
        cmocka_unit_test(what_is_encoded_comes_back),
        cmocka_unit_test(names_are_read_in_either_case),
        cmocka_unit_test(files_are_read_and_written_whole),
        cmocka_unit_test(what_has_no_size_is_limited_too),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
