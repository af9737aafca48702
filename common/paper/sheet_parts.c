/* The same look on every sheet. */
#include "paper/sheet_parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

const struct jb_docx_font sheet_hei = {.face = JB_FACE_HEI, .half_points = 21};
const struct jb_docx_font sheet_song = {.face = JB_FACE_SONG, .half_points = 21};
const struct jb_docx_font sheet_small = {.face = JB_FACE_SONG, .half_points = 18};
const struct jb_docx_para sheet_left = {.align = JB_DOCX_START};
const struct jb_docx_para sheet_center = {.align = JB_DOCX_CENTER};
const struct jb_docx_para sheet_right = {.align = JB_DOCX_END};

void sheet_title(jb_docx_body *body, const char *title, const char *below)
{
    static const struct jb_docx_font font = {.face = JB_FACE_TITLE,
                                             .half_points = SHEET_TITLE_HALF_POINTS};
    static const struct jb_docx_para para = {
        .style = JB_DOCX_TITLE, .line_points = 26, .after_points = 2, .align = JB_DOCX_CENTER};
    static const struct jb_docx_para second = {
        .align = JB_DOCX_CENTER, .after_points = 6, .keep_next = true};
    static const struct jb_docx_font kai = {.face = JB_FACE_KAI, .half_points = 24};

    jb_docx_text(body, &para, &font, title);
    if (below)
        jb_docx_text(body, &second, &kai, below);
}

void sheet_head_cell(jb_docx_body *body, const char *text)
{
    static const struct jb_docx_cell cell = {.fill = SHEET_FILL};

    jb_docx_cell_text(body, &cell, &sheet_center, &sheet_hei, text);
}

static char *printed(const char *fmt, va_list args)
{
    char *text = NULL;
    jb_assert(vasprintf(&text, fmt, args) >= 0);
    return text;
}

void sheet_line(jb_docx_body *body, const struct jb_docx_para *para,
                const struct jb_docx_font *font, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    char *text = printed(fmt, args);
    va_end(args);
    jb_docx_text(body, para, font, text);
    free(text);
}

void sheet_cell(jb_docx_body *body, const struct jb_docx_cell *cell,
                const struct jb_docx_para *para, const struct jb_docx_font *font, const char *fmt,
                ...)
{
    va_list args;

    va_start(args, fmt);
    char *text = printed(fmt, args);
    va_end(args);
    jb_docx_cell_text(body, cell, para, font, text);
    free(text);
}
