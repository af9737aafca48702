/* Relations: the written ones, and those made from the parts 其中 of forms. Then each form learns
 * which of them look at its indicators, so that a filing asks for these only. */
#include "base/text.h"
#include "model/catalog_reader.h"

enum key { CODE, NAME, FORM, SEVERITY, WHEN_MISSING, LEFT, OP, RIGHT, TOLERANCE, NOTE, KEYS };
static const struct jb_catread_key rule_keys[KEYS] = {
    [CODE] = {"code", true},
    [NAME] = {"name", true},
    [FORM] = {"form", false},
    [SEVERITY] = {"severity", true},
    [LEFT] = {"left", true},
    [WHEN_MISSING] = {"when_missing", false},
    [OP] = {"op", true},
    [RIGHT] = {"right", true},
    [TOLERANCE] = {"tolerance", false},
    [NOTE] = {"note", false},
};
static const struct jb_catread_word severities[] = {{"error", 0}, {"explain", 1}};
static const struct jb_catread_word missings[] = {
    {"skip", JB_MISSING_SKIP}, {"zero", JB_MISSING_ZERO}, {"require", JB_MISSING_REQUIRE}};
static const struct jb_catread_word ops[] = {{"=", JB_OP_EQ},  {"!=", JB_OP_NE}, {"<", JB_OP_LT},
                                             {"<=", JB_OP_LE}, {">", JB_OP_GT},  {">=", JB_OP_GE}};

static const char *const no_aliases[1];
static struct jb_names unnamed(void)
{
    return (struct jb_names){"", "", (const char **)(uintptr_t)no_aliases};
}

static void contradict(struct jb_catread *rd, jb_yaml_ref node, const struct jb_rule_term *term,
                       const char *expected)
{
    jb_catread_refuse(rd, node, JB_F_CATALOG_CONTRADICTION,
                      term->code.len ? (const char *)term->code.ptr : NULL, expected, NULL);
}

/* The code stands in a longer text, so what is near is looked for here. */
static bool resolve(struct jb_catread *rd, jb_yaml_ref node, struct jb_rule_term *term)
{
    const struct jb_catalog_keys *keys = &rd->catalog->indicators;
    const struct jb_catalog_key *key = jb_catalog_keys_find(keys, term->code);
    char hint[JB_CODE_BYTES_MAX + 64] = "", got[JB_CODE_BYTES_MAX + 1];

    if (key) {
        term->indicator = key->index;
        term->code = jb_slice_str(rd->catalog->view.indicators[key->index].code);
        return true;
    }
    if (rd->suggestions_left) {
        const char *near_code = jb_catalog_keys_nearest(keys, term->code);

        rd->suggestions_left--;
        if (*near_code)
            snprintf(hint, sizeof(hint), _("did you mean %s?"), near_code);
    }
    snprintf(got, sizeof(got), "%.*s", JB_ARG(term->code));
    jb_catread_refuse(rd, node, JB_F_CATALOG_UNKNOWN_REFERENCE, got, _("an indicator of this file"),
                      hint);
    return false;
}

static bool check_term(struct jb_catread *rd, jb_yaml_ref node, struct jb_rule *rule,
                       const struct jb_rule_term *term)
{
    const struct jb_indicator *indicator = &rd->catalog->view.indicators[term->indicator];
    bool added = indicator->measure == JB_FLOW && indicator->time_agg == JB_TIME_SUM;
    const char *expected = NULL;

    if (indicator->measure == JB_RATIO || indicator->measure == JB_TEXT)
        expected = _("an indicator that is reported as a number");
    else if (rule->freq && indicator->freq != rule->freq)
        expected = _("indicators of one frequency");
    else if (!(indicator->bases & (JB_BASIS_PERIOD | JB_BASIS_YTD)))
        expected = _("an indicator with the basis period or ytd");
    else if (term->when >= JB_WHEN_YTD && !added)
        expected = _("ytd behind a flow that adds up over time only");
    rule->freq = indicator->freq;
    if (expected)
        contradict(rd, node, term, expected);
    return !expected;
}

