/* Findings 校验结果: what is wrong, where, what came, what was expected, what to do. The code is
 * for programs and for translation; got and expected are data. A list keeps the first
 * JB_FINDINGS_MAX and counts the rest. */
#ifndef JB_FINDING_H
#define JB_FINDING_H

#include <stdio.h>

#include "base/arena.h"
#include "base/base.h"
#include "base/limits.h"

enum jb_severity {
    JB_ERROR = 1,             /* 错误: refused */
    JB_NEEDS_EXPLANATION = 2, /* 需说明: refused until it is explained */
    JB_NOTICE =
        3, /* 提示: told, changes nothing (guessed encoding, what stands in an empty cell) */
};

/* One line a code in finding_text.c: code name, English sentence (msgid), advice (msgid), whether
 * trying again can help. Numbers go over the wire: append only. */
enum jb_finding_code {
    JB_F_NONE = 0,
    /* files */
    JB_F_FILE_UNREADABLE,
    JB_F_FILE_TOO_LARGE,
    JB_F_FILE_EMPTY,
    JB_F_FILE_ENCODING,
    JB_F_FILE_SYNTAX,
    JB_F_FILE_HEADER,
    JB_F_FILE_TOO_MANY_ROWS,
    JB_F_FIELD_TOO_LONG,
    JB_F_ENCODING_GUESSED,
    /* identity of a submission */
    JB_F_UNKNOWN_UNIT,
    JB_F_UNKNOWN_FORM,
    JB_F_UNKNOWN_INDICATOR,
    JB_F_AMBIGUOUS_NAME,
    JB_F_FORM_NOT_OWED,
    JB_F_PERIOD_SYNTAX,
    JB_F_PERIOD_FREQUENCY,
    JB_F_PERIOD_FUTURE,
    JB_F_UNIT_NOT_VALID,
    JB_F_INDICATOR_NOT_VALID,
    /* rows */
    JB_F_NOT_IN_FORM,
    JB_F_NOT_OWNER,
    JB_F_NOT_OWED,
    JB_F_DUPLICATE_ROW,
    JB_F_COMPUTED_INDICATOR,
    JB_F_VALUE_SYNTAX,
    JB_F_TOO_MANY_DECIMALS,
    JB_F_VALUE_TOO_LARGE,
    JB_F_NEGATIVE,
    JB_F_BASIS_SYNTAX,
    JB_F_BASIS_NOT_ALLOWED,
    JB_F_STATUS_SYNTAX,
    JB_F_MARK_NOT_ALLOWED,
    JB_F_TEXT_EXPECTED,
    JB_F_NUMBER_EXPECTED,
    JB_F_TEXT_TOO_LONG,
    JB_F_NOT_APPLICABLE_REFUSED,
    JB_F_NOTHING_TO_WITHDRAW,
    JB_F_EMPTY_SUBMISSION,
    JB_F_TOO_MANY_ROWS,
    JB_F_EMPTY_CELL,
    /* the submission and the store */
    JB_F_WRONG_STORE,
    JB_F_STALE,
    JB_F_ID_CONFLICT,
    JB_F_CATALOG_UNKNOWN,
    JB_F_TRY_LATER,
    JB_F_NO_CATALOG,
    JB_F_MALFORMED,
    JB_F_UNKNOWN_FIELDS,
    JB_F_TOO_LARGE,
    JB_F_UNSUPPORTED,
    JB_F_BAD_TEXT,
    /* catalogue */
    JB_F_CATALOG_SYNTAX,
    JB_F_CATALOG_UNKNOWN_KEY,
    JB_F_CATALOG_MISSING_KEY,
    JB_F_CATALOG_BAD_VALUE,
    JB_F_CATALOG_DUPLICATE,
    JB_F_CATALOG_UNKNOWN_REFERENCE,
    JB_F_CATALOG_CYCLE,
    JB_F_CATALOG_LIMIT,
    JB_F_CATALOG_CONTRADICTION,
    JB_F_CATALOG_CHANGE_REFUSED,
    /* queries */
    JB_F_QUERY_FINER_THAN_BASE,
    JB_F_QUERY_UNKNOWN_SECTION,
    JB_F_QUERY_TOO_MANY,
    JB_F_QUERY_REVISION,
    JB_F_EXPIRED,
    JB_F_BUSY,
    JB_F_INTERNAL,
    /* files, continued */
    JB_F_FORM_AMBIGUOUS,
    /* keys and grants */
    JB_F_NOT_SIGNED,
    JB_F_BAD_SIGNATURE,
    JB_F_UNKNOWN_KEY,
    JB_F_KEY_SUSPENDED,
    JB_F_KEY_REVOKED,
    JB_F_KEY_EXPIRED,
    JB_F_GRANT_MISSING,
    JB_F_GROUND_MISSING,
    JB_F_DUTIES_NOT_SEPARATE,
    JB_F_LAST_SECURITY_KEY,
    JB_F_UNKNOWN_HOLDER,
    JB_F_UNKNOWN_PERSON,
    JB_F_HOLDER_EXISTS,
    JB_F_RATE_LIMITED,
    JB_F_ROUTING_ID,
    JB_F_NARROWED,
    JB_F_KEY_CHANGE_EPOCH,
    JB_F_CATALOG_MOVED,
    JB_F_QUERY_TOO_EARLY,
    JB_F_ROLE_NOT_HELD,
    /* checks across figures */
    JB_F_RULE_BROKEN,
    JB_F_RULE_LACKS,
    JB_F_PART_EXCEEDS,
    JB_F_PARTS_SUM,
    JB_F_FAR_FROM_HISTORY,
    JB_F_UNCHANGED,
    JB_F_YTD_DISAGREES,
    JB_F_MARK_UNEXPLAINED,
    JB_F_NOT_APPLICABLE_UNEXPLAINED,
    /* periods and review */
    JB_F_PERIODS_FREE,
    JB_F_PERIOD_NOT_OPEN,
    JB_F_PERIOD_OPENED,
    JB_F_PERIOD_CLOSED,
    JB_F_PERIOD_STILL_OPEN,
    JB_F_PERIOD_TRIAL,
    JB_F_NOTHING_TO_AMEND,
    JB_F_FIGURES_STAND,
    JB_F_NOT_PUBLIC,
    JB_F_NOTHING_TO_PUBLISH,
    JB_F_NOTHING_TO_REVIEW,
    JB_F_FILING_ACCEPTED,
    JB_F_FILING_RETURNED,
    JB_F_FILING_EXCUSED,
    JB_F_FILING_MOVED,
    JB_F_REVIEWER_SUBMITTED,
    JB_F_ACT_EPOCH,
    JB_F_PERIOD_REOPENED_PAST,
    /* views */
    JB_F_QUERY_VIEW,
    JB_F_RELEASE_UNKNOWN,
    /* dates of forms */
    JB_F_FORM_NOT_YET,
    JB_F_FORM_LOCKED,
    JB_F_LAST_SERVER_KEY,
    JB_F_CONTACT_INVALID,
    JB_F_CONTACTS_MOVED,
    /* workbooks */
    JB_F_WORKBOOK,
    JB_F_WORKBOOK_HEAD,
    JB_F_CELL_KIND,
    JB_F_CELL_LINKED,
    /* SDMX-CSV */
    JB_F_SDMX_STRUCTURE,
    JB_F_SDMX_KEY,
    JB_F_SDMX_VALUE,
    JB_F_UNIT_OF_MEASURE,
    JB_F_SCAN_MISSING,
    JB_F_FORM_NOT_AD_HOC,
    JB_F_GROUPS_OVERLAP,
    JB_F_COUNT_, /* not a code */
};

