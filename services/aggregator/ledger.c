/* The coding of ledger entries: a fixed head (so that peek is cheap), the sender's bytes, a body by
 * kind, and at the end the chain: the hash of the entry before, the hash of an entry further back,
 * and this entry's own, made of the two and of the digest of all that stands before them. So the
 * last hash vouches for every entry, and a short path leads from it to any of them. */
#include "ledger.h"

#include <sodium.h>

#include "base/limits.h"
#include "cell.h"
#include "net/proof.h"

#define HASH_BYTES 32
#define ID_BYTES 16
#define SIGNER_BYTES_MAX 128
#define SIGNATURE_BYTES_MAX 128
#define STRETCH_MAX UINT16_MAX
#define EFFECT_BYTES_MAX 32 /* three varints and a byte */
/* Behind the effects: complete; or that and how it was judged. */
#define COMPLETE 1
#define COMPLETE_JUDGED 2
enum { TRIAL = 1, BACKFILL = 2, OWED = 4, HAS_DUE = 8, ACT_FLAGS = 15 };
/* Format, kind, revision, time, epoch. */
#define HEAD_BYTES (1 + 1 + 8 + 8 + 4)
/* Previous hash, skip hash, hash. */
#define CHAIN_BYTES (3 * HASH_BYTES)

static void hash_bytes(struct jb_slice bytes, uint8_t ret[HASH_BYTES])
{
    int rc = crypto_generichash(ret, HASH_BYTES, bytes.ptr, bytes.len, NULL, 0);

    jb_assert(rc == 0);
}

static size_t payload_bytes_max(enum jb_entry_kind kind)
{
    switch (kind) {
    case JB_ENTRY_GENESIS:
    case JB_ENTRY_EPOCH:
    case JB_ENTRY_DUE:
        return 0;
    case JB_ENTRY_CATALOG:
        return JB_CATALOG_BYTES_MAX;
    case JB_ENTRY_SUBMISSION:
    case JB_ENTRY_CONFLICT:
    case JB_ENTRY_KEY:
    case JB_ENTRY_ACT:
        return JB_MESSAGE_BYTES_MAX;
    }
    return 0;
}

/* Nearly every value is one exact, final number: it is written in one go, to the same bytes. */
static void encode_effect(const struct jb_entry_effect *effect, struct jb_buf *out)
{
    struct jb_value v = effect->value;
    uint8_t *to = jb_buf_reserve(out, EFFECT_BYTES_MAX);
    jb_assert(effect->stretch <= STRETCH_MAX);
    if (to && !effect->is_text && v.state == JB_STATE_VALUE && v.mark == JB_EXACT &&
        v.status == JB_FINAL) {
        size_t len = jb_varint_spell(to, effect->indicator);
        len += jb_varint_spell(to + len, effect->stretch);
        to[len++] = JB_STATE_VALUE;
        out->len += len + jb_varint_spell(to + len, jb_zigzag_of(v.mantissa));
        return;
    }
    jb_buf_put_varint(out, effect->indicator);
    jb_buf_put_varint(out, effect->stretch);
    jb_value_encode(v, effect->is_text, out);
}

static void encode_submission(const struct jb_entry *entry, struct jb_buf *out)
{
    jb_buf_put_varint(out, entry->catalog_version);
    jb_buf_put_varint(out, entry->unit);
    jb_buf_put_varint(out, entry->form);
    jb_period_encode(entry->period, out);
    jb_buf_put(out, entry->id.bytes, ID_BYTES);
    jb_buf_put_varint(out, entry->previous_revision);
    jb_buf_put_varint(out, entry->effect_count);
    for (uint32_t i = 0; i < entry->effect_count; i++)
        encode_effect(&entry->effects[i], out);
    if (entry->complete) /* nothing stands there otherwise, as before periods could be managed */
        jb_buf_put_u8(out, entry->judged.dated ? COMPLETE_JUDGED : COMPLETE);
    if (entry->complete && entry->judged.dated) {
        jb_buf_put_u32(out, (uint32_t)entry->judged.due_on);
        jb_buf_put_varint(out, entry->judged.late_days);
    }
}

static bool names_filing(enum jb_act_kind kind)
{
    return jb_act_is_of_filing(kind) || kind == JB_ACT_PERIOD_AMEND;
}

