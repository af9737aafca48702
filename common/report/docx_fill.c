/* The package again, with other content in its parts: entries in their order, bytes as they were,
 * but for the parts that were filled and what charts need beside them. */
#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "files/xml_text.h"
#include "files/zip_write.h"
#include "report/docx_parts.h"
#include "report/docx_write.h"

#define WIDTH_DMM 1560

struct filling {
    const struct jb_docx_template *t;
    jb_docx_body *made; /* content of blocks without an origin, and its charts */
    size_t made_len;    /* of it that is written already */
    struct jb_buf *out;
    jb_err err;
};

static void put(struct filling *f, struct jb_slice bytes)
{
    jb_buf_put(f->out, bytes.ptr, bytes.len);
}

/* A start tag; one that was empty is opened. */
static void put_open(struct filling *f, struct jb_slice tag)
{
    if (tag.len > 2 && tag.ptr[tag.len - 2] == '/') {
        put(f, jb_slice_of(tag.ptr, tag.len - 2));
        jb_buf_put_u8(f->out, '>');
        return;
    }
    put(f, tag);
}

static void put_words(struct filling *f, struct jb_slice words)
{
    if (!words.len)
        return;
    jb_buf_put_str(f->out, "<w:t xml:space=\"preserve\">");
    jb_xml_put_text(f->out, words);
    jb_buf_put_str(f->out, "</w:t>");
}

static void put_text(struct filling *f, struct jb_slice text)
{
    size_t start = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] != '\n' && text.ptr[i] != '\t')
            continue;
        put_words(f, jb_slice_of(text.ptr + start, i - start));
        jb_buf_put_str(f->out, text.ptr[i] == '\n' ? "<w:br/>" : "<w:tab/>");
        start = i + 1;
    }
    put_words(f, jb_slice_of(text.ptr + start, text.len - start));
}

static void put_run(struct filling *f, const struct jb_doc_run *run)
{
    const struct jb_docx_origin *opaque = run->opaque, *origin = run->origin;
    if (opaque && !opaque->in_run) {
        put(f, opaque->whole);
        return;
    }
    if (!opaque && !run->text.len)
        return;
    jb_buf_put_str(f->out, "<w:r>");
    if (opaque) {
        put(f, opaque->head);
        put(f, opaque->whole);
    } else {
        if (origin)
            put(f, origin->head);
        put_text(f, run->text);
    }
    jb_buf_put_str(f->out, "</w:r>");
}

static void put_blocks(struct filling *f, const struct jb_doc_block *block);

static void put_table(struct filling *f, const struct jb_doc_block *table)
{
    const struct jb_docx_origin *origin = table->origin;
    put_open(f, origin->open);
    put(f, origin->head);
    for (const struct jb_doc_row *row = table->rows; row; row = row->next) {
        const struct jb_docx_origin *row_origin = row->origin;
        put_open(f, row_origin->open);
        put(f, row_origin->head);
        for (const struct jb_doc_cell *cell = row->cells; cell; cell = cell->next) {
            const struct jb_docx_origin *cell_origin = cell->origin;
            put_open(f, cell_origin->open);
            put(f, cell_origin->head);
            put_blocks(f, cell->blocks);
            jb_buf_put_str(f->out, "</w:tc>");
        }
        jb_buf_put_str(f->out, "</w:tr>");
    }
    jb_buf_put_str(f->out, "</w:tbl>");
}

/* Blocks that came from nowhere, up to the next that has an origin. */
static const struct jb_doc_block *put_made(struct filling *f, const struct jb_doc_block *block)
{
    struct jb_doc_block *last = (struct jb_doc_block *)(uintptr_t)block;
    while (last->next && !last->next->origin)
        last = last->next;
    struct jb_doc_block *next = last->next;
    struct jb_slice xml;
    last->next = NULL;
    jb_doc_put_docx(block, WIDTH_DMM, false, f->made);
    last->next = next;
    jb_err err = jb_docx_body_xml(f->made, &xml);
    if (err) {
        f->err = f->err ? f->err : err;
        return next;
    }
    put(f, jb_slice_of(xml.ptr + f->made_len, xml.len - f->made_len));
    f->made_len = xml.len;
    return next;
}

