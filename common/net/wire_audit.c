/* The audit trail and proofs that entries stand in the ledger, on the wire. What vouches for both
 * is a head signed by the aggregator. */
#include "base/limits.h"
#include "jibao/v1/keys.pb-c.h"
#include "net/wire_keys.h"
#include "net/wire_pb.h"

#define HEAD_DOMAIN "jibao.v1.head" /* its NUL is part of what is signed */
#define HASH_BYTES 32

static void put_big_endian(uint8_t **to, uint64_t v, unsigned width)
{
    for (unsigned i = width; i > 0; i--)
        *(*to)++ = (uint8_t)(v >> (8 * (i - 1)));
}

void jb_signed_head_bytes(const struct jb_signed_head *head, uint8_t ret[JB_HEAD_SIGNED_BYTES])
{
    uint8_t *to = ret;
    memcpy(to, HEAD_DOMAIN, sizeof(HEAD_DOMAIN));
    to += sizeof(HEAD_DOMAIN);
    memcpy(to, head->store_id, sizeof(head->store_id));
    to += sizeof(head->store_id);
    put_big_endian(&to, head->epoch, 4);
    put_big_endian(&to, head->revision, 8);
    memcpy(to, head->head, sizeof(head->head));
    to += sizeof(head->head);
    put_big_endian(&to, (uint64_t)head->at_us, 8);
    jb_assert(to == ret + JB_HEAD_SIGNED_BYTES);
}

static void get_head(struct jb_wire_in *in, const Jibao__V1__SignedHead *pb,
                     struct jb_signed_head *ret)
{
    *ret = (struct jb_signed_head){0};
    if (!pb)
        return;
    ret->epoch = pb->epoch;
    ret->revision = pb->revision;
    ret->at_us = pb->at_us;
    jb_wire_get_fixed(in, pb->store_id, ret->store_id, sizeof(ret->store_id));
    jb_wire_get_fixed(in, pb->head, ret->head, sizeof(ret->head));
    jb_wire_get_fixed(in, pb->server, ret->server.bytes, sizeof(ret->server.bytes));
    jb_wire_get_fixed(in, pb->signature, ret->signature, sizeof(ret->signature));
    ret->has_next =
        jb_wire_get_fixed(in, pb->next_server, ret->next.bytes, sizeof(ret->next.bytes));
    jb_wire_get_fixed(in, pb->next_signature, ret->next_signature, sizeof(ret->next_signature));
}

static Jibao__V1__SignedHead *put_head(struct jb_wire_out *out, const struct jb_signed_head *head)
{
    Jibao__V1__SignedHead *pb = jb_wire_put_one(out, sizeof(*pb));
    if (!pb)
        return NULL;
    jibao__v1__signed_head__init(pb);
    pb->store_id = jb_wire_put_hash(head->store_id, sizeof(head->store_id));
    pb->epoch = head->epoch;
    pb->revision = head->revision;
    pb->head = jb_wire_put_hash(head->head, sizeof(head->head));
    pb->at_us = head->at_us;
    pb->server = jb_wire_put_hash(head->server.bytes, sizeof(head->server.bytes));
    pb->signature = jb_wire_put_hash(head->signature, sizeof(head->signature));
    if (head->has_next) {
        pb->next_server = jb_wire_put_hash(head->next.bytes, sizeof(head->next.bytes));
        pb->next_signature = jb_wire_put_hash(head->next_signature, sizeof(head->next_signature));
    }
    return pb;
}

jb_err jb_wire_audit_ask_decode(struct jb_slice bytes, struct jb_arena *arena,
                                struct jb_audit_ask *ret)
{
    const void *base;
    jb_err err =
        jb_wire_unpack(&jibao__v1__audit_ask__descriptor, bytes, &jb_wire_ignoring, arena, &base);
    if (err)
        return err;
    const Jibao__V1__AuditAsk *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_audit_ask got = {
        .from_revision = pb->from_revision,
        .until_revision = pb->until_revision,
        .from_us = pb->from_us,
        .until_us = pb->until_us,
        .person = jb_wire_get_text(&in, pb->person, JB_KEY_LABEL_BYTES_MAX),
        .unit = jb_wire_get_text(&in, pb->unit, JB_CODE_BYTES_MAX),
        .kind = jb_wire_get_text(&in, pb->kind, JB_CODE_BYTES_MAX),
        .with_bytes = pb->with_bytes != 0,
    };
    got.has_signer = jb_wire_get_fixed(&in, pb->signer, got.signer.bytes, sizeof(got.signer.bytes));
    if (!in.err)
        *ret = got;
    return in.err;
}

