/* From the top of the page to its foot. Where a figure stands depends on its stretch: of the period
 * itself, from the year's first period on, or from another one. */
#include "paper/form_paper.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/check.h"
#include "model/form_lines.h"
#include "paper/form_foot.h"
#include "paper/sheet_parts.h"

#define NAME_SIZE 512
#define REMARK_BYTES_MAX (16 * 1024) /* three notes and what else there is */
#define COLUMNS_MAX 7
#define TEXT_LINES_BLANK 6 /* of a text that is to be written by hand */

enum column { NAME = 0, MEASURE, LINE, PERIOD, TO_DATE, SINCE, REMARK };

struct sheet {
    const struct jb_form_paper *sheet;
    const struct jb_catalog_view *view;
    const struct jb_form *form;
    const struct jb_unit *unit;
    jb_docx_body *body;
    bool since;                /* some indicator is counted from a named period */
    enum jb_status sum_status; /* of the line's year to date, where it was added up */
    bool summed, lacking;      /* a year to date was added up here; one lacks a period */
};

static const struct jb_indicator *indicator_of(const struct sheet *p, uint32_t row)
{
    return &p->view->indicators[p->form->rows[row].indicator];
}

static bool is_asked(const struct sheet *p, uint32_t row)
{
    return jb_catalog_accepts_row(p->sheet->catalog, p->sheet->unit, p->sheet->form, row,
                                  p->sheet->period);
}

/* Owed and not there. The store knows what a period's amendments changed; where its answer is not
 * at hand, the catalogue says. */
static bool is_missing(const struct sheet *p, uint32_t row)
{
    const struct jb_form_paper *sheet = p->sheet;
    const char *code = indicator_of(p, row)->code;

    if (!sheet->filing)
        return false;
    for (uint32_t i = 0; sheet->status && i < sheet->status->missing.count; i++) {
        if (jb_slice_is(sheet->status->missing.items[i], code))
            return true;
    }
    return !sheet->status &&
           jb_catalog_owes_row(sheet->catalog, sheet->unit, sheet->form, row, sheet->period);
}

/* In base periods back; a day has no year to date. */
static uint32_t year_stretch(const struct sheet *p)
{
    return p->sheet->period.freq == JB_FREQ_DAY ? 0 : (uint32_t)jb_period_index(p->sheet->period);
}

bool jb_form_paper_to_date(const struct jb_form_paper *sheet, struct jb_span *ret)
{
    int32_t back = sheet->period.freq == JB_FREQ_DAY ? 0 : jb_period_index(sheet->period);

    *ret = (struct jb_span){jb_period_add(sheet->period, -back), sheet->period};
    return back > 0;
}

/* -------------------------------------------------------------- above the table */

static void put_head(const struct sheet *p)
{
    static const uint16_t widths[] = {1120, 680};
    static const struct jb_docx_table table = {widths, 2, JB_LINES_NONE, JB_DOCX_CENTER};
    const struct jb_form_paper *sheet = p->sheet;
    char text[JB_PAPER_TEXT_SIZE];
    struct jb_form_dates dates;

    jb_docx_table_begin(p->body, &table);
    jb_docx_row_begin(p->body, NULL);
    sheet_cell(p->body, NULL, &sheet_left, &sheet_song, _("Reporting unit (seal): %s"),
               jb_paper_name(&p->unit->name));
    sheet_cell(p->body, NULL, &sheet_left, &sheet_song, _("Form no.: %s"), p->form->code);
    jb_docx_row_end(p->body);
    jb_docx_row_begin(p->body, NULL);
    sheet_cell(p->body, NULL, &sheet_left, &sheet_song, _("Unit code: %s"), p->unit->code);
    if (sheet->catalog_version)
        sheet_cell(p->body, NULL, &sheet_left, &sheet_song, _("Catalogue: %s, version %u"),
                   p->view->code, sheet->catalog_version);
    else
        sheet_cell(p->body, NULL, &sheet_left, &sheet_song, _("Catalogue: %s"), p->view->code);
    jb_docx_row_end(p->body);
    if (!sheet->filing && jb_catalog_dates(sheet->catalog, sheet->form, sheet->period, &dates) &&
        dates.due_on < JB_DATE_MAX) {
        jb_docx_row_begin(p->body, NULL);
        sheet_cell(p->body, NULL, &sheet_left, &sheet_song, _("To be reported by: %s"),
                   jb_paper_date(dates.due_on, text));
        jb_docx_cell_text(p->body, NULL, NULL, NULL, "");
        jb_docx_row_end(p->body);
    }
    jb_docx_table_end(p->body);
}

