/* A reader is a place in a feed: the number of its next event and how much of it went out already.
 * Readers with nothing to read are suspended, and woken when their feed moved. */
#include "events.h"

#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"
#include "gateway.h"
#include "net/wire_json.h"
#include "problem.h"
#include "question.h"

#define OPENING_BYTES_MAX (JB_FEED_TOKEN_BYTES_MAX + 256)

struct reader {
    jb_events *events;
    jb_request *request;
    struct jb_live *live;
    struct reader *next, **back;
    uint64_t number; /* of the next event */
    size_t offset;   /* in it */
    bool waits;      /* for the watch to become ready, without a token */
    bool beat;       /* a sign of life is due */
    bool enrolled;   /* a device's: */
    uint8_t device[JB_TOKEN_BYTES];
    bool over; /* it is not enrolled any more */
    int64_t checked_us;
    struct jb_buf own; /* what is only for this reader, to be sent first */
    size_t own_offset;
    int64_t sent_us;
};

struct jb_events {
    struct jb_events_config config;
    jb_lives *lives;
    struct reader *readers;
    bool stopped;
    int64_t now_us, beaten_us;
    struct jb_events_counts counts;
};

static void moved(void *arg, struct jb_live *live)
{
    jb_events *events = arg;

    for (struct reader *reader = events->readers; reader; reader = reader->next) {
        if (reader->live == live)
            jb_request_wake(reader->request);
    }
}

jb_err jb_events_open(const struct jb_events_config *config, jb_events **ret)
{
    jb_events *events = jb_xcalloc(1, sizeof(*events));
    const struct jb_lives_config lives = {.net = config->net,
                                          .endpoint = config->endpoint,
                                          .who = config->who,
                                          .moved = moved,
                                          .arg = events};
    events->config = *config;
    events->now_us = jb_clock_mono_us();
    jb_err err = jb_lives_open(&lives, &events->lives);
    if (err)
        free(events);
    else
        *ret = events;
    return err;
}

void jb_events_stop(jb_events *events)
{
    if (!events)
        return;
    events->stopped = true;
    for (struct reader *reader = events->readers; reader; reader = reader->next)
        jb_request_wake(reader->request);
}

void jb_events_close(jb_events *events)
{
    if (!events)
        return;
    jb_lives_close(events->lives);
    free(events);
}

static ssize_t give(struct reader *reader, uint8_t *to, size_t cap, const void *from, size_t len)
{
    size_t count = len < cap ? len : cap;

    memcpy(to, from, count);
    reader->events->counts.sent_bytes += count;
    reader->sent_us = reader->events->now_us;
    reader->beat = false;
    return (ssize_t)count;
}

/* The watch is there: from its present end on. */
static void open_here(struct reader *reader)
{
    struct jb_live *live = reader->live;
    char data[48];

    snprintf(data, sizeof(data), "{\"revision\":\"%llu\"}", (unsigned long long)live->revision);
    jb_feed_frame(&reader->own, "open", jb_slice_str(live->feed.token), jb_slice_str(data));
    reader->number = live->feed.end;
    reader->waits = false;
}

static ssize_t give_own(struct reader *reader, uint8_t *to, size_t cap)
{
    size_t left = reader->own.len - reader->own_offset;
    ssize_t count = give(reader, to, cap, reader->own.ptr + reader->own_offset, left);

    reader->own_offset += (size_t)count;
    if (reader->own_offset == reader->own.len) {
        jb_buf_clear(&reader->own);
        reader->own_offset = 0;
    }
    return count;
}

static ssize_t read_events(void *arg, uint8_t *to, size_t cap)
{
    struct reader *reader = arg;
    struct jb_feed *feed = &reader->live->feed;

    if (reader->events->stopped || reader->over)
        return JB_STREAM_END;
    if (reader->waits && reader->live->ready)
        open_here(reader);
    if (reader->own.len)
        return give_own(reader, to, cap);
    if (reader->waits && reader->live->over)
        reader->waits = false; /* what is told of it stands in the feed */
    if (!reader->waits && reader->number < feed->end) {
        const struct jb_feed_event *event = jb_feed_at(feed, reader->number);
        if (!event) { /* it comes back with the id of what it had */
            reader->events->counts.behind++;
            return JB_STREAM_END;
        }
        ssize_t count =
            give(reader, to, cap, event->frame + reader->offset, event->len - reader->offset);
        reader->offset += (size_t)count;
        if (reader->offset == event->len) {
            reader->offset = 0;
            reader->number++;
        }
        return count;
    }
    if (reader->live->over && !reader->waits)
        return JB_STREAM_END;
    return reader->beat ? give(reader, to, cap, ":\n\n", 3) : 0;
}

void jb_events_left(void *arg)
{
    struct reader *reader = arg;

    if (!reader)
        return;
    *reader->back = reader->next;
    if (reader->next)
        reader->next->back = reader->back;
    reader->events->counts.readers--;
    jb_lives_leave(reader->events->lives, reader->live);
    jb_buf_free(&reader->own);
    free(reader);
}

