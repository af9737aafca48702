/* The agent's keys: from the configuration file and from options, and what is told when they are
 * missing. */
#include "jb_test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "agent/options.h"

struct desk {
    char *dir, *key, *server, *config;
    struct jb_options options;
    jb_identity *identity;
    struct jb_public_key server_key;
};

static int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));
    jb_identity *mine = jb_identity_new(), *server = jb_identity_new();
    assert_non_null(d);
    d->dir = jb_test_tmpdir();
    assert_true(asprintf(&d->key, "%s/agent.key", d->dir) > 0);
    assert_true(asprintf(&d->server, "%s/server.pub", d->dir) > 0);
    assert_true(asprintf(&d->config, "%s/jibao.conf", d->dir) > 0);
    assert_int_equal(jb_identity_save(mine, d->key), JB_OK);
    assert_int_equal(jb_public_save(jb_identity_public(server), "", d->server), JB_OK);
    jb_identity_free(mine);
    jb_identity_free(server);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *d = *state;
    jb_identity_free(d->identity);
    jb_options_free(&d->options);
    free(d->key);
    free(d->server);
    free(d->config);
    jb_test_rmdir(d->dir);
    free(d);
    return 0;
}

static enum jb_exit settle(struct desk *d, const char *key, const char *server_key, char *option)
{
    FILE *file = fopen(d->config, "we");
    char name[] = "test", config[] = "--config", *argv[] = {name, config, d->config, option, NULL};
    assert_non_null(file);
    fprintf(file, "key = %s\nserver_key = %s\n", key, server_key);
    fclose(file);
    jb_options_free(&d->options);
    d->options = (struct jb_options){0};
    enum jb_exit code =
        jb_options_parse(&jb_options_argp, option ? 4 : 3, argv, &d->options, &d->options);
    if (code != JB_EXIT_OK)
        return code;
    return jb_options_identity(&d->options, &d->identity, &d->server_key);
}

static void keys_come_from_the_file(void **state)
{
    struct desk *d = *state;
    assert_int_equal(settle(d, d->key, d->server, NULL), JB_EXIT_OK);
    assert_non_null(d->identity);
}

static void an_option_wins_over_the_file(void **state)
{
    struct desk *d = *state;
    char *option = NULL;
    assert_true(asprintf(&option, "--key=%s", d->key) > 0);
    assert_int_equal(settle(d, "nowhere", d->server, option), JB_EXIT_OK);
    free(option);
}

static void what_is_missing_is_a_usage_error(void **state)
{
    struct desk *d = *state;
    struct jb_public_key before = d->server_key;
    assert_int_equal(settle(d, "", d->server, NULL), JB_EXIT_USAGE);
    assert_int_equal(settle(d, d->key, "", NULL), JB_EXIT_USAGE);
    assert_int_equal(settle(d, "/nowhere/agent.key", d->server, NULL), JB_EXIT_USAGE);
    assert_int_equal(settle(d, d->key, "/nowhere/server.pub", NULL), JB_EXIT_USAGE);
    assert_int_equal(settle(d, d->server, d->server, NULL), JB_EXIT_USAGE);
    assert_int_equal(settle(d, d->key, d->key, NULL), JB_EXIT_USAGE);
    assert_int_equal(chmod(d->key, 0440), 0);
    assert_int_equal(settle(d, d->key, d->server, NULL), JB_EXIT_USAGE);
    assert_null(d->identity);
    assert_true(jb_public_eq(&d->server_key, &before));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(keys_come_from_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(an_option_wins_over_the_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(what_is_missing_is_a_usage_error, set_up, tear_down),
    };
    jb_text_init("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
