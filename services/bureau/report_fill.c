/* The filler of templates: gathers what placeholders ask, then puts the answers in their places. A
 * value that is not there is printed so that nobody can overlook it: 【未报】. */
#include "base/text.h"
#include "report_parts.h"

/* The question of a placeholder that asks for one figure. False: no indicator, or one that has no
 * such periods. */
static bool key_of(struct jb_report *report, const struct jb_placeholder *ph,
                   const struct jb_scope *scope, struct jb_report_key *ret)
{
    struct jb_report_node node = jb_report_node_of(report, ph, scope);
    struct jb_report_key key = {.is_group = node.is_group,
                                .node = node.index,
                                .basis = ph->basis,
                                .indicator = jb_report_indicator_of(report, ph, scope)};
    if (key.indicator == JB_NONE)
        return false;
    jb_ignore(jb_report_periods(report, ph, JB_NONE, &key.span, 1) == 0);
    *ret = key;
    return true;
}

static void complain_once(struct jb_report *report, const struct jb_placeholder *ph,
                          const char *sentence)
{
    struct jb_report_refs *refs = &report->refs[ph->index];
    if (!refs->complained)
        jb_complain(report->complaints, ph->place, ph->text, "%s", sentence);
    refs->complained = true;
}

static bool is_asked(const struct jb_placeholder *ph)
{
    return ph->show != JB_SHOW_TARGET && ph->show != JB_SHOW_MEASURE && ph->show != JB_SHOW_NAME &&
           ph->show != JB_SHOW_PERIOD;
}

static void note_value(struct jb_report *report, const struct jb_placeholder *ph,
                       const struct jb_scope *scope)
{
    struct jb_report_key key;
    struct jb_span base;
    if (!key_of(report, ph, scope, &key)) {
        if (!ph->has_name)
            complain_once(report, ph,
                          _("no indicator is named, and no loop over indicators is around it"));
        return;
    }
    const struct jb_indicator *indicator = &report->view->indicators[key.indicator];
    if (!is_asked(ph))
        return;
    if (indicator->measure == JB_TEXT) {
        complain_once(report, ph, _("the indicator is a text; {{汇编 ...}} prints texts"));
        return;
    }
    if (jb_span_to_base(key.span, indicator->freq, &base) != JB_OK) {
        if (ph->has_name) /* a loop meets indicators of other frequencies */
            complain_once(report, ph,
                          _("the indicator is not reported for periods as short as this one"));
        return;
    }
    jb_report_note(report, &key, jb_placeholder_needs_yoy(ph), jb_placeholder_needs_qoq(ph));
}

static void note_fact(struct jb_report *report, const struct jb_placeholder *ph,
                      const struct jb_scope *scope)
{
    if (ph->fact == JB_FACT_SECTION && jb_report_section_of(scope) == JB_NONE)
        complain_once(report, ph, _("no loop over sections is around it"));
    if (ph->fact == JB_FACT_INDICATOR && !jb_report_turn(scope, JB_EACH_INDICATOR))
        complain_once(report, ph, _("no loop over indicators is around it"));
    if (ph->fact >= JB_FACT_ORDINAL && ph->fact <= JB_FACT_COUNT && !scope)
        complain_once(report, ph, _("no loop is around it"));
}

static bool is_of_loop(const struct jb_placeholder *ph)
{
    return ph->test == JB_TEST_FIRST || ph->test == JB_TEST_LAST;
}

static void note_test(struct jb_report *report, const struct jb_placeholder *ph,
                      const struct jb_scope *scope)
{
    if (is_of_loop(ph) && !scope)
        complain_once(report, ph, _("no loop is around it"));
    else if (ph->test < JB_TEST_FIRST)
        note_value(report, ph, scope);
}

