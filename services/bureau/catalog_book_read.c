/* From sheets to the tree that the YAML's reader makes, and its checks on it. */
#include <stdlib.h>

#include "base/text.h"
#include "catalog_book.h"
#include "catalog_cells.h"
#include "catalog_items.h"
#include "files/sheet_place.h"
#include "model/catalog_yaml.h"
#include "model/fold.h"

#define TREE_MEMORY_MAX ((size_t)1 << 30)
#define ROW_MASK ((1u << JB_CELL_ROW_BITS) - 1)
#define NOWHERE UINT32_MAX
#define FIELDS_MAX 40

struct reading {
    struct jb_arena arena;
    struct jb_cell_reader cell; /* its sheet is the one that is read */
    struct jb_findings *findings;
    struct jb_workbook book;
    struct jb_items items;
    const struct jb_sheet *tabs[JB_CATALOG_SHEETS];
    const struct jb_catalog_sheet *sheet;
    uint32_t places[JB_CATALOG_SHEETS][FIELDS_MAX]; /* column of each field, or NOWHERE */
    uint32_t *place;                                /* of the sheet that is read */
    /* Of the row that is read. */
    uint32_t row;
    const struct jb_sheet_cell *cells[FIELDS_MAX];
};

static void read_fields(struct reading *r, struct jb_item *item)
{
    for (uint32_t i = 0; i < r->sheet->field_count; i++) {
        const struct jb_field *field = &r->sheet->fields[i];
        if (field->kind <= JB_FIELD_LINES && field->path[0])
            jb_item_put(&r->items, item, field->path, jb_cell_node(&r->cell, field, r->cells[i]));
    }
}

/* {unit, from, until}: without dates only the unit, as people write it. */
static struct jb_yaml_node *settle_edge(struct reading *r, struct jb_yaml_node *map)
{
    const struct jb_yaml_node *key = map->first;

    if (!r->sheet->edges || map->len != 2 || strcmp(key->text, "unit") != 0)
        return map;
    return jb_yaml_text(&r->arena, jb_yaml_slice(key->next), key->next->line, key->next->column);
}

static void read_child(struct reading *r)
{
    struct jb_item inner = jb_item_new(&r->items, jb_cell_line(&r->cell, r->row)), *outer;
    struct jb_slice code = {0}, role = {0};
    uint32_t child = 0;

    for (uint32_t i = 0; i < r->sheet->field_count; i++) {
        const struct jb_field *field = &r->sheet->fields[i];
        const struct jb_sheet_cell *cell = r->cells[i];
        if (field->kind == JB_FIELD_PARENT && !jb_cell_text(&r->cell, cell, &code))
            return;
        if (field->kind == JB_FIELD_ROLE) {
            if (!jb_cell_text(&r->cell, cell, &role))
                return;
            if (!role.len) {
                jb_cell_refuse(&r->cell, JB_F_CATALOG_MISSING_KEY, r->row, r->place[i], role,
                               jb_field_title(field));
                return;
            }
            struct jb_slice word = jb_cell_word(&r->cell, field, cell, role);
            while (!jb_slice_is(word, r->sheet->children[child]))
                child++;
        }
    }
    outer = &r->items.root;
    if (code.len || !r->sheet->rooted)
        outer = jb_items_find(jb_items_roll(&r->items, r->sheet->list, jb_cell_line(&r->cell, 0)),
                              code);
    if (!outer) {
        jb_cell_refuse(&r->cell, JB_F_CATALOG_UNKNOWN_REFERENCE, r->row, r->place[0], code,
                       _("a code of the sheet that lists them"));
        return;
    }
    read_fields(r, &inner);
    if (inner.map.node)
        jb_yaml_add(jb_item_list(&r->items, outer, r->sheet->children[child],
                                 jb_cell_line(&r->cell, r->row)),
                    settle_edge(r, inner.map.node));
}

