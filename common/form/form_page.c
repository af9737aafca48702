/* Layout, from above: title; unit and form number; period and due date; titles of the columns;
 * their letters and numbers; the rows; remarks; explanation; two lines of signatures. */
#include "form/form_page.h"

#include <stdlib.h>

#include "files/print.h"
#include "form/form_page_inner.h"

#define INK_GREY 0x7f7f7f
#define PAPER_HEAD 0xf2f2f2
#define PAPER_INPUT 0xfffbe6
#define ROW_POINTS 20
#define REMARK_BYTES_MAX 2000

void jb_form_sheet_init(struct jb_form_sheet *sheet, const jb_catalog *catalog, uint32_t unit,
                        uint32_t form, struct jb_period period, bool zh)
{
    uint32_t rows = jb_catalog_view(catalog)->forms[form].row_count;

    *sheet = (struct jb_form_sheet){
        .catalog = catalog, .unit = unit, .form = form, .period = period, .zh = zh};
    sheet->rows = jb_xcalloc(rows ? rows : 1, sizeof(*sheet->rows));
}

void jb_form_sheet_free(struct jb_form_sheet *sheet)
{
    uint32_t rows = jb_catalog_view(sheet->catalog)->forms[sheet->form].row_count;

    for (uint32_t i = 0; i < rows; i++) {
        for (enum jb_form_column k = 0; k < JB_FORM_COLUMNS; k++)
            free(sheet->rows[i].remark[k]);
    }
    free(sheet->rows);
    sheet->rows = NULL;
}

void jb_form_sheet_remark(struct jb_form_sheet *sheet, uint32_t row, enum jb_form_column column,
                          const char *text)
{
    char **remark = &sheet->rows[row].remark[column];

    if (*remark && strlen(*remark) + strlen(text) > REMARK_BYTES_MAX)
        return;
    char *longer = *remark ? jb_xasprintf("%s\n%s", *remark, text) : jb_xstrdup(text);
    free(*remark);
    *remark = longer;
}

enum jb_form_column jb_form_column_for(const struct jb_indicator *indicator,
                                       enum jb_basis_kind basis)
{
    if (indicator->measure == JB_TEXT)
        return JB_FORM_TEXT;
    switch (basis) {
    case JB_BASIS_PERIOD:
        return JB_FORM_OF_PERIOD;
    case JB_BASIS_YTD:
        return JB_FORM_TO_DATE;
    case JB_BASIS_SINCE:
        return JB_FORM_SINCE;
    }
    return JB_FORM_COLUMNS;
}

static const struct jb_form *form_of(const struct jb_form_sheet *sheet)
{
    return &jb_catalog_view(sheet->catalog)->forms[sheet->form];
}

const struct jb_indicator *jb_form_indicator(const struct jb_form_sheet *sheet, uint32_t row)
{
    return &jb_catalog_view(sheet->catalog)->indicators[form_of(sheet)->rows[row].indicator];
}

bool jb_form_row_taken(const struct jb_form_sheet *sheet, uint32_t row)
{
    return jb_catalog_accepts_row(sheet->catalog, sheet->unit, sheet->form, row, sheet->period);
}

const char *jb_form_name_of(struct jb_names name, bool zh)
{
    return zh ? name.zh : name.en;
}

static uint32_t depth_of(const struct jb_form *form, uint32_t row)
{
    uint32_t depth = 0;

    for (uint32_t at = form->rows[row].of; at != JB_NONE; at = form->rows[at].of)
        depth++;
    return depth;
}

static bool is_first_part(const struct jb_form *form, uint32_t row)
{
    for (uint32_t i = 0; i < row; i++) {
        if (form->rows[i].of == form->rows[row].of)
            return false;
    }
    return form->rows[row].of != JB_NONE;
}

static const struct jb_look head_look = {
    .border = true, .bold = true, .wrap = true, .align = JB_ALIGN_CENTER, .paper = PAPER_HEAD};
static const struct jb_look plain_look = {.border = true, .align = JB_ALIGN_CENTER, .wrap = true};
static const struct jb_look earlier_look = {
    .border = true, .align = JB_ALIGN_RIGHT, .ink = INK_GREY, .font = JB_FONT_FANGSONG};
static const struct jb_look closed_look = {
    .border = true, .align = JB_ALIGN_CENTER, .ink = INK_GREY, .paper = PAPER_HEAD};
