/* Whole answers: ratios of two measured figures, growth against another span, and all of it as
 * text. */
#include <string.h>

#include "figure_oracle.h"

/* A figure to print and to compare: number / divisor * 10^power. */
struct shown {
    struct o_measured parts[2]; /* one, or numerator and denominator */
    int part_count;
    enum jb_state state;
    const char *reason;
    wide number, divisor;
    int power;
    enum jb_mark mark;
    enum jb_status status;
    bool unpaired, withheld;
};

static bool side_in(const struct o_view *v, const struct o_ask *ask, int indicator, int unit,
                    int ordinal, int stretch)
{
    struct o_ask part = *ask;
    const struct s_row *row;
    part.indicator = indicator;
    row = oracle_part(v, &part, unit, ordinal, stretch);
    return row && row->state == JB_STATE_VALUE;
}

/* The sides are made of values of other units or base periods. */
static bool sets_differ(const struct o_view *v, const struct o_ask *ask, const struct shown *s)
{
    const struct w_indicator *ind = &v->world->indicators[ask->indicator];
    const struct o_measured *a = &s->parts[0], *b = &s->parts[1];
    int from = a->span.first, until = from + a->span.count - 1, stretch = 0;
    if (a->stretch != b->stretch)
        return true;
    if (a->stretch) {
        stretch = a->span.count - 1;
        from = until;
    } else if (b->value_period != W_NONE) {
        from = until = b->value_period;
    } else if (a->value_period != W_NONE) {
        from = until = a->value_period;
    }
    for (int p = from; p <= until; p++) {
        for (int unit = 0; unit < v->world->unit_count; unit++) {
            if (side_in(v, ask, ind->numerator, unit, p, stretch) !=
                side_in(v, ask, ind->denominator, unit, p, stretch))
                return true;
        }
    }
    return false;
}

/* Two stocks are divided at one moment: the last at which both have a value. */
static bool bring_together(const struct o_view *v, const struct o_ask asks[2], struct shown *s)
{
    int a = s->parts[0].value_period, b = s->parts[1].value_period;
    if (a == W_NONE || b == W_NONE || a == b)
        return true;
    for (int p = a < b ? a : b; p >= asks[0].span.first; p--) {
        struct o_measured here[2];
        for (int side = 0; side < 2; side++) {
            struct o_ask one = asks[side];
            one.span = (struct stretch){one.span.freq, p, 1};
            oracle_measure(v, &one, &here[side]);
        }
        if (here[0].state != JB_STATE_VALUE || here[1].state != JB_STATE_VALUE)
            continue;
        s->parts[0] = here[0];
        s->parts[1] = here[1];
        return true;
    }
    return false;
}

static const char *own_reason(const struct o_measured *part, const char *otherwise)
{
    return part->state == JB_STATE_NOT_COMPUTABLE ? part->reason : otherwise;
}

static enum jb_mark quotient_mark(enum jb_mark a, wide number, enum jb_mark b)
{
    bool up = false, down = false, strict = false;
    oracle_ways(a, &up, &down, &strict);
    if (number > 0)
        oracle_ways(b, &down, &up, &strict);
    else if (number < 0)
        oracle_ways(b, &up, &down, &strict);
    return oracle_mark_of_ways(up, down, strict);
}

static void divide(const struct o_view *v, const struct w_indicator *ind, struct shown *s)
{
    const struct o_measured *a = &s->parts[0], *b = &s->parts[1];
    s->number = a->number * b->divisor;
    s->divisor = b->number * a->divisor;
    s->power = ind->power10 + v->world->indicators[ind->denominator].decimals -
               v->world->indicators[ind->numerator].decimals;
    s->status = a->status > b->status ? a->status : b->status;
    s->mark = quotient_mark(a->mark, a->number, b->mark);
    if (s->divisor < 0) {
        s->number = -s->number;
        s->divisor = -s->divisor;
        if (a->mark != JB_EXACT || b->mark != JB_EXACT)
            s->mark = JB_APPROXIMATE;
    }
    s->state = JB_STATE_VALUE;
    s->reason = "";
}

