/* Words are told apart one by one: key=value, a period, a word of the language; what comes before
 * the first of these is a name, which may have blanks. Quotes keep blanks and commas together and
 * stay in the text, since some names have them: who looks a name up tries both. */
#include "report/placeholder.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "model/nearest.h"
#include "report/placeholder_words.h"

struct parse {
    struct jb_arena *arena;
    struct jb_placeholder *ph;
    struct jb_ph_token words[JB_PLACEHOLDER_WORDS_MAX];
    uint32_t count, at;
    struct jb_slice names[JB_PLACEHOLDER_LIST_MAX], units[JB_PLACEHOLDER_LIST_MAX],
        sections[JB_PLACEHOLDER_LIST_MAX];
    struct jb_when periods[JB_PLACEHOLDER_LIST_MAX];
    bool name_over; /* what follows is no part of a name any more */
    bool has_test;
    char *why;
    size_t why_size;
};

static jb_err refuse(struct parse *p, const char *fmt, ...) JB_PRINTF(2, 3);
static jb_err refuse(struct parse *p, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    vsnprintf(p->why, p->why_size, fmt, args);
    va_end(args);
    return JB_EINVAL;
}

/* The word nearest to one that is not known, from the lists that could stand there. */
static jb_err unknown(struct parse *p, struct jb_slice word, const struct jb_ph_word *const *lists)
{
    struct jb_nearest nearest;
    jb_nearest_init(&nearest, word);
    for (; *lists; lists++) {
        for (const struct jb_ph_word *w = *lists; w->zh; w++) {
            jb_nearest_offer(&nearest, w->zh);
            jb_nearest_offer(&nearest, w->en);
        }
    }
    const char *near = jb_nearest_result(&nearest);
    int len = (int)(word.len < 200 ? word.len : 200);
    if (near[0])
        snprintf(p->why, p->why_size, _("'%.*s' is not understood here; did you mean %s?"), len,
                 (const char *)word.ptr, near);
    else
        snprintf(p->why, p->why_size, _("'%.*s' is not understood here"), len,
                 (const char *)word.ptr);
    return JB_EINVAL;
}

static jb_err add_to(struct parse *p, struct jb_slice *list, uint32_t *count, struct jb_slice item)
{
    if (item.len == 0)
        return refuse(p, _("a list has an empty place"));
    if (*count == JB_PLACEHOLDER_LIST_MAX)
        return refuse(p, _("the list is too long"));
    list[(*count)++] = item;
    return JB_OK;
}

/* Items between commas (, ， 、) outside of quotes. */
static jb_err add_list(struct parse *p, struct jb_slice *list, uint32_t *count,
                       struct jb_slice text)
{
    const uint8_t *start = text.ptr, *end = text.ptr + text.len;
    bool quoted = false;
    jb_err err = JB_OK;
    size_t used;
    for (const uint8_t *at = text.ptr; !err && at < end; at += used) {
        uint32_t point;
        used = jb_utf8_decode(jb_slice_of(at, (size_t)(end - at)), &point);
        jb_assert(used > 0);
        if (jb_ph_is_quote(point))
            quoted = !quoted;
        if (quoted || (point != ',' && point != 0xff0c && point != 0x3001))
            continue;
        err = add_to(p, list, count, jb_slice_of(start, (size_t)(at - start)));
        start = at + used;
    }
    return err ? err : add_to(p, list, count, jb_slice_of(start, (size_t)(end - start)));
}

static bool read_when(struct jb_slice plain, struct jb_when *ret)
{
    int kind;
    if (jb_ph_find(jb_ph_whens, plain, &kind)) {
        *ret = (struct jb_when){.kind = (enum jb_stretch_kind)kind};
        return true;
    }
    struct jb_when when = {.kind = JB_STRETCH_SPAN};
    if (jb_span_parse(plain, &when.span) != JB_OK)
        return false;
    *ret = when;
    return true;
}

