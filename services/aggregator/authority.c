/* The questions that come before every decision, and their answers for people. */
#include "authority.h"

#include <stdio.h>

#include "base/limits.h"

#define TEXT_BYTES 256

static void refuse(struct jb_findings *findings, enum jb_finding_code code, const char *unit,
                   const char *got, const char *expected)
{
    jb_findings_add(
        findings,
        &(struct jb_finding){
            .code = code, .severity = JB_ERROR, .unit = unit, .got = got, .expected = expected});
}

bool jb_authority_signed(const struct jb_envelope *envelope, bool good,
                         struct jb_public_key *ret_signer, struct jb_findings *findings)
{
    if (envelope->signer.len != JB_KEY_BYTES || envelope->signature.len != JB_SIGNATURE_BYTES) {
        refuse(findings, JB_F_NOT_SIGNED, "", "", "");
        return false;
    }
    if (!good) {
        refuse(findings, JB_F_BAD_SIGNATURE, "", "", "");
        return false;
    }
    memcpy(ret_signer->bytes, envelope->signer.ptr, JB_KEY_BYTES);
    return true;
}

bool jb_authority_verify(const struct jb_envelope *envelope, const uint8_t store_id[16],
                         struct jb_public_key *ret_signer, struct jb_findings *findings)
{
    struct jb_public_key signer;
    bool good = !jb_public_check(envelope->signer, &signer) &&
                jb_signature_good(&signer, envelope->kind, store_id, envelope->payload,
                                  envelope->signature);
    return jb_authority_signed(envelope, good, ret_signer, findings);
}

/* What is missing: the role that would do, and for which unit. */
static void tell_missing(struct jb_findings *findings, enum jb_finding_code why,
                         const struct jb_public_key *signer, struct jb_slice signed_for,
                         const char *unit, const char *wanted)
{
    char key[JB_KEY_SHORT_SIZE], got[TEXT_BYTES], expected[TEXT_BYTES];
    jb_public_short(signer, key);
    snprintf(got, sizeof(got), signed_for.len ? "%s for %.*s" : "%s", key, JB_ARG(signed_for));
    if (unit[0])
        snprintf(expected, sizeof(expected), "%s (%s)", wanted, unit);
    else
        snprintf(expected, sizeof(expected), "%s", wanted);
    refuse(findings, why, unit, got, why == JB_F_GRANT_MISSING ? expected : "");
}

enum jb_standing jb_authority_submit(const jb_rights *rights, const struct jb_public_key *signer,
                                     const struct jb_submission *submission,
                                     const jb_catalog *catalog, uint32_t unit, jb_date day,
                                     int64_t now_us, struct jb_findings *findings)
{
    enum jb_finding_code why = JB_F_NONE;
    char code[JB_CODE_BYTES_MAX + 1];
    enum jb_standing standing = jb_rights_standing(rights, signer, submission->signed_for, catalog,
                                                   unit, day, now_us, &why);
    snprintf(code, sizeof(code), "%.*s", JB_ARG(submission->unit));
    if (standing == JB_STANDING_NONE)
        tell_missing(findings, why, signer, submission->signed_for, code, "report, enter");
    if (standing == JB_STANDING_ENTER &&
        (submission->on_behalf_of.len == 0 || submission->ground.len == 0)) {
        refuse(findings, JB_F_GROUND_MISSING, code, "",
               submission->on_behalf_of.len == 0 ? "on_behalf_of" : "ground");
        standing = JB_STANDING_NONE;
    }
    return standing;
}

bool jb_authority_role(const jb_rights *rights, const struct jb_public_key *signer,
                       enum jb_role role, int64_t now_us, struct jb_findings *findings)
{
    const struct jb_holder *holder = jb_rights_by_key(rights, signer);
    enum jb_finding_code why = jb_holder_trouble(holder, now_us);
    if (!why && !jb_holder_grant(holder, role, now_us))
        why = JB_F_GRANT_MISSING;
    if (why)
        tell_missing(findings, why, signer, (struct jb_slice){0}, "", jb_role_code(role));
    return !why;
}

bool jb_authority_act(const jb_rights *rights, const struct jb_act_authority *act, int64_t now_us,
                      struct jb_findings *findings)
{
    enum jb_finding_code why = JB_F_NONE;
    const struct jb_catalog_view *view =
        act->unit == JB_NONE ? NULL : jb_catalog_view(act->catalog);
    const struct jb_holder *holder =
        jb_rights_actor(rights, act->signer, act->signed_for, now_us, &why);
    if (holder && view) {
        jb_date today = jb_date_at(now_us, view->zone_offset_minutes);
        if (!jb_holder_covers(holder, act->role, act->catalog, act->unit, today, now_us))
            why = JB_F_GRANT_MISSING;
    } else if (holder && !jb_holder_grant(holder, act->role, now_us)) {
        why = JB_F_GRANT_MISSING;
    }
    if (why)
        tell_missing(findings, why, act->signer, act->signed_for,
                     view ? view->units[act->unit].code : "", jb_role_code(act->role));
    return !why;
}

bool jb_authority_replaces(struct jb_place wanted, struct jb_place present,
                           struct jb_findings *findings)
{
    char got[48], expected[48];
    if (wanted.version == present.version && wanted.epoch == present.epoch)
        return true;
    snprintf(got, sizeof(got), "%u, epoch %u", wanted.version, wanted.epoch);
    snprintf(expected, sizeof(expected), "%u, epoch %u", present.version, present.epoch);
    refuse(findings, JB_F_CATALOG_MOVED, "", got, expected);
    return false;
}
