/* Which message stands in the payload of each kind: the table behind everything that treats
 * messages by their descriptors. */
#include "jibao/v1/acts.pb-c.h"
#include "jibao/v1/catalog.pb-c.h"
#include "jibao/v1/contacts.pb-c.h"
#include "jibao/v1/envelope.pb-c.h"
#include "jibao/v1/keys.pb-c.h"
#include "jibao/v1/query.pb-c.h"
#include "jibao/v1/submission.pb-c.h"
#include "jibao/v1/watch.pb-c.h"
#include "net/wire_pb.h"

static const struct {
    enum jb_kind kind;
    const ProtobufCMessageDescriptor *type;
} types[] = {
    {JB_KIND_HELLO, &jibao__v1__hello__descriptor},
    {JB_KIND_WELCOME, &jibao__v1__welcome__descriptor},
    {JB_KIND_REFUSED, &jibao__v1__refused__descriptor},
    {JB_KIND_SUBMIT, &jibao__v1__submission__descriptor},
    {JB_KIND_RECEIPT, &jibao__v1__receipt__descriptor},
    {JB_KIND_CATALOG_PUT, &jibao__v1__catalog_put__descriptor},
    {JB_KIND_CATALOG_PUT_DONE, &jibao__v1__catalog_put_done__descriptor},
    {JB_KIND_KEY_CHANGE, &jibao__v1__key_change__descriptor},
    {JB_KIND_KEY_CHANGE_DONE, &jibao__v1__key_change_done__descriptor},
    {JB_KIND_ACT, &jibao__v1__act__descriptor},
    {JB_KIND_ACT_DONE, &jibao__v1__act_done__descriptor},
    {JB_KIND_CONTACTS_PUT, &jibao__v1__contacts_put__descriptor},
    {JB_KIND_CONTACTS_PUT_DONE, &jibao__v1__contacts_put_done__descriptor},
    {JB_KIND_CATALOG_GET, &jibao__v1__catalog_get__descriptor},
    {JB_KIND_CATALOG_PART, &jibao__v1__catalog_part__descriptor},
    {JB_KIND_QUERY, &jibao__v1__query__descriptor},
    {JB_KIND_ANSWER, &jibao__v1__answer__descriptor},
    {JB_KIND_STATUS, &jibao__v1__status_query__descriptor},
    {JB_KIND_STATUS_ANSWER, &jibao__v1__status_answer__descriptor},
    {JB_KIND_HISTORY, &jibao__v1__history_query__descriptor},
    {JB_KIND_HISTORY_ANSWER, &jibao__v1__history_answer__descriptor},
    {JB_KIND_EXPLAIN, &jibao__v1__explain_query__descriptor},
    {JB_KIND_EXPLAIN_ANSWER, &jibao__v1__explain_answer__descriptor},
    {JB_KIND_FILING, &jibao__v1__filing_query__descriptor},
    {JB_KIND_FILING_ANSWER, &jibao__v1__filing_answer__descriptor},
    {JB_KIND_VERIFY, &jibao__v1__verify_query__descriptor},
    {JB_KIND_VERIFY_ANSWER, &jibao__v1__verify_answer__descriptor},
    {JB_KIND_KEYS, &jibao__v1__keys_ask__descriptor},
    {JB_KIND_KEYS_ANSWER, &jibao__v1__keys_answer__descriptor},
    {JB_KIND_AUDIT, &jibao__v1__audit_ask__descriptor},
    {JB_KIND_AUDIT_ANSWER, &jibao__v1__audit_answer__descriptor},
    {JB_KIND_PROOF, &jibao__v1__proof_ask__descriptor},
    {JB_KIND_PROOF_ANSWER, &jibao__v1__proof_answer__descriptor},
    {JB_KIND_WATCH, &jibao__v1__watch__descriptor},
    {JB_KIND_WATCH_EVENT, &jibao__v1__watch_event__descriptor},
    {JB_KIND_PERIODS, &jibao__v1__periods_query__descriptor},
    {JB_KIND_PERIODS_ANSWER, &jibao__v1__periods_answer__descriptor},
    {JB_KIND_RELEASES, &jibao__v1__releases_query__descriptor},
    {JB_KIND_RELEASES_ANSWER, &jibao__v1__releases_answer__descriptor},
    {JB_KIND_DIFF, &jibao__v1__diff_query__descriptor},
    {JB_KIND_DIFF_ANSWER, &jibao__v1__diff_answer__descriptor},
    {JB_KIND_NOTICES, &jibao__v1__notices_query__descriptor},
    {JB_KIND_NOTICES_ANSWER, &jibao__v1__notices_answer__descriptor},
    {JB_KIND_CONTACTS, &jibao__v1__contacts_ask__descriptor},
    {JB_KIND_CONTACTS_ANSWER, &jibao__v1__contacts_answer__descriptor},
};

const ProtobufCMessageDescriptor *jb_wire_kind_type(enum jb_kind kind)
{
    for (size_t i = 0; i < JB_COUNT(types); i++) {
        if (types[i].kind == kind)
            return types[i].type;
    }
    return NULL;
}

jb_err jb_wire_findings_decode(enum jb_kind kind, struct jb_slice bytes, struct jb_arena *arena,
                               struct jb_findings *ret)
{
    const ProtobufCMessageDescriptor *type = jb_wire_kind_type(kind);
    const void *message = NULL;
    struct jb_wire_in in = {.arena = arena};
    size_t count = 0;
    Jibao__V1__Finding *const *items = NULL;

    if (!type)
        return JB_EINVAL;
    jb_err err = jb_wire_unpack(type, bytes, &jb_wire_ignoring, arena, &message);
    if (err)
        return err;
    const ProtobufCFieldDescriptor *field =
        protobuf_c_message_descriptor_get_field_by_name(type, "findings");
    if (!field || field->descriptor != &jibao__v1__finding__descriptor)
        return JB_OK;
    memcpy(&count, (const uint8_t *)message + field->quantifier_offset, sizeof(count));
    memcpy(&items, (const uint8_t *)message + field->offset, sizeof(items));
    jb_wire_get_findings(&in, count);
    if (!in.err)
        jb_wire_add_findings(ret, count, items, 0);
    return in.err;
}
