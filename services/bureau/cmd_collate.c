/* jibao collate: the text figures 文字材料 of a period, unit after unit, for the writer of the
 * report. What was asked for and did not come is listed at the end. */
#include <stdlib.h>

#include "answer_table.h"
#include "args.h"
#include "ask.h"
#include "base/text.h"
#include "catalog_show.h"
#include "collate.h"
#include "commands.h"
#include "view_args.h"

enum { KEY_PERIOD = 0x200, KEY_BY, KEY_UNIT, KEY_UNDER, KEY_SECTION, KEY_INDICATOR, KEY_ACCEPTED };

static const struct argp_option table[] = {
    {"period", KEY_PERIOD, "PERIOD", 0, N_("a period or span such as 2023-Q2 or 2022"), 1},
    {"unit", KEY_UNIT, "UNIT", 0, N_("what this unit wrote; repeatable; default: every unit"), 2},
    {"under", KEY_UNDER, "UNIT", 0, N_("what this unit and all units below it wrote"), 2},
    {"section", KEY_SECTION, "SECTION", 0, N_("only for this section; repeatable"), 2},
    {"indicator", KEY_INDICATOR, "INDICATOR", 0, N_("only this text, by code; repeatable"), 2},
    {"accepted", KEY_ACCEPTED, NULL, 0, N_("only what was accepted, as it was accepted last"), 2},
    {"by", KEY_BY, "section|unit", 0, N_("what comes first; default: section"), 3},
    {0},
};

struct input {
    const char *period, *under;
    struct jb_list units, sections, indicators;
    bool by_unit, accepted;
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct input *input = state->input;

    switch (key) {
    case KEY_PERIOD:
        input->period = arg;
        return 0;
    case KEY_UNIT:
        jb_list_add_codes(&input->units, arg);
        return 0;
    case KEY_UNDER:
        input->under = arg;
        return 0;
    case KEY_SECTION:
        jb_list_add_codes(&input->sections, arg);
        return 0;
    case KEY_INDICATOR:
        jb_list_add_codes(&input->indicators, arg);
        return 0;
    case KEY_ACCEPTED:
        input->accepted = true;
        return 0;
    case KEY_BY:
        input->by_unit = strcmp(arg, "unit") == 0;
        if (!input->by_unit && strcmp(arg, "section") != 0)
            argp_error(state, _("--by takes section or unit, not '%s'"), arg);
        return 0;
    case ARGP_KEY_END:
        if (!input->period)
            argp_error(state, _("name the --period"));
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct jb_args_spec spec = {
    .name = "collate",
    .options = table,
    .parser = parse,
    .doc = N_("Gathers what the units wrote (texts, not numbers) for a period, by section or by "
              "unit, to be pasted into a report. Who owes a text and has not sent it is listed at "
              "the end."),
    .examples = "  jibao collate --period 2023-Q2\n"
                "  jibao collate --period 2023-Q2 --by unit --under government\n"
                "  jibao collate --period 2022 --section gov.2 -o csv > texts.csv\n",
};

static enum jb_exit tell_unknown(const char *what, struct jb_slice given, const char *nearest)
{
    fprintf(stderr, _("jibao collate: there is no %s '%.*s'"), what, JB_ARG(given));
    if (nearest[0])
        fprintf(stderr, _("; did you mean %s?"), nearest);
    fputc('\n', stderr);
    return JB_EXIT_USAGE;
}

/* The codes and names of the command line as the catalogue's objects. */
static enum jb_exit resolve(const jb_catalog *catalog, const struct input *input,
                            struct jb_collate *x)
{
    uint32_t index;

    for (uint32_t i = 0; i < input->units.count; i++) {
        struct jb_slice given = input->units.items[i];
        if (jb_catalog_find_unit(catalog, given, &index) != JB_OK)
            return tell_unknown(_("unit"), given, jb_catalog_suggest_unit(catalog, given));
        jb_collate_pick_unit(x, index);
    }
    if (input->under) {
        struct jb_slice given = jb_slice_str(input->under);
        if (jb_catalog_find_unit(catalog, given, &index) != JB_OK)
            return tell_unknown(_("unit"), given, jb_catalog_suggest_unit(catalog, given));
        jb_collate_pick_subtree(x, index);
    }
    for (uint32_t i = 0; i < input->sections.count; i++) {
        index = jb_catalog_section(catalog, input->sections.items[i]);
        if (index == JB_NONE)
            return tell_unknown(_("section"), input->sections.items[i], "");
        jb_collate_pick_section(x, index);
    }
    for (uint32_t i = 0; i < input->indicators.count; i++) {
        struct jb_slice given = input->indicators.items[i];
        if (jb_catalog_find_indicator(catalog, given, &index) != JB_OK)
            return tell_unknown(_("indicator"), given,
                                jb_catalog_suggest_indicator(catalog, given));
        if (jb_catalog_view(catalog)->indicators[index].measure != JB_TEXT) {
            fprintf(stderr, _("jibao collate: %.*s is a number; ask for it with jibao query\n"),
                    JB_ARG(given));
            return JB_EXIT_USAGE;
        }
        jb_collate_pick_indicator(x, index);
    }
    return JB_EXIT_OK;
}

enum jb_exit jb_cmd_collate(struct jb_options *options, int argc, char **argv)
{
    struct input input = {0};
    struct jb_desk desk;
    struct jb_fetched fetched = {0};
    struct jb_span span;

    enum jb_exit code = jb_args_parse(&spec, argc, argv, &input, options);
    jb_desk_init(&desk, options);
    if (code == JB_EXIT_OK && jb_span_parse(jb_slice_str(input.period), &span) != JB_OK) {
        fprintf(stderr, _("jibao collate: '%s' is not a period; write it like 2023-Q2\n"),
                input.period);
        code = JB_EXIT_USAGE;
    }
    if (code == JB_EXIT_OK)
        code = jb_ask_catalog(&desk, 0, &fetched);
    if (code == JB_EXIT_OK && !fetched.catalog)
        code = jb_catalog_tell_none();
    if (code == JB_EXIT_OK) {
        struct jb_collate x;
        jb_collate_init(&x, fetched.catalog, span);
        code = resolve(fetched.catalog, &input, &x);
        if (input.accepted)
            x.viewpoint.kind = JB_VIEW_ACCEPTED;
        if (code == JB_EXIT_OK)
            code = jb_collate_ask(&x, &desk);
        if (code == JB_EXIT_OK && options->output == JB_OUT_TABLE)
            jb_view_print(x.viewpoint.kind, NULL, 0, stdout);
        if (code == JB_EXIT_OK)
            jb_collate_print(&x, input.by_unit, options->output, stdout);
        jb_collate_free(&x);
    }
    jb_list_free(&input.units);
    jb_list_free(&input.sections);
    jb_list_free(&input.indicators);
    jb_catalog_free(fetched.catalog);
    jb_desk_free(&desk);
    return code;
}
