/* A new Word document (.docx, ISO/IEC 29500-1 transitional): pages, styles, header and footer
 * around a body (files/docx_body.h). The same calls give the same bytes.
 *
 * The styles follow the layout of official documents (GB/T 9704-2012) and are named so that WPS and
 * Word show them in their lists:
 *   Title     方正小标宋简体 22 pt, centred        Heading1  黑体 16 pt
 *   Subtitle  楷体_GB2312 16 pt, centred           Heading2  楷体_GB2312 16 pt
 *   BodyText  仿宋_GB2312 16 pt, lines of 28 pt,   Heading3  仿宋_GB2312 16 pt bold
 *             first line indented by two           TableText 宋体 10.5 pt, TableHead 黑体 10.5 pt
 *   Caption   黑体 12 pt, centred                  Note      宋体 9 pt */
#ifndef JB_DOCX_H
#define JB_DOCX_H

#include "files/docx_body.h"

#define JB_DOCX_TITLE "Title"
#define JB_DOCX_SUBTITLE "Subtitle"
#define JB_DOCX_HEADING1 "Heading1"
#define JB_DOCX_HEADING2 "Heading2"
#define JB_DOCX_HEADING3 "Heading3"
#define JB_DOCX_BODY_TEXT "BodyText"
#define JB_DOCX_TABLE_TEXT "TableText"
#define JB_DOCX_TABLE_HEAD "TableHead"
#define JB_DOCX_CAPTION "Caption"
#define JB_DOCX_NOTE "Note"

/* A4, in millimetres. */
struct jb_docx_page {
    bool landscape; /* 297 wide, 210 high */
    uint16_t top_mm, right_mm, bottom_mm, left_mm;
    uint16_t header_mm, footer_mm; /* from the paper's edge */
};
/* The page of official documents, GB/T 9704-2012 §5: a type area of 156 by 225 mm. */
extern const struct jb_docx_page jb_docx_official_page;
/* Narrow margins, for forms and tables: 180 (landscape: 267) mm wide. */
extern const struct jb_docx_page jb_docx_form_page, jb_docx_form_page_wide;
/* The width between the margins. */
uint16_t jb_docx_page_width_dmm(const struct jb_docx_page *page);

/* What the file says about itself; NULL: nothing. created: 2023-07-05T08:00:00Z, always the
 * caller's, never the clock's. */
struct jb_docx_about {
    const char *title, *author, *subject, *created;
};

typedef struct jb_docx jb_docx;
jb_docx *jb_docx_new(const struct jb_docx_about *about);
void jb_docx_free(jb_docx *doc); /* NULL is fine */
/* Borrowed, until the document ends. Header and footer take text and fields, no pictures. */
jb_docx_body *jb_docx_content(jb_docx *doc);
jb_docx_body *jb_docx_header(jb_docx *doc);
jb_docx_body *jb_docx_footer(jb_docx *doc);
/* Ends a section: what was written since the last one stands on such pages, and the next begins a
 * page. Header and footer are the same for all. */
void jb_docx_section_end(jb_docx *doc, const struct jb_docx_page *page);
/* Appends the file to *ret and frees the document; what is still open is of the page given here.
 * JB_ERANGE: too large (JB_DOCUMENT_BYTES_MAX, or *ret); JB_ENOMEM. */
JB_MUST_USE jb_err jb_docx_finish(jb_docx **doc, const struct jb_docx_page *page,
                                  struct jb_buf *ret);

#endif
