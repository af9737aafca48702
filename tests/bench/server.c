/* Starting is timed from exec until the first WELCOME is here: a service that has bound its doors
 * but cannot answer has not started. */
#include "bench/server.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "aggregator/engine.h"
#include "base/limits.h"
#include "bench/zmtp.h"
#include "net/client.h"
#include "net/wire_catalog.h"
#include "net/wire_keys.h"

enum { SECURITY_KEY = 1, RECOVERY_KEY, SERVER_KEY };

#define START_NS_MAX (120 * 1000000000LL)
#define STEP_NS 200000
#define ANSWER_MS 120000

static char *path_of(const struct server *server, const char *name)
{
    return jb_xasprintf("%s/%s", server->dir, name);
}

/* The child's side: its output goes to the log, and it does not outlive the benchmark. */
_Noreturn static void exec_program(const char *log, char *const argv[])
{
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (fd >= 0) {
        dup2(fd, STDOUT_FILENO);
        dup2(fd, STDERR_FILENO);
    }
    execv(argv[0], argv);
    _exit(127);
}

static void keep_to(uint32_t cpus)
{
    cpu_set_t set;
    CPU_ZERO(&set);
    for (uint32_t i = 0; i < cpus; i++)
        CPU_SET(i, &set);
    if (cpus && sched_setaffinity(0, sizeof(set), &set))
        die("processors: %s", strerror(errno));
}

static pid_t spawn(const struct server *server, char *const argv[])
{
    char *log = path_of(server, "aggregator.log");
    pid_t pid = fork();
    if (pid == 0) {
        keep_to(server->cpus);
        exec_program(log, argv);
    }
    free(log);
    if (pid < 0)
        die("fork: %s", strerror(errno));
    return pid;
}

