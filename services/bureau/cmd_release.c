/* jibao release: what was published, by whom and when, and what changed since the release before.
 */
#include "base/text.h"
#include "commands.h"
#include "diff_list.h"
#include "files/demonstration.h"
#include "view_args.h"

struct input {
    const char *period;
    uint64_t release; /* 0: all, or the newest */
    uint64_t as_of;
    bool show;
};

enum { KEY_AS_OF = 0x200 };

static const struct argp_option table[] = {
    {"as-of", KEY_AS_OF, "REVISION", 0, N_("as it stood at this revision"), 1},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_AS_OF:
        if (jb_args_uint(arg, UINT64_MAX, &input->as_of) || !input->as_of)
            argp_error(state, _("--as-of takes a revision from 1, not '%s'"), arg);
        return 0;
    case ARGP_KEY_ARG:
        if (!input->period)
            input->period = arg;
        else if (!input->show || input->release || jb_args_uint(arg, UINT32_MAX, &input->release) ||
                 !input->release)
            argp_error(state, _("'%s' is too much"), arg);
        return 0;
    case ARGP_KEY_END:
        if (input->show && !input->period)
            argp_error(state, _("name the period"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec list_spec = {
    .name = "release list",
    .options = table,
    .parser = parse,
    .arguments = "[PERIOD]",
    .doc = N_("Lists the releases of a period, or of all: who published, when, why, and what the "
              "ledger's head was."),
    .examples = "  jibao release list\n  jibao release list 2023-Q2 -o json\n",
};
static const struct jb_args_spec show_spec = {
    .name = "release show",
    .options = table,
    .parser = parse,
    .arguments = "PERIOD [N]",
    .doc = N_("Shows the newest release of a period, or its release N, with the figures that "
              "changed since the release before. CSV and JSON hold the figures."),
    .examples = "  jibao release show 2023-Q2\n  jibao release show 2023-Q2 1 -o csv\n",
};

static enum jb_exit ask(struct jb_desk *desk, const struct input *input,
                        struct jb_releases_answer *ret)
{
    struct jb_slice period = jb_slice_str(input->period);
    const struct jb_releases_query query = {
        .periods = {&period, period.len ? 1 : 0},
        .release = (uint32_t)input->release,
        .as_of_revision = input->as_of,
    };
    struct jb_slice payload;
    struct jb_buf buf;

    jb_buf_init(&buf, JB_SHORT_TEXT_BYTES_MAX);
    jb_wire_releases_query_encode(&query, &buf);
    enum jb_exit code = jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_RELEASES, JB_LIT(""),
                                    jb_buf_slice(&buf), JB_KIND_RELEASES_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code == JB_EXIT_OK)
        code = jb_desk_settle(
            desk, jb_wire_releases_answer_decode(payload, &desk->arena, ret, &desk->findings));
    if (code == JB_EXIT_OK && ret->truncated)
        fputs(_("jibao: there are more releases; name a period\n"), stderr);
    return code;
}

static void put_codes(jb_table *out, const struct jb_release *release)
{
    struct jb_buf buf;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    for (uint32_t i = 0; i < release->indicators.count; i++)
        jb_buf_printf(&buf, "%s%.*s", i ? " " : "", JB_ARG(release->indicators.items[i]));
    jb_table_cellf(out, "%.*s", JB_ARG(jb_buf_slice(&buf)));
    jb_buf_free(&buf);
}

static void print_list(const struct jb_releases_answer *answer, enum jb_output output)
{
    const struct jb_column columns[] = {
        {.key = "period", .title = _("period")},
        {.key = "release", .title = _("release"), .align = JB_RIGHT, .boolean_or_integer = true},
        {.key = "at", .title = _("time")},
        {.key = "by", .title = _("by")},
        {.key = "note", .title = _("reason")},
        {.key = "indicators", .title = _("indicators")},
        {.key = "revision", .title = _("revision"), .align = JB_RIGHT, .boolean_or_integer = true},
        {.key = "head", .csv_only = true},
    };
    bool people = output == JB_OUT_TABLE;
    struct jb_snapshot_words words;
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < answer->release_count; i++) {
        const struct jb_release *release = &answer->releases[i];
        char text[JB_WORDS_SIZE], head[65];
        if (people)
            jb_table_cell(out, jb_words_period(release->period, text));
        else
            jb_table_cellf(out, "%.*s", JB_ARG(release->period));
        jb_table_cellf(out, "%u", release->number);
        jb_table_cell(out, people ? jb_words_time(release->at_us, text)
                                  : jb_words_time_code(release->at_us, text));
        jb_table_cellf(out, "%.*s", JB_ARG(release->by));
        jb_table_cellf(out, "%.*s", JB_ARG(release->note));
        if (people)
            jb_table_cellf(out, "%u", release->indicators.count);
        else
            put_codes(out, release);
        jb_table_cellf(out, "%llu", (unsigned long long)release->revision);
        jb_table_cell(out, jb_words_hex(release->head, sizeof(release->head), head));
        jb_table_end_row(out);
    }
    if (people && answer->release_count == 0)
        fputs(_("Nothing is published.\n"), stdout);
    else
        jb_table_print(out, output, jb_words_snapshot(&answer->snapshot, &words), stdout);
    jb_table_free(out);
}

/* Who, when, what; the ledger as it was. */
static void print_head(const struct jb_release *release)
{
    char period[JB_WORDS_SIZE], time[JB_WORDS_SIZE], head[65];

    jb_demonstration_line(stdout);
    printf(_("%s release %u (%s)"), jb_words_period(release->period, period), release->number,
           jb_words_time(release->at_us, time));
    printf(_(", published by %.*s"), JB_ARG(release->by));
    if (release->note.len)
        printf(": %.*s", JB_ARG(release->note));
    printf(_("\nrevision %llu of the ledger, head %s\n%u indicators:"),
           (unsigned long long)release->revision,
           jb_words_hex(release->head, sizeof(release->head), head), release->indicators.count);
    for (uint32_t i = 0; i < release->indicators.count; i++)
        printf(" %.*s", JB_ARG(release->indicators.items[i]));
    fputs("\n\n", stdout);
}

/* People are spared a first release, all of which is new. */
static enum jb_exit show(struct jb_desk *desk, const struct jb_releases_answer *answer)
{
    const struct jb_release *release = &answer->releases[answer->release_count - 1];
    struct jb_slice period = release->period;
    const struct jb_diff_query query = {
        .before = {{JB_VIEW_PUBLISHED, 0}, release->revision - 1},
        .after = {{JB_VIEW_PUBLISHED, release->number}, release->revision},
        .periods = {&period, 1},
    };

    if (desk->options->output == JB_OUT_TABLE) {
        print_head(release);
        if (release->number == 1) {
            fputs(_("It is the period's first release.\n"), stdout);
            return JB_EXIT_OK;
        }
    }
    return jb_diff_run(desk, &query);
}

static enum jb_exit run(bool one, struct jb_options *options, int argc, char **argv)
{
    struct input input = {.show = one};
    struct jb_releases_answer answer = {0};
    struct jb_desk desk;

    enum jb_exit code = jb_args_parse(one ? &show_spec : &list_spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = ask(&desk, &input, &answer);
    if (code == JB_EXIT_OK && one && answer.release_count == 0) {
        fprintf(stderr, _("jibao: %s has no such release\n"), input.period);
        code = JB_EXIT_REFUSED;
    } else if (code == JB_EXIT_OK && one) {
        code = show(&desk, &answer);
    } else if (code == JB_EXIT_OK) {
        print_list(&answer, options->output);
    }
    jb_desk_free(&desk);
    return code;
}

static enum jb_exit run_list(struct jb_options *options, int argc, char **argv)
{
    return run(false, options, argc, argv);
}

static enum jb_exit run_show(struct jb_options *options, int argc, char **argv)
{
    return run(true, options, argc, argv);
}

static const struct jb_command verbs[] = {
    {"list", N_("the releases of a period, or of all"), run_list},
    {"show", N_("one release, and what changed since the one before"), run_show},
    {NULL, NULL, NULL},
};

static void print_help(FILE *out)
{
    fputs(_("Usage: jibao release COMMAND [OPTION...]\n\n"
            "What was published. jibao publish makes a release, jibao query --view published\n"
            "shows its figures.\n\n"),
          out);
    for (const struct jb_command *verb = verbs; verb->name; verb++) {
        fputs("  ", out);
        jb_print_padded(verb->name, 10, JB_LEFT, out);
        fprintf(out, "%s\n", _(verb->summary));
    }
}

enum jb_exit jb_cmd_release(struct jb_options *options, int argc, char **argv)
{
    if (argc >= 2 && strcmp(argv[1], "--help") != 0 && strcmp(argv[1], "-?") != 0)
        return jb_command_dispatch(verbs, _("there is no command release"), options, argc - 1,
                                   argv + 1);
    print_help(argc < 2 ? stderr : stdout);
    return argc < 2 ? JB_EXIT_USAGE : JB_EXIT_OK;
}
