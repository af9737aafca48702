/* The words of figures, one table a kind: stored number, code, English name (msgid) and every
 * spelling that is read. */
#include "model/figure.h"

#include <stdio.h>

#include "base/text.h"
#include "model/fold.h"

#define SPELLINGS_MAX 6

struct word {
    const char *code;
    const char *name;                     /* msgid */
    const char *spellings[SPELLINGS_MAX]; /* beside code and name */
};

static const struct word measures[] = {
    [JB_FLOW] = {"flow", N_("flow"), {"时期数"}},
    [JB_STOCK] = {"stock", N_("stock"), {"时点数"}},
    [JB_RATE] = {"rate", N_("reported rate"), {"直报比率"}},
    [JB_RATIO] = {"ratio", N_("computed ratio"), {"计算比率"}},
    [JB_TEXT] = {"text", N_("text material"), {"文字材料"}},
};

static const struct word states[] = {
    [JB_STATE_NOT_REPORTED] = {"not_reported", N_("not reported"), {"未报"}},
    [JB_STATE_VALUE] = {"value", N_("value"), {"有数值", "数值"}},
    [JB_STATE_NOT_APPLICABLE] = {"not_applicable", N_("not applicable"), {"不涉及"}},
    [JB_STATE_WITHDRAWN] = {"withdrawn", N_("withdrawn"), {"已撤回", "撤回"}},
    [JB_STATE_NOT_COMPUTABLE] = {"not_computable", N_("not computable"), {"不可计算"}},
};

static const struct word marks[JB_MARKS] = {
    [JB_EXACT] = {"exact", N_("exact"), {"准确", "确数"}},
    [JB_AT_LEAST] = {"at_least", N_("at least"), {"以上", "不低于", "不少于", "至少", ">="}},
    [JB_MORE_THAN] = {"more_than", N_("more than"), {"余", "多", "超", "逾", ">"}},
    [JB_AT_MOST] = {"at_most", N_("at most"), {"以内", "不超过", "至多", "<="}},
    [JB_NEARLY] = {"nearly", N_("nearly"), {"近", "<"}},
    [JB_APPROXIMATE] = {"approximate", N_("approximate"), {"约", "左右", "~"}},
};

static const struct word statuses[] = {
    [JB_FINAL] = {"final", N_("final"), {"正式", "A"}},
    [JB_PROVISIONAL] = {"provisional", N_("provisional"), {"初步", "P"}},
    [JB_ESTIMATED] = {"estimated", N_("estimated"), {"推算", "E"}},
};

static bool word_is(const struct word *word, struct jb_slice text)
{
    if (!word->code)
        return false;
    if (jb_slice_is_nocase(text, word->code) || jb_slice_is_nocase(text, word->name))
        return true;
    for (size_t i = 0; i < SPELLINGS_MAX && word->spellings[i]; i++) {
        if (jb_slice_is_nocase(text, word->spellings[i]))
            return true;
    }
    return false;
}

static jb_err parse(const struct word *words, size_t count, struct jb_slice text, size_t *ret)
{
    text = jb_trim(text);
    for (size_t i = 0; i < count; i++) {
        if (word_is(&words[i], text)) {
            *ret = i;
            return JB_OK;
        }
    }
    return JB_EINVAL;
}

static const struct word *word_at(const struct word *words, size_t count, size_t i)
{
    static const struct word unknown = {"unknown", N_("unknown"), {0}};

    return i < count && words[i].code ? &words[i] : &unknown;
}

const char *jb_measure_code(enum jb_measure v)
{
    return word_at(measures, JB_COUNT(measures), v)->code;
}

const char *jb_state_code(enum jb_state v)
{
    return word_at(states, JB_COUNT(states), v)->code;
}

const char *jb_mark_code(enum jb_mark v)
{
    return word_at(marks, JB_COUNT(marks), v)->code;
}

const char *jb_status_code(enum jb_status v)
{
    return word_at(statuses, JB_COUNT(statuses), v)->code;
}

const char *jb_measure_name(enum jb_measure v)
{
    return _(word_at(measures, JB_COUNT(measures), v)->name);
}

const char *jb_state_name(enum jb_state v)
{
    return _(word_at(states, JB_COUNT(states), v)->name);
}

const char *jb_mark_name(enum jb_mark v)
{
    return _(word_at(marks, JB_COUNT(marks), v)->name);
}

const char *jb_status_name(enum jb_status v)
{
    return _(word_at(statuses, JB_COUNT(statuses), v)->name);
}

jb_err jb_measure_parse(struct jb_slice text, enum jb_measure *ret)
{
    size_t i;

    if (parse(measures, JB_COUNT(measures), text, &i) != JB_OK)
        return JB_EINVAL;
    *ret = (enum jb_measure)i;
    return JB_OK;
}

jb_err jb_state_parse(struct jb_slice text, enum jb_state *ret)
{
    size_t i;

    if (parse(states, JB_COUNT(states), text, &i) != JB_OK)
        return JB_EINVAL;
    *ret = (enum jb_state)i;
    return JB_OK;
}

jb_err jb_mark_parse(struct jb_slice text, enum jb_mark *ret)
{
    size_t i;

    if (parse(marks, JB_COUNT(marks), text, &i) != JB_OK)
        return JB_EINVAL;
    *ret = (enum jb_mark)i;
    return JB_OK;
}

jb_err jb_status_parse(struct jb_slice text, enum jb_status *ret)
{
    size_t i;

    if (parse(statuses, JB_COUNT(statuses), text, &i) != JB_OK)
        return JB_EINVAL;
    *ret = (enum jb_status)i;
    return JB_OK;
}

bool jb_value_eq(struct jb_value a, struct jb_value b)
{
    return a.state == b.state && a.mark == b.mark && a.status == b.status &&
           a.mantissa == b.mantissa;
}

const char *jb_figure_text(char *buf, size_t size, const char *number, enum jb_mark mark, bool zh)
{
    static const struct {
        const char *ascii, *before, *after;
    } signs[JB_MARKS] = {
        [JB_EXACT] = {"", "", ""},        [JB_AT_LEAST] = {">=", "", "以上"},
        [JB_MORE_THAN] = {">", "", "余"}, [JB_AT_MOST] = {"<=", "", "以内"},
        [JB_NEARLY] = {"<", "近", ""},    [JB_APPROXIMATE] = {"~", "约", ""},
    };

    jb_assert((size_t)mark < JB_MARKS);
    if (zh)
        snprintf(buf, size, "%s%s%s", signs[mark].before, number, signs[mark].after);
    else
        snprintf(buf, size, "%s%s", signs[mark].ascii, number);
    return buf;
}
