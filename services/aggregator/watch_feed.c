/* Changes to watches. A change is decoded and printed once, whoever asks for it next; watches with
 * the same filter and the same event before get the same bytes. */
#include "ledger.h"
#include "lookup.h"
#include "watch_inner.h"

static bool node_of(const struct jb_binding *b, uint32_t number, struct jb_node *ret)
{
    uint32_t plain = number & ~JB_NODE_GROUP;
    bool is_group = (number & JB_NODE_GROUP) != 0;
    uint32_t index = JB_NONE;
    if (is_group && plain < b->group_numbers)
        index = b->group_of[plain];
    else if (!is_group && plain < b->unit_numbers)
        index = b->unit_of[plain];
    *ret = (struct jb_node){is_group, index, number};
    return index != JB_NONE;
}

static jb_err add_printed(struct jb_watches *w, struct jb_node node, struct jb_period period,
                          const struct jb_change_cell *cell, uint32_t *cap)
{
    const struct jb_binding *b = w->view->binding;
    if (cell->indicator >= b->indicator_numbers || b->indicator_of[cell->indicator] == JB_NONE)
        return JB_OK;
    if (w->printed_count == *cap) {
        uint32_t wanted = *cap ? *cap * 2 : 128;
        struct jb_watch_printed *printed =
            jb_arena_array(&w->change_arena, wanted, sizeof(*printed));
        if (!printed)
            return JB_ENOMEM;
        if (w->printed_count)
            memcpy(printed, w->printed, w->printed_count * sizeof(*printed));
        w->printed = printed;
        *cap = wanted;
    }
    struct jb_watch_printed *out = &w->printed[w->printed_count];
    out->node = node.number;
    out->indicator = cell->indicator;
    if (!jb_watch_print(w->source, node, b->indicator_of[cell->indicator], period, &cell->cell,
                        &w->change_arena, &out->cell, &out->bytes))
        return JB_ENOMEM;
    w->printed_count++;
    return JB_OK;
}

/* As long as the change. */
static bool keep(struct jb_watches *w, struct jb_slice bytes, struct jb_slice *ret)
{
    if (bytes.len)
        *ret = jb_arena_copy(&w->change_arena, bytes);
    return bytes.len == 0 || ret->ptr;
}

/* Reads the change into w->printed. JB_ENOTFOUND: the log has no record of it. */
static jb_err read_change(struct jb_watches *w, uint64_t revision)
{
    struct jb_change_reader reader;
    struct jb_slice record;
    uint32_t cap = 0;
    if (w->change_revision == revision && w->change_version == w->view->snapshot.catalog_version)
        return JB_OK;
    w->change_revision = 0;
    w->printed_count = 0;
    jb_arena_clear(&w->change_arena);
    jb_err err = jb_store_change(w->view->txn, revision, &record);
    if (!err)
        err = jb_change_read(record, &reader);
    if (err)
        return err;
    jb_source_set(w->source, w->view->txn, w->view->binding, w->view->snapshot.revision, 0);
    while (!err && jb_change_next_node(&reader)) {
        struct jb_change_cell cell;
        struct jb_node node;
        if (!node_of(w->view->binding, reader.node, &node))
            continue;
        while (!err && jb_change_next_cell(&reader, &cell))
            err = add_printed(w, node, reader.period, &cell, &cap);
    }
    if (!err && reader.r.failed)
        err = JB_EDAMAGED;
    struct jb_slice due = {0}, targets = {0};
    if (!err && !(keep(w, reader.due, &due) && keep(w, reader.targets, &targets)))
        err = JB_ENOMEM;
    if (err)
        return err;
    w->change_catalog = reader.catalog;
    w->change_at_us = reader.at_us;
    w->change_act = reader.act;
    w->change_due = due;
    w->change_targets = targets;
    w->change_period = reader.period;
    w->change_revision = revision;
    w->change_version = w->view->snapshot.catalog_version;
    return JB_OK;
}

