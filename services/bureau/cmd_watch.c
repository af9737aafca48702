/* jibao watch: changes as they come. Here are its options; watch_run.c is its loop. */
#include "base/text.h"
#include "commands.h"
#include "watch_run.h"

enum {
    KEY_UNIT = 0x200,
    KEY_GROUP,
    KEY_INDICATOR,
    KEY_FROM,
    KEY_TOKEN_FILE,
    KEY_COUNT,
    KEY_UNTIL,
    KEY_QUIET,
    KEY_SNAPSHOT,
    KEY_ACTS,
};

static const struct argp_option table[] = {
    {"unit", KEY_UNIT, "UNIT", 0, N_("this unit's totals; repeatable; default: all units"), 1},
    {"group", KEY_GROUP, "GROUP", 0, N_("this group's totals; repeatable"), 1},
    {"indicator", KEY_INDICATOR, "INDICATOR", 0, N_("repeatable; default: all"), 1},
    {"from", KEY_FROM, "TOKEN", 0, N_("go on from where an earlier watch stopped"), 2},
    {"token-file", KEY_TOKEN_FILE, "FILE", 0, N_("keep the place in this file, and go on from it"),
     2},
    {"snapshot", KEY_SNAPSHOT, NULL, 0, N_("show the figures that stand already, too"), 3},
    {"acts", KEY_ACTS, NULL, 0,
     N_("also what the bureau does (periods opened, filings returned, ...), and what is due soon, "
        "overdue, or below its target"),
     3},
    {"count", KEY_COUNT, "N", 0, N_("stop after N changes"), 4},
    {"until-revision", KEY_UNTIL, "R", 0, N_("stop when revision R was heard of"), 4},
    {"quiet-exit", KEY_QUIET, "SECONDS", 0, N_("stop when nothing changed for so long"), 4},
    {0},
};

static void parse_number(const char *name, const char *arg, uint64_t max, uint64_t *ret,
                         struct argp_state *state)
{
    if (jb_args_uint(arg, max, ret) || *ret == 0)
        argp_error(state, _("--%s takes a number from 1, not '%s'"), name, arg);
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct jb_watch_input *input = state->input;

    switch (key) {
    case KEY_UNIT:
        jb_list_add_codes(&input->units, arg);
        return 0;
    case KEY_GROUP:
        jb_list_add_codes(&input->groups, arg);
        return 0;
    case KEY_INDICATOR:
        jb_list_add_codes(&input->indicators, arg);
        return 0;
    case KEY_FROM:
        input->from = arg;
        return 0;
    case KEY_TOKEN_FILE:
        input->token_file = arg;
        return 0;
    case KEY_SNAPSHOT:
        input->snapshot = true;
        return 0;
    case KEY_ACTS:
        input->acts = true;
        return 0;
    case KEY_COUNT:
        parse_number("count", arg, UINT64_MAX, &input->count, state);
        return 0;
    case KEY_UNTIL:
        parse_number("until-revision", arg, UINT64_MAX, &input->until, state);
        return 0;
    case KEY_QUIET:
        parse_number("quiet-exit", arg, UINT32_MAX, &input->quiet_s, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "watch",
    .endless = true,
    .options = table,
    .parser = parse,
    .doc = N_("Prints each change of the totals as it is committed, once, in order; over broken "
              "connections too. Ctrl-C ends it and prints the place to go on from."),
    .examples = "  jibao watch --unit suixi\n"
                "  jibao watch --unit suixi --indicator mediation.cases --snapshot\n"
                "  jibao watch --acts\n"
                "  jibao watch --token-file county.token -o json\n",
};

enum jb_exit jb_cmd_watch(struct jb_options *options, int argc, char **argv)
{
    struct jb_watch_input input = {0};
    struct jb_desk desk;

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = jb_watch_run(&desk, &input);
    jb_list_free(&input.units);
    jb_list_free(&input.groups);
    jb_list_free(&input.indicators);
    jb_desk_free(&desk);
    return code;
}
