/* Changes of rights and the list of who holds what. A change is decided and kept by its bytes, so
 * reading one is strict: what its action does not need must not be there. */
#include "net/wire_keys.h"

#include <stdlib.h>

#include "base/limits.h"
#include "jibao/v1/keys.pb-c.h"
#include "net/wire_pb.h"

_Static_assert(JIBAO__V1__ROLE__ROLE_CONNECT == (int)JB_ROLE_CONNECT, "one numbering");
_Static_assert(JIBAO__V1__ROLE__ROLE_AUDIT == (int)JB_ROLE_AUDIT, "one numbering");
_Static_assert(JIBAO__V1__ROLE__ROLE_AUDIT + 1 == (int)JB_ROLES_END, "one numbering");
_Static_assert(JIBAO__V1__HOLDER_STATE__HOLDER_REVOKED == (int)JB_HOLDER_REVOKED, "one numbering");
_Static_assert(JIBAO__V1__KEY_CHANGE__ACTION__ALLOW == (int)JB_KEY_ALLOW, "one numbering");
_Static_assert(JIBAO__V1__KEY_CHANGE__ACTION__ROTATE == (int)JB_KEY_ROTATE, "one numbering");

static void refuse(struct jb_wire_in *in, jb_err err, const char *reason, const char **why)
{
    if (in->err)
        return;
    in->err = err;
    *why = reason;
}

static void need(struct jb_wire_in *in, bool good, const char *reason, const char **why)
{
    if (!good)
        refuse(in, JB_EINVAL, reason, why);
}

static const struct jb_scope_unit *get_units(struct jb_wire_in *in, const Jibao__V1__Grant *pb,
                                             const char **why)
{
    if (pb->n_units > JB_GRANT_SCOPES_MAX) {
        refuse(in, JB_ERANGE, "a grant names more than 256 units", why);
        return NULL;
    }
    struct jb_scope_unit *units = jb_wire_get_array(in, pb->n_units, sizeof(*units));
    for (size_t i = 0; units && i < pb->n_units; i++) {
        units[i].unit = jb_slice_str(pb->units[i]->unit);
        units[i].subtree = pb->units[i]->subtree != 0;
        need(in, jb_code_valid(units[i].unit), "a unit of the grant is not a code", why);
    }
    return units;
}

static int compare_units(const void *left, const void *right)
{
    const struct jb_scope_unit *const *a = left, *const *b = right;
    return jb_slice_cmp((*a)->unit, (*b)->unit);
}

static void check_units(struct jb_wire_in *in, const struct jb_grant *grant, const char **why)
{
    const struct jb_scope_unit *sorted[JB_GRANT_SCOPES_MAX];
    if (in->err)
        return;
    for (uint32_t i = 0; i < grant->unit_count; i++)
        sorted[i] = &grant->units[i];
    qsort(sorted, grant->unit_count, sizeof(sorted[0]), compare_units);
    for (uint32_t i = 1; i < grant->unit_count; i++)
        need(in, !jb_slice_eq(sorted[i - 1]->unit, sorted[i]->unit), "the grant names a unit twice",
             why);
}

/* A grant as somebody may hold it. */
static void get_grant(struct jb_wire_in *in, const Jibao__V1__Grant *pb, struct jb_grant *ret,
                      const char **why)
{
    *ret = (struct jb_grant){.role = (enum jb_role)pb->role,
                             .everywhere = pb->everywhere != 0,
                             .units = get_units(in, pb, why),
                             .unit_count = (uint32_t)pb->n_units,
                             .from_us = pb->from_us,
                             .until_us = pb->until_us};
    bool has_scope = jb_role_has_scope(ret->role);
    need(in, pb->role != JIBAO__V1__ROLE__ROLE_UNSPECIFIED, "the grant names no role", why);
    need(in, has_scope || (ret->unit_count == 0 && !ret->everywhere),
         "this role stands for the whole store and takes no units", why);
    need(in, !ret->everywhere || (ret->role == JB_ROLE_READ && ret->unit_count == 0),
         "only the role read stands for everything, and then it names no units", why);
    need(in, !has_scope || ret->everywhere || ret->unit_count > 0,
         "this role needs the units that it stands for", why);
    need(in, ret->from_us >= 0 && (ret->until_us == 0 || ret->until_us > ret->from_us),
         "the grant ends before it begins", why);
    check_units(in, ret, why);
}

