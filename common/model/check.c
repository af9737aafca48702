/* The check of a submission: first what it is (unit, form, period), then its texts, then its rows,
 * then rows against each other. A fact that cannot be established only silences the checks that
 * need it. */
#include "model/check.h"

#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "model/check_parts.h"

/* A power of two, at least twice as many as rows. */
#define SLOTS 4096
_Static_assert(SLOTS >= 2 * JB_SUBMISSION_ROWS_MAX, "the table of rows stays half empty");
_Static_assert(JB_SUBMISSION_ROWS_MAX < UINT16_MAX, "a row's number fits a slot");

static void find_unit(struct jb_check *check)
{
    struct jb_slice code = check->submission->unit;

    if (!jb_check_text(check, "unit", code, JB_SHORT_TEXT_BYTES_MAX, false))
        return;
    check->unit = jb_catalog_unit(check->catalog, code);
    if (check->unit == JB_NONE)
        jb_check_report_unknown(check, JB_F_UNKNOWN_UNIT, "unit", code,
                                jb_catalog_suggest_unit(check->catalog, code));
}

static void find_form(struct jb_check *check)
{
    struct jb_slice code = check->submission->form;

    if (!jb_check_text(check, "form", code, JB_SHORT_TEXT_BYTES_MAX, false))
        return;
    check->form = jb_catalog_form(check->catalog, code);
    if (check->form == JB_NONE)
        jb_check_report_unknown(check, JB_F_UNKNOWN_FORM, "form", code,
                                jb_catalog_suggest_form(check->catalog, code));
}

static void report_frequency(struct jb_check *check, struct jb_period period, enum jb_freq freq)
{
    char example[JB_PERIOD_TEXT_SIZE], expected[2 * JB_PERIOD_TEXT_SIZE];

    jb_period_format(jb_period_at(freq, jb_period_last_day(period)), example);
    snprintf(expected, sizeof(expected), _("a period like %s"), example);
    jb_check_report(check, JB_F_PERIOD_FREQUENCY, "period", check->submission->period, expected,
                    NULL);
}

static void find_period(struct jb_check *check)
{
    struct jb_slice text = check->submission->period;
    char expected[96], today[16];
    struct jb_period period;
    enum jb_freq freq;
    jb_err err;

    if (!jb_check_text(check, "period", text, JB_SHORT_TEXT_BYTES_MAX, false))
        return;
    err = jb_period_parse(text, &period);
    if (err) {
        snprintf(expected, sizeof(expected), _("one period, with a year from %d to %d"),
                 JB_YEAR_MIN, JB_YEAR_MAX);
        jb_check_report(check, JB_F_PERIOD_SYNTAX, "period", text, expected, NULL);
        return;
    }
    if (jb_period_first_day(period) > check->today) {
        jb_date_format(check->today, today);
        snprintf(expected, sizeof(expected), _("a period that begins by %s"), today);
        jb_check_report(check, JB_F_PERIOD_FUTURE, "period", text, expected, NULL);
    }
    if (check->form == JB_NONE)
        return;
    freq = check->view->forms[check->form].freq;
    if (period.freq != freq) {
        report_frequency(check, period, freq);
        return;
    }
    check->has_period = true;
    check->period = period;
    check->last_day = jb_period_last_day(period);
}

/* The forms that the unit owes in the period, for the clerk who took the wrong one. */
static void report_not_owed(struct jb_check *check)
{
    char forms[256] = "";

    for (uint32_t i = 0; i < check->view->form_count; i++) {
        const struct jb_form *form = &check->view->forms[i];
        size_t len = strlen(forms);
        if (form->freq != check->period.freq ||
            !jb_catalog_owes_form(check->catalog, check->unit, i, check->period))
            continue;
        if (len + strlen(form->code) + 8 > sizeof(forms)) {
            snprintf(forms + len, sizeof(forms) - len, ", ...");
            break;
        }
        snprintf(forms + len, sizeof(forms) - len, "%s%s", len ? ", " : "", form->code);
    }
    jb_check_report(check, JB_F_FORM_NOT_OWED, "form", check->submission->form, forms, NULL);
}

static void check_filing(struct jb_check *check)
{
    const struct jb_unit *unit;

    if (check->unit == JB_NONE || check->form == JB_NONE || !check->has_period)
        return;
    unit = &check->view->units[check->unit];
    if (unit->from > check->last_day || unit->until < check->last_day) {
        jb_check_report(check, JB_F_UNIT_NOT_VALID, "unit", check->submission->unit, NULL, NULL);
        return;
    }
    check->owes_form =
        jb_catalog_owes_form(check->catalog, check->unit, check->form, check->period);
    if (!check->owes_form)
        report_not_owed(check);
}

