/* Rows that were understood are given as rows of the contract, those that were not as they were
 * typed, so that the person finds them in the form and puts them right there. */
#include "upload_read.h"

#include <stdlib.h>

#include <jansson.h>

#include "base/text.h"
#include "form/figures_file.h"

#define OTHERS_MAX 20

struct reading {
    const struct jb_upload *upload;
    const struct jb_figures *figures;
    const struct jb_catalog_view *view;
    uint32_t unit, form;
    struct jb_period period;
    json_t *rows, *others;
};

static void set_text(json_t *object, const char *key, struct jb_slice text)
{
    if (text.len)
        json_object_set_new(object, key, json_stringn((const char *)text.ptr, text.len));
}

static void set_string(json_t *object, const char *key, const char *text)
{
    if (text && text[0])
        json_object_set_new(object, key, json_string(text));
}

/* The contract's name of a word: "not_applicable" is STATE_NOT_APPLICABLE. */
static void set_word(json_t *object, const char *key, const char *prefix, const char *word)
{
    char *name = jb_xasprintf("%s%s", prefix, word);

    for (char *p = name; *p; p++) {
        if (*p >= 'a' && *p <= 'z')
            *p = (char)(*p - 'a' + 'A');
    }
    set_string(object, key, name);
    free(name);
}

static void set_place(json_t *object, const struct jb_finding *place)
{
    char cell[JB_FINDING_CELL_SIZE];

    set_string(object, "sheet", place->sheet);
    if (place->sheet && place->sheet[0])
        set_string(object, "cell", jb_finding_cell(place, cell));
    if (place->row)
        json_object_set_new(object, "line", json_integer(place->row));
}

static json_t *finding_json(const struct jb_finding *finding)
{
    static const char *const severities[] = {
        [JB_ERROR] = "ERROR", [JB_NEEDS_EXPLANATION] = "NEEDS_EXPLANATION", [JB_NOTICE] = "NOTICE"};
    json_t *object = json_object();

    set_string(object, "code", jb_finding_code_name(finding->code));
    set_string(object, "severity", severities[finding->severity]);
    set_string(object, "sentence", jb_finding_sentence(finding->code));
    set_string(object, "advice", jb_finding_advice(finding->code));
    set_string(object, "columnName", finding->column_name);
    set_string(object, "unit", finding->unit);
    set_string(object, "form", finding->form);
    set_string(object, "period", finding->period);
    set_string(object, "indicator", finding->indicator);
    set_string(object, "got", finding->got);
    set_string(object, "expected", finding->expected);
    set_string(object, "hint", finding->hint);
    set_place(object, finding);
    return object;
}

/* Of the row a finding stands in: false when each of its figures belongs to another form. */
static bool is_ours(const struct reading *r, const struct jb_finding *finding)
{
    const struct jb_figures *figures = r->figures;
    bool elsewhere = false;

    for (uint32_t i = 0; finding->row && i < figures->line_count; i++) {
        const struct jb_figures_line *line = &figures->lines[i];
        uint32_t sheet = line->raw.place ? line->raw.place->sheet_number : 0;
        if (line->raw.line != finding->row || sheet != finding->sheet_number)
            continue;
        if (line->form == JB_NONE || (line->form == r->form && line->unit == r->unit))
            return true;
        elsewhere = true;
    }
    return !elsewhere;
}

static json_t *findings_json(const struct reading *r, const struct jb_findings *findings)
{
    json_t *list = json_array();

    for (uint32_t i = 0; i < findings->count; i++) {
        if (is_ours(r, &findings->items[i]))
            json_array_append_new(list, finding_json(&findings->items[i]));
    }
    return list;
}

static bool is_wanted(const struct reading *r, const struct jb_figures_line *line)
{
    return line->unit == r->unit && line->form == r->form && line->period.freq &&
           jb_period_eq(line->period, r->period);
}

