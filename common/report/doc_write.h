/* A document as Markdown and as a page of HTML. The same document gives the same bytes. */
#ifndef JB_REPORT_DOC_WRITE_H
#define JB_REPORT_DOC_WRITE_H

#include "report/doc.h"

/* Appends to *out; check out->failed. A chart is told as a table of its numbers. */
void jb_doc_write_md(const struct jb_doc *doc, struct jb_buf *out);
/* A whole page, complete in itself: no script, no link, no file beside it. lang: "zh" or "en".
 * Charts are drawings (SVG). */
void jb_doc_write_html(const struct jb_doc *doc, const char *lang, struct jb_buf *out);
/* The chart's numbers as a table of the document, for who cannot draw. */
void jb_doc_add_chart_table(struct jb_doc *doc, struct jb_doc_blocks *to,
                            const struct jb_chart *chart);

#endif
