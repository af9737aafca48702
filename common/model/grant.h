/* Grants 授权: who may do what, where and when. A holder is a key, or a person who was enrolled and
 * acts through a web key. Pure rules: no store, no clock, no keys' secrets. */
#ifndef JB_GRANT_H
#define JB_GRANT_H

#include "base/base.h"
#include "model/catalog.h"
#include "model/finding.h"

#define JB_GRANT_SCOPES_MAX 256 /* units named by one grant */
#define JB_HOLDER_GRANTS_MAX 16 /* one of a role */
#define JB_HOLDERS_MAX 100000

/* Numbers go over the wire and into the ledger: append only. */
enum jb_role {
    JB_ROLE_CONNECT = 1, /* 转递: carries others' signed messages, no authority of its own */
    JB_ROLE_WEB = 2,    /* 代签: signs for enrolled persons, whose own grants must cover it too */
    JB_ROLE_REPORT = 3, /* 填报: submits for its units */
    JB_ROLE_ENTER = 4,  /* 代录: submits for units that are not its own, marked as such */
    JB_ROLE_REVIEW = 5, /* 审核 */
    JB_ROLE_PERIODS = 6,  /* 报告期管理 */
    JB_ROLE_READ = 7,     /* 查询 */
    JB_ROLE_CATALOG = 8,  /* 目录管理 */
    JB_ROLE_SECURITY = 9, /* 安全管理: keys and grants */
    JB_ROLE_AUDIT = 10,   /* 审计 */
    JB_ROLES_END,
};
const char *jb_role_code(enum jb_role role); /* "report" */
const char *jb_role_name(enum jb_role role); /* msgid */
/* JB_EINVAL: no such role. */
JB_MUST_USE jb_err jb_role_parse(struct jb_slice code, enum jb_role *ret);
/* report, enter, review and read stand for units; the others stand for the whole store. */
bool jb_role_has_scope(enum jb_role role);

/* A unit, alone or with everything below it in the catalogue's tree. */
struct jb_scope_unit {
    struct jb_slice unit; /* code */
    bool subtree;
};
struct jb_grant {
    enum jb_role role;
    bool everywhere; /* instead of units; read only */
    const struct jb_scope_unit *units;
    uint32_t unit_count;
    int64_t from_us, until_us; /* from <= t < until; until 0: open */
};
bool jb_grant_is_current(const struct jb_grant *grant, int64_t at_us);
/* Whether the grant stands for a unit of the catalogue (by index), by the tree of `day`. Units that
 * the catalogue no longer knows cover nothing. */
bool jb_grant_covers(const struct jb_grant *grant, const jb_catalog *catalog, uint32_t unit,
                     jb_date day);

enum jb_holder_state { JB_HOLDER_ACTIVE = 1, JB_HOLDER_SUSPENDED = 2, JB_HOLDER_REVOKED = 3 };
struct jb_holder {
    bool is_person;
    uint8_t key[32];             /* of a key */
    struct jb_slice person_code; /* of an enrolled person: [a-z0-9._-]{1,64} */
    enum jb_holder_state state;
    bool recovery; /* the key that init printed; it may only manage keys */
    bool server;   /* the store's own, of its birth, or what a rotation put in its place */
    struct jb_slice
        label; /* the person or device that holds it: what separation of duties compares */
    const struct jb_grant *grants;
    uint32_t grant_count;
    int64_t ends_us;   /* a rotated key: active before this moment only; 0: no end */
    uint64_t revision; /* of the last change */
};
/* The holder's current grant of the role; NULL unless it is active, has not ended, and the grant is
 * current. */
const struct jb_grant *jb_holder_grant(const struct jb_holder *holder, enum jb_role role,
                                       int64_t at_us);
/* Its current grant of the role covers the unit. */
bool jb_holder_covers(const struct jb_holder *holder, enum jb_role role, const jb_catalog *catalog,
                      uint32_t unit, jb_date day, int64_t at_us);
/* What it may read of a unit: read, report, enter and review all allow it. */
bool jb_holder_reads(const struct jb_holder *holder, const jb_catalog *catalog, uint32_t unit,
                     jb_date day, int64_t at_us);

/* Separation of duties 职责分离, for one person label and for one key: not security with audit; not
 * report or enter with review for one unit (subtrees overlap when one root lies in the other). All
 * grants count that are not over yet, of holders that are not revoked. others: every holder with
 * the same label, without the one that changes. changed: the holder as it would be. Adds findings
 * (JB_F_DUTIES_NOT_SEPARATE) and returns JB_EINVAL, else JB_OK. catalog may be NULL (none loaded
 * yet): units are then compared by code, a subtree covering nothing but its root. */
JB_MUST_USE jb_err jb_duties_check(const struct jb_holder *changed,
                                   const struct jb_holder *const *others, uint32_t other_count,
                                   const jb_catalog *catalog, jb_date day, int64_t at_us,
                                   struct jb_findings *findings);

#endif
