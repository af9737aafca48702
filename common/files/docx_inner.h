/* Shared by the files that write Word documents; nobody else includes it. */
#ifndef JB_DOCX_INNER_H
#define JB_DOCX_INNER_H

#include "files/docx_body.h"

#define NESTING_MAX 16
#define TABLE_COLUMNS_MAX 63 /* Word's own limit */
#define EMU_PER_DMM 3600     /* English metric units: 360,000 a centimetre */

enum node { NODE_TABLE = 1, NODE_ROW, NODE_CELL, NODE_PARA };

struct open_table {
    uint16_t widths_dmm[TABLE_COLUMNS_MAX];
    uint32_t column_count, column; /* column: of the next cell of the open row */
    enum jb_docx_lines lines;
};

struct jb_docx_body {
    struct jb_buf xml;
    struct jb_docx_part *parts;
    uint32_t part_count;
    uint32_t drawing_count; /* numbers the drawings, each of which needs an id of its own */
    enum node open[NESTING_MAX];
    uint32_t depth;
    struct open_table tables[NESTING_MAX];
    uint32_t table_count;
    bool cell_ends_with_para, table_ended; /* table_ended: it is what stands before */
};

/* Twentieths of a point, Word's measure: 1440 an inch. */
static inline uint32_t twips_of_dmm(uint32_t dmm)
{
    return (dmm * 1440 + 127) / 254;
}

enum node docx_inside(const struct jb_docx_body *body); /* 0: at the top */
/* A part with the next number; its bytes are the caller's to fill. */
struct jb_docx_part *docx_part_add(struct jb_docx_body *body);
void docx_run_properties(struct jb_buf *xml, const struct jb_docx_font *font);
/* <w:rFonts .../> of the face. */
void docx_fonts(struct jb_buf *xml, enum jb_docx_face face);
/* An inline drawing around what `graphic` writes, as a run of the open paragraph. */
void docx_drawing_begin(struct jb_docx_body *body, uint32_t width_dmm, uint32_t height_dmm,
                        const char *alt);
void docx_drawing_end(struct jb_docx_body *body);

#endif
