/* Relations over figures: a table worked out by hand, and many small random relations held against
 * an oracle of another kind, which tries every value that the marks allow. */
#include "jb_test.h"

#include "model/catalog_yaml.h"
#include "model/rule_eval.h"

#define FIGURES_MAX 64

static const char catalog_head[] =
    "catalog: t\n"
    "name: {zh: 目录}\n"
    "units: [{code: u, name: {zh: 甲}}]\n"
    "indicators:\n"
    "- {code: a, name: {zh: 甲}, unit_of_measure: {zh: 件}, measure: flow, owners: [u],\n"
    "   bases: [period, ytd]}\n"
    "- {code: b, name: {zh: 乙}, unit_of_measure: {zh: 件}, measure: flow, owners: [u]}\n"
    "- {code: c, name: {zh: 丙}, unit_of_measure: {zh: 元}, measure: flow, owners: [u],\n"
    "   decimals: 2, negative: true}\n"
    "- {code: s, name: {zh: 存}, unit_of_measure: {zh: 人}, measure: stock, owners: [u]}\n"
    "- {code: y, name: {zh: 累}, unit_of_measure: {zh: 件}, measure: flow, owners: [u],\n"
    "   bases: [ytd]}\n"
    "forms: [{code: f, title: {zh: 表}, units: [u],\n"
    "  rows: [{indicator: a}, {indicator: b}, {indicator: c}, {indicator: s}, {indicator: y}]}]\n";

struct figure {
    uint32_t indicator;
    struct jb_period period;
    uint32_t stretch;
    struct jb_found_figure found;
};
struct figures {
    const jb_catalog *catalog;
    struct figure items[FIGURES_MAX];
    uint32_t count;
};

static jb_err get(void *ctx, uint32_t indicator, struct jb_period period, uint32_t stretch,
                  struct jb_found_figure *ret)
{
    const struct figures *figures = ctx;

    *ret = (struct jb_found_figure){.found = JB_FOUND_MISSING};
    for (uint32_t i = 0; i < figures->count; i++) {
        const struct figure *f = &figures->items[i];
        if (f->indicator == indicator && jb_period_eq(f->period, period) && f->stretch == stretch)
            *ret = f->found;
    }
    return JB_OK;
}

/* "2023-Q2": what is filed. */
static struct jb_period now(void)
{
    return jb_period_make(JB_FREQ_QUARTER, 2023, 1);
}

/* The catalogue with one rule. */
static jb_catalog *with_rule(const char *left, const char *op, const char *right, const char *more)
{
    struct jb_findings findings;
    jb_catalog *catalog = NULL;
    char *text =
        jb_xasprintf("%srules:\n- {code: r, name: {zh: 规}, severity: error, left: \"%s\",\n"
                     "   op: \"%s\", right: \"%s\"%s%s}\n",
                     catalog_head, left, op, right, more[0] ? ", " : "", more);

    jb_findings_init(&findings);
    if (jb_catalog_read_yaml(jb_slice_str(text), "t.yaml", &findings, &catalog))
        jb_findings_print(&findings, stderr);
    assert_non_null(catalog);
    jb_findings_free(&findings);
    free(text);
    return catalog;
}

