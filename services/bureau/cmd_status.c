/* jibao status: who has reported. One row a filing, or one a unit with --summary, and a line that
 * adds up. */
#include <stdlib.h>

#include "args.h"
#include "ask.h"
#include "base/text.h"
#include "commands.h"
#include "status_table.h"
#include "words.h"

enum {
    KEY_UNIT = 0x200,
    KEY_UNDER,
    KEY_PERIOD,
    KEY_SUMMARY,
    KEY_NODES,
    KEY_RANK,
    KEY_MISSING,
    KEY_OVERDUE,
    KEY_DUE_SINCE,
    KEY_AS_OF
};

static const struct argp_option table[] = {
    {"period", KEY_PERIOD, "PERIOD", 0, N_("a period or span such as 2023-Q2; repeatable"), 1},
    {"unit", KEY_UNIT, "UNIT", 0, N_("this unit only; repeatable; default: every unit"), 1},
    {"under", KEY_UNDER, "UNIT", 0, N_("every unit under this one, and itself"), 1},
    {"summary", KEY_SUMMARY, NULL, 0, N_("one row a unit over all periods"), 2},
    {"nodes", KEY_NODES, NULL, 0, N_("one row a node of the tree, and a group"), 2},
    {"rank", KEY_RANK, NULL, 0,
     N_("the assessed units in order, where the catalogue switches ranking on"), 2},
    {"overdue", KEY_OVERDUE, NULL, 0, N_("only what is due and has not come"), 2},
    {"missing", KEY_MISSING, NULL, 0, N_("list the indicators that are missing"), 2},
    {"due-since", KEY_DUE_SINCE, "DATE", 0,
     N_("what came up after that day up to today: due soon, overdue by 1, 7, 15 days; each once "
        "for who asks on from the last day it had"),
     2},
    {"as-of", KEY_AS_OF, "REVISION", 0, N_("as it stood at this revision"), 2},
    {0},
};

#define ZONE_MINUTES (8 * 60)

struct input {
    struct jb_list units, periods;
    const char *under;
    bool summary, nodes, rank, missing, overdue, due;
    jb_date since;
    uint64_t as_of;
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
    case KEY_PERIOD:
        jb_list_add_split(&input->periods, arg);
        return 0;
    case KEY_SUMMARY:
        input->summary = true;
        return 0;
    case KEY_NODES:
        input->nodes = true;
        return 0;
    case KEY_RANK:
        input->rank = true;
        return 0;
    case KEY_OVERDUE:
        input->overdue = true;
        return 0;
    case KEY_DUE_SINCE:
        input->due = !jb_date_parse(jb_slice_str(arg), &input->since);
        if (!input->due)
            argp_error(state, _("--due-since takes a date such as 2023-07-20, not '%s'"), arg);
        return 0;
    case KEY_MISSING:
        input->missing = true;
        return 0;
    case KEY_AS_OF:
        if (jb_args_uint(arg, UINT64_MAX, &input->as_of) || !input->as_of)
            argp_error(state, _("--as-of takes a revision from 1, not '%s'"), arg);
        return 0;
    case ARGP_KEY_END:
        if (!input->periods.count)
            argp_error(state, _("name at least one --period"));
        if (input->summary + input->nodes + input->rank + input->missing + input->overdue +
                input->due >
            1)
            argp_error(state, _("one of --summary, --nodes, --rank, --missing, --overdue and "
                                "--due-since at a time"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "status",
    .options = table,
    .parser = parse,
    .doc = N_("Tells for each unit and period which forms are in, how many of their rows, what is "
              "missing, where it stands in review and how it stands to its due date. Rates: of the "
              "forms expected, how many came; of those that came or should have, how many in time; "
              "of the rows expected, how many are there; of the forms that came, how many were "
              "returned, or corrected after they were accepted."),
    .examples = "  jibao status --under suixi --period 2023-Q2\n"
                "  jibao status --period 2020-Q3..2023-Q2 --summary\n"
                "  jibao status --period 2023-Q2 --nodes\n"
                "  jibao status --period 2023-Q2 --overdue\n"
                "  jibao status --period 2023-Q2 --due-since 2023-07-09 -o json\n"
                "  jibao status --unit justice --period 2023-Q2 --missing\n",
};

static void put(jb_table *out, struct jb_slice text)
{
    jb_table_cellf(out, "%.*s", JB_ARG(text));
}

/* Names of indicators are not in the answer: they come from the catalogue. */
static enum jb_exit print_missing(struct jb_desk *desk, struct jb_status_list *list)
{
    const struct jb_column columns[] = {
        {.key = "unit", .title = _("unit")},    {.key = "period", .title = _("period")},
        {.key = "form", .title = _("form")},    {.key = "indicator", .title = _("indicator")},
        {.key = "indicator_name", .title = ""},
    };
    bool people = desk->options->output == JB_OUT_TABLE;
    struct jb_fetched fetched = {0};
    struct jb_snapshot_words words;
    enum jb_exit code = jb_ask_catalog(desk, list->snapshot.catalog_version, &fetched);

    if (code != JB_EXIT_OK)
        return code;
    if (fetched.catalog)
        jb_name_book_add_catalog(&list->names, fetched.catalog);
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));
    for (uint32_t i = 0; i < list->count; i++) {
        const struct jb_status_row *row = &list->rows[i];
        for (uint32_t n = 0; n < row->missing.count; n++) {
            char buf[JB_WORDS_SIZE], name[JB_NAME_CODE_SIZE];
            struct jb_slice unit = row->unit, form = row->form;
            if (people) {
                unit = jb_slice_str(jb_name_of_unit(&list->names, row->unit, name));
                form = jb_text_is_zh() ? row->form_title_zh : row->form_title_en;
            }
            put(out, unit);
            if (people)
                jb_table_cell(out, jb_words_period(row->period, buf));
            else
                put(out, row->period);
            put(out, form);
            put(out, row->missing.items[n]);
            jb_table_cell(out, jb_name_of_indicator(&list->names, row->missing.items[n], name));
            jb_table_end_row(out);
        }
    }
    if (jb_table_rows(out) || !people)
        jb_table_print(out, desk->options->output, jb_words_snapshot(&list->snapshot, &words),
                       stdout);
    else
        fputs(_("Nothing is missing.\n"), stdout);
    jb_table_free(out);
    jb_catalog_free(fetched.catalog);
    return JB_EXIT_OK;
}

