/* What happens in one seed: every message that will be sent, with the outcome it must get, worked
 * out beforehand from the world alone. How the messages are batched, aborted and interrupted is the
 * player's choice and must not matter. */
#ifndef MODEL_SCRIPT_H
#define MODEL_SCRIPT_H

#include "base/buf.h"
#include "model/act.h"
#include "base/uuid.h"
#include "world.h"

#define S_MESSAGES 192
#define S_STEPS_MAX 46 /* each sends a few messages */
#define S_ROWS 32
#define S_EPOCH_US 1660536000000000 /* 2022-08-15 12:00 +08:00 */
#define S_DAY_US 86400000000

#define S_BIRTH                                                                                    \
    4 /* entries before anything is sent: genesis, and the keys of the store's birth               \
       */

enum want {
    WANT_ACCEPTED,
    WANT_REPEAT,
    WANT_CONFLICT,
    WANT_STALE,
    WANT_REFUSED,
    WANT_CATALOG,
    WANT_GRANTED,
    WANT_DONE,       /* an act */
    WANT_DONE_AGAIN, /* the same bytes once more */
    WANT_NOT_DONE,
};
/* Keys of the test: the seed is this byte, 32 times. */
enum s_key { KEY_NONE, KEY_SECURITY, KEY_RECOVERY, KEY_SERVER, KEY_OFFICE, KEY_REVIEWER };

struct s_row {
    int indicator, stretch;
    enum jb_state state;
    enum jb_mark mark;
    enum jb_status status;
    int64_t mantissa;
    int text; /* 0: none */
};

/* An accepted submission: all the oracle goes by. */
struct s_accepted {
    uint64_t revision;
    int unit, form, ordinal, message;
    struct jb_uuid id;
    struct s_row rows[S_ROWS];
    int row_count;
    bool conflicted; /* a conflict of its id is in the ledger */
};

/* An act that was done. What its kind has no use for is 0. */
struct s_act {
    uint64_t revision;
    enum jb_act_kind kind;
    int freq, ordinal, unit, form, indicator, message;
    bool owed, trial, lists[W_INDICATORS];
    int64_t until_us;
    int release;
};

struct message {
    enum want want;
    uint32_t kind; /* of the envelope */
    enum s_key signer;
    uint8_t signature[64];
    bool wrong_store;
    int64_t now_us;
    uint8_t *bytes; /* the submission as sent, or the YAML */
    size_t len;
    int accepted;  /* ACCEPTED, REPEAT, CONFLICT: index of the submission; CATALOG: the version - 1;
                      DONE, DONE_AGAIN: index of the act */
    uint64_t head; /* the ledger's head once it is done */
    const char *story; /* for the trace */
};

struct script {
    struct world worlds[2];
    int world_count;
    uint64_t restores; /* epoch entries that come first of all */
    uint64_t catalog_revision[2];
    struct message messages[S_MESSAGES];
    int message_count;
    struct s_accepted accepted[S_MESSAGES];
    int accepted_count;
    struct s_act acts[S_MESSAGES];
    int act_count;
    uint64_t head;
};

extern const uint8_t script_store_id[16];

/* A message in the making; the script's head is as it will be once it is done. */
struct message *script_push(struct script *s, enum want want, int day, const char *story);
/* Makes it signed, over its kind and bytes. */
void script_sign(struct message *m, enum s_key key);
void script_make(struct script *s, uint64_t seed);
void script_free(struct script *s);
/* The world in force at a revision (at least that of the first catalogue). */
const struct world *script_world(const struct script *s, uint64_t revision);
void script_text(int text, char out[80]);
/* The public half of a test key. */
void script_public(enum s_key key, uint8_t ret[32]);

#endif
