/* Events of one watch form a chain: `previous` of each is the revision of the one before. A link
 * further ahead than what was heard means a hole, and then only the last token is to be trusted. */
#include "net/watch_stream.h"

#include <stdlib.h>

void jb_watch_stream_init(struct jb_watch_stream *stream, const char *token)
{
    *stream = (struct jb_watch_stream){.token = token && token[0] ? jb_xstrdup(token) : NULL};
    jb_arena_init(&stream->arena, JB_WATCH_CHANGE_BYTES_MAX);
}

void jb_watch_stream_free(struct jb_watch_stream *stream)
{
    free(stream->token);
    free(stream->cells);
    jb_arena_free(&stream->arena);
    *stream = (struct jb_watch_stream){0};
}

static void forget_parts(struct jb_watch_stream *stream)
{
    stream->cell_count = 0;
    jb_arena_clear(&stream->arena);
}

void jb_watch_stream_reopen(struct jb_watch_stream *stream)
{
    forget_parts(stream);
    stream->known = false;
}

static void keep_token(struct jb_watch_stream *stream, struct jb_slice token)
{
    if (token.len == 0)
        return;
    free(stream->token);
    stream->token = jb_xstrndup(token.ptr, token.len);
}

/* false: it does not fit. */
static bool add_part(struct jb_watch_stream *stream, const struct jb_watch_event *event)
{
    bool good = true;

    if (stream->cell_count == 0)
        jb_arena_clear(&stream->arena);
    for (uint32_t i = 0; good && i < event->cell_count; i++) {
        struct jb_watch_cell cell = event->cells[i];
        if (stream->cell_count == stream->cell_cap) {
            stream->cell_cap = stream->cell_cap ? stream->cell_cap * 2 : 1024;
            stream->cells = jb_xrealloc(stream->cells, stream->cell_cap * sizeof(*stream->cells));
        }
        cell.unit = jb_arena_copy(&stream->arena, cell.unit);
        cell.indicator = jb_arena_copy(&stream->arena, cell.indicator);
        cell.period = jb_arena_copy(&stream->arena, cell.period);
        cell.basis = jb_arena_copy(&stream->arena, cell.basis);
        cell.value = jb_arena_copy(&stream->arena, cell.value);
        good = cell.unit.ptr && cell.indicator.ptr && cell.period.ptr && cell.basis.ptr &&
               cell.value.ptr;
        stream->cells[stream->cell_count++] = cell;
    }
    return good;
}

enum jb_watch_step jb_watch_stream_take(struct jb_watch_stream *stream,
                                        const struct jb_watch_event *event,
                                        struct jb_watch_event *ret)
{
    bool change = event->type == JB_WATCH_CHANGES || event->type == JB_WATCH_ACT ||
                  event->type == JB_WATCH_DUE;

    if (change && stream->known && event->previous > stream->revision)
        return JB_STEP_BROKEN;
    if (change && event->more)
        return add_part(stream, event) ? JB_STEP_WAIT : JB_STEP_BROKEN;
    *ret = *event;
    if (change && stream->cell_count) {
        if (!add_part(stream, event))
            return JB_STEP_BROKEN;
        ret->cells = stream->cells;
        ret->cell_count = stream->cell_count;
        stream->cell_count = 0; /* shown now; the texts go with the next part */
    } else if (!change) {
        forget_parts(stream);
    }
    stream->changes += change;
    if (event->type == JB_WATCH_RESET) {
        free(stream->token);
        stream->token = NULL;
        stream->known = false;
    } else if (event->type != JB_WATCH_ENDED && event->type != JB_WATCH_SNAPSHOT) {
        stream->known = true;
        stream->revision = event->revision;
    }
    keep_token(stream, event->token);
    return JB_STEP_SHOW;
}
