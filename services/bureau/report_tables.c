/* Tables and charts of figures. A table is read one of three ways: indicators by periods; units by
 * periods, of one indicator; units by indicators, in one period. Under the units that stand below
 * one another's node comes the node itself as their total. */
#include <stdlib.h>

#include "base/text.h"
#include "report_parts.h"
#include "words.h"

#define PERIODS_MAX 48
#define COLUMNS_MAX 40 /* narrower ones cannot be read on A4 */

struct grid {
    struct jb_report *report;
    const struct jb_placeholder *ph;
    struct jb_report_list units, indicators;
    struct jb_span periods[PERIODS_MAX];
    uint32_t period_count;
    bool by_unit; /* units are the rows */
    bool total;   /* the last of the units is the total of the others */
    bool is_group;
    uint32_t group;
};

static void complain(struct grid *g, const char *sentence)
{
    struct jb_report_refs *refs = &g->report->refs[g->ph->index];
    if (!refs->complained && !g->report->asked)
        jb_complain(g->report->complaints, g->ph->place, g->ph->text, "%s", sentence);
    refs->complained = true;
}

static struct grid grid_of(struct jb_report *report, const struct jb_placeholder *ph,
                           const struct jb_scope *scope)
{
    const struct jb_report_refs *refs = &report->refs[ph->index];
    struct grid g = {.report = report, .ph = ph};
    g.units = jb_report_units_of(report, ph, scope);
    g.indicators = jb_report_indicators_of(report, ph, scope, false);
    g.period_count = jb_report_periods(
        report, ph, g.indicators.count ? g.indicators.items[0] : JB_NONE, g.periods, PERIODS_MAX);
    g.by_unit = g.units.count > 1 || refs->under != JB_NONE;
    if (refs->under != JB_NONE && g.units.items) {
        g.units.items[g.units.count++] = refs->under;
        g.total = true;
    }
    if (ph->group.len && refs->group != JB_NONE) {
        g.is_group = true;
        g.group = refs->group;
    }
    return g;
}

static struct jb_report_key key_of(const struct grid *g, uint32_t unit, uint32_t indicator,
                                   struct jb_span span)
{
    return (struct jb_report_key){.is_group = g->is_group,
                                  .node = g->is_group ? g->group : unit,
                                  .indicator = indicator,
                                  .basis = g->ph->basis,
                                  .span = span};
}

static bool fits(const struct grid *g, uint32_t indicator, struct jb_span span)
{
    struct jb_span base;
    return jb_span_to_base(span, g->report->view->indicators[indicator].freq, &base) == JB_OK;
}

/* The columns behind each value that were asked for. */
static const struct extra {
    const char *title; /* msgid */
    enum jb_ph_show show;
} extras[] = {
    {N_("year on year"), JB_SHOW_YOY},
    {N_("on the period before"), JB_SHOW_QOQ},
    {N_("coverage"), JB_SHOW_COVERAGE},
    {N_("status"), JB_SHOW_STATUS},
};

static bool is_wanted(const struct grid *g, const struct extra *extra)
{
    const struct jb_placeholder *ph = g->ph;
    return extra->show == JB_SHOW_YOY        ? ph->yoy
           : extra->show == JB_SHOW_QOQ      ? ph->qoq
           : extra->show == JB_SHOW_COVERAGE ? ph->coverage
                                             : ph->status;
}

static uint32_t extra_count(const struct grid *g)
{
    uint32_t count = 0;
    for (size_t i = 0; i < JB_COUNT(extras); i++)
        count += is_wanted(g, &extras[i]);
    return count;
}

/* What would be cut off is refused instead. */
static bool is_too_large(const struct grid *g)
{
    const struct jb_placeholder *ph = g->ph;
    struct jb_span base, span;
    if (ph->period_count > PERIODS_MAX)
        return true;
    if (ph->kind != JB_PH_CHART) {
        uint32_t values =
            g->by_unit && g->indicators.count > 1 ? g->indicators.count : g->period_count;
        return 2 + values * (1 + extra_count(g)) > COLUMNS_MAX;
    }
    span = ph->period_count ? jb_when_resolve(&ph->periods[0], g->report->order.span)
                            : g->report->order.span;
    if (g->by_unit)
        return g->units.count > JB_CHART_CATEGORIES_MAX;
    return ph->period_count <= 1 && g->indicators.count &&
           jb_span_to_base(span, g->report->view->indicators[g->indicators.items[0]].freq, &base) ==
               JB_OK &&
           jb_span_count(base) > PERIODS_MAX;
}

