/* Work in a process of its own: what it gives, how it is ended, and what is left of it: nothing. */
#include "jb_test.h"

#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "gateway/task.h"

#define PATIENCE_US (30 * 1000000LL)

struct told {
    bool told;
    jb_err err;
    int status;
    char output[64];
};

static void tell(void *arg, const struct jb_task_end *end)
{
    struct told *told = arg;

    assert_false(told->told);
    *told = (struct told){.told = true, .err = end->err, .status = end->status};
    snprintf(told->output, sizeof(told->output), "%.*s",
             end->output.len < sizeof(told->output) ? (int)end->output.len : 0,
             (const char *)end->output.ptr);
}

/* Turns until it was told; now_us 0: the clock's. */
static void wait_for(jb_tasks *tasks, const struct told *told)
{
    int64_t until_us = jb_clock_mono_us() + PATIENCE_US;

    while (!told->told && jb_clock_mono_us() < until_us) {
        struct pollfd item = {.fd = jb_tasks_fd(tasks), .events = POLLIN};
        jb_ignore(poll(&item, 1, jb_tasks_wait_ms(tasks)) < 0);
        jb_tasks_turn(tasks, jb_clock_mono_us());
    }
    assert_true(told->told);
}

static int say(void *arg, struct jb_buf *output)
{
    (void)arg;
    jb_buf_put_str(output, "good");
    return 7;
}

static int crash(void *arg, struct jb_buf *output)
{
    (void)arg;
    (void)output;
    return raise(SIGKILL);
}

static int hang(void *arg, struct jb_buf *output)
{
    (void)arg;
    (void)output;
    while (pause() != 0)
        continue;
    return 0;
}

static int say_too_much(void *arg, struct jb_buf *output)
{
    (void)arg;
    while (!output->failed)
        jb_buf_put_str(output, "0123456789");
    return 0;
}

static int take_memory(void *arg, struct jb_buf *output)
{
    volatile uint8_t *all;

    (void)arg;
    (void)output;
    all = malloc(2 * JB_TASK_MEMORY_MAX);
    return all ? 1 : 0;
}

static void run(const struct jb_task *task, struct told *told)
{
    jb_tasks *tasks = jb_tasks_new();
    struct jb_task one = *task;

    *told = (struct told){.told = false};
    one.arg = told;
    one.tell = tell;
    assert_int_equal(jb_tasks_start(tasks, &one), JB_OK);
    jb_tasks_turn(tasks, jb_clock_mono_us());
    wait_for(tasks, told);
    assert_int_equal(jb_tasks_fd(tasks), -1);
    jb_tasks_free(tasks);
}

static void a_function_gives_its_code_and_what_it_wrote(void **state)
{
    struct told told;

    (void)state;
    run(&(struct jb_task){.run = say, .seconds_max = 30, .output_max = 64}, &told);
    assert_int_equal(told.err, JB_OK);
    assert_int_equal(told.status, 7);
    assert_string_equal(told.output, "good");
}

static void what_crashes_hangs_or_says_too_much_is_ended(void **state)
{
    struct told told;

    (void)state;
    run(&(struct jb_task){.run = crash, .seconds_max = 30, .output_max = 64}, &told);
    assert_int_equal(told.err, JB_EIO);
    run(&(struct jb_task){.run = hang, .seconds_max = 1, .output_max = 64}, &told);
    assert_int_equal(told.err, JB_EAGAIN);
    run(&(struct jb_task){.run = say_too_much, .seconds_max = 30, .output_max = 64}, &told);
    assert_int_equal(told.err, JB_EIO);
#ifndef __SANITIZE_ADDRESS__
    run(&(struct jb_task){.run = take_memory, .seconds_max = 30, .output_max = 64}, &told);
    assert_int_equal(told.err, JB_OK);
    assert_int_equal(told.status, 0);
#else
    (void)take_memory;
#endif
}

static void a_program_gives_its_code_and_both_outputs(void **state)
{
    char shell[] = "/bin/sh", option[] = "-c", script[] = "echo one; echo two >&2; exit 3",
         endless[] = "while :; do echo 0123456789; done", none[] = "/nowhere/at/all";
    char *good[] = {shell, option, script, NULL}, *loud[] = {shell, option, endless, NULL},
         *missing[] = {none, NULL}, *environment[] = {NULL};
    struct told told;

    (void)state;
    run(
        &(struct jb_task){
            .program = good, .environment = environment, .seconds_max = 30, .output_max = 64},
        &told);
    assert_int_equal(told.status, 3);
    assert_string_equal(told.output, "one\ntwo\n");
    run(
        &(struct jb_task){
            .program = loud, .environment = environment, .seconds_max = 30, .output_max = 64},
        &told);
    assert_int_equal(told.err, JB_ERANGE);
    run(
        &(struct jb_task){
            .program = missing, .environment = environment, .seconds_max = 30, .output_max = 64},
        &told);
    assert_int_equal(told.err, JB_EIO);
}

static void as_many_wait_as_may_and_all_are_told(void **state)
{
    struct told told[JB_TASKS_WAITING_MAX + 1] = {0};
    jb_tasks *tasks = jb_tasks_new();

    (void)state;
    for (size_t i = 0; i <= JB_TASKS_WAITING_MAX; i++) {
        const struct jb_task task = {.run = i ? say : hang,
                                     .arg = &told[i],
                                     .seconds_max = 60,
                                     .output_max = 64,
                                     .tell = tell};
        assert_int_equal(jb_tasks_start(tasks, &task), i < JB_TASKS_WAITING_MAX ? JB_OK : JB_EFULL);
    }
    jb_tasks_turn(tasks, jb_clock_mono_us());
    jb_tasks_free(tasks); /* the first is killed, the others never began */
    for (size_t i = 0; i < JB_TASKS_WAITING_MAX; i++) {
        assert_true(told[i].told);
        assert_int_equal(told[i].err, JB_EIO);
    }
    assert_false(told[JB_TASKS_WAITING_MAX].told);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_function_gives_its_code_and_what_it_wrote),
        cmocka_unit_test(what_crashes_hangs_or_says_too_much_is_ended),
        cmocka_unit_test(a_program_gives_its_code_and_both_outputs),
        cmocka_unit_test(as_many_wait_as_may_and_all_are_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
