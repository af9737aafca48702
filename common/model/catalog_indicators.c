/* Indicators: what a figure means. Each is checked by itself here: defaults by measure, pairs of
 * aggregation that contradict each other, keys that only a ratio has, targets. What depends on
 * forms and on the unit tree comes later. */
#include "base/text.h"
#include "model/catalog_reader.h"

#define POWER10_MAX 9
#define DISPLAY_DECIMALS_DEFAULT 2
#define SECTIONS_MAX 64
#define TARGETS_MAX 256
#define REDEFINED_MAX 64
#define LEADS_MAX 64

enum key {
    CODE,
    NAME,
    ALIASES,
    UNIT_OF_MEASURE,
    MEASURE,
    FREQUENCY,
    DECIMALS,
    DISPLAY_DECIMALS,
    OWNERS,
    LEAD,
    CONTRIBUTORS,
    SECTIONS,
    UNIT_AGG,
    TIME_AGG,
    DIRECTION,
    BASES,
    NEGATIVE,
    NOT_APPLICABLE,
    MARKS,
    AUTHORITATIVE,
    PUBLIC,
    PARENT_VALUE,
    NUMERATOR,
    DENOMINATOR,
    POWER10,
    TARGETS,
    REDEFINED,
    FROM,
    UNTIL,
    NOTE,
    KEYS,
};
static const struct jb_catread_key indicator_keys[KEYS] = {
    [CODE] = {"code", true},
    [NAME] = {"name", true},
    [ALIASES] = {"aliases", false},
    [UNIT_OF_MEASURE] = {"unit_of_measure", false},
    [MEASURE] = {"measure", true},
    [FREQUENCY] = {"frequency", false},
    [DECIMALS] = {"decimals", false},
    [DISPLAY_DECIMALS] = {"display_decimals", false},
    [OWNERS] = {"owners", false},
    [LEAD] = {"lead", false},
    [CONTRIBUTORS] = {"contributors", false},
    [SECTIONS] = {"sections", false},
    [UNIT_AGG] = {"unit_agg", false},
    [TIME_AGG] = {"time_agg", false},
    [DIRECTION] = {"direction", false},
    [BASES] = {"bases", false},
    [NEGATIVE] = {"negative", false},
    [NOT_APPLICABLE] = {"not_applicable", false},
    [MARKS] = {"marks", false},
    [AUTHORITATIVE] = {"authoritative", false},
    [PUBLIC] = {"public", false},
    [PARENT_VALUE] = {"parent_value", false},
    [NUMERATOR] = {"numerator", false},
    [DENOMINATOR] = {"denominator", false},
    [POWER10] = {"power10", false},
    [TARGETS] = {"targets", false},
    [REDEFINED] = {"redefined", false},
    [FROM] = {"from", false},
    [UNTIL] = {"until", false},
    [NOTE] = {"note", false},
};

static const struct jb_catread_word measures[] = {{"flow", JB_FLOW},
                                                  {"stock", JB_STOCK},
                                                  {"rate", JB_RATE},
                                                  {"ratio", JB_RATIO},
                                                  {"text", JB_TEXT}};
static const struct jb_catread_word unit_aggs[] = {{"sum", JB_UNIT_SUM},
                                                   {"mean", JB_UNIT_MEAN},
                                                   {"min", JB_UNIT_MIN},
                                                   {"max", JB_UNIT_MAX},
                                                   {"sole", JB_UNIT_SOLE}};
static const struct jb_catread_word time_aggs[] = {{"sum", JB_TIME_SUM},   {"last", JB_TIME_LAST},
                                                   {"mean", JB_TIME_MEAN}, {"min", JB_TIME_MIN},
                                                   {"max", JB_TIME_MAX},   {"none", JB_TIME_NONE}};
static const struct jb_catread_word directions[] = {
    {"none", JB_DIRECTION_NONE}, {"up", JB_DIRECTION_UP}, {"down", JB_DIRECTION_DOWN}};
static const struct jb_catread_word parent_values[] = {{"add", JB_PARENT_ADD},
                                                       {"compare", JB_PARENT_COMPARE}};
static const struct jb_catread_word bases[] = {
    {"period", JB_BASIS_PERIOD}, {"ytd", JB_BASIS_YTD}, {"since", JB_BASIS_SINCE}};
/* What is allowed, and what is allowed with a reason 说明 only. */
enum { REFUSED, ALLOWED, EXPLAINED };
static const struct jb_catread_word not_applicables[] = {
    {"true", ALLOWED}, {"false", REFUSED}, {"reason", EXPLAINED}};
