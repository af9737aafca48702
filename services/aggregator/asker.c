/* Keeps a reference to the table of rights that was in force when the message came, so that one
 * question is answered by one table. */
#include "asker.h"

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
static bool is_same(const struct jb_asker *asker, const jb_rights *rights, const uint8_t *user,
                    int64_t now_us)
{
    return asker->guarded && asker->has_key && user && asker->rights == rights &&
           memcmp(asker->key.bytes, user, sizeof(asker->key.bytes)) == 0 &&
           now_us >= asker->now_us && now_us < asker->reach_until_us;
}

void jb_asker_set(struct jb_asker *asker, jb_rights_board *board, const uint8_t *user,
                  int64_t now_us)
{
    jb_rights *rights = board ? jb_rights_board_get(board) : NULL;
    if (is_same(asker, rights, user, now_us)) {
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
    asker->has_key = user != NULL;
    if (user)
        memcpy(asker->key.bytes, user, sizeof(asker->key.bytes));
}

const struct jb_holder *jb_asker_holder(const struct jb_asker *asker)
{
    if (!asker->rights || !asker->has_key)
        return NULL;
    return jb_rights_by_key(asker->rights, &asker->key);
}

enum jb_finding_code jb_asker_trouble(const struct jb_asker *asker)
{
    if (!asker->guarded)
        return JB_F_NONE;
    const struct jb_holder *holder = jb_asker_holder(asker);
    enum jb_finding_code why = jb_holder_trouble(holder, asker->now_us);
    if (why)
        return why;
    if (jb_rights_may_connect(asker->rights, &asker->key, asker->now_us))
        return JB_F_NONE;
    return holder->grant_count ? JB_F_KEY_EXPIRED : JB_F_GRANT_MISSING;
}

bool jb_asker_has_role(const struct jb_asker *asker, enum jb_role role)
{
    if (!asker->guarded)
        return true;
    const struct jb_holder *holder = jb_asker_holder(asker);
    return holder && jb_holder_grant(holder, role, asker->now_us);
}

static jb_date today(const struct jb_asker *asker, const struct jb_binding *binding)
{
    return jb_date_at(asker->now_us, binding->view->zone_offset_minutes);
}

jb_err jb_asker_reach(struct jb_asker *asker, const struct jb_binding *binding,
                      const struct jb_reach **ret)
{
    if (asker->reach_of != binding->catalog || asker->reach_version != binding->version) {
        struct jb_reach reach = {.everything = true, .count = binding->view->unit_count};
        if (asker->guarded && (!asker->rights || !asker->has_key)) {
            reach = (struct jb_reach){0};
        } else if (asker->guarded) {
            jb_err err = jb_reach_make(asker->rights, &asker->key, binding->catalog,
                                       today(asker, binding), asker->now_us, &reach);
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

int64_t jb_asker_reach_until(const struct jb_asker *asker, const struct jb_binding *binding)
{
    int64_t until_us = INT64_MAX;
    const struct jb_holder *holder = jb_asker_holder(asker);
    if (!holder)
        return until_us;
    for (uint32_t i = 0; i < holder->grant_count; i++) {
        sooner(holder->grants[i].from_us, asker->now_us, &until_us);
        sooner(holder->grants[i].until_us, asker->now_us, &until_us);
    }
    sooner(holder->ends_us, asker->now_us, &until_us);
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
