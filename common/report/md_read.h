/* Markdown as a document: what templates of reports need of it. A heading of one # is the title, ##
 * to ##### are headings 1 to 4; a line of |cells| belongs to a table, whose second line may align
 * its columns and makes the first its head; "- " an item, "> " a note; <center>...</center> and
 * <div align="right">...</div> on one line; **bold**, *italic*, <br>, backslash escapes; <!--
 * pagebreak --> a new page, other comments are left out. Lines that follow one another are one
 * paragraph (Chinese is joined without a blank); a line of nothing but placeholders is one of its
 * own. Between {{ and }} nothing is read. */
#ifndef JB_REPORT_MD_READ_H
#define JB_REPORT_MD_READ_H

#include "report/doc.h"

#define JB_MD_BYTES_MAX (4 * 1024 * 1024)
#define JB_MD_COLUMNS_MAX 64

/* Appends to doc->body; a block's place is its line. text: valid UTF-8. JB_ERANGE: longer than
 * JB_MD_BYTES_MAX; JB_ENOMEM. */
JB_MUST_USE jb_err jb_md_read(struct jb_slice text, struct jb_doc *doc);

#endif