static void add_mark(struct jb_buf *marks, const char *text)
{
    jb_buf_printf(marks, "%s%s", marks->len ? (jb_text_is_zh() ? "　" : "   ") : "", text);
}

/* What a reader must know before the first figure. */
static void put_marks(const struct sheet *p)
{
    static const struct jb_docx_font loud = {
        .face = JB_FACE_HEI, .half_points = 21, .color = "B00000"};
    static const struct jb_docx_para para = {
        .align = JB_DOCX_CENTER, .after_points = 4, .keep_next = true};
    const struct jb_filing_answer *filing = p->sheet->filing;
    const struct jb_status_row *status = p->sheet->status;
    struct jb_buf marks;
    char line[JB_SHORT_TEXT_BYTES_MAX + 64];

    if (!filing)
        return;
    jb_buf_init(&marks, REMARK_BYTES_MAX);
    if (filing->last.on_behalf_of.len) {
        snprintf(line, sizeof(line), _("[entered for the unit by %.*s]"),
                 JB_ARG(filing->last.on_behalf_of));
        add_mark(&marks, line);
    }
    if (status && status->backfill)
        add_mark(&marks, _("[backfilled]"));
    if (status && status->trial)
        add_mark(&marks, _("[trial]"));
    if (status && status->verdict.late_days) {
        snprintf(line, sizeof(line),
                 status->verdict.excused ? _("[late by %u days, excused]") : _("[late by %u days]"),
                 status->verdict.late_days);
        add_mark(&marks, line);
    }
    if (!filing->has_last)
        add_mark(&marks, _("[not reported]"));
    else if (filing->standing.state == JB_FILING_RETURNED)
        add_mark(&marks, _("[returned, not corrected yet]"));
    else if (filing->standing.state != JB_FILING_ACCEPTED)
        add_mark(&marks, _("[not reviewed]"));
    if (marks.len) {
        jb_buf_put_u8(&marks, 0);
        jb_docx_text(p->body, &para, &loud, (const char *)marks.ptr);
    }
    jb_buf_free(&marks);
}

/* -------------------------------------------------------------- the table of figures */

static const uint16_t widths_plain[] = {620, 190, 110, 290, 290, 300};
static const uint16_t widths_since[] = {500, 170, 100, 260, 260, 260, 250};

static void put_table_head(const struct sheet *p)
{
    const char *const titles[] = {
        _("Name of the indicator"), _("Measured in"), _("Line"),   _("This period"),
        _("Year to date"),          _("Since start"), _("Remarks")};
    static const char *const zh[] = {"甲", "乙", "丙"}, *const en[] = {"A", "B", "C"};

    jb_docx_row_begin(p->body, &(struct jb_docx_row){.head = true, .height_dmm = 80});
    for (uint32_t c = NAME; c <= REMARK; c++) {
        if (c != SINCE || p->since)
            sheet_head_cell(p->body, titles[c]);
    }
    jb_docx_row_end(p->body);
    jb_docx_row_begin(p->body, &(struct jb_docx_row){.head = true});
    for (uint32_t c = NAME, number = 0; c <= REMARK; c++) {
        if (c == SINCE && !p->since)
            continue;
        if (c <= LINE)
            jb_docx_cell_text(p->body, NULL, &sheet_center, &sheet_small,
                              (jb_text_is_zh() ? zh : en)[c]);
        else
            sheet_cell(p->body, NULL, &sheet_center, &sheet_small, "%u", ++number);
    }
    jb_docx_row_end(p->body);
}

