/* Row by row: where it belongs, then the value with its state, mark and status. A row that
 * contradicts itself is refused: which of its cells was meant, nobody can tell. */
#include "form/figures_sdmx.h"

#include <stdlib.h>

#include "base/text.h"
#include "model/fold.h"
#include "model/sdmx.h"

#define NOWHERE UINT32_MAX
#define QUOTE_BYTES_MAX 200

static const enum jb_sdmx_column column_ids[JB_COLUMNS] = {
    [JB_COLUMN_UNIT] = JB_SDMX_UNIT,           [JB_COLUMN_PERIOD] = JB_SDMX_TIME_PERIOD,
    [JB_COLUMN_INDICATOR] = JB_SDMX_INDICATOR, [JB_COLUMN_BASIS] = JB_SDMX_BASIS,
    [JB_COLUMN_VALUE] = JB_SDMX_VALUE,         [JB_COLUMN_STATUS] = JB_SDMX_OBS_STATUS,
    [JB_COLUMN_NOTE] = JB_SDMX_COMMENT,
};

struct reading {
    const char *path;
    const jb_catalog *catalog;
    struct jb_arena *arena;
    struct jb_findings *findings;
    struct jb_figures_table *table;
    uint32_t at[JB_SDMX_COLUMNS];           /* index in a row, or NOWHERE */
    struct jb_csv_row *row;                 /* the one that is read */
    struct jb_slice cells[JB_SDMX_COLUMNS]; /* of that row, as the file has them */
};

const char *jb_figures_sdmx_title(enum jb_figures_column column)
{
    return jb_sdmx_column_id(column_ids[column]);
}

bool jb_figures_sdmx_is(const struct jb_csv *csv)
{
    const struct jb_csv_row *header = csv->row_count ? &csv->rows[0] : NULL;

    return header && header->field_count >= 2 &&
           jb_sdmx_column_of(jb_trim(header->fields[0])) == JB_SDMX_STRUCTURE &&
           jb_sdmx_column_of(jb_trim(header->fields[1])) == JB_SDMX_STRUCTURE_ID;
}

static jb_err refuse(const struct reading *r, enum jb_finding_code code, enum jb_sdmx_column column,
                     const char *expected)
{
    bool has_column = column < JB_SDMX_COLUMNS && r->at[column] != NOWHERE;
    struct jb_slice cell = column < JB_SDMX_COLUMNS ? r->cells[column] : jb_slice_of(NULL, 0);
    char *got = jb_xstrndup(cell.ptr, cell.len < QUOTE_BYTES_MAX ? cell.len : QUOTE_BYTES_MAX);

    jb_findings_add(r->findings,
                    &(struct jb_finding){
                        .code = code,
                        .severity = JB_ERROR,
                        .file = r->path,
                        .row = r->row->line,
                        .column = has_column ? r->at[column] + 1 : 0,
                        .column_name = column < JB_SDMX_COLUMNS ? jb_sdmx_column_id(column) : NULL,
                        .got = got,
                        .expected = expected,
                    });
    free(got);
    return JB_EINVAL;
}

static void settle_places(struct reading *r)
{
    for (enum jb_figures_column i = 0; i < JB_COLUMNS; i++)
        r->table->place[i] = r->at[column_ids[i]];
    if (r->table->place[JB_COLUMN_VALUE] == NOWHERE) /* only texts, or only deletions */
        r->table->place[JB_COLUMN_VALUE] =
            r->at[JB_SDMX_TEXT] != NOWHERE ? r->at[JB_SDMX_TEXT] : r->at[JB_SDMX_ACTION];
}

static jb_err read_header(struct reading *r)
{
    static const enum jb_sdmx_column needed[] = {JB_SDMX_INDICATOR, JB_SDMX_TIME_PERIOD};
    struct jb_csv_row *header = &r->table->csv.rows[0];
    jb_err err = JB_OK;

    r->row = header;
    for (uint32_t i = 0; i < JB_SDMX_COLUMNS; i++)
        r->at[i] = NOWHERE;
    for (uint32_t i = 0; i < header->field_count; i++) {
        struct jb_slice cell = jb_trim(header->fields[i]);
        enum jb_sdmx_column column = jb_sdmx_column_of(cell);
        if (column == JB_SDMX_COLUMNS)
            continue;
        bool again = r->at[column] != NOWHERE;
        r->cells[column] = cell;
        r->at[column] = i;
        if (again)
            err = refuse(r, JB_F_FILE_HEADER, column, _("each column once"));
    }
    for (size_t i = 0; i < JB_COUNT(needed); i++) {
        if (r->at[needed[i]] == NOWHERE)
            err = refuse(r, JB_F_FILE_HEADER, needed[i], jb_sdmx_column_id(needed[i]));
    }
    settle_places(r);
    if (!err && r->table->place[JB_COLUMN_VALUE] == NOWHERE)
        err = refuse(r, JB_F_FILE_HEADER, JB_SDMX_VALUE, jb_sdmx_column_id(JB_SDMX_VALUE));
    return err;
}

