/* One sheet's cells. */
#include "files/workbook_parts.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "files/sheet_date.h"
#include "files/sheet_number.h"

enum type {
    TYPE_NUMBER,
    TYPE_SHARED,
    TYPE_INLINE,
    TYPE_FORMULA_TEXT,
    TYPE_BOOLEAN,
    TYPE_ERROR,
    TYPE_DATE
};

struct hidden_columns {
    uint32_t first, last;
};

struct reading {
    struct jb_workbook_context *with;
    struct jb_sheet *sheet;
    const char *part;
    uint32_t row, column; /* of the open cell; the next one's when it has no place */
    bool row_hidden;
    /* The open cell. */
    bool in_cell, in_value, in_formula, formula, has_value;
    enum type type;
    uint32_t style;
    struct jb_workbook_text text; /* inline text */
    struct jb_buf value, formula_text;
    struct hidden_columns *hidden;
    uint32_t hidden_count;
};

static jb_err fault_at(struct reading *r, jb_err err, const char *what, const char *advice)
{
    char place[JB_SHEET_PLACE_SIZE];

    return jb_fault_set(r->with->fault, err, what, advice, "'%.100s'!%s", r->sheet->name,
                        jb_sheet_place(r->row < JB_SHEET_ROWS_MAX ? r->row : 0,
                                       r->column < JB_SHEET_COLUMNS_MAX ? r->column : 0, place));
}

static const char *save_again(void)
{
    return _("Open it in a spreadsheet program and save it again.");
}

/* JB_EINVAL for anything but 1 to max digits of a number of at most max. */
static jb_err read_index(const char *text, size_t len, uint32_t max, uint32_t *ret)
{
    uint64_t number = 0;

    if (!len)
        return JB_EINVAL;
    for (size_t i = 0; i < len; i++) {
        if (text[i] < '0' || text[i] > '9')
            return JB_EINVAL;
        number = number * 10 + (uint64_t)(text[i] - '0');
        if (number > max)
            return JB_ERANGE;
    }
    *ret = (uint32_t)number;
    return JB_OK;
}

static jb_err bad_place(struct reading *r, const char *text)
{
    return jb_fault_set(r->with->fault, JB_EINVAL,
                        _("the workbook names a place that no sheet has"), save_again(),
                        "'%.100s'!%.40s", r->sheet->name, text);
}

static jb_err start_row(struct reading *r, const char *const *attributes)
{
    const char *number = jb_xml_attribute(attributes, "r");

    if (number) {
        uint32_t row;
        if (read_index(number, strlen(number), JB_SHEET_ROWS_MAX, &row) || row == 0)
            return bad_place(r, number);
        r->row = row - 1;
    }
    if (r->row >= JB_SHEET_ROWS_MAX)
        return bad_place(r, "");
    r->column = 0;
    r->row_hidden = jb_xml_flag(attributes, "hidden");
    return JB_OK;
}

static jb_err start_cell(struct reading *r, const char *const *attributes)
{
    static const struct {
        const char *name;
        enum type type;
    } types[] = {{"n", TYPE_NUMBER},
                 {"s", TYPE_SHARED},
                 {"inlineStr", TYPE_INLINE},
                 {"str", TYPE_FORMULA_TEXT},
                 {"b", TYPE_BOOLEAN},
                 {"e", TYPE_ERROR},
                 {"d", TYPE_DATE}};
    const char *place = jb_xml_attribute(attributes, "r");
    const char *type = jb_xml_attribute(attributes, "t");
    const char *style = jb_xml_attribute(attributes, "s");
    size_t i = 0;

    if (place) {
        uint32_t row;
        if (jb_sheet_place_parse(jb_slice_str(place), &row, &r->column) || row != r->row)
            return bad_place(r, place);
    }
    if (r->column >= JB_SHEET_COLUMNS_MAX)
        return bad_place(r, "");
    while (type && i < JB_COUNT(types) && strcmp(types[i].name, type) != 0)
        i++;
    if (i == JB_COUNT(types))
        return fault_at(r, JB_EINVAL, _("a cell is of an unknown kind"), save_again());
    r->type = types[i].type;
    r->style = 0;
    if (style && read_index(style, strlen(style), JB_WORKBOOK_STYLES_MAX, &r->style))
        return fault_at(r, JB_EINVAL, _("a cell is of an unknown kind"), save_again());
    r->in_cell = true;
    r->formula = r->has_value = false;
    jb_buf_clear(&r->value);
    jb_buf_clear(&r->formula_text);
    jb_buf_clear(&r->text.buf);
    return JB_OK;
}

