/* Prints a figure into a row: value, coverage, basis, parts of a ratio, text and growth. */
#include "answer_row.h"

#include <stdio.h>

#include "lookup.h"
#include "text_figure.h"

struct jb_name jb_name_of_node(const struct jb_binding *binding, struct jb_node node)
{
    const struct jb_names *names = node.is_group ? &binding->view->groups[node.index].name
                                                 : &binding->view->units[node.index].name;
    const char *code = node.is_group ? binding->view->groups[node.index].code
                                     : binding->view->units[node.index].code;
    return (struct jb_name){
        jb_slice_str(code), jb_slice_str(names->zh), jb_slice_str(names->en), {0}};
}

struct jb_name jb_name_of_indicator(const struct jb_binding *binding, uint32_t indicator)
{
    const struct jb_indicator *info = &binding->view->indicators[indicator];
    return (struct jb_name){jb_slice_str(info->code), jb_slice_str(info->name.zh),
                            jb_slice_str(info->name.en), jb_slice_str(info->unit_of_measure_en)};
}

static jb_err value_text(const struct jb_total *total, const struct jb_indicator *indicator,
                         enum jb_rounding rounding, struct jb_arena *arena, struct jb_slice *ret)
{
    char text[JB_DEC_TEXT_SIZE];
    bool failed = false;
    jb_err err = jb_total_format(total, indicator, rounding, text);
    if (err)
        return err;
    *ret = jb_lookup_text(arena, text, &failed);
    return failed ? JB_ENOMEM : JB_OK;
}

static jb_err part_text(const struct jb_binding *b, const struct jb_measured *part,
                        const struct jb_row_ask *ask, struct jb_arena *arena, struct jb_slice *ret)
{
    struct jb_total total = {.self = *part};
    *ret = (struct jb_slice){0};
    if (part->result.state != JB_STATE_VALUE ||
        (ask->public_only && !b->view->indicators[part->indicator].is_public))
        return JB_OK;
    jb_err err =
        value_text(&total, &b->view->indicators[part->indicator], ask->rounding, arena, ret);
    return err == JB_ERANGE ? JB_OK : err;
}

static jb_err growth_row(jb_source *source, const struct jb_row_ask *ask,
                         const struct jb_total *now, enum jb_growth_kind kind,
                         struct jb_arena *arena, struct jb_growth *ret)
{
    const struct jb_indicator *indicator =
        &jb_source_binding(source)->view->indicators[ask->total.indicator];
    struct jb_grown grown;
    char text[JB_DEC_TEXT_SIZE];
    char period[JB_PERIOD_TEXT_SIZE];
    bool failed = false;
    jb_err err = jb_growth_of(source, &ask->total, now, kind, &grown);
    if (err)
        return err;
    struct jb_growth row = {.points = grown.points,
                            .status = grown.status,
                            .base_status = grown.base.self.result.status};
    jb_span_format(grown.base_span, period);
    row.base_period = jb_lookup_text(arena, period, &failed);
    if (grown.base.self.result.state == JB_STATE_VALUE && indicator->measure != JB_TEXT &&
        value_text(&grown.base, indicator, ask->rounding, arena, &row.base) == JB_ENOMEM)
        return JB_ENOMEM;
    if (grown.reason == JB_REASON_NONE &&
        jb_dec_divide(grown.value.numerator, grown.value.denominator, grown.value.power10,
                      indicator->display_decimals, ask->rounding, text) == JB_OK) {
        row.value = jb_lookup_text(arena, text, &failed);
        row.mark = grown.mark;
    } else {
        enum jb_reason reason = grown.reason == JB_REASON_NONE ? JB_REASON_RANGE : grown.reason;
        row.reason = jb_slice_str(jb_reason_code(reason));
    }
    const struct jb_redefinition *changed = jb_catalog_redefined(
        jb_source_binding(source)->catalog, ask->total.indicator,
        jb_period_first_day(grown.base_span.first), jb_period_last_day(ask->total.span.last));
    if (changed && row.value.len) {
        jb_date_format(changed->from, period);
        row.redefined = jb_lookup_text(arena, period, &failed);
    }
    *ret = row;
    return failed ? JB_ENOMEM : JB_OK;
}

