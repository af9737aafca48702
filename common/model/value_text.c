/* Reads a cell: a word for a state, or a number with a mark before or behind it. A reading that
 * would need a guess is refused; value_hint.c then says what was probably meant. */
#include "model/value_text.h"

#include <stdio.h>

#include "base/text.h"
#include "model/fold.h"
#include "model/value_hint.h"

#define CELL_BYTES_MAX 256

/* Both are tried in order: a longer word stands before the one it starts or ends with. */
static const struct mark_word {
    const char *word;
    enum jb_mark mark;
} prefixes[] = {
    {"不低于", JB_AT_LEAST},  {"不少于", JB_AT_LEAST},  {"不小于", JB_AT_LEAST},
    {"至少", JB_AT_LEAST},    {"最少", JB_AT_LEAST},    {">=", JB_AT_LEAST},
    {"≥", JB_AT_LEAST},       {"≧", JB_AT_LEAST},       {"超过", JB_MORE_THAN},
    {"超", JB_MORE_THAN},     {"逾", JB_MORE_THAN},     {"多于", JB_MORE_THAN},
    {"大于", JB_MORE_THAN},   {"高于", JB_MORE_THAN},   {">", JB_MORE_THAN},
    {"不超过", JB_AT_MOST},   {"不高于", JB_AT_MOST},   {"不多于", JB_AT_MOST},
    {"不大于", JB_AT_MOST},   {"至多", JB_AT_MOST},     {"最多", JB_AT_MOST},
    {"<=", JB_AT_MOST},       {"≤", JB_AT_MOST},        {"≦", JB_AT_MOST},
    {"将近", JB_NEARLY},      {"接近", JB_NEARLY},      {"近", JB_NEARLY},
    {"不足", JB_NEARLY},      {"不到", JB_NEARLY},      {"少于", JB_NEARLY},
    {"小于", JB_NEARLY},      {"低于", JB_NEARLY},      {"<", JB_NEARLY},
    {"大约", JB_APPROXIMATE}, {"约为", JB_APPROXIMATE}, {"约", JB_APPROXIMATE},
    {"~", JB_APPROXIMATE},    {"≈", JB_APPROXIMATE},
};

static const struct mark_word suffixes[] = {
    {"及以上", JB_AT_LEAST}, {"以上", JB_AT_LEAST},    {"余", JB_MORE_THAN},
    {"多", JB_MORE_THAN},    {"以内", JB_AT_MOST},     {"及以下", JB_AT_MOST},
    {"以下", JB_AT_MOST},    {"左右", JB_APPROXIMATE}, {"上下", JB_APPROXIMATE},
};

static const struct {
    const char *word;
    enum jb_state state;
} state_words[] = {
    {"不涉及", JB_STATE_NOT_APPLICABLE}, {"不适用", JB_STATE_NOT_APPLICABLE},
    {"无此项", JB_STATE_NOT_APPLICABLE}, {"n/a", JB_STATE_NOT_APPLICABLE},
    {"na", JB_STATE_NOT_APPLICABLE},     {"not_applicable", JB_STATE_NOT_APPLICABLE},
    {"撤回", JB_STATE_WITHDRAWN},        {"已撤回", JB_STATE_WITHDRAWN},
    {"withdrawn", JB_STATE_WITHDRAWN},
};

/* Zero, not applicable or simply forgotten: only the clerk knows. */
static const char *const ambiguous_words[] = {"无",  "没有", "-",    "--",   "—",    "——",
                                              "–",   "/",    "\\",   "\"",   "none", "null",
                                              "nil", "空",   "暂无", "未报", "#n/a"};

/* The parts of a cell as they are taken off it. */
struct cell {
    struct jb_slice rest;
    enum jb_mark mark;
    bool has_mark, has_percent;
    bool contradiction; /* two different marks */
};

static bool is_ambiguous(struct jb_slice text)
{
    for (size_t i = 0; i < JB_COUNT(ambiguous_words); i++) {
        if (jb_slice_is_nocase(text, ambiguous_words[i]))
            return true;
    }
    return false;
}

static enum jb_state state_of(struct jb_slice text)
{
    for (size_t i = 0; i < JB_COUNT(state_words); i++) {
        if (jb_slice_is_nocase(text, state_words[i].word))
            return state_words[i].state;
    }
    return JB_STATE_VALUE;
}

static void set_mark(struct cell *cell, enum jb_mark mark)
{
    cell->contradiction |= cell->has_mark && cell->mark != mark;
    cell->has_mark = true;
    cell->mark = mark;
}

