/* Reads a file of contacts whole, and tells all that is wrong in it. Findings quote units, roles
 * and titles, but no name or number: they may be kept. */
#include "contacts_file.h"

#include <stdlib.h>

#include "base/text.h"
#include "catalog_book.h"
#include "catalog_sheets.h"
#include "files/csv.h"
#include "files/sheet_rows.h"
#include "model/fold.h"

#define ARENA_BYTES_MAX (64 * 1024 * 1024)
#define TEXT_BYTES 256

enum { COLUMN_UNIT, COLUMN_ROLE, COLUMN_TEXTS, COLUMNS = JB_CONTACTS_FILE_COLUMNS };

static const struct {
    const char *en, *zh;
} titles[COLUMNS] = {{"unit", "单位"},   {"role", "角色"},  {"name", "姓名"}, {"telephone", "电话"},
                     {"mobile", "手机"}, {"email", "邮箱"}, {"note", "备注"}};

const char *jb_contacts_file_title(uint32_t column)
{
    jb_assert(column < COLUMNS);
    return jb_text_is_zh() ? titles[column].zh : titles[column].en;
}

struct reading {
    const char *path;
    const jb_catalog *catalog;
    struct jb_csv csv;
    const char *tab;         /* of a workbook; NULL: CSV */
    uint32_t place[COLUMNS]; /* UINT32_MAX: the file has no such column */
    uint32_t *unit_of;       /* by unit of the catalogue: 1 + its place in file.units */
    uint32_t suggestions;
    struct jb_contact **items; /* of the file's units, to be written */
    struct jb_contacts_file file;
    struct jb_findings *findings;
};

static void refuse(struct reading *r, enum jb_finding_code code, uint32_t row, uint32_t column,
                   struct jb_slice got, const char *expected, const char *hint)
{
    char text[TEXT_BYTES];
    snprintf(text, sizeof(text), "%.*s", JB_ARG(got));
    jb_findings_add(r->findings, &(struct jb_finding){.code = code,
                                                      .severity = JB_ERROR,
                                                      .file = r->path,
                                                      .row = row,
                                                      .column = column,
                                                      .sheet = r->tab,
                                                      .got = text,
                                                      .expected = expected,
                                                      .hint = hint});
}

static void read_header(struct reading *r)
{
    const struct jb_csv_row *header = &r->csv.rows[0];
    for (uint32_t i = 0; i < COLUMNS; i++)
        r->place[i] = UINT32_MAX;
    for (uint32_t i = 0; i < header->field_count; i++) {
        struct jb_slice cell = jb_trim(header->fields[i]);
        uint32_t column = 0;
        while (column < COLUMNS && !jb_slice_is_nocase(cell, titles[column].en) &&
               !jb_slice_is(cell, titles[column].zh))
            column++;
        if (column == COLUMNS && cell.len)
            refuse(r, JB_F_FILE_HEADER, header->line, i + 1, cell,
                   "unit,role,name,telephone,mobile,email,note", "");
        else if (column < COLUMNS && r->place[column] != UINT32_MAX)
            refuse(r, JB_F_FILE_HEADER, header->line, i + 1, cell, _("each column once"), "");
        else if (column < COLUMNS)
            r->place[column] = i;
    }
    for (uint32_t i = COLUMN_UNIT; i <= COLUMN_TEXTS; i++) {
        if (r->place[i] == UINT32_MAX)
            refuse(r, JB_F_FILE_HEADER, header->line, 0, jb_slice_str(_("no such column")),
                   titles[i].en, "");
    }
}

/* What a spreadsheet would run was written with a quotation mark in front (jb_csv_put_field). */
static struct jb_slice cell_of(const struct reading *r, const struct jb_csv_row *row,
                               uint32_t column)
{
    if (r->place[column] >= row->field_count)
        return jb_slice_of(NULL, 0);
    struct jb_slice cell = jb_trim(row->fields[r->place[column]]);
    if (cell.len > 1 && cell.ptr[0] == '\'' && strchr("=+-@", cell.ptr[1]))
        return jb_slice_of(cell.ptr + 1, cell.len - 1);
    return cell;
}

static uint32_t column_at(const struct reading *r, uint32_t column)
{
    return r->place[column] == UINT32_MAX ? 0 : r->place[column] + 1;
}