static const struct jb_catread_word marks[] = {
    {"true", ALLOWED}, {"false", REFUSED}, {"explain", EXPLAINED}};
static const struct jb_catread_word target_marks[] = {
    {"exact", JB_EXACT}, {"at_least", JB_AT_LEAST}, {"at_most", JB_AT_MOST}};

static void contradict(struct jb_catread *rd, jb_yaml_ref node, const char *expected)
{
    if (node)
        jb_catread_refuse(rd, node, JB_F_CATALOG_CONTRADICTION, NULL, expected, NULL);
}

static void read_unit_of_measure(struct jb_catread *rd, jb_yaml_ref node, jb_yaml_ref value,
                                 struct jb_indicator *indicator)
{
    struct jb_names names = {"", "", NULL};

    if (!value && indicator->measure != JB_TEXT)
        jb_catread_refuse(rd, node, JB_F_CATALOG_MISSING_KEY, "", "unit_of_measure", NULL);
    jb_catread_names(rd, value, NULL, &names);
    indicator->unit_of_measure_zh = names.zh;
    indicator->unit_of_measure_en = names.en;
    indicator->percent = strcmp(names.zh, "%") == 0 || strcmp(names.zh, "\xef\xbc\x85") == 0;
}

static void read_aggregation(struct jb_catread *rd, jb_yaml_ref *v, struct jb_indicator *indicator)
{
    bool added = indicator->measure == JB_FLOW || indicator->measure == JB_STOCK;
    unsigned unit_agg = added ? JB_UNIT_SUM : JB_UNIT_SOLE;
    unsigned time_agg = JB_TIME_NONE;

    bool ad_hoc = indicator->freq == JB_FREQ_DAY;
    if (added && !ad_hoc)
        time_agg = indicator->measure == JB_FLOW ? JB_TIME_SUM : JB_TIME_LAST;
    jb_catread_word(rd, v[UNIT_AGG], unit_aggs, JB_COUNT(unit_aggs), &unit_agg);
    jb_catread_word(rd, v[TIME_AGG], time_aggs, JB_COUNT(time_aggs), &time_agg);
    indicator->unit_agg = (enum jb_unit_agg)unit_agg;
    indicator->time_agg = (enum jb_time_agg)time_agg;
    if (ad_hoc && time_agg != JB_TIME_NONE)
        contradict(rd, v[TIME_AGG], _("none: what is asked for on single days is not folded"));
    if (indicator->measure == JB_RATIO || indicator->measure == JB_TEXT) {
        const char *expected = _("no aggregation: a ratio has its parts', a text has none");

        contradict(rd, v[UNIT_AGG], expected);
        contradict(rd, v[TIME_AGG], expected);
        return;
    }
    if (unit_agg == JB_UNIT_MEAN && time_agg != JB_TIME_MEAN)
        contradict(rd, v[UNIT_AGG], _("a mean over units goes with time_agg mean"));
    if (time_agg == JB_TIME_MEAN && unit_agg != JB_UNIT_MEAN && unit_agg != JB_UNIT_SUM)
        contradict(rd, v[TIME_AGG], _("a mean over time goes with unit_agg mean or sum"));
    if (indicator->measure == JB_RATE && unit_agg == JB_UNIT_SUM)
        contradict(rd, v[UNIT_AGG], _("rates are not added"));
    if (indicator->measure == JB_RATE && time_agg == JB_TIME_SUM)
        contradict(rd, v[TIME_AGG], _("rates are not added"));
}

static void read_bases(struct jb_catread *rd, jb_yaml_ref node, struct jb_indicator *indicator)
{
    indicator->default_basis = JB_BASIS_PERIOD;
    indicator->bases = JB_BASIS_PERIOD;
    if (indicator->measure == JB_RATE)
        indicator->bases = JB_BASIS_PERIOD | JB_BASIS_YTD | JB_BASIS_SINCE;
    if (!jb_catread_list(rd, node))
        return;
    indicator->bases = 0;
    for (jb_yaml_ref item = node->first; item; item = item->next) {
        unsigned basis;

        if (!jb_catread_word(rd, item, bases, JB_COUNT(bases), &basis))
            continue;
        if (indicator->bases & basis)
            jb_catread_refuse(rd, item, JB_F_CATALOG_DUPLICATE, NULL, _("each basis once"), NULL);
        if (!indicator->bases)
            indicator->default_basis = (enum jb_basis_kind)basis;
        indicator->bases |= basis;
    }
    if (node->len == 0)
        jb_catread_expect(rd, node, _("at least one basis"));
    if (indicator->measure == JB_TEXT || indicator->measure == JB_RATIO) {
        if (indicator->bases != JB_BASIS_PERIOD)
            contradict(rd, node, _("a text or a ratio has the basis period only"));
    }
}