/* The cells from `from` on that the filter wants, up to a chunk; *ret_next: where the next chunk
 * begins, printed_count at the end. */
static uint32_t choose(struct jb_watches *w, const struct jb_watch *watch, uint32_t from,
                       struct jb_watch_cell *cells, uint32_t *ret_next)
{
    size_t bytes = 0;
    uint32_t count = 0;
    uint32_t node = JB_NONE;
    bool wanted = false;
    uint32_t i = from;
    for (; i < w->printed_count && bytes < JB_WATCH_CHUNK_BYTES; i++) {
        const struct jb_watch_printed *printed = &w->printed[i];
        if (i == from || printed->node != node) {
            node = printed->node;
            wanted = jb_watch_filter_has_node(&watch->filter, node);
        }
        if (!wanted || !jb_watch_filter_has_indicator(&watch->filter, printed->indicator))
            continue;
        cells[count++] = printed->cell;
        bytes += printed->bytes;
    }
    *ret_next = i;
    return count;
}

/* The same event was made for the watch before. */
static bool is_made(const struct jb_watches *w, const struct jb_watch *watch)
{
    return w->made_valid && w->made_revision == w->change_revision &&
           w->made_previous == watch->previous && w->made_filter == watch->filter.hash &&
           w->made_reach == watch->filter.reach_hash && w->made_part == watch->part &&
           w->made_version == watch->catalog_version;
}

/* Keeps the bytes of the event that jb_watch_say has just encoded. */
static void keep_made(struct jb_watches *w, const struct jb_watch *watch, uint64_t previous,
                      uint32_t part, uint32_t next, bool last)
{
    jb_buf_clear(&w->made);
    jb_buf_put(&w->made, w->payload.ptr, w->payload.len);
    w->made_valid = !w->made.failed;
    w->made_revision = w->change_revision;
    w->made_previous = previous;
    w->made_filter = watch->filter.hash;
    w->made_reach = watch->filter.reach_hash;
    w->made_version = watch->catalog_version;
    w->made_part = part;
    w->made_next = next;
    w->made_last = last;
}

static jb_err send_made(struct jb_watches *w, struct jb_watch *watch, int64_t mono_us)
{
    jb_err err =
        w->send(w->ctx, &watch->peer, JB_KIND_WATCH_EVENT,
                jb_slice_of(watch->request_id, watch->request_id_len), jb_buf_slice(&w->made));
    if (err) {
        jb_watch_failed(watch, err, mono_us);
        return err;
    }
    watch->spoken_us = mono_us;
    watch->retry_us = 0;
    watch->patience_us = 0;
    watch->previous = w->change_revision;
    return JB_OK;
}

static const char *unit_code(const struct jb_binding *b, uint32_t number)
{
    uint32_t unit = number < b->unit_numbers ? b->unit_of[number] : JB_NONE;
    return unit == JB_NONE ? "" : b->view->units[unit].code;
}

static const char *form_code(const struct jb_binding *b, uint32_t number)
{
    uint32_t form = number < b->form_numbers ? b->form_of[number] : JB_NONE;
    return form == JB_NONE ? "" : b->view->forms[form].code;
}

/* The targets of the change that this watch is told of, each by the lowest unit that it may know.
 */
