/* What managed periods mean for submissions and for catalogues: a submission comes while its period
 * takes it, and what an opened period expects stays as it was. */
#include <stdio.h>
#include <stdlib.h>

#include "decide_inner.h"
#include "expected.h"
#include "own_look.h"

#define RANGES_SIZE 512
#define RANGES_MAX 4 /* open periods that are named */

static void format_moment(int64_t at_us, int zone, char text[24])
{
    char time[40];
    jb_time_format(at_us, zone, time);
    snprintf(text, 24, "%.10s %.5s", time, time + 11);
}

void jb_period_describe(const struct jb_period_state *state, const struct jb_period_moment *since,
                        const jb_rights *rights, int zone_offset_minutes,
                        char text[JB_PERIOD_WORDS_SIZE])
{
    char period[JB_PERIOD_TEXT_SIZE], time[24], nick[JB_KEY_SHORT_SIZE];
    const struct jb_holder *holder = NULL;
    struct jb_public_key key;
    jb_period_format(state->period, period);
    if (!since || since->revision == 0) {
        snprintf(text, JB_PERIOD_WORDS_SIZE, "%s, %s", period, jb_period_phase_code(state->phase));
        return;
    }
    memcpy(key.bytes, since->by, sizeof(key.bytes));
    if (rights)
        holder = jb_rights_by_key(rights, &key);
    jb_public_short(&key, nick);
    format_moment(since->at_us, zone_offset_minutes, time);
    snprintf(text, JB_PERIOD_WORDS_SIZE, "%s, %s, %s, %.*s, revision %llu", period,
             jb_period_phase_code(state->phase), time, holder ? (int)holder->label.len : 128,
             holder ? (const char *)holder->label.ptr : nick, (unsigned long long)since->revision);
}

/* "2023-Q2 (2023-04-01..2023-06-30)" */
static int format_range(struct jb_period period, char *text, size_t size)
{
    char code[JB_PERIOD_TEXT_SIZE], first[16], last[16];
    jb_period_format(period, code);
    jb_date_format(jb_period_first_day(period), first);
    jb_date_format(jb_period_last_day(period), last);
    return snprintf(text, size, "%s (%s..%s)", code, first, last);
}

/* The open periods of one frequency, in words. */
struct ranges {
    jb_kv_txn *txn;
    enum jb_freq freq;
    struct jb_period_state state;
    uint32_t count;
    char text[RANGES_SIZE];
    size_t len;
};

static jb_err add_range(void *ctx, struct jb_period period)
{
    struct ranges *r = ctx;
    jb_err err = period.freq == r->freq ? jb_periods_get(r->txn, period, 0, &r->state) : JB_OK;
    if (err || period.freq != r->freq || r->state.phase != JB_PERIOD_OPEN)
        return err;
    if (r->count++ >= RANGES_MAX || r->len + 64 > sizeof(r->text))
        return JB_OK;
    r->len +=
        (size_t)snprintf(r->text + r->len, sizeof(r->text) - r->len, "%s", r->len ? ", " : "");
    r->len += (size_t)format_range(period, r->text + r->len, sizeof(r->text) - r->len);
    return JB_OK;
}

static jb_err tell_not_open(struct jb_case *c, enum jb_finding_code code,
                            const struct jb_period_moment *since)
{
    struct ranges ranges = {.txn = c->txn, .freq = c->period.period.freq};
    char got[JB_PERIOD_WORDS_SIZE + 64], period[JB_PERIOD_TEXT_SIZE];
    jb_err err = jb_periods_each(c->txn, add_range, &ranges);
    jb_period_state_free(&ranges.state);
    if (err)
        return err;
    jb_period_format(c->period.period, period);
    if (code == JB_F_PERIOD_CLOSED)
        jb_period_describe(&c->period, since, c->rights, c->binding->view->zone_offset_minutes,
                           got);
    else
        format_range(c->period.period, got, sizeof(got));
    jb_findings_add(c->findings, &(struct jb_finding){.code = code,
                                                      .severity = JB_ERROR,
                                                      .period = period,
                                                      .got = got,
                                                      .expected = ranges.text});
    return JB_OK;
}

jb_err jb_case_check_period(struct jb_case *c)
{
    const struct jb_period_moment *since = NULL;
    struct jb_period period;
    /* What is no period of the form is told by the check, which comes next. */
    if (!c->binding->view->managed_periods || jb_period_parse(c->submission->period, &period))
        return JB_OK;
    jb_err err = jb_periods_get(c->txn, period, 0, &c->period);
    if (err)
        return err;
    enum jb_finding_code code =
        jb_period_refuses_submission(&c->period, c->unit, c->now_us, &since);
    return code ? tell_not_open(c, code, since) : JB_OK;
}

