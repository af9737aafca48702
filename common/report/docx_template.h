/* A Word document as a template: its paragraphs and tables as a document (report/doc.h) whose
 * blocks remember the bytes they came from, and the same file again with other content. What an
 * officer set in WPS, Word or LibreOffice stays as it is: styles, fonts, margins, pictures, headers
 * and footers; only paragraphs in which a placeholder stands are written anew, each of their runs
 * with the look it had.
 *
 * Read: the body, and the headers and footers, as parts. Deleted text (tracked changes) is left
 * out, inserted text is taken. What stands in a text box or a content control is kept and not
 * filled; a placeholder there is complained about. */
#ifndef JB_REPORT_DOCX_TEMPLATE_H
#define JB_REPORT_DOCX_TEMPLATE_H

#include "files/fault.h"
#include "report/template.h"

typedef struct jb_docx_template jb_docx_template;

#define JB_DOCX_TEMPLATE_BYTES_MAX (32 * 1024 * 1024)
#define JB_DOCX_TEMPLATE_PARTS_MAX 64 /* body, headers, footers */
#define JB_DOCX_BLOCKS_MAX 100000     /* paragraphs, cells and tables of one part */

/* Borrows the bytes until it is freed; blocks and texts live in the arena. JB_EINVAL: no Word
 * document, or a damaged one; JB_ERANGE: a limit; JB_ENOMEM. The fault says it. */
JB_MUST_USE jb_err jb_docx_template_open(struct jb_slice bytes, struct jb_arena *arena,
                                         struct jb_complaints *complaints, jb_docx_template **ret,
                                         struct jb_fault *fault);
void jb_docx_template_free(jb_docx_template *template); /* NULL is fine */
/* The body is part 0. */
uint32_t jb_docx_template_parts(const jb_docx_template *template);
const struct jb_doc_block *jb_docx_template_blocks(const jb_docx_template *template, uint32_t part);
/* "paragraph 12", "word/header1.xml, paragraph 2": of a block's place, in the user's language. */
void jb_docx_template_place(const jb_docx_template *template, uint32_t place, char *text,
                            size_t size);
/* The file with these blocks in each part, as many as it has. Blocks without an origin are written
 * for a page that is 156 mm wide between its margins. JB_ERANGE: too large; JB_ENOMEM. */
JB_MUST_USE jb_err jb_docx_template_write(const jb_docx_template *template,
                                          const struct jb_doc_blocks *parts, struct jb_buf *out);

#endif
