/* One measured indicator over a span: all parts of each base period, then the base periods. */
#include "figure_oracle.h"

/* All parts of one base period. */
struct moment {
    int values, absent, withdrawn, provisional, estimated;
    wide sum;
    bool up, down, strict;
    struct spot least, most;
    int text;
};

static struct spot spot_of(wide value, bool up, bool down, bool strict, bool negative)
{
    struct spot s = {value, value, value, false, false};
    if (up) {
        s.high = FAR;
        s.low_open = strict;
    }
    if (down) {
        s.low = negative || value < 0 ? -FAR : 0;
        s.high_open = strict;
    }
    if (up && down)
        s = (struct spot){value, -FAR, FAR, false, false};
    return s;
}

/* The smaller of two values, wherever in their spots they are. */
static struct spot smaller(struct spot a, struct spot b)
{
    struct spot s = {a.at < b.at ? a.at : b.at, a.low, a.high, a.low_open, a.high_open};
    if (b.low < a.low || (b.low == a.low && !b.low_open)) {
        s.low = b.low;
        s.low_open = b.low_open;
    }
    if (b.high < a.high || (b.high == a.high && b.high_open)) {
        s.high = b.high;
        s.high_open = b.high_open;
    }
    return s;
}

static struct spot mirror(struct spot s)
{
    return (struct spot){-s.at, -s.high, -s.low, s.high_open, s.low_open};
}

static struct spot larger(struct spot a, struct spot b)
{
    return mirror(smaller(mirror(a), mirror(b)));
}

static struct spot together(struct spot a, struct spot b)
{
    struct spot s = {a.at + b.at, a.low + b.low, a.high + b.high, a.low_open || b.low_open,
                     a.high_open || b.high_open};
    if (a.low == -FAR || b.low == -FAR) {
        s.low = -FAR;
        s.low_open = false;
    }
    if (a.high == FAR || b.high == FAR) {
        s.high = FAR;
        s.high_open = false;
    }
    return s;
}

static struct moment look(const struct o_view *v, const struct o_ask *ask, int ordinal, int stretch)
{
    struct moment m = {0};
    bool negative = v->world->indicators[ask->indicator].negative;
    for (int unit = 0; unit < v->world->unit_count; unit++) {
        const struct s_row *row = oracle_part(v, ask, unit, ordinal, stretch);
        bool up = false, down = false, strict = false;
        if (!row)
            continue;
        m.absent += row->state == JB_STATE_NOT_APPLICABLE;
        m.withdrawn += row->state == JB_STATE_WITHDRAWN;
        if (row->state != JB_STATE_VALUE)
            continue;
        oracle_ways(row->mark, &up, &down, &strict);
        struct spot spot = spot_of(row->mantissa, up, down, strict, negative);
        m.least = m.values ? smaller(m.least, spot) : spot;
        m.most = m.values ? larger(m.most, spot) : spot;
        m.up = m.up || up;
        m.down = m.down || down;
        m.strict = m.strict || strict;
        m.values++;
        m.sum += row->mantissa;
        m.provisional += row->status == JB_PROVISIONAL;
        m.estimated += row->status == JB_ESTIMATED;
        m.text = row->text;
    }
    return m;
}

/* The base period's own result as a spot. */
static struct spot settle(const struct w_indicator *ind, const struct moment *m)
{
    if (ind->unit_agg == JB_UNIT_MIN)
        return m->least;
    if (ind->unit_agg == JB_UNIT_MAX)
        return m->most;
    return spot_of(m->sum, m->up, m->down, m->strict, ind->negative);
}

struct fold {
    struct moment all; /* counts of the base periods that count */
    struct spot spot;
    int periods;  /* with a value */
    bool several; /* values in one of them */
    int last;     /* the last base period with a value, or W_NONE */
};

static void take(const struct w_indicator *ind, const struct moment *m, struct fold *f)
{
    struct spot here = settle(ind, m);
    f->all.values += m->values;
    f->all.absent += m->absent;
    f->all.withdrawn += m->withdrawn;
    if (m->values == 0)
        return;
    f->all.provisional += m->provisional;
    f->all.estimated += m->estimated;
    f->all.sum += m->sum;
    f->all.up = f->all.up || m->up;
    f->all.down = f->all.down || m->down;
    f->all.strict = f->all.strict || m->strict;
    f->all.text = m->text;
    f->several = f->several || m->values > 1;
    if (f->periods++ == 0)
        f->spot = here;
    else if (ind->time_agg == JB_TIME_MIN)
        f->spot = smaller(f->spot, here);
    else if (ind->time_agg == JB_TIME_MAX)
        f->spot = larger(f->spot, here);
    else
        f->spot = together(f->spot, here);
}

static void conclude(const struct w_indicator *ind, const struct fold *f, bool over_time,
                     int expected, struct o_measured *ret)
{
    bool spots = ind->unit_agg == JB_UNIT_MIN || ind->unit_agg == JB_UNIT_MAX ||
                 ind->time_agg == JB_TIME_MIN || ind->time_agg == JB_TIME_MAX;
    ret->reason = "";
    ret->reported = f->all.values + f->all.absent;
    ret->text = f->all.text;
    ret->state = f->all.values                               ? JB_STATE_VALUE
                 : f->all.withdrawn                          ? JB_STATE_WITHDRAWN
                 : expected > 0 && f->all.absent >= expected ? JB_STATE_NOT_APPLICABLE
                                                             : JB_STATE_NOT_REPORTED;
    if (ind->measure == JB_TEXT) {
        if (f->all.values > 1)
            ret->reason = "text";
    } else if (ind->time_agg == JB_TIME_NONE && over_time) {
        ret->reason = "other_stretch";
    } else if (ind->unit_agg == JB_UNIT_SOLE && f->several) {
        ret->reason = "several_reported";
    }
    if (ret->reason[0])
        ret->state = JB_STATE_NOT_COMPUTABLE;
    if (ret->state != JB_STATE_VALUE)
        return;
    ret->status = f->all.estimated ? JB_ESTIMATED : f->all.provisional ? JB_PROVISIONAL : JB_FINAL;
    ret->number = spots ? f->spot.at : f->all.sum;
    ret->mark =
        spots ? oracle_mark(f->spot) : oracle_mark_of_ways(f->all.up, f->all.down, f->all.strict);
    ret->divisor = ind->unit_agg == JB_UNIT_MEAN   ? f->all.values
                   : ind->time_agg == JB_TIME_MEAN ? f->periods
                                                   : 1;
}

