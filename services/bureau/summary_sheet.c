/* A cell shows what the screen shows (answer_people.h); what a number alone would hide stands in
 * the last column, or, by unit, behind the number with its meaning below the table. */
#include "summary_sheet.h"

#include <stdlib.h>

#include "answer_order.h"
#include "answer_pivot.h"
#include "answer_people.h"
#include "base/text.h"
#include "view_args.h"
#include "words.h"

#define NOTES_BYTES_MAX (16 * 1024)

static bool says_nothing(const struct jb_answer_row *row)
{
    return (row->state == JB_STATE_NOT_REPORTED || row->state == JB_STATE_NOT_COMPUTABLE) &&
           !row->expected && !row->reported;
}

static const struct jb_indicator *indicator_of(const struct jb_summary *s, struct jb_slice code)
{
    uint32_t index = jb_catalog_indicator(s->catalog, code);

    return index == JB_NONE ? NULL : &jb_catalog_view(s->catalog)->indicators[index];
}

static const struct jb_answer_row *find(const struct jb_pages *pages, struct jb_slice unit,
                                        struct jb_slice indicator)
{
    for (uint32_t i = 0; pages && i < pages->count; i++) {
        if (jb_slice_eq(pages->rows[i]->indicator, indicator) &&
            (!unit.len || jb_slice_eq(pages->rows[i]->unit, unit)))
            return pages->rows[i];
    }
    return NULL;
}

/* Which figures they are: "as last submitted"; "published figures: 2023-Q2 release 1 (...)". */
static char *view_text(const struct jb_summary *s)
{
    const struct jb_pages *pages = s->total;
    char *text = NULL;
    size_t len = 0;
    FILE *out = open_memstream(&text, &len);

    jb_assert(out != NULL);
    jb_view_print(pages->view, pages->releases, pages->release_count, out);
    fclose(out);
    if (len && text[len - 1] == '\n')
        text[len - 1] = 0;
    if (len)
        return text;
    free(text);
    return jb_xstrdup(jb_catalog_view(s->catalog)->managed_periods
                          ? _("as last submitted, reviewed or not")
                          : _("as last submitted"));
}

static jb_table_sheet *new_sheet(const struct jb_summary *s, const char *title,
                                 const struct jb_sheet_column *columns, uint32_t count)
{
    const struct jb_catalog_view *view = jb_catalog_view(s->catalog);
    char period[JB_PAPER_TEXT_SIZE], below[JB_PAPER_TEXT_SIZE + 8];
    char *right = view_text(s);
    char *left = jb_xasprintf(_("Unit: %s"), jb_paper_name(&view->units[s->node].name));

    jb_paper_period(s->span, period);
    snprintf(below, sizeof(below), jb_text_is_zh() ? "（%s）" : "(%s)", period);
    jb_table_sheet *sheet = jb_table_sheet_new(title, below, columns, count);
    jb_table_sheet_above(sheet, left, right);
    free(left);
    free(right);
    return sheet;
}

/* -------------------------------------------------------------- by indicator */

static void put_growth(jb_table_sheet *sheet, const struct jb_answer_row *row)
{
    char number[JB_WORDS_SIZE], words[JB_WORDS_SIZE];
    const struct jb_growth *growth = &row->yoy;

    jb_table_sheet_cellf(sheet, "%.*s%s", JB_ARG(row->has_yoy ? growth->base : JB_LIT("")),
                         row->has_yoy && growth->base.len && growth->points ? "%" : "");
    if (!row->has_yoy || !growth->value.len) {
        jb_table_sheet_cell(sheet, "—");
        return;
    }
    snprintf(number, sizeof(number), "%s%.*s%s", growth->value.ptr[0] == '-' ? "" : "+",
             JB_ARG(growth->value), growth->points ? _(" points") : "%");
    jb_table_sheet_cell(
        sheet, jb_figure_text(words, sizeof(words), number, growth->mark, jb_text_is_zh()));
}

static void add_remark(struct jb_buf *remark, const char *text)
{
    if (!text[0])
        return;
    if (remark->len)
        jb_buf_put_str(remark, _("; "));
    jb_buf_put_str(remark, text);
}