static void read_authoritative(struct jb_catread *rd, jb_yaml_ref node,
                               struct jb_indicator *indicator)
{
    unsigned basis;

    if (!jb_catread_word(rd, node, bases, 2, &basis))
        return;
    indicator->authoritative = (enum jb_basis_kind)basis;
    if (indicator->measure != JB_FLOW || indicator->time_agg != JB_TIME_SUM ||
        ~indicator->bases & (JB_BASIS_PERIOD | JB_BASIS_YTD))
        contradict(rd, node, _("in a flow with the bases period and ytd that adds up over time"));
}

static void read_ratio(struct jb_catread *rd, jb_yaml_ref node, jb_yaml_ref *v,
                       struct jb_indicator *indicator)
{
    static const enum key parts[] = {NUMERATOR, DENOMINATOR};

    if (indicator->measure != JB_RATIO) {
        const char *expected = _("only in a ratio");

        contradict(rd, v[NUMERATOR], expected);
        contradict(rd, v[DENOMINATOR], expected);
        contradict(rd, v[POWER10], expected);
        return;
    }
    for (size_t i = 0; i < JB_COUNT(parts); i++) {
        if (!v[parts[i]])
            jb_catread_refuse(rd, node, JB_F_CATALOG_MISSING_KEY, "", indicator_keys[parts[i]].name,
                              NULL);
    }
    if (v[NUMERATOR])
        indicator->numerator = jb_catread_refer(rd, v[NUMERATOR], &rd->catalog->indicators);
    if (v[DENOMINATOR])
        indicator->denominator = jb_catread_refer(rd, v[DENOMINATOR], &rd->catalog->indicators);
    indicator->power10 = indicator->percent ? 2 : 0;
    jb_catread_int(rd, v[POWER10], -POWER10_MAX, POWER10_MAX, &indicator->power10);
    contradict(rd, v[OWNERS], _("no owners: a ratio is computed"));
    contradict(rd, v[PARENT_VALUE], _("no parent_value: a ratio is computed"));
}

static void read_sections(struct jb_catread *rd, jb_yaml_ref node, struct jb_indicator *indicator)
{
    uint32_t count = 0;

    if (!jb_catread_list(rd, node))
        return;
    if (node->len > SECTIONS_MAX) {
        jb_catread_refuse(rd, node, JB_F_CATALOG_LIMIT, NULL, _("at most 64 sections"), NULL);
        return;
    }
    indicator->sections = jb_catread_alloc(rd, node->len, sizeof(*indicator->sections));
    if (!indicator->sections)
        return;
    for (jb_yaml_ref item = node->first; item; item = item->next) {
        uint32_t section = jb_catread_refer(rd, item, &rd->catalog->sections);

        if (section == JB_NONE)
            continue;
        for (uint32_t i = 0; i < count; i++) {
            if (indicator->sections[i] == section)
                jb_catread_refuse(rd, item, JB_F_CATALOG_DUPLICATE, NULL, _("each section once"),
                                  NULL);
        }
        indicator->sections[count++] = section;
    }
    indicator->section_count = count;
}

static bool read_target_value(struct jb_catread *rd, jb_yaml_ref node,
                              const struct jb_indicator *indicator, struct jb_dec *ret)
{
    uint8_t decimals =
        indicator->measure == JB_RATIO ? indicator->display_decimals : indicator->decimals;
    int64_t mantissa;

    if (!node)
        return false;
    if (node->kind != JB_YAML_TEXT || jb_dec_parse(jb_yaml_slice(node), ret)) {
        jb_catread_expect(rd, node, _("a decimal number such as 12.5"));
        return false;
    }
    if (jb_dec_rescale(*ret, decimals, &mantissa))
        jb_catread_expect(rd, node, _("no more decimals than the indicator has"));
    if (ret->mantissa < 0 && !indicator->negative_allowed)
        contradict(rd, node, _("not below zero, or negative: true"));
    return true;
}

