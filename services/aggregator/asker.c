/* Keeps a reference to the table of rights that was in force when the message came, so that one
 * question is answered by one table. */
#include "asker.h"

#include <sodium.h>

#include "authority.h"

#define DAY_US (24 * 3600 * 1000000LL)
#define MINUTE_US (60 * 1000000LL)

void jb_asker_clear(struct jb_asker *asker)
{
    jb_rights_free(asker->rights);
    jb_reach_free(&asker->reach);
    *asker = (struct jb_asker){0};
}

/* The same key under the same rights, and what it may read is known for this moment, too. */
static bool is_same(const struct jb_asker *asker, const jb_rights *rights,
                    const struct jb_asking *who, int64_t now_us)
{
    return asker->guarded && asker->has_key && who && asker->rights == rights &&
           jb_public_eq(&asker->who.key, &who->key) &&
           strcmp(asker->who.person, who->person) == 0 && now_us >= asker->now_us &&
           now_us < asker->reach_until_us;
}

/* Nobody who asks for himself has it: no key is found by its hash. */
static struct jb_public_key name_of(const struct jb_asking *who)
{
    struct jb_public_key name = who->key;
    if (who->person[0]) {
        int rc = crypto_generichash(name.bytes, sizeof(name.bytes), (const uint8_t *)who->person,
                                    strlen(who->person), who->key.bytes, sizeof(who->key.bytes));
        jb_assert(rc == 0);
    }
    return name;
}

void jb_asker_set(struct jb_asker *asker, jb_rights_board *board, const uint8_t *user,
                  int64_t now_us)
{
    struct jb_asking who = {.person = ""};
    if (user)
        memcpy(who.key.bytes, user, sizeof(who.key.bytes));
    jb_asker_set_for(asker, board, user ? &who : NULL, now_us);
}

void jb_asker_set_for(struct jb_asker *asker, jb_rights_board *board, const struct jb_asking *who,
                      int64_t now_us)
{
    jb_rights *rights = board ? jb_rights_board_get(board) : NULL;
    if (is_same(asker, rights, who, now_us)) {
        jb_rights_free(rights);
        asker->now_us = now_us;
        return;
    }
    jb_asker_clear(asker);
    asker->now_us = now_us;
    asker->guarded = board != NULL;
    asker->rights = rights;
    if (!board)
        return;
    asker->has_key = who != NULL;
    if (!who)
        return;
    asker->who = *who;
    asker->key = name_of(who);
}

const struct jb_holder *jb_asking_holder(const jb_rights *rights, const struct jb_asking *who)
{
    return who->person[0] ? jb_rights_by_person(rights, jb_slice_str(who->person))
                          : jb_rights_by_key(rights, &who->key);
}

const struct jb_holder *jb_asker_holder(const struct jb_asker *asker)
{
    if (!asker->rights || !asker->has_key)
        return NULL;
    return jb_asking_holder(asker->rights, &asker->who);
}

/* The key that asks for a person: it must be good itself, and of that role. */
static enum jb_finding_code carrier_trouble(const struct jb_asker *asker)
{
    const struct jb_holder *carrier = jb_rights_by_key(asker->rights, &asker->who.key);
    enum jb_finding_code why = jb_holder_trouble(carrier, asker->now_us);
    if (!why && !jb_holder_grant(carrier, JB_ROLE_WEB, asker->now_us))
        why = JB_F_GRANT_MISSING;
    return why;
}

static bool has_any_grant(const struct jb_holder *holder, int64_t now_us)
{
    for (enum jb_role role = JB_ROLE_CONNECT; role < JB_ROLES_END; role++) {
        if (jb_holder_grant(holder, role, now_us))
            return true;
    }
    return false;
}

enum jb_finding_code jb_asker_trouble(const struct jb_asker *asker)
{
    if (!asker->guarded)
        return JB_F_NONE;
    bool person = asker->has_key && asker->rights && asker->who.person[0];
    const struct jb_holder *holder = jb_asker_holder(asker);
    enum jb_finding_code why = person ? carrier_trouble(asker) : JB_F_NONE;
    if (!why && person && !holder)
        why = JB_F_UNKNOWN_PERSON;
    if (!why)
        why = jb_holder_trouble(holder, asker->now_us);
    if (why)
        return why;
    if (has_any_grant(holder, asker->now_us))
        return JB_F_NONE;
    return holder->grant_count ? JB_F_KEY_EXPIRED : JB_F_GRANT_MISSING;
}

