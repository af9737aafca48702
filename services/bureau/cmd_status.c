/* jibao status: who has reported. One row a filing, or one a unit with --summary, and a line that
 * adds up. */
#include <stdlib.h>

#include "args.h"
#include "ask.h"
#include "base/text.h"
#include "commands.h"
#include "status_list.h"
#include "words.h"

enum { KEY_UNIT = 0x200, KEY_UNDER, KEY_PERIOD, KEY_SUMMARY, KEY_MISSING, KEY_AS_OF };

static const struct argp_option table[] = {
    {"period", KEY_PERIOD, "PERIOD", 0, N_("a period or span such as 2023-Q2; repeatable"), 1},
    {"unit", KEY_UNIT, "UNIT", 0, N_("this unit only; repeatable; default: every unit"), 1},
    {"under", KEY_UNDER, "UNIT", 0, N_("every unit under this one, and itself"), 1},
    {"summary", KEY_SUMMARY, NULL, 0, N_("one row a unit over all periods"), 2},
    {"missing", KEY_MISSING, NULL, 0, N_("list the indicators that are missing"), 2},
    {"as-of", KEY_AS_OF, "REVISION", 0, N_("as it stood at this revision"), 2},
    {0},
};

struct input {
    struct jb_list units, periods;
    const char *under;
    bool summary, missing;
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
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "status",
    .options = table,
    .parser = parse,
    .doc =
        N_("Tells for each unit and period which forms are in, how many of their rows, and what is "
           "missing."),
    .examples = "  jibao status --under suixi --period 2023-Q2\n"
                "  jibao status --period 2020-Q3..2023-Q2 --summary\n"
                "  jibao status --unit justice --period 2023-Q2 --missing\n",
};

static void put(jb_table *out, struct jb_slice text)
{
    jb_table_cellf(out, "%.*s", JB_ARG(text));
}

static void put_standing(jb_table *out, const struct jb_filing_standing *standing, bool people)
{
    char due_on[16] = "";

    if (standing->has_due)
        jb_date_format(standing->due_on, due_on);
    jb_table_cell(out, people ? _(jb_filing_state_name(standing->state))
                              : jb_filing_state_code(standing->state));
    jb_table_cellf(out, "%u", standing->returns);
    jb_table_cellf(out, "%u", standing->corrections);
    jb_table_cell(out, due_on[0] ? due_on : NULL);
    jb_table_cell(out, standing->excused ? "true" : "false");
}

static void print_filings(struct jb_status_list *list, const struct jb_options *options)
{
    const struct jb_column columns[] = {
        {.key = "unit", .title = _("code")},
        {.key = "unit_name", .title = _("unit"), .table_only = options->output == JB_OUT_CSV},
        {.key = "period", .title = _("period")},
        {.key = "form", .csv_only = true},
        {.key = "form_title", .title = _("form"), .table_only = options->output == JB_OUT_CSV},
        {.key = "rows_reported", .csv_only = true, .boolean_or_integer = true},
        {.key = "rows_expected", .csv_only = true, .boolean_or_integer = true},
        {.key = "rows", .title = _("rows"), .align = JB_RIGHT, .table_only = true},
        {.key = "missing", .title = _("missing"), .align = JB_RIGHT, .boolean_or_integer = true},
        {.key = "state", .title = _("state")},
        {.key = "returns", .csv_only = true, .boolean_or_integer = true},
        {.key = "corrections", .csv_only = true, .boolean_or_integer = true},
        {.key = "due_on", .csv_only = true},
        {.key = "excused", .csv_only = true, .boolean_or_integer = true},
        {.key = "last_revision",
         .title = _("revision"),
         .align = JB_RIGHT,
         .boolean_or_integer = true},
        {.key = "last_at", .csv_only = true},
        {.key = "last_time", .title = _("last submitted"), .table_only = true},
    };
    struct jb_snapshot_words words;
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < list->count; i++) {
        const struct jb_status_row *row = &list->rows[i];
        char buf[JB_WORDS_SIZE], code[JB_NAME_CODE_SIZE];
        put(out, row->unit);
        jb_table_cell(out, jb_name_of_unit(&list->names, row->unit, code));
        if (options->output == JB_OUT_TABLE)
            jb_table_cell(out, jb_words_period(row->period, buf));
        else
            put(out, row->period);
        put(out, row->form);
        put(out, jb_text_is_zh() ? row->form_title_zh : row->form_title_en);
        jb_table_cellf(out, "%u", row->rows_reported);
        jb_table_cellf(out, "%u", row->rows_expected);
        jb_table_cellf(out, "%u/%u", row->rows_reported, row->rows_expected);
        jb_table_cellf(out, "%u", row->rows_expected - row->rows_reported);
        put_standing(out, &row->standing, options->output == JB_OUT_TABLE);
        if (row->has_last)
            jb_table_cellf(out, "%llu", (unsigned long long)row->last_revision);
        else
            jb_table_cell(out, NULL);
        jb_table_cell(out, row->has_last ? jb_words_time_code(row->last_at_us, buf) : NULL);
        jb_table_cell(out, row->has_last ? jb_words_time(row->last_at_us, buf)
                                         : jb_state_name(JB_STATE_NOT_REPORTED));
        jb_table_end_row(out);
    }
    jb_table_print(out, options->output, jb_words_snapshot(&list->snapshot, &words), stdout);
    jb_table_free(out);
}

