/* The catalogue 指标目录 in memory: units, groups, sections, indicators, forms; immutable once
 * built; read from any thread. Read from YAML by model/catalog_yaml.h (the format is described in
 * model/catalog.md). Everything is owned by the catalogue and lives until jb_catalog_free. Objects
 * are referred to by index into their array.
 *
 * Owners, parents, memberships and validity are dated; an edge counts for a base period when it
 * holds on the period's last day. from and until are inclusive. */
#ifndef JB_CATALOG_H
#define JB_CATALOG_H

#include "base/base.h"
#include "model/decimal.h"
#include "model/figure.h"
#include "model/period.h"
#include "model/rule.h"
#include "model/schedule.h"

#define JB_NONE UINT32_MAX

enum jb_unit_agg { JB_UNIT_SUM = 1, JB_UNIT_MEAN, JB_UNIT_MIN, JB_UNIT_MAX, JB_UNIT_SOLE };
enum jb_time_agg {
    JB_TIME_SUM = 1,
    JB_TIME_LAST,
    JB_TIME_MEAN,
    JB_TIME_MIN,
    JB_TIME_MAX,
    JB_TIME_NONE
};
enum jb_direction { JB_DIRECTION_NONE = 0, JB_DIRECTION_UP = 1, JB_DIRECTION_DOWN = 2 };
/* What a node that owns an indicator beside its descendants does with its own value. */
enum jb_parent_value { JB_PARENT_NONE = 0, JB_PARENT_ADD = 1, JB_PARENT_COMPARE = 2 };
/* Allowed bases 口径, a bit set. */
enum jb_basis_kind { JB_BASIS_PERIOD = 1, JB_BASIS_YTD = 2, JB_BASIS_SINCE = 4 };

/* As the file writes them: "sum", "last", "up", "none" (parent_value left out), "ytd". Never NULL.
 */
const char *jb_unit_agg_code(enum jb_unit_agg v);
const char *jb_time_agg_code(enum jb_time_agg v);
const char *jb_direction_code(enum jb_direction v);
const char *jb_parent_value_code(enum jb_parent_value v);
const char *jb_basis_kind_code(enum jb_basis_kind v);

/* A dated reference to a unit. */
struct jb_edge {
    uint32_t unit;
    jb_date from, until;
};

struct jb_names {
    const char *zh, *en;  /* never NULL; en falls back to zh */
    const char **aliases; /* former and other names; NULL-terminated; never NULL */
};

struct jb_unit {
    const char *code;
    struct jb_names name;
    const char *kind;
    struct jb_edge *parents; /* by date, not overlapping; none for a root */
    uint32_t parent_count;
    bool assessed; /* 纳入考核: takes part in rankings; default false */
    jb_date from, until;
    uint32_t number; /* the store's stable number; JB_NONE until the store sets it */
    uint32_t line;   /* in the YAML */
};

struct jb_group {
    const char *code;
    struct jb_names name;
    struct jb_edge *members;
    uint32_t member_count;
    uint32_t number;
    uint32_t line;
};

struct jb_section {
    const char *code;
    struct jb_names name;
    uint32_t parent; /* section index or JB_NONE */
    uint32_t line;
};

struct jb_target {
    struct jb_span span;
    struct jb_dec value;
    enum jb_mark mark; /* AT_LEAST: not below; AT_MOST: not above; EXACT: as printed */
    const char *note;  /* "" if none */
};

/* From that day on the indicator means something else 口径调整; growth across it is flagged. */
struct jb_redefinition {
    jb_date from;
    const char *note; /* "" if none */
};

