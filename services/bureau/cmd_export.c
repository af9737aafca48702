/* jibao export: every unit's own figures of a whole period, in the catalogue's order. */
#include <stdlib.h>

#include "answer_flat.h"
#include "answer_people.h"
#include "answer_sdmx.h"
#include "answer_table.h"
#include "base/text.h"
#include "catalog_show.h"
#include "collect.h"
#include "commands.h"
#include "view_args.h"

enum { KEY_PERIOD = 0x200, KEY_VIEW, KEY_RELEASE, KEY_PUBLIC };

static const struct argp_option table[] = {
    {"period", KEY_PERIOD, "PERIOD", 0, N_("a period or span such as 2023-Q2 or 2022"), 1},
    {"view", KEY_VIEW, "VIEW", 0, N_("working (default), accepted, or published"), 2},
    {"release", KEY_RELEASE, "N", 0, N_("of the published view: not the newest but this one"), 2},
    {"public", KEY_PUBLIC, NULL, 0, N_("only what is public: published, and called so"), 2},
    {0},
};

struct input {
    const char *period;
    struct jb_viewpoint viewpoint;
    bool public_only;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_PERIOD:
        input->period = arg;
        return 0;
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
    case ARGP_KEY_END:
        jb_view_settle(&input->viewpoint, state);
        if (!input->period)
            argp_error(state, _("name the --period"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "export",
    .form = JB_FORM_CSV,
    .sdmx = true,
    .options = table,
    .parser = parse,
    .doc = N_("Writes every unit's own figures of a period, base period by base period, as CSV, or "
              "in another form with -o."),
    .examples = "  jibao export --period 2023-Q2 > 2023-Q2.csv\n"
                "  jibao export --period 2022 -o 2022.json\n"
                "  jibao export --period 2022 -o 2022.xlsx\n"
                "  jibao export --period 2022 -o 2022.sdmx.csv\n"
                "  jibao export --period 2023-Q2 --public > public.csv\n",
};

static const jb_catalog *order_catalog; /* qsort has no argument to pass it by */

static int compare(const void *a, const void *b)
{
    const struct jb_answer_row *x = *(const struct jb_answer_row *const *)a;
    const struct jb_answer_row *y = *(const struct jb_answer_row *const *)b;
    uint32_t left = jb_catalog_unit(order_catalog, x->unit);
    uint32_t right = jb_catalog_unit(order_catalog, y->unit);
    int order = (left > right) - (left < right);

    if (!order)
        order = jb_slice_cmp(x->period, y->period);
    if (!order) {
        left = jb_catalog_indicator(order_catalog, x->indicator);
        right = jb_catalog_indicator(order_catalog, y->indicator);
        order = (left > right) - (left < right);
    }
    return order ? order : jb_slice_cmp(x->basis, y->basis);
}

/* What the whole was closed without, on standard error: a unit of which everything is missing has
 * no row to say it. One figure of each frequency tells. */
static enum jb_exit tell_missing(struct jb_collect *x, const char *period)
{
    struct jb_slice span = jb_slice_str(period);
    struct jb_list roots = {0}, indicators = {0};
    struct jb_pages pages;
    unsigned seen = 0; /* frequencies, a bit each */
    enum jb_exit code = JB_EXIT_OK;

    jb_pages_init(&pages);
    for (uint32_t i = 0; i < x->view->unit_count; i++) {
        if (x->view->units[i].parent_count == 0 && x->reads[i])
            jb_list_add(&roots, jb_slice_str(x->view->units[i].code));
    }
    for (uint32_t i = 0; i < x->view->indicator_count; i++) {
        const struct jb_indicator *indicator = &x->view->indicators[i];
        unsigned bit = indicator->freq == JB_FREQ_DAY ? 1u : 1u << indicator->freq;
        if (indicator->measure != JB_RATIO && !(seen & bit))
            jb_list_add(&indicators, jb_slice_str(indicator->code));
        seen |= indicator->measure != JB_RATIO ? bit : 0;
    }
    const struct jb_query query = {.units = jb_list_strings(&roots),
                                   .indicators = jb_list_strings(&indicators),
                                   .periods = {&span, 1},
                                   .viewpoint = x->viewpoint,
                                   .as_of_revision = x->pages.snapshot.revision};
    if (roots.count && x->view->managed_periods)
        code = jb_ask_query(x->desk, &query, &pages);
    for (uint32_t i = 0; code == JB_EXIT_OK && i < pages.count; i++)
        jb_answer_print_missing(pages.rows[i], &pages.names, stderr);
    jb_list_free(&roots);
    jb_list_free(&indicators);
    jb_pages_free(&pages);
    return code;
}

static enum jb_exit run(struct jb_collect *x, const struct input *input)
{
    const struct jb_options *options = x->desk->options;
    struct jb_answer_view view = {
        .output = options->output,
        .with_basis = true,
        .own = true,
    };
    enum jb_exit code;

    x->viewpoint = input->viewpoint;
    x->public_only = input->public_only;
    code = jb_collect_ask(x);
    if (code == JB_EXIT_OK)
        code = tell_missing(x, input->period);
    if (code != JB_EXIT_OK)
        return code;
    order_catalog = x->catalog;
    if (x->pages.count)
        qsort(x->pages.rows, x->pages.count, sizeof(*x->pages.rows), compare);
    jb_name_book_add_catalog(&x->pages.names, x->catalog);
    if (options->outlet.form == JB_FORM_SDMX)
        jb_answer_print_sdmx(&x->pages, x->view->code, stdout);
    else if (options->output == JB_OUT_TABLE)
        jb_answer_print_flat(&x->pages, stdout);
    else
        jb_answer_print(&x->pages, &view, stdout);
    if (options->outlet.path)
        fprintf(stderr, _("%u figures of revision %llu\n"), x->pages.count,
                (unsigned long long)x->pages.snapshot.revision);
    return JB_EXIT_OK;
}

enum jb_exit jb_cmd_export(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct jb_desk desk;
    struct jb_fetched fetched = {0};
    struct jb_collect x;
    struct jb_span span;

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK && jb_span_parse(jb_slice_str(input.period), &span)) {
        fprintf(stderr, _("jibao export: '%s' is not a period; write it like 2023-Q2\n"),
                input.period);
        code = JB_EXIT_USAGE;
    }
    if (code == JB_EXIT_OK)
        code = jb_ask_catalog(&desk, 0, &fetched);
    if (code == JB_EXIT_OK && !fetched.catalog)
        code = jb_catalog_tell_none();
    if (code == JB_EXIT_OK) {
        jb_collect_init(&x, &desk, fetched.catalog, span);
        code = run(&x, &input);
        jb_collect_free(&x);
    }
    jb_catalog_free(fetched.catalog);
    jb_desk_free(&desk);
    return code;
}
