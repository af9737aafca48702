/* What a submission's signer may do for its unit, and what a key may read of a catalogue. */
#include <sodium.h>
#include <stdlib.h>

#include "authority.h"

#define NAMED 1   /* the unit itself is within reach */
#define SUBTREE 2 /* and everything below it */

enum jb_finding_code jb_holder_trouble(const struct jb_holder *holder, int64_t now_us)
{
    if (!holder)
        return JB_F_UNKNOWN_KEY;
    if (holder->state == JB_HOLDER_REVOKED)
        return JB_F_KEY_REVOKED;
    if (holder->state == JB_HOLDER_SUSPENDED)
        return JB_F_KEY_SUSPENDED;
    return holder->ends_us != 0 && now_us >= holder->ends_us ? JB_F_KEY_EXPIRED : JB_F_NONE;
}

/* A grant of the role that would cover the unit, were it not over. */
static bool covered_once(const struct jb_holder *holder, enum jb_role role,
                         const jb_catalog *catalog, uint32_t unit, jb_date day, int64_t now_us)
{
    for (uint32_t i = 0; i < holder->grant_count; i++) {
        const struct jb_grant *grant = &holder->grants[i];
        if (grant->role == role && grant->until_us != 0 && now_us >= grant->until_us &&
            jb_grant_covers(grant, catalog, unit, day))
            return true;
    }
    return false;
}

const struct jb_holder *jb_rights_actor(const jb_rights *rights, const struct jb_public_key *signer,
                                        struct jb_slice signed_for, int64_t now_us,
                                        enum jb_finding_code *ret_why)
{
    const struct jb_holder *holder = jb_rights_by_key(rights, signer);
    enum jb_finding_code why = jb_holder_trouble(holder, now_us);
    if (!why && signed_for.len > 0) {
        if (jb_holder_grant(holder, JB_ROLE_WEB, now_us)) {
            holder = jb_rights_by_person(rights, signed_for);
            why = holder ? jb_holder_trouble(holder, now_us) : JB_F_UNKNOWN_PERSON;
        } else {
            why = JB_F_GRANT_MISSING;
        }
    }
    if (!why)
        return holder;
    *ret_why = why;
    return NULL;
}

enum jb_standing jb_rights_standing(const jb_rights *rights, const struct jb_public_key *signer,
                                    struct jb_slice signed_for, const jb_catalog *catalog,
                                    uint32_t unit, jb_date day, int64_t now_us,
                                    enum jb_finding_code *ret_why)
{
    const struct jb_holder *holder = jb_rights_actor(rights, signer, signed_for, now_us, ret_why);
    if (!holder)
        return JB_STANDING_NONE;
    if (jb_holder_covers(holder, JB_ROLE_REPORT, catalog, unit, day, now_us))
        return JB_STANDING_REPORT;
    if (jb_holder_covers(holder, JB_ROLE_ENTER, catalog, unit, day, now_us))
        return JB_STANDING_ENTER;
    bool over = covered_once(holder, JB_ROLE_REPORT, catalog, unit, day, now_us) ||
                covered_once(holder, JB_ROLE_ENTER, catalog, unit, day, now_us);
    *ret_why = over ? JB_F_KEY_EXPIRED : JB_F_GRANT_MISSING;
    return JB_STANDING_NONE;
}

static void mark_scope(const struct jb_grant *grant, const jb_catalog *catalog, uint8_t *marks)
{
    for (uint32_t i = 0; i < grant->unit_count; i++) {
        uint32_t unit = jb_catalog_unit(catalog, grant->units[i].unit);
        if (unit != JB_NONE)
            marks[unit] |= grant->units[i].subtree ? NAMED | SUBTREE : NAMED;
    }
}

static bool is_reached(const uint8_t *marks, const jb_catalog *catalog, uint32_t unit, jb_date day)
{
    if (marks[unit])
        return true;
    for (uint32_t up = jb_catalog_parent(catalog, unit, day); up != JB_NONE;
         up = jb_catalog_parent(catalog, up, day)) {
        if (marks[up] & SUBTREE)
            return true;
    }
    return false;
}