void jb_report_note_table(struct jb_report *report, const struct jb_placeholder *ph,
                          const struct jb_scope *scope)
{
    struct grid g = grid_of(report, ph, scope);
    bool chart = ph->kind == JB_PH_CHART;
    if (!g.indicators.count ||
        (chart && !ph->has_name && !jb_report_turn(scope, JB_EACH_INDICATOR)))
        complain(&g, chart ? _("a chart names its indicators")
                           : _("nothing stands in this table: name indicators or a section"));
    else if (g.by_unit && g.indicators.count > 1 && g.period_count > 1)
        complain(&g, _("units, indicators and periods are three directions; one of them must be "
                       "a single one"));
    else if (chart && g.indicators.count * (g.by_unit ? 1 : g.units.count) > JB_CHART_SERIES_MAX)
        complain(&g, _("that is more series than a chart can hold"));
    else if (is_too_large(&g))
        complain(&g, _("that is more than fits: fewer periods, indicators or units"));
    for (uint32_t u = 0; u < g.units.count; u++) {
        for (uint32_t i = 0; i < g.indicators.count; i++) {
            for (uint32_t p = 0; p < g.period_count; p++) {
                struct jb_report_key key =
                    key_of(&g, g.units.items[u], g.indicators.items[i], g.periods[p]);
                if (fits(&g, key.indicator, key.span))
                    jb_report_note(report, &key, ph->yoy, ph->qoq);
            }
        }
    }
}

static void put_cell(struct grid *g, struct jb_doc *doc, struct jb_doc_row *row,
                     const struct jb_report_key *key, enum jb_ph_show show)
{
    struct jb_question *question = jb_report_find(g->report, key);
    const struct jb_answer_row *answer = question ? question->row : NULL;
    struct jb_buf text;
    jb_buf_init(&text, JB_SHORT_TEXT_BYTES_MAX);
    if (!answer || (answer->state == JB_STATE_NOT_REPORTED && answer->expected == 0))
        jb_buf_put_str(&text, "—");
    else if (jb_report_say(g->report, question, show, &text))
        jb_report_cite(g->report, question, show, jb_buf_slice(&text));
    else if (show != JB_SHOW_NUMBER && show != JB_SHOW_VALUE) {
        jb_buf_clear(&text);
        jb_buf_put_str(&text, "—");
    }
    bool word = show == JB_SHOW_COVERAGE || show == JB_SHOW_STATUS;
    jb_ignore(jb_doc_add_cell(doc, row, JB_DOC_CELL, word ? JB_DOC_CENTER : JB_DOC_RIGHT,
                              jb_buf_slice(&text)) == NULL);
    jb_buf_free(&text);
}

static void put_text(struct jb_doc *doc, struct jb_doc_row *row, bool head, enum jb_doc_align align,
                     const char *text)
{
    jb_ignore(jb_doc_add_cell(doc, row, head ? JB_DOC_CELL_HEAD : JB_DOC_CELL, align,
                              jb_slice_str(text)) == NULL);
}

static void put_period_heads(struct grid *g, struct jb_doc *doc, struct jb_doc_row *head)
{
    for (uint32_t p = 0; p < g->period_count; p++) {
        struct jb_buf text;
        jb_buf_init(&text, JB_SHORT_TEXT_BYTES_MAX);
        jb_report_put_period(g->report, g->periods[p], &text);
        jb_ignore(jb_doc_add_cell(doc, head, JB_DOC_CELL_HEAD, JB_DOC_CENTER,
                                  jb_buf_slice(&text)) == NULL);
        jb_buf_free(&text);
        for (size_t i = 0; i < JB_COUNT(extras); i++) {
            if (is_wanted(g, &extras[i]))
                put_text(doc, head, true, JB_DOC_CENTER, _(extras[i].title));
        }
    }
}

