/* Questions to a catalogue that is complete: who stands under whom, who owns and who owes what, on
 * which day. Nothing here searches a list from end to end but jb_catalog_expected, which has to see
 * every owner. */
#include "model/catalog.h"

#include <stdlib.h>

#include "model/catalog_parts.h"

/* The tree of the largest allowed YAML and its indexes stay below this. */
#define CATALOG_MEMORY_MAX ((size_t)2 << 30)

jb_catalog *jb_catalog_new(void)
{
    jb_catalog *catalog = calloc(1, sizeof(*catalog));

    if (catalog)
        jb_arena_init(&catalog->arena, CATALOG_MEMORY_MAX);
    return catalog;
}

void jb_catalog_free(jb_catalog *catalog)
{
    if (!catalog)
        return;
    jb_arena_free(&catalog->arena);
    free(catalog);
}

const struct jb_catalog_view *jb_catalog_view(const jb_catalog *catalog)
{
    return &catalog->view;
}

static bool holds(jb_date from, jb_date until, jb_date day)
{
    return from <= day && day <= until;
}

uint32_t jb_catalog_parent(const jb_catalog *c, uint32_t unit, jb_date day)
{
    const struct jb_unit *u = &c->view.units[unit];

    for (uint32_t i = 0; i < u->parent_count; i++) {
        if (holds(u->parents[i].from, u->parents[i].until, day))
            return u->parents[i].unit;
    }
    return JB_NONE;
}

bool jb_catalog_is_under(const jb_catalog *c, uint32_t unit, uint32_t node, jb_date day)
{
    while (unit != JB_NONE && unit != node)
        unit = jb_catalog_parent(c, unit, day);
    return unit == node && node != JB_NONE;
}

bool jb_catalog_in_group(const jb_catalog *c, uint32_t unit, uint32_t group, jb_date day)
{
    for (; unit != JB_NONE; unit = jb_catalog_parent(c, unit, day)) {
        if (jb_catalog_holder_on(&c->members, group, unit, day))
            return true;
    }
    return false;
}

bool jb_catalog_owns(const jb_catalog *c, uint32_t unit, uint32_t indicator, jb_date day)
{
    return jb_catalog_holder_on(&c->owners, indicator, unit, day) != NULL;
}

uint32_t jb_catalog_form_row(const jb_catalog *c, uint32_t form, uint32_t indicator)
{
    uint32_t low = c->place_first[indicator];
    uint32_t high = c->place_first[indicator + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (c->places[middle].form < form)
            low = middle + 1;
        else
            high = middle;
    }
    if (low < c->place_first[indicator + 1] && c->places[low].form == form)
        return c->places[low].row;
    return JB_NONE;
}

/* What the unit files the indicator with on the day, or NULL. */
static const struct jb_catalog_filer *filer_on(const jb_catalog *c, uint32_t unit,
                                               uint32_t indicator, jb_date day)
{
    uint32_t low = c->filer_first[unit];
    uint32_t end = c->filer_first[unit + 1];
    uint32_t high = end;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        const struct jb_catalog_filer *filer = &c->filers[middle];

        if (filer->indicator < indicator || (filer->indicator == indicator && filer->until < day))
            low = middle + 1;
        else
            high = middle;
    }
    if (low < end && c->filers[low].indicator == indicator &&
        holds(c->filers[low].from, c->filers[low].until, day))
        return &c->filers[low];
    return NULL;
}

uint32_t jb_catalog_form_of(const jb_catalog *c, uint32_t unit, uint32_t indicator, jb_date day)
{
    const struct jb_catalog_filer *filer = filer_on(c, unit, indicator, day);

    return filer ? filer->form : JB_NONE;
}

bool jb_catalog_owes_form(const jb_catalog *c, uint32_t unit, uint32_t form,
                          struct jb_period period)
{
    const struct jb_unit *u = &c->view.units[unit];
    jb_date day = jb_period_last_day(period);