/* "a=12 b=>7 c@2023-Q1=0.5 a@2023-Q2/1=9 s=n/a b=?pending": a figure each. */
static void put(struct figures *figures, const char *text)
{
    static const struct {
        const char *word;
        enum jb_found found;
    } founds[] = {{"?pending", JB_FOUND_PENDING},
                  {"?unknown", JB_FOUND_UNKNOWN},
                  {"?unowed", JB_FOUND_NOT_OWED}};
    static const struct {
        const char *sign;
        enum jb_mark mark;
    } marks[] = {{">=", JB_AT_LEAST},
                 {">", JB_MORE_THAN},
                 {"<=", JB_AT_MOST},
                 {"<", JB_NEARLY},
                 {"~", JB_APPROXIMATE}};
    char *copy = strdup(text), *rest = NULL;

    figures->count = 0;
    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        struct figure *f = &figures->items[figures->count++];
        char *value = strchr(word, '='), *at, *slash;
        struct jb_dec number;
        *value++ = '\0';
        *f = (struct figure){.period = now(), .found = {JB_FOUND_VALUE, {.state = JB_STATE_VALUE}}};
        if ((slash = strchr(word, '/'))) {
            *slash = '\0';
            f->stretch = (uint32_t)(slash[1] - '0');
        }
        if ((at = strchr(word, '@'))) {
            *at = '\0';
            assert_int_equal(jb_period_parse(jb_slice_str(at + 1), &f->period), JB_OK);
        }
        f->indicator = jb_catalog_indicator(figures->catalog, jb_slice_str(word));
        for (size_t i = 0; i < JB_COUNT(founds); i++) {
            if (strcmp(value, founds[i].word) == 0)
                f->found.found = founds[i].found;
        }
        if (f->found.found != JB_FOUND_VALUE)
            continue;
        if (strcmp(value, "n/a") == 0) {
            f->found.value.state = JB_STATE_NOT_APPLICABLE;
            continue;
        }
        for (size_t i = 0; i < JB_COUNT(marks) && f->found.value.mark == JB_EXACT; i++) {
            if (strncmp(value, marks[i].sign, strlen(marks[i].sign)) == 0) {
                f->found.value.mark = marks[i].mark;
                value += strlen(marks[i].sign);
            }
        }
        assert_int_equal(jb_dec_parse(jb_slice_str(value), &number), JB_OK);
        assert_int_equal(
            jb_dec_rescale(number,
                           jb_catalog_view(figures->catalog)->indicators[f->indicator].decimals,
                           &f->found.value.mantissa),
            JB_OK);
    }
    free(copy);
}

