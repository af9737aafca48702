/* The envelope, read and written by hand because every message passes here: its slices stay in the
 * received bytes. And the messages that belong to no kind of question: welcome and refused. */
#include "net/wire.h"

#include "base/limits.h"
#include "jibao/v1/envelope.pb-c.h"
#include "net/wire_pb.h"

#define TAG(number, wire) ((uint32_t)(number) << 3 | (wire))
#define VARINT 0u
#define BYTES 2u
#define STORE_ID_BYTES 16
#define SIGNER_BYTES 32
#define SIGNATURE_BYTES 64

static const struct kind_name {
    enum jb_kind kind;
    const char *name;
} kind_names[] = {
    {JB_KIND_HELLO, "hello"},
    {JB_KIND_WELCOME, "welcome"},
    {JB_KIND_REFUSED, "refused"},
    {JB_KIND_SUBMIT, "submit"},
    {JB_KIND_RECEIPT, "receipt"},
    {JB_KIND_CATALOG_PUT, "catalog_put"},
    {JB_KIND_CATALOG_PUT_DONE, "catalog_put_done"},
    {JB_KIND_KEY_CHANGE, "key_change"},
    {JB_KIND_KEY_CHANGE_DONE, "key_change_done"},
    {JB_KIND_ACT, "act"},
    {JB_KIND_ACT_DONE, "act_done"},
    {JB_KIND_CONTACTS_PUT, "contacts_put"},
    {JB_KIND_CONTACTS_PUT_DONE, "contacts_put_done"},
    {JB_KIND_CATALOG_GET, "catalog_get"},
    {JB_KIND_CATALOG_PART, "catalog_part"},
    {JB_KIND_QUERY, "query"},
    {JB_KIND_ANSWER, "answer"},
    {JB_KIND_STATUS, "status"},
    {JB_KIND_STATUS_ANSWER, "status_answer"},
    {JB_KIND_HISTORY, "history"},
    {JB_KIND_HISTORY_ANSWER, "history_answer"},
    {JB_KIND_EXPLAIN, "explain"},
    {JB_KIND_EXPLAIN_ANSWER, "explain_answer"},
    {JB_KIND_FILING, "filing"},
    {JB_KIND_FILING_ANSWER, "filing_answer"},
    {JB_KIND_VERIFY, "verify"},
    {JB_KIND_VERIFY_ANSWER, "verify_answer"},
    {JB_KIND_KEYS, "keys"},
    {JB_KIND_KEYS_ANSWER, "keys_answer"},
    {JB_KIND_AUDIT, "audit"},
    {JB_KIND_AUDIT_ANSWER, "audit_answer"},
    {JB_KIND_PROOF, "proof"},
    {JB_KIND_PROOF_ANSWER, "proof_answer"},
    {JB_KIND_WATCH, "watch"},
    {JB_KIND_WATCH_EVENT, "watch_event"},
    {JB_KIND_WATCH_PING, "watch_ping"},
    {JB_KIND_WATCH_PONG, "watch_pong"},
    {JB_KIND_WATCH_CANCEL, "watch_cancel"},
    {JB_KIND_PERIODS, "periods"},
    {JB_KIND_PERIODS_ANSWER, "periods_answer"},
    {JB_KIND_RELEASES, "releases"},
    {JB_KIND_RELEASES_ANSWER, "releases_answer"},
    {JB_KIND_DIFF, "diff"},
    {JB_KIND_DIFF_ANSWER, "diff_answer"},
    {JB_KIND_NOTICES, "notices"},
    {JB_KIND_NOTICES_ANSWER, "notices_answer"},
    {JB_KIND_CONTACTS, "contacts"},
    {JB_KIND_CONTACTS_ANSWER, "contacts_answer"},
};

