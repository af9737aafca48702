/* Grants: what a role is called, when and where a grant holds, and which duties one hand may not
 * have together. The tree of the catalogue decides what a subtree is; a unit that the catalogue
 * does not know is nobody's. */
#include "model/grant.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"
#include "base/text.h"

#define GOT_BYTES 256

static const struct role {
    const char *code, *name;
    bool has_scope;
} roles[JB_ROLES_END] = {
    [JB_ROLE_CONNECT] = {"connect", N_("carry messages"), false},
    [JB_ROLE_WEB] = {"web", N_("sign for enrolled persons"), false},
    [JB_ROLE_REPORT] = {"report", N_("report"), true},
    [JB_ROLE_ENTER] = {"enter", N_("enter for others"), true},
    [JB_ROLE_REVIEW] = {"review", N_("review"), true},
    [JB_ROLE_PERIODS] = {"periods", N_("manage reporting periods"), false},
    [JB_ROLE_READ] = {"read", N_("read"), true},
    [JB_ROLE_CATALOG] = {"catalog", N_("manage the catalogue"), false},
    [JB_ROLE_SECURITY] = {"security", N_("manage keys"), false},
    [JB_ROLE_AUDIT] = {"audit", N_("audit"), false},
};

static bool is_role(enum jb_role role)
{
    return role >= JB_ROLE_CONNECT && role < JB_ROLES_END;
}

const char *jb_role_code(enum jb_role role)
{
    return is_role(role) ? roles[role].code : "unknown";
}

const char *jb_role_name(enum jb_role role)
{
    return is_role(role) ? roles[role].name : N_("unknown role");
}

jb_err jb_role_parse(struct jb_slice code, enum jb_role *ret)
{
    for (enum jb_role role = JB_ROLE_CONNECT; role < JB_ROLES_END; role++) {
        if (jb_slice_is(code, roles[role].code)) {
            *ret = role;
            return JB_OK;
        }
    }
    return JB_EINVAL;
}

bool jb_role_has_scope(enum jb_role role)
{
    return is_role(role) && roles[role].has_scope;
}

static bool is_over(const struct jb_grant *grant, int64_t at_us)
{
    return grant->until_us != 0 && at_us >= grant->until_us;
}

bool jb_grant_is_current(const struct jb_grant *grant, int64_t at_us)
{
    return grant->from_us <= at_us && !is_over(grant, at_us);
}

bool jb_grant_covers(const struct jb_grant *grant, const jb_catalog *catalog, uint32_t unit,
                     jb_date day)
{
    if (!jb_role_has_scope(grant->role))
        return is_role(grant->role);
    if (grant->everywhere)
        return grant->role == JB_ROLE_READ;
    for (uint32_t i = 0; i < grant->unit_count; i++) {
        uint32_t node = jb_catalog_unit(catalog, grant->units[i].unit);
        if (node == JB_NONE)
            continue;
        if (node == unit ||
            (grant->units[i].subtree && jb_catalog_is_under(catalog, unit, node, day)))
            return true;
    }
    return false;
}

/* Its grants stand at that moment; a person's or a key's alike. */
static bool is_live(const struct jb_holder *holder, int64_t at_us)
{
    return holder->state == JB_HOLDER_ACTIVE && (holder->ends_us == 0 || at_us < holder->ends_us);
}

const struct jb_grant *jb_holder_grant(const struct jb_holder *holder, enum jb_role role,
                                       int64_t at_us)
{
    if (!is_live(holder, at_us))
        return NULL;
    for (uint32_t i = 0; i < holder->grant_count; i++) {
        if (holder->grants[i].role == role && jb_grant_is_current(&holder->grants[i], at_us))
            return &holder->grants[i];
    }
    return NULL;
}

bool jb_holder_covers(const struct jb_holder *holder, enum jb_role role, const jb_catalog *catalog,
                      uint32_t unit, jb_date day, int64_t at_us)
{
    const struct jb_grant *grant = jb_holder_grant(holder, role, at_us);
    return grant && jb_grant_covers(grant, catalog, unit, day);
}

bool jb_holder_reads(const struct jb_holder *holder, const jb_catalog *catalog, uint32_t unit,
                     jb_date day, int64_t at_us)
{
    static const enum jb_role reading[] = {JB_ROLE_READ, JB_ROLE_REPORT, JB_ROLE_ENTER,
                                           JB_ROLE_REVIEW};
    for (size_t i = 0; i < JB_COUNT(reading); i++) {
        if (jb_holder_covers(holder, reading[i], catalog, unit, day, at_us))
            return true;
    }
    return false;
}

/* A grant's units in the order of their codes, so that 256 against 256 are quickly compared. */
struct scope {
    bool everywhere;
    uint32_t count;
    struct jb_scope_unit units[JB_GRANT_SCOPES_MAX];
};

static int compare_units(const void *left, const void *right)
{
    const struct jb_scope_unit *a = left, *b = right;
    return jb_slice_cmp(a->unit, b->unit);
}

static void scope_of(const struct jb_grant *grant, struct scope *ret)
{
    ret->everywhere = grant->everywhere;
    ret->count = grant->unit_count < JB_GRANT_SCOPES_MAX ? grant->unit_count : JB_GRANT_SCOPES_MAX;
    if (ret->count)
        memcpy(ret->units, grant->units, ret->count * sizeof(*ret->units));
    qsort(ret->units, ret->count, sizeof(*ret->units), compare_units);
}

