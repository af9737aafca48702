/* Birth: the first keys are allowed by nobody but the one who makes the store. Their entries are
 * changes of rights like all later ones, so that one fold and one audit read them; ids are made
 * from the store's id, so that they can be made again. */
#include "birth.h"

#include <sodium.h>

#include "net/wire_keys.h"

#define RECOVERY_LABEL "recovery"
#define SERVER_LABEL "server"
#define PAYLOAD_BYTES_MAX 4096
#define GENESIS_REVISION 1

static struct jb_uuid id_of(const uint8_t store_id[16], enum jb_birth_part part)
{
    struct jb_uuid id;
    uint8_t bytes[17];
    memcpy(bytes, store_id, 16);
    bytes[16] = (uint8_t)part;
    int rc = crypto_generichash(id.bytes, sizeof(id.bytes), bytes, sizeof(bytes), NULL, 0);
    jb_assert(rc == 0);
    return id;
}

static jb_err make_entry(struct jb_key_change *change, enum jb_birth_part part,
                         const uint8_t store_id[16], struct jb_arena *arena, struct jb_entry *ret)
{
    struct jb_buf payload;
    struct jb_key_change again;
    struct jb_entry entry = {.kind = JB_ENTRY_KEY, .birth = part};
    change->id = entry.id = id_of(store_id, part);
    jb_buf_init(&payload, PAYLOAD_BYTES_MAX);
    jb_wire_key_change_encode(change, &payload);
    entry.payload = jb_arena_copy(arena, jb_buf_slice(&payload));
    jb_err err = payload.failed ? JB_EINVAL : entry.payload.ptr ? JB_OK : JB_ENOMEM;
    jb_buf_free(&payload);
    if (!err)
        err = jb_wire_key_change_decode(entry.payload, arena, &again, NULL);
    if (err)
        return err == JB_ENOMEM ? err : JB_EINVAL;
    int rc = crypto_generichash(entry.content_hash, sizeof(entry.content_hash), entry.payload.ptr,
                                entry.payload.len, NULL, 0);
    jb_assert(rc == 0);
    *ret = entry;
    return JB_OK;
}

jb_err jb_birth_entries(const struct jb_birth *birth, const uint8_t store_id[16], uint32_t epoch,
                        struct jb_arena *arena, struct jb_entry ret[JB_BIRTH_ENTRIES])
{
    const struct {
        enum jb_birth_part part;
        const struct jb_public_key *key;
        struct jb_slice label;
        bool has_grant;
    } parts[JB_BIRTH_ENTRIES] = {
        {JB_BIRTH_SECURITY, &birth->security, birth->security_label, true},
        {JB_BIRTH_RECOVERY, &birth->recovery, JB_LIT(RECOVERY_LABEL), true},
        {JB_BIRTH_SERVER, &birth->server, JB_LIT(SERVER_LABEL), false},
    };
    struct jb_entry entries[JB_BIRTH_ENTRIES];
    if (birth->security_label.len == 0 || jb_public_eq(&birth->security, &birth->recovery) ||
        jb_public_eq(&birth->security, &birth->server) ||
        jb_public_eq(&birth->recovery, &birth->server))
        return JB_EINVAL;
    for (size_t i = 0; i < JB_BIRTH_ENTRIES; i++) {
        struct jb_key_change change = {.epoch = epoch,
                                       .action = JB_KEY_ALLOW,
                                       .key = *parts[i].key,
                                       .label = parts[i].label,
                                       .has_grant = parts[i].has_grant,
                                       .grant = {.role = JB_ROLE_SECURITY}};
        jb_err err = make_entry(&change, parts[i].part, store_id, arena, &entries[i]);
        if (err)
            return err;
    }
    memcpy(ret, entries, sizeof(entries));
    return JB_OK;
}

bool jb_birth_in_place(const struct jb_entry *entry)
{
    if (entry->birth == JB_BIRTH_NONE)
        return entry->signer.len == JB_KEY_BYTES && entry->signature.len == JB_SIGNATURE_BYTES;
    return entry->signer.len == 0 && entry->signature.len == 0 &&
           entry->revision == GENESIS_REVISION + (uint64_t)entry->birth;
}
