/* The text of --help: columns, groups, headers, examples. */
#include <stdlib.h>

#include "jb_test.h"

#include "base/text.h"
#include "files/help.h"

static const struct argp_option inner_options[] = {
    {"read", 0x400, "ADDRESS", 0, "where questions come in", 0},
    {0},
};
static const struct argp_option options[] = {
    {"second", 0x200, NULL, 0, "of the second group", 2},
    {"form", 'f', "FORM", 0, "a sentence that is too long for one line of forty columns", 1},
    {"hidden", 0x201, NULL, OPTION_HIDDEN, "never seen", 1},
    {"indicator-by-name", 0x202, "INDICATOR", 0, "报表的指标，可重复", 1},
    {0},
};
static const struct argp inner = {inner_options, NULL, NULL, NULL, NULL, NULL, NULL};
static const struct argp_child children[] = {{&inner, 0, "Common options:", 90}, {0}};

static char *printed(const struct argp *argp)
{
    char *text = NULL;
    size_t len;
    FILE *out = open_memstream(&text, &len);
    jb_help_print(argp, "jibao query", out);
    fclose(out);
    return text;
}

static void options_stand_by_group_and_examples_are_not_broken(void **state)
{
    const struct argp argp = {options,
                              NULL,
                              "FILE\n--text FILE",
                              "Does this.\n\nExamples:\n"
                              "  jibao query --unit suixi --period 2022 --compare yoy",
                              children,
                              NULL,
                              NULL};
    (void)state;
    assert_int_equal(setenv("COLUMNS", "48", 1), 0);
    char *text = printed(&argp);
    assert_int_equal(unsetenv("COLUMNS"), 0);
    assert_string_equal(text, "Usage: jibao query [OPTION...] FILE\n"
                              "   or: jibao query [OPTION...] --text FILE\n"
                              "Does this.\n"
                              "\n"
                              "  -f, --form=FORM           a sentence that is\n"
                              "                            too long for one\n"
                              "                            line of forty\n"
                              "                            columns\n"
                              "      --indicator-by-name=INDICATOR\n"
                              "                            报表的指标，可重复\n"
                              "      --second              of the second group\n"
                              "\n"
                              "Common options:\n"
                              "      --read=ADDRESS        where questions come\n"
                              "                            in\n"
                              "\n"
                              "Examples:\n"
                              "  jibao query --unit suixi --period 2022 --compare yoy\n");
    free(text);
}

static void nothing_but_options_is_fine(void **state)
{
    const struct argp argp = {inner_options, NULL, NULL, NULL, NULL, NULL, NULL};
    (void)state;
    char *text = printed(&argp);
    assert_string_equal(text, "Usage: jibao query [OPTION...]\n"
                              "\n"
                              "      --read=ADDRESS        where questions come in\n");
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(options_stand_by_group_and_examples_are_not_broken),
        cmocka_unit_test(nothing_but_options_is_fine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
