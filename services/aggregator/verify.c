/* Verification: the ledger read from its first entry, each entry checked against the hash of the
 * one before, and applied to an empty store, which is then compared with the real one, record by
 * record, both ways. */
#include "verify.h"

#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <unistd.h>

#include "apply.h"
#include "base/buf.h"
#include "base/limits.h"
#include "base/text.h"
#include "dump.h"
#include "ledger.h"
#include "replay.h"
#include "verify_inner.h"

#define SCRATCH_BATCH 4096 /* entries in one transaction of the scratch store */
#define PROGRESS_EVERY 256
#define KEY_BYTES_QUOTED 40

/* The tables that are nothing but the fold of the ledger. */
static const enum jb_store_table derived[] = {JB_T_RECEIPTS, JB_T_CELLS,   JB_T_CATALOGS,
                                              JB_T_NAMES,    JB_T_HOLDERS, JB_T_PERIODS};

typedef void progress_fn(void *ctx, uint64_t done, uint64_t total);

/* Who waits for a verification. */
struct waiter {
    progress_fn *progress; /* may be NULL */
    void *ctx;
    const atomic_bool *stop; /* may be NULL */
};

static bool stopped(const struct waiter *waiter)
{
    return waiter->stop && *waiter->stop;
}

static void tell_progress(const struct waiter *waiter, uint64_t done, uint64_t total)
{
    if (waiter->progress && (done % PROGRESS_EVERY == 0 || done == total))
        waiter->progress(waiter->ctx, done, total);
}

void jb_verify_problem(struct jb_verify_report *report, const char *format, ...)
{
    va_list args;
    char *text = NULL;
    report->clean = false;
    if (report->problem_count == JB_VERIFY_PROBLEMS_MAX)
        return;
    va_start(args, format);
    if (vasprintf(&text, format, args) < 0)
        text = NULL;
    va_end(args);
    if (text)
        report->problems[report->problem_count++] = text;
}

/* Applies an entry to the scratch store. A catalogue is read back from the ledger by whoever binds
 * it, so the scratch store gets those entries too. */
static jb_err apply_to_scratch(struct jb_replay *r, jb_applier *applier, jb_kv_txn *scratch)
{
    struct jb_slice bytes;
    if (r->entry.kind == JB_ENTRY_CATALOG) {
        jb_err err = jb_store_entry(r->source, r->entry.revision, &bytes);
        if (!err)
            err = jb_store_append_entry(scratch, r->entry.revision, bytes);
        if (err)
            return err;
    }
    return jb_apply(applier, scratch, &r->entry, false);
}

/* Folds the ledger into the scratch store until it ends or is damaged. *ret_whole: to its end. */
static jb_err fold(struct jb_replay *r, jb_kv *scratch, uint64_t head, const struct waiter *waiter,
                   struct jb_verify_report *report, bool *ret_whole)
{
    jb_applier *applier = NULL;
    jb_kv_txn *txn = NULL;
    const char *why = "";
    jb_err err = jb_applier_new(&applier);
    *ret_whole = false;
    for (uint64_t revision = 1; !err && revision <= head; revision++) {
        if (stopped(waiter))
            err = JB_EAGAIN;
        else if (!txn)
            err = jb_kv_begin_write(scratch, &txn);
        if (err)
            break;
        jb_err broken = jb_replay_read(r, revision, &why);
        if (!broken) {
            broken = apply_to_scratch(r, applier, txn);
            why = N_("the entry cannot be applied");
        }
        if (broken == JB_EDAMAGED || broken == JB_EVERSION || broken == JB_ERANGE) {
            jb_verify_problem(report, _("entry %llu: %s"), (unsigned long long)revision, _(why));
            goto out;
        }
        err = broken;
        report->entries++;
        if (!err && revision % SCRATCH_BATCH == 0)
            err = jb_kv_commit(&txn);
        tell_progress(waiter, revision, head);
    }
    if (!err && txn)
        err = jb_kv_commit(&txn);
    *ret_whole = !err;
out:
    jb_kv_abort(&txn);
    jb_applier_free(applier);
    return err;
}

