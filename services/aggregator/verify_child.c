/* The parent never opens the store. What the child is at stands in memory that both see, so that a
 * crash has a place; a child that makes no progress is ended by its own alarm. */
#include "verify_child.h"

#include <inttypes.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/text.h"
#include "commands.h"
#include "verify.h"

#define STUCK_SECONDS 120 /* without a sign of life */

/* In memory that both processes see. */
struct place {
    volatile uint64_t revision; /* of the ledger's walk; 0: not begun */
    volatile uint64_t total;
};

struct progress {
    struct place *place;
    int64_t last_us;
};

static void note_progress(void *ctx, uint64_t done, uint64_t total)
{
    struct progress *progress = ctx;
    int64_t now_us = jb_clock_mono_us();
    progress->place->revision = done;
    progress->place->total = total;
    alarm(STUCK_SECONDS);
    if (!isatty(STDERR_FILENO) || (now_us - progress->last_us < 200000 && done < total))
        return;
    progress->last_us = now_us;
    fprintf(stderr, "\r%" PRIu64 " / %" PRIu64 "%s", done, total, done == total ? "\n" : "");
}

static int tell_report(const char *dir, const struct jb_verify_report *report)
{
    char hex[65];
    sodium_bin2hex(hex, sizeof(hex), report->dump_hash, sizeof(report->dump_hash));
    for (uint32_t i = 0; i < report->problem_count; i++)
        fprintf(stderr, "%s: %s\n", dir, report->problems[i]);
    printf("revision=%" PRIu64 " entries=%" PRIu64 " records=%" PRIu64 " dump=%s %s\n",
           report->head.revision, report->entries, report->records, hex,
           report->clean ? _("clean") : _("NOT CLEAN"));
    return report->clean ? JB_EXIT_OK : JB_EXIT_FAILED;
}

static int tell_damage(const char *dir, const char *what)
{
    fprintf(stderr, "%s: %s\n", dir, what);
    printf("%s\n", _("NOT CLEAN"));
    return JB_EXIT_FAILED;
}

static int verify_here(const char *dir, const char *scratch, struct place *place)
{
    struct progress progress = {.place = place};
    struct jb_verify_report report;
    jb_kv_txn *txn = NULL;
    jb_kv *kv = NULL;
    jb_err err = jb_kv_check_file(dir);
    if (err == JB_EDAMAGED)
        return tell_damage(dir, _("the pages that the file begins with are damaged"));
    if (!err)
        err = jb_store_open(dir, 0, 0, false, true, false, &kv);
    if (!err)
        err = jb_kv_begin_read(kv, &txn);
    if (!err)
        err = jb_verify(txn, scratch, note_progress, &progress, NULL, &report);
    jb_kv_abort(&txn);
    jb_kv_close(kv);
    if (err)
        return jb_command_open_failed(dir, err);
    int code = tell_report(dir, &report);
    jb_verify_report_free(&report);
    return code;
}

static int tell_crash(const char *dir, int signal, const struct place *place)
{
    char *what = NULL;
    if (place->revision == 0)
        what = jb_xasprintf(_("LMDB failed (signal %d) before the first entry: pages are damaged"),
                            signal);
    else if (place->revision < place->total)
        what = jb_xasprintf(_("LMDB failed (signal %d) near entry %llu of the ledger: pages are "
                              "damaged"),
                            signal, (unsigned long long)place->revision);
    else
        what = jb_xasprintf(_("LMDB failed (signal %d) in a table that follows from the ledger: "
                              "pages are damaged; the ledger could be read to its end"),
                            signal);
    int code = tell_damage(dir, what);
    free(what);
    return code;
}

int jb_verify_dir(const char *dir)
{
    const struct rlimit no_core = {0, 0};
    int status = 0;
    struct place *place =
        mmap(NULL, sizeof(*place), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (place == MAP_FAILED)
        return jb_command_open_failed(dir, JB_ENOMEM);
    char *scratch = jb_xasprintf("%s/verify-%ld", dir, (long)getpid());
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        jb_ignore(setrlimit(RLIMIT_CORE, &no_core) != 0);
        alarm(STUCK_SECONDS);
        status = verify_here(dir, scratch, place);
        fflush(stdout);
        _exit(status);
    }
    int code = JB_EXIT_FAILED;
    if (child < 0 || waitpid(child, &status, 0) != child)
        fprintf(stderr, _("%s: no process could be started for it\n"), dir);
    else if (WIFEXITED(status))
        code = WEXITSTATUS(status);
    else
        code = tell_crash(dir, WTERMSIG(status), place);
    jb_kv_remove(scratch);
    free(scratch);
    munmap(place, sizeof(*place));
    return code;
}