static bool read_side(struct jb_catread *rd, jb_yaml_ref node, struct jb_rule *rule,
                      struct jb_rule_term **ret, uint32_t *ret_count)
{
    const char *expected;
    struct jb_rule_sum sum;
    char place[256];
    bool good = true;
    size_t at;

    if (!node)
        return false;
    if (node->kind != JB_YAML_TEXT) {
        jb_catread_expect(rd, node, _("a sum such as a + b"));
        return false;
    }
    if (jb_rule_sum_parse(jb_yaml_slice(node), &sum, &at, &expected)) {
        snprintf(place, sizeof(place), _("at character %zu: %s"), at, expected);
        jb_catread_expect(rd, node, place);
        return false;
    }
    for (uint32_t i = 0; i < sum.count; i++) {
        if (sum.terms[i].code.len &&
            (!resolve(rd, node, &sum.terms[i]) || !check_term(rd, node, rule, &sum.terms[i])))
            good = false;
    }
    *ret = jb_catread_alloc(rd, sum.count, sizeof(**ret));
    if (!good || !*ret)
        return false;
    memcpy(*ret, sum.terms, sum.count * sizeof(**ret));
    *ret_count = sum.count;
    return true;
}

static bool is_of_period(const struct jb_rule_term *terms, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (terms[i].code.len && (terms[i].when == JB_WHEN_NOW || terms[i].when == JB_WHEN_YTD))
            return true;
    }
    return false;
}

static void check_form(struct jb_catread *rd, jb_yaml_ref node, const struct jb_rule *rule,
                       const struct jb_rule_term *terms, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        if (terms[i].code.len &&
            jb_catalog_form_row(rd->catalog, rule->form, terms[i].indicator) == JB_NONE)
            contradict(rd, node, &terms[i], _("indicators of the form only"));
    }
}

static void read_tolerance(struct jb_catread *rd, jb_yaml_ref node, struct jb_rule *rule)
{
    if (!node)
        return;
    if (node->kind != JB_YAML_TEXT || jb_dec_parse(jb_yaml_slice(node), &rule->tolerance) ||
        rule->tolerance.mantissa < 0)
        jb_catread_expect(rd, node, _("a decimal number, 0 or more"));
    else if (rule->op == JB_OP_NE)
        jb_catread_refuse(rd, node, JB_F_CATALOG_CONTRADICTION, NULL, _("no tolerance with !="),
                          NULL);
}

static void read_rule(struct jb_catread *rd, jb_yaml_ref node, struct jb_rule *rule)
{
    jb_yaml_ref v[KEYS];
    struct jb_slice code;
    unsigned word;

    *rule = (struct jb_rule){.kind = JB_RULE_WRITTEN,
                             .code = "",
                             .name = unnamed(),
                             .form = JB_NONE,
                             .note = "",
                             .line = node->line};
    if (!jb_catread_fields(rd, node, rule_keys, KEYS, v))
        return;
    if (jb_catread_code(rd, v[CODE], &code))
        rule->code = jb_catread_copy(rd, code);
    jb_catread_names(rd, v[NAME], NULL, &rule->name);
    jb_catread_note(rd, v[NOTE], &rule->note);
    if (v[FORM])
        rule->form = jb_catread_refer(rd, v[FORM], &rd->catalog->forms);
    if (jb_catread_word(rd, v[SEVERITY], severities, JB_COUNT(severities), &word))
        rule->explain = word != 0;
    if (jb_catread_word(rd, v[WHEN_MISSING], missings, JB_COUNT(missings), &word))
        rule->missing = (enum jb_rule_missing)word;
    if (jb_catread_word(rd, v[OP], ops, JB_COUNT(ops), &word))
        rule->op = (enum jb_rule_op)word;
    read_tolerance(rd, v[TOLERANCE], rule);
    bool good = read_side(rd, v[LEFT], rule, &rule->left, &rule->left_count);
    good = read_side(rd, v[RIGHT], rule, &rule->right, &rule->right_count) && good;
    if (!good)
        return;
    if (!is_of_period(rule->left, rule->left_count) &&
        !is_of_period(rule->right, rule->right_count))
        jb_catread_refuse(rd, v[LEFT], JB_F_CATALOG_CONTRADICTION, NULL,
                          _("an indicator of the period itself on one side"), NULL);
    if (rule->form != JB_NONE) {
        check_form(rd, v[LEFT], rule, rule->left, rule->left_count);
        check_form(rd, v[RIGHT], rule, rule->right, rule->right_count);
    }
}

