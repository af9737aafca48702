/* Tables out of a catalogue in memory; details of one thing are printed as lines `name: value`. */
#include "catalog_show.h"

#include <stdlib.h>

#include "args.h"
#include "ask.h"
#include "base/text.h"
#include "catalog_dates.h"
#include "catalog_detail.h"
#include "files/demonstration.h"
#include "words.h"

enum {
    KEY_INDICATOR = 0x200,
    KEY_UNIT,
    KEY_FORM,
    KEY_TARGETS,
    KEY_UNITS,
    KEY_FORMS,
    KEY_DATES,
    KEY_FILE
};

static const struct argp_option table[] = {
    {"indicator", KEY_INDICATOR, "INDICATOR", 0, N_("one indicator, by code or name"), 1},
    {"unit", KEY_UNIT, "UNIT", 0, N_("one unit: where it stands, what it owes"), 1},
    {"form", KEY_FORM, "FORM", 0, N_("one form with its rows"), 1},
    {"targets", KEY_TARGETS, NULL, 0, N_("the targets of all indicators"), 1},
    {"units", KEY_UNITS, NULL, 0, N_("all units"), 1},
    {"forms", KEY_FORMS, NULL, 0, N_("all forms"), 1},
    {"dates", KEY_DATES, "PERIOD", 0,
     N_("when the forms of the period (or the one of --form) open, are due and lock"), 1},
    {"file", KEY_FILE, "FILE", 0, N_("a catalogue file instead of the aggregator's"), 2},
    {0},
};

struct input {
    const char *name, *file;
    const char *dates; /* a period */
    int what;          /* a KEY_; 0: all indicators */
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_FILE:
        input->file = arg;
        return 0;
    case KEY_DATES:
        input->dates = arg;
        return 0;
    case ARGP_KEY_END:
        if (input->dates && input->what && input->what != KEY_FORM)
            argp_error(state, _("ask for one thing at a time"));
        return 0;
    case KEY_INDICATOR:
    case KEY_UNIT:
    case KEY_FORM:
    case KEY_TARGETS:
    case KEY_UNITS:
    case KEY_FORMS:
        if (input->what)
            argp_error(state, _("ask for one thing at a time"));
        input->what = key;
        input->name = arg;
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "catalog show",
    .options = table,
    .parser = parse,
    .doc = N_("Shows the catalogue in force: its indicators, or one thing in detail."),
    .examples = "  jibao catalog show\n"
                "  jibao catalog show --indicator market.entities.new\n"
                "  jibao catalog show --unit 县司法局\n"
                "  jibao catalog show --dates 2023-Q2\n"
                "  jibao catalog show --form justice.mediation --dates 2023\n"
                "  jibao catalog show --targets -o csv\n",
};

static const char *name_of(const struct jb_names *names)
{
    return jb_text_is_zh() ? names->zh : names->en;
}

void jb_catalog_print_counts(const jb_catalog *catalog, FILE *out)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);

    jb_demonstration_line(out);
    fprintf(out, _("%s: %u units, %u groups, %u sections, %u indicators, %u forms\n"),
            name_of(&view->name), view->unit_count, view->group_count, view->section_count,
            view->indicator_count, view->form_count);
}

enum jb_exit jb_catalog_tell_none(void)
{
    fputs(_("jibao: the aggregator has no catalogue yet; load one with jibao catalog load FILE\n"),
          stderr);
    return JB_EXIT_FAILED;
}

static void show_indicators(const struct jb_catalog_view *view, enum jb_output output)
{
    const struct jb_column columns[] = {
        {.key = "indicator", .title = _("code")},
        {.key = "name", .title = _("indicator")},
        {.key = "unit_of_measure", .title = _("measured in")},
        {.key = "measure", .title = _("measure")},
        {.key = "unit_agg", .title = _("over units")},
        {.key = "time_agg", .title = _("over time")},
        {.key = "owners", .title = _("owners"), .align = JB_RIGHT, .boolean_or_integer = true},
    };
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));
    bool people = output == JB_OUT_TABLE;

    for (uint32_t i = 0; i < view->indicator_count; i++) {
        const struct jb_indicator *x = &view->indicators[i];
        jb_table_cell(out, x->code);
        jb_table_cell(out, name_of(&x->name));
        jb_table_cell(out, jb_text_is_zh() ? x->unit_of_measure_zh : x->unit_of_measure_en);
        jb_table_cell(out, people ? jb_measure_name(x->measure) : jb_measure_code(x->measure));
        jb_table_cell(out, jb_unit_agg_code(x->unit_agg));
        jb_table_cell(out, jb_time_agg_code(x->time_agg));
        jb_table_cellf(out, "%u", x->owner_count);
        jb_table_end_row(out);
    }
    jb_table_print(out, output, NULL, stdout);
    jb_table_free(out);
}

