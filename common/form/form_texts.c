/* 文字材料: one row a text, tall enough to write in. */
#include <stdlib.h>

#include "form/form_page_inner.h"

#define PAPER_HEAD 0xf2f2f2
#define PAPER_INPUT 0xfffbe6
#define INK_GREY 0x7f7f7f
#define TEXT_POINTS 160

static const struct {
    enum jb_form_column column;
    uint32_t width;
} columns[] = {{JB_FORM_NAME, 22},
               {JB_FORM_TEXT, 84},
               {JB_FORM_STATUS, 10},
               {JB_FORM_NOTE, 20},
               {JB_FORM_CODE, 20}};

static void write_row(jb_page *page, const struct jb_form_sheet *sheet, uint32_t row, uint32_t at)
{
    const struct jb_indicator *indicator = jb_form_indicator(sheet, row);
    const struct jb_look name = {
        .border = true, .wrap = true, .bold = true, .align = JB_ALIGN_LEFT};
    const struct jb_look code = {
        .border = true, .size = 8, .ink = INK_GREY, .align = JB_ALIGN_LEFT, .wrap = true};
    const struct jb_look input = {.border = true,
                                  .wrap = true,
                                  .top = true,
                                  .as_text = true,
                                  .align = JB_ALIGN_LEFT,
                                  .unlocked = true,
                                  .font = JB_FONT_FANGSONG,
                                  .paper = PAPER_INPUT};
    const struct jb_form_cells *cells = &sheet->rows[row];

    jb_page_height(page, at, TEXT_POINTS);
    jb_page_text(page, at, 0, jb_slice_str(jb_form_name_of(indicator->name, sheet->zh)), &name);
    jb_form_write_input(page, at, 1, cells, JB_FORM_TEXT, &input);
    jb_form_write_status(page, sheet, at, 2, cells);
    jb_form_write_input(page, at, 3, cells, JB_FORM_NOTE, &input);
    jb_page_text(page, at, 4, jb_slice_str(indicator->code), &code);
    jb_page_choices(page, (struct jb_sheet_range){at, 1, at, 1}, NULL, 0, false,
                    jb_form_name_of(indicator->name, sheet->zh),
                    indicator->note[0] ? indicator->note
                    : sheet->zh        ? "换行用 Alt+Enter"
                                       : "Alt+Enter begins a new line");
}

void jb_form_texts_write(jb_book *book, const struct jb_form_sheet *sheet)
{
    const struct jb_form *form = &jb_catalog_view(sheet->catalog)->forms[sheet->form];
    const struct jb_look head = {
        .border = true, .bold = true, .align = JB_ALIGN_CENTER, .paper = PAPER_HEAD};
    jb_page *page = jb_book_page(book, sheet->zh ? "文字材料" : "Texts", NULL);
    uint32_t at = JB_FORM_HEAD_ROW + 1;
    char *title = jb_xasprintf(sheet->zh ? "%s（文字材料）" : "%s: texts",
                               jb_form_name_of(form->name, sheet->zh));

    jb_form_write_head(page, sheet, JB_COUNT(columns), title);
    free(title);
    jb_page_height(page, JB_FORM_HEAD_ROW, 24);
    for (uint32_t i = 0; i < JB_COUNT(columns); i++) {
        jb_page_text(page, JB_FORM_HEAD_ROW, i,
                     jb_slice_str(jb_form_column_title(columns[i].column, sheet->zh)), &head);
        jb_page_width(page, i, i, columns[i].width);
    }
    for (uint32_t i = 0; i < form->row_count; i++) {
        if (jb_form_indicator(sheet, i)->measure == JB_TEXT && jb_form_row_taken(sheet, i))
            write_row(page, sheet, i, at++);
    }
    jb_page_freeze(page, JB_FORM_HEAD_ROW + 1, 1);
    jb_page_print(page, true, JB_FORM_HEAD_ROW, JB_FORM_HEAD_ROW,
                  sheet->zh ? "&C第 &P 页，共 &N 页" : "&C&P / &N");
    jb_page_protect(page);
}
