/* A workbook from anybody. An input is the file itself, or the parts of one in text, which reach
 * deeper: each part begins with a line "@name" and replaces that part of a small workbook (or is
 * added), and they are packed here. What is accepted keeps every limit; a refusal says what is
 * wrong. */
#include "fuzz/fuzz.h"

#include <stdlib.h>
#include <zip.h>

#include "base/limits.h"
#include "files/workbook.h"

#define PARTS_MAX 16

struct part {
    char name[64];
    struct jb_slice body;
};

static const struct part usual[] = {
    {"[Content_Types].xml",
     JB_LIT("<Types><Override PartName='/xl/workbook.xml' ContentType='application/"
            "vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml'/></Types>")},
    {"_rels/.rels", JB_LIT("<Relationships><Relationship Id='r1' Type='x/officeDocument' "
                           "Target='xl/workbook.xml'/></Relationships>")},
    {"xl/_rels/workbook.xml.rels",
     JB_LIT("<Relationships><Relationship Id='s1' Type='x/worksheet' Target='worksheets/s1.xml'/>"
            "<Relationship Id='t' Type='x/sharedStrings' Target='/xl/strings.xml'/>"
            "<Relationship Id='y' Type='x/styles' Target='styles.xml'/></Relationships>")},
    {"xl/workbook.xml", JB_LIT("<workbook><sheets><sheet name='S' sheetId='1' id='s1'/></sheets>"
                               "</workbook>")},
    {"xl/strings.xml",
     JB_LIT("<sst><si><t>a</t></si><si><r><t>b</t></r><r><t>c</t></r></si></sst>")},
    {"xl/styles.xml", JB_LIT("<styleSheet><cellXfs><xf numFmtId='0'/><xf numFmtId='14'/></cellXfs>"
                             "</styleSheet>")},
    {"xl/worksheets/s1.xml", JB_LIT("<worksheet><sheetData><row r='1'><c r='A1'><v>1</v></c></row>"
                                    "</sheetData></worksheet>")},
};

static void check_sheet(const struct jb_sheet *sheet)
{
    for (uint32_t i = 0; i < sheet->cell_count; i++) {
        const struct jb_sheet_cell *cell = &sheet->cells[i];
        jb_assert(cell->row < JB_SHEET_ROWS_MAX && cell->column < JB_SHEET_COLUMNS_MAX);
        jb_assert(i == 0 || cell[-1].row < cell->row ||
                  (cell[-1].row == cell->row && cell[-1].column < cell->column));
        jb_assert(cell->text.len <= JB_WORKBOOK_CELL_BYTES_MAX && !cell->text.ptr[cell->text.len]);
        jb_assert(jb_utf8_valid(cell->text));
        jb_assert(cell->text.len || cell->kind == JB_SHEET_UNCOMPUTED);
        jb_assert(jb_sheet_at(sheet, cell->row, cell->column) == cell);
        for (size_t k = 0; cell->kind == JB_SHEET_NUMBER && k < cell->text.len; k++)
            jb_assert(strchr("-.0123456789", cell->text.ptr[k]));
    }
    for (uint32_t i = 0; i < sheet->merge_count; i++)
        jb_assert(
            jb_sheet_merge_at(sheet, sheet->merges[i].last_row, sheet->merges[i].last_column));
}

static void read_workbook(struct jb_slice bytes)
{
    struct jb_workbook workbook;
    struct jb_fault fault = {0};
    uint32_t cells = 0;
    jb_err err = jb_workbook_read(bytes, &workbook, &fault);

    if (err) {
        jb_assert(fault.what && fault.advice);
        jb_assert(err == JB_EINVAL || err == JB_ERANGE || err == JB_ENOTFOUND || err == JB_ENOMEM);
        return;
    }
    jb_assert(!fault.what && workbook.sheet_count <= JB_WORKBOOK_SHEETS_MAX);
    for (uint32_t i = 0; i < workbook.sheet_count; i++) {
        check_sheet(&workbook.sheets[i]);
        cells += workbook.sheets[i].cell_count;
    }
    jb_assert(cells <= JB_WORKBOOK_CELLS_MAX);
    jb_workbook_free(&workbook);
}

static uint32_t split(struct jb_slice text, struct part *parts)
{
    uint32_t count = 0;

    while (text.len && text.ptr[0] == '@' && count < PARTS_MAX) {
        const uint8_t *line = memchr(text.ptr, '\n', text.len);
        size_t head = line ? (size_t)(line - text.ptr) : text.len;
        size_t at = line ? head + 1 : head, from = at;
        snprintf(parts[count].name, sizeof(parts[count].name), "%.*s", (int)head - 1,
                 (const char *)text.ptr + 1);
        while (at < text.len && !(text.ptr[at] == '@' && text.ptr[at - 1] == '\n'))
            at++;
        parts[count++].body = jb_slice_of(text.ptr + from, at - from);
        text = jb_slice_of(text.ptr + at, text.len - at);
    }
    return count;
}

static void add(zip_t *archive, const struct part *part)
{
    zip_source_t *source = zip_source_buffer(archive, part->body.ptr, part->body.len, 0);

    if (source && zip_file_add(archive, part->name, source, ZIP_FL_ENC_UTF_8) < 0)
        zip_source_free(source);
}

/* Packs and reads; what libzip cannot pack (a name twice, no name) is left out. */
static void pack(const struct part *parts, uint32_t count)
{
    zip_source_t *memory = zip_source_buffer_create(NULL, 0, 0, NULL);
    zip_t *archive = memory ? zip_open_from_source(memory, ZIP_CREATE | ZIP_TRUNCATE, NULL) : NULL;
    zip_stat_t stat;

    jb_assert(archive);
    zip_source_keep(memory);
    for (uint32_t i = 0; i < JB_COUNT(usual); i++) {
        bool replaced = false;
        for (uint32_t k = 0; k < count; k++)
            replaced = replaced || strcmp(usual[i].name, parts[k].name) == 0;
        if (!replaced)
            add(archive, &usual[i]);
    }
    for (uint32_t i = 0; i < count; i++)
        add(archive, &parts[i]);
    zip_stat_init(&stat);
    if (zip_close(archive) == 0 && zip_source_stat(memory, &stat) == 0 &&
        zip_source_open(memory) == 0) {
        uint8_t *bytes = malloc(stat.size ? stat.size : 1);
        jb_assert(zip_source_read(memory, bytes, stat.size) == (zip_int64_t)stat.size);
        zip_source_close(memory);
        read_workbook(jb_slice_of(bytes, stat.size));
        free(bytes);
    } else {
        zip_discard(archive);
    }
    zip_source_free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct part parts[PARTS_MAX];

    if (size && data[0] == '@')
        pack(parts, split(jb_slice_of(data, size), parts));
    else
        read_workbook(jb_slice_of(data, size));
    return 0;
}
