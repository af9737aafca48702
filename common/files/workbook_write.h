/* A workbook in the making (libxlsxwriter), for people: sheets, cells with a look, merged titles,
 * column widths, lists to choose from, comments, protection, print setup.
 *
 * Numbers stay numbers where a spreadsheet can hold them (files/workbook_number.h) and are text
 * otherwise. Text is always written as text: one that begins with = + - @ TAB or CR gets the number
 * format "text" as well, so that it is no formula either when somebody edits the cell. Nothing
 * becomes a link. The same calls give the same bytes: the file's date is a fixed one.
 *
 * Whatever fails on the way (memory, a limit of the format) is remembered, and told by finish. */
#ifndef JB_WORKBOOK_WRITE_H
#define JB_WORKBOOK_WRITE_H

#include "base/base.h"
#include "files/sheet_place.h"

typedef struct jb_book jb_book;
typedef struct jb_page jb_page; /* a sheet; the book's */

enum jb_look_font { JB_FONT_SONG = 0, JB_FONT_FANGSONG, JB_FONT_HEI, JB_FONT_KAI };
enum jb_look_align { JB_ALIGN_GENERAL = 0, JB_ALIGN_LEFT, JB_ALIGN_CENTER, JB_ALIGN_RIGHT };

/* How a cell looks. All zero: 宋体 11, no border, locked, as wide as the text is. */
struct jb_look {
    enum jb_look_font font;
    enum jb_look_align align;
    uint8_t size;         /* points; 0: 11 */
    uint8_t indent;       /* steps, with JB_ALIGN_LEFT */
    bool bold, wrap, top; /* top: at the cell's upper edge instead of its middle */
    bool border;          /* thin, all around */
    bool underline;       /* thin, below only */
    bool unlocked;        /* may be filled in although the sheet is protected */
    bool as_text;         /* number format "text": what is typed stays as typed */
    uint32_t ink;         /* 0xRRGGBB; 0: black */
    uint32_t paper;       /* 0xRRGGBB; 0: none */
    char digits[128];     /* of a number, in the format's own codes: 0.00"%"; "": as it is */
};

/* streaming: rows are written to disk as they come, which keeps memory flat for large tables; cells
 * then come row by row, and from left to right inside a row. */
jb_book *jb_book_new(bool streaming);
/* The finished file; *ret is malloc'd. *book is freed and NULL whatever it returns. JB_ERANGE: a
 * text or a place beyond the format's limits; JB_EFULL, JB_EIO: temporary files; JB_ENOMEM. */
JB_MUST_USE jb_err jb_book_finish(jb_book **book, uint8_t **ret, size_t *ret_len);
void jb_book_free(jb_book *book); /* NULL is fine; what was made is thrown away */

/* A further sheet. The name is cut to 31 characters, what no name may hold becomes "_", and one
 * that is taken gets a number behind it. *ret_name, if wanted, is the name it has now and lives as
 * long as the page. */
jb_page *jb_book_page(jb_book *book, const char *name, const char **ret_name);

void jb_page_text(jb_page *page, uint32_t row, uint32_t column, struct jb_slice text,
                  const struct jb_look *look);
/* Whether the decimal, -?digits(.digits)?, stays the number that it is. */
bool jb_page_takes_number(struct jb_slice decimal);
/* Anything that it does not take is written as text. */
void jb_page_number(jb_page *page, uint32_t row, uint32_t column, struct jb_slice decimal,
                    const struct jb_look *look);
void jb_page_blank(jb_page *page, uint32_t row, uint32_t column, const struct jb_look *look);
/* One cell out of several, with the text in it; not in a streaming book. */
void jb_page_merge(jb_page *page, struct jb_sheet_range range, struct jb_slice text,
                   const struct jb_look *look);
/* In characters of the usual digit's width. */
void jb_page_width(jb_page *page, uint32_t first_column, uint32_t last_column, uint32_t width);
void jb_page_hide_columns(jb_page *page, uint32_t first_column, uint32_t last_column);
void jb_page_height(jb_page *page, uint32_t row, uint32_t points); /* before the row's cells */
void jb_page_comment(jb_page *page, uint32_t row, uint32_t column, const char *text);
/* The cells offer these words, of 255 characters together; strict: nothing else may be typed. title
 * and message (may be NULL) are shown when the cell is chosen; they are cut to what the format
 * takes (32 and 255 characters). count 0: no list, only the message. */
void jb_page_choices(jb_page *page, struct jb_sheet_range range, const char *const *words,
                     uint32_t count, bool strict, const char *title, const char *message);
/* Only unlocked cells may be changed; there is no password. */
void jb_page_protect(jb_page *page);
void jb_page_hide(jb_page *page);
void jb_page_freeze(jb_page *page, uint32_t rows, uint32_t columns);
/* A4, all columns on one page's width; the rows from first to last are repeated on every page
 * (first > last: none). footer in the format's own codes, such as "&C&P / &N"; may be NULL. */
void jb_page_print(jb_page *page, bool landscape, uint32_t first_row, uint32_t last_row,
                   const char *footer);

#endif
