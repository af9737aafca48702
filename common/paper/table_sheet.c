/* Widths are counted in half characters (files/print.h, jb_text_width), as an estimate that fits
 * Chinese text exactly and Latin text with room to spare. */
#include "paper/table_sheet.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "files/print.h"
#include "paper/sheet_parts.h"

#define NOTES_MAX 8
#define TEXT_WIDTH_LEAST 8  /* half characters that a column of words keeps */
#define TITLE_WIDTH_MOST 10 /* of a head in one line */
#define TEXT_WIDTH_MOST 36  /* that it asks for: longer ones are broken */
#define CELL_MARGIN_DMM 25  /* left and right together, and the line */
#define NORMAL 21           /* half points */
#define SMALL 18

struct row {
    enum jb_sheet_row kind;
    uint16_t indent_chars;
};

struct jb_table_sheet {
    char *title, *below, *left, *right, *notes[NOTES_MAX];
    uint32_t note_count;
    struct jb_sheet_column columns[JB_PAPER_COLUMNS_MAX];
    uint32_t column_count;
    char **cells;
    size_t cell_count, cell_cap;
    struct row *rows;
    uint32_t row_count, row_cap;
};

static char *copy_of(const char *text)
{
    return text ? jb_xstrdup(text) : NULL;
}

jb_table_sheet *jb_table_sheet_new(const char *title, const char *below,
                                   const struct jb_sheet_column *columns, uint32_t count)
{
    jb_assert(count > 0 && count <= JB_PAPER_COLUMNS_MAX);
    jb_table_sheet *sheet = jb_xcalloc(1, sizeof(*sheet));
    sheet->title = copy_of(title);
    sheet->below = copy_of(below);
    sheet->column_count = count;
    for (uint32_t i = 0; i < count; i++) {
        sheet->columns[i] = columns[i];
        sheet->columns[i].title = copy_of(columns[i].title);
    }
    return sheet;
}

static void free_const(const char *text)
{
    union {
        const char *kept;
        void *owned;
    } ptr = {.kept = text};
    free(ptr.owned);
}

void jb_table_sheet_free(jb_table_sheet *sheet)
{
    if (!sheet)
        return;
    for (uint32_t i = 0; i < sheet->column_count; i++)
        free_const(sheet->columns[i].title);
    for (size_t i = 0; i < sheet->cell_count; i++)
        free(sheet->cells[i]);
    for (uint32_t i = 0; i < sheet->note_count; i++)
        free(sheet->notes[i]);
    free(sheet->title);
    free(sheet->below);
    free(sheet->left);
    free(sheet->right);
    free(sheet->cells);
    free(sheet->rows);
    free(sheet);
}

void jb_table_sheet_above(jb_table_sheet *sheet, const char *left, const char *right)
{
    free(sheet->left);
    free(sheet->right);
    sheet->left = copy_of(left);
    sheet->right = copy_of(right);
}

static void add_cell(jb_table_sheet *sheet, char *text)
{
    if (sheet->cell_count == sheet->cell_cap) {
        sheet->cell_cap = sheet->cell_cap ? sheet->cell_cap * 2 : 64;
        sheet->cells = jb_xrealloc(sheet->cells, sheet->cell_cap * sizeof(*sheet->cells));
    }
    sheet->cells[sheet->cell_count++] = text;
}

void jb_table_sheet_cell(jb_table_sheet *sheet, const char *text)
{
    add_cell(sheet, copy_of(text));
}

void jb_table_sheet_cellf(jb_table_sheet *sheet, const char *fmt, ...)
{
    va_list args;
    char *text = NULL;

    va_start(args, fmt);
    int len = vasprintf(&text, fmt, args);
    va_end(args);
    jb_assert(len >= 0);
    add_cell(sheet, text);
}

