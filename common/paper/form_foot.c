/* Names that the submission carries are printed beside the lines: a signature is written over
 * them. */
#include "paper/form_foot.h"

#include <stdio.h>

#include "base/text.h"
#include "paper/sheet_parts.h"

static void put_explained(jb_docx_body *body, const char *label, struct jb_slice text)
{
    static const struct jb_docx_para para = {.before_points = 4};

    if (!text.len)
        return;
    jb_docx_para_begin(body, &para);
    jb_docx_run(body, &sheet_hei, jb_slice_str(label));
    jb_docx_run(body, &sheet_song, text);
    jb_docx_para_end(body);
}

/* How to fill it in by hand, or what the marks in it mean. */
static void put_notes(jb_docx_body *body, const struct jb_form_paper *sheet, bool summed,
                      bool lacking)
{
    static const struct jb_docx_para para = {.before_points = 3};

    if (!sheet->filing)
        jb_docx_text(body, &para, &sheet_small,
                     _("How to fill it in: 0 is a figure: write it where nothing happened. Write "
                       "\"not applicable\" where the matter does not concern the unit. Cells with "
                       "a dash stay empty. A figure that is not exact is written as \"over 461\", "
                       "\"at least 90\", \"nearly 20\"."));
    else if (summed)
        jb_docx_text(body, &para, &sheet_small,
                     lacking ? _("Year to date: added up from the year's periods where it was not "
                                 "reported as such. * A period of the year is missing.")
                             : _("Year to date: added up from the year's periods where it was not "
                                 "reported as such."));
}

static void put_signature(jb_docx_body *body, const char *label, struct jb_slice name)
{
    static const struct jb_docx_para para = {.before_points = 10};
    static const struct jb_docx_font line = {
        .face = JB_FACE_SONG, .half_points = 21, .underline = true};

    jb_docx_para_begin(body, &para);
    jb_docx_run(body, &sheet_song, jb_slice_str(label));
    jb_docx_run(body, &line, JB_LIT("　"));
    jb_docx_run(body, &line, name);
    jb_docx_run(body, &line, name.len ? JB_LIT("　　　　　") : JB_LIT("　　　　　　　　"));
    jb_docx_para_end(body);
}

static void put_signatures(jb_docx_body *body, const struct jb_form_paper *sheet)
{
    static const uint16_t widths[] = {650, 650, 500};
    static const struct jb_docx_table table = {widths, 3, JB_LINES_NONE, JB_DOCX_CENTER};
    static const struct jb_docx_cell place = {.place = JB_PLACE_TOP};
    static const struct jb_last_submission nobody;
    const struct jb_last_submission *last = sheet->filing ? &sheet->filing->last : &nobody;

    jb_docx_table_begin(body, &table);
    jb_docx_row_begin(body, &(struct jb_docx_row){.height_dmm = 320});
    jb_docx_cell_begin(body, &place);
    put_signature(body, _("Head of the unit: "), last->released_by);
    put_signature(body, _("Filled in by: "), last->filled_by);
    put_signature(body, _("Date of the report: "), (struct jb_slice){0});
    jb_docx_cell_end(body);
    jb_docx_cell_begin(body, &place);
    put_signature(body, _("Checked by: "), last->checked_by);
    put_signature(body, _("Telephone: "), (struct jb_slice){0});
    jb_docx_cell_end(body);
    jb_docx_cell_text(body, NULL, &sheet_center, &sheet_song, _("(official seal)"));
    jb_docx_row_end(body);
    jb_docx_table_end(body);
}

static void put_fact(jb_docx_body *body, const char *label, const char *text)
{
    if (!text[0])
        return;
    jb_docx_row_begin(body, NULL);
    jb_docx_cell_text(body, &(struct jb_docx_cell){.fill = SHEET_FILL}, &sheet_left, &sheet_small,
                      label);
    jb_docx_cell_text(body, NULL, &sheet_left, &sheet_small, text);
    jb_docx_row_end(body);
}

static void hex_of(const uint8_t *bytes, size_t len, char *to)
{
    for (size_t i = 0; i < len; i++)
        snprintf(to + 2 * i, 3, "%02x", bytes[i]);
}

static const char *slice_text(struct jb_slice text, char *buf, size_t size)
{
    snprintf(buf, size, "%.*s", JB_ARG(text));
    return buf;
}

/* Names, and hashes by which a scan of the stamped form is known again. */
static void put_attachments(jb_docx_body *body, const struct jb_filing_answer *filing)
{
    char line[JB_SHORT_TEXT_BYTES_MAX + 80], hash[65];

    for (uint32_t i = 0; i < filing->attachment_count; i++) {
        const struct jb_attachment *attachment = &filing->attachments[i];
        hex_of(attachment->sha256, sizeof(attachment->sha256), hash);
        snprintf(line, sizeof(line), _("%.*s, SHA-256 %s"), JB_ARG(attachment->name), hash);
        put_fact(body, _("Attachment"), line);
    }
}

/* By which anybody finds it again, and proves that the paper is what was reported. */
static void put_facts(jb_docx_body *body, const struct jb_form_paper *sheet)
{
    static const uint16_t widths[] = {480, 1320};
    static const struct jb_docx_table table = {widths, 2, JB_LINES_GRID, JB_DOCX_CENTER};
    const struct jb_filing_answer *filing = sheet->filing;
    const struct jb_last_submission *last = &filing->last;
    char id[37], hash[65], line[JB_SHORT_TEXT_BYTES_MAX + 1], time[JB_PAPER_TEXT_SIZE];

    jb_docx_table_begin(body, &table);
    jb_uuid_format(filing->last_submission, id);
    put_fact(body, _("Submission"), id);
    hex_of(last->content_hash, sizeof(last->content_hash), hash);
    put_fact(body, _("Content hash (BLAKE2b-256)"), last->at_us ? hash : ""); /* 0: not told */
    snprintf(line, sizeof(line), _("%llu, received %s"), (unsigned long long)filing->last_revision,
             jb_paper_time(sheet->catalog, last->at_us, time));
    put_fact(body, _("Ledger revision"), line);
    put_fact(body, _("Review"), _(jb_filing_state_name(filing->standing.state)));
    put_fact(body, _("Signed by the key of"), slice_text(last->signer, line, sizeof(line)));
    put_fact(body, _("On behalf of the person"), slice_text(last->signed_for, line, sizeof(line)));
    put_fact(body, _("Entered for the unit by"),
             slice_text(last->on_behalf_of, line, sizeof(line)));
    put_fact(body, _("Ground of the entry"), slice_text(last->ground, line, sizeof(line)));
    put_fact(body, _("Reason of the correction"), slice_text(last->reason, line, sizeof(line)));
    put_attachments(body, filing);
    jb_docx_table_end(body);
    jb_docx_text(
        body, NULL, &sheet_small,
        _("jibao-agent receipts --verify and jibao audit prove that this submission stands "
          "in the ledger."));
}

void form_foot(jb_docx_body *body, const struct jb_form_paper *sheet, bool summed, bool lacking)
{
    const struct jb_filing_answer *filing = sheet->filing;

    put_notes(body, sheet, summed, lacking);
    if (filing)
        put_explained(body, _("Explanation: "), filing->explanation);
    put_signatures(body, sheet);
    if (filing && filing->has_last)
        put_facts(body, sheet);
}
