/* Moments and the command lines that change rights: what they become, and what is wrong with them.
 */
#include "jb_test.h"

#include <sodium.h>

#include "bureau/grant_args.h"
#include "bureau/moment.h"

#define NOW_US INT64_C(1700000000000000)
#define DAY_US (INT64_C(86400) * 1000000)
#define WORDS_MAX 16

static void moments_are_days_times_or_stretches(void **state)
{
    static const struct {
        const char *text;
        bool end;
        int64_t at_us;
    } cases[] = {
        {"1970-01-02", false, DAY_US - INT64_C(28800) * 1000000},
        {"1970-01-02", true, 2 * DAY_US - INT64_C(28800) * 1000000},
        {"1970-01-02T08:00:01", false, DAY_US + 1000000},
        {"1970-01-02T08:00:01", true, DAY_US + 1000000},
        {"+30s", false, NOW_US + 30000000},
        {"+90m", true, NOW_US + INT64_C(5400000000)},
        {"+12h", false, NOW_US + DAY_US / 2},
        {"+7d", true, NOW_US + 7 * DAY_US},
    };
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        int64_t at_us = 0;
        assert_int_equal(jb_moment_parse(cases[i].text, cases[i].end, NOW_US, &at_us), JB_OK);
        assert_int_equal(at_us, cases[i].at_us);
    }
}

static void what_is_no_moment_is_refused(void **state)
{
    static const char *const texts[] = {
        "",     "+",       "+d",       "+7",         "+7w",          "+-7d",
        "+ 7d", "+7dd",    "tomorrow", "2023-02-30", "1970-01-01",   "2023-01-01T",
        "7d",   "+99999d", "-7d",      "2023-1-1",   "2023-01-01T8", "+0000000000000000000001d"};
    (void)state;
    for (size_t i = 0; i < JB_COUNT(texts); i++) {
        int64_t at_us = 77;
        assert_int_not_equal(jb_moment_parse(texts[i], false, NOW_US, &at_us), JB_OK);
        assert_int_equal(at_us, 77);
    }
}

/* Of RFC 8032, test 1. */
#define OTHER_HEX "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

struct desk {
    char *dir, *file, hex[JB_KEY_HEX_SIZE];
    struct jb_public_key key;
    struct jb_grant_args args;
    struct jb_options options;
    char *words[WORDS_MAX];
};

static int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));
    assert_true(sodium_init() >= 0);
    d->dir = jb_test_tmpdir();
    assert_true(asprintf(&d->file, "%s/me.key.pub", d->dir) > 0);
    jb_identity *identity = jb_identity_new();
    d->key = *jb_identity_public(identity);
    jb_public_format(&d->key, d->hex);
    assert_int_equal(jb_public_save(&d->key, "me", d->file), JB_OK);
    jb_identity_free(identity);
    assert_int_equal(setenv("JIBAO_CONFIG", "/dev/null", 1), 0);
    *state = d;
    return 0;
}

static void clear(struct desk *d)
{
    for (size_t i = 0; i < WORDS_MAX; i++) {
        free(d->words[i]);
        d->words[i] = NULL;
    }
    jb_options_free(&d->options);
    jb_grant_args_free(&d->args);
    d->options = (struct jb_options){0};
    d->args = (struct jb_grant_args){0};
}

static int tear_down(void **state)
{
    struct desk *d = *state;
    clear(d);
    free(d->file);
    jb_test_rmdir(d->dir);
    free(d);
    return 0;
}

/* The words stand apart by a blank; FILE and HEX stand for the desk's key. */
static enum jb_exit read_line(struct desk *d, enum jb_key_action action, const char *line)
{
    char *argv[WORDS_MAX] = {NULL}, *rest = NULL, *copy = strdup(line);
    int argc = 1;

    clear(d);
    d->words[0] = argv[0] = strdup("key");
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        const char *text = strcmp(word, "FILE") == 0  ? d->file
                           : strcmp(word, "HEX") == 0 ? d->hex
                                                      : word;
        assert_true(argc + 1 < WORDS_MAX);
        d->words[argc] = argv[argc] = strdup(text);
        argc++;
    }
    free(copy);
    return jb_grant_args_read(action, &d->options, argc, argv, &d->args);
}