static const struct jb_look code_look = {
    .border = true, .size = 8, .ink = INK_GREY, .align = JB_ALIGN_LEFT};

/* Which columns this form has, from left to right. */
static uint32_t lay_columns(const struct jb_form_sheet *sheet, struct jb_form_columns *columns)
{
    static const struct {
        enum jb_form_column column;
        uint32_t width;
    } all[] = {{JB_FORM_NAME, 36},     {JB_FORM_MEASURED, 9},    {JB_FORM_LINE, 6},
               {JB_FORM_YEAR_AGO, 12}, {JB_FORM_BEFORE, 12},     {JB_FORM_OF_PERIOD, 14},
               {JB_FORM_TO_DATE, 14},  {JB_FORM_SINCE_FROM, 12}, {JB_FORM_SINCE, 14},
               {JB_FORM_STATUS, 10},   {JB_FORM_NOTE, 26},       {JB_FORM_CODE, 20}};
    bool since = false;

    for (uint32_t i = 0; i < form_of(sheet)->row_count; i++)
        since = since || (jb_form_indicator(sheet, i)->bases & JB_BASIS_SINCE &&
                          jb_form_row_taken(sheet, i));
    columns->count = 0;
    for (enum jb_form_column k = 0; k < JB_FORM_COLUMNS; k++)
        columns->place[k] = UINT32_MAX;
    for (size_t i = 0; i < JB_COUNT(all); i++) {
        bool of_since = all[i].column == JB_FORM_SINCE || all[i].column == JB_FORM_SINCE_FROM;
        if (of_since && !since)
            continue;
        columns->place[all[i].column] = columns->count;
        columns->width[columns->count++] = all[i].width;
    }
    return columns->count;
}

static void put(jb_page *page, uint32_t row, uint32_t column, const char *text,
                const struct jb_look *look)
{
    jb_page_text(page, row, column, jb_slice_str(text), look);
}

void jb_form_write_head(jb_page *page, const struct jb_form_sheet *sheet, uint32_t columns,
                        const char *title)
{
    const struct jb_catalog_view *view = jb_catalog_view(sheet->catalog);
    const struct jb_unit *unit = &view->units[sheet->unit];
    const struct jb_look title_look = {
        .font = JB_FONT_HEI, .size = 18, .bold = true, .align = JB_ALIGN_CENTER};
    const struct jb_look left = {.align = JB_ALIGN_LEFT}, right = {.align = JB_ALIGN_RIGHT};
    uint32_t last = columns - 1, half = columns / 2, found;
    char period[JB_PERIOD_TEXT_SIZE];
    const char *name = jb_form_name_of(unit->name, sheet->zh);

    if (jb_catalog_find_unit(sheet->catalog, jb_slice_str(name), &found) || found != sheet->unit)
        name = unit->code; /* the name alone would not say which */
    if (sheet->zh)
        jb_period_format_zh(sheet->period, period);
    else
        jb_period_format(sheet->period, period);
    jb_page_height(page, 0, 36);
    jb_page_height(page, 1, ROW_POINTS);
    jb_page_height(page, 2, ROW_POINTS);
    jb_page_merge(page, (struct jb_sheet_range){0, 0, 0, last}, jb_slice_str(title), &title_look);
    char *text = jb_xasprintf("%s%s", jb_form_label(JB_LABEL_UNIT, sheet->zh), name);
    jb_page_merge(page, (struct jb_sheet_range){1, 0, 1, half - 1}, jb_slice_str(text), &left);
    free(text);
    text = jb_xasprintf("%s%s", jb_form_label(JB_LABEL_FORM, sheet->zh),
                        view->forms[sheet->form].code);
    jb_page_merge(page, (struct jb_sheet_range){1, half, 1, last}, jb_slice_str(text), &right);
    free(text);
    text = jb_xasprintf("%s%s", jb_form_label(JB_LABEL_PERIOD, sheet->zh), period);
    jb_page_merge(page, (struct jb_sheet_range){2, 0, 2, half - 1}, jb_slice_str(text), &left);
    free(text);
}