void jb_table_sheet_end_row(jb_table_sheet *sheet, enum jb_sheet_row kind, uint16_t indent_chars)
{
    if (sheet->row_count == sheet->row_cap) {
        sheet->row_cap = sheet->row_cap ? sheet->row_cap * 2 : 32;
        sheet->rows = jb_xrealloc(sheet->rows, sheet->row_cap * sizeof(*sheet->rows));
    }
    sheet->rows[sheet->row_count++] = (struct row){kind, indent_chars};
    jb_assert(sheet->cell_count == (size_t)sheet->row_count * sheet->column_count);
}

void jb_table_sheet_heading(jb_table_sheet *sheet, const char *text)
{
    jb_table_sheet_cell(sheet, text);
    for (uint32_t i = 1; i < sheet->column_count; i++)
        add_cell(sheet, NULL);
    jb_table_sheet_end_row(sheet, JB_SHEET_HEADING, 0);
}

void jb_table_sheet_note(jb_table_sheet *sheet, const char *text)
{
    jb_assert(sheet->note_count < NOTES_MAX);
    sheet->notes[sheet->note_count++] = copy_of(text);
}

uint32_t jb_table_sheet_rows(const jb_table_sheet *sheet)
{
    return sheet->row_count;
}

static const char *cell_of(const jb_table_sheet *sheet, uint32_t row, uint32_t column)
{
    return sheet->cells[(size_t)row * sheet->column_count + column];
}

/* -------------------------------------------------------------- widths */

static uint32_t dmm_of(uint32_t half_characters, uint32_t half_points)
{
    return half_characters * half_points * 882 / 1000 + CELL_MARGIN_DMM;
}

/* Word processors leave a quarter of a character between Chinese and Latin, and the font that
 * stands in for another may be a little wider. */
static uint32_t set_width(const char *text)
{
    uint32_t joints = 0, width = jb_text_width(text), point = 0;
    bool wide = false, was = false, first = true;
    struct jb_slice rest = jb_slice_str(text);

    for (size_t len; (len = jb_utf8_decode(rest, &point)) > 0; was = wide, first = false) {
        wide = point >= 0x2e80;
        joints += !first && wide != was;
        rest = jb_slice_of(rest.ptr + len, rest.len - len);
    }
    return width + (joints + 1) / 2 + width / 12 + 1;
}

/* In half characters: figures whole; words up to TEXT_WIDTH_MOST; a title in two lines. */
static uint32_t asked_width(const jb_table_sheet *sheet, uint32_t column)
{
    uint32_t title = jb_text_width(sheet->columns[column].title), widest = 2;

    for (uint32_t r = 0; r < sheet->row_count; r++) {
        const char *text = cell_of(sheet, r, column);
        if (!text || sheet->rows[r].kind == JB_SHEET_HEADING)
            continue;
        uint32_t own = set_width(text) + (column ? 0 : sheet->rows[r].indent_chars / 50);
        widest = own > widest ? own : widest;
    }
    if (sheet->columns[column].align != JB_DOCX_END && widest > TEXT_WIDTH_MOST)
        widest = TEXT_WIDTH_MOST;
    if (title > TITLE_WIDTH_MOST) /* goes on in a second line */
        title = title / 2 + 1 < TITLE_WIDTH_MOST ? title / 2 + 1 : TITLE_WIDTH_MOST;
    return widest > title ? widest : title;
}

/* What is spare goes to columns of words, else to all; what is lacking is taken from all. */
static void share_out(const jb_table_sheet *sheet, const uint32_t *asked, uint32_t half_points,
                      uint32_t room_dmm, uint16_t widths_dmm[JB_PAPER_COLUMNS_MAX])
{
    uint32_t total = 0, words = 0;

    for (uint32_t i = 0; i < sheet->column_count; i++) {
        total += dmm_of(asked[i], half_points);
        if (sheet->columns[i].align == JB_DOCX_START)
            words += dmm_of(asked[i], half_points);
    }
    for (uint32_t i = 0; i < sheet->column_count; i++) {
        uint32_t own = dmm_of(asked[i], half_points);
        bool takes = !words || sheet->columns[i].align == JB_DOCX_START;
        if (total > room_dmm)
            own = own * room_dmm / total;
        else if (takes)
            own += (room_dmm - total) * own / (words ? words : total);
        widths_dmm[i] = (uint16_t)own;
    }
}

