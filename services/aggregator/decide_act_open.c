/* Opens a period. What the catalogue expects of it is counted; of a day, the ad hoc forms
 * (重点工作调度) that the act names are owed besides, by the units that it names or by all that
 * have them: the bureau asks on a date without a new catalogue. */
#include "base/limits.h"
#include "decide_act_inner.h"
#include "expected.h"

struct opening {
    struct jb_act_case *c;
    uint32_t *units; /* indexes of those that were named */
    bool *asked;     /* by the same: some form is asked of it */
    uint32_t unit_count;
    struct jb_buf owing;
    uint32_t owing_count;
};

static bool find_units(struct opening *o)
{
    struct jb_act_case *c = o->c;
    const jb_catalog *catalog = c->scene->binding->catalog;
    o->units = jb_arena_array(c->arena, c->act.units.count, sizeof(*o->units));
    o->asked = jb_arena_array(c->arena, c->act.units.count, sizeof(*o->asked));
    if (!o->units || !o->asked)
        return false;
    for (uint32_t i = 0; i < c->act.units.count; i++) {
        uint32_t unit = jb_catalog_unit(catalog, c->act.units.items[i]);
        if (unit == JB_NONE)
            jb_act_refuse_text(c, JB_F_UNKNOWN_UNIT, c->act.units.items[i],
                               jb_catalog_suggest_unit(catalog, c->act.units.items[i]));
        o->asked[o->unit_count] = false;
        o->units[o->unit_count++] = unit;
    }
    return true;
}

static bool is_named(struct opening *o, uint32_t unit)
{
    for (uint32_t i = 0; i < o->unit_count; i++) {
        if (o->units[i] == unit) {
            o->asked[i] = true;
            return true;
        }
    }
    return o->unit_count == 0;
}

/* Every row that is not optional. */
static void ask_unit(struct opening *o, uint32_t form, uint32_t unit)
{
    const struct jb_act_case *c = o->c;
    const struct jb_form *info = &c->view->forms[form];
    for (uint32_t r = 0; r < info->row_count; r++) {
        if (info->rows[r].optional ||
            !jb_catalog_accepts_row(c->scene->binding->catalog, unit, form, r, c->act.period))
            continue;
        jb_buf_put_varint(&o->owing, info->number);
        jb_buf_put_varint(&o->owing, c->view->units[unit].number);
        jb_buf_put_varint(&o->owing, c->view->indicators[info->rows[r].indicator].number);
        o->owing_count++;
    }
}

static void ask_form(struct opening *o, struct jb_slice code)
{
    struct jb_act_case *c = o->c;
    const jb_catalog *catalog = c->scene->binding->catalog;
    uint32_t form = jb_catalog_form(catalog, code), before = o->owing_count;
    if (form == JB_NONE) {
        jb_act_refuse_text(c, JB_F_UNKNOWN_FORM, code, jb_catalog_suggest_form(catalog, code));
        return;
    }
    const struct jb_form *info = &c->view->forms[form];
    if (info->freq != JB_FREQ_DAY) {
        jb_act_refuse_text(c, JB_F_FORM_NOT_AD_HOC, code, "");
        return;
    }
    jb_date day = jb_period_last_day(c->act.period);
    for (uint32_t i = 0; i < info->unit_count; i++) {
        const struct jb_edge *owing = &info->units[i];
        if (day >= owing->from && day <= owing->until && is_named(o, owing->unit))
            ask_unit(o, form, owing->unit);
    }
    if (o->owing_count == before)
        jb_act_refuse_text(c, JB_F_FORM_NOT_OWED, code, "");
}

/* A day, forms of days, and each unit that was named has one of them. */
static jb_err name_owing(struct opening *o)
{
    struct jb_act_case *c = o->c;
    if (c->act.period.freq != JB_FREQ_DAY) {
        jb_act_refuse(c, JB_F_FORM_NOT_AD_HOC, jb_freq_name(c->act.period.freq), "");
        return JB_OK;
    }
    if (!find_units(o))
        return JB_ENOMEM;
    for (uint32_t i = 0; i < c->act.forms.count; i++)
        ask_form(o, c->act.forms.items[i]);
    for (uint32_t i = 0; i < o->unit_count; i++) {
        if (o->units[i] != JB_NONE && !o->asked[i])
            jb_act_refuse_text(c, JB_F_FORM_NOT_OWED, c->act.units.items[i], "");
    }
    if (o->owing_count > JB_PERIOD_AMENDMENTS_MAX)
        jb_act_refuse(c, JB_F_TOO_LARGE, "", "");
    c->entry->act.owing = jb_arena_copy(c->arena, jb_buf_slice(&o->owing));
    return o->owing.failed || !c->entry->act.owing.ptr ? JB_ENOMEM : JB_OK;
}

/* Counted as it will stand: with what is named; the hash is of the catalogue's own. */
static jb_err count(struct jb_act_case *c)
{
    const jb_catalog *catalog = c->scene->binding->catalog;
    struct jb_expected listed, all;
    jb_err err = jb_expected_count(catalog, c->act.period, NULL, &listed);
    if (!err)
        err = jb_period_state_take(&c->period, c->entry);
    if (!err)
        err = jb_expected_count(catalog, c->act.period, &c->period, &all);
    if (err)
        return err;
    if (all.rows == 0) /* no form of that frequency, or nothing is owed then */
        jb_act_refuse(c, JB_F_PERIOD_FREQUENCY, jb_freq_name(c->act.period.freq), "");
    c->entry->act.expected_forms = all.forms;
    c->entry->act.expected_rows = all.rows;
    memcpy(c->entry->act.expected_hash, listed.hash, sizeof(listed.hash));
    return JB_OK;
}

jb_err jb_act_decide_open(struct jb_act_case *c)
{
    struct opening o = {.c = c};
    jb_err err = JB_OK;
    jb_buf_init(&o.owing, JB_MESSAGE_BYTES_MAX);
    if (c->act.forms.count)
        err = name_owing(&o);
    if (!err && c->findings->errors == 0)
        err = count(c);
    jb_buf_free(&o.owing);
    return err;
}
