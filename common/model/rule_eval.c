/* First every figure is looked up and added to its side; only if one of them is marked are both
 * sides brought to one and added up as intervals. */
#include "model/rule_eval.h"

#include <stdlib.h>

struct eval {
    const struct jb_catalog_view *view;
    const struct jb_rule *rule;
    struct jb_period period;
    const struct jb_figure_source *source;
    struct jb_rule_work *work;
    bool marked;     /* some figure is not exact */
    uint32_t values; /* figures that count */
    enum jb_rule_outcome outcome;
};

void jb_rule_work_free(struct jb_rule_work *work)
{
    free(work->atoms);
    *work = (struct jb_rule_work){0};
}

/* Settles the outcome by what is worst; what cannot be known says the least. */
static void worsen(struct eval *e, enum jb_rule_outcome outcome)
{
    if (outcome > e->outcome)
        e->outcome = outcome;
}

static void add_atom(struct jb_rule_work *work, const struct jb_rule_atom *atom)
{
    if (work->count == work->cap) {
        work->cap = work->cap ? work->cap * 2 : 16;
        work->atoms = jb_xrealloc(work->atoms, work->cap * sizeof(*work->atoms));
    }
    work->atoms[work->count++] = *atom;
}

static void lack(struct eval *e, uint32_t indicator, struct jb_period period)
{
    if (e->outcome < JB_RULE_LACKS) {
        e->work->lacking = indicator;
        e->work->lacking_period = period;
    }
    worsen(e, JB_RULE_LACKS);
}

static void miss(struct eval *e, uint32_t indicator, struct jb_period period, enum jb_found found)
{
    if (found == JB_FOUND_UNKNOWN)
        worsen(e, JB_RULE_UNKNOWN);
    else if (found == JB_FOUND_PENDING)
        worsen(e, JB_RULE_UNCHECKED);
    else if (e->rule->missing == JB_MISSING_REQUIRE && found == JB_FOUND_MISSING)
        lack(e, indicator, period);
    else if (e->rule->missing != JB_MISSING_ZERO)
        worsen(e, JB_RULE_UNCHECKED);
}

static void note_mark(enum jb_mark *mark, enum jb_mark of)
{
    if (of != JB_EXACT)
        *mark = *mark == JB_EXACT || *mark == of ? of : JB_APPROXIMATE;
}

/* Adds one figure that was found or missed to what its term comes to. */
static void take(struct eval *e, const struct jb_rule_atom *at,
                 const struct jb_found_figure *figure, jb_i128 *total, enum jb_mark *mark)
{
    uint8_t decimals = e->view->indicators[at->indicator].decimals;
    struct jb_rule_atom atom = *at;

    if (figure->found != JB_FOUND_VALUE) {
        miss(e, at->indicator, (struct jb_period){e->rule->freq, at->ordinal}, figure->found);
        return;
    }
    if (figure->value.state != JB_STATE_VALUE)
        return;
    e->values++;
    e->marked = e->marked || figure->value.mark != JB_EXACT;
    *total += (jb_i128)figure->value.mantissa * jb_pow10(e->work->scale - decimals);
    note_mark(mark, figure->value.mark);
    atom.value = figure->value;
    add_atom(e->work, &atom);
}

static jb_err look(struct eval *e, const struct jb_rule_atom *at, struct jb_found_figure *ret)
{
    return e->source->get(e->source->ctx, at->indicator,
                          (struct jb_period){e->rule->freq, at->ordinal}, at->stretch, ret);
}

/* What is reported of the year up to a base period. *ret_settled: it was taken, or nothing else can
 * take its place. */
static jb_err take_reported(struct eval *e, struct jb_rule_atom atom, bool alone, jb_i128 *total,
                            enum jb_mark *mark, bool *ret_settled)
{
    struct jb_period last = {e->period.freq, atom.ordinal};
    struct jb_found_figure figure;

    atom.stretch = (uint32_t)jb_period_index(last);
    jb_err err = look(e, &atom, &figure);
    if (err)
        return err;
    *ret_settled = alone || figure.found == JB_FOUND_VALUE || figure.found == JB_FOUND_UNKNOWN;
    if (*ret_settled)
        take(e, &atom, &figure, total, mark);
    return JB_OK;
}