/* Takes from the widest column of words until the sum fits. Returns whether it does. */
static bool fit(const jb_table_sheet *sheet, uint32_t half_points, uint32_t room_dmm,
                uint16_t widths_dmm[JB_PAPER_COLUMNS_MAX])
{
    uint32_t asked[JB_PAPER_COLUMNS_MAX], total = 0, count = sheet->column_count;

    for (uint32_t i = 0; i < count; i++)
        total += dmm_of(asked[i] = asked_width(sheet, i), half_points);
    while (total > room_dmm) {
        uint32_t widest = count;
        for (uint32_t i = 0; i < count; i++) {
            if (sheet->columns[i].align != JB_DOCX_END && asked[i] > TEXT_WIDTH_LEAST &&
                (widest == count || asked[i] > asked[widest]))
                widest = i;
        }
        if (widest == count)
            break;
        total -= dmm_of(asked[widest], half_points);
        total += dmm_of(--asked[widest], half_points);
    }
    share_out(sheet, asked, half_points, room_dmm, widths_dmm);
    return total <= room_dmm;
}

static bool fits_unsqueezed(const jb_table_sheet *sheet, uint32_t half_points, uint32_t room_dmm)
{
    uint32_t total = 0;

    for (uint32_t i = 0; i < sheet->column_count; i++)
        total += dmm_of(asked_width(sheet, i), half_points);
    return total <= room_dmm;
}

bool jb_table_sheet_is_wide(const jb_table_sheet *sheet)
{
    return !fits_unsqueezed(sheet, NORMAL, jb_docx_page_width_dmm(jb_paper_page(false)));
}

/* -------------------------------------------------------------- the sheet */

struct setting {
    jb_docx_body *body;
    const jb_table_sheet *sheet;
    struct jb_docx_font font, head;
};

static void put_above(const struct setting *s, uint16_t width_dmm)
{
    const struct jb_docx_para para = {.tab_dmm = width_dmm, .after_points = 2, .keep_next = true};

    if (!s->sheet->left && !s->sheet->right)
        return;
    jb_docx_para_begin(s->body, &para);
    if (s->sheet->left)
        jb_docx_run(s->body, &sheet_song, jb_slice_str(s->sheet->left));
    if (s->sheet->right) {
        jb_docx_run(s->body, &sheet_song, JB_LIT("\t"));
        jb_docx_run(s->body, &sheet_song, jb_slice_str(s->sheet->right));
    }
    jb_docx_para_end(s->body);
}

static bool goes_on(const jb_table_sheet *sheet, uint32_t row, uint32_t column)
{
    return row + 1 < sheet->row_count && !cell_of(sheet, row + 1, column) &&
           sheet->rows[row + 1].kind != JB_SHEET_HEADING;
}

static void put_row(const struct setting *s, uint32_t r)
{
    const jb_table_sheet *sheet = s->sheet;
    const struct row *row = &sheet->rows[r];

    jb_docx_row_begin(s->body, &(struct jb_docx_row){.height_dmm = 60});
    if (row->kind == JB_SHEET_HEADING) {
        const struct jb_docx_cell across = {.columns = sheet->column_count, .fill = "F5F5F5"};
        jb_docx_cell_text(s->body, &across, &(struct jb_docx_para){.keep_next = true}, &s->head,
                          cell_of(sheet, r, 0));
        jb_docx_row_end(s->body);
        return;
    }
    for (uint32_t c = 0; c < sheet->column_count; c++) {
        const char *text = cell_of(sheet, r, c);
        const struct jb_docx_cell cell = {.merge = !text                  ? JB_MERGE_CONTINUE
                                                   : goes_on(sheet, r, c) ? JB_MERGE_START
                                                                          : JB_MERGE_NONE};
        const struct jb_docx_para para = {.align = sheet->columns[c].align,
                                          .left_chars = c ? 0 : row->indent_chars};
        jb_docx_cell_text(s->body, &cell, &para, row->kind == JB_SHEET_TOTAL ? &s->head : &s->font,
                          text ? text : "");
    }
    jb_docx_row_end(s->body);
}

