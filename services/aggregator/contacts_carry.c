/* The child forks from a process that has LMDB open and touches none of that: it opens the store
 * again, for reading and with no other table. What it says is a stream of records, each looked at
 * on both sides, and its exit code; whatever else happens to it is damage. */
#include "contacts_carry.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "contacts.h"

#define FORMAT_WITH_CONTACTS 3 /* the first */
#define STUCK_S 300
#define BATCH 256 /* records in one transaction */

enum exit_code { WHOLE, LOST };

struct frame {
    uint32_t key_len, value_len;
};

static bool write_record(FILE *out, struct jb_slice key, struct jb_slice value)
{
    const struct frame frame = {(uint32_t)key.len, (uint32_t)value.len};
    return fwrite(&frame, sizeof(frame), 1, out) == 1 && fwrite(key.ptr, key.len, 1, out) == 1 &&
           fwrite(value.ptr, value.len, 1, out) == 1 && fflush(out) == 0;
}

static bool had_none(const char *dir)
{
    uint32_t format = 0, entry_format;
    return !jb_store_versions(dir, &format, &entry_format) && format > 0 &&
           format < FORMAT_WITH_CONTACTS;
}

/* Keys have no checksum: their order and their count are looked at. */
static enum exit_code read_records(jb_kv_txn *txn, jb_kv_cursor *cursor, FILE *out)
{
    struct jb_slice key, value, before = {0};
    uint64_t count = 0, written = 0;
    jb_err err = jb_kv_count(txn, 0, &count);
    if (!err)
        err = jb_kv_first(cursor, &key, NULL);
    for (; !err; err = jb_kv_next(cursor, &key, NULL)) {
        if (before.len && jb_slice_cmp(before, key) >= 0)
            return LOST;
        if (!jb_kv_get(txn, 0, key, &value) && jb_contacts_sound(key, value))
            written += write_record(out, key, value);
        before = key;
    }
    return err == JB_ENOTFOUND && written == count ? WHOLE : LOST;
}

static enum exit_code read_table(const char *dir, FILE *out)
{
    static const char *const tables[] = {"contacts"};
    const struct jb_kv_config config = {.tables = tables, .table_count = 1, .read_only = true};
    enum exit_code code = LOST;
    jb_kv_cursor *cursor = NULL;
    jb_kv_txn *txn = NULL;
    jb_kv *kv = NULL;
    jb_err err = jb_kv_open(dir, &config, &kv);
    if (err == JB_ENOTFOUND)
        return had_none(dir) ? WHOLE : LOST;
    if (!err)
        err = jb_kv_begin_read(kv, &txn);
    if (!err)
        err = jb_kv_cursor_open(txn, 0, &cursor);
    if (!err)
        code = read_records(txn, cursor, out);
    jb_kv_cursor_close(cursor);
    jb_kv_abort(&txn);
    jb_kv_close(kv);
    return code;
}

/* Without a word of its own when it crashes: the parent has it. */
static _Noreturn void be_child(const char *dir, int fd)
{
    static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGALRM};
    const struct rlimit no_core = {0, 0};
    sigset_t none;
    sigemptyset(&none);
    jb_ignore(prctl(PR_SET_PDEATHSIG, SIGKILL) != 0);
    jb_ignore(setrlimit(RLIMIT_CORE, &no_core) != 0);
    for (size_t i = 0; i < JB_COUNT(signals); i++)
        signal(signals[i], SIG_DFL);
    jb_ignore(sigprocmask(SIG_SETMASK, &none, NULL) != 0);
    alarm(STUCK_S);
    FILE *out = fdopen(fd, "w");
    _exit(out ? (int)read_table(dir, out) : LOST);
}

/* JB_ENOTFOUND: there is no other. */
static jb_err take_record(FILE *in, uint8_t *bytes, jb_kv_txn *txn)
{
    struct frame frame;
    if (fread(&frame, sizeof(frame), 1, in) != 1 || frame.key_len == 0 ||
        frame.key_len > JB_KV_KEY_BYTES_MAX || frame.value_len > JB_CONTACTS_RECORD_BYTES_MAX ||
        fread(bytes, frame.key_len, 1, in) != 1 ||
        fread(bytes + frame.key_len, frame.value_len, 1, in) != 1)
        return JB_ENOTFOUND;
    struct jb_slice key = jb_slice_of(bytes, frame.key_len);
    struct jb_slice value = jb_slice_of(bytes + frame.key_len, frame.value_len);
    return jb_contacts_sound(key, value) ? jb_kv_put(txn, JB_T_CONTACTS, key, value) : JB_ENOTFOUND;
}

static jb_err take_records(FILE *in, jb_kv *to)
{
    uint8_t *bytes = jb_xmalloc(JB_KV_KEY_BYTES_MAX + JB_CONTACTS_RECORD_BYTES_MAX);
    jb_kv_txn *txn = NULL;
    jb_err err = JB_OK, end = JB_OK;
    while (!err && !end) {
        err = jb_kv_begin_write(to, &txn);
        for (int i = 0; !err && !end && i < BATCH; i++) {
            err = take_record(in, bytes, txn);
            if (err == JB_ENOTFOUND) {
                end = err;
                err = JB_OK;
            }
        }
        if (!err)
            err = jb_kv_commit(&txn);
        jb_kv_abort(&txn);
    }
    free(bytes);
    return err;
}

/* The time is later than any count of changes. */
static jb_err begin_version_anew(jb_kv *to)
{
    struct jb_contacts_head head = {0};
    jb_kv_txn *txn = NULL;
    jb_err err = jb_kv_begin_write(to, &txn);
    if (!err)
        err = jb_store_contacts_head(txn, &head);
    if (!err && head.version == 0) {
        head.version = (uint64_t)jb_clock_now_us();
        err = jb_store_put_contacts_head(txn, &head);
    }
    if (!err)
        err = jb_kv_commit(&txn);
    jb_kv_abort(&txn);
    return err;
}

jb_err jb_contacts_carry(const char *dir, jb_kv *to, bool *ret_lost)
{
    int fds[2], status = -1;
    if (pipe2(fds, O_CLOEXEC) != 0)
        return JB_ENOMEM;
    pid_t child = fork();
    if (child == 0) {
        close(fds[0]);
        be_child(dir, fds[1]);
    }
    close(fds[1]);
    FILE *in = child < 0 ? NULL : fdopen(fds[0], "r");
    jb_err err = in ? take_records(in, to) : JB_ENOMEM;
    if (in)
        fclose(in);
    else
        close(fds[0]);
    while (child > 0 && waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    *ret_lost = !WIFEXITED(status) || WEXITSTATUS(status) != WHOLE;
    return !err && *ret_lost ? begin_version_anew(to) : err;
}
