/* What a Word template keeps of the bytes its blocks came from: shared by who reads it
 * (docx_read.c), opens the package (docx_template.c) and writes it (docx_fill.c). */
#ifndef JB_REPORT_DOCX_PARTS_H
#define JB_REPORT_DOCX_PARTS_H

#include "base/buf.h"
#include "files/zip_read.h"
#include "report/docx_template.h"

#define JB_DOCX_PLACES_A_PART 1000000 /* a block's place: part * this + its number from 1 */
#define JB_DOCX_STYLES_MAX 4096

/* Of a paragraph, table, row or cell: its start tag, and what stands in front of its content
 * (pPr; tblPr and tblGrid; trPr; tcPr). Of a paragraph, an opaque block and an opaque run: all of
 * it. */
struct jb_docx_origin {
    struct jb_slice open, head, whole;
    bool in_run; /* an opaque run: stands inside of <w:r>, behind the run's properties (head) */
};

struct jb_docx_style {
    struct jb_slice id;
    enum jb_doc_style style;
};

struct jb_docx_part_read {
    char name[256];
    struct jb_buf bytes;
    size_t from, till; /* the content: what is written anew */
    struct jb_doc_blocks blocks;
};

struct jb_docx_template {
    struct jb_slice bytes;
    jb_zip *zip;
    struct jb_arena *arena;
    struct jb_complaints *complaints;
    struct jb_docx_part_read parts[JB_DOCX_TEMPLATE_PARTS_MAX];
    uint32_t part_count;
    struct jb_docx_style *styles;
    uint32_t style_count;
};

/* Reads part->bytes into part->blocks (docx_read.c); and word/styles.xml. */
JB_MUST_USE jb_err jb_docx_read_part(struct jb_docx_template *t, uint32_t part,
                                     struct jb_fault *fault);
JB_MUST_USE jb_err jb_docx_read_styles(struct jb_docx_template *t, const char *name,
                                       struct jb_fault *fault);

#endif
