/* What workbook_write.c and workbook_write_look.c share; nobody else includes this. */
#ifndef JB_WORKBOOK_WRITE_INNER_H
#define JB_WORKBOOK_WRITE_INNER_H

#include <xlsxwriter.h>

#include "files/workbook_write.h"

struct jb_page {
    jb_book *book;
    lxw_worksheet *sheet;
    char *name;
};

struct jb_book {
    lxw_workbook *workbook;
    int fd; /* of a file in memory */
    jb_page **pages;
    uint32_t page_count;
    struct jb_look *looks; /* those that have a format */
    lxw_format **formats;
    uint32_t look_count;
    jb_err err; /* the first */
};

void jb_book_note(jb_book *book, lxw_error error);
/* The format of a look; NULL look: of a plain one. */
lxw_format *jb_book_format(jb_book *book, const struct jb_look *look);

#endif
