/* Each call is a transaction of its own; a commit is on disk before anybody is told. Records begin
 * with their version. */
#include "people.h"

#include <stdio.h>
#include <stdlib.h>

#include <sodium.h>

#include "base/buf.h"
#include "files/kv.h"
#include "invitation_file.h"
#include "people_record.h"

#define MAP_BYTES (1ULL << 30)
#define PIN_MEMORY_BYTES                                                                           \
    (16 * 1024 * 1024) /* some 20 ms of the one thread, only for who has a code */

enum { TABLE_INVITATIONS = 0, TABLE_DEVICES, TABLE_DRAFTS, TABLE_COUNT_ };
static const char *const tables[TABLE_COUNT_] = {"invitations", "devices", "drafts"};

struct jb_people {
    jb_kv *kv;
    char *dir;
};

jb_err jb_people_open(const char *dir, jb_people **ret)
{
    const struct jb_kv_config config = {
        .tables = tables, .table_count = TABLE_COUNT_, .map_bytes = MAP_BYTES, .create = true};
    jb_kv *kv = NULL;
    jb_err err = jb_kv_open(dir, &config, &kv);

    if (err)
        return err;
    jb_people *people = jb_xcalloc(1, sizeof(*people));
    people->kv = kv;
    people->dir = jb_xstrdup(dir);
    *ret = people;
    return JB_OK;
}

void jb_people_close(jb_people *people)
{
    if (!people)
        return;
    jb_kv_close(people->kv);
    free(people->dir);
    free(people);
}

static void hash(const void *bytes, size_t len, uint8_t ret[JB_HASH_BYTES])
{
    int rc = crypto_generichash(ret, JB_HASH_BYTES, bytes, len, NULL, 0);
    jb_assert(rc == 0);
}

/* One record in a transaction of its own. */
static jb_err put(jb_people *people, uint32_t table, struct jb_slice key, struct jb_slice value,
                  uint64_t count_max)
{
    jb_kv_txn *txn = NULL;
    uint64_t count = 0;
    jb_err err = jb_kv_begin_write(people->kv, &txn);

    if (!err)
        err = jb_kv_count(txn, table, &count);
    if (!err && count >= count_max)
        err = JB_EFULL;
    if (!err)
        err = jb_kv_put(txn, table, key, value);
    if (!err)
        err = jb_kv_commit(&txn);
    jb_kv_abort(&txn);
    return err;
}

static jb_err drop(jb_people *people, uint32_t table, struct jb_slice key)
{
    jb_kv_txn *txn = NULL;
    jb_err err = jb_kv_begin_write(people->kv, &txn);

    if (!err)
        err = jb_kv_delete(txn, table, key);
    if (!err)
        err = jb_kv_commit(&txn);
    jb_kv_abort(&txn);
    return err;
}

static jb_err get_record(jb_people *people, uint32_t table, const uint8_t key[JB_HASH_BYTES],
                         struct jb_people_record *ret)
{
    jb_kv_txn *txn = NULL;
    struct jb_slice value;
    jb_err err = jb_kv_begin_read(people->kv, &txn);

    if (!err)
        err = jb_kv_get(txn, table, jb_slice_of(key, JB_HASH_BYTES), &value);
    if (!err)
        err = jb_people_record_decode(value, ret);
    jb_kv_abort(&txn);
    return err;
}

static jb_err put_record(jb_people *people, uint32_t table, const uint8_t key[JB_HASH_BYTES],
                         const struct jb_people_record *record, uint64_t count_max)
{
    struct jb_buf value;

    jb_buf_init(&value, JB_SHORT_TEXT_BYTES_MAX);
    jb_people_record_encode(record, &value);
    jb_err err = value.failed ? JB_ERANGE
                              : put(people, table, jb_slice_of(key, JB_HASH_BYTES),
                                    jb_buf_slice(&value), count_max);
    jb_buf_free(&value);
    return err;
}

jb_err jb_people_invite(jb_people *people, const struct jb_person *person, int64_t now_us,
                        char code[JB_INVITATION_CODE_SIZE])
{
    struct jb_people_record record = {.person = *person, .until_us = now_us + JB_INVITATION_US};
    uint8_t key[JB_HASH_BYTES];
    char made[JB_INVITATION_CODE_SIZE];

    if (!jb_person_valid(person))
        return JB_EINVAL;
    jb_invitation_code_make(made);
    jb_invitation_code_hash(jb_slice_str(made), key);
    jb_err err = put_record(people, TABLE_INVITATIONS, key, &record, JB_PEOPLE_INVITATIONS_MAX);
    if (!err)
        memcpy(code, made, sizeof(made));
    return err;
}

/* From the store, else from a file that was put beside it. */
static jb_err find_invitation(jb_people *people, const uint8_t key[JB_HASH_BYTES],
                              struct jb_people_record *ret)
{
    jb_err err = get_record(people, TABLE_INVITATIONS, key, ret);
    if (err != JB_ENOTFOUND)
        return err;
    err = jb_invitation_file_read(people->dir, key, ret);
    if (!err)
        err = put_record(people, TABLE_INVITATIONS, key, ret, JB_PEOPLE_INVITATIONS_MAX);
    if (!err)
        jb_invitation_file_remove(people->dir, key);
    return err;
}