static bool stands_in(const struct sheet *p, const struct jb_row *row, uint32_t of_form,
                      enum column column, uint32_t *ret_stretch)
{
    const struct jb_indicator *indicator = indicator_of(p, of_form);
    uint32_t stretch = 0, year = year_stretch(p);

    if (!jb_slice_is(row->indicator, indicator->code) ||
        (row->basis.len && jb_basis_parse(indicator, row->basis, p->sheet->period, &stretch)))
        return false;
    *ret_stretch = stretch;
    if (stretch == 0 && !(indicator->bases & JB_BASIS_PERIOD))
        return column == (indicator->bases & JB_BASIS_YTD ? TO_DATE : SINCE);
    if (stretch == 0)
        return column == PERIOD;
    return column == (stretch == year ? TO_DATE : SINCE);
}

static const struct jb_row *row_in(const struct sheet *p, uint32_t of_form, enum column column,
                                   uint32_t *ret_stretch)
{
    const struct jb_filing_answer *filing = p->sheet->filing;

    for (uint32_t i = 0; filing && i < filing->row_count; i++) {
        if (stands_in(p, &filing->rows[i], of_form, column, ret_stretch))
            return &filing->rows[i];
    }
    return NULL;
}

static const char *value_text(const struct jb_row *row, char buf[NAME_SIZE])
{
    char number[JB_DEC_TEXT_SIZE];

    if (row->state != JB_STATE_VALUE)
        return jb_state_name(row->state);
    jb_dec_format(row->number.mantissa, row->number.scale, number);
    return jb_figure_text(buf, NAME_SIZE, number, row->mark, jb_text_is_zh());
}

static bool allows(const struct jb_indicator *indicator, enum column column)
{
    return indicator->bases & (column == PERIOD    ? JB_BASIS_PERIOD
                               : column == TO_DATE ? JB_BASIS_YTD
                                                   : JB_BASIS_SINCE);
}

/* The year to date as the store adds it up, where it was not reported as such. "*": incomplete. */
static const char *computed(struct sheet *p, uint32_t row, char buf[NAME_SIZE])
{
    const struct jb_indicator *indicator = indicator_of(p, row);
    char number[NAME_SIZE / 2], value[NAME_SIZE];

    for (uint32_t i = 0; i < p->sheet->to_date_count; i++) {
        const struct jb_answer_row *sum = p->sheet->to_date[i];
        if (!jb_slice_is(sum->indicator, indicator->code) || sum->state != JB_STATE_VALUE ||
            !sum->value.len)
            continue;
        snprintf(number, sizeof(number), "%.*s", JB_ARG(sum->value));
        jb_figure_text(value, sizeof(value), number, sum->mark, jb_text_is_zh());
        bool lacks = sum->reported < sum->expected;
        snprintf(buf, NAME_SIZE, "%.*s%s", NAME_SIZE - 2, value, lacks ? "*" : "");
        p->summed = true;
        p->sum_status = sum->status;
        p->lacking = p->lacking || lacks;
        return buf;
    }
    return NULL;
}

static void put_value(struct sheet *p, uint32_t row, enum column column)
{
    static const struct jb_docx_cell closed = {.fill = SHEET_FILL};
    const struct jb_indicator *indicator = indicator_of(p, row);
    const struct jb_form_paper *sheet = p->sheet;
    uint32_t stretch;
    char buf[NAME_SIZE];

    const struct jb_row *value = row_in(p, row, column, &stretch);
    if (value) {
        jb_docx_cell_text(p->body, NULL, &sheet_right, &sheet_song, value_text(value, buf));
        return;
    }
    const char *sum = NULL;
    if (sheet->filing && column == TO_DATE && indicator->measure == JB_FLOW)
        sum = computed(p, row, buf);
    if (sheet->filing && column == TO_DATE && !sum && year_stretch(p) == 0 &&
        indicator->measure == JB_FLOW && (value = row_in(p, row, PERIOD, &stretch)))
        sum = value_text(value, buf); /* the year's first period is the year to date */
    if (sum)
        jb_docx_cell_text(p->body, NULL, &sheet_right, &sheet_song, sum);
    else if (!is_asked(p, row) || !allows(indicator, column))
        jb_docx_cell_text(p->body, &closed, &sheet_center, &sheet_song, "—");
    else if (is_missing(p, row) &&
             indicator->default_basis == (column == PERIOD    ? JB_BASIS_PERIOD
                                          : column == TO_DATE ? JB_BASIS_YTD
                                                              : JB_BASIS_SINCE))
        jb_docx_cell_text(p->body, NULL, &sheet_center, &sheet_song,
                          jb_state_name(JB_STATE_NOT_REPORTED));
    else
        jb_docx_cell_text(p->body, NULL, NULL, NULL, "");
}