static jb_err add_merge(struct reading *r, const char *const *attributes)
{
    const char *text = jb_xml_attribute(attributes, "ref");
    struct jb_sheet *sheet = r->sheet;
    struct jb_sheet_range range;

    if (!text || jb_sheet_range_parse(jb_slice_str(text), &range))
        return bad_place(r, text ? text : "");
    if (sheet->merge_count == JB_WORKBOOK_MERGES_MAX)
        return jb_fault_set(
            r->with->fault, JB_ERANGE, _("the workbook holds more than may be read"),
            _("Remove what does not belong to it and save it again."), "%s", sheet->name);
    if (sheet->merge_count == sheet->merge_cap) {
        sheet->merge_cap = sheet->merge_cap ? sheet->merge_cap * 2 : 16;
        sheet->merges = jb_xrealloc(sheet->merges, sheet->merge_cap * sizeof(*sheet->merges));
    }
    sheet->merges[sheet->merge_count++] = range;
    return JB_OK;
}

static jb_err add_columns(struct reading *r, const char *const *attributes)
{
    const char *min = jb_xml_attribute(attributes, "min");
    const char *max = jb_xml_attribute(attributes, "max");
    uint32_t first, last;

    if (!jb_xml_flag(attributes, "hidden") || !min || !max ||
        read_index(min, strlen(min), JB_SHEET_COLUMNS_MAX, &first) ||
        read_index(max, strlen(max), JB_SHEET_COLUMNS_MAX, &last) || !first ||
        r->hidden_count == JB_SHEET_COLUMNS_MAX)
        return JB_OK;
    r->hidden = jb_xrealloc(r->hidden, (r->hidden_count + 1) * sizeof(*r->hidden));
    r->hidden[r->hidden_count++] = (struct hidden_columns){first - 1, last - 1};
    return JB_OK;
}

static void on_start(void *context, jb_xml *xml, const char *name, const char *const *attributes)
{
    struct reading *r = context;
    jb_err err = JB_OK;

    if (r->in_cell) {
        if (strcmp(name, "v") == 0)
            r->in_value = r->has_value = true;
        else if (strcmp(name, "f") == 0)
            r->in_formula = r->formula = true;
        else
            jb_workbook_text_start(&r->text, name);
    } else if (strcmp(name, "row") == 0) {
        err = start_row(r, attributes);
    } else if (strcmp(name, "c") == 0) {
        err = start_cell(r, attributes);
    } else if (strcmp(name, "mergeCell") == 0) {
        err = add_merge(r, attributes);
    } else if (strcmp(name, "col") == 0) {
        err = add_columns(r, attributes);
    }
    if (err)
        jb_xml_stop(xml, err);
}

static void on_text(void *context, jb_xml *xml, struct jb_slice piece)
{
    struct reading *r = context;

    (void)xml;
    if (r->in_value)
        jb_buf_put(&r->value, piece.ptr, piece.len);
    else if (r->in_formula)
        jb_buf_put(&r->formula_text, piece.ptr, piece.len);
    else if (r->in_cell)
        jb_workbook_text_put(&r->text, piece);
}

static struct jb_slice trim(struct jb_slice text)
{
    while (text.len && strchr(" \t\r\n", text.ptr[0]))
        text = jb_slice_of(text.ptr + 1, text.len - 1);
    while (text.len && strchr(" \t\r\n", text.ptr[text.len - 1]))
        text.len--;
    return text;
}

/* A reference to another file is written [1]Sheet!A1 or '[1]Sheet'!A1. A formula that shares
 * another's text is taken to do what that one does. */