static void put_blocks(struct filling *f, const struct jb_doc_block *block)
{
    while (block) {
        const struct jb_docx_origin *origin = block->origin;
        if (!origin) {
            block = put_made(f, block);
            continue;
        }
        if (block->kind == JB_DOC_PARAGRAPH && block->as_is) {
            put(f, origin->whole);
        } else if (block->kind == JB_DOC_PARAGRAPH) {
            put_open(f, origin->open);
            put(f, origin->head);
            for (const struct jb_doc_run *run = block->runs; run; run = run->next)
                put_run(f, run);
            jb_buf_put_str(f->out, "</w:p>");
        } else if (block->kind == JB_DOC_TABLE) {
            put_table(f, block);
        } else {
            put(f, origin->whole);
        }
        block = block->next;
    }
}

/* What stands before the content; the root gets the namespaces that charts use, if it lacks them.
 */
static void put_front(struct filling *f, struct jb_slice front, bool charts)
{
    static const char *const names[][2] = {
        {"xmlns:r=", "http://schemas.openxmlformats.org/officeDocument/2006/relationships"},
        {"xmlns:wp=", "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"},
    };
    static const char root[] = "<w:document";
    const uint8_t *tag = memmem(front.ptr, front.len, root, sizeof(root) - 1);
    if (!charts || !tag) {
        put(f, front);
        return;
    }
    size_t len = (size_t)(tag - front.ptr) + sizeof(root) - 1;
    put(f, jb_slice_of(front.ptr, len));
    for (size_t i = 0; i < JB_COUNT(names); i++) {
        if (!memmem(front.ptr, front.len, names[i][0], strlen(names[i][0])))
            jb_buf_printf(f->out, " %s\"%s\"", names[i][0], names[i][1]);
    }
    put(f, jb_slice_of(front.ptr + len, front.len - len));
}

static jb_err write_part(struct filling *f, uint32_t index, const struct jb_doc_blocks *blocks,
                         struct jb_buf *out)
{
    const struct jb_docx_part_read *part = &f->t->parts[index];
    struct jb_slice bytes = jb_buf_slice(&part->bytes);
    const struct jb_docx_part *made;
    struct jb_buf content;
    jb_buf_init(&content, JB_DOCUMENT_BYTES_MAX);
    f->out = &content;
    put_blocks(f, blocks->first);
    bool charts = index == 0 && jb_docx_body_parts(f->made, &made) > 0;
    f->out = out;
    put_front(f, jb_slice_of(bytes.ptr, part->from), charts);
    put(f, jb_buf_slice(&content));
    put(f, jb_slice_of(bytes.ptr + part->till, bytes.len - part->till));
    bool failed = content.failed || out->failed;
    jb_buf_free(&content);
    return f->err ? f->err : failed ? JB_ERANGE : JB_OK;
}

/* Before the root's end tag. */
static void splice(struct jb_buf *entry, const char *end, const char *what)
{
    struct jb_buf copy;
    const uint8_t *at = memmem(entry->ptr, entry->len, end, strlen(end));
    if (!at)
        return;
    size_t len = (size_t)(at - entry->ptr);
    jb_buf_init(&copy, entry->bytes_max);
    jb_buf_put(&copy, entry->ptr, len);
    jb_buf_put_str(&copy, what);
    jb_buf_put(&copy, at, entry->len - len);
    jb_buf_free(entry);
    *entry = copy;
}

static void add_types(struct jb_buf *entry, const jb_docx_body *made)
{
    const struct jb_docx_part *parts;
    uint32_t count = jb_docx_body_parts(made, &parts);
    struct jb_buf text;
    jb_buf_init(&text, JB_MESSAGE_BYTES_MAX);
    if (!memmem(entry->ptr, entry->len, "Extension=\"xlsx\"", 16))
        jb_buf_put_str(&text, "<Default Extension=\"xlsx\" ContentType=\"application/"
                              "vnd.openxmlformats-officedocument.spreadsheetml.sheet\"/>");
    for (uint32_t i = 0; i < count; i++) {
        if (parts[i].content_type)
            jb_buf_printf(&text, "<Override PartName=\"/%s\" ContentType=\"%s\"/>", parts[i].name,
                          parts[i].content_type);
    }
    jb_buf_put_u8(&text, 0);
    if (!text.failed)
        splice(entry, "</Types>", (const char *)text.ptr);
    jb_buf_free(&text);
}