static void show_ratio(const struct o_view *v, const struct o_ask *ask, struct shown *s)
{
    const struct w_indicator *ind = &v->world->indicators[ask->indicator];
    struct o_ask asks[2] = {*ask, *ask};
    const struct o_measured *a = &s->parts[0], *b = &s->parts[1];
    bool common = true;
    asks[0].indicator = ind->numerator;
    asks[1].indicator = ind->denominator;
    s->part_count = 2;
    for (int side = 0; side < 2; side++)
        oracle_measure(v, &asks[side], &s->parts[side]);
    if (a->state == JB_STATE_VALUE && b->state == JB_STATE_VALUE)
        common = bring_together(v, asks, s);
    s->state = JB_STATE_NOT_COMPUTABLE;
    if (!common) {
        s->reason = "no_common_period";
        return;
    }
    if (b->state != JB_STATE_VALUE || b->number == 0)
        s->reason = own_reason(b, "no_denominator");
    else if (a->state != JB_STATE_VALUE)
        s->reason = own_reason(a, "no_numerator");
    else
        divide(v, ind, s);
    if (s->state == JB_STATE_VALUE)
        s->unpaired = sets_differ(v, ask, s);
}

/* The published view keeps back what was not released, and a ratio of unequal sets. */
static void withhold(const struct o_view *v, const struct o_ask *ask, struct shown *s)
{
    int last = ask->span.first + ask->span.count - 1;
    bool by_stretch = true; /* what is asked about is a figure that covers the span */
    for (int part = 0; part < s->part_count; part++)
        by_stretch = by_stretch && s->parts[part].stretch && s->parts[part].stands;
    const char *why = oracle_unpublished(v, ask->indicator, ask->span.first, last);
    if (by_stretch && !oracle_unpublished(v, ask->indicator, last, last)[0])
        why = "";
    if (!why[0] && s->unpaired && v->viewpoint.kind == JB_VIEW_PUBLISHED)
        why = "unpaired";
    if (!why[0])
        return;
    s->state = JB_STATE_NOT_COMPUTABLE;
    s->reason = why;
    s->withheld = true;
    s->unpaired = false; /* a flag of figures that are told */
}

static void show_all(const struct o_view *v, const struct o_ask *ask, struct shown *s)
{
    const struct w_indicator *ind = &v->world->indicators[ask->indicator];
    const struct o_measured *m = &s->parts[0];
    memset(s, 0, sizeof(*s));
    if (ind->measure == JB_RATIO) {
        show_ratio(v, ask, s);
        return;
    }
    s->part_count = 1;
    oracle_measure(v, ask, &s->parts[0]);
    s->state = m->state;
    s->reason = m->reason;
    s->number = m->number;
    s->divisor = m->divisor;
    s->power = -ind->decimals;
    s->mark = m->mark;
    s->status = m->status;
}

static void show(const struct o_view *v, const struct o_ask *ask, struct shown *s)
{
    struct o_ask whole = *ask;
    int last = ask->span.first + ask->span.count - 1;
    whole.no_fold = oracle_unpublished(v, ask->indicator, ask->span.first, last)[0] != '\0';
    show_all(v, &whole, s);
    withhold(v, ask, s);
}

static void print_measured(const struct w_indicator *ind, const struct o_measured *m, int rounding,
                           char text[O_TEXT])
{
    if (ind->unit_agg == JB_UNIT_MEAN || ind->time_agg == JB_TIME_MEAN)
        number_divide(m->number, m->divisor, -ind->decimals, ind->display, rounding, text);
    else
        number_plain(m->number, ind->decimals, text);
}

static void print_shown(const struct o_view *v, const struct o_ask *ask, const struct shown *s,
                        char text[O_TEXT])
{
    const struct w_indicator *ind = &v->world->indicators[ask->indicator];
    if (s->state != JB_STATE_VALUE || ind->measure == JB_TEXT)
        return;
    if (ind->measure == JB_RATIO)
        number_divide(s->number, s->divisor, s->power, ind->display, ask->rounding, text);
    else
        print_measured(ind, &s->parts[0], ask->rounding, text);
}

/* Complete: in each base period that either side owes, all that is owed is there. */
static const char *lacking(const struct o_view *v, const struct o_ask *ask, int back,
                           const struct shown *now, const struct shown *base, int part)
{
    const struct o_measured *a = &now->parts[part], *b = &base->parts[part];
    const struct w_indicator *ind = &v->world->indicators[ask->indicator];
    struct o_ask one = *ask;
    const char *base_lacks = "";
    bool owed = false;
    if (ind->measure == JB_RATIO)
        one.indicator = part ? ind->denominator : ind->numerator;
    if (a->until - a->from != b->until - b->from || a->from - b->from != back)
        return "base_incomplete";
    for (int p = a->from, q = b->from; p <= a->until; p++, q++) {
        int due = oracle_expected(v, &one, p), base_due = oracle_expected(v, &one, q);
        int here = oracle_reported(v, &one, p, a->stretch ? a->span.count - 1 : 0);
        int there = oracle_reported(v, &one, q, b->stretch ? b->span.count - 1 : 0);
        if (due == 0 && base_due == 0)
            continue;
        owed = true;
        if (due == 0 || here != due)
            return "incomplete";
        if (base_due == 0 || there != base_due)
            base_lacks = "base_incomplete";
    }
    return owed ? base_lacks : "incomplete";
}

