/* Every message of the wire contract read from any bytes; the first byte says which one. What is
 * accepted keeps its limits, and written again it is accepted again and written the same. */
#include "fuzz/fuzz.h"

#include "base/limits.h"
#include "jibao/v1/submission.pb-c.h"
#include "net/wire_acts.h"
#include "net/wire_catalog.h"
#include "net/wire_contacts.h"
#include "net/wire_diff.h"
#include "net/wire_keys.h"
#include "net/wire_pb.h"
#include "net/wire_query.h"
#include "net/wire_submission.h"
#include "net/wire_watch.h"

#define ARENA_BYTES_MAX (16 * 1024 * 1024)

/* Reads the bytes and, when they are good, writes what was read. */
typedef jb_err again_fn(struct jb_slice bytes, struct jb_arena *arena, struct jb_buf *out);

#define AGAIN(name, type)                                                                          \
    static jb_err again_##name(struct jb_slice bytes, struct jb_arena *arena, struct jb_buf *out)  \
    {                                                                                              \
        struct type got;                                                                           \
        jb_err err = jb_wire_##name##_decode(bytes, arena, &got);                                  \
        if (!err)                                                                                  \
            jb_wire_##name##_encode(&got, out);                                                    \
        return err;                                                                                \
    }

#define AGAIN_WITH_FINDINGS(name, type)                                                            \
    static jb_err again_##name(struct jb_slice bytes, struct jb_arena *arena, struct jb_buf *out)  \
    {                                                                                              \
        struct type got;                                                                           \
        struct jb_findings findings;                                                               \
        jb_findings_init(&findings);                                                               \
        jb_err err = jb_wire_##name##_decode(bytes, arena, &got, &findings);                       \
        jb_assert(findings.count <= JB_FINDINGS_MAX && (!err || findings.total == 0));             \
        if (!err)                                                                                  \
            jb_wire_##name##_encode(&got, &findings, out);                                         \
        jb_findings_free(&findings);                                                               \
        return err;                                                                                \
    }

AGAIN(welcome, jb_welcome)
AGAIN(catalog_put, jb_catalog_put)
AGAIN_WITH_FINDINGS(catalog_put_done, jb_catalog_put_done)
AGAIN(catalog_get, jb_catalog_get)
AGAIN(catalog_part, jb_catalog_part)
AGAIN(query, jb_query)
AGAIN(status_query, jb_status_query)
AGAIN_WITH_FINDINGS(status_answer, jb_status_answer)
AGAIN(history_query, jb_history_query)
AGAIN_WITH_FINDINGS(history_answer, jb_history_answer)
AGAIN(explain_query, jb_explain_query)
AGAIN_WITH_FINDINGS(explain_answer, jb_explain_answer)
AGAIN(filing_query, jb_filing_query)
AGAIN_WITH_FINDINGS(filing_answer, jb_filing_answer)
AGAIN(verify_answer, jb_verify_answer)
AGAIN_WITH_FINDINGS(receipt, jb_receipt)
AGAIN(watch, jb_watch_request)
AGAIN(watch_event, jb_watch_event)
AGAIN_WITH_FINDINGS(key_change_done, jb_key_change_done)
AGAIN(keys_ask, jb_keys_ask)
AGAIN(keys_answer, jb_keys_answer)
AGAIN(audit_ask, jb_audit_ask)
AGAIN(audit_answer, jb_audit_answer)
AGAIN(proof_ask, jb_proof_ask)
AGAIN(proof_answer, jb_proof_answer)
AGAIN_WITH_FINDINGS(act_done, jb_act_done)
AGAIN(periods_query, jb_periods_query)
AGAIN_WITH_FINDINGS(periods_answer, jb_periods_answer)
AGAIN(releases_query, jb_releases_query)
AGAIN_WITH_FINDINGS(releases_answer, jb_releases_answer)
AGAIN(diff_query, jb_diff_query)
AGAIN_WITH_FINDINGS(diff_answer, jb_diff_answer)
AGAIN(notices_query, jb_notices_query)
AGAIN_WITH_FINDINGS(notices_answer, jb_notices_answer)
AGAIN_WITH_FINDINGS(contacts_put_done, jb_contacts_put_done)
AGAIN(contacts_ask, jb_contacts_ask)

static jb_err again_envelope(struct jb_slice bytes, struct jb_arena *arena, struct jb_buf *out)
{
    struct jb_envelope got;
    jb_err err = jb_wire_envelope_decode(bytes, arena, &got);
    if (err)
        return err;
    jb_assert(got.request_id.len > 0 && got.request_id.len <= JB_REQUEST_ID_BYTES_MAX);
    jb_assert(got.store_id.len == 0 || got.store_id.len == 16);
    jb_wire_envelope_encode(&got, out);
    jb_assert(out->len <= bytes.len);
    return JB_OK;
}

