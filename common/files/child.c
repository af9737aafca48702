/* Between us and the program stands a watchman, who leads the group: when we end, whatever the
 * reason, the kernel tells it, and it kills the group, itself included. After a fork only what is
 * safe in a signal handler is called. */
#include "files/child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define CANNOT_START 127
#define READ_BYTES 4096
#define MAP_SIZE 48

/* What is made ready before the fork. */
struct ready {
    const struct jb_child *child;
    char **arguments, **environment; /* copies: execve does not take const ones */
    char uid_map[MAP_SIZE], gid_map[MAP_SIZE];
    pid_t parent;
    int output_fd, null_fd;
};

char *jb_child_find(const char *name)
{
    const char *path = getenv("PATH");
    while (path && *path) {
        size_t len = strcspn(path, ":");
        char *file = jb_xasprintf("%.*s/%s", (int)len, path, name);
        if (len && access(file, X_OK) == 0)
            return file;
        free(file);
        path += len + (path[len] == ':');
    }
    return NULL;
}

static char **copy_list(const char *const *list)
{
    size_t count = 0;
    while (list[count])
        count++;
    char **copy = jb_xcalloc(count + 1, sizeof(*copy));
    for (size_t i = 0; i < count; i++)
        copy[i] = jb_xstrdup(list[i]);
    return copy;
}

static void free_list(char **list)
{
    for (size_t i = 0; list[i]; i++)
        free(list[i]);
    free(list);
}

static void kill_group(int signal)
{
    (void)signal;
    kill(0, SIGKILL);
}

static void write_map(const char *path, const char *text)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0)
        return;
    jb_ignore(write(fd, text, strlen(text)) < 0);
    close(fd);
}

/* An empty network needs a user namespace, in which we stay who we are. */
static void leave_network(const struct ready *ready)
{
    if (unshare(CLONE_NEWUSER | CLONE_NEWNET) != 0)
        return;
    write_map("/proc/self/setgroups", "deny");
    write_map("/proc/self/uid_map", ready->uid_map);
    write_map("/proc/self/gid_map", ready->gid_map);
}

static _Noreturn void become_program(const struct ready *ready)
{
    signal(SIGTERM, SIG_DFL);
    if (dup2(ready->null_fd, STDIN_FILENO) >= 0 && dup2(ready->output_fd, STDOUT_FILENO) >= 0 &&
        dup2(ready->child->keep_errors ? ready->output_fd : ready->null_fd, STDERR_FILENO) >= 0)
        execve(ready->arguments[0], ready->arguments, ready->environment);
    _exit(CANNOT_START);
}

static _Noreturn void watch(const struct ready *ready)
{
    sigset_t none;
    int status = 0;

    setpgid(0, 0);
    signal(SIGTERM, kill_group);
    signal(SIGINT, SIG_IGN);
    signal(SIGPIPE, SIG_DFL);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != ready->parent)
        _exit(CANNOT_START);
    if (ready->child->no_network)
        leave_network(ready);
    pid_t program = fork();
    if (program == 0)
        become_program(ready);
    close(ready->output_fd);
    while (program > 0 && waitpid(program, &status, 0) < 0) {
        if (errno != EINTR)
            _exit(CANNOT_START);
    }
    if (program < 0)
        _exit(CANNOT_START);
    _exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}

/* JB_OK: the output has ended, which it does when the program and all its children have. */
static jb_err read_output(int fd, uint32_t seconds_max, struct jb_buf *output)
{
    int64_t end_us = jb_clock_mono_us() + (int64_t)seconds_max * 1000000;

    for (;;) {
        struct pollfd wait = {.fd = fd, .events = POLLIN};
        int64_t left_us = end_us - jb_clock_mono_us();
        if (left_us <= 0)
            return JB_EAGAIN;
        int ready = poll(&wait, 1, (int)(left_us / 1000 + 1));
        if (ready < 0 && errno != EINTR)
            return JB_EIO;
        if (ready <= 0)
            continue;
        size_t room = output->bytes_max - output->len;
        uint8_t bytes[READ_BYTES];
        ssize_t got = read(fd, bytes, sizeof(bytes));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return JB_EIO;
        if (got == 0)
            return JB_OK;
        if ((size_t)got > room)
            return JB_ERANGE;
        jb_buf_put(output, bytes, (size_t)got);
        if (output->failed)
            return JB_ENOMEM;
    }
}

static jb_err run(struct ready *ready, int output_fd, struct jb_buf *output, int *ret_status)
{
    int status = 0;
    pid_t watchman = fork();

    if (watchman == 0)
        watch(ready);
    close(ready->output_fd);
    ready->output_fd = -1;
    if (watchman < 0)
        return JB_EIO;
    setpgid(watchman, watchman); /* whoever is first */
    jb_err err = read_output(output_fd, ready->child->seconds_max, output);
    if (err)
        kill(-watchman, SIGKILL);
    while (waitpid(watchman, &status, 0) < 0) {
        if (errno != EINTR)
            return JB_EIO;
    }
    kill(-watchman, SIGKILL); /* who stayed behind with its output closed */
    if (err)
        return err;
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    if (code == CANNOT_START)
        return JB_EIO;
    *ret_status = code;
    return JB_OK;
}

jb_err jb_child_run(const struct jb_child *child, struct jb_buf *output, int *ret_status)
{
    struct ready ready = {.child = child, .parent = getpid(), .null_fd = -1};
    int fds[2];

    if (pipe2(fds, O_CLOEXEC) != 0)
        return JB_EIO;
    ready.output_fd = fds[1];
    ready.null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    snprintf(ready.uid_map, MAP_SIZE, "%u %u 1", geteuid(), geteuid());
    snprintf(ready.gid_map, MAP_SIZE, "%u %u 1", getegid(), getegid());
    ready.arguments = copy_list(child->arguments);
    ready.environment = copy_list(child->environment);
    jb_err err = ready.null_fd < 0 ? JB_EIO : run(&ready, fds[0], output, ret_status);
    free_list(ready.arguments);
    free_list(ready.environment);
    close(fds[0]);
    if (ready.output_fd >= 0)
        close(ready.output_fd);
    if (ready.null_fd >= 0)
        close(ready.null_fd);
    return err;
}