static jb_err add_when(struct parse *p, struct jb_when when)
{
    if (p->ph->period_count == JB_PLACEHOLDER_LIST_MAX)
        return refuse(p, _("the list is too long"));
    p->periods[p->ph->period_count++] = when;
    return JB_OK;
}

static jb_err add_periods(struct parse *p, struct jb_slice text)
{
    struct jb_slice items[JB_PLACEHOLDER_LIST_MAX];
    uint32_t count = 0;
    jb_err err = add_list(p, items, &count, text);
    for (uint32_t i = 0; !err && i < count; i++) {
        struct jb_when when;
        err = read_when(items[i], &when)
                  ? add_when(p, when)
                  : refuse(p, _("'%.*s' is not a period such as 2022, 2023-S1, 2023年上半年, 上期"),
                           JB_ARG(items[i]));
    }
    return err;
}

static jb_err set_once(struct parse *p, struct jb_slice *to, struct jb_slice value,
                       struct jb_slice key)
{
    if (to->len)
        return refuse(p, _("'%.*s' comes twice"), JB_ARG(key));
    *to = value;
    return JB_OK;
}

static jb_err take_key(struct parse *p, const struct jb_ph_token *word, size_t equals)
{
    static const struct jb_ph_word *const lists[] = {jb_ph_keys, NULL};
    struct jb_placeholder *ph = p->ph;
    struct jb_slice key = jb_slice_of(word->plain.ptr, equals);
    const uint8_t *from = memchr(word->raw.ptr, '=', word->raw.len);
    /* A full-width = is three bytes in the raw word. */
    const uint8_t *wide = memmem(word->raw.ptr, word->raw.len, "＝", 3);
    if (wide && (!from || wide < from))
        from = wide + 2;
    struct jb_slice raw = jb_slice_of(from + 1, (size_t)(word->raw.ptr + word->raw.len - from - 1));
    struct jb_slice plain = jb_slice_of(word->plain.ptr + equals + 1, word->plain.len - equals - 1);
    int found;
    if (!jb_ph_find(jb_ph_keys, key, &found))
        return unknown(p, key, lists);
    if (plain.len == 0)
        return refuse(p, _("nothing stands behind '%.*s='"), JB_ARG(key));
    switch ((enum jb_ph_key)found) {
    case JB_KEY_INDICATOR:
        ph->has_name = true;
        return add_list(p, p->names, &ph->names.count, raw);
    case JB_KEY_UNIT:
        return add_list(p, p->units, &ph->units.count, raw);
    case JB_KEY_UNDER:
        return set_once(p, &ph->under, raw, key);
    case JB_KEY_GROUP:
        return set_once(p, &ph->group, raw, key);
    case JB_KEY_SECTION:
        return add_list(p, p->sections, &ph->sections.count, raw);
    case JB_KEY_PERIOD:
        return add_periods(p, plain);
    case JB_KEY_BASIS:
        return set_once(p, &ph->basis, plain, key);
    case JB_KEY_TITLE:
        return set_once(p, &ph->title, raw, key);
    case JB_KEY_SHOW:
        if (!jb_ph_find(jb_ph_shows, plain, &found))
            return unknown(p, plain, (const struct jb_ph_word *const[]){jb_ph_shows, NULL});
        ph->show = (enum jb_ph_show)found;
        return JB_OK;
    }
    return JB_EINVAL;
}

static jb_err take_comparison(struct parse *p, enum jb_rule_op op)
{
    if (p->at == p->count)
        return refuse(p, _("a number is missing behind the comparison"));
    struct jb_slice number = p->words[p->at++].plain;
    if (number.len > 1 && number.ptr[number.len - 1] == '%')
        number.len--;
    if (jb_dec_parse(number, &p->ph->number) != JB_OK)
        return refuse(p, _("'%.*s' is not a number"), JB_ARG(p->words[p->at - 1].raw));
    p->ph->test = JB_TEST_COMPARE;
    p->ph->op = op;
    p->has_test = true;
    return JB_OK;
}

