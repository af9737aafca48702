/* The list at a report's end: each figure that is printed, once, with what it was asked by, and how
 * far it can be relied on. */
#include <stdarg.h>
#include <stdlib.h>

#include "base/text.h"
#include "report_parts.h"
#include "words.h"

static void add_citation(struct jb_report *report, struct jb_report_citation citation,
                         struct jb_slice text)
{
    if (report->citation_count == report->citation_cap) {
        report->citation_cap = report->citation_cap ? 2 * report->citation_cap : 128;
        report->citations =
            jb_xrealloc(report->citations, report->citation_cap * sizeof(*report->citations));
    }
    citation.text = jb_arena_copy(report->arena, text);
    report->citations[report->citation_count++] = citation;
}

void jb_report_cite(struct jb_report *report, struct jb_question *question, enum jb_ph_show show,
                    struct jb_slice text)
{
    uint32_t bit = 1u << show;
    /* What says nothing of a number. */
    if (show == JB_SHOW_COVERAGE || show == JB_SHOW_STATUS || show == JB_SHOW_DATE ||
        (question->cited & bit))
        return;
    question->cited |= bit;
    add_citation(report,
                 (struct jb_report_citation){.question = question,
                                             .indicator = question->indicator,
                                             .show = show,
                                             .period = question->period},
                 text);
}

void jb_report_cite_target(struct jb_report *report, uint32_t indicator, struct jb_span span,
                           struct jb_slice text)
{
    char period[JB_PERIOD_TEXT_SIZE];
    jb_span_format(span, period);
    for (uint32_t i = 0; i < report->citation_count; i++) {
        const struct jb_report_citation *one = &report->citations[i];
        if (!one->question && one->indicator == indicator && jb_slice_is(one->period, period))
            return;
    }
    add_citation(
        report,
        (struct jb_report_citation){.indicator = indicator,
                                    .show = JB_SHOW_TARGET,
                                    .period = jb_arena_copy(report->arena, jb_slice_str(period))},
        text);
}

static bool is_growth(enum jb_ph_show show)
{
    return show >= JB_SHOW_YOY && show <= JB_SHOW_QOQ_BASE;
}

static void put_options(const struct jb_report *report, const struct jb_report_citation *citation,
                        struct jb_buf *out)
{
    const struct jb_question *question = citation->question;
    const char *code = report->view->indicators[citation->indicator].code;
    if (!question) {
        jb_buf_put_str(out, "jibao catalog show --targets");
        return;
    }
    if (question->is_group)
        jb_buf_printf(out, "--group %s ", report->view->groups[question->node].code);
    else
        jb_buf_printf(out, "--unit %s ", report->view->units[question->node].code);
    jb_buf_printf(out, "--indicator %s --period %.*s", code, JB_ARG(question->period));
    if (question->basis.len)
        jb_buf_printf(out, " --basis %.*s", JB_ARG(question->basis));
    if (question->own)
        jb_buf_put_str(out, " --own");
    if (is_growth(citation->show))
        jb_buf_put_str(out, citation->show >= JB_SHOW_QOQ ? " --compare qoq" : " --compare yoy");
}

static void put_note(struct jb_buf *out, const char *fmt, ...) JB_PRINTF(2, 3);
static void put_note(struct jb_buf *out, const char *fmt, ...)
{
    char text[2 * JB_WORDS_SIZE];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    jb_buf_put_str(out, out->len ? "\n" : "");
    jb_buf_put_str(out, text);
}

/* What a number alone would hide. */
static void put_notes(const struct jb_report_citation *citation, struct jb_buf *out)
{
    const struct jb_answer_row *row = citation->question ? citation->question->row : NULL;
    char words[JB_WORDS_SIZE];
    if (!row)
        return;
    if (row->value_period.len && !jb_slice_eq(row->value_period, row->period))
        put_note(out, _("as of %s"), jb_words_period(row->value_period, words));
    if (row->basis.len)
        put_note(out, "%s", jb_words_basis(row->basis, words));
    if (row->numerator.len && row->denominator.len)
        put_note(out, "%.*s/%.*s", JB_ARG(row->numerator), JB_ARG(row->denominator));
    if (row->unpaired)
        put_note(out, "%s", _("numerator and denominator were not reported by the same units"));
    if (!is_growth(citation->show))
        return;
    const struct jb_growth *growth = citation->show >= JB_SHOW_QOQ ? &row->qoq : &row->yoy;
    put_note(out, _("against %.*s of %s (%s)"), JB_ARG(growth->base),
             jb_words_period(growth->base_period, words), jb_status_name(growth->base_status));
    if (growth->redefined.len)
        put_note(out, _("the definition changed on %.*s"), JB_ARG(growth->redefined));
}

static void add_cell(struct jb_doc *doc, struct jb_doc_row *row, enum jb_doc_align align,
                     struct jb_buf *text)
{
    jb_ignore(jb_doc_add_cell(doc, row, JB_DOC_CELL_SMALL, align, jb_buf_slice(text)) == NULL);
    jb_buf_clear(text);
}

static void put_subject(const struct jb_report *report, const struct jb_report_citation *citation,
                        struct jb_buf *out)
{
    const struct jb_question *question = citation->question;
    char words[JB_WORDS_SIZE];
    struct jb_report_node node = {question && question->is_group,
                                  question ? question->node : report->root};
    jb_buf_printf(out, _("%s (%s, %s)"), jb_report_indicator_name(report, citation->indicator),
                  jb_report_node_name(report, node), jb_words_period(citation->period, words));
}

