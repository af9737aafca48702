/* Targets are judged before and after a submission that bears on them, and what became another goes
 * into the change record: so everybody who watches hears it in its place, however late. It is no
 * part of the fold: nothing of it is kept but in the log. A catalogue without targets costs
 * nothing. */
#include <stdlib.h>

#include "apply_inner.h"
#include "change_target.h"

jb_err jb_apply_list_targets(struct jb_applier *a)
{
    const struct jb_catalog_view *view = a->binding->view;
    uint32_t count = 0;
    for (uint32_t i = 0; i < view->indicator_count; i++)
        count += view->indicators[i].target_count > 0;
    a->targeted_count = 0;
    free(a->targeted);
    a->targeted = count ? malloc(count * sizeof(*a->targeted)) : NULL;
    if (count && !a->targeted)
        return JB_ENOMEM;
    for (uint32_t i = 0; a->targeted && i < view->indicator_count; i++) {
        if (view->indicators[i].target_count)
            a->targeted[a->targeted_count++] = i;
    }
    return JB_OK;
}

static bool sets(const struct jb_entry *entry, uint32_t number)
{
    for (uint32_t i = 0; i < entry->effect_count; i++) {
        if (entry->effects[i].indicator == number)
            return true;
    }
    return false;
}

/* Its own figure, or one of its parts. */
static bool bears_on(const struct jb_applier *a, const struct jb_entry *entry, uint32_t indicator)
{
    const struct jb_indicator *all = a->binding->view->indicators;
    if (all[indicator].measure != JB_RATIO)
        return sets(entry, all[indicator].number);
    return sets(entry, all[all[indicator].numerator].number) ||
           sets(entry, all[all[indicator].denominator].number);
}

static bool has_owners(const struct jb_applier *a, const struct jb_place *place, uint32_t indicator,
                       uint32_t unit)
{
    const struct jb_indicator *info = &a->binding->view->indicators[indicator];
    for (uint32_t i = 0; i < info->owner_count; i++) {
        const struct jb_edge *owner = &info->owners[i];
        if (place->tree->day >= owner->from && place->tree->day <= owner->until &&
            !jb_catalog_is_under(a->binding->catalog, owner->unit, unit, place->tree->day))
            return false;
    }
    return true;
}

/* The lowest unit above the submission's that has all owners; JB_NONE: they have different roots.
 */
static uint32_t whole_of(const struct jb_applier *a, const struct jb_place *place,
                         uint32_t indicator)
{
    const struct jb_indicator *info = &a->binding->view->indicators[indicator];
    for (uint32_t u = place->unit; u != JB_NONE; u = place->tree->parents[u]) {
        if (info->measure == JB_RATIO ? has_owners(a, place, info->numerator, u) &&
                                            has_owners(a, place, info->denominator, u)
                                      : has_owners(a, place, indicator, u))
            return u;
    }
    return JB_NONE;
}

/* What the source read before may have changed since. */
static void look(struct jb_applier *a, const struct jb_place *place)
{
    if (!a->source)
        a->source = jb_source_new();
    jb_source_set(a->source, place->txn, a->binding, 0, 0);
    jb_source_forget(a->source);
}

static jb_err watch_target(struct jb_applier *a, const struct jb_place *place, uint32_t indicator,
                           uint32_t target, uint32_t whole)
{
    struct jb_target_watched watched = {
        .indicator = indicator, .target = target, .node = jb_node_of_unit(a->binding, whole)};
    struct jb_target_judged judged;
    if (a->watched_count == 0)
        look(a, place);
    jb_err err = jb_target_judge(a->source, watched.node, indicator, target, &judged);
    if (err)
        return err;
    if (a->watched_count == a->watched_cap) {
        uint32_t cap = a->watched_cap ? a->watched_cap * 2 : 16;
        struct jb_target_watched *grown = realloc(a->watched, cap * sizeof(*grown));
        if (!grown)
            return JB_ENOMEM;
        a->watched = grown;
        a->watched_cap = cap;
    }
    watched.standing = judged.standing;
    a->watched[a->watched_count++] = watched;
    return JB_OK;
}

jb_err jb_apply_targets_before(struct jb_applier *a, const struct jb_place *place,
                               const struct jb_entry *entry)
{
    jb_err err = JB_OK;
    a->watched_count = 0;
    jb_buf_clear(&a->targets);
    for (uint32_t i = 0; !err && i < a->targeted_count; i++) {
        const struct jb_indicator *info = &a->binding->view->indicators[a->targeted[i]];
        uint32_t whole =
            bears_on(a, entry, a->targeted[i]) ? whole_of(a, place, a->targeted[i]) : JB_NONE;
        for (uint32_t t = 0; !err && whole != JB_NONE && t < info->target_count; t++) {
            struct jb_span base;
            if (jb_span_to_base(info->targets[t].span, place->period.freq, &base) == JB_OK &&
                base.first.ordinal <= place->period.ordinal &&
                place->period.ordinal <= base.last.ordinal)
                err = watch_target(a, place, a->targeted[i], t, whole);
        }
    }
    return err;
}

static void note(struct jb_applier *a, const struct jb_place *place,
                 const struct jb_target_watched *watched, const struct jb_target_judged *judged)
{
    const struct jb_catalog_view *view = a->binding->view;
    const struct jb_indicator *info = &view->indicators[watched->indicator];
    const struct jb_target *target = &info->targets[watched->target];
    char text[JB_DEC_TEXT_SIZE];
    jb_dec_format(target->value.mantissa, target->value.scale, text);
    struct jb_change_target noted = {.indicator = info->number,
                                     .span = target->span,
                                     .missed = judged->standing == JB_TARGET_MISSED,
                                     .value = jb_slice_str(judged->value),
                                     .target = jb_slice_str(text),
                                     .mark = judged->mark,
                                     .target_mark = target->mark};
    for (uint32_t u = watched->node.index; u != JB_NONE && noted.node_count < JB_CATALOG_DEPTH_MAX;
         u = place->tree->parents[u])
        noted.nodes[noted.node_count++] = view->units[u].number;
    jb_change_target_put(&noted, &a->targets);
}

jb_err jb_apply_targets_after(struct jb_applier *a, const struct jb_place *place)
{
    jb_err err = JB_OK;
    if (a->watched_count)
        look(a, place);
    for (uint32_t i = 0; !err && i < a->watched_count; i++) {
        const struct jb_target_watched *watched = &a->watched[i];
        struct jb_target_judged now;
        err = jb_target_judge(a->source, watched->node, watched->indicator, watched->target, &now);
        if (!err && now.standing != watched->standing &&
            (now.standing == JB_TARGET_MISSED ||
             (now.standing == JB_TARGET_MET && watched->standing == JB_TARGET_MISSED)))
            note(a, place, watched, &now);
    }
    return err;
}
