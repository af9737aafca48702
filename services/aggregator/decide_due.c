/* Goes through the filings that are owed in open periods and judges each as the status does. */
#include "decide_due.h"

#include "cell.h"
#include "expected.h"
#include "filing.h"
#include "model/due_event.h"
#include "periods.h"
#include "standing.h"

struct due_look {
    jb_kv_txn *txn;
    const struct jb_binding *binding;
    int64_t now_us;
    jb_date today;
    struct jb_period_state state;
    struct jb_buf *out;
    uint32_t count;
};

static jb_err read_filing(const struct due_look *look, uint32_t unit, uint32_t form,
                          struct jb_filing *ret)
{
    struct jb_slice record;
    *ret = jb_filing_new(form);
    jb_err err = jb_store_block(look->txn, JB_PLANE_OWN, unit, look->state.period,
                                look->binding->form_block[form], &record);
    if (!err)
        err = jb_filing_of_record(record, form, ret);
    return err == JB_ENOTFOUND ? JB_OK : err;
}

/* Those levels of its due day that were not said yet, up to today. */
static void say(struct due_look *look, const struct jb_filing *filing, uint32_t unit,
                const struct jb_form_dates *dates)
{
    struct jb_due_event events[JB_DUE_EVENTS_MAX];
    uint32_t count;
    struct jb_verdict verdict =
        jb_standing_judge(filing, dates, look->binding->view->zone_offset_minutes, look->now_us);
    bool must_come = jb_due_must_come(&verdict, filing->state, filing->has_due);
    jb_due_events(&verdict, must_come, JB_DATE_MIN, look->today, events, &count);
    bool same_day = filing->told && filing->told_due_on == verdict.due_on;
    for (uint32_t i = 0; i < count && look->count < JB_DUE_ENTRY_MAX; i++) {
        if (same_day && events[i].level <= filing->told_level)
            continue;
        const struct jb_entry_due due = {filing->form, unit, verdict.due_on, events[i].level};
        jb_entry_due_put(&due, look->out);
        look->count++;
    }
}

static jb_err look_at_unit(struct due_look *look, uint32_t unit, uint32_t form,
                           const struct jb_form_dates *dates)
{
    const struct jb_catalog_view *view = look->binding->view;
    uint32_t number = view->units[unit].number;
    struct jb_filing filing;
    if ((look->state.phase != JB_PERIOD_OPEN &&
         !jb_period_is_reopened(&look->state, number, look->now_us)) ||
        !jb_expected_form(look->binding->catalog, &look->state, unit, form, look->state.period))
        return JB_OK;
    jb_err err = read_filing(look, number, view->forms[form].number, &filing);
    if (!err)
        say(look, &filing, number, dates);
    return err;
}

static jb_err look_at_form(struct due_look *look, uint32_t form)
{
    const struct jb_form *info = &look->binding->view->forms[form];
    struct jb_form_dates dates;
    bool dated = jb_catalog_dates(look->binding->catalog, form, look->state.period, &dates);
    jb_date day = jb_period_last_day(look->state.period);
    jb_err err = JB_OK;
    for (uint32_t i = 0; !err && i < info->unit_count && look->count < JB_DUE_ENTRY_MAX; i++) {
        const struct jb_edge *owing = &info->units[i];
        if (day >= owing->from && day <= owing->until)
            err = look_at_unit(look, owing->unit, form, dated ? &dates : NULL);
    }
    return err;
}

static jb_err look_at_period(void *ctx, struct jb_period period)
{
    struct due_look *look = ctx;
    const struct jb_catalog_view *view = look->binding->view;
    if (look->count)
        return JB_OK; /* an entry is of one period */
    jb_err err = jb_periods_get(look->txn, period, 0, &look->state);
    if (err || look->state.backfill ||
        (look->state.phase != JB_PERIOD_OPEN && look->state.reopening_count == 0))
        return err;
    for (uint32_t f = 0; !err && f < view->form_count && look->count < JB_DUE_ENTRY_MAX; f++) {
        if (view->forms[f].freq == period.freq)
            err = look_at_form(look, f);
    }
    return err;
}

jb_err jb_decide_due(jb_kv_txn *txn, const struct jb_binding *binding, int64_t now_us,
                     struct jb_buf *out, struct jb_entry *ret, bool *ret_more)
{
    struct due_look look = {.txn = txn, .binding = binding, .now_us = now_us, .out = out};
    jb_err err = JB_OK;
    *ret_more = false;
    jb_buf_clear(out);
    if (!binding || !binding->view->managed_periods)
        return JB_OK;
    look.today = jb_date_at(now_us, binding->view->zone_offset_minutes);
    err = jb_periods_each(txn, look_at_period, &look);
    if (!err && out->failed)
        err = JB_ENOMEM;
    if (!err && look.count) {
        *ret = (struct jb_entry){.kind = JB_ENTRY_DUE,
                                 .catalog_version = binding->version,
                                 .period = look.state.period,
                                 .said_at_us = now_us,
                                 .due = jb_buf_slice(out)};
        *ret_more = true;
    }
    jb_period_state_free(&look.state);
    return err;
}