static void expect(const struct o_view *v, const struct o_ask *ask, struct o_measured *ret)
{
    int freq = v->world->indicators[ask->indicator].freq;
    ret->expected = ret->not_yet_due = 0;
    for (int p = ret->from; p <= ret->until; p++) {
        int here = oracle_expected(v, ask, p);
        ret->expected += here;
        if (cal_last_day(freq, p) >= ask->today)
            ret->not_yet_due += here;
    }
}

/* 本期 figures; *ret_any: something stands there at all. */
static void measure_periods(const struct o_view *v, const struct o_ask *ask, bool *ret_any,
                            struct o_measured *ret)
{
    const struct w_indicator *ind = &v->world->indicators[ask->indicator];
    int first = ask->span.first, end = first + ask->span.count;
    struct fold f = {0};
    *ret = (struct o_measured){.value_period = W_NONE, .divisor = 1, .span = ask->span};
    ret->from = first;
    ret->until = end - 1;
    expect(v, ask, ret);
    *ret_any = false;
    for (int p = first; p < end; p++) {
        struct moment m = look(v, ask, p, 0);
        *ret_any = *ret_any || m.values || m.absent || m.withdrawn;
        if (ind->time_agg == JB_TIME_LAST && m.values) {
            f = (struct fold){0};
            ret->value_period = p;
        }
        if (ind->time_agg != JB_TIME_LAST || m.values || ret->value_period == W_NONE)
            take(ind, &m, &f);
    }
    conclude(ind, &f, ask->span.count > 1, ret->expected, ret);
    if (ret->value_period != W_NONE) {
        ret->from = ret->until = ret->value_period;
        expect(v, ask, ret);
    }
}

/* The one figure that covers exactly the span. */
static void measure_stretch(const struct o_view *v, const struct o_ask *ask, bool *ret_any,
                            struct o_measured *ret)
{
    const struct w_indicator *ind = &v->world->indicators[ask->indicator];
    int last = ask->span.first + ask->span.count - 1;
    struct moment m = look(v, ask, last, ask->span.count - 1);
    struct fold f = {0};
    *ret = (struct o_measured){.value_period = W_NONE, .divisor = 1, .span = ask->span};
    ret->from = ret->until = last;
    ret->stretch = true;
    expect(v, ask, ret);
    *ret_any = ret->stands = m.values || m.absent || m.withdrawn;
    take(ind, &m, &f);
    if (ind->time_agg == JB_TIME_LAST && m.values)
        ret->value_period = last;
    conclude(ind, &f, false, ret->expected, ret);
}

/* In the base period a value stands on another basis than 本期. */
static bool other_stretches(const struct o_view *v, const struct o_ask *ask)
{
    for (int unit = 0; unit < v->world->unit_count; unit++) {
        for (int stretch = 1; stretch <= W_YEARS * 12; stretch++) {
            const struct s_row *row = oracle_part(v, ask, unit, ask->span.first, stretch);
            if (row && row->state == JB_STATE_VALUE)
                return true;
        }
    }
    return false;
}

static void measure_named(const struct o_view *v, const struct o_ask *ask, struct o_measured *ret)
{
    int last = ask->span.first + ask->span.count - 1;
    int start = ask->basis == 'y' ? last - last % ask->span.freq : ask->since;
    bool any;
    if (start == ask->span.first && ask->span.count > 1) {
        measure_stretch(v, ask, &any, ret);
        return;
    }
    *ret = (struct o_measured){.state = JB_STATE_NOT_COMPUTABLE,
                               .reason = "other_stretch",
                               .value_period = W_NONE,
                               .divisor = 1,
                               .span = ask->span,
                               .from = ask->span.first,
                               .until = last};
    expect(v, ask, ret);
}

void oracle_measure(const struct o_view *v, const struct o_ask *ask, struct o_measured *ret)
{
    const struct w_indicator *ind = &v->world->indicators[ask->indicator];
    bool any, one = ask->span.count == 1;
    struct o_measured whole;
    if ((ask->basis == 'y' && !(one && ask->span.first % ask->span.freq == 0)) ||
        (ask->basis == 's' && !(one && ask->since == ask->span.first))) {
        measure_named(v, ask, ret);
        return;
    }
    measure_periods(v, ask, &any, ret);
    if (one && !any && ind->time_agg == JB_TIME_NONE && other_stretches(v, ask)) {
        ret->state = JB_STATE_NOT_COMPUTABLE;
        ret->reason = "other_stretch";
    }
    if (ask->basis || one || (ret->state == JB_STATE_VALUE && !ask->no_fold))
        return;
    bool there, nothing = !any;
    measure_stretch(v, ask, &there, &whole);
    if (there && (whole.state == JB_STATE_VALUE || nothing))
        *ret = whole;
}
