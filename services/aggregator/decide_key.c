/* Decides about a change of rights. As with submissions, an id that was seen before is answered
 * from its receipt before anybody asks what holds now. Then come the signer's authority, what the
 * change would do to the holder, and what must hold afterwards. */
#include "decide_key.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "authority.h"
#include "base/limits.h"

#define TEXT_BYTES 256

struct key_case {
    const struct jb_key_scene *scene;
    struct jb_arena *arena;
    struct jb_findings *findings;
    struct jb_key_change change;
    const struct jb_holder *signer;
    const struct jb_holder *known; /* the holder as it is; NULL: a new one */
    struct jb_holder after;        /* as it would be */
    uint32_t suggestions;
};

static void refuse(const struct key_case *c, enum jb_finding_code code, struct jb_slice got,
                   const char *expected, const char *hint)
{
    char text[TEXT_BYTES];
    snprintf(text, sizeof(text), "%.*s", JB_ARG(got));
    jb_findings_add(
        c->findings,
        &(struct jb_finding){
            .code = code, .severity = JB_ERROR, .got = text, .expected = expected, .hint = hint});
}

static enum jb_finding_code code_of_decode(jb_err err)
{
    if (err == JB_EVERSION)
        return JB_F_UNKNOWN_FIELDS;
    return err == JB_EINVAL ? JB_F_MALFORMED : JB_F_TOO_LARGE;
}

/* The change's id was seen: the first answer, or a conflict. *ret_known false: it is new. */
static jb_err decide_by_id(const struct key_case *c, const uint8_t hash[32],
                           struct jb_key_decision *d, bool *ret_known)
{
    struct jb_store_receipt known;
    struct jb_slice bytes;
    struct jb_entry entry;
    jb_err err = jb_store_receipt(c->scene->txn, JB_NONE, c->change.id, &known);
    *ret_known = !err;
    if (err)
        return err == JB_ENOTFOUND ? JB_OK : err;
    if (memcmp(known.content_hash, hash, sizeof(known.content_hash)) != 0) {
        refuse(c, JB_F_ID_CONFLICT, (struct jb_slice){0}, "", "");
        return JB_OK;
    }
    err = jb_store_entry(c->scene->txn, known.revision, &bytes);
    if (!err)
        err = jb_entry_peek(bytes, &entry);
    if (err)
        return err == JB_ENOTFOUND ? JB_EDAMAGED : err;
    d->repeat = true;
    d->done.revision = entry.revision;
    memcpy(d->done.head, entry.hash, sizeof(d->done.head));
    return JB_OK;
}

/* The recovery key may touch what makes a key one of role security, and nothing else. */
static bool recovery_may(const struct key_case *c)
{
    const struct jb_key_change *change = &c->change;
    if (change->is_person)
        return false;
    if (change->action == JB_KEY_ALLOW || change->action == JB_KEY_TAKE)
        return change->has_grant && change->grant.role == JB_ROLE_SECURITY;
    for (uint32_t i = 0; c->known && i < c->known->grant_count; i++) {
        if (c->known->grants[i].role == JB_ROLE_SECURITY)
            return true;
    }
    return false;
}

static bool check_signer(struct key_case *c, const struct jb_public_key *key)
{
    const struct jb_key_scene *scene = c->scene;
    if (!jb_authority_role(scene->rights, key, JB_ROLE_SECURITY, scene->now_us, c->findings))
        return false;
    c->signer = jb_rights_by_key(scene->rights, key);
    if (!c->signer->recovery || recovery_may(c))
        return true;
    refuse(c, JB_F_GRANT_MISSING, JB_LIT("recovery"), "security",
           "the recovery key manages keys of the role security only");
    return false;
}

static void find_holder(struct key_case *c)
{
    const jb_rights *rights = c->scene->rights;
    c->known = c->change.is_person ? jb_rights_by_person(rights, c->change.person_code)
                                   : jb_rights_by_key(rights, &c->change.key);
    if (c->known) {
        c->after = *c->known;
        return;
    }
    c->after = (struct jb_holder){.is_person = c->change.is_person,
                                  .person_code = c->change.person_code,
                                  .state = JB_HOLDER_ACTIVE,
                                  .label = c->change.label};
    memcpy(c->after.key, c->change.key.bytes, sizeof(c->after.key));
}

static bool has_grant(const struct jb_holder *holder, enum jb_role role)
{
    for (uint32_t i = 0; i < holder->grant_count; i++) {
        if (holder->grants[i].role == role)
            return true;
    }
    return false;
}

