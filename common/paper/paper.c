/* What all papers share. */
#include "paper/paper.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "files/demonstration.h"
#include "files/encoding.h"
#include "files/pdf.h"

#define SMALL 18 /* half points */

static const struct jb_docx_font small = {.face = JB_FACE_SONG, .half_points = SMALL};
static const struct jb_docx_font loud = {.face = JB_FACE_HEI, .half_points = 28, .color = "B00000"};

jb_err jb_paper_kind_of(const char *path, enum jb_paper_kind *ret)
{
    const char *dot = strrchr(path, '.');

    if (dot && strcasecmp(dot, ".docx") == 0)
        *ret = JB_PAPER_DOCX;
    else if (dot && strcasecmp(dot, ".pdf") == 0)
        *ret = JB_PAPER_PDF;
    else
        return JB_EINVAL;
    return JB_OK;
}

const struct jb_docx_page *jb_paper_page(bool landscape)
{
    return landscape ? &jb_docx_form_page_wide : &jb_docx_form_page;
}

const char *jb_paper_period(struct jb_span span, char buf[JB_PAPER_TEXT_SIZE])
{
    char text[JB_PERIOD_TEXT_SIZE];

    if (jb_text_is_zh())
        jb_span_format_zh(span, text);
    else
        jb_span_format(span, text);
    snprintf(buf, JB_PAPER_TEXT_SIZE, "%s", text);
    return buf;
}

const char *jb_paper_date(jb_date day, char buf[JB_PAPER_TEXT_SIZE])
{
    int year, month, of_month;
    char text[16];

    jb_date_split(day, &year, &month, &of_month);
    jb_date_format(day, text);
    if (jb_text_is_zh())
        snprintf(buf, JB_PAPER_TEXT_SIZE, "%d年%d月%d日", year, month, of_month);
    else
        snprintf(buf, JB_PAPER_TEXT_SIZE, "%s", text);
    return buf;
}

const char *jb_paper_time(const jb_catalog *catalog, int64_t at_us, char buf[JB_PAPER_TEXT_SIZE])
{
    char text[40] = "";

    if (at_us)
        jb_time_format(at_us, jb_catalog_view(catalog)->zone_offset_minutes, text);
    if (strlen(text) > 19) {
        text[10] = ' ';
        text[19] = 0;
    }
    snprintf(buf, JB_PAPER_TEXT_SIZE, "%s", text);
    return buf;
}

const char *jb_paper_name(const struct jb_names *name)
{
    return jb_text_is_zh() ? name->zh : name->en;
}

static void put_header(jb_docx_body *header, const struct jb_paper_about *about)
{
    const struct jb_catalog_view *view = jb_catalog_view(about->catalog);
    const struct jb_docx_page *page = jb_paper_page(about->landscape);

    jb_docx_para_begin(header, &(struct jb_docx_para){.tab_dmm = jb_docx_page_width_dmm(page)});
    jb_docx_run(header, &small, jb_slice_str(jb_paper_name(&view->name)));
    if (view->demonstration)
        jb_docx_run(header, &loud, JB_LIT("\t" JB_DEMONSTRATION_WORD));
    jb_docx_para_end(header);
}

/* The pattern's words with the fields between them: languages differ in where numbers stand. */
static void put_page_of(jb_docx_body *footer, const char *pattern)
{
    while (*pattern) {
        const char *brace = strchrnul(pattern, '{');
        jb_docx_run(footer, &small, jb_slice_of(pattern, (size_t)(brace - pattern)));
        if (*brace)
            jb_docx_field(footer, &small,
                          strncmp(brace, "{pages}", 7) == 0 ? JB_FIELD_PAGES : JB_FIELD_PAGE);
        pattern = strchrnul(brace, '}');
        pattern += *pattern != 0;
    }
}

/* Page x of y in the middle, and below it what the paper shows. */
static void put_footer(jb_docx_body *footer, const struct jb_paper_about *about)
{
    char line[256], time[JB_PAPER_TEXT_SIZE];

    jb_docx_para_begin(footer, &(struct jb_docx_para){.align = JB_DOCX_CENTER});
    put_page_of(footer, _("page {page} of {pages}"));
    jb_docx_para_end(footer);
    if (!about->snapshot)
        return;
    snprintf(line, sizeof(line), _("As of revision %llu of %s, store %02x%02x%02x%02x"),
             (unsigned long long)about->snapshot->revision,
             jb_paper_time(about->catalog, about->snapshot->at_us, time),
             about->snapshot->store_id[0], about->snapshot->store_id[1],
             about->snapshot->store_id[2], about->snapshot->store_id[3]);
    jb_docx_text(footer, &(struct jb_docx_para){.align = JB_DOCX_CENTER}, &small, line);
}

jb_docx *jb_paper_new(const struct jb_paper_about *about)
{
    char created[40] = "";
    struct jb_docx_about file = {.title = about->title,
                                 .author = jb_paper_name(&jb_catalog_view(about->catalog)->name)};

    if (about->snapshot) { /* W3CDTF in UTC, to the second */
        jb_time_format(about->snapshot->at_us, 0, created);
        snprintf(created + 19, sizeof(created) - 19, "Z");
        file.created = created;
    }
    jb_docx *doc = jb_docx_new(&file);
    put_header(jb_docx_header(doc), about);
    put_footer(jb_docx_footer(doc), about);
    return doc;
}

static jb_err to_pdf(const struct jb_buf *docx, struct jb_buf *ret, char why[JB_PAPER_WHY_SIZE])
{
    const char *missing = jb_pdf_missing();
    jb_err err = missing
                     ? JB_ENOTFOUND
                     : jb_pdf_convert(JB_PDF_OF_DOCX, jb_buf_slice(docx), JB_PDF_SECONDS_MAX, ret);
    if (missing)
        snprintf(why, JB_PAPER_WHY_SIZE, "%s", missing);
    else if (err == JB_EAGAIN)
        snprintf(why, JB_PAPER_WHY_SIZE,
                 _("LibreOffice did not finish the PDF within %d seconds and was stopped; try "
                   "again, or ask for a .docx file"),
                 JB_PDF_SECONDS_MAX);
    else if (err)
        snprintf(why, JB_PAPER_WHY_SIZE,
                 _("LibreOffice could not make the PDF (%s); ask for a .docx file"),
                 jb_err_name(err));
    return err;
}

bool jb_paper_save(jb_docx **doc, bool landscape, const char *path, char why[JB_PAPER_WHY_SIZE])
{
    enum jb_paper_kind kind = JB_PAPER_DOCX;
    struct jb_buf docx, pdf;
    bool saved = false;

    jb_buf_init(&docx, JB_DOCUMENT_BYTES_MAX);
    jb_buf_init(&pdf, JB_DOCUMENT_BYTES_MAX);
    jb_ignore(jb_paper_kind_of(path, &kind) != JB_OK); /* the caller's business, before it asked */
    jb_err err = jb_docx_finish(doc, jb_paper_page(landscape), &docx);
    if (err) {
        snprintf(why, JB_PAPER_WHY_SIZE, _("the document is too large (%s)"), jb_err_name(err));
        goto out;
    }
    if (kind == JB_PAPER_PDF && to_pdf(&docx, &pdf, why))
        goto out;
    err = jb_write_file(path, jb_buf_slice(kind == JB_PAPER_PDF ? &pdf : &docx));
    if (err)
        snprintf(why, JB_PAPER_WHY_SIZE, _("cannot write %s: %s"), path, jb_err_name(err));
    saved = !err;
out:
    jb_buf_free(&docx);
    jb_buf_free(&pdf);
    return saved;
}
