/* jibao query: any total over any span. The command parses words and prints; names, periods and
 * arithmetic are the aggregator's. */
#include "answer_people.h"
#include "answer_sdmx.h"
#include "args.h"
#include "ask.h"
#include "base/text.h"
#include "commands.h"
#include "model/period.h"
#include "view_args.h"
#include "words.h"

enum {
    KEY_UNIT = 0x200,
    KEY_UNDER,
    KEY_GROUP,
    KEY_INDICATOR,
    KEY_SECTION,
    KEY_FORM,
    KEY_PERIOD,
    KEY_COMPARE,
    KEY_AS_OF,
    KEY_BASIS,
    KEY_OWN,
    KEY_ROUNDING,
    KEY_ONLY,
    KEY_ALL,
    KEY_CHART,
    KEY_VIEW,
    KEY_RELEASE,
    KEY_PUBLIC,
};

static const struct argp_option table[] = {
    {"unit", KEY_UNIT, "UNIT", 0, N_("this unit's total, by code or name; repeatable"), 1},
    {"under", KEY_UNDER, "UNIT", 0, N_("each unit directly under this one"), 1},
    {"group", KEY_GROUP, "GROUP", 0, N_("this group's total; repeatable"), 1},
    {"indicator", KEY_INDICATOR, "INDICATOR", 0, N_("by code or name; repeatable; default: all"),
     2},
    {"section", KEY_SECTION, "SECTION", 0, N_("the indicators of a section; repeatable"), 2},
    {"form", KEY_FORM, "FORM", 0, N_("the indicators of a form; repeatable"), 2},
    {"period", KEY_PERIOD, "PERIOD", 0,
     N_("a period or span: 2022, 2023-S1, 2023-Q2, 2021-Q1..2023-Q2; repeatable"), 3},
    {"compare", KEY_COMPARE, "yoy,qoq", 0,
     N_("growth on the same period a year before, or on the period before"), 4},
    {"as-of", KEY_AS_OF, "REVISION|TIME", 0,
     N_("as it stood at a revision, or at a time such as 2023-06-30 or 2023-06-30T12:00"), 4},
    {"view", KEY_VIEW, "VIEW", 0, N_("working (default), accepted, or published"), 4},
    {"release", KEY_RELEASE, "N", 0, N_("of the published view: not the newest but this one"), 4},
    {"public", KEY_PUBLIC, NULL, 0, N_("only what is public: published, and called so"), 4},
    {"basis", KEY_BASIS, "BASIS", 0, N_("period, ytd, or since:2021-Q1"), 4},
    {"own", KEY_OWN, NULL, 0, N_("what the unit reported itself, without the units under it"), 4},
    {"rounding", KEY_ROUNDING, "RULE", 0, N_("half-up (default), half-even or truncate"), 4},
    {"only-reported", KEY_ONLY, NULL, 0, N_("leave out what nobody reported"), 5},
    {"all", KEY_ALL, NULL, 0, N_("in the table, show what nobody owes too"), 5},
    {"chart", KEY_CHART, NULL, 0, N_("draw bars; spans are drawn quarter by quarter"), 5},
    {0},
};

struct input {
    struct jb_list units, groups, indicators, sections, forms, periods;
    const char *under, *basis, *rounding, *as_of;
    bool yoy, qoq, own, only_reported, all, chart;
    uint64_t as_of_revision;
    int64_t as_of_us;
    struct jb_viewpoint viewpoint;
    bool public_only;
    char codes[64][JB_PERIOD_TEXT_SIZE]; /* of the periods that a chart draws */
};

static void parse_compare(struct input *input, const char *arg, struct argp_state *state)
{
    struct jb_list words = {0};

    jb_list_add_split(&words, arg);
    for (uint32_t i = 0; i < words.count; i++) {
        if (jb_slice_is(words.items[i], "yoy") || jb_slice_is(words.items[i], "同比"))
            input->yoy = true;
        else if (jb_slice_is(words.items[i], "qoq") || jb_slice_is(words.items[i], "环比"))
            input->qoq = true;
        else
            argp_error(state, _("--compare takes yoy, qoq or both, not '%s'"), arg);
    }
    jb_list_free(&words);
}

