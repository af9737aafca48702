/* CSV as spreadsheets save it. libcsv finds the fields; this file adds what it leaves out: the line
 * where a row starts, limits, leading comments and the separator's guess. The text goes to libcsv a
 * line at a time, which is how the line of a row is known; a line break inside quotes does not end
 * a row and is counted all the same. */
#include "files/csv.h"

#include <csv.h>
#include <stdlib.h>

#include "base/limits.h"

/* libcsv grows its field buffer by this much; its own 128 would copy a long text figure hundreds of
 * times. */
#define FIELD_BLOCK_BYTES 4096

struct build {
    struct jb_csv csv;
    uint32_t row_cap;
    size_t row_start;  /* index of the open row's first field */
    uint32_t line;     /* the one that libcsv is reading */
    uint32_t row_line; /* where the open row starts */
    bool in_row;
    bool row_full; /* the open row has a field that is not blank */
    jb_err err;
    uint32_t err_line;
};

static void fail(struct build *b, jb_err err, uint32_t line)
{
    if (!b->err) {
        b->err = err;
        b->err_line = line;
    }
}

static bool is_blank(struct jb_slice field)
{
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] != ' ' && field.ptr[i] != '\t')
            return false;
    }
    return true;
}

/* Every field replaces at least the separator or line break behind it by its NUL, so the memory of
 * the text's length and the last NUL holds all of them. */
static struct jb_slice keep(struct jb_csv *csv, const void *ptr, size_t len)
{
    jb_assert(len < csv->memory_cap - csv->memory_len);
    char *to = csv->memory + csv->memory_len;
    if (len)
        memcpy(to, ptr, len);
    to[len] = 0;
    csv->memory_len += len + 1;
    return jb_slice_of(to, len);
}

static void on_field(void *ptr, size_t len, void *context)
{
    struct build *b = context;
    struct jb_csv *csv = &b->csv;
    if (b->err)
        return;
    if (len > JB_FILE_FIELD_BYTES_MAX ||
        csv->field_memory_count - b->row_start == JB_FILE_COLUMNS_MAX) {
        fail(b, JB_ERANGE, b->row_line);
        return;
    }
    if (csv->field_memory_count == csv->field_memory_cap) {
        size_t cap = csv->field_memory_cap ? csv->field_memory_cap * 2 : 256;
        struct jb_slice *fields = realloc(csv->field_memory, cap * sizeof(*fields));
        if (!fields) {
            fail(b, JB_ENOMEM, b->row_line);
            return;
        }
        csv->field_memory = fields;
        csv->field_memory_cap = cap;
    }
    struct jb_slice field = keep(csv, ptr, len);
    csv->field_memory[csv->field_memory_count++] = field;
    b->row_full = b->row_full || !is_blank(field);
}

static void on_row(int terminator, void *context)
{
    struct build *b = context;
    struct jb_csv *csv = &b->csv;
    (void)terminator;
    b->in_row = false;
    if (b->err)
        return;
    if (!b->row_full) {
        csv->field_memory_count = b->row_start;
        return;
    }
    b->row_full = false;
    if (csv->row_count == JB_FILE_ROWS_MAX + 1) {
        fail(b, JB_ERANGE, b->row_line);
        return;
    }
    if (csv->row_count == b->row_cap) {
        uint32_t cap = b->row_cap ? b->row_cap * 2 : 64;
        struct jb_csv_row *rows = realloc(csv->rows, cap * sizeof(*rows));
        if (!rows) {
            fail(b, JB_ENOMEM, b->row_line);
            return;
        }
        csv->rows = rows;
        b->row_cap = cap;
    }
    csv->rows[csv->row_count++] = (struct jb_csv_row){
        .line = b->row_line, .field_count = (uint32_t)(csv->field_memory_count - b->row_start)};
    b->row_start = csv->field_memory_count;
}

/* libcsv would cut blanks around a field. */
static int is_never_space(unsigned char c)
{
    (void)c;
    return 0;
}

/* The first line with its end: LF, CRLF or CR. */
static struct jb_slice take_line(struct jb_slice *rest)
{
    size_t len = 0;
    while (len < rest->len && rest->ptr[len] != '\n' && rest->ptr[len] != '\r')
        len++;
    if (len < rest->len)
        len += rest->ptr[len] == '\r' && len + 1 < rest->len && rest->ptr[len + 1] == '\n' ? 2 : 1;
    struct jb_slice line = jb_slice_of(rest->ptr, len);
    rest->ptr += len;
    rest->len -= len;
    return line;
}

static bool is_empty_line(struct jb_slice line)
{
    return line.len == 0 || line.ptr[0] == '\n' || line.ptr[0] == '\r';
}

static jb_err add_comment(struct jb_csv *csv, struct jb_slice line)
{
    bool quoted = line.ptr[0] == '"'; /* a spreadsheet quoted it because of a separator inside */
    size_t start = quoted ? 2 : 1, end = line.len;
    while (end > start && strchr("\r\n,;\t ", line.ptr[end - 1]))
        end--;
    if (quoted && end > start && line.ptr[end - 1] == '"')
        end--;
    while (start < end && strchr(" \t", line.ptr[start]))
        start++;
    uint32_t count = csv->comment_count;
    const char **comments = realloc(csv->comments, (count + 1) * sizeof(*comments));
    if (!comments)
        return JB_ENOMEM;
    csv->comments = comments;
    comments[count] = (const char *)keep(csv, line.ptr + start, end - start).ptr;
    csv->comment_count = count + 1;
    return JB_OK;
}

