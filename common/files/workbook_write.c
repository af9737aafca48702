/* libxlsxwriter writes to a path only: the path here is that of a file in memory. */
#include "files/workbook_write.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "files/dir.h"
#include "files/workbook_number.h"
#include "files/workbook_write_inner.h"

#define NAME_CHARACTERS_MAX 31
#define CREATED_S 946684800 /* 2000-01-01: the file's date says nothing */
#define TITLE_CHARACTERS_MAX 32
#define MESSAGE_CHARACTERS_MAX 255
#define PAPER_A4 9

void jb_book_note(jb_book *book, lxw_error error)
{
    if (error == LXW_NO_ERROR || book->err)
        return;
    switch ((int)error) {
    case LXW_ERROR_MEMORY_MALLOC_FAILED:
        book->err = JB_ENOMEM;
        break;
    case LXW_ERROR_CREATING_XLSX_FILE:
    case LXW_ERROR_CREATING_TMPFILE:
    case LXW_ERROR_READING_TMPFILE:
    case LXW_ERROR_ZIP_FILE_OPERATION:
    case LXW_ERROR_ZIP_FILE_ADD:
    case LXW_ERROR_ZIP_CLOSE:
        book->err = errno == ENOSPC ? JB_EFULL : JB_EIO;
        break;
    default:
        book->err = JB_ERANGE;
    }
}

jb_book *jb_book_new(bool streaming)
{
    lxw_workbook_options options = {.constant_memory = streaming};
    lxw_doc_properties properties = {.created = CREATED_S};
    jb_book *book = jb_xcalloc(1, sizeof(*book));
    char path[64];

    book->fd = memfd_create("workbook", MFD_CLOEXEC);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", book->fd);
    book->workbook = book->fd < 0 ? NULL : workbook_new_opt(path, &options);
    if (!book->workbook)
        book->err = JB_ENOMEM;
    else
        jb_book_note(book, workbook_set_properties(book->workbook, &properties));
    return book;
}

static void free_all(jb_book *book)
{
    for (uint32_t i = 0; i < book->page_count; i++) {
        free(book->pages[i]->name);
        free(book->pages[i]);
    }
    free(book->pages);
    free(book->looks);
    free(book->formats);
    if (book->fd >= 0)
        close(book->fd);
    free(book);
}

void jb_book_free(jb_book *book)
{
    if (!book)
        return;
    lxw_workbook_free(book->workbook);
    free_all(book);
}

static jb_err read_back(int fd, uint8_t **ret, size_t *ret_len)
{
    struct stat info;
    size_t len = 0;

    if (fstat(fd, &info) != 0)
        return JB_EIO;
    uint8_t *bytes = jb_xmalloc((size_t)info.st_size + 1);
    while (len < (size_t)info.st_size) {
        ssize_t got = pread(fd, bytes + len, (size_t)info.st_size - len, (off_t)len);
        if (got <= 0) {
            free(bytes);
            return JB_EIO;
        }
        len += (size_t)got;
    }
    *ret = bytes;
    *ret_len = len;
    return JB_OK;
}

jb_err jb_book_finish(jb_book **book, uint8_t **ret, size_t *ret_len)
{
    jb_book *b = *book;

    *book = NULL;
    if (b->workbook) {
        errno = 0;
        if (b->err)
            lxw_workbook_free(b->workbook);
        else
            jb_book_note(b, workbook_close(b->workbook));
    }
    jb_err err = b->err ? b->err : read_back(b->fd, ret, ret_len);
    free_all(b);
    return err;
}

/* Bytes of the first `max` characters, counted in UTF-16 as the format does. */
static size_t fit(const char *text, size_t max)
{
    struct jb_slice rest = jb_slice_str(text);
    size_t used = 0;
    uint32_t point;

    while (rest.len) {
        size_t len = jb_utf8_decode(rest, &point);
        used += point > 0xffff ? 2 : 1;
        if (!len || used > max)
            break;
        rest = jb_slice_of(rest.ptr + len, rest.len - len);
    }
    return strlen(text) - rest.len;
}

static bool is_taken(const jb_book *book, const char *name)
{
    for (uint32_t i = 0; i < book->page_count; i++) {
        if (strcasecmp(book->pages[i]->name, name) == 0)
            return true;
    }
    return strcasecmp(name, "history") == 0; /* a name of Excel's own */
}

