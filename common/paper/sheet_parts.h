/* Fonts and cells that the sheets share; only sheets include it. */
#ifndef JB_SHEET_PARTS_H
#define JB_SHEET_PARTS_H

#include "files/docx.h"

#define SHEET_TITLE_HALF_POINTS 36
#define SHEET_ROW_DMM 65    /* height of a row, so that there is room to write in it */
#define SHEET_FILL "EDEDED" /* of heads, and of cells that are not to be filled */

extern const struct jb_docx_font sheet_hei, sheet_song, sheet_small;
extern const struct jb_docx_para sheet_left, sheet_center, sheet_right;

/* A paragraph with the sheet's title, and one below it. */
void sheet_title(jb_docx_body *body, const char *title, const char *below);
/* A cell of a table's head. */
void sheet_head_cell(jb_docx_body *body, const char *text);
/* printf into a paragraph of its own. */
void sheet_line(jb_docx_body *body, const struct jb_docx_para *para,
                const struct jb_docx_font *font, const char *fmt, ...) JB_PRINTF(4, 5);
/* printf into a cell. */
void sheet_cell(jb_docx_body *body, const struct jb_docx_cell *cell,
                const struct jb_docx_para *para, const struct jb_docx_font *font, const char *fmt,
                ...) JB_PRINTF(5, 6);

#endif