/* 截止日期 on the right of the period, where the form has one. */
static void write_due(jb_page *page, const struct jb_form_sheet *sheet, uint32_t columns)
{
    const struct jb_look right = {.align = JB_ALIGN_RIGHT};
    struct jb_form_dates dates;
    char day[16];

    if (!jb_catalog_dates(sheet->catalog, sheet->form, sheet->period, &dates) ||
        dates.due_on == JB_DATE_MAX)
        return;
    jb_date_format(dates.due_on, day);
    char *text = jb_xasprintf("%s%s", sheet->zh ? "截止日期：" : "Due: ", day);
    jb_page_merge(page, (struct jb_sheet_range){2, columns / 2, 2, columns - 1}, jb_slice_str(text),
                  &right);
    free(text);
}

static void write_titles(jb_page *page, const struct jb_form_sheet *sheet,
                         const struct jb_form_columns *columns)
{
    static const char *const letters[] = {
        [JB_FORM_NAME] = "甲", [JB_FORM_MEASURED] = "乙", [JB_FORM_LINE] = "丙"};
    uint32_t number = 0;
    char text[16];

    jb_page_height(page, JB_FORM_HEAD_ROW, 30);
    jb_page_height(page, JB_FORM_HEAD_ROW + 1, ROW_POINTS - 4);
    for (enum jb_form_column k = 0; k < JB_FORM_COLUMNS; k++) {
        if (columns->place[k] == UINT32_MAX)
            continue;
        uint32_t at = columns->place[k];
        put(page, JB_FORM_HEAD_ROW, at, jb_form_column_title(k, sheet->zh), &head_look);
        text[0] = 0;
        if (jb_form_column_is_value(k))
            snprintf(text, sizeof(text), "%u", ++number);
        put(page, JB_FORM_HEAD_ROW + 1, at, k <= JB_FORM_LINE && sheet->zh ? letters[k] : text,
            &plain_look);
        jb_page_width(page, at, at, columns->width[at]);
    }
}

/* What is shown when somebody chooses the cell. */
static void advise(jb_page *page, const struct jb_form_sheet *sheet, uint32_t at, uint32_t column,
                   const struct jb_indicator *indicator)
{
    const char *words[1] = {sheet->zh ? "不涉及" : "not applicable"};
    bool offered = indicator->not_applicable_allowed;
    const char *measured =
        sheet->zh ? indicator->unit_of_measure_zh : indicator->unit_of_measure_en;
    char *text = jb_xasprintf(
        sheet->zh ? "%s，最多 %u 位小数%s%s%s%s" : "%s, at most %u decimals%s%s%s%s", measured,
        indicator->decimals,
        !offered ? (sheet->zh ? "；不能填“不涉及”" : "; 'not applicable' is not taken")
        : indicator->not_applicable_explained
            ? (sheet->zh ? "；填“不涉及”要写说明" : "; 'not applicable' needs a note")
            : "",
        indicator->marks_allowed ? "" : (sheet->zh ? "；只填准确数" : "; exact figures only"),
        indicator->note[0] ? (sheet->zh ? "。" : ". ") : "", indicator->note);

    jb_page_choices(page, (struct jb_sheet_range){at, column, at, column}, words, offered ? 1 : 0,
                    false, jb_form_name_of(indicator->name, sheet->zh), text);
    free(text);
}

void jb_form_write_input(jb_page *page, uint32_t row, uint32_t column,
                         const struct jb_form_cells *cells, enum jb_form_column kind,
                         const struct jb_look *look)
{
    if (jb_form_column_is_value(kind) && kind != JB_FORM_TEXT)
        jb_page_number(page, row, column, cells->cell[kind], look);
    else
        jb_page_text(page, row, column, cells->cell[kind], look);
    if (cells->remark[kind])
        jb_page_comment(page, row, column, cells->remark[kind]);
}

void jb_form_write_status(jb_page *page, const struct jb_form_sheet *sheet, uint32_t row,
                          uint32_t column, const struct jb_form_cells *cells)
{
    static const char *const zh[] = {"正式", "初步", "推算"};
    static const char *const en[] = {"final", "provisional", "estimated"};
    struct jb_look look = plain_look;
    struct jb_form_cells shown = *cells;
    size_t usual = sheet->period.freq == JB_FREQ_DAY ? 1 : 0; /* an ad hoc form is provisional */

    look.unlocked = true;
    look.paper = PAPER_INPUT;
    if (!shown.cell[JB_FORM_STATUS].len)
        shown.cell[JB_FORM_STATUS] = jb_slice_str(sheet->zh ? zh[usual] : en[usual]);
    jb_form_write_input(page, row, column, &shown, JB_FORM_STATUS, &look);
    jb_page_choices(page, (struct jb_sheet_range){row, column, row, column}, sheet->zh ? zh : en, 3,
                    true, NULL, NULL);
}

