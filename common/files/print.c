/* One set of rows, three ways out. A table keeps copies of its cells, so that a caller may print
 * from borrowed bytes whose transaction is over; the table's widths need all rows before the first
 * is written anyway. */
#include "files/print.h"

#include <jansson.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "files/csv.h"
#include "files/demonstration.h"
#include "files/outlet.h"
#include "files/table_book.h"

#define COLUMN_GAP 2
#define WRAPPED_LEAST 16 /* columns that a wrapped cell keeps */
#define WRAPPED_INDENT 2 /* of a cell's later lines, below its own */
#define PROGRESS_CELLS 30
#define PROGRESS_EVERY_US 50000 /* more often only flickers */

struct jb_table {
    struct jb_column *columns;
    uint32_t column_count;
    char **cells; /* of the ended rows and the open one; a NULL cell is empty */
    size_t cell_count, cell_cap;
    bool demonstration; /* the last column says so */
};

static const struct jb_column demonstration_column = {.key = "demonstration", .csv_only = true};

jb_err jb_output_parse(struct jb_slice text, enum jb_output *ret)
{
    static const char *const names[] = {
        [JB_OUT_TABLE] = "table", [JB_OUT_CSV] = "csv", [JB_OUT_JSON] = "json"};
    for (size_t i = 0; i < JB_COUNT(names); i++) {
        if (jb_slice_is(text, names[i])) {
            *ret = (enum jb_output)i;
            return JB_OK;
        }
    }
    return JB_EINVAL;
}

jb_table *jb_table_new(const struct jb_column *columns, uint32_t count)
{
    jb_assert(count > 0);
    jb_table *table = jb_xcalloc(1, sizeof(*table));
    table->demonstration = jb_demonstration_is_set();
    table->columns = jb_xcalloc((size_t)count + 1, sizeof(*columns));
    table->column_count = count + table->demonstration;
    for (uint32_t i = 0; i < table->column_count; i++) {
        table->columns[i] = i < count ? columns[i] : demonstration_column;
        table->columns[i].title =
            jb_xstrdup(table->columns[i].title ? table->columns[i].title : table->columns[i].key);
        table->columns[i].key = jb_xstrdup(table->columns[i].key);
    }
    return table;
}

static void free_text(const char *text)
{
    union {
        const char *kept;
        void *owned;
    } ptr = {.kept = text};
    free(ptr.owned);
}

void jb_table_free(jb_table *table)
{
    if (!table)
        return;
    for (uint32_t i = 0; i < table->column_count; i++) {
        free_text(table->columns[i].key);
        free_text(table->columns[i].title);
    }
    for (size_t i = 0; i < table->cell_count; i++)
        free(table->cells[i]);
    free(table->columns);
    free(table->cells);
    free(table);
}

static void add_cell(jb_table *table, char *text)
{
    if (table->cell_count == table->cell_cap) {
        table->cell_cap = table->cell_cap ? table->cell_cap * 2 : 64;
        table->cells = jb_xrealloc(table->cells, table->cell_cap * sizeof(*table->cells));
    }
    table->cells[table->cell_count++] = text;
}

void jb_table_cell(jb_table *table, const char *text)
{
    add_cell(table, text ? jb_xstrdup(text) : NULL);
}

void jb_table_cellf(jb_table *table, const char *fmt, ...)
{
    va_list args;
    char *text = NULL;
    va_start(args, fmt);
    int len = vasprintf(&text, fmt, args);
    va_end(args);
    jb_assert(len >= 0);
    add_cell(table, text);
}

void jb_table_end_row(jb_table *table)
{
    if (table->demonstration)
        jb_table_cell(table, JB_DEMONSTRATION_WORD);
    jb_assert(table->cell_count > 0 && table->cell_count % table->column_count == 0);
}

uint32_t jb_table_rows(const jb_table *table)
{
    return (uint32_t)(table->cell_count / table->column_count);
}