static void put_table(const struct setting *s, const uint16_t *widths_dmm)
{
    const jb_table_sheet *sheet = s->sheet;
    const struct jb_docx_table table = {widths_dmm, sheet->column_count, JB_LINES_OPEN,
                                        JB_DOCX_CENTER};

    jb_docx_table_begin(s->body, &table);
    jb_docx_row_begin(s->body, &(struct jb_docx_row){.head = true, .height_dmm = 80});
    for (uint32_t c = 0; c < sheet->column_count; c++)
        jb_docx_cell_text(s->body, &(struct jb_docx_cell){.fill = SHEET_FILL}, &sheet_center,
                          &s->head, sheet->columns[c].title);
    jb_docx_row_end(s->body);
    for (uint32_t r = 0; r < sheet->row_count; r++)
        put_row(s, r);
    jb_docx_table_end(s->body);
}

static void put_signatures(jb_docx_body *body, uint16_t width_dmm)
{
    static const struct jb_docx_font line = {
        .face = JB_FACE_SONG, .half_points = NORMAL, .underline = true};
    const char *const labels[] = {_("Head of the unit: "), _("Checked by: "), _("Made by: "),
                                  _("Date: ")};
    const uint16_t quarter = width_dmm / 4;
    const uint16_t widths[] = {quarter, quarter, quarter, quarter};
    const struct jb_docx_table table = {widths, 4, JB_LINES_NONE, JB_DOCX_CENTER};

    jb_docx_table_begin(body, &table);
    jb_docx_row_begin(body, &(struct jb_docx_row){.height_dmm = 140});
    for (size_t i = 0; i < JB_COUNT(labels); i++) {
        jb_docx_cell_begin(body, &(struct jb_docx_cell){.place = JB_PLACE_BOTTOM});
        jb_docx_para_begin(body, &sheet_left);
        jb_docx_run(body, &sheet_song, jb_slice_str(labels[i]));
        jb_docx_run(body, &line, JB_LIT("　　　　　　"));
        jb_docx_para_end(body);
        jb_docx_cell_end(body);
    }
    jb_docx_row_end(body);
    jb_docx_table_end(body);
    jb_docx_text(body, &sheet_right, &sheet_song, _("(official seal)"));
}

void jb_table_sheet_put(jb_docx *doc, const jb_table_sheet *sheet, bool landscape, bool signed_for)
{
    uint16_t room = jb_docx_page_width_dmm(jb_paper_page(landscape));
    uint16_t half_points = fits_unsqueezed(sheet, NORMAL, room) ? NORMAL : SMALL;
    uint16_t widths[JB_PAPER_COLUMNS_MAX];
    struct setting s = {.body = jb_docx_content(doc),
                        .sheet = sheet,
                        .font = {.face = JB_FACE_SONG, .half_points = half_points},
                        .head = {.face = JB_FACE_HEI, .half_points = half_points}};

    jb_ignore(!fit(sheet, half_points, room, widths)); /* as narrow as it goes */
    sheet_title(s.body, sheet->title, sheet->below);
    put_above(&s, room);
    put_table(&s, widths);
    for (uint32_t i = 0; i < sheet->note_count; i++)
        jb_docx_text(s.body, &(struct jb_docx_para){.before_points = 3}, &sheet_small,
                     sheet->notes[i]);
    if (signed_for)
        put_signatures(s.body, room);
}