static const struct {
    const char *left, *op, *right, *more, *figures;
    enum jb_rule_outcome outcome;
    const char *sides; /* of BROKEN */
} cases[] = {
    {"a + b", "=", "s", "", "a=12 b=7 s=19", JB_RULE_HOLDS, ""},
    {"a + b", "=", "s", "", "a=12 b=7 s=20", JB_RULE_BROKEN, "12 + 7 = 19 ≠ 20"},
    {"a", "<=", "b", "", "a=8 b=7", JB_RULE_BROKEN, "8 > 7"},
    {"a", "<=", "b", "", "a=7 b=7", JB_RULE_HOLDS, ""},
    {"a", "<", "b", "", "a=7 b=7", JB_RULE_BROKEN, "7 ≥ 7"},
    {"a", ">", "b", "", "a=7 b=7", JB_RULE_BROKEN, "7 ≤ 7"},
    {"a", ">=", "b", "", "a=6 b=7", JB_RULE_BROKEN, "6 < 7"},
    {"a", "!=", "b", "", "a=7 b=7", JB_RULE_BROKEN, "7 = 7"},
    {"a", "!=", "b", "", "a=7 b=8", JB_RULE_HOLDS, ""},
    {"2*a - 3", "=", "b", "", "a=5 b=7", JB_RULE_HOLDS, ""},
    {"2*a - 3", "=", "b + 1", "", "a=5 b=7", JB_RULE_BROKEN, "2*5 - 3 = 7 ≠ 8 = 7 + 1"},
    /* decimals meet at the finest */
    {"c", "=", "a", "", "c=12.00 a=12", JB_RULE_HOLDS, ""},
    {"c", "=", "a", "", "c=12.01 a=12", JB_RULE_BROKEN, "12.01 ≠ 12"},
    {"c", "=", "a", "tolerance: 0.01", "c=12.01 a=12", JB_RULE_HOLDS, ""},
    {"c", "=", "a", "tolerance: 0.01", "c=12.02 a=12", JB_RULE_BROKEN, "12.02 ≠ 12"},
    {"c", "<=", "a", "tolerance: 1", "c=13 a=12", JB_RULE_HOLDS, ""},
    {"c", ">=", "a", "tolerance: 1", "c=10.99 a=12", JB_RULE_BROKEN, "10.99 < 12"},
    /* other periods */
    {"s", "=", "s@previous + a - b", "", "s=10 s@2023-Q1=8 a=5 b=3", JB_RULE_HOLDS, ""},
    {"s", "=", "s@previous + a - b", "", "s=11 s@2023-Q1=8 a=5 b=3", JB_RULE_BROKEN,
     "11 ≠ 10 = 8 + 5 - 3"},
    {"s", "=", "s@previous + a - b", "", "s=11 a=5 b=3", JB_RULE_UNCHECKED, ""},
    {"b", "<=", "2*b@year_ago", "", "b=9 b@2022-Q2=4", JB_RULE_BROKEN, "9 > 8 = 2*4"},
    {"b@ytd", "<=", "s", "", "b=5 b@2023-Q1=6 s=10", JB_RULE_BROKEN, "11 > 10"},
    {"b@ytd", "<=", "s", "", "b=5 s=10", JB_RULE_UNCHECKED, ""},
    {"a@ytd", "<=", "s", "", "a=5 a@2023-Q1=6 a@2023-Q2/1=9 s=10", JB_RULE_HOLDS, ""},
    {"a@ytd", ">=", "a@ytd_previous", "", "a@2023-Q2/1=9 a@2023-Q1=10", JB_RULE_BROKEN, "9 < 10"},
    {"y", ">=", "y@ytd_previous", "", "y@2023-Q2/1=9 y@2023-Q1=10", JB_RULE_BROKEN, "9 < 10"},
    {"y@previous", "<=", "b", "", "y@2023-Q1=9 b=3", JB_RULE_BROKEN, "9 > 3"},
    /* what is missing */
    {"a", "<=", "b", "", "b=7", JB_RULE_UNCHECKED, ""},
    {"a", ">", "b", "when_missing: zero", "b=7", JB_RULE_BROKEN, "0 ≤ 7"},
    {"a", ">", "b", "when_missing: zero", "", JB_RULE_HOLDS, ""},
    {"a", ">", "b", "when_missing: zero", "b=7 a=?pending", JB_RULE_UNCHECKED, ""},
    {"a", ">", "b", "when_missing: zero", "b=7 a=?unowed", JB_RULE_BROKEN, "0 ≤ 7"},
    {"a", ">", "b", "when_missing: zero", "b=7 a=?unknown", JB_RULE_UNKNOWN, ""},
    {"a", "<=", "b", "when_missing: require", "b=7", JB_RULE_LACKS, ""},
    {"a", "<=", "b", "when_missing: require", "b=7 a=?unowed", JB_RULE_UNCHECKED, ""},
    {"a", "<=", "b", "when_missing: require", "b=7 a=?pending", JB_RULE_UNCHECKED, ""},
    {"a + c", "<=", "b", "when_missing: require", "b=7 a=?unknown", JB_RULE_UNKNOWN, ""},
    /* not applicable is none of it */
    {"a + b", "=", "s", "", "a=n/a b=7 s=7", JB_RULE_HOLDS, ""},
    {"a", "<=", "s", "", "a=3 s=n/a", JB_RULE_BROKEN, "3 > 0"},
    {"a", ">", "s", "", "a=n/a s=n/a", JB_RULE_HOLDS, ""},
    /* marks */
    {"a", "<=", "b", "", "a=>7 b=7", JB_RULE_BROKEN, ">7 > 7"},
    {"a", "<=", "b", "", "a=>=7 b=7", JB_RULE_HOLDS, ""},
    {"a", "<=", "b", "", "a=>=8 b=7", JB_RULE_BROKEN, ">=8 > 7"},
    {"a", "<=", "b", "", "a=9 b=>7", JB_RULE_HOLDS, ""},
    {"a", "<", "b", "", "a=7 b=<=7", JB_RULE_BROKEN, "7 ≥ <=7"},
    {"a", "<=", "b", "", "a=7 b=<7", JB_RULE_BROKEN, "7 > <7"},
    {"a", ">=", "b", "", "a=<7 b=0", JB_RULE_HOLDS, ""},
    {"c", ">=", "b", "", "c=<7 b=7", JB_RULE_BROKEN, "<7 < 7"},
    {"c", "<", "0", "", "c=<=7", JB_RULE_HOLDS, ""},
    {"a", "<", "0", "", "a=<=7", JB_RULE_BROKEN, "<=7 ≥ 0"},
    {"a", "=", "b", "", "a=~7 b=700", JB_RULE_HOLDS, ""},
    {"a + b", "=", "s", "", "a=>12 b=7 s=19", JB_RULE_BROKEN, ">12 + 7 = 19 ≠ 19"},
    {"a + b", "=", "s", "", "a=>12 b=7 s=20", JB_RULE_HOLDS, ""},
    {"s", "=", "a + b", "", "s=20 a=>12 b=>=8", JB_RULE_BROKEN, "20 ≠ 20 = >12 + >=8"},
    /* one figure on both sides is one value, whatever it is */
    {"a", "<=", "a + b", "", "a=>7 b=0", JB_RULE_HOLDS, ""},
    {"a", "<", "a", "", "a=~7", JB_RULE_BROKEN, "~7 ≥ ~7"},
    {"b@ytd", "=", "b + b@previous", "", "b=>7 b@2023-Q1=~3", JB_RULE_HOLDS, ""},
    {"2*a", ">", "a + a", "", "a=>=7", JB_RULE_BROKEN, "2*>=7 = 14 ≤ 14 = >=7 + >=7"},
    /* as large as figures get */
    {"999999*a", "=", "999999*b", "", "a=999999999999999999 b=999999999999999999", JB_RULE_HOLDS,
     ""},
    {"999999*a + c", "=", "999999*b", "", "a=999999999999999999 b=999999999999999999 c=-0.01",
     JB_RULE_BROKEN,
     "999999*999999999999999999 + -0.01 = 999998999999999999000000.99 ≠ 999998999999999999000001 "
     "= 999999*999999999999999999"},
};