static void put_remark(jb_table_sheet *sheet, const struct jb_answer_row *row)
{
    static const struct jb_answer_view plain;
    struct jb_buf remark, notes;
    bool value = row->state == JB_STATE_VALUE;

    jb_buf_init(&remark, NOTES_BYTES_MAX);
    jb_buf_init(&notes, NOTES_BYTES_MAX);
    jb_answer_notes(row, &plain, &notes);
    jb_buf_put_u8(&notes, 0);
    if (value && row->status != JB_FINAL)
        add_remark(&remark, jb_status_name(row->status));
    add_remark(&remark, (const char *)notes.ptr);
    if (value && row->has_yoy && !row->yoy.value.len)
        add_remark(&remark, jb_words_reason(row->yoy.reason));
    jb_table_sheet_cellf(sheet, "%.*s", JB_ARG(jb_buf_slice(&remark)));
    jb_buf_free(&notes);
    jb_buf_free(&remark);
}

static void put_indicator(const struct jb_summary *s, jb_table_sheet *sheet,
                          const struct jb_answer_row *row, uint16_t indent)
{
    const struct jb_indicator *indicator = indicator_of(s, row->indicator);
    char words[JB_WORDS_SIZE];

    if (indicator)
        jb_table_sheet_cell(sheet, jb_paper_name(&indicator->name));
    else
        jb_table_sheet_cellf(sheet, "%.*s", JB_ARG(row->indicator));
    if (indicator && !jb_text_is_zh())
        jb_table_sheet_cell(sheet, indicator->unit_of_measure_en);
    else
        jb_table_sheet_cellf(sheet, "%.*s", JB_ARG(row->unit_of_measure));
    jb_table_sheet_cell(sheet, jb_answer_figure(row, words));
    if (s->to_date) {
        const struct jb_answer_row *sum = find(s->to_date, (struct jb_slice){0}, row->indicator);
        bool adds_up = indicator && indicator->measure != JB_STOCK;
        jb_table_sheet_cell(sheet, sum && adds_up ? jb_answer_figure(sum, words) : "—");
    }
    put_growth(sheet, row);
    if (row->expected || row->reported)
        jb_table_sheet_cellf(sheet, "%u/%u", row->reported, row->expected);
    else
        jb_table_sheet_cell(sheet, "—");
    put_remark(sheet, row);
    jb_table_sheet_end_row(sheet, JB_SHEET_PLAIN, indent);
}

jb_table_sheet *jb_summary_sheet(const struct jb_summary *s)
{
    struct jb_sheet_column columns[] = {{_("Name of the indicator"), JB_DOCX_START},
                                        {_("Measured in"), JB_DOCX_CENTER},
                                        {_("This period"), JB_DOCX_END},
                                        {_("Year to date"), JB_DOCX_END},
                                        {_("A year before"), JB_DOCX_END},
                                        {_("Year on year"), JB_DOCX_END},
                                        {_("Reported/ expected"), JB_DOCX_CENTER},
                                        {_("Remarks"), JB_DOCX_START}};
    uint32_t count = JB_COUNT(columns), last = JB_NONE;

    if (!s->to_date)
        memmove(&columns[3], &columns[4], (--count - 3) * sizeof(columns[0]));
    jb_answer_order(s->total, s->catalog);
    char *title =
        jb_xasprintf(_("Summary of %s"), jb_paper_name(&jb_catalog_view(s->catalog)->name));
    jb_table_sheet *sheet = new_sheet(s, title, columns, count);
    free(title);
    for (uint32_t i = 0, shown = 0; i < s->total->count; i++) {
        const struct jb_answer_row *row = s->total->rows[i];
        const struct jb_indicator *indicator = indicator_of(s, row->indicator);
        uint32_t section = jb_answer_section(s->catalog, row->indicator);
        if (says_nothing(row) || (indicator && indicator->measure == JB_TEXT))
            continue;
        if (shown++ == 0 || section != last) {
            struct jb_buf path;
            jb_buf_init(&path, NOTES_BYTES_MAX);
            jb_answer_section_path(s->catalog, section, &path);
            jb_buf_put_u8(&path, 0);
            jb_table_sheet_heading(sheet, (const char *)path.ptr);
            jb_buf_free(&path);
        }
        put_indicator(s, sheet, row, 100);
        last = section;
    }
    return sheet;
}

/* -------------------------------------------------------------- by unit */

struct legend {
    bool estimated, provisional;
};

static void put_figure(jb_table_sheet *sheet, const struct jb_answer_row *row,
                       struct legend *legend)
{
    char words[JB_WORDS_SIZE];
    bool value = row && row->state == JB_STATE_VALUE;

    if (!row) {
        jb_table_sheet_cell(sheet, "—");
        return;
    }
    legend->estimated = legend->estimated || (value && row->status == JB_ESTIMATED);
    legend->provisional = legend->provisional || (value && row->status == JB_PROVISIONAL);
    jb_table_sheet_cellf(sheet, "%s%s", jb_answer_figure(row, words),
                         !value                          ? ""
                         : row->status == JB_ESTIMATED   ? "*"
                         : row->status == JB_PROVISIONAL ? "#"
                                                         : "");
}

