/* Collated texts 文字材料, what is missing, and what was revised. */
#include <stdlib.h>

#include "base/text.h"
#include "report_parts.h"
#include "words.h"

/* What a placeholder of texts walks over: texts, base periods, and who owes them. */
struct texts {
    struct jb_report *report;
    struct jb_report_list indicators;
    struct jb_span base; /* of the indicator at hand */
};

static struct texts texts_of(struct jb_report *report, const struct jb_placeholder *ph,
                             const struct jb_scope *scope)
{
    struct texts x = {.report = report};
    x.indicators = jb_report_indicators_of(report, ph, scope, true);
    return x;
}

/* The unit that was named, or of the loop, and all below it; everybody when neither is there. */
static bool is_wanted(const struct jb_report *report, const struct jb_placeholder *ph,
                      const struct jb_scope *scope, uint32_t unit)
{
    const struct jb_report_refs *refs = &report->refs[ph->index];
    jb_date day = jb_period_last_day(report->order.span.last);
    if (refs->under != JB_NONE)
        return jb_catalog_is_under(report->catalog, unit, refs->under, day);
    if (refs->group != JB_NONE)
        return jb_catalog_in_group(report->catalog, unit, refs->group, day);
    for (uint32_t i = 0; i < refs->unit_count; i++) {
        if (jb_catalog_is_under(report->catalog, unit, refs->units[i], day))
            return true;
    }
    return refs->unit_count == 0 &&
           jb_catalog_is_under(report->catalog, unit, jb_report_node_of(report, ph, scope).index,
                               day);
}

typedef void (*text_visit)(struct texts *x, const struct jb_report_key *key, void *ctx);

static bool owns_in(const struct texts *x, uint32_t unit, uint32_t indicator)
{
    const struct jb_indicator *one = &x->report->view->indicators[indicator];
    for (uint32_t i = 0; i < one->owner_count; i++) {
        if (one->owners[i].unit == unit)
            return true;
    }
    return false;
}

/* Text after text, unit after unit in the catalogue's order, period after period. */
static void each_text(struct texts *x, const struct jb_placeholder *ph,
                      const struct jb_scope *scope, uint32_t indicator, text_visit visit, void *ctx)
{
    struct jb_report *report = x->report;
    struct jb_span span;
    jb_ignore(jb_report_periods(report, ph, JB_NONE, &span, 1) == 0);
    if (jb_span_to_base(span, report->view->indicators[indicator].freq, &x->base) != JB_OK)
        return;
    for (uint32_t u = 0; u < report->view->unit_count; u++) {
        if (!owns_in(x, u, indicator) || !is_wanted(report, ph, scope, u))
            continue;
        for (uint32_t i = 0; i < jb_span_count(x->base); i++) {
            const struct jb_report_key key = {
                .own = true,
                .node = u,
                .indicator = indicator,
                .span = jb_span_of(jb_period_add(x->base.first, (int32_t)i))};
            visit(x, &key, ctx);
        }
    }
}

static void note_text(struct texts *x, const struct jb_report_key *key, void *ctx)
{
    (void)ctx;
    jb_report_note(x->report, key, false, false);
}

void jb_report_note_texts(struct jb_report *report, const struct jb_placeholder *ph,
                          const struct jb_scope *scope)
{
    struct texts x = texts_of(report, ph, scope);
    for (uint32_t i = 0; i < x.indicators.count; i++)
        each_text(&x, ph, scope, x.indicators.items[i], note_text, NULL);
}

struct writing {
    struct jb_doc *doc;
    struct jb_doc_blocks *to;
    struct jb_buf missing; /* names */
    uint32_t written;
    bool in_unit; /* the unit is known from the loop around */
    struct jb_slice last_missing;
};

/* Paragraphs of a text; the first begins with who wrote it. */
static void write_text(struct texts *x, const struct jb_report_key *key,
                       const struct jb_answer_row *row, struct writing *w)
{
    struct jb_slice rest = row->text;
    bool first = true;
    while (rest.len) {
        const uint8_t *end = memchr(rest.ptr, '\n', rest.len);
        struct jb_slice line = rest;
        line.len = end ? (size_t)(end - rest.ptr) : rest.len;
        rest =
            jb_slice_of(rest.ptr + line.len + (end != NULL), rest.len - line.len - (end != NULL));
        if (line.len == 0)
            continue;
        struct jb_doc_block *block = jb_doc_add_text(w->doc, w->to, JB_DOC_BODY, JB_LIT(""));
        struct jb_doc_runs runs = {0};
        if (first && !w->in_unit) {
            char *name = jb_xasprintf(_("%s: "), jb_report_unit_name(x->report, key->node));
            jb_ignore(jb_doc_add_run(w->doc, &runs, jb_slice_str(name), JB_DOC_BOLD) == NULL);
            free(name);
        }
        jb_ignore(jb_doc_add_run(w->doc, &runs, line, 0) == NULL);
        block->runs = runs.first;
        first = false;
    }
    w->written++;
}

