/* The columns of a form as a workbook: what they are called, and what a title in somebody's sheet
 * means. Those of a list (unit, period, basis, value) are read as well, so that a CSV file that was
 * saved as a workbook is one. */
#ifndef JB_FORM_COLUMN_H
#define JB_FORM_COLUMN_H

#include "base/base.h"

enum jb_form_column {
    JB_FORM_NAME,       /* 指标名称 */
    JB_FORM_MEASURED,   /* 计量单位 */
    JB_FORM_LINE,       /* 行次 */
    JB_FORM_YEAR_AGO,   /* 上年同期 */
    JB_FORM_BEFORE,     /* 上期 */
    JB_FORM_OF_PERIOD,  /* 本期实际 */
    JB_FORM_TO_DATE,    /* 本年累计 */
    JB_FORM_SINCE_FROM, /* 累计起始期 */
    JB_FORM_SINCE,      /* 累计 */
    JB_FORM_TEXT,       /* 文字内容, on the sheet of texts */
    JB_FORM_STATUS,     /* 数据性质 */
    JB_FORM_NOTE,       /* 说明 */
    JB_FORM_CODE,       /* 指标代码 */
    JB_FORM_UNIT,       /* 单位: of a list, as are those below */
    JB_FORM_PERIOD,     /* 报告期 */
    JB_FORM_BASIS,      /* 口径 */
    JB_FORM_VALUE,      /* 数值 */
    JB_FORM_COLUMNS,
};

const char *jb_form_column_title(enum jb_form_column column, bool zh);
/* JB_FORM_COLUMNS: no title of ours. Blanks and line ends inside do not count. */
enum jb_form_column jb_form_column_of(struct jb_slice title);
/* True for the columns that a figure may stand in. */
bool jb_form_column_is_value(enum jb_form_column column);

/* The words before a colon in the head and the foot of a form. */
enum jb_form_label {
    JB_LABEL_UNIT,        /* 填报单位 */
    JB_LABEL_FORM,        /* 表号 */
    JB_LABEL_PERIOD,      /* 报告期 */
    JB_LABEL_EXPLANATION, /* 上报说明 */
    JB_LABEL_RELEASED,    /* 单位负责人 */
    JB_LABEL_CHECKED,     /* 审核人 */
    JB_LABEL_FILLED,      /* 填报人 */
    JB_LABEL_DATE,        /* 报出日期 */
    JB_LABELS,
};
/* With its colon. */
const char *jb_form_label(enum jb_form_label label, bool zh);
/* The label that the text begins with, and in *ret_rest what stands behind its colon, trimmed.
 * JB_LABELS: none. */
enum jb_form_label jb_form_label_of(struct jb_slice text, struct jb_slice *ret_rest);

#endif
