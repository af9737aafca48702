/* Watches on the wire: the request, and the events of its stream. */
#include "net/wire_watch.h"

#include "jibao/v1/watch.pb-c.h"
#include "net/wire_pb.h"

_Static_assert(JIBAO__V1__WATCH_EVENT__TYPE__ENDED == (int)JB_WATCH_ENDED, "one numbering");
_Static_assert(JIBAO__V1__WATCH_EVENT__TYPE__ACT == (int)JB_WATCH_ACT, "one numbering");
_Static_assert(JIBAO__V1__WATCH_EVENT__TYPE__DUE == (int)JB_WATCH_DUE, "one numbering");

const char *jb_watch_type_name(enum jb_watch_type type)
{
    static const char *const names[] = {"unknown", "continued", "reset", "snapshot", "snapshot_end",
                                        "changes", "progress",  "ended", "act",      "due"};
    return names[(size_t)type < JB_COUNT(names) ? type : 0];
}

jb_err jb_wire_watch_decode(struct jb_slice bytes, struct jb_arena *arena,
                            struct jb_watch_request *ret)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__watch__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__Watch *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_watch_request got = {
        .units = jb_wire_get_strings(&in, pb->n_units, pb->units),
        .groups = jb_wire_get_strings(&in, pb->n_groups, pb->groups),
        .indicators = jb_wire_get_strings(&in, pb->n_indicators, pb->indicators),
        .from = jb_wire_get_short(&in, pb->from),
        .acts = pb->acts != 0,
    };
    if (in.err)
        return in.err;
    *ret = got;
    return JB_OK;
}

void jb_wire_watch_encode(const struct jb_watch_request *request, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__Watch pb;
    jb_wire_out_init(&scratch);
    jibao__v1__watch__init(&pb);
    pb.n_units = request->units.count;
    pb.units = jb_wire_put_strings(&scratch, request->units);
    pb.n_groups = request->groups.count;
    pb.groups = jb_wire_put_strings(&scratch, request->groups);
    pb.n_indicators = request->indicators.count;
    pb.indicators = jb_wire_put_strings(&scratch, request->indicators);
    pb.from = jb_wire_put_text(&scratch, request->from);
    pb.acts = request->acts;
    jb_wire_pack(&scratch, &pb.base, out);
}

static const struct jb_watch_cell *get_cells(struct jb_wire_in *in, size_t count,
                                             Jibao__V1__WatchCell *const *items)
{
    struct jb_watch_cell *cells = jb_wire_get_array(in, count, sizeof(*cells));
    for (size_t i = 0; cells && i < count; i++) {
        const Jibao__V1__WatchCell *pb = items[i];
        cells[i] = (struct jb_watch_cell){
            .unit = jb_wire_get_short(in, pb->unit),
            .indicator = jb_wire_get_short(in, pb->indicator),
            .period = jb_wire_get_short(in, pb->period),
            .basis = jb_wire_get_short(in, pb->basis),
            .is_group = pb->is_group != 0,
            .state = (enum jb_state)pb->state,
            .value = jb_wire_get_text(in, pb->value, JB_TEXT_FIGURE_BYTES_MAX),
            .mark = (enum jb_mark)pb->precision,
            .status = (enum jb_status)pb->status,
            .reported = pb->reported,
        };
    }
    return cells;
}

static void put_cell(struct jb_wire_out *out, const struct jb_watch_cell *cell,
                     Jibao__V1__WatchCell *pb)
{
    jibao__v1__watch_cell__init(pb);
    pb->unit = jb_wire_put_text(out, cell->unit);
    pb->indicator = jb_wire_put_text(out, cell->indicator);
    pb->period = jb_wire_put_text(out, cell->period);
    pb->basis = jb_wire_put_text(out, cell->basis);
    pb->is_group = cell->is_group;
    pb->state = (Jibao__V1__State)cell->state;
    pb->value = jb_wire_put_text(out, cell->value);
    pb->precision = (Jibao__V1__Precision)cell->mark;
    pb->status = (Jibao__V1__Status)cell->status;
    pb->reported = cell->reported;
}

static const struct jb_watch_due *get_due(struct jb_wire_in *in, size_t count,
                                          Jibao__V1__WatchDue *const *items)
{
    struct jb_watch_due *due = jb_wire_get_array(in, count, sizeof(*due));
    for (size_t i = 0; due && i < count; i++) {
        due[i] = (struct jb_watch_due){
            .unit = jb_wire_get_short(in, items[i]->unit),
            .form = jb_wire_get_short(in, items[i]->form),
            .period = jb_wire_get_short(in, items[i]->period),
            .due_on = jb_wire_get_short(in, items[i]->due_on),
            .level = items[i]->overdue_days,
        };
    }
    return due;
}

static void put_due(struct jb_wire_out *out, const struct jb_watch_due *due,
                    Jibao__V1__WatchDue *pb)
{
    jibao__v1__watch_due__init(pb);
    pb->unit = jb_wire_put_text(out, due->unit);
    pb->form = jb_wire_put_text(out, due->form);
    pb->period = jb_wire_put_text(out, due->period);
    pb->due_on = jb_wire_put_text(out, due->due_on);
    pb->overdue_days = due->level;
}

