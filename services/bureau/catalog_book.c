/* Sheet by sheet: a header, one row an item, lists to choose from where only some words are right.
 */
#include "catalog_book.h"

#include <stdlib.h>

#include "base/text.h"
#include "catalog_sheets.h"
#include "contacts_file.h"
#include "files/print.h"
#include "files/workbook_write.h"

#define WIDTH_LEAST 8
#define WIDTH_MOST 42
#define LINE_POINTS 15
#define LINES_MOST 27 /* a row is at most 409 points high */
#define FREE_ROWS 500 /* below the last one, that offer their words too */
#define PAPER_HEADER 0xE7ECF3
#define PAPER_SHOWN 0xF5F5F5
#define INK_SHOWN 0x808080
#define COLUMNS_MAX 40

typedef const struct jb_yaml_node *node_ref;

struct writing {
    const jb_catalog *catalog;
    node_ref root;
    jb_book *book;
    jb_page *page;
    const struct jb_catalog_sheet *sheet;
    uint32_t row;
    uint32_t widths[COLUMNS_MAX];
    uint32_t lines;     /* that the row is high */
    struct jb_buf text; /* of one cell */
    bool failed;        /* some text is longer than a cell */
};

static node_ref value_of(node_ref map, struct jb_slice key)
{
    if (!map || map->kind != JB_YAML_MAP)
        return NULL;
    for (node_ref k = map->first; k; k = k->next->next) {
        if (k->kind == JB_YAML_TEXT && jb_slice_eq(jb_yaml_slice(k), key))
            return k->next;
    }
    return NULL;
}

/* "" is the node itself. */
static node_ref node_at(node_ref node, const char *path)
{
    while (node && *path) {
        size_t len = strcspn(path, ".");
        node = value_of(node, jb_slice_of(path, len));
        path += len + (path[len] == '.');
    }
    return node;
}

static struct jb_slice text_at(node_ref node, const char *path)
{
    node_ref at = node_at(node, path);

    return at && at->kind == JB_YAML_TEXT ? jb_yaml_slice(at) : jb_slice_of("", 0);
}

static const char *name_of(const struct jb_names *names)
{
    return jb_text_is_zh() ? names->zh : names->en;
}

static const char *name_of_code(const jb_catalog *catalog, enum jb_field_kind kind,
                                struct jb_slice code)
{
    const struct jb_catalog_view *view = jb_catalog_view(catalog);
    uint32_t i = kind == JB_FIELD_UNIT_NAME        ? jb_catalog_unit(catalog, code)
                 : kind == JB_FIELD_GROUP_NAME     ? jb_catalog_group(catalog, code)
                 : kind == JB_FIELD_INDICATOR_NAME ? jb_catalog_indicator(catalog, code)
                                                   : jb_catalog_form(catalog, code);

    if (i == JB_NONE)
        return "";
    return name_of(kind == JB_FIELD_UNIT_NAME        ? &view->units[i].name
                   : kind == JB_FIELD_GROUP_NAME     ? &view->groups[i].name
                   : kind == JB_FIELD_INDICATOR_NAME ? &view->indicators[i].name
                                                     : &view->forms[i].name);
}

static void put_word(struct writing *w, const struct jb_field *field, struct jb_slice word)
{
    const char *shown = jb_field_show_word(field, word);

    if (shown)
        jb_buf_put_str(&w->text, shown);
    else
        jb_buf_put(&w->text, word.ptr, word.len);
}

/* What an item says for the field, into w->text. before: what the field to the left says. */
static void take_text(struct writing *w, const struct jb_field *field, node_ref item,
                      struct jb_slice parent, const char *role, struct jb_slice before)
{
    bool word = item->kind == JB_YAML_TEXT; /* an edge without dates, or a plain word */
    node_ref node = word && (!field->path[0] || strcmp(field->path, "unit") == 0)
                        ? item
                        : (word ? NULL : node_at(item, field->path));