/* What is no name: true when the word was one of these; *ret says how it went. */
static bool take_if_word(struct parse *p, const struct jb_ph_token *word, jb_err *ret)
{
    int found;
    *ret = JB_OK;
    if (jb_ph_find(jb_ph_ops, word->plain, &found)) {
        *ret = take_comparison(p, (enum jb_rule_op)found);
        return true;
    }
    if (!jb_ph_find(jb_ph_tests, word->plain, &found))
        return false;
    if (p->has_test)
        *ret = refuse(p, _("a condition asks one thing; '%.*s' is the second"), JB_ARG(word->raw));
    p->ph->test = (enum jb_ph_test)found;
    p->has_test = true;
    return true;
}

static bool take_option(struct parse *p, const struct jb_ph_token *word)
{
    struct jb_placeholder *ph = p->ph;
    int found;
    if (!jb_ph_find(jb_ph_options, word->plain, &found))
        return false;
    switch ((enum jb_rule_option)found) {
    case JB_OPT_YOY:
        ph->yoy = true;
        break;
    case JB_OPT_QOQ:
        ph->qoq = true;
        break;
    case JB_OPT_COVERAGE:
        ph->coverage = true;
        break;
    case JB_OPT_STATUS:
        ph->status = true;
        break;
    case JB_OPT_ALL_LEVELS:
        ph->all_levels = true;
        break;
    case JB_OPT_REPORTED:
        ph->reported_only = true;
        break;
    case JB_OPT_BY_UNIT:
        ph->by_unit = true;
        break;
    case JB_OPT_LINE:
        ph->line = true;
        break;
    }
    return true;
}

/* Consecutive words are one name: "Newly registered market entities". */
static jb_err take_name_part(struct parse *p, const struct jb_ph_token *word)
{
    struct jb_placeholder *ph = p->ph;
    if (ph->names.count == 0) {
        p->names[ph->names.count++] = word->raw;
        ph->has_name = true;
        return JB_OK;
    }
    struct jb_slice *name = &p->names[0];
    name->len = (size_t)(word->raw.ptr + word->raw.len - name->ptr);
    return JB_OK;
}

static jb_err take_value_word(struct parse *p, const struct jb_ph_token *word)
{
    static const struct jb_ph_word *const value_lists[] = {jb_ph_shows, jb_ph_whens, jb_ph_keys,
                                                           NULL};
    static const struct jb_ph_word *const if_lists[] = {jb_ph_tests, jb_ph_shows, jb_ph_whens,
                                                        jb_ph_keys, NULL};
    struct jb_when when;
    jb_err err;
    int found;
    if (p->ph->kind == JB_PH_IF && take_if_word(p, word, &err)) {
        p->name_over = true;
        return err;
    }
    if (read_when(word->plain, &when)) {
        p->name_over = true;
        return p->ph->period_count
                   ? refuse(p, _("'%.*s' is a second period; a value has one"), JB_ARG(word->raw))
                   : add_when(p, when);
    }
    if (jb_ph_find(jb_ph_shows, word->plain, &found)) {
        p->name_over = true;
        p->ph->show = (enum jb_ph_show)found;
        return JB_OK;
    }
    if (!p->name_over)
        return take_name_part(p, word);
    return unknown(p, word->raw, p->ph->kind == JB_PH_IF ? if_lists : value_lists);
}

static jb_err take_block_word(struct parse *p, const struct jb_ph_token *word)
{
    struct jb_placeholder *ph = p->ph;
    struct jb_when when;
    if (read_when(word->plain, &when))
        return add_when(p, when);
    if (take_option(p, word))
        return JB_OK;
    if (ph->kind == JB_PH_EACH && ph->each == JB_EACH_UNIT)
        return set_once(p, &ph->under, word->raw, word->raw);
    if (ph->kind == JB_PH_EACH)
        return add_list(p, p->sections, &ph->sections.count, word->raw);
    ph->has_name = true;
    return add_list(p, p->names, &ph->names.count, word->raw);
}

