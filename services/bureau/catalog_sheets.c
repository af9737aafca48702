/* The sheets in the order of their tabs. A key that the file's format gets is added here as well;
 * a test takes every catalogue of the project there and back. */
#include "catalog_sheets.h"

#include "base/text.h"
#include "model/fold.h"

static const struct jb_field_word yes_no[] = {{"true", "是"}, {"false", "否"}, {NULL, NULL}};
static const struct jb_field_word frequencies[] = {{"year", "年"},    {"half", "半年"},
                                                   {"quarter", "季"}, {"month", "月"},
                                                   {"day", "日"},     {NULL, NULL}};
static const struct jb_field_word periods[] = {
    {"free", "随时填报"}, {"managed", "先开期再填报"}, {NULL, NULL}};
static const struct jb_field_word checks[] = {
    {"history", "与本单位历史相差过大"}, {"unchanged", "与上期完全相同"}, {NULL, NULL}};
static const struct jb_field_word shifts[] = {
    {"none", "不顺延"}, {"next_workday", "顺延到下一工作日"}, {NULL, NULL}};
static const struct jb_field_word measures[] = {{"flow", "时期数"},   {"stock", "时点数"},
                                                {"rate", "直报比率"}, {"ratio", "计算比率"},
                                                {"text", "文字材料"}, {NULL, NULL}};
static const struct jb_field_word unit_aggs[] = {{"sum", "相加"},      {"mean", "平均"},
                                                 {"min", "最小"},      {"max", "最大"},
                                                 {"sole", "只有一家"}, {NULL, NULL}};
static const struct jb_field_word time_aggs[] = {
    {"sum", "相加"}, {"last", "取期末"}, {"mean", "平均"}, {"min", "最小"},
    {"max", "最大"}, {"none", "不汇总"}, {NULL, NULL}};
static const struct jb_field_word directions[] = {
    {"up", "越高越好"}, {"down", "越低越好"}, {"none", "不分高低"}, {NULL, NULL}};
static const struct jb_field_word bases[] = {
    {"period", "本期"}, {"ytd", "本年累计"}, {"since", "累计"}, {NULL, NULL}};
static const struct jb_field_word not_applicables[] = {
    {"true", "可以"}, {"false", "不可以"}, {"reason", "须说明"}, {NULL, NULL}};
static const struct jb_field_word marks[] = {
    {"true", "可以"}, {"false", "不可以"}, {"explain", "须说明"}, {NULL, NULL}};
static const struct jb_field_word parent_values[] = {
    {"add", "加上本级"}, {"compare", "只作比对"}, {NULL, NULL}};
static const struct jb_field_word target_marks[] = {
    {"exact", "等于"}, {"at_least", "不低于"}, {"at_most", "不高于"}, {NULL, NULL}};
static const struct jb_field_word roles[] = {
    {"owners", "填报"}, {"lead", "牵头"}, {"contributors", "配合"}, {NULL, NULL}};
static const struct jb_field_word severities[] = {
    {"error", "不符则退回"}, {"explain", "不符须说明"}, {NULL, NULL}};
static const struct jb_field_word missings[] = {
    {"skip", "不检查"}, {"zero", "按0计"}, {"require", "必须填报"}, {NULL, NULL}};

#define NAMES                                                                                      \
    {"name.zh", "名称", NULL, 0, NULL},                                                            \
    {                                                                                              \
        "name.en", "英文名称", NULL, 0, NULL                                                       \
    }
#define ALIASES                                                                                    \
    {                                                                                              \
        "aliases", "别名和曾用名", NULL, JB_FIELD_LINES, NULL                                      \
    }
#define DATES                                                                                      \
    {"from", "起", NULL, 0, NULL},                                                                 \
    {                                                                                              \
        "until", "止", NULL, 0, NULL                                                               \
    }
#define CODE                                                                                       \
    {                                                                                              \
        "code", "代码", NULL, 0, NULL                                                              \
    }
#define SCHEDULE                                                                                   \
    {"schedule.opens", "开始填报（期末后第几天）", NULL, JB_FIELD_NUMBER, NULL},                   \
        {"schedule.due", "截止（期末后第几天）", NULL, JB_FIELD_NUMBER, NULL},                     \
        {"schedule.locks", "锁定（期末后第几天）", NULL, JB_FIELD_NUMBER, NULL},                   \
    {                                                                                              \
        "schedule.shift", "遇节假日", NULL, 0, shifts                                              \
    }