    jb_buf_clear(&w->text);
    if (field->kind == JB_FIELD_PARENT)
        jb_buf_put(&w->text, parent.ptr, parent.len);
    else if (field->kind == JB_FIELD_ROLE)
        put_word(w, field, jb_slice_str(role));
    else if (jb_field_is_shown_only(field))
        jb_buf_put_str(&w->text, name_of_code(w->catalog, field->kind, before));
    else if (node && node->kind == JB_YAML_TEXT)
        put_word(w, field, jb_yaml_slice(node));
    else if (node && node->kind == JB_YAML_LIST) {
        for (node_ref part = node->first; part; part = part->next) {
            if (w->text.len)
                jb_buf_put_str(&w->text, field->kind == JB_FIELD_LINES ? "\n" : "; ");
            put_word(w, field, jb_yaml_slice(part));
        }
    } else if (!node && strcmp(field->path, "schedule.shift") == 0 && node_at(item, "schedule"))
        put_word(w, field, JB_LIT("none")); /* so that a form's own empty schedule is there */
    w->failed = w->failed || w->text.failed;
}

/* Columns of the text's widest line. */
static uint32_t widest(struct jb_slice text)
{
    uint32_t width = 0;

    while (text.len) {
        const uint8_t *end = memchr(text.ptr, '\n', text.len);
        size_t len = end ? (size_t)(end - text.ptr) : text.len;
        char *line = jb_xstrndup(text.ptr, len);
        uint32_t own = jb_text_width(line);
        free(line);
        width = own > width ? own : width;
        len += end != NULL;
        text = jb_slice_of(text.ptr + len, text.len - len);
    }
    return width;
}

static void put_cell(struct writing *w, uint32_t column, const struct jb_field *field,
                     struct jb_slice text)
{
    struct jb_look look = {.as_text = field->kind != JB_FIELD_NUMBER,
                           .wrap = field->kind == JB_FIELD_LINES || field->kind == JB_FIELD_NOTE,
                           .top = true};
    uint32_t width = widest(text);

    w->widths[column] = width > w->widths[column] ? width : w->widths[column];
    if (look.wrap && text.len) {
        char *copy = jb_xstrndup(text.ptr, text.len);
        uint32_t lines = jb_text_lines(copy, WIDTH_MOST - 2);
        free(copy);
        w->lines = lines > w->lines ? lines : w->lines;
    }
    if (jb_field_is_shown_only(field)) {
        look.ink = INK_SHOWN;
        look.paper = PAPER_SHOWN;
    }
    if (field->kind == JB_FIELD_NUMBER && text.len)
        jb_page_number(w->page, w->row, column, text, &look);
    else if (text.len || !jb_field_is_shown_only(field))
        jb_page_text(w->page, w->row, column, text, &look);
}

static void put_item(struct writing *w, node_ref item, struct jb_slice parent, const char *role)
{
    struct jb_buf before;

    jb_buf_init(&before, JB_SHORT_TEXT_BYTES_MAX);
    w->lines = 1;
    for (uint32_t i = 0; i < w->sheet->field_count; i++) {
        const struct jb_field *field = &w->sheet->fields[i];
        take_text(w, field, item, parent, role, jb_buf_slice(&before));
        put_cell(w, i, field, jb_buf_slice(&w->text));
        jb_buf_clear(&before);
        jb_buf_put(&before, w->text.ptr, w->text.len);
    }
    jb_buf_free(&before);
    if (w->lines > 1)
        jb_page_height(w->page, w->row,
                       LINE_POINTS * (w->lines < LINES_MOST ? w->lines : LINES_MOST));
    w->row++;
}

/* The words of a field, and what it is for, at its header; offered down to `last`. */
static void put_header_cell(struct writing *w, uint32_t row, uint32_t column,
                            const struct jb_field *field)
{
    const struct jb_look look = {.bold = true, .wrap = true, .border = true, .paper = PAPER_HEADER};
    const char *title = jb_field_title(field);

    jb_page_text(w->page, row, column, jb_slice_str(title), &look);
    w->widths[column] = jb_text_width(title) < 16 ? jb_text_width(title) : 16;
}

static void offer_words(struct writing *w, const struct jb_field *field,
                        struct jb_sheet_range range)
{
    const char *words[16];
    uint32_t count = 0;

    for (const struct jb_field_word *word = field->words; word && word->word; word++)
        words[count++] = jb_text_is_zh() ? word->zh : word->word;
    if (count && field->kind != JB_FIELD_CODES)
        jb_page_choices(w->page, range, words, count, false, NULL, NULL);
}