static void write_values(jb_page *page, const struct jb_form_sheet *sheet,
                         const struct jb_form_columns *columns, uint32_t row, uint32_t at)
{
    const struct jb_indicator *indicator = jb_form_indicator(sheet, row);
    const struct jb_form_cells *cells = &sheet->rows[row];
    bool taken = jb_form_row_taken(sheet, row);
    struct jb_look input = {
        .border = true, .align = JB_ALIGN_RIGHT, .unlocked = true, .paper = PAPER_INPUT};
    static const struct {
        enum jb_form_column column;
        enum jb_basis_kind basis;
    } inputs[] = {{JB_FORM_OF_PERIOD, JB_BASIS_PERIOD},
                  {JB_FORM_TO_DATE, JB_BASIS_YTD},
                  {JB_FORM_SINCE_FROM, JB_BASIS_SINCE},
                  {JB_FORM_SINCE, JB_BASIS_SINCE}};

    for (size_t i = 0; i < JB_COUNT(inputs); i++) {
        uint32_t column = columns->place[inputs[i].column];
        if (column == UINT32_MAX)
            continue;
        if (indicator->measure == JB_TEXT)
            put(page, at, column, i ? "—" : (sheet->zh ? "见文字材料" : "see texts"), &closed_look);
        else if ((!taken || !(indicator->bases & inputs[i].basis)) &&
                 !cells->cell[inputs[i].column].len)
            put(page, at, column, "—", &closed_look);
        else if (!taken) /* filled in all the same: it is shown with what is wrong */
            jb_form_write_input(page, at, column, cells, inputs[i].column, &closed_look);
        else
            jb_form_write_input(page, at, column, cells, inputs[i].column, &input);
        if (taken && indicator->measure != JB_TEXT && indicator->bases & inputs[i].basis &&
            inputs[i].column != JB_FORM_SINCE_FROM)
            advise(page, sheet, at, column, indicator);
    }
    if (!taken || indicator->measure == JB_TEXT) {
        put(page, at, columns->place[JB_FORM_STATUS], "—", &closed_look);
        put(page, at, columns->place[JB_FORM_NOTE],
            taken ? "" : (sheet->zh ? "本期不填" : "not owed"), &closed_look);
        return;
    }
    jb_form_write_status(page, sheet, at, columns->place[JB_FORM_STATUS], cells);
    input.align = JB_ALIGN_LEFT;
    input.wrap = true;
    jb_form_write_input(page, at, columns->place[JB_FORM_NOTE], cells, JB_FORM_NOTE, &input);
}

static void write_row(jb_page *page, const struct jb_form_sheet *sheet,
                      const struct jb_form_columns *columns, uint32_t row, uint32_t at)
{
    const struct jb_form *form = form_of(sheet);
    const struct jb_indicator *indicator = jb_form_indicator(sheet, row);
    const struct jb_form_cells *cells = &sheet->rows[row];
    uint32_t depth = depth_of(form, row);
    struct jb_look name_look = {
        .border = true, .wrap = true, .align = JB_ALIGN_LEFT, .indent = (uint8_t)(depth * 2)};
    char line[16];
    char *name = jb_xasprintf("%s%s",
                              !is_first_part(form, row) ? ""
                              : sheet->zh               ? "其中："
                                                        : "of which: ",
                              jb_form_name_of(indicator->name, sheet->zh));
    uint32_t room = columns->width[columns->place[JB_FORM_NAME]] - depth * 3 - 2;
    uint32_t lines = (jb_text_width(name) + room - 1) / room;

    jb_page_height(page, at, ROW_POINTS * (lines > 1 ? lines * 4 / 5 + 1 : 1));
    put(page, at, columns->place[JB_FORM_NAME], name, &name_look);
    put(page, at, columns->place[JB_FORM_MEASURED],
        sheet->zh ? indicator->unit_of_measure_zh : indicator->unit_of_measure_en, &plain_look);
    snprintf(line, sizeof(line), "%02u", row + 1);
    put(page, at, columns->place[JB_FORM_LINE], line, &plain_look);
    jb_page_number(page, at, columns->place[JB_FORM_YEAR_AGO], cells->cell[JB_FORM_YEAR_AGO],
                   &earlier_look);
    jb_page_number(page, at, columns->place[JB_FORM_BEFORE], cells->cell[JB_FORM_BEFORE],
                   &earlier_look);
    write_values(page, sheet, columns, row, at);
    put(page, at, columns->place[JB_FORM_CODE], indicator->code, &code_look);
    free(name);
}