void jb_wire_audit_ask_encode(const struct jb_audit_ask *ask, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__AuditAsk pb;
    jb_wire_out_init(&scratch);
    jibao__v1__audit_ask__init(&pb);
    pb.from_revision = ask->from_revision;
    pb.until_revision = ask->until_revision;
    pb.from_us = ask->from_us;
    pb.until_us = ask->until_us;
    if (ask->has_signer)
        pb.signer = jb_wire_put_bytes(ask->signer.bytes, sizeof(ask->signer.bytes));
    pb.person = jb_wire_put_text(&scratch, ask->person);
    pb.unit = jb_wire_put_text(&scratch, ask->unit);
    pb.kind = jb_wire_put_text(&scratch, ask->kind);
    pb.with_bytes = ask->with_bytes;
    jb_wire_pack(&scratch, &pb.base, out);
}

static void get_entry(struct jb_wire_in *in, const Jibao__V1__AuditEntry *pb,
                      struct jb_audit_entry *ret)
{
    *ret = (struct jb_audit_entry){
        .revision = pb->revision,
        .at_us = pb->at_us,
        .kind = jb_wire_get_short(in, pb->kind),
        .signer = jb_wire_get_bytes(pb->signer),
        .label = jb_wire_get_short(in, pb->label),
        .person_code = jb_wire_get_short(in, pb->person_code),
        .unit = jb_wire_get_short(in, pb->unit),
        .form = jb_wire_get_short(in, pb->form),
        .period = jb_wire_get_short(in, pb->period),
        .outcome = jb_wire_get_short(in, pb->outcome),
        .summary = jb_wire_get_short(in, pb->summary),
        .entry = jb_wire_get_bytes(pb->entry),
    };
    jb_wire_get_fixed(in, pb->hash, ret->hash, sizeof(ret->hash));
    if (!in->err && ret->signer.len != 0 && ret->signer.len != JB_KEY_BYTES)
        in->err = JB_EINVAL;
}

jb_err jb_wire_audit_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                   struct jb_audit_answer *ret)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__audit_answer__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__AuditAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_audit_answer got = {.entry_count = (uint32_t)pb->n_entries,
                                  .next_revision = pb->next_revision};
    struct jb_audit_entry *entries = jb_wire_get_array(&in, pb->n_entries, sizeof(*entries));
    for (size_t i = 0; entries && i < pb->n_entries; i++)
        get_entry(&in, pb->entries[i], &entries[i]);
    got.entries = entries;
    get_head(&in, pb->head, &got.head);
    if (!in.err)
        *ret = got;
    return in.err;
}

static void put_entry(struct jb_wire_out *out, const struct jb_audit_entry *entry,
                      Jibao__V1__AuditEntry *pb)
{
    jibao__v1__audit_entry__init(pb);
    pb->revision = entry->revision;
    pb->at_us = entry->at_us;
    pb->kind = jb_wire_put_text(out, entry->kind);
    pb->signer = jb_wire_put_bytes(entry->signer.ptr, entry->signer.len);
    pb->label = jb_wire_put_text(out, entry->label);
    pb->person_code = jb_wire_put_text(out, entry->person_code);
    pb->unit = jb_wire_put_text(out, entry->unit);
    pb->form = jb_wire_put_text(out, entry->form);
    pb->period = jb_wire_put_text(out, entry->period);
    pb->outcome = jb_wire_put_text(out, entry->outcome);
    pb->summary = jb_wire_put_text(out, entry->summary);
    pb->hash = jb_wire_put_hash(entry->hash, sizeof(entry->hash));
    pb->entry = jb_wire_put_bytes(entry->entry.ptr, entry->entry.len);
}

void jb_wire_audit_answer_encode(const struct jb_audit_answer *answer, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__AuditAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__audit_answer__init(&pb);
    pb.n_entries = answer->entry_count;
    pb.entries = jb_wire_put_list(&scratch, answer->entry_count, sizeof(Jibao__V1__AuditEntry));
    for (uint32_t i = 0; pb.entries && i < answer->entry_count; i++)
        put_entry(&scratch, &answer->entries[i], pb.entries[i]);
    pb.next_revision = answer->next_revision;
    pb.head = put_head(&scratch, &answer->head);
    jb_wire_pack(&scratch, &pb.base, out);
}