/* What stands for the whole store is shown through a key that reads all of it, and no other. */
static bool carries(const struct jb_asker *asker, enum jb_role role)
{
    if (!asker->who.person[0] || jb_role_has_scope(role))
        return true;
    const struct jb_grant *read = jb_holder_grant(jb_rights_by_key(asker->rights, &asker->who.key),
                                                  JB_ROLE_READ, asker->now_us);
    return read && read->everywhere;
}

bool jb_asker_has_role(const struct jb_asker *asker, enum jb_role role)
{
    if (!asker->guarded)
        return true;
    const struct jb_holder *holder = jb_asker_holder(asker);
    return holder && jb_asker_trouble(asker) == JB_F_NONE &&
           jb_holder_grant(holder, role, asker->now_us) && carries(asker, role);
}

static jb_date today(const struct jb_asker *asker, const struct jb_binding *binding)
{
    return jb_date_at(asker->now_us, binding->view->zone_offset_minutes);
}

/* The person's, within the key's own. */
static jb_err make_reach(const struct jb_asker *asker, const struct jb_binding *binding,
                         struct jb_reach *ret)
{
    const struct jb_holder *carrier = jb_rights_by_key(asker->rights, &asker->who.key);
    jb_date day = today(asker, binding);
    struct jb_reach limit = {0};
    jb_err err = jb_reach_make(jb_asker_holder(asker), binding->catalog, day, asker->now_us, ret);
    if (err || !asker->who.person[0])
        return err;
    err = jb_reach_make(carrier, binding->catalog, day, asker->now_us, &limit);
    if (!err)
        err = jb_reach_limit(ret, &limit, binding->catalog);
    jb_reach_free(&limit);
    if (err)
        jb_reach_free(ret);
    return err;
}

jb_err jb_asker_reach(struct jb_asker *asker, const struct jb_binding *binding,
                      const struct jb_reach **ret)
{
    if (asker->reach_of != binding->catalog || asker->reach_version != binding->version) {
        struct jb_reach reach = {.everything = true, .count = binding->view->unit_count};
        if (asker->guarded && (!asker->rights || !asker->has_key)) {
            reach = (struct jb_reach){0};
        } else if (asker->guarded) {
            jb_err err = make_reach(asker, binding, &reach);
            if (err)
                return err;
        }
        jb_reach_free(&asker->reach);
        asker->reach = reach;
        asker->reach_of = binding->catalog;
        asker->reach_version = binding->version;
        asker->reach_until_us = jb_asker_reach_until(asker, binding);
    }
    *ret = &asker->reach;
    return JB_OK;
}

static void sooner(int64_t at_us, int64_t now_us, int64_t *until_us)
{
    if (at_us > now_us && at_us < *until_us)
        *until_us = at_us;
}

static void end_of(const struct jb_holder *holder, int64_t now_us, int64_t *until_us)
{
    for (uint32_t i = 0; holder && i < holder->grant_count; i++) {
        sooner(holder->grants[i].from_us, now_us, until_us);
        sooner(holder->grants[i].until_us, now_us, until_us);
    }
    if (holder)
        sooner(holder->ends_us, now_us, until_us);
}

int64_t jb_asker_reach_until(const struct jb_asker *asker, const struct jb_binding *binding)
{
    int64_t until_us = INT64_MAX;
    const struct jb_holder *holder = jb_asker_holder(asker);
    if (!holder)
        return until_us;
    end_of(holder, asker->now_us, &until_us);
    if (asker->who.person[0])
        end_of(jb_rights_by_key(asker->rights, &asker->who.key), asker->now_us, &until_us);
    if (binding) {
        int64_t local_us = asker->now_us + binding->view->zone_offset_minutes * MINUTE_US;
        sooner(asker->now_us + DAY_US - local_us % DAY_US, asker->now_us, &until_us);
    }
    return until_us;
}

void jb_reach_refuse(struct jb_findings *findings, const char *code)
{
    jb_findings_add(findings, &(struct jb_finding){.code = JB_F_GRANT_MISSING,
                                                   .severity = JB_ERROR,
                                                   .unit = code,
                                                   .got = code,
                                                   .expected = "read"});
}

void jb_reach_tell_narrowed(struct jb_findings *findings)
{
    jb_findings_add(findings, &(struct jb_finding){.code = JB_F_NARROWED, .severity = JB_NOTICE});
}
