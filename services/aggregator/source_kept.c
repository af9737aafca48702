/* The tables of a cell source: what is decoded once and asked for often. */
#include <stdlib.h>

#include "source_inner.h"

struct jb_node jb_node_of_unit(const struct jb_binding *binding, uint32_t unit)
{
    return (struct jb_node){false, unit, binding->view->units[unit].number};
}

struct jb_node jb_node_of_group(const struct jb_binding *binding, uint32_t group)
{
    uint32_t number = binding->view->groups[group].number;
    return (struct jb_node){true, group, number == JB_NONE ? JB_NONE : number | JB_NODE_GROUP};
}

jb_source *jb_source_new(void)
{
    jb_source *source = jb_xcalloc(1, sizeof(*source));
    source->generation = 1;
    return source;
}

void jb_source_free(jb_source *source)
{
    if (!source)
        return;
    for (size_t i = 0; i < JB_KEPT_BLOCKS; i++) {
        jb_own_block_free(&source->own[i].block);
        jb_sum_block_free(&source->sum[i].block);
    }
    for (size_t i = 0; source->pasts && i < JB_KEPT_PASTS; i++)
        jb_past_free(&source->pasts[i].past);
    free(source->pasts);
    jb_source_free_periods(source);
    free(source->shown);
    jb_past_free(&source->filings_now);
    free(source->run);
    free(source->run_at);
    jb_past_scratch_free(&source->scratch);
    free(source);
}

void jb_source_set(jb_source *source, jb_kv_txn *txn, const struct jb_binding *binding,
                   uint64_t head, uint64_t as_of)
{
    jb_source_set_view(source, txn, binding, head, as_of, (struct jb_viewpoint){0});
}

void jb_source_set_view(jb_source *source, jb_kv_txn *txn, const struct jb_binding *binding,
                        uint64_t head, uint64_t as_of, struct jb_viewpoint viewpoint)
{
    if (head != source->head || as_of != source->as_of ||
        !jb_viewpoint_eq(viewpoint, source->viewpoint))
        source->generation++;
    source->txn = txn;
    source->binding = binding;
    source->head = head;
    source->as_of = as_of;
    source->viewpoint = viewpoint;
    source->walks = as_of || viewpoint.kind != JB_VIEW_WORKING;
    source->shown_count = 0;
    source->work = 0;
}

struct jb_viewpoint jb_source_viewpoint(const jb_source *source)
{
    return source->viewpoint;
}

void jb_source_forget(jb_source *source)
{
    source->generation++;
    for (size_t i = 0; i < JB_KEPT_COUNTS; i++)
        source->counts[i].version = 0;
}

const struct jb_binding *jb_source_binding(const jb_source *source)
{
    return source->binding;
}

jb_kv_txn *jb_source_txn(const jb_source *source)
{
    return source->txn;
}

uint64_t jb_source_revision(const jb_source *source)
{
    return source->as_of ? source->as_of : source->head;
}

uint64_t jb_source_work(const jb_source *source)
{
    return source->work;
}

uint32_t jb_kept_mix(uint32_t node, struct jb_period period, uint32_t more)
{
    uint64_t x = ((uint64_t)node << 32) ^ ((uint64_t)(uint32_t)period.ordinal << 12) ^
                 ((uint64_t)period.freq << 28) ^ more;
    x *= 0x9e3779b97f4a7c15u;
    return (uint32_t)(x >> 40);
}

static bool is_kept(const jb_source *source, const struct jb_kept_place *place, uint32_t node,
                    struct jb_period period, uint16_t block)
{
    return place->generation == source->generation && place->node == node &&
           place->block == block && jb_period_eq(place->period, period);
}

jb_err jb_kept_own(jb_source *source, uint32_t unit, struct jb_period period, uint16_t block,
                   const struct jb_own_kept **ret)
{
    struct jb_own_kept *kept = &source->own[jb_kept_mix(unit, period, block) % JB_KEPT_BLOCKS];
    if (!is_kept(source, &kept->place, unit, period, block)) {
        struct jb_slice record;
        kept->place.generation = 0;
        jb_err err = jb_store_block(source->txn, JB_PLANE_OWN, unit, period, block, &record);
        bool found = err != JB_ENOTFOUND;
        if (!err)
            err = jb_own_block_decode(record, &kept->block);
        if (err && found)
            return err;
        kept->place = (struct jb_kept_place){source->generation, unit, period, block, found};
    }
    *ret = kept;
    return JB_OK;
}

jb_err jb_kept_sum(jb_source *source, uint32_t node, struct jb_period period, uint16_t block,
                   const struct jb_sum_kept **ret)
{
    struct jb_sum_kept *kept = &source->sum[jb_kept_mix(node, period, block) % JB_KEPT_BLOCKS];
    if (!is_kept(source, &kept->place, node, period, block)) {
        struct jb_slice record;
        kept->place.generation = 0;
        jb_err err = jb_store_block(source->txn, JB_PLANE_SUM, node, period, block, &record);
        bool found = err != JB_ENOTFOUND;
        if (!err)
            err = jb_sum_block_decode(record, &kept->block);
        if (err && found)
            return err;
        kept->place = (struct jb_kept_place){source->generation, node, period, block, found};
    }
    *ret = kept;
    return JB_OK;
}

/* What the view shows of the unit and period. */
static jb_err read_past(jb_source *source, uint32_t unit, struct jb_period period,
                        struct jb_past *past)
{
    uint64_t revision = jb_source_revision(source);
    struct jb_shown_release release;
    if (source->viewpoint.kind == JB_VIEW_WORKING)
        return jb_past_read(source->txn, unit, period, revision, &source->scratch, past);
    if (source->viewpoint.kind == JB_VIEW_PUBLISHED) {
        jb_err err = jb_source_release(source, period, &release);
        if (err)
            return err;
        revision = release.revision; /* 0: before everything */
    }
    return jb_past_read_accepted(source->txn, unit, period, revision, &source->scratch, past);
}

jb_err jb_kept_past(jb_source *source, uint32_t unit, struct jb_period period,
                    const struct jb_past **ret)
{
    if (!source->pasts)
        source->pasts = jb_xcalloc(JB_KEPT_PASTS, sizeof(*source->pasts));
    struct jb_past_kept *kept = &source->pasts[jb_kept_mix(unit, period, 0) % JB_KEPT_PASTS];
    if (!is_kept(source, &kept->place, unit, period, 0)) {
        kept->place.generation = 0;
        jb_err err = read_past(source, unit, period, &kept->past);
        if (err)
            return err;
        kept->place = (struct jb_kept_place){source->generation, unit, period, 0, true};
    }
    *ret = &kept->past;
    return JB_OK;
}
