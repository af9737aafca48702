/* Groups rows and has each group checked. */
#include "form/figures_file.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "form/figures_sdmx.h"

#define ARENA_BYTES_MAX (64 * 1024 * 1024)
#define SUGGESTIONS_MAX 20
#define SLOTS 32768 /* a power of two, at least twice JB_FILE_FILINGS_MAX */
_Static_assert(SLOTS >= 2 * JB_FILE_FILINGS_MAX, "the table of filings stays half empty");

struct grouping {
    const struct jb_figures_options *options;
    struct jb_figures *figures;
    struct jb_figures_reader reader;
    uint32_t form;     /* of the options, or JB_NONE */
    uint32_t *slots;   /* 1 + index of a filing */
    uint32_t refusals; /* that the findings had before this file */
};

static struct jb_slice text_of(const char *text)
{
    return jb_slice_str(text ? text : "");
}

static const char *base_name(const char *path)
{
    const char *slash = path ? strrchr(path, '/') : NULL;

    return slash ? slash + 1 : path;
}

static uint32_t slot_of(const struct jb_checked *where)
{
    uint64_t mixed =
        where->unit * 0x9e3779b97f4a7c15ull ^ where->form * 0xc2b2ae3d27d4eb4full ^
        ((uint64_t)(uint32_t)where->period.ordinal << 8 | (uint64_t)where->period.freq) *
            0x165667b19e3779f9ull;
    return (uint32_t)(mixed >> 40) & (SLOTS - 1);
}

static bool same_filing(const struct jb_checked *a, const struct jb_checked *b)
{
    return a->unit == b->unit && a->form == b->form && jb_period_eq(a->period, b->period);
}

/* Who signs, as the form's foot says, else as the options do. */
static struct jb_slice signer(const struct jb_figures_foot *foot, enum jb_form_label label,
                              const char *option)
{
    return foot && foot->label[label].len ? foot->label[label] : text_of(option);
}

static struct jb_figures_filing *new_filing(struct grouping *grouping,
                                            const struct jb_checked *where,
                                            const struct jb_figures_foot *foot)
{
    const struct jb_figures_options *o = grouping->options;
    const struct jb_catalog_view *view = jb_catalog_view(o->catalog->catalog);
    struct jb_figures *figures = grouping->figures;
    char period[JB_PERIOD_TEXT_SIZE];

    if (figures->filing_count == JB_FILE_FILINGS_MAX)
        return NULL;
    figures->filings =
        jb_xrealloc(figures->filings, (figures->filing_count + 1) * sizeof(*figures->filings));
    struct jb_figures_filing *filing = &figures->filings[figures->filing_count++];
    jb_period_format(where->period, period);
    *filing = (struct jb_figures_filing){
        .checked = *where,
        .submission = {.unit = jb_slice_str(view->units[where->unit].code),
                       .form = jb_slice_str(view->forms[where->form].code),
                       .period = jb_arena_copy(&figures->arena, jb_slice_str(period)),
                       .catalog_version = o->catalog->version,
                       .filled_by = signer(foot, JB_LABEL_FILLED, o->filled_by),
                       .checked_by = signer(foot, JB_LABEL_CHECKED, o->checked_by),
                       .released_by = signer(foot, JB_LABEL_RELEASED, o->released_by),
                       .on_behalf_of = text_of(o->on_behalf_of),
                       .ground = text_of(o->ground),
                       .reason = text_of(o->reason),
                       .explanation = signer(foot, JB_LABEL_EXPLANATION, o->explanation),
                       .source = text_of(base_name(grouping->reader.file)),
                       .attachments = o->attachments,
                       .attachment_count = o->attachment_count}};
    return filing;
}

static struct jb_figures_filing *filing_of(struct grouping *grouping,
                                           const struct jb_checked *where,
                                           const struct jb_figures_foot *foot)
{
    uint32_t slot = slot_of(where);

    for (; grouping->slots[slot]; slot = (slot + 1) & (SLOTS - 1)) {
        struct jb_figures_filing *filing = &grouping->figures->filings[grouping->slots[slot] - 1];
        if (same_filing(&filing->checked, where))
            return filing;
    }
    struct jb_figures_filing *filing = new_filing(grouping, where, foot);
    if (filing)
        grouping->slots[slot] = grouping->figures->filing_count;
    return filing;
}

