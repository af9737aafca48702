/* One thread, one loop: the door's socket, the spool, the folder, signals, time. Everything that
 * matters is in the outbox, so stopping is leaving the loop. */
#include "daemon.h"

#include <stdlib.h>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/text.h"
#include "catalog_cmd.h"
#include "dropbox.h"
#include "figures_args.h"
#include "home.h"
#include "net/loop.h"
#include "self.h"
#include "sender.h"
#include "spool.h"

#define TICK_MS 1000
#define FULL_PAUSE_MS 5000

struct arguments {
    struct jb_options options;
    struct jb_figures_args figures;
    const char *folder;
};

enum { KEY_FOLDER = 0x800 };

static const struct argp_option options_table[] = {
    {"folder", KEY_FOLDER, "DIR", 0, N_("submit the files that are dropped into DIR"), 0},
    {0},
};

static error_t parse(int key, char *arg, struct argp_state *state)
{
    struct arguments *args = state->input;

    switch (key) {
    case ARGP_KEY_INIT:
        state->child_inputs[0] = &args->figures;
        state->child_inputs[1] = &args->options;
        return 0;
    case KEY_FOLDER:
        args->folder = arg;
        return 0;
    case ARGP_KEY_ARG:
        argp_usage(state);
        return 0;
    default:
        return ARGP_ERR_UNKNOWN;
    }
}

static const struct argp_child children[] = {
    {&jb_figures_args_argp, 0, NULL, 0}, {&jb_options_argp, 0, N_("Common options:"), 90}, {0}};
static const struct argp command = {
    options_table,
    parse,
    NULL,
    N_("Runs until it is told to stop (SIGTERM): sends what waits in the outbox whenever the "
       "aggregator can be "
       "reached, and submits the files that are dropped into a folder. A file ends in done/ or in "
       "refused/, "
       "there with its findings beside it.\n\n"
       "Examples:\n"
       "  jibao-agent run\n"
       "  jibao-agent run --folder /srv/jibao/justice --unit justice"),
    children,
    NULL,
    NULL,
};

struct daemon {
    const char *home, *endpoint;
    jb_net *net;
    jb_outbox *outbox;
    jb_sender *sender;
    jb_dropbox *dropbox; /* NULL: no folder */
    struct jb_self self;
    enum jb_finding_code barred; /* what was told of the key; JB_F_NONE: it is good */
    struct jb_catalog_file catalog;
    struct jb_figures_options options;
    struct timespec catalog_time; /* of the cached file when it was read */
    int signals, spool;
};

/* A catalogue that was fetched meanwhile takes effect with the next file, unless it is of another
 * store. */
static void reload_catalog(struct daemon *d)
{
    char *path = jb_home_path(d->home, JB_HOME_CATALOG);
    struct jb_catalog_file fresh = {0};
    struct jb_findings findings;
    struct stat status;

    jb_findings_init(&findings);
    if (stat(path, &status) == 0 && (status.st_mtim.tv_sec != d->catalog_time.tv_sec ||
                                     status.st_mtim.tv_nsec != d->catalog_time.tv_nsec)) {
        bool first = d->catalog_time.tv_sec == 0;
        d->catalog_time = status.st_mtim;
        if (!first && !jb_catalog_file_read(path, &findings, &fresh)) {
            if (memcmp(fresh.store_id, d->catalog.store_id, sizeof(fresh.store_id)) == 0) {
                struct jb_catalog_file old = d->catalog;
                d->catalog = fresh;
                fresh = old;
                jb_log(JB_LOG_NOTICE, "agent.catalog", "version=%u", d->catalog.version);
            } else {
                jb_log(JB_LOG_ERROR, "agent.catalog", "reason=another_store");
            }
        }
    }
    jb_catalog_file_free(&fresh);
    jb_findings_free(&findings);
    free(path);
}

static void drain(int fd)
{
    char bytes[4096];

    while (read(fd, bytes, sizeof(bytes)) > 0)
        ;
}

static jb_err work(struct daemon *d)
{
    uint32_t taken = 0, bad = 0;
    int64_t now_us = jb_clock_now_us();

    drain(d->spool);
    jb_err err = jb_spool_take(d->home, d->outbox, now_us, &taken, &bad);
    if (bad)
        jb_log(JB_LOG_ERROR, "agent.spool", "damaged=%u", bad);
    reload_catalog(d);
    d->options.today = jb_date_at(now_us, jb_catalog_view(d->catalog.catalog)->zone_offset_minutes);
    if (!err && d->dropbox)
        err = jb_dropbox_turn(d->dropbox, now_us);
    if (!err)
        err = jb_sender_turn(d->sender, jb_clock_mono_us());
    return err;
}

/* Once, in words: the log says more briefly when it was. */
static void tell_why_not(struct daemon *d)
{
    enum jb_finding_code barred;

    jb_self_hear(&d->self, d->endpoint, jb_sender_trouble(d->sender, &barred));
    if (barred && barred != d->barred)
        jb_self_tell_barred(barred);
    d->barred = barred;
}

