/* The words of a figure: measure, state, precision (its mark) and status, in code, in files and on
 * screen; and one value. Numbers of the enums are stored and go over the wire: never renumber. */
#ifndef JB_FIGURE_H
#define JB_FIGURE_H

#include "base/base.h"
#include "model/decimal.h"

enum jb_measure {               /* 类型 */
                  JB_FLOW = 1,  /* 时期数 */
                  JB_STOCK = 2, /* 时点数 */
                  JB_RATE = 3,  /* 直报比率 */
                  JB_RATIO = 4, /* 计算比率: computed, never submitted */
                  JB_TEXT = 5,  /* 文字材料 */
};

enum jb_state {                              /* 状态 */
                JB_STATE_NOT_REPORTED = 0,   /* 未报: no figure */
                JB_STATE_VALUE = 1,          /* zero is a value */
                JB_STATE_NOT_APPLICABLE = 2, /* 不涉及 */
                JB_STATE_WITHDRAWN = 3,      /* 已撤回 */
                JB_STATE_NOT_COMPUTABLE = 4, /* 不可计算: answers only */
};

enum jb_mark { /* 概数标记; on screen "precision" */
               JB_EXACT = 0,
               JB_AT_LEAST = 1,    /* 以上, 不低于: [v, inf) */
               JB_MORE_THAN = 2,   /* 余, 多, 超: (v, inf) */
               JB_AT_MOST = 3,     /* 以内: (-inf, v] */
               JB_NEARLY = 4,      /* 近: (-inf, v) */
               JB_APPROXIMATE = 5, /* 约 */
};
#define JB_MARKS 6

enum jb_status {                     /* 数据性质; ordered from strong to weak */
                 JB_FINAL = 0,       /* 正式, SDMX A */
                 JB_PROVISIONAL = 1, /* 初步, SDMX P */
                 JB_ESTIMATED = 2,   /* 推算, SDMX E */
};

/* One reported value. mantissa is at the indicator's decimals (a text figure has none: its text
 * travels apart). */
struct jb_value {
    enum jb_state state; /* VALUE, NOT_APPLICABLE or WITHDRAWN */
    enum jb_mark mark;   /* EXACT unless state is VALUE */
    enum jb_status status;
    int64_t mantissa; /* 0 unless state is VALUE */
};
bool jb_value_eq(struct jb_value a, struct jb_value b);

/* Codes: "flow", "value", "not_reported", "at_least", "final" ... Never NULL. */
const char *jb_measure_code(enum jb_measure v);
const char *jb_state_code(enum jb_state v);
const char *jb_mark_code(enum jb_mark v);
const char *jb_status_code(enum jb_status v);
/* Names in the user's language (时期数, 未报, 余 ...); msgids translated by gettext. */
const char *jb_measure_name(enum jb_measure v);
const char *jb_state_name(enum jb_state v);
const char *jb_mark_name(enum jb_mark v);
const char *jb_status_name(enum jb_status v);
/* Code, English or Chinese name, SDMX letter where there is one. JB_EINVAL otherwise. */
JB_MUST_USE jb_err jb_measure_parse(struct jb_slice text, enum jb_measure *ret);
JB_MUST_USE jb_err jb_state_parse(struct jb_slice text, enum jb_state *ret);
JB_MUST_USE jb_err jb_mark_parse(struct jb_slice text, enum jb_mark *ret);
JB_MUST_USE jb_err jb_status_parse(struct jb_slice text, enum jb_status *ret);

/* A value as a report writes it: 461余, 90以上, 不低于20 is 20以上, 近20, 20以内, 约20 (Chinese) or
 * ">461", ">=90",
 * "<20", "<=20", "~20" (ASCII). number is a formatted decimal. Returns buf. */
const char *jb_figure_text(char *buf, size_t size, const char *number, enum jb_mark mark, bool zh);

#endif
