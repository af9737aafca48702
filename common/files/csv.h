/* Rows of a CSV text (libcsv, strict): quotes, embedded newlines, CRLF or LF; '#' lines before the
 * header are comments. */
#ifndef JB_CSV_H
#define JB_CSV_H

#include <stdio.h>

#include "base/base.h"

struct jb_csv_row {
    uint32_t line;           /* of the file, where the row starts, from 1 */
    struct jb_slice *fields; /* UTF-8; blanks around are kept */
    uint32_t field_count;
};

struct jb_csv {
    struct jb_csv_row *rows; /* the first is the header; wholly empty rows are left out */
    uint32_t row_count;
    char *memory;
    size_t memory_len, memory_cap;
    struct jb_slice *field_memory;
    size_t field_memory_count, field_memory_cap;
    const char **comments; /* text of the leading '#' lines, without '#', blanks around and a
                              spreadsheet's separators behind */
    uint32_t comment_count;
};

/* separator: ',' ';' or '\t', or 0 to take the one that the header line uses most. Limits:
 * JB_FILE_ROWS_MAX under the header, JB_FILE_COLUMNS_MAX, JB_FILE_COMMENTS_MAX,
 * JB_FILE_FIELD_BYTES_MAX. JB_EINVAL: broken quoting, or not UTF-8, at *ret_line; JB_ERANGE: a
 * limit at *ret_line; JB_ENOMEM. A text without any row has row_count 0. */
JB_MUST_USE jb_err jb_csv_parse(struct jb_slice utf8, char separator, struct jb_csv *ret,
                                uint32_t *ret_line);
void jb_csv_free(struct jb_csv *csv);

/* Writes one field, quoted when needed. A text field (not a number) that starts with = + - @ TAB
 * gets a leading ' so that a spreadsheet does not run it. last ends the line with LF. */
void jb_csv_put_field(FILE *out, struct jb_slice field, bool is_number, bool last);

#endif