static void read_item(struct reading *r)
{
    struct jb_item_roll *roll = jb_items_roll(&r->items, r->sheet->list, jb_cell_line(&r->cell, 0));
    const struct jb_field *first = &r->sheet->fields[0];
    struct jb_slice code = {0};

    if (!first->path[0]) { /* a list of plain words */
        jb_yaml_add(&roll->list, jb_cell_node(&r->cell, first, r->cells[0]));
        return;
    }
    if (strcmp(first->path, "code") == 0 && !jb_cell_text(&r->cell, r->cells[0], &code))
        return;
    read_fields(r, jb_items_add(&r->items, roll, code, jb_cell_line(&r->cell, r->row)));
}

static bool says_anything(const struct reading *r)
{
    for (uint32_t i = 0; i < r->sheet->field_count; i++) {
        const struct jb_sheet_cell *cell = r->cells[i];
        if (!jb_field_is_shown_only(&r->sheet->fields[i]) && cell && jb_trim(cell->text).len)
            return true;
    }
    return false;
}

/* Which field each column is; by its title, wherever it stands. */
static bool read_header(struct reading *r, const struct jb_sheet *tab)
{
    uint32_t errors = r->findings->errors;

    r->place = r->places[r->cell.sheet];
    for (uint32_t i = 0; i < FIELDS_MAX; i++)
        r->place[i] = NOWHERE;
    for (uint32_t k = 0; k < tab->cell_count && tab->cells[k].row == 0; k++) {
        const struct jb_sheet_cell *cell = &tab->cells[k];
        struct jb_slice title = jb_trim(cell->text);
        uint32_t i = 0;
        while (i < r->sheet->field_count && !jb_field_has_title(&r->sheet->fields[i], title))
            i++;
        if (i == r->sheet->field_count && title.len)
            jb_cell_refuse(&r->cell, JB_F_CATALOG_UNKNOWN_KEY, 0, cell->column, title,
                           _("a title of this sheet"));
        else if (title.len && r->place[i] != NOWHERE)
            jb_cell_refuse(&r->cell, JB_F_CATALOG_DUPLICATE, 0, cell->column, title,
                           _("each column once"));
        else if (title.len)
            r->place[i] = cell->column;
    }
    for (uint32_t i = 0; i < r->sheet->field_count; i++) {
        if (r->place[i] == NOWHERE && !jb_field_is_shown_only(&r->sheet->fields[i]))
            jb_cell_refuse(&r->cell, JB_F_CATALOG_MISSING_KEY, 0, 0, JB_LIT(""),
                           jb_field_title(&r->sheet->fields[i]));
    }
    return r->findings->errors == errors;
}

static void read_rows(struct reading *r, const struct jb_sheet *tab)
{
    uint32_t at = 0;

    while (at < tab->cell_count && tab->cells[at].row == 0)
        at++;
    while (at < tab->cell_count) {
        memset(r->cells, 0, sizeof(r->cells));
        r->row = tab->cells[at].row;
        for (; at < tab->cell_count && tab->cells[at].row == r->row; at++) {
            for (uint32_t i = 0; i < r->sheet->field_count; i++) {
                if (r->place[i] == tab->cells[at].column)
                    r->cells[i] = &tab->cells[at];
            }
        }
        if (!says_anything(r))
            continue;
        if (r->sheet->children[0])
            read_child(r);
        else
            read_item(r);
    }
}

/* One word a row: its title, what it says. */
static void read_head(struct reading *r, const struct jb_sheet *tab)
{
    for (uint32_t k = 0; k < tab->cell_count; k++) {
        const struct jb_sheet_cell *cell = &tab->cells[k];
        uint32_t i = 0;
        if (cell->column != 0 || cell->row == 0 || !jb_trim(cell->text).len)
            continue;
        while (i < r->sheet->field_count &&
               !jb_field_has_title(&r->sheet->fields[i], jb_trim(cell->text)))
            i++;
        r->row = cell->row;
        if (i == r->sheet->field_count)
            jb_cell_refuse(&r->cell, JB_F_CATALOG_UNKNOWN_KEY, cell->row, 0, cell->text,
                           _("a title of this sheet"));
        else
            jb_item_put(
                &r->items, &r->items.root, r->sheet->fields[i].path,
                jb_cell_node(&r->cell, &r->sheet->fields[i], jb_sheet_at(tab, cell->row, 1)));
    }
}