uint32_t jb_table_columns(const jb_table *table)
{
    return table->column_count;
}

const struct jb_column *jb_table_column(const jb_table *table, uint32_t column)
{
    jb_assert(column < table->column_count);
    return &table->columns[column];
}

static const char *cell_of(const jb_table *table, uint32_t row, uint32_t column)
{
    return table->cells[(size_t)row * table->column_count + column];
}

const char *jb_table_text(const jb_table *table, uint32_t row, uint32_t column)
{
    jb_assert(row < jb_table_rows(table) && column < table->column_count);
    return cell_of(table, row, column);
}

/* The last column of a line is not padded, and blanks that earlier columns would leave at the end
 * are held back. */
static void print_line(const jb_table *table, const char *const *texts, const uint32_t *widths,
                       FILE *out)
{
    uint32_t held = 0;
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].csv_only)
            continue;
        uint32_t width = jb_text_width(texts[i]);
        uint32_t pad = widths[i] - width;
        bool right = table->columns[i].align == JB_RIGHT;
        if (width > 0) {
            jb_print_padded("", held + (right ? pad : 0), JB_LEFT, out);
            jb_print_padded(texts[i], 0, JB_LEFT, out);
            held = (right ? 0 : pad) + COLUMN_GAP;
        } else {
            held += pad + COLUMN_GAP;
        }
    }
    fputc('\n', out);
}

static void print_rule(const jb_table *table, const uint32_t *widths, FILE *out)
{
    const char *gap = "";
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (table->columns[i].csv_only)
            continue;
        fputs(gap, out);
        for (uint32_t n = 0; n < widths[i]; n++)
            fputc('-', out);
        gap = "  ";
    }
    fputc('\n', out);
}

/* Names stand in the first column and are spared: five of their columns count as three. */
static uint32_t weight_of(const struct jb_table *table, const uint32_t *widths, uint32_t i)
{
    const struct jb_column *column = &table->columns[i];
    if (column->csv_only || column->align == JB_RIGHT || widths[i] <= WRAPPED_LEAST)
        return 0;
    return i == 0 ? widths[i] * 3 / 5 : widths[i];
}

/* Takes columns from the widest text until the line fits the terminal; figures stay whole. */
static void squeeze(const jb_table *table, uint32_t *widths, uint32_t columns)
{
    uint32_t total = 0;
    for (uint32_t i = 0; i < table->column_count; i++)
        total += table->columns[i].csv_only ? 0 : widths[i] + (total ? COLUMN_GAP : 0);
    for (; columns && total > columns; total--) {
        uint32_t widest = 0;
        for (uint32_t i = 1; i < table->column_count; i++) {
            if (weight_of(table, widths, i) > weight_of(table, widths, widest))
                widest = i;
        }
        if (weight_of(table, widths, widest) == 0)
            return;
        widths[widest]--;
    }
}

/* The next line of a cell below its own indent, or further in; *rest moves behind it. */
static char *take_line(const char **rest, uint32_t indent, uint32_t width)
{
    const char *text = *rest + strspn(*rest, " ");
    size_t len = jb_text_fit(text, width > indent ? width - indent : 1);
    *rest = text + len + strspn(text + len, " ");
    return jb_xasprintf("%*s%.*s", (int)indent, "", (int)len, text);
}