void jb_verify_problem_at(struct jb_verify_report *report, enum jb_store_table table,
                          struct jb_slice key, const char *what)
{
    char hex[2 * KEY_BYTES_QUOTED + 1];
    size_t len = key.len < KEY_BYTES_QUOTED ? key.len : KEY_BYTES_QUOTED;
    sodium_bin2hex(hex, sizeof(hex), key.ptr, len);
    jb_verify_problem(report, _("table %s, key %s: %s"), jb_dump_table_name(table), hex, what);
}

/* Both cursors stand on a record or past the end; each is moved on once it was looked at. */
struct side {
    jb_kv_cursor *cursor;
    struct jb_slice key;
    bool end;
};

static jb_err side_move(struct side *side, bool first)
{
    struct jb_slice before = side->key;
    jb_err err = first ? jb_kv_first(side->cursor, &side->key, NULL)
                       : jb_kv_next(side->cursor, &side->key, NULL);
    side->end = err == JB_ENOTFOUND;
    if (!err && !first && jb_slice_cmp(before, side->key) >= 0)
        err = JB_EDAMAGED;
    return side->end ? JB_OK : err;
}

static void compare_values(jb_kv_txn *store, jb_kv_txn *scratch, enum jb_store_table table,
                           struct jb_slice key, struct jb_verify_report *report)
{
    struct jb_slice stored, right;
    jb_err err = jb_kv_get(store, table, key, &stored);
    if (err)
        jb_verify_problem_at(report, table, key, _("the record's checksum is wrong"));
    else if (jb_kv_get(scratch, table, key, &right) || !jb_slice_eq(stored, right))
        jb_verify_problem_at(report, table, key, _("the record is not what the ledger adds up to"));
}

static jb_err compare_table(jb_kv_txn *store, jb_kv_txn *scratch, enum jb_store_table table,
                            const struct waiter *waiter, struct jb_verify_report *report)
{
    struct side a = {0}, b = {0};
    jb_err err = jb_kv_cursor_open(store, table, &a.cursor);
    if (!err)
        err = jb_kv_cursor_open(scratch, table, &b.cursor);
    if (!err)
        err = side_move(&a, true);
    if (!err)
        err = side_move(&b, true);
    while (!err && (!a.end || !b.end)) {
        int order = a.end ? 1 : b.end ? -1 : jb_slice_cmp(a.key, b.key);
        if (order < 0)
            jb_verify_problem_at(report, table, a.key,
                                 _("the ledger does not lead to this record"));
        else if (order > 0)
            jb_verify_problem_at(report, table, b.key,
                                 _("a record that the ledger leads to is missing"));
        else
            compare_values(store, scratch, table, a.key, report);
        report->records++;
        if (report->records % PROGRESS_EVERY == 0)
            tell_progress(waiter, report->head.revision, report->head.revision);
        if (stopped(waiter))
            err = JB_EAGAIN;
        if (!err && order <= 0)
            err = side_move(&a, false);
        if (!err && order >= 0)
            err = side_move(&b, false);
    }
    jb_kv_cursor_close(a.cursor);
    jb_kv_cursor_close(b.cursor);
    return err;
}

static jb_err compare(jb_kv_txn *store, jb_kv *scratch, const struct waiter *waiter,
                      struct jb_verify_report *report)
{
    jb_kv_txn *txn = NULL;
    jb_err err = jb_kv_begin_read(scratch, &txn);
    for (uint32_t i = 0; !err && i < JB_COUNT(derived); i++) {
        err = compare_table(store, txn, derived[i], waiter, report);
        if (err == JB_EDAMAGED) { /* of the store's pages: keys alone have no checksum */
            jb_verify_problem(report, _("table %s: it cannot be read to its end"),
                              jb_dump_table_name(derived[i]));
            err = JB_OK;
        }
    }
    jb_kv_abort(&txn);
    return err;
}

