/* Pings, connects again, and resumes from the last token, so that what is printed is each change
 * once. One thread: a turn waits for the socket, a signal or half a second. */
#include "watch_run.h"

#include <stdlib.h>
#include <unistd.h>

#include "ask.h"
#include "base/text.h"
#include "base/uuid.h"
#include "files/encoding.h"
#include "model/fold.h"
#include "net/loop.h"
#include "watch_print.h"
#include "net/watch_stream.h"

#define PING_US 20000000
#define SILENT_US 3000000 /* the aggregator tells its head about once a second: ask */
#define LOST_US 10000000  /* asked and still silent: connect again */
#define SAVE_US 200000    /* between two writes of the token file while changes pour in */
#define TURN_MS 500
#define EVENTS_A_TURN 1000
#define TOKEN_BYTES_MAX 4096

struct watch {
    struct jb_desk *desk;
    const struct jb_watch_input *input;
    jb_client *client;
    struct jb_watch_stream stream;
    struct jb_watch_printer printer;
    struct jb_arena arena; /* of one message */
    struct jb_uuid id;     /* names the watch that is open */
    int signals;
    bool open, was_open, stop, unsaved;
    bool told_refused; /* and not open since */
    int64_t heard_us, pinged_us, changed_us, saved_us, started_us;
    enum jb_exit code;
};

static struct jb_slice id_of(const struct watch *w)
{
    return jb_slice_of(w->id.bytes, sizeof(w->id.bytes));
}

static void finish(struct watch *w, enum jb_exit code)
{
    w->stop = true;
    w->code = code;
}

/* Names for people, from the catalogue in force; without them codes are shown. */
static void fetch_names(struct watch *w)
{
    struct jb_fetched fetched = {0};

    struct jb_welcome welcome;
    struct jb_desk desk; /* a client of its own: answers and events must not mix */
    jb_desk_init(&desk, w->desk->options);
    if (w->printer.output != JB_OUT_TABLE)
        jb_ignore(jb_desk_hello(&desk, JB_DOOR_READ, &welcome) != JB_EXIT_OK);
    else if (jb_ask_catalog(&desk, 0, &fetched) == JB_EXIT_OK && fetched.catalog) {
        jb_name_book_free(&w->printer.names);
        jb_name_book_init(&w->printer.names);
        jb_name_book_add_catalog(&w->printer.names, fetched.catalog);
    }
    jb_catalog_free(fetched.catalog);
    jb_desk_free(&desk);
}

/* Asks for the watch, from the last token if there is one. Not connected: the next turn tries
 * again. */
static void open_watch(struct watch *w, int64_t now_us)
{
    const struct jb_watch_request request = {
        .units = jb_list_strings(&w->input->units),
        .groups = jb_list_strings(&w->input->groups),
        .indicators = jb_list_strings(&w->input->indicators),
        .from = jb_slice_str(w->stream.token),
        .acts = w->input->acts,
    };
    struct jb_buf buf;

    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_wire_watch_encode(&request, &buf);
    w->id = jb_uuid_new();
    jb_err err = buf.failed ? JB_ERANGE
                            : jb_client_send(w->client, JB_KIND_WATCH, id_of(w), JB_LIT(""),
                                             jb_buf_slice(&buf));
    jb_buf_free(&buf);
    if (err == JB_OK) {
        w->open = true;
        w->told_refused = false;
        w->heard_us = w->pinged_us = now_us;
        jb_watch_stream_reopen(&w->stream);
    } else if (err != JB_EAGAIN && err != JB_EGONE) {
        finish(w, jb_desk_settle(w->desk, err));
    }
}

/* Pings, and gives up on a connection that stays silent. */
static void keep_alive(struct watch *w, int64_t now_us)
{
    bool silent = now_us - w->heard_us > SILENT_US && now_us - w->pinged_us > SILENT_US;

    if (now_us - w->heard_us > LOST_US) {
        w->open = false;
        jb_err err = jb_client_reconnect(w->client);
        if (err)
            finish(w, jb_desk_settle(w->desk, err));
    } else if (silent || now_us - w->pinged_us > PING_US) {
        w->pinged_us = now_us;
        jb_ignore(jb_client_send(w->client, JB_KIND_WATCH_PING, id_of(w), JB_LIT(""), JB_LIT("")) !=
                  JB_OK);
    }
}

