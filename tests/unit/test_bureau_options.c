/* The shared options over the configuration file; lists and whole numbers of a command line. */
#include "jb_test.h"

#include <sys/stat.h>

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

static void write_keys(const char *dir, char **ret_key, char **ret_server)
{
    jb_identity *mine = jb_identity_new(), *server = jb_identity_new();
    assert_true(asprintf(ret_key, "%s/me.key", dir) > 0);
    assert_true(asprintf(ret_server, "%s/server.pub", dir) > 0);
    assert_int_equal(jb_identity_save(mine, *ret_key), JB_OK);
    assert_int_equal(jb_public_save(jb_identity_public(server), "", *ret_server), JB_OK);
    jb_identity_free(mine);
    jb_identity_free(server);
}

/* The file names one key, an option the other. */
static void both_keys_are_found_and_belong_together(void **state)
{
    char *dir = jb_test_tmpdir(), *key, *server, *text, *option;
    struct jb_options options = {0};
    jb_identity *identity = NULL;
    struct jb_public_key server_key;
    char name[] = "test", config[] = "--config";
    (void)state;
    write_keys(dir, &key, &server);
    assert_true(asprintf(&text, "key = %s\nserver_key = nowhere\n", key) > 0);
    assert_true(asprintf(&option, "--server-key=%s", server) > 0);
    char *path = write_config(dir, text);
    char *argv[] = {name, config, path, option, NULL};
    assert_int_equal(jb_args_parse(&spec, 4, argv, NULL, &options), JB_EXIT_OK);
    assert_int_equal(jb_options_identity(&options, &identity, &server_key), JB_EXIT_OK);
    assert_non_null(identity);
    assert_false(jb_public_eq(&server_key, jb_identity_public(identity)));
    jb_identity_free(identity);
    jb_options_free(&options);
    free(key);
    free(server);
    free(text);
    free(option);
    free(path);
    jb_test_rmdir(dir);
}

static void a_key_that_is_missing_or_open_to_others_is_a_usage_error(void **state)
{
    char *dir = jb_test_tmpdir(), *key, *server;
    struct jb_options options = {0};
    jb_identity *identity = NULL;
    struct jb_public_key server_key, before;
    (void)state;
    write_keys(dir, &key, &server);
    memset(&server_key, 7, sizeof(server_key));
    before = server_key;
    assert_int_equal(jb_options_identity(&options, &identity, &server_key), JB_EXIT_USAGE);
    options.conf.key = key;
    assert_int_equal(jb_options_identity(&options, &identity, &server_key), JB_EXIT_USAGE);
    options.conf.server_key = dir;
    assert_int_equal(jb_options_identity(&options, &identity, &server_key), JB_EXIT_USAGE);
    options.conf.server_key = server;
    assert_int_equal(chmod(key, 0644), 0);
    assert_int_equal(jb_options_identity(&options, &identity, &server_key), JB_EXIT_USAGE);
    assert_null(identity);
    assert_true(jb_public_eq(&server_key, &before));
    assert_int_equal(chmod(key, 0400), 0);
    assert_int_equal(jb_options_identity(&options, &identity, &server_key), JB_EXIT_OK);
    jb_identity_free(identity);
    free(key);
    free(server);
    jb_test_rmdir(dir);
}

static void the_environment_names_no_key(void **state)
{
    struct jb_options options = {0};
    char name[] = "test", *argv[] = {name, NULL};
    (void)state;
    assert_int_equal(setenv("JIBAO_KEY", "/nowhere", 1), 0);
    assert_int_equal(setenv("JIBAO_SERVER_KEY", "/nowhere", 1), 0);
    assert_int_equal(setenv("JIBAO_CONFIG", "/dev/null", 1), 0);
    assert_int_equal(jb_args_parse(&spec, 1, argv, NULL, &options), JB_EXIT_OK);
    assert_null(options.conf.key);
    assert_null(options.conf.server_key);
    jb_options_free(&options);
    unsetenv("JIBAO_CONFIG");
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
        cmocka_unit_test(both_keys_are_found_and_belong_together),
        cmocka_unit_test(a_key_that_is_missing_or_open_to_others_is_a_usage_error),
        cmocka_unit_test(the_environment_names_no_key),
        cmocka_unit_test(codes_are_split_and_names_stay_whole),
        cmocka_unit_test(numbers_are_digits_within_a_limit),
    };
    jb_text_init("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