/* The units that have a row, in the answer's order. */
static uint32_t unit_codes(const struct jb_pages *pages, struct jb_slice *ret)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < pages->count; i++) {
        if (i == 0 || !jb_slice_eq(pages->rows[i]->unit, pages->rows[i - 1]->unit))
            ret[count++] = pages->rows[i]->unit;
    }
    return count;
}

static void put_units(const struct jb_summary *s, jb_table_sheet *sheet,
                      const struct jb_answer_row *const *heads, uint32_t count)
{
    struct jb_slice *units = jb_xcalloc(s->units->count + 1, sizeof(*units));
    uint32_t unit_count = unit_codes(s->units, units);
    char name[JB_NAME_CODE_SIZE];
    struct legend legend = {false, false};

    jb_table_sheet_cell(sheet, "");
    jb_table_sheet_cell(sheet, _("total"));
    for (uint32_t c = 0; c < count; c++)
        put_figure(sheet, heads[c], &legend);
    jb_table_sheet_end_row(sheet, JB_SHEET_TOTAL, 0);
    for (uint32_t u = 0; u < unit_count; u++) {
        jb_table_sheet_cellf(sheet, "%u", u + 1);
        jb_table_sheet_cell(sheet, jb_name_of_unit(&s->units->names, units[u], name));
        for (uint32_t c = 0; c < count; c++)
            put_figure(sheet, find(s->units, units[u], heads[c]->indicator), &legend);
        jb_table_sheet_end_row(sheet, JB_SHEET_PLAIN, 0);
    }
    if (legend.estimated)
        jb_table_sheet_note(sheet, _("* estimated, or with estimated parts"));
    if (legend.provisional)
        jb_table_sheet_note(sheet, _("# provisional, or with provisional parts"));
    free(units);
}

static jb_table_sheet *sheet_of_columns(const struct jb_summary *s,
                                        const struct jb_answer_row *const *heads, uint32_t count,
                                        uint32_t number)
{
    struct jb_sheet_column columns[2 + JB_SUMMARY_INDICATORS_MAX] = {
        {_("No."), JB_DOCX_CENTER}, {_("Reporting unit"), JB_DOCX_START}};
    char *names[JB_SUMMARY_INDICATORS_MAX];

    for (uint32_t c = 0; c < count; c++) {
        const struct jb_indicator *indicator = indicator_of(s, heads[c]->indicator);
        names[c] = jb_xasprintf(
            jb_text_is_zh() ? "%s（%s）" : "%s (%s)", jb_paper_name(&indicator->name),
            jb_text_is_zh() ? indicator->unit_of_measure_zh : indicator->unit_of_measure_en);
        columns[2 + c] = (struct jb_sheet_column){names[c], JB_DOCX_END};
    }
    char *title = jb_xasprintf(
        number ? _("Summary by unit: %s (continued)") : _("Summary by unit: %s"), s->form_title);
    jb_table_sheet *sheet = new_sheet(s, title, columns, 2 + count);
    free(title);
    for (uint32_t c = 0; c < count; c++)
        free(names[c]);
    put_units(s, sheet, heads, count);
    return sheet;
}

jb_table_sheet **jb_summary_sheets_by_unit(const struct jb_summary *s, uint32_t *ret_count)
{
    const struct jb_answer_row **heads = jb_xcalloc(s->total->count + 1, sizeof(*heads));
    uint32_t count = 0, sheet_count = 0;

    for (uint32_t i = 0; i < s->total->count; i++) {
        const struct jb_indicator *indicator = indicator_of(s, s->total->rows[i]->indicator);
        if (indicator && indicator->measure != JB_TEXT && !says_nothing(s->total->rows[i]))
            heads[count++] = s->total->rows[i];
    }
    jb_table_sheet **sheets =
        jb_xcalloc(count / JB_SUMMARY_INDICATORS_MAX + 1, sizeof(jb_table_sheet *));
    for (uint32_t first = 0; first < count; first += JB_SUMMARY_INDICATORS_MAX) {
        uint32_t left = count - first;
        sheets[sheet_count] = sheet_of_columns(
            s, heads + first, left < JB_SUMMARY_INDICATORS_MAX ? left : JB_SUMMARY_INDICATORS_MAX,
            sheet_count);
        sheet_count++;
    }
    free(heads);
    *ret_count = sheet_count;
    return sheets;
}
