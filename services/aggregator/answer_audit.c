/* The audit trail: entries as they lie in the ledger, with what is told about each in words. A page
 * ends when it is full or when enough was looked at, whatever the filters let through, so that no
 * question takes long; the asker goes on from where it ended. */
#include "base/limits.h"
#include "head_sign.h"
#include "lookup.h"
#include "net/wire_acts.h"
#include "net/wire_submission.h"
#include "past.h"

#define LOOKED_AT_MAX 5000
#define LOOKED_AT_BYTES_MAX (32 * 1024 * 1024)
#define ENTRY_FRAME_BYTES 256
#define SUMMARY_BYTES_MAX 1024
#define ENTRIES_MAX 4000

struct audit {
    struct jb_desk *desk;
    struct jb_audit_ask ask;
    struct jb_past_scratch scratch;
    struct jb_arena arena; /* of one entry's message */
    struct jb_audit_entry *entries;
    uint32_t count;
    size_t bytes;
    bool full; /* the entry just looked at goes onto the next page */
};

static const struct {
    enum jb_entry_kind kind;
    const char *word;
} kinds[] = {
    {JB_ENTRY_GENESIS, "genesis"},   {JB_ENTRY_EPOCH, "epoch"},
    {JB_ENTRY_CATALOG, "catalogue"}, {JB_ENTRY_SUBMISSION, "submission"},
    {JB_ENTRY_CONFLICT, "conflict"}, {JB_ENTRY_KEY, "key_change"},
    {JB_ENTRY_ACT, "act"},           {JB_ENTRY_DUE, "due"},
};

static const char *kind_word(enum jb_entry_kind kind)
{
    for (size_t i = 0; i < JB_COUNT(kinds); i++) {
        if (kinds[i].kind == kind)
            return kinds[i].word;
    }
    return "";
}

static const char *action_word(enum jb_key_action action)
{
    static const char *const words[] = {
        [JB_KEY_ALLOW] = "allow",   [JB_KEY_TAKE] = "take",     [JB_KEY_SUSPEND] = "suspend",
        [JB_KEY_RESUME] = "resume", [JB_KEY_REVOKE] = "revoke", [JB_KEY_ROTATE] = "rotate",
    };
    return words[action];
}

static struct jb_slice keep(struct audit *a, struct jb_slice text)
{
    return text.len ? jb_arena_copy(&a->desk->arena, text) : (struct jb_slice){0};
}

static jb_err put_code(struct audit *a, enum jb_name_kind kind, uint32_t number,
                       struct jb_slice *ret)
{
    struct jb_slice code;
    jb_err err = jb_store_code(a->desk->view.txn, kind, number, &code);
    if (!err)
        *ret = keep(a, code);
    return err == JB_ENOTFOUND ? JB_OK : err;
}

static void put_summary(struct audit *a, struct jb_audit_entry *out, struct jb_buf *text)
{
    out->summary = text->failed ? JB_LIT("") : keep(a, jb_buf_slice(text));
}

static void describe_change(struct audit *a, const struct jb_entry *entry, struct jb_buf *text)
{
    struct jb_key_change change;
    char key[JB_KEY_SHORT_SIZE];
    if (jb_wire_key_change_decode(entry->payload, &a->arena, &change, NULL))
        return;
    jb_public_short(&change.key, key);
    jb_buf_printf(text, "%s %s%.*s", action_word(change.action), change.is_person ? "person " : key,
                  JB_ARG(change.person_code));
    if (change.label.len)
        jb_buf_printf(text, " (%.*s)", JB_ARG(change.label));
    if (change.has_grant)
        jb_buf_printf(text, " role %s%s", jb_role_code(change.grant.role),
                      change.grant.everywhere ? " everywhere" : "");
    for (uint32_t i = 0; change.has_grant && i < change.grant.unit_count; i++)
        jb_buf_printf(text, "%s%.*s%s", i ? "," : " for ", JB_ARG(change.grant.units[i].unit),
                      change.grant.units[i].subtree ? "/" : "");
    if (change.action == JB_KEY_ROTATE) {
        jb_public_short(&change.new_key, key);
        jb_buf_printf(text, " to %s", key);
    }
    if (change.reason.len)
        jb_buf_printf(text, ": %.*s", JB_ARG(change.reason));
}

