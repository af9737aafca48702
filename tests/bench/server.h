/* The aggregator as a process of its own (doors.h): made, started, stopped, and looked at from
 * outside. */
#ifndef BENCH_SERVER_H
#define BENCH_SERVER_H

#include <sys/types.h>

#include "bench/workload.h"
#include "net/identity.h"
#include "net/wire.h"

struct server {
    char *dir;           /* store, ports and log are below */
    const char *program; /* the benchmark whose aggregator it is */
    uint32_t cpus;       /* the first so many processors are its own; 0: all */
    pid_t pid;
    char write[128], read[128]; /* endpoints */
    struct jb_welcome welcome;
};

/* A new store below dir, which is made; served by `program`, which may be of another build. */
void server_init(struct server *server, const char *program, const char *dir);
/* What a program of that kind does when it is asked to make one. Its exit code. */
int server_make_store(const char *store);
/* Returns when the doors answer; the time from exec to the first answer, in nanoseconds. */
int64_t server_start(struct server *server);
void server_stop(struct server *server);
void server_free(struct server *server);
/* Sends the catalogue through the write door and learns the new welcome. */
void server_load_catalog(struct server *server, struct jb_slice yaml);
/* Grants the key of signed loads what it needs for all units below the root. */
void server_grant(struct server *server, const struct jb_public_key *key, const char *root);

struct server_memory {
    uint64_t resident, anonymous; /* bytes; resident counts mapped pages of the store as well */
};
struct server_memory server_memory(const struct server *server);
uint64_t server_file_bytes(const struct server *server);

#endif
