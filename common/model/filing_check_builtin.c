/* The built-in checks of a filing. What is estimated 推算 is nobody's count, so history and
 * sameness pass over it. */
#include <stdio.h>

#include "base/text.h"
#include "model/filing_check_parts.h"
#include "model/usual.h"

#define CHANGING_FLOWS_MIN 3

/* A number that the unit counted. */
static bool is_counted(const struct jb_found_figure *figure)
{
    return figure->found == JB_FOUND_VALUE && figure->value.state == JB_STATE_VALUE &&
           figure->value.status != JB_ESTIMATED;
}

/* The period's own figures of the eight base periods before. *ret_unknown: they cannot be known. */
static jb_err read_usual(const struct jb_filing_run *run, uint32_t indicator, struct jb_usual *ret,
                         bool *ret_unknown)
{
    *ret = (struct jb_usual){.count = 0};
    for (uint32_t before = 1; before <= JB_USUAL_MAX; before++) {
        struct jb_found_figure figure;
        jb_err err = jb_filing_run_look(run, indicator, before, 0, &figure);
        if (err)
            return err;
        *ret_unknown = *ret_unknown || figure.found == JB_FOUND_UNKNOWN;
        if (!is_counted(&figure))
            continue;
        ret->same_season[ret->count] = before % (uint32_t)run->period.freq == 0;
        ret->values[ret->count++] = figure.value.mantissa;
    }
    return JB_OK;
}

static void tell_far(const struct jb_filing_run *run, uint32_t index, const struct jb_usual *usual,
                     int64_t value)
{
    const struct jb_indicator *indicator = &run->view->indicators[index];
    char got[JB_DEC_TEXT_SIZE], median[JB_DEC_TEXT_SIZE], expected[2 * JB_DEC_TEXT_SIZE + 64];

    jb_dec_format(value, indicator->decimals, got);
    jb_dec_format(5 * jb_usual_median_twice(usual), (uint8_t)(indicator->decimals + 1), median);
    snprintf(expected, sizeof(expected), _("about %s, the median of %u periods before"), median,
             usual->count);
    jb_filing_run_report(run, &(struct jb_filing_report){.code = JB_F_FAR_FROM_HISTORY,
                                                         .indicator = index,
                                                         .got = got,
                                                         .expected = expected});
}

static jb_err check_usual(const struct jb_filing_run *run, uint32_t index, bool *unknown)
{
    const struct jb_indicator *indicator = &run->view->indicators[index];
    struct jb_found_figure now;
    struct jb_usual usual;
    bool touched;

    jb_filing_run_effect(run, index, &touched);
    if (!touched || indicator->measure == JB_TEXT || !(indicator->bases & JB_BASIS_PERIOD))
        return JB_OK;
    jb_err err = jb_filing_run_look(run, index, 0, 0, &now);
    if (err || !is_counted(&now))
        return err;
    err = read_usual(run, index, &usual, unknown);
    if (!err && jb_usual_is_far(&usual, now.value.mantissa, indicator->decimals))
        tell_far(run, index, &usual, now.value.mantissa);
    return err;
}

jb_err jb_filing_check_history(const struct jb_filing_run *run)
{
    bool unknown = false;
    jb_err err = JB_OK;

    for (uint32_t i = 0; !err && i < run->form->row_count; i++)
        err = check_usual(run, run->form->rows[i].indicator, &unknown);
    run->check->unknown += unknown;
    return err;
}

/* A flow that stayed the same though it used to change. */
static bool was_changing(const struct jb_usual *usual)
{
    for (uint32_t i = 1; i < usual->count; i++) {
        if (usual->values[i] != usual->values[0])
            return true;
    }
    return false;
}

/* *ret_same: not another figure than the one before. *changing counts the flows that make that
 * strange. */
static jb_err check_same(const struct jb_filing_run *run, uint32_t index, bool *ret_same,
                         uint32_t *changing, bool *unknown)
{
    struct jb_found_figure now, before;
    struct jb_usual usual;

    *ret_same = true;
    jb_err err = jb_filing_run_look(run, index, 0, 0, &now);
    if (!err)
        err = jb_filing_run_look(run, index, 1, 0, &before);
    if (err)
        return err;
    *unknown = *unknown || before.found == JB_FOUND_UNKNOWN || now.found == JB_FOUND_UNKNOWN;
    if (!is_counted(&now) || !is_counted(&before))
        return JB_OK;
    *ret_same = now.value.mantissa == before.value.mantissa && now.value.mark == before.value.mark;
    if (!*ret_same)
        return JB_OK;
    err = read_usual(run, index, &usual, unknown);
    if (!err && was_changing(&usual))
        (*changing)++;
    return err;
}