/* The unit's entry, a new one for its first line. NULL: a finding says why, or memory is short. */
static struct jb_unit_contacts *unit_of(struct reading *r, const struct jb_csv_row *row)
{
    struct jb_slice cell = cell_of(r, row, COLUMN_UNIT);
    uint32_t index;
    if (jb_catalog_find_unit(r->catalog, cell, &index) != JB_OK) {
        bool suggest = cell.len && r->suggestions++ < JB_SUGGESTIONS_MAX;
        refuse(r, JB_F_UNKNOWN_UNIT, row->line, column_at(r, COLUMN_UNIT), cell, "",
               suggest ? jb_catalog_suggest_unit(r->catalog, cell) : "");
        return NULL;
    }
    if (r->unit_of[index])
        return &r->file.units[r->unit_of[index] - 1];
    if (r->file.unit_count == JB_CONTACT_UNITS_MAX) {
        refuse(r, JB_F_FILE_TOO_MANY_ROWS, row->line, 0, (struct jb_slice){0},
               _("at most 2,000 units"), "");
        return NULL;
    }
    struct jb_contact *items = jb_arena_array(&r->file.arena, JB_UNIT_CONTACTS_MAX, sizeof(*items));
    if (!items)
        return NULL;
    r->file.units[r->file.unit_count] = (struct jb_unit_contacts){
        .unit = jb_slice_str(jb_catalog_view(r->catalog)->units[index].code),
        .items = items,
        .row = row->line};
    r->items[r->file.unit_count] = items;
    r->unit_of[index] = ++r->file.unit_count;
    return &r->file.units[r->file.unit_count - 1];
}

static void read_texts(struct reading *r, const struct jb_csv_row *row, struct jb_contact *contact)
{
    for (uint32_t t = 0; t < JB_CONTACT_TEXTS; t++) {
        struct jb_slice text = cell_of(r, row, COLUMN_TEXTS + t);
        jb_err err = jb_contact_text_check(t, text);
        if (err)
            refuse(r,
                   err == JB_ERANGE ? JB_F_FIELD_TOO_LONG
                   : text.len       ? JB_F_BAD_TEXT
                                    : JB_F_CONTACT_INVALID,
                   row->line, column_at(r, COLUMN_TEXTS + t), (struct jb_slice){0},
                   jb_contact_text_code(t), "");
        *jb_contact_text(contact, t) = jb_arena_copy(&r->file.arena, text);
    }
}

static void read_row(struct reading *r, const struct jb_csv_row *row)
{
    struct jb_contact contact = {0};
    struct jb_slice role = cell_of(r, row, COLUMN_ROLE);
    uint32_t errors = r->findings->errors;
    struct jb_unit_contacts *unit = unit_of(r, row);
    if (jb_contact_role_parse(role, &contact.role) != JB_OK)
        refuse(r, JB_F_CONTACT_INVALID, row->line, column_at(r, COLUMN_ROLE), role,
               "leader 分管领导, filler 填报人, head 单位负责人, other 其他", "");
    read_texts(r, row, &contact);
    if (unit && unit->count == JB_UNIT_CONTACTS_MAX)
        refuse(r, JB_F_CONTACT_INVALID, row->line, 0, unit->unit, _("at most 8 contacts a unit"),
               "");
    if (!unit || r->findings->errors > errors)
        return;
    r->items[unit - r->file.units][unit->count++] = contact;
    r->file.contact_count++;
}

static jb_err read_rows(struct reading *r)
{
    uint32_t unit_count = jb_catalog_view(r->catalog)->unit_count;
    r->unit_of = jb_xcalloc((size_t)unit_count + 1, sizeof(*r->unit_of));
    jb_arena_init(&r->file.arena, ARENA_BYTES_MAX);
    r->file.units = jb_xcalloc(JB_CONTACT_UNITS_MAX, sizeof(*r->file.units));
    r->items = jb_xcalloc(JB_CONTACT_UNITS_MAX, sizeof(*r->items));
    for (uint32_t i = 1; i < r->csv.row_count; i++)
        read_row(r, &r->csv.rows[i]);
    free(r->items);
    free(r->unit_of);
    return r->findings->errors ? JB_EINVAL : JB_OK;
}

static jb_err refuse_limit(struct reading *r, jb_err err, uint32_t line)
{
    refuse(r, err == JB_ERANGE ? JB_F_FIELD_TOO_LONG : JB_F_FILE_SYNTAX, line, 0,
           (struct jb_slice){0}, "", "");
    return JB_EINVAL;
}

