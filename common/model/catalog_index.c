/* Builds the indexes of a catalogue once it is read: holders by object and unit, rows by indicator,
 * and the duties that join the two. The join walks the shorter side of each row (its owners or the
 * form's units), so that neither a form with all the villages nor an indicator with all the
 * villages costs more than its own length. */
#include <stdlib.h>

#include "model/catalog_parts.h"

static int compare_holders(const void *left, const void *right)
{
    const struct jb_catalog_holder *a = left;
    const struct jb_catalog_holder *b = right;

    if (a->unit != b->unit)
        return (a->unit > b->unit) - (a->unit < b->unit);
    if (a->from != b->from)
        return (a->from > b->from) - (a->from < b->from);
    return (a->item > b->item) - (a->item < b->item);
}

const struct jb_catalog_holder *jb_catalog_holder_from(const struct jb_catalog_holders *holders,
                                                       uint32_t object, uint32_t unit)
{
    uint32_t low = holders->first[object];
    uint32_t high = holders->first[object + 1];

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (holders->items[middle].unit < unit)
            low = middle + 1;
        else
            high = middle;
    }
    return &holders->items[low];
}

const struct jb_catalog_holder *jb_catalog_holder_on(const struct jb_catalog_holders *holders,
                                                     uint32_t object, uint32_t unit, jb_date day)
{
    const struct jb_catalog_holder *end = holders->items + holders->first[object + 1];
    const struct jb_catalog_holder *h = jb_catalog_holder_from(holders, object, unit);

    for (; h < end && h->unit == unit && h->from <= day; h++) {
        if (day <= h->until)
            return h;
    }
    return NULL;
}

/* What the three lists of edges have in common: the edges of object i. */
typedef const struct jb_edge *(*edges_of)(const struct jb_catalog_view *view, uint32_t object,
                                          uint32_t *ret_count);

static const struct jb_edge *owner_edges(const struct jb_catalog_view *view, uint32_t object,
                                         uint32_t *ret_count)
{
    *ret_count = view->indicators[object].owner_count;
    return view->indicators[object].owners;
}

static const struct jb_edge *form_edges(const struct jb_catalog_view *view, uint32_t object,
                                        uint32_t *ret_count)
{
    *ret_count = view->forms[object].unit_count;
    return view->forms[object].units;
}

static const struct jb_edge *member_edges(const struct jb_catalog_view *view, uint32_t object,
                                          uint32_t *ret_count)
{
    *ret_count = view->groups[object].member_count;
    return view->groups[object].members;
}

static jb_err index_edges(jb_catalog *catalog, uint32_t objects, edges_of edges,
                          struct jb_catalog_holders *holders)
{
    size_t total = 0;
    uint32_t filled = 0;

    for (uint32_t i = 0; i < objects; i++) {
        uint32_t count;

        edges(&catalog->view, i, &count);
        total += count;
    }
    holders->first = jb_arena_array(&catalog->arena, (size_t)objects + 1, sizeof(*holders->first));
    holders->items = jb_arena_array(&catalog->arena, total, sizeof(*holders->items));
    if (!holders->first || !holders->items)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < objects; i++) {
        uint32_t count;
        const struct jb_edge *edge = edges(&catalog->view, i, &count);

        holders->first[i] = filled;
        for (uint32_t k = 0; k < count; k++) {
            if (edge[k].unit == JB_NONE)
                continue;
            holders->items[filled++] = (struct jb_catalog_holder){
                .unit = edge[k].unit,
                .from = edge[k].from,
                .until = edge[k].until,
                .item = k & 0x7fffffffu,
            };
        }
        qsort(holders->items + holders->first[i], filled - holders->first[i],
              sizeof(*holders->items), compare_holders);
    }
    holders->first[objects] = filled;
    return JB_OK;
}