static void need_clean_exit(const struct server *server, pid_t pid)
{
    int status = 0;
    if (waitpid(pid, &status, 0) != pid || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
        die("the aggregator failed (status %d), see %s/aggregator.log", status, server->dir);
}

/* Key n of the measurement. */
static jb_identity *key_of(uint8_t n)
{
    uint8_t seed[JB_KEY_BYTES];
    memset(seed, n, sizeof(seed));
    return jb_identity_from_seed(seed);
}

int server_make_store(const char *store)
{
    const struct jb_engine_config config = {.unsigned_ok = true};
    jb_identity *keys[] = {key_of(SECURITY_KEY), key_of(RECOVERY_KEY), key_of(SERVER_KEY)};
    const struct jb_birth birth = {.security = *jb_identity_public(keys[0]),
                                   .security_label = JB_LIT("bench"),
                                   .recovery = *jb_identity_public(keys[1]),
                                   .server = *jb_identity_public(keys[2])};
    uint8_t store_id[16];
    randombytes_buf(store_id, sizeof(store_id));
    jb_err err = jb_engine_init(store, &config, store_id, jb_clock_now_us(), &birth);
    if (err)
        die("cannot make %s: %s", store, jb_err_name(err));
    for (size_t i = 0; i < JB_COUNT(keys); i++)
        jb_identity_free(keys[i]);
    return 0;
}

void server_init(struct server *server, const char *program, const char *dir)
{
    *server = (struct server){.dir = jb_xstrdup(dir), .program = program};
    if (mkdir(dir, 0700))
        die("cannot make %s: %s", dir, strerror(errno));
    char *store = path_of(server, "store"), *path = jb_xstrdup(program);
    need_clean_exit(server, spawn(server, (char *[]){path, (char[]){"--init"}, store, NULL}));
    free(path);
    free(store);
}

/* The two lines of the port file, once both are there. */
static bool read_ports(struct server *server, const char *path)
{
    char line[160];
    int seen = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    while (fgets(line, sizeof(line), file)) {
        char *end = strchr(line, '\n');
        if (!end)
            break;
        *end = '\0';
        if (strncmp(line, "write=", 6) == 0)
            seen += snprintf(server->write, sizeof(server->write), "%s", line + 6) > 0;
        if (strncmp(line, "read=", 5) == 0)
            seen += snprintf(server->read, sizeof(server->read), "%s", line + 5) > 0;
    }
    fclose(file);
    return seen == 2;
}

static void hello(struct server *server)
{
    jb_net *net = jb_net_new(1);
    jb_client *client = NULL;
    if (!net || jb_client_open(net, server->write, NULL, &client) ||
        jb_client_hello(client, ANSWER_MS, &server->welcome))
        die("the aggregator does not answer, see %s/aggregator.log", server->dir);
    server->welcome.program = (struct jb_slice){0};
    jb_client_close(client);
    jb_net_free(net);
}

int64_t server_start(struct server *server)
{
    char *store = path_of(server, "store"), *ports = path_of(server, "ports");
    char *program = jb_xstrdup(server->program);
    char *argv[] = {program, (char[]){"--serve"}, store, (char[]){"--ports"}, ports, NULL};
    unlink(ports);
    int64_t start = now_ns();
    server->pid = spawn(server, argv);
    while (!read_ports(server, ports)) {
        nanosleep(&(struct timespec){.tv_nsec = STEP_NS}, NULL);
        if (waitpid(server->pid, NULL, WNOHANG) != 0 || now_ns() - start > START_NS_MAX)
            die("the aggregator did not start, see %s/aggregator.log", server->dir);
    }
    hello(server);
    int64_t took = now_ns() - start;
    free(program);
    free(store);
    free(ports);
    return took;
}

void server_stop(struct server *server)
{
    if (!server->pid)
        return;
    kill(server->pid, SIGTERM);
    need_clean_exit(server, server->pid);
    server->pid = 0;
}

void server_free(struct server *server)
{
    free(server->dir);
    server->dir = NULL;
}

void server_load_catalog(struct server *server, struct jb_slice yaml)
{
    struct jb_catalog_put put = {.size = yaml.len, .author = JB_LIT("bench")};
    struct jb_catalog_put_done done = {0};
    struct jb_findings findings;
    struct jb_arena arena;
    struct jb_buf buf;
    struct jb_slice answer;
    jb_client *client = NULL;
    jb_net *net = jb_net_new(1);
    jb_findings_init(&findings);
    jb_arena_init(&arena, JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    crypto_generichash(put.hash, sizeof(put.hash), yaml.ptr, yaml.len, NULL, 0);
    if (!net || jb_client_open(net, server->write, NULL, &client))
        die("no connection");
    while (put.offset < yaml.len) {
        size_t left = yaml.len - (size_t)put.offset;
        put.bytes =
            jb_slice_of(yaml.ptr + put.offset,
                        left < JB_CATALOG_PART_BYTES_MAX ? left : JB_CATALOG_PART_BYTES_MAX);
        jb_buf_clear(&buf);
        jb_wire_catalog_put_encode(&put, &buf);
        if (jb_client_expect(client, JB_KIND_CATALOG_PUT, jb_slice_of(server->welcome.store_id, 16),
                             jb_buf_slice(&buf), ANSWER_MS, JB_KIND_CATALOG_PUT_DONE, &answer,
                             &findings) ||
            jb_wire_catalog_put_done_decode(answer, &arena, &done, &findings) ||
            done.next_offset <= put.offset) {
            jb_findings_print(&findings, stderr);
            die("the catalogue was not taken");
        }
        put.offset = done.next_offset;
    }
    jb_client_close(client);
    jb_net_free(net);
    jb_findings_free(&findings);
    jb_arena_free(&arena);
    jb_buf_free(&buf);
    hello(server);
    if (!server->welcome.catalog_version)
        die("the catalogue was refused, see %s/aggregator.log", server->dir);
}

/* Signs the payload, sends it, and needs an answer of the kind. */
static void send_signed(const struct server *server, const jb_identity *signer, enum jb_kind kind,
                        struct jb_slice payload, enum jb_kind expected)
{
    uint8_t signature[JB_SIGNATURE_BYTES];
    struct jb_envelope answer, envelope = {
                                   .kind = kind,
                                   .request_id = JB_LIT("signed"),
                                   .store_id = jb_slice_of(server->welcome.store_id, 16),
                                   .payload = payload,
                                   .signer = jb_slice_of(jb_identity_public(signer)->bytes, 32),
                                   .signature = jb_slice_of(signature, sizeof(signature)),
                               };
    struct jb_slice bytes;
    struct jb_buf out;
    struct zmtp line;
    jb_identity_sign(signer, kind, server->welcome.store_id, payload, signature);
    jb_buf_init(&out, JB_MESSAGE_BYTES_MAX);
    jb_wire_envelope_encode(&envelope, &out);
    zmtp_open(&line, server->write);
    zmtp_send(&line, jb_buf_slice(&out));
    while (!zmtp_next(&line, &bytes)) {
        struct pollfd fd = {.fd = line.fd, .events = POLLIN};
        if (poll(&fd, 1, ANSWER_MS) != 1)
            die("no answer to what was signed");
        zmtp_fill(&line);
    }
    if (jb_wire_envelope_decode(bytes, NULL, &answer) || answer.kind != expected)
        die("what was signed was not taken");
    zmtp_close(&line);
    jb_buf_free(&out);
}

void server_grant(struct server *server, const struct jb_public_key *key, const char *root)
{
    const struct jb_scope_unit unit = {.unit = jb_slice_str(root), .subtree = true};
    const struct jb_key_change change = {
        .id = {.bytes = {1}},
        .epoch = server->welcome.epoch,
        .action = JB_KEY_ALLOW,
        .key = *key,
        .label = JB_LIT("agents"),
        .has_grant = true,
        .grant = {.role = JB_ROLE_REPORT, .units = &unit, .unit_count = 1}};
    jb_identity *security = key_of(SECURITY_KEY);
    struct jb_buf payload;
    jb_buf_init(&payload, JB_MESSAGE_BYTES_MAX);
    jb_wire_key_change_encode(&change, &payload);
    send_signed(server, security, JB_KIND_KEY_CHANGE, jb_buf_slice(&payload),
                JB_KIND_KEY_CHANGE_DONE);
    jb_identity_free(security);
    jb_buf_free(&payload);
}

/* "VmRSS:      1234 kB" */
static uint64_t status_kib(const char *text, const char *key)
{
    const char *at = strstr(text, key);
    uint64_t kib = 0;
    if (!at)
        return 0;
    for (at += strlen(key); *at && *at != '\n'; at++) {
        if (*at >= '0' && *at <= '9')
            kib = kib * 10 + (uint64_t)(*at - '0');
    }
    return kib;
}

struct server_memory server_memory(const struct server *server)
{
    char path[64], text[8192];
    snprintf(path, sizeof(path), "/proc/%d/status", (int)server->pid);
    FILE *file = fopen(path, "re");
    if (!file)
        return (struct server_memory){0};
    size_t len = fread(text, 1, sizeof(text) - 1, file);
    fclose(file);
    text[len] = '\0';
    return (struct server_memory){
        .resident = status_kib(text, "VmRSS:") * 1024,
        .anonymous = status_kib(text, "RssAnon:") * 1024,
    };
}

uint64_t server_file_bytes(const struct server *server)
{
    struct stat st;
    char *path = path_of(server, "store/data.mdb");
    if (stat(path, &st))
        die("%s: %s", path, strerror(errno));
    free(path);
    return (uint64_t)st.st_blocks * 512;
}