static void a_relation_over_figures_is_what_hand_and_pencil_say(void **state)
{
    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        jb_catalog *catalog = with_rule(cases[i].left, cases[i].op, cases[i].right, cases[i].more);
        const struct jb_catalog_view *view = jb_catalog_view(catalog);
        struct figures figures = {.catalog = catalog};
        struct jb_figure_source source = {&figures, get};
        struct jb_rule_work work = {0};
        enum jb_rule_outcome outcome = 0;
        char sides[256];

        put(&figures, cases[i].figures);
        assert_int_equal(jb_rule_eval(view, &view->rules[0], now(), &source, &work, &outcome),
                         JB_OK);
        if (outcome != cases[i].outcome)
            fprintf(stderr, "%s %s %s of %s\n", cases[i].left, cases[i].op, cases[i].right,
                    cases[i].figures);
        assert_int_equal(outcome, cases[i].outcome);
        if (outcome == JB_RULE_BROKEN)
            assert_string_equal(jb_rule_sides_text(&view->rules[0], &work, sides, sizeof(sides)),
                                cases[i].sides);
        jb_rule_work_free(&work);
        jb_catalog_free(catalog);
    }
}

static uint64_t dice;
static int roll(int faces)
{
    dice = dice * 6364136223846793005ull + 1442695040888963407ull;
    return (int)((dice >> 33) % (uint64_t)faces);
}

/* The oracle works in sixteenths, which are finer than all coefficients together, and tries the
 * corners of what the marks allow: an end that is not attained is a sixteenth away, an infinite one
 * a thousand. What is kept at one corner, or crossed between two, is kept by some value. */
#define FINE 16
#define FAR (1000 * FINE)
struct range {
    int low, high; /* both included */
};
static struct range range_of(const struct jb_value *value)
{
    int v = FINE * (int)value->mantissa;
    switch (value->mark) {
    case JB_EXACT:
        return (struct range){v, v};
    case JB_AT_LEAST:
        return (struct range){v, v + FAR};
    case JB_MORE_THAN:
        return (struct range){v + 1, v + FAR};
    case JB_AT_MOST:
        return (struct range){0, v};
    case JB_NEARLY:
        return (struct range){0, v - 1};
    case JB_APPROXIMATE:
        return (struct range){v - FAR, v + FAR};
    }
    abort();
}