jb_err jb_wire_proof_ask_decode(struct jb_slice bytes, struct jb_arena *arena,
                                struct jb_proof_ask *ret)
{
    static const struct jb_wire_rules rules = {.strict = false, .list_max = JB_PROOF_REVISIONS_MAX};
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__proof_ask__descriptor, bytes, &rules, arena, &base);
    if (err)
        return err;
    const Jibao__V1__ProofAsk *pb = base;
    *ret = (struct jb_proof_ask){.revisions = pb->revisions, .count = (uint32_t)pb->n_revisions};
    return JB_OK;
}

void jb_wire_proof_ask_encode(const struct jb_proof_ask *ask, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__ProofAsk pb;
    jb_wire_out_init(&scratch);
    jibao__v1__proof_ask__init(&pb);
    pb.n_revisions = ask->count;
    pb.revisions = jb_wire_put_one(&scratch, ask->count * sizeof(*pb.revisions));
    if (pb.revisions && ask->count)
        memcpy(pb.revisions, ask->revisions, ask->count * sizeof(*pb.revisions));
    jb_wire_pack(&scratch, &pb.base, out);
}

static void get_path(struct jb_wire_in *in, const Jibao__V1__ProofPath *pb,
                     struct jb_proof_path *ret)
{
    struct jb_proof_step *steps = jb_wire_get_array(in, pb->n_steps, sizeof(*steps));
    *ret = (struct jb_proof_path){
        .revision = pb->revision, .steps = steps, .step_count = (uint32_t)pb->n_steps};
    for (size_t i = 0; steps && i < pb->n_steps; i++) {
        steps[i].revision = pb->steps[i]->revision;
        jb_wire_get_fixed(in, pb->steps[i]->digest, steps[i].digest, HASH_BYTES);
        jb_wire_get_fixed(in, pb->steps[i]->previous, steps[i].previous, HASH_BYTES);
        jb_wire_get_fixed(in, pb->steps[i]->skip, steps[i].skip, HASH_BYTES);
    }
}

jb_err jb_wire_proof_answer_decode(struct jb_slice bytes, struct jb_arena *arena,
                                   struct jb_proof_answer *ret)
{
    const void *base;
    jb_err err = jb_wire_unpack(&jibao__v1__proof_answer__descriptor, bytes, &jb_wire_ignoring,
                                arena, &base);
    if (err)
        return err;
    const Jibao__V1__ProofAnswer *pb = base;
    struct jb_wire_in in = {.arena = arena};
    struct jb_proof_answer got = {.path_count = (uint32_t)pb->n_paths};
    get_head(&in, pb->head, &got.head);
    if (pb->n_paths > JB_PROOF_REVISIONS_MAX && !in.err)
        in.err = JB_ERANGE;
    struct jb_proof_path *paths = jb_wire_get_array(&in, pb->n_paths, sizeof(*paths));
    for (size_t i = 0; paths && i < pb->n_paths; i++)
        get_path(&in, pb->paths[i], &paths[i]);
    got.paths = paths;
    if (!in.err)
        *ret = got;
    return in.err;
}

static void put_path(struct jb_wire_out *out, const struct jb_proof_path *path,
                     Jibao__V1__ProofPath *pb)
{
    jibao__v1__proof_path__init(pb);
    pb->revision = path->revision;
    pb->n_steps = path->step_count;
    pb->steps = jb_wire_put_list(out, path->step_count, sizeof(Jibao__V1__ProofStep));
    for (uint32_t i = 0; pb->steps && i < path->step_count; i++) {
        const struct jb_proof_step *step = &path->steps[i];
        jibao__v1__proof_step__init(pb->steps[i]);
        pb->steps[i]->revision = step->revision;
        pb->steps[i]->digest = jb_wire_put_hash(step->digest, HASH_BYTES);
        pb->steps[i]->previous = jb_wire_put_hash(step->previous, HASH_BYTES);
        pb->steps[i]->skip = jb_wire_put_hash(step->skip, HASH_BYTES);
    }
}

void jb_wire_proof_answer_encode(const struct jb_proof_answer *answer, struct jb_buf *out)
{
    struct jb_wire_out scratch;
    Jibao__V1__ProofAnswer pb;
    jb_wire_out_init(&scratch);
    jibao__v1__proof_answer__init(&pb);
    pb.head = put_head(&scratch, &answer->head);
    pb.n_paths = answer->path_count;
    pb.paths = jb_wire_put_list(&scratch, answer->path_count, sizeof(Jibao__V1__ProofPath));
    for (uint32_t i = 0; pb.paths && i < answer->path_count; i++)
        put_path(&scratch, &answer->paths[i], pb.paths[i]);
    jb_wire_pack(&scratch, &pb.base, out);
}