/* Takes the invitation and puts the device in one transaction: a code is never good twice. */
static jb_err swap(jb_people *people, const uint8_t invitation[JB_HASH_BYTES],
                   const uint8_t device[JB_HASH_BYTES], const struct jb_people_record *record)
{
    jb_kv_txn *txn = NULL;
    struct jb_buf value;
    uint64_t count = 0;

    jb_buf_init(&value, JB_SHORT_TEXT_BYTES_MAX);
    jb_people_record_encode(record, &value);
    jb_err err = value.failed ? JB_ERANGE : jb_kv_begin_write(people->kv, &txn);
    if (!err)
        err = jb_kv_count(txn, TABLE_DEVICES, &count);
    if (!err && count >= JB_PEOPLE_DEVICES_MAX)
        err = JB_EFULL;
    if (!err)
        err = jb_kv_delete(txn, TABLE_INVITATIONS, jb_slice_of(invitation, JB_HASH_BYTES));
    if (!err)
        err =
            jb_kv_put(txn, TABLE_DEVICES, jb_slice_of(device, JB_HASH_BYTES), jb_buf_slice(&value));
    if (!err)
        err = jb_kv_commit(&txn);
    jb_kv_abort(&txn);
    jb_buf_free(&value);
    return err;
}

static bool pin_valid(struct jb_slice pin)
{
    return pin.len >= JB_PIN_BYTES_MIN && pin.len <= JB_PIN_BYTES_MAX && jb_utf8_valid(pin);
}

jb_err jb_people_enrol(jb_people *people, struct jb_slice code, struct jb_slice pin, int64_t now_us,
                       uint8_t token[JB_TOKEN_BYTES], struct jb_person *ret)
{
    struct jb_people_record record;
    uint8_t invitation[JB_HASH_BYTES], device[JB_HASH_BYTES], made[JB_TOKEN_BYTES];

    if (!jb_invitation_code_hash(code, invitation))
        return JB_ENOTFOUND;
    jb_err err = find_invitation(people, invitation, &record);
    if (!err && record.until_us <= now_us)
        err = JB_ENOTFOUND;
    if (err)
        return err;
    if (!pin_valid(pin))
        return JB_EINVAL;
    if (crypto_pwhash_str(record.pin, (const char *)pin.ptr, pin.len,
                          crypto_pwhash_OPSLIMIT_INTERACTIVE, PIN_MEMORY_BYTES) != 0)
        return JB_ENOMEM;
    record.until_us = now_us + JB_DEVICE_US;
    randombytes_buf(made, sizeof(made));
    hash(made, sizeof(made), device);
    err = swap(people, invitation, device, &record);
    if (!err) {
        memcpy(token, made, sizeof(made));
        *ret = record.person;
    }
    return err;
}

static jb_err get_device(jb_people *people, const uint8_t token[JB_TOKEN_BYTES], int64_t now_us,
                         uint8_t key[JB_HASH_BYTES], struct jb_people_record *ret)
{
    hash(token, JB_TOKEN_BYTES, key);
    jb_err err = get_record(people, TABLE_DEVICES, key, ret);
    if (!err && (ret->until_us <= now_us || ret->failures >= JB_PIN_FAILURES_MAX))
        err = JB_ENOTFOUND;
    return err;
}

jb_err jb_people_device(jb_people *people, const uint8_t token[JB_TOKEN_BYTES], int64_t now_us,
                        struct jb_person *ret)
{
    struct jb_people_record record;
    uint8_t key[JB_HASH_BYTES];
    jb_err err = get_device(people, token, now_us, key, &record);

    if (!err)
        *ret = record.person;
    return err;
}

/* The failure is on disk before the PIN is looked at, so that no crash gives another try. */
jb_err jb_people_try_pin(jb_people *people, const uint8_t token[JB_TOKEN_BYTES],
                         struct jb_slice pin, int64_t now_us, uint32_t *ret_left)
{
    struct jb_people_record record;
    uint8_t key[JB_HASH_BYTES];
    jb_err err = get_device(people, token, now_us, key, &record);

    if (err)
        return err;
    record.failures++;
    err = put_record(people, TABLE_DEVICES, key, &record, UINT64_MAX);
    if (err)
        return err;
    if (!pin_valid(pin) ||
        crypto_pwhash_str_verify(record.pin, (const char *)pin.ptr, pin.len) != 0) {
        *ret_left = JB_PIN_FAILURES_MAX - record.failures;
        return JB_EINVAL;
    }
    record.failures = 0;
    record.until_us = now_us + JB_DEVICE_US;
    return put_record(people, TABLE_DEVICES, key, &record, UINT64_MAX);
}

jb_err jb_people_forget(jb_people *people, const uint8_t token[JB_TOKEN_BYTES])
{
    uint8_t key[JB_HASH_BYTES];

    hash(token, JB_TOKEN_BYTES, key);
    jb_err err = drop(people, TABLE_DEVICES, jb_slice_of(key, sizeof(key)));
    return err == JB_ENOTFOUND ? JB_OK : err;
}

jb_err jb_people_put_draft(jb_people *people, const char *key, struct jb_slice draft)
{
    if (draft.len > JB_DRAFT_BYTES_MAX)
        return JB_ERANGE;
    if (draft.len)
        return put(people, TABLE_DRAFTS, jb_slice_str(key), draft, UINT64_MAX);
    jb_err err = drop(people, TABLE_DRAFTS, jb_slice_str(key));
    return err == JB_ENOTFOUND ? JB_OK : err;
}

jb_err jb_people_draft(jb_people *people, const char *key, char **ret, size_t *ret_len)
{
    jb_kv_txn *txn = NULL;
    struct jb_slice value;
    jb_err err = jb_kv_begin_read(people->kv, &txn);

    if (!err)
        err = jb_kv_get(txn, TABLE_DRAFTS, jb_slice_str(key), &value);
    if (!err) {
        *ret = jb_xstrndup(value.ptr, value.len);
        *ret_len = value.len;
    }
    jb_kv_abort(&txn);
    return err;
}