static void describe_act(struct audit *a, const struct jb_entry *entry, struct jb_audit_entry *out,
                         struct jb_buf *text)
{
    struct jb_act act;
    if (jb_wire_act_decode(entry->payload, &a->arena, &act, NULL))
        return;
    out->person_code = keep(a, act.signed_for);
    out->form = keep(a, act.form);
    out->unit = keep(a, act.unit);
    jb_buf_printf(text, "%s", jb_act_code(act.kind));
    if (act.kind == JB_ACT_PERIOD_OPEN)
        jb_buf_printf(text, "%s%s, expected %u forms, %u rows", act.trial ? ", trial" : "",
                      act.backfill ? ", backfill" : "", entry->act.expected_forms,
                      entry->act.expected_rows);
    if (act.kind == JB_ACT_PERIOD_AMEND)
        jb_buf_printf(text, " %.*s%s%s", JB_ARG(act.indicator), act.indicator.len ? " " : "",
                      act.owed ? "owed" : "not owed");
    for (uint32_t i = 0; i < act.units.count; i++)
        jb_buf_printf(text, "%s%.*s", i ? "," : " ", JB_ARG(act.units.items[i]));
    for (uint32_t i = 0; i < act.forms.count; i++)
        jb_buf_printf(text, "%s%.*s", i ? "," : " ", JB_ARG(act.forms.items[i]));
    if (act.kind == JB_ACT_NOTICE)
        jb_buf_printf(text, ", %s%s%.*s", act.correction ? "correction" : "chasing",
                      act.number.len ? " " : "", JB_ARG(act.number));
    if (act.kind == JB_ACT_PUBLISH)
        jb_buf_printf(text, ", release %u", entry->act.release);
    for (uint32_t i = 0; i < act.reason_count; i++)
        jb_buf_printf(text, ", %.*s: %.*s", JB_ARG(act.reasons[i].indicator),
                      JB_ARG(act.reasons[i].reason));
    if (act.note.len)
        jb_buf_printf(text, ": %.*s", JB_ARG(act.note));
}

static void describe_submission(struct audit *a, const struct jb_entry *entry,
                                struct jb_audit_entry *out, struct jb_buf *text)
{
    struct jb_submission s;
    if (jb_wire_submission_decode(entry->payload, &a->arena, &s, NULL))
        return;
    out->person_code = keep(a, s.signed_for);
    out->form = keep(a, s.form);
    jb_buf_printf(text, "%u %s", s.row_count, s.row_count == 1 ? "row" : "rows");
    if (s.filled_by.len)
        jb_buf_printf(text, ", filled in by %.*s", JB_ARG(s.filled_by));
    if (s.on_behalf_of.len)
        jb_buf_printf(text, ", entered by %.*s", JB_ARG(s.on_behalf_of));
    if (s.reason.len)
        jb_buf_printf(text, ": %.*s", JB_ARG(s.reason));
}

/* "due_soon 3, overdue 2": how many filings of each. */
static void describe_due(const struct jb_entry *entry, struct jb_buf *text)
{
    struct jb_reader r = jb_reader_of(entry->due);
    uint32_t soon = 0, overdue = 0;
    struct jb_entry_due due;
    while (jb_entry_due_next(&r, &due)) {
        soon += due.level == 0;
        overdue += due.level > 0;
    }
    jb_buf_printf(text, "due soon %u, overdue %u", soon, overdue);
}

