/* What the files of the check share: the facts gathered so far about one submission, and the report
 * of a finding. Included by check*.c only. */
#ifndef JB_CHECK_PARTS_H
#define JB_CHECK_PARTS_H

#include "model/check.h"

#define JB_CHECK_NO_ROW UINT32_MAX

struct jb_check {
    const jb_catalog *catalog;
    const struct jb_catalog_view *view;
    const struct jb_submission *submission;
    jb_date today;
    struct jb_findings *findings;
    /* What was found out; the later checks do without what is missing. */
    uint32_t unit, form; /* JB_NONE: unknown */
    bool has_period;     /* and it fits the form */
    struct jb_period period;
    jb_date last_day;
    bool owes_form;
    uint32_t row; /* the row under check, or JB_CHECK_NO_ROW */
};

/* The number that people know a row by: its line in the file, else its place in the submission. */
uint32_t jb_check_row_number(const struct jb_check *check, uint32_t row);
/* An error at the row under check. got is quoted: shortened, and made printable. NULL expected and
 * hint are none. */
void jb_check_report(struct jb_check *check, enum jb_finding_code code, const char *column_name,
                     struct jb_slice got, const char *expected, const char *hint);
/* The same with "did you mean": suggestion may be "". */
void jb_check_report_unknown(struct jb_check *check, enum jb_finding_code code,
                             const char *column_name, struct jb_slice got, const char *suggestion);
/* Reports text that is longer than bytes_max, is not UTF-8, or has control characters; `lines`
 * allows tabs and line ends. False when something was reported. */
bool jb_check_text(struct jb_check *check, const char *column_name, struct jb_slice text,
                   size_t bytes_max, bool lines);
/* Checks the row under check; *ret is complete only when nothing was reported. True when indicator
 * and stretch of *ret are known, whatever else is wrong. */
bool jb_check_row(struct jb_check *check, struct jb_effect *ret);

#endif