static void begin(jb_events *events, jb_request *request, struct jb_live *live, uint64_t number,
                  bool resumes)
{
    struct jb_visit *visit = jb_visit_of(request);
    struct reader *reader = jb_xcalloc(1, sizeof(*reader));
    const struct jb_reply reply = {
        .status = 200, .type = "text/event-stream", .extra = {{"X-Accel-Buffering", "no"}}};

    *reader = (struct reader){.events = events,
                              .request = request,
                              .live = live,
                              .number = number,
                              .waits = !resumes,
                              .enrolled = visit->enrolled,
                              .checked_us = events->now_us,
                              .sent_us = events->now_us,
                              .next = events->readers,
                              .back = &events->readers};
    memcpy(reader->device, visit->device, sizeof(reader->device));
    jb_buf_init(&reader->own, OPENING_BYTES_MAX);
    jb_buf_put_str(&reader->own, "retry: 2000\n\n");
    if (resumes && number) /* behind what is kept; a new watch says itself what came of the token */
        jb_feed_frame(&reader->own, "continued",
                      jb_slice_str(jb_feed_at(&live->feed, number - 1)->token),
                      JB_LIT("{\"type\":\"CONTINUED\"}"));
    if (reader->next)
        reader->next->back = &reader->next;
    events->readers = reader;
    events->counts.readers++;
    events->counts.begun++;
    events->counts.resumed += resumes;
    visit->reader = reader;
    jb_request_stream(request, &reply, read_events, reader);
}

/* Last-Event-ID, or NULL. False: it was answered. */
static bool read_token(jb_request *request, const char **ret)
{
    const char *token = jb_request_header(request, "Last-Event-ID");
    const struct jb_wire_json_why why = {.field = "Last-Event-ID",
                                         .expected = "the id of an event"};
    if (token && !token[0])
        token = NULL;
    if (token && !jb_feed_token_valid(jb_slice_str(token))) {
        jb_problem_question(request, &why);
        return false;
    }
    *ret = token;
    return true;
}

/* The filter without `from`, which is Last-Event-ID's part. */
static bool read_filter(jb_request *request, struct jb_buf *filter)
{
    struct jb_wire_json_why why = {.field = ""};
    struct jb_watch_request watch;
    struct jb_arena arena;

    jb_arena_init(&arena, (size_t)4 * JB_MESSAGE_BYTES_MAX);
    jb_err err = jb_question_params(request, JB_KIND_WATCH, filter, &why);
    if (!err)
        err = jb_wire_watch_decode(jb_buf_slice(filter), &arena, &watch);
    if (!err && watch.from.len) {
        why = (struct jb_wire_json_why){.field = "from", .expected = "the header Last-Event-ID"};
        err = JB_EINVAL;
    }
    jb_arena_free(&arena);
    if (err)
        jb_problem_question(request, &why);
    return !err;
}

static bool is_of(const struct reader *reader, const uint8_t device[JB_TOKEN_BYTES])
{
    return reader->enrolled && memcmp(reader->device, device, JB_TOKEN_BYTES) == 0;
}

/* False: it was answered. */
static bool may_have_one_more(const jb_events *events, jb_request *request)
{
    const struct jb_visit *visit = jb_visit_of(request);
    uint32_t count = 0;

    for (const struct reader *reader = events->readers; reader && visit->enrolled;
         reader = reader->next)
        count += is_of(reader, visit->device);
    if (count < JB_DEVICE_STREAMS_MAX)
        return true;
    jb_problem_reply(request, &(struct jb_problem){.status = 429,
                                                   .name = "too-many",
                                                   .title = _("too many live pages are open"),
                                                   .detail = _("Close some of them.")});
    return false;
}

void jb_events_handle(struct jb_gateway *gateway, jb_request *request)
{
    jb_events *events = gateway->events;
    struct jb_live *live = NULL;
    const char *token = NULL;
    uint64_t number = 0;
    struct jb_buf filter;

    jb_buf_init(&filter, JB_MESSAGE_BYTES_MAX);
    if (read_token(request, &token) && read_filter(request, &filter) &&
        may_have_one_more(events, request)) {
        if (events->stopped || events->counts.readers >= events->config.readers_max ||
            jb_lives_join(events->lives, jb_visit_of(request)->person.code, jb_buf_slice(&filter),
                          token, &live, &number) != JB_OK)
            jb_problem_busy(request);
        else
            begin(events, request, live, number, token != NULL);
    }
    jb_buf_free(&filter);
}

static void end_reader(struct reader *reader)
{
    reader->over = true;
    jb_request_wake(reader->request);
}

void jb_events_forget(jb_events *events, const uint8_t device[JB_TOKEN_BYTES])
{
    for (struct reader *reader = events->readers; reader; reader = reader->next) {
        if (is_of(reader, device))
            end_reader(reader);
    }
}

static void look_after(jb_events *events, struct reader *reader)
{
    int64_t beat_us = JB_EVENTS_BEAT_S * 1000000LL;

    if (reader->enrolled && events->now_us - reader->checked_us >= beat_us) {
        reader->checked_us = events->now_us;
        if (!events->config.is_enrolled(events->config.arg, reader->device))
            end_reader(reader);
    }
    if (!reader->beat && events->now_us - reader->sent_us >= beat_us) {
        reader->beat = true;
        jb_request_wake(reader->request);
    }
}

jb_lives *jb_events_lives(jb_events *events)
{
    return events->lives;
}

void jb_events_turn(jb_events *events, int64_t now_us)
{
    events->now_us = now_us;
    jb_lives_turn(events->lives, now_us);
    if (now_us - events->beaten_us < 1000000)
        return;
    events->beaten_us = now_us;
    for (struct reader *reader = events->readers; reader; reader = reader->next)
        look_after(events, reader);
}

struct jb_events_counts jb_events_counts(const jb_events *events)
{
    return events->counts;
}
