/* Order of birth: signals are blocked before the network's thread starts; the key; the pages'
 * address; the aggregator is looked for ever after. The gateway serves while the aggregator cannot
 * be reached, and says so. */
#include "gateway.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"

#define EXIT_OK 0
#define EXIT_FAILED 1
#define EXIT_USAGE 2
#define WHY_BYTES 1024

static bool is_enrolled(void *arg, const uint8_t device[JB_TOKEN_BYTES])
{
    const struct jb_gateway *g = arg;
    struct jb_person person;

    return g->people && jb_people_device(g->people, device, jb_clock_now_us(), &person) == JB_OK;
}

static int open_backend(struct jb_gateway *g)
{
    struct jb_backend_config config = {.endpoints = {g->conf.read, g->conf.write}};
    char why[WHY_BYTES] = "";

    if (jb_identity_configured(g->conf.key, g->conf.server_key, &g->identity, &config.who.server,
                               why, sizeof(why)) != JB_OK) {
        fprintf(stderr, "jibao-gateway: %s\n", why);
        return EXIT_USAGE;
    }
    config.net = g->net = jb_net_new(1);
    config.who.identity = g->identity;
    if (jb_backend_open(&config, &g->backend) != JB_OK) {
        fprintf(stderr, _("jibao-gateway: '%s' or '%s' is not an address that can be used\n"),
                g->conf.read, g->conf.write);
        return EXIT_USAGE;
    }
    g->catalog = jb_catalog_keep_new(g->backend);
    const struct jb_events_config events = {.net = g->net,
                                            .endpoint = g->conf.read,
                                            .who = config.who,
                                            .readers_max = (uint32_t)g->conf.streams,
                                            .is_enrolled = is_enrolled,
                                            .arg = g};
    return jb_events_open(&events, &g->events) == JB_OK ? EXIT_OK : EXIT_FAILED;
}

static int open_pages(struct jb_gateway *g)
{
    const struct jb_http_config config = {.listen = g->conf.listen,
                                          .connections_max = (uint32_t)g->conf.connections,
                                          .head_s = (uint32_t)g->conf.head_seconds,
                                          .handle = jb_app_handle,
                                          .ended = jb_app_ended,
                                          .arg = g};
    jb_err err = jb_http_open(&config, &g->http);

    if (err == JB_OK)
        return EXIT_OK;
    if (err == JB_EINVAL)
        fprintf(stderr,
                _("jibao-gateway: '%s' is not a loopback address like 127.0.0.1:5580. Pages for "
                  "other machines are encrypted by a reverse proxy (deploy/nginx).\n"),
                g->conf.listen);
    else
        fprintf(stderr,
                _("jibao-gateway: cannot serve at %s: it is in use, or not of this "
                  "machine\n"),
                g->conf.listen);
    return err == JB_EINVAL ? EXIT_USAGE : EXIT_FAILED;
}

static int open_people(struct jb_gateway *g)
{
    g->sessions = jb_sessions_new();
    if (!g->conf.state)
        return EXIT_OK;
    jb_err err = jb_people_open(g->conf.state, &g->people);
    if (err == JB_EAGAIN)
        fprintf(stderr, _("jibao-gateway: another jibao-gateway works on %s\n"), g->conf.state);
    else if (err)
        fprintf(stderr, _("jibao-gateway: %s cannot be opened (%s)\n"), g->conf.state,
                jb_err_name(err));
    return err ? EXIT_FAILED : EXIT_OK;
}

static void allow_files(const struct jb_gateway *g)
{
    struct rlimit files;

    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return;
    files.rlim_cur = files.rlim_max;
    jb_ignore(setrlimit(RLIMIT_NOFILE, &files) != 0);
    if (files.rlim_max < g->conf.connections + 64)
        fprintf(stderr,
                _("jibao-gateway: only %llu files may be open at once, too few for %llu "
                  "connections\n"),
                (unsigned long long)files.rlim_max, (unsigned long long)g->conf.connections);
}