/* Takes the lines before the header from rest. */
static void take_comments(struct build *b, struct jb_slice *rest)
{
    while (rest->len && !b->err) {
        bool comment = rest->ptr[0] == '#' || (rest->len > 1 && memcmp(rest->ptr, "\"#", 2) == 0);
        if (!comment && !is_empty_line(*rest))
            return;
        struct jb_slice line = take_line(rest);
        if (comment && b->csv.comment_count == JB_FILE_COMMENTS_MAX)
            fail(b, JB_ERANGE, b->line);
        else if (comment)
            fail(b, add_comment(&b->csv, line), b->line);
        b->line++;
    }
}

static char guess_separator(struct jb_slice text)
{
    static const char separators[] = {',', ';', '\t'};
    size_t counts[sizeof(separators)] = {0};
    bool quoted = false;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (!quoted && (c == '\n' || c == '\r'))
            break;
        if (c == '"')
            quoted = !quoted;
        for (size_t s = 0; s < sizeof(separators) && !quoted; s++)
            counts[s] += c == (uint8_t)separators[s];
    }
    size_t best = 0;
    for (size_t s = 1; s < sizeof(separators); s++) {
        if (counts[s] > counts[best])
            best = s;
    }
    return separators[best];
}

static void parse_rows(struct build *b, struct jb_slice rest, char separator)
{
    struct csv_parser parser;
    if (csv_init(&parser, CSV_STRICT | CSV_STRICT_FINI) != 0) {
        fail(b, JB_ENOMEM, b->line);
        return;
    }
    csv_set_delim(&parser, (unsigned char)separator);
    csv_set_space_func(&parser, is_never_space);
    csv_set_blk_size(&parser, FIELD_BLOCK_BYTES);
    while (rest.len && !b->err) {
        struct jb_slice line = take_line(&rest);
        if (!b->in_row) {
            b->row_line = b->line;
            b->in_row = !is_empty_line(line);
        }
        if (csv_parse(&parser, line.ptr, line.len, on_field, on_row, b) != line.len)
            fail(b, csv_error(&parser) == CSV_EPARSE ? JB_EINVAL : JB_ENOMEM, b->line);
        b->line++;
    }
    /* A quotation mark that never closes has swallowed the rest: the row's start is where to look.
     */
    if (!b->err && csv_fini(&parser, on_field, on_row, b) != 0)
        fail(b, csv_error(&parser) == CSV_EPARSE ? JB_EINVAL : JB_ENOMEM, b->row_line);
    csv_free(&parser);
}

static uint32_t line_of_bad_utf8(struct jb_slice text)
{
    uint32_t line = 1;
    while (text.len) {
        if (!jb_utf8_valid(take_line(&text)))
            return line;
        line++;
    }
    return line;
}

jb_err jb_csv_parse(struct jb_slice utf8, char separator, struct jb_csv *ret, uint32_t *ret_line)
{
    struct build b = {.line = 1, .row_line = 1};
    struct jb_slice rest = utf8;
    if (!jb_utf8_valid(utf8)) {
        *ret_line = line_of_bad_utf8(utf8);
        return JB_EINVAL;
    }
    b.csv.memory_cap = utf8.len + 2;
    b.csv.memory = malloc(b.csv.memory_cap);
    if (!b.csv.memory)
        fail(&b, JB_ENOMEM, 1);
    if (!b.err)
        take_comments(&b, &rest);
    if (!b.err)
        parse_rows(&b, rest, separator ? separator : guess_separator(rest));
    if (b.err) {
        jb_csv_free(&b.csv);
        *ret_line = b.err_line;
        return b.err;
    }
    struct jb_slice *fields = b.csv.field_memory; /* it moves no more */
    for (uint32_t i = 0; i < b.csv.row_count; i++) {
        b.csv.rows[i].fields = fields;
        fields += b.csv.rows[i].field_count;
    }
    *ret = b.csv;
    return JB_OK;
}

void jb_csv_free(struct jb_csv *csv)
{
    free(csv->rows);
    free(csv->memory);
    free(csv->field_memory);
    free(csv->comments);
    *csv = (struct jb_csv){0};
}

void jb_csv_put_field(FILE *out, struct jb_slice field, bool is_number, bool last)
{
    bool guard = !is_number && field.len && strchr("=+-@\t", field.ptr[0]);
    bool quote = field.len &&
                 (field.ptr[0] == ' ' || field.ptr[0] == '#' || field.ptr[field.len - 1] == ' ');
    for (size_t i = 0; i < field.len && !quote; i++)
        quote = field.ptr[i] < 0x80 && strchr(",;\t\"\r\n", field.ptr[i]);
    if (quote)
        fputc('"', out);
    if (guard)
        fputc('\'', out);
    for (size_t i = 0; i < field.len; i++) {
        if (field.ptr[i] == '"')
            fputc('"', out);
        fputc(field.ptr[i], out);
    }
    if (quote)
        fputc('"', out);
    fputc(last ? '\n' : ',', out);
}
