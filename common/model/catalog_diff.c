/* What changed between two catalogues, for people. Each object is written down as facts, a key and
 * a value each; a list gives one fact an element. The sorted facts of both sides are merged: what
 * stands on one side only is a line, and where a key lost one value and gained one the two become
 * "a -> b". */
#include <stdarg.h>
#include <stdlib.h>

#include "base/arena.h"
#include "base/text.h"
#include "model/catalog_yaml.h"
#include "model/rule_eval.h"

#define FACTS_MEMORY_MAX ((size_t)256 << 20)
#define VALUE_BYTES_MAX 300

struct fact {
    const char *key; /* msgid */
    const char *value;
};

struct facts {
    struct jb_arena arena;
    struct fact *items;
    size_t count, cap;
};

static void add_fact(struct facts *facts, const char *key, const char *fmt, ...) JB_PRINTF(3, 4);
static void add_fact(struct facts *facts, const char *key, const char *fmt, ...)
{
    char text[VALUE_BYTES_MAX];
    struct jb_slice copy;
    va_list args;

    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    copy = jb_arena_copy(&facts->arena, jb_slice_str(text));
    if (facts->count == facts->cap) {
        facts->cap = facts->cap ? facts->cap * 2 : 64;
        facts->items = jb_xrealloc(facts->items, facts->cap * sizeof(*facts->items));
    }
    facts->items[facts->count++] = (struct fact){key, copy.ptr ? (const char *)copy.ptr : ""};
}

static void add_date(struct facts *facts, const char *key, jb_date day)
{
    char text[16];

    if (day == JB_DATE_MIN || day == JB_DATE_MAX)
        return;
    jb_date_format(day, text);
    add_fact(facts, key, "%s", text);
}

static void add_edges(struct facts *facts, const char *key, const struct jb_catalog_view *view,
                      const struct jb_edge *edges, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        const char *code = view->units[edges[i].unit].code;
        char from[16] = "";
        char until[16] = "";

        if (edges[i].from != JB_DATE_MIN)
            jb_date_format(edges[i].from, from);
        if (edges[i].until != JB_DATE_MAX)
            jb_date_format(edges[i].until, until);
        if (*from || *until)
            add_fact(facts, key, "%s (%s..%s)", code, from, until);
        else
            add_fact(facts, key, "%s", code);
    }
}

static void add_names(struct facts *facts, const struct jb_names *names)
{
    add_fact(facts, N_("name.zh"), "%s", names->zh);
    add_fact(facts, N_("name.en"), "%s", names->en);
    for (const char **alias = names->aliases; *alias; alias++)
        add_fact(facts, N_("alias"), "%s", *alias);
}

static void add_schedule(struct facts *facts, const struct jb_schedule *schedule)
{
    static const char *const keys[JB_STEPS] = {N_("schedule.opens"), N_("schedule.due"),
                                               N_("schedule.locks")};

    for (enum jb_step step = 0; step < JB_STEPS; step++) {
        if (schedule->rule[step].set)
            add_fact(facts, keys[step], "%d", schedule->rule[step].days);
    }
    add_fact(facts, N_("schedule.shift"), "%s", jb_shift_code(schedule->shift));
    for (uint32_t i = 0; i < schedule->date_count; i++) {
        const struct jb_schedule_dates *dates = &schedule->dates[i];
        char period[JB_PERIOD_TEXT_SIZE];

        jb_period_format(dates->period, period);
        for (enum jb_step step = 0; step < JB_STEPS; step++) {
            char day[16];

            if (!dates->on[step].set)
                continue;
            jb_date_format(dates->on[step].days, day);
            add_fact(facts, N_("schedule.date"), "%s %s %s", period, jb_step_code(step), day);
        }
    }
}

static void describe_catalogue(struct facts *facts, const struct jb_catalog_view *view)
{
    unsigned zone = (unsigned)abs(view->zone_offset_minutes);

    add_names(facts, &view->name);
    add_fact(facts, N_("code"), "%s", view->code);
    add_fact(facts, N_("zone"), "%c%02u:%02u", view->zone_offset_minutes < 0 ? '-' : '+', zone / 60,
             zone % 60);
    add_fact(facts, N_("periods"), "%s", view->managed_periods ? "managed" : "free");
    if (view->ranking)
        add_fact(facts, N_("ranking"), "true");
    if (view->demonstration)
        add_fact(facts, N_("demonstration"), "true");
    for (uint32_t i = 0; i < view->workdays.holiday_count; i++) {
        const struct jb_holiday *holiday = &view->workdays.holidays[i];
        char from[16], until[16];

        jb_date_format(holiday->from, from);
        jb_date_format(holiday->until, until);
        add_fact(facts, N_("holiday"), "%s..%s %s %s", from, until, holiday->name_zh,
                 holiday->name_en);
    }
    for (uint32_t i = 0; i < view->workdays.worked_count; i++)
        add_date(facts, N_("workday"), view->workdays.worked[i]);
    if (view->schedule)
        add_schedule(facts, view->schedule);
}