static void a_grant_names_units_and_subtrees(void **state)
{
    struct desk *d = *state;
    assert_int_equal(read_line(d, JB_KEY_ALLOW, "FILE --role report --units a,b/,c+"), JB_EXIT_OK);
    const struct jb_key_change *change = &d->args.change;
    assert_true(jb_public_eq(&change->key, &d->key));
    assert_true(jb_slice_is(change->label, "me"));
    assert_true(d->args.label_of_file && change->has_grant);
    assert_int_equal(change->grant.role, JB_ROLE_REPORT);
    assert_int_equal(change->grant.unit_count, 3);
    assert_true(jb_slice_is(change->grant.units[0].unit, "a") && !change->grant.units[0].subtree);
    assert_true(jb_slice_is(change->grant.units[1].unit, "b") && change->grant.units[1].subtree);
    assert_true(jb_slice_is(change->grant.units[2].unit, "c") && change->grant.units[2].subtree);
}

static void the_users_label_wins_over_the_files(void **state)
{
    struct desk *d = *state;
    assert_int_equal(read_line(d, JB_KEY_ALLOW, "FILE --label you"), JB_EXIT_OK);
    assert_true(jb_slice_is(d->args.change.label, "you"));
    assert_false(d->args.label_of_file || d->args.change.has_grant);
}

static void persons_and_bare_keys_are_holders_too(void **state)
{
    struct desk *d = *state;
    assert_int_equal(read_line(d, JB_KEY_SUSPEND, "person:zhang.san --reason away"), JB_EXIT_OK);
    assert_true(d->args.change.is_person);
    assert_true(jb_slice_is(d->args.change.person_code, "zhang.san"));
    assert_true(jb_slice_is(d->args.change.reason, "away"));
    assert_int_equal(read_line(d, JB_KEY_REVOKE, "HEX"), JB_EXIT_OK);
    assert_true(jb_public_eq(&d->args.change.key, &d->key));
    assert_int_equal(d->args.change.label.len, 0);
    assert_int_equal(read_line(d, JB_KEY_TAKE, "HEX --role read"), JB_EXIT_OK);
    assert_true(d->args.change.has_grant);
    assert_int_equal(d->args.change.grant.unit_count, 0);
    assert_int_equal(read_line(d, JB_KEY_ROTATE, OTHER_HEX " --to FILE --overlap-until +1d"),
                     JB_EXIT_OK);
    assert_true(jb_public_eq(&d->args.change.new_key, &d->key));
    assert_true(d->args.change.overlap_until_us > jb_clock_now_us());
}

static void wrong_lines_are_refused_before_anybody_is_asked(void **state)
{
    static const struct {
        enum jb_key_action action;
        const char *line;
        enum jb_exit code;
    } cases[] = {
        {JB_KEY_ALLOW, "", JB_EXIT_USAGE},
        {JB_KEY_ALLOW, "HEX", JB_EXIT_USAGE},
        {JB_KEY_ALLOW, "HEX --units a", JB_EXIT_USAGE},
        {JB_KEY_ALLOW, "HEX --role report", JB_EXIT_USAGE},
        {JB_KEY_ALLOW, "HEX --role report --everywhere", JB_EXIT_USAGE},
        {JB_KEY_ALLOW, "HEX --role read --everywhere --units a", JB_EXIT_USAGE},
        {JB_KEY_ALLOW, "HEX --role catalog --units a", JB_EXIT_USAGE},
        {JB_KEY_ALLOW, "HEX --role report --units a,,b", JB_EXIT_USAGE},
        {JB_KEY_ALLOW, "HEX --role report --units Büro", JB_EXIT_USAGE},
        {JB_KEY_ALLOW, "HEX --role audit --until soon", JB_EXIT_USAGE},
        {JB_KEY_ALLOW, "person:Zhang --role audit", JB_EXIT_USAGE},
        {JB_KEY_ALLOW, "/no/such/file --role audit", JB_EXIT_FAILED},
        {JB_KEY_TAKE, "HEX", JB_EXIT_USAGE},
        {JB_KEY_ROTATE, "HEX", JB_EXIT_USAGE},
        {JB_KEY_ROTATE, "HEX --to FILE", JB_EXIT_USAGE}, /* itself */
        {JB_KEY_ROTATE, "person:a --to FILE", JB_EXIT_USAGE},
    };
    struct desk *d = *state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        if (read_line(d, cases[i].action, cases[i].line) != cases[i].code)
            fail_msg("'%s' is not refused as it should be", cases[i].line);
    }
}

int main(void)
{
#define WITH_DESK(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(moments_are_days_times_or_stretches),
        cmocka_unit_test(what_is_no_moment_is_refused),
        WITH_DESK(a_grant_names_units_and_subtrees),
        WITH_DESK(the_users_label_wins_over_the_files),
        WITH_DESK(persons_and_bare_keys_are_holders_too),
        WITH_DESK(wrong_lines_are_refused_before_anybody_is_asked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
