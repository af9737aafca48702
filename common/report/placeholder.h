/* The language of templates: what stands between {{ and }}. Words are separated by blanks, in
 * Chinese or English, full-width characters are read like their plain ones:
 *
 *     {{新增市场主体 2022}}            the value with its unit of measure: 12402户
 *     {{新增市场主体 2022 同比}}       its growth in words: 增长13.29%
 *     {{表 章节=gov.4.2 期=2022}}      a table; also 图 chart, 汇编 collate, 修订 revisions ...
 *     {{每单位 towns}} ... {{完}}      a loop; also 每章节, 每指标
 *     {{如果 新增市场主体 同比 > 0}} ... {{否则}} ... {{完}}
 *
 * deploy/templates.md describes every word for who writes templates. This part reads words and
 * periods; it knows no catalogue, so names stay text. */
#ifndef JB_REPORT_PLACEHOLDER_H
#define JB_REPORT_PLACEHOLDER_H

#include "base/arena.h"
#include "model/decimal.h"
#include "model/period.h"
#include "model/rule.h"

#define JB_PLACEHOLDER_BYTES_MAX 1024
#define JB_PLACEHOLDER_WORDS_MAX 64
#define JB_PLACEHOLDER_LIST_MAX 200 /* names or periods in one list */

enum jb_ph_kind {
    JB_PH_VALUE = 1, /* of an indicator; show says what of it */
    JB_PH_FACT,      /* of the report, its loops, its release: fact says which */
    JB_PH_TABLE,
    JB_PH_CHART,
    JB_PH_COLLATE,
    JB_PH_REVISIONS,
    JB_PH_MISSING, /* table of what is owed and missing */
    JB_PH_APPENDIX,
    JB_PH_EACH, /* each says over what */
    JB_PH_IF,
    JB_PH_ELSE,
    JB_PH_END,
};

enum jb_ph_show {
    JB_SHOW_VALUE = 0, /* 461余件 */
    JB_SHOW_NUMBER,    /* 461余 */
    JB_SHOW_DIGITS,    /* 461 */
    JB_SHOW_MEASURE,   /* 件 */
    JB_SHOW_YOY,       /* 增长13.29% */
    JB_SHOW_YOY_RATE,  /* 13.29% */
    JB_SHOW_YOY_WORD,  /* 增长 */
    JB_SHOW_YOY_BASE,  /* 10947户 */
    JB_SHOW_QOQ,       /* as above, on the period before */
    JB_SHOW_QOQ_RATE,
    JB_SHOW_QOQ_WORD,
    JB_SHOW_QOQ_BASE,
    JB_SHOW_COVERAGE, /* 4/4 */
    JB_SHOW_STATUS,   /* 推算 */
    JB_SHOW_DATE,     /* of a stock: 2022年12月31日 */
    JB_SHOW_TARGET,   /* 50% */
    JB_SHOW_PARTS,    /* of a ratio: 116/290 */
    JB_SHOW_NUMERATOR,
    JB_SHOW_DENOMINATOR,
    JB_SHOW_NAME,
    JB_SHOW_PERIOD,
};

enum jb_ph_fact {
    JB_FACT_PERIOD = 1, /* 2023年上半年 */
    JB_FACT_PERIOD_END, /* 2023年6月30日 */
    JB_FACT_YEAR,       /* 2023年 */
    JB_FACT_UNIT,       /* the loop's unit, else the report's */
    JB_FACT_ROOT,       /* the report's unit */
    JB_FACT_SECTION,
    JB_FACT_INDICATOR,
    JB_FACT_ORDINAL,    /* 1, 2 ... in the loop */
    JB_FACT_ORDINAL_ZH, /* 一, 二 ... */
    JB_FACT_COUNT,      /* of the loop */
    JB_FACT_RELEASE,    /* 2023年第二季度第1次发布 */
    JB_FACT_RELEASED_AT,
    JB_FACT_REVISION,
    JB_FACT_HEAD,
    JB_FACT_VIEW,
    JB_FACT_CATALOG,
    JB_FACT_ROUNDING,
    JB_FACT_FORMS_EXPECTED, /* 应报 */
    JB_FACT_FORMS_REPORTED, /* 实报 */
    JB_FACT_MISSING_UNITS,  /* names, or 无 */
    JB_FACT_MISSING_COUNT,
    JB_FACT_REVISED_COUNT,
};