/* The person or key of a message; exactly one of the two. */
static void get_holder(struct jb_wire_in *in, const Jibao__V1__Holder *pb, bool *ret_is_person,
                       struct jb_public_key *ret_key, struct jb_slice *ret_person, const char **why)
{
    struct jb_slice key = {0}, person = {0};
    if (pb) {
        key = jb_wire_get_bytes(pb->key);
        person = jb_slice_str(pb->person_code);
    }
    *ret_is_person = person.len > 0;
    *ret_person = person;
    if ((key.len > 0) == (person.len > 0))
        refuse(in, JB_EINVAL, "the holder is a key or a person, one of the two", why);
    else if (person.len > 0)
        need(in, jb_code_valid(person), "the person is not a code", why);
    else if (jb_public_check(key, ret_key))
        refuse(in, JB_EINVAL, "the holder's key is not a public key", why);
}

/* What separation of duties compares: nothing that only looks the same. */
static bool is_label(struct jb_slice label)
{
    if (label.len == 0 || label.ptr[0] == ' ' || label.ptr[label.len - 1] == ' ')
        return false;
    for (size_t i = 0; i < label.len; i++) {
        if (label.ptr[i] < 0x20 || label.ptr[i] == 0x7f)
            return false;
    }
    return true;
}

static void get_label(struct jb_wire_in *in, const char *text, struct jb_slice *ret,
                      const char **why)
{
    *ret = jb_slice_str(text);
    if (ret->len > JB_KEY_LABEL_BYTES_MAX)
        refuse(in, JB_ERANGE, "the label is longer than 128 bytes", why);
    need(in, ret->len == 0 || is_label(*ret),
         "the label has control characters, or spaces at its ends", why);
}

/* ALLOW gives a grant, or enrols a holder by its label alone; TAKE names a role and nothing else.
 */
static void get_change_grant(struct jb_wire_in *in, const Jibao__V1__Grant *pb,
                             struct jb_key_change *ret, const char **why)
{
    ret->has_grant = pb != NULL;
    if (ret->action == JB_KEY_ALLOW && pb) {
        get_grant(in, pb, &ret->grant, why);
        need(in,
             !ret->is_person ||
                 (ret->grant.role != JB_ROLE_CONNECT && ret->grant.role != JB_ROLE_WEB &&
                  ret->grant.role != JB_ROLE_SECURITY),
             "a person cannot carry messages, sign for others or manage keys: a key does", why);
    } else if (ret->action == JB_KEY_ALLOW) {
        need(in, ret->label.len > 0, "nothing is allowed: there is no grant and no label", why);
    } else if (ret->action == JB_KEY_TAKE) {
        need(in,
             pb && pb->role != JIBAO__V1__ROLE__ROLE_UNSPECIFIED && !pb->everywhere &&
                 pb->n_units == 0 && pb->from_us == 0 && pb->until_us == 0,
             "to take a grant back needs its role and nothing more", why);
        ret->grant.role = pb ? (enum jb_role)pb->role : 0;
    } else {
        need(in, !pb, "this action takes no grant", why);
    }
}

static void get_rotation(struct jb_wire_in *in, const Jibao__V1__KeyChange *pb,
                         struct jb_key_change *ret, const char **why)
{
    ret->overlap_until_us = pb->overlap_until_us;
    if (ret->action != JB_KEY_ROTATE) {
        need(in, pb->new_key.len == 0 && pb->overlap_until_us == 0,
             "only a rotation has a new key and an overlap", why);
        return;
    }
    need(in, !ret->is_person, "a person has no key to rotate", why);
    need(in, pb->overlap_until_us >= 0, "the overlap ends before 1970", why);
    if (in->err || jb_public_check(jb_wire_get_bytes(pb->new_key), &ret->new_key))
        refuse(in, JB_EINVAL, "the new key is not a public key", why);
    else
        need(in, !jb_public_eq(&ret->key, &ret->new_key), "the new key is the old one", why);
}

static void get_change(struct jb_wire_in *in, const Jibao__V1__KeyChange *pb,
                       struct jb_key_change *ret, const char **why)
{
    *ret = (struct jb_key_change){.epoch = pb->epoch, .action = (enum jb_key_action)pb->action};
    if (pb->id.len == sizeof(ret->id))
        memcpy(ret->id.bytes, pb->id.data, sizeof(ret->id));
    need(in, !jb_uuid_is_nil(ret->id), "the change's id is not 16 bytes, or zero", why);
    need(in, pb->action != JIBAO__V1__KEY_CHANGE__ACTION__ACTION_UNSPECIFIED,
         "the change names no action", why);
    get_holder(in, pb->holder, &ret->is_person, &ret->key, &ret->person_code, why);
    get_label(in, pb->label, &ret->label, why);
    need(in, ret->action == JB_KEY_ALLOW || ret->label.len == 0, "this action takes no label", why);
    get_change_grant(in, pb->grant, ret, why);
    get_rotation(in, pb, ret, why);
    ret->reason = jb_slice_str(pb->reason);
    if (ret->reason.len > JB_SHORT_TEXT_BYTES_MAX)
        refuse(in, JB_ERANGE, "the reason is longer than 4 KiB", why);
}