/* With a ledger that is damaged nothing can be derived; but every record can be looked at. */
static jb_err scan_all(jb_kv_txn *txn, const atomic_bool *stop, struct jb_verify_report *report)
{
    jb_err err = jb_verify_scan(txn, JB_T_LEDGER, stop, report);
    for (uint32_t i = 0; !err && i < JB_COUNT(derived); i++)
        err = jb_verify_scan(txn, derived[i], stop, report);
    return err;
}

/* The genesis entry names the store; so does the meta table, which is no fold. */
static void check_store_id(jb_kv_txn *txn, struct jb_replay *r, struct jb_verify_report *report)
{
    uint8_t id[16];
    const char *why;
    if (jb_replay_read(r, 1, &why))
        return; /* told by the walk */
    if (jb_store_id(txn, id) || memcmp(id, r->entry.store_id, sizeof(id)) != 0)
        jb_verify_problem(report, _("the store's id is not that of its first entry"));
}

/* Its tables are not what this version would derive, and need not be: that is said once, not record
 * by record. */
static bool is_older(jb_kv_txn *txn, struct jb_verify_report *report)
{
    uint32_t format;
    if (jb_store_format(txn, &format) || format >= JB_STORE_FORMAT)
        return false;
    jb_verify_problem(report,
                      _("the store is of an older format (%u; this version writes %u): rebuild "
                        "makes it anew, and so does run"),
                      format, (unsigned)JB_STORE_FORMAT);
    return true;
}

jb_err jb_verify(jb_kv_txn *txn, const char *scratch_dir, progress_fn *progress, void *ctx,
                 const atomic_bool *stop, struct jb_verify_report *ret)
{
    const struct waiter waiter = {progress, ctx, stop};
    struct jb_verify_report report = {.clean = true};
    struct jb_replay first = {0}, r = {0};
    jb_kv *scratch = NULL;
    bool whole = false;
    jb_kv_remove(scratch_dir); /* what an earlier run left */
    jb_err err = jb_store_open(scratch_dir, 0, 0, true, false, true, &scratch);
    if (!err)
        err = jb_replay_init(&first, txn);
    if (!err)
        err = jb_replay_init(&r, txn);
    if (err)
        goto out;
    if (jb_store_head(txn, &report.head))
        jb_verify_problem(&report, _("the newest entry cannot be read"));
    else if (report.head.revision > 0)
        check_store_id(txn, &first, &report);
    bool older = is_older(txn, &report);
    err = fold(&r, scratch, report.head.revision, &waiter, &report, &whole);
    if (!err)
        err = jb_verify_changes(txn, report.head.revision, stop, &report);
    if (!err) /* outside the ledger: whole or not is all there is to see */
        err = jb_verify_scan(txn, JB_T_CONTACTS, stop, &report);
    if (!err && whole && !older)
        err = compare(txn, scratch, &waiter, &report);
    else if (!err)
        err = scan_all(txn, stop, &report);
    if (!err && jb_dump_hash(txn, report.dump_hash))
        report.clean = false; /* the reason was told record by record */
    if (!err) {
        *ret = report;
        report.problem_count = 0; /* handed over */
    }
out:
    jb_verify_report_free(&report);
    jb_replay_free(&first);
    jb_replay_free(&r);
    jb_kv_close(scratch);
    jb_kv_remove(scratch_dir);
    return err;
}

void jb_verify_report_free(struct jb_verify_report *report)
{
    for (uint32_t i = 0; i < report->problem_count; i++) {
        free(report->problems[i]);
        report->problems[i] = NULL;
    }
    report->problem_count = 0;
}

void jb_verify_report_answer(const struct jb_verify_report *report,
                             struct jb_slice problems[JB_VERIFY_PROBLEMS_MAX],
                             struct jb_verify_answer *ret)
{
    for (uint32_t i = 0; i < report->problem_count; i++)
        problems[i] = jb_slice_str(report->problems[i]);
    ret->clean = report->clean;
    ret->entries = report->entries;
    ret->records = report->records;
    ret->problems = (struct jb_strings){problems, report->problem_count};
    memcpy(ret->dump_hash, report->dump_hash, sizeof(ret->dump_hash));
}