/* How many rules the form's parts make. */
static uint32_t count_parts(struct jb_catread *rd, const struct jb_form *form, uint32_t index)
{
    uint32_t count = 0;

    for (uint32_t whole = 0; whole < form->row_count; whole++) {
        uint32_t parts = 0;

        if (!form->rows[whole].parts || form->rows[whole].indicator == JB_NONE)
            continue;
        for (uint32_t i = whole + 1; i < form->row_count; i++)
            parts += form->rows[i].of == whole && form->rows[i].indicator != JB_NONE;
        if (parts == 0) {
            jb_yaml_ref row = jb_catread_item(jb_catread_value(rd->forms[index], "rows"), whole);
            jb_catread_refuse(rd, jb_catread_value(row, "parts"), JB_F_CATALOG_CONTRADICTION, NULL,
                              _("a row that other rows are a part of"), NULL);
        }
        count += form->rows[whole].parts == JB_OP_LE ? parts : parts > 0;
    }
    return count;
}

static struct jb_rule_term place(const struct jb_catalog_view *view, uint32_t indicator)
{
    return (struct jb_rule_term){.coefficient = 1,
                                 .code = jb_slice_str(view->indicators[indicator].code),
                                 .indicator = indicator};
}

static bool make_rule(struct jb_catread *rd, uint32_t form_index, uint32_t whole, uint32_t parts,
                      struct jb_rule *rule)
{
    const struct jb_catalog_view *view = &rd->catalog->view;
    const struct jb_form *form = &view->forms[form_index];
    uint32_t indicator = form->rows[whole].indicator;

    *rule = (struct jb_rule){.kind = JB_RULE_PART,
                             .code = "",
                             .name = view->indicators[indicator].name,
                             .form = form_index,
                             .op = form->rows[whole].parts,
                             .freq = form->freq,
                             .note = "",
                             .line = form->line};
    rule->left = jb_catread_alloc(rd, parts, sizeof(*rule->left));
    rule->right = jb_catread_alloc(rd, 1, sizeof(*rule->right));
    if (!rule->left || !rule->right)
        return false;
    rule->right[0] = place(view, indicator);
    rule->right_count = 1;
    return true;
}

/* The most that the rule which begins at a row has on its left. */
static uint32_t rule_parts(const struct jb_form *form, uint32_t whole, uint32_t row)
{
    return form->rows[whole].parts == JB_OP_LE ? 1 : form->row_count - row;
}

static void make_parts(struct jb_catread *rd, uint32_t form_index)
{
    struct jb_catalog_view *view = &rd->catalog->view;
    const struct jb_form *form = &view->forms[form_index];

    for (uint32_t whole = 0; whole < form->row_count; whole++) {
        struct jb_rule *rule = NULL;

        if (!form->rows[whole].parts || form->rows[whole].indicator == JB_NONE)
            continue;
        for (uint32_t i = whole + 1; i < form->row_count; i++) {
            if (form->rows[i].of != whole || form->rows[i].indicator == JB_NONE)
                continue;
            if (!rule || form->rows[whole].parts == JB_OP_LE) {
                rule = &view->rules[view->rule_count++];
                uint32_t parts = rule_parts(form, whole, i);
                if (!make_rule(rd, form_index, whole, parts, rule))
                    return;
            }
            rule->left[rule->left_count++] = place(view, form->rows[i].indicator);
        }
        if (rule && form->rows[whole].parts == JB_OP_EQ)
            rule->kind = JB_RULE_PARTS;
    }
}