/* What the change needs of the holder as it is. */
static jb_err check_holder(struct key_case *c)
{
    const struct jb_key_change *change = &c->change;
    enum jb_finding_code unknown = change->is_person ? JB_F_UNKNOWN_PERSON : JB_F_UNKNOWN_HOLDER;
    if (!c->known) {
        uint64_t count = 0;
        jb_err err = jb_kv_count(c->scene->txn, JB_T_HOLDERS, &count);
        if (err)
            return err;
        if (change->action != JB_KEY_ALLOW || change->label.len == 0)
            refuse(c, unknown, change->person_code, "",
                   change->action == JB_KEY_ALLOW ? "a new holder needs a label" : "");
        else if (count >= JB_HOLDERS_MAX)
            refuse(c, JB_F_TOO_LARGE, (struct jb_slice){0}, "", "there are 100,000 holders");
        return JB_OK;
    }
    if (c->known->state == JB_HOLDER_REVOKED) {
        refuse(c, JB_F_KEY_REVOKED, c->known->label, "", "");
        return JB_OK;
    }
    if (change->label.len && !jb_slice_eq(change->label, c->known->label)) {
        char label[JB_KEY_LABEL_BYTES_MAX + 1];
        snprintf(label, sizeof(label), "%.*s", JB_ARG(c->known->label));
        refuse(c, JB_F_HOLDER_EXISTS, change->label, label, "");
    }
    if (change->action == JB_KEY_TAKE && !has_grant(c->known, change->grant.role))
        refuse(c, JB_F_ROLE_NOT_HELD, jb_slice_str(jb_role_code(change->grant.role)), "", "");
    return JB_OK;
}

/* A key gives its place away while it is good, once, and to a key that nobody has. */
static void check_rotation(const struct key_case *c)
{
    enum jb_finding_code trouble = jb_holder_trouble(c->known, c->scene->now_us);
    if (!trouble && c->known->ends_us != 0)
        trouble = JB_F_KEY_EXPIRED;
    if (trouble)
        refuse(c, trouble, c->known->label, "", "");
    if (jb_rights_by_key(c->scene->rights, &c->change.new_key))
        refuse(c, JB_F_HOLDER_EXISTS, (struct jb_slice){0}, "", "the new key");
}

static jb_err set_grant(struct key_case *c, enum jb_role role, const struct jb_grant *grant)
{
    uint32_t count = 0;
    struct jb_grant *grants =
        jb_arena_array(c->arena, (size_t)c->after.grant_count + 1, sizeof(*grants));
    if (!grants)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < c->after.grant_count; i++) {
        if (c->after.grants[i].role != role)
            grants[count++] = c->after.grants[i];
    }
    if (grant)
        grants[count++] = *grant;
    c->after.grants = grants;
    c->after.grant_count = count;
    return JB_OK;
}

static jb_err make_after(struct key_case *c)
{
    const struct jb_key_change *change = &c->change;
    switch (change->action) {
    case JB_KEY_ALLOW:
        return change->has_grant ? set_grant(c, change->grant.role, &change->grant) : JB_OK;
    case JB_KEY_TAKE:
        return set_grant(c, change->grant.role, NULL);
    case JB_KEY_SUSPEND:
        c->after.state = JB_HOLDER_SUSPENDED;
        return JB_OK;
    case JB_KEY_RESUME:
        c->after.state = JB_HOLDER_ACTIVE;
        return JB_OK;
    case JB_KEY_REVOKE:
        c->after.state = JB_HOLDER_REVOKED;
        return JB_OK;
    case JB_KEY_ROTATE: /* the new key stands where the old one stood */
        memcpy(c->after.key, change->new_key.bytes, sizeof(c->after.key));
        check_rotation(c);
        return JB_OK;
    }
    return JB_OK;
}

/* Grants name units of the catalogue in force, so that a slip of the pen gives nobody a right that
 * begins years later. */
static void check_scope(struct key_case *c)
{
    const struct jb_grant *grant = &c->change.grant;
    const struct jb_binding *binding = c->scene->binding;
    if (c->change.action != JB_KEY_ALLOW || !c->change.has_grant || grant->unit_count == 0)
        return;
    if (!binding) {
        refuse(c, JB_F_NO_CATALOG, (struct jb_slice){0}, "", "");
        return;
    }
    for (uint32_t i = 0; i < grant->unit_count; i++) {
        struct jb_slice unit = grant->units[i].unit;
        if (jb_catalog_unit(binding->catalog, unit) != JB_NONE)
            continue;
        bool suggest = c->suggestions++ < JB_SUGGESTIONS_MAX;
        refuse(c, JB_F_UNKNOWN_UNIT, unit, "",
               suggest ? jb_catalog_suggest_unit(binding->catalog, unit) : "");
    }
}

/* The holders that bear the same label, without the one that changes. */
static jb_err check_duties(struct key_case *c)
{
    const struct jb_key_scene *scene = c->scene;
    uint32_t count = jb_rights_count(scene->rights), other_count = 0;
    if (c->change.action != JB_KEY_ALLOW || !c->change.has_grant)
        return JB_OK;
    const struct jb_holder **others = calloc((size_t)count + 1, sizeof(*others));
    if (!others)
        return JB_ENOMEM;
    for (uint32_t i = 0; i < count; i++) {
        const struct jb_holder *other = jb_rights_at(scene->rights, i);
        if (other != c->known && jb_slice_eq(other->label, c->after.label))
            others[other_count++] = other;
    }
    const struct jb_binding *binding = scene->binding;
    int zone = binding ? binding->view->zone_offset_minutes : 0;
    jb_ignore(jb_duties_check(&c->after, others, other_count, binding ? binding->catalog : NULL,
                              jb_date_at(scene->now_us, zone), scene->now_us, c->findings));
    free((void *)others);
    return JB_OK;
}

