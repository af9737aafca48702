/* Ledger entries 留痕流水: everything that ever changed anything, append-only and hash-chained
 * (BLAKE2b-256: net/proof.h). Binary, versioned, canonical; a reader of foreign bytes (fuzzed). An
 * entry keeps the sender's own bytes and the decision made about them; replaying it never decides
 * again. */
#ifndef JB_LEDGER_H
#define JB_LEDGER_H

#include "base/base.h"
#include "base/buf.h"
#include "base/uuid.h"
#include "entry_due.h"
#include "model/act.h"
#include "model/figure.h"
#include "model/period.h"

#define JB_ENTRY_FORMAT 2 /* the first byte of each; 1 had neither signers nor skips */

enum jb_entry_kind {
    JB_ENTRY_GENESIS = 1,    /* payload: empty; body: store id */
    JB_ENTRY_EPOCH = 2,      /* a restore; the entry's epoch is the new one */
    JB_ENTRY_CATALOG = 3,    /* payload: the YAML */
    JB_ENTRY_SUBMISSION = 4, /* payload: the Submission as sent */
    JB_ENTRY_CONFLICT =
        5,            /* payload: the conflicting Submission; the first conflict of an id only */
    JB_ENTRY_KEY = 6, /* payload: the KeyChange as sent */
    JB_ENTRY_ACT = 7, /* payload: the Act as sent */
    JB_ENTRY_DUE = 8, /* payload: empty; what the days say of filings that have not come */
};

/* Which of the unsigned entries after genesis a key entry is (birth.h). */
enum jb_birth_part {
    JB_BIRTH_NONE = 0,
    JB_BIRTH_SECURITY = 1,
    JB_BIRTH_RECOVERY = 2,
    JB_BIRTH_SERVER = 3,
};

/* What a submission sets, by the store's numbers. */
struct jb_entry_effect {
    uint32_t indicator; /* number */
    uint32_t stretch;
    bool is_text;
    struct jb_value value;
};

/* What an act does, by the store's numbers; who says it and why stands in its payload. */
struct jb_entry_act {
    enum jb_act_kind kind;
    bool trial, backfill; /* PERIOD_OPEN */
    bool owed;            /* PERIOD_AMEND */
    bool has_due;         /* FILING_RETURN */
    uint32_t indicator;   /* PERIOD_AMEND: number, or UINT32_MAX: the whole form */
    uint32_t expected_forms, expected_rows; /* PERIOD_OPEN */
    uint8_t expected_hash[32];              /* PERIOD_OPEN: of what the catalogue expects */
    struct jb_slice owing;        /* PERIOD_OPEN of a day: what is owed besides: form, unit and
                                     indicator, varints */
    int64_t until_us;             /* PERIOD_REOPEN */
    struct jb_slice numbers;      /* PERIOD_REOPEN: units, PUBLISH: indicators, NOTICE: forms:
                                     ascending varints */
    uint32_t release;             /* PUBLISH */
    uint64_t submission_revision; /* FILING_ACCEPT, FILING_RETURN: of what was reviewed */
    jb_date due_on;               /* FILING_RETURN */
};

/* How the entry's time stands to the due date that it had to meet, by the catalogue it was decided
 * under. Said of the first complete submission, and of the one that answers a return. */
struct jb_entry_judged {
    bool dated; /* there was one */
    jb_date due_on;
    uint32_t late_days; /* 0: on time */
};

struct jb_entry {
    enum jb_entry_kind kind;
    uint64_t revision;
    int64_t at_us;
    uint32_t epoch;
    uint8_t previous_hash[32];
    uint8_t skip_hash[32]; /* of entry jb_proof_skip(revision) (net/proof.h); zeros: none */
    struct jb_slice signer, signature; /* empty: nobody's (genesis, epoch, birth, due) */
    struct jb_slice payload;
    /* body, by kind */
    uint8_t store_id[16]; /* genesis */
    uint32_t
        catalog_version; /* catalog: its version; submission, act, due: the one decided under */
    uint8_t content_hash[32];       /* of all that have a payload: its BLAKE2b-256 */
    struct jb_slice author, reason; /* catalog */
    uint32_t unit, form;            /* submission; conflict: unit; act of a filing, PERIOD_AMEND;
                                       NOTICE: unit */
    struct jb_period period;        /* submission, act, due */
    struct jb_uuid id;              /* submission, conflict, key, act */
    enum jb_birth_part birth;       /* key */
    uint64_t previous_revision; /* submission, act: of the same filing or period, 0 for the first;
                                   NOTICE: the period's notice before; conflict: the accepted
                                   entry */
    bool complete; /* submission: with it every owed row of the filing is there; said only where
                      periods are managed */
    struct jb_entry_judged judged; /* submission that is complete */
    struct jb_entry_act act;
    int64_t said_at_us;  /* due: the clock; the entry's own time is that of the one before */
    struct jb_slice due; /* due: a run of jb_entry_due, at least one */
    const struct jb_entry_effect *effects; /* submission */
    uint32_t effect_count;
    /* Set by decode and encode: BLAKE2b-256 of all the above but the two hashes, as encoded; and
     * the entry's own hash, of the digest and the two (jb_proof_hash). */
    uint8_t digest[32];
    uint8_t hash[32];
};

/* Appends the encoding and sets entry->digest and entry->hash. */
void jb_entry_encode(struct jb_entry *entry, struct jb_buf *out);
/* effects go to effects_memory (room for effects_max); slices borrow from bytes. Checks the entry's
 * hash and every limit. JB_EDAMAGED otherwise; JB_EVERSION: another entry format; JB_ERANGE: more
 * effects than effects_memory has room for (JB_SUBMISSION_ROWS_MAX always suffice). */
JB_MUST_USE jb_err jb_entry_decode(struct jb_slice bytes, struct jb_entry_effect *effects_memory,
                                   uint32_t effects_max, struct jb_entry *ret);
/* The head and the chain only (kind, revision, at_us, epoch and the hashes but the digest), without
 * checking them: cheap. */
JB_MUST_USE jb_err jb_entry_peek(struct jb_slice bytes, struct jb_entry *ret);
/* The same with the digest, and the hash is checked. */
JB_MUST_USE jb_err jb_entry_peek_checked(struct jb_slice bytes, struct jb_entry *ret);
/* The entry as the audit trail hands a catalogue out, without its payload, which comes by other
 * means; and the two put together again. JB_EDAMAGED: they do not fit. */
void jb_entry_strip(struct jb_slice bytes, const struct jb_entry *entry, struct jb_buf *out);
JB_MUST_USE jb_err jb_entry_join(struct jb_slice stripped, struct jb_slice payload,
                                 struct jb_buf *out);

#endif