static jb_err describe(struct audit *a, const struct jb_entry *entry, struct jb_audit_entry *out,
                       struct jb_buf *text)
{
    char period[JB_PERIOD_TEXT_SIZE];
    bool failed = false;
    switch (entry->kind) {
    case JB_ENTRY_GENESIS:
        jb_buf_printf(text, "a new store");
        return JB_OK;
    case JB_ENTRY_EPOCH:
        jb_buf_printf(text, "restored from a backup: epoch %u", entry->epoch);
        return JB_OK;
    case JB_ENTRY_CATALOG:
        jb_buf_printf(text, "version %u", entry->catalog_version);
        if (entry->author.len)
            jb_buf_printf(text, " by %.*s", JB_ARG(entry->author));
        if (entry->reason.len)
            jb_buf_printf(text, ": %.*s", JB_ARG(entry->reason));
        return JB_OK;
    case JB_ENTRY_KEY:
        describe_change(a, entry, text);
        return JB_OK;
    case JB_ENTRY_ACT:
        describe_act(a, entry, out, text);
        jb_period_format(entry->period, period);
        out->period = jb_lookup_text(&a->desk->arena, period, &failed);
        return failed ? JB_ENOMEM : JB_OK;
    case JB_ENTRY_DUE:
        describe_due(entry, text);
        jb_period_format(entry->period, period);
        out->period = jb_lookup_text(&a->desk->arena, period, &failed);
        return failed ? JB_ENOMEM : JB_OK;
    case JB_ENTRY_SUBMISSION:
        jb_period_format(entry->period, period);
        out->period = jb_lookup_text(&a->desk->arena, period, &failed);
        break;
    case JB_ENTRY_CONFLICT:
        out->outcome = JB_LIT("conflict");
        break;
    }
    describe_submission(a, entry, out, text);
    return put_code(a, JB_NAME_UNIT, entry->unit, &out->unit);
}

static void put_signer(struct audit *a, const struct jb_entry *entry, struct jb_audit_entry *out)
{
    const struct jb_holder *holder = NULL;
    struct jb_public_key key;
    out->signer = keep(a, entry->signer);
    if (a->desk->asker.rights && entry->signer.len == JB_KEY_BYTES) {
        memcpy(key.bytes, entry->signer.ptr, sizeof(key.bytes));
        holder = jb_rights_by_key(a->desk->asker.rights, &key);
    }
    if (holder)
        out->label = keep(a, holder->label);
}

static bool is_or_empty(struct jb_slice wanted, struct jb_slice is)
{
    return wanted.len == 0 || jb_slice_eq(wanted, is);
}

static bool passes(const struct audit *a, const struct jb_audit_entry *entry)
{
    const struct jb_audit_ask *ask = &a->ask;
    return is_or_empty(ask->unit, entry->unit) &&
           (ask->person.len == 0 || jb_slice_eq(ask->person, entry->label) ||
            jb_slice_eq(ask->person, entry->person_code));
}

/* What can be told from the entry itself. */
static bool may_pass(const struct audit *a, const struct jb_entry *entry)
{
    const struct jb_audit_ask *ask = &a->ask;
    if (!is_or_empty(ask->kind, jb_slice_str(kind_word(entry->kind))))
        return false;
    return !ask->has_signer ||
           jb_slice_eq(entry->signer, jb_slice_of(ask->signer.bytes, JB_KEY_BYTES));
}

static jb_err put_bytes(struct audit *a, const struct jb_entry *entry, struct jb_slice bytes,
                        struct jb_audit_entry *out)
{
    struct jb_buf buf;
    if (entry->kind != JB_ENTRY_CATALOG) {
        out->entry = keep(a, bytes);
        return JB_OK;
    }
    jb_buf_init(&buf, JB_MESSAGE_BYTES_MAX);
    jb_entry_strip(bytes, entry, &buf);
    out->entry = keep(a, jb_buf_slice(&buf));
    jb_err err = buf.failed ? JB_ENOMEM : JB_OK;
    jb_buf_free(&buf);
    return err;
}