static void describe_unit(struct facts *facts, const struct jb_catalog_view *view, uint32_t index)
{
    const struct jb_unit *unit = &view->units[index];

    add_names(facts, &unit->name);
    add_fact(facts, N_("kind"), "%s", unit->kind);
    add_edges(facts, N_("parent"), view, unit->parents, unit->parent_count);
    if (unit->assessed)
        add_fact(facts, N_("assessed"), "true");
    add_date(facts, N_("from"), unit->from);
    add_date(facts, N_("until"), unit->until);
}

static void describe_group(struct facts *facts, const struct jb_catalog_view *view, uint32_t index)
{
    add_names(facts, &view->groups[index].name);
    add_edges(facts, N_("member"), view, view->groups[index].members,
              view->groups[index].member_count);
}

static void describe_section(struct facts *facts, const struct jb_catalog_view *view,
                             uint32_t index)
{
    const struct jb_section *section = &view->sections[index];

    add_names(facts, &section->name);
    if (section->parent != JB_NONE)
        add_fact(facts, N_("parent"), "%s", view->sections[section->parent].code);
}

static void describe_targets(struct facts *facts, const struct jb_indicator *indicator)
{
    for (uint32_t i = 0; i < indicator->target_count; i++) {
        const struct jb_target *target = &indicator->targets[i];
        char period[JB_PERIOD_TEXT_SIZE];
        char value[JB_DEC_TEXT_SIZE];

        jb_span_format(target->span, period);
        jb_dec_format(target->value.mantissa, target->value.scale, value);
        add_fact(facts, N_("target"), "%s %s %s", period, jb_mark_code(target->mark), value);
    }
}

static void describe_redefined(struct facts *facts, const struct jb_indicator *indicator)
{
    for (uint32_t i = 0; i < indicator->redefined_count; i++) {
        char day[16];
        jb_date_format(indicator->redefined[i].from, day);
        add_fact(facts, N_("redefined"), "%s %s", day, indicator->redefined[i].note);
    }
}

static const char *allowance(bool allowed, bool explained, const char *word)
{
    if (explained)
        return word;
    return allowed ? "true" : "false";
}

static void describe_indicator(struct facts *facts, const struct jb_catalog_view *view,
                               uint32_t index)
{
    const struct jb_indicator *in = &view->indicators[index];

    add_names(facts, &in->name);
    add_fact(facts, N_("unit_of_measure.zh"), "%s", in->unit_of_measure_zh);
    add_fact(facts, N_("unit_of_measure.en"), "%s", in->unit_of_measure_en);
    add_fact(facts, N_("measure"), "%s", jb_measure_code(in->measure));
    add_fact(facts, N_("frequency"), "%s", jb_freq_name(in->freq));
    add_fact(facts, N_("decimals"), "%u", in->decimals);
    add_fact(facts, N_("display_decimals"), "%u", in->display_decimals);
    add_fact(facts, N_("unit_agg"), "%s", jb_unit_agg_code(in->unit_agg));
    add_fact(facts, N_("time_agg"), "%s", jb_time_agg_code(in->time_agg));
    add_fact(facts, N_("direction"), "%s", jb_direction_code(in->direction));
    add_fact(facts, N_("parent_value"), "%s", jb_parent_value_code(in->parent_value));
    add_fact(facts, N_("default basis"), "%s", jb_basis_kind_code(in->default_basis));
    for (unsigned basis = JB_BASIS_PERIOD; basis <= JB_BASIS_SINCE; basis *= 2) {
        if (in->bases & basis)
            add_fact(facts, N_("basis"), "%s", jb_basis_kind_code((enum jb_basis_kind)basis));
    }
    add_fact(facts, N_("negative"), "%s", in->negative_allowed ? "true" : "false");
    add_fact(facts, N_("not_applicable"), "%s",
             allowance(in->not_applicable_allowed, in->not_applicable_explained, "reason"));
    add_fact(facts, N_("marks"), "%s",
             allowance(in->marks_allowed, in->marks_explained, "explain"));
    if (in->authoritative)
        add_fact(facts, N_("authoritative"), "%s", jb_basis_kind_code(in->authoritative));
    add_fact(facts, N_("public"), "%s", in->is_public ? "true" : "false");
    describe_redefined(facts, in);
    if (in->measure == JB_RATIO) {
        add_fact(facts, N_("numerator"), "%s", view->indicators[in->numerator].code);
        add_fact(facts, N_("denominator"), "%s", view->indicators[in->denominator].code);
        add_fact(facts, N_("power10"), "%d", in->power10);
    }
    add_edges(facts, N_("lead"), view, in->leads, in->lead_count);
    add_edges(facts, N_("contributor"), view, in->contributors, in->contributor_count);
    add_edges(facts, N_("owner"), view, in->owners, in->owner_count);
    for (uint32_t i = 0; i < in->section_count; i++)
        add_fact(facts, N_("section"), "%s", view->sections[in->sections[i]].code);
    describe_targets(facts, in);
    add_date(facts, N_("from"), in->from);
    add_date(facts, N_("until"), in->until);
    add_fact(facts, N_("note"), "%s", in->note);
}

