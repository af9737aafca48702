/* Configuration: what the table says holds, and every refusal names its place. */
#include "jb_test.h"

#include "base/conf.h"

struct settings {
    char *dir, *peer;
    uint64_t threads, map_bytes;
    bool trial;
};

static const struct jb_conf_key keys[] = {
    {"dir", JB_CONF_STRING, offsetof(struct settings, dir), "data", 0, 0, "where the data is"},
    {"peer", JB_CONF_STRING, offsetof(struct settings, peer), NULL, 0, 0, "whom to ask"},
    {"threads", JB_CONF_UINT, offsetof(struct settings, threads), "2", 1, 64, "how many"},
    {"map_bytes", JB_CONF_BYTES, offsetof(struct settings, map_bytes), "64G", 1, UINT64_MAX,
     "size"},
    {"trial", JB_CONF_BOOL, offsetof(struct settings, trial), "no", 0, 0, "only a trial"},
};
#define COUNT JB_COUNT(keys)

static void write_text(const char *path, const char *text, size_t len)
{
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, len, file), len);
    fclose(file);
}

static void defaults_are_the_tables(void **state)
{
    struct settings s;
    (void)state;
    jb_conf_defaults(keys, COUNT, &s);
    assert_string_equal(s.dir, "data");
    assert_null(s.peer);
    assert_int_equal(s.threads, 2);
    assert_true(s.map_bytes == 64ULL << 30);
    assert_false(s.trial);
    jb_conf_free(keys, COUNT, &s);
    assert_null(s.dir);
}

static void bad_values_are_refused_and_change_nothing(void **state)
{
    static const struct {
        const char *key, *value;
        jb_err err;
    } cases[] = {
        {"threads", "0", JB_ERANGE},
        {"threads", "65", JB_ERANGE},
        {"threads", "99999999999999999999999", JB_ERANGE},
        {"threads", "", JB_EINVAL},
        {"threads", "-1", JB_EINVAL},
        {"threads", "3x", JB_EINVAL},
        {"threads", "1K", JB_EINVAL},
        {"map_bytes", "K", JB_EINVAL},
        {"map_bytes", "1T", JB_EINVAL},
        {"map_bytes", "99999999999999G", JB_ERANGE},
        {"trial", "on", JB_EINVAL},
        {"trial", "", JB_EINVAL},
        {"dir", "\xff", JB_EINVAL},
        {"dirs", "x", JB_ENOTFOUND},
    };
    struct settings s;
    char why[200];
    (void)state;
    jb_conf_defaults(keys, COUNT, &s);
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        why[0] = 0;
        assert_int_equal(
            jb_conf_set(keys, COUNT, &s, cases[i].key, cases[i].value, why, sizeof(why)),
            cases[i].err);
        assert_non_null(strstr(why, cases[i].key));
    }
    assert_string_equal(s.dir, "data");
    assert_int_equal(s.threads, 2);
    assert_int_equal(jb_conf_set(keys, COUNT, &s, "map_bytes", "3K", why, sizeof(why)), JB_OK);
    assert_int_equal(s.map_bytes, 3072);
    assert_int_equal(jb_conf_set(keys, COUNT, &s, "trial", "true", why, sizeof(why)), JB_OK);
    assert_true(s.trial);
    assert_int_equal(jb_conf_set(keys, COUNT, &s, "dir", "", why, sizeof(why)), JB_OK);
    assert_string_equal(s.dir, "");
    jb_conf_free(keys, COUNT, &s);
}

static void files_are_read_line_by_line(void **state)
{
    static const char good[] =
        "# a comment\r\n\r\n  threads = 7 \r\ndir=/a = b #c\npeer =\ntrial = yes";
    static const struct {
        const char *text, *place;
        size_t len;
    } bad[] = {
        {"\nthreads = 0\n", ":2: ", 13},
        {"threads = 1\nthreads = 1\n", ":2: ", 24},
        {"thread = 1\n", ":1: ", 11},
        {"just words\n", ":1: ", 11},
        {"#\n#\ndir = \xff\n", ":3: ", 12},
        {"dir = a\0b\n", ":1: ", 10},
        {"= 1\n", ":1: ", 4},
    };
    struct settings s;
    char why[300];
    char *dir = jb_test_tmpdir(), *path = jb_xasprintf("%s/x.conf", dir);
    (void)state;
    jb_conf_defaults(keys, COUNT, &s);
    assert_int_equal(jb_conf_read(keys, COUNT, &s, path, why, sizeof(why)), JB_ENOTFOUND);
    write_text(path, good, sizeof(good) - 1);
    assert_int_equal(jb_conf_read(keys, COUNT, &s, path, why, sizeof(why)), JB_OK);
    assert_int_equal(s.threads, 7);
    assert_string_equal(s.dir, "/a = b #c");
    assert_string_equal(s.peer, "");
    assert_true(s.trial);
    for (size_t i = 0; i < JB_COUNT(bad); i++) {
        write_text(path, bad[i].text, bad[i].len);
        jb_err err = jb_conf_read(keys, COUNT, &s, path, why, sizeof(why));
        assert_true(err == JB_EINVAL || err == JB_ERANGE);
        assert_non_null(strstr(why, bad[i].place));
        assert_non_null(strstr(why, path));
    }
    jb_conf_free(keys, COUNT, &s);
    free(path);
    jb_test_rmdir(dir);
}

static void the_printed_file_can_be_read(void **state)
{
    struct settings s;
    char why[300];
    char *dir = jb_test_tmpdir(), *path = jb_xasprintf("%s/x.conf", dir);
    (void)state;
    FILE *file = fopen(path, "w");
    jb_conf_print(keys, COUNT, file);
    fclose(file);
    jb_conf_defaults(keys, COUNT, &s);
    assert_int_equal(jb_conf_read(keys, COUNT, &s, path, why, sizeof(why)), JB_OK);
    assert_string_equal(s.dir, "data");
    assert_null(s.peer);
    jb_conf_free(keys, COUNT, &s);
    free(path);
    jb_test_rmdir(dir);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(defaults_are_the_tables),
        cmocka_unit_test(bad_values_are_refused_and_change_nothing),
        cmocka_unit_test(files_are_read_line_by_line),
        cmocka_unit_test(the_printed_file_can_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
