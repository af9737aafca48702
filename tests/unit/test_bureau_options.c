/* The shared options over the configuration file; lists and whole numbers of a command line. */
#include "jb_test.h"

#include "args.h"
#include "base/text.h"

static error_t parse_nothing(int key, char *arg, struct argp_state *state)
{
    (void)key;
    (void)arg;
    (void)state;
    return ARGP_ERR_UNKNOWN;
}

static const struct jb_args_spec spec = {.name = "test", .parser = parse_nothing, .doc = "doc"};

static char *write_config(const char *dir, const char *text)
{
    char *path = NULL;
    assert_true(asprintf(&path, "%s/jibao.conf", dir) > 0);
    FILE *file = fopen(path, "we");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
    return path;
}

static void options_win_over_the_file(void **state)
{
    char *dir = jb_test_tmpdir();
    char *path = write_config(dir, "write = tcp://127.0.0.1:1\nread = tcp://127.0.0.1:2\n"
                                   "home = somewhere\nunit = justice\n");
    struct jb_options options = {0};
    char name[] = "test", config[] = "--config", read[] = "--read=tcp://127.0.0.1:9";
    char format[] = "-ojson", timeout[] = "--timeout=7";
    char *argv[] = {name, config, path, read, format, timeout, NULL};
    (void)state;
    assert_int_equal(jb_args_parse(&spec, 6, argv, NULL, &options), JB_EXIT_OK);
    assert_string_equal(options.conf.write, "tcp://127.0.0.1:1");
    assert_string_equal(options.conf.read, "tcp://127.0.0.1:9");
    assert_int_equal(options.output, JB_OUT_JSON);
    assert_int_equal(options.timeout_ms, 7000);
    jb_options_free(&options);
    free(path);
    jb_test_rmdir(dir);
}

static void unknown_keys_of_the_file_are_errors(void **state)
{
    char *dir = jb_test_tmpdir();
    char *path = write_config(dir, "reed = tcp://127.0.0.1:2\n");
    struct jb_options options = {0};
    char name[] = "test", config[] = "--config";
    char *argv[] = {name, config, path, NULL};
    (void)state;
    assert_int_equal(jb_args_parse(&spec, 3, argv, NULL, &options), JB_EXIT_USAGE);
    jb_options_free(&options);
    free(path);
    jb_test_rmdir(dir);
}

static void codes_are_split_and_names_stay_whole(void **state)
{
    struct jb_list list = {0};
    (void)state;
    jb_list_add_codes(&list, "a.b,c-d");
    jb_list_add_codes(&list, "Streamlined approval, supervision");
    jb_list_add_codes(&list, "县司法局");
    assert_int_equal(list.count, 4);
    assert_true(jb_slice_is(list.items[0], "a.b"));
    assert_true(jb_slice_is(list.items[1], "c-d"));
    assert_true(jb_slice_is(list.items[2], "Streamlined approval, supervision"));
    jb_list_free(&list);
    jb_list_add_split(&list, "2022,2023-Q1");
    assert_int_equal(list.count, 2);
    jb_list_free(&list);
}

static void numbers_are_digits_within_a_limit(void **state)
{
    uint64_t v = 42;
    (void)state;
    assert_int_equal(jb_args_uint("", 9, &v), JB_EINVAL);
    assert_int_equal(jb_args_uint("-1", 9, &v), JB_EINVAL);
    assert_int_equal(jb_args_uint("1 ", 9, &v), JB_EINVAL);
    assert_int_equal(jb_args_uint("10", 9, &v), JB_ERANGE);
    assert_int_equal(jb_args_uint("18446744073709551616", UINT64_MAX, &v), JB_ERANGE);
    assert_int_equal(v, 42);
    assert_int_equal(jb_args_uint("18446744073709551615", UINT64_MAX, &v), JB_OK);
    assert_true(v == UINT64_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_win_over_the_file),
        cmocka_unit_test(unknown_keys_of_the_file_are_errors),
        cmocka_unit_test(codes_are_split_and_names_stay_whole),
        cmocka_unit_test(numbers_are_digits_within_a_limit),
    };
    jb_text_init("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