static void encode_act(const struct jb_entry *entry, struct jb_buf *out)
{
    const struct jb_entry_act *act = &entry->act;
    jb_buf_put(out, entry->id.bytes, ID_BYTES);
    jb_buf_put_u8(out, (uint8_t)act->kind);
    jb_buf_put_varint(out, entry->catalog_version);
    jb_period_encode(entry->period, out);
    jb_buf_put_varint(out, entry->previous_revision);
    jb_buf_put_u8(out, (uint8_t)((act->trial ? TRIAL : 0) | (act->backfill ? BACKFILL : 0) |
                                 (act->owed ? OWED : 0) | (act->has_due ? HAS_DUE : 0)));
    if (names_filing(act->kind)) {
        jb_buf_put_varint(out, entry->unit);
        jb_buf_put_varint(out, entry->form);
    }
    switch (act->kind) {
    case JB_ACT_PERIOD_OPEN:
        jb_buf_put_varint(out, act->expected_forms);
        jb_buf_put_varint(out, act->expected_rows);
        jb_buf_put(out, act->expected_hash, HASH_BYTES);
        if (act->owing.len) /* nothing stands there otherwise, as before days could be named */
            jb_buf_put_bytes(out, act->owing);
        return;
    case JB_ACT_PERIOD_AMEND:
        jb_buf_put_u32(out, act->indicator);
        return;
    case JB_ACT_PERIOD_REOPEN:
        jb_buf_put_u64(out, (uint64_t)act->until_us);
        jb_buf_put_bytes(out, act->numbers);
        return;
    case JB_ACT_PUBLISH:
        jb_buf_put_varint(out, act->release);
        jb_buf_put_bytes(out, act->numbers);
        return;
    case JB_ACT_FILING_ACCEPT:
    case JB_ACT_FILING_RETURN:
        jb_buf_put_varint(out, act->submission_revision);
        if (act->has_due)
            jb_buf_put_u32(out, (uint32_t)act->due_on);
        return;
    case JB_ACT_NOTICE:
        jb_buf_put_varint(out, entry->unit);
        jb_buf_put_bytes(out, act->numbers);
        return;
    case JB_ACT_PERIOD_CLOSE:
    case JB_ACT_FILING_EXCUSE:
    case JB_ACTS_END:
        return;
    }
}

static void encode_body(const struct jb_entry *entry, struct jb_buf *out)
{
    switch (entry->kind) {
    case JB_ENTRY_GENESIS:
        jb_buf_put(out, entry->store_id, ID_BYTES);
        return;
    case JB_ENTRY_EPOCH:
        return;
    case JB_ENTRY_CATALOG:
        jb_buf_put(out, entry->content_hash, HASH_BYTES);
        jb_buf_put_varint(out, entry->catalog_version);
        jb_buf_put_bytes(out, entry->author);
        jb_buf_put_bytes(out, entry->reason);
        return;
    case JB_ENTRY_SUBMISSION:
        jb_buf_put(out, entry->content_hash, HASH_BYTES);
        encode_submission(entry, out);
        return;
    case JB_ENTRY_CONFLICT:
        jb_buf_put(out, entry->content_hash, HASH_BYTES);
        jb_buf_put_varint(out, entry->unit);
        jb_buf_put(out, entry->id.bytes, ID_BYTES);
        jb_buf_put_varint(out, entry->previous_revision);
        return;
    case JB_ENTRY_KEY:
        jb_buf_put(out, entry->content_hash, HASH_BYTES);
        jb_buf_put(out, entry->id.bytes, ID_BYTES);
        jb_buf_put_u8(out, (uint8_t)entry->birth);
        return;
    case JB_ENTRY_ACT:
        jb_buf_put(out, entry->content_hash, HASH_BYTES);
        encode_act(entry, out);
        return;
    case JB_ENTRY_DUE:
        jb_buf_put_varint(out, entry->catalog_version);
        jb_period_encode(entry->period, out);
        jb_buf_put_u64(out, (uint64_t)entry->said_at_us);
        jb_buf_put_bytes(out, entry->due);
        return;
    }
    jb_assert(!"a kind of entry");
}

