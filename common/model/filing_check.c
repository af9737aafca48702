/* Relations of a filing, and how all its checks report. */
#include "model/filing_check.h"

#include <stdio.h>
#include <stdlib.h>

#include "model/filing_check_parts.h"

#define SIDES_SIZE 512

uint32_t jb_filing_run_effect(const struct jb_filing_run *run, uint32_t indicator,
                              bool *ret_touched)
{
    uint32_t row = jb_catalog_form_row(run->check->catalog, run->check->checked.form, indicator);
    uint32_t effect = JB_NO_EFFECT;

    if (row != JB_NONE && run->effect_of)
        effect = run->effect_of[row];
    *ret_touched = row != JB_NONE && (!run->effect_of || effect != JB_NO_EFFECT);
    return effect;
}

jb_err jb_filing_run_look(const struct jb_filing_run *run, uint32_t indicator, uint32_t before,
                          uint32_t stretch, struct jb_found_figure *ret)
{
    struct jb_period period = jb_period_add(run->period, -(int32_t)before);

    return run->check->source.get(run->check->source.ctx, indicator, period, stretch, ret);
}

static const struct jb_row *row_at(const struct jb_filing_run *run, uint32_t indicator)
{
    bool touched;
    uint32_t effect = JB_NO_EFFECT;

    if (indicator != JB_NONE)
        effect = jb_filing_run_effect(run, indicator, &touched);
    if (effect == JB_NO_EFFECT)
        return NULL;
    return &run->check->submission->rows[run->check->effects[effect].row];
}

void jb_filing_run_report(const struct jb_filing_run *run, const struct jb_filing_report *report)
{
    const struct jb_submission *s = run->check->submission;
    const struct jb_row *row = row_at(run, report->indicator);
    char period[JB_PERIOD_TEXT_SIZE];

    if (!report->error && row && row->note.len > 0)
        return;
    if (!report->error && report->whole && s && s->explanation.len > 0)
        return;
    jb_period_format(run->period, period);
    struct jb_finding finding = {
        .code = report->code,
        .severity = report->error && s ? JB_ERROR : JB_NEEDS_EXPLANATION,
        .unit = run->view->units[run->check->checked.unit].code,
        .form = run->form->code,
        .period = period,
        .got = report->got,
        .expected = report->expected,
        .hint = report->hint,
    };
    if (report->indicator != JB_NONE)
        finding.indicator = run->view->indicators[report->indicator].code;
    if (row)
        finding.row = row->source_row ? row->source_row : (uint32_t)(row - s->rows) + 1;
    jb_findings_add(run->check->findings, &finding);
}

/* The first indicator of a side that the submission sets in this period, or JB_NONE. */
static uint32_t touched_term(const struct jb_filing_run *run, const struct jb_rule_term *terms,
                             uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        bool touched = false;

        if (terms[i].code.len && (terms[i].when == JB_WHEN_NOW || terms[i].when == JB_WHEN_YTD))
            jb_filing_run_effect(run, terms[i].indicator, &touched);
        if (touched)
            return terms[i].indicator;
    }
    return JB_NONE;
}

static void tell_broken(const struct jb_filing_run *run, const struct jb_rule *rule,
                        const struct jb_rule_work *work, uint32_t indicator)
{
    char sides[SIDES_SIZE], text[SIDES_SIZE], hint[SIDES_SIZE];
    struct jb_filing_report report = {.code = JB_F_RULE_BROKEN,
                                      .indicator = indicator,
                                      .error = !rule->explain,
                                      .whole = true,
                                      .got = sides,
                                      .expected = text};

    jb_rule_sides_text(rule, work, sides, sizeof(sides));
    jb_rule_text(rule, text, sizeof(text));
    if (rule->kind == JB_RULE_PART)
        report.code = JB_F_PART_EXCEEDS;
    else if (rule->kind == JB_RULE_PARTS)
        report.code = JB_F_PARTS_SUM;
    if (rule->kind == JB_RULE_WRITTEN) {
        bool two = strcmp(rule->name.zh, rule->name.en) != 0; /* who reads it is not known here */
        snprintf(hint, sizeof(hint), "%s%s%s (%s)%s%s", rule->name.zh, two ? " / " : "",
                 two ? rule->name.en : "", rule->code, rule->note[0] ? ": " : "", rule->note);
        report.hint = hint;
    }
    jb_filing_run_report(run, &report);
}