static void describe_form(struct facts *facts, const struct jb_catalog_view *view, uint32_t index)
{
    const struct jb_form *form = &view->forms[index];

    add_names(facts, &form->name);
    add_fact(facts, N_("frequency"), "%s", jb_freq_name(form->freq));
    add_edges(facts, N_("unit"), view, form->units, form->unit_count);
    add_fact(facts, N_("schedule"), "%s", form->schedule == view->schedule ? "catalogue" : "own");
    add_fact(facts, N_("stamped scan"), "%s", form->scan ? "true" : "false");
    if (form->schedule != view->schedule)
        add_schedule(facts, form->schedule);
    for (uint32_t i = 0; i < form->row_count; i++) {
        const struct jb_form_row *row = &form->rows[i];
        const char *code = view->indicators[row->indicator].code;

        add_fact(facts, N_("row"), "%s%s", code, row->optional ? _(" (optional)") : "");
        if (row->parts)
            add_fact(facts, N_("parts"), "%s %s", code, jb_rule_op_name(row->parts));
        if (row->of != JB_NONE)
            add_fact(facts, N_("part"), _("%s of %s"), code,
                     view->indicators[form->rows[row->of].indicator].code);
        for (uint32_t k = 0; k < row->owed_count; k++) {
            char span[JB_PERIOD_TEXT_SIZE];

            jb_span_format(row->owed[k], span);
            add_fact(facts, N_("owed"), "%s %s", code, span);
        }
    }
}

static void describe_rule(struct facts *facts, const struct jb_catalog_view *view, uint32_t index)
{
    const struct jb_rule *rule = &view->rules[index];
    char text[VALUE_BYTES_MAX];

    add_names(facts, &rule->name);
    add_fact(facts, N_("relation"), "%s", jb_rule_text(rule, text, sizeof(text)));
    add_fact(facts, N_("severity"), "%s", rule->explain ? "explain" : "error");
    add_fact(facts, N_("when_missing"), "%s", jb_rule_missing_name(rule->missing));
    if (rule->form != JB_NONE)
        add_fact(facts, N_("form"), "%s", view->forms[rule->form].code);
    add_fact(facts, N_("note"), "%s", rule->note);
}

static int compare_facts(const void *left, const void *right)
{
    const struct fact *a = left;
    const struct fact *b = right;
    int order = strcmp(a->key, b->key);

    return order ? order : strcmp(a->value, b->value);
}

/* A kind of object: how to find its codes, its index by code, and its facts. */
struct kind {
    const char *name; /* msgid */
    uint32_t (*find)(const jb_catalog *c, struct jb_slice code);
    void (*describe)(struct facts *facts, const struct jb_catalog_view *view, uint32_t index);
};

static uint32_t object_count(const struct jb_catalog_view *view, size_t kind)
{
    const uint32_t counts[] = {view->unit_count,      view->group_count, view->section_count,
                               view->indicator_count, view->form_count,  view->written_rule_count};

    return counts[kind];
}

static const char *object_code(const struct jb_catalog_view *view, size_t kind, uint32_t index)
{
    switch (kind) {
    case 0:
        return view->units[index].code;
    case 1:
        return view->groups[index].code;
    case 2:
        return view->sections[index].code;
    case 3:
        return view->indicators[index].code;
    case 4:
        return view->forms[index].code;
    default:
        return view->rules[index].code;
    }
}

/* The end of the run of one key. */
static size_t run_end(const struct facts *facts, size_t at, const char *key)
{
    while (at < facts->count && strcmp(facts->items[at].key, key) == 0)
        at++;
    return at;
}

