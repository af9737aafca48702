/* A figure is looked up in the submission, then in the store; only when it is nowhere is the
 * catalogue asked why. */
#include "unit_figures.h"

#include "filing.h"

/* The effect that sets the figure, or NULL. */
static const struct jb_effect *effect_of(const struct jb_unit_figures *f, uint32_t number,
                                         uint32_t stretch)
{
    const struct jb_indicator *indicators = f->binding->view->indicators;
    uint32_t low = 0, high = f->effects ? f->checked.effect_count : 0;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct jb_effect *effect = &f->effects[middle];
        uint32_t at = indicators[effect->indicator].number;

        if (at == number && effect->stretch == stretch)
            return effect;
        if (at < number || (at == number && effect->stretch < stretch))
            low = middle + 1;
        else
            high = middle;
    }
    return NULL;
}

static jb_err block_of(struct jb_unit_figures *f, struct jb_period period, uint16_t block,
                       const struct jb_own_block **ret)
{
    uint32_t slot = ((uint32_t)period.ordinal + block * 5u) % JB_UNIT_FIGURES_BLOCKS;
    struct jb_unit_block *b = &f->blocks[slot];
    struct jb_slice record = {0};

    *ret = &b->own;
    if (b->loaded && jb_period_eq(b->period, period) && b->block == block)
        return JB_OK;
    b->loaded = false;
    jb_err err = jb_store_block(f->txn, JB_PLANE_OWN, f->unit, period, block, &record);
    if (!err || err == JB_ENOTFOUND)
        err = jb_own_block_decode(record, &b->own);
    if (err)
        return err;
    b->loaded = true;
    b->period = period;
    b->block = block;
    return JB_OK;
}

/* Whether the form was submitted for the period; the one that is being decided counts. */
static jb_err is_there(const struct jb_unit_figures *f, uint32_t form, struct jb_period period,
                       bool *ret)
{
    uint32_t number = f->binding->view->forms[form].number;
    struct jb_slice record = {0};
    struct jb_filing filing;

    *ret = true;
    if (form == f->checked.form && jb_period_eq(period, f->checked.period))
        return JB_OK;
    jb_err err = jb_store_block(f->txn, JB_PLANE_OWN, f->unit, period,
                                f->binding->form_block[number], &record);
    if (!err)
        err = jb_filing_of_record(record, number, &filing);
    *ret = !err;
    return err == JB_ENOTFOUND ? JB_OK : err;
}

/* Why there is no figure. */
static jb_err why_none(const struct jb_unit_figures *f, uint32_t indicator, struct jb_period period,
                       enum jb_found *ret)
{
    const jb_catalog *catalog = f->binding->catalog;
    uint32_t form =
        jb_catalog_form_of(catalog, f->checked.unit, indicator, jb_period_last_day(period));
    bool there = true;

    *ret = JB_FOUND_NOT_OWED;
    if (form == JB_NONE ||
        !jb_catalog_accepts_row(catalog, f->checked.unit, form,
                                jb_catalog_form_row(catalog, form, indicator), period))
        return JB_OK;
    *ret = JB_FOUND_MISSING;
    if (!jb_period_eq(period, f->checked.period))
        return JB_OK;
    jb_err err = is_there(f, form, period, &there);
    if (!err && !there)
        *ret = JB_FOUND_PENDING;
    return err;
}

static jb_err get(void *ctx, uint32_t indicator, struct jb_period period, uint32_t stretch,
                  struct jb_found_figure *ret)
{
    struct jb_unit_figures *f = ctx;
    uint32_t number = f->binding->view->indicators[indicator].number;
    const struct jb_effect *effect = NULL;
    const struct jb_own_block *own = NULL;
    jb_err err = JB_OK;

    *ret = (struct jb_found_figure){.found = JB_FOUND_MISSING};
    if (jb_period_eq(period, f->checked.period))
        effect = effect_of(f, number, stretch);
    if (effect) {
        ret->value = effect->value;
    } else {
        err = block_of(f, period, jb_block_of(number), &own);
        const struct jb_own_cell *cell =
            err ? NULL : jb_own_block_find(own, jb_slot_of(number), stretch);
        if (cell)
            ret->value = cell->value;
    }
    if (ret->value.state == JB_STATE_VALUE || ret->value.state == JB_STATE_NOT_APPLICABLE)
        ret->found = JB_FOUND_VALUE;
    else if (!err)
        err = why_none(f, indicator, period, &ret->found);
    return err;
}

struct jb_figure_source jb_unit_figures_source(struct jb_unit_figures *figures)
{
    return (struct jb_figure_source){.ctx = figures, .get = get};
}

void jb_unit_figures_free(struct jb_unit_figures *figures)
{
    for (uint32_t i = 0; i < JB_UNIT_FIGURES_BLOCKS; i++)
        jb_own_block_free(&figures->blocks[i].own);
}
