/* What the dates of forms mean for submissions, judged once, at the entry's time and by the
 * catalogue in force then. */
#include <stdio.h>

#include "decide_inner.h"

#define NO_DATE "-"

/* "2023-06-20..2023-07-20"; a date that there is none of is "-". */
static void format_dates(const struct jb_form_dates *dates, char text[64])
{
    char opens[16] = NO_DATE, locks[16] = NO_DATE, due[16];
    if (dates->opens_on > JB_DATE_MIN)
        jb_date_format(dates->opens_on, opens);
    if (dates->locks_on < JB_DATE_MAX)
        jb_date_format(dates->locks_on, locks);
    if (dates->due_on == JB_DATE_MAX) {
        snprintf(text, 64, "%s..%s", opens, locks);
        return;
    }
    jb_date_format(dates->due_on, due);
    snprintf(text, 64, "%s..%s, due %s", opens, locks, due);
}

static void tell(const struct jb_case *c, enum jb_finding_code code, uint32_t form,
                 struct jb_period period, const struct jb_form_dates *dates)
{
    const struct jb_catalog_view *view = c->binding->view;
    char time[40], got[24], text[JB_PERIOD_TEXT_SIZE], expected[64];
    jb_time_format(c->now_us, view->zone_offset_minutes, time);
    snprintf(got, sizeof(got), "%.10s %.8s", time, time + 11);
    jb_period_format(period, text);
    format_dates(dates, expected);
    jb_findings_add(c->findings, &(struct jb_finding){.code = code,
                                                      .severity = JB_ERROR,
                                                      .form = view->forms[form].code,
                                                      .period = text,
                                                      .got = got,
                                                      .expected = expected});
}

jb_err jb_case_check_dates(const struct jb_case *c)
{
    const jb_catalog *catalog = c->binding->catalog;
    struct jb_form_dates dates;
    struct jb_filing filing;
    struct jb_period period = c->period.period;
    uint32_t form = jb_catalog_form(catalog, c->submission->form);
    /* A form that is unknown is told by the check, which comes next. */
    if (form == JB_NONE || c->period.backfill || !jb_catalog_dates(catalog, form, period, &dates) ||
        jb_period_is_reopened(&c->period, c->unit, c->now_us))
        return JB_OK;
    enum jb_window window =
        jb_form_window(&dates, c->binding->view->zone_offset_minutes, c->now_us);
    if (window == JB_WINDOW_OPEN)
        return JB_OK;
    if (window == JB_WINDOW_BEFORE) {
        tell(c, JB_F_FORM_NOT_YET, form, period, &dates);
        return JB_OK;
    }
    jb_err err = jb_case_filing(c, form, period, &filing);
    if (!err && filing.state != JB_FILING_RETURNED)
        tell(c, JB_F_FORM_LOCKED, form, period, &dates);
    return err;
}

struct jb_entry_judged jb_case_judge(const struct jb_case *c, const struct jb_filing *filing)
{
    struct jb_entry_judged judged = {0};
    struct jb_form_dates dates;
    bool first = filing->complete_at_us == 0;
    if (c->period.backfill)
        return judged;
    if (filing->has_due && (first || filing->state == JB_FILING_RETURNED)) {
        judged.dated = true;
        judged.due_on = filing->due_on;
    } else if (first &&
               jb_catalog_dates(c->binding->catalog, c->checked.form, c->checked.period, &dates)) {
        judged.dated = dates.due_on < JB_DATE_MAX;
        judged.due_on = judged.dated ? dates.due_on : 0;
    }
    if (judged.dated)
        judged.late_days =
            jb_days_late(judged.due_on, c->binding->view->zone_offset_minutes, c->now_us);
    return judged;
}
