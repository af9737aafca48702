/* Figures and facts in words. */
#include "base/text.h"
#include "report_parts.h"
#include "words.h"

struct jb_phrase_growth jb_report_growth(const struct jb_question *question, bool qoq)
{
    const struct jb_answer_row *row = question->row;
    const struct jb_growth *growth = qoq ? &row->qoq : &row->yoy;
    return (struct jb_phrase_growth){.value = growth->value,
                                     .now = row->value,
                                     .base = growth->base,
                                     .points = growth->points,
                                     .mark = growth->mark};
}

static void say_value(const struct jb_report *report, uint32_t indicator, struct jb_slice number,
                      enum jb_mark mark, bool with_unit, struct jb_buf *out)
{
    struct jb_phrase phrase = {number, mark, JB_LIT("")};
    if (with_unit || report->view->indicators[indicator].percent)
        phrase.unit_of_measure = jb_report_measure_name(report, indicator);
    jb_phrase_value(&phrase, report->zh, out);
}

/* Part of a growth; false when there is none. */
static bool say_growth(const struct jb_report *report, const struct jb_question *question,
                       enum jb_ph_show show, struct jb_buf *out)
{
    bool qoq = show >= JB_SHOW_QOQ;
    const struct jb_growth *growth = qoq ? &question->row->qoq : &question->row->yoy;
    struct jb_phrase_growth phrase = jb_report_growth(question, qoq);
    if (show == JB_SHOW_YOY_BASE || show == JB_SHOW_QOQ_BASE) {
        if (growth->base.len)
            say_value(report, question->indicator, growth->base, JB_EXACT, true, out);
        return growth->base.len > 0;
    }
    if (!growth->value.len)
        return false;
    if (show == JB_SHOW_YOY || show == JB_SHOW_QOQ)
        jb_phrase_growth(&phrase, report->zh, out);
    else if (show == JB_SHOW_YOY_RATE || show == JB_SHOW_QOQ_RATE)
        jb_phrase_growth_rate(&phrase, report->zh, out);
    else
        jb_phrase_growth_say(&phrase, report->zh, out);
    return true;
}

/* The day of a stock's value: the end of its value period. */
static void say_date(const struct jb_report *report, const struct jb_answer_row *row,
                     struct jb_buf *out)
{
    struct jb_span span;
    struct jb_slice period = row->value_period.len ? row->value_period : row->period;
    if (jb_span_parse(period, &span) == JB_OK)
        jb_phrase_day(jb_period_last_day(span.last), report->zh, out);
}

static bool say_parts(const struct jb_answer_row *row, enum jb_ph_show show, struct jb_buf *out)
{
    if (!row->numerator.len || !row->denominator.len)
        return false;
    if (show != JB_SHOW_DENOMINATOR)
        jb_buf_put(out, row->numerator.ptr, row->numerator.len);
    if (show == JB_SHOW_PARTS)
        jb_buf_put_u8(out, '/');
    if (show != JB_SHOW_NUMERATOR)
        jb_buf_put(out, row->denominator.ptr, row->denominator.len);
    return true;
}

static void say_absence(const struct jb_answer_row *row, struct jb_buf *out)
{
    bool kept_back =
        row && row->state == JB_STATE_NOT_COMPUTABLE &&
        (jb_slice_is(row->reason, "not_published") || jb_slice_is(row->reason, "partly_published"));
    if (kept_back) {
        jb_buf_put_str(out, _("not published"));
        return;
    }
    jb_buf_put_str(out, jb_state_name(row ? row->state : JB_STATE_NOT_REPORTED));
}

