/* jibao-aggregator run: opens the store and both doors, starts a thread for each reactor and waits
 * for a signal or a failure. Order of birth: signals are blocked before any thread starts; the
 * store and who may do what in it; the handler that guards the doors; the doors, each tried with a
 * key that nobody knows; the port file comes last. */
#include <argp.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/text.h"
#include "commands.h"
#include "door.h"
#include "files/dir.h"
#include "files/settings.h"
#include "net/loop.h"
#include "net/sock_knocks.h"
#include "reader.h"
#include "trust.h"
#include "writer.h"

struct settings {
    char *dir, *write, *read, *port_file, *server_key, *next_key, *next_write, *next_read;
    uint64_t map_size, reserve;
};

static const struct jb_conf_key keys[] = {
    {"dir", JB_CONF_STRING, offsetof(struct settings, dir), NULL, 0, 0, N_("the store's folder")},
    {"write", JB_CONF_STRING, offsetof(struct settings, write), "tcp://127.0.0.1:5570", 0, 0,
     N_("where submissions come in; :* takes a free port")},
    {"read", JB_CONF_STRING, offsetof(struct settings, read), "tcp://127.0.0.1:5571", 0, 0,
     N_("where questions and watches come in")},
    {"port-file", JB_CONF_STRING, offsetof(struct settings, port_file), NULL, 0, 0,
     N_("written when both doors are open: write=... and read=...")},
    {"server-key", JB_CONF_STRING, offsetof(struct settings, server_key), NULL, 0, 0,
     N_("the server's secret key; default: server.key in the store's folder")},
    {"next-key", JB_CONF_STRING, offsetof(struct settings, next_key), NULL, 0, 0,
     N_("while the server's key is changed: the next secret key (after jibao key rotate)")},
    {"next-write", JB_CONF_STRING, offsetof(struct settings, next_write), NULL, 0, 0,
     N_("the write door's address for who knows the next key already")},
    {"next-read", JB_CONF_STRING, offsetof(struct settings, next_read), NULL, 0, 0,
     N_("the read door's address for who knows the next key already")},
    {"map-size", JB_CONF_BYTES, offsetof(struct settings, map_size), "64G", 16ULL << 20, 1ULL << 44,
     N_("the most that the store may grow to")},
    {"reserve", JB_CONF_BYTES, offsetof(struct settings, reserve), "64M", 0, 1ULL << 40,
     N_("disk space that is left alone: below it submissions are refused")},
};

#define WHY_BYTES 512

static int read_settings(int argc, char **argv, struct settings *settings)
{
    const struct jb_settings table = {
        .program = "jibao-aggregator run",
        .doc = _("Serves a store: takes submissions at one door, answers questions and watches at "
                 "the other.\n\nExample: jibao-aggregator run --dir /var/lib/jibao"),
        .keys = keys,
        .count = JB_COUNT(keys),
    };
    argp_err_exit_status = JB_EXIT_USAGE;
    if (!jb_settings_read(&table, argc, argv, settings))
        return JB_EXIT_USAGE;
    if (!settings->dir) {
        fprintf(stderr, _("jibao-aggregator run: --dir DIR is missing\n"));
        return JB_EXIT_USAGE;
    }
    bool all = settings->next_key && settings->next_write && settings->next_read;
    if (all || (!settings->next_key && !settings->next_write && !settings->next_read))
        return JB_EXIT_OK;
    fprintf(stderr, _("jibao-aggregator run: --next-key, --next-write and --next-read go "
                      "together\n"));
    return JB_EXIT_USAGE;
}

/* One reactor in its thread. */
struct reactor {
    pthread_t thread;
    bool started;
    int ended_fd;
    jb_err result;
    struct jb_writer_config writer; /* used when it has an engine */
    struct jb_reader_config reader;
};

static void *serve(void *arg)
{
    struct reactor *reactor = arg;
    reactor->result =
        reactor->writer.engine ? jb_writer_run(&reactor->writer) : jb_reader_run(&reactor->reader);
    jb_wakeup_set(reactor->ended_fd);
    return NULL;
}

struct server {
    struct settings settings;
    jb_engine *engine;
    jb_net *net;
    struct jb_trust trust;
    jb_sock *write, *read;
    jb_knocks *knocks;
    struct jb_commits commits;
    atomic_bool stop;
    int signal_fd, writer_fd, ended_fd;
    char *scratch_dir;
    struct reactor writer, reader;
};

/* next: where it is open for the next key, too, if there is one; and where alone, once the old key
 * is over. */
static int open_door(struct server *s, const char *endpoint, const char *next, jb_sock **ret)
{
    if (s->trust.moved)
        endpoint = next;
    jb_err err = jb_trust_listen(&s->trust, endpoint, &jb_door_limits, ret);
    if (!err && s->trust.next) {
        endpoint = next;
        err = jb_trust_listen_next(&s->trust, endpoint, *ret);
    }
    if (err == JB_EEXIST)
        fprintf(stderr, _("jibao-aggregator run: %s is in use\n"), endpoint);
    else if (err)
        fprintf(stderr, _("jibao-aggregator run: cannot listen at %s\n"), endpoint);
    if (err)
        return err == JB_EINVAL ? JB_EXIT_USAGE : JB_EXIT_FAILED;
    return JB_EXIT_OK;
}

