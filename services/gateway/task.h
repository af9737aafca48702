/* Work that would hold up the gateway's one thread: reading somebody's workbook, printing a report.
 * It runs in a process of its own, one after the other, with limits on time, processor time, memory
 * and output, and can take nothing of the gateway with it: whatever a file does to its reader, the
 * reader alone ends. A task is a function of ours, run in a copy of the gateway that has no
 * descriptor but the standard ones, or another program. */
#ifndef JB_TASK_H
#define JB_TASK_H

#include "base/buf.h"

#define JB_TASKS_WAITING_MAX 8
#define JB_TASK_MEMORY_MAX ((size_t)512 << 20)

/* What became of it. */
struct jb_task_end {
    jb_err err; /* JB_OK: it ended by itself; JB_EAGAIN: its time was over; JB_ERANGE: its output
                   was longer than it may be; JB_EIO: it could not be started, or was killed */
    int status; /* its exit code */
    struct jb_slice output; /* what it wrote, borrowed */
};
typedef void jb_task_tell(void *arg, const struct jb_task_end *end);

struct jb_task {
    int (*run)(void *arg, struct jb_buf *output); /* gives the exit code, 0 to 99 */
    char *const *program;                         /* instead of run: its path and arguments */
    char *const *environment;                     /* of the program */
    void *arg;                                    /* of run and tell; lives until told */
    uint32_t seconds_max;
    size_t output_max;
    jb_task_tell *tell; /* called once, later */
};

/* One task at a time, the others wait in order. */
typedef struct jb_tasks jb_tasks;

jb_tasks *jb_tasks_new(void);
/* What runs is killed, and every task that was started is told. NULL is fine. */
void jb_tasks_free(jb_tasks *tasks);
/* JB_EFULL: as many wait as may; tell is never called. */
JB_MUST_USE jb_err jb_tasks_start(jb_tasks *tasks, const struct jb_task *task);
/* A descriptor that is readable when jb_tasks_turn has something to do; -1: none. */
int jb_tasks_fd(const jb_tasks *tasks);
/* How long to wait at most. */
int jb_tasks_wait_ms(const jb_tasks *tasks);
void jb_tasks_turn(jb_tasks *tasks, int64_t now_us);
uint64_t jb_tasks_killed(const jb_tasks *tasks);

#endif