#define PARENT(title, en)                                                                          \
    {                                                                                              \
        "", title, en, JB_FIELD_PARENT, NULL                                                       \
    }
#define NAME_OF(kind)                                                                              \
    {                                                                                              \
        "", "名称（供参考）", "name (shown only)", kind, NULL                                      \
    }
#define UNIT                                                                                       \
    {"unit", "单位代码", NULL, 0, NULL},                                                           \
    {                                                                                              \
        "", "单位（供参考）", "unit name (shown only)", JB_FIELD_UNIT_NAME, NULL                   \
    }

static const struct jb_field head[] = {
    {"catalog", "目录代码", NULL, 0, NULL},
    NAMES,
    {"zone", "时区", NULL, 0, NULL},
    {"frequency", "报告期", NULL, 0, frequencies},
    {"periods", "开期", NULL, 0, periods},
    {"ranking", "排名", NULL, 0, yes_no},
    {"demonstration", "演示数据", NULL, 0, yes_no},
    {"checks", "内置检查", NULL, JB_FIELD_CODES, checks},
    SCHEDULE,
};
static const struct jb_field units[] = {
    CODE,
    NAMES,
    ALIASES,
    {"kind", "类别", NULL, 0, NULL},
    {"parent", "上级单位", NULL, 0, NULL},
    {"assessed", "纳入考核", NULL, 0, yes_no},
    DATES,
};
static const struct jb_field parents[] = {
    PARENT("代码", "code"),
    NAME_OF(JB_FIELD_UNIT_NAME),
    {"unit", "上级单位", "parent", 0, NULL},
    DATES,
};
static const struct jb_field groups[] = {CODE, NAMES, ALIASES};
static const struct jb_field members[] = {PARENT("分组代码", "group"), NAME_OF(JB_FIELD_GROUP_NAME),
                                          UNIT, DATES};
static const struct jb_field sections[] = {
    CODE, NAMES, ALIASES, {"parent", "上级栏目", NULL, 0, NULL}};
static const struct jb_field indicators[] = {
    CODE,
    NAMES,
    ALIASES,
    {"unit_of_measure.zh", "计量单位", NULL, 0, NULL},
    {"unit_of_measure.en", "英文计量单位", NULL, 0, NULL},
    {"measure", "类型", NULL, 0, measures},
    {"frequency", "报告期", NULL, 0, frequencies},
    {"decimals", "小数位", NULL, JB_FIELD_NUMBER, NULL},
    {"display_decimals", "显示小数位", NULL, JB_FIELD_NUMBER, NULL},
    {"sections", "栏目", NULL, JB_FIELD_CODES, NULL},
    {"bases", "口径", NULL, JB_FIELD_CODES, bases},
    {"authoritative", "以何为准", NULL, 0, bases},
    {"unit_agg", "单位汇总", NULL, 0, unit_aggs},
    {"time_agg", "时间汇总", NULL, 0, time_aggs},
    {"parent_value", "上级本级数", NULL, 0, parent_values},
    {"direction", "方向", NULL, 0, directions},
    {"negative", "可为负数", NULL, 0, yes_no},
    {"not_applicable", "可填不涉及", NULL, 0, not_applicables},
    {"marks", "可填约数", NULL, 0, marks},
    {"public", "可公开", NULL, 0, yes_no},
    {"numerator", "分子", NULL, 0, NULL},
    {"denominator", "分母", NULL, 0, NULL},
    {"power10", "乘10的几次方", NULL, JB_FIELD_NUMBER, NULL},
    DATES,
    {"note", "说明", NULL, JB_FIELD_NOTE, NULL},
};
static const struct jb_field duties[] = {
    PARENT("指标代码", "indicator"),
    {"", "指标（供参考）", "indicator name (shown only)", JB_FIELD_INDICATOR_NAME, NULL},
    {"", "分工", "role", JB_FIELD_ROLE, roles},
    UNIT,
    DATES};
static const struct jb_field targets[] = {
    PARENT("指标代码", "indicator"),     NAME_OF(JB_FIELD_INDICATOR_NAME),
    {"period", "报告期", NULL, 0, NULL}, {"mark", "要求", NULL, 0, target_marks},
    {"value", "目标值", NULL, 0, NULL},  {"note", "说明", NULL, JB_FIELD_NOTE, NULL},
};
static const struct jb_field redefined[] = {PARENT("指标代码", "indicator"),
                                            NAME_OF(JB_FIELD_INDICATOR_NAME),
                                            {"from", "起", NULL, 0, NULL},
                                            {"note", "说明", NULL, JB_FIELD_NOTE, NULL}};