/* With labels=both a coded cell is "A: Normal value". */
static struct jb_slice without_label(struct jb_slice cell)
{
    const uint8_t *label = cell.len ? memmem(cell.ptr, cell.len, ": ", 2) : NULL;

    return label ? jb_slice_of(cell.ptr, (size_t)(label - cell.ptr)) : cell;
}

static void take_cells(struct reading *r)
{
    for (enum jb_sdmx_column i = 0; i < JB_SDMX_COLUMNS; i++) {
        bool free_text = i == JB_SDMX_TEXT || i == JB_SDMX_COMMENT || i == JB_SDMX_REASON;
        r->cells[i] = jb_slice_of(NULL, 0);
        if (r->at[i] < r->row->field_count)
            r->cells[i] = jb_trim(r->row->fields[r->at[i]]);
        if (!free_text)
            r->cells[i] = without_label(r->cells[i]);
    }
}

static void set_cell(struct reading *r, enum jb_figures_column column, struct jb_slice text)
{
    if (r->table->place[column] != NOWHERE)
        r->row->fields[r->table->place[column]] = text;
}

static void set_text(struct reading *r, enum jb_figures_column column, const char *text)
{
    set_cell(r, column, jb_arena_copy(r->arena, jb_slice_str(text)));
}

/* AGENCY:ID(VERSION); who maintains it and which version it was is not asked. */
static jb_err check_structure(const struct reading *r)
{
    struct jb_slice type = r->cells[JB_SDMX_STRUCTURE], id = r->cells[JB_SDMX_STRUCTURE_ID];
    const char *own = jb_catalog_view(r->catalog)->code;
    char code[JB_SDMX_ID_SIZE], expected[2 * JB_SDMX_ID_SIZE];

    if (!jb_slice_is(type, "dataflow") && !jb_slice_is(type, "datastructure") &&
        !jb_slice_is(type, "dataprovision"))
        return refuse(r, JB_F_SDMX_STRUCTURE, JB_SDMX_STRUCTURE,
                      "dataflow, datastructure, dataprovision");
    const uint8_t *colon = id.len ? memchr(id.ptr, ':', id.len) : NULL;
    const uint8_t *version = id.len ? memchr(id.ptr, '(', id.len) : NULL;
    struct jb_slice name = id;
    if (version)
        name.len = (size_t)(version - id.ptr);
    if (colon && colon < name.ptr + name.len)
        name = jb_slice_of(colon + 1, name.len - (size_t)(colon - name.ptr) - 1);
    jb_sdmx_code(name, code);
    if (colon && name.len < JB_SDMX_ID_SIZE && strcmp(code, own) == 0)
        return JB_OK;
    jb_sdmx_id(jb_slice_str(own), code);
    snprintf(expected, sizeof(expected), "JIBAO:%s(VERSION)", code);
    return refuse(r, JB_F_SDMX_STRUCTURE, JB_SDMX_STRUCTURE_ID, expected);
}

static jb_err read_period(struct reading *r)
{
    struct jb_slice freq = r->cells[JB_SDMX_FREQ];
    char text[JB_PERIOD_TEXT_SIZE];
    struct jb_span span;

    if (jb_sdmx_time_parse(r->cells[JB_SDMX_TIME_PERIOD], &span) != JB_OK)
        return JB_OK; /* it stays as it is, and is told as in any other file */
    if (freq.len && !jb_slice_is(freq, jb_sdmx_freq(span)))
        return refuse(r, JB_F_PERIOD_FREQUENCY, JB_SDMX_FREQ, jb_sdmx_freq(span));
    jb_span_format(span, text);
    set_text(r, JB_COLUMN_PERIOD, text);
    return JB_OK;
}

/* A key that is not whole stands for many observations, or for attributes of many. */
static jb_err read_key(struct reading *r)
{
    static const enum jb_sdmx_column key[] = {JB_SDMX_UNIT, JB_SDMX_INDICATOR, JB_SDMX_BASIS};
    static const enum jb_figures_column into[] = {JB_COLUMN_UNIT, JB_COLUMN_INDICATOR,
                                                  JB_COLUMN_BASIS};
    jb_err err = JB_OK;

    for (size_t i = 0; i < JB_COUNT(key); i++) {
        struct jb_slice cell = r->cells[key[i]];
        char code[JB_SDMX_ID_SIZE];
        if (r->at[key[i]] == NOWHERE)
            continue;
        if (!cell.len) {
            err = refuse(r, JB_F_SDMX_KEY, key[i], NULL);
        } else if (key[i] == JB_SDMX_BASIS) {
            bool since = cell.len > 6 && memcmp(cell.ptr, "SINCE_", 6) == 0;
            set_cell(r, into[i], since ? jb_slice_of(cell.ptr + 6, cell.len - 6) : cell);
        } else if (cell.len < JB_SDMX_ID_SIZE) { /* a longer one is nobody's code as it stands */
            jb_sdmx_code(cell, code);
            set_text(r, into[i], code);
        }
    }
    return read_period(r) ? JB_EINVAL : err;
}

