/* A rollup question over the wire: its first page from the present, the next ones from the pin that
 * the first one took. */
#include "desk.h"
#include "lookup.h"
#include "net/wire_query.h"

#define PATIENT_WORK_MAX (JB_DESK_WORK_MAX * 100ULL) /* of one page on the worker's desk */

static jb_err page(struct jb_desk *desk, const jb_query_plan *plan, uint64_t *position,
                   struct jb_answer *answer, bool *ret_more)
{
    uint64_t work_max = desk->patient ? PATIENT_WORK_MAX : JB_QUERY_PAGE_WORK_MAX;
    return jb_query_page(desk->source, plan, desk->now_us, JB_ANSWER_PAGE_BYTES_MAX, work_max,
                         &desk->arena, position, answer, ret_more);
}

/* Of the same key, which may still read what it might when the first page was made. */
static jb_err check_owner(struct jb_desk *desk, const struct jb_pin *pin)
{
    const struct jb_reach *reach = NULL;
    jb_err err = JB_OK;
    bool own = !desk->asker.guarded || jb_public_eq(&pin->owner, &desk->asker.key);
    if (own)
        err = jb_asker_reach(&desk->asker, pin->binding, &reach);
    if (err || (own && reach->hash == pin->reach_hash))
        return err;
    jb_lookup_refuse(&desk->findings, JB_F_EXPIRED, (struct jb_slice){0}, "");
    return JB_EINVAL;
}

static jb_err next_page(struct jb_desk *desk, struct jb_slice cursor)
{
    uint64_t position = desk->pin_position;
    struct jb_pin *pin =
        desk->pins ? jb_pins_find(desk->pins, cursor, desk->mono_us, &position) : desk->pin;
    uint8_t next[JB_CURSOR_BYTES];
    struct jb_answer answer;
    bool more;
    if (!pin) {
        jb_lookup_refuse(&desk->findings, JB_F_EXPIRED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = check_owner(desk, pin);
    if (err)
        return err;
    if (desk->pins && pin->busy) { /* asked again while the worker still makes this page */
        jb_lookup_refuse(&desk->findings, JB_F_BUSY, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    if (!jb_desk_affords(desk, pin->cost)) {
        desk->pin = pin;
        desk->pin_position = position;
        return JB_EAGAIN;
    }
    jb_source_set_view(desk->source, pin->txn, pin->binding, pin->head, pin->as_of,
                       jb_query_plan_viewpoint(pin->plan));
    err = page(desk, pin->plan, &position, &answer, &more);
    if (err)
        return err;
    answer.snapshot = pin->snapshot;
    if (more) {
        jb_cursor_write(pin, position, next);
        answer.cursor = jb_slice_of(next, sizeof(next));
    }
    pin->done = !more;
    jb_wire_answer_encode(&answer, &desk->findings, &desk->payload);
    return JB_OK;
}

/* The first of several pages: what it was answered from is kept for the others. */
static jb_err pin_rest(struct jb_desk *desk, const struct jb_desk_scope *scope, jb_query_plan *plan,
                       uint64_t cost, uint64_t reach_hash)
{
    if (desk->pins && desk->asker.guarded &&
        !jb_pins_owner_may(desk->pins, &desk->asker.key, desk->mono_us)) {
        jb_lookup_refuse(&desk->findings, JB_F_RATE_LIMITED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    if (desk->pins && !jb_pins_have_room(desk->pins, desk->mono_us)) {
        jb_lookup_refuse(&desk->findings, JB_F_BUSY, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    struct jb_pin *pin = jb_pin_take(&desk->view, scope->binding, &scope->snapshot, scope->as_of,
                                     desk->mono_us, &desk->plan_arena, plan);
    pin->cost = cost;
    pin->owner = desk->asker.key;
    pin->reach_hash = reach_hash;
    desk->pin = pin;
    if (desk->pins)
        jb_pins_add(desk->pins, pin);
    return JB_OK;
}

static jb_err first_page(struct jb_desk *desk, const struct jb_query *query,
                         const struct jb_desk_scope *scope)
{
    const struct jb_reach *reach;
    struct jb_answer answer;
    jb_query_plan *plan;
    uint64_t position = 0;
    uint8_t next[JB_CURSOR_BYTES];
    bool more;
    jb_err err = jb_asker_reach(&desk->asker, scope->binding, &reach);
    if (!err)
        err = jb_query_plan_make(scope->binding, query, reach, &desk->plan_arena, &plan,
                                 &desk->findings);
    if (err)
        return err;
    bool walks = scope->as_of || jb_query_plan_viewpoint(plan).kind != JB_VIEW_WORKING;
    uint64_t cost = walks ? jb_query_plan_cost(plan, scope->binding, true) : 0;
    if (!jb_desk_affords(desk, cost))
        return JB_EAGAIN;
    jb_desk_look(desk, scope, jb_query_plan_viewpoint(plan));
    err = jb_query_check_releases(desk->source, plan, &desk->findings);
    if (err)
        return err;
    err = page(desk, plan, &position, &answer, &more);
    if (!err && more)
        err = pin_rest(desk, scope, plan, cost, reach->hash);
    if (err)
        return err;
    answer.snapshot = scope->snapshot;
    if (more) {
        jb_cursor_write(desk->pin, position, next);
        answer.cursor = jb_slice_of(next, sizeof(next));
    }
    jb_wire_answer_encode(&answer, &desk->findings, &desk->payload);
    return JB_OK;
}

jb_err jb_answer_query(struct jb_desk *desk, struct jb_slice payload)
{
    struct jb_desk_scope scope;
    struct jb_query query;
    uint64_t as_of = 0;
    if (jb_wire_query_decode(payload, &desk->arena, &query) != JB_OK) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    if (query.cursor.len)
        return next_page(desk, query.cursor);
    jb_err err = jb_desk_need_catalog(desk);
    if (!err)
        err = jb_query_revision(desk->view.txn, &query, desk->view.snapshot.revision, &as_of,
                                &desk->findings);
    if (!err)
        err = jb_desk_scope(desk, as_of, &scope);
    if (err)
        return err;
    err = first_page(desk, &query, &scope);
    jb_desk_release(desk, &scope);
    return err;
}
