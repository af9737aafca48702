/* A text belongs to one unit, so each is asked for as the unit's own. Frequencies are asked one
 * after the other, all at the first answer's revision. */
#include "collate.h"

#include <stdlib.h>

#include "answer_order.h"
#include "base/text.h"
#include "files/demonstration.h"
#include "words.h"

#define UNITS_AT_ONCE 2000

void jb_collate_init(struct jb_collate *x, const jb_catalog *catalog, struct jb_span span)
{
    *x = (struct jb_collate){.catalog = catalog, .view = jb_catalog_view(catalog), .span = span};
    x->units = jb_xcalloc(x->view->unit_count + 1u, sizeof(*x->units));
    x->sections = jb_xcalloc(x->view->section_count + 1u, sizeof(*x->sections));
    x->indicators = jb_xcalloc(x->view->indicator_count + 1u, sizeof(*x->indicators));
    jb_pages_init(&x->pages);
}

void jb_collate_free(struct jb_collate *x)
{
    free(x->units);
    free(x->sections);
    free(x->indicators);
    jb_list_free(&x->unit_codes);
    jb_list_free(&x->indicator_codes);
    jb_list_free(&x->periods);
    jb_pages_free(&x->pages);
}

void jb_collate_pick_unit(struct jb_collate *x, uint32_t unit)
{
    x->units[unit] = x->some_units = true;
}

void jb_collate_pick_subtree(struct jb_collate *x, uint32_t unit)
{
    jb_date day = jb_period_last_day(x->span.last);
    x->some_units = true;
    for (uint32_t i = 0; i < x->view->unit_count; i++)
        x->units[i] = x->units[i] || jb_catalog_is_under(x->catalog, i, unit, day);
}

static bool is_section_under(const struct jb_collate *x, uint32_t section, uint32_t above)
{
    while (section != JB_NONE && section != above)
        section = x->view->sections[section].parent;
    return section == above;
}

void jb_collate_pick_section(struct jb_collate *x, uint32_t section)
{
    x->some_sections = true;
    for (uint32_t i = 0; i < x->view->section_count; i++)
        x->sections[i] = x->sections[i] || is_section_under(x, i, section);
}

void jb_collate_pick_indicator(struct jb_collate *x, uint32_t indicator)
{
    x->indicators[indicator] = x->some_indicators = true;
}

static bool stands_in(const struct jb_indicator *indicator, uint32_t section)
{
    for (uint32_t i = 0; i < indicator->section_count; i++) {
        if (indicator->sections[i] == section)
            return true;
    }
    return section == JB_NONE && indicator->section_count == 0;
}

static bool is_section_wanted(const struct jb_collate *x, uint32_t section)
{
    return !x->some_sections || (section != JB_NONE && x->sections[section]);
}

static bool is_wanted(const struct jb_collate *x, uint32_t index)
{
    const struct jb_indicator *indicator = &x->view->indicators[index];
    if (indicator->measure != JB_TEXT || (x->some_indicators && !x->indicators[index]))
        return false;
    for (uint32_t i = 0; i < indicator->section_count; i++) {
        if (is_section_wanted(x, indicator->sections[i]))
            return true;
    }
    return indicator->section_count == 0 && !x->some_sections;
}

/* Who ever owns one of the texts and was picked, in the catalogue's order. */
static void list_units(struct jb_collate *x)
{
    bool *owns = jb_xcalloc(x->view->unit_count + 1u, sizeof(*owns));

    x->unit_codes.count = 0;
    for (uint32_t i = 0; i < x->view->indicator_count; i++) {
        const struct jb_indicator *indicator = &x->view->indicators[i];
        for (uint32_t n = 0; is_wanted(x, i) && n < indicator->owner_count; n++) {
            if (indicator->owners[n].unit != JB_NONE)
                owns[indicator->owners[n].unit] = true;
        }
    }
    for (uint32_t i = 0; i < x->view->unit_count; i++) {
        if (owns[i] && (!x->some_units || x->units[i]))
            jb_list_add(&x->unit_codes, jb_slice_str(x->view->units[i].code));
    }
    free(owns);
}

static enum jb_exit ask_units(struct jb_collate *x, struct jb_desk *desk)
{
    enum jb_exit code = JB_EXIT_OK;

    for (uint32_t first = 0; code == JB_EXIT_OK && first < x->unit_codes.count;
         first += UNITS_AT_ONCE) {
        uint32_t left = x->unit_codes.count - first;
        struct jb_query query = {
            .units = {x->unit_codes.items + first, left < UNITS_AT_ONCE ? left : UNITS_AT_ONCE},
            .indicators = jb_list_strings(&x->indicator_codes),
            .periods = jb_list_strings(&x->periods),
            .own = true,
            .viewpoint = x->viewpoint,
            .as_of_revision = x->pages.snapshot.revision, /* 0 the first time: now */
        };
        code = jb_ask_query(desk, &query, &x->pages);
    }
    return code;
}