static jb_err again_refused(struct jb_slice bytes, struct jb_arena *arena, struct jb_buf *out)
{
    struct jb_findings findings;
    jb_findings_init(&findings);
    jb_err err = jb_wire_refused_decode(bytes, arena, &findings);
    jb_assert(findings.count <= JB_FINDINGS_MAX && (!err || findings.total == 0));
    if (!err)
        jb_wire_refused_encode(&findings, out);
    jb_findings_free(&findings);
    return err;
}

static void check_row(const struct jb_row *row)
{
    jb_assert(jb_code_valid(row->indicator) && row->basis.len <= JB_CODE_BYTES_MAX);
    jb_assert(row->state == JB_STATE_VALUE || row->state == JB_STATE_NOT_APPLICABLE ||
              row->state == JB_STATE_WITHDRAWN);
    jb_assert(row->mark == JB_EXACT || (row->state == JB_STATE_VALUE && row->mark < JB_MARKS));
    jb_assert(row->status <= JB_ESTIMATED && row->number.scale <= JB_DECIMALS_MAX);
    jb_assert(row->text.len == 0 || (row->state == JB_STATE_VALUE && row->number.mantissa == 0));
    jb_assert(row->text.len <= JB_TEXT_FIGURE_BYTES_MAX && jb_utf8_valid(row->text));
    jb_assert(row->note.len <= JB_SHORT_TEXT_BYTES_MAX && jb_utf8_valid(row->note));
}

static jb_err again_submission(struct jb_slice bytes, struct jb_arena *arena, struct jb_buf *out)
{
    struct jb_submission got;
    const char *why = NULL;
    jb_err err = jb_wire_submission_decode(bytes, arena, &got, &why);
    jb_assert((err == JB_OK) == (why == NULL));
    /* It has a walk of its own, which must refuse whatever the contract's descriptor refuses. */
    jb_err scanned = jb_wire_scan(&jibao__v1__submission__descriptor, bytes, &jb_wire_signed);
    jb_assert(!scanned || err == scanned || err == JB_ENOMEM);
    if (err)
        return err;
    jb_assert(jb_code_valid(got.unit) && jb_code_valid(got.form) && !jb_uuid_is_nil(got.id));
    jb_assert(got.row_count <= JB_SUBMISSION_ROWS_MAX);
    jb_assert(got.attachment_count <= JB_ATTACHMENTS_MAX);
    for (uint32_t i = 0; i < got.row_count; i++)
        check_row(&got.rows[i]);
    jb_wire_submission_encode(&got, out);
    return JB_OK;
}

static jb_err again_key_change(struct jb_slice bytes, struct jb_arena *arena, struct jb_buf *out)
{
    struct jb_key_change got;
    const char *why = NULL;
    jb_err err = jb_wire_key_change_decode(bytes, arena, &got, &why);
    jb_assert((err == JB_OK) == (why == NULL));
    if (err)
        return err;
    jb_assert(!jb_uuid_is_nil(got.id) && got.label.len <= JB_KEY_LABEL_BYTES_MAX);
    jb_assert(got.is_person ? jb_code_valid(got.person_code) : got.person_code.len == 0);
    jb_assert(got.grant.unit_count <= JB_GRANT_SCOPES_MAX);
    for (uint32_t i = 0; i < got.grant.unit_count; i++)
        jb_assert(jb_code_valid(got.grant.units[i].unit));
    jb_assert(!got.grant.everywhere || got.grant.role == JB_ROLE_READ);
    jb_wire_key_change_encode(&got, out);
    return JB_OK;
}

static jb_err again_act(struct jb_slice bytes, struct jb_arena *arena, struct jb_buf *out)
{
    struct jb_act got;
    const char *why = NULL;
    jb_err err = jb_wire_act_decode(bytes, arena, &got, &why);
    jb_assert((err == JB_OK) == (why == NULL));
    if (err)
        return err;
    jb_assert(!jb_uuid_is_nil(got.id) && got.kind > 0 && got.kind < JB_ACTS_END);
    jb_assert(got.note.len <= JB_SHORT_TEXT_BYTES_MAX && got.units.count <= JB_ACT_UNITS_MAX);
    jb_assert(!jb_act_is_of_filing(got.kind) ||
              (jb_code_valid(got.unit) && jb_code_valid(got.form)));
    jb_assert(got.forms.count <= JB_ACT_FORMS_MAX &&
              (got.kind == JB_ACT_NOTICE) == (got.forms.count > 0));
    jb_assert(got.kind == JB_ACT_PERIOD_REOPEN || (got.units.count == 0 && got.until_us == 0));
    jb_wire_act_encode(&got, out);
    return JB_OK;
}