void jb_figures_add_row(struct jb_figures_filing *filing, const struct jb_row *row)
{
    struct jb_submission *submission = &filing->submission;

    if (submission->row_count == filing->row_cap) {
        filing->row_cap = filing->row_cap ? filing->row_cap * 2 : 32;
        filing->rows = jb_xrealloc(filing->rows, filing->row_cap * sizeof(*filing->rows));
        filing->origins =
            jb_xrealloc(filing->origins, filing->row_cap * sizeof(struct jb_figures_raw *));
    }
    filing->origins[submission->row_count] = NULL;
    filing->rows[submission->row_count++] = *row;
    submission->rows = filing->rows;
}

static void add_empty(struct jb_figures *figures, const struct jb_checked *where,
                      uint32_t indicator, uint32_t line)
{
    figures->empty =
        jb_xrealloc(figures->empty, (figures->empty_count + 1) * sizeof(*figures->empty));
    figures->empty[figures->empty_count++] =
        (struct jb_figures_empty){where->unit, where->form, indicator, where->period, line};
}

/* The form in which the unit reports the indicator; what is wrong when there is none. */
static uint32_t find_form(struct grouping *grouping, const struct jb_figures_raw *raw,
                          const struct jb_figures_row *row)
{
    const jb_catalog *catalog = grouping->reader.catalog;
    const struct jb_indicator *indicator = &jb_catalog_view(catalog)->indicators[row->indicator];
    jb_date day = jb_period_last_day(row->period);
    enum jb_finding_code code = JB_F_NOT_IN_FORM;

    if (grouping->form != JB_NONE)
        return grouping->form;
    if (raw->foot && raw->foot->label[JB_LABEL_FORM].len)
        return jb_catalog_form(catalog, raw->foot->label[JB_LABEL_FORM]);
    uint32_t form = jb_catalog_form_of(catalog, row->unit, row->indicator, day);
    if (form != JB_NONE)
        return form;
    if (indicator->measure == JB_RATIO)
        code = JB_F_COMPUTED_INDICATOR;
    else if (day < indicator->from || day > indicator->until)
        code = JB_F_INDICATOR_NOT_VALID;
    else if (!jb_catalog_owns(catalog, row->unit, row->indicator, day))
        code = JB_F_NOT_OWNER;
    jb_figures_row_refuse(&grouping->reader, raw, code, JB_COLUMN_INDICATOR, NULL, NULL);
    return JB_NONE;
}

/* NULL: nobody wants to see it again. Where the row stands is found out as well as can be, whatever
 * is wrong with it. */
static struct jb_figures_line *keep_line(struct grouping *grouping,
                                         const struct jb_figures_raw *raw)
{
    struct jb_figures *figures = grouping->figures;
    const jb_catalog *catalog = grouping->reader.catalog;

    if (!grouping->options->keep)
        return NULL;
    if (figures->line_count == figures->line_cap) {
        figures->line_cap = figures->line_cap ? figures->line_cap * 2 : 64;
        figures->lines = jb_xrealloc(figures->lines, figures->line_cap * sizeof(*figures->lines));
    }
    struct jb_figures_line *line = &figures->lines[figures->line_count++];
    *line = (struct jb_figures_line){*raw, JB_NONE, JB_NONE, JB_NONE, {0}};
    if (jb_catalog_find_unit(catalog, raw->cells[JB_COLUMN_UNIT], &line->unit) ||
        jb_period_parse(raw->cells[JB_COLUMN_PERIOD], &line->period) ||
        jb_catalog_find_indicator(catalog, raw->cells[JB_COLUMN_INDICATOR], &line->indicator))
        return line;
    line->form = raw->foot && raw->foot->label[JB_LABEL_FORM].len
                     ? jb_catalog_form(catalog, raw->foot->label[JB_LABEL_FORM])
                     : jb_catalog_form_of(catalog, line->unit, line->indicator,
                                          jb_period_last_day(line->period));
    return line;
}

