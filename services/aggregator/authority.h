/* Whether a signed message may be decided at all: who signed it, and whether that key may do such a
 * thing at this moment. Each says no with findings that tell what is missing and who gives it. */
#ifndef JB_AUTHORITY_H
#define JB_AUTHORITY_H

#include "model/submission.h"
#include "net/wire.h"
#include "rights.h"

/* Why a holder may do nothing now (unknown, revoked, suspended, expired); JB_F_NONE: it may. */
enum jb_finding_code jb_holder_trouble(const struct jb_holder *holder, int64_t now_us);

/* The envelope's signer and signature, over its kind, this store's id and its payload. good: what a
 * verification beside the writer found (jb_signature_good). False: JB_F_NOT_SIGNED,
 * JB_F_BAD_SIGNATURE. */
bool jb_authority_signed(const struct jb_envelope *envelope, bool good,
                         struct jb_public_key *ret_signer, struct jb_findings *findings);
/* The same, with the verification. */
bool jb_authority_verify(const struct jb_envelope *envelope, const uint8_t store_id[16],
                         struct jb_public_key *ret_signer, struct jb_findings *findings);

/* What the signer may do for the submission's unit (index in the catalogue). What is entered for
 * another needs to say for whom and on what ground. JB_STANDING_NONE: the findings say why. */
enum jb_standing jb_authority_submit(const jb_rights *rights, const struct jb_public_key *signer,
                                     const struct jb_submission *submission,
                                     const jb_catalog *catalog, uint32_t unit, jb_date day,
                                     int64_t now_us, struct jb_findings *findings);
/* A role that stands for the whole store: catalogue, periods, security, audit. */
bool jb_authority_role(const jb_rights *rights, const struct jb_public_key *signer,
                       enum jb_role role, int64_t now_us, struct jb_findings *findings);
/* An act's role, of the key or the person that it signs for (jb_rights_actor): periods, or review
 * covering the unit (index in the catalogue; JB_NONE: of any unit). */
struct jb_act_authority {
    const struct jb_public_key *signer;
    struct jb_slice signed_for;
    enum jb_role role;
    const jb_catalog *catalog;
    uint32_t unit;
};
bool jb_authority_act(const jb_rights *rights, const struct jb_act_authority *act, int64_t now_us,
                      struct jb_findings *findings);
/* Where a catalogue stands, or is to stand. */
struct jb_place {
    uint32_t version; /* of the one in force; 0: none */
    uint32_t epoch;
};
/* A catalogue takes the place of the one that its sender knew, in the life of the store that its
 * sender knew: no recorded message is heard twice. */
bool jb_authority_replaces(struct jb_place wanted, struct jb_place present,
                           struct jb_findings *findings);

#endif