static jb_err check_unit_measure(const struct reading *r)
{
    struct jb_slice unit = r->cells[JB_SDMX_UNIT_MEASURE];
    char code[JB_SDMX_ID_SIZE];

    jb_sdmx_code(r->cells[JB_SDMX_INDICATOR], code);
    uint32_t i = jb_catalog_indicator(r->catalog, jb_slice_str(code));
    if (!unit.len || i == JB_NONE)
        return JB_OK;
    const struct jb_indicator *indicator = &jb_catalog_view(r->catalog)->indicators[i];
    if (jb_slice_is(unit, indicator->unit_of_measure_zh) ||
        jb_slice_is(unit, indicator->unit_of_measure_en))
        return JB_OK;
    return refuse(r, JB_F_UNIT_OF_MEASURE, JB_SDMX_UNIT_MEASURE, indicator->unit_of_measure_zh);
}

static bool is_number(struct jb_slice text)
{
    bool digit = false;

    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if ((c < '0' || c > '9') && c != '.' && !((c == '-' || c == '+') && i == 0))
            return false;
        digit = digit || (c >= '0' && c <= '9');
    }
    return digit;
}

/* The mark as people write it before a number; NULL: there is no such mark. */
static const char *mark_of(struct jb_slice precision)
{
    static const char *const signs[JB_MARKS] = {
        [JB_EXACT] = "",     [JB_AT_LEAST] = ">=", [JB_MORE_THAN] = ">",
        [JB_AT_MOST] = "<=", [JB_NEARLY] = "<",    [JB_APPROXIMATE] = "~",
    };

    if (!precision.len)
        return "";
    for (unsigned i = 0; i < JB_MARKS; i++) {
        if (jb_slice_is(precision, jb_mark_code((enum jb_mark)i)))
            return signs[i];
    }
    return NULL;
}

static jb_err read_number(struct reading *r)
{
    struct jb_slice value = r->cells[JB_SDMX_VALUE], text = r->cells[JB_SDMX_TEXT];
    const char *sign = mark_of(r->cells[JB_SDMX_PRECISION]);
    char number[QUOTE_BYTES_MAX];

    if (!sign || (sign[0] && !value.len))
        return refuse(r, JB_F_SDMX_VALUE, JB_SDMX_PRECISION,
                      "exact, at_least, more_than, at_most, nearly, approximate");
    if (value.len && text.len)
        return refuse(r, JB_F_SDMX_VALUE, JB_SDMX_TEXT, _("one of OBS_VALUE and OBS_TEXT"));
    if (!value.len) {
        set_cell(r, JB_COLUMN_VALUE, text);
        return JB_OK;
    }
    if (!is_number(value) || value.len > sizeof(number) / 2)
        return refuse(r, JB_F_VALUE_SYNTAX, JB_SDMX_VALUE, _("a plain decimal, or NaN"));
    if (value.ptr[0] == '+')
        value = jb_slice_of(value.ptr + 1, value.len - 1);
    snprintf(number, sizeof(number), "%s%.*s", sign, JB_ARG(value));
    set_text(r, JB_COLUMN_VALUE, number);
    return JB_OK;
}

/* STATE, or what OBS_STATUS and OBS_VALUE say without one. False: nothing that goes together. */
static bool find_state(const struct reading *r, enum jb_state *ret)
{
    struct jb_slice state = r->cells[JB_SDMX_STATE], status = r->cells[JB_SDMX_OBS_STATUS];
    bool missing = jb_slice_is(r->cells[JB_SDMX_VALUE], "NaN");
    bool present = !missing && (r->cells[JB_SDMX_VALUE].len || r->cells[JB_SDMX_TEXT].len);
    bool never = jb_slice_is(status, "M");

    if (state.len) {
        enum jb_state i = JB_STATE_NOT_REPORTED;
        while (i <= JB_STATE_NOT_COMPUTABLE && !jb_slice_is(state, jb_state_code(i)))
            i++;
        *ret = i;
        return i <= JB_STATE_NOT_COMPUTABLE &&
               (i == JB_STATE_VALUE ? !missing && !never : !present);
    }
    *ret = present ? JB_STATE_VALUE : never ? JB_STATE_NOT_APPLICABLE : JB_STATE_NOT_REPORTED;
    return present ? !never : never || !missing;
}

