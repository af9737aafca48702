/* Bytes of a Markdown template: read, filled, and written as Markdown, HTML and Word. What was
 * filled has no placeholder's braces that were understood; what is written is UTF-8, and the
 * Markdown reads back. */
#include "fuzz/fuzz.h"

#include <stdio.h>

#include "fuzz/report_filler.h"
#include "report/doc_write.h"
#include "report/docx_write.h"
#include "report/md_read.h"

#define ARENA_MAX ((size_t)64 << 20)

static void write_all(const struct jb_doc *doc)
{
    struct jb_arena arena;
    struct jb_doc back;
    struct jb_buf md, html, word;
    const struct jb_docx_about about = {.title = "t"};
    jb_arena_init(&arena, ARENA_MAX);
    jb_doc_init(&back, &arena);
    jb_buf_init(&md, ARENA_MAX);
    jb_buf_init(&html, ARENA_MAX);
    jb_buf_init(&word, ARENA_MAX);
    jb_doc_write_md(doc, &md);
    jb_assert(md.failed || jb_utf8_valid(jb_buf_slice(&md)));
    if (!md.failed && md.len)
        jb_ignore(jb_md_read(jb_buf_slice(&md), &back) != JB_OK);
    jb_doc_write_html(doc, "zh", &html);
    jb_assert(html.failed || jb_utf8_valid(jb_buf_slice(&html)));
    jb_err err = jb_doc_write_docx(doc, &about, &word);
    jb_assert(err == JB_OK || err == JB_ERANGE);
    jb_buf_free(&md);
    jb_buf_free(&html);
    jb_buf_free(&word);
    jb_arena_free(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct jb_complaints complaints;
    struct jb_slice text = jb_slice_of(data, size);
    const struct jb_template_part *part = NULL;
    struct echo echo = {0};
    struct jb_filler filler = echo_filler(&echo);
    struct jb_arena arena;
    struct jb_doc doc, out;
    if (!jb_utf8_valid(text) || size > 65536)
        return 0;
    jb_arena_init(&arena, ARENA_MAX);
    jb_complaints_init(&complaints, &arena);
    jb_doc_init(&doc, &arena);
    jb_doc_init(&out, &arena);
    jb_err err = jb_md_read(text, &doc);
    jb_assert(err == JB_OK || err == JB_ENOMEM);
    jb_template *template = jb_template_new(&arena, &complaints);
    if (!err && template && jb_template_add(template, doc.body.first, &part) == JB_OK) {
        jb_assert(complaints.total >= complaints.count);
        err = jb_template_gather(part, &filler);
        jb_assert(err == JB_OK || err == JB_ERANGE);
        err = jb_template_fill(part, &filler, &out, &out.body);
        jb_assert(err == JB_OK || err == JB_ERANGE || err == JB_ENOMEM);
        if (!err)
            write_all(&out);
    }
    jb_arena_free(&arena);
    return 0;
}