void jb_entry_encode(struct jb_entry *entry, struct jb_buf *out)
{
    size_t start = out->len;

    jb_assert(entry->payload.len <= payload_bytes_max(entry->kind));
    jb_buf_put_u8(out, JB_ENTRY_FORMAT);
    jb_buf_put_u8(out, (uint8_t)entry->kind);
    jb_buf_put_u64(out, entry->revision);
    jb_buf_put_u64(out, (uint64_t)entry->at_us);
    jb_buf_put_u32(out, entry->epoch);
    jb_buf_put_bytes(out, entry->signer);
    jb_buf_put_bytes(out, entry->signature);
    jb_buf_put_bytes(out, entry->payload);
    encode_body(entry, out);
    if (out->failed)
        return;
    hash_bytes(jb_slice_of(out->ptr + start, out->len - start), entry->digest);
    jb_proof_hash(entry->revision, entry->digest, entry->previous_hash, entry->skip_hash,
                  entry->hash);
    jb_buf_put(out, entry->previous_hash, HASH_BYTES);
    jb_buf_put(out, entry->skip_hash, HASH_BYTES);
    jb_buf_put(out, entry->hash, HASH_BYTES);
}

static void read_fixed(struct jb_reader *r, uint8_t *to, size_t len)
{
    struct jb_slice bytes = jb_read_raw(r, len);

    if (!r->failed)
        memcpy(to, bytes.ptr, len);
}

static uint32_t read_u32_varint(struct jb_reader *r)
{
    return (uint32_t)jb_read_varint_max(r, UINT32_MAX);
}

/* The head, and the chain at the end, which is taken off the reader. */
static jb_err decode_head(struct jb_slice bytes, struct jb_reader *r, struct jb_entry *entry)
{
    if (bytes.len >= 1 && bytes.ptr[0] != JB_ENTRY_FORMAT)
        return JB_EVERSION;
    if (bytes.len < HEAD_BYTES + CHAIN_BYTES || bytes.ptr[1] < JB_ENTRY_GENESIS ||
        bytes.ptr[1] > JB_ENTRY_DUE)
        return JB_EDAMAGED;
    *r = jb_reader_of(jb_slice_of(bytes.ptr + 2, bytes.len - 2 - CHAIN_BYTES));
    entry->kind = (enum jb_entry_kind)bytes.ptr[1];
    entry->revision = jb_read_u64(r);
    entry->at_us = (int64_t)jb_read_u64(r);
    entry->epoch = jb_read_u32(r);
    const uint8_t *chain = bytes.ptr + bytes.len - CHAIN_BYTES;
    memcpy(entry->previous_hash, chain, HASH_BYTES);
    memcpy(entry->skip_hash, chain + HASH_BYTES, HASH_BYTES);
    memcpy(entry->hash, chain + 2 * (size_t)HASH_BYTES, HASH_BYTES);
    return JB_OK;
}

static jb_err decode_complete(struct jb_reader *r, struct jb_entry *entry)
{
    uint8_t how = jb_read_u8(r);
    if (how != COMPLETE && how != COMPLETE_JUDGED)
        return JB_EDAMAGED;
    entry->judged.dated = how == COMPLETE_JUDGED;
    if (entry->judged.dated) {
        entry->judged.due_on = (jb_date)jb_read_u32(r);
        entry->judged.late_days = read_u32_varint(r);
    }
    return JB_OK;
}

static jb_err decode_effects(struct jb_reader *r, struct jb_entry_effect *memory, uint32_t max,
                             struct jb_entry *entry)
{
    uint32_t count = (uint32_t)jb_read_varint_max(r, JB_SUBMISSION_ROWS_MAX);

    if (!r->failed && count > max)
        return JB_ERANGE;
    for (uint32_t i = 0; i < count && !r->failed; i++) {
        struct jb_entry_effect effect = {0};
        effect.indicator = read_u32_varint(r);
        effect.stretch = (uint32_t)jb_read_varint_max(r, STRETCH_MAX);
        if (jb_value_decode(r, &effect.value, &effect.is_text))
            memory[i] = effect;
    }
    entry->effects = memory;
    entry->effect_count = count;
    entry->complete = !r->failed && jb_reader_left(r) > 0;
    return entry->complete ? decode_complete(r, entry) : JB_OK;
}

static bool ascending(struct jb_slice numbers)
{
    struct jb_reader r = jb_reader_of(numbers);
    for (uint64_t next = 0; jb_reader_left(&r) > 0 && !r.failed;) {
        uint64_t number = jb_read_varint_max(&r, UINT32_MAX - 1);
        if (number < next)
            return false;
        next = number + 1;
    }
    return !r.failed;
}