static const char *scan_reason(jb_err err)
{
    if (err == JB_EVERSION)
        return "the change has a field that this version does not know";
    if (err == JB_ERANGE)
        return "the change is larger than allowed";
    if (err == JB_ENOMEM)
        return "the change needs more memory than one may have";
    return "the bytes are not a change of rights, or a text is not UTF-8";
}

jb_err jb_wire_key_change_decode(struct jb_slice bytes, struct jb_arena *arena,
                                 struct jb_key_change *ret, const char **ret_why)
{
    const void *base = NULL;
    const char *reason = NULL;
    struct jb_key_change got;
    struct jb_wire_in in = {.arena = arena};
    in.err =
        jb_wire_unpack(&jibao__v1__key_change__descriptor, bytes, &jb_wire_signed, arena, &base);
    if (!in.err)
        get_change(&in, base, &got, &reason);
    if (!in.err)
        *ret = got;
    else if (ret_why)
        *ret_why = reason ? reason : scan_reason(in.err);
    return in.err;
}

static Jibao__V1__Grant *put_grant(struct jb_wire_out *out, const struct jb_grant *grant,
                                   Jibao__V1__Grant *pb)
{
    if (!pb)
        return NULL;
    jibao__v1__grant__init(pb);
    pb->role = (Jibao__V1__Role)grant->role;
    pb->everywhere = grant->everywhere;
    pb->from_us = grant->from_us;
    pb->until_us = grant->until_us;
    pb->n_units = grant->unit_count;
    pb->units = jb_wire_put_list(out, grant->unit_count, sizeof(Jibao__V1__ScopeUnit));
    for (uint32_t i = 0; pb->units && i < grant->unit_count; i++) {
        jibao__v1__scope_unit__init(pb->units[i]);
        pb->units[i]->unit = jb_wire_put_text(out, grant->units[i].unit);
        pb->units[i]->subtree = grant->units[i].subtree;
    }
    return pb;
}

static Jibao__V1__Holder *put_holder(struct jb_wire_out *out, bool is_person, const uint8_t key[32],
                                     struct jb_slice person)
{
    Jibao__V1__Holder *pb = jb_wire_put_one(out, sizeof(*pb));
    if (!pb)
        return NULL;
    jibao__v1__holder__init(pb);
    if (is_person)
        pb->person_code = jb_wire_put_text(out, person);
    else
        pb->key = jb_wire_put_bytes(key, JB_KEY_BYTES);
    return pb;
}

void jb_wire_key_change_encode(const struct jb_key_change *change, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__KeyChange pb;
    jb_wire_out_init(&scratch);
    jibao__v1__key_change__init(&pb);
    pb.id = jb_wire_put_bytes(change->id.bytes, sizeof(change->id.bytes));
    pb.epoch = change->epoch;
    pb.action = (Jibao__V1__KeyChange__Action)change->action;
    pb.holder = put_holder(&scratch, change->is_person, change->key.bytes, change->person_code);
    pb.label = jb_wire_put_text(&scratch, change->label);
    if (change->has_grant)
        pb.grant =
            put_grant(&scratch, &change->grant, jb_wire_put_one(&scratch, sizeof(*pb.grant)));
    if (change->action == JB_KEY_ROTATE)
        pb.new_key = jb_wire_put_bytes(change->new_key.bytes, sizeof(change->new_key.bytes));
    pb.overlap_until_us = change->overlap_until_us;
    pb.reason = jb_wire_put_text(&scratch, change->reason);
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_key_change_done_decode(struct jb_slice bytes, struct jb_arena *arena,
                                      struct jb_key_change_done *ret, struct jb_findings *findings)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__key_change_done__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__KeyChangeDone *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_key_change_done got = {.revision = pb->revision};
    jb_wire_get_fixed(&in, pb->head, got.head, sizeof(got.head));
    jb_wire_get_findings(&in, pb->n_findings);
    if (in.err)
        return in.err;
    jb_wire_add_findings(findings, pb->n_findings, pb->findings, pb->findings_total);
    *ret = got;
    return JB_OK;
}