jb_err jb_filing_check_unchanged(const struct jb_filing_run *run)
{
    uint32_t changing = 0;
    bool touched = false, unknown = false;
    char got[64];

    for (uint32_t i = 0; i < run->form->row_count; i++) {
        uint32_t index = run->form->rows[i].indicator;
        bool sets, same;

        if (run->view->indicators[index].measure != JB_FLOW)
            continue;
        jb_filing_run_effect(run, index, &sets);
        touched = touched || sets;
        jb_err err = check_same(run, index, &same, &changing, &unknown);
        if (err || !same)
            return err;
    }
    if (unknown)
        run->check->unknown++;
    if (unknown || !touched || changing < CHANGING_FLOWS_MIN)
        return JB_OK;
    snprintf(got, sizeof(got), _("%u figures that used to change"), changing);
    jb_filing_run_report(
        run, &(struct jb_filing_report){
                 .code = JB_F_UNCHANGED, .indicator = JB_NONE, .whole = true, .got = got});
    return JB_OK;
}

/* Whether what is reported of the year is what its parts come to: the sum of its base periods, or,
 * where one of them is missing, the year to date of the period before and this period. */
static jb_err compare_year(const struct jb_filing_run *run, uint32_t index, bool by_sum,
                           struct jb_rule_work *work, enum jb_rule_outcome *ret)
{
    struct jb_rule_term reported = {.coefficient = 1,
                                    .when = JB_WHEN_YTD_REPORTED,
                                    .code = jb_slice_str(run->view->indicators[index].code),
                                    .indicator = index};
    struct jb_rule_term parts[2] = {reported, reported};
    struct jb_rule rule = {.op = JB_OP_EQ,
                           .freq = run->period.freq,
                           .left = parts,
                           .left_count = by_sum ? 1 : 2,
                           .right = &reported,
                           .right_count = 1};

    parts[0].when = by_sum ? JB_WHEN_YTD_SUM : JB_WHEN_YTD_PREVIOUS;
    parts[1].when = JB_WHEN_NOW;
    return jb_rule_eval(run->view, &rule, run->period, &run->check->source, work, ret);
}

static void tell_year(const struct jb_filing_run *run, uint32_t index, bool by_sum,
                      const struct jb_rule_work *work)
{
    const struct jb_indicator *indicator = &run->view->indicators[index];
    char sum[JB_DEC_TEXT_SIZE], year[JB_DEC_TEXT_SIZE], got[2 * JB_DEC_TEXT_SIZE + 96];

    jb_dec_format(work->left.total, work->scale, sum);
    jb_dec_format(work->right.total, work->scale, year);
    snprintf(got, sizeof(got),
             by_sum ? _("the year's periods come to %s, the year to date is %s")
                    : _("the year to date before and this period come to %s, the year to date is "
                        "%s"),
             sum, year);
    jb_filing_run_report(
        run, &(struct jb_filing_report){
                 .code = JB_F_YTD_DISAGREES,
                 .indicator = index,
                 .got = got,
                 .hint = indicator->authoritative == JB_BASIS_YTD
                             ? _("where they disagree, the year to date counts")
                             : _("where they disagree, the figures of the periods count")});
}

static jb_err check_year(const struct jb_filing_run *run, uint32_t index, struct jb_rule_work *work)
{
    enum jb_rule_outcome outcome = JB_RULE_HOLDS;
    bool touched, by_sum = true;

    jb_filing_run_effect(run, index, &touched);
    if (!touched)
        return JB_OK;
    jb_err err = compare_year(run, index, true, work, &outcome);
    if (!err && outcome == JB_RULE_UNCHECKED) {
        by_sum = false;
        err = compare_year(run, index, false, work, &outcome);
    }
    if (!err && outcome == JB_RULE_BROKEN)
        tell_year(run, index, by_sum, work);
    run->check->unknown += outcome == JB_RULE_UNKNOWN;
    return err;
}

/* In the year's first base period both are one figure. */
jb_err jb_filing_check_years(const struct jb_filing_run *run)
{
    struct jb_rule_work work = {0};
    jb_err err = JB_OK;

    if (jb_period_index(run->period) == 0)
        return JB_OK;
    for (uint32_t i = 0; !err && i < run->form->row_count; i++) {
        uint32_t index = run->form->rows[i].indicator;
        if (run->view->indicators[index].authoritative)
            err = check_year(run, index, &work);
    }
    jb_rule_work_free(&work);
    return err;
}
