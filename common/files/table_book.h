/* A command's tables as a workbook that an officer opens: a sheet for each, what was printed before
 * it above, the rest below the last one.
 *
 * The header row is frozen and columns are as wide as their texts (Chinese characters count two).
 * What stands to the right in a table and is a number with signs around it (461余, >78000, 13.29%)
 * is a number of at most 15 digits in its cell, and the signs are its format: it can be added up,
 * and shows its mark. Everything else is text and never becomes a formula. */
#ifndef JB_TABLE_BOOK_H
#define JB_TABLE_BOOK_H

#include "files/print.h"

typedef struct jb_table_book jb_table_book;

jb_table_book *jb_table_book_new(void);
void jb_table_book_free(jb_table_book *book); /* NULL is fine */
bool jb_table_book_has_tables(const jb_table_book *book);
/* Lines of text, as printed. */
void jb_table_book_add_lines(jb_table_book *book, struct jb_slice lines);
void jb_table_book_add_table(jb_table_book *book, const jb_table *table);
/* The whole file; *ret is malloc'd. JB_ERANGE: more rows or columns than a sheet has. Afterwards it
 * can only be freed. */
JB_MUST_USE jb_err jb_table_book_write(jb_table_book *book, char **ret, size_t *ret_len);

/* A number with signs before and behind it, as texts of the cell. */
struct jb_cell_number {
    struct jb_slice before, number, behind;
};
/* False: the cell is text. */
bool jb_cell_number_parse(struct jb_slice cell, struct jb_cell_number *ret);

#endif