static void list_indicators(struct jb_collate *x, enum jb_freq freq)
{
    x->indicator_codes.count = 0;
    for (uint32_t i = 0; i < x->view->indicator_count; i++) {
        if (is_wanted(x, i) && x->view->indicators[i].freq == freq)
            jb_list_add(&x->indicator_codes, jb_slice_str(x->view->indicators[i].code));
    }
}

static void list_periods(struct jb_collate *x, struct jb_desk *desk, struct jb_span base)
{
    x->periods.count = 0;
    for (uint32_t i = 0; i < jb_span_count(base); i++) {
        char text[JB_PERIOD_TEXT_SIZE];
        jb_period_format(jb_period_add(base.first, (int32_t)i), text);
        jb_list_add(&x->periods, jb_arena_copy(&desk->arena, jb_slice_str(text)));
    }
}

enum jb_exit jb_collate_ask(struct jb_collate *x, struct jb_desk *desk)
{
    static const enum jb_freq freqs[] = {JB_FREQ_YEAR, JB_FREQ_HALF, JB_FREQ_QUARTER, JB_FREQ_MONTH,
                                         JB_FREQ_DAY};
    bool fits = false;
    enum jb_exit code = JB_EXIT_OK;

    list_units(x);
    for (size_t i = 0; code == JB_EXIT_OK && i < JB_COUNT(freqs); i++) {
        struct jb_span base;
        list_indicators(x, freqs[i]);
        if (!x->indicator_codes.count || jb_span_to_base(x->span, freqs[i], &base) != JB_OK)
            continue;
        fits = true;
        list_periods(x, desk, base);
        code = ask_units(x, desk);
    }
    if (code != JB_EXIT_OK || (fits && x->unit_codes.count))
        return code;
    fputs(_("jibao collate: no text is reported by what was named, or for periods as short as "
            "this\n"),
          stderr);
    return JB_EXIT_USAGE;
}

/* A row's place: by what comes first, then what comes second, then the period. */
struct place {
    uint32_t section, indicator, unit;
    const struct jb_answer_row *row;
};
struct places {
    struct place *items;
    uint32_t count, cap;
    bool by_unit;
};

static int compare_numbers(uint32_t a, uint32_t b)
{
    return (a > b) - (a < b);
}

static int compare(const void *left, const void *right, void *ctx)
{
    const struct place *a = left, *b = right;
    const struct places *places = ctx;
    int order = places->by_unit ? compare_numbers(a->unit, b->unit) : 0;

    if (!order)
        order = compare_numbers(a->section, b->section);
    if (!order)
        order = compare_numbers(a->indicator, b->indicator);
    if (!order)
        order = compare_numbers(a->unit, b->unit);
    return order ? order : jb_slice_cmp(a->row->period, b->row->period);
}

static void add_place(struct places *places, struct place place)
{
    if (places->count == places->cap) {
        places->cap = places->cap ? 2 * places->cap : 64;
        places->items = jb_xrealloc(places->items, places->cap * sizeof(*places->items));
    }
    places->items[places->count++] = place;
}

/* By section a text stands under each of its sections; by unit once. */
static void place_row(struct jb_collate *x, const struct jb_answer_row *row, struct places *places)
{
    struct place place = {.section = JB_NONE,
                          .indicator = jb_catalog_indicator(x->catalog, row->indicator),
                          .unit = jb_catalog_unit(x->catalog, row->unit),
                          .row = row};
    if (place.indicator == JB_NONE || place.unit == JB_NONE)
        return;
    const struct jb_indicator *indicator = &x->view->indicators[place.indicator];
    if (places->by_unit) {
        place.section = indicator->section_count ? indicator->sections[0] : JB_NONE;
        add_place(places, place);
        return;
    }
    for (uint32_t s = 0; s <= x->view->section_count; s++) {
        place.section = s < x->view->section_count ? s : JB_NONE;
        if (stands_in(indicator, place.section) && is_section_wanted(x, place.section))
            add_place(places, place);
    }
}

static void place_rows(struct jb_collate *x, struct places *places)
{
    for (uint32_t i = 0; i < x->pages.count; i++) {
        const struct jb_answer_row *row = x->pages.rows[i];
        if (row->state == JB_STATE_VALUE || row->expected > 0)
            place_row(x, row, places);
    }
    if (places->count > 1)
        qsort_r(places->items, places->count, sizeof(*places->items), compare, places);
}

