/* How the check reports: place and quotation of what came. What came is foreign, so it is made
 * harmless first. */
#include <stdio.h>

#include "base/text.h"
#include "model/check_parts.h"

#define QUOTE_SIZE 128

/* A printable copy, shortened between characters; bytes that are no text become question marks. */
static const char *quote(struct jb_slice text, char buf[QUOTE_SIZE])
{
    size_t len = text.len < QUOTE_SIZE - 4 ? text.len : QUOTE_SIZE - 4;
    bool valid;

    while (len < text.len && len > 0 && (text.ptr[len] & 0xc0) == 0x80)
        len--;
    valid = jb_utf8_valid(jb_slice_of(text.ptr, len));
    for (size_t i = 0; i < len; i++) {
        uint8_t c = text.ptr[i];
        buf[i] = (char)(c < 0x20 || c == 0x7f || (c >= 0x80 && !valid) ? '?' : c);
    }
    snprintf(buf + len, 4, "%s", len < text.len ? "..." : "");
    return buf;
}

uint32_t jb_check_row_number(const struct jb_check *check, uint32_t row)
{
    uint32_t line = check->submission->rows[row].source_row;

    return line > 0 ? line : row + 1;
}

/* What a note of the row puts right. */
static bool is_explained_away(enum jb_finding_code code)
{
    return code == JB_F_MARK_UNEXPLAINED || code == JB_F_NOT_APPLICABLE_UNEXPLAINED;
}

void jb_check_report(struct jb_check *check, enum jb_finding_code code, const char *column_name,
                     struct jb_slice got, const char *expected, const char *hint)
{
    const struct jb_submission *s = check->submission;
    char quoted[QUOTE_SIZE], unit[QUOTE_SIZE], form[QUOTE_SIZE];
    char period[QUOTE_SIZE], indicator[QUOTE_SIZE];
    struct jb_finding finding = {
        .code = code,
        .severity = is_explained_away(code) ? JB_NEEDS_EXPLANATION : JB_ERROR,
        .column_name = column_name,
        .unit = quote(s->unit, unit),
        .form = quote(s->form, form),
        .period = quote(s->period, period),
        .got = quote(got, quoted),
        .expected = expected,
        .hint = hint,
    };

    if (check->row != JB_CHECK_NO_ROW) {
        finding.row = jb_check_row_number(check, check->row);
        finding.indicator = quote(s->rows[check->row].indicator, indicator);
    }
    jb_findings_add(check->findings, &finding);
}

void jb_check_report_unknown(struct jb_check *check, enum jb_finding_code code,
                             const char *column_name, struct jb_slice got, const char *suggestion)
{
    char hint[2 * QUOTE_SIZE], name[QUOTE_SIZE];

    snprintf(hint, sizeof(hint), _("did you mean %s?"), quote(jb_slice_str(suggestion), name));
    jb_check_report(check, code, column_name, got, NULL, suggestion[0] != '\0' ? hint : NULL);
}

/* C0 and C1 control characters and DEL in valid UTF-8. */
static bool has_controls(struct jb_slice text, bool lines)
{
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        bool line = c == '\n' || c == '\r' || c == '\t';
        if ((c < 0x20 && !(lines && line)) || c == 0x7f || (c == 0xc2 && text.ptr[i + 1] < 0xa0))
            return true;
    }
    return false;
}

bool jb_check_text(struct jb_check *check, const char *column_name, struct jb_slice text,
                   size_t bytes_max, bool lines)
{
    char expected[64];

    if (text.len == 0)
        return true;
    if (text.len > bytes_max) {
        snprintf(expected, sizeof(expected), _("at most %zu bytes"), bytes_max);
        jb_check_report(check, JB_F_TEXT_TOO_LONG, column_name, text, expected, NULL);
        return false;
    }
    if (!jb_utf8_valid(text) || has_controls(text, lines)) {
        jb_check_report(check, JB_F_BAD_TEXT, column_name, text, NULL, NULL);
        return false;
    }
    return true;
}