/* The year from its first base period to the one of the atom. */
static jb_err take_year(struct eval *e, struct jb_rule_atom atom, enum jb_rule_when when,
                        jb_i128 *total, enum jb_mark *mark)
{
    unsigned bases = e->view->indicators[atom.indicator].bases;
    int32_t last = atom.ordinal, first = e->period.ordinal - jb_period_index(e->period);
    bool settled = false;
    jb_err err = JB_OK;

    if (last >= first && when != JB_WHEN_YTD_SUM && bases & JB_BASIS_YTD) {
        bool alone = when == JB_WHEN_YTD_REPORTED || !(bases & JB_BASIS_PERIOD);
        err = take_reported(e, atom, alone, total, mark, &settled);
    }
    if (settled)
        return err;
    for (atom.ordinal = first; !err && atom.ordinal <= last; atom.ordinal++) {
        struct jb_found_figure figure;
        err = look(e, &atom, &figure);
        if (!err)
            take(e, &atom, &figure, total, mark);
    }
    return err;
}

static jb_err take_one(struct eval *e, struct jb_rule_atom atom, jb_i128 *total, enum jb_mark *mark)
{
    struct jb_period period = {e->period.freq, atom.ordinal};
    struct jb_found_figure figure;

    if (!(e->view->indicators[atom.indicator].bases & JB_BASIS_PERIOD))
        atom.stretch = (uint32_t)jb_period_index(period);
    jb_err err = look(e, &atom, &figure);
    if (!err)
        take(e, &atom, &figure, total, mark);
    return err;
}

static jb_err take_term(struct eval *e, const struct jb_rule_term *term, int sign, jb_i128 *total,
                        enum jb_mark *mark)
{
    struct jb_rule_atom atom = {.indicator = term->indicator,
                                .ordinal = e->period.ordinal,
                                .coefficient = (int64_t)sign * term->coefficient};

    if (!term->code.len) {
        *total = (jb_i128)term->constant.mantissa * jb_pow10(e->work->scale - term->constant.scale);
        return JB_OK;
    }
    switch (term->when) {
    case JB_WHEN_NOW:
        return take_one(e, atom, total, mark);
    case JB_WHEN_PREVIOUS:
        atom.ordinal--;
        return take_one(e, atom, total, mark);
    case JB_WHEN_YEAR_AGO:
        atom.ordinal -= (int32_t)e->period.freq;
        return take_one(e, atom, total, mark);
    case JB_WHEN_YTD_PREVIOUS:
        atom.ordinal--;
        return take_year(e, atom, term->when, total, mark);
    case JB_WHEN_YTD:
    case JB_WHEN_YTD_REPORTED:
    case JB_WHEN_YTD_SUM:
        return take_year(e, atom, term->when, total, mark);
    }
    return JB_OK;
}

static jb_err take_side(struct eval *e, const struct jb_rule_term *terms, uint32_t count, int sign,
                        struct jb_rule_side *side)
{
    side->total = 0;
    for (uint32_t i = 0; i < count; i++) {
        enum jb_mark mark = JB_EXACT;
        jb_i128 total = 0;
        jb_err err = take_term(e, &terms[i], sign, &total, &mark);
        if (err)
            return err;
        side->total += terms[i].coefficient * total;
        if (i < JB_RULE_TERMS_MAX) {
            side->terms[i] = total;
            side->marks[i] = mark;
        }
    }
    return JB_OK;
}

static uint8_t widest(const struct jb_catalog_view *view, const struct jb_rule_term *terms,
                      uint32_t count, uint8_t scale)
{
    for (uint32_t i = 0; i < count; i++) {
        uint8_t own = terms[i].code.len ? view->indicators[terms[i].indicator].decimals
                                        : terms[i].constant.scale;
        scale = own > scale ? own : scale;
    }
    return scale;
}

/* What left less right can be. An infinite bound has no number. */
struct interval {
    jb_i128 low, high;
    bool low_infinite, high_infinite, low_open, high_open;
};

static void add_low(struct interval *to, bool infinite, bool open, jb_i128 bound)
{
    to->low_infinite = to->low_infinite || infinite;
    to->low_open = to->low_open || open;
    to->low += bound;
}

static void add_high(struct interval *to, bool infinite, bool open, jb_i128 bound)
{
    to->high_infinite = to->high_infinite || infinite;
    to->high_open = to->high_open || open;
    to->high += bound;
}