/* "" where the figure has none. */
static jb_err read_status(struct reading *r, enum jb_state state)
{
    struct jb_slice status = r->cells[JB_SDMX_OBS_STATUS];
    bool known = jb_slice_is(status, "A") || jb_slice_is(status, "P") || jb_slice_is(status, "E");

    if (state != JB_STATE_VALUE && state != JB_STATE_NOT_APPLICABLE) {
        set_text(r, JB_COLUMN_STATUS, "");
        return JB_OK;
    }
    if (status.len && !known && !(state == JB_STATE_NOT_APPLICABLE && jb_slice_is(status, "M")))
        return refuse(r, JB_F_STATUS_SYNTAX, JB_SDMX_OBS_STATUS, "A, P, E");
    set_cell(r, JB_COLUMN_STATUS, known ? status : jb_slice_of(NULL, 0));
    return JB_OK;
}

static jb_err read_observation(struct reading *r)
{
    enum jb_state state;

    if (!find_state(r, &state))
        return refuse(r, JB_F_SDMX_VALUE, JB_SDMX_STATE,
                      _("a value with STATE value, NaN with not_applicable (OBS_STATUS M) or "
                        "withdrawn, nothing with not_reported"));
    jb_err err = read_status(r, state);
    switch (state) {
    case JB_STATE_VALUE:
        return read_number(r) ? JB_EINVAL : err;
    case JB_STATE_NOT_APPLICABLE:
    case JB_STATE_WITHDRAWN:
        set_text(r, JB_COLUMN_VALUE, jb_state_code(state));
        return err;
    case JB_STATE_NOT_REPORTED:
    case JB_STATE_NOT_COMPUTABLE:
        break;
    }
    set_text(r, JB_COLUMN_VALUE, "");
    return err;
}

/* Withdrawn is the whole figure; an attribute alone cannot be deleted. */
static jb_err read_deletion(struct reading *r)
{
    static const enum jb_sdmx_column attributes[] = {JB_SDMX_OBS_STATUS, JB_SDMX_STATE,
                                                     JB_SDMX_PRECISION, JB_SDMX_COMMENT};

    for (size_t i = 0; i < JB_COUNT(attributes); i++) {
        if (r->cells[attributes[i]].len && !r->cells[JB_SDMX_VALUE].len &&
            !r->cells[JB_SDMX_TEXT].len)
            return refuse(r, JB_F_SDMX_VALUE, attributes[i],
                          _("nothing, or OBS_VALUE too: an attribute alone cannot be deleted"));
    }
    set_text(r, JB_COLUMN_STATUS, "");
    set_text(r, JB_COLUMN_NOTE, "");
    set_text(r, JB_COLUMN_VALUE, jb_state_code(JB_STATE_WITHDRAWN));
    return JB_OK;
}

static jb_err read_row(struct reading *r)
{
    uint32_t width = r->table->csv.rows[0].field_count;
    char expected[48];

    take_cells(r);
    if (r->row->field_count != width) {
        snprintf(expected, sizeof(expected), _("%u cells"), width);
        return refuse(r, JB_F_FILE_SYNTAX, JB_SDMX_COLUMNS, expected);
    }
    struct jb_slice action = r->cells[JB_SDMX_ACTION];
    bool deletes = jb_slice_is(action, "D");
    if (action.len && !deletes && (action.len != 1 || !strchr("IAMR", action.ptr[0])))
        return refuse(r, JB_F_SDMX_STRUCTURE, JB_SDMX_ACTION, "I, A, M, R, D");
    jb_err err = check_structure(r);
    err = read_key(r) ? JB_EINVAL : err;
    err = check_unit_measure(r) ? JB_EINVAL : err;
    return (deletes ? read_deletion(r) : read_observation(r)) ? JB_EINVAL : err;
}

jb_err jb_figures_sdmx_read(const char *path, const jb_catalog *catalog, struct jb_arena *arena,
                            struct jb_findings *findings, struct jb_figures_table *table)
{
    struct reading r = {
        .path = path, .catalog = catalog, .arena = arena, .findings = findings, .table = table};
    jb_err err = read_header(&r);

    if (err)
        return err;
    table->broken = jb_xcalloc(table->csv.row_count, sizeof(*table->broken));
    for (uint32_t i = 1; i < table->csv.row_count; i++) {
        r.row = &table->csv.rows[i];
        table->broken[i - 1] = read_row(&r) != JB_OK;
    }
    return JB_OK;
}
