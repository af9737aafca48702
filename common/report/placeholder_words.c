/* One row a spelling. The Chinese ones are what a report says; the English ones what the command
 * line says. */
#include "report/placeholder_words.h"

const struct jb_ph_word jb_ph_heads[] = {
    {"表", "table", JB_PH_TABLE},
    {"图", "chart", JB_PH_CHART},
    {"汇编", "collate", JB_PH_COLLATE},
    {"修订表", "revisions", JB_PH_REVISIONS},
    {"缺报表", "missing", JB_PH_MISSING},
    {"附录", "appendix", JB_PH_APPENDIX},
    {"如果", "if", JB_PH_IF},
    {"否则", "else", JB_PH_ELSE},
    {"完", "end", JB_PH_END},
    {"结束", "end", JB_PH_END},
    {NULL, NULL, 0},
};

const struct jb_ph_word jb_ph_eaches[] = {
    {"每单位", "each-unit", JB_EACH_UNIT},
    {"每章节", "each-section", JB_EACH_SECTION},
    {"每指标", "each-indicator", JB_EACH_INDICATOR},
    {NULL, NULL, 0},
};

const struct jb_ph_word jb_ph_facts[] = {
    {"报告期", "period", JB_FACT_PERIOD},
    {"截止日", "period-end", JB_FACT_PERIOD_END},
    {"报告年", "year", JB_FACT_YEAR},
    {"单位", "unit", JB_FACT_UNIT},
    {"报告单位", "report-unit", JB_FACT_ROOT},
    {"章节", "section", JB_FACT_SECTION},
    {"指标", "indicator", JB_FACT_INDICATOR},
    {"序号", "ordinal", JB_FACT_ORDINAL},
    {"中文序号", "chinese-ordinal", JB_FACT_ORDINAL_ZH},
    {"项数", "count", JB_FACT_COUNT},
    {"发布", "release", JB_FACT_RELEASE},
    {"发布时间", "released-at", JB_FACT_RELEASED_AT},
    {"流水号", "revision", JB_FACT_REVISION},
    {"链头", "head", JB_FACT_HEAD},
    {"视图", "view", JB_FACT_VIEW},
    {"目录版本", "catalog-version", JB_FACT_CATALOG},
    {"舍入规则", "rounding", JB_FACT_ROUNDING},
    {"应报份数", "forms-expected", JB_FACT_FORMS_EXPECTED},
    {"实报份数", "forms-reported", JB_FACT_FORMS_REPORTED},
    {"缺报单位", "missing-units", JB_FACT_MISSING_UNITS},
    {"缺报单位数", "missing-count", JB_FACT_MISSING_COUNT},
    {"修订数", "revised-count", JB_FACT_REVISED_COUNT},
    {NULL, NULL, 0},
};

const struct jb_ph_word jb_ph_shows[] = {
    {"数值", "value", JB_SHOW_VALUE},
    {"数", "number", JB_SHOW_NUMBER},
    {"数字", "digits", JB_SHOW_DIGITS},
    {"计量单位", "measure", JB_SHOW_MEASURE},
    {"同比", "yoy", JB_SHOW_YOY},
    {"同比幅度", "yoy-rate", JB_SHOW_YOY_RATE},
    {"同比方向", "yoy-word", JB_SHOW_YOY_WORD},
    {"同比基数", "yoy-base", JB_SHOW_YOY_BASE},
    {"环比", "qoq", JB_SHOW_QOQ},
    {"环比幅度", "qoq-rate", JB_SHOW_QOQ_RATE},
    {"环比方向", "qoq-word", JB_SHOW_QOQ_WORD},
    {"环比基数", "qoq-base", JB_SHOW_QOQ_BASE},
    {"覆盖", "coverage", JB_SHOW_COVERAGE},
    {"数据性质", "status", JB_SHOW_STATUS},
    {"时点", "date", JB_SHOW_DATE},
    {"目标", "target", JB_SHOW_TARGET},
    {"分子分母", "parts", JB_SHOW_PARTS},
    {"分子", "numerator", JB_SHOW_NUMERATOR},
    {"分母", "denominator", JB_SHOW_DENOMINATOR},
    {"名称", "name", JB_SHOW_NAME},
    {"时期", "period-of", JB_SHOW_PERIOD},
    {NULL, NULL, 0},
};