static void show_units(const jb_catalog *catalog, enum jb_output output)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    const struct jb_column columns[] = {
        {.key = "unit", .title = _("code")},
        {.key = "name", .title = _("unit")},
        {.key = "kind", .title = _("kind")},
        {.key = "parent", .title = _("under")},
    };
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < view->unit_count; i++) {
        const struct jb_unit *x = &view->units[i];
        uint32_t parent = x->parent_count ? x->parents[x->parent_count - 1].unit : JB_NONE;
        jb_table_cell(out, x->code);
        jb_table_cell(out, name_of(&x->name));
        jb_table_cell(out, x->kind);
        jb_table_cell(out, parent == JB_NONE ? NULL : view->units[parent].code);
        jb_table_end_row(out);
    }
    jb_table_print(out, output, NULL, stdout);
    jb_table_free(out);
}

static void show_forms(const struct jb_catalog_view *view, enum jb_output output)
{
    const struct jb_column columns[] = {
        {.key = "form", .title = _("code")},
        {.key = "title", .title = _("form")},
        {.key = "frequency", .title = _("frequency")},
        {.key = "rows", .title = _("rows"), .align = JB_RIGHT, .boolean_or_integer = true},
        {.key = "units", .title = _("units"), .align = JB_RIGHT, .boolean_or_integer = true},
    };
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < view->form_count; i++) {
        const struct jb_form *x = &view->forms[i];
        jb_table_cell(out, x->code);
        jb_table_cell(out, name_of(&x->name));
        jb_table_cell(out, output == JB_OUT_TABLE ? jb_words_freq(x->freq) : jb_freq_name(x->freq));
        jb_table_cellf(out, "%u", x->row_count);
        jb_table_cellf(out, "%u", x->unit_count);
        jb_table_end_row(out);
    }
    jb_table_print(out, output, NULL, stdout);
    jb_table_free(out);
}

static void put_target(jb_table *out, const struct jb_indicator *x, const struct jb_target *target,
                       enum jb_output output)
{
    char value[JB_DEC_TEXT_SIZE], shown[JB_DEC_TEXT_SIZE + 16], period[JB_PERIOD_TEXT_SIZE];
    bool people = output == JB_OUT_TABLE, zh = jb_text_is_zh();

    jb_dec_format(target->value.mantissa, target->value.scale, value);
    if (people && zh)
        jb_span_format_zh(target->span, period);
    else
        jb_span_format(target->span, period);
    jb_table_cell(out, x->code);
    jb_table_cell(out, period);
    jb_table_cell(out,
                  people ? jb_figure_text(shown, sizeof(shown), value, target->mark, zh) : value);
    jb_table_cell(out, jb_mark_code(target->mark));
    jb_table_cell(out, people && !zh ? x->unit_of_measure_en : x->unit_of_measure_zh);
    jb_table_cell(out, target->note);
    jb_table_cell(out, name_of(&x->name));
    jb_table_end_row(out);
}

static void show_targets(const struct jb_catalog_view *view, enum jb_output output)
{
    const struct jb_column columns[] = {
        {.key = "indicator", .title = _("code")},
        {.key = "period", .title = _("period")},
        {.key = "value", .title = _("target"), .align = JB_RIGHT, .number = true},
        {.key = "precision", .csv_only = true},
        {.key = "unit_of_measure", .title = _("measured in")},
        {.key = "note", .title = _("note")},
        {.key = "indicator_name", .title = _("indicator")},
    };
    jb_table *out = jb_table_new(columns, JB_COUNT(columns));

    for (uint32_t i = 0; i < view->indicator_count; i++) {
        const struct jb_indicator *x = &view->indicators[i];
        for (uint32_t n = 0; n < x->target_count; n++)
            put_target(out, x, &x->targets[n], output);
    }
    jb_table_print(out, output, NULL, stdout);
    jb_table_free(out);
}

static enum jb_exit show(const jb_catalog *catalog, const struct input *input,
                         enum jb_output output)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);

    if (input->dates)
        return jb_catalog_show_dates(catalog, input->name, input->dates, output);
    switch (input->what) {
    case KEY_INDICATOR:
        return jb_catalog_detail_indicator(catalog, input->name, output);
    case KEY_UNIT:
        return jb_catalog_detail_unit(catalog, input->name, output);
    case KEY_FORM:
        return jb_catalog_detail_form(catalog, input->name, output);
    case KEY_TARGETS:
        show_targets(view, output);
        return JB_EXIT_OK;
    case KEY_UNITS:
        show_units(catalog, output);
        return JB_EXIT_OK;
    case KEY_FORMS:
        show_forms(view, output);
        return JB_EXIT_OK;
    default:
        show_indicators(view, output);
        return JB_EXIT_OK;
    }
}

enum jb_exit jb_catalog_run_show(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct jb_desk desk;
    struct jb_fetched fetched = {0};

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK && input.file)
        code = jb_read_catalog(input.file, NULL, &fetched.catalog);
    else if (code == JB_EXIT_OK)
        code = jb_ask_catalog(&desk, 0, &fetched);
    if (code == JB_EXIT_OK && !fetched.catalog)
        code = jb_catalog_tell_none();
    if (code == JB_EXIT_OK)
        code = show(fetched.catalog, &input, options->output);
    if (code == JB_EXIT_OK && options->output == JB_OUT_TABLE) {
        fputc('\n', stdout);
        if (!input.file)
            printf(_("Version %u. "), fetched.version);
        jb_catalog_print_counts(fetched.catalog, stdout);
    }
    jb_catalog_free(fetched.catalog);
    jb_desk_free(&desk);
    return code;
}
