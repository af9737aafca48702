/* The check of one row: who may report it, on which basis, and whether the value fits the
 * indicator. The questions are independent where they can be, so that one look at the findings is
 * enough to put the row right. */
#include <stdio.h>

#include "base/limits.h"
#include "base/text.h"
#include "model/check_parts.h"

#define LIST_SIZE 256

/* Appends to a list "a, b, ..."; what does not fit is shown as dots. */
static void list_add(char list[LIST_SIZE], const char *item)
{
    size_t len = strlen(list);

    if (len + strlen(item) + 8 < LIST_SIZE)
        snprintf(list + len, LIST_SIZE - len, "%s%s", len ? ", " : "", item);
    else if (len + 6 < LIST_SIZE && (len < 3 || strcmp(list + len - 3, "...") != 0))
        snprintf(list + len, LIST_SIZE - len, ", ...");
}

static const struct jb_row *row_of(const struct jb_check *check)
{
    return &check->submission->rows[check->row];
}

static bool is_valid_on(jb_date from, jb_date until, jb_date day)
{
    return from <= day && day <= until;
}

/* Rows mostly come as the form has them: then there is nothing to search. */
static uint32_t look_up(const struct jb_check *check, struct jb_slice code)
{
    const struct jb_form *form;
    uint32_t indicator;

    if (check->form != JB_NONE && check->row < check->view->forms[check->form].row_count) {
        form = &check->view->forms[check->form];
        indicator = form->rows[check->row].indicator;
        if (jb_slice_is(code, check->view->indicators[indicator].code))
            return indicator;
    }
    return jb_catalog_indicator(check->catalog, code);
}

/* JB_NONE after a finding. */
static uint32_t find_indicator(struct jb_check *check)
{
    struct jb_slice code = row_of(check)->indicator;
    uint32_t indicator = look_up(check, code);

    if (indicator == JB_NONE) {
        const char *near = "";
        if (!jb_check_text(check, "indicator", code, JB_SHORT_TEXT_BYTES_MAX, false))
            return JB_NONE;
        if (check->findings->total < JB_SUGGESTIONS_MAX)
            near = jb_catalog_suggest_indicator(check->catalog, code);
        jb_check_report_unknown(check, JB_F_UNKNOWN_INDICATOR, "indicator", code, near);
        return JB_NONE;
    }
    if (check->view->indicators[indicator].measure == JB_RATIO) {
        jb_check_report(check, JB_F_COMPUTED_INDICATOR, "indicator", code, NULL, NULL);
        return JB_NONE;
    }
    return indicator;
}

static void report_not_owner(struct jb_check *check, const struct jb_indicator *indicator)
{
    char owners[LIST_SIZE] = "";

    for (uint32_t i = 0; i < indicator->owner_count; i++) {
        const struct jb_edge *owner = &indicator->owners[i];
        if (is_valid_on(owner->from, owner->until, check->last_day))
            list_add(owners, check->view->units[owner->unit].code);
    }
    jb_check_report(check, JB_F_NOT_OWNER, "indicator", check->submission->unit, owners, NULL);
}

/* Names the form in which the unit reports the indicator, if there is one. */
static void report_not_in_form(struct jb_check *check, uint32_t indicator)
{
    char hint[LIST_SIZE];
    uint32_t form = JB_NONE;

    if (check->unit != JB_NONE && check->has_period)
        form = jb_catalog_form_of(check->catalog, check->unit, indicator, check->last_day);
    if (form != JB_NONE)
        snprintf(hint, sizeof(hint), _("the unit reports it in the form %s"),
                 check->view->forms[form].code);
    jb_check_report(check, JB_F_NOT_IN_FORM, "indicator", check->submission->form, NULL,
                    form != JB_NONE ? hint : NULL);
}

static void report_not_owed(struct jb_check *check, const struct jb_form_row *row)
{
    char periods[LIST_SIZE] = "", text[JB_PERIOD_TEXT_SIZE];

    for (uint32_t i = 0; i < row->owed_count; i++) {
        jb_span_format(row->owed[i], text);
        list_add(periods, text);
    }
    jb_check_report(check, JB_F_NOT_OWED, "indicator", check->submission->period, periods, NULL);
}