static void check_texts(struct jb_check *check)
{
    const struct jb_submission *s = check->submission;
    const struct {
        const char *name;
        struct jb_slice text;
        bool lines;
    } texts[] = {
        {"filled_by", s->filled_by, false},
        {"checked_by", s->checked_by, false},
        {"released_by", s->released_by, false},
        {"on_behalf_of", s->on_behalf_of, false},
        {"ground", s->ground, true},
        {"reason", s->reason, true},
        {"explanation", s->explanation, true},
        {"source", s->source, false},
    };
    char expected[64];

    for (size_t i = 0; i < JB_COUNT(texts); i++)
        jb_check_text(check, texts[i].name, texts[i].text, JB_SHORT_TEXT_BYTES_MAX, texts[i].lines);
    if (s->attachment_count > JB_ATTACHMENTS_MAX) {
        snprintf(expected, sizeof(expected), _("at most %d attachments"), JB_ATTACHMENTS_MAX);
        jb_check_report(check, JB_F_TOO_LARGE, "attachments", (struct jb_slice){0}, expected, NULL);
        return;
    }
    for (uint32_t i = 0; i < s->attachment_count; i++)
        jb_check_text(check, "attachments", s->attachments[i].name, JB_SHORT_TEXT_BYTES_MAX, false);
}

static void report_duplicate(struct jb_check *check, uint32_t first)
{
    char rows[64];

    snprintf(rows, sizeof(rows), _("rows %u and %u"), jb_check_row_number(check, first),
             jb_check_row_number(check, check->row));
    jb_check_report(check, JB_F_DUPLICATE_ROW, "indicator", jb_slice_str(rows), NULL, NULL);
}

static bool same_figure(const struct jb_effect *a, const struct jb_effect *b)
{
    return a->indicator == b->indicator && a->stretch == b->stretch;
}

/* Where the row's figure is in the table, or the free slot where it goes. A slot holds row + 1. */
static uint16_t *find_slot(const struct jb_effect *effects, uint32_t row, uint16_t slots[SLOTS])
{
    const struct jb_effect *effect = &effects[row];
    uint32_t slot = (effect->indicator * 2654435761u + effect->stretch * 40503u) >> 7;

    for (slot %= SLOTS; slots[slot] != 0; slot = (slot + 1) % SLOTS) {
        if (same_figure(&effects[slots[slot] - 1u], effect))
            break;
    }
    return &slots[slot];
}

/* Puts the effect into the table, or reports the row that sets the same figure. */
static void check_duplicate(struct jb_check *check, const struct jb_effect *effects,
                            uint16_t slots[SLOTS])
{
    uint16_t *slot = find_slot(effects, check->row, slots);

    if (*slot)
        report_duplicate(check, *slot - 1u);
    else
        *slot = (uint16_t)(check->row + 1);
}

/* True when the row's figure stands behind that of the row before. */
static bool ascends(const struct jb_effect *effects, uint32_t row)
{
    const struct jb_effect *before = &effects[row - 1], *effect = &effects[row];

    return before->indicator < effect->indicator ||
           (before->indicator == effect->indicator && before->stretch < effect->stretch);
}

static void check_rows(struct jb_check *check, struct jb_effect *effects)
{
    uint16_t slots[SLOTS]; /* of the rows so far, unless they ascend: then no two are the same */
    bool ascending = true;
    uint32_t count = check->submission->row_count;
    char got[16], expected[64];

    if (count == 0)
        jb_check_report(check, JB_F_EMPTY_SUBMISSION, "", (struct jb_slice){0}, NULL, NULL);
    if (count > JB_SUBMISSION_ROWS_MAX) {
        snprintf(got, sizeof(got), "%u", count);
        snprintf(expected, sizeof(expected), _("at most %d rows"), JB_SUBMISSION_ROWS_MAX);
        jb_check_report(check, JB_F_TOO_MANY_ROWS, "", jb_slice_str(got), expected, NULL);
        count = JB_SUBMISSION_ROWS_MAX;
    }
    for (uint32_t i = 0; i < count; i++) {
        check->row = i;
        bool placed = jb_check_row(check, &effects[i]);
        if (ascending && (!placed || (i > 0 && !ascends(effects, i)))) {
            ascending = false;
            memset(slots, 0, sizeof(slots));
            for (uint32_t k = 0; k < i; k++)
                *find_slot(effects, k, slots) = (uint16_t)(k + 1);
        }
        if (placed && !ascending)
            check_duplicate(check, effects, slots);
    }
    check->row = JB_CHECK_NO_ROW;
}

jb_err jb_check_submission(const jb_catalog *catalog, const struct jb_submission *submission,
                           jb_date today, struct jb_effect *effects, struct jb_checked *ret,
                           struct jb_findings *findings)
{
    uint32_t refusals = jb_findings_refusals(findings);
    struct jb_check check = {
        .catalog = catalog,
        .view = jb_catalog_view(catalog),
        .submission = submission,
        .today = today,
        .findings = findings,
        .unit = JB_NONE,
        .form = JB_NONE,
        .row = JB_CHECK_NO_ROW,
    };

    find_unit(&check);
    find_form(&check);
    find_period(&check);
    check_filing(&check);
    check_texts(&check);
    check_rows(&check, effects);
    if (jb_findings_refusals(findings) != refusals)
        return JB_EINVAL;
    *ret = (struct jb_checked){
        .unit = check.unit,
        .form = check.form,
        .period = check.period,
        .effect_count = submission->row_count,
    };
    return JB_OK;
}
