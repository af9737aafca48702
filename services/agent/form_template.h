/* The forms of a unit as a workbook to fill in, one sheet each, with the figures of the period
 * before and of the year before beside the cells. They are asked of the read door; without an
 * answer the workbook is written without them, which is told. */
#ifndef JB_AGENT_FORM_TEMPLATE_H
#define JB_AGENT_FORM_TEMPLATE_H

#include "files/workbook_write.h"
#include "options.h"
#include "template.h"

/* Writes path whole or not at all. offline: do not ask. *ret_rows: rows to fill in; 0: nothing is
 * owed, and nothing is written. What goes wrong is told on standard error. */
enum jb_exit jb_form_template(const struct jb_template *t, const struct jb_options *options,
                              bool offline, const char *path, uint32_t *ret_rows);
/* Writes a finished book; tells what goes wrong. *book is NULL afterwards. */
enum jb_exit jb_form_book_write(jb_book **book, const char *path);

#endif
