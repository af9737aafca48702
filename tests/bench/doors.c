/* What the program's command `run` does, without keys. */
#include "bench/doors.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "aggregator/door.h"
#include "aggregator/reader.h"
#include "aggregator/writer.h"
#include "base/limits.h"
#include "bench/sample.h"
#include "net/loop.h"

#define RESERVE_BYTES (64ULL << 20)

struct doors {
    jb_engine *engine;
    jb_net *net;
    jb_sock *write, *read;
    struct jb_commits commits;
    atomic_bool stop;
    int signal_fd, writer_fd;
    char *scratch;
    jb_err written, answered; /* how the reactors ended */
};

static void need(jb_err err, const char *what)
{
    if (err)
        die("doors: %s: %s", what, jb_err_name(err));
}

static void *write_side(void *arg)
{
    struct doors *d = arg;
    d->written = jb_writer_run(&(struct jb_writer_config){.engine = d->engine,
                                                          .sock = d->write,
                                                          .commits = &d->commits,
                                                          .stop = &d->stop,
                                                          .wakeup_fd = d->writer_fd});
    return NULL;
}

static void *read_side(void *arg)
{
    struct doors *d = arg;
    d->answered = jb_reader_run(&(struct jb_reader_config){.kv = jb_engine_kv(d->engine),
                                                           .sock = d->read,
                                                           .commits = &d->commits,
                                                           .stop = &d->stop,
                                                           .scratch_dir = d->scratch,
                                                           .watches_max = JB_WATCHES_MAX});
    return NULL;
}

static void open_doors(struct doors *d, const char *store)
{
    const struct jb_engine_config config = {
        .map_bytes = JB_MAP_BYTES_DEFAULT, .reserve_bytes = RESERVE_BYTES, .unsigned_ok = true};
    need(jb_signals_open(&d->signal_fd), "signals");
    need(jb_engine_open(store, &config, &d->engine), store);
    need(jb_wakeup_open(&d->writer_fd), "wake-up");
    need(jb_wakeup_open(&d->commits.wakeup_fd), "wake-up");
    d->net = jb_net_new(1);
    need(jb_sock_listen(d->net, "tcp://127.0.0.1:*", &jb_door_limits, NULL, &d->write), "door");
    need(jb_sock_listen(d->net, "tcp://127.0.0.1:*", &jb_door_limits, NULL, &d->read), "door");
    d->scratch = jb_xasprintf("%s/verify-scratch", store);
}

static void tell_ports(const struct doors *d, const char *ports)
{
    char *temporary = jb_xasprintf("%s.new", ports);
    FILE *file = fopen(temporary, "we");
    if (!file ||
        fprintf(file, "write=%s\nread=%s\n", jb_sock_endpoint(d->write),
                jb_sock_endpoint(d->read)) < 0 ||
        fclose(file) != 0 || rename(temporary, ports) != 0)
        die("doors: cannot write %s", ports);
    free(temporary);
}

int doors_serve(const char *store, const char *ports)
{
    struct doors d = {.commits = {.wakeup_fd = -1}};
    pthread_t writer, reader;
    open_doors(&d, store);
    if (pthread_create(&writer, NULL, write_side, &d) ||
        pthread_create(&reader, NULL, read_side, &d))
        die("doors: no thread");
    tell_ports(&d, ports);
    struct jb_wait_item item = {.fd = d.signal_fd};
    while (!item.readable)
        jb_ignore(jb_wait(&item, 1, -1));
    atomic_store(&d.stop, true);
    jb_wakeup_set(d.writer_fd);
    jb_wakeup_set(d.commits.wakeup_fd);
    pthread_join(writer, NULL);
    pthread_join(reader, NULL);
    jb_sock_close(d.write);
    jb_sock_close(d.read);
    jb_net_free(d.net);
    jb_engine_close(d.engine);
    free(d.scratch);
    return d.written || d.answered ? 1 : 0;
}