static void put_values(struct grid *g, struct jb_doc *doc, struct jb_doc_row *row, uint32_t unit,
                       uint32_t indicator)
{
    for (uint32_t p = 0; p < g->period_count; p++) {
        struct jb_report_key key = key_of(g, unit, indicator, g->periods[p]);
        put_cell(g, doc, row, &key, JB_SHOW_NUMBER);
        for (size_t i = 0; i < JB_COUNT(extras); i++) {
            if (is_wanted(g, &extras[i]))
                put_cell(g, doc, row, &key, extras[i].show);
        }
    }
}

/* Percent of the width: names take their part, growth more than a number, a word less. */
static uint32_t weight_of(enum jb_ph_show show)
{
    return show == JB_SHOW_YOY || show == JB_SHOW_QOQ ? 5 : show == JB_SHOW_NUMBER ? 4 : 3;
}

static void set_widths(const struct grid *g, uint8_t *widths, uint32_t groups, uint32_t names)
{
    uint32_t columns = groups * (1 + extra_count(g)), total = 0, at = names;
    uint32_t first = columns > 4 ? 28 : 40, left = 100 - first - 12 * (names - 1);
    uint32_t *weights = jb_xcalloc(columns + 1u, sizeof(*weights));
    for (uint32_t group = 0, n = 0; group < groups; group++) {
        weights[n++] = weight_of(JB_SHOW_NUMBER);
        for (size_t i = 0; i < JB_COUNT(extras); i++) {
            if (is_wanted(g, &extras[i]))
                weights[n++] = weight_of(extras[i].show);
        }
    }
    for (uint32_t i = 0; i < columns; i++)
        total += weights[i];
    widths[0] = (uint8_t)first;
    if (names > 1)
        widths[1] = 12;
    for (uint32_t i = 0; i < columns; i++, at++) {
        widths[at] = (uint8_t)(total ? left * weights[i] / total : 0);
        left -= widths[at];
        total -= weights[i];
    }
    free(weights);
}

static bool has_value(const struct grid *g, uint32_t unit, uint32_t indicator)
{
    for (uint32_t p = 0; p < g->period_count; p++) {
        struct jb_report_key key = key_of(g, unit, indicator, g->periods[p]);
        const struct jb_question *question = jb_report_find(g->report, &key);
        if (question && question->row && question->row->state == JB_STATE_VALUE)
            return true;
    }
    return false;
}

/* Rows in which nothing stands are left out, if that was asked for. */
static void drop_empty(struct grid *g)
{
    uint32_t kept = 0;
    for (uint32_t i = 0; g->ph->reported_only && i < g->indicators.count; i++) {
        if (has_value(g, g->units.items[0], g->indicators.items[i]))
            g->indicators.items[kept++] = g->indicators.items[i];
    }
    if (g->ph->reported_only)
        g->indicators.count = kept;
}

static void add_indicators_table(struct grid *g, struct jb_doc *doc, struct jb_doc_blocks *to)
{
    uint32_t columns = 2 + g->period_count * (1 + extra_count(g));
    uint8_t widths[2 + PERIODS_MAX * (1 + JB_COUNT(extras))];
    set_widths(g, widths, g->period_count, 2);
    struct jb_doc_block *table = jb_doc_add_table(doc, to, columns, widths);
    struct jb_doc_row *row = jb_doc_add_row(doc, table, true);
    put_text(doc, row, true, JB_DOC_CENTER, _("indicator"));
    put_text(doc, row, true, JB_DOC_CENTER, _("measured in"));
    put_period_heads(g, doc, row);
    for (uint32_t i = 0; i < g->indicators.count; i++) {
        uint32_t indicator = g->indicators.items[i];
        struct jb_slice unit = jb_report_measure_name(g->report, indicator);
        row = jb_doc_add_row(doc, table, false);
        put_text(doc, row, false, JB_DOC_LEFT, jb_report_indicator_name(g->report, indicator));
        jb_ignore(jb_doc_add_cell(doc, row, JB_DOC_CELL, JB_DOC_CENTER, unit) == NULL);
        put_values(g, doc, row, g->units.items[0], indicator);
    }
}

static void put_unit(struct grid *g, struct jb_doc *doc, struct jb_doc_row *row, uint32_t index)
{
    bool total = g->total && index + 1 == g->units.count;
    put_text(doc, row, false, total ? JB_DOC_CENTER : JB_DOC_LEFT,
             total ? _("total") : jb_report_unit_name(g->report, g->units.items[index]));
}

