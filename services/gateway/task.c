/* The child is the leader of a process group, which is killed as a whole, and dies with the thread
 * that started it. A function of ours runs in a copy of this process after a fork: glibc keeps the
 * memory allocator whole there, whatever the network's own thread was doing; should anything else
 * hang, the child's time ends it. */
#include "task.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"

#define CANNOT_START 127
#define READ_BYTES 65536
#define TICK_MS 1000
#define GRACE_US 2000000 /* from the end of the output to the end of the process */

struct jb_tasks {
    struct jb_task waiting[JB_TASKS_WAITING_MAX];
    uint32_t count; /* with the one that runs, which is the first */
    pid_t child;    /* 0: none runs */
    int fd;
    bool ended; /* its output has */
    int64_t until_us, now_us;
    struct jb_buf output;
    uint64_t killed;
};

jb_tasks *jb_tasks_new(void)
{
    jb_tasks *tasks = jb_xcalloc(1, sizeof(*tasks));

    tasks->fd = -1;
    tasks->now_us = jb_clock_mono_us();
    return tasks;
}

static void limit(int resource, rlim_t value)
{
    const struct rlimit both = {value, value};

    jb_ignore(setrlimit((__rlimit_resource_t)resource, &both) != 0);
}

static void put_limits(const struct jb_task *task)
{
    limit(RLIMIT_CPU, task->seconds_max);
    limit(RLIMIT_CORE, 0);
#ifndef __SANITIZE_ADDRESS__ /* its shadow is terabytes */
    limit(RLIMIT_DATA, JB_TASK_MEMORY_MAX);
#endif
}

static void write_all(struct jb_slice bytes)
{
    while (bytes.len) {
        ssize_t written = write(STDOUT_FILENO, bytes.ptr, bytes.len);
        if (written < 0 && errno != EINTR)
            _exit(CANNOT_START);
        if (written > 0)
            bytes = jb_slice_of(bytes.ptr + written, bytes.len - (size_t)written);
    }
}

static _Noreturn void work(const struct jb_task *task, pid_t parent, int output_fd, int null_fd)
{
    struct jb_buf output;
    sigset_t none;

    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent || dup2(null_fd, STDIN_FILENO) < 0 ||
        dup2(output_fd, STDOUT_FILENO) < 0 ||
        (task->program && dup2(output_fd, STDERR_FILENO) < 0) ||
        close_range(STDERR_FILENO + 1, ~0U, 0) != 0)
        _exit(CANNOT_START);
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    put_limits(task);
    if (task->program) {
        execve(task->program[0], task->program, task->environment);
        _exit(CANNOT_START);
    }
    jb_buf_init(&output, task->output_max);
    int code = task->run(task->arg, &output);
    if (output.failed)
        _exit(CANNOT_START);
    write_all(jb_buf_slice(&output));
    _exit(code);
}

static bool start(jb_tasks *tasks, const struct jb_task *task)
{
    int fds[2], null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
    pid_t parent = getpid();

    if (null_fd < 0 || pipe2(fds, O_CLOEXEC) != 0) {
        if (null_fd >= 0)
            close(null_fd);
        return false;
    }
    pid_t child = fork();
    if (child == 0)
        work(task, parent, fds[1], null_fd);
    close(fds[1]);
    close(null_fd);
    if (child < 0 || fcntl(fds[0], F_SETFL, O_NONBLOCK) != 0) {
        close(fds[0]);
        return false;
    }
    setpgid(child, child); /* whoever is first */
    tasks->child = child;
    tasks->fd = fds[0];
    tasks->ended = false;
    tasks->until_us = tasks->now_us + (int64_t)task->seconds_max * 1000000;
    jb_buf_init(&tasks->output, task->output_max);
    return true;
}

/* The first one is over. */
static void tell(jb_tasks *tasks, jb_err err, int status)
{
    struct jb_task task = tasks->waiting[0];
    struct jb_buf output = tasks->output;
    const struct jb_task_end end = {
        .err = err, .status = status, .output = err ? JB_LIT("") : jb_buf_slice(&output)};

    tasks->output = (struct jb_buf){0};
    tasks->count--;
    memmove(&tasks->waiting[0], &tasks->waiting[1], tasks->count * sizeof(task));
    task.tell(task.arg, &end);
    jb_buf_free(&output);
}

static void finish(jb_tasks *tasks, jb_err err)
{
    int status = 0;

    if (err) {
        kill(-tasks->child, SIGKILL);
        tasks->killed++;
        jb_log(JB_LOG_WARN, "gateway.task", "reason=%s", jb_err_name(err));
    }
    while (err && waitpid(tasks->child, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!err) {
        pid_t gone = waitpid(tasks->child, &status, WNOHANG);
        if (gone == 0)
            return; /* its output has ended, it will */
        err =
            gone < 0 || !WIFEXITED(status) || WEXITSTATUS(status) == CANNOT_START ? JB_EIO : JB_OK;
        kill(-tasks->child, SIGKILL); /* who stayed behind */
        tasks->killed += err != JB_OK;
    }
    tasks->child = 0;
    if (tasks->fd >= 0)
        close(tasks->fd);
    tasks->fd = -1;
    tell(tasks, err, err ? 0 : WEXITSTATUS(status));
}

/* False: it was too long. */
static bool take_output(jb_tasks *tasks)
{
    uint8_t bytes[READ_BYTES];

    for (;;) {
        ssize_t got = read(tasks->fd, bytes, sizeof(bytes));
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0 && errno == EAGAIN)
            return true;
        if (got <= 0) {
            close(tasks->fd);
            tasks->fd = -1;
            tasks->ended = true;
            if (tasks->until_us > tasks->now_us + GRACE_US)
                tasks->until_us = tasks->now_us + GRACE_US;
            return true;
        }
        jb_buf_put(&tasks->output, bytes, (size_t)got);
        if (tasks->output.failed)
            return false;
    }
}

static void start_next(jb_tasks *tasks)
{
    while (!tasks->child && tasks->count && !start(tasks, &tasks->waiting[0]))
        tell(tasks, JB_EIO, 0);
}

void jb_tasks_turn(jb_tasks *tasks, int64_t now_us)
{
    tasks->now_us = now_us;
    if (tasks->child && tasks->fd >= 0 && !take_output(tasks))
        finish(tasks, JB_ERANGE);
    if (tasks->child && tasks->ended)
        finish(tasks, JB_OK);
    if (tasks->child && now_us > tasks->until_us)
        finish(tasks, JB_EAGAIN);
    start_next(tasks);
}

jb_err jb_tasks_start(jb_tasks *tasks, const struct jb_task *task)
{
    if (tasks->count == JB_TASKS_WAITING_MAX)
        return JB_EFULL;
    tasks->waiting[tasks->count++] = *task;
    return JB_OK;
}

int jb_tasks_fd(const jb_tasks *tasks)
{
    return tasks->fd;
}

int jb_tasks_wait_ms(const jb_tasks *tasks)
{
    if (tasks->child)
        return tasks->ended ? 1 : TICK_MS;
    return tasks->count ? 0 : TICK_MS;
}

uint64_t jb_tasks_killed(const jb_tasks *tasks)
{
    return tasks->killed;
}

void jb_tasks_free(jb_tasks *tasks)
{
    if (!tasks)
        return;
    if (tasks->child)
        finish(tasks, JB_EIO);
    while (tasks->count)
        tell(tasks, JB_EIO, 0);
    free(tasks);
}