static void parse_as_of(struct input *input, const char *arg, struct argp_state *state)
{
    jb_err err = jb_args_uint(arg, UINT64_MAX, &input->as_of_revision);

    if (err == JB_EINVAL)
        err = jb_time_parse(jb_slice_str(arg), JB_ZONE_MINUTES, &input->as_of_us);
    if (err || (input->as_of_revision == 0 && input->as_of_us == 0))
        argp_error(state,
                   _("--as-of takes a revision from 1, or a time such as 2023-06-30, not "
                     "'%s'"),
                   arg);
}

static void parse_rounding(struct input *input, const char *arg, struct argp_state *state)
{
    enum jb_rounding rule;

    if (jb_rounding_parse(jb_slice_str(arg), &rule))
        argp_error(state, _("--rounding takes half-up, half-even or truncate, not '%s'"), arg);
    input->rounding = arg;
}

static error_t parse_nodes(struct input *input, int key, char *arg, struct argp_state *state)
{
    switch (key) {
    case KEY_UNIT:
        jb_list_add_codes(&input->units, arg);
        return 0;
    case KEY_UNDER:
        input->under = arg;
        return 0;
    case KEY_GROUP:
        jb_list_add_codes(&input->groups, arg);
        return 0;
    case KEY_INDICATOR:
        jb_list_add_codes(&input->indicators, arg);
        return 0;
    case KEY_SECTION:
        jb_list_add_codes(&input->sections, arg);
        return 0;
    case KEY_FORM:
        jb_list_add_codes(&input->forms, arg);
        return 0;
    case KEY_PERIOD:
        jb_list_add_split(&input->periods, arg);
        return 0;
    case ARGP_KEY_END:
        if (!input->units.count && !input->groups.count && !input->under)
            argp_error(state, _("name at least one --unit, --under or --group"));
        if (!input->periods.count)
            argp_error(state, _("name at least one --period"));
        jb_view_settle(&input->viewpoint, state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static error_t parse_view(struct input *input, int key, char *arg, struct argp_state *state)
{
    switch (key) {
    case KEY_VIEW:
        jb_view_take(&input->viewpoint, arg, state);
        return 0;
    case KEY_RELEASE:
        jb_view_take_release(&input->viewpoint, arg, state);
        return 0;
    case KEY_PUBLIC:
        input->public_only = true;
        input->viewpoint.kind = JB_VIEW_PUBLISHED;
        return 0;
    default:
        return parse_nodes(input, key, arg, state);
    }
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_COMPARE:
        parse_compare(input, arg, state);
        return 0;
    case KEY_AS_OF:
        parse_as_of(input, arg, state);
        return 0;
    case KEY_BASIS:
        input->basis = arg;
        return 0;
    case KEY_OWN:
        input->own = true;
        return 0;
    case KEY_ROUNDING:
        parse_rounding(input, arg, state);
        return 0;
    case KEY_ONLY:
        input->only_reported = true;
        return 0;
    case KEY_ALL:
        input->all = true;
        return 0;
    case KEY_CHART:
        input->chart = true;
        return 0;
    default:
        return parse_view(input, key, arg, state);
    }
}

static const struct jb_args_spec spec = {
    .name = "query",
    .sdmx = true,
    .options = table,
    .parser = parse,
    .doc =
        N_("Asks for totals: units (or groups) times indicators times periods, as one snapshot."),
    .examples = "  jibao query --unit suixi --period 2022 --compare yoy\n"
                "  jibao query --under towns --indicator mediation.cases --period 2023-S1\n"
                "  jibao query --unit suixi --indicator mediation.cases --period 2022 --chart\n"
                "  jibao query --unit suixi --section gov --period 2022 --as-of 300 -o csv\n"
                "  jibao query --under towns --period 2022 -o 2022.xlsx\n"
                "  jibao query --unit suixi --period 2023-Q2 --view published --release 1\n",
};

/* A span as its quarters (or its months, when it does not consist of quarters), so that a chart has
 * a bar each. */
static void split_periods(struct input *input)
{
    struct jb_list split = {0};
    uint32_t used = 0;

    for (uint32_t i = 0; i < input->periods.count; i++) {
        struct jb_span span;
        if (jb_span_parse(input->periods.items[i], &span) != JB_OK) {
            jb_list_add(&split, input->periods.items[i]); /* the aggregator says what is wrong */
            continue;
        }
        jb_ignore(jb_span_to_base(span, JB_FREQ_QUARTER, &span));
        for (uint32_t n = 0; n < jb_span_count(span) && used < JB_COUNT(input->codes);
             n++, used++) {
            jb_period_format(jb_period_add(span.first, (int32_t)n), input->codes[used]);
            jb_list_add(&split, jb_slice_str(input->codes[used]));
        }
    }
    jb_list_free(&input->periods);
    input->periods = split;
}

static struct jb_query query_of(const struct input *input)
{
    return (struct jb_query){
        .units = jb_list_strings(&input->units),
        .groups = jb_list_strings(&input->groups),
        .indicators = jb_list_strings(&input->indicators),
        .sections = jb_list_strings(&input->sections),
        .forms = jb_list_strings(&input->forms),
        .periods = jb_list_strings(&input->periods),
        .under = jb_slice_str(input->under),
        .basis = jb_slice_str(input->basis),
        .rounding = jb_slice_str(input->rounding),
        .yoy = input->yoy,
        .qoq = input->qoq,
        .only_reported = input->only_reported,
        .own = input->own,
        .as_of_revision = input->as_of_revision,
        .as_of_us = input->as_of_us,
        .viewpoint = input->viewpoint,
        .public_only = input->public_only,
    };
}

static enum jb_exit print(struct jb_desk *desk, const struct input *input, struct jb_pages *pages)
{
    const struct jb_options *options = desk->options;
    struct jb_fetched fetched = {0};
    struct jb_answer_view view = {
        .output = options->output,
        .yoy = input->yoy,
        .qoq = input->qoq,
        .own = input->own,
        .owed_only = !input->all && !input->indicators.count && !input->own,
        .every_cell = options->outlet.form == JB_FORM_XLSX,
        .color = jb_options_color(options, stdout),
    };

    if (input->chart && view.output == JB_OUT_TABLE) {
        jb_answer_print_chart(pages, &view, true, stdout);
        return JB_EXIT_OK;
    }
    bool sdmx = options->outlet.form == JB_FORM_SDMX;
    if (sdmx ||
        (view.output == JB_OUT_TABLE && jb_answer_indicators(pages) > JB_ANSWER_SECTIONS_FROM)) {
        enum jb_exit code = jb_ask_catalog(desk, pages->snapshot.catalog_version, &fetched);
        if (code != JB_EXIT_OK)
            return code;
        view.catalog = fetched.catalog;
    }
    if (sdmx)
        jb_answer_print_sdmx(pages, jb_catalog_view(fetched.catalog)->code, stdout);
    else
        jb_answer_print(pages, &view, stdout);
    jb_catalog_free(fetched.catalog);
    return JB_EXIT_OK;
}

enum jb_exit jb_cmd_query(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct jb_desk desk;
    struct jb_pages pages;

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    jb_pages_init(&pages);
    if (code != JB_EXIT_OK)
        goto out;
    if (input.chart)
        split_periods(&input);
    struct jb_query query = query_of(&input);
    code = jb_ask_query(&desk, &query, &pages);
    if (code == JB_EXIT_OK)
        code = print(&desk, &input, &pages);
out:
    jb_list_free(&input.units);
    jb_list_free(&input.groups);
    jb_list_free(&input.indicators);
    jb_list_free(&input.sections);
    jb_list_free(&input.forms);
    jb_list_free(&input.periods);
    jb_pages_free(&pages);
    jb_desk_free(&desk);
    return code;
}