/* Units by periods of one indicator, or by indicators of one period. */
static void add_units_table(struct grid *g, struct jb_doc *doc, struct jb_doc_blocks *to)
{
    bool one = g->indicators.count == 1;
    uint32_t columns = 1 + (one ? g->period_count : g->indicators.count) * (1 + extra_count(g));
    uint8_t *widths = jb_arena_alloc(g->report->arena, columns);
    if (!widths)
        return;
    set_widths(g, widths, one ? g->period_count : g->indicators.count, 1);
    struct jb_doc_block *table = jb_doc_add_table(doc, to, columns, widths);
    struct jb_doc_row *row = jb_doc_add_row(doc, table, true);
    put_text(doc, row, true, JB_DOC_CENTER, _("unit"));
    if (one)
        put_period_heads(g, doc, row);
    for (uint32_t i = 0; !one && i < g->indicators.count; i++) {
        struct jb_slice unit = jb_report_measure_name(g->report, g->indicators.items[i]);
        char *title =
            jb_xasprintf(_("%s (%.*s)"),
                         jb_report_indicator_name(g->report, g->indicators.items[i]), JB_ARG(unit));
        put_text(doc, row, true, JB_DOC_CENTER, title);
        free(title);
        for (size_t n = 0; n < JB_COUNT(extras); n++) {
            if (is_wanted(g, &extras[n]))
                put_text(doc, row, true, JB_DOC_CENTER, _(extras[n].title));
        }
    }
    for (uint32_t u = 0; u < g->units.count && !doc->failed; u++) {
        row = jb_doc_add_row(doc, table, false);
        put_unit(g, doc, row, u);
        for (uint32_t i = 0; i < g->indicators.count; i++)
            put_values(g, doc, row, g->units.items[u], g->indicators.items[i]);
    }
}

static struct jb_slice unquoted(struct jb_slice text)
{
    if (text.len >= 2 && text.ptr[0] == '"' && text.ptr[text.len - 1] == '"')
        return jb_slice_of(text.ptr + 1, text.len - 2);
    if (text.len >= 6 && memcmp(text.ptr, "“", 3) == 0 &&
        memcmp(text.ptr + text.len - 3, "”", 3) == 0)
        return jb_slice_of(text.ptr + 3, text.len - 6);
    return text;
}

static void add_title(struct grid *g, struct jb_doc *doc, struct jb_doc_blocks *to)
{
    if (!g->ph->title.len)
        return;
    struct jb_doc_block *caption = jb_doc_add_text(doc, to, JB_DOC_CAPTION, unquoted(g->ph->title));
    caption->align = JB_DOC_CENTER;
}

/* Units of one indicator: its unit of measure stands once, above the table. */
static void add_measure(struct grid *g, struct jb_doc *doc, struct jb_doc_blocks *to)
{
    if (g->indicators.count != 1)
        return;
    struct jb_slice unit = jb_report_measure_name(g->report, g->indicators.items[0]);
    char *text = jb_xasprintf(_("measured in: %.*s"), JB_ARG(unit));
    jb_doc_add_text(doc, to, JB_DOC_NOTE, jb_slice_str(text))->align = JB_DOC_RIGHT;
    free(text);
}

void jb_report_add_table(struct jb_report *report, const struct jb_placeholder *ph,
                         const struct jb_scope *scope, struct jb_doc *doc, struct jb_doc_blocks *to)
{
    struct grid g = grid_of(report, ph, scope);
    if (g.units.count && !g.by_unit)
        drop_empty(&g);
    if (!g.indicators.count || !g.units.count) {
        jb_ignore(jb_doc_add_text(doc, to, JB_DOC_BODY,
                                  jb_slice_str(_("There are no figures for this table."))) == NULL);
        return;
    }
    add_title(&g, doc, to);
    if (!g.by_unit) {
        add_indicators_table(&g, doc, to);
        return;
    }
    add_measure(&g, doc, to);
    add_units_table(&g, doc, to);
}

/* A chart lives as long as the document: everything comes from its arena. */
struct drawing {
    struct grid *g;
    struct jb_doc *doc;
    const char **categories;
    uint32_t category_count, series_count;
    struct jb_chart_series *series;
};

static const char *keep(struct jb_doc *doc, struct jb_slice text)
{
    const uint8_t *kept = jb_arena_copy(doc->arena, text).ptr;
    doc->failed = doc->failed || !kept;
    return kept ? (const char *)kept : "";
}