static void save_token(struct watch *w, int64_t now_us)
{
    if (!w->input->token_file || !w->unsaved || !w->stream.token)
        return;
    jb_err err = jb_write_file(w->input->token_file, jb_slice_str(w->stream.token));
    if (err) {
        fprintf(stderr, _("jibao: %s could not be written (%s)\n"), w->input->token_file,
                jb_err_name(err));
        finish(w, JB_EXIT_FAILED);
    }
    w->unsaved = false;
    w->saved_us = now_us;
}

/* The aggregator ended the watch. One that it no longer knows is asked for again. */
static void ended(struct watch *w, const struct jb_watch_event *event)
{
    w->open = false;
    if (jb_slice_is(event->reason, "unknown"))
        return;
    jb_watch_print(&w->printer, event, stdout);
    if (jb_slice_is(event->reason, "limit"))
        fputs(_("jibao: the aggregator has as many watches as it takes; try later\n"), stderr);
    else if (jb_slice_is(event->reason, "rights"))
        fputs(_("jibao: this key may no longer read what is watched\n"), stderr);
    else if (jb_slice_is(event->reason, "malformed"))
        fputs(_("jibao: the aggregator refused the watch; check units, indicators and token\n"),
              stderr);
    finish(w, JB_EXIT_FAILED);
}

static void show(struct watch *w, const struct jb_watch_event *event, int64_t now_us)
{
    const struct jb_watch_input *input = w->input;

    if (event->type == JB_WATCH_RESET || (event->type == JB_WATCH_CONTINUED && !w->was_open))
        fetch_names(w);
    w->was_open = true;
    jb_watch_print(&w->printer, event, stdout);
    if (event->type == JB_WATCH_CHANGES || event->type == JB_WATCH_ACT ||
        event->type == JB_WATCH_SNAPSHOT_END)
        w->changed_us = now_us;
    w->unsaved = w->unsaved || event->token.len;
    if (input->count && w->stream.changes >= input->count)
        finish(w, JB_EXIT_OK);
    if (input->until && w->stream.known && w->stream.revision >= input->until)
        finish(w, JB_EXIT_OK);
}

static void take_event(struct watch *w, struct jb_slice payload, int64_t now_us)
{
    struct jb_watch_event event, whole;

    jb_arena_clear(&w->arena);
    jb_err err = jb_wire_watch_event_decode(payload, &w->arena, &event);
    if (err) {
        finish(w, jb_desk_settle(w->desk, err));
        return;
    }
    if (event.type == JB_WATCH_ENDED) {
        ended(w, &event);
        return;
    }
    switch (jb_watch_stream_take(&w->stream, &event, &whole)) {
    case JB_STEP_SHOW:
        show(w, &whole, now_us);
        break;
    case JB_STEP_WAIT:
        break;
    case JB_STEP_BROKEN:
        w->open = false; /* asked for again from the last token */
        break;
    }
}

static void take(struct watch *w, const struct jb_envelope *envelope, int64_t now_us)
{
    if (!jb_slice_eq(envelope->request_id, id_of(w)))
        return; /* of a watch that was given up */
    w->heard_us = now_us;
    if (envelope->kind == JB_KIND_WATCH_EVENT) {
        take_event(w, envelope->payload, now_us);
    } else if (envelope->kind == JB_KIND_REFUSED) {
        jb_err err = jb_wire_refused_decode(envelope->payload, &w->arena, &w->desk->findings);
        enum jb_exit code = jb_desk_settle(w->desk, err);
        finish(w, code == JB_EXIT_OK ? JB_EXIT_REFUSED : code);
    }
}

/* Everything that waits, up to a number; then what was printed goes out. */
static void take_waiting(struct watch *w, int64_t now_us)
{
    struct jb_envelope envelope;

    for (int i = 0; i < EVENTS_A_TURN && w->open && !w->stop; i++) {
        if (jb_client_recv(w->client, 0, &envelope) != JB_OK)
            break;
        take(w, &envelope, now_us);
        if (now_us - w->saved_us > SAVE_US)
            now_us = jb_clock_mono_us();
    }
    if (fflush(stdout) != 0)
        finish(w, JB_EXIT_FAILED); /* nobody reads any more */
    if (w->stop || now_us - w->saved_us > SAVE_US)
        save_token(w, now_us);
}