/* A code may be named twice, alone and with its subtree: so all of its places are looked at. */
static bool names(const struct scope *scope, struct jb_slice code, bool subtree_only)
{
    uint32_t low = 0, high = scope->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (jb_slice_cmp(scope->units[middle].unit, code) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < scope->count && jb_slice_eq(scope->units[low].unit, code); low++) {
        if (!subtree_only || scope->units[low].subtree)
            return true;
    }
    return false;
}

/* The scope names the unit, or a subtree that it stands in. */
static bool reaches(const struct scope *scope, struct jb_slice code, const jb_catalog *catalog,
                    jb_date day)
{
    if (scope->everywhere || names(scope, code, false))
        return true;
    uint32_t unit = catalog ? jb_catalog_unit(catalog, code) : JB_NONE;
    for (uint32_t depth = 0; unit != JB_NONE && depth < JB_CATALOG_DEPTH_MAX; depth++) {
        unit = jb_catalog_parent(catalog, unit, day);
        if (unit == JB_NONE)
            break;
        if (names(scope, jb_slice_str(jb_catalog_view(catalog)->units[unit].code), true))
            return true;
    }
    return false;
}

/* The first unit of b that a reaches; NULL: none. */
static const struct jb_scope_unit *first_reached(const struct scope *a, const struct scope *b,
                                                 const jb_catalog *catalog, jb_date day)
{
    for (uint32_t i = 0; i < b->count; i++) {
        if (reaches(a, b->units[i].unit, catalog, day))
            return &b->units[i];
    }
    return NULL;
}

/* Where the duties of two grants meet: two subtrees do when the root of one lies in the other.
 * *ret_unit is empty when both stand for everything. */
static bool overlap(const struct jb_grant *a, const struct jb_grant *b, const jb_catalog *catalog,
                    jb_date day, struct jb_slice *ret_unit)
{
    struct scope left, right;
    scope_of(a, &left);
    scope_of(b, &right);
    const struct jb_scope_unit *unit = first_reached(&left, &right, catalog, day);
    if (!unit)
        unit = first_reached(&right, &left, catalog, day);
    if (unit)
        *ret_unit = unit->unit;
    else
        *ret_unit = (struct jb_slice){0};
    return unit || (left.everywhere && right.everywhere);
}

static bool is_pair(enum jb_role a, enum jb_role b)
{
    return (a == JB_ROLE_SECURITY && b == JB_ROLE_AUDIT) ||
           ((a == JB_ROLE_REPORT || a == JB_ROLE_ENTER) && b == JB_ROLE_REVIEW);
}

/* What is checked: one holder's grants against another's (or its own). */
struct duties {
    const struct jb_holder *changed;
    const jb_catalog *catalog;
    jb_date day;
    int64_t at_us;
    struct jb_findings *findings;
    bool broken;
};

static void tell(struct duties *d, const struct jb_grant *a, const struct jb_grant *b,
                 struct jb_slice where)
{
    char got[GOT_BYTES], unit[JB_CODE_BYTES_MAX + 1], label[JB_SHORT_TEXT_BYTES_MAX];
    snprintf(got, sizeof(got), "%s + %s", jb_role_code(a->role), jb_role_code(b->role));
    snprintf(unit, sizeof(unit), "%.*s", JB_ARG(where));
    snprintf(label, sizeof(label), "%.*s", JB_ARG(d->changed->label));
    jb_findings_add(d->findings, &(struct jb_finding){.code = JB_F_DUTIES_NOT_SEPARATE,
                                                      .severity = JB_ERROR,
                                                      .unit = unit,
                                                      .got = got,
                                                      .hint = label});
    d->broken = true;
}

static void compare_grants(struct duties *d, const struct jb_grant *a, const struct jb_grant *b)
{
    struct jb_slice where = {0};
    if (is_pair(b->role, a->role)) {
        const struct jb_grant *swap = a;
        a = b;
        b = swap;
    }
    if (!is_pair(a->role, b->role) || is_over(a, d->at_us) || is_over(b, d->at_us))
        return;
    if (!jb_role_has_scope(a->role) || overlap(a, b, d->catalog, d->day, &where))
        tell(d, a, b, where);
}

static bool counts(const struct jb_holder *holder, int64_t at_us)
{
    return holder->state != JB_HOLDER_REVOKED && (holder->ends_us == 0 || at_us < holder->ends_us);
}

static void compare_holder(struct duties *d, const struct jb_holder *other)
{
    const struct jb_holder *changed = d->changed;
    bool itself = other == changed;
    for (uint32_t i = 0; i < changed->grant_count; i++) {
        for (uint32_t k = itself ? i + 1 : 0; k < other->grant_count; k++)
            compare_grants(d, &changed->grants[i], &other->grants[k]);
    }
}

jb_err jb_duties_check(const struct jb_holder *changed, const struct jb_holder *const *others,
                       uint32_t other_count, const jb_catalog *catalog, jb_date day, int64_t at_us,
                       struct jb_findings *findings)
{
    struct duties d = {
        .changed = changed, .catalog = catalog, .day = day, .at_us = at_us, .findings = findings};
    if (!counts(changed, at_us))
        return JB_OK;
    compare_holder(&d, changed);
    for (uint32_t i = 0; i < other_count; i++) {
        if (counts(others[i], at_us))
            compare_holder(&d, others[i]);
    }
    return d.broken ? JB_EINVAL : JB_OK;
}
