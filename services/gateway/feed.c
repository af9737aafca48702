/* A ring by number; the oldest make room by count and by bytes. */
#include "feed.h"

#include <stdlib.h>

static void drop_oldest(struct jb_feed *feed)
{
    struct jb_feed_event *event = &feed->events[feed->first++ % JB_FEED_EVENTS_MAX];

    feed->bytes -= event->len;
    free(event->frame);
    free(event->token);
    *event = (struct jb_feed_event){0};
}

void jb_feed_free(struct jb_feed *feed)
{
    while (feed->first < feed->end)
        drop_oldest(feed);
    free(feed->token);
    feed->token = NULL;
}

bool jb_feed_token_valid(struct jb_slice token)
{
    if (token.len > JB_FEED_TOKEN_BYTES_MAX)
        return false;
    for (size_t i = 0; i < token.len; i++) {
        if (token.ptr[i] <= ' ' || token.ptr[i] >= 0x7f)
            return false;
    }
    return token.len > 0;
}

void jb_feed_frame(struct jb_buf *out, const char *name, struct jb_slice token,
                   struct jb_slice data)
{
    if (token.len)
        jb_buf_printf(out, "id: %.*s\n", JB_ARG(token));
    jb_buf_printf(out, "event: %s\ndata: ", name);
    jb_buf_put(out, data.ptr, data.len);
    jb_buf_put_str(out, "\n\n");
}

void jb_feed_push(struct jb_feed *feed, const char *name, struct jb_slice token,
                  struct jb_slice data)
{
    struct jb_buf frame;

    jb_buf_init(&frame, JB_FEED_BYTES_MAX);
    jb_feed_frame(&frame, name, token, data);
    if (frame.failed) {
        jb_buf_clear(&frame);
        jb_feed_frame(&frame, "reset", token, JB_LIT("{\"type\":\"RESET\",\"reason\":\"large\"}"));
    }
    while (feed->first < feed->end && (feed->end - feed->first == JB_FEED_EVENTS_MAX ||
                                       feed->bytes + frame.len > JB_FEED_BYTES_MAX))
        drop_oldest(feed);
    struct jb_feed_event *event = &feed->events[feed->end++ % JB_FEED_EVENTS_MAX];
    *event = (struct jb_feed_event){.frame = jb_xmalloc(frame.len), .len = frame.len};
    memcpy(event->frame, frame.ptr, frame.len);
    feed->bytes += frame.len;
    if (token.len) {
        event->token = jb_xstrndup(token.ptr, token.len);
        free(feed->token);
        feed->token = jb_xstrndup(token.ptr, token.len);
    }
    jb_buf_free(&frame);
}

void jb_feed_drop(struct jb_feed *feed)
{
    if (feed->first < feed->end)
        drop_oldest(feed);
}

bool jb_feed_find(const struct jb_feed *feed, const char *token, uint64_t *ret)
{
    for (uint64_t number = feed->end; number > feed->first; number--) {
        const struct jb_feed_event *event = &feed->events[(number - 1) % JB_FEED_EVENTS_MAX];
        if (event->token && strcmp(event->token, token) == 0) {
            *ret = number;
            return true;
        }
    }
    return false;
}

const struct jb_feed_event *jb_feed_at(const struct jb_feed *feed, uint64_t number)
{
    if (number < feed->first || number >= feed->end)
        return NULL;
    return &feed->events[number % JB_FEED_EVENTS_MAX];
}
