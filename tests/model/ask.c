/* Random questions, and the comparison of each row with the oracle's answer. */
#include <stdlib.h>

#include "life.h"
#include "model/period.h"
#include "play.h"
#include "query.h"

#define SPANS_MAX 3
#define TEXTS_MAX 32

struct question {
    struct jb_query query;
    struct jb_slice units[W_UNITS], groups[W_GROUPS], indicators[W_INDICATORS], periods[SPANS_MAX];
    char period_texts[SPANS_MAX][80], basis[32];
    struct stretch spans[SPANS_MAX];
    int nodes[W_UNITS + W_GROUPS]; /* groups from W_UNITS on */
    int node_count;
    bool chosen[W_INDICATORS];
    bool refused;     /* a release that was asked for is not there */
    struct o_ask ask; /* what all rows share */
    uint64_t revision;
};

/* Around a period that was published by then. False: there is none. */
static bool choose_published(struct dice *d, const struct script *s, uint64_t revision,
                             struct stretch *ret)
{
    const struct s_act *found[S_MESSAGES];
    int count = 0, first;
    for (int i = 0; i < s->act_count; i++) {
        if (s->acts[i].kind == JB_ACT_PUBLISH && s->acts[i].revision <= revision)
            found[count++] = &s->acts[i];
    }
    if (count == 0)
        return false;
    const struct s_act *act = found[dice_roll(d, count)];
    first = act->ordinal - (dice_chance(d, 70) ? 0 : 1);
    *ret = (struct stretch){act->freq, first, act->ordinal - first + (dice_chance(d, 75) ? 1 : 2)};
    return true;
}

static void choose_spans(struct question *q, const struct script *s, struct dice *d, int count)
{
    static const int freqs[] = {1, 2, 4, 4, 4, 4, 12};
    bool published = q->query.viewpoint.kind == JB_VIEW_PUBLISHED;
    for (int i = 0; i < count; i++) {
        int freq = freqs[dice_roll(d, 7)];
        int last = (W_FIRST_YEAR + W_YEARS) * freq;
        int first = dice_between(d, W_FIRST_YEAR * freq - 1, last - 1);
        int length = dice_chance(d, 55) ? 1 : dice_between(d, 1, last - first + 1);
        q->spans[i] = (struct stretch){freq, first, length};
        if (published && dice_chance(d, 75))
            choose_published(d, s, q->revision, &q->spans[i]);
        cal_stretch_text(q->spans[i], q->period_texts[i]);
        q->periods[i] = jb_slice_str(q->period_texts[i]);
    }
    q->query.periods = (struct jb_strings){q->periods, (uint32_t)count};
}

static void choose_nodes(struct question *q, const struct world *w, const struct script *s,
                         struct dice *d)
{
    uint32_t units = 0, groups = 0;
    int day = cal_last_day(q->spans[0].freq, q->spans[0].first + q->spans[0].count - 1);
    bool under = !q->query.own && dice_chance(d, 15);
    int above = dice_roll(d, w->unit_count); /* or one that has filed something */
    if (s->accepted_count && dice_chance(d, 50))
        above = s->accepted[dice_roll(d, s->accepted_count)].unit;
    if (above >= w->unit_count) /* not yet */
        above = 0;
    for (int u = 0; u < w->unit_count; u++) {
        if (under ? world_parent(w, u, day) == above && w->units[u].from <= day &&
                        day <= w->units[u].until
                  : u == above || dice_chance(d, u ? 25 : 50))
            q->nodes[q->node_count++] = u;
        if (!under && q->node_count && q->nodes[q->node_count - 1] == u)
            q->units[units++] = jb_slice_str(w->units[u].code);
    }
    for (int g = 0; g < w->group_count && !q->query.own; g++) {
        if (dice_chance(d, 60)) {
            q->nodes[q->node_count++] = W_UNITS + g;
            q->groups[groups++] = jb_slice_str(w->groups[g].code);
        }
    }
    if (under)
        q->query.under = jb_slice_str(w->units[above].code);
    q->query.units = (struct jb_strings){q->units, units};
    q->query.groups = (struct jb_strings){q->groups, groups};
}

static void choose_indicators(struct question *q, const struct world *w, struct dice *d)
{
    uint32_t count = 0;
    bool all = dice_chance(d, q->query.viewpoint.kind == JB_VIEW_PUBLISHED ? 70 : 40);
    if (dice_chance(d, 15)) { /* the rows of a form */
        const struct w_form *form = &w->forms[dice_roll(d, w->form_count)];
        for (int r = 0; r < form->row_count; r++)
            q->chosen[form->rows[r].indicator] = true;
        q->indicators[0] = jb_slice_str(form->code);
        q->query.forms = (struct jb_strings){q->indicators, 1};
        return;
    }
    for (int i = 0; i < w->indicator_count; i++) {
        q->chosen[i] = all || dice_chance(d, 40);
        if (q->chosen[i] && !all)
            q->indicators[count++] = jb_slice_str(w->indicators[i].code);
    }
    for (int i = 0; i < w->indicator_count && count == 0; i++)
        q->chosen[i] = true; /* none named: all of them */
    q->query.indicators = (struct jb_strings){q->indicators, count};
}