static void decode_act_by_kind(struct jb_reader *r, struct jb_entry *entry)
{
    struct jb_entry_act *act = &entry->act;
    switch (act->kind) {
    case JB_ACT_PERIOD_OPEN:
        act->expected_forms = read_u32_varint(r);
        act->expected_rows = read_u32_varint(r);
        read_fixed(r, act->expected_hash, HASH_BYTES);
        if (jb_reader_left(r) > 0)
            act->owing = jb_read_bytes(r, JB_MESSAGE_BYTES_MAX);
        return;
    case JB_ACT_PERIOD_AMEND:
        act->indicator = jb_read_u32(r);
        return;
    case JB_ACT_PERIOD_REOPEN:
        act->until_us = (int64_t)jb_read_u64(r);
        act->numbers = jb_read_bytes(r, JB_MESSAGE_BYTES_MAX);
        return;
    case JB_ACT_PUBLISH:
        act->release = read_u32_varint(r);
        act->numbers = jb_read_bytes(r, JB_MESSAGE_BYTES_MAX);
        return;
    case JB_ACT_FILING_ACCEPT:
    case JB_ACT_FILING_RETURN:
        act->submission_revision = jb_read_varint(r);
        if (act->has_due)
            act->due_on = (jb_date)jb_read_u32(r);
        return;
    case JB_ACT_NOTICE:
        entry->unit = read_u32_varint(r);
        act->numbers = jb_read_bytes(r, JB_MESSAGE_BYTES_MAX);
        return;
    case JB_ACT_PERIOD_CLOSE:
    case JB_ACT_FILING_EXCUSE:
    case JB_ACTS_END:
        return;
    }
}

static jb_err decode_act(struct jb_reader *r, struct jb_entry *entry)
{
    struct jb_entry_act *act = &entry->act;
    read_fixed(r, entry->content_hash, HASH_BYTES);
    read_fixed(r, entry->id.bytes, ID_BYTES);
    uint8_t kind = jb_read_u8(r);
    entry->catalog_version = read_u32_varint(r);
    if (kind < JB_ACT_PERIOD_OPEN || kind >= JB_ACTS_END || !jb_period_decode(r, &entry->period))
        return JB_EDAMAGED;
    act->kind = (enum jb_act_kind)kind;
    entry->previous_revision = jb_read_varint(r);
    uint8_t flags = jb_read_u8(r);
    if (flags > ACT_FLAGS)
        return JB_EDAMAGED;
    act->trial = flags & TRIAL;
    act->backfill = flags & BACKFILL;
    act->owed = flags & OWED;
    act->has_due = flags & HAS_DUE;
    if (names_filing(act->kind)) {
        entry->unit = read_u32_varint(r);
        entry->form = read_u32_varint(r);
    }
    decode_act_by_kind(r, entry);
    return ascending(act->numbers) ? JB_OK : JB_EDAMAGED;
}

static jb_err decode_due(struct jb_reader *r, struct jb_entry *entry)
{
    entry->catalog_version = read_u32_varint(r);
    if (!jb_period_decode(r, &entry->period))
        return JB_EDAMAGED;
    entry->said_at_us = (int64_t)jb_read_u64(r);
    entry->due = jb_read_bytes(r, JB_MESSAGE_BYTES_MAX);
    return jb_entry_due_is_run(entry->due) ? JB_OK : JB_EDAMAGED;
}

static jb_err decode_key(struct jb_reader *r, struct jb_entry *entry)
{
    read_fixed(r, entry->content_hash, HASH_BYTES);
    read_fixed(r, entry->id.bytes, ID_BYTES);
    uint8_t birth = jb_read_u8(r);
    if (birth > JB_BIRTH_SERVER)
        return JB_EDAMAGED;
    entry->birth = (enum jb_birth_part)birth;
    return JB_OK;
}