const struct jb_ph_word jb_ph_tests[] = {
    {"有数", "reported", JB_TEST_REPORTED},
    {"无数", "absent", JB_TEST_ABSENT},
    {"增长", "grown", JB_TEST_GROWN},
    {"下降", "fallen", JB_TEST_FALLEN},
    {"持平", "equal", JB_TEST_EQUAL},
    {"报齐", "complete", JB_TEST_COMPLETE},
    {"未报齐", "incomplete", JB_TEST_INCOMPLETE},
    {"推算", "estimated", JB_TEST_ESTIMATED},
    {"首项", "first", JB_TEST_FIRST},
    {"末项", "last", JB_TEST_LAST},
    {"已发布", "published", JB_TEST_PUBLISHED},
    {"有修订", "revised", JB_TEST_REVISED},
    {"有缺报", "missing", JB_TEST_MISSING},
    {NULL, NULL, 0},
};

const struct jb_ph_word jb_ph_ops[] = {
    {"小于", "<", JB_OP_LT},  {"不大于", "<=", JB_OP_LE},
    {"≤", "<=", JB_OP_LE},    {"等于", "=", JB_OP_EQ},
    {"等于", "==", JB_OP_EQ}, {"不等于", "!=", JB_OP_NE},
    {"≠", "<>", JB_OP_NE},    {"不小于", ">=", JB_OP_GE},
    {"≥", ">=", JB_OP_GE},    {"大于", ">", JB_OP_GT},
    {NULL, NULL, 0},
};

const struct jb_ph_word jb_ph_keys[] = {
    {"指标", "ind", JB_KEY_INDICATOR}, {"指标", "indicator", JB_KEY_INDICATOR},
    {"单位", "unit", JB_KEY_UNIT},     {"下级", "under", JB_KEY_UNDER},
    {"分组", "group", JB_KEY_GROUP},   {"章节", "section", JB_KEY_SECTION},
    {"期", "period", JB_KEY_PERIOD},   {"时期", "period", JB_KEY_PERIOD},
    {"口径", "basis", JB_KEY_BASIS},   {"取", "show", JB_KEY_SHOW},
    {"题", "title", JB_KEY_TITLE},     {NULL, NULL, 0},
};

const struct jb_ph_word jb_ph_options[] = {
    {"同比", "yoy", JB_OPT_YOY},
    {"环比", "qoq", JB_OPT_QOQ},
    {"覆盖", "coverage", JB_OPT_COVERAGE},
    {"数据性质", "status", JB_OPT_STATUS},
    {"各级", "all-levels", JB_OPT_ALL_LEVELS},
    {"有数", "reported", JB_OPT_REPORTED},
    {"按单位", "by-unit", JB_OPT_BY_UNIT},
    {"折线", "line", JB_OPT_LINE},
    {NULL, NULL, 0},
};

const struct jb_ph_word jb_ph_whens[] = {
    {"本期", "this", JB_STRETCH_THIS},
    {"上期", "previous", JB_STRETCH_BEFORE},
    {"上年同期", "year-ago", JB_STRETCH_YEAR_AGO},
    {"本年", "this-year", JB_STRETCH_YEAR},
    {"上年", "last-year", JB_STRETCH_LAST_YEAR},
    {"一季度", "q1", JB_STRETCH_Q1},
    {"二季度", "q2", JB_STRETCH_Q2},
    {"三季度", "q3", JB_STRETCH_Q3},
    {"四季度", "q4", JB_STRETCH_Q4},
    {"年初至今", "year-to-date", JB_STRETCH_YTD},
    {NULL, NULL, 0},
};

bool jb_ph_find(const struct jb_ph_word *words, struct jb_slice word, int *ret)
{
    for (; words->zh; words++) {
        if (jb_slice_is(word, words->zh) || jb_slice_is(word, words->en)) {
            *ret = words->value;
            return true;
        }
    }
    return false;
}