/* One indicator over one span of its own base periods, on a basis that is named. */
static void choose_basis(struct question *q, const struct world *w, struct dice *d)
{
    int indicator = dice_roll(d, w->indicator_count), kind = dice_roll(d, 3);
    struct stretch *span = &q->spans[0];
    int freq = w->indicators[indicator].freq;
    memset(q->chosen, 0, sizeof(q->chosen));
    q->chosen[indicator] = true;
    q->indicators[0] = jb_slice_str(w->indicators[indicator].code);
    q->query.indicators = (struct jb_strings){q->indicators, 1};
    q->query.forms.count = 0;
    q->query.periods.count = 1;
    *span = (struct stretch){freq, W_FIRST_YEAR * freq + dice_roll(d, W_YEARS * freq), 1};
    span->count = 1 + dice_roll(d, (W_FIRST_YEAR + W_YEARS) * freq - span->first);
    cal_stretch_text(*span, q->period_texts[0]);
    q->periods[0] = jb_slice_str(q->period_texts[0]);
    q->query.yoy = q->query.qoq = false;
    q->ask.basis = "pys"[kind];
    q->query.basis = kind == 0 ? JB_LIT("period") : JB_LIT("ytd");
    if (kind < 2)
        return;
    q->ask.since = dice_chance(d, 70) ? span->first : span->first + dice_roll(d, span->count);
    cal_code(freq, q->ask.since, q->basis);
    q->query.basis = jb_slice_str(q->basis);
}

/* As of a time: the last revision that was there by then. */
static void choose_time(struct question *q, struct player *p)
{
    const struct message *messages = p->script->messages;
    int which = dice_roll(&p->questions, p->done);
    q->query.as_of_us = messages[which].now_us;
    if (dice_chance(&p->questions, 30))
        q->query.as_of_us += S_DAY_US;
    for (int i = 0; i < p->done; i++) {
        if (messages[i].now_us <= q->query.as_of_us)
            q->revision = messages[i].head;
    }
}

static void choose_view(struct question *q, const struct script *s, struct dice *d)
{
    int roll = dice_roll(d, 100);
    struct stretch unused;
    bool published = choose_published(d, s, q->revision, &unused);
    if (roll < 25 || (roll >= 50 && !published && dice_chance(d, 95)))
        return;
    q->query.only_reported = false; /* it asks how far something is covered */
    q->query.viewpoint.kind = roll < 50 ? JB_VIEW_ACCEPTED : JB_VIEW_PUBLISHED;
    if (roll < 85)
        return;
    q->query.viewpoint.release = (uint32_t)dice_between(d, 1, 2);
    if (!q->query
             .as_of_revision) /* a base without that release is shown by its newest, and moves on */
        q->query.yoy = q->query.qoq = false;
}

/* A release that is named must be there of every base period of every indicator's span. */
static bool lacks_release(const struct question *q, const struct world *w, const struct script *s)
{
    for (int i = 0; i < w->indicator_count; i++) {
        for (uint32_t n = 0; n < q->query.periods.count; n++) {
            struct stretch span;
            if (!q->chosen[i] || !cal_in(q->spans[n], w->indicators[i].freq, &span))
                continue;
            for (int p = span.first; p < span.first + span.count; p++) {
                struct l_period period = {span.freq, p};
                if (!life_has_release(s, period, q->query.viewpoint.release, q->revision))
                    return true;
            }
        }
    }
    return false;
}

static void make(struct question *q, struct player *p)
{
    static const char *const roundings[] = {"half-up", "half-even", "truncate"};
    struct dice *d = &p->questions;
    uint64_t head = p->script->messages[p->done - 1].head, first = p->script->catalog_revision[0];
    const struct world *w;
    memset(q, 0, sizeof(*q));
    q->revision = head;
    if (dice_chance(d, 25)) {
        q->revision = first + dice_next(d) % (head - first + 1);
        q->query.as_of_revision = q->revision;
    } else if (dice_chance(d, 15)) {
        choose_time(q, p);
    }
    q->query.only_reported = dice_chance(d, 20);
    w = script_world(p->script, q->revision);
    q->query.own = dice_chance(d, 15);
    q->query.yoy = dice_chance(d, 60);
    q->query.qoq = dice_chance(d, 60);
    q->ask.rounding = dice_roll(d, 3);
    q->ask.own = q->query.own;
    if (q->ask.rounding || dice_chance(d, 50))
        q->query.rounding = jb_slice_str(roundings[q->ask.rounding]);
    if (w->managed)
        choose_view(q, p->script, d);
    choose_spans(q, p->script, d, dice_between(d, 1, SPANS_MAX));
    choose_indicators(q, w, d);
    if (dice_chance(d, 20))
        choose_basis(q, w, d);
    choose_nodes(q, w, p->script, d);
    q->refused = q->query.viewpoint.release && lacks_release(q, w, p->script);
    q->ask.today =
        cal_day_of_test((int)((p->script->messages[p->done - 1].now_us - S_EPOCH_US) / S_DAY_US));
}