/* A name that the format takes and no other sheet has. */
static char *sheet_name(const jb_book *book, const char *wanted)
{
    char *clean = jb_xstrdup(wanted && *wanted ? wanted : "Sheet");
    char *name = jb_xstrndup(clean, fit(clean, NAME_CHARACTERS_MAX));

    for (char *c = clean; *c; c++) {
        if (strchr("[]:*?/\\'", *c) || (unsigned char)*c < 0x20)
            *c = '_';
    }
    for (unsigned number = 1; number == 1 || is_taken(book, name); number++) {
        char behind[16] = "";
        if (number > 1)
            snprintf(behind, sizeof(behind), " (%u)", number);
        free(name);
        name = jb_xasprintf("%.*s%s", (int)fit(clean, NAME_CHARACTERS_MAX - strlen(behind)), clean,
                            behind);
    }
    free(clean);
    return name;
}

jb_page *jb_book_page(jb_book *book, const char *name, const char **ret_name)
{
    jb_page *page = jb_xcalloc(1, sizeof(*page));

    page->book = book;
    page->name = sheet_name(book, name);
    page->sheet = book->workbook ? workbook_add_worksheet(book->workbook, page->name) : NULL;
    if (!page->sheet && !book->err)
        book->err = JB_ERANGE;
    book->pages = jb_xrealloc(book->pages, (book->page_count + 1) * sizeof(jb_page *));
    book->pages[book->page_count++] = page;
    if (ret_name)
        *ret_name = page->name;
    return page;
}

/* False, and noted, for what is no place: all writing goes through here. */
static bool is_place(jb_page *page, uint32_t row, uint32_t column)
{
    if (page->sheet && row < JB_SHEET_ROWS_MAX && column < JB_SHEET_COLUMNS_MAX)
        return true;
    jb_book_note(page->book, LXW_ERROR_WORKSHEET_INDEX_OUT_OF_RANGE);
    return false;
}

static struct jb_look text_look(struct jb_slice text, const struct jb_look *look)
{
    struct jb_look guarded = look ? *look : (struct jb_look){0};

    if (text.len && strchr("=+-@\t\r", text.ptr[0]))
        guarded.as_text = true;
    return guarded;
}

/* A copy in which what looks like an escaped character, _x000D_, does not: readers would take it
 * for one (ECMA-376 part 1, 22.9.2.19). Control characters are libxlsxwriter's to escape. */
static char *escaped(struct jb_slice text)
{
    char *copy = jb_xmalloc(text.len * 2 + 1); /* 7 bytes of text become 14 */
    size_t to = 0;

    for (size_t at = 0; at < text.len; at++) {
        bool looks = text.len - at >= 7 && text.ptr[at] == '_' && text.ptr[at + 1] == 'x' &&
                     text.ptr[at + 6] == '_';
        for (size_t i = 2; i < 6 && looks; i++)
            looks = isxdigit(text.ptr[at + i]) != 0;
        if (looks) {
            memcpy(copy + to, "_x005F", 6);
            to += 6;
        }
        copy[to++] = (char)text.ptr[at];
    }
    copy[to] = 0;
    return copy;
}

void jb_page_text(jb_page *page, uint32_t row, uint32_t column, struct jb_slice text,
                  const struct jb_look *look)
{
    struct jb_look guarded = text_look(text, look);

    if (!is_place(page, row, column))
        return;
    if (text.len == 0) {
        jb_page_blank(page, row, column, look);
        return;
    }
    char *copy = escaped(text);
    jb_book_note(page->book, worksheet_write_string(page->sheet, row, (lxw_col_t)column, copy,
                                                    jb_book_format(page->book, &guarded)));
    free(copy);
}

bool jb_page_takes_number(struct jb_slice decimal)
{
    return jb_workbook_number_survives(decimal);
}

void jb_page_number(jb_page *page, uint32_t row, uint32_t column, struct jb_slice decimal,
                    const struct jb_look *look)
{
    if (!jb_workbook_number_survives(decimal))
        jb_page_text(page, row, column, decimal, look);
    else if (is_place(page, row, column))
        jb_book_note(page->book, jb_workbook_number_put(page->sheet, row, (uint16_t)column, decimal,
                                                        jb_book_format(page->book, look)));
}

void jb_page_blank(jb_page *page, uint32_t row, uint32_t column, const struct jb_look *look)
{
    if (is_place(page, row, column))
        jb_book_note(page->book, worksheet_write_blank(page->sheet, row, (lxw_col_t)column,
                                                       jb_book_format(page->book, look)));
}

