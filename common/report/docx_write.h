/* A document as a new Word file in the layout of official documents (files/docx.h), with page
 * numbers at the foot. The same document gives the same bytes. */
#ifndef JB_REPORT_DOCX_WRITE_H
#define JB_REPORT_DOCX_WRITE_H

#include "files/docx.h"
#include "report/doc.h"

/* Appends the file to *out. JB_ERANGE: too large; JB_ENOMEM. */
JB_MUST_USE jb_err jb_doc_write_docx(const struct jb_doc *doc, const struct jb_docx_about *about,
                                     struct jb_buf *out);
/* A chain of blocks as content of a body, for a page that is so wide between its margins. styled:
 * the file has the styles of files/docx.h; else every look is spelled out. Blocks and runs of a
 * Word template lose their own look here. */
void jb_doc_put_docx(const struct jb_doc_block *blocks, uint32_t width_dmm, bool styled,
                     jb_docx_body *body);

#endif