static json_t *row_json(const struct jb_figures_line *line, const struct jb_row *row)
{
    json_t *object = json_object();
    char number[JB_DEC_TEXT_SIZE];
    const struct jb_figures_place *place = line->raw.place;
    const struct jb_finding at = {.row = line->raw.line,
                                  .column = place ? place->column[JB_COLUMN_VALUE] + 1 : 0,
                                  .sheet = place ? place->sheet : NULL};

    set_place(object, &at);
    set_text(object, "typed", line->raw.cells[JB_COLUMN_VALUE]);
    set_text(object, "note", line->raw.cells[JB_COLUMN_NOTE]);
    set_text(object, "basis", row ? row->basis : line->raw.cells[JB_COLUMN_BASIS]);
    if (!row)
        return object;
    set_word(object, "status", "", jb_status_code(row->status));
    set_word(object, "state", "STATE_", jb_state_code(row->state));
    if (row->text.len) {
        set_text(object, "text", row->text);
    } else if (row->state == JB_STATE_VALUE) {
        jb_dec_format(row->number.mantissa, row->number.scale, number);
        set_string(object, "value", number);
        set_word(object, "precision", "", jb_mark_code(row->mark));
    }
    return object;
}

/* The row that the line became; NULL: none, it was not understood. Lines come in the order of the
 * file, and so do a filing's rows. */
static const struct jb_row *row_of(const struct jb_figures_filing *filing,
                                   const struct jb_figures *figures, uint32_t line, uint32_t *next)
{
    if (!filing || *next >= filing->submission.row_count)
        return NULL;
    const struct jb_figures_raw *origin = filing->origins[*next];
    bool same = origin ? origin == &figures->form.rows[line]
                       : filing->rows[*next].source_row == figures->lines[line].raw.line;
    return same ? &filing->rows[(*next)++] : NULL;
}

static const struct jb_figures_filing *find_filing(const struct reading *r)
{
    for (uint32_t i = 0; i < r->figures->filing_count; i++) {
        const struct jb_checked *checked = &r->figures->filings[i].checked;
        if (checked->unit == r->unit && checked->form == r->form &&
            jb_period_eq(checked->period, r->period))
            return &r->figures->filings[i];
    }
    return NULL;
}

/* How many rows of the file belong to which other forms. */
static void count_other(struct reading *r, const struct jb_figures_line *line)
{
    char period[JB_PERIOD_TEXT_SIZE];
    const char *unit = r->view->units[line->unit].code;
    const char *form = r->view->forms[line->form].code;
    json_t *one;
    size_t i;

    jb_period_format(line->period, period);
    json_array_foreach(r->others, i, one)
    {
        if (strcmp(json_string_value(json_object_get(one, "unit")), unit) == 0 &&
            strcmp(json_string_value(json_object_get(one, "form")), form) == 0 &&
            strcmp(json_string_value(json_object_get(one, "period")), period) == 0) {
            json_t *rows = json_object_get(one, "rows");
            json_integer_set(rows, json_integer_value(rows) + 1);
            return;
        }
    }
    if (json_array_size(r->others) == OTHERS_MAX)
        return;
    one = json_object();
    json_object_set_new(one, "unit", json_string(unit));
    json_object_set_new(one, "form", json_string(form));
    json_object_set_new(one, "period", json_string(period));
    json_object_set_new(one, "rows", json_integer(1));
    json_array_append_new(r->others, one);
}

/* Empty cells change nothing and are not shown. Gives how many rows are of this form. */
static uint32_t take_lines(struct reading *r)
{
    const struct jb_figures *figures = r->figures;
    const struct jb_figures_filing *filing = find_filing(r);
    uint32_t next = 0, ours = 0;

    for (uint32_t i = 0; i < figures->line_count; i++) {
        const struct jb_figures_line *line = &figures->lines[i];
        bool empty = !line->raw.cells[JB_COLUMN_VALUE].len;
        if (!is_wanted(r, line)) {
            if (!empty && line->form != JB_NONE)
                count_other(r, line);
            continue;
        }
        ours++;
        const struct jb_row *row = row_of(filing, figures, i, &next);
        if (empty)
            continue;
        json_t *object = row_json(line, row);
        set_string(object, "indicator", r->view->indicators[line->indicator].code);
        json_array_append_new(r->rows, object);
    }
    return ours;
}

static void put(json_t *object, struct jb_buf *out)
{
    char *text = json_dumps(object, JSON_COMPACT);

    if (text)
        jb_buf_put_str(out, text);
    else
        out->failed = true;
    free(text);
}

