/* The state of reading WordprocessingML: inside of docx_read.c and docx_read_inline.c. */
#ifndef JB_REPORT_DOCX_READING_H
#define JB_REPORT_DOCX_READING_H

#include "files/xml.h"
#include "report/docx_parts.h"

enum frame_kind {
    FRAME_ROOT = 1,
    FRAME_BLOCKS, /* body, header, footer, cell */
    FRAME_PARAGRAPH,
    FRAME_WRAP, /* around runs: hyperlink, inserted text, content control */
    FRAME_RUN,
    FRAME_TEXT,
    FRAME_TABLE,
    FRAME_ROW,
    FRAME_PASS, /* around rows or cells: content control */
    FRAME_PROPS,
};

struct frame {
    enum frame_kind kind;
    struct jb_docx_origin *origin;
    struct jb_doc_block *block; /* paragraph, table */
    struct jb_doc_row *row;
    struct jb_doc_cell *cell;
    struct jb_doc_blocks blocks; /* of a cell or the body */
    struct jb_doc_runs runs;     /* of a paragraph */
    size_t from;                 /* first byte of the element */
    bool opaque_wrap;            /* is kept whole unless a placeholder is inside */
    struct jb_doc_run **wrap_at; /* where its runs begin */
    unsigned flags;              /* of a run's look */
};

enum skip { SKIP_DROP = 1, SKIP_BLOCK, SKIP_RUN, SKIP_IN_RUN };

struct reading {
    struct jb_docx_template *t;
    struct jb_docx_part_read *part;
    struct jb_doc doc;
    struct frame frames[JB_XML_DEPTH_MAX + 1];
    uint32_t depth;
    struct jb_buf text; /* of the run */
    uint32_t skip_depth;
    enum skip skip;
    size_t skip_from;
    bool skip_is_section, skip_is_mark;
    struct jb_buf skip_text;
    uint32_t part_index, paragraphs, blocks;
    bool last_is_section;
    size_t section_from;
};

struct frame *docx_top(struct reading *r);
struct frame *docx_push(struct reading *r, enum frame_kind kind, const jb_xml *xml);
/* The innermost open frame of that kind, or NULL. */
struct frame *docx_around(struct reading *r, enum frame_kind kind);
struct jb_doc_runs *docx_runs(struct reading *r); /* of the open paragraph, or NULL */
struct jb_slice docx_bytes(const struct reading *r, size_t from, size_t till);
struct jb_docx_origin *docx_new_origin(struct reading *r);
bool docx_is(const char *name, const char *const *names);
/* What comes up to the element's end is not looked into. */
void docx_begin_skip(struct reading *r, const jb_xml *xml, enum skip how, const char *name);

/* The element's tag declares a namespace: it must not be dropped from around what uses it. */
bool docx_declares(const struct reading *r, const jb_xml *xml);

/* Inside of a paragraph (docx_read_inline.c). */
void docx_add_opaque(struct reading *r, struct jb_slice whole, bool in_run, struct jb_slice text);
void docx_start_inline(struct reading *r, const jb_xml *xml, const char *name);
void docx_start_in_run(struct reading *r, const jb_xml *xml, const char *name,
                       const char *const *attributes);
void docx_end_text_run(struct reading *r);
void docx_end_wrap(struct reading *r, struct frame *frame, const jb_xml *xml);

#endif