struct jb_indicator {
    const char *code;
    struct jb_names name;
    const char *unit_of_measure_zh, *unit_of_measure_en;
    bool percent; /* unit of measure is % */
    enum jb_measure measure;
    enum jb_freq freq;
    uint8_t decimals;         /* the most a figure may carry; stored mantissas have this scale */
    uint8_t display_decimals; /* of ratio, growth and mean; default 2 */
    enum jb_unit_agg unit_agg;
    enum jb_time_agg time_agg;
    enum jb_direction direction;
    enum jb_parent_value parent_value;
    unsigned bases; /* set of jb_basis_kind */
    enum jb_basis_kind default_basis;
    bool negative_allowed;         /* default false */
    bool not_applicable_allowed;   /* default true */
    bool not_applicable_explained; /* only with a reason 说明; default false */
    bool marks_allowed;            /* default true */
    bool marks_explained;          /* only with a reason 说明; default false */
    /* Which counts where 本期 and 本年累计 are both reported and disagree; 0: they are not
     * compared. */
    enum jb_basis_kind authoritative;
    bool is_public;                  /* may be published; default false */
    uint32_t numerator, denominator; /* ratio: indicator indexes, else JB_NONE */
    int power10;                     /* ratio: the quotient is multiplied by 10^power10 (2 for %) */
    struct jb_edge *owners;          /* who reports it */
    uint32_t owner_count;
    struct jb_edge *leads; /* 牵头单位: who answers for it, one on a day; may be no owner */
    uint32_t lead_count;
    struct jb_edge *contributors; /* 配合单位: who has a part in it and reports none */
    uint32_t contributor_count;
    uint32_t *sections;
    uint32_t section_count;
    struct jb_target *targets;
    uint32_t target_count;
    struct jb_redefinition *redefined; /* by date */
    uint32_t redefined_count;
    jb_date from, until;
    const char *note;
    uint32_t number; /* the store's stable number; JB_NONE until the store sets it */
    uint32_t line;
};

struct jb_form_row {
    uint32_t indicator;
    uint32_t of; /* 其中: index of the row in this form that it is a part of, or JB_NONE */
    struct jb_span *owed; /* in base periods of the form; count 0: owed in every period of its
                             validity, and on no day when the form is an ad hoc one */
    uint32_t owed_count;
    bool optional;         /* may be submitted, is never expected */
    enum jb_rule_op parts; /* of a whole: LE each part 其中 at most it, EQ the parts add up to it;
                              0: not checked */
};

struct jb_form {
    const char *code;
    struct jb_names name; /* title */
    enum jb_freq freq;
    struct jb_edge *units; /* who owes it */
    uint32_t unit_count;
    struct jb_form_row *rows;
    uint32_t row_count;
    bool scan; /* accepted only with the hash of its stamped scan 盖章扫描件 */
    const struct jb_schedule *schedule; /* its own, else the catalogue's; NULL: no dates */
    uint32_t *rules;                    /* those that look at an indicator of the form, ascending */
    uint32_t rule_count;
    bool compared;   /* some check looks at its figures together or beside others; else none does */
    uint32_t number; /* the store's stable number */
    uint32_t line;
};

enum jb_rule_kind {
    JB_RULE_WRITTEN = 1, /* under rules: */
    JB_RULE_PART,        /* made of a form: a part 其中 is at most its whole */
    JB_RULE_PARTS,       /* made of a form: the parts add up to the whole */
};
/* A relation 审核关系 between figures of one unit. Its indicators share the frequency. */
struct jb_rule {
    enum jb_rule_kind kind;
    const char *code;     /* "" unless written, as is note */
    struct jb_names name; /* of what is made of a form: the whole's */
    uint32_t form;        /* the only form it is checked with, or JB_NONE */
    bool explain;         /* broken, it needs an explanation; else it is an error */
    enum jb_rule_missing missing;
    enum jb_rule_op op;
    struct jb_rule_term *left, *right; /* codes are the indicators' */
    uint32_t left_count, right_count;
    struct jb_dec tolerance; /* by so much may the sides differ; not below zero */
    enum jb_freq freq;
    const char *note;
    uint32_t line;
};

typedef struct jb_catalog jb_catalog;

struct jb_catalog_view { /* plain arrays for iteration; in the YAML's order */
    const char *code;
    struct jb_names name;
    int zone_offset_minutes;
    bool managed_periods; /* a period is opened before anything is filed for it; default false */
    bool ranking;         /* assessed units may be ranked 排名; default false */
    bool demonstration;   /* 演示数据: invented, which every output says; default false */
    struct jb_workdays workdays;
    const struct jb_schedule *schedule; /* of forms without one of their own; NULL: none */
    uint8_t hash[32];                   /* BLAKE2b-256 of the YAML bytes */
    struct jb_unit *units;
    uint32_t unit_count;
    struct jb_group *groups;
    uint32_t group_count;
    struct jb_section *sections;
    uint32_t section_count;
    struct jb_indicator *indicators;
    uint32_t indicator_count;
    struct jb_form *forms;
    uint32_t form_count;
    struct jb_rule *rules; /* the written ones, then those made of forms */
    uint32_t written_rule_count, rule_count;
    bool check_history;   /* explain what is far from the unit's own history */
    bool check_unchanged; /* explain a form with the figures of the period before throughout */
};

void jb_catalog_free(jb_catalog *catalog); /* NULL is fine */
const struct jb_catalog_view *jb_catalog_view(const jb_catalog *catalog);

