/* jibao diff: which figures any two views, releases or moments show differently, and why. */
#include "base/text.h"
#include "commands.h"
#include "diff_list.h"
#include "view_args.h"

enum { KEY_UNIT = 0x200, KEY_UNDER, KEY_INDICATOR, KEY_PERIOD };

static const struct argp_option table[] = {
    {"period", KEY_PERIOD, "PERIOD", 0, N_("a period or span; repeatable"), 1},
    {"unit", KEY_UNIT, "UNIT", 0, N_("only this unit's own figures; repeatable"), 1},
    {"under", KEY_UNDER, "UNIT", 0, N_("only this unit and all below it"), 1},
    {"indicator", KEY_INDICATOR, "INDICATOR", 0, N_("by code or name; repeatable; default: all"),
     1},
    {0},
};

struct input {
    struct jb_list units, indicators, periods;
    const char *under;
    struct jb_sight sights[2];
    uint32_t count;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_UNIT:
        jb_list_add_codes(&input->units, arg);
        return 0;
    case KEY_UNDER:
        input->under = arg;
        return 0;
    case KEY_INDICATOR:
        jb_list_add_codes(&input->indicators, arg);
        return 0;
    case KEY_PERIOD:
        jb_list_add_split(&input->periods, arg);
        return 0;
    case ARGP_KEY_ARG:
        if (input->count == JB_COUNT(input->sights) ||
            jb_sight_parse(arg, &input->sights[input->count++]) != JB_OK)
            argp_error(state,
                       _("two of VIEW[:RELEASE][@REVISION] are compared, such as published:1 and "
                         "accepted@300; not '%s'"),
                       arg);
        return 0;
    case ARGP_KEY_END:
        if (input->count != JB_COUNT(input->sights) || !input->periods.count)
            argp_error(state, _("name two views and at least one --period"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "diff",
    .options = table,
    .parser = parse,
    .arguments = "BEFORE AFTER",
    .doc = N_("Lists the units' own figures that two views show differently: before, after, and "
              "the entry that made the later one. A view is working, accepted or published, with "
              "a release and a revision if wanted."),
    .examples = "  jibao diff --period 2023-Q2 published:1 published:2\n"
                "  jibao diff --period 2023-Q2 --under towns accepted working\n"
                "  jibao diff --period 2022 working@300 working -o csv\n",
};

enum jb_exit jb_cmd_diff(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct jb_desk desk;

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    const struct jb_diff_query query = {
        .before = input.sights[0],
        .after = input.sights[1],
        .units = jb_list_strings(&input.units),
        .under = jb_slice_str(input.under),
        .indicators = jb_list_strings(&input.indicators),
        .periods = jb_list_strings(&input.periods),
    };
    if (code == JB_EXIT_OK)
        code = jb_diff_run(&desk, &query);
    jb_list_free(&input.units);
    jb_list_free(&input.indicators);
    jb_list_free(&input.periods);
    jb_desk_free(&desk);
    return code;
}