static bool is_linked(const struct reading *r)
{
    struct jb_slice text = jb_buf_slice(&r->formula_text);

    if (!r->formula || !r->with->workbook->external_links)
        return false;
    if (r->formula_text.failed || trim(text).len == 0)
        return true;
    for (size_t i = 0; i + 2 < text.len; i++) {
        if (text.ptr[i] == '[' && text.ptr[i + 1] >= '0' && text.ptr[i + 1] <= '9')
            return true;
    }
    return false;
}

static bool is_hidden(const struct reading *r)
{
    for (uint32_t i = 0; i < r->hidden_count; i++) {
        if (r->column >= r->hidden[i].first && r->column <= r->hidden[i].last)
            return true;
    }
    return r->row_hidden;
}

static jb_err read_number(struct reading *r, struct jb_slice raw, struct jb_sheet_cell *cell,
                          char *text)
{
    const struct jb_workbook_styles *styles = &r->with->styles;

    if (jb_sheet_number(raw, text, &cell->imprecise))
        return fault_at(r, JB_EINVAL, _("a cell holds a number that cannot be read"), save_again());
    cell->kind = JB_SHEET_NUMBER;
    uint8_t style = r->style < styles->count ? styles->kind[r->style] : JB_STYLE_PLAIN;
    cell->percent = style == JB_STYLE_PERCENT;
    cell->worded = style == JB_STYLE_WORDS;
    if (style == JB_STYLE_DATE) {
        char date[JB_SHEET_DATE_SIZE];
        if (jb_sheet_date(jb_slice_str(text), r->with->workbook->from_1904, date) == JB_OK) {
            cell->kind = JB_SHEET_DATE;
            cell->imprecise = false;
            memcpy(text, date, sizeof(date));
        }
    }
    cell->text = jb_slice_str(text);
    return JB_OK;
}

static jb_err read_shared(struct reading *r, struct jb_slice raw, struct jb_sheet_cell *cell)
{
    const struct jb_workbook_strings *strings = &r->with->strings;
    uint32_t index;

    if (read_index((const char *)raw.ptr, raw.len, UINT32_MAX, &index) || index >= strings->count)
        return fault_at(r, JB_EINVAL, _("a cell's text is missing from the workbook"),
                        save_again());
    cell->kind = JB_SHEET_TEXT;
    cell->text = strings->items[index]; /* kept already */
    return JB_OK;
}

/* What the open cell shows; text is room for a number. cell->text may be borrowed from r. */
static jb_err read_value(struct reading *r, struct jb_sheet_cell *cell, char *text)
{
    struct jb_slice value = jb_buf_slice(&r->value), raw = trim(value);

    switch (r->type) {
    case TYPE_NUMBER:
        return raw.len ? read_number(r, raw, cell, text) : JB_OK;
    case TYPE_SHARED:
        return raw.len ? read_shared(r, raw, cell) : JB_OK;
    case TYPE_INLINE:
        cell->text = jb_buf_slice(&r->text.buf);
        return JB_OK;
    case TYPE_FORMULA_TEXT:
        cell->text = value;
        return JB_OK;
    case TYPE_BOOLEAN:
        cell->kind = JB_SHEET_BOOLEAN;
        if (raw.len)
            cell->text = jb_slice_is(raw, "1") || jb_slice_is(raw, "true") ? JB_LIT("TRUE")
                                                                           : JB_LIT("FALSE");
        return JB_OK;
    case TYPE_ERROR:
        cell->kind = JB_SHEET_ERROR;
        cell->text = raw;
        return JB_OK;
    case TYPE_DATE:
        cell->kind = JB_SHEET_DATE;
        cell->text = raw;
        return JB_OK;
    }
    return JB_OK;
}

