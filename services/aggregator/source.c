/* Cells for questions, live or as of a revision. Two small tables of decoded records stand before the store, placed by a hash
 * of their key, the newest in its place: a question walks the periods of one block over and over, indicator by indicator. */
#include "source.h"

#include <stdlib.h>

#include "rollup.h"

#define KEPT_BLOCKS 512
#define KEPT_PASTS 4096
#define KEPT_COUNTS 4096

struct place {
    uint64_t generation; /* 0: never used */
    uint32_t node;
    struct jb_period period;
    uint16_t block;
    bool found;
};
struct own_kept {
    struct place place;
    struct jb_own_block block;
};
struct sum_kept {
    struct place place;
    struct jb_sum_block block;
};
struct past_kept {
    struct place place;
    struct jb_past past;
};
/* expected depends on the catalogue only, so it outlives the head. */
struct count_kept {
    uint32_t version; /* 0: never used */
    uint32_t node;
    bool own;
    uint32_t indicator;
    struct jb_period period;
    uint32_t expected;
};

struct jb_source {
    jb_kv_txn *txn;
    const struct jb_binding *binding;
    uint64_t head, as_of;
    uint64_t generation; /* one for each (head, as_of) */
    uint64_t work;
    struct jb_past_scratch scratch;
    struct past_kept *pasts; /* made on first use */
    struct jb_own_cell past_cell;
    struct jb_past filings_now; /* filings only */
    struct jb_sum_cell *run;
    const struct jb_sum_cell **run_at;
    uint32_t run_cap;
    struct own_kept own[KEPT_BLOCKS];
    struct sum_kept sum[KEPT_BLOCKS];
    struct count_kept counts[KEPT_COUNTS];
};

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
    for (size_t i = 0; i < KEPT_BLOCKS; i++) {
        jb_own_block_free(&source->own[i].block);
        jb_sum_block_free(&source->sum[i].block);
    }
    for (size_t i = 0; source->pasts && i < KEPT_PASTS; i++)
        jb_past_free(&source->pasts[i].past);
    free(source->pasts);
    jb_past_free(&source->filings_now);
    free(source->run);
    free(source->run_at);
    jb_past_scratch_free(&source->scratch);
    free(source);
}

void jb_source_set(jb_source *source, jb_kv_txn *txn, const struct jb_binding *binding, uint64_t head,
                   uint64_t as_of)
{
    if (head != source->head || as_of != source->as_of)
        source->generation++;
    source->txn = txn;
    source->binding = binding;
    source->head = head;
    source->as_of = as_of;
    source->work = 0;
}

