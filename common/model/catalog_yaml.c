/* From YAML bytes to a catalogue. First every code is declared, so that references may point
 * forward; then each part is filled, then the whole is checked. A mistake never stops the reading:
 * what is refused stays behind as an empty field, the checks step around it, and at the end the
 * catalogue is handed over only if nothing was refused. */
#include "model/catalog_yaml.h"

#include <sodium.h>
#include <stdlib.h>

#include "base/text.h"
#include "model/catalog_reader.h"

#define TREE_MEMORY_MAX ((size_t)1 << 30)
#define SUGGESTIONS_MAX 50
#define ZONE_DEFAULT_MINUTES 480

enum root_key {
    CATALOG,
    NAME,
    ZONE,
    FREQUENCY,
    PERIODS,
    RANKING,
    DEMONSTRATION,
    HOLIDAYS,
    WORKDAYS,
    SCHEDULE,
    UNITS,
    GROUPS,
    SECTIONS,
    INDICATORS,
    FORMS,
    RULES,
    CHECKS,
    ROOT_KEYS
};
static const struct jb_catread_key root_keys[ROOT_KEYS] = {
    [CATALOG] = {"catalog", true},
    [NAME] = {"name", true},
    [ZONE] = {"zone", false},
    [FREQUENCY] = {"frequency", false},
    [PERIODS] = {"periods", false},
    [RANKING] = {"ranking", false},
    [DEMONSTRATION] = {"demonstration", false},
    [HOLIDAYS] = {"holidays", false},
    [WORKDAYS] = {"workdays", false},
    [SCHEDULE] = {"schedule", false},
    [UNITS] = {"units", true},
    [GROUPS] = {"groups", false},
    [SECTIONS] = {"sections", false},
    [INDICATORS] = {"indicators", false},
    [FORMS] = {"forms", false},
    [RULES] = {"rules", false},
    [CHECKS] = {"checks", false},
};
enum { CHECK_HISTORY, CHECK_UNCHANGED };
static const struct jb_catread_word check_words[] = {{"history", CHECK_HISTORY},
                                                     {"unchanged", CHECK_UNCHANGED}};