/* One row, in as many lines as its longest cell takes. The texts are used up. */
static void print_row(const jb_table *table, const char **texts, const uint32_t *widths, FILE *out)
{
    uint32_t count = table->column_count;
    char **lines = jb_xcalloc(count, sizeof(*lines));
    const char **shown = jb_xcalloc(count, sizeof(*shown));
    uint32_t *indents = jb_xcalloc(count, sizeof(*indents));
    bool more = true;
    for (uint32_t i = 0; i < count; i++)
        indents[i] = (uint32_t)strspn(texts[i], " ");
    for (uint32_t further = 0; more; further = WRAPPED_INDENT) {
        more = false;
        for (uint32_t i = 0; i < count; i++) {
            bool whole = table->columns[i].csv_only || jb_text_width(texts[i]) <= widths[i];
            lines[i] =
                whole && !further
                    ? NULL
                    : take_line(&texts[i], texts[i][0] ? indents[i] + further : 0, widths[i]);
            shown[i] = lines[i] ? lines[i] : texts[i];
            if (!lines[i])
                texts[i] = "";
            more = more || texts[i][0];
        }
        print_line(table, shown, widths, out);
        for (uint32_t i = 0; i < count; i++)
            free(lines[i]);
    }
    free(indents);
    free(shown);
    free(lines);
}

bool jb_table_is_heading(const jb_table *table, uint32_t row)
{
    for (uint32_t i = 1; i + table->demonstration < table->column_count; i++) {
        const char *cell = cell_of(table, row, i);
        if (cell && cell[0])
            return false;
    }
    return table->column_count > 1u + table->demonstration && cell_of(table, row, 0) &&
           !table->columns[0].csv_only;
}

static void print_table(const jb_table *table, FILE *out)
{
    uint32_t rows = jb_table_rows(table);
    uint32_t *widths = jb_xcalloc(table->column_count, sizeof(*widths));
    const char **texts = jb_xcalloc(table->column_count, sizeof(*texts));
    for (uint32_t i = 0; i < table->column_count; i++) {
        texts[i] = table->columns[i].title;
        widths[i] = jb_text_width(texts[i]);
        for (uint32_t row = 0; row < rows; row++) {
            const char *cell = cell_of(table, row, i);
            uint32_t width = cell && !jb_table_is_heading(table, row) ? jb_text_width(cell) : 0;
            if (width > widths[i])
                widths[i] = width;
        }
    }
    squeeze(table, widths, jb_print_columns(out));
    print_row(table, texts, widths, out);
    print_rule(table, widths, out);
    for (uint32_t row = 0; row < rows; row++) {
        for (uint32_t i = 0; i < table->column_count; i++) {
            const char *cell = cell_of(table, row, i);
            texts[i] = cell ? cell : "";
        }
        if (jb_table_is_heading(table, row)) {
            jb_print_padded(texts[0], 0, JB_LEFT, out);
            fputc('\n', out);
            continue;
        }
        print_row(table, texts, widths, out);
    }
    free(texts);
    free(widths);
}

static void print_csv(const jb_table *table, FILE *out)
{
    uint32_t rows = jb_table_rows(table), last = 0;
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (!table->columns[i].table_only)
            last = i;
    }
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (!table->columns[i].table_only)
            jb_csv_put_field(out, jb_slice_str(table->columns[i].key), false, i == last);
    }
    for (uint32_t row = 0; row < rows; row++) {
        for (uint32_t i = 0; i < table->column_count; i++) {
            const struct jb_column *column = &table->columns[i];
            if (!column->table_only)
                jb_csv_put_field(out, jb_slice_str(cell_of(table, row, i)),
                                 column->number || column->boolean_or_integer, i == last);
        }
    }
}

/* An integer of at most 18 digits: what JSON readers of every kind take as it stands. */
static bool parse_integer(const char *text, json_int_t *ret)
{
    bool negative = text[0] == '-';
    const char *digits = text + negative;
    size_t len = strlen(digits);
    json_int_t v = 0;
    if (len == 0 || len > 18)
        return false;
    for (size_t i = 0; i < len; i++) {
        if (digits[i] < '0' || digits[i] > '9')
            return false;
        v = v * 10 + (digits[i] - '0');
    }
    *ret = negative ? -v : v;
    return true;
}

static json_t *json_of(const char *text, bool bare)
{
    json_int_t v;
    if (!text)
        return json_null();
    if (bare && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0))
        return json_boolean(text[0] == 't');
    if (bare && parse_integer(text, &v))
        return json_integer(v);
    json_t *value = json_string(text);
    return value ? value : json_null(); /* not UTF-8 */
}

