/* One connection of its own: events and answers do not wait for each other. A watch is asked for
 * whenever there is a connection and it is not open; the chain of its events (net/watch_stream.h)
 * tells when one is missing, and then it is asked for again from the last token. The aggregator
 * tells its head every second when nothing happens, so that silence means a break. */
#include "lives.h"

#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "base/limits.h"
#include "base/log.h"
#include "net/wire_json.h"

#define SILENT_US (3 * 1000000LL)
#define LOST_US (9 * 1000000LL)
#define RECV_A_TURN 512
#define LOOK_MS 50
#define IDLE_MS 1000

struct jb_lives {
    struct jb_lives_config config;
    jb_client *client;
    struct jb_live *first;
    uint32_t count;
    size_t bytes; /* of all feeds */
    bool connected;
    int64_t now_us, reconnected_us;
    struct jb_arena arena;
};

jb_err jb_lives_open(const struct jb_lives_config *config, jb_lives **ret)
{
    jb_lives *lives = jb_xcalloc(1, sizeof(*lives));

    lives->config = *config;
    lives->now_us = jb_clock_mono_us();
    jb_arena_init(&lives->arena, (size_t)16 * JB_MESSAGE_BYTES_MAX);
    jb_err err = jb_client_open_as(config->net, config->endpoint, &config->who, &lives->client);
    if (err)
        jb_lives_close(lives);
    else
        *ret = lives;
    return err;
}

static struct jb_slice id_of(const struct jb_live *live)
{
    return jb_slice_of(live->id, sizeof(live->id));
}

static void end_live(jb_lives *lives, struct jb_live *live)
{
    struct jb_live **at = &lives->first;

    while (*at != live)
        at = &(*at)->next;
    *at = live->next;
    lives->count--;
    if (live->open)
        jb_ignore(jb_client_send_for(lives->client, jb_slice_str(live->person),
                                     JB_KIND_WATCH_CANCEL, id_of(live), JB_LIT("")) != JB_OK);
    lives->bytes -= live->feed.bytes;
    jb_feed_free(&live->feed);
    jb_watch_stream_free(&live->stream);
    jb_buf_free(&live->filter);
    free(live);
}

void jb_lives_close(jb_lives *lives)
{
    if (!lives)
        return;
    while (lives->first)
        end_live(lives, lives->first);
    jb_client_close(lives->client);
    jb_arena_free(&lives->arena);
    free(lives);
}

/* Makes room for one more of the person: a watch that nobody looks at goes, of the person's own
 * when it is those that are too many. */
static bool make_room(jb_lives *lives, const char *person)
{
    struct jb_live *idle = NULL, *own_idle = NULL;
    uint32_t own = 0;

    for (struct jb_live *live = lives->first; live; live = live->next) {
        bool is_own = strcmp(live->person, person) == 0;
        own += is_own;
        if (!live->readers)
            idle = live;
        if (!live->readers && is_own)
            own_idle = live;
    }
    if (own >= JB_PERSON_WATCHES_MAX)
        idle = own_idle;
    else if (lives->count < JB_GATEWAY_WATCHES_MAX)
        return true;
    if (idle)
        end_live(lives, idle);
    return idle != NULL;
}

static struct jb_live *find_live(const jb_lives *lives, const char *person, struct jb_slice filter,
                                 const char *token, uint64_t *ret_number)
{
    for (struct jb_live *live = lives->first; live; live = live->next) {
        if (live->over || strcmp(live->person, person) != 0 ||
            !jb_slice_eq(jb_buf_slice(&live->filter), filter))
            continue;
        if (token && !jb_feed_find(&live->feed, token, ret_number))
            continue;
        if (!token)
            *ret_number = live->feed.end;
        return live;
    }
    return NULL;
}

jb_err jb_lives_join(jb_lives *lives, const char *person, struct jb_slice filter, const char *token,
                     struct jb_live **ret, uint64_t *ret_number)
{
    struct jb_live *live = find_live(lives, person, filter, token, ret_number);

    if (!live) {
        if (!make_room(lives, person))
            return JB_EFULL;
        live = jb_xcalloc(1, sizeof(*live));
        jb_buf_init(&live->filter, JB_MESSAGE_BYTES_MAX);
        jb_buf_put(&live->filter, filter.ptr, filter.len);
        snprintf(live->person, sizeof(live->person), "%s", person);
        jb_watch_stream_init(&live->stream, token);
        live->next = lives->first;
        lives->first = live;
        lives->count++;
        *ret_number = 0;
    }
    live->readers++;
    *ret = live;
    return JB_OK;
}