static void check_contacts(const struct jb_unit_contacts *units, uint32_t count)
{
    jb_assert(count <= JB_CONTACT_UNITS_MAX);
    for (uint32_t i = 0; i < count; i++) {
        jb_assert(jb_code_valid(units[i].unit) && units[i].count <= JB_UNIT_CONTACTS_MAX);
        for (uint32_t k = 0; k < units[i].count; k++)
            jb_assert(jb_contact_check(&units[i].items[k]) == JB_OK);
    }
}

static jb_err again_contacts_put(struct jb_slice bytes, struct jb_arena *arena, struct jb_buf *out)
{
    struct jb_contacts_put got;
    jb_err err = jb_wire_contacts_put_decode(bytes, arena, &got);
    if (err)
        return err;
    jb_assert(!jb_uuid_is_nil(got.id) && got.unit_count > 0);
    check_contacts(got.units, got.unit_count);
    jb_wire_contacts_put_encode(&got, out);
    return JB_OK;
}

static jb_err again_contacts_answer(struct jb_slice bytes, struct jb_arena *arena,
                                    struct jb_buf *out)
{
    struct jb_contacts_answer got;
    struct jb_findings findings;
    jb_findings_init(&findings);
    jb_err err = jb_wire_contacts_answer_decode(bytes, arena, &got, &findings);
    if (!err) {
        check_contacts(got.units, got.unit_count);
        jb_wire_contacts_answer_encode(&got, &findings, out);
    }
    jb_findings_free(&findings);
    return err;
}

static jb_err again_answer(struct jb_slice bytes, struct jb_arena *arena, struct jb_buf *out)
{
    struct jb_answer got;
    struct jb_findings findings;
    jb_findings_init(&findings);
    jb_err err = jb_wire_answer_decode(bytes, arena, &got, &findings);
    if (!err) {
        size_t size = 0;
        const struct jb_answer rows = {.rows = got.rows, .row_count = got.row_count};
        for (uint32_t i = 0; i < got.row_count; i++)
            size += jb_wire_answer_row_size(&got.rows[i]);
        jb_wire_answer_encode(&rows, NULL, out);
        jb_assert(out->failed || out->len <= size + 2); /* the empty snapshot */
        jb_buf_clear(out);
        jb_wire_answer_encode(&got, &findings, out);
    }
    jb_findings_free(&findings);
    return err;
}

static again_fn *const messages[] = {
    again_envelope,
    again_welcome,
    again_refused,
    again_submission,
    again_receipt,
    again_catalog_put,
    again_catalog_put_done,
    again_catalog_get,
    again_catalog_part,
    again_query,
    again_answer,
    again_status_query,
    again_status_answer,
    again_history_query,
    again_history_answer,
    again_explain_query,
    again_explain_answer,
    again_filing_query,
    again_filing_answer,
    again_verify_answer,
    again_watch,
    again_watch_event,
    again_key_change,
    again_key_change_done,
    again_keys_ask,
    again_keys_answer,
    again_audit_ask,
    again_audit_answer,
    again_proof_ask,
    again_proof_answer,
    again_act,
    again_act_done,
    again_periods_query,
    again_periods_answer,
    again_releases_query,
    again_releases_answer,
    again_diff_query,
    again_diff_answer,
    again_notices_query,
    again_notices_answer,
    again_contacts_put,
    again_contacts_put_done,
    again_contacts_ask,
    again_contacts_answer,
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jb_arena arena;
    struct jb_buf first, second;
    if (size == 0)
        return 0;
    again_fn *again = messages[data[0] % JB_COUNT(messages)];
    jb_arena_init(&arena, ARENA_BYTES_MAX);
    jb_buf_init(&first, 4 * JB_MESSAGE_BYTES_MAX);
    jb_buf_init(&second, 4 * JB_MESSAGE_BYTES_MAX);
    jb_err err = again(jb_slice_of(data + 1, size - 1), &arena, &first);
    jb_assert(err == JB_OK || err == JB_EINVAL || err == JB_ERANGE || err == JB_ENOMEM ||
              err == JB_EVERSION);
    if (!err && first.len <= JB_MESSAGE_BYTES_MAX) {
        jb_assert(!first.failed);
        jb_arena_clear(&arena);
        jb_assert(again(jb_buf_slice(&first), &arena, &second) == JB_OK);
        jb_assert(jb_slice_eq(jb_buf_slice(&first), jb_buf_slice(&second)));
    }
    jb_arena_free(&arena);
    jb_buf_free(&first);
    jb_buf_free(&second);
    return 0;
}