static void visit_text(struct texts *x, const struct jb_report_key *key, void *ctx)
{
    struct writing *w = ctx;
    const struct jb_question *question = jb_report_find(x->report, key);
    const struct jb_answer_row *row = question ? question->row : NULL;
    if (row && row->state == JB_STATE_VALUE && row->text.len) {
        write_text(x, key, row, w);
        return;
    }
    struct jb_slice name = jb_slice_str(jb_report_unit_name(x->report, key->node));
    if (!row || row->expected == 0 || row->state == JB_STATE_NOT_APPLICABLE ||
        jb_slice_eq(name, w->last_missing))
        return;
    jb_buf_put_str(&w->missing, w->missing.len == 0 ? "" : x->report->zh ? "、" : ", ");
    jb_buf_put(&w->missing, name.ptr, name.len);
    w->last_missing = name;
}

static void end_texts(struct jb_report *report, struct writing *w)
{
    if (w->missing.len) {
        struct jb_doc_block *block = jb_doc_add_text(w->doc, w->to, JB_DOC_NOTE, JB_LIT(""));
        struct jb_doc_runs runs = {0};
        char *text = jb_xasprintf(_("[Not sent by: %.*s]"), JB_ARG(jb_buf_slice(&w->missing)));
        jb_ignore(jb_doc_add_run(w->doc, &runs, jb_slice_str(text), JB_DOC_MISSING) == NULL);
        block->runs = runs.first;
        free(text);
        report->missing++;
    }
    jb_buf_clear(&w->missing);
    w->last_missing = JB_LIT("");
}

void jb_report_add_texts(struct jb_report *report, const struct jb_placeholder *ph,
                         const struct jb_scope *scope, struct jb_doc *doc, struct jb_doc_blocks *to)
{
    struct texts x = texts_of(report, ph, scope);
    struct writing w = {
        .doc = doc, .to = to, .in_unit = jb_report_turn(scope, JB_EACH_UNIT) != NULL};
    jb_buf_init(&w.missing, JB_TEXT_FIGURE_BYTES_MAX);
    for (uint32_t i = 0; i < x.indicators.count; i++) {
        if (x.indicators.count > 1)
            jb_ignore(jb_doc_add_text(doc, to, JB_DOC_HEADING_3,
                                      jb_slice_str(jb_report_indicator_name(
                                          report, x.indicators.items[i]))) == NULL);
        each_text(&x, ph, scope, x.indicators.items[i], visit_text, &w);
        end_texts(report, &w);
    }
    if (!w.written && !x.indicators.count)
        jb_ignore(jb_doc_add_text(doc, to, JB_DOC_BODY,
                                  jb_slice_str(_("No text is asked for here."))) == NULL);
    jb_buf_free(&w.missing);
}

static bool is_missing(const struct jb_status_row *row)
{
    return row->rows_reported < row->rows_expected;
}

uint32_t jb_report_missing_units(const struct jb_report *report, struct jb_buf *names)
{
    struct jb_slice last = JB_LIT("");
    uint32_t count = 0;
    for (uint32_t i = 0; i < report->status.count; i++) {
        const struct jb_status_row *row = &report->status.rows[i];
        if (!is_missing(row) || (count && jb_slice_eq(row->unit, last)))
            continue;
        last = row->unit;
        if (names) {
            uint32_t unit = jb_catalog_unit(report->catalog, row->unit);
            jb_buf_put_str(names, count == 0 ? "" : report->zh ? "、" : ", ");
            jb_buf_put_str(names, unit == JB_NONE ? "?" : jb_report_unit_name(report, unit));
        }
        count++;
    }
    return count;
}

static void add_cells(struct jb_doc *doc, struct jb_doc_row *row, const char *const *texts,
                      const enum jb_doc_align *aligns, size_t count, enum jb_doc_style style)
{
    for (size_t i = 0; i < count; i++)
        jb_ignore(jb_doc_add_cell(doc, row, style, aligns[i], jb_slice_str(texts[i])) == NULL);
}