/* The rows are there. */
static jb_err take_rows(struct reading *r, struct jb_contacts_file *ret)
{
    if (r->csv.row_count < 2)
        refuse(r, JB_F_FILE_EMPTY, 1, 0, (struct jb_slice){0}, "", "");
    else
        read_header(r);
    jb_err err = r->findings->errors ? JB_EINVAL : read_rows(r);
    jb_csv_free(&r->csv);
    if (err)
        jb_contacts_file_free(&r->file);
    else
        *ret = r->file;
    return err;
}

static jb_err parse_csv(struct reading *r, struct jb_slice bytes, enum jb_encoding encoding,
                        struct jb_contacts_file *ret)
{
    struct jb_decoded decoded = {0};
    size_t offset = 0;
    uint32_t line = 0;

    if (jb_decode_text(bytes, encoding, &decoded, &offset, &line) != JB_OK) {
        refuse(r, JB_F_FILE_ENCODING, line, 0, (struct jb_slice){0}, _("UTF-8 or GB18030"), "");
        return JB_EINVAL;
    }
    if (decoded.guessed && decoded.encoding != JB_ENC_UTF8)
        jb_findings_add(r->findings,
                        &(struct jb_finding){.code = JB_F_ENCODING_GUESSED,
                                             .severity = JB_NOTICE,
                                             .file = r->path,
                                             .got = jb_encoding_name(decoded.encoding)});
    jb_err err = jb_csv_parse(jb_slice_of(decoded.text, decoded.len), 0, &r->csv, &line);
    err = err ? refuse_limit(r, err, line) : take_rows(r, ret);
    free(decoded.text);
    return err;
}

static jb_err parse_book(struct reading *r, struct jb_slice bytes, struct jb_contacts_file *ret)
{
    struct jb_workbook book;
    struct jb_fault fault = {0};
    uint32_t line = 0, tab = 0;

    if (jb_workbook_read(bytes, &book, &fault) != JB_OK) {
        refuse(r, JB_F_FILE_SYNTAX, 0, 0, jb_slice_str(fault.what), "", fault.advice);
        return JB_EINVAL;
    }
    for (uint32_t i = 0; i < book.sheet_count; i++)
        tab = jb_catalog_is_contacts_tab(book.sheets[i].name) ? i : tab;
    jb_err err = JB_EINVAL;
    if (book.sheet_count) {
        r->tab = book.sheets[tab].name;
        err = jb_sheet_rows(&book.sheets[tab], &r->csv, &line);
        err = err ? refuse_limit(r, err, line) : take_rows(r, ret);
    } else {
        refuse(r, JB_F_FILE_EMPTY, 0, 0, (struct jb_slice){0}, "", "");
    }
    jb_workbook_free(&book);
    return err;
}

jb_err jb_contacts_file_parse(const char *path, struct jb_slice bytes, enum jb_encoding encoding,
                              const jb_catalog *catalog, struct jb_contacts_file *ret,
                              struct jb_findings *findings)
{
    struct reading r = {.path = path, .catalog = catalog, .findings = findings};

    return jb_catalog_is_book(bytes) ? parse_book(&r, bytes, ret)
                                     : parse_csv(&r, bytes, encoding, ret);
}

jb_err jb_contacts_file_read(const char *path, enum jb_encoding encoding, const jb_catalog *catalog,
                             struct jb_contacts_file *ret, struct jb_findings *findings)
{
    struct reading r = {.path = path, .findings = findings};
    uint8_t *bytes = NULL;
    size_t len = 0;
    jb_err err = jb_read_file(path, JB_FILE_BYTES_MAX, &bytes, &len);
    if (err) {
        refuse(&r, err == JB_ERANGE ? JB_F_FILE_TOO_LARGE : JB_F_FILE_UNREADABLE, 0, 0,
               (struct jb_slice){0}, "", "");
        return JB_EINVAL;
    }
    err = jb_contacts_file_parse(path, jb_slice_of(bytes, len), encoding, catalog, ret, findings);
    free(bytes);
    return err;
}

void jb_contacts_file_free(struct jb_contacts_file *file)
{
    free(file->units);
    jb_arena_free(&file->arena);
    *file = (struct jb_contacts_file){0};
}