static jb_err decode_body(struct jb_reader *r, struct jb_entry_effect *memory, uint32_t max,
                          struct jb_entry *entry)
{
    switch (entry->kind) {
    case JB_ENTRY_GENESIS:
        read_fixed(r, entry->store_id, ID_BYTES);
        return JB_OK;
    case JB_ENTRY_EPOCH:
        return JB_OK;
    case JB_ENTRY_CATALOG:
        read_fixed(r, entry->content_hash, HASH_BYTES);
        entry->catalog_version = read_u32_varint(r);
        entry->author = jb_read_bytes(r, JB_SHORT_TEXT_BYTES_MAX);
        entry->reason = jb_read_bytes(r, JB_SHORT_TEXT_BYTES_MAX);
        return JB_OK;
    case JB_ENTRY_SUBMISSION:
        read_fixed(r, entry->content_hash, HASH_BYTES);
        entry->catalog_version = read_u32_varint(r);
        entry->unit = read_u32_varint(r);
        entry->form = read_u32_varint(r);
        if (!jb_period_decode(r, &entry->period))
            return JB_EDAMAGED;
        read_fixed(r, entry->id.bytes, ID_BYTES);
        entry->previous_revision = jb_read_varint(r);
        return decode_effects(r, memory, max, entry);
    case JB_ENTRY_CONFLICT:
        read_fixed(r, entry->content_hash, HASH_BYTES);
        entry->unit = read_u32_varint(r);
        read_fixed(r, entry->id.bytes, ID_BYTES);
        entry->previous_revision = jb_read_varint(r);
        return JB_OK;
    case JB_ENTRY_KEY:
        return decode_key(r, entry);
    case JB_ENTRY_ACT:
        return decode_act(r, entry);
    case JB_ENTRY_DUE:
        return decode_due(r, entry);
    }
    return JB_EDAMAGED;
}

/* The hash is that of the bytes; sets the digest. */
static jb_err check_hash(struct jb_slice bytes, struct jb_entry *entry)
{
    uint8_t hash[HASH_BYTES];

    hash_bytes(jb_slice_of(bytes.ptr, bytes.len - CHAIN_BYTES), entry->digest);
    jb_proof_hash(entry->revision, entry->digest, entry->previous_hash, entry->skip_hash, hash);
    return memcmp(hash, entry->hash, HASH_BYTES) == 0 ? JB_OK : JB_EDAMAGED;
}

jb_err jb_entry_decode(struct jb_slice bytes, struct jb_entry_effect *effects_memory,
                       uint32_t effects_max, struct jb_entry *ret)
{
    struct jb_entry entry = {0};
    struct jb_reader r;
    jb_err err = decode_head(bytes, &r, &entry);

    if (!err)
        err = check_hash(bytes, &entry);
    if (err)
        return err;
    entry.signer = jb_read_bytes(&r, SIGNER_BYTES_MAX);
    entry.signature = jb_read_bytes(&r, SIGNATURE_BYTES_MAX);
    entry.payload = jb_read_bytes(&r, payload_bytes_max(entry.kind));
    err = decode_body(&r, effects_memory, effects_max, &entry);
    if (err)
        return err;
    if (!jb_reader_done(&r))
        return JB_EDAMAGED;
    *ret = entry;
    return JB_OK;
}

jb_err jb_entry_peek(struct jb_slice bytes, struct jb_entry *ret)
{
    struct jb_entry entry = {0};
    struct jb_reader r;
    jb_err err = decode_head(bytes, &r, &entry);

    if (err)
        return err;
    *ret = entry;
    return JB_OK;
}

jb_err jb_entry_peek_checked(struct jb_slice bytes, struct jb_entry *ret)
{
    struct jb_entry entry = {0};
    struct jb_reader r;
    jb_err err = decode_head(bytes, &r, &entry);

    if (!err)
        err = check_hash(bytes, &entry);
    if (!err)
        *ret = entry;
    return err;
}

void jb_entry_strip(struct jb_slice bytes, const struct jb_entry *entry, struct jb_buf *out)
{
    const uint8_t *behind = entry->payload.ptr + entry->payload.len;

    jb_buf_put(out, bytes.ptr, (size_t)(entry->payload.ptr - bytes.ptr));
    jb_buf_put(out, behind, (size_t)(bytes.ptr + bytes.len - behind));
}

jb_err jb_entry_join(struct jb_slice stripped, struct jb_slice payload, struct jb_buf *out)
{
    struct jb_reader r = jb_reader_of(stripped);

    jb_read_raw(&r, HEAD_BYTES);
    jb_read_bytes(&r, SIGNER_BYTES_MAX);
    jb_read_bytes(&r, SIGNATURE_BYTES_MAX);
    if (jb_read_varint(&r) != payload.len || r.failed)
        return JB_EDAMAGED;
    jb_buf_put(out, stripped.ptr, (size_t)(r.ptr - stripped.ptr));
    jb_buf_put(out, payload.ptr, payload.len);
    jb_buf_put(out, r.ptr, jb_reader_left(&r));
    return out->failed ? JB_ENOMEM : JB_OK;
}
