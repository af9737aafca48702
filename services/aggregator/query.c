/* Makes the rows of a question, page by page. A page ends when it is large enough or has cost
 * enough; the position is the number of the next row, so the pages of one snapshot fit together
 * without a gap. */
#include "query.h"

#include <stdlib.h>

#include "answer_row.h"
#include "query_plan.h"
#include "snapshot.h"

/* What an answer's frame takes beside rows and names. */
#define PAGE_FRAME_BYTES 512
#define NAME_FRAME_BYTES 24

struct page {
    jb_source *source;
    const struct jb_query_plan *plan;
    struct jb_arena *arena;
    jb_date today;
    size_t bytes;
    struct jb_answer_row *rows;
    uint32_t count, cap;
    struct jb_name *units, *indicators;
    uint32_t unit_count, unit_cap, indicator_count, indicator_cap;
    uint64_t last_node; /* index in the plan of the node named last; UINT64_MAX: none */
    bool *named;        /* by place in the plan: indicators that are named */
};

/* Room for one more item; the old memory stays in the arena until the message is done. */
static void *room(struct jb_arena *arena, void *items, uint32_t count, uint32_t *cap, size_t size)
{
    if (count < *cap)
        return items;
    uint32_t wanted = *cap ? *cap * 4 : 1; /* most questions ask for one figure */
    void *grown = jb_arena_array(arena, wanted, size);
    if (!grown)
        return NULL;
    if (count)
        memcpy(grown, items, count * size);
    *cap = wanted;
    return grown;
}

static size_t name_size(const struct jb_name *name)
{
    return NAME_FRAME_BYTES + name->code.len + name->zh.len + name->en.len +
           name->unit_of_measure_en.len;
}

/* Adds the names that this row is the first to need. */
static jb_err add_names(struct page *p, uint64_t node, uint32_t indicator)
{
    const struct jb_binding *b = jb_source_binding(p->source);
    if (p->last_node != node) {
        p->units = room(p->arena, p->units, p->unit_count, &p->unit_cap, sizeof(*p->units));
        if (!p->units)
            return JB_ENOMEM;
        p->units[p->unit_count] = jb_name_of_node(b, p->plan->nodes[node]);
        p->bytes += name_size(&p->units[p->unit_count++]);
        p->last_node = node;
    }
    if (!p->named[indicator]) {
        p->indicators = room(p->arena, p->indicators, p->indicator_count, &p->indicator_cap,
                             sizeof(*p->indicators));
        if (!p->indicators)
            return JB_ENOMEM;
        p->indicators[p->indicator_count] = jb_name_of_indicator(b, p->plan->indicators[indicator]);
        p->bytes += name_size(&p->indicators[p->indicator_count++]);
        p->named[indicator] = true;
    }
    return JB_OK;
}

/* Nothing was reported at all, not even that it does not apply. */
static bool is_empty(const struct jb_answer_row *row)
{
    return row->reported == 0 &&
           (row->state == JB_STATE_NOT_REPORTED || row->state == JB_STATE_NOT_COMPUTABLE);
}

static jb_err add_row(struct page *p, uint64_t position)
{
    const struct jb_query_plan *plan = p->plan;
    uint32_t span = (uint32_t)(position % plan->span_count);
    uint32_t indicator = (uint32_t)(position / plan->span_count % plan->indicator_count);
    uint64_t node = position / plan->span_count / plan->indicator_count;
    const struct jb_indicator *info =
        &jb_source_binding(p->source)->view->indicators[plan->indicators[indicator]];
    struct jb_row_ask ask = {
        .total = {.node = plan->nodes[node],
                  .own = plan->own,
                  .indicator = plan->indicators[indicator],
                  .basis = plan->basis,
                  .today = p->today},
        .span = plan->spans[span],
        .rounding = plan->rounding,
        .yoy = plan->yoy,
        .qoq = plan->qoq,
        .public_only = plan->public_only,
    };
    if (jb_span_to_base(ask.span, info->freq, &ask.total.span) != JB_OK)
        return JB_OK; /* finer than the base period: told by the plan */
    p->rows = room(p->arena, p->rows, p->count, &p->cap, sizeof(*p->rows));
    if (!p->rows)
        return JB_ENOMEM;
    jb_err err = jb_answer_row_make(p->source, &ask, p->arena, &p->rows[p->count], NULL);
    if (err || (plan->only_reported && is_empty(&p->rows[p->count])))
        return err;
    p->bytes += jb_wire_answer_row_size(&p->rows[p->count++]);
    return add_names(p, node, indicator);
}

jb_err jb_query_page(jb_source *source, const jb_query_plan *plan, int64_t now_us, size_t bytes_max,
                     uint64_t work_max, struct jb_arena *arena, uint64_t *position,
                     struct jb_answer *ret, bool *ret_more)
{
    uint64_t total = (uint64_t)plan->node_count * plan->indicator_count * plan->span_count;
    uint64_t at = *position;
    uint64_t start = jb_source_work(source);
    struct page p = {.source = source, .plan = plan, .arena = arena, .last_node = UINT64_MAX};
    p.today = jb_date_at(now_us, jb_source_binding(source)->view->zone_offset_minutes);
    p.bytes = PAGE_FRAME_BYTES;
    p.named = jb_arena_array(arena, plan->indicator_count, sizeof(*p.named));
    if (!p.named)
        return JB_ENOMEM;
    for (bool first = true; at < total; at++, first = false) {
        struct page before = p;
        if (!first && ((bytes_max && p.bytes >= bytes_max) ||
                       (work_max && jb_source_work(source) - start >= work_max)))
            break;
        jb_err err = add_row(&p, at);
        if (err)
            return err;
        if (bytes_max && p.bytes > bytes_max && before.count) { /* it opens the next page */
            p = before;
            break;
        }
    }
    *ret = (struct jb_answer){.rows = p.rows,
                              .row_count = p.count,
                              .units = p.units,
                              .unit_count = p.unit_count,
                              .indicators = p.indicators,
                              .indicator_count = p.indicator_count,
                              .view = plan->viewpoint.kind};
    *position = at;
    *ret_more = at < total;
    return jb_query_releases(source, arena, &ret->releases, &ret->release_count);
}

jb_err jb_query_run(jb_kv_txn *txn, const struct jb_binding *binding, const struct jb_query *query,
                    int64_t now_us, struct jb_arena *arena, struct jb_answer *ret,
                    struct jb_findings *findings)
{
    jb_source *source = jb_source_new();
    struct jb_answer answer = {0};
    struct jb_snapshot snapshot;
    jb_query_plan *plan;
    uint64_t position = 0;
    uint64_t as_of = 0;
    bool more;
    jb_err err = jb_snapshot_read(txn, 0, binding->version, &snapshot);
    uint64_t head = snapshot.revision;
    if (!err)
        err = jb_query_revision(txn, query, head, &as_of, findings);
    if (!err && as_of)
        err = jb_snapshot_read(txn, as_of, binding->version, &snapshot);
    if (!err)
        err = jb_query_plan_make(binding, query, NULL, arena, &plan, findings);
    if (!err) {
        jb_source_set_view(source, txn, binding, head, as_of, plan->viewpoint);
        err = jb_query_check_releases(source, plan, findings);
    }
    if (!err) {
        err = jb_query_page(source, plan, now_us, 0, 0, arena, &position, &answer, &more);
    }
    if (!err) {
        answer.snapshot = snapshot;
        *ret = answer;
    }
    jb_source_free(source);
    return err;
}
