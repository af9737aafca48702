/* Records are a version and fields in order; codes of invitations are hashed over their letters. */
#include "people_record.h"

#include <stdio.h>

#define VERSION 1
#define LETTERS 16
static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

bool jb_person_valid(const struct jb_person *person)
{
    struct jb_slice name = jb_slice_str(person->name);

    for (size_t i = 0; i < name.len; i++) {
        if (name.ptr[i] < ' ' || name.ptr[i] == 0x7f)
            return false;
    }
    return name.len > 0 && jb_utf8_valid(name) && jb_code_valid(jb_slice_str(person->code)) &&
           jb_code_valid(jb_slice_str(person->unit));
}

void jb_people_record_encode(const struct jb_people_record *record, struct jb_buf *out)
{
    jb_buf_put_u8(out, VERSION);
    jb_buf_put_bytes(out, jb_slice_str(record->person.code));
    jb_buf_put_bytes(out, jb_slice_str(record->person.unit));
    jb_buf_put_bytes(out, jb_slice_str(record->person.name));
    jb_buf_put_u8(out, record->person.administrator);
    jb_buf_put_u64(out, (uint64_t)record->until_us);
    jb_buf_put_varint(out, record->failures);
    jb_buf_put_bytes(out, jb_slice_str(record->pin));
}

static void read_text(struct jb_reader *in, char *to, size_t size)
{
    struct jb_slice text = jb_read_bytes(in, size - 1);

    snprintf(to, size, "%.*s", JB_ARG(text));
}

jb_err jb_people_record_decode(struct jb_slice bytes, struct jb_people_record *ret)
{
    struct jb_people_record got = {.failures = 0};
    struct jb_reader in = jb_reader_of(bytes);

    if (bytes.len && bytes.ptr[0] > VERSION)
        return JB_EVERSION;
    jb_read_u8(&in);
    read_text(&in, got.person.code, sizeof(got.person.code));
    read_text(&in, got.person.unit, sizeof(got.person.unit));
    read_text(&in, got.person.name, sizeof(got.person.name));
    got.person.administrator = jb_read_u8(&in) != 0;
    got.until_us = (int64_t)jb_read_u64(&in);
    got.failures = (uint32_t)jb_read_varint_max(&in, UINT32_MAX);
    read_text(&in, got.pin, sizeof(got.pin));
    if (!jb_reader_done(&in) || !jb_person_valid(&got.person))
        return JB_EDAMAGED;
    *ret = got;
    return JB_OK;
}

void jb_invitation_code_make(char code[JB_INVITATION_CODE_SIZE])
{
    size_t at = 0;

    for (int i = 0; i < LETTERS; i++) {
        if (i && i % 4 == 0)
            code[at++] = '-';
        code[at++] = alphabet[randombytes_uniform(sizeof(alphabet) - 1)];
    }
    code[at] = 0;
}

/* The letter that is meant; 0: none. */
static char letter_of(uint8_t c)
{
    if (c >= 'a' && c <= 'z')
        c = (uint8_t)(c - 'a' + 'A');
    if (c == 'O')
        c = '0';
    if (c == 'I' || c == 'L')
        c = '1';
    return c && strchr(alphabet, c) ? (char)c : 0;
}

bool jb_invitation_code_hash(struct jb_slice code, uint8_t ret[JB_HASH_BYTES])
{
    char letters[LETTERS];
    size_t count = 0;

    for (size_t i = 0; i < code.len; i++) {
        if (code.ptr[i] == '-' || code.ptr[i] == ' ')
            continue;
        char letter = letter_of(code.ptr[i]);
        if (!letter || count == LETTERS)
            return false;
        letters[count++] = letter;
    }
    if (count != LETTERS)
        return false;
    int rc =
        crypto_generichash(ret, JB_HASH_BYTES, (const uint8_t *)letters, sizeof(letters), NULL, 0);
    jb_assert(rc == 0);
    return true;
}