static void add_remark(struct jb_buf *remark, struct jb_slice text)
{
    if (!text.len)
        return;
    if (remark->len)
        jb_buf_put_str(remark, jb_text_is_zh() ? "；" : "; ");
    jb_buf_put(remark, text.ptr, text.len);
}

static void put_remark(const struct sheet *p, uint32_t of_form)
{
    struct jb_buf remark;
    uint32_t stretch;
    char text[JB_PAPER_TEXT_SIZE], line[2 * JB_PAPER_TEXT_SIZE];

    jb_buf_init(&remark, REMARK_BYTES_MAX);
    for (enum column c = PERIOD; c <= SINCE; c++) {
        const struct jb_row *row = row_in(p, of_form, c, &stretch);
        if (!row)
            continue;
        if (row->state == JB_STATE_VALUE && row->status != JB_FINAL)
            add_remark(&remark, jb_slice_str(jb_status_name(row->status)));
        if (c == SINCE) {
            struct jb_period start = jb_period_add(p->sheet->period, -(int32_t)stretch);
            snprintf(line, sizeof(line), _("since %s"), jb_paper_period(jb_span_of(start), text));
            add_remark(&remark, jb_slice_str(line));
        }
        add_remark(&remark, row->note);
    }
    if (p->sum_status != JB_FINAL) {
        snprintf(line, sizeof(line), _("year to date: %s"), jb_status_name(p->sum_status));
        add_remark(&remark, jb_slice_str(line));
    }
    jb_docx_cell_begin(p->body, NULL);
    jb_docx_para_begin(p->body, &sheet_left);
    jb_docx_run(p->body, &sheet_small, jb_buf_slice(&remark));
    jb_docx_para_end(p->body);
    jb_docx_cell_end(p->body);
    jb_buf_free(&remark);
}

static void put_line(struct sheet *p, const struct jb_form_line *line)
{
    const struct jb_indicator *indicator = indicator_of(p, line->row);
    /* A second part begins below the first one's name, not below its 其中. */
    uint32_t indent = line->depth * 100 + (line->depth && line->part > 1 ? 300 : 0);
    const struct jb_docx_para name = {.left_chars = (uint16_t)indent};
    char buf[JB_SHORT_TEXT_BYTES_MAX + 64];

    p->sum_status = JB_FINAL;

    jb_docx_row_begin(p->body, &(struct jb_docx_row){.height_dmm = SHEET_ROW_DMM});
    jb_docx_cell_text(p->body, NULL, &name, &sheet_song,
                      jb_form_line_name(p->view, p->form, line, jb_text_is_zh(), buf, sizeof(buf)));
    jb_docx_cell_text(p->body, NULL, &sheet_center, &sheet_song,
                      jb_text_is_zh() ? indicator->unit_of_measure_zh
                                      : indicator->unit_of_measure_en);
    sheet_cell(p->body, NULL, &sheet_center, &sheet_song, "%02u", line->number);
    put_value(p, line->row, PERIOD);
    put_value(p, line->row, TO_DATE);
    if (p->since)
        put_value(p, line->row, SINCE);
    put_remark(p, line->row);
    jb_docx_row_end(p->body);
}