static const char *why_no_growth(const struct o_view *v, const struct o_ask *ask, int back,
                                 const struct shown *now, const struct shown *base, bool points)
{
    const char *worst = "";
    if (v->world->indicators[ask->indicator].measure == JB_TEXT)
        return "text";
    if (ask->span.count > ask->span.freq)
        return "span_too_long";
    if (now->state != JB_STATE_VALUE)
        return "incomplete";
    if (base->state != JB_STATE_VALUE)
        return "base_incomplete";
    for (int part = 0; part < now->part_count; part++) {
        const char *lacks = lacking(v, ask, back, now, base, part);
        if (strcmp(lacks, "incomplete") == 0)
            return lacks;
        if (lacks[0])
            worst = lacks;
    }
    if (worst[0])
        return worst;
    return !points && base->number <= 0 ? "base_not_positive" : "";
}

static void grow(const struct o_view *v, const struct o_ask *ask, const struct shown *now, int back,
                 struct o_growth *ret)
{
    const struct w_indicator *ind = &v->world->indicators[ask->indicator];
    struct o_ask before = *ask;
    struct shown base;
    bool up = false, down = false, strict = false;
    before.span.first -= back;
    show(v, &before, &base);
    memset(ret, 0, sizeof(*ret));
    ret->base_span = before.span;
    ret->points = ind->percent && (ind->measure == JB_RATE || ind->measure == JB_RATIO);
    ret->base_status = base.status;
    print_shown(v, &before, &base, ret->base);
    ret->reason = why_no_growth(v, ask, back, now, &base, ret->points);
    if (ret->reason[0])
        return;
    ret->status = now->status > base.status ? now->status : base.status;
    if (ret->points) {
        number_divide(now->number * base.divisor - base.number * now->divisor,
                      now->divisor * base.divisor, now->power, ind->display, ask->rounding,
                      ret->value);
        oracle_ways(now->mark, &up, &down, &strict);
        oracle_ways(base.mark, &down, &up, &strict);
        ret->mark = oracle_mark_of_ways(up, down, strict);
        return;
    }
    number_divide(now->number * base.divisor - base.number * now->divisor,
                  base.number * now->divisor, 2, ind->display, ask->rounding, ret->value);
    ret->mark = quotient_mark(now->mark, now->number, base.mark);
}

static void cover(const struct shown *s, struct o_answer *ret)
{
    const struct o_measured *a = &s->parts[0], *b = &s->parts[s->part_count - 1];
    ret->reported = a->reported < b->reported ? a->reported : b->reported;
    ret->expected = a->expected > b->expected ? a->expected : b->expected;
    ret->not_yet_due = a->not_yet_due > b->not_yet_due ? a->not_yet_due : b->not_yet_due;
    ret->value_period = a->value_period == b->value_period ? a->value_period : W_NONE;
    ret->stretch = a->stretch || b->stretch;
}

void oracle_answer(const struct o_view *v, const struct o_ask *ask, struct o_answer *ret)
{
    const struct w_indicator *ind = &v->world->indicators[ask->indicator];
    struct shown s;
    memset(ret, 0, sizeof(*ret));
    show(v, ask, &s);
    ret->state = s.state;
    ret->reason = s.reason;
    ret->unpaired = s.unpaired;
    ret->withheld = s.withheld;
    if (s.state == JB_STATE_VALUE) {
        ret->mark = s.mark;
        ret->status = s.status;
    }
    cover(&s, ret);
    print_shown(v, ask, &s, ret->value);
    if (ind->measure == JB_TEXT && s.state == JB_STATE_VALUE)
        script_text(s.parts[0].text, ret->text);
    for (int part = 0; part < 2 && s.part_count == 2 && !s.withheld; part++) {
        int indicator = part ? ind->denominator : ind->numerator;
        if (s.parts[part].state == JB_STATE_VALUE)
            print_measured(&v->world->indicators[indicator], &s.parts[part], ask->rounding,
                           part ? ret->denominator : ret->numerator);
    }
    grow(v, ask, &s, ask->span.freq, &ret->yoy);
    grow(v, ask, &s, ask->span.count, &ret->qoq);
}
