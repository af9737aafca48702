/* A zero report is the template with its zeros, read back like a clerk's file. */
#include "zero_report.h"

#include <stdlib.h>

#include "base/text.h"
#include "form/form_earlier.h"
#include "template.h"

static const char path[] = "--zero-report";

static struct jb_figures_filing *filing_of(struct jb_figures *figures,
                                           const struct jb_figures_empty *empty)
{
    for (uint32_t i = 0; i < figures->filing_count; i++) {
        if (figures->filings[i].checked.form == empty->form)
            return &figures->filings[i];
    }
    return NULL;
}

/* Fills one row that the template left open; false: nobody but the unit can. */
static bool fill(const struct jb_zero_report *report, const struct jb_indicator *indicator,
                 const struct jb_filing_answer *before, struct jb_figures_filing *filing)
{
    struct jb_row row = {.indicator = jb_slice_str(indicator->code),
                         .state = JB_STATE_NOT_APPLICABLE};
    const struct jb_row *old = NULL;

    if (indicator->measure == JB_RATE && indicator->not_applicable_allowed &&
        !indicator->not_applicable_explained) {
        jb_figures_add_row(filing, &row);
        return true;
    }
    if (before && indicator->measure == JB_STOCK)
        old = jb_filing_row(before, indicator, jb_period_add(report->period, -1), 0);
    if (!old || (old->state != JB_STATE_VALUE && old->state != JB_STATE_NOT_APPLICABLE))
        return false;
    row.state = old->state; /* its texts die with the next answer */
    row.number = old->number;
    row.mark = old->mark;
    row.status = old->status;
    row.basis = JB_LIT("period");
    jb_figures_add_row(filing, &row);
    return true;
}

/* The filing's open rows; *missing counts those that stay open. */
static enum jb_exit fill_filing(struct jb_submitting *s, const struct jb_zero_report *report,
                                struct jb_figures *figures, uint32_t index, uint32_t *missing)
{
    const struct jb_catalog_view *view = jb_catalog_view(s->options->catalog->catalog);
    struct jb_figures_filing *filing = &figures->filings[index];
    struct jb_submission of = filing->submission;
    struct jb_filing_answer before;
    char period[JB_PERIOD_TEXT_SIZE];

    if (report->as_before) {
        jb_period_format(jb_period_add(report->period, -1), period);
        of.period = jb_slice_str(period);
        jb_err err = jb_submitting_ask(s, &of, &before);
        if (err)
            return jb_submitting_tell_ask(s, err);
    }
    for (uint32_t i = 0; i < figures->empty_count; i++) {
        const struct jb_figures_empty *empty = &figures->empty[i];
        const struct jb_indicator *indicator = &view->indicators[empty->indicator];
        if (filing_of(figures, empty) != filing ||
            fill(report, indicator, report->as_before ? &before : NULL, filing))
            continue;
        (*missing)++;
        fprintf(stderr, _("needs a figure: %s (%s)\n"),
                jb_text_is_zh() ? indicator->name.zh : indicator->name.en, indicator->code);
    }
    return JB_EXIT_OK;
}

/* Nobody writes notes into a report of zeros: what explains it explains each of them. */
static void explain_rows(struct jb_submitting *s, struct jb_figures *figures)
{
    struct jb_slice why = jb_slice_str(s->options->explanation ? s->options->explanation : "");

    for (uint32_t i = 0; i < figures->filing_count; i++) {
        for (uint32_t k = 0; k < figures->filings[i].submission.row_count; k++)
            figures->filings[i].rows[k].note = why;
    }
}

static enum jb_exit check_all(struct jb_submitting *s, struct jb_figures *figures)
{
    struct jb_findings findings;
    enum jb_exit code = JB_EXIT_OK;

    jb_findings_init(&findings);
    for (uint32_t i = 0; i < figures->filing_count; i++) {
        if (jb_figures_check(&figures->filings[i], path, s->options, figures, &findings))
            code = JB_EXIT_REFUSED;
    }
    jb_findings_print(&findings, stderr);
    jb_findings_free(&findings);
    return code;
}

static enum jb_exit complete(struct jb_submitting *s, const struct jb_zero_report *report,
                             struct jb_figures *figures)
{
    uint32_t missing = 0;
    enum jb_exit code = JB_EXIT_OK;

    for (uint32_t i = 0; code == JB_EXIT_OK && i < figures->filing_count; i++)
        code = fill_filing(s, report, figures, i, &missing);
    if (code != JB_EXIT_OK)
        return code;
    if (missing) {
        fprintf(stderr,
                _("jibao-agent: nothing was submitted: %u figures are not for the program to say. "
                  "Give --as-before if they stand as in the period before, or fill them in: "
                  "'jibao-agent template --zero-report' writes the file\n"),
                missing);
        return JB_EXIT_REFUSED;
    }
    explain_rows(s, figures);
    code = check_all(s, figures);
    if (code != JB_EXIT_OK)
        return code;
    figures->empty_count = 0; /* none is left open */
    return jb_submitting_go(s, figures, path);
}

enum jb_exit jb_zero_report_submit(struct jb_submitting *s, const struct jb_zero_report *report)
{
    struct jb_template t = {.catalog = s->options->catalog->catalog,
                            .unit = report->unit,
                            .form = report->form,
                            .period = report->period,
                            .zh = jb_text_is_zh() != 0,
                            .zero = true};
    struct jb_figures figures = {0};
    struct jb_findings findings;
    char *text = NULL;
    size_t len = 0;
    uint32_t rows;

    FILE *out = open_memstream(&text, &len);
    if (!out)
        return JB_EXIT_FAILED;
    jb_template_write(&t, out, &rows);
    fclose(out);
    jb_findings_init(&findings);
    jb_err err = jb_figures_parse(path, jb_slice_of(text, len), s->options, &findings, &figures);
    enum jb_exit code = JB_EXIT_REFUSED;
    if (err)
        jb_findings_print(&findings, stderr);
    else
        code = complete(s, report, &figures);
    if (!err)
        jb_figures_free(&figures);
    jb_findings_free(&findings);
    free(text);
    return code;
}