static void put_figures(struct sheet *p)
{
    struct jb_form_line *lines = jb_xcalloc(p->form->row_count + 1, sizeof(*lines));
    uint32_t count = jb_form_lines(p->view, p->form, lines);

    for (uint32_t i = 0; i < count; i++)
        p->since = p->since || indicator_of(p, lines[i].row)->bases & JB_BASIS_SINCE;
    if (count) {
        const struct jb_docx_table table = {p->since ? widths_since : widths_plain,
                                            p->since ? COLUMNS_MAX : COLUMNS_MAX - 1, JB_LINES_OPEN,
                                            JB_DOCX_CENTER};
        jb_docx_table_begin(p->body, &table);
        put_table_head(p);
        for (uint32_t i = 0; i < count; i++)
            put_line(p, &lines[i]);
        jb_docx_table_end(p->body);
    }
    free(lines);
}

/* -------------------------------------------------------------- texts */

static void put_text(const struct sheet *p, uint32_t of_form)
{
    static const uint16_t width = 1800;
    static const struct jb_docx_table table = {&width, 1, JB_LINES_OPEN, JB_DOCX_CENTER};
    static const struct jb_docx_cell head = {.fill = SHEET_FILL};
    const struct jb_indicator *indicator = indicator_of(p, of_form);
    uint32_t stretch;
    const struct jb_row *row = row_in(p, of_form, PERIOD, &stretch);
    bool blank = !p->sheet->filing;

    jb_docx_text(p->body, NULL, &sheet_small, "");
    jb_docx_table_begin(p->body, &table);
    jb_docx_row_begin(p->body, &(struct jb_docx_row){.head = true});
    jb_docx_cell_text(p->body, &head, &sheet_left, &sheet_hei, jb_paper_name(&indicator->name));
    jb_docx_row_end(p->body);
    jb_docx_row_begin(p->body,
                      &(struct jb_docx_row){.height_dmm = blank ? 400 : 0, .splits = true});
    jb_docx_cell_begin(p->body, &(struct jb_docx_cell){.place = JB_PLACE_TOP});
    jb_docx_para_begin(p->body, &(struct jb_docx_para){.first_line_chars = 0});
    if (row && row->state == JB_STATE_VALUE)
        jb_docx_run(p->body, &sheet_song, row->text);
    else if (row)
        jb_docx_run(p->body, &sheet_song, jb_slice_str(jb_state_name(row->state)));
    else if (is_missing(p, of_form))
        jb_docx_run(p->body, &sheet_song, jb_slice_str(jb_state_name(JB_STATE_NOT_REPORTED)));
    jb_docx_para_end(p->body);
    jb_docx_cell_end(p->body);
    jb_docx_row_end(p->body);
    jb_docx_table_end(p->body);
}

static void put_texts(const struct sheet *p)
{
    uint32_t stretch;

    for (uint32_t i = 0; i < p->form->row_count; i++) {
        bool there = p->sheet->filing ? is_missing(p, i) : is_asked(p, i);
        if (indicator_of(p, i)->measure == JB_TEXT && (there || row_in(p, i, PERIOD, &stretch)))
            put_text(p, i);
    }
}

void jb_form_paper_put(jb_docx *doc, const struct jb_form_paper *sheet)
{
    const struct jb_catalog_view *view = jb_catalog_view(sheet->catalog);
    struct sheet p = {.sheet = sheet,
                      .view = view,
                      .form = &view->forms[sheet->form],
                      .unit = &view->units[sheet->unit],
                      .body = jb_docx_content(doc)};
    char period[JB_PAPER_TEXT_SIZE], below[JB_PAPER_TEXT_SIZE + 8];

    jb_paper_period(jb_span_of(sheet->period), period);
    snprintf(below, sizeof(below), jb_text_is_zh() ? "（%s）" : "(%s)", period);
    sheet_title(p.body, jb_paper_name(&p.form->name), below);
    put_marks(&p);
    put_head(&p);
    put_figures(&p);
    put_texts(&p);
    form_foot(p.body, sheet, p.summed, p.lacking);
}