void jb_lives_leave(jb_lives *lives, struct jb_live *live)
{
    live->readers--;
    live->empty_us = lives->now_us;
}

/* The longest feeds give way; their readers that are so far behind resume by their tokens. */
static void keep_within(jb_lives *lives)
{
    while (lives->bytes > JB_LIVES_BYTES_MAX) {
        struct jb_live *longest = lives->first;
        for (struct jb_live *live = longest->next; live; live = live->next) {
            if (live->feed.bytes > longest->feed.bytes)
                longest = live;
        }
        lives->bytes -= longest->feed.bytes;
        jb_feed_drop(&longest->feed);
        lives->bytes += longest->feed.bytes;
    }
}

static void push(jb_lives *lives, struct jb_live *live, const char *name, struct jb_slice token,
                 struct jb_slice data)
{
    lives->bytes -= live->feed.bytes;
    jb_feed_push(&live->feed, name, token, data);
    lives->bytes += live->feed.bytes;
    keep_within(lives);
    lives->config.moved(lives->config.arg, live);
}

/* The filter, and where to go on from: fields of a message may stand one behind the other. */
static void ask(jb_lives *lives, struct jb_live *live)
{
    const struct jb_watch_request from = {.from = jb_slice_str(live->stream.token)};
    struct jb_buf payload;

    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_buf_put(&payload, live->filter.ptr, live->filter.len);
    jb_wire_watch_encode(&from, &payload);
    randombytes_buf(live->id, sizeof(live->id));
    jb_err err = payload.failed
                     ? JB_ERANGE
                     : jb_client_send_for(lives->client, jb_slice_str(live->person), JB_KIND_WATCH,
                                          id_of(live), jb_buf_slice(&payload));
    jb_buf_free(&payload);
    if (err == JB_OK) {
        live->open = true;
        live->heard_us = live->pinged_us = lives->now_us;
        jb_watch_stream_reopen(&live->stream);
    } else {
        lives->connected = false;
    }
}

/* What is over for good is told; what the aggregator only does not know any more is asked again. */
static void ended(jb_lives *lives, struct jb_live *live, struct jb_slice reason,
                  struct jb_slice data)
{
    live->open = false;
    if (jb_slice_is(reason, "unknown"))
        return;
    if (jb_slice_is(reason, "malformed") && live->stream.token) {
        push(lives, live, "reset", (struct jb_slice){0},
             JB_LIT("{\"type\":\"RESET\",\"reason\":\"malformed\"}"));
        jb_watch_stream_free(&live->stream);
        jb_watch_stream_init(&live->stream, NULL);
        return;
    }
    live->over = true;
    push(lives, live, "ended", (struct jb_slice){0}, data);
}

static void say_ready(jb_lives *lives, struct jb_live *live)
{
    if (live->told_lost)
        push(lives, live, "aggregator", (struct jb_slice){0}, JB_LIT("{\"reached\":true}"));
    live->told_lost = false;
    if (!live->ready) {
        live->ready = true;
        lives->config.moved(lives->config.arg, live);
    }
}

/* Snapshots are not passed on: pages ask for what they show. */
static void pass_on(jb_lives *lives, struct jb_live *live, const struct jb_watch_event *event,
                    struct jb_slice data)
{
    bool settled = event->type != JB_WATCH_RESET && event->type != JB_WATCH_SNAPSHOT;
    bool first = !live->ready;

    if (settled)
        live->revision = event->revision;
    bool same = event->type == JB_WATCH_PROGRESS && live->feed.token &&
                jb_slice_is(event->token, live->feed.token); /* nothing happened */
    if (same || event->type == JB_WATCH_SNAPSHOT || event->type == JB_WATCH_ENDED ||
        (event->type == JB_WATCH_CONTINUED && !first) ||
        (event->type == JB_WATCH_RESET && first && jb_slice_is(event->reason, "new")))
        ;
    else
        push(lives, live, jb_watch_type_name(event->type), event->token, data);
    if (settled)
        say_ready(lives, live);
}