static void take_row(struct grouping *grouping, const struct jb_figures_raw *raw)
{
    struct jb_figures_row row;

    grouping->figures->row_count++;
    struct jb_figures_line *line = keep_line(grouping, raw);
    if (jb_figures_row_read(&grouping->reader, raw, &row))
        return;
    struct jb_checked where = {.unit = row.unit, .period = row.period};
    where.form = find_form(grouping, raw, &row);
    if (where.form == JB_NONE)
        return;
    if (line) {
        line->unit = where.unit;
        line->form = where.form;
        line->period = where.period;
        line->indicator = row.indicator;
    }
    if (row.empty) {
        jb_figures_row_refuse(&grouping->reader, raw, JB_F_EMPTY_CELL, JB_COLUMN_VALUE, NULL, NULL);
        add_empty(grouping->figures, &where, row.indicator, raw->line);
        return;
    }
    struct jb_figures_filing *filing = filing_of(grouping, &where, raw->foot);
    if (filing) {
        jb_figures_add_row(filing, &row.row);
        filing->origins[filing->submission.row_count - 1] = raw->place ? raw : NULL;
    } else {
        jb_figures_row_refuse(&grouping->reader, raw, JB_F_FILE_TOO_MANY_ROWS, JB_COLUMNS,
                              _("at most 10,000 filings in a file"), NULL);
    }
}

static void take_table(struct grouping *grouping)
{
    const struct jb_figures_table *table = &grouping->figures->table;

    for (uint32_t i = 0; i < grouping->figures->form.row_count; i++)
        take_row(grouping, &grouping->figures->form.rows[i]);
    for (uint32_t i = 0; table->csv.rows && i + 1 < table->csv.row_count; i++) {
        struct jb_figures_raw raw = {.line = table->csv.rows[i + 1].line,
                                     .broken = table->broken && table->broken[i]};
        for (enum jb_figures_column k = 0; k < JB_COLUMNS; k++)
            raw.cells[k] = jb_figures_table_cell(table, i, k);
        if (!raw.cells[JB_COLUMN_UNIT].len)
            raw.cells[JB_COLUMN_UNIT] = text_of(grouping->options->unit);
        if (!raw.cells[JB_COLUMN_PERIOD].len)
            raw.cells[JB_COLUMN_PERIOD] = text_of(grouping->options->period);
        take_row(grouping, &raw);
    }
}

/* A text belongs to the options' unit and period, else to those of the file's first submission. */
static void take_texts(struct grouping *grouping)
{
    const struct jb_figures_options *o = grouping->options;
    struct jb_slice unit = text_of(o->unit), period = text_of(o->period);

    if (grouping->figures->filing_count) {
        const struct jb_submission *first = &grouping->figures->filings[0].submission;
        unit = unit.len ? unit : first->unit;
        period = period.len ? period : first->period;
    }
    for (uint32_t i = 0; i < o->text_count; i++) {
        struct jb_figures_raw raw = {.cells = {[JB_COLUMN_UNIT] = unit,
                                               [JB_COLUMN_PERIOD] = period,
                                               [JB_COLUMN_INDICATOR] = o->texts[i].indicator,
                                               [JB_COLUMN_VALUE] = o->texts[i].text}};
        take_row(grouping, &raw);
    }
}

static jb_err check_all(struct grouping *grouping)
{
    struct jb_figures *figures = grouping->figures;
    jb_err err = JB_OK;

    for (uint32_t i = 0; i < figures->filing_count; i++) {
        if (jb_figures_check(&figures->filings[i], grouping->reader.file, grouping->options,
                             figures, grouping->reader.findings))
            err = JB_EINVAL;
    }
    return err;
}

