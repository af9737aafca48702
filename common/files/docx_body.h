/* Content of a Word document (WordprocessingML, ISO/IEC 29500-1 transitional): paragraphs, runs,
 * tables, pictures and charts, written one after the other. A new document holds one
 * (files/docx.h); a program that fills somebody's template makes a body of its own and puts its XML
 * and its parts into the template's package.
 *
 * The calls nest as the content does (a table holds rows, a row cells, a cell paragraphs or tables,
 * a paragraph runs); what does not nest is our mistake and asserted. A cell always ends with a
 * paragraph, and one stands between two tables, as Word demands. Text is made safe XML by
 * files/xml_text.h; a line end in it is a line break, a tab a tab. Nothing is returned: past the
 * size limit the body is failed and its end says so. Sizes of fonts are half points, lengths on
 * paper tenths of a millimetre (_dmm). */
#ifndef JB_DOCX_BODY_H
#define JB_DOCX_BODY_H

#include "base/buf.h"

/* The typefaces of official documents, as Word and WPS name them. Digits and Latin letters are set
 * in Times New Roman beside 宋体, 仿宋 and 楷体. */
enum jb_docx_face {
    JB_FACE_STYLE = 0, /* what the paragraph's style says */
    JB_FACE_SONG,      /* 宋体: tables, notes */
    JB_FACE_FANGSONG,  /* 仿宋_GB2312: running text */
    JB_FACE_HEI,       /* 黑体: headings */
    JB_FACE_KAI,       /* 楷体_GB2312: second headings */
    JB_FACE_TITLE,     /* 方正小标宋简体: the title */
};

struct jb_docx_font {
    enum jb_docx_face face;
    uint16_t half_points; /* 0: the style's */
    bool bold, underline;
    const char *color; /* RRGGBB; NULL: black */
};

enum jb_docx_align { JB_DOCX_START = 0, JB_DOCX_CENTER, JB_DOCX_END, JB_DOCX_JUSTIFY };

/* Zeros mean what the style says. The styles of a new document are in files/docx.h. */
struct jb_docx_para {
    const char *style; /* its id */
    enum jb_docx_align align;
    uint16_t first_line_chars, left_chars; /* indents, hundredths of a character: 200 is two */
    uint16_t before_points, after_points;
    uint16_t line_points; /* exact height of a line */
    uint16_t tab_dmm;     /* a right tab: what follows a tab ends here */
    bool keep_next;       /* on the page of the next paragraph */
    bool page_break;      /* begins a page */
};

enum jb_docx_lines {
    JB_LINES_NONE = 0,
    JB_LINES_GRID, /* every cell framed */
    JB_LINES_OPEN, /* as statistical forms: thick above and below, open at both sides */
    JB_LINES_THREE, /* 三线表: above, below, and below the head (ask for it in the head's cells) */
};

struct jb_docx_table {
    const uint16_t *widths_dmm; /* of the columns */
    uint32_t column_count;
    enum jb_docx_lines lines;
    enum jb_docx_align align; /* of the table on the page */
};

struct jb_docx_row {
    bool head;           /* repeated on each page; head rows come first */
    uint16_t height_dmm; /* at least; 0: as its text */
    bool splits;         /* may go on on the next page; else it stands on one */
};

enum jb_docx_merge { JB_MERGE_NONE = 0, JB_MERGE_START, JB_MERGE_CONTINUE }; /* downwards */
enum jb_docx_place { JB_PLACE_MIDDLE = 0, JB_PLACE_TOP, JB_PLACE_BOTTOM };

/* Sides of a cell that differ from its table's lines. */
enum { JB_SIDE_TOP = 1, JB_SIDE_LEFT = 2, JB_SIDE_BOTTOM = 4, JB_SIDE_RIGHT = 8 };

struct jb_docx_cell {
    uint32_t columns; /* that it spans; 0 is 1 */
    enum jb_docx_merge merge;
    enum jb_docx_place place;
    uint8_t lines_off, lines_on; /* JB_SIDE_... */
    const char *fill;            /* RRGGBB; NULL: none */
};

/* A file of the package that the content refers to. relation is the relationship's type, id its id
 * in the main part; without one (NULL, "") the part belongs to another part. content_type NULL: the
 * default of the name's ending (files/docx.h knows rels, png and xlsx). */
struct jb_docx_part {
    char name[64]; /* from the package's root: word/charts/jibao1.xml */
    const char *content_type, *relation;
    char id[24]; /* jibao1: does not meet Word's rId1 */
    struct jb_buf bytes;
};

typedef struct jb_docx_body jb_docx_body;
jb_docx_body *jb_docx_body_new(void);
void jb_docx_body_free(jb_docx_body *body); /* NULL is fine */

void jb_docx_para_begin(jb_docx_body *body, const struct jb_docx_para *para); /* NULL: plain */
void jb_docx_run(jb_docx_body *body, const struct jb_docx_font *font, struct jb_slice text);
enum jb_docx_field { JB_FIELD_PAGE = 0, JB_FIELD_PAGES }; /* this page's number; how many */
void jb_docx_field(jb_docx_body *body, const struct jb_docx_font *font, enum jb_docx_field field);
void jb_docx_para_end(jb_docx_body *body);
/* A paragraph of one run. */
void jb_docx_text(jb_docx_body *body, const struct jb_docx_para *para,
                  const struct jb_docx_font *font, const char *text);

void jb_docx_table_begin(jb_docx_body *body, const struct jb_docx_table *table);
void jb_docx_row_begin(jb_docx_body *body, const struct jb_docx_row *row); /* NULL: plain */
void jb_docx_cell_begin(jb_docx_body *body, const struct jb_docx_cell *cell);
void jb_docx_cell_end(jb_docx_body *body);
void jb_docx_row_end(jb_docx_body *body); /* its cells fill the table's columns */
void jb_docx_table_end(jb_docx_body *body);
/* A cell of one paragraph of one run. */
void jb_docx_cell_text(jb_docx_body *body, const struct jb_docx_cell *cell,
                       const struct jb_docx_para *para, const struct jb_docx_font *font,
                       const char *text);

/* In a paragraph: a PNG picture at its size on paper. alt is read to who cannot see it. */
void jb_docx_picture(jb_docx_body *body, struct jb_slice png, uint32_t width_dmm,
                     uint32_t height_dmm, const char *alt);

/* What was written, whole elements only; borrowed until the next call. Nothing may be open.
 * JB_ERANGE: too large. */
JB_MUST_USE jb_err jb_docx_body_xml(jb_docx_body *body, struct jb_slice *ret);
uint32_t jb_docx_body_parts(const jb_docx_body *body, const struct jb_docx_part **ret);

#endif