static void read_target(struct jb_catread *rd, jb_yaml_ref node, struct jb_indicator *indicator)
{
    static const struct jb_catread_key keys[] = {
        {"period", true}, {"value", true}, {"mark", false}, {"note", false}};
    struct jb_target target = {.note = ""};
    jb_yaml_ref v[JB_COUNT(keys)];
    unsigned mark = JB_EXACT;
    struct jb_span base;

    if (!jb_catread_fields(rd, node, keys, JB_COUNT(keys), v))
        return;
    jb_catread_word(rd, v[2], target_marks, JB_COUNT(target_marks), &mark);
    target.mark = (enum jb_mark)mark;
    jb_catread_note(rd, v[3], &target.note);
    read_target_value(rd, v[1], indicator, &target.value);
    if (!v[0])
        return;
    if (v[0]->kind != JB_YAML_TEXT || jb_span_parse(jb_yaml_slice(v[0]), &target.span)) {
        jb_catread_expect(rd, v[0], _("a period such as 2022-Q4, or first..last"));
        return;
    }
    if (jb_span_to_base(target.span, indicator->freq, &base)) {
        contradict(rd, v[0], _("a period no finer than the indicator's"));
        return;
    }
    for (uint32_t i = 0; i < indicator->target_count; i++) {
        if (jb_span_eq(indicator->targets[i].span, target.span)) {
            jb_catread_refuse(rd, v[0], JB_F_CATALOG_DUPLICATE, NULL, _("one target a period"),
                              NULL);
            return;
        }
    }
    indicator->targets[indicator->target_count++] = target;
}

static void read_targets(struct jb_catread *rd, jb_yaml_ref node, struct jb_indicator *indicator)
{
    if (!jb_catread_list(rd, node))
        return;
    if (indicator->measure == JB_TEXT) {
        contradict(rd, node, _("no targets: a text has no value"));
        return;
    }
    if (node->len > TARGETS_MAX) {
        jb_catread_refuse(rd, node, JB_F_CATALOG_LIMIT, NULL, _("at most 256 targets"), NULL);
        return;
    }
    indicator->targets = jb_catread_alloc(rd, node->len, sizeof(*indicator->targets));
    if (!indicator->targets)
        return;
    for (jb_yaml_ref item = node->first; item; item = item->next)
        read_target(rd, item, indicator);
}

static void read_redefinition(struct jb_catread *rd, jb_yaml_ref node,
                              struct jb_indicator *indicator)
{
    static const struct jb_catread_key keys[] = {{"from", true}, {"note", false}};
    struct jb_redefinition *last =
        indicator->redefined_count ? &indicator->redefined[indicator->redefined_count - 1] : NULL;
    struct jb_redefinition at = {.from = JB_DATE_MIN, .note = ""};
    jb_yaml_ref v[JB_COUNT(keys)];
    jb_date until = JB_DATE_MAX;

    if (!jb_catread_fields(rd, node, keys, JB_COUNT(keys), v))
        return;
    jb_catread_dates(rd, v[0], NULL, &at.from, &until);
    jb_catread_note(rd, v[1], &at.note);
    if (at.from == JB_DATE_MIN)
        return;
    if (last && at.from <= last->from) {
        contradict(rd, v[0], _("a date after the one before it"));
        return;
    }
    indicator->redefined[indicator->redefined_count++] = at;
}

static void read_redefined(struct jb_catread *rd, jb_yaml_ref node, struct jb_indicator *indicator)
{
    if (!jb_catread_list(rd, node))
        return;
    if (indicator->measure == JB_RATIO || indicator->measure == JB_TEXT) {
        contradict(rd, node, _("only of what is reported in numbers"));
        return;
    }
    if (node->len > REDEFINED_MAX) {
        jb_catread_refuse(rd, node, JB_F_CATALOG_LIMIT, NULL, _("at most 64 changes"), NULL);
        return;
    }
    indicator->redefined = jb_catread_alloc(rd, node->len, sizeof(*indicator->redefined));
    if (!indicator->redefined)
        return;
    for (jb_yaml_ref item = node->first; item; item = item->next)
        read_redefinition(rd, item, indicator);
}