static bool keeps(int difference, enum jb_rule_op op, int tolerance)
{
    switch (op) {
    case JB_OP_EQ:
        return abs(difference) <= tolerance;
    case JB_OP_NE:
        return difference != 0;
    case JB_OP_LT:
        return difference < tolerance;
    case JB_OP_LE:
        return difference <= tolerance;
    case JB_OP_GT:
        return difference > -tolerance;
    case JB_OP_GE:
        return difference >= -tolerance;
    }
    abort();
}

/* The three figures a, b and s with their net coefficients. */
static bool some_values_keep(const int net[3], const struct jb_value values[3], int constant,
                             enum jb_rule_op op, int tolerance)
{
    bool below = false, above = false, kept = false;

    for (int corner = 0; corner < 8; corner++) {
        int difference = FINE * constant;
        for (int i = 0; i < 3; i++) {
            struct range r = range_of(&values[i]);
            difference += net[i] * (corner >> i & 1 ? r.high : r.low);
        }
        below = below || difference <= FINE * tolerance;
        above = above || difference >= -FINE * tolerance;
        kept = kept || keeps(difference, op, FINE * tolerance);
    }
    return op == JB_OP_EQ ? below && above : kept;
}

static void it_is_broken_only_if_no_values_within_the_marks_keep_it(void **state)
{
    static const char *const ops[] = {"=", "!=", "<", "<=", ">", ">="};
    static const char *const codes[] = {"a", "b", "s"};
    int broken = 0;

    (void)state;
    for (int round = 0; round < 1500; round++) {
        struct figures figures = {.count = 3};
        int net[3] = {0, 0, 0}, constant = 0, op, tolerance;
        struct jb_value values[3];
        char sides[2][64] = {"", ""}, more[32] = "";
        dice = (uint64_t)round;
        for (int side = 0; side < 2; side++) {
            for (int term = 0, terms = 1 + roll(3); term < terms; term++) {
                int which = roll(side ? 4 : 3), times = 1 + roll(2),
                    sign = term && roll(2) ? -1 : 1;
                char *text = sides[side] + strlen(sides[side]);
                const char *joint = term ? (sign < 0 ? " - " : " + ") : "";
                if (which == 3) {
                    sprintf(text, "%s%d", joint, times);
                    constant += (side ? -1 : 1) * sign * times;
                } else {
                    sprintf(text, "%s%d*%s", joint, times, codes[which]);
                    net[which] += (side ? -1 : 1) * sign * times;
                }
            }
        }
        op = roll(6);
        tolerance = op == 1 ? 0 : roll(3);
        if (tolerance)
            sprintf(more, "tolerance: %d", tolerance);
        jb_catalog *catalog = with_rule(sides[0], ops[op], sides[1], more);
        const struct jb_catalog_view *view = jb_catalog_view(catalog);
        for (uint32_t i = 0; i < 3; i++) {
            values[i] = (struct jb_value){.state = JB_STATE_VALUE,
                                          .mark = (enum jb_mark)roll(JB_MARKS),
                                          .mantissa = 1 + roll(6)};
            figures.items[i] =
                (struct figure){jb_catalog_indicator(catalog, jb_slice_str(codes[i])),
                                now(),
                                0,
                                {JB_FOUND_VALUE, values[i]}};
        }
        struct jb_figure_source source = {&figures, get};
        struct jb_rule_work work = {0};
        enum jb_rule_outcome outcome = 0;
        assert_int_equal(jb_rule_eval(view, &view->rules[0], now(), &source, &work, &outcome),
                         JB_OK);
        bool keeps_it = some_values_keep(net, values, constant, view->rules[0].op, tolerance);
        if ((outcome == JB_RULE_HOLDS) != keeps_it)
            fprintf(stderr, "round %d: %s %s %s\n", round, sides[0], ops[op], sides[1]);
        assert_int_equal(outcome, keeps_it ? JB_RULE_HOLDS : JB_RULE_BROKEN);
        broken += !keeps_it;
        jb_rule_work_free(&work);
        jb_catalog_free(catalog);
    }
    assert_in_range(broken, 200, 1300);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_relation_over_figures_is_what_hand_and_pencil_say),
        cmocka_unit_test(it_is_broken_only_if_no_values_within_the_marks_keep_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