bool jb_report_say(const struct jb_report *report, const struct jb_question *question,
                   enum jb_ph_show show, struct jb_buf *out)
{
    const struct jb_answer_row *row = question ? question->row : NULL;
    bool there = row && row->state == JB_STATE_VALUE;
    switch (show) {
    case JB_SHOW_MEASURE:
    case JB_SHOW_NAME:
    case JB_SHOW_PERIOD:
    case JB_SHOW_TARGET:
        return false; /* not of an answer: said by who has the placeholder */
    case JB_SHOW_COVERAGE:
        if (row)
            jb_buf_printf(out, "%u/%u", row->reported, row->expected);
        return row != NULL;
    case JB_SHOW_VALUE:
    case JB_SHOW_NUMBER:
        if (there)
            say_value(report, question->indicator, row->value, row->mark, show == JB_SHOW_VALUE,
                      out);
        break;
    case JB_SHOW_DIGITS:
        if (there)
            jb_buf_put(out, row->value.ptr, row->value.len);
        break;
    case JB_SHOW_STATUS:
        if (there)
            jb_buf_put_str(out, jb_status_name(row->status));
        break;
    case JB_SHOW_DATE:
        if (there)
            say_date(report, row, out);
        break;
    case JB_SHOW_PARTS:
    case JB_SHOW_NUMERATOR:
    case JB_SHOW_DENOMINATOR:
        there = there && say_parts(row, show, out);
        break;
    case JB_SHOW_YOY:
    case JB_SHOW_YOY_RATE:
    case JB_SHOW_YOY_WORD:
    case JB_SHOW_YOY_BASE:
    case JB_SHOW_QOQ:
    case JB_SHOW_QOQ_RATE:
    case JB_SHOW_QOQ_WORD:
    case JB_SHOW_QOQ_BASE:
        if (there && say_growth(report, question, show, out))
            return true;
        if (there)
            jb_buf_put_str(out, _("growth not computable"));
        there = false;
        if (out->len)
            return false;
        break;
    }
    if (!there)
        say_absence(row, out);
    return there;
}

bool jb_report_say_target(const struct jb_report *report, uint32_t indicator, struct jb_span span,
                          struct jb_buf *out)
{
    const struct jb_indicator *one = &report->view->indicators[indicator];
    for (uint32_t i = 0; i < one->target_count; i++) {
        const struct jb_target *target = &one->targets[i];
        char text[JB_DEC_TEXT_SIZE];
        if (!jb_span_eq(target->span, span))
            continue;
        jb_ignore(jb_dec_format(target->value.mantissa, target->value.scale, text) == 0);
        say_value(report, indicator, jb_slice_str(text), target->mark, true, out);
        return true;
    }
    return false;
}

static void say_releases(const struct jb_report *report, bool time, struct jb_buf *out)
{
    const struct jb_report_sight *sight = &report->sight;
    char period[JB_WORDS_SIZE], at[JB_WORDS_SIZE];
    if (!sight->published) {
        jb_buf_put_str(out, _("not published"));
        return;
    }
    if (time) {
        jb_buf_put_str(out, jb_words_time(sight->at_us, at));
        return;
    }
    for (uint32_t i = 0; i < sight->release_count; i++) {
        const struct jb_release *release = &sight->releases[i];
        if (i)
            jb_buf_put_str(out, report->zh ? "、" : ", ");
        jb_buf_printf(out, _("release %u of %s"), release->number,
                      jb_words_period(release->period, period));
    }
}

static const char *rounding_words(struct jb_slice rounding)
{
    enum jb_rounding rule = JB_ROUND_HALF_UP;
    if (rounding.len && jb_rounding_parse(rounding, &rule) != JB_OK)
        rule = JB_ROUND_HALF_UP;
    switch (rule) {
    case JB_ROUND_HALF_UP:
        return _("half away from zero");
    case JB_ROUND_HALF_EVEN:
        return _("half to even (GB/T 8170)");
    case JB_ROUND_TRUNCATE:
        return _("truncated");
    }
    return "";
}

/* Forms of which a row is owed; what was sent beyond that does not count. */
static void say_forms(const struct jb_report *report, bool reported, struct jb_buf *out)
{
    uint32_t expected = 0, complete = 0;
    for (uint32_t i = 0; i < report->status.count; i++) {
        const struct jb_status_row *row = &report->status.rows[i];
        expected += row->rows_expected > 0;
        complete += row->rows_expected > 0 && row->rows_reported >= row->rows_expected;
    }
    jb_buf_printf(out, "%u", reported ? complete : expected);
}