static int wait_ms(const struct daemon *d, jb_err last)
{
    int ms = jb_sender_wait_ms(d->sender, jb_clock_mono_us());

    if (last == JB_EFULL)
        return FULL_PAUSE_MS;
    return ms < TICK_MS ? ms : TICK_MS;
}

static jb_err loop(struct daemon *d)
{
    for (;;) {
        jb_err err = work(d);
        tell_why_not(d);
        if (err == JB_EFULL)
            jb_log(JB_LOG_ERROR, "agent.full", "the disk is full; trying again");
        else if (err)
            return err;
        struct jb_wait_item items[] = {{.fd = -1},
                                       {.fd = d->signals},
                                       {.fd = d->spool},
                                       {.fd = d->dropbox ? jb_dropbox_fd(d->dropbox) : -1}};
        items[0].sock = jb_sender_sock(d->sender, &items[0].want_write);
        uint32_t count = d->dropbox ? 4 : 3;
        jb_err waited = err == JB_EFULL ? jb_wait(&items[1], 1, wait_ms(d, err))
                                        : jb_wait(items, count, wait_ms(d, err));
        if (waited == JB_EGONE)
            return waited;
        int number = jb_signals_read(d->signals);
        if (number) {
            jb_log(JB_LOG_NOTICE, "agent.stop", "signal=%d", number);
            return JB_OK;
        }
    }
}

static jb_err watch_spool(struct daemon *d)
{
    char *path = jb_home_path(d->home, JB_HOME_SPOOL);
    jb_err err = JB_OK;

    d->spool = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (d->spool < 0 || inotify_add_watch(d->spool, path, IN_MOVED_TO) < 0)
        err = JB_EIO;
    free(path);
    return err;
}

static enum jb_exit open_all(struct daemon *d, const struct arguments *args)
{
    jb_err err = jb_outbox_open(d->home, false, &d->outbox);

    if (err == JB_EAGAIN) {
        fprintf(stderr, _("jibao-agent: another jibao-agent works on %s\n"), d->home);
        return JB_EXIT_FAILED;
    }
    if (!err)
        err = watch_spool(d);
    if (!err && args->folder) {
        err = jb_dropbox_open(args->folder, d->outbox, &d->options, &d->dropbox);
        if (err == JB_EINVAL) {
            fprintf(stderr, _("jibao-agent: %s is not a folder that can be written\n"),
                    args->folder);
            return JB_EXIT_USAGE;
        }
    }
    d->net = jb_net_new(1);
    if (!err)
        err = jb_sender_new(d->net, args->options.conf.write, &d->self.who, d->outbox,
                            d->catalog.store_id, true, &d->sender);
    if (!err)
        return JB_EXIT_OK;
    fprintf(stderr, _("jibao-agent: cannot start: %s\n"), jb_err_name(err));
    return JB_EXIT_FAILED;
}

static enum jb_exit run(struct daemon *d, const struct arguments *args)
{
    if (jb_signals_open(&d->signals)) { /* before libzmq starts its thread */
        fprintf(stderr, _("jibao-agent: cannot start: %s\n"), jb_err_name(JB_EIO));
        return JB_EXIT_FAILED;
    }
    enum jb_exit code = open_all(d, args);
    if (code != JB_EXIT_OK)
        return code;
    jb_log(JB_LOG_NOTICE, "agent.start", "write=%s folder=%s catalog=%u", args->options.conf.write,
           args->folder ? args->folder : "-", d->catalog.version);
    jb_err err = loop(d);
    if (!err)
        return JB_EXIT_OK;
    jb_log(JB_LOG_ERROR, "agent.failed", "reason=%s", jb_err_name(err));
    return JB_EXIT_FAILED;
}

static void close_all(struct daemon *d)
{
    jb_sender_free(d->sender);
    jb_dropbox_close(d->dropbox);
    jb_outbox_close(d->outbox);
    if (d->net)
        jb_net_free(d->net);
    if (d->spool >= 0)
        close(d->spool);
    if (d->signals >= 0)
        close(d->signals);
    jb_catalog_file_free(&d->catalog);
    jb_self_free(&d->self);
}

enum jb_exit jb_daemon_cmd(int argc, char **argv)
{
    struct arguments *args = jb_xcalloc(1, sizeof(*args));
    struct daemon d = {.signals = -1, .spool = -1};
    char *home = NULL;

    enum jb_exit code = jb_options_parse(&command, argc, argv, args, &args->options);
    if (code == JB_EXIT_OK)
        code = jb_self_open(&args->options, &d.self);
    if (code == JB_EXIT_OK)
        code = jb_options_home(&args->options, &home);
    d.home = home;
    d.endpoint = args->options.conf.write;
    if (code == JB_EXIT_OK)
        code = jb_catalog_cmd_load(home, &d.catalog);
    if (code == JB_EXIT_OK)
        code = jb_figures_args_settle(&args->figures, &args->options, &d.catalog, &d.options);
    if (code == JB_EXIT_OK)
        code = run(&d, args);
    close_all(&d);
    jb_figures_args_free(&args->figures);
    jb_options_free(&args->options);
    free(home);
    free(args);
    return code;
}
