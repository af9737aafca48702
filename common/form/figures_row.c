/* Cell by cell; a mistake in one does not hide those in the others. */
#include "form/figures_row.h"

#include <stdlib.h>

#include "base/text.h"
#include "model/check.h"
#include "model/fold.h"
#include "model/value_text.h"

#define QUOTE_BYTES_MAX 200

/* As much of the cell as a message can show, cut between characters. */
static char *quote(struct jb_slice cell)
{
    size_t len = cell.len;

    if (len > QUOTE_BYTES_MAX) {
        len = QUOTE_BYTES_MAX;
        while (len > 0 && (cell.ptr[len] & 0xc0) == 0x80)
            len--;
    }
    return jb_xasprintf("%.*s%s", (int)len, (const char *)cell.ptr, len < cell.len ? "…" : "");
}

void jb_figures_row_refuse(struct jb_figures_reader *reader, const struct jb_figures_raw *raw,
                           enum jb_finding_code code, enum jb_figures_column column,
                           const char *expected, const char *hint)
{
    bool has_cell = column < JB_COLUMNS;
    char *got = has_cell ? quote(raw->cells[column]) : NULL;
    char *unit = quote(raw->cells[JB_COLUMN_UNIT]),
         *indicator = quote(raw->cells[JB_COLUMN_INDICATOR]);
    struct jb_finding finding = {
        .code = code,
        .severity = code == JB_F_EMPTY_CELL ? JB_NOTICE : JB_ERROR,
        .file = reader->file,
        .row = raw->line,
        .column_name = has_cell ? jb_figures_table_title(reader->table, column) : NULL,
        .unit = unit,
        .indicator = indicator,
        .got = got,
        .expected = expected,
        .hint = hint,
    };

    if (raw->place) {
        finding.sheet = raw->place->sheet;
        finding.sheet_number = raw->place->sheet_number;
        finding.column = has_cell ? raw->place->column[column] + 1 : 0;
    } else if (has_cell && reader->table && reader->table->place[column] != UINT32_MAX) {
        finding.column = reader->table->place[column] + 1;
    }
    jb_findings_add(reader->findings, &finding);
    free(got);
    free(unit);
    free(indicator);
}

typedef const char *(*suggest_fn)(const jb_catalog *catalog, struct jb_slice name);

static void refuse_name(struct jb_figures_reader *reader, const struct jb_figures_raw *raw,
                        enum jb_figures_column column, jb_err err, enum jb_finding_code unknown,
                        suggest_fn suggest)
{
    bool missing = raw->cells[column].len == 0;
    const char *near = "";
    char *hint = NULL;

    if (err == JB_EEXIST) {
        jb_figures_row_refuse(reader, raw, JB_F_AMBIGUOUS_NAME, column, NULL, NULL);
        return;
    }
    if (reader->suggestions_left && !missing) {
        reader->suggestions_left--;
        near = suggest(reader->catalog, raw->cells[column]);
    }
    if (near[0])
        hint = jb_xasprintf(_("did you mean %s?"), near);
    jb_figures_row_refuse(reader, raw, unknown, column,
                          missing && column == JB_COLUMN_UNIT
                              ? _("a unit in its column, or --unit for the whole file")
                              : NULL,
                          hint);
    free(hint);
}

static bool read_where(struct jb_figures_reader *reader, const struct jb_figures_raw *raw,
                       struct jb_figures_row *row)
{
    struct jb_slice unit = raw->cells[JB_COLUMN_UNIT], period = raw->cells[JB_COLUMN_PERIOD];
    bool good = true;

    jb_err err = unit.len ? jb_catalog_find_unit(reader->catalog, unit, &row->unit) : JB_ENOTFOUND;
    if (err) {
        refuse_name(reader, raw, JB_COLUMN_UNIT, err, JB_F_UNKNOWN_UNIT, jb_catalog_suggest_unit);
        good = false;
    }
    if (jb_period_parse(period, &row->period)) {
        jb_figures_row_refuse(reader, raw, JB_F_PERIOD_SYNTAX, JB_COLUMN_PERIOD,
                              period.len ? _("one period like 2023-Q2")
                                         : _("a period in its column, or --period for the whole "
                                             "file"),
                              NULL);
        good = false;
    }
    struct jb_slice name = raw->cells[JB_COLUMN_INDICATOR];
    err =
        name.len ? jb_catalog_find_indicator(reader->catalog, name, &row->indicator) : JB_ENOTFOUND;
    if (err) {
        refuse_name(reader, raw, JB_COLUMN_INDICATOR, err, JB_F_UNKNOWN_INDICATOR,
                    jb_catalog_suggest_indicator);
        good = false;
    }
    return good;
}

/* The wire's words: "" default, "period", "ytd", else the stretch's first base period. */
static bool read_basis(struct jb_figures_reader *reader, const struct jb_figures_raw *raw,
                       struct jb_figures_row *row)
{
    struct jb_slice cell = raw->cells[JB_COLUMN_BASIS], text;
    const struct jb_indicator *indicator =
        &jb_catalog_view(reader->catalog)->indicators[row->indicator];
    char buf[256], code[JB_PERIOD_TEXT_SIZE];
    uint32_t stretch = 0;