static void write_rules(jb_page *page, const struct jb_form_sheet *sheet, uint32_t columns,
                        uint32_t at)
{
    const struct jb_look look = {.wrap = true, .top = true, .align = JB_ALIGN_LEFT, .size = 10};
    const char *text =
        sheet->zh
            ? "填表说明：只填浅色单元格。0 "
              "是数值；没有此项业务填“不涉及”；撤回已报的数填“撤回”；空白表示不改动。概数可写 "
              "461余、90以上、不低于20、近20。"
            : "How to fill in: only the light cells. 0 is a value; 'not applicable' where the duty "
              "does not exist; 'withdrawn' takes back what was reported; an empty cell changes "
              "nothing. Marks such as >=90 or >461 are read.";

    jb_page_height(page, at, 32);
    jb_page_merge(page, (struct jb_sheet_range){at, 0, at, columns - 1}, jb_slice_str(text), &look);
}

/* A label and, to its right, the cells to write into. */
static void write_field(jb_page *page, const struct jb_form_sheet *sheet, enum jb_form_label label,
                        uint32_t row, uint32_t from, uint32_t first, uint32_t last)
{
    const struct jb_look name = {.align = JB_ALIGN_RIGHT};
    const struct jb_look field = {
        .align = JB_ALIGN_LEFT, .underline = true, .unlocked = true, .as_text = true, .wrap = true};

    if (from + 1 == first)
        put(page, row, from, jb_form_label(label, sheet->zh), &name);
    else
        jb_page_merge(page, (struct jb_sheet_range){row, from, row, first - 1},
                      jb_slice_str(jb_form_label(label, sheet->zh)), &name);
    jb_page_merge(page, (struct jb_sheet_range){row, first, row, last}, sheet->label[label],
                  &field);
}

static void write_foot(jb_page *page, const struct jb_form_sheet *sheet, uint32_t columns,
                       uint32_t at)
{
    jb_page_height(page, at, 30);
    write_field(page, sheet, JB_LABEL_EXPLANATION, at, 0, 1, columns - 1);
    jb_page_height(page, at + 1, 26);
    write_field(page, sheet, JB_LABEL_RELEASED, at + 1, 0, 1, 3);
    write_field(page, sheet, JB_LABEL_CHECKED, at + 1, 4, 6, columns - 1);
    jb_page_height(page, at + 2, 26);
    write_field(page, sheet, JB_LABEL_FILLED, at + 2, 0, 1, 3);
    write_field(page, sheet, JB_LABEL_DATE, at + 2, 4, 6, columns - 1);
}

void jb_form_page_write(jb_book *book, const struct jb_form_sheet *sheet, uint32_t *ret_rows)
{
    const struct jb_form *form = form_of(sheet);
    const char *title = jb_form_name_of(form->name, sheet->zh);
    jb_page *page = jb_book_page(book, title, NULL);
    struct jb_form_columns columns;
    uint32_t count = lay_columns(sheet, &columns), at = JB_FORM_HEAD_ROW + 2;
    bool texts = false;

    *ret_rows = 0;
    jb_form_write_head(page, sheet, count, title);
    write_due(page, sheet, count);
    write_titles(page, sheet, &columns);
    for (uint32_t i = 0; i < form->row_count; i++, at++) {
        bool taken = jb_form_row_taken(sheet, i);
        write_row(page, sheet, &columns, i, at);
        *ret_rows += taken;
        texts = texts || (taken && jb_form_indicator(sheet, i)->measure == JB_TEXT);
    }
    write_rules(page, sheet, count, at);
    write_foot(page, sheet, count, at + 1);
    jb_page_freeze(page, JB_FORM_HEAD_ROW + 2, 1);
    jb_page_print(page, true, JB_FORM_HEAD_ROW, JB_FORM_HEAD_ROW + 1,
                  sheet->zh ? "&C第 &P 页，共 &N 页" : "&C&P / &N");
    jb_page_protect(page);
    if (texts)
        jb_form_texts_write(book, sheet);
}