static uint32_t put_problem(json_t *object, const char *name, const char *title, const char *detail,
                            struct jb_buf *out)
{
    char *type = jb_xasprintf("urn:jibao:%s", name);

    set_string(object, "type", type);
    set_string(object, "title", title);
    set_string(object, "detail", detail);
    json_object_set_new(object, "status", json_integer(422));
    put(object, out);
    free(type);
    return 422;
}

static uint32_t put_unreadable(struct reading *r, const struct jb_findings *findings,
                               struct jb_buf *out)
{
    const struct jb_finding *first = findings->count ? &findings->items[0] : NULL;
    json_t *object = json_object();

    for (uint32_t i = 0; i < findings->count; i++) {
        if (findings->items[i].severity == JB_ERROR) {
            first = &findings->items[i];
            break;
        }
    }
    json_object_set_new(object, "findings", findings_json(r, findings));
    json_object_set_new(object, "findingsTotal", json_integer(findings->total));
    uint32_t status = put_problem(object, "file",
                                  first ? jb_finding_sentence(first->code) : _("the file is empty"),
                                  first ? jb_finding_advice(first->code) : "", out);
    json_decref(object);
    return status;
}

static uint32_t put_rows(struct reading *r, const struct jb_findings *findings, struct jb_buf *out)
{
    const struct jb_upload *upload = r->upload;
    json_t *object = json_object();
    uint32_t status = 200;

    r->rows = json_array();
    r->others = json_array();
    uint32_t ours = take_lines(r);
    const struct jb_figures_filing *filing = find_filing(r);
    json_object_set_new(object, "unit", json_string(upload->unit));
    json_object_set_new(object, "form", json_string(upload->form));
    json_object_set_new(object, "period", json_string(upload->period));
    json_object_set_new(object, "others", r->others);
    json_object_set_new(object, "findings", findings_json(r, findings));
    json_object_set_new(object, "findingsTotal", json_integer(findings->total));
    json_object_set_new(object, "rows", r->rows);
    if (filing) {
        set_text(object, "filledBy", filing->submission.filled_by);
        set_text(object, "checkedBy", filing->submission.checked_by);
        set_text(object, "releasedBy", filing->submission.released_by);
        set_text(object, "explanation", filing->submission.explanation);
    }
    if (ours)
        put(object, out);
    else
        status = put_problem(object, "other-form",
                             _("the file holds nothing for this form, unit and period"),
                             _("Take the workbook of this form from the page, or open the form "
                               "that the file is for."),
                             out);
    json_decref(object);
    return status;
}

uint32_t jb_upload_read(const struct jb_upload *upload, struct jb_buf *out)
{
    const struct jb_catalog_file catalog = {.catalog = (jb_catalog *)(uintptr_t)upload->catalog,
                                            .version = upload->catalog_version};
    /* A workbook says itself whose it is: what was filled in for another is found out. */
    bool book = jb_form_is_workbook(upload->name, upload->bytes);
    const struct jb_figures_options options = {.catalog = &catalog,
                                               .today = upload->today,
                                               .encoding = JB_ENC_GUESS,
                                               .unit = book ? NULL : upload->unit,
                                               .period = book ? NULL : upload->period,
                                               .keep = true};
    struct jb_figures figures = {0};
    struct jb_findings findings;
    struct reading r = {.upload = upload,
                        .figures = &figures,
                        .view = jb_catalog_view(upload->catalog),
                        .unit = jb_catalog_unit(upload->catalog, jb_slice_str(upload->unit)),
                        .form = jb_catalog_form(upload->catalog, jb_slice_str(upload->form))};

    jb_findings_init(&findings);
    jb_err err = jb_period_parse(jb_slice_str(upload->period), &r.period);
    if (!err)
        jb_ignore(jb_figures_parse(upload->name, upload->bytes, &options, &findings, &figures) !=
                  JB_OK); /* what is wrong stands in the findings */
    uint32_t status =
        figures.line_count ? put_rows(&r, &findings, out) : put_unreadable(&r, &findings, out);
    jb_figures_free(&figures);
    jb_findings_free(&findings);
    return status;
}