static bool two_digits(const uint8_t *text, int *ret)
{
    if (text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9')
        return false;
    *ret = (text[0] - '0') * 10 + (text[1] - '0');
    return true;
}

/* "+08:00" within a day's half and a bit, as zones are. */
static bool parse_zone(jb_yaml_ref node, int *ret_minutes)
{
    int hours, minutes;

    if (node->kind != JB_YAML_TEXT || node->len != 6 ||
        (node->text[0] != '+' && node->text[0] != '-') || node->text[3] != ':' ||
        !two_digits((const uint8_t *)node->text + 1, &hours) ||
        !two_digits((const uint8_t *)node->text + 4, &minutes) || hours > 14 || minutes > 59)
        return false;
    minutes += hours * 60;
    *ret_minutes = node->text[0] == '-' ? -minutes : minutes;
    return true;
}

static void read_head(struct jb_catread *rd, jb_yaml_ref *values)
{
    static const struct jb_catread_word periods[] = {{"free", false}, {"managed", true}};
    unsigned managed = false;
    struct jb_catalog_view *view = &rd->catalog->view;
    struct jb_slice code;

    if (jb_catread_code(rd, values[CATALOG], &code))
        view->code = jb_catread_copy(rd, code);
    jb_catread_names(rd, values[NAME], NULL, &view->name);
    view->zone_offset_minutes = ZONE_DEFAULT_MINUTES;
    if (values[ZONE] && !parse_zone(values[ZONE], &view->zone_offset_minutes))
        jb_catread_expect(rd, values[ZONE], _("an offset such as \"+08:00\""));
    rd->freq = JB_FREQ_QUARTER;
    jb_catread_freq(rd, values[FREQUENCY], &rd->freq);
    jb_catread_word(rd, values[PERIODS], periods, JB_COUNT(periods), &managed);
    view->managed_periods = managed;
    jb_catread_bool(rd, values[RANKING], &view->ranking);
    jb_catread_bool(rd, values[DEMONSTRATION], &view->demonstration);
    jb_catread_workdays(rd, values[HOLIDAYS], values[WORKDAYS]);
    jb_catread_schedule(rd, values[SCHEDULE], JB_FREQ_NONE, &view->schedule);
}

static void read_checks(struct jb_catread *rd, jb_yaml_ref list)
{
    struct jb_catalog_view *view = &rd->catalog->view;

    if (!jb_catread_list(rd, list))
        return;
    for (jb_yaml_ref item = list->first; item; item = item->next) {
        unsigned word;

        if (!jb_catread_word(rd, item, check_words, JB_COUNT(check_words), &word))
            continue;
        bool *check = word == CHECK_HISTORY ? &view->check_history : &view->check_unchanged;
        if (*check)
            jb_catread_refuse(rd, item, JB_F_CATALOG_DUPLICATE, NULL, _("each check once"), NULL);
        *check = true;
    }
}

/* Codes of one list: keys, sorted, and the node of each object. Bad codes are left to the part that
 * reads the object. */
static uint32_t declare(struct jb_catread *rd, jb_yaml_ref list, uint32_t max,
                        struct jb_catalog_keys *keys, jb_yaml_ref **ret_nodes)
{
    uint32_t count = 0;

    if (!jb_catread_list(rd, list))
        return 0;
    if (list->len > max) {
        char expected[64];

        snprintf(expected, sizeof(expected), _("at most %u of them"), max);
        jb_catread_refuse(rd, list, JB_F_CATALOG_LIMIT, "", expected, NULL);
        return 0;
    }
    *ret_nodes = jb_catread_alloc(rd, list->len, sizeof(**ret_nodes));
    keys->items = jb_catread_alloc(rd, list->len, sizeof(*keys->items));
    if (rd->nomem)
        return 0;
    for (jb_yaml_ref item = list->first; item; item = item->next, count++) {
        jb_yaml_ref code = jb_catread_value(item, "code");

        (*ret_nodes)[count] = item;
        if (code && code->kind == JB_YAML_TEXT && jb_code_valid(jb_yaml_slice(code)))
            keys->items[keys->count++] = (struct jb_catalog_key){code->text, code->len, count};
    }
    jb_catalog_keys_sort(keys);
    for (uint32_t i = 0; i < keys->count; i++) {
        struct jb_catalog_key *key = &keys->items[i];

        if (i &&
            jb_slice_eq(jb_slice_of(key->text, key->len), jb_slice_of(key[-1].text, key[-1].len)))
            jb_catread_refuse(rd, jb_catread_value((*ret_nodes)[key->index], "code"),
                              JB_F_CATALOG_DUPLICATE, NULL, _("each code once"), NULL);
    }
    return count;
}

/* Keys point into the YAML's tree until here; the catalogue outlives it. */
static void keep_keys(struct jb_catread *rd, struct jb_catalog_keys *keys)
{
    for (uint32_t i = 0; i < keys->count; i++)
        keys->items[i].text =
            jb_catread_copy(rd, jb_slice_of(keys->items[i].text, keys->items[i].len));
}

/* Units and groups answer to one name in questions, so their codes must differ. */
static void check_group_codes(struct jb_catread *rd)
{
    const struct jb_catalog_keys *keys = &rd->catalog->groups;

    for (uint32_t i = 0; i < keys->count; i++) {
        if (jb_catalog_keys_find(&rd->catalog->units,
                                 jb_slice_of(keys->items[i].text, keys->items[i].len)))
            jb_catread_refuse(rd, jb_catread_value(rd->groups[keys->items[i].index], "code"),
                              JB_F_CATALOG_DUPLICATE, NULL, _("a code that no unit has"), NULL);
    }
}

static void declare_all(struct jb_catread *rd, jb_yaml_ref *values)
{
    static const char *const no_aliases[1];
    jb_catalog *c = rd->catalog;
    struct jb_catalog_view *view = &c->view;
    struct jb_names unnamed = {"", "", (const char **)(uintptr_t)no_aliases};
    uint32_t counts[5];

    counts[0] = declare(rd, values[UNITS], JB_CATALOG_UNITS_MAX, &c->units, &rd->units);
    counts[1] = declare(rd, values[GROUPS], JB_CATALOG_UNITS_MAX, &c->groups, &rd->groups);
    counts[2] = declare(rd, values[SECTIONS], JB_CATALOG_UNITS_MAX, &c->sections, &rd->sections);
    counts[3] =
        declare(rd, values[INDICATORS], JB_CATALOG_INDICATORS_MAX, &c->indicators, &rd->indicators);
    counts[4] = declare(rd, values[FORMS], JB_CATALOG_UNITS_MAX, &c->forms, &rd->forms);
    view->units = jb_catread_alloc(rd, counts[0], sizeof(*view->units));
    view->groups = jb_catread_alloc(rd, counts[1], sizeof(*view->groups));
    view->sections = jb_catread_alloc(rd, counts[2], sizeof(*view->sections));
    view->indicators = jb_catread_alloc(rd, counts[3], sizeof(*view->indicators));
    view->forms = jb_catread_alloc(rd, counts[4], sizeof(*view->forms));
    if (rd->nomem)
        return;
    view->unit_count = counts[0];
    view->group_count = counts[1];
    view->section_count = counts[2];
    view->indicator_count = counts[3];
    view->form_count = counts[4];
    view->name = unnamed;
    for (uint32_t i = 0; i < counts[0]; i++)
        view->units[i] =
            (struct jb_unit){.code = "", .name = unnamed, .kind = "", .number = JB_NONE};
    for (uint32_t i = 0; i < counts[1]; i++)
        view->groups[i] = (struct jb_group){.code = "", .name = unnamed, .number = JB_NONE};
    for (uint32_t i = 0; i < counts[2]; i++)
        view->sections[i] = (struct jb_section){.code = "", .name = unnamed, .parent = JB_NONE};
    for (uint32_t i = 0; i < counts[3]; i++)
        view->indicators[i] = (struct jb_indicator){.code = "",
                                                    .name = unnamed,
                                                    .unit_of_measure_zh = "",
                                                    .unit_of_measure_en = "",
                                                    .numerator = JB_NONE,
                                                    .denominator = JB_NONE,
                                                    .note = "",
                                                    .number = JB_NONE};
    for (uint32_t i = 0; i < counts[4]; i++)
        view->forms[i] = (struct jb_form){.code = "", .name = unnamed, .number = JB_NONE};
    check_group_codes(rd);
}

static void verify(struct jb_catread *rd, uint32_t rules)
{
    jb_err err;

    rd->unit = rd->indicator = rd->form = NULL;
    jb_catread_verify_tree(rd);
    err = jb_catalog_index_holders(rd->catalog);
    if (!err) {
        jb_catread_verify_holders(rd);
        err = jb_catalog_index_duties(rd->catalog);
    }
    if (!err) {
        jb_catread_verify_duties(rd);
        jb_catread_rules(rd, rules);
    }
    if (!err)
        err = jb_catalog_index_names(rd->catalog);
    if (err == JB_ERANGE)
        jb_catread_refuse(rd, rd->forms[0], JB_F_CATALOG_LIMIT, "",
                          _("fewer rows that fewer units owe"), NULL);
    else if (err)
        rd->nomem = true;
}

static void read_root(struct jb_catread *rd, jb_yaml_ref root)
{
    jb_yaml_ref values[ROOT_KEYS];
    jb_catalog *c = rd->catalog;

    if (!jb_catread_fields(rd, root, root_keys, ROOT_KEYS, values))
        return;
    c->view.code = "";
    declare_all(rd, values);
    uint32_t rules = declare(rd, values[RULES], JB_CATALOG_RULES_MAX, &c->rules, &rd->rules);
    if (rd->nomem)
        return;
    if (values[UNITS] && values[UNITS]->kind == JB_YAML_LIST && values[UNITS]->len == 0)
        jb_catread_expect(rd, values[UNITS], _("at least one unit"));
    read_head(rd, values);
    read_checks(rd, values[CHECKS]);
    jb_catread_units(rd);
    jb_catread_groups(rd);
    jb_catread_sections(rd);
    jb_catread_indicators(rd);
    jb_catread_forms(rd);
    if (rd->nomem)
        return;
    verify(rd, rules);
    keep_keys(rd, &c->units);
    keep_keys(rd, &c->groups);
    keep_keys(rd, &c->sections);
    keep_keys(rd, &c->indicators);
    keep_keys(rd, &c->forms);
    keep_keys(rd, &c->rules);
}

static int by_place(const void *left, const void *right)
{
    const struct jb_finding *a = left;
    const struct jb_finding *b = right;

    if (a->row != b->row)
        return (a->row > b->row) - (a->row < b->row);
    if (a->column != b->column)
        return (a->column > b->column) - (a->column < b->column);
    return (a->code > b->code) - (a->code < b->code);
}

static jb_err refuse_size(const char *file, struct jb_findings *findings)
{
    struct jb_finding finding = {.code = JB_F_CATALOG_LIMIT,
                                 .severity = JB_ERROR,
                                 .file = file,
                                 .expected = _("at most 64 MiB")};

    jb_findings_add(findings, &finding);
    return JB_ERANGE;
}

static void sort_from(struct jb_findings *findings, uint32_t kept)
{
    if (findings->count > kept)
        qsort(findings->items + kept, findings->count - kept, sizeof(*findings->items), by_place);
}

jb_err jb_catalog_read_tree(const struct jb_yaml_node *root, const char *file,
                            struct jb_findings *findings, jb_catalog **ret)
{
    struct jb_catread rd = {
        .findings = findings, .file = file, .suggestions_left = SUGGESTIONS_MAX};
    uint32_t kept = findings->count;
    uint32_t errors = findings->errors;

    rd.catalog = jb_catalog_new();
    if (!rd.catalog)
        return JB_ENOMEM;
    read_root(&rd, root);
    sort_from(findings, kept);
    if (rd.nomem || findings->errors != errors) {
        jb_catalog_free(rd.catalog);
        return rd.nomem ? JB_ENOMEM : JB_EINVAL;
    }
    *ret = rd.catalog;
    return JB_OK;
}

jb_err jb_catalog_read_yaml(struct jb_slice yaml, const char *file, struct jb_findings *findings,
                            jb_catalog **ret)
{
    uint32_t kept = findings->count;
    jb_catalog *catalog = NULL;
    struct jb_arena arena;
    jb_yaml_ref root;

    if (yaml.len > JB_CATALOG_BYTES_MAX)
        return refuse_size(file, findings);
    jb_arena_init(&arena, TREE_MEMORY_MAX);
    jb_err err = jb_yaml_parse(yaml, file, &arena, findings, &root);
    if (!err)
        err = jb_catalog_read_tree(root, file, findings, &catalog);
    if (!err && crypto_generichash(catalog->view.hash, sizeof(catalog->view.hash), yaml.ptr,
                                   yaml.len, NULL, 0) != 0)
        err = JB_EINVAL;
    if (err)
        jb_catalog_free(catalog);
    else
        *ret = catalog;
    sort_from(findings, kept);
    jb_arena_free(&arena);
    return err;
}