/* The handler before the doors: without one, nobody is let in. */
static int guard(struct server *s)
{
    char why[WHY_BYTES];
    char *beside = jb_xasprintf("%s/server.key", s->settings.dir);
    const char *path = s->settings.server_key ? s->settings.server_key : beside;
    jb_err err = jb_trust_open(&s->trust, s->net, jb_engine_rights(s->engine), path,
                               s->settings.next_key, why, sizeof(why));
    if (err)
        fprintf(stderr, "jibao-aggregator run: %s\n", why);
    if (err == JB_ENOTFOUND)
        fprintf(stderr,
                _("A new key is no server key of this store. No backup has the old one: name "
                  "the copy that was kept of it with --server-key.\n"));
    if (!err && s->trust.moved)
        fprintf(stderr,
                _("jibao-aggregator run: %s is not good any more; only the doors of the next key "
                  "are open\n"),
                path);
    free(beside);
    return err ? JB_EXIT_FAILED : JB_EXIT_OK;
}

/* A door that lets a stranger in must not be found by anybody. */
static int prove_door(const struct server *s, const jb_sock *door)
{
    jb_err err = jb_trust_prove(&s->trust, door);
    if (err == JB_EINVAL)
        fprintf(stderr, _("jibao-aggregator run: %s let a stranger in; nothing is served\n"),
                jb_sock_endpoint(door));
    else if (err)
        fprintf(stderr, _("jibao-aggregator run: nobody guards %s; nothing is served\n"),
                jb_sock_endpoint(door));
    return err ? JB_EXIT_FAILED : JB_EXIT_OK;
}

/* A connection is an open file. What is beyond the limit waits outside until another one leaves. */
static void allow_files(void)
{
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) != 0)
        return;
    files.rlim_cur = files.rlim_max;
    jb_ignore(setrlimit(RLIMIT_NOFILE, &files) != 0);
    if (files.rlim_max < JB_OPEN_FILES_WANTED)
        fprintf(stderr,
                _("jibao-aggregator run: only %llu files may be open at once; %d are needed for "
                  "10,000 connections. Raise the limit (ulimit -Hn, or LimitNOFILE= of the "
                  "service)\n"),
                (unsigned long long)files.rlim_max, JB_OPEN_FILES_WANTED);
}

static int open_all(struct server *s)
{
    struct jb_engine_config config = {.map_bytes = s->settings.map_size,
                                      .reserve_bytes = s->settings.reserve};
    jb_command_expect_crash(s->settings.dir);
    jb_err err = jb_kv_check_file(s->settings.dir);
    if (!err)
        err = jb_engine_open(s->settings.dir, &config, &s->engine);
    if (err)
        return jb_command_open_failed(s->settings.dir, err);
    jb_command_write_pid(s->settings.dir);
    allow_files();
    s->net = jb_net_new(1);
    if (jb_wakeup_open(&s->writer_fd) != JB_OK || jb_wakeup_open(&s->ended_fd) != JB_OK ||
        jb_wakeup_open(&s->commits.wakeup_fd) != JB_OK)
        return JB_EXIT_FAILED;
    int code = guard(s);
    if (code == JB_EXIT_OK)
        code = open_door(s, s->settings.write, s->settings.next_write, &s->write);
    if (code == JB_EXIT_OK)
        code = open_door(s, s->settings.read, s->settings.next_read, &s->read);
    if (code == JB_EXIT_OK)
        code = prove_door(s, s->write);
    if (code == JB_EXIT_OK)
        code = prove_door(s, s->read);
    jb_sock *const doors[] = {s->write, s->read};
    if (code == JB_EXIT_OK && jb_knocks_start(s->net, doors, JB_COUNT(doors), &s->knocks) != JB_OK)
        code = JB_EXIT_FAILED;
    return code;
}

static bool start(struct reactor *reactor, int ended_fd)
{
    reactor->ended_fd = ended_fd;
    reactor->started = pthread_create(&reactor->thread, NULL, serve, reactor) == 0;
    return reactor->started;
}

static bool start_reactors(struct server *s)
{
    s->scratch_dir = jb_xasprintf("%s/verify-scratch", s->settings.dir);
    s->writer.writer = (struct jb_writer_config){.engine = s->engine,
                                                 .sock = s->write,
                                                 .rights = s->trust.board,
                                                 .commits = &s->commits,
                                                 .stop = &s->stop,
                                                 .wakeup_fd = s->writer_fd};
    s->reader.reader = (struct jb_reader_config){.kv = jb_engine_kv(s->engine),
                                                 .sock = s->read,
                                                 .rights = s->trust.board,
                                                 .server = s->trust.server,
                                                 .next = s->trust.next,
                                                 .commits = &s->commits,
                                                 .stop = &s->stop,
                                                 .scratch_dir = s->scratch_dir,
                                                 .store_dir = s->settings.dir,
                                                 .watches_max = JB_WATCHES_MAX};
    return start(&s->writer, s->ended_fd) && start(&s->reader, s->ended_fd);
}

