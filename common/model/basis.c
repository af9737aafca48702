/* The basis 口径 of a figure: words and starts of a stretch, brought to the number of base periods
 * before the figure's own at which the stretch begins, so that two ways to write one stretch are
 * one figure. */
#include "model/check.h"
#include "model/fold.h"

#define BASIS_BYTES_MAX 128

static bool is_word(struct jb_slice text, const char *const *words, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (jb_slice_is_nocase(text, words[i]))
            return true;
    }
    return false;
}

static bool has_dots(struct jb_slice text)
{
    return memmem(text.ptr, text.len, "..", 2) != NULL;
}

/* since:2021-Q1, 累计:2021-Q1, 自2021年以来: what is left is the start. */
static struct jb_slice start_of(struct jb_slice text)
{
    static const char *const before[] = {"since:", "since", "累计:", "累计", "自"};
    static const char *const after[] = {"以来", "至今", "起"};
    bool taken = false;

    for (size_t i = 0; i < JB_COUNT(before) && !taken; i++)
        taken = jb_take_prefix(&text, before[i]);
    taken = false;
    for (size_t i = 0; i < JB_COUNT(after) && !taken; i++)
        taken = jb_take_suffix(&text, after[i]);
    return jb_trim(text);
}

static jb_err parse_start(struct jb_slice text, struct jb_period period, uint32_t *ret_stretch)
{
    struct jb_slice start = start_of(text);
    struct jb_span span;

    if (jb_span_parse(start, &span) != JB_OK || jb_span_to_base(span, period.freq, &span) != JB_OK)
        return JB_EINVAL;
    /* A stretch written out names its end too, and that must be the period. */
    if (has_dots(start) && span.last.ordinal != period.ordinal)
        return JB_EINVAL;
    if (span.first.ordinal > period.ordinal)
        return JB_EINVAL;
    *ret_stretch = (uint32_t)(period.ordinal - span.first.ordinal);
    return JB_OK;
}

jb_err jb_basis_parse(const struct jb_indicator *indicator, struct jb_slice text,
                      struct jb_period period, uint32_t *ret_stretch)
{
    static const char *const own[] = {"period", "本期", "当期"};
    static const char *const ytd[] = {"ytd",      "year-to-date", "year_to_date",
                                      "本年累计", "年初至今",     "累计"};
    char folded[BASIS_BYTES_MAX];
    bool to_date;

    if (text.len > 0 && jb_fold(text, folded, sizeof(folded), &text) != JB_OK)
        return JB_EINVAL;
    if (text.len == 0 && indicator->default_basis == JB_BASIS_SINCE)
        return JB_EINVAL; /* no start is given */
    to_date = text.len == 0 ? indicator->default_basis == JB_BASIS_YTD
                            : is_word(text, ytd, JB_COUNT(ytd));
    if (to_date)
        *ret_stretch = (uint32_t)jb_period_index(period);
    else if (text.len == 0 || is_word(text, own, JB_COUNT(own)))
        *ret_stretch = 0;
    else
        return parse_start(text, period, ret_stretch);
    return JB_OK;
}

void jb_basis_format(struct jb_period period, uint32_t stretch, char text[JB_PERIOD_TEXT_SIZE])
{
    text[0] = '\0';
    if (stretch > 0)
        jb_span_format((struct jb_span){jb_period_add(period, -(int32_t)stretch), period}, text);
}
