/* Periods for people and programs: a row a period, or the acts of some. */
#include "period_list.h"

#include "args.h"
#include "base/text.h"
#include "desk.h"
#include "files/demonstration.h"
#include "net/wire_acts.h"
#include "words.h"

enum { KEY_AS_OF = 0x200 };

struct input {
    struct jb_list periods;
    uint64_t as_of;
    bool show;
};

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
        jb_list_add_split(&input->periods, arg);
        return 0;
    case ARGP_KEY_END:
        if (input->show && !input->periods.count)
            argp_error(state, _("name the period"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec list_spec = {
    .name = "period list",
    .options = table,
    .parser = parse,
    .arguments = "[PERIOD...]",
    .doc = N_("Lists the periods that were opened, or those that are named: where each stands, and "
              "what is expected in it, as opened and now."),
    .examples = "  jibao period list\n"
                "  jibao period list 2022-Q1..2023-Q2 -o csv\n",
};
static const struct jb_args_spec show_spec = {
    .name = "period show",
    .options = table,
    .parser = parse,
    .arguments = "PERIOD...",
    .doc = N_("Tells everything that was done to a period: when, by whom, for which units, why."),
    .examples = "  jibao period show 2023-Q2\n"
                "  jibao period show 2023-Q2 -o json\n",
};

static enum jb_exit ask(struct jb_desk *desk, const struct input *input,
                        struct jb_periods_answer *ret)
{
    const struct jb_periods_query query = {.periods = jb_list_strings(&input->periods),
                                           .as_of_revision = input->as_of};
    struct jb_slice payload;
    struct jb_buf buf;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_periods_query_encode(&query, &buf);
    enum jb_exit code = jb_desk_ask(desk, JB_DOOR_READ, JB_KIND_PERIODS, JB_LIT(""),
                                    jb_buf_slice(&buf), JB_KIND_PERIODS_ANSWER, &payload);
    jb_buf_free(&buf);
    if (code != JB_EXIT_OK)
        return code;
    return jb_desk_settle(
        desk, jb_wire_periods_answer_decode(payload, &desk->arena, ret, &desk->findings));
}

static void period_cell(jb_table *out, struct jb_slice period, bool people)
{
    char buf[JB_WORDS_SIZE];

    if (people)
        jb_table_cell(out, jb_words_period(period, buf));
    else
        jb_table_cellf(out, "%.*s", JB_ARG(period));
}

static void time_cell(jb_table *out, int64_t at_us, bool people)
{
    char buf[JB_WORDS_SIZE];

    if (at_us == 0)
        jb_table_cell(out, NULL);
    else
        jb_table_cell(out, people ? jb_words_time(at_us, buf) : jb_words_time_code(at_us, buf));
}

/* The last act of the kind, or NULL. */
static const struct jb_period_act *last_of(const struct jb_period_row *row, enum jb_act_kind kind)
{
    for (uint32_t i = row->act_count; i > 0; i--) {
        if (row->acts[i - 1].kind == kind)
            return &row->acts[i - 1];
    }
    return NULL;
}

static void moment_cells(jb_table *out, const struct jb_period_act *act, bool people)
{
    time_cell(out, act ? act->at_us : 0, people);
    if (act)
        jb_table_cellf(out, "%.*s", JB_ARG(act->by));
    else
        jb_table_cell(out, NULL);
}

static const char *phase_words(const struct jb_period_row *row, bool people,
                               char buf[JB_WORDS_SIZE])
{
    if (!people)
        return jb_period_phase_code(row->phase);
    snprintf(buf, JB_WORDS_SIZE, "%s%s%s", _(jb_period_phase_name(row->phase)),
             row->trial ? _(", trial") : "", row->backfill ? _(", backfill") : "");
    return buf;
}

static void list_row(jb_table *out, const struct jb_period_row *row, bool people)
{
    const struct jb_period_act *release = last_of(row, JB_ACT_PUBLISH);
    char buf[JB_WORDS_SIZE];

    period_cell(out, row->period, people);
    jb_table_cell(out, phase_words(row, people, buf));
    jb_table_cell(out, row->trial ? "true" : "false");
    jb_table_cell(out, row->backfill ? "true" : "false");
    jb_table_cellf(out, "%u", row->expected_forms);
    jb_table_cellf(out, "%u", row->expected_rows);
    jb_table_cellf(out, "%u", row->forms_now);
    jb_table_cellf(out, "%u", row->rows_now);
    moment_cells(out, last_of(row, JB_ACT_PERIOD_OPEN), people);
    moment_cells(out, last_of(row, JB_ACT_PERIOD_CLOSE), people);
    jb_table_cellf(out, "%u", release ? release->release : 0);
    jb_table_end_row(out);
}

static void print_list(const struct jb_periods_answer *answer, enum jb_output output)
{
    const struct jb_column columns[] = {
        {.key = "period", .title = _("period")},
        {.key = "state", .title = _("state")},
        {.key = "trial", .csv_only = true, .boolean_or_integer = true},
        {.key = "backfill", .csv_only = true, .boolean_or_integer = true},
        {.key = "expected_forms",
         .title = _("forms as opened"),
         .align = JB_RIGHT,
         .boolean_or_integer = true},
        {.key = "expected_rows",
         .title = _("rows as opened"),
         .align = JB_RIGHT,
         .boolean_or_integer = true},
        {.key = "forms_now",
         .title = _("forms now"),
         .align = JB_RIGHT,
         .boolean_or_integer = true},
        {.key = "rows_now", .title = _("rows now"), .align = JB_RIGHT, .boolean_or_integer = true},
        {.key = "opened_at", .title = _("opened at")},
        {.key = "opened_by", .title = _("opened by")},
        {.key = "closed_at", .title = _("closed at")},
        {.key = "closed_by", .title = _("closed by")},
        {.key = "releases", .title = _("releases"), .align = JB_RIGHT, .boolean_or_integer = true},
    };
    struct jb_snapshot_words words;
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < answer->row_count; i++)
        list_row(out, &answer->rows[i], output == JB_OUT_TABLE);
    jb_table_print(out, output, jb_words_snapshot(&answer->snapshot, &words), stdout);
    jb_table_free(out);
}

static const char *what_words(const struct jb_period_act *act, char buf[JB_WORDS_SIZE])
{
    char time[JB_WORDS_SIZE];

    buf[0] = '\0';
    if (act->kind == JB_ACT_PERIOD_AMEND)
        return act->owed ? _("is owed") : _("is not owed");
    if (act->kind == JB_ACT_PERIOD_REOPEN)
        snprintf(buf, JB_WORDS_SIZE, _("until %.100s"), jb_words_time(act->until_us, time));
    if (act->kind == JB_ACT_PUBLISH)
        snprintf(buf, JB_WORDS_SIZE, _("release %u, %u indicators"), act->release,
                 act->indicator_count);
    return buf;
}

static void show_act(jb_table *out, struct jb_slice period, const struct jb_period_act *act,
                     bool people)
{
    char buf[JB_WORDS_SIZE];

    period_cell(out, period, people);
    time_cell(out, act->at_us, people);
    jb_table_cell(out, people ? _(jb_act_name(act->kind)) : jb_act_code(act->kind));
    jb_table_cellf(out, "%.*s", JB_ARG(act->unit));
    jb_table_cellf(out, "%.*s", JB_ARG(act->form));
    jb_table_cellf(out, "%.*s", JB_ARG(act->indicator));
    jb_table_cell(out, what_words(act, buf));
    jb_table_cell(out, act->kind == JB_ACT_PERIOD_AMEND ? (act->owed ? "true" : "false") : NULL);
    time_cell(out, act->until_us, false);
    jb_table_cellf(out, "%u", act->release);
    jb_table_cellf(out, "%.*s", JB_ARG(act->by));
    jb_table_cellf(out, "%.*s", JB_ARG(act->note));
    jb_table_cellf(out, "%llu", (unsigned long long)act->revision);
    jb_table_end_row(out);
}

static void print_story(const struct jb_periods_answer *answer, enum jb_output output)
{
    const struct jb_column columns[] = {
        {.key = "period", .title = _("period")},
        {.key = "at", .title = _("time")},
        {.key = "act", .title = _("what")},
        {.key = "unit", .title = _("unit")},
        {.key = "form", .title = _("form")},
        {.key = "indicator", .title = _("indicator")},
        {.key = "details", .title = "", .table_only = true},
        {.key = "owed", .csv_only = true, .boolean_or_integer = true},
        {.key = "until", .csv_only = true},
        {.key = "release", .csv_only = true, .boolean_or_integer = true},
        {.key = "by", .title = _("by")},
        {.key = "note", .title = _("reason")},
        {.key = "revision", .title = _("revision"), .align = JB_RIGHT, .boolean_or_integer = true},
    };
    bool people = output == JB_OUT_TABLE;
    struct jb_snapshot_words words;
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    if (people)
        jb_demonstration_line(stdout);
    for (uint32_t i = 0; i < answer->row_count; i++) {
        const struct jb_period_row *row = &answer->rows[i];
        char buf[JB_WORDS_SIZE], state[JB_WORDS_SIZE];
        if (people)
            printf(_("%s: %s; expected %u forms, %u rows as opened; %u forms, %u rows now\n"),
                   jb_words_period(row->period, buf), phase_words(row, true, state),
                   row->expected_forms, row->expected_rows, row->forms_now, row->rows_now);
        for (uint32_t n = 0; n < row->act_count; n++)
            show_act(out, row->period, &row->acts[n], people);
    }
    if (jb_table_rows(out) || !people)
        jb_table_print(out, output, jb_words_snapshot(&answer->snapshot, &words), stdout);
    jb_table_free(out);
}

static enum jb_exit run(const struct jb_args_spec *spec, bool show, struct jb_options *options,
                        int argc, char **argv)
{
    struct input input = {.show = show};
    struct jb_periods_answer answer;
    struct jb_desk desk;

    enum jb_exit code = jb_args_parse(spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK)
        code = ask(&desk, &input, &answer);
    if (code == JB_EXIT_OK && show)
        print_story(&answer, options->output);
    else if (code == JB_EXIT_OK)
        print_list(&answer, options->output);
    if (code == JB_EXIT_OK && !answer.managed)
        fputs(_("jibao: this catalogue does not manage periods: any period may be reported\n"),
              stderr);
    if (code == JB_EXIT_OK && answer.truncated)
        fputs(_("jibao: there is more than fits; name fewer periods\n"), stderr);
    jb_list_free(&input.periods);
    jb_desk_free(&desk);
    return code;
}

enum jb_exit jb_period_run_list(struct jb_options *options, int argc, char **argv)
{
    return run(&list_spec, false, options, argc, argv);
}

enum jb_exit jb_period_run_show(struct jb_options *options, int argc, char **argv)
{
    return run(&show_spec, true, options, argc, argv);
}