static bool take_percent(struct cell *cell)
{
    if (cell->has_percent || !jb_take_suffix(&cell->rest, "%"))
        return false;
    cell->has_percent = true;
    return true;
}

static void take_prefix_mark(struct cell *cell)
{
    for (size_t i = 0; i < JB_COUNT(prefixes); i++) {
        if (jb_take_prefix(&cell->rest, prefixes[i].word)) {
            set_mark(cell, prefixes[i].mark);
            break;
        }
    }
}

static void take_suffix_mark(struct cell *cell)
{
    for (size_t i = 0; i < JB_COUNT(suffixes); i++) {
        if (jb_take_suffix(&cell->rest, suffixes[i].word)) {
            set_mark(cell, suffixes[i].mark);
            break;
        }
    }
}

/* 约90%左右, 不低于90%, 90%以上, 90余%. */
static struct cell take_apart(struct jb_slice text)
{
    struct cell cell = {.rest = text, .mark = JB_EXACT};

    take_prefix_mark(&cell);
    cell.rest = jb_trim(cell.rest);
    take_percent(&cell);
    take_suffix_mark(&cell);
    cell.rest = jb_trim(cell.rest);
    take_percent(&cell);
    cell.rest = jb_trim(cell.rest);
    return cell;
}

/* The number alone: JB_EINVAL with why and hint when it is not canonical but for separators. */
static jb_err read_number(struct jb_slice text, struct jb_dec *ret, char *why, size_t why_size,
                          char *hint, size_t hint_size)
{
    char digits[CELL_BYTES_MAX];
    struct jb_slice plain;
    jb_err err = JB_EINVAL;

    if (jb_number_plain(text, digits, sizeof(digits), &plain))
        err = jb_dec_parse(plain, ret);
    if (err == JB_ERANGE) {
        snprintf(why, why_size, _("a figure has at most %d digits and %d decimals"),
                 JB_FIGURE_DIGITS_MAX, JB_DECIMALS_MAX);
        hint[0] = '\0';
    } else if (err) {
        jb_value_hint(text, why, why_size, hint, hint_size);
    }
    return err ? JB_EINVAL : JB_OK;
}

/* The whole cell but for state words. */
static jb_err read_figure(struct jb_slice text, bool percent, struct jb_value_text *ret, char *why,
                          size_t why_size, char *hint, size_t hint_size)
{
    struct cell cell = take_apart(text);
    struct jb_dec number;

    if (cell.contradiction) {
        snprintf(why, why_size, "%s", _("two words contradict each other"));
        return JB_EINVAL;
    }
    if (read_number(cell.rest, &number, why, why_size, hint, hint_size) != JB_OK)
        return JB_EINVAL;
    if (cell.has_percent && !percent) {
        snprintf(why, why_size, "%s", _("the indicator's unit of measure is not a percentage"));
        return JB_EINVAL;
    }
    *ret = (struct jb_value_text){
        .state = JB_STATE_VALUE,
        .mark = cell.mark,
        .has_mark = cell.has_mark,
        .number = number,
    };
    return JB_OK;
}

jb_err jb_value_text_parse(struct jb_slice text, bool percent, struct jb_value_text *ret, char *why,
                           size_t why_size, char *hint, size_t hint_size)
{
    char folded[CELL_BYTES_MAX];
    jb_err err = jb_fold(text, folded, sizeof(folded), &text);

    why[0] = '\0';
    hint[0] = '\0';
    if (err == JB_EINVAL) {
        snprintf(why, why_size, "%s", _("the text has invalid bytes"));
        return JB_EINVAL;
    }
    if (err) {
        snprintf(why, why_size, "%s", _("this is too long for a number"));
        return JB_EINVAL;
    }
    if (text.len == 0) {
        *ret = (struct jb_value_text){.empty = true, .state = JB_STATE_NOT_REPORTED};
        return JB_OK;
    }
    if (is_ambiguous(text)) {
        snprintf(why, why_size, "%s", _("this can mean zero or not applicable"));
        snprintf(hint, hint_size, "%s", _("0 or 不涉及"));
        return JB_EINVAL;
    }
    if (state_of(text) != JB_STATE_VALUE) {
        *ret = (struct jb_value_text){.state = state_of(text)};
        return JB_OK;
    }
    return read_figure(text, percent, ret, why, why_size, hint, hint_size);
}