void jb_page_merge(jb_page *page, struct jb_sheet_range range, struct jb_slice text,
                   const struct jb_look *look)
{
    struct jb_look guarded = text_look(text, look);

    if (!is_place(page, range.last_row, range.last_column))
        return;
    if (range.first_row != range.last_row || range.first_column != range.last_column)
        jb_book_note(page->book, worksheet_merge_range(page->sheet, range.first_row,
                                                       (lxw_col_t)range.first_column,
                                                       range.last_row, (lxw_col_t)range.last_column,
                                                       "", jb_book_format(page->book, &guarded)));
    jb_page_text(page, range.first_row, range.first_column, text, look);
}

void jb_page_width(jb_page *page, uint32_t first_column, uint32_t last_column, uint32_t width)
{
    if (is_place(page, 0, last_column))
        jb_book_note(page->book, worksheet_set_column(page->sheet, (lxw_col_t)first_column,
                                                      (lxw_col_t)last_column, width, NULL));
}

void jb_page_hide_columns(jb_page *page, uint32_t first_column, uint32_t last_column)
{
    lxw_row_col_options options = {.hidden = 1};

    if (is_place(page, 0, last_column))
        jb_book_note(page->book, worksheet_set_column_opt(page->sheet, (lxw_col_t)first_column,
                                                          (lxw_col_t)last_column, LXW_DEF_COL_WIDTH,
                                                          NULL, &options));
}

void jb_page_height(jb_page *page, uint32_t row, uint32_t points)
{
    if (is_place(page, row, 0))
        jb_book_note(page->book, worksheet_set_row(page->sheet, row, points, NULL));
}

void jb_page_comment(jb_page *page, uint32_t row, uint32_t column, const char *text)
{
    lxw_comment_options options = {.width = 260, .height = 110, .author = ""};

    if (is_place(page, row, column))
        jb_book_note(page->book, worksheet_write_comment_opt(page->sheet, row, (lxw_col_t)column,
                                                             text, &options));
}

void jb_page_choices(jb_page *page, struct jb_sheet_range range, const char *const *words,
                     uint32_t count, bool strict, const char *title, const char *message)
{
    char **list = jb_xcalloc(count + 1, sizeof(char *));
    char *head = jb_xstrndup(title ? title : "", fit(title ? title : "", TITLE_CHARACTERS_MAX));
    char *body =
        jb_xstrndup(message ? message : "", fit(message ? message : "", MESSAGE_CHARACTERS_MAX));
    lxw_data_validation validation = {.validate = count ? LXW_VALIDATION_TYPE_LIST
                                                        : LXW_VALIDATION_TYPE_ANY,
                                      .value_list = list,
                                      .show_error = strict ? LXW_VALIDATION_ON : LXW_VALIDATION_OFF,
                                      .input_title = *head ? head : NULL,
                                      .input_message = *body ? body : NULL};

    for (uint32_t i = 0; i < count; i++)
        list[i] = jb_xstrdup(words[i]);
    if (is_place(page, range.last_row, range.last_column))
        jb_book_note(page->book, worksheet_data_validation_range(
                                     page->sheet, range.first_row, (lxw_col_t)range.first_column,
                                     range.last_row, (lxw_col_t)range.last_column, &validation));
    for (uint32_t i = 0; i < count; i++)
        free(list[i]);
    free(list);
    free(head);
    free(body);
}

void jb_page_protect(jb_page *page)
{
    lxw_protection allowed = {.format_columns = 1, .format_rows = 1};

    if (page->sheet)
        worksheet_protect(page->sheet, NULL, &allowed);
}

void jb_page_hide(jb_page *page)
{
    if (page->sheet)
        worksheet_hide(page->sheet);
}

void jb_page_freeze(jb_page *page, uint32_t rows, uint32_t columns)
{
    if (is_place(page, rows, columns))
        worksheet_freeze_panes(page->sheet, rows, (lxw_col_t)columns);
}

void jb_page_print(jb_page *page, bool landscape, uint32_t first_row, uint32_t last_row,
                   const char *footer)
{
    if (!page->sheet)
        return;
    worksheet_set_paper(page->sheet, PAPER_A4);
    if (landscape)
        worksheet_set_landscape(page->sheet);
    worksheet_set_margins(page->sheet, 0.6, 0.6, 0.7, 0.7); /* inches */
    worksheet_fit_to_pages(page->sheet, 1, 0);
    worksheet_center_horizontally(page->sheet);
    if (first_row <= last_row && is_place(page, last_row, 0))
        jb_book_note(page->book, worksheet_repeat_rows(page->sheet, first_row, last_row));
    if (footer)
        jb_book_note(page->book, worksheet_set_footer(page->sheet, footer));
}