/* Every form in which a term of the rule stands, once. With `count` the lists are only measured. */
static void list_terms(struct jb_catread *rd, uint32_t rule, const struct jb_rule_term *terms,
                       uint32_t term_count, uint32_t *last, bool count)
{
    const jb_catalog *c = rd->catalog;

    for (uint32_t i = 0; i < term_count; i++) {
        if (!terms[i].code.len)
            continue;
        for (uint32_t k = c->place_first[terms[i].indicator];
             k < c->place_first[terms[i].indicator + 1]; k++) {
            struct jb_form *form = &c->view.forms[c->places[k].form];
            uint32_t only = c->view.rules[rule].form;

            if (last[c->places[k].form] == rule || (only != JB_NONE && only != c->places[k].form))
                continue;
            last[c->places[k].form] = rule;
            if (!count)
                form->rules[form->rule_count] = rule;
            form->rule_count++;
        }
    }
}

static void list_all(struct jb_catread *rd, uint32_t *last, bool count)
{
    struct jb_catalog_view *view = &rd->catalog->view;

    for (uint32_t i = 0; i < view->form_count; i++) {
        last[i] = JB_NONE;
        view->forms[i].rule_count = 0;
    }
    for (uint32_t i = 0; i < view->rule_count; i++) {
        list_terms(rd, i, view->rules[i].left, view->rules[i].left_count, last, count);
        list_terms(rd, i, view->rules[i].right, view->rules[i].right_count, last, count);
    }
}

static void index_forms(struct jb_catread *rd)
{
    struct jb_catalog_view *view = &rd->catalog->view;
    uint32_t *last = jb_catread_alloc(rd, view->form_count, sizeof(*last));

    if (!last)
        return;
    list_all(rd, last, true);
    for (uint32_t i = 0; i < view->form_count; i++) {
        struct jb_form *form = &view->forms[i];

        if (form->rule_count)
            form->rules = jb_catread_alloc(rd, form->rule_count, sizeof(*form->rules));
    }
    if (!rd->nomem)
        list_all(rd, last, false);
}

/* Whether a filing of the form is looked at beyond its single rows. */
static bool is_compared(const struct jb_catalog_view *view, const struct jb_form *form)
{
    bool compared = form->rule_count || view->check_history || view->check_unchanged;

    for (uint32_t i = 0; i < form->row_count; i++) {
        uint32_t indicator = form->rows[i].indicator;
        compared = compared || (indicator != JB_NONE && view->indicators[indicator].authoritative);
    }
    return compared;
}

static void fill(struct jb_catread *rd, uint32_t written, uint32_t made)
{
    struct jb_catalog_view *view = &rd->catalog->view;

    view->rules = jb_catread_alloc(rd, (size_t)written + made, sizeof(*view->rules));
    if (!view->rules)
        return;
    for (uint32_t i = 0; i < written; i++)
        read_rule(rd, rd->rules[i], &view->rules[view->rule_count++]);
    view->written_rule_count = written;
    for (uint32_t i = 0; i < view->form_count && !rd->nomem; i++)
        make_parts(rd, i);
    if (!rd->nomem)
        index_forms(rd);
}

void jb_catread_rules(struct jb_catread *rd, uint32_t written)
{
    struct jb_catalog_view *view = &rd->catalog->view;
    uint32_t made = 0;

    for (uint32_t i = 0; i < view->form_count; i++)
        made += count_parts(rd, &view->forms[i], i);
    if (made > JB_CATALOG_RULES_MAX - written)
        jb_catread_refuse(rd, rd->forms[0], JB_F_CATALOG_LIMIT, "", _("fewer rows with parts"),
                          NULL);
    else if (written + made > 0)
        fill(rd, written, made);
    for (uint32_t i = 0; i < view->form_count; i++)
        view->forms[i].compared = is_compared(view, &view->forms[i]);
}