static jb_err keep_cell(struct reading *r, struct jb_sheet_cell *cell)
{
    struct jb_sheet *sheet = r->sheet;
    bool shared = r->type == TYPE_SHARED;

    if (r->with->cells_left == 0)
        return fault_at(r, JB_ERANGE, _("the workbook holds more than may be read"),
                        _("Remove what does not belong to it and save it again."));
    if (!shared) {
        cell->text = cell->kind == JB_SHEET_TEXT
                         ? jb_workbook_text_keep(cell->text, &r->with->workbook->arena)
                         : jb_arena_copy(&r->with->workbook->arena, cell->text);
        if (!cell->text.ptr)
            return jb_workbook_no_memory(r->with->fault);
    }
    if (sheet->cell_count == sheet->cell_cap) {
        sheet->cell_cap = sheet->cell_cap ? sheet->cell_cap * 2 : 256;
        sheet->cells = jb_xrealloc(sheet->cells, sheet->cell_cap * sizeof(*sheet->cells));
    }
    sheet->cells[sheet->cell_count++] = *cell;
    r->with->cells_left--;
    return JB_OK;
}

static jb_err end_cell(struct reading *r)
{
    char text[JB_SHEET_NUMBER_SIZE];
    struct jb_sheet_cell cell = {.row = r->row,
                                 .column = r->column,
                                 .kind = JB_SHEET_TEXT,
                                 .formula = r->formula,
                                 .linked = is_linked(r),
                                 .hidden = is_hidden(r)};

    r->in_cell = false;
    if (r->value.failed || r->text.buf.failed)
        return fault_at(r, JB_ERANGE, _("a cell holds more text than a spreadsheet allows"),
                        _("Shorten the text."));
    jb_err err = read_value(r, &cell, text);
    if (err)
        return err;
    /* Nothing at all, or no number: a text may be empty. */
    if (r->formula && !cell.text.len && !(r->has_value && r->type == TYPE_FORMULA_TEXT))
        cell.kind = JB_SHEET_UNCOMPUTED;
    if (cell.text.len || cell.kind == JB_SHEET_UNCOMPUTED)
        err = keep_cell(r, &cell);
    r->column++;
    return err;
}

static void on_end(void *context, jb_xml *xml, const char *name)
{
    struct reading *r = context;
    jb_err err = JB_OK;

    if (r->in_value && strcmp(name, "v") == 0)
        r->in_value = false;
    else if (r->in_formula && strcmp(name, "f") == 0)
        r->in_formula = false;
    else if (r->in_cell && strcmp(name, "c") == 0)
        err = end_cell(r);
    else if (r->in_cell)
        jb_workbook_text_end(&r->text, name);
    else if (strcmp(name, "row") == 0)
        r->row++;
    if (err)
        jb_xml_stop(xml, err);
}

static int by_place(const void *a, const void *b)
{
    const struct jb_sheet_cell *x = a, *y = b;

    if (x->row != y->row)
        return x->row < y->row ? -1 : 1;
    return (x->column > y->column) - (x->column < y->column);
}

static jb_err sort_cells(struct reading *r)
{
    struct jb_sheet *sheet = r->sheet;

    if (sheet->cell_count)
        qsort(sheet->cells, sheet->cell_count, sizeof(*sheet->cells), by_place);
    for (uint32_t i = 1; i < sheet->cell_count; i++) {
        if (by_place(&sheet->cells[i - 1], &sheet->cells[i]) == 0) {
            r->row = sheet->cells[i].row;
            r->column = sheet->cells[i].column;
            return fault_at(r, JB_EINVAL, _("a cell is there twice"), save_again());
        }
    }
    return JB_OK;
}

jb_err jb_workbook_sheet_read(struct jb_workbook_context *context, const char *part,
                              struct jb_sheet *sheet)
{
    struct reading r = {.with = context, .sheet = sheet, .part = part};
    struct jb_xml_events events = {on_start, on_end, on_text, &r};

    jb_workbook_text_init(&r.text);
    jb_buf_init(&r.value, JB_WORKBOOK_CELL_BYTES_MAX);
    jb_buf_init(&r.formula_text, JB_WORKBOOK_CELL_BYTES_MAX);
    jb_err err = jb_xml_parse_entry(context->zip, part, &events, context->fault);
    if (!err)
        err = sort_cells(&r);
    jb_buf_free(&r.text.buf);
    jb_buf_free(&r.value);
    jb_buf_free(&r.formula_text);
    free(r.hidden);
    return err;
}