void jb_wire_key_change_done_encode(const struct jb_key_change_done *done,
                                    const struct jb_findings *findings, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__KeyChangeDone pb;
    jb_wire_out_init(&scratch);
    jibao__v1__key_change_done__init(&pb);
    pb.revision = done->revision;
    pb.head = jb_wire_put_hash(done->head, sizeof(done->head));
    pb.findings = jb_wire_put_findings(&scratch, findings, &pb.n_findings);
    pb.findings_total = findings ? findings->total : 0;
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_keys_ask_decode(struct jb_slice bytes, struct jb_arena *arena,
                               struct jb_keys_ask *ret)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__keys_ask__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__KeysAsk *pb = base;
    if (pb->after.len > JB_SHORT_TEXT_BYTES_MAX)
        return JB_ERANGE;
    *ret = (struct jb_keys_ask){.own = pb->own != 0, .after = jb_wire_get_bytes(pb->after)};
    return JB_OK;
}

void jb_wire_keys_ask_encode(const struct jb_keys_ask *ask, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__KeysAsk pb;
    jb_wire_out_init(&scratch);
    jibao__v1__keys_ask__init(&pb);
    pb.own = ask->own;
    pb.after = jb_wire_put_bytes(ask->after.ptr, ask->after.len);
    jb_wire_pack(&scratch, &pb.base, out);
}

static void get_record(struct jb_wire_in *in, const Jibao__V1__HolderRecord *pb,
                       struct jb_holder *ret)
{
    const char *why;
    struct jb_public_key key = {{0}};
    *ret = (struct jb_holder){.state = (enum jb_holder_state)pb->state,
                              .recovery = pb->recovery != 0,
                              .grant_count = (uint32_t)pb->n_grants,
                              .ends_us = pb->ends_us,
                              .revision = pb->revision};
    get_holder(in, pb->holder, &ret->is_person, &key, &ret->person_code, &why);
    memcpy(ret->key, key.bytes, sizeof(ret->key));
    get_label(in, pb->label, &ret->label, &why);
    need(in, pb->state != JIBAO__V1__HOLDER_STATE__HOLDER_STATE_UNSPECIFIED, "", &why);
    if (pb->n_grants > JB_HOLDER_GRANTS_MAX) {
        refuse(in, JB_ERANGE, "", &why);
        return;
    }
    struct jb_grant *grants = jb_wire_get_array(in, pb->n_grants, sizeof(*grants));
    for (size_t i = 0; grants && i < pb->n_grants; i++)
        get_grant(in, pb->grants[i], &grants[i], &why);
    ret->grants = grants;
}

jb_err jb_wire_keys_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                  struct jb_keys_answer *ret)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__keys_answer__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__KeysAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_keys_answer got = {.revision = pb->revision,
                                 .holder_count = (uint32_t)pb->n_holders,
                                 .next = jb_wire_get_bytes(pb->next),
                                 .narrowed = pb->narrowed != 0};
    jb_wire_get_fixed(&in, pb->store_id, got.store_id, sizeof(got.store_id));
    struct jb_holder *holders = jb_wire_get_array(&in, pb->n_holders, sizeof(*holders));
    for (size_t i = 0; holders && !in.err && i < pb->n_holders; i++)
        get_record(&in, pb->holders[i], &holders[i]);
    got.holders = holders;
    if (!in.err && got.next.len > JB_SHORT_TEXT_BYTES_MAX)
        in.err = JB_ERANGE;
    if (!in.err)
        *ret = got;
    return in.err;
}

static void put_record(struct jb_wire_out *out, const struct jb_holder *holder,
                       Jibao__V1__HolderRecord *pb)
{
    jibao__v1__holder_record__init(pb);
    pb->holder = put_holder(out, holder->is_person, holder->key, holder->person_code);
    pb->label = jb_wire_put_text(out, holder->label);
    pb->state = (Jibao__V1__HolderState)holder->state;
    pb->recovery = holder->recovery;
    pb->ends_us = holder->ends_us;
    pb->revision = holder->revision;
    pb->n_grants = holder->grant_count;
    pb->grants = jb_wire_put_list(out, holder->grant_count, sizeof(Jibao__V1__Grant));
    for (uint32_t i = 0; pb->grants && i < holder->grant_count; i++)
        put_grant(out, &holder->grants[i], pb->grants[i]);
}

void jb_wire_keys_answer_encode(const struct jb_keys_answer *answer, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__KeysAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__keys_answer__init(&pb);
    pb.store_id = jb_wire_put_hash(answer->store_id, sizeof(answer->store_id));
    pb.revision = answer->revision;
    pb.n_holders = answer->holder_count;
    pb.holders = jb_wire_put_list(&scratch, answer->holder_count, sizeof(Jibao__V1__HolderRecord));
    for (uint32_t i = 0; pb.holders && i < answer->holder_count; i++)
        put_record(&scratch, &answer->holders[i], pb.holders[i]);
    pb.next = jb_wire_put_bytes(answer->next.ptr, answer->next.len);
    pb.narrowed = answer->narrowed;
    jb_wire_pack(&scratch, &pb.base, out);
}