_Static_assert(JIBAO__V1__KIND__KIND_RECEIPT == (int)JB_KIND_RECEIPT, "one numbering");
_Static_assert(JIBAO__V1__KIND__KIND_VERIFY_ANSWER == (int)JB_KIND_VERIFY_ANSWER, "one numbering");
_Static_assert(JIBAO__V1__KIND__KIND_KEY_CHANGE_DONE == (int)JB_KIND_KEY_CHANGE_DONE, "numbers");
_Static_assert(JIBAO__V1__KIND__KIND_PROOF_ANSWER == (int)JB_KIND_PROOF_ANSWER, "one numbering");
_Static_assert(JIBAO__V1__KIND__KIND_ACT_DONE == (int)JB_KIND_ACT_DONE, "one numbering");
_Static_assert(JIBAO__V1__KIND__KIND_DIFF_ANSWER == (int)JB_KIND_DIFF_ANSWER, "numbers");
_Static_assert(JIBAO__V1__KIND__KIND_PERIODS_ANSWER == (int)JB_KIND_PERIODS_ANSWER, "numbers");
_Static_assert(JIBAO__V1__KIND__KIND_NOTICES_ANSWER == (int)JB_KIND_NOTICES_ANSWER, "numbers");
_Static_assert(JIBAO__V1__KIND__KIND_WATCH_CANCEL == (int)JB_KIND_WATCH_CANCEL, "one numbering");
_Static_assert(JIBAO__V1__KIND__KIND_CONTACTS_PUT == (int)JB_KIND_CONTACTS_PUT, "one numbering");
_Static_assert(JIBAO__V1__KIND__KIND_CONTACTS_ANSWER == (int)JB_KIND_CONTACTS_ANSWER, "numbers");

const char *jb_kind_name(enum jb_kind kind)
{
    for (size_t i = 0; i < JB_COUNT(kind_names); i++) {
        if (kind_names[i].kind == kind)
            return kind_names[i].name;
    }
    return "unknown";
}

static jb_err check_envelope(const struct jb_envelope *envelope)
{
    if (envelope->request_id.len > JB_REQUEST_ID_BYTES_MAX)
        return JB_ERANGE;
    bool good = envelope->request_id.len > 0 &&
                (envelope->store_id.len == 0 || envelope->store_id.len == STORE_ID_BYTES) &&
                (envelope->signer.len == 0 || envelope->signer.len == SIGNER_BYTES) &&
                (envelope->signature.len == 0 || envelope->signature.len == SIGNATURE_BYTES) &&
                (envelope->asked_for.len == 0 || jb_code_valid(envelope->asked_for));
    return good ? JB_OK : JB_EINVAL;
}

/* A field that the contract does not have: passed over by its wire type. */
static void skip_field(struct jb_reader *in, uint32_t wire)
{
    if (wire == VARINT)
        jb_read_varint(in);
    else if (wire == BYTES)
        jb_read_bytes(in, JB_MESSAGE_BYTES_MAX);
    else if (wire == 1 || wire == 5)
        jb_read_raw(in, wire == 1 ? 8 : 4);
    else
        in->failed = true;
}

jb_err jb_wire_envelope_decode(struct jb_slice bytes, struct jb_arena *arena,
                               struct jb_envelope *ret)
{
    (void)arena; /* nothing had to be copied */
    struct jb_envelope got = {0};
    struct jb_slice *const fields[] = {&got.request_id, &got.store_id,  &got.payload,
                                       &got.signer,     &got.signature, &got.asked_for};
    struct jb_reader in = jb_reader_of(bytes);
    uint32_t seen = 0; /* a bit a field number */
    if (bytes.len > JB_MESSAGE_BYTES_MAX)
        return JB_ERANGE;
    while (jb_reader_left(&in) > 0) {
        uint32_t tag = (uint32_t)jb_read_varint_max(&in, UINT32_MAX);
        uint32_t number = tag >> 3, wire = tag & 7;
        if (in.failed || number == 0)
            return JB_EINVAL;
        if (number > JB_COUNT(fields) + 1) {
            skip_field(&in, wire);
            continue;
        }
        if (seen & 1u << number || wire != (number == 1 ? VARINT : BYTES))
            return JB_EINVAL;
        seen |= 1u << number;
        if (number == 1)
            got.kind = (uint32_t)jb_read_varint_max(&in, INT32_MAX);
        else
            *fields[number - 2] = jb_read_bytes(&in, JB_MESSAGE_BYTES_MAX);
    }
    jb_err err = in.failed ? JB_EINVAL : check_envelope(&got);
    if (!err)
        *ret = got;
    return err;
}

