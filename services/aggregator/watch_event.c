/* Events of watches: printing cells, encoding, sending. */
#include "lookup.h"
#include "rollup.h"
#include "watch_inner.h"

#define RETRY_US 20000
#define RETRY_US_MAX 500000
#define CELL_FRAME_BYTES 24

bool jb_watch_print(jb_source *source, struct jb_node node, uint32_t indicator,
                    struct jb_period period, const struct jb_sum_cell *cell, struct jb_arena *arena,
                    struct jb_watch_cell *ret, size_t *ret_bytes)
{
    const struct jb_catalog_view *view = jb_source_binding(source)->view;
    const struct jb_indicator *info = &view->indicators[indicator];
    const struct jb_sum_cell *cells[1] = {cell};
    char text[JB_PERIOD_TEXT_SIZE + JB_DEC_TEXT_SIZE];
    struct jb_result result;
    bool failed = false;
    /* What was owed matters only for telling not applicable from not reported. */
    uint32_t expected = 0;
    if (!cell->values && jb_source_expected(source, node, false, indicator, period, &expected))
        return false;
    jb_rollup_fold(info, cells, 1, period, cell->stretch > 0, expected, &result);
    struct jb_watch_cell printed = {
        .unit = jb_slice_str(node.is_group ? view->groups[node.index].code
                                           : view->units[node.index].code),
        .is_group = node.is_group,
        .indicator = jb_slice_str(info->code),
        .state = result.state,
        .mark = result.mark,
        .status = result.status,
        .reported = result.reported,
    };
    jb_period_format(period, text);
    printed.period = jb_lookup_text(arena, text, &failed);
    if (cell->stretch) {
        struct jb_span span = {jb_period_add(period, -(int32_t)cell->stretch), period};
        jb_span_format(span, text);
        printed.basis = jb_lookup_text(arena, text, &failed);
    }
    if (result.state == JB_STATE_VALUE && info->measure != JB_TEXT) {
        if (jb_result_format(&result, info, JB_ROUND_HALF_UP, text) == JB_OK)
            printed.value = jb_lookup_text(arena, text, &failed);
        else
            printed.state = JB_STATE_NOT_COMPUTABLE;
    }
    *ret = printed;
    *ret_bytes = CELL_FRAME_BYTES + printed.unit.len + printed.indicator.len + printed.period.len +
                 printed.basis.len + printed.value.len;
    return !failed;
}

void jb_watch_failed(struct jb_watch *watch, jb_err err, int64_t mono_us)
{
    if (err != JB_EAGAIN) {
        watch->gone = true;
        return;
    }
    /* Making an event for a pipe that stays full costs as much as sending it. */
    watch->patience_us = watch->patience_us ? watch->patience_us * 2 : RETRY_US;
    if (watch->patience_us > RETRY_US_MAX)
        watch->patience_us = RETRY_US_MAX;
    watch->retry_us = mono_us + watch->patience_us;
}

jb_err jb_watch_say(struct jb_watches *w, struct jb_watch *watch, struct jb_watch_event *event,
                    bool with_token, int64_t mono_us)
{
    char text[JB_WATCH_TOKEN_SIZE];
    event->previous = watch->previous;
    if (with_token) {
        struct jb_watch_token token = {.epoch = w->view->snapshot.epoch,
                                       .revision = event->revision,
                                       .filter_hash = watch->filter.hash,
                                       .catalog_version = watch->catalog_version,
                                       .reach_hash = watch->filter.reach_hash};
        memcpy(token.store_id, w->view->snapshot.store_id, sizeof(token.store_id));
        jb_watch_token_format(&token, text);
        event->token = jb_slice_str(text);
    }
    jb_buf_clear(&w->payload);
    jb_wire_watch_event_encode(event, &w->payload);
    event->token = (struct jb_slice){0};
    jb_err err = w->payload.failed ? JB_ERANGE
                                   : w->send(w->ctx, &watch->peer, JB_KIND_WATCH_EVENT,
                                             jb_slice_of(watch->request_id, watch->request_id_len),
                                             jb_buf_slice(&w->payload));
    if (err) {
        jb_watch_failed(watch, err, mono_us);
        return err;
    }
    watch->spoken_us = mono_us;
    watch->retry_us = 0;
    watch->patience_us = 0;
    watch->previous = event->revision;
    return JB_OK;
}

void jb_watch_end(struct jb_watches *w, struct jb_watch *watch, const char *reason, int64_t mono_us)
{
    struct jb_watch_event event = {
        .type = JB_WATCH_ENDED, .reason = jb_slice_str(reason), .revision = watch->position};
    jb_ignore(jb_watch_say(w, watch, &event, false, mono_us));
    watch->gone = true;
}

void jb_watch_release_pin(struct jb_watches *w, struct jb_watch *watch)
{
    struct jb_pin *pin = watch->pin;
    watch->pin = NULL;
    if (pin && --pin->holders == 0)
        jb_pins_remove(w->pins, pin);
}

void jb_watch_restart(struct jb_watches *w, struct jb_watch *watch, const char *reason)
{
    jb_watch_release_pin(w, watch);
    watch->state = JB_WATCH_STARTING;
    watch->reason = reason;
    watch->part = 0;
}