/* A set of units has one spelling, so equal sets have equal hashes. */
static uint64_t hash_of(const uint8_t *bytes, size_t len)
{
    uint8_t hash[16];
    uint64_t v = 0;
    int rc = crypto_generichash(hash, sizeof(hash), bytes, len, NULL, 0);
    jb_assert(rc == 0);
    for (size_t i = 0; i < sizeof(v); i++)
        v = v << 8 | hash[i];
    return v;
}

static void reach_everything(const jb_catalog *catalog, struct jb_reach *ret)
{
    static const uint8_t everything[] = "everything";
    *ret = (struct jb_reach){.everything = true,
                             .count = catalog ? jb_catalog_view(catalog)->unit_count : 0,
                             .hash = hash_of(everything, sizeof(everything))};
}

jb_err jb_reach_make(const struct jb_holder *holder, const jb_catalog *catalog, jb_date day,
                     int64_t now_us, struct jb_reach *ret)
{
    static const enum jb_role reading[] = {JB_ROLE_READ, JB_ROLE_REPORT, JB_ROLE_ENTER,
                                           JB_ROLE_REVIEW};
    const struct jb_grant *read = holder ? jb_holder_grant(holder, JB_ROLE_READ, now_us) : NULL;
    if (read && read->everywhere) {
        reach_everything(catalog, ret);
        return JB_OK;
    }
    uint32_t unit_count = catalog ? jb_catalog_view(catalog)->unit_count : 0;
    size_t bytes = (unit_count + 7) / 8;
    struct jb_reach reach = {.units = calloc(bytes + 1, 1)};
    uint8_t *marks = calloc((size_t)unit_count + 1, 1);
    if (!reach.units || !marks) {
        free(reach.units);
        free(marks);
        return JB_ENOMEM;
    }
    for (size_t i = 0; holder && catalog && i < JB_COUNT(reading); i++) {
        const struct jb_grant *grant = jb_holder_grant(holder, reading[i], now_us);
        if (grant)
            mark_scope(grant, catalog, marks);
    }
    for (uint32_t unit = 0; unit < unit_count; unit++) {
        if (is_reached(marks, catalog, unit, day)) {
            reach.units[unit / 8] |= (uint8_t)(1u << unit % 8);
            reach.count++;
        }
    }
    free(marks);
    reach.hash = hash_of(reach.units, bytes + 1);
    *ret = reach;
    return JB_OK;
}

jb_err jb_reach_limit(struct jb_reach *reach, const struct jb_reach *limit,
                      const jb_catalog *catalog)
{
    uint32_t unit_count = catalog ? jb_catalog_view(catalog)->unit_count : 0;
    size_t bytes = (unit_count + 7) / 8 + 1;
    if (limit->everything)
        return JB_OK;
    uint8_t *units = calloc(bytes, 1);
    if (!units)
        return JB_ENOMEM;
    uint32_t count = 0;
    for (uint32_t unit = 0; unit < unit_count; unit++) {
        if (jb_reach_unit(reach, unit) && jb_reach_unit(limit, unit)) {
            units[unit / 8] |= (uint8_t)(1u << unit % 8);
            count++;
        }
    }
    jb_reach_free(reach);
    *reach = (struct jb_reach){.units = units, .count = count, .hash = hash_of(units, bytes)};
    return JB_OK;
}

void jb_reach_free(struct jb_reach *reach)
{
    free(reach->units);
    reach->units = NULL;
}

bool jb_reach_unit(const struct jb_reach *reach, uint32_t unit)
{
    return reach->everything || (reach->units && (reach->units[unit / 8] >> unit % 8 & 1));
}

bool jb_reach_node(const struct jb_reach *reach, uint32_t unit, bool is_group)
{
    return is_group ? reach->everything : jb_reach_unit(reach, unit);
}