/* False: some sheet is not there, or one that nobody knows is: it may be the one, renamed. */
static bool find_tabs(struct reading *r)
{
    uint32_t errors = r->findings->errors;

    for (uint32_t i = 0; i < r->book.sheet_count; i++) {
        const char *name = r->book.sheets[i].name;
        uint32_t k = 0;
        while (k < JB_CATALOG_SHEETS && strcmp(name, jb_catalog_sheet(k)->zh) != 0 &&
               strcmp(name, jb_catalog_sheet(k)->en) != 0)
            k++;
        if (k < JB_CATALOG_SHEETS && !r->tabs[k])
            r->tabs[k] = &r->book.sheets[i];
        else if (!jb_catalog_is_readme_tab(name) && !jb_catalog_is_contacts_tab(name))
            jb_findings_add(r->findings, &(struct jb_finding){
                                             .code = JB_F_CATALOG_UNKNOWN_KEY,
                                             .severity = JB_ERROR,
                                             .file = r->cell.file,
                                             .sheet = name,
                                             .got = name,
                                             .expected = _("a sheet of a catalogue's workbook")});
    }
    for (uint32_t k = 0; k < JB_CATALOG_SHEETS; k++) {
        if (!r->tabs[k])
            jb_findings_add(r->findings, &(struct jb_finding){.code = JB_F_CATALOG_MISSING_KEY,
                                                              .severity = JB_ERROR,
                                                              .file = r->cell.file,
                                                              .expected = jb_catalog_sheet_title(
                                                                  jb_catalog_sheet(k))});
    }
    return r->findings->errors == errors;
}

/* Lists that the file must have even when nothing is in them. */
static void put_needed(struct reading *r)
{
    for (r->cell.sheet = 0; r->cell.sheet < JB_CATALOG_SHEETS; r->cell.sheet++) {
        r->sheet = jb_catalog_sheet(r->cell.sheet);
        if (!r->sheet->needed)
            continue;
        struct jb_item_roll *roll =
            jb_items_roll(&r->items, r->sheet->list, jb_cell_line(&r->cell, 0));
        for (uint32_t i = 0; r->sheet->children[0] && i < roll->count; i++)
            jb_item_list(&r->items, &roll->items[i], r->sheet->children[0],
                         jb_cell_line(&r->cell, 0));
    }
}

/* False: a sheet's header is wrong, so that what it holds cannot be told. */
static bool read_sheets(struct reading *r)
{
    bool good = true;

    for (r->cell.sheet = 0; r->cell.sheet < JB_CATALOG_SHEETS; r->cell.sheet++) {
        r->sheet = jb_catalog_sheet(r->cell.sheet);
        jb_assert(r->sheet->field_count <= FIELDS_MAX);
        if (!r->sheet->list)
            read_head(r, r->tabs[r->cell.sheet]);
        else if (read_header(r, r->tabs[r->cell.sheet]))
            read_rows(r, r->tabs[r->cell.sheet]);
        else
            good = false;
    }
    put_needed(r);
    return good;
}

/* A key that is missing is told in the words of its column, at its cell. */
static void name_key(const struct reading *r, uint32_t index, struct jb_finding *finding)
{
    const struct jb_catalog_sheet *sheet = jb_catalog_sheet(index);
    size_t len = strlen(finding->expected);

    for (uint32_t i = 0; len && i < sheet->field_count; i++) {
        const struct jb_field *field = &sheet->fields[i];
        const char *dot = strrchr(field->path, '.');
        bool own = strncmp(field->path, finding->expected, len) == 0 &&
                   (field->path[len] == '\0' || field->path[len] == '.');
        if (!own && !(dot && strcmp(dot + 1, finding->expected) == 0))
            continue;
        struct jb_slice title = jb_slice_str(jb_field_title(field));
        finding->expected = (const char *)jb_arena_copy(&r->findings->text, title).ptr;
        if (sheet->list && r->places[index][i] != NOWHERE)
            finding->column = r->places[index][i] + 1;
        return;
    }
}