static void say_place(const struct jb_report *report, enum jb_ph_fact fact,
                      const struct jb_scope *scope, struct jb_buf *out)
{
    const struct jb_scope *unit = jb_report_turn(scope, JB_EACH_UNIT);
    const struct jb_scope *indicator = jb_report_turn(scope, JB_EACH_INDICATOR);
    uint32_t section = jb_report_section_of(scope);
    if (fact == JB_FACT_UNIT)
        jb_buf_put_str(out, jb_report_unit_name(report, unit ? unit->item : report->root));
    else if (fact == JB_FACT_ROOT)
        jb_buf_put_str(out, jb_report_unit_name(report, report->root));
    else if (fact == JB_FACT_SECTION && section != JB_NONE)
        jb_buf_put_str(out, jb_report_section_name(report, section));
    else if (fact == JB_FACT_INDICATOR && indicator)
        jb_buf_put_str(out, jb_report_indicator_name(report, indicator->item));
    else if (fact == JB_FACT_ORDINAL && scope)
        jb_buf_printf(out, "%u", scope->index + 1);
    else if (fact == JB_FACT_ORDINAL_ZH && scope)
        jb_phrase_ordinal_zh(scope->index + 1, out);
    else if (fact == JB_FACT_COUNT && scope)
        jb_buf_printf(out, "%u", scope->count);
}

void jb_report_say_fact(struct jb_report *report, const struct jb_placeholder *ph,
                        const struct jb_scope *scope, struct jb_buf *out)
{
    const struct jb_report_sight *sight = &report->sight;
    struct jb_span span = report->order.span;
    jb_date day = jb_period_last_day(span.last);
    char hex[2 * sizeof(sight->head) + 1];
    switch (ph->fact) {
    case JB_FACT_PERIOD:
        jb_report_put_period(report, span, out);
        break;
    case JB_FACT_PERIOD_END:
        jb_phrase_day(day, report->zh, out);
        break;
    case JB_FACT_YEAR:
        jb_report_put_period(report, jb_span_of(jb_period_at(JB_FREQ_YEAR, day)), out);
        break;
    case JB_FACT_UNIT:
    case JB_FACT_ROOT:
    case JB_FACT_SECTION:
    case JB_FACT_INDICATOR:
    case JB_FACT_ORDINAL:
    case JB_FACT_ORDINAL_ZH:
    case JB_FACT_COUNT:
        say_place(report, ph->fact, scope, out);
        break;
    case JB_FACT_RELEASE:
    case JB_FACT_RELEASED_AT:
        say_releases(report, ph->fact == JB_FACT_RELEASED_AT, out);
        break;
    case JB_FACT_REVISION:
        jb_buf_printf(out, "%llu", (unsigned long long)sight->revision);
        break;
    case JB_FACT_HEAD:
        jb_buf_put_str(out, sight->has_head ? jb_words_hex(sight->head, sizeof(sight->head), hex)
                                            : _("not told for an earlier revision"));
        break;
    case JB_FACT_VIEW:
        jb_buf_put_str(out, _(jb_viewpoint_name(sight->view)));
        break;
    case JB_FACT_CATALOG:
        jb_buf_printf(out, "%u", sight->catalog_version);
        break;
    case JB_FACT_ROUNDING:
        jb_buf_put_str(out, rounding_words(report->order.rounding));
        break;
    case JB_FACT_FORMS_EXPECTED:
    case JB_FACT_FORMS_REPORTED:
        say_forms(report, ph->fact == JB_FACT_FORMS_REPORTED, out);
        break;
    case JB_FACT_MISSING_UNITS:
        if (!jb_report_missing_units(report, out))
            jb_buf_put_str(out, _("none"));
        break;
    case JB_FACT_MISSING_COUNT:
        jb_buf_printf(out, "%u", jb_report_missing_units(report, NULL));
        break;
    case JB_FACT_REVISED_COUNT:
        jb_buf_printf(out, "%u", report->change_count);
        break;
    }
}