static void tell_lacking(const struct jb_filing_run *run, const struct jb_rule *rule,
                         const struct jb_rule_work *work, uint32_t indicator)
{
    char period[JB_PERIOD_TEXT_SIZE], got[JB_CODE_BYTES_MAX + JB_PERIOD_TEXT_SIZE + 2],
        text[SIDES_SIZE];

    jb_period_format(work->lacking_period, period);
    snprintf(got, sizeof(got), "%s %s", run->view->indicators[work->lacking].code, period);
    jb_rule_text(rule, text, sizeof(text));
    jb_filing_run_report(run, &(struct jb_filing_report){.code = JB_F_RULE_LACKS,
                                                         .indicator = indicator,
                                                         .error = !rule->explain,
                                                         .whole = true,
                                                         .got = got,
                                                         .expected = text});
}

static jb_err check_rule(const struct jb_filing_run *run, const struct jb_rule *rule,
                         struct jb_rule_work *work)
{
    enum jb_rule_outcome outcome = JB_RULE_HOLDS;
    uint32_t indicator = touched_term(run, rule->left, rule->left_count);

    if (indicator == JB_NONE)
        indicator = touched_term(run, rule->right, rule->right_count);
    if (indicator == JB_NONE)
        return JB_OK;
    jb_err err = jb_rule_eval(run->view, rule, run->period, &run->check->source, work, &outcome);
    if (err)
        return err;
    switch (outcome) {
    case JB_RULE_BROKEN:
        tell_broken(run, rule, work, indicator);
        break;
    case JB_RULE_LACKS:
        tell_lacking(run, rule, work, indicator);
        break;
    case JB_RULE_UNKNOWN:
        run->check->unknown++;
        break;
    case JB_RULE_HOLDS:
    case JB_RULE_UNCHECKED:
        break;
    }
    return JB_OK;
}

static jb_err check_rules(const struct jb_filing_run *run)
{
    struct jb_rule_work work = {0};
    jb_err err = JB_OK;

    for (uint32_t i = 0; !err && i < run->form->rule_count; i++)
        err = check_rule(run, &run->view->rules[run->form->rules[i]], &work);
    jb_rule_work_free(&work);
    return err;
}

static void place_effects(struct jb_filing_run *run)
{
    const struct jb_filing_check *check = run->check;

    run->effect_of = jb_xcalloc(run->form->row_count, sizeof(*run->effect_of));
    memset(run->effect_of, 0xff, run->form->row_count * sizeof(*run->effect_of));
    for (uint32_t i = 0; i < check->checked.effect_count; i++) {
        uint32_t row =
            jb_catalog_form_row(check->catalog, check->checked.form, check->effects[i].indicator);
        if (row != JB_NONE && run->effect_of[row] == JB_NO_EFFECT)
            run->effect_of[row] = i;
    }
}

jb_err jb_filing_check(struct jb_filing_check *check)
{
    const struct jb_catalog_view *view = jb_catalog_view(check->catalog);
    struct jb_filing_run run = {.check = check,
                                .view = view,
                                .form = &view->forms[check->checked.form],
                                .period = check->checked.period};

    check->unknown = 0;
    if (!run.form->compared)
        return JB_OK;
    if (check->submission)
        place_effects(&run);
    jb_err err = check_rules(&run);
    if (!err)
        err = jb_filing_check_years(&run);
    if (!err && view->check_history)
        err = jb_filing_check_history(&run);
    if (!err && view->check_unchanged)
        err = jb_filing_check_unchanged(&run);
    free(run.effect_of);
    return err;
}