/* Complete at once under its name, so that who waits for it never reads half of it. */
static bool write_port_file(const struct jb_gateway *g)
{
    const char *path = g->conf.port_file;

    if (!path)
        return true;
    char *temporary = jb_xasprintf("%s.new", path);
    FILE *file = fopen(temporary, "we");
    bool good = file && fprintf(file, "http=%s\n", jb_http_address(g->http)) > 0;
    if (file && fclose(file) != 0)
        good = false;
    good = good && rename(temporary, path) == 0;
    if (!good)
        fprintf(stderr, _("jibao-gateway: cannot write %s\n"), path);
    free(temporary);
    return good;
}

static void turn(struct jb_gateway *g)
{
    struct jb_wait_item items[7] = {{.fd = -1},
                                    {.fd = -1},
                                    {.fd = jb_http_fd(g->http)},
                                    {.fd = g->signals},
                                    {.sock = jb_lives_sock(jb_events_lives(g->events)), .fd = -1},
                                    {.fd = jb_tasks_fd(g->readers)},
                                    {.fd = jb_tasks_fd(g->printers)}};
    int wait_ms = jb_http_wait_ms(g->http);

    int ask_ms = jb_backend_wait(g->backend, items);
    int read_ms = jb_tasks_wait_ms(g->readers), print_ms = jb_tasks_wait_ms(g->printers);
    if (read_ms < wait_ms)
        wait_ms = read_ms;
    if (print_ms < wait_ms)
        wait_ms = print_ms;
    int live_ms = jb_lives_wait_ms(jb_events_lives(g->events));
    if (ask_ms < wait_ms)
        wait_ms = ask_ms;
    jb_ignore(jb_wait(items, JB_COUNT(items), live_ms < wait_ms ? live_ms : wait_ms));
    g->now_us = jb_clock_mono_us();
    jb_http_turn(g->http, g->now_us); /* first: what it asks goes out at once */
    jb_catalog_keep_turn(g->catalog);
    jb_backend_turn(g->backend, g->now_us);
    jb_tasks_turn(g->readers, g->now_us);
    jb_tasks_turn(g->printers, g->now_us);
    jb_events_turn(g->events, g->now_us);
}

static int serve(struct jb_gateway *g)
{
    int number = 0;

    jb_log(JB_LOG_NOTICE, "gateway.start", "http=%s read=%s write=%s", jb_http_address(g->http),
           g->conf.read, g->conf.write);
    if (!write_port_file(g))
        return EXIT_FAILED;
    jb_text_init("zh"); /* from here on each answer is in the language of who asks */
    while (!number) {
        turn(g);
        number = jb_signals_read(g->signals);
    }
    jb_log(JB_LOG_NOTICE, "gateway.stop", "signal=%d", number);
    if (g->conf.port_file)
        jb_ignore(unlink(g->conf.port_file) != 0);
    return EXIT_OK;
}

int jb_gateway_run(struct jb_gateway *gateway)
{
    struct jb_gateway *g = gateway;

    g->started_at_us = jb_clock_now_us();
    g->now_us = jb_clock_mono_us();
    g->signals = -1;
    g->readers = jb_tasks_new();
    g->printers = jb_tasks_new();
    int code = jb_signals_open(&g->signals) == JB_OK ? EXIT_OK : EXIT_FAILED;
    allow_files(g);
    if (code == EXIT_OK)
        code = open_backend(g);
    if (code == EXIT_OK)
        code = open_people(g);
    if (code == EXIT_OK)
        code = open_pages(g);
    if (code == EXIT_OK)
        code = serve(g);
    jb_tasks_free(g->readers);
    jb_tasks_free(g->printers);
    jb_backend_close(g->backend); /* whoever still waits is answered */
    jb_events_stop(g->events);
    jb_http_close(g->http);
    jb_events_close(g->events);
    jb_catalog_keep_free(g->catalog);
    jb_people_close(g->people);
    jb_sessions_free(g->sessions);
    if (g->net)
        jb_net_free(g->net);
    jb_identity_free(g->identity);
    if (g->signals >= 0)
        close(g->signals);
    return code;
}
