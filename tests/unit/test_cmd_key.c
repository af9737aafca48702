/* jibao key new and show, as a person calls them: what is written, what is printed, what is left
 * alone. */
#include "jb_test.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "bureau/commands.h"

struct desk {
    char *dir, *key, *public_key, *out;
    char printed[8192];
};

static int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));
    assert_non_null(d);
    d->dir = jb_test_tmpdir();
    assert_true(asprintf(&d->key, "%s/me.key", d->dir) > 0);
    assert_true(asprintf(&d->public_key, "%s/me.key.pub", d->dir) > 0);
    assert_true(asprintf(&d->out, "%s/out", d->dir) > 0);
    assert_int_equal(setenv("JIBAO_CONFIG", "/dev/null", 1), 0);
    *state = d;
    return 0;
}

static int tear_down(void **state)
{
    struct desk *d = *state;
    free(d->key);
    free(d->public_key);
    free(d->out);
    jb_test_rmdir(d->dir);
    free(d);
    return 0;
}

/* Runs `jibao key VERB FILE OPTION` with standard output caught in `printed`. */
static enum jb_exit run(struct desk *d, const char *verb, const char *file, const char *option)
{
    struct jb_options options = {0};
    char *words[] = {strdup("key"), strdup(verb), file ? strdup(file) : NULL,
                     file && option ? strdup(option) : NULL, NULL};
    char *argv[] = {words[0], words[1], words[2], words[3], NULL};
    int argc = 2 + (words[2] != NULL) + (words[3] != NULL);
    fflush(stdout);
    int old = dup(STDOUT_FILENO), fd = open(d->out, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(old >= 0 && fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0);
    enum jb_exit code = jb_cmd_key(&options, argc, argv);
    fflush(stdout);
    assert_true(dup2(old, STDOUT_FILENO) >= 0);
    ssize_t len = pread(fd, d->printed, sizeof(d->printed) - 1, 0);
    assert_true(len >= 0);
    d->printed[len] = 0;
    close(old);
    close(fd);
    jb_options_free(&options);
    for (size_t i = 0; i < 4; i++)
        free(words[i]);
    return code;
}

static jb_identity *load(struct desk *d)
{
    jb_identity *identity = NULL;
    char why[512];
    assert_int_equal(jb_identity_load(d->key, &identity, why, sizeof(why)), JB_OK);
    return identity;
}

static void assert_mode(const char *path, mode_t mode)
{
    struct stat info;
    assert_int_equal(stat(path, &info), 0);
    assert_int_equal(info.st_mode & 07777, mode);
}

static void a_new_key_is_two_files_that_belong_together(void **state)
{
    struct desk *d = *state;
    struct jb_public_key key;
    char label[JB_KEY_LABEL_BYTES_MAX + 1], why[512], hex[JB_KEY_HEX_SIZE];
    assert_int_equal(run(d, "new", d->key, "--label=张三"), JB_EXIT_OK);
    assert_mode(d->key, 0400);
    assert_mode(d->public_key, 0644);
    jb_identity *identity = load(d);
    assert_string_equal(jb_identity_label(identity), "张三");
    assert_int_equal(jb_public_load(d->public_key, &key, label, why, sizeof(why)), JB_OK);
    assert_true(jb_public_eq(&key, jb_identity_public(identity)));
    assert_string_equal(label, "张三");
    jb_public_format(&key, hex);
    assert_non_null(strstr(d->printed, hex));
    assert_non_null(strstr(d->printed, "key allow"));
    jb_identity_free(identity);
}

static void what_is_there_is_left_alone(void **state)
{
    struct desk *d = *state;
    assert_int_equal(run(d, "new", d->key, NULL), JB_EXIT_OK);
    jb_identity *before = load(d);
    assert_int_equal(run(d, "new", d->key, NULL), JB_EXIT_FAILED);
    jb_identity *after = load(d);
    assert_true(jb_public_eq(jb_identity_public(before), jb_identity_public(after)));
    jb_identity_free(before);
    jb_identity_free(after);
    /* Only the public file is there: no secret is made beside it. */
    assert_int_equal(unlink(d->key), 0);
    assert_int_equal(run(d, "new", d->key, NULL), JB_EXIT_FAILED);
    assert_int_equal(access(d->key, F_OK), -1);
}

static void neither_form_shows_the_secret(void **state)
{
    static const char *const forms[] = {"-otable", "-ojson", "-ocsv"};
    struct desk *d = *state;
    uint8_t seed[JB_KEY_BYTES];
    char hex[JB_KEY_HEX_SIZE], secret[JB_KEY_HEX_SIZE];
    assert_int_equal(run(d, "new", d->key, NULL), JB_EXIT_OK);
    jb_identity *identity = load(d);
    jb_public_format(jb_identity_public(identity), hex);
    jb_identity_seed(identity, seed);
    for (size_t i = 0; i < sizeof(seed); i++)
        snprintf(secret + 2 * i, 3, "%02x", seed[i]);
    assert_null(strstr(d->printed, secret));
    for (size_t i = 0; i < JB_COUNT(forms); i++) {
        assert_int_equal(run(d, "show", d->key, forms[i]), JB_EXIT_OK);
        assert_non_null(strstr(d->printed, hex));
        assert_null(strstr(d->printed, secret));
        assert_int_equal(run(d, "show", d->public_key, forms[i]), JB_EXIT_OK);
        assert_non_null(strstr(d->printed, hex));
    }
    jb_identity_free(identity);
}

static void mistakes_are_told(void **state)
{
    struct desk *d = *state;
    assert_int_equal(run(d, "new", NULL, NULL), JB_EXIT_USAGE);
    assert_int_equal(run(d, "shew", d->key, NULL), JB_EXIT_USAGE);
    assert_int_equal(run(d, "show", d->key, NULL), JB_EXIT_FAILED);
    assert_int_equal(run(d, "new", "/nowhere/me.key", NULL), JB_EXIT_FAILED);
    assert_int_equal(run(d, "--help", NULL, NULL), JB_EXIT_OK);
    assert_non_null(strstr(d->printed, "show"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_new_key_is_two_files_that_belong_together, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(what_is_there_is_left_alone, set_up, tear_down),
        cmocka_unit_test_setup_teardown(neither_form_shows_the_secret, set_up, tear_down),
        cmocka_unit_test_setup_teardown(mistakes_are_told, set_up, tear_down),
    };
    jb_text_init("en");
    return cmocka_run_group_tests(tests, NULL, NULL);
}
