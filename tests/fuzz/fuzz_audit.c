/* The offline check of an exported ledger. The first byte says what the rest is: a file as it was
 * found; or the contents of entries, each behind two bytes of length, which get hashes that fit and
 * a head that is signed: so that what lies behind the hashes is explored too. Whatever comes out
 * good has a signature under every entry that must have one. */
#include "fuzz/fuzz.h"

#include <sodium.h>

#include "aggregator/audit_check.h"
#include "aggregator/birth.h"
#include "aggregator/chain.h"
#include "base/limits.h"
#include "fuzz/scratch.h"
#include "net/proof.h"

#define ENTRIES_MAX 16
#define HASH_BYTES 32
#define CHAIN_BYTES (3 * HASH_BYTES)
#define REVISION_AT 2 /* in an entry */
#define TEXT_BYTES_MAX (4 * 1024 * 1024)

static jb_identity *server;
static struct jb_buf text; /* kept between runs */

static void set_up(void)
{
    static const uint8_t seed[32] = {3};
    server = jb_identity_from_seed(seed);
    jb_buf_init(&text, TEXT_BYTES_MAX);
    jb_assert(server);
}

static bool check(struct jb_slice bytes, uint64_t *ret_entries)
{
    struct jb_audit_report report;
    struct jb_findings findings;
    uint8_t *copy = malloc(bytes.len + 1);
    jb_assert(copy);
    if (bytes.len)
        memcpy(copy, bytes.ptr, bytes.len);
    copy[bytes.len] = '\n'; /* of size 0 it would not open */
    FILE *file = fmemopen(copy, bytes.len + 1, "r");
    jb_assert(file);
    jb_findings_init(&findings);
    jb_assert(jb_audit_check(file, jb_identity_public(server), scratch_dir(), &report, &findings) ==
              JB_OK);
    jb_assert(report.good == (report.why == NULL));
    *ret_entries = report.entries;
    fclose(file);
    free(copy);
    jb_findings_free(&findings);
    return report.good;
}

static void put_text(const char *s)
{
    jb_buf_put(&text, s, strlen(s));
}

static void put_hex(const char *name, const void *bytes, size_t len)
{
    char hex[2 * JB_SIGNATURE_BYTES + 1];
    sodium_bin2hex(hex, sizeof(hex), bytes, len);
    char *part = jb_xasprintf(",\"%s\":\"%s\"", name, hex);
    put_text(part);
    free(part);
}

static void put_entry(struct jb_slice sealed)
{
    size_t room = sodium_base64_encoded_len(sealed.len, sodium_base64_VARIANT_ORIGINAL);
    char *base64 = malloc(room);
    jb_assert(base64);
    sodium_bin2base64(base64, room, sealed.ptr, sealed.len, sodium_base64_VARIANT_ORIGINAL);
    put_text("{\"entry\":\"");
    put_text(base64);
    put_text("\"}\n");
    free(base64);
}

static void put_head(const struct jb_chain *chain, const uint8_t store_id[16])
{
    struct jb_signed_head head = {.epoch = 1, .revision = chain->revision};
    memcpy(head.store_id, store_id, sizeof(head.store_id));
    memcpy(head.head, chain->last, sizeof(head.head));
    jb_head_sign(server, NULL, &head);
    char *numbers =
        jb_xasprintf("{\"head\":{\"epoch\":1,\"revision\":%u,\"at_us\":0", (unsigned)head.revision);
    put_text(numbers);
    free(numbers);
    put_hex("store_id", head.store_id, sizeof(head.store_id));
    put_hex("head", head.head, sizeof(head.head));
    put_hex("server", head.server.bytes, sizeof(head.server.bytes));
    put_hex("signature", head.signature, sizeof(head.signature));
    put_text("}}\n");
}

/* Gives the content its revision and its place in the chain. */
static void seal(struct jb_chain *chain, struct jb_slice content, uint8_t *sealed)
{
    struct jb_entry entry = {.revision = chain->revision + 1};
    uint8_t *behind = sealed + content.len;
    memcpy(sealed, content.ptr, content.len);
    for (size_t i = 0; i < 8; i++)
        sealed[REVISION_AT + i] = (uint8_t)(entry.revision >> (56 - 8 * i));
    crypto_generichash(entry.digest, HASH_BYTES, sealed, content.len, NULL, 0);
    jb_chain_link(chain, &entry);
    jb_proof_hash(entry.revision, entry.digest, entry.previous_hash, entry.skip_hash, entry.hash);
    memcpy(behind, entry.previous_hash, HASH_BYTES);
    memcpy(behind + HASH_BYTES, entry.skip_hash, HASH_BYTES);
    memcpy(behind + 2 * (size_t)HASH_BYTES, entry.hash, HASH_BYTES);
    jb_chain_add(chain, &entry);
}

/* An entry that stands in a ledger that was found good. */
static void check_is_signed(struct jb_slice sealed, const uint8_t store_id[16])
{
    static struct jb_entry_effect effects[JB_SUBMISSION_ROWS_MAX];
    struct jb_entry entry;
    struct jb_public_key signer;
    jb_assert(jb_entry_decode(sealed, effects, JB_SUBMISSION_ROWS_MAX, &entry) == JB_OK);
    uint32_t kind = entry.kind == JB_ENTRY_KEY ? JB_KIND_KEY_CHANGE : JB_KIND_SUBMIT;
    if (entry.kind == JB_ENTRY_GENESIS || entry.kind == JB_ENTRY_EPOCH || entry.birth ||
        entry.kind == JB_ENTRY_DUE ||
        entry.kind == JB_ENTRY_CATALOG) /* whose last part is signed */
        return;
    jb_assert(jb_public_check(entry.signer, &signer) == JB_OK);
    jb_assert(jb_signature_good(&signer, kind, store_id, entry.payload, entry.signature));
}

static void check_sealed(const uint8_t *data, size_t size)
{
    struct jb_chain chain = {0};
    uint8_t *memory = malloc(size + ENTRIES_MAX * (size_t)CHAIN_BYTES), *to = memory;
    struct jb_slice sealed[ENTRIES_MAX];
    uint8_t store_id[16] = {0};
    uint64_t entries;
    size_t count = 0;
    jb_assert(memory);
    jb_buf_clear(&text);
    while (size > 2 && count < ENTRIES_MAX) {
        size_t len = (size_t)(data[0] << 8 | data[1]);
        len = len < size - 2 ? len : size - 2;
        if (len < REVISION_AT + 8)
            break;
        seal(&chain, jb_slice_of(data + 2, len), to);
        sealed[count++] = jb_slice_of(to, len + CHAIN_BYTES);
        put_entry(sealed[count - 1]);
        to += len + CHAIN_BYTES;
        data += len + 2;
        size -= len + 2;
    }
    struct jb_entry_effect effects[1];
    struct jb_entry genesis;
    if (count && !jb_entry_decode(sealed[0], effects, 1, &genesis))
        memcpy(store_id, genesis.store_id, sizeof(store_id));
    put_head(&chain, store_id);
    if (!text.failed && check(jb_buf_slice(&text), &entries)) {
        jb_assert(entries == count);
        for (size_t i = 0; i < count; i++)
            check_is_signed(sealed[i], store_id);
    }
    free(memory);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t entries;
    if (!server)
        set_up();
    if (size == 0 || size > JB_MESSAGE_BYTES_MAX)
        return 0;
    if (data[0] & 1)
        check_sealed(data + 1, size - 1);
    else
        jb_ignore(check(jb_slice_of(data + 1, size - 1), &entries));
    return 0;
}