/* The values of one key on one side, sorted. */
struct run {
    const struct fact *items;
    size_t count;
};

/* What the key lost and gained, in one walk over both sides. */
static void print_key(FILE *out, const char *prefix, const char *key, struct run was, struct run is)
{
    if (was.count == 1 && is.count == 1) {
        if (strcmp(was.items->value, is.items->value) != 0)
            fprintf(out, "%s: %s %s -> %s\n", prefix, _(key), was.items->value, is.items->value);
        return;
    }
    while (was.count || is.count) {
        int order = was.count ? -1 : 1;

        if (was.count && is.count)
            order = strcmp(was.items->value, is.items->value);
        if (order < 0)
            fprintf(out, "%s: - %s %s\n", prefix, _(key), was.items->value);
        else if (order > 0)
            fprintf(out, "%s: + %s %s\n", prefix, _(key), is.items->value);
        if (order <= 0)
            was = (struct run){was.items + 1, was.count - 1};
        if (order >= 0)
            is = (struct run){is.items + 1, is.count - 1};
    }
}

static void print_facts(FILE *out, const char *prefix, const struct facts *was,
                        const struct facts *is)
{
    size_t a = 0;
    size_t b = 0;

    while (a < was->count || b < is->count) {
        const char *key;
        size_t a_end, b_end;

        if (b == is->count || (a < was->count && strcmp(was->items[a].key, is->items[b].key) < 0))
            key = was->items[a].key;
        else
            key = is->items[b].key;
        a_end = run_end(was, a, key);
        b_end = run_end(is, b, key);
        print_key(out, prefix, key, (struct run){was->items + a, a_end - a},
                  (struct run){is->items + b, b_end - b});
        a = a_end;
        b = b_end;
    }
}

/* kind NULL: the catalogue itself. */
static void collect(struct facts *facts, const struct kind *kind,
                    const struct jb_catalog_view *view, uint32_t index)
{
    jb_arena_clear(&facts->arena);
    facts->count = 0;
    if (kind)
        kind->describe(facts, view, index);
    else
        describe_catalogue(facts, view);
    qsort(facts->items, facts->count, sizeof(*facts->items), compare_facts);
}

void jb_catalog_print_diff(const jb_catalog *old_catalog, const jb_catalog *new_catalog, FILE *out)
{
    static const struct kind kinds[] = {
        {N_("unit"), jb_catalog_unit, describe_unit},
        {N_("group"), jb_catalog_group, describe_group},
        {N_("section"), jb_catalog_section, describe_section},
        {N_("indicator"), jb_catalog_indicator, describe_indicator},
        {N_("form"), jb_catalog_form, describe_form},
        {N_("rule"), jb_catalog_rule, describe_rule},
    };
    const struct jb_catalog_view *was = jb_catalog_view(old_catalog);
    const struct jb_catalog_view *is = jb_catalog_view(new_catalog);
    struct facts old_facts = {0};
    struct facts new_facts = {0};
    char prefix[JB_CODE_BYTES_MAX + 32];

    jb_arena_init(&old_facts.arena, FACTS_MEMORY_MAX);
    jb_arena_init(&new_facts.arena, FACTS_MEMORY_MAX);
    collect(&old_facts, NULL, was, 0);
    collect(&new_facts, NULL, is, 0);
    print_facts(out, "~ catalogue", &old_facts, &new_facts);
    for (size_t k = 0; k < JB_COUNT(kinds); k++) {
        for (uint32_t i = 0; i < object_count(was, k); i++) {
            const char *code = object_code(was, k, i);
            uint32_t now = kinds[k].find(new_catalog, jb_slice_str(code));

            if (now == JB_NONE) {
                fprintf(out, "- %s %s\n", _(kinds[k].name), code);
                continue;
            }
            collect(&old_facts, &kinds[k], was, i);
            collect(&new_facts, &kinds[k], is, now);
            snprintf(prefix, sizeof(prefix), "~ %s %s", _(kinds[k].name), code);
            print_facts(out, prefix, &old_facts, &new_facts);
        }
        for (uint32_t i = 0; i < object_count(is, k); i++) {
            const char *code = object_code(is, k, i);

            if (kinds[k].find(old_catalog, jb_slice_str(code)) == JB_NONE)
                fprintf(out, "+ %s %s\n", _(kinds[k].name), code);
        }
    }
    free(old_facts.items);
    free(new_facts.items);
    jb_arena_free(&old_facts.arena);
    jb_arena_free(&new_facts.arena);
}