/* Whether this unit may report the indicator in this form and period. One finding at most: the
 * first that holds explains the others. */
static void check_place(struct jb_check *check, uint32_t index)
{
    const struct jb_indicator *indicator = &check->view->indicators[index];
    uint32_t row = JB_NONE;

    if (check->form != JB_NONE)
        row = jb_catalog_form_row(check->catalog, check->form, index);
    /* What is accepted has an owner and a form on that day: mostly there is no more to ask. */
    if (check->owes_form && row != JB_NONE &&
        is_valid_on(indicator->from, indicator->until, check->last_day) &&
        jb_catalog_accepts_row_on(check->catalog, check->unit, check->form, row, check->period,
                                  check->last_day))
        return;
    if (check->has_period && !is_valid_on(indicator->from, indicator->until, check->last_day)) {
        jb_check_report(check, JB_F_INDICATOR_NOT_VALID, "indicator", check->submission->period,
                        NULL, NULL);
    } else if (check->unit != JB_NONE && check->has_period &&
               !jb_catalog_owns(check->catalog, check->unit, index, check->last_day)) {
        report_not_owner(check, indicator);
    } else if (check->form != JB_NONE && row == JB_NONE) {
        report_not_in_form(check, index);
    } else if (check->owes_form) {
        report_not_owed(check, &check->view->forms[check->form].rows[row]);
    }
}

/* The stretches that one spelling or another of an allowed basis gives. */
static bool basis_allowed(const struct jb_indicator *indicator, struct jb_period period,
                          uint32_t stretch)
{
    return ((indicator->bases & JB_BASIS_PERIOD) && stretch == 0) ||
           ((indicator->bases & JB_BASIS_YTD) && stretch == (uint32_t)jb_period_index(period)) ||
           (indicator->bases & JB_BASIS_SINCE);
}

static void report_basis(struct jb_check *check, const struct jb_indicator *indicator,
                         enum jb_finding_code code)
{
    static const struct {
        enum jb_basis_kind kind;
        const char *text;
    } kinds[] = {{JB_BASIS_PERIOD, N_("period 本期")},
                 {JB_BASIS_YTD, N_("ytd 本年累计")},
                 {JB_BASIS_SINCE, N_("since 累计, with its first period")}};
    char allowed[LIST_SIZE] = "";

    for (size_t i = 0; i < JB_COUNT(kinds); i++) {
        if (indicator->bases & kinds[i].kind)
            list_add(allowed, _(kinds[i].text));
    }
    jb_check_report(check, code, "basis", row_of(check)->basis, allowed, NULL);
}

static bool check_basis(struct jb_check *check, const struct jb_indicator *indicator,
                        uint32_t *ret_stretch)
{
    struct jb_slice basis = row_of(check)->basis;
    bool readable;

    if (!jb_check_text(check, "basis", basis, JB_SHORT_TEXT_BYTES_MAX, false) || !check->has_period)
        return false;
    readable = jb_basis_parse(indicator, basis, check->period, ret_stretch) == JB_OK;
    if (!readable || !basis_allowed(indicator, check->period, *ret_stretch))
        report_basis(check, indicator, readable ? JB_F_BASIS_NOT_ALLOWED : JB_F_BASIS_SYNTAX);
    return readable;
}

/* A finding about the row's number. A scale beyond every limit cannot be printed and is not a
 * figure anyway. */
static void report_number(struct jb_check *check, enum jb_finding_code code, const char *expected)
{
    struct jb_dec number = row_of(check)->number;
    char text[JB_DEC_TEXT_SIZE];
    size_t len = 0;

    if (number.scale <= JB_DECIMALS_MAX)
        len = jb_dec_format(number.mantissa, number.scale, text);
    jb_check_report(check, code, "value", jb_slice_of(text, len), expected, NULL);
}