/* One unit, or a list of them by date. */
static void read_lead(struct jb_catread *rd, jb_yaml_ref node, struct jb_indicator *indicator)
{
    jb_yaml_ref item;

    if (node && node->kind == JB_YAML_TEXT) {
        indicator->leads = jb_catread_alloc(rd, 1, sizeof(*indicator->leads));
        if (indicator->leads)
            indicator->leads[indicator->lead_count++] = jb_catread_edge(rd, node);
        return;
    }
    jb_catread_edges(rd, node, &indicator->leads, &indicator->lead_count);
    if (!indicator->lead_count)
        return;
    item = node->first;
    for (uint32_t i = 0; i < indicator->lead_count; i++, item = item->next) {
        for (uint32_t k = 0; k < i && k < LEADS_MAX; k++) {
            const struct jb_edge *a = &indicator->leads[i], *b = &indicator->leads[k];
            if (a->from <= b->until && b->from <= a->until) {
                contradict(rd, item, _("one lead at a time: give from and until"));
                return;
            }
        }
    }
    if (indicator->lead_count > LEADS_MAX)
        jb_catread_refuse(rd, node, JB_F_CATALOG_LIMIT, NULL, _("at most 64 leads"), NULL);
}

static void read_numbers(struct jb_catread *rd, jb_yaml_ref *v, struct jb_indicator *indicator)
{
    int decimals = 0;
    int display = DISPLAY_DECIMALS_DEFAULT;
    unsigned nil = ALLOWED, marked = ALLOWED;

    jb_catread_int(rd, v[DECIMALS], 0, JB_DECIMALS_MAX, &decimals);
    jb_catread_int(rd, v[DISPLAY_DECIMALS], 0, JB_DECIMALS_MAX, &display);
    indicator->decimals = (uint8_t)decimals;
    indicator->display_decimals = (uint8_t)display;
    jb_catread_bool(rd, v[NEGATIVE], &indicator->negative_allowed);
    jb_catread_word(rd, v[NOT_APPLICABLE], not_applicables, JB_COUNT(not_applicables), &nil);
    jb_catread_word(rd, v[MARKS], marks, JB_COUNT(marks), &marked);
    indicator->not_applicable_allowed = nil != REFUSED;
    indicator->not_applicable_explained = nil == EXPLAINED;
    indicator->marks_allowed = marked != REFUSED;
    indicator->marks_explained = marked == EXPLAINED;
    jb_catread_bool(rd, v[PUBLIC], &indicator->is_public);
}

static void read_indicator(struct jb_catread *rd, jb_yaml_ref node, struct jb_indicator *indicator)
{
    jb_yaml_ref v[KEYS];
    unsigned word = 0;
    struct jb_slice code;

    indicator->line = node->line;
    indicator->freq = rd->freq;
    if (!jb_catread_fields(rd, node, indicator_keys, KEYS, v))
        return;
    if (jb_catread_code(rd, v[CODE], &code))
        indicator->code = jb_catread_copy(rd, code);
    rd->indicator = indicator->code;
    jb_catread_names(rd, v[NAME], v[ALIASES], &indicator->name);
    jb_catread_freq(rd, v[FREQUENCY], &indicator->freq);
    jb_catread_dates(rd, v[FROM], v[UNTIL], &indicator->from, &indicator->until);
    jb_catread_note(rd, v[NOTE], &indicator->note);
    if (jb_catread_word(rd, v[DIRECTION], directions, JB_COUNT(directions), &word))
        indicator->direction = (enum jb_direction)word;
    if (jb_catread_word(rd, v[PARENT_VALUE], parent_values, JB_COUNT(parent_values), &word))
        indicator->parent_value = (enum jb_parent_value)word;
    jb_catread_edges(rd, v[OWNERS], &indicator->owners, &indicator->owner_count);
    read_lead(rd, v[LEAD], indicator);
    jb_catread_edges(rd, v[CONTRIBUTORS], &indicator->contributors, &indicator->contributor_count);
    read_sections(rd, v[SECTIONS], indicator);
    read_numbers(rd, v, indicator);
    if (jb_catread_word(rd, v[MEASURE], measures, JB_COUNT(measures), &word)) {
        indicator->measure = (enum jb_measure)word;
        read_unit_of_measure(rd, node, v[UNIT_OF_MEASURE], indicator);
        read_aggregation(rd, v, indicator);
        read_bases(rd, v[BASES], indicator);
        read_authoritative(rd, v[AUTHORITATIVE], indicator);
        read_ratio(rd, node, v, indicator);
        read_targets(rd, v[TARGETS], indicator);
        read_redefined(rd, v[REDEFINED], indicator);
    }
    rd->indicator = NULL;
}

void jb_catread_indicators(struct jb_catread *rd)
{
    for (uint32_t i = 0; i < rd->catalog->view.indicator_count; i++)
        read_indicator(rd, rd->indicators[i], &rd->catalog->view.indicators[i]);
}