static void put_sums(jb_table *out, const struct jb_status_sum *sum)
{
    jb_table_cellf(out, "%u", sum->forms_reported);
    jb_table_cellf(out, "%u", sum->forms_expected);
    jb_table_cellf(out, "%u/%u", sum->forms_reported, sum->forms_expected);
    jb_table_cellf(out, "%u", sum->rows_reported);
    jb_table_cellf(out, "%u", sum->rows_expected);
    jb_table_cellf(out, "%u/%u", sum->rows_reported, sum->rows_expected);
    jb_table_cellf(out, "%u", sum->rows_expected - sum->rows_reported);
    jb_table_end_row(out);
}

static void print_summary(struct jb_status_list *list, const struct jb_options *options)
{
    const struct jb_column columns[] = {
        {.key = "unit", .title = _("code")},
        {.key = "unit_name", .title = _("unit"), .table_only = options->output == JB_OUT_CSV},
        {.key = "forms_reported", .csv_only = true, .boolean_or_integer = true},
        {.key = "forms_expected", .csv_only = true, .boolean_or_integer = true},
        {.key = "forms", .title = _("forms"), .align = JB_RIGHT, .table_only = true},
        {.key = "rows_reported", .csv_only = true, .boolean_or_integer = true},
        {.key = "rows_expected", .csv_only = true, .boolean_or_integer = true},
        {.key = "rows", .title = _("rows"), .align = JB_RIGHT, .table_only = true},
        {.key = "missing", .title = _("missing"), .align = JB_RIGHT, .boolean_or_integer = true},
    };
    struct jb_snapshot_words words;
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));
    uint32_t next;

    for (uint32_t i = 0; i < list->count; i = next) {
        char code[JB_NAME_CODE_SIZE];
        struct jb_slice unit = list->rows[i].unit;
        struct jb_status_sum sum = jb_status_sum_unit(list, i, &next);
        put(out, unit);
        jb_table_cell(out, jb_name_of_unit(&list->names, unit, code));
        put_sums(out, &sum);
    }
    if (options->output == JB_OUT_TABLE && list->count) {
        struct jb_status_sum all = jb_status_sum_all(list);
        jb_table_cell(out, _("total"));
        jb_table_cell(out, NULL);
        put_sums(out, &all);
    }
    jb_table_print(out, options->output, jb_words_snapshot(&list->snapshot, &words), stdout);
    jb_table_free(out);
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

static enum jb_exit print(struct jb_desk *desk, const struct input *input,
                          struct jb_status_list *list)
{
    enum jb_exit code = JB_EXIT_OK;

    if (input->missing)
        code = print_missing(desk, list);
    else if (input->summary)
        print_summary(list, desk->options);
    else
        print_filings(list, desk->options);
    if (code != JB_EXIT_OK || desk->options->output != JB_OUT_TABLE)
        return code;
    struct jb_status_sum all = jb_status_sum_all(list);
    printf(_("\nUnits with everything in: %u of %u; forms: %u of %u; rows: %u of %u.\n"),
           all.units_complete, all.units, all.forms_reported, all.forms_expected, all.rows_reported,
           all.rows_expected);
    jb_words_footer(&list->snapshot, stdout);
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
