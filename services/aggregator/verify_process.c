/* The parent's side: it never opens the store. */
#include "verify_process.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "files/kv.h"
#include "net/wire_query.h"

#define SELF "/proc/self/exe"
#define ARENA_BYTES_MAX (16 * 1024 * 1024)

extern char **environ;

struct told {
    uint8_t packet[JB_VERIFY_TOLD_BYTES_MAX];
    struct jb_buf answer; /* the newest */
    uint64_t done, total;
    jb_err err;
};

/* A clean start for the child: no signal is blocked or ignored, and it has no file of ours but the
 * standard ones and the socket. */
static pid_t start(const struct jb_verify_process *asked, int fd)
{
    char *argv[] = {jb_xstrdup("jibao-aggregator"),     jb_xstrdup("verify"),
                    jb_xstrdup(JB_VERIFY_CHILD_OPTION), jb_xstrdup(asked->dir),
                    jb_xstrdup(asked->scratch_dir),     NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    pid_t child = -1;
    sigemptyset(&none);
    sigfillset(&all);
    jb_assert(posix_spawn_file_actions_init(&files) == 0 && posix_spawnattr_init(&attributes) == 0);
    int rc = posix_spawn_file_actions_adddup2(&files, fd, JB_VERIFY_CHILD_FD);
    if (!rc)
        rc = posix_spawn_file_actions_addclosefrom_np(&files, JB_VERIFY_CHILD_FD + 1);
    if (!rc)
        rc = posix_spawnattr_setsigmask(&attributes, &none);
    if (!rc)
        rc = posix_spawnattr_setsigdefault(&attributes, &all);
    if (!rc)
        rc = posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    if (!rc)
        rc = posix_spawn(&child, SELF, &files, &attributes, argv, environ);
    posix_spawn_file_actions_destroy(&files);
    posix_spawnattr_destroy(&attributes);
    for (size_t i = 0; argv[i]; i++)
        free(argv[i]);
    return rc ? -1 : child;
}

static void take_packet(struct told *told, size_t len, const struct jb_verify_process *asked)
{
    struct jb_reader r = jb_reader_of(jb_slice_of(told->packet, len));
    switch (jb_read_u8(&r)) {
    case JB_VERIFY_PLACE:
        told->done = jb_read_u64(&r);
        told->total = jb_read_u64(&r);
        if (asked->progress)
            asked->progress(asked->ctx, told->done, told->total);
        return;
    case JB_VERIFY_ANSWER:
        jb_buf_clear(&told->answer);
        jb_buf_put(&told->answer, r.ptr, jb_reader_left(&r));
        return;
    case JB_VERIFY_ERROR:
        told->err = (jb_err)jb_read_u32(&r);
        return;
    default:
        told->err = JB_EINVAL;
    }
}

/* Until the child's end of the socket is closed. JB_EAGAIN: stopped; JB_ERANGE: it took too long.
 */
static jb_err listen_to(struct told *told, int fd, const struct jb_verify_process *asked)
{
    const int64_t until_us = jb_clock_mono_us() + JB_VERIFY_TOTAL_MS * 1000LL;
    struct pollfd items[2] = {{.fd = fd, .events = POLLIN}, {asked->stop_fd, POLLIN, 0}};
    for (;;) {
        int ready = poll(items, 2, JB_VERIFY_STUCK_MS);
        if (ready < 0 && errno == EINTR)
            continue;
        if (ready > 0 && items[1].revents)
            return JB_EAGAIN;
        if (ready <= 0 || jb_clock_mono_us() > until_us)
            return JB_ERANGE;
        ssize_t len = recv(fd, told->packet, sizeof(told->packet), 0);
        if (len < 0 && errno == EINTR)
            continue;
        if (len <= 0)
            return JB_OK;
        take_packet(told, (size_t)len, asked);
    }
}

static char *describe_crash(const struct told *told, int signal)
{
    if (told->done == 0)
        return jb_xasprintf(_("LMDB failed (signal %d) before the first entry: pages are damaged"),
                            signal);
    if (told->done < told->total)
        return jb_xasprintf(
            _("LMDB failed (signal %d) near entry %llu of the ledger: pages are damaged"), signal,
            (unsigned long long)told->done);
    return jb_xasprintf(_("LMDB failed (signal %d) in a table that follows from the ledger: "
                          "pages are damaged; the ledger could be read to its end"),
                        signal);
}

static char *describe_stuck(const struct told *told)
{
    return jb_xasprintf(_("verification did not come to an end near entry %llu of %llu: pages may "
                          "be damaged"),
                        (unsigned long long)told->done, (unsigned long long)told->total);
}

/* What was known before, and what ended it. */
static jb_err answer_with(const struct told *told, const char *problem, struct jb_buf *out)
{
    struct jb_slice problems[] = {jb_slice_str(problem)};
    struct jb_verify_answer answer = {0};
    struct jb_arena arena;
    jb_arena_init(&arena, ARENA_BYTES_MAX);
    if (told->answer.len &&
        jb_wire_verify_answer_decode(jb_buf_slice(&told->answer), &arena, &answer))
        answer = (struct jb_verify_answer){0};
    answer.clean = false;
    answer.entries = told->done;
    answer.problems = (struct jb_strings){problems, 1};
    jb_wire_verify_answer_encode(&answer, out);
    jb_arena_free(&arena);
    return out->failed ? JB_ENOMEM : JB_OK;
}

/* The child is gone. */
static jb_err conclude(const struct told *told, jb_err heard, int status, struct jb_buf *out)
{
    char *problem = NULL;
    if (heard == JB_EAGAIN)
        return JB_EAGAIN;
    if (heard == JB_ERANGE)
        problem = describe_stuck(told);
    else if (WIFSIGNALED(status))
        problem = describe_crash(told, WTERMSIG(status));
    else if (told->err || WEXITSTATUS(status) || !told->answer.len)
        return told->err ? told->err : JB_EIO;
    if (!problem) {
        jb_buf_put(out, told->answer.ptr, told->answer.len);
        return out->failed ? JB_ENOMEM : JB_OK;
    }
    jb_err err = answer_with(told, problem, out);
    free(problem);
    return err;
}

jb_err jb_verify_process(const struct jb_verify_process *asked, struct jb_buf *out)
{
    int fds[2], status = 0;
    struct told *told = jb_xcalloc(1, sizeof(*told));
    jb_err err = JB_ENOMEM;
    jb_buf_init(&told->answer, JB_VERIFY_TOLD_BYTES_MAX);
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, fds) == 0) {
        pid_t child = start(asked, fds[1]);
        close(fds[1]);
        if (child > 0) {
            jb_err heard = listen_to(told, fds[0], asked);
            if (heard)
                jb_ignore(kill(child, SIGKILL) != 0);
            while (waitpid(child, &status, 0) < 0 && errno == EINTR)
                ;
            err = conclude(told, heard, status, out);
        }
        close(fds[0]);
    }
    jb_kv_remove(asked->scratch_dir); /* a child that crashed could not */
    jb_buf_free(&told->answer);
    free(told);
    return err;
}