static jb_err take_word(struct parse *p)
{
    const struct jb_ph_token *word = &p->words[p->at++];
    const uint8_t *equals = memchr(word->plain.ptr, '=', word->plain.len);
    int op;
    if (equals && equals > word->plain.ptr && !jb_ph_find(jb_ph_ops, word->plain, &op)) {
        p->name_over = true;
        return take_key(p, word, (size_t)(equals - word->plain.ptr));
    }
    switch (p->ph->kind) {
    case JB_PH_VALUE:
    case JB_PH_IF:
        return take_value_word(p, word);
    case JB_PH_TABLE:
    case JB_PH_CHART:
    case JB_PH_COLLATE:
    case JB_PH_EACH:
        return take_block_word(p, word);
    case JB_PH_FACT:
    case JB_PH_REVISIONS:
    case JB_PH_MISSING:
    case JB_PH_APPENDIX:
    case JB_PH_ELSE:
    case JB_PH_END:
        break;
    }
    return refuse(p, _("'%.*s' is too much: nothing may follow the first word here"),
                  JB_ARG(word->raw));
}

/* The first word says what it is; one that says nothing begins an indicator's name. */
static void take_head(struct parse *p)
{
    struct jb_slice first = p->words[0].plain;
    struct jb_placeholder *ph = p->ph;
    int found;
    p->at = 1;
    if (jb_ph_find(jb_ph_heads, first, &found)) {
        ph->kind = (enum jb_ph_kind)found;
    } else if (jb_ph_find(jb_ph_eaches, first, &found)) {
        ph->kind = JB_PH_EACH;
        ph->each = (enum jb_ph_each)found;
    } else if (jb_ph_find(jb_ph_facts, first, &found)) {
        ph->kind = JB_PH_FACT;
        ph->fact = (enum jb_ph_fact)found;
    } else {
        ph->kind = JB_PH_VALUE;
        p->at = 0;
    }
}

static bool needs_no_value(enum jb_ph_test test)
{
    return test >= JB_TEST_FIRST;
}

static jb_err check(struct parse *p)
{
    const struct jb_placeholder *ph = p->ph;
    bool value = ph->kind == JB_PH_VALUE || ph->kind == JB_PH_IF;
    if (ph->kind == JB_PH_IF && !p->has_test)
        return refuse(p, _("a condition says what is asked: 有数, 增长, 报齐, > 0 ..."));
    if (ph->kind == JB_PH_IF && needs_no_value(ph->test) && (ph->has_name || ph->period_count))
        return refuse(p, _("this condition asks nothing of an indicator"));
    if (value && (ph->names.count > 1 || ph->period_count > 1 || ph->units.count > 1))
        return refuse(p, _("a value has one indicator, one unit and one period"));
    if (value && (ph->under.len || ph->sections.count))
        return refuse(p, _("only tables, charts and loops have a section or units under one"));
    if (ph->group.len && ph->units.count)
        return refuse(p, _("it is asked of a unit or of a group, not of both"));
    return JB_OK;
}

static bool keep_list(struct parse *p, struct jb_ph_list *to, const struct jb_slice *items)
{
    struct jb_slice *copy = jb_arena_array(p->arena, to->count + 1u, sizeof(*copy));
    if (!copy)
        return false;
    memcpy(copy, items, to->count * sizeof(*copy));
    to->items = copy;
    return true;
}

jb_err jb_placeholder_parse(struct jb_slice text, struct jb_arena *arena,
                            struct jb_placeholder *ret, char *why, size_t why_size)
{
    struct jb_placeholder ph = {0};
    struct parse p = {.arena = arena, .ph = &ph, .why = why, .why_size = why_size};