/* What needs the catalogue: where units stand, and who is assessed. */
static enum jb_exit print_lines(struct jb_desk *desk, const struct input *input,
                                struct jb_status_list *list)
{
    struct jb_status_lines lines = {0};
    struct jb_fetched fetched = {0};
    enum jb_exit code = jb_ask_catalog(desk, list->snapshot.catalog_version, &fetched);

    if (code == JB_EXIT_OK && input->rank && !jb_catalog_view(fetched.catalog)->ranking) {
        fputs(_("jibao: this catalogue does not rank units (ranking: true would switch it on)\n"),
              stderr);
        code = JB_EXIT_REFUSED;
    }
    if (code == JB_EXIT_OK) {
        jb_name_book_add_catalog(&list->names, fetched.catalog);
        if (input->rank)
            jb_status_lines_of_units(list, &lines);
        else
            jb_status_lines_of_nodes(list, fetched.catalog, &lines);
        if (input->rank)
            jb_status_lines_rank(&lines, fetched.catalog);
        jb_status_print_lines(list, &lines, desk->options, input->rank, false);
    }
    jb_status_lines_free(&lines);
    jb_catalog_free(fetched.catalog);
    return code;
}

static enum jb_exit print(struct jb_desk *desk, const struct input *input,
                          struct jb_status_list *list)
{
    struct jb_status_lines lines = {0};
    enum jb_exit code = JB_EXIT_OK;

    if (input->missing) {
        code = print_missing(desk, list);
    } else if (input->nodes || input->rank) {
        code = print_lines(desk, input, list);
    } else if (input->summary) {
        jb_status_lines_of_units(list, &lines);
        jb_status_print_lines(list, &lines, desk->options, false, true);
        jb_status_lines_free(&lines);
    } else if (input->due) {
        jb_status_print_due(list, desk->options, input->since,
                            jb_date_at(jb_clock_now_us(), ZONE_MINUTES));
    } else {
        jb_status_print_filings(list, desk->options, input->overdue);
    }
    if (code == JB_EXIT_OK && desk->options->output == JB_OUT_TABLE && !input->due)
        jb_status_print_foot(list);
    return code;
}

enum jb_exit jb_cmd_status(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct jb_desk desk;
    struct jb_status_list list;

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    jb_status_list_init(&list);
    if (code == JB_EXIT_OK) {
        const struct jb_status_query query = {
            .units = jb_list_strings(&input.units),
            .periods = jb_list_strings(&input.periods),
            .under = jb_slice_str(input.under),
            .as_of_revision = input.as_of,
        };
        code = jb_ask_status(&desk, &query, &list);
    }
    if (code == JB_EXIT_OK)
        code = print(&desk, &input, &list);
    jb_list_free(&input.units);
    jb_list_free(&input.periods);
    jb_status_list_free(&list);
    jb_desk_free(&desk);
    return code;
}