/* Index by code, or JB_NONE. */
uint32_t jb_catalog_unit(const jb_catalog *c, struct jb_slice code);
uint32_t jb_catalog_group(const jb_catalog *c, struct jb_slice code);
uint32_t jb_catalog_section(const jb_catalog *c, struct jb_slice code);
uint32_t jb_catalog_indicator(const jb_catalog *c, struct jb_slice code);
uint32_t jb_catalog_form(const jb_catalog *c, struct jb_slice code);
uint32_t jb_catalog_rule(const jb_catalog *c, struct jb_slice code); /* of the written ones */
/* By code, else by Chinese or English name or alias (exact after trimming). JB_ENOTFOUND;
 * JB_EEXIST: several bear the name. */
JB_MUST_USE jb_err jb_catalog_find_indicator(const jb_catalog *c, struct jb_slice name,
                                             uint32_t *ret);
JB_MUST_USE jb_err jb_catalog_find_unit(const jb_catalog *c, struct jb_slice name, uint32_t *ret);
/* The closest code or name for "did you mean", or "" when nothing is close. */
const char *jb_catalog_suggest_indicator(const jb_catalog *c, struct jb_slice name);
const char *jb_catalog_suggest_unit(const jb_catalog *c, struct jb_slice name);
const char *jb_catalog_suggest_form(const jb_catalog *c, struct jb_slice name); /* codes only */

/* The parent that holds on the day, or JB_NONE. */
uint32_t jb_catalog_parent(const jb_catalog *c, uint32_t unit, jb_date day);
/* node == unit, or an ancestor of it on that day. */
bool jb_catalog_is_under(const jb_catalog *c, uint32_t unit, uint32_t node, jb_date day);
/* Unit is a member of the group, or stands under a member. */
bool jb_catalog_in_group(const jb_catalog *c, uint32_t unit, uint32_t group, jb_date day);
bool jb_catalog_owns(const jb_catalog *c, uint32_t unit, uint32_t indicator, jb_date day);
/* The last change of definition that lies between the two sides of a comparison (of a ratio: of one
 * of its parts, too): after the earlier side began and by the end of the later one. NULL: both mean
 * the same. */
const struct jb_redefinition *jb_catalog_redefined(const jb_catalog *c, uint32_t indicator,
                                                   jb_date earlier_first, jb_date later_last);
/* The row of the form that has the indicator, or JB_NONE. */
uint32_t jb_catalog_form_row(const jb_catalog *c, uint32_t form, uint32_t indicator);
/* The form in which this unit reports the indicator on that day, or JB_NONE. (The check of the
 * catalogue allows one at most.) */
uint32_t jb_catalog_form_of(const jb_catalog *c, uint32_t unit, uint32_t indicator, jb_date day);
/* The unit owes the form, and the row is owed there in the base period: owned, valid, in the owed
 * spans. Optional rows are accepted (accepts) but never owed. */
bool jb_catalog_owes_form(const jb_catalog *c, uint32_t unit, uint32_t form,
                          struct jb_period period);
bool jb_catalog_owes_row(const jb_catalog *c, uint32_t unit, uint32_t form, uint32_t row,
                         struct jb_period period);
bool jb_catalog_accepts_row(const jb_catalog *c, uint32_t unit, uint32_t form, uint32_t row,
                            struct jb_period period);
/* The same for who has the period's last day already. */
bool jb_catalog_accepts_row_on(const jb_catalog *c, uint32_t unit, uint32_t form, uint32_t row,
                               struct jb_period period, jb_date last_day);
/* The unit owes the form and at least one of its rows in the base period: such a filing counts as
 * expected. */
bool jb_catalog_expects_form(const jb_catalog *c, uint32_t unit, uint32_t form,
                             struct jb_period period);
/* When the form opens, is due and locks in the period. False: none of the three, and *ret says so;
 * also for a period that is not of the form's frequency. */
bool jb_catalog_dates(const jb_catalog *c, uint32_t form, struct jb_period period,
                      struct jb_form_dates *ret);
/* expected of coverage: the units under the node (or in the group) that owe the indicator in the
 * base period. */
uint32_t jb_catalog_expected(const jb_catalog *c, bool is_group, uint32_t node, uint32_t indicator,
                             struct jb_period period);
/* Whether an own value of `unit` counts in rollups of itself and its ancestors (false for
 * JB_PARENT_COMPARE when a descendant owns the indicator too). */
bool jb_catalog_own_counts(const jb_catalog *c, uint32_t unit, uint32_t indicator, jb_date day);

#endif
