/* Asks who has reported, of one unit, and what was said about the filings that were returned. Names
 * come from the catalogue in the home, when there is one. */
#include "status_cmd.h"

#include <stdlib.h>

#include "base/text.h"
#include "form/catalog_file.h"
#include "files/demonstration.h"
#include "home.h"
#include "model/next_step.h"
#include "base/base.h"
#include "options.h"
#include "self.h"
#include "standing.h"

#define ASK_MS 10000
#define REQUEST_BYTES_MAX 4096
#define ZONE_MINUTES (8 * 60) /* of dates, without a catalogue */

struct arguments {
    struct jb_options options;
    const char *period;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *args = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->options;
        state->child_inputs[1] = &args->options;
        return 0;
    case ARGP_KEY_ARG:
        if (args->period)
            argp_usage(state);
        args->period = arg;
        return 0;
    case ARGP_KEY_END:
        if (!args->period)
            argp_error(state, _("name the period"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {
    {&jb_options_list_argp, 0, NULL, 0}, {&jb_options_argp, 0, N_("Common options:"), 90}, {0}};
static const struct argp command = {
    NULL,
    parse,
    "PERIOD",
    N_("Tells where the unit stands with its forms of a period: what is in, what is missing, what "
       "was returned and why, by when it is due, and what to do next.\n\n"
       "Examples:\n"
       "  jibao-agent status 2023-Q2\n"
       "  jibao-agent status 2023年二季度 --unit justice -o json"),
    children,
    NULL,
    NULL,
};

struct asked {
    struct jb_options *options;
    struct jb_self self;
    struct jb_catalog_file file; /* catalog NULL: none at hand */
    struct jb_standing standing; /* asks; its arena holds the last answer */
    struct jb_arena arena;       /* the status */
    struct jb_slice unit;
    struct jb_status_answer answer;
    jb_date today;
    jb_table *table;
    bool people;
};

static const char *name_of(const struct asked *asked, struct jb_slice indicator, char *buf,
                           size_t size)
{
    uint32_t index =
        asked->file.catalog ? jb_catalog_indicator(asked->file.catalog, indicator) : JB_NONE;
    snprintf(buf, size, "%.*s", JB_ARG(indicator));
    if (index == JB_NONE)
        return buf;
    const struct jb_names *name = &jb_catalog_view(asked->file.catalog)->indicators[index].name;
    return jb_text_is_zh() ? name->zh : name->en;
}

static enum jb_exit tell(struct asked *asked, jb_err err)
{
    const char *endpoint = asked->options->conf.read;

    if (err == JB_EINVAL && asked->standing.findings.total) {
        jb_findings_print(&asked->standing.findings, stderr);
        return JB_EXIT_REFUSED;
    }
    if (jb_client_trouble(asked->standing.client) == JB_TROUBLE_HANDSHAKE)
        jb_self_tell_trouble(&asked->self, endpoint, JB_TROUBLE_HANDSHAKE);
    fprintf(stderr, _("jibao-agent: cannot ask %s: %s\n"), endpoint, jb_err_name(err));
    return JB_EXIT_FAILED;
}

static enum jb_exit ask_status(struct asked *asked, struct jb_slice period)
{
    const struct jb_status_query query = {.units = {&asked->unit, 1}, .periods = {&period, 1}};
    struct jb_buf request;
    struct jb_slice payload;

    jb_buf_init(&request, REQUEST_BYTES_MAX);
    jb_wire_status_query_encode(&query, &request);
    jb_err err = request.failed
                     ? JB_ERANGE
                     : jb_client_expect(asked->standing.client, JB_KIND_STATUS,
                                        jb_slice_of(NULL, 0), jb_buf_slice(&request), ASK_MS,
                                        JB_KIND_STATUS_ANSWER, &payload, &asked->standing.findings);
    jb_buf_free(&request);
    if (!err)
        err = jb_wire_status_answer_decode(payload, &asked->arena, &asked->answer,
                                           &asked->standing.findings);
    if (!err && asked->standing.findings.errors)
        err = JB_EINVAL;
    return err ? tell(asked, err) : JB_EXIT_OK;
}

static enum jb_next_step step_of(const struct asked *asked, const struct jb_status_row *row)
{
    const struct jb_filing_place place = {
        .filing = {.state = row->standing.state,
                   .verdict = row->verdict,
                   .rows_expected = row->rows_expected,
                   .rows_reported = row->rows_reported},
        .phase = row->phase,
        .reopened = row->reopened,
        .opens_on = row->opens_on,
        .locks_on = row->locks_on,
    };
    return jb_next_step(&place, asked->today);
}

static void put_row(struct asked *asked, const struct jb_status_row *row)
{
    jb_table *out = asked->table;
    enum jb_timing timing = jb_verdict_timing(&row->verdict);
    enum jb_next_step step = step_of(asked, row);
    char day[16];

    jb_table_cellf(out, "%.*s", JB_ARG(row->form));
    jb_table_cellf(out, "%.*s", JB_ARG(jb_text_is_zh() ? row->form_title_zh : row->form_title_en));
    jb_table_cellf(out, "%.*s", JB_ARG(row->period));
    jb_table_cell(out, asked->people ? _(jb_filing_state_name(row->standing.state))
                                     : jb_filing_state_code(row->standing.state));
    jb_table_cellf(out, "%u/%u", row->rows_reported, row->rows_expected);
    jb_table_cellf(out, "%u", row->rows_reported);
    jb_table_cellf(out, "%u", row->rows_expected);
    if (row->verdict.dated)
        jb_date_format(row->verdict.due_on, day);
    jb_table_cell(out, row->verdict.dated ? day : NULL);
    jb_table_cell(out, !asked->people             ? jb_timing_code(timing)
                       : timing == JB_TIMING_NONE ? NULL
                                                  : _(jb_timing_name(timing)));
    jb_table_cellf(out, "%u", row->verdict.late_days);
    jb_table_cellf(out, "%u", row->verdict.overdue_days);
    jb_table_cell(out, row->backfill ? "true" : "false");
    jb_table_cellf(out, "%.*s", JB_ARG(row->entered_by));
    jb_table_cell(out, asked->people ? _(jb_next_step_name(step)) : jb_next_step_code(step));
    jb_table_end_row(out);
}

static void print_rows(struct asked *asked)
{
    const struct jb_column columns[] = {
        {.key = "form", .title = _("code")},
        {.key = "form_title", .title = _("form")},
        {.key = "period", .title = _("period")},
        {.key = "state", .title = _("state")},
        {.key = "rows", .title = _("rows"), .align = JB_RIGHT, .table_only = true},
        {.key = "rows_reported", .csv_only = true, .boolean_or_integer = true},
        {.key = "rows_expected", .csv_only = true, .boolean_or_integer = true},
        {.key = "due_on", .title = _("due on")},
        {.key = "timing", .title = _("in time")},
        {.key = "late_days", .csv_only = true, .boolean_or_integer = true},
        {.key = "overdue_days", .csv_only = true, .boolean_or_integer = true},
        {.key = "backfill", .csv_only = true, .boolean_or_integer = true},
        {.key = "entered_by", .csv_only = true},
        {.key = "next_step", .title = _("what to do")},
    };
    asked->table = jb_table_new(columns, JB_COUNT(columns));
    for (uint32_t i = 0; i < asked->answer.row_count; i++)
        put_row(asked, &asked->answer.rows[i]);
    jb_table_print(asked->table, asked->options->output, NULL, stdout);
    jb_table_free(asked->table);
}

static void print_missing(const struct asked *asked, const struct jb_status_row *row)
{
    char buf[JB_CODE_BYTES_MAX + 1];

    if (!row->missing.count)
        return;
    printf(_("\n%.*s, missing:\n"),
           JB_ARG(jb_text_is_zh() ? row->form_title_zh : row->form_title_en));
    for (uint32_t i = 0; i < row->missing.count; i++)
        printf("  %.*s  %s\n", JB_ARG(row->missing.items[i]),
               name_of(asked, row->missing.items[i], buf, sizeof(buf)));
}

/* The last return: for the whole, and figure by figure. */
static void print_return(const struct asked *asked, const struct jb_status_row *row,
                         const struct jb_filing_answer *filing)
{
    const struct jb_filing_act *act = NULL;
    char buf[JB_CODE_BYTES_MAX + 1], due_on[16];

    for (uint32_t i = 0; i < filing->act_count; i++) {
        if (filing->acts[i].kind == JB_ACT_FILING_RETURN)
            act = &filing->acts[i];
    }
    if (!act)
        return;
    const struct jb_slice by = act->signed_for_name.len ? act->signed_for_name : act->by;
    printf(_("\n%.*s, returned by %.*s: %.*s\n"),
           JB_ARG(jb_text_is_zh() ? row->form_title_zh : row->form_title_en), JB_ARG(by),
           JB_ARG(act->note));
    for (uint32_t i = 0; i < act->reason_count; i++)
        printf("  %.*s  %s: %.*s\n", JB_ARG(act->reasons[i].indicator),
               name_of(asked, act->reasons[i].indicator, buf, sizeof(buf)),
               JB_ARG(act->reasons[i].reason));
    if (act->has_due) {
        jb_date_format(act->due_on, due_on);
        printf(_("  the correction is due on %s\n"), due_on);
    }
}

static enum jb_exit print_details(struct asked *asked)
{
    for (uint32_t i = 0; i < asked->answer.row_count; i++) {
        const struct jb_status_row *row = &asked->answer.rows[i];
        struct jb_filing_answer filing;
        print_missing(asked, row);
        if (row->standing.state != JB_FILING_RETURNED)
            continue;
        jb_err err = jb_standing_ask(&asked->standing, row->unit, row->form, row->period, &filing);
        if (err)
            return tell(asked, err);
        print_return(asked, row, &filing);
    }
    return JB_EXIT_OK;
}

/* The unit's code; a name is looked up in the catalogue at hand. */
static enum jb_exit find_unit(struct asked *asked)
{
    const char *name = asked->options->conf.unit;
    const jb_catalog *catalog = asked->file.catalog;
    uint32_t unit;

    if (!name) {
        fputs(_("jibao-agent: name the unit with --unit, or set it in the configuration\n"),
              stderr);
        return JB_EXIT_USAGE;
    }
    asked->unit = jb_slice_str(name);
    if (catalog && !jb_catalog_find_unit(catalog, asked->unit, &unit))
        asked->unit = jb_slice_str(jb_catalog_view(catalog)->units[unit].code);
    return JB_EXIT_OK;
}

static enum jb_exit open_asked(struct asked *asked)
{
    struct jb_findings findings;
    char *home = NULL;
    enum jb_exit code = jb_options_home(asked->options, &home);
    if (code != JB_EXIT_OK)
        return code;
    char *path = jb_home_path(home, JB_HOME_CATALOG);
    jb_findings_init(&findings);
    jb_ignore(jb_catalog_file_read(path, &findings, &asked->file) != JB_OK);
    jb_findings_free(&findings);
    free(path);
    free(home);
    if (asked->file.catalog && jb_catalog_view(asked->file.catalog)->demonstration)
        jb_demonstration_set();
    int zone = asked->file.catalog ? jb_catalog_view(asked->file.catalog)->zone_offset_minutes
                                   : ZONE_MINUTES;
    asked->today = jb_date_at(jb_clock_now_us(), zone);
    code = find_unit(asked);
    if (code == JB_EXIT_OK)
        code = jb_self_open(asked->options, &asked->self);
    if (code == JB_EXIT_OK &&
        jb_standing_open(&asked->standing, asked->options->conf.read, &asked->self.who, ASK_MS))
        code = JB_EXIT_FAILED;
    return code;
}

enum jb_exit jb_status_cmd(int argc, char **argv)
{
    struct arguments args = {0};
    struct asked asked = {.options = &args.options};

    enum jb_exit code = jb_options_parse(&command, argc, argv, &args, &args.options);
    jb_arena_init(&asked.arena, 4 * JB_MESSAGE_BYTES_MAX);
    asked.people = args.options.output == JB_OUT_TABLE;
    if (code == JB_EXIT_OK)
        code = open_asked(&asked);
    if (code == JB_EXIT_OK)
        code = ask_status(&asked, jb_slice_str(args.period));
    if (code == JB_EXIT_OK)
        print_rows(&asked);
    if (code == JB_EXIT_OK && asked.people)
        code = print_details(&asked);
    if (asked.standing.net)
        jb_standing_close(&asked.standing);
    jb_arena_free(&asked.arena);
    jb_catalog_file_free(&asked.file);
    jb_self_free(&asked.self);
    jb_options_free(&args.options);
    return code;
}