    return period.freq == c->view.forms[form].freq && holds(u->from, u->until, day) &&
           jb_catalog_holder_on(&c->form_units, form, unit, day);
}

/* Left-out spans mean every period. */
static bool in_owed_spans(const struct jb_form_row *row, struct jb_period period)
{
    for (uint32_t i = 0; i < row->owed_count; i++) {
        if (row->owed[i].first.ordinal <= period.ordinal &&
            period.ordinal <= row->owed[i].last.ordinal)
            return true;
    }
    return row->owed_count == 0;
}

/* A day is asked for by name: what is not listed may be filed, and nobody owes it. */
static bool is_accepted(const struct jb_form_row *row, struct jb_period period)
{
    return period.freq == JB_FREQ_DAY || in_owed_spans(row, period);
}

static bool is_owed(const struct jb_form_row *row, struct jb_period period)
{
    return !row->optional && in_owed_spans(row, period) &&
           (period.freq != JB_FREQ_DAY || row->owed_count > 0);
}

bool jb_catalog_accepts_row_on(const jb_catalog *c, uint32_t unit, uint32_t form, uint32_t row,
                               struct jb_period period, jb_date last_day)
{
    const struct jb_form *f = &c->view.forms[form];
    const struct jb_catalog_filer *filer;

    if (period.freq != f->freq)
        return false;
    filer = filer_on(c, unit, f->rows[row].indicator, last_day);
    return filer && filer->form == form && is_accepted(&f->rows[row], period);
}

bool jb_catalog_accepts_row(const jb_catalog *c, uint32_t unit, uint32_t form, uint32_t row,
                            struct jb_period period)
{
    return jb_catalog_accepts_row_on(c, unit, form, row, period, jb_period_last_day(period));
}

bool jb_catalog_owes_row(const jb_catalog *c, uint32_t unit, uint32_t form, uint32_t row,
                         struct jb_period period)
{
    return is_owed(&c->view.forms[form].rows[row], period) &&
           jb_catalog_accepts_row(c, unit, form, row, period);
}

bool jb_catalog_expects_form(const jb_catalog *c, uint32_t unit, uint32_t form,
                             struct jb_period period)
{
    if (!jb_catalog_owes_form(c, unit, form, period))
        return false;
    for (uint32_t row = 0; row < c->view.forms[form].row_count; row++) {
        if (jb_catalog_owes_row(c, unit, form, row, period))
            return true;
    }
    return false;
}

uint32_t jb_catalog_expected(const jb_catalog *c, bool is_group, uint32_t node, uint32_t indicator,
                             struct jb_period period)
{
    jb_date day = jb_period_last_day(period);
    uint32_t count = 0;

    for (uint32_t i = c->duty_first[indicator]; i < c->duty_first[indicator + 1]; i++) {
        const struct jb_catalog_duty *duty = &c->duties[i];
        const struct jb_form *form = &c->view.forms[duty->form];

        if (!holds(duty->from, duty->until, day) || period.freq != form->freq ||
            !is_owed(&form->rows[duty->row], period))
            continue;
        if (is_group ? jb_catalog_in_group(c, duty->unit, node, day)
                     : jb_catalog_is_under(c, duty->unit, node, day))
            count++;
    }
    return count;
}

bool jb_catalog_own_counts(const jb_catalog *c, uint32_t unit, uint32_t indicator, jb_date day)
{
    const struct jb_catalog_holder *own;

    if (c->view.indicators[indicator].parent_value != JB_PARENT_COMPARE)
        return true;
    own = jb_catalog_holder_on(&c->owners, indicator, unit, day);
    if (!own || !own->above)
        return true;
    for (uint32_t i = c->owners.first[indicator]; i < c->owners.first[indicator + 1]; i++) {
        const struct jb_catalog_holder *other = &c->owners.items[i];

        if (other->unit != unit && holds(other->from, other->until, day) &&
            jb_catalog_is_under(c, other->unit, unit, day))
            return false;
    }
    return true;
}