/* The options' form by its code. */
static jb_err find_given_form(struct grouping *grouping)
{
    const char *form = grouping->options->form;

    grouping->form = JB_NONE;
    if (!form)
        return JB_OK;
    grouping->form = jb_catalog_form(grouping->reader.catalog, jb_slice_str(form));
    if (grouping->form != JB_NONE)
        return JB_OK;
    jb_findings_add(grouping->reader.findings,
                    &(struct jb_finding){.code = JB_F_UNKNOWN_FORM,
                                         .severity = JB_ERROR,
                                         .form = form,
                                         .got = form,
                                         .expected = jb_catalog_suggest_form(
                                             grouping->reader.catalog, jb_slice_str(form))});
    return JB_EINVAL;
}

static jb_err read_all(struct grouping *grouping)
{
    struct jb_figures *figures = grouping->figures;
    struct jb_findings *findings = grouping->reader.findings;

    jb_err err = find_given_form(grouping);
    if (err)
        return err;
    if (figures->table.sdmx && jb_figures_sdmx_read(grouping->reader.file, grouping->reader.catalog,
                                                    &figures->arena, findings, &figures->table))
        return JB_EINVAL;
    take_table(grouping);
    take_texts(grouping);
    if (check_all(grouping) || jb_findings_refusals(findings) != grouping->refusals)
        return JB_EINVAL;
    if (figures->filing_count)
        return JB_OK;
    jb_findings_add(findings, &(struct jb_finding){.code = JB_F_FILE_EMPTY,
                                                   .severity = JB_ERROR,
                                                   .file = grouping->reader.file});
    return JB_EINVAL;
}

static jb_err parse_file(struct grouping *grouping, struct jb_slice bytes)
{
    const struct jb_figures_options *o = grouping->options;
    struct jb_form_given given = {text_of(o->unit), text_of(o->period)};
    struct jb_figures *figures = grouping->figures;

    figures->is_workbook = jb_form_is_workbook(grouping->reader.file, bytes);
    if (!figures->is_workbook)
        return jb_figures_table_parse(grouping->reader.file, bytes, o->encoding,
                                      grouping->reader.findings, &figures->table);
    return jb_form_read(grouping->reader.file, bytes, grouping->reader.catalog, &given,
                        grouping->reader.findings, &figures->form);
}

jb_err jb_figures_parse(const char *path, struct jb_slice bytes,
                        const struct jb_figures_options *options, struct jb_findings *findings,
                        struct jb_figures *ret)
{
    struct jb_figures figures = {0};
    uint32_t before = findings->count;
    struct grouping grouping = {
        .options = options,
        .figures = &figures,
        .refusals = jb_findings_refusals(findings),
        .reader = {.catalog = options->catalog->catalog,
                   .file = path,
                   .table = path ? &figures.table : NULL,
                   .findings = findings,
                   .arena = &figures.arena,
                   .suggestions_left = SUGGESTIONS_MAX},
    };

    if (path && parse_file(&grouping, bytes))
        return JB_EINVAL;
    jb_arena_init(&figures.arena, ARENA_BYTES_MAX);
    grouping.slots = jb_xcalloc(SLOTS, sizeof(*grouping.slots));
    jb_err err = read_all(&grouping);
    jb_findings_sort(findings, before); /* forms are checked after the rows */
    free(grouping.slots);
    if (err && !options->keep)
        jb_figures_free(&figures);
    else
        *ret = figures;
    return err;
}

jb_err jb_figures_read(const char *path, const struct jb_figures_options *options,
                       struct jb_findings *findings, struct jb_figures *ret)
{
    uint8_t *bytes = NULL;
    size_t len = 0;

    jb_err err = jb_figures_table_load(path, findings, &bytes, &len);
    if (err)
        return err;
    err = jb_figures_parse(path, jb_slice_of(bytes, len), options, findings, ret);
    free(bytes);
    return err;
}

void jb_figures_free(struct jb_figures *figures)
{
    for (uint32_t i = 0; i < figures->filing_count; i++) {
        free(figures->filings[i].rows);
        free(figures->filings[i].origins);
        free(figures->filings[i].effects);
    }
    free(figures->filings);
    free(figures->empty);
    jb_arena_free(&figures->arena);
    jb_figures_table_free(&figures->table);
    if (figures->is_workbook)
        jb_form_file_free(&figures->form);
    free(figures->lines);
    *figures = (struct jb_figures){0};
}