static jb_err look_at(struct audit *a, uint64_t revision, size_t *looked)
{
    struct jb_audit_entry out = {.revision = revision, .outcome = JB_LIT("accepted")};
    struct jb_entry entry;
    struct jb_slice bytes;
    struct jb_buf text;
    jb_err err = jb_store_entry(a->desk->view.txn, revision, &bytes);
    if (!err)
        err = jb_past_entry(a->desk->view.txn, revision, &a->scratch, &entry);
    if (err)
        return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
    *looked += bytes.len;
    if (!may_pass(a, &entry))
        return JB_OK;
    jb_arena_clear(&a->arena);
    jb_buf_init(&text, SUMMARY_BYTES_MAX);
    out.at_us = entry.at_us;
    out.kind = jb_slice_str(kind_word(entry.kind));
    memcpy(out.hash, entry.hash, sizeof(out.hash));
    put_signer(a, &entry, &out);
    err = describe(a, &entry, &out, &text);
    put_summary(a, &out, &text);
    jb_buf_free(&text);
    if (err || !passes(a, &out))
        return err;
    if (a->ask.with_bytes)
        err = put_bytes(a, &entry, bytes, &out);
    size_t bytes_of = ENTRY_FRAME_BYTES + out.summary.len + out.entry.len + out.label.len;
    a->full = a->count > 0 && a->bytes + bytes_of > JB_ANSWER_PAGE_BYTES_MAX;
    if (err || a->full)
        return err;
    a->bytes += bytes_of;
    a->entries[a->count++] = out;
    return JB_OK;
}

/* The span of revisions that was asked for. */
static jb_err span_of(struct audit *a, uint64_t *ret_from, uint64_t *ret_until)
{
    uint64_t from = a->ask.from_revision ? a->ask.from_revision : 1, before = 0;
    uint64_t until = a->desk->view.snapshot.revision, last = until;
    jb_err err = JB_OK;
    if (a->ask.until_revision && a->ask.until_revision < until)
        until = a->ask.until_revision;
    if (a->ask.from_us)
        err = jb_store_revision_at(a->desk->view.txn, a->ask.from_us - 1, &before);
    if (!err && a->ask.until_us)
        err = jb_store_revision_at(a->desk->view.txn, a->ask.until_us - 1, &last);
    *ret_from = from > before ? from : before + 1;
    *ret_until = until < last ? until : last;
    return err;
}

static jb_err fill(struct audit *a, struct jb_audit_answer *answer)
{
    uint64_t from, until;
    size_t looked = 0;
    jb_err err = span_of(a, &from, &until);
    uint64_t revision = from;
    while (!err && revision <= until && revision - from < LOOKED_AT_MAX &&
           looked < LOOKED_AT_BYTES_MAX && a->count < ENTRIES_MAX) {
        err = look_at(a, revision, &looked);
        if (a->full)
            break;
        revision++;
    }
    answer->entries = a->entries;
    answer->entry_count = a->count;
    answer->next_revision = revision <= until ? revision : 0;
    return err;
}

jb_err jb_answer_audit(struct jb_desk *desk, struct jb_slice payload)
{
    struct audit a = {.desk = desk};
    struct jb_audit_answer answer = {0};
    if (jb_wire_audit_ask_decode(payload, &desk->arena, &a.ask)) {
        jb_lookup_refuse(&desk->findings, JB_F_MALFORMED, (struct jb_slice){0}, "");
        return JB_EINVAL;
    }
    jb_err err = jb_desk_signed_head(desk, &answer.head);
    if (err)
        return err;
    if (!desk->patient)
        return JB_EAGAIN;
    a.entries = jb_arena_array(&desk->arena, ENTRIES_MAX, sizeof(*a.entries));
    if (!a.entries)
        return JB_ENOMEM;
    jb_arena_init(&a.arena, 4 * JB_MESSAGE_BYTES_MAX);
    err = fill(&a, &answer);
    if (!err)
        jb_wire_audit_answer_encode(&answer, &desk->payload);
    jb_past_scratch_free(&a.scratch);
    jb_arena_free(&a.arena);
    return err;
}
