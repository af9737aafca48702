/* A Word template: the bytes are a whole package when they begin like one, else the document's XML
 * in a good package. Read, filled and written; what is written is a Word document again, and reads
 * back with as many parts. */
#include "fuzz/fuzz.h"

#include <stdio.h>

#include "files/zip_write.h"
#include "fuzz/report_filler.h"
#include "report/docx_template.h"

#define ARENA_MAX ((size_t)64 << 20)
#define BYTES_MAX ((size_t)32 << 20)

static const char relations[] =
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">"
    "<Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/"
    "relationships/officeDocument\" Target=\"word/document.xml\"/></Relationships>";

static void pack(struct jb_slice xml, struct jb_buf *out)
{
    jb_zip_writer *zip = jb_zip_writer_new();
    jb_zip_writer_add(zip, "[Content_Types].xml", JB_LIT("<Types></Types>"));
    jb_zip_writer_add(zip, "_rels/.rels", jb_slice_of(relations, sizeof(relations) - 1));
    jb_zip_writer_add(zip, "word/document.xml", xml);
    jb_assert(jb_zip_writer_finish(&zip, out) == JB_OK);
}

/* Fills every part; the new file goes to *out. False: it was refused on the way. */
static bool fill(struct jb_slice package, struct jb_buf *out, uint32_t *ret_parts)
{
    static struct jb_complaints complaints;
    struct jb_fault fault = {0};
    struct jb_arena arena;
    struct jb_doc doc;
    struct jb_doc_blocks filled[JB_DOCX_TEMPLATE_PARTS_MAX] = {0};
    struct echo echo = {0};
    struct jb_filler filler = echo_filler(&echo);
    jb_docx_template *t = NULL;
    jb_arena_init(&arena, ARENA_MAX);
    jb_complaints_init(&complaints, &arena);
    jb_doc_init(&doc, &arena);
    jb_err err = jb_docx_template_open(package, &arena, &complaints, &t, &fault);
    jb_assert(err == JB_OK || fault.what);
    jb_template *template = jb_template_new(&arena, &complaints);
    uint32_t parts = err ? 0 : jb_docx_template_parts(t);
    for (uint32_t i = 0; !err && i < parts; i++) {
        const struct jb_template_part *part;
        err =
            template ? jb_template_add(template, jb_docx_template_blocks(t, i), &part) : JB_ENOMEM;
        if (!err)
            err = jb_template_fill(part, &filler, &doc, &filled[i]);
    }
    if (!err)
        err = jb_docx_template_write(t, filled, out);
    *ret_parts = parts;
    jb_docx_template_free(t);
    jb_arena_free(&arena);
    return !err;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jb_buf package, first, second;
    uint32_t parts, again;
    if (size > 1 << 18)
        return 0;
    jb_buf_init(&package, BYTES_MAX);
    jb_buf_init(&first, BYTES_MAX);
    jb_buf_init(&second, BYTES_MAX);
    if (size > 2 && data[0] == 'P' && data[1] == 'K')
        jb_buf_put(&package, data, size);
    else
        pack(jb_slice_of(data, size), &package);
    if (fill(jb_buf_slice(&package), &first, &parts)) {
        jb_assert(fill(jb_buf_slice(&first), &second, &again));
        jb_assert(again == parts);
    }
    jb_buf_free(&package);
    jb_buf_free(&first);
    jb_buf_free(&second);
    return 0;
}