static const struct jb_field forms[] = {
    CODE,
    {"title.zh", "表名", NULL, 0, NULL},
    {"title.en", "英文表名", NULL, 0, NULL},
    ALIASES,
    {"frequency", "报告期", NULL, 0, frequencies},
    {"scan", "须附盖章扫描件", NULL, 0, yes_no},
    SCHEDULE,
};
static const struct jb_field form_units[] = {PARENT("报表代码", "form"),
                                             NAME_OF(JB_FIELD_FORM_NAME), UNIT, DATES};
static const struct jb_field rows[] = {
    PARENT("报表代码", "form"),
    NAME_OF(JB_FIELD_FORM_NAME),
    {"indicator", "指标代码", NULL, 0, NULL},
    {"", "指标（供参考）", "indicator name (shown only)", JB_FIELD_INDICATOR_NAME, NULL},
    {"of", "其中：属于哪一行", NULL, 0, NULL},
    {"owed", "应报的报告期", NULL, JB_FIELD_CODES, NULL},
    {"optional", "可以不报", NULL, 0, yes_no},
    {"parts", "其中各行与本行", NULL, 0, NULL},
};
static const struct jb_field dates[] = {
    PARENT("报表代码", "form"),          NAME_OF(JB_FIELD_FORM_NAME),
    {"period", "报告期", NULL, 0, NULL}, {"opens", "开始填报", NULL, 0, NULL},
    {"due", "截止", NULL, 0, NULL},      {"locks", "锁定", NULL, 0, NULL},
};
static const struct jb_field rules[] = {
    CODE,
    NAMES,
    {"form", "只对报表", NULL, 0, NULL},
    {"left", "左边", NULL, 0, NULL},
    {"op", "关系", NULL, 0, NULL},
    {"right", "右边", NULL, 0, NULL},
    {"severity", "处理", NULL, 0, severities},
    {"when_missing", "缺数时", NULL, 0, missings},
    {"tolerance", "容差", NULL, 0, NULL},
    {"note", "说明", NULL, JB_FIELD_NOTE, NULL},
};
static const struct jb_field holidays[] = {DATES, NAMES};
static const struct jb_field workdays[] = {{"", "日期", "date", 0, NULL}};

#define FIELDS(fields) fields, JB_COUNT(fields)
static const struct jb_catalog_sheet sheets[JB_CATALOG_SHEETS] = {
    {"目录",
     "catalogue",
     NULL,
     {NULL},
     false,
     false,
     false,
     FIELDS(head),
     N_("the whole catalogue: what holds where a sheet says nothing")},
    {"单位",
     "units",
     "units",
     {NULL},
     false,
     true,
     false,
     FIELDS(units),
     N_("who reports, and under whom")},
    {"上级变更",
     "parents by date",
     "units",
     {"parents"},
     true,
     false,
     false,
     FIELDS(parents),
     N_("units whose parent changes: one row for each, with its dates; the units' sheet names "
        "none")},
    {"分组",
     "groups",
     "groups",
     {NULL},
     false,
     false,
     false,
     FIELDS(groups),
     N_("other ways to roll units up; they may overlap")},
    {"分组成员",
     "members",
     "groups",
     {"members"},
     true,
     true,
     false,
     FIELDS(members),
     N_("which units belong to which group")},
    {"栏目",
     "sections",
     "sections",
     {NULL},
     false,
     false,
     false,
     FIELDS(sections),
     N_("chapters of plans and reports")},
    {"指标",
     "indicators",
     "indicators",
     {NULL},
     false,
     false,
     false,
     FIELDS(indicators),
     N_("what is counted, in what, and how it adds up")},
    {"责任分工",
     "division of work",
     "indicators",
     {"owners", "lead", "contributors"},
     true,
     false,
     false,
     FIELDS(duties),
     N_("who reports an indicator, who answers for it, who has a part in it")},
    {"目标",
     "targets",
     "indicators",
     {"targets"},
     false,
     false,
     false,
     FIELDS(targets),
     N_("targets of plans")},
    {"口径调整",
     "redefinitions",
     "indicators",
     {"redefined"},
     false,
     false,
     false,
     FIELDS(redefined),
     N_("days from which an indicator means something else")},
    {"报表",
     "forms",
     "forms",
     {NULL},
     false,
     false,
     false,
     FIELDS(forms),
     N_("forms, with dates of their own where they have any")},
    {"报表单位",
     "form units",
     "forms",
     {"units"},
     true,
     true,
     false,
     FIELDS(form_units),
     N_("who owes which form")},
    {"报表行",
     "form rows",
     "forms",
     {"rows"},
     false,
     true,
     false,
     FIELDS(rows),
     N_("the rows of each form, in their order")},
    {"各期时限",
     "dates",
     "forms",
     {"schedule.dates"},
     false,
     false,
     true,
     FIELDS(dates),
     N_("dates of single periods; without a form: of all forms")},
    {"审核关系",
     "rules",
     "rules",
     {NULL},
     false,
     false,
     false,
     FIELDS(rules),
     N_("relations between the figures of a unit")},
    {"节假日",
     "holidays",
     "holidays",
     {NULL},
     false,
     false,
     false,
     FIELDS(holidays),
     N_("public holidays, first and last day")},
    {"调休上班",
     "workdays",
     "workdays",
     {NULL},
     false,
     false,
     false,
     FIELDS(workdays),
     N_("weekend days that are worked")},
};

