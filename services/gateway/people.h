/* Who may act through the gateway: invitations, enrolled devices with their PINs, and drafts; one
 * small LMDB (files/kv.h). What a person may do is the aggregator's to say; this store only knows
 * which device is whose.
 *
 * An invitation is a printed code, good once and for seven days, for one person of one unit. It
 * makes a device enrolled: reading for 30 days, and writing after the PIN (session.h). Five wrong
 * PINs in a row lock the device for good; it needs a new invitation. Codes and tokens are kept as
 * hashes, PINs as verifiers (libsodium's crypto_pwhash_str, Argon2id). */
#ifndef JB_PEOPLE_H
#define JB_PEOPLE_H

#include "base/base.h"
#include "base/limits.h"

#define JB_INVITATION_US (7 * 24 * 3600 * 1000000LL)
#define JB_DEVICE_US (30 * 24 * 3600 * 1000000LL)
#define JB_PIN_FAILURES_MAX 5
#define JB_PIN_BYTES_MIN 6
#define JB_PIN_BYTES_MAX 64
#define JB_TOKEN_BYTES 32
#define JB_INVITATION_CODE_SIZE 20 /* "XXXX-XXXX-XXXX-XXXX" and NUL: 80 random bits */
#define JB_PERSON_NAME_BYTES_MAX 128
#define JB_DRAFT_BYTES_MAX (512 * 1024)
#define JB_PEOPLE_INVITATIONS_MAX 10000
#define JB_PEOPLE_DEVICES_MAX 10000

typedef struct jb_people jb_people;

struct jb_person {
    char code[JB_CODE_BYTES_MAX + 1]; /* as enrolled at the aggregator (keys.proto, Holder) */
    char unit[JB_CODE_BYTES_MAX + 1];
    char name[JB_PERSON_NAME_BYTES_MAX + 1];
    bool administrator; /* of the unit: may invite others of it */
};

/* dir is made when it is missing. JB_EAGAIN: another gateway has it. */
JB_MUST_USE jb_err jb_people_open(const char *dir, jb_people **ret);
void jb_people_close(jb_people *people); /* NULL is fine */

/* A new invitation. JB_EINVAL: the person's fields are not valid. JB_EFULL. */
JB_MUST_USE jb_err jb_people_invite(jb_people *people, const struct jb_person *person,
                                    int64_t now_us, char code[JB_INVITATION_CODE_SIZE]);
/* The same beside a running gateway, which takes it in when the code is used: a file in
 * dir/invitations. */
JB_MUST_USE jb_err jb_people_invite_beside(const char *dir, const struct jb_person *person,
                                           int64_t now_us, char code[JB_INVITATION_CODE_SIZE]);

/* Uses the invitation up and enrols a device: its token is told once. JB_ENOTFOUND: no such code
 * (any more). JB_EINVAL: no such PIN is taken, the code is still good. */
JB_MUST_USE jb_err jb_people_enrol(jb_people *people, struct jb_slice code, struct jb_slice pin,
                                   int64_t now_us, uint8_t token[JB_TOKEN_BYTES],
                                   struct jb_person *ret);
/* Whose device it is. JB_ENOTFOUND: unknown, over or locked. */
JB_MUST_USE jb_err jb_people_device(jb_people *people, const uint8_t token[JB_TOKEN_BYTES],
                                    int64_t now_us, struct jb_person *ret);
/* Tries a PIN. JB_EINVAL: wrong, *ret_left tries are left (0: locked now). JB_ENOTFOUND as above.
 */
JB_MUST_USE jb_err jb_people_try_pin(jb_people *people, const uint8_t token[JB_TOKEN_BYTES],
                                     struct jb_slice pin, int64_t now_us, uint32_t *ret_left);
JB_MUST_USE jb_err jb_people_forget(jb_people *people, const uint8_t token[JB_TOKEN_BYTES]);

/* Drafts belong to the unit. key: "unit/form/period". An empty draft removes it. JB_ENOTFOUND:
 * none; *ret is the caller's to free. */
JB_MUST_USE jb_err jb_people_put_draft(jb_people *people, const char *key, struct jb_slice draft);
JB_MUST_USE jb_err jb_people_draft(jb_people *people, const char *key, char **ret, size_t *ret_len);

#endif