static void add_row(const struct jb_report *report, uint32_t index, struct jb_doc *doc,
                    struct jb_doc_block *table)
{
    const struct jb_report_citation *citation = &report->citations[index];
    const struct jb_answer_row *row = citation->question ? citation->question->row : NULL;
    struct jb_doc_row *line = jb_doc_add_row(doc, table, false);
    struct jb_buf text;
    jb_buf_init(&text, 2 * JB_SHORT_TEXT_BYTES_MAX);
    jb_buf_printf(&text, "%u", index + 1);
    add_cell(doc, line, JB_DOC_CENTER, &text);
    jb_buf_put(&text, citation->text.ptr, citation->text.len);
    add_cell(doc, line, JB_DOC_LEFT, &text);
    put_subject(report, citation, &text);
    add_cell(doc, line, JB_DOC_LEFT, &text);
    jb_buf_printf(&text, "%llu", (unsigned long long)report->sight.revision);
    add_cell(doc, line, JB_DOC_CENTER, &text);
    if (row)
        jb_buf_printf(&text, "%u/%u", row->reported, row->expected);
    else
        jb_buf_put_str(&text, "—");
    add_cell(doc, line, JB_DOC_CENTER, &text);
    if (row && is_growth(citation->show))
        jb_buf_put_str(&text, jb_status_name(citation->show >= JB_SHOW_QOQ ? row->qoq.status
                                                                           : row->yoy.status));
    else
        jb_buf_put_str(&text, row ? jb_status_name(row->status) : _("target"));
    add_cell(doc, line, JB_DOC_CENTER, &text);
    put_options(report, citation, &text);
    put_notes(citation, &text);
    add_cell(doc, line, JB_DOC_LEFT, &text);
    jb_buf_free(&text);
}

static void put_common(const struct jb_report *report, struct jb_buf *out)
{
    jb_buf_put_str(out, "jibao query");
    if (report->sight.view != JB_VIEW_WORKING)
        jb_buf_printf(out, " --view %s", jb_viewpoint_code(report->sight.view));
    if (report->order.rounding.len)
        jb_buf_printf(out, " --rounding %.*s", JB_ARG(report->order.rounding));
    jb_buf_printf(out, " --as-of %llu", (unsigned long long)report->sight.revision);
}

/* Which release, head, catalogue and rounding everything rests on. */
static void add_grounds(struct jb_report *report, struct jb_doc *doc, struct jb_doc_blocks *to)
{
    static const struct {
        const char *label; /* msgid */
        enum jb_ph_fact fact;
    } lines[] = {
        {N_("Figures"), JB_FACT_VIEW},
        {N_("Release"), JB_FACT_RELEASE},
        {N_("Ledger revision"), JB_FACT_REVISION},
        {N_("Head of the ledger then"), JB_FACT_HEAD},
        {N_("Catalogue version"), JB_FACT_CATALOG},
        {N_("Rounding"), JB_FACT_ROUNDING},
    };
    struct jb_buf text;
    char time[JB_WORDS_SIZE];
    jb_buf_init(&text, 4 * JB_SHORT_TEXT_BYTES_MAX);
    for (size_t i = 0; i < JB_COUNT(lines); i++) {
        const struct jb_placeholder ph = {.kind = JB_PH_FACT, .fact = lines[i].fact};
        jb_buf_clear(&text);
        jb_buf_printf(&text, _("%s: "), _(lines[i].label));
        jb_report_say_fact(report, &ph, NULL, &text);
        if (lines[i].fact == JB_FACT_REVISION)
            jb_buf_printf(&text, _(" (%s, +08:00)"), jb_words_time(report->sight.at_us, time));
        jb_ignore(jb_doc_add_text(doc, to, JB_DOC_NOTE, jb_buf_slice(&text)) == NULL);
    }
    jb_buf_clear(&text);
    jb_buf_put_str(&text, _("Each figure is asked again by this, with the options of its line: "));
    put_common(report, &text);
    jb_ignore(jb_doc_add_text(doc, to, JB_DOC_NOTE, jb_buf_slice(&text)) == NULL);
    jb_buf_free(&text);
}

void jb_report_add_appendix(struct jb_report *report, struct jb_doc *doc, struct jb_doc_blocks *to)
{
    static const uint8_t widths[] = {6, 14, 28, 8, 9, 8, 27};
    const char *const heads[] = {_("No."),      _("printed"), _("figure"),         _("revision"),
                                 _("coverage"), _("status"),  _("query and notes")};
    jb_ignore(jb_doc_add(doc, to, JB_DOC_PAGE_BREAK) == NULL);
    jb_ignore(jb_doc_add_text(doc, to, JB_DOC_HEADING_1,
                              jb_slice_str(_("Appendix: where the figures come from"))) == NULL);
    add_grounds(report, doc, to);
    struct jb_doc_block *table = jb_doc_add_table(doc, to, JB_COUNT(widths), widths);
    struct jb_doc_row *head = jb_doc_add_row(doc, table, true);
    for (size_t i = 0; i < JB_COUNT(heads); i++)
        jb_ignore(jb_doc_add_cell(doc, head, JB_DOC_CELL_HEAD, JB_DOC_CENTER,
                                  jb_slice_str(heads[i])) == NULL);
    for (uint32_t i = 0; i < report->citation_count && !doc->failed; i++)
        add_row(report, i, doc, table);
}