static jb_err choose_targets(struct jb_watches *w, const struct jb_watch *watch,
                             struct jb_watch_event *event)
{
    const struct jb_binding *b = w->view->binding;
    struct jb_reader r = jb_reader_of(w->change_targets);
    struct jb_change_target target;
    uint32_t cap = 0;
    bool failed = false;
    while (watch->filter.acts && jb_change_target_next(&r, &target))
        cap++;
    struct jb_watch_target *items = jb_arena_array(&w->arena, cap, sizeof(*items));
    if (!items)
        return JB_ENOMEM;
    r = jb_reader_of(w->change_targets);
    event->targets = items;
    while (watch->filter.acts && jb_change_target_next(&r, &target)) {
        char period[JB_PERIOD_TEXT_SIZE];
        uint32_t n = 0;
        uint32_t indicator =
            target.indicator < b->indicator_numbers ? b->indicator_of[target.indicator] : JB_NONE;
        while (n < target.node_count && !jb_watch_filter_has_node(&watch->filter, target.nodes[n]))
            n++;
        if (n == target.node_count || indicator == JB_NONE ||
            !jb_watch_filter_has_indicator(&watch->filter, target.indicator))
            continue;
        jb_span_format(target.span, period);
        items[event->target_count++] =
            (struct jb_watch_target){.unit = jb_slice_str(unit_code(b, target.nodes[n])),
                                     .indicator = jb_slice_str(b->view->indicators[indicator].code),
                                     .period = jb_lookup_text(&w->arena, period, &failed),
                                     .value = target.value,
                                     .mark = target.mark,
                                     .target = target.target,
                                     .target_mark = target.target_mark,
                                     .missed = target.missed};
    }
    return failed ? JB_ENOMEM : JB_OK;
}

/* One message of the change; *ret_next: where the watch stands in it then. Its last one tells of
 * targets too; there may be nothing to send. */
static jb_err send_part(struct jb_watches *w, struct jb_watch *watch, int64_t mono_us,
                        uint32_t *ret_next, bool *ret_last)
{
    if (is_made(w, watch)) {
        *ret_next = w->made_next;
        *ret_last = w->made_last;
        return send_made(w, watch, mono_us);
    }
    uint64_t previous = watch->previous;
    uint32_t part = watch->part;
    uint32_t next, after;
    jb_arena_clear(&w->arena);
    struct jb_watch_cell *cells = jb_arena_array(&w->arena, w->printed_count, sizeof(*cells));
    struct jb_watch_cell *rest = jb_arena_array(&w->arena, w->printed_count, sizeof(*rest));
    if (!cells || !rest)
        return JB_ENOMEM;
    uint32_t count = choose(w, watch, part, cells, &next);
    /* Nothing that this filter wants may follow: then this message is the last. */
    bool more = false;
    for (after = next; after < w->printed_count && !more;)
        more = choose(w, watch, after, rest, &after) > 0;
    struct jb_watch_event event = {.type = JB_WATCH_CHANGES,
                                   .revision = w->change_revision,
                                   .at_us = w->change_at_us,
                                   .more = more,
                                   .cells = cells,
                                   .cell_count = count};
    jb_err err = more ? JB_OK : choose_targets(w, watch, &event);
    if (err)
        return err;
    *ret_next = more ? next : w->printed_count;
    *ret_last = !more;
    if (count + event.target_count == 0)
        return JB_OK;
    err = jb_watch_say(w, watch, &event, !more, mono_us);
    if (!err)
        keep_made(w, watch, previous, part, *ret_next, *ret_last);
    return err;
}

/* What the bureau did, to who asked for it and may know of the unit. False: it could not be sent.
 */
static bool send_act(struct jb_watches *w, struct jb_watch *watch, int64_t mono_us)
{
    const struct jb_change_act *act = &w->change_act;
    char period[JB_PERIOD_TEXT_SIZE];
    bool of_unit = jb_act_is_of_filing(act->kind) || act->kind == JB_ACT_PERIOD_AMEND ||
                   act->kind == JB_ACT_NOTICE;
    if (!watch->filter.acts || (of_unit && !jb_watch_filter_has_node(&watch->filter, act->unit)))
        return true;
    jb_period_format(w->change_period, period);
    struct jb_watch_event event = {
        .type = JB_WATCH_ACT,
        .revision = w->change_revision,
        .at_us = w->change_at_us,
        .act = {.kind = act->kind, .period = jb_slice_str(period), .release = act->release}};
    if (of_unit) {
        event.act.unit = jb_slice_str(unit_code(w->view->binding, act->unit));
        event.act.form =
            jb_slice_str(act->kind == JB_ACT_NOTICE ? "" : form_code(w->view->binding, act->form));
    }
    return jb_watch_say(w, watch, &event, true, mono_us) == JB_OK;
}