static void tell_start(const struct server *s)
{
    struct jb_welcome welcome;
    char store[33], key[JB_KEY_HEX_SIZE];
    jb_engine_welcome(s->engine, jb_clock_now_us(), &welcome);
    sodium_bin2hex(store, sizeof(store), welcome.store_id, sizeof(welcome.store_id));
    jb_public_format(jb_identity_public(s->trust.server), key);
    jb_log(JB_LOG_NOTICE, "start",
           "version=%s store=%s epoch=%" PRIu32 " revision=%" PRIu64 " catalog=%" PRIu32
           " write=%s read=%s key=%s",
           JIBAO_VERSION, store, welcome.epoch, welcome.revision, welcome.catalog_version,
           jb_sock_endpoint(s->write), jb_sock_endpoint(s->read), key);
    if (!s->trust.next)
        return;
    jb_public_format(jb_identity_public(s->trust.next), key);
    jb_log(JB_LOG_NOTICE, "next_key", "write=%s read=%s key=%s", jb_sock_endpoint_also(s->write),
           jb_sock_endpoint_also(s->read), key);
}

/* Complete at once under its name, so that who waits for it never reads half of it. */
static bool write_port_file(const struct server *s)
{
    const char *path = s->settings.port_file;
    if (!path)
        return true;
    char *temporary = jb_xasprintf("%s.new", path);
    FILE *file = fopen(temporary, "we");
    bool good = file && fprintf(file, "write=%s\nread=%s\n", jb_sock_endpoint(s->write),
                                jb_sock_endpoint(s->read)) > 0;
    if (good && s->trust.next)
        good = fprintf(file, "next_write=%s\nnext_read=%s\n", jb_sock_endpoint_also(s->write),
                       jb_sock_endpoint_also(s->read)) > 0;
    if (file && fclose(file) != 0)
        good = false;
    good = good && rename(temporary, path) == 0;
    if (!good)
        fprintf(stderr, _("jibao-aggregator run: cannot write %s: %s\n"), path, strerror(errno));
    free(temporary);
    return good;
}

static int serve_until_stopped(struct server *s)
{
    struct jb_wait_item items[2] = {{.fd = s->signal_fd}, {.fd = s->ended_fd}};
    int number = 0;
    tell_start(s); /* while nobody else uses the engine */
    bool good = start_reactors(s) && write_port_file(s);
    while (good && !number && !items[1].readable) {
        jb_ignore(jb_wait(items, 2, -1));
        if (items[0].readable)
            number = jb_signals_read(s->signal_fd);
    }
    atomic_store(&s->stop, true);
    jb_wakeup_set(s->writer_fd);
    jb_wakeup_set(s->commits.wakeup_fd);
    if (s->writer.started)
        pthread_join(s->writer.thread, NULL);
    if (s->reader.started)
        pthread_join(s->reader.thread, NULL);
    jb_log(JB_LOG_NOTICE, "stop", "signal=%d", number);
    if (s->settings.port_file)
        jb_ignore(unlink(s->settings.port_file) != 0);
    if (s->writer.result || s->reader.result)
        return JB_EXIT_STORAGE;
    return good ? JB_EXIT_OK : JB_EXIT_FAILED;
}

static void close_fd(int fd)
{
    if (fd >= 0)
        close(fd);
}

int jb_command_run(int argc, char **argv)
{
    struct server s = {.signal_fd = -1, .writer_fd = -1, .ended_fd = -1};
    s.commits.wakeup_fd = -1;
    int code = read_settings(argc, argv, &s.settings);
    if (code == JB_EXIT_OK && jb_signals_open(&s.signal_fd) != JB_OK)
        code = JB_EXIT_FAILED;
    if (code == JB_EXIT_OK)
        code = open_all(&s);
    if (code == JB_EXIT_OK)
        code = serve_until_stopped(&s);
    jb_knocks_stop(s.knocks);
    jb_sock_close(s.write);
    jb_sock_close(s.read);
    jb_trust_close(&s.trust);
    jb_net_free(s.net);
    if (s.engine)
        jb_command_remove_pid(s.settings.dir);
    jb_engine_close(s.engine);
    jb_command_survived();
    close_fd(s.signal_fd);
    close_fd(s.writer_fd);
    close_fd(s.ended_fd);
    close_fd(s.commits.wakeup_fd);
    free(s.scratch_dir);
    jb_conf_free(keys, JB_COUNT(keys), &s.settings);
    return code;
}