static void settle_columns(struct writing *w)
{
    for (uint32_t i = 0; i < w->sheet->field_count; i++) {
        uint32_t width = w->widths[i] + 2;
        jb_page_width(w->page, i, i,
                      width < WIDTH_LEAST  ? WIDTH_LEAST
                      : width > WIDTH_MOST ? WIDTH_MOST
                                           : width);
        offer_words(w, &w->sheet->fields[i], (struct jb_sheet_range){1, i, w->row + FREE_ROWS, i});
    }
    jb_page_freeze(w->page, 1, 1);
    jb_page_print(w->page, true, 0, 0, "&C&P / &N");
}

static void put_children(struct writing *w, node_ref item, struct jb_slice code)
{
    for (uint32_t i = 0; i < JB_SHEET_CHILDREN_MAX && w->sheet->children[i]; i++) {
        const char *path = w->sheet->children[i];
        node_ref list = node_at(item, path);
        if (list && list->kind == JB_YAML_TEXT) /* the one lead */
            put_item(w, list, code, path);
        for (node_ref child = list && list->kind == JB_YAML_LIST ? list->first : NULL; child;
             child = child->next)
            put_item(w, child, code, path);
    }
}

/* The catalogue's own words: one a row, its title in front. */
static void write_head(struct writing *w)
{
    const struct jb_look title = {.bold = true, .paper = PAPER_HEADER, .border = true};
    uint32_t width = 0;

    jb_page_text(w->page, 0, 0, jb_slice_str(_("what")), &title);
    jb_page_text(w->page, 0, 1, jb_slice_str(_("says")), &title);
    for (uint32_t i = 0; i < w->sheet->field_count; i++) {
        const struct jb_field *field = &w->sheet->fields[i];
        w->row = i + 1;
        jb_page_text(w->page, w->row, 0, jb_slice_str(jb_field_title(field)), &title);
        take_text(w, field, w->root, jb_slice_str(""), "", jb_slice_str(""));
        put_cell(w, 1, field, jb_buf_slice(&w->text));
        offer_words(w, field, (struct jb_sheet_range){w->row, 1, w->row, 1});
        uint32_t own = jb_text_width(jb_field_title(field));
        width = own > width ? own : width;
    }
    jb_page_width(w->page, 0, 0, width + 2);
    jb_page_width(w->page, 1, 1,
                  w->widths[1] + 2 < WIDTH_LEAST * 4 ? WIDTH_LEAST * 4 : w->widths[1] + 2);
    jb_page_freeze(w->page, 1, 0);
    jb_page_print(w->page, false, 0, 0, NULL);
}

static void write_sheet(struct writing *w)
{
    const struct jb_catalog_sheet *sheet = w->sheet;

    jb_assert(sheet->field_count <= COLUMNS_MAX);
    w->page = jb_book_page(w->book, jb_catalog_sheet_title(sheet), NULL);
    memset(w->widths, 0, sizeof(w->widths));
    if (!sheet->list) {
        write_head(w);
        return;
    }
    for (uint32_t i = 0; i < sheet->field_count; i++)
        put_header_cell(w, 0, i, &sheet->fields[i]);
    w->row = 1;
    if (sheet->rooted)
        put_children(w, w->root, jb_slice_str(""));
    node_ref list = value_of(w->root, jb_slice_str(sheet->list));
    for (node_ref item = list ? list->first : NULL; item; item = item->next) {
        if (sheet->children[0])
            put_children(w, item, text_at(item, "code"));
        else
            put_item(w, item, jb_slice_str(""), "");
    }
    settle_columns(w);
}