enum jb_ph_each { JB_EACH_UNIT = 1, JB_EACH_SECTION, JB_EACH_INDICATOR };

enum jb_ph_test {
    JB_TEST_COMPARE = 1, /* value (or growth) op number */
    JB_TEST_REPORTED,    /* 有数 */
    JB_TEST_ABSENT,      /* 无数 */
    JB_TEST_GROWN,       /* 增长 */
    JB_TEST_FALLEN,      /* 下降 */
    JB_TEST_EQUAL,       /* 持平 */
    JB_TEST_COMPLETE,    /* 报齐 */
    JB_TEST_INCOMPLETE,  /* 未报齐 */
    JB_TEST_ESTIMATED,   /* 推算 */
    JB_TEST_FIRST,       /* 首项, of the loop */
    JB_TEST_LAST,        /* 末项 */
    JB_TEST_PUBLISHED,   /* 已发布: the report is of a release */
    JB_TEST_REVISED,     /* 有修订 */
    JB_TEST_MISSING,     /* 有缺报 */
};

/* A period as a template names it: given, or by its place beside the report's. */
enum jb_stretch_kind {
    JB_STRETCH_THIS = 0,  /* 本期: the report's period */
    JB_STRETCH_SPAN,      /* as written */
    JB_STRETCH_BEFORE,    /* 上期 */
    JB_STRETCH_YEAR_AGO,  /* 上年同期 */
    JB_STRETCH_YEAR,      /* 本年: the year in which the report's period ends */
    JB_STRETCH_LAST_YEAR, /* 上年 */
    JB_STRETCH_Q1,        /* 一季度 ... 四季度: of that year */
    JB_STRETCH_Q2,
    JB_STRETCH_Q3,
    JB_STRETCH_Q4,
    JB_STRETCH_YTD, /* 年初至今: from January to the end of the report's period */
};
struct jb_when {
    enum jb_stretch_kind kind;
    struct jb_span span;
};

struct jb_ph_list {
    const struct jb_slice *items;
    uint32_t count;
};

struct jb_placeholder {
    enum jb_ph_kind kind;
    struct jb_slice text; /* as written, without the braces */
    uint32_t place;       /* of its block */
    enum jb_ph_show show;
    enum jb_ph_fact fact;
    enum jb_ph_each each;
    enum jb_ph_test test;
    enum jb_rule_op op;
    struct jb_dec number; /* of a comparison */
    bool has_name;        /* names has the value's indicator; else the loop's is meant */
    struct jb_ph_list names, units, sections; /* names: indicators */
    struct jb_slice group, under, basis, title;
    const struct jb_when *periods;
    uint32_t period_count;
    bool yoy, qoq, coverage, status; /* columns of a table */
    bool all_levels, reported_only, by_unit, line;
    uint32_t index; /* its number in the template, from 0 */
};

/* Reads the text between the braces into the arena. JB_EINVAL: why gets a translated sentence (with
 * what was meant, if anything is near); JB_ENOMEM. *ret is untouched then. */
JB_MUST_USE jb_err jb_placeholder_parse(struct jb_slice text, struct jb_arena *arena,
                                        struct jb_placeholder *ret, char *why, size_t why_size);
/* Whether the block needs a paragraph of its own: tables, charts, texts, lists. */
bool jb_placeholder_is_block(const struct jb_placeholder *ph);
/* Which growth the placeholder's show or test needs. */
bool jb_placeholder_needs_yoy(const struct jb_placeholder *ph);
bool jb_placeholder_needs_qoq(const struct jb_placeholder *ph);
/* The span that is meant in a report of that period. */
struct jb_span jb_when_resolve(const struct jb_when *when, struct jb_span report);

#endif
