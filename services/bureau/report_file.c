/* Which format it is says the name's ending; what the bytes are is checked by their readers. */
#include "report_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <strings.h>

#include "base/text.h"
#include "files/encoding.h"
#include "files/pdf.h"
#include "report/doc_write.h"
#include "report/docx_write.h"
#include "report/md_read.h"

static const struct {
    const char *ending;
    enum jb_report_kind kind;
} kinds[] = {
    {".docx", JB_REPORT_DOCX}, {".html", JB_REPORT_HTML},   {".htm", JB_REPORT_HTML},
    {".md", JB_REPORT_MD},     {".markdown", JB_REPORT_MD}, {".pdf", JB_REPORT_PDF},
};

jb_err jb_report_kind_of(const char *path, enum jb_report_kind *ret)
{
    size_t len = strlen(path);
    for (size_t i = 0; i < JB_COUNT(kinds); i++) {
        size_t ending = strlen(kinds[i].ending);
        if (len > ending && strcasecmp(path + len - ending, kinds[i].ending) == 0) {
            *ret = kinds[i].kind;
            return JB_OK;
        }
    }
    return JB_EINVAL;
}

static void tell_fault(const char *path, const struct jb_fault *fault)
{
    fprintf(stderr, _("jibao report: %s: %s"), path, fault->what ? fault->what : "");
    if (fault->place[0])
        fprintf(stderr, " (%s)", fault->place);
    fputc('\n', stderr);
    if (fault->advice && fault->advice[0])
        fprintf(stderr, "  %s\n", fault->advice);
}

static enum jb_exit out_of_memory(const struct jb_report_file *file)
{
    fprintf(stderr, _("jibao report: %s: the template is larger than can be held\n"), file->path);
    return JB_EXIT_REFUSED;
}

static enum jb_exit open_md(struct jb_report_file *file)
{
    struct jb_decoded decoded;
    size_t offset;
    uint32_t line;
    jb_err err =
        jb_decode_text(jb_slice_of(file->bytes, file->len), JB_ENC_GUESS, &decoded, &offset, &line);
    if (err) {
        fprintf(stderr, _("jibao report: %s: line %u cannot be read as UTF-8 or GB18030\n"),
                file->path, line);
        return JB_EXIT_REFUSED;
    }
    free(file->bytes);
    file->bytes = (uint8_t *)decoded.text;
    file->len = decoded.len;
    jb_doc_init(&file->md, file->arena);
    err = jb_md_read(jb_slice_of(file->bytes, file->len), &file->md);
    return err ? out_of_memory(file) : JB_EXIT_OK;
}

static enum jb_exit open_docx(struct jb_report_file *file)
{
    struct jb_fault fault = {0};
    jb_err err = jb_docx_template_open(jb_slice_of(file->bytes, file->len), file->arena,
                                       file->complaints, &file->docx, &fault);
    if (err)
        tell_fault(file->path, &fault);
    return err ? JB_EXIT_REFUSED : JB_EXIT_OK;
}

/* Tables and charts belong into the body. */
static void complain_headers(struct jb_report_file *file, uint32_t from)
{
    uint32_t count;
    struct jb_placeholder *const *phs = jb_template_placeholders(file->template, &count);
    for (uint32_t i = from; i < count; i++) {
        if (jb_placeholder_is_block(phs[i]))
            jb_complain(file->complaints, phs[i]->place, phs[i]->text,
                        _("tables, charts and lists do not stand in headers and footers"));
    }
}

static enum jb_exit read_placeholders(struct jb_report_file *file)
{
    uint32_t count = file->docx ? jb_docx_template_parts(file->docx) : 1, in_body = 0;
    file->template = jb_template_new(file->arena, file->complaints);
    file->parts = jb_arena_array(file->arena, count, sizeof(struct jb_template_part *));
    if (!file->template || !file->parts)
        return out_of_memory(file);
    for (uint32_t i = 0; i < count; i++) {
        const struct jb_doc_block *blocks =
            file->docx ? jb_docx_template_blocks(file->docx, i) : file->md.body.first;
        if (jb_template_add(file->template, blocks, &file->parts[i]) != JB_OK)
            return out_of_memory(file);
        if (i == 0)
            jb_ignore(jb_template_placeholders(file->template, &in_body) == NULL);
    }
    file->part_count = count;
    complain_headers(file, in_body);
    return JB_EXIT_OK;
}

enum jb_exit jb_report_file_open(struct jb_report_file *file, const char *path,
                                 struct jb_arena *arena, struct jb_complaints *complaints)
{
    enum jb_report_kind kind;
    *file = (struct jb_report_file){.path = path, .arena = arena, .complaints = complaints};
    if (jb_report_kind_of(path, &kind) != JB_OK ||
        (kind != JB_REPORT_DOCX && kind != JB_REPORT_MD)) {
        fprintf(stderr,
                _("jibao report: %s: a template is a Word document (.docx) or Markdown (.md)\n"),
                path);
        return JB_EXIT_USAGE;
    }
    jb_err err = jb_read_file(path, JB_DOCX_TEMPLATE_BYTES_MAX, &file->bytes, &file->len);
    if (err) {
        fprintf(stderr,
                err == JB_ERANGE ? _("jibao report: %s: larger than a template may be\n")
                                 : _("jibao report: %s: cannot be read\n"),
                path);
        return JB_EXIT_REFUSED;
    }
    enum jb_exit code = kind == JB_REPORT_DOCX ? open_docx(file) : open_md(file);
    return code == JB_EXIT_OK ? read_placeholders(file) : code;
}

