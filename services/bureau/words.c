/* The sentences behind codes. Programs get the codes; only tables for people come here. */
#include "words.h"

#include <stdio.h>

#include "base/text.h"

static const struct {
    const char *code, *sentence; /* msgid */
} reasons[] = {
    {"several_reported", N_("several units reported it; such values are not added")},
    {"other_stretch", N_("not reported for exactly this stretch")},
    {"no_denominator", N_("the denominator is missing or zero")},
    {"no_numerator", N_("the numerator is missing")},
    {"no_common_period", N_("numerator and denominator have no date in common")},
    {"base_not_positive", N_("the base is not above zero")},
    {"base_incomplete", N_("the base period is not complete")},
    {"incomplete", N_("the period is not complete")},
    {"span_too_long", N_("growth is computed for spans of at most a year")},
    {"text", N_("text is not computed")},
    {"not_published", N_("not published")},
    {"partly_published", N_("only part of the span is published")},
    {"unpaired", N_("numerator and denominator were not reported by the same units")},
    {"range", N_("the number has more digits than are supported")},
};

const char *jb_words_reason(struct jb_slice code)
{
    for (size_t i = 0; i < JB_COUNT(reasons); i++) {
        if (jb_slice_is(code, reasons[i].code))
            return _(reasons[i].sentence);
    }
    return code.len ? _("not computable") : "";
}

const char *jb_words_period(struct jb_slice code, char buf[JB_WORDS_SIZE])
{
    struct jb_span span;
    char text[JB_PERIOD_TEXT_SIZE];

    if (jb_span_parse(code, &span) != JB_OK) {
        snprintf(buf, JB_WORDS_SIZE, "%.*s", JB_ARG(code));
        return buf;
    }
    if (jb_text_is_zh())
        jb_span_format_zh(span, text);
    else
        jb_span_format(span, text);
    snprintf(buf, JB_WORDS_SIZE, "%s", text);
    return buf;
}

const char *jb_words_time_code(int64_t at_us, char buf[JB_WORDS_SIZE])
{
    char text[40] = "";

    if (at_us)
        jb_time_format(at_us, JB_ZONE_MINUTES, text);
    snprintf(buf, JB_WORDS_SIZE, "%s", text);
    return buf;
}

/* "2023-06-30T12:00:00.000000+08:00" down to the second. */
const char *jb_words_time(int64_t at_us, char buf[JB_WORDS_SIZE])
{
    jb_words_time_code(at_us, buf);
    if (strlen(buf) > 19) {
        buf[10] = ' ';
        buf[19] = '\0';
    }
    return buf;
}

const char *jb_words_signer(struct jb_slice by, struct jb_slice signed_for_name,
                            char buf[JB_WORDS_SIGNER_SIZE])
{
    if (signed_for_name.len)
        snprintf(buf, JB_WORDS_SIGNER_SIZE, _("%.*s (signed on the web by %.*s)"),
                 JB_ARG(signed_for_name), JB_ARG(by));
    else
        snprintf(buf, JB_WORDS_SIGNER_SIZE, "%.*s", JB_ARG(by));
    return buf;
}

const char *jb_words_value(enum jb_state state, struct jb_slice value, enum jb_mark mark,
                           bool percent, char buf[JB_WORDS_SIZE])
{
    char number[JB_WORDS_SIZE / 2];

    if (state != JB_STATE_VALUE) {
        snprintf(buf, JB_WORDS_SIZE, "%s", jb_state_name(state));
        return buf;
    }
    snprintf(number, sizeof(number), "%.*s%s", JB_ARG(value), percent ? "%" : "");
    return jb_figure_text(buf, JB_WORDS_SIZE, number, mark, jb_text_is_zh());
}

const char *jb_words_basis(struct jb_slice basis, char buf[JB_WORDS_SIZE])
{
    char period[JB_WORDS_SIZE];

    buf[0] = '\0';
    if (basis.len == 0)
        return buf;
    snprintf(buf, JB_WORDS_SIZE, _("cumulative over %.128s"), jb_words_period(basis, period));
    return buf;
}

const char *jb_words_hex(const uint8_t *bytes, size_t len, char *buf)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        buf[2 * i] = digits[bytes[i] >> 4];
        buf[2 * i + 1] = digits[bytes[i] & 15];
    }
    buf[2 * len] = '\0';
    return buf;
}

void jb_words_footer(const struct jb_snapshot *snapshot, FILE *out)
{
    char store[33], time[JB_WORDS_SIZE];

    fprintf(out, _("Store %.8s, epoch %u, revision %llu of %s (+08:00), catalogue %u\n"),
            jb_words_hex(snapshot->store_id, 16, store), snapshot->epoch,
            (unsigned long long)snapshot->revision, jb_words_time(snapshot->at_us, time),
            snapshot->catalog_version);
}

const char *const *jb_words_snapshot(const struct jb_snapshot *snapshot,
                                     struct jb_snapshot_words *words)
{
    const char **pair = words->pairs;

    jb_words_hex(snapshot->store_id, 16, words->store);
    snprintf(words->epoch, sizeof(words->epoch), "%u", snapshot->epoch);
    snprintf(words->revision, sizeof(words->revision), "%llu",
             (unsigned long long)snapshot->revision);
    jb_words_time_code(snapshot->at_us, words->at);
    snprintf(words->catalog_version, sizeof(words->catalog_version), "%u",
             snapshot->catalog_version);
    *pair++ = "store";
    *pair++ = words->store;
    *pair++ = "epoch";
    *pair++ = words->epoch;
    *pair++ = "revision";
    *pair++ = words->revision;
    *pair++ = "at";
    *pair++ = words->at;
    *pair++ = "catalog_version";
    *pair++ = words->catalog_version;
    *pair++ = NULL;
    *pair = NULL;
    return words->pairs;
}

const char *jb_words_freq(enum jb_freq freq)
{
    switch (freq) {
    case JB_FREQ_YEAR:
        return _("year");
    case JB_FREQ_HALF:
        return _("half-year");
    case JB_FREQ_QUARTER:
        return _("quarter");
    case JB_FREQ_MONTH:
        return _("month");
    case JB_FREQ_DAY:
        return _("day (ad hoc)");
    case JB_FREQ_NONE:
        break;
    }
    return "";
}