/* It manages keys now, and nothing that was said ends that. */
static bool is_lasting(const struct jb_holder *holder, int64_t now_us)
{
    const struct jb_grant *grant = jb_holder_grant(holder, JB_ROLE_SECURITY, now_us);
    return grant && grant->until_us == 0 && holder->ends_us == 0 && !holder->recovery &&
           !holder->is_person;
}

static void check_last(const struct key_case *c)
{
    const struct jb_key_scene *scene = c->scene;
    if (!c->known || !is_lasting(c->known, scene->now_us) || is_lasting(&c->after, scene->now_us))
        return;
    for (uint32_t i = 0; i < jb_rights_count(scene->rights); i++) {
        const struct jb_holder *other = jb_rights_at(scene->rights, i);
        if (other != c->known && is_lasting(other, scene->now_us))
            return;
    }
    refuse(c, JB_F_LAST_SECURITY_KEY, c->known->label, "", "");
}

/* The daemon can be started with it, on any day to come. */
static bool is_lasting_server(const struct jb_holder *holder)
{
    return holder->server && holder->state == JB_HOLDER_ACTIVE && holder->ends_us == 0;
}

/* Clients know the server by its key: it goes over to the next one on a day ahead, never at once.
 */
static void check_last_server(const struct key_case *c)
{
    const struct jb_key_scene *scene = c->scene;
    const struct jb_key_change *change = &c->change;
    if (!c->known || !is_lasting_server(c->known))
        return;
    if (is_lasting_server(&c->after) &&
        (change->action != JB_KEY_ROTATE || change->overlap_until_us > scene->now_us))
        return;
    for (uint32_t i = 0; change->action != JB_KEY_ROTATE && i < jb_rights_count(scene->rights);
         i++) {
        const struct jb_holder *other = jb_rights_at(scene->rights, i);
        if (other != c->known && is_lasting_server(other))
            return;
    }
    refuse(c, JB_F_LAST_SERVER_KEY, c->known->label, "", "");
}

static jb_err decide(struct key_case *c, const struct jb_public_key *signer)
{
    char got[16], expected[16];
    if (c->change.epoch != c->scene->epoch) {
        snprintf(got, sizeof(got), "%u", c->change.epoch);
        snprintf(expected, sizeof(expected), "%u", c->scene->epoch);
        refuse(c, JB_F_KEY_CHANGE_EPOCH, jb_slice_str(got), expected, "");
        return JB_OK;
    }
    find_holder(c);
    if (!check_signer(c, signer))
        return JB_OK;
    jb_err err = check_holder(c);
    if (err || c->findings->errors)
        return err;
    err = make_after(c);
    if (err)
        return err;
    check_scope(c);
    check_last(c);
    check_last_server(c);
    return check_duties(c);
}

static void accept(const struct key_case *c, const struct jb_envelope *envelope,
                   const uint8_t hash[32], struct jb_key_decision *d)
{
    d->append = true;
    d->entry = (struct jb_entry){.kind = JB_ENTRY_KEY,
                                 .payload = envelope->payload,
                                 .signer = envelope->signer,
                                 .signature = envelope->signature,
                                 .id = c->change.id};
    memcpy(d->entry.content_hash, hash, sizeof(d->entry.content_hash));
}

jb_err jb_decide_key_change(const struct jb_key_scene *scene, const struct jb_envelope *envelope,
                            struct jb_arena *arena, struct jb_key_decision *ret,
                            struct jb_findings *findings)
{
    struct key_case c = {.scene = scene, .arena = arena, .findings = findings};
    struct jb_key_decision d = {.append = false};
    struct jb_public_key signer;
    const char *why = "";
    bool known = false;
    uint8_t hash[32];
    jb_err err = JB_OK;
    int rc = crypto_generichash(hash, sizeof(hash), envelope->payload.ptr, envelope->payload.len,
                                NULL, 0);
    jb_assert(rc == 0);
    if (!jb_slice_eq(envelope->store_id, jb_slice_of(scene->store_id, 16))) {
        refuse(&c, JB_F_WRONG_STORE, (struct jb_slice){0}, "", "");
    } else if (jb_authority_verify(envelope, scene->store_id, &signer, findings)) {
        jb_err decode = jb_wire_key_change_decode(envelope->payload, arena, &c.change, &why);
        if (decode)
            refuse(&c, code_of_decode(decode), (struct jb_slice){0}, "", why);
        else
            err = decide_by_id(&c, hash, &d, &known);
        if (!decode && !err && !known) {
            err = decide(&c, &signer);
            if (!err && findings->errors == 0)
                accept(&c, envelope, hash, &d);
        }
    }
    if (!err)
        *ret = d;
    return err;
}
