/* What is kept of an invitation and of an enrolled device: the same record, of which an invitation
 * has no PIN yet. */
#ifndef JB_PEOPLE_RECORD_H
#define JB_PEOPLE_RECORD_H

#include <sodium.h>

#include "base/buf.h"
#include "people.h"

#define JB_HASH_BYTES 32

struct jb_people_record {
    struct jb_person person;
    int64_t until_us;
    uint32_t failures;                /* of PINs, in a row */
    char pin[crypto_pwhash_STRBYTES]; /* verifier; "": none */
};

/* Codes are codes; the name is UTF-8 without control characters. */
bool jb_person_valid(const struct jb_person *person);
void jb_people_record_encode(const struct jb_people_record *record, struct jb_buf *out);
/* JB_EDAMAGED, JB_EVERSION; *ret is untouched then. */
JB_MUST_USE jb_err jb_people_record_decode(struct jb_slice bytes, struct jb_people_record *ret);

/* Codes of invitations: Crockford's base32 in fours. What is read as another letter means that (O
 * is 0, I and L are 1); case, blanks and dashes do not count. */
void jb_invitation_code_make(char code[JB_INVITATION_CODE_SIZE]);
/* False: it is no code. */
bool jb_invitation_code_hash(struct jb_slice code, uint8_t ret[JB_HASH_BYTES]);

#endif