static void write_readme(struct writing *w)
{
    const struct jb_look bold = {.bold = true, .size = 14}, wrapped = {.wrap = true, .top = true};
    const char *lines[] = {
        _("Each sheet is a part of the catalogue. Rows may be added, changed and deleted; codes "
          "that "
          "have figures stay as they are."),
        _("Keep the sheets' names and the titles of the columns; their order does not matter. Grey "
          "columns are for the eye, nobody reads them."),
        _("Codes are letters, digits and . _ - (a to z). Dates are written like 2023-01-31, "
          "periods "
          "like 2023-Q2 or 2021-Q1..2023-Q2. An empty cell says nothing: the default holds."),
        _("Several codes in one cell are separated by ; and several names by line breaks "
          "(Alt+Enter)."),
        _("Then: jibao catalog check FILE.xlsx tells every mistake with sheet and cell, jibao "
          "catalog "
          "import --xlsx FILE.xlsx loads it."),
    };
    uint32_t row = 0;

    w->page = jb_book_page(w->book, jb_catalog_readme_tab(), NULL);
    jb_page_width(w->page, 0, 0, 16);
    jb_page_width(w->page, 1, 1, 90);
    jb_page_text(w->page, row++, 0, jb_slice_str(name_of(&jb_catalog_view(w->catalog)->name)),
                 &bold);
    for (size_t i = 0; i < JB_COUNT(lines); i++) {
        jb_page_height(w->page, ++row, 15 * (1 + jb_text_width(lines[i]) / 88));
        jb_page_text(w->page, row, 1, jb_slice_str(lines[i]), &wrapped);
    }
    row += 2;
    for (uint32_t i = 0; i < JB_CATALOG_SHEETS; i++, row++) {
        const struct jb_catalog_sheet *sheet = jb_catalog_sheet(i);
        jb_page_text(w->page, row, 0, jb_slice_str(jb_catalog_sheet_title(sheet)),
                     &(struct jb_look){.bold = true, .top = true});
        jb_page_text(w->page, row, 1, jb_slice_str(_(sheet->hint)), &wrapped);
    }
    jb_page_print(w->page, false, 1, 0, NULL);
}

/* The columns that contacts load reads, in its words. */
static void write_contacts(struct writing *w, const struct jb_unit_contacts *units, uint32_t count)
{
    const struct jb_look bold = {.bold = true, .border = true, .paper = PAPER_HEADER},
                         text = {.as_text = true, .top = true};

    w->page = jb_book_page(w->book, jb_catalog_contacts_tab(), NULL);
    for (uint32_t i = 0; i < JB_CONTACTS_FILE_COLUMNS; i++)
        jb_page_text(w->page, 0, i, jb_slice_str(jb_contacts_file_title(i)), &bold);
    w->row = 1;
    for (uint32_t u = 0; u < count; u++) {
        for (uint32_t k = 0; k < units[u].count; k++, w->row++) {
            struct jb_contact contact = units[u].items[k];
            jb_page_text(w->page, w->row, 0, units[u].unit, &text);
            jb_page_text(w->page, w->row, 1, jb_slice_str(jb_contact_role_name(contact.role)),
                         &text);
            for (uint32_t t = 0; t < JB_CONTACT_TEXTS; t++)
                jb_page_text(w->page, w->row, 2 + t, *jb_contact_text(&contact, t), &text);
        }
    }
    jb_page_width(w->page, 0, JB_CONTACTS_FILE_COLUMNS - 1, 18);
    jb_page_freeze(w->page, 1, 1);
}

/* Every key of the root, and of the items of its lists, has its place. */
static bool has_place(node_ref root)
{
    bool good = true;

    for (node_ref key = root->first; key; key = key->next->next) {
        good = good && jb_catalog_sheets_have(NULL, jb_yaml_slice(key));
        for (node_ref item = key->next->kind == JB_YAML_LIST ? key->next->first : NULL; item;
             item = item->next) {
            for (node_ref own = item->kind == JB_YAML_MAP ? item->first : NULL; own;
                 own = own->next->next)
                good = good && jb_catalog_sheets_have(key->text, jb_yaml_slice(own));
        }
    }
    return good;
}

jb_err jb_catalog_book_write(const jb_catalog *catalog, const struct jb_yaml_node *root,
                             const struct jb_unit_contacts *contacts, uint32_t contact_units,
                             uint8_t **ret, size_t *ret_len)
{
    struct writing w = {.catalog = catalog, .root = root, .book = jb_book_new(false)};

    if (!has_place(root)) {
        jb_book_free(w.book);
        return JB_EINVAL;
    }
    jb_buf_init(&w.text, JB_WORKBOOK_CELL_BYTES_MAX);
    write_readme(&w);
    for (uint32_t i = 0; i < JB_CATALOG_SHEETS; i++) {
        w.sheet = jb_catalog_sheet(i);
        write_sheet(&w);
    }
    if (contacts)
        write_contacts(&w, contacts, contact_units);
    jb_buf_free(&w.text);
    jb_err err = jb_book_finish(&w.book, ret, ret_len);
    if (!err && w.failed) {
        free(*ret);
        err = JB_ERANGE;
    }
    return err;
}