static void differ(struct player *p, const struct jb_answer_row *row, const char *what,
                   const char *got, const char *expected)
{
    play_fail(p, "%.*s %.*s %.*s (%s %.*s): %s is \"%s\", must be \"%s\"", JB_ARG(row->unit),
              JB_ARG(row->indicator), JB_ARG(row->period), jb_state_code(row->state),
              JB_ARG(row->reason), what, got, expected);
}

static void same_text(struct player *p, const struct jb_answer_row *row, const char *what,
                      struct jb_slice got, const char *expected)
{
    char text[128];
    snprintf(text, sizeof(text), "%.*s", JB_ARG(got));
    if (!jb_slice_is(got, expected))
        differ(p, row, what, text, expected);
}

static void same_number(struct player *p, const struct jb_answer_row *row, const char *what,
                        int64_t got, int64_t expected)
{
    char texts[2][24];
    snprintf(texts[0], sizeof(texts[0]), "%lld", (long long)got);
    snprintf(texts[1], sizeof(texts[1]), "%lld", (long long)expected);
    if (got != expected)
        differ(p, row, what, texts[0], texts[1]);
}

static void same_growth(struct player *p, const struct jb_answer_row *row, const char *what,
                        const struct jb_growth *got, const struct o_growth *expected)
{
    char period[80];
    (void)what;
    cal_stretch_text(expected->base_span, period);
    same_text(p, row, "base period of growth", got->base_period, period);
    same_text(p, row, "reason of growth", got->reason, expected->reason);
    same_text(p, row, "growth", got->value, expected->value);
    same_text(p, row, "base of growth", got->base, expected->base);
    if (expected->reason[0])
        return;
    same_number(p, row, "points of growth", got->points, expected->points);
    same_text(p, row, "mark of growth", jb_slice_str(jb_mark_code(got->mark)),
              jb_mark_code(expected->mark));
    same_number(p, row, "status of growth", got->status, expected->status);
    same_number(p, row, "base status of growth", got->base_status, expected->base_status);
}

static void same_row(struct player *p, const struct jb_answer_row *row, const struct o_answer *o,
                     const struct question *q, int freq)
{
    char period[32] = "";
    same_text(p, row, "state", jb_slice_str(jb_state_code(row->state)), jb_state_code(o->state));
    same_text(p, row, "reason", row->reason, o->reason);
    same_text(p, row, "value", row->value, o->value);
    same_text(p, row, "text", row->text, o->text);
    same_text(p, row, "mark", jb_slice_str(jb_mark_code(row->mark)), jb_mark_code(o->mark));
    same_text(p, row, "status", jb_slice_str(jb_status_code(row->status)),
              jb_status_code(o->status));
    if (!o->withheld) { /* how far it is covered is nowhere promised of what is kept back */
        same_number(p, row, "reported", row->reported, o->reported);
        same_number(p, row, "expected", row->expected, o->expected);
        same_number(p, row, "not yet due", row->not_yet_due, o->not_yet_due);
        if (o->value_period != W_NONE)
            cal_code(freq, o->value_period, period);
        same_text(p, row, "value period", row->value_period, period);
        same_number(p, row, "length of basis", row->basis.len > 0, o->stretch);
    }
    same_text(p, row, "numerator", row->numerator, o->numerator);
    same_text(p, row, "denominator", row->denominator, o->denominator);
    same_number(p, row, "unpaired", row->unpaired, o->unpaired);
    if (q->query.yoy)
        same_growth(p, row, "yoy", &row->yoy, &o->yoy);
    if (q->query.qoq)
        same_growth(p, row, "qoq", &row->qoq, &o->qoq);
}

/* Nobody said anything. */
static bool is_silent(const struct o_answer *o)
{
    return o->reported == 0 &&
           (o->state == JB_STATE_NOT_REPORTED || o->state == JB_STATE_NOT_COMPUTABLE);
}