/* Counting sort: forms are walked in order, so each indicator's places come out sorted by form. */
static jb_err index_places(jb_catalog *catalog)
{
    const struct jb_catalog_view *view = &catalog->view;
    uint32_t *first =
        jb_arena_array(&catalog->arena, (size_t)view->indicator_count + 2, sizeof(*first));
    size_t total = 0;

    for (uint32_t f = 0; f < view->form_count; f++)
        total += view->forms[f].row_count;
    catalog->places = jb_arena_array(&catalog->arena, total, sizeof(*catalog->places));
    if (!first || !catalog->places)
        return JB_ENOMEM;
    /* first[i + 2] counts, first[i + 1] becomes the fill position and ends as the next one's
     * beginning. */
    for (uint32_t f = 0; f < view->form_count; f++) {
        for (uint32_t r = 0; r < view->forms[f].row_count; r++) {
            if (view->forms[f].rows[r].indicator != JB_NONE)
                first[view->forms[f].rows[r].indicator + 2]++;
        }
    }
    for (uint32_t i = 2; i < view->indicator_count + 2; i++)
        first[i] += first[i - 1];
    for (uint32_t f = 0; f < view->form_count; f++) {
        for (uint32_t r = 0; r < view->forms[f].row_count; r++) {
            if (view->forms[f].rows[r].indicator != JB_NONE)
                catalog->places[first[view->forms[f].rows[r].indicator + 1]++] =
                    (struct jb_catalog_place){f, r};
        }
    }
    catalog->place_first = first;
    return JB_OK;
}

jb_err jb_catalog_index_holders(jb_catalog *catalog)
{
    const struct jb_catalog_view *view = &catalog->view;
    jb_err err = index_edges(catalog, view->indicator_count, owner_edges, &catalog->owners);

    if (!err)
        err = index_edges(catalog, view->form_count, form_edges, &catalog->form_units);
    if (!err)
        err = index_edges(catalog, view->group_count, member_edges, &catalog->members);
    if (!err)
        err = index_places(catalog);
    return err;
}

/* Duties grow outside the arena, because their number is known only at the end. */
struct duty_list {
    struct jb_catalog_duty *items;
    size_t count, cap;
    size_t steps; /* pairs looked at */
};

static jb_err add_duty(struct duty_list *list, const struct jb_catalog_duty *duty)
{
    if (list->count == JB_CATALOG_DUTIES_MAX)
        return JB_ERANGE;
    if (list->count == list->cap) {
        size_t cap = list->cap ? list->cap * 2 : 1024;
        struct jb_catalog_duty *items = realloc(list->items, cap * sizeof(*items));

        if (!items)
            return JB_ENOMEM;
        list->items = items;
        list->cap = cap;
    }
    list->items[list->count++] = *duty;
    return JB_OK;
}

static jb_date later(jb_date a, jb_date b)
{
    return a > b ? a : b;
}

static jb_date earlier(jb_date a, jb_date b)
{
    return a < b ? a : b;
}

/* One row of one form: every owner of its indicator that the form lists, for the days that all of
 * them share. */
static jb_err join_row(const jb_catalog *c, struct jb_catalog_place place, uint32_t indicator,
                       struct duty_list *list)
{
    const struct jb_indicator *wanted = &c->view.indicators[indicator];
    uint32_t owners = c->owners.first[indicator + 1] - c->owners.first[indicator];
    uint32_t units = c->form_units.first[place.form + 1] - c->form_units.first[place.form];
    bool by_owner = owners <= units;
    const struct jb_catalog_holders *walked = by_owner ? &c->owners : &c->form_units;
    const struct jb_catalog_holders *asked = by_owner ? &c->form_units : &c->owners;
    uint32_t walked_object = by_owner ? indicator : place.form;
    uint32_t asked_object = by_owner ? place.form : indicator;
    const struct jb_catalog_holder *asked_end = asked->items + asked->first[asked_object + 1];