void jb_report_add_missing(struct jb_report *report, struct jb_doc *doc, struct jb_doc_blocks *to)
{
    static const uint8_t widths[] = {30, 36, 18, 16};
    static const enum jb_doc_align centred[] = {JB_DOC_CENTER, JB_DOC_CENTER, JB_DOC_CENTER,
                                                JB_DOC_CENTER},
                                   aligns[] = {JB_DOC_LEFT, JB_DOC_LEFT, JB_DOC_CENTER,
                                               JB_DOC_CENTER};
    const char *const heads[] = {_("unit"), _("form"), _("period"), _("rows missing")};
    if (!jb_report_missing_units(report, NULL)) {
        jb_ignore(jb_doc_add_text(doc, to, JB_DOC_BODY,
                                  jb_slice_str(_("Nothing is missing: every form that is owed was "
                                                 "sent in full."))) == NULL);
        return;
    }
    struct jb_doc_block *table = jb_doc_add_table(doc, to, JB_COUNT(widths), widths);
    add_cells(doc, jb_doc_add_row(doc, table, true), heads, centred, JB_COUNT(heads),
              JB_DOC_CELL_HEAD);
    for (uint32_t i = 0; i < report->status.count; i++) {
        const struct jb_status_row *row = &report->status.rows[i];
        char period[JB_WORDS_SIZE], rows[32];
        if (!is_missing(row))
            continue;
        uint32_t unit = jb_catalog_unit(report->catalog, row->unit);
        struct jb_slice title = report->zh ? row->form_title_zh : row->form_title_en;
        char *form = jb_xstrndup(title.ptr, title.len);
        snprintf(rows, sizeof(rows), "%u/%u", row->rows_expected - row->rows_reported,
                 row->rows_expected);
        const char *const texts[] = {unit == JB_NONE ? "?" : jb_report_unit_name(report, unit),
                                     form, jb_words_period(row->period, period), rows};
        add_cells(doc, jb_doc_add_row(doc, table, false), texts, aligns, JB_COUNT(texts),
                  JB_DOC_CELL);
        free(form);
    }
}

static const char *side(const struct jb_report *report, uint32_t indicator, enum jb_state state,
                        struct jb_slice value, enum jb_mark mark, struct jb_buf *out)
{
    jb_buf_clear(out);
    if (state != JB_STATE_VALUE) {
        jb_buf_put_str(out, jb_state_name(state));
    } else if (value.len) {
        struct jb_phrase phrase = {value, mark, JB_LIT("")};
        if (indicator != JB_NONE)
            phrase.unit_of_measure = jb_report_measure_name(report, indicator);
        jb_phrase_value(&phrase, report->zh, out);
    } else {
        jb_buf_put_str(out, _("(text)"));
    }
    jb_buf_put_u8(out, 0);
    return out->failed ? "" : (const char *)out->ptr;
}

static void add_change(struct jb_report *report, const struct jb_diff_row *row, struct jb_doc *doc,
                       struct jb_doc_block *table)
{
    static const enum jb_doc_align aligns[] = {JB_DOC_CENTER, JB_DOC_LEFT,  JB_DOC_LEFT,
                                               JB_DOC_RIGHT,  JB_DOC_RIGHT, JB_DOC_LEFT};
    const struct jb_history_row *c = &row->change;
    uint32_t unit = jb_catalog_unit(report->catalog, row->unit);
    uint32_t indicator = jb_catalog_indicator(report->catalog, row->indicator);
    struct jb_slice why = c->reason.len ? c->reason : c->note;
    char period[JB_WORDS_SIZE];
    char *reason = jb_xstrndup(why.ptr, why.len);
    struct jb_buf before, after;
    jb_buf_init(&before, JB_SHORT_TEXT_BYTES_MAX);
    jb_buf_init(&after, JB_SHORT_TEXT_BYTES_MAX);
    const char *const texts[] = {
        jb_words_period(row->basis.len ? row->basis : row->period, period),
        unit == JB_NONE ? "?" : jb_report_unit_name(report, unit),
        indicator == JB_NONE ? "?" : jb_report_indicator_name(report, indicator),
        side(report, indicator, c->state_before, c->before, c->mark_before, &before),
        side(report, indicator, c->state, c->value, c->mark, &after),
        reason[0] ? reason : "—"};
    add_cells(doc, jb_doc_add_row(doc, table, false), texts, aligns, JB_COUNT(texts), JB_DOC_CELL);
    jb_buf_free(&before);
    jb_buf_free(&after);
    free(reason);
}

void jb_report_add_revisions(struct jb_report *report, struct jb_doc *doc, struct jb_doc_blocks *to)
{
    static const uint8_t widths[] = {16, 18, 24, 13, 13, 16};
    static const enum jb_doc_align centred[] = {JB_DOC_CENTER, JB_DOC_CENTER, JB_DOC_CENTER,
                                                JB_DOC_CENTER, JB_DOC_CENTER, JB_DOC_CENTER};
    const char *const heads[] = {_("period"), _("unit"),  _("indicator"),
                                 _("before"), _("after"), _("why")};
    if (report->change_count == 0) {
        const char *text = report->changes_known
                               ? _("No figure was revised since the release before.")
                               : _("There is no earlier release to compare with.");
        jb_ignore(jb_doc_add_text(doc, to, JB_DOC_BODY, jb_slice_str(text)) == NULL);
        return;
    }
    struct jb_doc_block *table = jb_doc_add_table(doc, to, JB_COUNT(widths), widths);
    add_cells(doc, jb_doc_add_row(doc, table, true), heads, centred, JB_COUNT(heads),
              JB_DOC_CELL_HEAD);
    for (uint32_t i = 0; i < report->change_count; i++)
        add_change(report, &report->changes[i], doc, table);
}