static void print_json(const jb_table *table, const char *const *extra, FILE *out)
{
    uint32_t row_count = jb_table_rows(table);
    json_t *root = json_object(), *rows = json_array();
    bool good = root && rows;
    for (uint32_t row = 0; good && row < row_count; row++) {
        json_t *object = json_object();
        for (uint32_t i = 0; i < table->column_count; i++) {
            const struct jb_column *column = &table->columns[i];
            json_t *value = json_of(cell_of(table, row, i), column->boolean_or_integer);
            if (column->table_only)
                json_decref(value);
            else
                good = json_object_set_new(object, column->key, value) == 0 && good;
        }
        good = json_array_append_new(rows, object) == 0 && good;
    }
    good = good && json_object_set_new(root, "rows", rows) == 0;
    for (; good && extra && extra[0]; extra += 2)
        good = json_object_set_new(root, extra[0], json_of(extra[1], false)) == 0;
    jb_assert(good); /* memory, or a key of ours that is no UTF-8 */
    jb_ignore(json_dumpf(root, out, JSON_INDENT(2)) !=
              0); /* the caller asks the stream for errors */
    fputc('\n', out);
    json_decref(root);
}

void jb_table_print(const jb_table *table, enum jb_output output, const char *const *extra,
                    FILE *out)
{
    struct jb_table_book *book = output == JB_OUT_TABLE ? jb_outlet_book(out) : NULL;

    jb_assert(table->cell_count % table->column_count == 0);
    if (book) { /* each sheet stands alone */
        if (table->demonstration)
            jb_table_book_add_lines(book, JB_LIT(JB_DEMONSTRATION_WORD));
        jb_table_book_add_table(book, table);
        return;
    }
    switch (output) {
    case JB_OUT_TABLE:
        jb_demonstration_line(out);
        print_table(table, out);
        break;
    case JB_OUT_CSV:
        print_csv(table, out);
        break;
    case JB_OUT_JSON:
        print_json(table, extra, out);
        break;
    }
}

void jb_print_spark(const int64_t *values, const bool *present, uint32_t count, bool utf8,
                    FILE *out)
{
    static const char *const bars[] = {"▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"};
    static const char *const ascii[] = {"_", ".", "-", ":", "=", "+", "*", "#"};
    int64_t max = 1;
    for (uint32_t i = 0; i < count; i++) {
        if (present[i] && values[i] > max)
            max = values[i];
    }
    for (uint32_t i = 0; i < count; i++) {
        if (!present[i]) {
            fputc(' ', out);
            continue;
        }
        jb_i128 level = values[i] > 0 ? ((jb_i128)values[i] * 8 - 1) / max : 0;
        fputs(utf8 ? bars[level] : ascii[level], out);
    }
}

/* Of the line on the terminal; a program has one. */
static int64_t progress_at_us;

void jb_progress(const char *label, uint64_t done, uint64_t total)
{
    char bar[PROGRESS_CELLS + 1];
    if (!isatty(STDERR_FILENO))
        return;
    int64_t now_us = jb_clock_mono_us();
    if (done < total && progress_at_us && now_us - progress_at_us < PROGRESS_EVERY_US)
        return;
    progress_at_us = now_us;
    uint64_t shown = done < total ? done : total;
    uint64_t filled = total ? (uint64_t)((jb_u128)shown * PROGRESS_CELLS / total) : 0;
    for (uint64_t i = 0; i < PROGRESS_CELLS; i++)
        bar[i] = i < filled ? '#' : '.';
    bar[PROGRESS_CELLS] = 0;
    fprintf(stderr, "\r%s [%s] %llu/%llu\033[K", label, bar, (unsigned long long)done,
            (unsigned long long)total);
}

void jb_progress_end(void)
{
    if (progress_at_us)
        fputc('\n', stderr);
    progress_at_us = 0;
}