static void set_point(struct drawing *d, struct jb_chart_point *point,
                      const struct jb_report_key *key)
{
    struct jb_question *question = jb_report_find(d->g->report, key);
    struct jb_buf text;
    jb_buf_init(&text, JB_SHORT_TEXT_BYTES_MAX);
    if (jb_report_say(d->g->report, question, JB_SHOW_NUMBER, &text)) {
        point->number = jb_arena_copy(d->doc->arena, question->row->value);
        point->text = keep(d->doc, jb_buf_slice(&text));
        jb_report_cite(d->g->report, question, JB_SHOW_NUMBER, jb_buf_slice(&text));
    }
    jb_buf_free(&text);
}

/* Categories: the units, or the periods. Series: the indicators. */
static void set_categories(struct drawing *d)
{
    struct grid *g = d->g;
    d->category_count = g->by_unit ? g->units.count - (g->total ? 1 : 0) : g->period_count;
    if (d->category_count > JB_CHART_CATEGORIES_MAX)
        d->category_count = JB_CHART_CATEGORIES_MAX;
    d->categories = jb_arena_array(d->doc->arena, d->category_count + 1u, sizeof(*d->categories));
    for (uint32_t i = 0; d->categories && i < d->category_count; i++) {
        struct jb_buf text;
        jb_buf_init(&text, JB_SHORT_TEXT_BYTES_MAX);
        if (g->by_unit)
            jb_buf_put_str(&text, jb_report_unit_name(g->report, g->units.items[i]));
        else
            jb_report_put_period(g->report, g->periods[i], &text);
        d->categories[i] = keep(d->doc, jb_buf_slice(&text));
        jb_buf_free(&text);
    }
}

static void set_series(struct drawing *d)
{
    struct grid *g = d->g;
    d->series_count =
        g->indicators.count < JB_CHART_SERIES_MAX ? g->indicators.count : JB_CHART_SERIES_MAX;
    d->series = jb_arena_array(d->doc->arena, d->series_count + 1u, sizeof(*d->series));
    for (uint32_t s = 0; d->series && s < d->series_count; s++) {
        struct jb_chart_point *points =
            jb_arena_array(d->doc->arena, d->category_count + 1u, sizeof(*points));
        uint32_t indicator = g->indicators.items[s];
        if (!points)
            return;
        for (uint32_t c = 0; c < d->category_count; c++) {
            struct jb_report_key key = key_of(g, g->units.items[g->by_unit ? c : 0], indicator,
                                              g->periods[g->by_unit ? 0 : c]);
            set_point(d, &points[c], &key);
        }
        d->series[s] = (struct jb_chart_series){
            keep(d->doc, jb_slice_str(jb_report_indicator_name(g->report, indicator))), points};
    }
}

void jb_report_add_chart(struct jb_report *report, const struct jb_placeholder *ph,
                         const struct jb_scope *scope, struct jb_doc *doc, struct jb_doc_blocks *to)
{
    struct grid g = grid_of(report, ph, scope);
    struct drawing d = {.g = &g, .doc = doc};
    struct jb_chart *chart = jb_arena_alloc(doc->arena, sizeof(*chart));
    struct jb_chart_axis axis;
    if (!g.indicators.count || !g.units.count)
        return;
    set_categories(&d);
    set_series(&d);
    if (!chart || !d.categories || !d.series) {
        doc->failed = true;
        return;
    }
    *chart = (struct jb_chart){
        .kind = g.by_unit  ? JB_CHART_BAR
                : ph->line ? JB_CHART_LINE
                           : JB_CHART_COLUMN,
        .title = ph->title.len ? keep(doc, unquoted(ph->title)) : NULL,
        .unit_of_measure = keep(doc, jb_report_measure_name(report, g.indicators.items[0])),
        .categories = d.categories,
        .category_count = d.category_count,
        .series = d.series,
        .series_count = d.series_count,
    };
    if (jb_chart_axis_of(chart, &axis) != JB_OK) {
        jb_ignore(jb_doc_add_text(doc, to, JB_DOC_NOTE,
                                  jb_slice_str(_("[No figures for this chart]"))) == NULL);
        report->missing++;
        return;
    }
    jb_doc_add(doc, to, JB_DOC_CHART)->chart = chart;
}