const struct jb_catalog_sheet *jb_catalog_sheet(uint32_t index)
{
    jb_assert(index < JB_CATALOG_SHEETS);
    return &sheets[index];
}

/* Whether the path begins with the key. */
static bool begins(const char *path, struct jb_slice key)
{
    return strncmp(path, (const char *)key.ptr, key.len) == 0 &&
           (path[key.len] == '\0' || path[key.len] == '.');
}

bool jb_catalog_sheets_have(const char *list, struct jb_slice key)
{
    for (uint32_t i = 0; i < JB_CATALOG_SHEETS; i++) {
        const struct jb_catalog_sheet *sheet = &sheets[i];
        bool own = list ? sheet->list && strcmp(sheet->list, list) == 0 : !sheet->list;
        if (!list && sheet->list && (jb_slice_is(key, sheet->list)))
            return true;
        for (uint32_t k = 0; own && !sheet->children[0] && k < sheet->field_count; k++) {
            if (sheet->fields[k].path[0] && begins(sheet->fields[k].path, key))
                return true;
        }
        for (uint32_t k = 0; own && k < JB_SHEET_CHILDREN_MAX && sheet->children[k]; k++) {
            if (begins(sheet->children[k], key))
                return true;
        }
    }
    return false;
}

const char *jb_catalog_readme_tab(void)
{
    return jb_text_is_zh() ? "说明" : "read me";
}

const char *jb_catalog_contacts_tab(void)
{
    return jb_text_is_zh() ? "联系人" : "contacts";
}

bool jb_catalog_is_readme_tab(const char *name)
{
    return strcmp(name, "说明") == 0 || strcmp(name, "read me") == 0;
}

bool jb_catalog_is_contacts_tab(const char *name)
{
    return strcmp(name, "联系人") == 0 || strcmp(name, "contacts") == 0;
}

const char *jb_catalog_sheet_title(const struct jb_catalog_sheet *sheet)
{
    return jb_text_is_zh() ? sheet->zh : sheet->en;
}

static const char *english(const struct jb_field *field)
{
    return field->en ? field->en : field->path;
}

const char *jb_field_title(const struct jb_field *field)
{
    return jb_text_is_zh() ? field->zh : english(field);
}

bool jb_field_has_title(const struct jb_field *field, struct jb_slice text)
{
    return jb_slice_is(text, field->zh) || jb_slice_is_nocase(text, english(field));
}

const char *jb_field_show_word(const struct jb_field *field, struct jb_slice word)
{
    for (const struct jb_field_word *w = field->words; w && w->word; w++) {
        if (jb_slice_is(word, w->word))
            return jb_text_is_zh() ? w->zh : w->word;
    }
    return NULL;
}

const char *jb_field_find_word(const struct jb_field *field, struct jb_slice text)
{
    for (const struct jb_field_word *w = field->words; w && w->word; w++) {
        if (jb_slice_is(text, w->zh) || jb_slice_is_nocase(text, w->word))
            return w->word;
    }
    return NULL;
}