bool jb_wire_request_id(struct jb_slice bytes, struct jb_slice *ret)
{
    struct jb_reader in = jb_reader_of(bytes);
    while (jb_reader_left(&in) > 0) {
        uint32_t tag = (uint32_t)jb_read_varint_max(&in, UINT32_MAX);
        if (tag != TAG(2, BYTES)) {
            skip_field(&in, tag & 7);
            continue;
        }
        struct jb_slice id = jb_read_bytes(&in, JB_REQUEST_ID_BYTES_MAX);
        if (in.failed || id.len == 0)
            return false;
        *ret = id;
        return true;
    }
    return false;
}

static void put_field(struct jb_buf *out, uint32_t number, struct jb_slice bytes)
{
    if (bytes.len == 0)
        return;
    jb_buf_put_varint(out, TAG(number, BYTES));
    jb_buf_put_bytes(out, bytes);
}

void jb_wire_envelope_encode(const struct jb_envelope *envelope, struct jb_buf *out)
{
    if (envelope->kind) {
        jb_buf_put_varint(out, TAG(1, VARINT));
        jb_buf_put_varint(out, envelope->kind);
    }
    put_field(out, 2, envelope->request_id);
    put_field(out, 3, envelope->store_id);
    put_field(out, 4, envelope->payload);
    put_field(out, 5, envelope->signer);
    put_field(out, 6, envelope->signature);
    put_field(out, 7, envelope->asked_for);
}

jb_err jb_wire_welcome_decode(struct jb_slice bytes, struct jb_arena *arena, struct jb_welcome *ret)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__welcome__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__Welcome *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_welcome got = {
        .epoch = pb->epoch,
        .revision = pb->revision,
        .catalog_version = pb->catalog_version,
        .demonstration = pb->demonstration,
        .now_us = pb->now_us,
        .program = jb_wire_get_short(&in, pb->program),
    };
    bool has_store = jb_wire_get_fixed(&in, pb->store_id, got.store_id, sizeof(got.store_id));
    jb_wire_get_fixed(&in, pb->head, got.head, sizeof(got.head));
    if (in.err)
        return in.err;
    if (!has_store)
        return JB_EINVAL;
    *ret = got;
    return JB_OK;
}

void jb_wire_welcome_encode(const struct jb_welcome *welcome, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__Welcome pb;
    jb_wire_out_init(&scratch);
    jibao__v1__welcome__init(&pb);
    pb.store_id = jb_wire_put_bytes(welcome->store_id, sizeof(welcome->store_id));
    pb.epoch = welcome->epoch;
    pb.revision = welcome->revision;
    pb.head = jb_wire_put_hash(welcome->head, sizeof(welcome->head));
    pb.catalog_version = welcome->catalog_version;
    pb.demonstration = welcome->demonstration;
    pb.now_us = welcome->now_us;
    pb.program = jb_wire_put_text(&scratch, welcome->program);
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_refused_decode(struct jb_slice bytes, struct jb_arena *arena,
                              struct jb_findings *ret)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__refused__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__Refused *pb = base;
    struct jb_wire_in in = {.arena = arena};
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(ret, pb->n_findings, pb->findings, pb->findings_total);
    return JB_OK;
}

void jb_wire_refused_encode(const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__Refused pb;
    jb_wire_out_init(&scratch);
    jibao__v1__refused__init(&pb);
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    pb.findings_total = findings->total;
    jb_wire_pack(&scratch, &pb.base, out);
}