/* "Only what is reported" needs the figures before it knows its turns. */
static void note_each(struct jb_report *report, const struct jb_placeholder *ph,
                      const struct jb_scope *scope)
{
    if (!ph->reported_only)
        return;
    if (ph->each != JB_EACH_INDICATOR) {
        complain_once(report, ph, _("only a loop over indicators can be limited to 有数"));
        return;
    }
    struct jb_report_list list = jb_report_indicators_of(report, ph, scope, false);
    struct jb_report_node node = jb_report_node_of(report, ph, scope);
    struct jb_report_key key = {.is_group = node.is_group, .node = node.index};
    jb_ignore(jb_report_periods(report, ph, JB_NONE, &key.span, 1) == 0);
    for (uint32_t i = 0; i < list.count; i++) {
        struct jb_span base;
        key.indicator = list.items[i];
        if (jb_span_to_base(key.span, report->view->indicators[key.indicator].freq, &base) == JB_OK)
            jb_report_note(report, &key, false, false);
    }
}

static void note(void *ctx, const struct jb_placeholder *ph, const struct jb_scope *scope)
{
    struct jb_report *report = ctx;
    if (report->refs[ph->index].complained)
        return;
    switch (ph->kind) {
    case JB_PH_VALUE:
        note_value(report, ph, scope);
        break;
    case JB_PH_FACT:
        note_fact(report, ph, scope);
        break;
    case JB_PH_IF:
        note_test(report, ph, scope);
        break;
    case JB_PH_EACH:
        note_each(report, ph, scope);
        break;
    case JB_PH_TABLE:
    case JB_PH_CHART:
        jb_report_note_table(report, ph, scope);
        break;
    case JB_PH_COLLATE:
        jb_report_note_texts(report, ph, scope);
        break;
    case JB_PH_REVISIONS:
    case JB_PH_MISSING:
    case JB_PH_APPENDIX:
    case JB_PH_ELSE:
    case JB_PH_END:
        break;
    }
}

static bool is_reported(struct jb_report *report, const struct jb_placeholder *ph,
                        const struct jb_scope *scope, uint32_t indicator)
{
    struct jb_report_node node = jb_report_node_of(report, ph, scope);
    struct jb_report_key key = {
        .is_group = node.is_group, .node = node.index, .indicator = indicator};
    jb_ignore(jb_report_periods(report, ph, JB_NONE, &key.span, 1) == 0);
    const struct jb_question *question = jb_report_find(report, &key);
    return question && question->row && question->row->state == JB_STATE_VALUE;
}

static uint32_t items(void *ctx, const struct jb_placeholder *each, const struct jb_scope *scope,
                      const uint32_t **ret)
{
    struct jb_report *report = ctx;
    struct jb_report_list list = {NULL, 0};
    switch (each->each) {
    case JB_EACH_UNIT:
        list = jb_report_units_of(report, each, scope);
        break;
    case JB_EACH_SECTION:
        list = jb_report_sections_of(report, each, scope);
        break;
    case JB_EACH_INDICATOR:
        list = jb_report_indicators_of(report, each, scope, false);
        break;
    }
    if (each->reported_only && each->each == JB_EACH_INDICATOR && report->asked) {
        uint32_t kept = 0;
        for (uint32_t i = 0; i < list.count; i++) {
            if (is_reported(report, each, scope, list.items[i]))
                list.items[kept++] = list.items[i];
        }
        list.count = kept;
    }
    *ret = list.items;
    return list.count;
}

static bool compare_number(const struct jb_placeholder *ph, struct jb_slice text)
{
    struct jb_dec number;
    struct jb_dec wanted = ph->number;
    if (jb_dec_parse(text, &number) != JB_OK)
        return false;
    jb_i128 left = (jb_i128)number.mantissa * jb_pow10(wanted.scale);
    jb_i128 right = (jb_i128)wanted.mantissa * jb_pow10(number.scale);
    switch (ph->op) {
    case JB_OP_LT:
        return left < right;
    case JB_OP_LE:
        return left <= right;
    case JB_OP_EQ:
        return left == right;
    case JB_OP_NE:
        return left != right;
    case JB_OP_GE:
        return left >= right;
    case JB_OP_GT:
        return left > right;
    }
    return false;
}

static bool test_growth(const struct jb_question *question, enum jb_ph_test test, bool qoq)
{
    const struct jb_growth *growth = qoq ? &question->row->qoq : &question->row->yoy;
    struct jb_phrase_growth phrase = jb_report_growth(question, qoq);
    if (!growth->value.len)
        return false;
    enum jb_growth_word word = jb_phrase_growth_word(&phrase);
    return test == JB_TEST_GROWN    ? word == JB_GROWTH_UP
           : test == JB_TEST_FALLEN ? word == JB_GROWTH_DOWN
                                    : word == JB_GROWTH_EQUAL || word == JB_GROWTH_ABOUT_EQUAL;
}

