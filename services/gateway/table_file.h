/* Tables as files: CSV for programs, workbooks for people. Text never becomes a formula. */
#ifndef JB_TABLE_FILE_H
#define JB_TABLE_FILE_H

#include "files/print.h"
#include "gateway.h"

#define JB_TABLE_FILE_ROWS_MAX 100000

/* Answers with the table; name is the file's, without an ending. */
void jb_table_file_reply(jb_request *request, const jb_table *table, bool workbook,
                         const char *name);
/* A question's answer as a file: its parameters are the message's (question.h); the rows as
 * net/wire_table.h has them. An answer that left out rows is refused. */
void jb_table_file_ask(struct jb_gateway *gateway, jb_request *request, enum jb_kind asked,
                       enum jb_kind answered, bool workbook, const char *name);

#endif