static void compare(struct player *p, struct question *q, const struct jb_answer *answer)
{
    const struct world *w = p->view.world;
    uint32_t at = 0;
    for (int n = 0; n < q->node_count; n++) {
        for (int i = 0; i < w->indicator_count; i++) {
            for (uint32_t s = 0; s < q->query.periods.count && !p->failed; s++) {
                struct o_ask ask = q->ask;
                struct o_answer expected;
                const struct jb_answer_row *row;
                if (!q->chosen[i] || !cal_in(q->spans[s], w->indicators[i].freq, &ask.span))
                    continue;
                ask.group = q->nodes[n] >= W_UNITS;
                ask.node = q->nodes[n] - (ask.group ? W_UNITS : 0);
                ask.indicator = i;
                oracle_answer(&p->view, &ask, &expected);
                if (q->query.only_reported && is_silent(&expected))
                    continue;
                if (at == answer->row_count) {
                    play_fail(p, "only %u rows", at);
                    return;
                }
                row = &answer->rows[at++];
                same_text(p, row, "node", row->unit,
                          ask.group ? w->groups[ask.node].code : w->units[ask.node].code);
                same_text(p, row, "indicator", row->indicator, w->indicators[i].code);
                same_text(p, row, "period", row->period, q->period_texts[s]);
                same_row(p, row, &expected, q, ask.span.freq);
            }
        }
    }
    if (at != answer->row_count)
        play_fail(p, "%u rows, must be %u", answer->row_count, at);
    p->rows += (int)at;
}

static void print_strings(const char *name, struct jb_strings strings)
{
    for (uint32_t i = 0; i < strings.count; i++)
        printf(" %s=%.*s", name, JB_ARG(strings.items[i]));
}

static void print_question(const struct question *q)
{
    printf("question as of %llu view %s %u%s%s%s%s basis=\"%.*s\" under=\"%.*s\"",
           (unsigned long long)q->revision, jb_viewpoint_code(q->query.viewpoint.kind),
           q->query.viewpoint.release, q->query.own ? " own" : "",
           q->query.only_reported ? " only reported" : "", q->query.yoy ? " yoy" : "",
           q->query.qoq ? " qoq" : "", JB_ARG(q->query.basis), JB_ARG(q->query.under));
    print_strings("unit", q->query.units);
    print_strings("group", q->query.groups);
    print_strings("indicator", q->query.indicators);
    print_strings("form", q->query.forms);
    print_strings("period", q->query.periods);
    printf("\n");
}

static bool is_told(const struct jb_findings *findings, enum jb_finding_code code)
{
    for (uint32_t i = 0; i < findings->count; i++) {
        if (findings->items[i].code == code)
            return true;
    }
    return false;
}

/* What nothing may change: the answer of a revision that is named, and of a release that is there.
 * A release that is not there yet may be there later. */
static bool is_settled(const struct question *q)
{
    return q->query.as_of_revision || (q->query.viewpoint.release && !q->refused);
}

static void ask(struct player *p)
{
    static struct question q;
    struct jb_findings findings;
    struct jb_answer answer;
    struct jb_arena arena;
    jb_kv_txn *txn = NULL;
    jb_err err;
    struct dice before = p->questions;
    make(&q, p);
    if (is_settled(&q) && p->kept_count < P_KEPT) {
        p->kept[p->kept_count].questions = before;
        p->kept[p->kept_count++].done = p->done;
    }
    if (p->trace)
        print_question(&q);
    const struct jb_binding *binding = NULL;
    jb_arena_init(&arena, 64 << 20);
    jb_findings_init(&findings);
    err = jb_kv_begin_read(jb_engine_kv(p->engine), &txn);
    if (!err)
        binding = play_binding(p, txn, script_world(p->script, q.revision));
    if (binding)
        err = jb_query_run(txn, binding, &q.query, p->script->messages[p->done - 1].now_us, &arena,
                           &answer, &findings);
    if (binding && q.refused) {
        if (err != JB_EINVAL || !is_told(&findings, JB_F_RELEASE_UNKNOWN))
            play_fail(p, "a release that is not there is not refused (%s)", jb_err_name(err));
        p->asked++;
    } else if (err || !binding) {
        play_fail(p, "the question fails: %s", jb_err_name(err));
        jb_findings_print(&findings, stdout);
    } else {
        oracle_view(&p->view, p->script, q.revision, q.query.viewpoint);
        compare(p, &q, &answer);
        p->asked++;
    }
    if (p->failed)
        print_question(&q);
    jb_kv_abort(&txn);
    jb_findings_free(&findings);
    jb_arena_free(&arena);
}

void play_question(struct player *p)
{
    ask(p);
}

void play_ask_again(struct player *p)
{
    int done = p->done, count = p->kept_count;
    for (int i = 0; i < count && !p->failed; i++) {
        p->questions = p->kept[i].questions;
        p->done = p->kept[i].done; /* the question of then, and its oracle */
        p->kept_count = P_KEPT;
        ask(p);
    }
    p->done = done;
    p->kept_count = count;
}
