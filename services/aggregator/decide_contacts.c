/* One change of contacts. Findings name units and lines, never what a contact says: they are
 * printed and kept. */
#include "decide_contacts.h"

#include <sodium.h>
#include <stdio.h>

#include "authority.h"
#include "base/limits.h"
#include "contacts.h"

static void refuse(struct jb_findings *findings, enum jb_finding_code code, uint64_t got,
                   uint64_t expected)
{
    char texts[2][24] = {"", ""};
    if (got != expected) {
        snprintf(texts[0], sizeof(texts[0]), "%llu", (unsigned long long)got);
        snprintf(texts[1], sizeof(texts[1]), "%llu", (unsigned long long)expected);
    }
    jb_findings_add(findings,
                    &(struct jb_finding){
                        .code = code, .severity = JB_ERROR, .got = texts[0], .expected = texts[1]});
}

static void refuse_unit(struct jb_findings *findings, enum jb_finding_code code,
                        const struct jb_unit_contacts *unit, const char *hint)
{
    char got[JB_CODE_BYTES_MAX + 1];
    snprintf(got, sizeof(got), "%.*s", JB_ARG(unit->unit));
    jb_findings_add(findings, &(struct jb_finding){.code = code,
                                                   .severity = JB_ERROR,
                                                   .row = unit->row,
                                                   .column_name = "unit",
                                                   .got = got,
                                                   .hint = hint});
}

/* The units' places in the catalogue. */
static void find_units(const struct jb_contacts_put *put, const jb_catalog *catalog,
                       uint32_t *indices, uint8_t *seen, struct jb_findings *findings)
{
    uint32_t suggestions = 0;
    for (uint32_t i = 0; i < put->unit_count; i++) {
        const struct jb_unit_contacts *unit = &put->units[i];
        indices[i] = jb_catalog_unit(catalog, unit->unit);
        if (indices[i] == JB_NONE)
            refuse_unit(findings, JB_F_UNKNOWN_UNIT, unit,
                        suggestions++ < JB_SUGGESTIONS_MAX
                            ? jb_catalog_suggest_unit(catalog, unit->unit)
                            : "");
        else if (seen[indices[i]]++)
            refuse_unit(findings, JB_F_DUPLICATE_ROW, unit, "");
    }
}

static jb_err change(const struct jb_scene *scene, const struct jb_contacts_put *put,
                     const struct jb_contacts_head *head, struct jb_arena *arena,
                     struct jb_findings *findings)
{
    const struct jb_catalog_view *view = scene->binding->view;
    uint32_t *indices = jb_arena_array(arena, put->unit_count, sizeof(*indices));
    uint8_t *seen = jb_arena_array(arena, view->unit_count, 1);
    if (!indices || !seen)
        return JB_ENOMEM;
    memset(seen, 0, view->unit_count);
    find_units(put, scene->binding->catalog, indices, seen, findings);
    if (findings->errors)
        return JB_OK;
    jb_err err = jb_store_put_contacts_head(scene->txn, head);
    for (uint32_t i = 0; !err && i < put->unit_count; i++)
        err = jb_store_put_contacts(scene->txn, view->units[indices[i]].number, put->units[i].items,
                                    put->units[i].count);
    return err;
}

/* False: findings say why. */
static bool may_change(const struct jb_scene *scene, const struct jb_contacts_put *put,
                       const struct jb_public_key *signer, const struct jb_contacts_head *head,
                       struct jb_findings *findings)
{
    if (!jb_authority_role(scene->rights, signer, JB_ROLE_PERIODS, scene->now_us, findings))
        return false;
    if (put->epoch != scene->epoch)
        refuse(findings, JB_F_CONTACTS_MOVED, put->epoch, scene->epoch);
    else if (put->replaces != head->version)
        refuse(findings, JB_F_CONTACTS_MOVED, put->replaces, head->version);
    else if (!scene->binding)
        refuse(findings, JB_F_NO_CATALOG, 0, 0);
    return findings->errors == 0;
}

static void refuse_decode(jb_err err, struct jb_findings *findings)
{
    enum jb_finding_code code = err == JB_EVERSION ? JB_F_UNKNOWN_FIELDS
                                : err == JB_EINVAL ? JB_F_MALFORMED
                                                   : JB_F_TOO_LARGE;
    refuse(findings, code, 0, 0);
}

jb_err jb_decide_contacts(const struct jb_scene *scene, const struct jb_envelope *envelope,
                          struct jb_arena *arena, struct jb_contacts_put_done *ret,
                          bool *ret_changed, struct jb_findings *findings)
{
    struct jb_contacts_put put;
    struct jb_contacts_head head, next;
    struct jb_public_key signer;
    if (!jb_slice_eq(envelope->store_id, jb_slice_of(scene->store_id, 16))) {
        refuse(findings, JB_F_WRONG_STORE, 0, 0);
        return JB_OK;
    }
    if (!jb_authority_verify(envelope, scene->store_id, &signer, findings))
        return JB_OK;
    jb_err err = jb_wire_contacts_put_decode(envelope->payload, arena, &put);
    if (err) {
        refuse_decode(err, findings);
        return JB_OK;
    }
    int rc = crypto_generichash(next.hash, sizeof(next.hash), envelope->payload.ptr,
                                envelope->payload.len, NULL, 0);
    jb_assert(rc == 0);
    err = jb_store_contacts_head(scene->txn, &head);
    if (err)
        return err;
    next.version = head.version + 1;
    if (put.epoch == scene->epoch && put.replaces + 1 == head.version &&
        memcmp(head.hash, next.hash, sizeof(head.hash)) == 0) {
        ret->version = head.version;
        return JB_OK;
    }
    if (!may_change(scene, &put, &signer, &head, findings))
        return JB_OK;
    err = change(scene, &put, &next, arena, findings);
    if (err || findings->errors)
        return err;
    ret->version = next.version;
    *ret_changed = true;
    return JB_OK;
}