/* One figure's interval, times its coefficient, which turns it round when below zero. */
static void add_figure(const struct eval *e, const struct jb_rule_atom *atom, struct interval *to)
{
    const struct jb_indicator *indicator = &e->view->indicators[atom->indicator];
    enum jb_mark mark = atom->value.mark;
    bool up = mark == JB_AT_LEAST || mark == JB_MORE_THAN, around = mark == JB_APPROXIMATE;
    bool down = mark == JB_AT_MOST || mark == JB_NEARLY;
    bool no_low = around || (down && indicator->negative_allowed), no_high = around || up;
    bool low_open = mark == JB_MORE_THAN, high_open = mark == JB_NEARLY;
    jb_i128 value = (jb_i128)atom->value.mantissa * jb_pow10(e->work->scale - indicator->decimals) *
                    atom->coefficient;
    jb_i128 low = down ? 0 : value;

    if (atom->coefficient > 0) {
        add_low(to, no_low, low_open, low);
        add_high(to, no_high, high_open, value);
    } else if (atom->coefficient < 0) {
        add_low(to, no_high, high_open, value);
        add_high(to, no_low, low_open, low);
    }
}

static int compare_atoms(const void *left, const void *right)
{
    const struct jb_rule_atom *a = left, *b = right;

    if (a->indicator != b->indicator)
        return (a->indicator > b->indicator) - (a->indicator < b->indicator);
    if (a->ordinal != b->ordinal)
        return (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
    return (a->stretch > b->stretch) - (a->stretch < b->stretch);
}

/* Left less right: the exact constants, and each figure once. */
static struct interval difference(const struct eval *e)
{
    struct jb_rule_work *work = e->work;
    struct interval sum = {0};
    jb_i128 constants = work->left.total - work->right.total;

    for (uint32_t i = 0; i < work->count; i++)
        constants -=
            (jb_i128)work->atoms[i].value.mantissa *
            jb_pow10(work->scale - e->view->indicators[work->atoms[i].indicator].decimals) *
            work->atoms[i].coefficient;
    qsort(work->atoms, work->count, sizeof(*work->atoms), compare_atoms);
    for (uint32_t i = 0; i < work->count;) {
        struct jb_rule_atom atom = work->atoms[i];

        for (i++; i < work->count && compare_atoms(&atom, &work->atoms[i]) == 0; i++)
            atom.coefficient += work->atoms[i].coefficient;
        add_figure(e, &atom, &sum);
    }
    sum.low += constants;
    sum.high += constants;
    return sum;
}

/* Some value of the interval is below `bound`, or at it when `at` is set; and above. */
static bool reaches_down(const struct interval *d, jb_i128 bound, bool at)
{
    return d->low_infinite || d->low < bound || (at && d->low == bound && !d->low_open);
}

static bool reaches_up(const struct interval *d, jb_i128 bound, bool at)
{
    return d->high_infinite || d->high > bound || (at && d->high == bound && !d->high_open);
}

static bool can_hold(enum jb_rule_op op, const struct interval *d, jb_i128 tolerance)
{
    switch (op) {
    case JB_OP_EQ:
        return reaches_down(d, tolerance, true) && reaches_up(d, -tolerance, true);
    case JB_OP_NE:
        return reaches_down(d, 0, false) || reaches_up(d, 0, false);
    case JB_OP_LT:
        return reaches_down(d, tolerance, false);
    case JB_OP_LE:
        return reaches_down(d, tolerance, true);
    case JB_OP_GT:
        return reaches_up(d, -tolerance, false);
    case JB_OP_GE:
        return reaches_up(d, -tolerance, true);
    }
    return true;
}

jb_err jb_rule_eval(const struct jb_catalog_view *view, const struct jb_rule *rule,
                    struct jb_period period, const struct jb_figure_source *source,
                    struct jb_rule_work *work, enum jb_rule_outcome *ret)
{
    struct eval e = {.view = view,
                     .rule = rule,
                     .period = period,
                     .source = source,
                     .work = work,
                     .outcome = JB_RULE_HOLDS};
    struct interval d = {0};

    work->count = 0;
    work->scale = widest(view, rule->left, rule->left_count, rule->tolerance.scale);
    work->scale = widest(view, rule->right, rule->right_count, work->scale);
    jb_err err = take_side(&e, rule->left, rule->left_count, 1, &work->left);
    if (!err)
        err = take_side(&e, rule->right, rule->right_count, -1, &work->right);
    if (err)
        return err;
    if (e.outcome == JB_RULE_HOLDS && e.values > 0) {
        if (e.marked)
            d = difference(&e);
        else
            d.low = d.high = work->left.total - work->right.total;
        if (!can_hold(rule->op, &d,
                      (jb_i128)rule->tolerance.mantissa *
                          jb_pow10(work->scale - rule->tolerance.scale)))
            e.outcome = JB_RULE_BROKEN;
    }
    *ret = e.outcome;
    return JB_OK;
}