static void check_number(struct jb_check *check, const struct jb_indicator *indicator,
                         int64_t *ret_mantissa)
{
    struct jb_dec number = row_of(check)->number;
    char expected[96];

    while (number.scale > 0 && number.mantissa % 10 == 0) {
        number.mantissa /= 10;
        number.scale--;
    }
    if (number.scale > indicator->decimals) {
        snprintf(expected, sizeof(expected), _("at most %u decimals"), indicator->decimals);
        report_number(check, JB_F_TOO_MANY_DECIMALS, expected);
    } else if (jb_dec_rescale(number, indicator->decimals, ret_mantissa) != JB_OK) {
        snprintf(expected, sizeof(expected), _("at most %d digits before the decimal point"),
                 JB_FIGURE_DIGITS_MAX - indicator->decimals);
        report_number(check, JB_F_VALUE_TOO_LARGE, expected);
    }
    if (number.mantissa < 0 && !indicator->negative_allowed)
        report_number(check, JB_F_NEGATIVE, NULL);
}

static void check_value(struct jb_check *check, const struct jb_indicator *indicator,
                        struct jb_value *ret)
{
    const struct jb_row *row = row_of(check);
    bool is_text = indicator->measure == JB_TEXT;

    if (is_text && row->text.len == 0)
        report_number(check, JB_F_TEXT_EXPECTED, NULL);
    else if (is_text)
        jb_check_text(check, "value", row->text, JB_TEXT_FIGURE_BYTES_MAX, true);
    else if (row->text.len > 0)
        jb_check_report(check, JB_F_NUMBER_EXPECTED, "value", row->text,
                        indicator->unit_of_measure_zh, NULL);
    else
        check_number(check, indicator, &ret->mantissa);
    if ((size_t)row->mark >= JB_MARKS)
        jb_check_report(check, JB_F_VALUE_SYNTAX, "value", (struct jb_slice){0}, NULL, NULL);
    else if (row->mark != JB_EXACT && (is_text || !indicator->marks_allowed))
        jb_check_report(check, JB_F_MARK_NOT_ALLOWED, "value",
                        jb_slice_str(jb_mark_name(row->mark)), jb_mark_name(JB_EXACT), NULL);
    else if (row->mark != JB_EXACT && indicator->marks_explained && row->note.len == 0)
        jb_check_report(check, JB_F_MARK_UNEXPLAINED, "value",
                        jb_slice_str(jb_mark_name(row->mark)), jb_mark_name(JB_EXACT), NULL);
}

static void check_state(struct jb_check *check, const struct jb_indicator *indicator,
                        struct jb_value *ret)
{
    const struct jb_row *row = row_of(check);

    *ret = (struct jb_value){.state = row->state, .status = row->status};
    if (row->state == JB_STATE_VALUE) {
        ret->mark = row->mark;
        check_value(check, indicator, ret);
    } else if (row->state == JB_STATE_NOT_APPLICABLE) {
        if (!indicator->not_applicable_allowed)
            jb_check_report(check, JB_F_NOT_APPLICABLE_REFUSED, "value",
                            jb_slice_str(jb_state_name(row->state)), NULL, NULL);
        else if (indicator->not_applicable_explained && row->note.len == 0)
            jb_check_report(check, JB_F_NOT_APPLICABLE_UNEXPLAINED, "value",
                            jb_slice_str(jb_state_name(row->state)), NULL, NULL);
    } else if (row->state != JB_STATE_WITHDRAWN) {
        jb_check_report(check, JB_F_VALUE_SYNTAX, "value", jb_slice_str(jb_state_name(row->state)),
                        NULL, NULL);
    }
    if (check->has_period && check->period.freq == JB_FREQ_DAY && ret->status == JB_FINAL)
        ret->status = JB_PROVISIONAL; /* ad hoc: asked for before it is settled */
    if ((size_t)row->status > JB_ESTIMATED)
        jb_check_report(check, JB_F_STATUS_SYNTAX, "status", (struct jb_slice){0}, NULL, NULL);
}

bool jb_check_row(struct jb_check *check, struct jb_effect *ret)
{
    const struct jb_indicator *indicator;
    uint32_t index = find_indicator(check);
    bool placed = false;

    if (index != JB_NONE) {
        indicator = &check->view->indicators[index];
        *ret = (struct jb_effect){
            .indicator = index,
            .row = check->row,
            .is_text = indicator->measure == JB_TEXT,
        };
        check_place(check, index);
        placed = check_basis(check, indicator, &ret->stretch);
        check_state(check, indicator, &ret->value);
    }
    jb_check_text(check, "note", row_of(check)->note, JB_SHORT_TEXT_BYTES_MAX, true);
    return placed;
}
