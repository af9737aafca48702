/* The child's side of a verification, and the command, which is a parent like the daemon. */
#include "verify_child.h"

#include <inttypes.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/limits.h"
#include "base/text.h"
#include "commands.h"
#include "net/wire_query.h"
#include "verify.h"
#include "verify_process.h"

#define ARENA_BYTES_MAX (16 * 1024 * 1024)

/* Nobody listens any more: there is no reason to go on. */
static void tell(struct jb_buf *packet)
{
    jb_assert(!packet->failed);
    if (send(JB_VERIFY_CHILD_FD, packet->ptr, packet->len, MSG_NOSIGNAL) < 0)
        _exit(JB_EXIT_FAILED);
    jb_buf_clear(packet);
}

static void tell_place(void *ctx, uint64_t done, uint64_t total)
{
    struct jb_buf *packet = ctx;
    jb_buf_put_u8(packet, JB_VERIFY_PLACE);
    jb_buf_put_u64(packet, done);
    jb_buf_put_u64(packet, total);
    tell(packet);
}

static int tell_error(struct jb_buf *packet, jb_err err)
{
    jb_buf_put_u8(packet, JB_VERIFY_ERROR);
    jb_buf_put_u32(packet, (uint32_t)err);
    tell(packet);
    return JB_EXIT_FAILED;
}

static void tell_answer(struct jb_buf *packet, const struct jb_verify_answer *answer)
{
    jb_buf_put_u8(packet, JB_VERIFY_ANSWER);
    jb_wire_verify_answer_encode(answer, packet);
    tell(packet);
}

static int tell_begun_badly(struct jb_buf *packet)
{
    struct jb_slice problem = jb_slice_str(_("the pages that the file begins with are damaged"));
    const struct jb_verify_answer answer = {.problems = {&problem, 1}};
    tell_answer(packet, &answer);
    return JB_EXIT_OK;
}

/* Which store and revision it is, before anything deeper is touched. What cannot be read stays
 * empty: the verification says so. */
static struct jb_snapshot name_snapshot(jb_kv_txn *txn)
{
    struct jb_snapshot snapshot = {0};
    struct jb_store_head head;
    uint64_t revision;
    uint8_t hash[32];
    if (jb_store_id(txn, snapshot.store_id))
        memset(snapshot.store_id, 0, sizeof(snapshot.store_id));
    if (!jb_store_head(txn, &head)) {
        snapshot.epoch = head.epoch;
        snapshot.revision = head.revision;
        snapshot.at_us = head.at_us;
    }
    if (jb_store_catalog(txn, 0, &snapshot.catalog_version, &revision, hash))
        snapshot.catalog_version = 0;
    return snapshot;
}

static jb_err verify(jb_kv_txn *txn, const char *scratch_dir, struct jb_buf *packet)
{
    struct jb_slice problems[JB_VERIFY_PROBLEMS_MAX];
    struct jb_verify_report report;
    struct jb_verify_answer answer = {.snapshot = name_snapshot(txn)};
    tell_answer(packet, &answer);
    jb_err err = jb_verify(txn, scratch_dir, tell_place, packet, NULL, &report);
    if (err)
        return err;
    jb_verify_report_answer(&report, problems, &answer);
    tell_answer(packet, &answer);
    jb_verify_report_free(&report);
    return JB_OK;
}

int jb_verify_child(const char *dir, const char *scratch_dir)
{
    const struct rlimit no_core = {0, 0};
    struct jb_buf packet;
    jb_kv_txn *txn = NULL;
    jb_kv *kv = NULL;
    jb_ignore(prctl(PR_SET_PDEATHSIG, SIGKILL) != 0);
    jb_ignore(setrlimit(RLIMIT_CORE, &no_core) != 0);
    signal(SIGSEGV, SIG_DFL); /* the parent is to see it, whatever a sanitizer would make of it */
    signal(SIGBUS, SIG_DFL);
    jb_buf_init(&packet, JB_VERIFY_TOLD_BYTES_MAX);
    jb_err err = jb_kv_check_file(dir);
    if (err == JB_EDAMAGED)
        return tell_begun_badly(&packet);
    if (!err)
        err = jb_store_open(dir, 0, 0, false, true, false, &kv);
    if (!err)
        err = jb_kv_begin_read(kv, &txn);
    if (!err)
        err = verify(txn, scratch_dir, &packet);
    jb_kv_abort(&txn);
    jb_kv_close(kv);
    int code = err ? tell_error(&packet, err) : JB_EXIT_OK;
    jb_buf_free(&packet);
    return code;
}

static void show_progress(void *ctx, uint64_t done, uint64_t total)
{
    int64_t *last_us = ctx, now_us = jb_clock_mono_us();
    if (*last_us < 0 || !isatty(STDERR_FILENO) || (now_us - *last_us < 200000 && done < total))
        return;
    *last_us = done == total ? -1 : now_us; /* the end is told once */
    fprintf(stderr, "\r%" PRIu64 " / %" PRIu64 "%s", done, total, done == total ? "\n" : "");
}

static int show(const char *dir, struct jb_slice bytes)
{
    struct jb_verify_answer answer;
    struct jb_arena arena;
    char hex[65];
    jb_arena_init(&arena, ARENA_BYTES_MAX);
    jb_err err = jb_wire_verify_answer_decode(bytes, &arena, &answer);
    if (err)
        return jb_command_open_failed(dir, err);
    for (uint32_t i = 0; i < answer.problems.count; i++)
        fprintf(stderr, "%s: %.*s\n", dir, JB_ARG(answer.problems.items[i]));
    if (sodium_is_zero(answer.dump_hash, sizeof(answer.dump_hash))) { /* it did not get so far */
        printf("%s\n", _("NOT CLEAN"));
    } else {
        sodium_bin2hex(hex, sizeof(hex), answer.dump_hash, sizeof(answer.dump_hash));
        printf("revision=%" PRIu64 " entries=%" PRIu64 " records=%" PRIu64 " dump=%s %s\n",
               answer.snapshot.revision, answer.entries, answer.records, hex,
               answer.clean ? _("clean") : _("NOT CLEAN"));
    }
    bool clean = answer.clean;
    jb_arena_free(&arena);
    return clean ? JB_EXIT_OK : JB_EXIT_FAILED;
}

int jb_verify_dir(const char *dir)
{
    int64_t last_us = 0;
    struct jb_buf answer;
    char *scratch = jb_xasprintf("%s/verify-%ld", dir, (long)getpid());
    const struct jb_verify_process asked = {.dir = dir,
                                            .scratch_dir = scratch,
                                            .stop_fd = -1,
                                            .progress = show_progress,
                                            .ctx = &last_us};
    jb_buf_init(&answer, JB_VERIFY_TOLD_BYTES_MAX);
    jb_err err = jb_verify_process(&asked, &answer);
    int code = err ? jb_command_open_failed(dir, err) : show(dir, jb_buf_slice(&answer));
    jb_buf_free(&answer);
    free(scratch);
    return code;
}