bool jb_report_file_is_chinese(const struct jb_report_file *file)
{
    const struct jb_doc_block *block =
        file->docx ? jb_docx_template_blocks(file->docx, 0) : file->md.body.first;
    for (; block; block = block->next) {
        for (const struct jb_doc_run *run = block->runs; run; run = run->next) {
            for (size_t i = 0; i < run->text.len; i++) {
                if (run->text.ptr[i] >= 0xe4 && run->text.ptr[i] <= 0xe9) /* U+4000..9FFF */
                    return true;
            }
        }
    }
    return false;
}

void jb_report_file_close(struct jb_report_file *file)
{
    jb_docx_template_free(file->docx);
    free(file->bytes);
}

/* By place; what is of one place stays in its order. */
static void sort(struct jb_complaints *complaints)
{
    for (uint32_t i = 1; i < complaints->count; i++) {
        struct jb_complaint one = complaints->items[i];
        uint32_t at = i;
        for (; at > 0 && complaints->items[at - 1].place > one.place; at--)
            complaints->items[at] = complaints->items[at - 1];
        complaints->items[at] = one;
    }
}

void jb_report_file_tell(const struct jb_report_file *file)
{
    struct jb_complaints *complaints = file->complaints;
    sort(complaints);
    for (uint32_t i = 0; i < complaints->count; i++) {
        const struct jb_complaint *one = &complaints->items[i];
        char place[512] = "";
        if (file->docx)
            jb_docx_template_place(file->docx, one->place, place, sizeof(place));
        else
            snprintf(place, sizeof(place), _("line %u"), one->place);
        fprintf(stderr, "%s: %s: ", file->path, place);
        if (one->text.len)
            fprintf(stderr, "{{%.*s}}: ", JB_ARG(one->text));
        fprintf(stderr, "%s\n", one->sentence);
    }
    if (complaints->total)
        fprintf(stderr, _("jibao report: %u mistakes in the template; nothing was written\n"),
                complaints->total);
}

static jb_err put_docx(struct jb_report_file *file, const struct jb_report_filled *filled,
                       struct jb_buf *out)
{
    char *title = jb_xstrndup(filled->doc->title.ptr, filled->doc->title.len);
    const struct jb_docx_about about = {.title = title, .created = filled->created};
    jb_err err = file->docx ? jb_docx_template_write(file->docx, filled->parts, out)
                            : jb_doc_write_docx(filled->doc, &about, out);
    free(title);
    return err;
}

static enum jb_exit put_pdf(struct jb_report_file *file, const struct jb_report_filled *filled,
                            struct jb_buf *out)
{
    struct jb_buf docx;
    const char *missing = jb_pdf_missing();
    if (missing) {
        fprintf(stderr, _("jibao report: no PDF can be made here: %s\n"), missing);
        return JB_EXIT_FAILED;
    }
    jb_buf_init(&docx, JB_PACKAGE_BYTES_MAX);
    jb_err err = put_docx(file, filled, &docx);
    if (!err)
        err = jb_pdf_convert(JB_PDF_OF_DOCX, jb_buf_slice(&docx), JB_PDF_SECONDS_MAX, out);
    jb_buf_free(&docx);
    if (!err)
        return JB_EXIT_OK;
    fprintf(stderr,
            err == JB_EAGAIN ? _("jibao report: the conversion to PDF took longer than %d s\n")
                             : _("jibao report: the conversion to PDF failed (within %d s)\n"),
            JB_PDF_SECONDS_MAX);
    return JB_EXIT_FAILED;
}

static enum jb_exit write_out(const char *path, const struct jb_buf *out, jb_err err)
{
    if (!err && out->failed)
        err = JB_ERANGE;
    if (err) {
        fprintf(stderr, _("jibao report: the report is larger than can be written (%s)\n"),
                jb_err_name(err));
        return JB_EXIT_FAILED;
    }
    err = jb_write_file(path, jb_buf_slice(out));
    if (err)
        fprintf(stderr, _("jibao report: %s cannot be written (%s)\n"), path, jb_err_name(err));
    return err ? JB_EXIT_FAILED : JB_EXIT_OK;
}

enum jb_exit jb_report_file_write(struct jb_report_file *file,
                                  const struct jb_report_filled *filled, enum jb_report_kind kind,
                                  const char *path)
{
    struct jb_buf out;
    enum jb_exit code = JB_EXIT_OK;
    jb_err err = JB_OK;
    jb_buf_init(&out, JB_PACKAGE_BYTES_MAX);
    switch (kind) {
    case JB_REPORT_DOCX:
        err = put_docx(file, filled, &out);
        break;
    case JB_REPORT_HTML:
        jb_doc_write_html(filled->doc, filled->lang, &out);
        break;
    case JB_REPORT_MD:
        jb_doc_write_md(filled->doc, &out);
        break;
    case JB_REPORT_PDF:
        code = put_pdf(file, filled, &out);
        break;
    }
    if (code == JB_EXIT_OK)
        code = write_out(path, &out, err);
    jb_buf_free(&out);
    return code;
}

enum jb_exit jb_report_file_convert(struct jb_report_file *file, const char *path)
{
    char *title = jb_xstrndup(file->md.title.ptr, file->md.title.len);
    const struct jb_docx_about about = {.title = title};
    struct jb_buf out;
    jb_buf_init(&out, JB_PACKAGE_BYTES_MAX);
    jb_err err = jb_doc_write_docx(&file->md, &about, &out);
    enum jb_exit code = write_out(path, &out, err);
    jb_buf_free(&out);
    free(title);
    return code;
}