/* A watch is there to stay: a key that is not let in is told so once and goes on trying, unless the
 * command line says for how long. Nobody at all at the door is an error, for a watch that begins.
 */
static void await_door(struct watch *w, int64_t now_us)
{
    bool refused = jb_client_trouble(w->client) == JB_TROUBLE_HANDSHAKE;
    bool over = now_us - w->started_us > (int64_t)jb_desk_timeout_ms(w->desk) * 1000;

    if (refused && !w->told_refused)
        jb_desk_tell_refused(w->desk, JB_DOOR_READ);
    w->told_refused = w->told_refused || refused;
    if (over && !w->was_open && (!w->told_refused || w->desk->options->timeout_ms))
        finish(w, jb_desk_unreachable(w->desk, JB_DOOR_READ));
}

static void turn(struct watch *w)
{
    int64_t now_us = jb_clock_mono_us();

    if (!w->open && jb_client_tend(w->client) == JB_OK)
        open_watch(w, now_us);
    else if (w->open)
        keep_alive(w, now_us);
    if (!w->open)
        await_door(w, now_us);
    if (w->stop)
        return;
    struct jb_wait_item items[] = {
        {.sock = jb_client_sock(w->client), .fd = -1, .want_write = !w->open},
        {.fd = w->signals},
    };
    jb_err err = jb_wait(items, JB_COUNT(items), TURN_MS);
    if (err == JB_EGONE)
        finish(w, JB_EXIT_FAILED);
    now_us = jb_clock_mono_us();
    if (items[1].readable && jb_signals_read(w->signals)) {
        finish(w, JB_EXIT_OK);
        return;
    }
    take_waiting(w, now_us);
    if (w->input->quiet_s && w->was_open &&
        now_us - w->changed_us > (int64_t)w->input->quiet_s * 1000000)
        finish(w, JB_EXIT_OK);
}

/* --from, else what the token file holds. */
static char *first_token(const struct jb_watch_input *input)
{
    uint8_t *bytes = NULL;
    size_t len = 0;

    if (input->from)
        return jb_xstrdup(input->from);
    if (!input->token_file || jb_read_file(input->token_file, TOKEN_BYTES_MAX, &bytes, &len))
        return NULL;
    struct jb_slice token = jb_trim(jb_slice_of(bytes, len));
    char *text = jb_xstrndup(token.ptr, token.len);
    free(bytes);
    return text;
}

enum jb_exit jb_watch_run(struct jb_desk *desk, const struct jb_watch_input *input)
{
    struct watch w = {.desk = desk, .input = input, .signals = -1};

    if (jb_signals_open(&w.signals)) /* before the first thread of the network */
        return JB_EXIT_FAILED;
    w.client = jb_desk_client(desk, JB_DOOR_READ);
    if (!w.client) {
        close(w.signals);
        return JB_EXIT_USAGE;
    }
    char *token = first_token(input);
    jb_watch_stream_init(&w.stream, token);
    free(token);
    jb_watch_printer_init(&w.printer, desk->options->output, input->snapshot);
    jb_arena_init(&w.arena, (size_t)8 * JB_MESSAGE_BYTES_MAX);
    w.started_us = w.changed_us = jb_clock_mono_us();
    while (!w.stop)
        turn(&w);
    if (w.open)
        jb_ignore(jb_client_send(w.client, JB_KIND_WATCH_CANCEL, id_of(&w), JB_LIT(""),
                                 JB_LIT("")) != JB_OK);
    save_token(&w, jb_clock_mono_us());
    if (w.code == JB_EXIT_OK)
        jb_watch_print_stop(&w.printer, w.stream.revision, w.stream.token, stdout);
    jb_watch_stream_free(&w.stream);
    jb_watch_printer_free(&w.printer);
    jb_arena_free(&w.arena);
    close(w.signals);
    return w.code;
}