static void add_relations(struct jb_buf *entry, const jb_docx_body *made)
{
    const struct jb_docx_part *parts;
    uint32_t count = jb_docx_body_parts(made, &parts);
    struct jb_buf text;
    jb_buf_init(&text, JB_MESSAGE_BYTES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        if (parts[i].relation)
            jb_buf_printf(&text, "<Relationship Id=\"%s\" Type=\"%s\" Target=\"/%s\"/>",
                          parts[i].id, parts[i].relation, parts[i].name);
    }
    jb_buf_put_u8(&text, 0);
    if (!text.failed)
        splice(entry, "</Relationships>", (const char *)text.ptr);
    jb_buf_free(&text);
}

/* word/document.xml has word/_rels/document.xml.rels. */
static bool is_relations_of(const char *name, const char *part)
{
    char wanted[320];
    const char *slash = strrchr(part, '/');
    int folder = slash ? (int)(slash + 1 - part) : 0;
    snprintf(wanted, sizeof(wanted), "%.*s_rels/%s.rels", folder, part, part + folder);
    return strcmp(name, wanted) == 0;
}

static jb_err copy_entry(struct filling *f, const char *name, jb_zip_writer *zip)
{
    const struct jb_docx_part *made;
    bool charts = jb_docx_body_parts(f->made, &made) > 0;
    struct jb_fault fault = {0};
    struct jb_buf entry;
    size_t len = strlen(name);
    if (len && name[len - 1] == '/')
        return JB_OK; /* a folder says nothing */
    jb_buf_init(&entry, JB_PACKAGE_BYTES_MAX);
    jb_err err = jb_zip_read(f->t->zip, name, &entry, &fault);
    if (!err && charts && strcmp(name, "[Content_Types].xml") == 0)
        add_types(&entry, f->made);
    if (!err && charts && is_relations_of(name, f->t->parts[0].name))
        add_relations(&entry, f->made);
    if (!err)
        jb_zip_writer_add(zip, name, jb_buf_slice(&entry));
    jb_buf_free(&entry);
    return err;
}

/* The part of that name that was filled, or the count. */
static uint32_t part_named(const struct jb_docx_template *t, const char *name)
{
    uint32_t i = 0;
    while (i < t->part_count && strcmp(t->parts[i].name, name) != 0)
        i++;
    return i;
}

static jb_err write_entries(struct filling *f, struct jb_buf *filled, jb_zip_writer *zip)
{
    const struct jb_docx_part *made;
    jb_err err = JB_OK;
    for (uint32_t i = 0; !err && i < jb_zip_count(f->t->zip); i++) {
        const char *name = jb_zip_name(f->t->zip, i);
        uint32_t part = part_named(f->t, name);
        if (part < f->t->part_count)
            jb_zip_writer_add(zip, name, jb_buf_slice(&filled[part]));
        else
            err = copy_entry(f, name, zip);
    }
    uint32_t count = jb_docx_body_parts(f->made, &made);
    for (uint32_t i = 0; !err && i < count; i++)
        jb_zip_writer_add(zip, made[i].name, jb_buf_slice(&made[i].bytes));
    return err;
}

jb_err jb_docx_template_write(const jb_docx_template *t, const struct jb_doc_blocks *parts,
                              struct jb_buf *out)
{
    struct filling f = {.t = t, .made = jb_docx_body_new()};
    struct jb_buf *filled = jb_xcalloc(t->part_count, sizeof(*filled));
    jb_zip_writer *zip = jb_zip_writer_new();
    jb_err err = JB_OK;
    for (uint32_t i = 0; i < t->part_count; i++)
        jb_buf_init(&filled[i], JB_DOCUMENT_BYTES_MAX);
    for (uint32_t i = 0; !err && i < t->part_count; i++)
        err = write_part(&f, i, &parts[i], &filled[i]);
    if (!err)
        err = write_entries(&f, filled, zip);
    if (!err)
        err = jb_zip_writer_finish(&zip, out);
    for (uint32_t i = 0; i < t->part_count; i++)
        jb_buf_free(&filled[i]);
    free(filled);
    jb_zip_writer_free(zip);
    jb_docx_body_free(f.made);
    return err;
}