    if (cell.len == 0)
        return true;
    if (jb_fold(cell, buf, sizeof(buf), &text) ||
        jb_basis_parse(indicator, text, row->period, &stretch)) {
        jb_figures_row_refuse(reader, raw, JB_F_BASIS_SYNTAX, JB_COLUMN_BASIS, NULL, NULL);
        return false;
    }
    if (jb_slice_is(text, "本期") || jb_slice_is_nocase(text, "period")) {
        row->row.basis = JB_LIT("period");
    } else if (jb_slice_is(text, "本年累计") || jb_slice_is_nocase(text, "ytd") ||
               jb_slice_is_nocase(text, "year-to-date")) {
        row->row.basis = JB_LIT("ytd");
    } else {
        jb_period_format(jb_period_add(row->period, -(int32_t)stretch), code);
        row->row.basis = jb_arena_copy(reader->arena, jb_slice_str(code));
    }
    return true;
}

/* A plain number that is merely too long gets a finding of its own. */
static enum jb_finding_code value_code(struct jb_slice cell)
{
    size_t digits = 0, decimals = 0;
    bool point = false;

    for (size_t i = 0; i < cell.len; i++) {
        uint8_t c = cell.ptr[i];
        if (c == '.' && !point)
            point = true;
        else if (c >= '0' && c <= '9' && (digits || c != '0' || point))
            digits++, decimals += point ? 1 : 0;
        else if ((c < '0' || c > '9') && (c != '-' || i))
            return JB_F_VALUE_SYNTAX;
    }
    if (decimals > JB_DECIMALS_MAX)
        return JB_F_TOO_MANY_DECIMALS;
    return digits > JB_FIGURE_DIGITS_MAX ? JB_F_VALUE_TOO_LARGE : JB_F_VALUE_SYNTAX;
}

static bool read_text(struct jb_slice cell, struct jb_row *row)
{
    enum jb_state state;

    row->state = JB_STATE_VALUE;
    if (!jb_state_parse(cell, &state) &&
        (state == JB_STATE_NOT_APPLICABLE || state == JB_STATE_WITHDRAWN))
        row->state = state;
    else
        row->text = cell;
    return true;
}

static bool read_value(struct jb_figures_reader *reader, const struct jb_figures_raw *raw,
                       struct jb_figures_row *row)
{
    const struct jb_indicator *indicator =
        &jb_catalog_view(reader->catalog)->indicators[row->indicator];
    struct jb_slice cell = raw->cells[JB_COLUMN_VALUE];
    struct jb_value_text value;
    char why[256] = "", hint[256] = "";

    if (cell.len == 0) {
        row->empty = true;
        return true;
    }
    if (indicator->measure == JB_TEXT)
        return read_text(cell, &row->row);
    if (jb_value_text_parse(cell, indicator->percent, &value, why, sizeof(why), hint,
                            sizeof(hint))) {
        char *advice = hint[0] ? jb_xasprintf(_("did you mean %s?"), hint) : NULL;
        jb_figures_row_refuse(reader, raw, value_code(cell), JB_COLUMN_VALUE, why, advice);
        free(advice);
        return false;
    }
    row->empty = value.empty;
    row->row.state = value.state;
    row->row.mark = value.has_mark ? value.mark : JB_EXACT;
    row->row.number = value.number;
    return true;
}

/* Values have limits of their own. */
static bool check_lengths(struct jb_figures_reader *reader, const struct jb_figures_raw *raw)
{
    char limit[48];
    bool good = true;

    for (enum jb_figures_column i = 0; i < JB_COLUMNS; i++) {
        if (i == JB_COLUMN_VALUE || raw->cells[i].len <= JB_SHORT_TEXT_BYTES_MAX)
            continue;
        snprintf(limit, sizeof(limit), _("at most %d bytes"), JB_SHORT_TEXT_BYTES_MAX);
        jb_figures_row_refuse(reader, raw, JB_F_FIELD_TOO_LONG, i, limit, NULL);
        good = false;
    }
    return good;
}

jb_err jb_figures_row_read(struct jb_figures_reader *reader, const struct jb_figures_raw *raw,
                           struct jb_figures_row *ret)
{
    struct jb_figures_row row = {.row = {.source_row = raw->line}};
    struct jb_slice status = raw->cells[JB_COLUMN_STATUS];

    if (!check_lengths(reader, raw))
        return JB_EINVAL;
    bool good = read_where(reader, raw, &row);
    if (raw->broken)
        return JB_EINVAL;
    if (good) {
        row.row.indicator =
            jb_slice_str(jb_catalog_view(reader->catalog)->indicators[row.indicator].code);
        good = read_basis(reader, raw, &row);
        good = read_value(reader, raw, &row) && good;
    }
    if (status.len && jb_status_parse(status, &row.row.status)) {
        jb_figures_row_refuse(reader, raw, JB_F_STATUS_SYNTAX, JB_COLUMN_STATUS, NULL, NULL);
        good = false;
    }
    row.row.note = raw->cells[JB_COLUMN_NOTE];
    if (!good)
        return JB_EINVAL;
    *ret = row;
    return JB_OK;
}