static struct jb_slice compared_text(const struct jb_placeholder *ph,
                                     const struct jb_answer_row *row)
{
    if (ph->show >= JB_SHOW_YOY && ph->show <= JB_SHOW_YOY_BASE)
        return ph->show == JB_SHOW_YOY_BASE ? row->yoy.base : row->yoy.value;
    if (ph->show >= JB_SHOW_QOQ && ph->show <= JB_SHOW_QOQ_BASE)
        return ph->show == JB_SHOW_QOQ_BASE ? row->qoq.base : row->qoq.value;
    return row->value;
}

static bool test_value(struct jb_report *report, const struct jb_placeholder *ph,
                       const struct jb_scope *scope)
{
    struct jb_report_key key;
    const struct jb_question *question =
        key_of(report, ph, scope, &key) ? jb_report_find(report, &key) : NULL;
    const struct jb_answer_row *row = question ? question->row : NULL;
    bool there = row && row->state == JB_STATE_VALUE;
    switch (ph->test) {
    case JB_TEST_COMPARE:
        return there && compare_number(ph, compared_text(ph, row));
    case JB_TEST_REPORTED:
        return there;
    case JB_TEST_ABSENT:
        return !there;
    case JB_TEST_GROWN:
    case JB_TEST_FALLEN:
    case JB_TEST_EQUAL:
        return there && test_growth(question, ph->test, jb_placeholder_needs_qoq(ph));
    case JB_TEST_COMPLETE:
        return row && row->expected > 0 && row->reported >= row->expected;
    case JB_TEST_INCOMPLETE:
        return row && row->reported < row->expected;
    case JB_TEST_ESTIMATED:
        return there && row->status == JB_ESTIMATED;
    case JB_TEST_FIRST:
    case JB_TEST_LAST:
    case JB_TEST_PUBLISHED:
    case JB_TEST_REVISED:
    case JB_TEST_MISSING:
        break;
    }
    return false;
}

static bool is_true(void *ctx, const struct jb_placeholder *ph, const struct jb_scope *scope)
{
    struct jb_report *report = ctx;
    switch (ph->test) {
    case JB_TEST_FIRST:
        return scope && scope->index == 0;
    case JB_TEST_LAST:
        return scope && scope->index + 1 == scope->count;
    case JB_TEST_PUBLISHED:
        return report->sight.published;
    case JB_TEST_REVISED:
        return report->change_count > 0;
    case JB_TEST_MISSING:
        return jb_report_missing_units(report, NULL) > 0;
    case JB_TEST_COMPARE:
    case JB_TEST_REPORTED:
    case JB_TEST_ABSENT:
    case JB_TEST_GROWN:
    case JB_TEST_FALLEN:
    case JB_TEST_EQUAL:
    case JB_TEST_COMPLETE:
    case JB_TEST_INCOMPLETE:
    case JB_TEST_ESTIMATED:
        break;
    }
    return test_value(report, ph, scope);
}

/* What needs no answer: words of the catalogue. */
static bool say_of_catalog(struct jb_report *report, const struct jb_placeholder *ph,
                           const struct jb_report_key *key, struct jb_buf *out)
{
    switch (ph->show) {
    case JB_SHOW_NAME:
        jb_buf_put_str(out, jb_report_indicator_name(report, key->indicator));
        return true;
    case JB_SHOW_MEASURE: {
        struct jb_slice unit = jb_report_measure_name(report, key->indicator);
        jb_buf_put(out, unit.ptr, unit.len);
        return true;
    }
    case JB_SHOW_PERIOD:
        jb_report_put_period(report, key->span, out);
        return true;
    case JB_SHOW_TARGET:
        if (jb_report_say_target(report, key->indicator, key->span, out)) {
            jb_report_cite_target(report, key->indicator, key->span, jb_buf_slice(out));
            return true;
        }
        jb_buf_put_str(out, _("no target"));
        return false;
    case JB_SHOW_VALUE:
    case JB_SHOW_NUMBER:
    case JB_SHOW_DIGITS:
    case JB_SHOW_YOY:
    case JB_SHOW_YOY_RATE:
    case JB_SHOW_YOY_WORD:
    case JB_SHOW_YOY_BASE:
    case JB_SHOW_QOQ:
    case JB_SHOW_QOQ_RATE:
    case JB_SHOW_QOQ_WORD:
    case JB_SHOW_QOQ_BASE:
    case JB_SHOW_COVERAGE:
    case JB_SHOW_STATUS:
    case JB_SHOW_DATE:
    case JB_SHOW_PARTS:
    case JB_SHOW_NUMERATOR:
    case JB_SHOW_DENOMINATOR:
        break;
    }
    return false;
}

