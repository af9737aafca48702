/* What is owed in an open period, corrected: a whole form of a unit or one row of it. */
#include "decide_act_inner.h"

#include "base/limits.h"
#include "expected.h"
#include "own_look.h"

struct amend {
    struct jb_act_case *c;
    struct jb_own_look look;
    uint32_t only; /* row, or JB_NONE: the whole form */
};

static bool is_meant(const struct amend *a, uint32_t row)
{
    return a->only == JB_NONE || a->only == row;
}

static bool owed_now(const struct amend *a, uint32_t row)
{
    const struct jb_act_case *c = a->c;
    return jb_expected_row(c->scene->binding->catalog, &c->period, c->unit, c->form, row,
                           c->act.period);
}

/* Something is owed that will not be, and nothing of it stands. */
static jb_err take_away(struct amend *a)
{
    const struct jb_act_case *c = a->c;
    const struct jb_form *form = &c->view->forms[c->form];
    bool any = false;
    for (uint32_t r = 0; r < form->row_count; r++) {
        const struct jb_indicator *indicator = &c->view->indicators[form->rows[r].indicator];
        bool stands = false;
        if (!is_meant(a, r))
            continue;
        any = any || owed_now(a, r);
        jb_err err = jb_own_look_has(&a->look, indicator->number, &stands);
        if (err)
            return err;
        if (stands)
            jb_act_refuse_indicator(c, JB_F_FIGURES_STAND, jb_slice_str(indicator->code));
    }
    if (!any)
        jb_act_refuse(c, JB_F_NOTHING_TO_AMEND, "", "");
    return JB_OK;
}

/* Something is not owed that will be: what an amendment took away, or a row that the form takes
 * without expecting it. What the catalogue does not know of, an amendment cannot bring. */
static void give_back(struct amend *a)
{
    const struct jb_act_case *c = a->c;
    const jb_catalog *catalog = c->scene->binding->catalog;
    const struct jb_form *form = &c->view->forms[c->form];
    bool any = false, accepted = false;
    for (uint32_t r = 0; r < form->row_count; r++) {
        bool owed = jb_catalog_owes_row(catalog, c->unit, c->form, r, c->act.period);
        if (!is_meant(a, r))
            continue;
        if (a->only != JB_NONE)
            owed = jb_catalog_accepts_row(catalog, c->unit, c->form, r, c->act.period);
        accepted = accepted || owed;
        any = any || (owed && !owed_now(a, r));
    }
    if (!accepted)
        jb_act_refuse(c, a->only == JB_NONE ? JB_F_FORM_NOT_OWED : JB_F_NOT_OWED, "", "");
    else if (!any)
        jb_act_refuse(c, JB_F_NOTHING_TO_AMEND, "", "");
}

jb_err jb_act_decide_amend(struct jb_act_case *c)
{
    const jb_catalog *catalog = c->scene->binding->catalog;
    struct amend a = {.c = c,
                      .only = JB_NONE,
                      .look = {.txn = c->scene->txn,
                               .unit = c->view->units[c->unit].number,
                               .period = c->act.period}};
    jb_err err = JB_OK;
    c->entry->act.indicator = JB_NONE;
    if (c->act.indicator.len) {
        uint32_t indicator = jb_catalog_indicator(catalog, c->act.indicator);
        if (indicator == JB_NONE) {
            jb_act_refuse_indicator(c, JB_F_UNKNOWN_INDICATOR, c->act.indicator);
            return JB_OK;
        }
        a.only = jb_catalog_form_row(catalog, c->form, indicator);
        if (a.only == JB_NONE) {
            jb_act_refuse_indicator(c, JB_F_NOT_IN_FORM, c->act.indicator);
            return JB_OK;
        }
        c->entry->act.indicator = c->view->indicators[indicator].number;
    }
    if (c->period.amendment_count >= JB_PERIOD_AMENDMENTS_MAX)
        jb_act_refuse(c, JB_F_TOO_LARGE, "", "");
    else if (c->act.owed)
        give_back(&a);
    else
        err = take_away(&a);
    jb_own_look_end(&a.look);
    return err;
}