    why[0] = '\0';
    if (text.len > JB_PLACEHOLDER_BYTES_MAX)
        return refuse(&p, _("it is longer than a placeholder may be"));
    ph.text = jb_arena_copy(arena, text);
    if (!ph.text.ptr)
        return JB_ENOMEM;
    jb_err err = jb_ph_split(ph.text, arena, p.words, JB_PLACEHOLDER_WORDS_MAX, &p.count);
    if (err == JB_ERANGE)
        err = refuse(&p, _("more words than can be read"));
    else if (err == JB_EINVAL)
        err = refuse(&p, _("the text is not UTF-8"));
    if (!err && p.count == 0)
        err = refuse(&p, _("nothing stands between the braces"));
    if (!err)
        take_head(&p);
    while (!err && p.at < p.count)
        err = take_word(&p);
    if (!err)
        err = check(&p);
    if (err)
        return err;
    struct jb_when *periods = jb_arena_array(arena, ph.period_count + 1u, sizeof(*periods));
    if (!periods || !keep_list(&p, &ph.names, p.names) || !keep_list(&p, &ph.units, p.units) ||
        !keep_list(&p, &ph.sections, p.sections))
        return JB_ENOMEM;
    memcpy(periods, p.periods, ph.period_count * sizeof(*periods));
    ph.periods = periods;
    *ret = ph;
    return JB_OK;
}

bool jb_placeholder_is_block(const struct jb_placeholder *ph)
{
    switch (ph->kind) {
    case JB_PH_TABLE:
    case JB_PH_CHART:
    case JB_PH_COLLATE:
    case JB_PH_REVISIONS:
    case JB_PH_MISSING:
    case JB_PH_APPENDIX:
        return true;
    case JB_PH_VALUE:
    case JB_PH_FACT:
    case JB_PH_EACH:
    case JB_PH_IF:
    case JB_PH_ELSE:
    case JB_PH_END:
        break;
    }
    return false;
}

static bool is_qoq(enum jb_ph_show show)
{
    return show >= JB_SHOW_QOQ && show <= JB_SHOW_QOQ_BASE;
}

static bool asks_growth(const struct jb_placeholder *ph)
{
    return ph->kind == JB_PH_IF && ph->test >= JB_TEST_GROWN && ph->test <= JB_TEST_EQUAL;
}

bool jb_placeholder_needs_yoy(const struct jb_placeholder *ph)
{
    return ph->yoy || (ph->show >= JB_SHOW_YOY && ph->show <= JB_SHOW_YOY_BASE) ||
           (asks_growth(ph) && !is_qoq(ph->show));
}

bool jb_placeholder_needs_qoq(const struct jb_placeholder *ph)
{
    return ph->qoq || is_qoq(ph->show);
}

struct jb_span jb_when_resolve(const struct jb_when *when, struct jb_span report)
{
    struct jb_span year = jb_span_of(jb_period_at(JB_FREQ_YEAR, jb_period_last_day(report.last)));
    struct jb_span ytd;
    switch (when->kind) {
    case JB_STRETCH_THIS:
        break;
    case JB_STRETCH_SPAN:
        return when->span;
    case JB_STRETCH_BEFORE:
        return jb_span_before(report);
    case JB_STRETCH_YEAR_AGO:
        return jb_span_year_before(report);
    case JB_STRETCH_YEAR:
        return year;
    case JB_STRETCH_LAST_YEAR:
        return jb_span_before(year);
    case JB_STRETCH_Q1:
    case JB_STRETCH_Q2:
    case JB_STRETCH_Q3:
    case JB_STRETCH_Q4:
        return jb_span_of(jb_period_make(JB_FREQ_QUARTER, jb_period_year(year.first),
                                         (int)(when->kind - JB_STRETCH_Q1)));
    case JB_STRETCH_YTD:
        if (jb_span_to_base(year, report.last.freq, &ytd) != JB_OK)
            return report;
        ytd.last = report.last;
        return ytd;
    }
    return report;
}