struct jb_finding {
    enum jb_finding_code code;
    enum jb_severity severity;
    /* Where. Empty or 0 when it does not apply. Strings are owned by the list. */
    const char *file;
    const char *sheet;     /* of a workbook: row and column are shown as its cell, 'Sheet'!B7 */
    uint32_t sheet_number; /* from 1, for sorting; 0: none */
    uint32_t row; /* line of the file (the header is line 1), or line of the catalogue; 1-based */
    uint32_t column; /* 1-based; catalogue and CSV */
    const char *column_name;
    const char *unit, *form, *period, *indicator;
    const char *got, *expected, *hint; /* data or translated text */
};

struct jb_findings {
    struct jb_finding *items;
    uint32_t count;       /* kept */
    uint32_t total;       /* found */
    uint32_t errors;      /* of severity JB_ERROR, among all found */
    uint32_t unexplained; /* of severity JB_NEEDS_EXPLANATION, likewise */
    uint32_t cap;
    struct jb_arena text; /* the strings */
};

void jb_findings_init(struct jb_findings *list);
void jb_findings_free(struct jb_findings *list);
void jb_findings_clear(struct jb_findings *list);
/* Those for which a submission is refused. */
static inline uint32_t jb_findings_refusals(const struct jb_findings *list)
{
    return list->errors + list->unexplained;
}
/* Copies every string of *finding. NULL strings become "". */
void jb_findings_add(struct jb_findings *list, const struct jb_finding *finding);
/* Puts those from index `from` on into the order of the file: by sheet, row and column, the rest as
 * it was. */
void jb_findings_sort(struct jb_findings *list, uint32_t from);
/* Appends copies of all of from's (and its count of what was not kept). */
void jb_findings_append(struct jb_findings *list, const struct jb_findings *from);

/* "unknown_indicator". Never NULL. */
const char *jb_finding_code_name(enum jb_finding_code code);
/* The code of that name. JB_EINVAL: there is none. */
JB_MUST_USE jb_err jb_finding_code_parse(const char *name, enum jb_finding_code *ret);
/* What is wrong, in the user's language; and what to do. Never NULL. */
const char *jb_finding_sentence(enum jb_finding_code code);
const char *jb_finding_advice(enum jb_finding_code code);
/* The same in English, whatever the user's language: for the wire. */
const char *jb_finding_sentence_en(enum jb_finding_code code);
const char *jb_finding_advice_en(enum jb_finding_code code);
/* Whether sending the same again can help. */
bool jb_finding_retry_helps(enum jb_finding_code code);
const char *jb_severity_name(enum jb_severity severity);
#define JB_FINDING_CELL_SIZE 16
/* "B7" for a row and a column from 1; "" when either is 0. Returns text. */
const char *jb_finding_cell(const struct jb_finding *finding, char text[JB_FINDING_CELL_SIZE]);
/* All of them for people: one paragraph each, with place, got, expected, advice; a last line when
 * more were found than kept. */
void jb_findings_print(const struct jb_findings *list, FILE *out);

#endif