void jb_case_check_owed(const struct jb_case *c)
{
    const struct jb_catalog_view *view = c->binding->view;
    for (uint32_t i = 0; c->period.amendment_count && i < c->checked.effect_count; i++) {
        const struct jb_effect *effect = &c->effects[i];
        if (effect->value.state != JB_STATE_WITHDRAWN &&
            !jb_period_owes(&c->period, view->forms[c->checked.form].number, c->unit,
                            view->indicators[effect->indicator].number, true))
            jb_case_row_finding(c, JB_F_NOT_OWED, effect, "", "");
    }
}

static bool sets(const struct jb_case *c, uint32_t indicator, uint32_t stretch, bool any_stretch,
                 bool withdrawn)
{
    for (uint32_t i = 0; i < c->checked.effect_count; i++) {
        const struct jb_effect *effect = &c->effects[i];
        if (effect->indicator == indicator && (any_stretch || effect->stretch == stretch) &&
            (effect->value.state == JB_STATE_WITHDRAWN) == withdrawn)
            return true;
    }
    return false;
}

/* The row's figure is there: set now, or standing and not withdrawn now. */
static jb_err is_there(const struct jb_case *c, struct jb_own_look *look, uint32_t indicator,
                       bool *ret)
{
    const struct jb_own_cell *cells;
    uint32_t count = 0;
    *ret = sets(c, indicator, 0, true, false);
    if (*ret)
        return JB_OK;
    jb_err err =
        jb_own_look_cells(look, c->binding->view->indicators[indicator].number, &cells, &count);
    for (uint32_t i = 0; !err && i < count && !*ret; i++)
        *ret = cells[i].value.state != JB_STATE_WITHDRAWN &&
               !sets(c, indicator, cells[i].stretch, false, true);
    return err;
}

jb_err jb_case_is_complete(const struct jb_case *c, bool *ret)
{
    const struct jb_form *form = &c->binding->view->forms[c->checked.form];
    struct jb_own_look look = {.txn = c->txn, .unit = c->unit, .period = c->checked.period};
    bool there = true;
    jb_err err = JB_OK;
    for (uint32_t r = 0; !err && there && r < form->row_count; r++) {
        if (jb_expected_row(c->binding->catalog, &c->period, c->checked.unit, c->checked.form, r,
                            c->checked.period))
            err = is_there(c, &look, form->rows[r].indicator, &there);
    }
    jb_own_look_end(&look);
    *ret = there;
    return err;
}

struct catalog_case {
    jb_kv_txn *txn;
    const jb_catalog *catalog;
    struct jb_findings *findings;
    struct jb_period_state state;
};

static jb_err compare_period(void *ctx, struct jb_period period)
{
    struct catalog_case *c = ctx;
    struct jb_expected expected;
    char text[JB_PERIOD_TEXT_SIZE], got[64], wanted[64];
    jb_err err = jb_periods_get(c->txn, period, 0, &c->state);
    if (!err)
        err = jb_expected_count(c->catalog, period, NULL, &expected);
    if (err)
        return err;
    bool managed = jb_catalog_view(c->catalog)->managed_periods;
    if (managed && memcmp(expected.hash, c->state.expected_hash, sizeof(expected.hash)) == 0)
        return JB_OK;
    jb_period_format(period, text);
    snprintf(got, sizeof(got), "%u forms, %u rows", expected.forms, expected.rows);
    snprintf(wanted, sizeof(wanted), "%u forms, %u rows", c->state.expected_forms,
             c->state.expected_rows);
    jb_findings_add(c->findings, &(struct jb_finding){.code = JB_F_CATALOG_CHANGE_REFUSED,
                                                      .severity = JB_ERROR,
                                                      .column_name = managed ? "forms" : "periods",
                                                      .period = text,
                                                      .got = managed ? got : "free",
                                                      .expected = managed ? wanted : "managed",
                                                      .hint = managed ? "jibao period amend" : ""});
    return managed ? JB_OK : JB_EINVAL; /* once is enough */
}

jb_err jb_decide_catalog_periods(jb_kv_txn *txn, const jb_catalog *catalog,
                                 struct jb_findings *findings)
{
    struct catalog_case c = {.txn = txn, .catalog = catalog, .findings = findings};
    uint32_t errors = findings->errors;
    jb_err err = jb_periods_each(txn, compare_period, &c);
    jb_period_state_free(&c.state);
    return !err && findings->errors > errors ? JB_EINVAL : err;
}