/* What is printed of a figure in state value. */
static jb_err print_value(jb_source *source, const struct jb_row_ask *ask,
                          const struct jb_total *total, struct jb_arena *arena,
                          struct jb_answer_row *row)
{
    const struct jb_indicator *indicator =
        &jb_source_binding(source)->view->indicators[ask->total.indicator];
    const struct jb_measured *self = &total->self;
    row->mark = self->result.mark;
    row->status = self->result.status;
    if (indicator->measure == JB_TEXT) {
        uint32_t count = jb_span_count(self->span);
        if (self->exact_stretch)
            return jb_text_of(source, ask->total.node, ask->total.own, ask->total.indicator,
                              self->span.last, 1, count - 1, arena, &row->text);
        return jb_text_of(source, ask->total.node, ask->total.own, ask->total.indicator,
                          self->span.first, count, 0, arena, &row->text);
    }
    jb_err err = value_text(total, indicator, ask->rounding, arena, &row->value);
    if (err == JB_ERANGE) {
        row->state = JB_STATE_NOT_COMPUTABLE;
        row->reason = jb_slice_str(jb_reason_code(JB_REASON_RANGE));
        row->mark = JB_EXACT;
        row->status = JB_FINAL;
        return JB_OK;
    }
    return err;
}

/* In the periods that were asked for, so that who asked finds the row: halves stay halves, two
 * quarters stay two quarters. */
static struct jb_slice span_as_asked(struct jb_span span, struct jb_arena *arena, bool *failed)
{
    char first[JB_PERIOD_TEXT_SIZE];
    char last[JB_PERIOD_TEXT_SIZE];
    char text[2 * JB_PERIOD_TEXT_SIZE + 2];
    jb_period_format(span.first, first);
    if (jb_span_count(span) == 1)
        return jb_lookup_text(arena, first, failed);
    jb_period_format(span.last, last);
    snprintf(text, sizeof(text), "%s..%s", first, last);
    return jb_lookup_text(arena, text, failed);
}

/* Where the figure stands: stretch, value period. */
static bool print_places(const struct jb_row_ask *ask, const struct jb_total *total,
                         struct jb_arena *arena, struct jb_answer_row *row)
{
    char text[JB_PERIOD_TEXT_SIZE];
    bool failed = false;
    row->period = span_as_asked(ask->span, arena, &failed);
    if (total->self.exact_stretch) {
        jb_span_format(ask->span, text);
        row->basis = jb_lookup_text(arena, text, &failed);
    }
    if (total->self.result.has_value_period) {
        jb_period_format(total->self.result.value_period, text);
        row->value_period = jb_lookup_text(arena, text, &failed);
    }
    return !failed;
}

/* Of all base periods of the span. */
static jb_err count_missing(jb_source *source, const struct jb_row_ask *ask, uint32_t *sum)
{
    struct jb_span span = ask->total.span;
    jb_err err = JB_OK;
    for (uint32_t i = 0; !err && i < jb_span_count(span); i++) {
        uint32_t missing = 0;
        err = jb_source_missing(source, ask->total.node, ask->total.own,
                                jb_period_add(span.first, (int32_t)i), &missing);
        *sum += missing;
    }
    return err;
}

jb_err jb_answer_row_make(jb_source *source, const struct jb_row_ask *ask, struct jb_arena *arena,
                          struct jb_answer_row *ret, struct jb_total *ret_total)
{
    const struct jb_binding *b = jb_source_binding(source);
    const struct jb_indicator *indicator = &b->view->indicators[ask->total.indicator];
    struct jb_node node = ask->total.node;
    struct jb_total total;
    jb_err err = jb_total_of(source, &ask->total, &total);
    if (err)
        return err;
    struct jb_answer_row row = {
        .unit = jb_slice_str(node.is_group ? b->view->groups[node.index].code
                                           : b->view->units[node.index].code),
        .is_group = node.is_group,
        .indicator = jb_slice_str(indicator->code),
        .state = total.self.result.state,
        .unit_of_measure = jb_slice_str(indicator->unit_of_measure_zh),
        .reported = total.self.result.reported,
        .expected = total.self.expected,
        .not_yet_due = total.self.not_yet_due,
        .unpaired = total.unpaired,
        .has_yoy = ask->yoy,
        .has_qoq = ask->qoq,
    };
    if (row.state == JB_STATE_NOT_COMPUTABLE)
        row.reason = jb_slice_str(jb_reason_code(total.self.result.reason));
    if (!print_places(ask, &total, arena, &row))
        err = JB_ENOMEM;
    if (!err && row.state == JB_STATE_VALUE)
        err = print_value(source, ask, &total, arena, &row);
    if (!err && total.is_ratio)
        err = part_text(b, &total.parts[0], ask, arena, &row.numerator);
    if (!err && total.is_ratio)
        err = part_text(b, &total.parts[1], ask, arena, &row.denominator);
    if (!err && b->view->managed_periods && row.state != JB_STATE_NOT_COMPUTABLE)
        err = count_missing(source, ask, &row.missing_forms);
    if (!err && ask->yoy)
        err = growth_row(source, ask, &total, JB_YOY, arena, &row.yoy);
    if (!err && ask->qoq)
        err = growth_row(source, ask, &total, JB_QOQ, arena, &row.qoq);
    if (err)
        return err;
    *ret = row;
    if (ret_total)
        *ret_total = total;
    return JB_OK;
}