    for (uint32_t i = walked->first[walked_object]; i < walked->first[walked_object + 1]; i++) {
        const struct jb_catalog_holder *a = &walked->items[i];
        const struct jb_catalog_holder *b = jb_catalog_holder_from(asked, asked_object, a->unit);
        const struct jb_unit *unit = &c->view.units[a->unit];

        if (++list->steps > (size_t)JB_CATALOG_DUTIES_MAX * 4)
            return JB_ERANGE;
        for (; b < asked_end && b->unit == a->unit; b++) {
            struct jb_catalog_duty duty = {
                .indicator = indicator,
                .unit = a->unit,
                .from = later(later(a->from, b->from), later(unit->from, wanted->from)),
                .until = earlier(earlier(a->until, b->until), earlier(unit->until, wanted->until)),
                .form = place.form,
                .row = place.row,
            };
            jb_err err = duty.from <= duty.until ? add_duty(list, &duty) : JB_OK;

            if (err)
                return err;
            list->steps++;
        }
    }
    return JB_OK;
}

static int compare_duties(const void *left, const void *right)
{
    const struct jb_catalog_duty *a = left;
    const struct jb_catalog_duty *b = right;

    if (a->unit != b->unit)
        return (a->unit > b->unit) - (a->unit < b->unit);
    if (a->from != b->from)
        return (a->from > b->from) - (a->from < b->from);
    return (a->form > b->form) - (a->form < b->form);
}

/* Duties are sorted by indicator, unit and date, so that each unit's stay sorted. */
static jb_err index_filers(jb_catalog *c)
{
    uint32_t units = c->view.unit_count, count = c->duty_first[c->view.indicator_count];
    uint32_t *first = jb_arena_array(&c->arena, (size_t)units + 2, sizeof(*first));
    struct jb_catalog_filer *filers = jb_arena_array(&c->arena, count, sizeof(*filers));

    if (!first || !filers)
        return JB_ENOMEM;
    memset(first, 0, ((size_t)units + 2) * sizeof(*first));
    for (uint32_t i = 0; i < count; i++)
        first[c->duties[i].unit + 2]++;
    for (uint32_t i = 2; i <= units + 1; i++)
        first[i] += first[i - 1];
    /* first[unit + 1] is where the unit's next one goes, and in the end where they end. */
    for (uint32_t i = 0; i < count; i++) {
        const struct jb_catalog_duty *duty = &c->duties[i];

        filers[first[duty->unit + 1]++] = (struct jb_catalog_filer){
            .indicator = duty->indicator,
            .from = duty->from,
            .until = duty->until,
            .form = duty->form,
        };
    }
    c->filer_first = first;
    c->filers = filers;
    return JB_OK;
}

jb_err jb_catalog_index_duties(jb_catalog *catalog)
{
    const struct jb_catalog_view *view = &catalog->view;
    struct duty_list list = {0};
    uint32_t *first =
        jb_arena_array(&catalog->arena, (size_t)view->indicator_count + 1, sizeof(*first));
    struct jb_catalog_duty *duties;
    jb_err err = first ? JB_OK : JB_ENOMEM;

    for (uint32_t i = 0; !err && i < view->indicator_count; i++) {
        first[i] = (uint32_t)list.count;
        for (uint32_t p = catalog->place_first[i]; !err && p < catalog->place_first[i + 1]; p++)
            err = join_row(catalog, catalog->places[p], i, &list);
        if (!err && list.count > first[i])
            qsort(list.items + first[i], list.count - first[i], sizeof(*list.items),
                  compare_duties);
    }
    if (err)
        goto out;
    duties = jb_arena_array(&catalog->arena, list.count, sizeof(*duties));
    if (!duties) {
        err = JB_ENOMEM;
        goto out;
    }
    if (list.count)
        memcpy(duties, list.items, list.count * sizeof(*duties));
    first[view->indicator_count] = (uint32_t)list.count;
    catalog->duty_first = first;
    catalog->duties = duties;
    err = index_filers(catalog);
out:
    free(list.items);
    return err;
}
