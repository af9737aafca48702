/* Receipts are kept as they came; their details are read when somebody asks. */
#include "outcome.h"

#include <stdlib.h>

#include <sodium.h>

#include "base/text.h"
#include "model/period.h"

#define ARENA_BYTES_MAX (4 * 1024 * 1024)
#define TIME_SIZE 40
#define CHINA_MINUTES 480

jb_table *jb_outcome_table(void)
{
    const struct jb_column columns[] = {
        {.key = "file", .title = _("File")},
        {.key = "unit", .title = _("Unit")},
        {.key = "period", .title = _("Period")},
        {.key = "form", .title = _("Form")},
        {.key = "rows",
         .title = _("Rows"),
         .align = JB_RIGHT,
         .number = true,
         .boolean_or_integer = true},
        {.key = "outcome", .title = _("Outcome"), .table_only = true},
        {.key = "outcome", .csv_only = true},
        {.key = "revision",
         .title = _("Revision"),
         .align = JB_RIGHT,
         .number = true,
         .boolean_or_integer = true},
        {.key = "time", .title = _("Time"), .table_only = true},
        {.key = "time", .csv_only = true},
        {.key = "id", .csv_only = true},
        {.key = "signed", .title = _("Signed"), .table_only = true},
        {.key = "signed", .csv_only = true},
        {.key = "content_hash", .csv_only = true},
    };
    return jb_table_new(columns, JB_COUNT(columns));
}

/* What is sent from here is signed by the agent's own key; a submission that named a person would
 * have been signed on the web. Nothing that was not taken in is signed for anybody. */
static void add_signing(jb_table *table, const struct jb_outbox_receipt *record,
                        const struct jb_receipt *receipt)
{
    char hash[2 * sizeof(receipt->content_hash) + 1] = "";
    struct jb_submission sent;
    struct jb_arena arena;

    jb_arena_init(&arena, ARENA_BYTES_MAX);
    bool taken = record && record->outcome == JB_ACCEPTED &&
                 jb_wire_submission_decode(record->payload, &arena, &sent, NULL) == JB_OK;
    bool own = taken && sent.signed_for.len == 0;
    if (taken)
        sodium_bin2hex(hash, sizeof(hash), receipt->content_hash, sizeof(receipt->content_hash));
    jb_table_cell(table, !taken ? NULL : own ? _("by its own key") : _("on the web"));
    jb_table_cell(table, !taken ? NULL : own ? "own_key" : "web");
    jb_table_cell(table, taken ? hash : NULL);
    jb_arena_free(&arena);
}

/* record NULL: there is no receipt yet. */
static void add_line(jb_table *table, const struct jb_outbox_head *head, const char *shown,
                     const char *code, const struct jb_outbox_receipt *record,
                     const struct jb_receipt *receipt)
{
    uint64_t revision = receipt->revision;
    int64_t at_us = receipt->accepted_at_us ? receipt->accepted_at_us : head->at_us;
    char id[37], time[TIME_SIZE] = "", shown_time[TIME_SIZE] = "";

    jb_uuid_format(head->id, id);
    if (at_us) {
        jb_time_format(at_us, CHINA_MINUTES, time);
        time[19] = '\0'; /* to the second */
        snprintf(shown_time, sizeof(shown_time), "%.10s %s", time, time + 11);
    }
    jb_table_cellf(table, "%.*s", JB_ARG(head->source));
    jb_table_cellf(table, "%.*s", JB_ARG(head->unit));
    jb_table_cellf(table, "%.*s", JB_ARG(head->period));
    jb_table_cellf(table, "%.*s", JB_ARG(head->form));
    jb_table_cellf(table, "%u", head->row_count);
    jb_table_cell(table, shown);
    jb_table_cell(table, code);
    if (revision)
        jb_table_cellf(table, "%llu", (unsigned long long)revision);
    else
        jb_table_cell(table, NULL);
    jb_table_cell(table, shown_time);
    jb_table_cell(table, time);
    jb_table_cell(table, id);
    add_signing(table, record, receipt);
    jb_table_end_row(table);
}

void jb_outcome_add_waiting(jb_table *table, const struct jb_outbox_head *head)
{
    const struct jb_receipt none = {0};
    add_line(table, head, _("queued"), "queued", NULL, &none);
}

/* The receipt's own moment and place; zeroes when its bytes cannot be read. */
static struct jb_receipt read_receipt(const struct jb_outbox_receipt *record,
                                      struct jb_findings *findings)
{
    struct jb_receipt receipt = {0};
    struct jb_findings dropped;
    struct jb_arena arena;

    jb_arena_init(&arena, ARENA_BYTES_MAX);
    jb_findings_init(&dropped);
    jb_ignore(
        jb_wire_receipt_decode(record->bytes, &arena, &receipt, findings ? findings : &dropped));
    jb_findings_free(&dropped);
    jb_arena_free(&arena);
    receipt.unit = (struct jb_slice){0}; /* it lay in the arena */
    return receipt;
}

void jb_outcome_add_receipt(jb_table *table, const struct jb_outbox_receipt *record)
{
    struct jb_receipt receipt = read_receipt(record, NULL);
    bool lost = record->lost != 0;

    add_line(table, &record->head, lost ? _("lost by a restore") : jb_outcome_name(record->outcome),
             lost ? "lost" : jb_outcome_code(record->outcome), record, &receipt);
}

void jb_outcome_findings(const struct jb_outbox_receipt *record, struct jb_findings *findings)
{
    struct jb_findings found;
    char *file = jb_xstrndup(record->head.source.ptr, record->head.source.len);

    jb_findings_init(&found);
    read_receipt(record, &found);
    for (uint32_t i = 0; i < found.count; i++)
        found.items[i].file = file;
    jb_findings_append(findings, &found);
    jb_findings_free(&found);
    free(file);
}

static void count(struct jb_outcome_counts *counts, enum jb_outcome outcome)
{
    switch (outcome) {
    case JB_ACCEPTED:
        counts->accepted++;
        break;
    case JB_REFUSED:
        counts->refused++;
        break;
    case JB_CONFLICT:
        counts->conflicts++;
        break;
    case JB_STALE:
        counts->stale++;
        break;
    case JB_TRY_LATER:
        counts->queued++;
        break;
    }
}

jb_err jb_outcome_add(jb_table *table, struct jb_delivery *delivery,
                      const struct jb_outbox_head *head, struct jb_outcome_counts *counts,
                      struct jb_findings *findings)
{
    struct jb_outbox_receipt receipt;
    bool waits = true;

    jb_err err = jb_delivery_find(delivery, head->id, &waits, &receipt);
    if (err && err != JB_ENOTFOUND)
        return err;
    if (err || waits) {
        counts->queued++;
        jb_outcome_add_waiting(table, head);
        return JB_OK;
    }
    count(counts, receipt.outcome);
    jb_outcome_add_receipt(table, &receipt);
    jb_outcome_findings(&receipt, findings);
    return JB_OK;
}

enum jb_exit jb_outcome_exit(const struct jb_outcome_counts *counts)
{
    enum jb_exit code = JB_EXIT_OK;

    if (counts->refused)
        code = jb_exit_worse(code, JB_EXIT_REFUSED);
    if (counts->conflicts || counts->stale)
        code = jb_exit_worse(code, JB_EXIT_CONFLICT);
    if (counts->queued)
        code = jb_exit_worse(code, JB_EXIT_QUEUED);
    return code;
}
