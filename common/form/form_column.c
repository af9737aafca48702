#include "form/form_column.h"

#include "model/fold.h"

#define TITLE_BYTES_MAX 64

static const struct title {
    const char *zh, *en;
    const char *others[4];
} titles[JB_FORM_COLUMNS] = {
    [JB_FORM_NAME] = {"指标名称", "Indicator", {"指标", "材料名称", "甲", NULL}},
    [JB_FORM_MEASURED] = {"计量单位", "Measured in", {"乙", NULL}},
    [JB_FORM_LINE] = {"行次", "Line", {"代码", "丙", NULL}},
    [JB_FORM_YEAR_AGO] = {"上年同期", "Year before", {NULL}},
    [JB_FORM_BEFORE] = {"上期", "Period before", {"上季", NULL}},
    [JB_FORM_OF_PERIOD] = {"本期实际", "This period", {"本期", "本期数", NULL}},
    [JB_FORM_TO_DATE] = {"本年累计", "Year to date", {"累计数", NULL}},
    [JB_FORM_SINCE_FROM] = {"累计起始期", "Counted from", {NULL}},
    [JB_FORM_SINCE] = {"累计", "Since then", {NULL}},
    [JB_FORM_TEXT] = {"文字内容", "Text", {NULL}},
    [JB_FORM_STATUS] = {"数据性质", "Status", {NULL}},
    [JB_FORM_NOTE] = {"说明", "Note", {"备注", NULL}},
    [JB_FORM_CODE] = {"指标代码", "Code", {NULL}},
    [JB_FORM_UNIT] = {"单位", "Unit", {"填报单位", NULL}},
    [JB_FORM_PERIOD] = {"报告期", "Period", {"填报期", "期间", NULL}},
    [JB_FORM_BASIS] = {"口径", "Basis", {NULL}},
    [JB_FORM_VALUE] = {"数值", "Value", {"数据", "填报值", NULL}},
};

static const struct label {
    const char *zh, *en;   /* as written */
    const char *others[4]; /* as read: without colon */
} labels[JB_LABELS] = {
    [JB_LABEL_UNIT] = {"填报单位（盖章）：",
                       "Unit (seal): ",
                       {"填报单位", "单位名称", "Unit", NULL}},
    [JB_LABEL_FORM] = {"表号：", "Form: ", {"表号", "Form", NULL}},
    [JB_LABEL_PERIOD] = {"报告期：", "Period: ", {"报告期", "Period", NULL}},
    [JB_LABEL_EXPLANATION] = {"上报说明：", "Explanation:", {"上报说明", "Explanation", NULL}},
    [JB_LABEL_RELEASED] = {"单位负责人：", "Released by:", {"单位负责人", "Released by", NULL}},
    [JB_LABEL_CHECKED] = {"审核人：", "Checked by:", {"审核人", "Checked by", NULL}},
    [JB_LABEL_FILLED] = {"填报人：", "Filled in by:", {"填报人", "Filled in by", NULL}},
    [JB_LABEL_DATE] = {"报出日期：", "Date:", {"报出日期", "Date", NULL}},
};

const char *jb_form_column_title(enum jb_form_column column, bool zh)
{
    return zh ? titles[column].zh : titles[column].en;
}

/* Folded, and without what people put between the characters of a narrow column's title. */
static struct jb_slice squeeze(struct jb_slice text, char buf[TITLE_BYTES_MAX])
{
    char folded[TITLE_BYTES_MAX];
    size_t len = 0;
    bool ascii = true;

    if (text.len >= TITLE_BYTES_MAX || jb_fold(text, folded, sizeof(folded), &text))
        return jb_slice_of(NULL, 0);
    for (size_t i = 0; i < text.len; i++)
        ascii = ascii && text.ptr[i] < 0x80;
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (c == '\n' || c == '\r' || c == '\t' || (c == ' ' && !ascii))
            continue;
        buf[len++] = (char)c;
    }
    return jb_slice_of(buf, len);
}

enum jb_form_column jb_form_column_of(struct jb_slice title)
{
    char buf[TITLE_BYTES_MAX];
    struct jb_slice text = squeeze(title, buf);

    for (enum jb_form_column column = 0; column < JB_FORM_COLUMNS && text.len; column++) {
        const struct title *t = &titles[column];
        if (jb_slice_is(text, t->zh) || jb_slice_is_nocase(text, t->en))
            return column;
        for (size_t i = 0; i < JB_COUNT(t->others) && t->others[i]; i++) {
            if (jb_slice_is(text, t->others[i]))
                return column;
        }
    }
    return JB_FORM_COLUMNS;
}

bool jb_form_column_is_value(enum jb_form_column column)
{
    return column == JB_FORM_OF_PERIOD || column == JB_FORM_TO_DATE || column == JB_FORM_SINCE ||
           column == JB_FORM_TEXT || column == JB_FORM_VALUE;
}

const char *jb_form_label(enum jb_form_label label, bool zh)
{
    return zh ? labels[label].zh : labels[label].en;
}

/* Behind the colon, ASCII or full-width, if one comes next, after a remark in brackets at most. */
static bool behind_colon(struct jb_slice text, struct jb_slice *ret)
{
    static const char *const brackets[][2] = {{"（", "）"}, {"(", ")"}};

    text = jb_trim(text);
    for (size_t i = 0; i < JB_COUNT(brackets); i++) {
        if (!jb_take_prefix(&text, brackets[i][0]))
            continue;
        const uint8_t *close = memmem(text.ptr, text.len, brackets[i][1], strlen(brackets[i][1]));
        if (!close)
            return false;
        text = jb_slice_from(text, (size_t)(close - text.ptr) + strlen(brackets[i][1]));
    }
    if (!jb_take_prefix(&text, "：") && !jb_take_prefix(&text, ":"))
        return false;
    *ret = jb_trim(text);
    return true;
}

enum jb_form_label jb_form_label_of(struct jb_slice text, struct jb_slice *ret_rest)
{
    text = jb_trim(text);
    for (enum jb_form_label label = 0; label < JB_LABELS; label++) {
        const char *const *others = labels[label].others;
        for (size_t i = 0; i < JB_COUNT(labels[label].others) && others[i]; i++) {
            struct jb_slice rest = text;
            if (jb_take_prefix(&rest, others[i]) && behind_colon(rest, ret_rest))
                return label;
        }
    }
    return JB_LABELS;
}