static void take_event(jb_lives *lives, struct jb_live *live, struct jb_slice payload)
{
    struct jb_watch_event event, whole;
    struct jb_buf data;

    jb_arena_clear(&lives->arena);
    jb_buf_init(&data, JB_WIRE_JSON_BYTES_MAX);
    if (jb_wire_watch_event_decode(payload, &lives->arena, &event) != JB_OK ||
        jb_wire_json_encode(JB_KIND_WATCH_EVENT, payload, &data) != JB_OK) {
        jb_buf_free(&data);
        live->open = false;
        return;
    }
    struct jb_watch_event link = event; /* the chain alone: readers put parts together */
    link.cells = NULL;
    link.cell_count = 0;
    if (event.type == JB_WATCH_ENDED)
        ended(lives, live, event.reason, jb_buf_slice(&data));
    else if (jb_watch_stream_take(&live->stream, &link, &whole) == JB_STEP_BROKEN)
        live->open = false;
    else
        pass_on(lives, live, &event, jb_buf_slice(&data));
    jb_buf_free(&data);
}

static struct jb_live *find_id(const jb_lives *lives, struct jb_slice id)
{
    struct jb_live *live = lives->first;

    while (live && !(live->open && jb_slice_eq(id_of(live), id)))
        live = live->next;
    return live;
}

static void refused(jb_lives *lives, struct jb_live *live, struct jb_slice payload)
{
    struct jb_buf data;

    live->open = false;
    live->over = true;
    jb_buf_init(&data, JB_WIRE_JSON_BYTES_MAX);
    if (jb_wire_json_encode(JB_KIND_REFUSED, payload, &data) != JB_OK)
        jb_buf_clear(&data);
    push(lives, live, "ended", (struct jb_slice){0}, data.len ? jb_buf_slice(&data) : JB_LIT("{}"));
    jb_buf_free(&data);
}

static void receive(jb_lives *lives)
{
    struct jb_envelope envelope;

    for (int i = 0; i < RECV_A_TURN && jb_client_recv(lives->client, 0, &envelope) == JB_OK; i++) {
        struct jb_live *live = find_id(lives, envelope.request_id);
        if (!live)
            continue;
        live->heard_us = lives->now_us;
        if (envelope.kind == JB_KIND_WATCH_EVENT)
            take_event(lives, live, envelope.payload);
        else if (envelope.kind == JB_KIND_REFUSED)
            refused(lives, live, envelope.payload);
    }
}

static void close_all(jb_lives *lives)
{
    for (struct jb_live *live = lives->first; live; live = live->next)
        live->open = false;
}

static void tend(jb_lives *lives)
{
    jb_ignore(jb_client_tend(lives->client) != JB_OK);
    bool connected = jb_client_trouble(lives->client) == JB_TROUBLE_NONE;
    if (lives->connected && !connected)
        close_all(lives);
    lives->connected = connected;
}

/* A watch that is silent is asked whether it still is; a connection that stays silent is made anew.
 */
static void keep_alive(jb_lives *lives, struct jb_live *live)
{
    int64_t silent_us = lives->now_us - live->heard_us;

    if (silent_us > LOST_US && lives->now_us - lives->reconnected_us > LOST_US) {
        lives->reconnected_us = lives->now_us;
        close_all(lives);
        jb_ignore(jb_client_reconnect(lives->client) != JB_OK);
        lives->connected = false;
    } else if (silent_us > SILENT_US && lives->now_us - live->pinged_us > SILENT_US) {
        live->pinged_us = lives->now_us;
        jb_ignore(jb_client_send_for(lives->client, jb_slice_str(live->person), JB_KIND_WATCH_PING,
                                     id_of(live), JB_LIT("")) != JB_OK);
    }
}

static void tell_lost(jb_lives *lives, struct jb_live *live)
{
    if (live->told_lost || !live->ready || lives->now_us - live->heard_us < SILENT_US)
        return;
    live->told_lost = true;
    push(lives, live, "aggregator", (struct jb_slice){0}, JB_LIT("{\"reached\":false}"));
}

void jb_lives_turn(jb_lives *lives, int64_t now_us)
{
    lives->now_us = now_us;
    receive(lives);
    if (!lives->first)
        return;
    tend(lives);
    for (struct jb_live *live = lives->first, *next; live; live = next) {
        next = live->next;
        if (live->readers == 0 &&
            (live->over || now_us - live->empty_us > JB_WATCH_IDLE_S * 1000000LL)) {
            end_live(lives, live);
            continue;
        }
        if (!live->open && !live->over && lives->connected)
            ask(lives, live);
        else if (live->open)
            keep_alive(lives, live);
        tell_lost(lives, live);
    }
}

jb_sock *jb_lives_sock(jb_lives *lives)
{
    return jb_client_sock(lives->client);
}

int jb_lives_wait_ms(const jb_lives *lives)
{
    return lives->first ? LOOK_MS : IDLE_MS;
}

uint32_t jb_lives_count(const jb_lives *lives)
{
    return lives->count;
}