static bool say_value(struct jb_report *report, const struct jb_placeholder *ph,
                      const struct jb_scope *scope, struct jb_buf *out)
{
    struct jb_report_key key;
    if (!key_of(report, ph, scope, &key)) {
        jb_buf_put_str(out, "?");
        return false;
    }
    if (!is_asked(ph))
        return say_of_catalog(report, ph, &key, out);
    struct jb_question *question = jb_report_find(report, &key);
    if (!question && !ph->has_name) {
        jb_buf_put_str(out, "—"); /* not reported for such periods */
        return true;
    }
    bool there = jb_report_say(report, question, ph->show, out);
    if (there)
        jb_report_cite(report, question, ph->show, jb_buf_slice(out));
    return there;
}

static void fill(void *ctx, const struct jb_placeholder *ph, const struct jb_scope *scope,
                 struct jb_doc *doc, struct jb_doc_runs *to, const struct jb_doc_run *like)
{
    struct jb_report *report = ctx;
    struct jb_buf said, text;
    bool there = true;
    jb_buf_init(&said, JB_SHORT_TEXT_BYTES_MAX);
    jb_buf_init(&text, 2 * JB_SHORT_TEXT_BYTES_MAX);
    if (ph->kind == JB_PH_FACT)
        jb_report_say_fact(report, ph, scope, &said);
    else
        there = say_value(report, ph, scope, &said);
    if (!there) {
        report->missing++;
        jb_buf_put_str(&text, _("["));
    }
    jb_buf_put(&text, said.ptr, said.len);
    if (!there)
        jb_buf_put_str(&text, _("]"));
    struct jb_doc_run *run = jb_doc_add_run(doc, to, jb_buf_slice(&text), 0);
    run->flags = (like ? like->flags : 0) | (there ? 0u : (unsigned)JB_DOC_MISSING);
    run->origin = like ? like->origin : NULL;
    jb_buf_free(&said);
    jb_buf_free(&text);
}

static void fill_blocks(void *ctx, const struct jb_placeholder *ph, const struct jb_scope *scope,
                        struct jb_doc *doc, struct jb_doc_blocks *to)
{
    struct jb_report *report = ctx;
    switch (ph->kind) {
    case JB_PH_TABLE:
        jb_report_add_table(report, ph, scope, doc, to);
        break;
    case JB_PH_CHART:
        jb_report_add_chart(report, ph, scope, doc, to);
        break;
    case JB_PH_COLLATE:
        jb_report_add_texts(report, ph, scope, doc, to);
        break;
    case JB_PH_REVISIONS:
        jb_report_add_revisions(report, doc, to);
        break;
    case JB_PH_MISSING:
        jb_report_add_missing(report, doc, to);
        break;
    case JB_PH_APPENDIX:
        jb_report_add_appendix(report, doc, to);
        break;
    case JB_PH_VALUE:
    case JB_PH_FACT:
    case JB_PH_EACH:
    case JB_PH_IF:
    case JB_PH_ELSE:
    case JB_PH_END:
        break;
    }
}

struct jb_filler jb_report_filler(struct jb_report *report)
{
    return (struct jb_filler){.ctx = report,
                              .items = items,
                              .is_true = is_true,
                              .fill = fill,
                              .fill_blocks = fill_blocks,
                              .note = note};
}