/* What the days say of filings that have not come, likewise. */
static jb_err send_due(struct jb_watches *w, struct jb_watch *watch, int64_t mono_us)
{
    const struct jb_binding *b = w->view->binding;
    struct jb_reader r = jb_reader_of(w->change_due);
    char period[JB_PERIOD_TEXT_SIZE], day[16];
    struct jb_entry_due due;
    uint32_t count = 0;
    bool failed = false;
    jb_arena_clear(&w->arena);
    struct jb_watch_due *items =
        jb_arena_array(&w->arena, w->change_due.len / JB_ENTRY_DUE_BYTES_MIN, sizeof(*items));
    if (!items)
        return JB_ENOMEM;
    jb_period_format(w->change_period, period);
    while (jb_entry_due_next(&r, &due)) {
        if (!jb_watch_filter_has_node(&watch->filter, due.unit))
            continue;
        jb_date_format(due.due_on, day);
        items[count++] = (struct jb_watch_due){.unit = jb_slice_str(unit_code(b, due.unit)),
                                               .form = jb_slice_str(form_code(b, due.form)),
                                               .period = jb_slice_str(period),
                                               .due_on = jb_lookup_text(&w->arena, day, &failed),
                                               .level = due.level};
    }
    if (failed || r.failed)
        return failed ? JB_ENOMEM : JB_EDAMAGED;
    struct jb_watch_event event = {.type = JB_WATCH_DUE,
                                   .revision = w->change_revision,
                                   .at_us = w->change_at_us,
                                   .due = items,
                                   .due_count = count};
    return count ? jb_watch_say(w, watch, &event, true, mono_us) : JB_OK;
}

/* The record is gone: pruned, or a revision that changes nothing that can be watched. */
static jb_err pass_missing(struct jb_watches *w, struct jb_watch *watch, uint64_t revision,
                           bool *ret_moved)
{
    uint64_t floor;
    jb_err err = jb_store_change_floor(w->view->txn, &floor);
    if (err)
        return err;
    if (revision < floor) {
        jb_watch_restart(w, watch, "compacted");
        return JB_OK;
    }
    watch->position = revision;
    *ret_moved = true;
    return JB_OK;
}

jb_err jb_watch_deliver(struct jb_watches *w, struct jb_watch *watch, int64_t mono_us,
                        bool *ret_moved)
{
    uint64_t revision = watch->position + 1;
    *ret_moved = false;
    /* The parts that were sent were counted under a catalogue that is not in force any more. */
    if (watch->part && watch->catalog_version != w->view->snapshot.catalog_version) {
        jb_watch_restart(w, watch, "catalogue");
        return JB_OK;
    }
    jb_err err = read_change(w, revision);
    if (err == JB_ENOTFOUND)
        return pass_missing(w, watch, revision, ret_moved);
    if (err)
        return err;
    if (w->change_catalog) {
        jb_watch_restart(w, watch, "catalogue");
        return JB_OK;
    }
    if (w->change_act.kind && !send_act(w, watch, mono_us))
        return JB_OK; /* its pipe is full or it is gone: noted */
    if (w->change_due.len && watch->filter.acts) {
        err = send_due(w, watch, mono_us);
        if (err == JB_ENOMEM || err == JB_EDAMAGED)
            return err;
        if (err)
            return JB_OK; /* likewise */
    }
    for (bool last = w->printed_count == 0 && w->change_targets.len == 0; !last;) {
        uint32_t next;
        err = send_part(w, watch, mono_us, &next, &last);
        if (err == JB_ENOMEM)
            return err;
        if (err)
            return JB_OK; /* its pipe is full or it is gone: noted */
        watch->part = next;
    }
    watch->part = 0;
    watch->position = revision;
    *ret_moved = true;
    return JB_OK;
}