/* Lines that hold sheet and row become sheet, row and column. */
static void place_findings(const struct reading *r, uint32_t first)
{
    for (uint32_t i = first; i < r->findings->count; i++) {
        struct jb_finding *finding = &r->findings->items[i];
        uint32_t index = finding->row >> JB_CELL_ROW_BITS, row = finding->row & ROW_MASK;
        if (index == 0 || index > JB_CATALOG_SHEETS || !r->tabs[index - 1])
            continue;
        if (finding->code == JB_F_CATALOG_MISSING_KEY && finding->expected && row > 1)
            name_key(r, index - 1, finding);
        struct jb_slice name = jb_slice_str(r->tabs[index - 1]->name);
        finding->sheet = (const char *)jb_arena_copy(&r->findings->text, name).ptr;
        finding->sheet_number = index;
        finding->row = row;
    }
}

/* Checks the tree, and only then writes it down. errors: of the findings before this file. */
static jb_err finish(struct reading *r, uint32_t errors, struct jb_buf *yaml, jb_catalog **ret)
{
    const struct jb_yaml_node *root = jb_items_root(&r->items);
    jb_catalog *checked = NULL;

    if (!root)
        return JB_ENOMEM;
    jb_err err = jb_catalog_read_tree(root, r->cell.file, r->findings, &checked);
    jb_catalog_free(checked);
    if (err || r->findings->errors != errors)
        return err ? err : JB_EINVAL;
    jb_yaml_write(root, yaml);
    if (yaml->failed)
        return JB_ERANGE;
    return jb_catalog_read_yaml(jb_buf_slice(yaml), r->cell.file, r->findings, ret);
}

static jb_err refuse_book(const struct jb_fault *fault, const char *file,
                          struct jb_findings *findings, jb_err err)
{
    jb_findings_add(findings, &(struct jb_finding){.code = JB_F_WORKBOOK,
                                                   .severity = JB_ERROR,
                                                   .file = file,
                                                   .column_name = fault->place,
                                                   .got = fault->what,
                                                   .hint = fault->advice});
    return err == JB_ENOMEM ? err : JB_EINVAL;
}

bool jb_catalog_is_book(struct jb_slice bytes)
{
    return bytes.len > 4 && memcmp(bytes.ptr, "PK\x03\x04", 4) == 0;
}

jb_err jb_catalog_book_read(struct jb_slice bytes, const char *file, struct jb_findings *findings,
                            struct jb_buf *yaml, jb_catalog **ret)
{
    struct reading *r = jb_xcalloc(1, sizeof(*r));
    uint32_t first = findings->count, errors = findings->errors;
    struct jb_fault fault = {0};

    r->cell = (struct jb_cell_reader){.file = file, .arena = &r->arena, .findings = findings};
    r->findings = findings;
    jb_err err = jb_workbook_read(bytes, &r->book, &fault);
    if (err) {
        free(r);
        return refuse_book(&fault, file, findings, err);
    }
    jb_arena_init(&r->arena, TREE_MEMORY_MAX);
    jb_items_init(&r->items, &r->arena, jb_cell_line(&r->cell, 0));
    err = JB_EINVAL;
    if (find_tabs(r) && read_sheets(r))
        err = finish(r, errors, yaml, ret);
    jb_findings_sort(findings, first);
    place_findings(r, first);
    jb_items_free(&r->items);
    jb_workbook_free(&r->book);
    jb_arena_free(&r->arena);
    free(r);
    return err;
}
