/* A workbook of a catalogue with hostile cells. The bytes are lines: sheet (a letter from A),
 * column (a letter), row (a digit from 0), and the cell's text; the sheets have their headers
 * already. What is taken comes back from a further workbook with the same meaning; what is refused
 * says where. */
#include "fuzz/fuzz.h"

#include <stdlib.h>

#include "bureau/catalog_book.h"
#include "bureau/catalog_sheets.h"
#include "files/workbook_write.h"
#include "model/catalog_yaml.h"
#include "unit/catalog_spell.h"

#define CELLS_MAX 2000

static void put_cells(struct jb_slice data, jb_page **pages)
{
    for (int i = 0; data.len && i < CELLS_MAX; i++) {
        const uint8_t *end = memchr(data.ptr, '\n', data.len);
        size_t len = end ? (size_t)(end - data.ptr) : data.len;
        uint32_t sheet = len > 3 ? (uint32_t)(data.ptr[0] - 'A') : JB_CATALOG_SHEETS;
        struct jb_slice text = jb_slice_of(data.ptr + 3, len > 3 ? len - 3 : 0);
        if (sheet < JB_CATALOG_SHEETS && jb_utf8_valid(text) && !memchr(text.ptr, 0, text.len))
            jb_page_text(pages[sheet], data.ptr[2] & 31, data.ptr[1] & 31, text, NULL);
        len += end != NULL;
        data = jb_slice_of(data.ptr + len, data.len - len);
    }
}

static uint8_t *make_book(struct jb_slice data, size_t *ret_len)
{
    jb_page *pages[JB_CATALOG_SHEETS];
    jb_book *book = jb_book_new(false);
    uint8_t *bytes = NULL;

    for (uint32_t i = 0; i < JB_CATALOG_SHEETS; i++) {
        const struct jb_catalog_sheet *sheet = jb_catalog_sheet(i);
        pages[i] = jb_book_page(book, sheet->en, NULL);
        for (uint32_t k = 0; k < sheet->field_count; k++)
            jb_page_text(pages[i], sheet->list ? 0 : k + 1, sheet->list ? k : 0,
                         jb_slice_str(jb_field_title(&sheet->fields[k])), NULL);
    }
    put_cells(data, pages);
    return jb_book_finish(&book, &bytes, ret_len) == JB_OK ? bytes : NULL;
}

static jb_err read_book(struct jb_slice bytes, struct jb_buf *yaml, struct jb_findings *findings,
                        jb_catalog **ret)
{
    jb_findings_init(findings);
    jb_buf_init(yaml, 1 << 20);
    return jb_catalog_book_read(bytes, "b.xlsx", findings, yaml, ret);
}

/* Out again, and in again. */
static void check_same(const jb_catalog *catalog, struct jb_slice text)
{
    const struct jb_yaml_node *root = NULL;
    struct jb_findings findings;
    struct jb_arena arena;
    struct jb_buf yaml;
    jb_catalog *again = NULL;
    uint8_t *bytes = NULL;
    size_t len = 0;

    jb_findings_init(&findings);
    jb_arena_init(&arena, 64 << 20);
    jb_assert(jb_yaml_parse(text, "", &arena, &findings, &root) == JB_OK);
    jb_assert(jb_catalog_book_write(catalog, root, NULL, 0, &bytes, &len) == JB_OK);
    jb_findings_free(&findings);
    jb_assert(read_book(jb_slice_of(bytes, len), &yaml, &findings, &again) == JB_OK);
    char *was = spell_catalog(catalog), *is = spell_catalog(again);
    jb_assert(strcmp(was, is) == 0);
    free(was);
    free(is);
    free(bytes);
    jb_catalog_free(again);
    jb_buf_free(&yaml);
    jb_arena_free(&arena);
    jb_findings_free(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jb_findings findings;
    struct jb_buf yaml;
    jb_catalog *catalog = NULL;
    size_t len = 0;
    uint8_t *bytes = make_book(jb_slice_of(data, size), &len);

    if (!bytes)
        return 0; /* no spreadsheet can hold it */
    jb_err err = read_book(jb_slice_of(bytes, len), &yaml, &findings, &catalog);
    jb_assert(err == JB_OK || (err == JB_EINVAL && findings.errors > 0));
    for (uint32_t i = 0; i < findings.count; i++)
        jb_assert(findings.items[i].sheet[0] || findings.items[i].row == 0);
    if (!err)
        check_same(catalog, jb_buf_slice(&yaml));
    jb_catalog_free(catalog);
    jb_buf_free(&yaml);
    jb_findings_free(&findings);
    free(bytes);
    return 0;
}