static const char *name(const struct jb_names *names)
{
    return jb_text_is_zh() ? names->zh : names->en;
}

static void print_heading(const char *text, char rule, FILE *out)
{
    fprintf(out, "%s\n", text);
    for (uint32_t i = jb_text_width(text); i > 0; i--)
        fputc(rule, out);
    fputs("\n\n", out);
}

static void print_section(const struct jb_collate *x, uint32_t section, FILE *out)
{
    struct jb_buf path;
    jb_buf_init(&path, JB_SHORT_TEXT_BYTES_MAX);
    jb_answer_section_path(x->catalog, section, &path);
    jb_buf_put_u8(&path, 0);
    print_heading((const char *)path.ptr, '=', out);
    jb_buf_free(&path);
}

static void print_text(const struct jb_collate *x, const struct places *places,
                       const struct place *at, const struct place *before, FILE *out)
{
    const struct jb_unit *unit = &x->view->units[at->unit];
    const struct jb_indicator *indicator = &x->view->indicators[at->indicator];
    char period[JB_WORDS_SIZE];

    if (places->by_unit && (!before || before->unit != at->unit))
        print_heading(name(&unit->name), '=', out);
    if (!places->by_unit && (!before || before->section != at->section))
        print_section(x, at->section, out);
    if (!before || before->indicator != at->indicator || before->section != at->section ||
        (places->by_unit && before->unit != at->unit))
        print_heading(name(&indicator->name), '-', out);
    if (places->by_unit)
        fprintf(out, "[%s]\n", jb_words_period(at->row->period, period));
    else
        fprintf(out, "[%s, %s]\n", name(&unit->name), jb_words_period(at->row->period, period));
    fwrite(at->row->text.ptr, 1, at->row->text.len, out);
    fputs("\n\n", out);
}

static void print_people(const struct jb_collate *x, const struct places *places, FILE *out)
{
    const struct place *before = NULL;
    uint32_t missing = 0;
    char period[JB_WORDS_SIZE];

    jb_demonstration_line(out);
    for (uint32_t i = 0; i < places->count; i++) {
        if (places->items[i].row->state != JB_STATE_VALUE)
            continue;
        print_text(x, places, &places->items[i], before, out);
        before = &places->items[i];
    }
    for (uint32_t i = 0; i < places->count; i++) {
        const struct place *at = &places->items[i];
        if (at->row->state == JB_STATE_VALUE || at->row->state == JB_STATE_NOT_APPLICABLE)
            continue;
        if (missing++ == 0)
            print_heading(_("Owed and not there"), '=', out);
        fprintf(out, "%s, %s, %s\n", name(&x->view->units[at->unit].name),
                name(&x->view->indicators[at->indicator].name),
                jb_words_period(at->row->period, period));
    }
    if (missing)
        fputc('\n', out);
    if (!before)
        fprintf(out, "%s\n\n", _("Nobody has sent a text."));
    jb_words_footer(&x->pages.snapshot, out);
}

static void print_rows(const struct jb_collate *x, const struct places *places,
                       enum jb_output output, FILE *out)
{
    static const struct jb_column columns[] = {
        {.key = "section"}, {.key = "indicator"}, {.key = "unit"}, {.key = "unit_name"},
        {.key = "period"},  {.key = "state"},     {.key = "text"},
    };
    jb_table *table = jb_table_new(columns, JB_COUNT(columns));
    struct jb_snapshot_words words;

    for (uint32_t i = 0; i < places->count; i++) {
        const struct place *at = &places->items[i];
        jb_table_cell(table, at->section == JB_NONE ? NULL : x->view->sections[at->section].code);
        jb_table_cell(table, x->view->indicators[at->indicator].code);
        jb_table_cell(table, x->view->units[at->unit].code);
        jb_table_cell(table, name(&x->view->units[at->unit].name));
        jb_table_cellf(table, "%.*s", JB_ARG(at->row->period));
        jb_table_cell(table, jb_state_code(at->row->state));
        jb_table_cellf(table, "%.*s", JB_ARG(at->row->text));
        jb_table_end_row(table);
    }
    jb_table_print(table, output, jb_words_snapshot(&x->pages.snapshot, &words), out);
    jb_table_free(table);
}

void jb_collate_print(struct jb_collate *x, bool by_unit, enum jb_output output, FILE *out)
{
    struct places places = {.by_unit = by_unit};

    place_rows(x, &places);
    if (output == JB_OUT_TABLE)
        print_people(x, &places, out);
    else
        print_rows(x, &places, output, out);
    free(places.items);
}