static const struct jb_watch_target *get_targets(struct jb_wire_in *in, size_t count,
                                                 Jibao__V1__WatchTarget *const *items)
{
    struct jb_watch_target *targets = jb_wire_get_array(in, count, sizeof(*targets));
    for (size_t i = 0; targets && i < count; i++) {
        targets[i] = (struct jb_watch_target){
            .unit = jb_wire_get_short(in, items[i]->unit),
            .indicator = jb_wire_get_short(in, items[i]->indicator),
            .period = jb_wire_get_short(in, items[i]->period),
            .value = jb_wire_get_short(in, items[i]->value),
            .mark = (enum jb_mark)items[i]->precision,
            .target = jb_wire_get_short(in, items[i]->target),
            .target_mark = (enum jb_mark)items[i]->target_precision,
            .missed = items[i]->missed != 0,
        };
    }
    return targets;
}

static void put_target(struct jb_wire_out *out, const struct jb_watch_target *target,
                       Jibao__V1__WatchTarget *pb)
{
    jibao__v1__watch_target__init(pb);
    pb->unit = jb_wire_put_text(out, target->unit);
    pb->indicator = jb_wire_put_text(out, target->indicator);
    pb->period = jb_wire_put_text(out, target->period);
    pb->value = jb_wire_put_text(out, target->value);
    pb->precision = (Jibao__V1__Precision)target->mark;
    pb->target = jb_wire_put_text(out, target->target);
    pb->target_precision = (Jibao__V1__Precision)target->target_mark;
    pb->missed = target->missed;
}

static struct jb_watch_act get_act(struct jb_wire_in *in, const Jibao__V1__WatchEvent *pb)
{
    bool is_act = pb->type == JIBAO__V1__WATCH_EVENT__TYPE__ACT;
    if (!in->err && (is_act != (pb->act != NULL) ||
                     (is_act && pb->act->action == JIBAO__V1__ACT__ACTION__ACTION_UNSPECIFIED)))
        in->err = JB_EINVAL;
    if (in->err || !is_act)
        return (struct jb_watch_act){.release = 0};
    return (struct jb_watch_act){.kind = (enum jb_act_kind)pb->act->action,
                                 .period = jb_wire_get_short(in, pb->act->period),
                                 .unit = jb_wire_get_short(in, pb->act->unit),
                                 .form = jb_wire_get_short(in, pb->act->form),
                                 .release = pb->act->release};
}

static Jibao__V1__WatchAct *put_act(struct jb_wire_out *out, const struct jb_watch_act *act)
{
    Jibao__V1__WatchAct *pb = act->kind ? jb_wire_put_one(out, sizeof(*pb)) : NULL;
    if (!pb)
        return NULL;
    jibao__v1__watch_act__init(pb);
    pb->action = (Jibao__V1__Act__Action)act->kind;
    pb->period = jb_wire_put_text(out, act->period);
    pb->unit = jb_wire_put_text(out, act->unit);
    pb->form = jb_wire_put_text(out, act->form);
    pb->release = act->release;
    return pb;
}

jb_err jb_wire_watch_event_decode(struct jb_slice bytes, struct jb_arena *arena,
                                  struct jb_watch_event *ret)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__watch_event__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__WatchEvent *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_watch_event got = {
        .type = (enum jb_watch_type)pb->type,
        .reason = jb_wire_get_short(&in, pb->reason),
        .revision = pb->revision,
        .previous = pb->previous,
        .at_us = pb->at_us,
        .token = jb_wire_get_short(&in, pb->token),
        .more = pb->more != 0,
        .narrowed = pb->narrowed != 0,
        .cells = get_cells(&in, pb->n_cells, pb->cells),
        .cell_count = (uint32_t)pb->n_cells,
        .act = get_act(&in, pb),
        .due = get_due(&in, pb->n_due, pb->due),
        .due_count = (uint32_t)pb->n_due,
        .targets = get_targets(&in, pb->n_targets, pb->targets),
        .target_count = (uint32_t)pb->n_targets,
    };
    bool is_due = pb->type == JIBAO__V1__WATCH_EVENT__TYPE__DUE;
    if (!in.err &&
        (pb->type == JIBAO__V1__WATCH_EVENT__TYPE__TYPE_UNSPECIFIED || is_due != (pb->n_due > 0)))
        in.err = JB_EINVAL;
    if (in.err)
        return in.err;
    *ret = got;
    return JB_OK;
}

void jb_wire_watch_event_encode(const struct jb_watch_event *event, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__WatchEvent pb;
    jb_wire_out_init(&scratch);
    jibao__v1__watch_event__init(&pb);
    pb.type = (Jibao__V1__WatchEvent__Type)event->type;
    pb.reason = jb_wire_put_text(&scratch, event->reason);
    pb.revision = event->revision;
    pb.previous = event->previous;
    pb.at_us = event->at_us;
    pb.token = jb_wire_put_text(&scratch, event->token);
    pb.more = event->more;
    pb.narrowed = event->narrowed;
    pb.act = put_act(&scratch, &event->act);
    pb.n_cells = event->cell_count;
    pb.cells = jb_wire_put_list(&scratch, event->cell_count, sizeof(Jibao__V1__WatchCell));
    for (uint32_t i = 0; pb.cells && i < event->cell_count; i++)
        put_cell(&scratch, &event->cells[i], pb.cells[i]);
    pb.n_due = event->due_count;
    pb.due = jb_wire_put_list(&scratch, event->due_count, sizeof(Jibao__V1__WatchDue));
    for (uint32_t i = 0; pb.due && i < event->due_count; i++)
        put_due(&scratch, &event->due[i], pb.due[i]);
    pb.n_targets = event->target_count;
    pb.targets = jb_wire_put_list(&scratch, event->target_count, sizeof(Jibao__V1__WatchTarget));
    for (uint32_t i = 0; pb.targets && i < event->target_count; i++)
        put_target(&scratch, &event->targets[i], pb.targets[i]);
    jb_wire_pack(&scratch, &pb.base, out);
}
