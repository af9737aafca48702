/* Spreadsheets add blanks, Windows adds carriage returns, and people separate lists as they like.
 */
#include "catalog_cells.h"

#include <stdlib.h>

#include "base/text.h"
#include "model/fold.h"

#define QUOTE_BYTES_MAX 200

uint32_t jb_cell_line(const struct jb_cell_reader *reader, uint32_t row)
{
    return (reader->sheet + 1) << JB_CELL_ROW_BITS | (row + 1);
}

/* As much as a message shows, cut between characters. */
static size_t quoted(struct jb_slice text)
{
    size_t len = text.len < QUOTE_BYTES_MAX ? text.len : QUOTE_BYTES_MAX;

    while (len && len < text.len && (text.ptr[len] & 0xc0) == 0x80)
        len--;
    return len;
}

void jb_cell_refuse(const struct jb_cell_reader *reader, enum jb_finding_code code, uint32_t row,
                    uint32_t column, struct jb_slice got, const char *expected)
{
    char *text = jb_xstrndup(got.ptr, quoted(got));

    jb_findings_add(reader->findings, &(struct jb_finding){.code = code,
                                                           .severity = JB_ERROR,
                                                           .file = reader->file,
                                                           .row = jb_cell_line(reader, row),
                                                           .column = column + 1,
                                                           .got = text,
                                                           .expected = expected});
    free(text);
}

static bool take_text(const struct jb_cell_reader *reader, const struct jb_sheet_cell *cell,
                      struct jb_slice *ret)
{
    *ret = cell ? cell->text : jb_slice_of("", 0);
    if (!cell)
        return true;
    if (cell->kind == JB_SHEET_ERROR || cell->kind == JB_SHEET_UNCOMPUTED) {
        jb_cell_refuse(reader, JB_F_CATALOG_BAD_VALUE, cell->row, cell->column, cell->text,
                       _("a value: the formula gave none"));
        return false;
    }
    if (cell->kind == JB_SHEET_BOOLEAN)
        *ret = jb_slice_is(cell->text, "TRUE") ? JB_LIT("true") : JB_LIT("false");
    return true;
}

bool jb_cell_text(const struct jb_cell_reader *reader, const struct jb_sheet_cell *cell,
                  struct jb_slice *ret)
{
    bool good = take_text(reader, cell, ret);

    *ret = jb_trim(*ret);
    return good;
}

struct jb_slice jb_cell_word(const struct jb_cell_reader *reader, const struct jb_field *field,
                             const struct jb_sheet_cell *cell, struct jb_slice text)
{
    char expected[512] = "";
    size_t len = 0;

    if (!field->words)
        return text;
    const char *word = jb_field_find_word(field, text);
    if (word)
        return jb_slice_str(word);
    for (const struct jb_field_word *w = field->words; w->word && len < sizeof(expected); w++)
        len += (size_t)snprintf(expected + len, sizeof(expected) - len, "%s%s %s", len ? ", " : "",
                                w->zh, w->word);
    jb_cell_refuse(reader, JB_F_CATALOG_BAD_VALUE, cell->row, cell->column, text, expected);
    return jb_slice_str(field->words[0].word);
}

static bool is_separator(const struct jb_field *field, struct jb_slice at, size_t *len)
{
    static const char *const separators[] = {"\n", ";", ",", "；", "，", "、"};
    size_t count = field->kind == JB_FIELD_LINES ? 1 : JB_COUNT(separators);

    for (size_t i = 0; i < count; i++) {
        *len = strlen(separators[i]);
        if (at.len >= *len && memcmp(at.ptr, separators[i], *len) == 0)
            return true;
    }
    return false;
}

static struct jb_yaml_node *list_node(const struct jb_cell_reader *reader,
                                      const struct jb_field *field,
                                      const struct jb_sheet_cell *cell, struct jb_slice text)
{
    uint32_t line = jb_cell_line(reader, cell->row), column = cell->column + 1;
    struct jb_yaml_open list = jb_yaml_open(reader->arena, JB_YAML_LIST, line, column);

    while (text.len) {
        size_t end = 0, skip = 0;
        while (end < text.len &&
               !is_separator(field, jb_slice_of(text.ptr + end, text.len - end), &skip))
            end++;
        struct jb_slice part = jb_trim(jb_slice_of(text.ptr, end));
        if (part.len)
            jb_yaml_add(&list, jb_yaml_text(reader->arena, jb_cell_word(reader, field, cell, part),
                                            line, column));
        end = end < text.len ? end + skip : end;
        text = jb_slice_of(text.ptr + end, text.len - end);
    }
    return list.node;
}

static struct jb_slice without_cr(const struct jb_cell_reader *reader, struct jb_slice text)
{
    uint8_t *to = memchr(text.ptr, '\r', text.len) ? jb_arena_alloc(reader->arena, text.len) : NULL;
    size_t len = 0;

    for (size_t i = 0; to && i < text.len; i++) {
        if (text.ptr[i] != '\r' || i + 1 == text.len || text.ptr[i + 1] != '\n')
            to[len++] = text.ptr[i];
    }
    return to ? jb_slice_of(to, len) : text;
}

struct jb_yaml_node *jb_cell_node(const struct jb_cell_reader *reader, const struct jb_field *field,
                                  const struct jb_sheet_cell *cell)
{
    struct jb_slice text;

    if (!cell || !take_text(reader, cell, &text) || jb_trim(text).len == 0)
        return NULL;
    if (field->kind != JB_FIELD_NOTE)
        text = jb_trim(text);
    text = without_cr(reader, text);
    if (field->kind == JB_FIELD_CODES || field->kind == JB_FIELD_LINES)
        return list_node(reader, field, cell, text);
    return jb_yaml_text(reader->arena, jb_cell_word(reader, field, cell, text),
                        jb_cell_line(reader, cell->row), cell->column + 1);
}
