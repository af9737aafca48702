/* What is checked of records one by one, without deriving anything. Keys have no checksum, so their
 * order is looked at: a walk through damaged pages could else go on for ever. */
#include "base/text.h"
#include "change.h"
#include "contacts.h"
#include "dump.h"
#include "ledger.h"
#include "verify_inner.h"

typedef const char *check_fn(struct jb_slice value, struct jb_slice key, uint64_t head);

static uint64_t number_of(struct jb_slice key)
{
    uint64_t number = 0;
    for (size_t i = 0; i < key.len && i < 8; i++)
        number = number << 8 | key.ptr[i];
    return number;
}

/* NULL: it is as it should be. */
static const char *check_change(struct jb_slice value, struct jb_slice key, uint64_t head)
{
    struct jb_change_reader reader;
    struct jb_change_cell cell;
    if (key.len != 8 || number_of(key) == 0 || number_of(key) > head)
        return _("there is no such revision");
    if (jb_change_read(value, &reader))
        return _("the record cannot be read");
    while (jb_change_next_node(&reader)) {
        while (jb_change_next_cell(&reader, &cell))
            ;
    }
    return reader.r.failed ? _("the record cannot be read") : NULL;
}

static const char *check_entry(struct jb_slice value, struct jb_slice key, uint64_t head)
{
    struct jb_entry entry;
    (void)head;
    if (key.len != 8 || jb_entry_peek_checked(value, &entry) || entry.revision != number_of(key))
        return _("the entry cannot be read, or is not what its hash says");
    return NULL;
}

static const char *check_contacts(struct jb_slice value, struct jb_slice key, uint64_t head)
{
    (void)head;
    return jb_contacts_sound(key, value) ? NULL : _("the record cannot be read");
}

struct walk {
    jb_kv_txn *txn;
    enum jb_store_table table;
    uint64_t head;
    check_fn *check; /* may be NULL */
    bool gapless;    /* keys are revisions without holes, the last one the head */
    struct jb_verify_report *report;
};

static void check_record(const struct walk *walk, struct jb_slice key, struct jb_slice before)
{
    struct jb_slice value;
    const char *wrong = NULL;
    jb_err err = jb_kv_get(walk->txn, walk->table, key, &value);
    if (err && walk->table == JB_T_CONTACTS && jb_kv_is_erased(walk->txn, walk->table, key))
        err = JB_OK; /* since this snapshot: see jb_kv_erase */
    else if (err)
        wrong = _("the record's checksum is wrong");
    else if (walk->check)
        wrong = walk->check(value, key, walk->head);
    if (!wrong && walk->gapless && before.len && number_of(key) != number_of(before) + 1)
        wrong = _("records before it are missing");
    if (wrong)
        jb_verify_problem_at(walk->report, walk->table, key, wrong);
    walk->report->records++;
}

static jb_err go(const struct walk *walk, const atomic_bool *stop)
{
    jb_kv_cursor *cursor = NULL;
    struct jb_slice key = {0}, before = {0};
    jb_err err = jb_kv_cursor_open(walk->txn, walk->table, &cursor);
    if (!err)
        err = jb_kv_first(cursor, &key, NULL);
    for (; !err; err = jb_kv_next(cursor, &key, NULL)) {
        if (before.len && jb_slice_cmp(before, key) >= 0) {
            jb_verify_problem_at(walk->report, walk->table, key, _("keys are out of order"));
            break;
        }
        if (stop && *stop) {
            err = JB_EAGAIN;
            break;
        }
        check_record(walk, key, before);
        before = key;
    }
    jb_kv_cursor_close(cursor);
    if (err == JB_ENOTFOUND && walk->gapless && before.len && number_of(before) != walk->head)
        jb_verify_problem_at(walk->report, walk->table, before, _("records behind it are missing"));
    if (err == JB_EDAMAGED)
        jb_verify_problem(walk->report, _("table %s: it cannot be read to its end"),
                          jb_dump_table_name(walk->table));
    return err == JB_ENOTFOUND || err == JB_EDAMAGED ? JB_OK : err;
}

jb_err jb_verify_changes(jb_kv_txn *txn, uint64_t head, const atomic_bool *stop,
                         struct jb_verify_report *report)
{
    const struct walk walk = {txn, JB_T_CHANGES, head, check_change, true, report};
    return go(&walk, stop);
}

jb_err jb_verify_scan(jb_kv_txn *txn, enum jb_store_table table, const atomic_bool *stop,
                      struct jb_verify_report *report)
{
    check_fn *check = table == JB_T_LEDGER     ? check_entry
                      : table == JB_T_CONTACTS ? check_contacts
                                               : NULL;
    const struct walk walk = {txn, table, 0, check, false, report};
    return go(&walk, stop);
}
