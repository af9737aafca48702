/* Sheets are written as tables come: streaming, so that a hundred thousand rows cost no memory. */
#include "files/table_book.h"

#include <stdlib.h>

#include "base/text.h"
#include "files/workbook_write.h"

#define WIDTH_LEAST 8 /* of a column, in digits */
#define WIDTH_MOST 60 /* longer texts are wrapped */
#define WIDTH_GAP 2
#define INDENT_MOST 14
#define SIGNS_BYTES_MAX 24 /* before and behind a number */
#define LINE_POINTS 15
#define LINES_MOST 27 /* a row is at most 409 points high */
#define PROGRESS_ROWS 20000
#define PAPER_HEADER 0xE7ECF3

struct jb_table_book {
    jb_book *book;
    jb_page *page;    /* of the last table; NULL: none yet */
    uint32_t row;     /* the next one of the page */
    uint32_t *widths; /* of the table's columns */
    char *above;      /* lines that came before the table they belong to */
    size_t above_len;
};

jb_table_book *jb_table_book_new(void)
{
    jb_table_book *book = jb_xcalloc(1, sizeof(*book));

    book->book = jb_book_new(true);
    return book;
}

void jb_table_book_free(jb_table_book *book)
{
    if (!book)
        return;
    jb_book_free(book->book);
    free(book->above);
    free(book->widths);
    free(book);
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static bool has_digit(struct jb_slice text)
{
    for (size_t i = 0; i < text.len; i++) {
        if (is_digit(text.ptr[i]))
            return true;
    }
    return false;
}

bool jb_cell_number_parse(struct jb_slice cell, struct jb_cell_number *ret)
{
    struct jb_cell_number parts;
    size_t first = 0, end, point = 0;

    while (first < cell.len && !is_digit(cell.ptr[first]))
        first++;
    if (first == cell.len)
        return false;
    for (end = first; end < cell.len && (is_digit(cell.ptr[end]) ||
                                         (cell.ptr[end] == '.' && !point && end + 1 < cell.len &&
                                          is_digit(cell.ptr[end + 1])));
         end++)
        point += cell.ptr[end] == '.';
    if (cell.ptr[first] == '0' && end - first > 1 && cell.ptr[first + 1] != '.')
        return false; /* 007 is a name */
    size_t start = first && cell.ptr[first - 1] == '-' ? first - 1 : first;
    parts.before = jb_slice_of(cell.ptr, start);
    parts.number = jb_slice_of(cell.ptr + start, end - start);
    parts.behind = jb_slice_of(cell.ptr + end, cell.len - end);
    if (has_digit(parts.behind) || parts.before.len + parts.behind.len > SIGNS_BYTES_MAX ||
        memchr(parts.behind.ptr, '"', parts.behind.len) ||
        memchr(cell.ptr, '"', start)) /* it would end the format's own */
        return false;
    *ret = parts;
    return true;
}

/* 0.00"%" or ">"0;">"-0: as many decimals as are there, and the signs as they are. */
static void number_format(const struct jb_cell_number *parts, char *format, size_t size)
{
    const uint8_t *point = memchr(parts->number.ptr, '.', parts->number.len);
    size_t decimals = point ? parts->number.len - (size_t)(point - parts->number.ptr) - 1 : 0;
    char digits[24], before[SIGNS_BYTES_MAX + 8] = "", behind[SIGNS_BYTES_MAX + 8] = "";

    snprintf(digits, sizeof(digits), "0%s%.*s", decimals ? "." : "", (int)decimals,
             "000000000000000");
    if (parts->before.len)
        snprintf(before, sizeof(before), "\"%.*s\"", JB_ARG(parts->before));
    if (parts->behind.len)
        snprintf(behind, sizeof(behind), "\"%.*s\"", JB_ARG(parts->behind));
    char *text = parts->before.len ? jb_xasprintf("%s%s%s;%s-%s%s", before, digits, behind, before,
                                                  digits, behind)
                                   : jb_xasprintf("%s%s", digits, behind);
    size_t len = strlen(text); /* it fits: SIGNS_BYTES_MAX twice, and the digits */
    jb_assert(len < size);
    memcpy(format, text, len + 1);
    free(text);
}

/* beside: a number ends just before it. */
static void put_cell(jb_table_book *book, uint32_t column, const char *text, bool right,
                     bool beside)
{
    struct jb_look look = {
        .wrap = !right, .top = true, .align = right ? JB_ALIGN_RIGHT : JB_ALIGN_LEFT};
    struct jb_cell_number parts;
    size_t blanks = strspn(text, " ");

    if (right && jb_cell_number_parse(jb_slice_str(text), &parts) &&
        jb_page_takes_number(parts.number)) {
        number_format(&parts, look.digits, sizeof(look.digits));
        jb_page_number(book->page, book->row, column, parts.number, &look);
        return;
    }
    look.indent =
        (uint8_t)((blanks / 2 < INDENT_MOST ? blanks / 2 : INDENT_MOST) + (beside && !right));
    jb_page_text(book->page, book->row, column, jb_slice_str(text + blanks), &look);
}

static void set_widths(jb_table_book *book, const jb_table *table)
{
    uint32_t at = 0, rows = jb_table_rows(table), count = jb_table_columns(table);

    book->widths = jb_xrealloc(book->widths, count * sizeof(*book->widths));
    for (uint32_t i = 0; i < jb_table_columns(table); i++) {
        const struct jb_column *column = jb_table_column(table, i);
        if (column->csv_only)
            continue;
        uint32_t width = jb_text_width(column->title);
        for (uint32_t row = 0; row < rows; row++) {
            const char *text = jb_table_text(table, row, i);
            uint32_t own = text && !jb_table_is_heading(table, row) ? jb_text_width(text) : 0;
            width = own > width ? own : width;
        }
        width += WIDTH_GAP;
        width = width < WIDTH_LEAST ? WIDTH_LEAST : width > WIDTH_MOST ? WIDTH_MOST : width;
        jb_page_width(book->page, at, at, width);
        book->widths[i] = width - WIDTH_GAP;
        at++;
    }
}

/* As high as its longest cell; not every program finds that out by itself. */
static void set_height(jb_table_book *book, const jb_table *table, uint32_t row)
{
    uint32_t lines = 1;

    for (uint32_t i = 0; i < jb_table_columns(table); i++) {
        const char *text = jb_table_text(table, row, i);
        if (!text || jb_table_column(table, i)->csv_only)
            continue;
        uint32_t own = jb_text_lines(text, book->widths[i]);
        lines = own > lines ? own : lines;
    }
    if (lines > 1)
        jb_page_height(book->page, book->row,
                       LINE_POINTS * (lines < LINES_MOST ? lines : LINES_MOST));
}

/* Each line in a row of its own; the first one of a sheet stands out. */
static void put_lines(jb_table_book *book, struct jb_slice lines)
{
    while (lines.len) {
        const uint8_t *end = memchr(lines.ptr, '\n', lines.len);
        size_t len = end ? (size_t)(end - lines.ptr) : lines.len;
        struct jb_look look = {.bold = book->row == 0, .size = book->row == 0 ? 13 : 0};
        if (len || book->row) /* none empty at the top */
            jb_page_text(book->page, book->row++, 0, jb_slice_of(lines.ptr, len), &look);
        len += end != NULL;
        lines = jb_slice_of(lines.ptr + len, lines.len - len);
    }
}

static void begin_page(jb_table_book *book)
{
    book->page = jb_book_page(book->book, _("table"), NULL);
    book->row = 0;
    put_lines(book, jb_slice_of(book->above, book->above_len));
    book->above_len = 0;
}

bool jb_table_book_has_tables(const jb_table_book *book)
{
    return book->page != NULL;
}

void jb_table_book_add_lines(jb_table_book *book, struct jb_slice lines)
{
    book->above = jb_xrealloc(book->above, book->above_len + lines.len);
    memcpy(book->above + book->above_len, lines.ptr, lines.len);
    book->above_len += lines.len;
}

static void put_header(jb_table_book *book, const jb_table *table)
{
    bool beside = false;
    uint32_t at = 0;

    for (uint32_t i = 0; i < jb_table_columns(table); i++) {
        const struct jb_column *column = jb_table_column(table, i);
        struct jb_look look = {.bold = true,
                               .wrap = true,
                               .underline = true,
                               .paper = PAPER_HEADER,
                               .indent = beside && column->align == JB_LEFT,
                               .align = column->align == JB_RIGHT ? JB_ALIGN_RIGHT : JB_ALIGN_LEFT};
        if (column->csv_only)
            continue;
        jb_page_text(book->page, book->row, at++, jb_slice_str(column->title), &look);
        beside = column->align == JB_RIGHT;
    }
    book->row++;
    jb_page_freeze(book->page, book->row, 0);
    jb_page_print(book->page, true, book->row - 1, book->row - 1, "&C&P / &N");
}

void jb_table_book_add_table(jb_table_book *book, const jb_table *table)
{
    uint32_t rows = jb_table_rows(table);

    begin_page(book);
    set_widths(book, table);
    put_header(book, table);
    for (uint32_t row = 0; row < rows; row++, book->row++) {
        bool heading = jb_table_is_heading(table, row);
        if (!heading)
            set_height(book, table, row);
        bool beside = false;
        uint32_t at = 0;
        if (rows > PROGRESS_ROWS)
            jb_progress(_("workbook"), row, rows);
        for (uint32_t i = 0; i < jb_table_columns(table); i++) {
            const struct jb_column *column = jb_table_column(table, i);
            const char *text = jb_table_text(table, row, i);
            if (column->csv_only)
                continue;
            if (text && text[0] && heading)
                jb_page_text(book->page, book->row, at, jb_slice_str(text),
                             &(struct jb_look){.bold = true});
            else if (text && text[0])
                put_cell(book, at, text, column->align == JB_RIGHT, beside);
            beside = column->align == JB_RIGHT;
            at++;
        }
    }
    if (rows > PROGRESS_ROWS)
        jb_progress_end();
}

jb_err jb_table_book_write(jb_table_book *book, char **ret, size_t *ret_len)
{
    uint8_t *bytes = NULL;

    if (!book->page)
        begin_page(book);
    put_lines(book, jb_slice_of(book->above, book->above_len));
    book->above_len = 0;
    jb_err err = jb_book_finish(&book->book, &bytes, ret_len);
    if (!err)
        *ret = (char *)bytes;
    return err;
}