void jb_source_forget(jb_source *source)
{
    source->generation++;
    for (size_t i = 0; i < KEPT_COUNTS; i++)
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

static uint32_t mix(uint32_t node, struct jb_period period, uint32_t more)
{
    uint64_t x = ((uint64_t)node << 32) ^ ((uint64_t)(uint32_t)period.ordinal << 12) ^
                 ((uint64_t)period.freq << 28) ^ more;
    x *= 0x9e3779b97f4a7c15u;
    return (uint32_t)(x >> 40);
}

static bool is_kept(const jb_source *source, const struct place *place, uint32_t node,
                    struct jb_period period, uint16_t block)
{
    return place->generation == source->generation && place->node == node && place->block == block &&
           jb_period_eq(place->period, period);
}

static jb_err own_block(jb_source *source, uint32_t unit, struct jb_period period, uint16_t block,
                        const struct own_kept **ret)
{
    struct own_kept *kept = &source->own[mix(unit, period, block) % KEPT_BLOCKS];
    if (!is_kept(source, &kept->place, unit, period, block)) {
        struct jb_slice record;
        kept->place.generation = 0;
        jb_err err = jb_store_block(source->txn, JB_PLANE_OWN, unit, period, block, &record);
        bool found = err != JB_ENOTFOUND;
        if (!err)
            err = jb_own_block_decode(record, &kept->block);
        if (err && found)
            return err;
        kept->place = (struct place){source->generation, unit, period, block, found};
    }
    *ret = kept;
    return JB_OK;
}

static jb_err sum_block(jb_source *source, uint32_t node, struct jb_period period, uint16_t block,
                        const struct sum_kept **ret)
{
    struct sum_kept *kept = &source->sum[mix(node, period, block) % KEPT_BLOCKS];
    if (!is_kept(source, &kept->place, node, period, block)) {
        struct jb_slice record;
        kept->place.generation = 0;
        jb_err err = jb_store_block(source->txn, JB_PLANE_SUM, node, period, block, &record);
        bool found = err != JB_ENOTFOUND;
        if (!err)
            err = jb_sum_block_decode(record, &kept->block);
        if (err && found)
            return err;
        kept->place = (struct place){source->generation, node, period, block, found};
    }
    *ret = kept;
    return JB_OK;
}

static jb_err past_at(jb_source *source, uint32_t unit, struct jb_period period,
                      const struct jb_past **ret)
{
    if (!source->pasts)
        source->pasts = jb_xcalloc(KEPT_PASTS, sizeof(*source->pasts));
    struct past_kept *kept = &source->pasts[mix(unit, period, 0) % KEPT_PASTS];
    if (!is_kept(source, &kept->place, unit, period, 0)) {
        kept->place.generation = 0;
        jb_err err = jb_past_read(source->txn, unit, period, source->as_of, &source->scratch,
                                  &kept->past);
        if (err)
            return err;
        kept->place = (struct place){source->generation, unit, period, 0, true};
    }
    *ret = &kept->past;
    return JB_OK;
}

static jb_err past_own(jb_source *source, uint32_t unit, uint32_t number, struct jb_period period,
                       uint32_t stretch, const struct jb_own_cell **ret)
{
    const struct jb_past *past;
    jb_err err = past_at(source, unit, period, &past);
    if (err)
        return err;
    const struct jb_past_figure *figure = jb_past_find(past, number, stretch);
    if (!figure)
        return JB_ENOTFOUND;
    source->past_cell = (struct jb_own_cell){
        .slot = (uint8_t)(number % JB_BLOCK_INDICATORS),
        .stretch = stretch,
        .is_text = figure->is_text,
        .value = figure->value,
        .text_revision = figure->is_text ? figure->revision : 0,
    };
    *ret = &source->past_cell;
    return JB_OK;
}

/* Block 0 of the own plane holds the filings, so cells start at block 1. */
static uint16_t block_of(uint32_t number)
{
    return (uint16_t)(number / JB_BLOCK_INDICATORS + 1);
}

jb_err jb_source_own(jb_source *source, uint32_t unit, uint32_t indicator, struct jb_period period,
                     uint32_t stretch, const struct jb_own_cell **ret)
{
    const struct jb_catalog_view *view = source->binding->view;
    uint32_t unit_number = view->units[unit].number;
    uint32_t number = view->indicators[indicator].number;
    const struct own_kept *kept;
    if (unit_number == JB_NONE || number == JB_NONE)
        return JB_ENOTFOUND;
    if (source->as_of)
        return past_own(source, unit_number, number, period, stretch, ret);
    jb_err err = own_block(source, unit_number, period, block_of(number), &kept);
    if (err || !kept->place.found)
        return err ? err : JB_ENOTFOUND;
    const struct jb_own_cell *cell =
        jb_own_block_find(&kept->block, (uint8_t)(number % JB_BLOCK_INDICATORS), stretch);
    if (!cell)
        return JB_ENOTFOUND;
    *ret = cell;
    return JB_OK;
}

static void merge(const struct jb_indicator *indicator, struct jb_sum_cell *into, bool *found,
                  const struct jb_sum_cell *part)
{
    if (!*found) {
        *into = *part;
        *found = true;
        return;
    }
    if (indicator->unit_agg == JB_UNIT_MIN || indicator->unit_agg == JB_UNIT_MAX)
        jb_extreme_merge(indicator->unit_agg, into, part);
    jb_sum_cell_add(into, part);
}

/* Adds what the unit reported; counting: only when its own value counts in rollups. */
static jb_err add_own(jb_source *source, uint32_t unit, bool counting, uint32_t indicator,
                      struct jb_period period, uint32_t stretch, struct jb_sum_cell *into,
                      bool *found)
{
    const struct jb_own_cell *own;
    const struct jb_binding *b = source->binding;
    jb_err err = jb_source_own(source, unit, indicator, period, stretch, &own);
    if (err)
        return err == JB_ENOTFOUND ? JB_OK : err;
    if (counting &&
        !jb_catalog_own_counts(b->catalog, unit, indicator, jb_period_last_day(period)))
        return JB_OK;
    struct jb_sum_cell part;
    jb_sum_cell_of(&b->view->indicators[indicator], own, &part);
    merge(&b->view->indicators[indicator], into, found, &part);
    return JB_OK;
}

static bool stands_in(const struct jb_binding *b, uint32_t unit, struct jb_node node, jb_date day)
{
    return node.is_group ? jb_catalog_in_group(b->catalog, unit, node.index, day)
                         : jb_catalog_is_under(b->catalog, unit, node.index, day);
}

/* As of a revision nothing is stored above the units: their figures are added up here. */
static jb_err past_cell(jb_source *source, struct jb_node node, uint32_t indicator,
                        struct jb_period period, uint32_t stretch, struct jb_sum_cell *into,
                        bool *found)
{
    const struct jb_binding *b = source->binding;
    const struct jb_indicator *info = &b->view->indicators[indicator];
    jb_date day = jb_period_last_day(period);
    jb_err err = JB_OK;
    source->work += info->owner_count;
    for (uint32_t i = 0; !err && i < info->owner_count; i++) {
        const struct jb_edge *owner = &info->owners[i];
        if (owner->unit == JB_NONE || day < owner->from || day > owner->until ||
            !stands_in(b, owner->unit, node, day))
            continue;
        err = add_own(source, owner->unit, true, indicator, period, stretch, into, found);
    }
    return err;
}

static jb_err live_cell(jb_source *source, struct jb_node node, uint32_t indicator,
                        struct jb_period period, uint32_t stretch, struct jb_sum_cell *into,
                        bool *found)
{
    uint32_t number = source->binding->view->indicators[indicator].number;
    const struct sum_kept *kept;
    if (node.number == JB_NONE || number == JB_NONE)
        return JB_OK;
    jb_err err = sum_block(source, node.number, period, block_of(number), &kept);
    if (err)
        return err;
    if (kept->place.found) {
        const struct jb_sum_cell *cell =
            jb_sum_block_find(&kept->block, (uint8_t)(number % JB_BLOCK_INDICATORS), stretch);
        if (cell)
            merge(&source->binding->view->indicators[indicator], into, found, cell);
    }
    if (node.is_group)
        return JB_OK;
    return add_own(source, node.index, true, indicator, period, stretch, into, found);
}

jb_err jb_source_cell(jb_source *source, struct jb_node node, bool own, uint32_t indicator,
                      struct jb_period period, uint32_t stretch, struct jb_sum_cell *ret,
                      bool *ret_found)
{
    struct jb_sum_cell cell = {0};
    bool found = false;
    jb_err err;
    source->work++;
    if (own)
        err = node.is_group ? JB_OK
                            : add_own(source, node.index, false, indicator, period, stretch, &cell,
                                      &found);
    else if (source->as_of)
        err = past_cell(source, node, indicator, period, stretch, &cell, &found);
    else
        err = live_cell(source, node, indicator, period, stretch, &cell, &found);
    if (err)
        return err;
    *ret = cell;
    *ret_found = found;
    return JB_OK;
}

/* A span is at most all months of all years that can be read, so the run's memory is bounded. */
jb_err jb_source_run(jb_source *source, struct jb_node node, bool own, uint32_t indicator,
                     struct jb_period first, uint32_t count, const struct jb_sum_cell *const **ret,
                     uint32_t *ret_found)
{
    uint32_t found = 0;
    if (count > source->run_cap) {
        source->run = jb_xrealloc(source->run, count * sizeof(*source->run));
        source->run_at = jb_xrealloc(source->run_at, count * sizeof(*source->run_at));
        source->run_cap = count;
    }
    for (uint32_t i = 0; i < count; i++) {
        bool here;
        jb_err err = jb_source_cell(source, node, own, indicator,
                                    jb_period_add(first, (int32_t)i), 0, &source->run[i], &here);
        if (err)
            return err;
        source->run_at[i] = here ? &source->run[i] : NULL;
        found += here;
    }
    *ret = source->run_at;
    *ret_found = found;
    return JB_OK;
}

static unsigned has_of(enum jb_state state, uint32_t stretch)
{
    if (state == JB_STATE_VALUE)
        return stretch ? JB_HAS_OTHER_VALUE : JB_HAS_VALUE;
    if (state == JB_STATE_NOT_APPLICABLE)
        return stretch ? JB_HAS_OTHER_NOT_APPLICABLE : JB_HAS_NOT_APPLICABLE;
    return 0;
}

jb_err jb_source_past(jb_source *source, uint32_t unit, struct jb_period period,
                      const struct jb_past **ret)
{
    static const struct jb_past nothing;
    uint32_t number = source->binding->view->units[unit].number;
    jb_assert(source->as_of);
    if (number != JB_NONE)
        return past_at(source, number, period, ret);
    *ret = &nothing;
    return JB_OK;
}

jb_err jb_source_own_has(jb_source *source, uint32_t unit, uint32_t indicator,
                         struct jb_period period, unsigned *ret)
{
    const struct jb_catalog_view *view = source->binding->view;
    uint32_t unit_number = view->units[unit].number;
    uint32_t number = view->indicators[indicator].number;
    unsigned has = 0;
    jb_err err;
    source->work++;
    *ret = 0;
    if (unit_number == JB_NONE || number == JB_NONE)
        return JB_OK;
    if (source->as_of) {
        const struct jb_past *past;
        err = past_at(source, unit_number, period, &past);
        for (uint32_t i = 0; !err && i < past->count; i++) {
            if (past->figures[i].indicator == number)
                has |= has_of(past->figures[i].value.state, past->figures[i].stretch);
        }
    } else {
        const struct own_kept *kept;
        err = own_block(source, unit_number, period, block_of(number), &kept);
        for (uint32_t i = 0; !err && kept->place.found && i < kept->block.count; i++) {
            const struct jb_own_cell *cell = &kept->block.cells[i];
            if (cell->slot == number % JB_BLOCK_INDICATORS)
                has |= has_of(cell->value.state, cell->stretch);
        }
    }
    *ret = has;
    return err;
}

static jb_err filings_now(jb_source *source, uint32_t number, struct jb_period period)
{
    struct jb_past *now = &source->filings_now;
    struct jb_filings *filings = &source->scratch.filings;
    jb_err err = jb_past_filings(source->txn, number, period, &source->scratch);
    now->filing_count = 0;
    if (!err && filings->count > now->filing_cap) {
        now->filings = jb_xrealloc(now->filings, filings->count * sizeof(*now->filings));
        now->filing_cap = filings->count;
    }
    for (uint32_t i = 0; !err && i < filings->count; i++) {
        const struct jb_filing *filing = &filings->items[i];
        struct jb_slice bytes;
        struct jb_entry entry;
        err = jb_store_entry(source->txn, filing->last_revision, &bytes);
        if (!err)
            err = jb_entry_peek(bytes, &entry);
        if (!err)
            now->filings[now->filing_count++] =
                (struct jb_past_filing){filing->form, filing->last_revision, entry.at_us,
                                        filing->last_submission};
    }
    return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
}

jb_err jb_source_filings(jb_source *source, uint32_t unit, struct jb_period period,
                         const struct jb_past_filing **ret, uint32_t *ret_count)
{
    uint32_t number = source->binding->view->units[unit].number;
    const struct jb_past *past = &source->filings_now;
    jb_err err = JB_OK;
    *ret_count = 0;
    if (number == JB_NONE)
        return JB_OK;
    if (source->as_of)
        err = past_at(source, number, period, &past);
    else
        err = filings_now(source, number, period);
    if (err)
        return err;
    *ret = past->filings;
    *ret_count = past->filing_count;
    return JB_OK;
}

static jb_err own_other(jb_source *source, uint32_t unit, uint32_t indicator,
                        struct jb_period period, bool *ret)
{
    unsigned has;
    jb_err err = jb_source_own_has(source, unit, indicator, period, &has);
    *ret = !err && (has & JB_HAS_OTHER_VALUE);
    return err;
}

jb_err jb_source_other_stretch(jb_source *source, struct jb_node node, bool own, uint32_t indicator,
                               struct jb_period period, bool *ret)
{
    const struct jb_binding *b = source->binding;
    const struct jb_indicator *info = &b->view->indicators[indicator];
    jb_date day = jb_period_last_day(period);
    bool any = false;
    jb_err err = JB_OK;
    if (node.number == JB_NONE || info->number == JB_NONE) {
        *ret = false;
        return JB_OK;
    }
    if (!own && !source->as_of) {
        const struct sum_kept *kept;
        err = sum_block(source, node.number, period, block_of(info->number), &kept);
        for (uint32_t i = 0; !err && kept->place.found && i < kept->block.count; i++) {
            const struct jb_sum_cell *cell = &kept->block.cells[i];
            any = any || (cell->slot == info->number % JB_BLOCK_INDICATORS && cell->stretch &&
                          cell->values);
        }
    }
    for (uint32_t i = 0; !err && !own && source->as_of && i < info->owner_count && !any; i++) {
        uint32_t unit = info->owners[i].unit;
        if (unit != JB_NONE && stands_in(b, unit, node, day) &&
            jb_catalog_own_counts(b->catalog, unit, indicator, day))
            err = own_other(source, unit, indicator, period, &any);
    }
    if (!err && !any && !node.is_group &&
        (own || (!source->as_of && jb_catalog_own_counts(b->catalog, node.index, indicator, day))))
        err = own_other(source, node.index, indicator, period, &any);
    if (!err)
        *ret = any;
    return err;
}

static uint32_t count_expected(const struct jb_binding *b, struct jb_node node, bool own,
                               uint32_t indicator, struct jb_period period)
{
    if (!own)
        return jb_catalog_expected(b->catalog, node.is_group, node.index, indicator, period);
    if (node.is_group)
        return 0;
    uint32_t form =
        jb_catalog_form_of(b->catalog, node.index, indicator, jb_period_last_day(period));
    if (form == JB_NONE)
        return 0;
    uint32_t row = jb_catalog_form_row(b->catalog, form, indicator);
    return row != JB_NONE && jb_catalog_owes_row(b->catalog, node.index, form, row, period);
}

uint32_t jb_source_expected(jb_source *source, struct jb_node node, bool own, uint32_t indicator,
                            struct jb_period period)
{
    const struct jb_binding *b = source->binding;
    uint32_t key = node.index * 2 + node.is_group;
    struct count_kept *kept =
        &source->counts[mix(key, period, indicator * 2 + own) % KEPT_COUNTS];
    if (kept->version != b->version || kept->node != key || kept->own != own ||
        kept->indicator != indicator || !jb_period_eq(kept->period, period))
        *kept = (struct count_kept){b->version, key, own, indicator, period,
                                    count_expected(b, node, own, indicator, period)};
    return kept->expected;
}
