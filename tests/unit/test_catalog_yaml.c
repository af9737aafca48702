/* The reader of catalogues against a table of broken files: each must give exactly the findings
 * named, at their line and column, and leave the output alone. The good files are in
 * test_catalog.c. */
#include "jb_test.h"

#include "model/catalog_yaml.h"

/* What every catalogue needs. */
#define HEAD                                                                                       \
    "catalog: t\n"                                                                                 \
    "name: {zh: 目录}\n"                                                                         \
    "units:\n"                                                                                     \
    "- {code: u, name: {zh: 甲}}\n"
/* An indicator that u reports, and the form it stands in. */
#define FLOW "{code: x, name: {zh: 数}, unit_of_measure: {zh: 件}, measure: flow, owners: [u]}\n"
#define FORM                                                                                       \
    "forms:\n"                                                                                     \
    "- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x}]}\n"
#define INDICATORS HEAD "indicators:\n- " FLOW
/* An indicator nobody owns, for what is wrong with one by itself; the text goes on in its map. */
#define ALONE HEAD "indicators:\n- {code: x, name: {zh: 数}, unit_of_measure: {zh: 件}, "

/* '@' marks where the first finding must point; it is taken out before the file is read. */
struct broken {
    const char *marked;
    enum jb_finding_code code; /* of the first finding */
    uint32_t total;            /* findings */
};

static const struct broken files[] = {
    /* YAML itself */
    {"@", JB_F_CATALOG_SYNTAX, 1},
    {"@# nothing\n", JB_F_CATALOG_SYNTAX, 1},
    {"catalog: [t\n@", JB_F_CATALOG_SYNTAX, 1},
    {"catalog: t\n@\tname: x\n", JB_F_CATALOG_SYNTAX, 1},
    {"catalog: t\nname: \"@\xff\"\n", JB_F_CATALOG_SYNTAX, 1},
    {HEAD "@---\na: b\n", JB_F_CATALOG_SYNTAX, 1},
    {"catalog: t\n"
     "name: @&n {zh: 目录}\n"
     "units: [{code: u, name: *n}]\n",
     JB_F_CATALOG_SYNTAX, 2},
    {"catalog: @!!str t\n"
     "name: {zh: 目录}\n"
     "units: [{code: u, name: {zh: 甲}}]\n",
     JB_F_CATALOG_SYNTAX, 1},
    {"[[[[[[[[[[[[[[[[@[[[[[[[[]]]]]]]]]]]]]]]]]]]]]]]]", JB_F_CATALOG_LIMIT, 1},
    {"@- a\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "@[a]: b\n", JB_F_CATALOG_BAD_VALUE, 1},
    /* keys */
    {HEAD "@unitz: []\n", JB_F_CATALOG_UNKNOWN_KEY, 1},
    {HEAD "@catalog: t\n", JB_F_CATALOG_DUPLICATE, 1},
    {"@name: {zh: 目录}\nunits: [{code: u, name: {zh: 甲}}]\n", JB_F_CATALOG_MISSING_KEY, 1},
    {"@catalog: t\nname: {zh: 目录}\n", JB_F_CATALOG_MISSING_KEY, 1},
    {"catalog: t\n"
     "name: @{en: T}\n"
     "units: [{code: u, name: {zh: 甲}}]\n",
     JB_F_CATALOG_MISSING_KEY, 1},
    {HEAD "- {code: v, name: {zh: 乙}, @parrent: u}\n", JB_F_CATALOG_UNKNOWN_KEY, 1},
    {HEAD "- @{name: {zh: 乙}}\n", JB_F_CATALOG_MISSING_KEY, 1},
    /* values */
    {"catalog: @T\n"
     "name: {zh: 目录}\n"
     "units: [{code: u, name: {zh: 甲}}]\n",
     JB_F_CATALOG_BAD_VALUE, 1},
    {"catalog: t\nname: {zh: 目录}\nunits: @[]\n", JB_F_CATALOG_BAD_VALUE, 1},
    {"catalog: t\n"
     "name: @目录\n"
     "units: [{code: u, name: {zh: 甲}}]\n",
     JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "zone: @8\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "zone: @\"+08:75\"\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "frequency: @weekly\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "periods: @closed\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "groups: @x\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "- {code: v, name: {zh: @\"\"}}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "- {code: v, name: {zh: @\"a\\tb\"}}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "- {code: v, name: {zh: @\"a\\0b\"}}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "- {code: v, name: {zh: 乙}, from: @2021-1-1}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {ALONE "measure: @flw}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {ALONE "measure: flow, decimals: @10}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {ALONE "measure: flow, decimals: @1.5}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {ALONE "measure: flow, negative: @yes}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {ALONE "measure: flow, bases: [period, @month]}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {ALONE "measure: flow, bases: @[]}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {ALONE "measure: flow, targets: [{period: @2022-Q5, value: 1}]}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {ALONE "measure: flow, targets: [{period: 2022, value: @1.5}]}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {ALONE "measure: flow, targets: [{period: 2022, value: 1, mark: @近}]}\n",
     JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "indicators:\n- @{code: x, name: {zh: 数}, measure: flow}\n", JB_F_CATALOG_MISSING_KEY,
     1},
    {INDICATORS "forms:\n"
                "- {code: f, title: {zh: 表}, units: [u], rows: @[]}\n",
     JB_F_CATALOG_BAD_VALUE, 1},
    {INDICATORS "forms:\n"
                "- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x, owed: @[]}]}\n",
     JB_F_CATALOG_BAD_VALUE, 1},
    /* holidays, worked days, schedules */
    {HEAD "holidays: [@2023-01-21]\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "holidays: [@{from: 2023-01-21, until: 2023-01-27}]\n", JB_F_CATALOG_MISSING_KEY, 1},
    {HEAD "holidays: [{from: 2023-01-27, until: @2023-01-21, name: {zh: 春节}}]\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "holidays:\n"
          "- {from: @2023-01-27, until: 2023-01-28, name: {zh: 又}}\n"
          "- {from: 2023-01-21, until: 2023-01-27, name: {zh: 春节}}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "holidays: @[{from: 2023-01-01, until: 2023-02-28, name: {zh: 长}}]\n",
     JB_F_CATALOG_LIMIT, 1},
    {HEAD "workdays: [2023-01-28, @2023-02-29]\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "workdays: [2023-01-28, @2023-01-30]\n", JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "workdays: [2023-01-28, 2023-01-29, @2023-01-28]\n", JB_F_CATALOG_DUPLICATE, 1},
    {HEAD "schedule: @10\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "schedule: {due: @401}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "schedule: {due: 10, shift: @previous_workday}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "schedule: {opens: 11, due: @10, locks: 20}\n", JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "schedule: {opens: -10, due: 10, locks: @9}\n", JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "schedule: {opens: 10, locks: @9}\n", JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "schedule: {dates: [{period: @2022-Q5}]}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "schedule: {dates: [{period: @2021..2022}]}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "schedule: {dates: [@{due: 2022-12-27}]}\n", JB_F_CATALOG_MISSING_KEY, 1},
    {HEAD "schedule: {dates: [{period: 2022, due: 2022-12-27}, "
          "{period: @2022-Q1..2022-Q4, due: 2022-12-28}]}\n",
     JB_F_CATALOG_DUPLICATE, 1},
    {HEAD "schedule: {dates: [{period: 2022, due: @2032-12-27}]}\n", JB_F_CATALOG_BAD_VALUE, 1},
    {HEAD "schedule: {dates: [{period: 2022, opens: 2022-12-28, due: @2022-12-27}]}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "schedule: {opens: 0, dates: [{period: 2022, due: @2022-12-27}]}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "schedule: {due: 10, dates: [@{period: 2022, opens: 2023-01-11}]}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {INDICATORS "forms:\n"
                "- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x}],\n"
                "   schedule: {dates: [{period: @2022}]}}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    /* duplicates */
    {HEAD "- {code: @u, name: {zh: 乙}}\n", JB_F_CATALOG_DUPLICATE, 1},
    {HEAD "groups: [{code: @u, name: {zh: 组}, members: [u]}]\n", JB_F_CATALOG_DUPLICATE, 1},
    {HEAD "groups: [{code: g, name: {zh: 组}, members: [u, @u]}]\n", JB_F_CATALOG_DUPLICATE, 1},
    {HEAD "indicators:\n"
          "- {code: x, name: {zh: 数}, unit_of_measure: {zh: 件}, measure: flow, "
          "owners: [u, @u]}\n" FORM,
     JB_F_CATALOG_DUPLICATE, 1},
    {INDICATORS "forms:\n"
                "- {code: f, title: {zh: 表}, units: [u, @u], rows: [{indicator: x}]}\n",
     JB_F_CATALOG_DUPLICATE, 1},
    {INDICATORS "forms:\n"
                "- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x}, "
                "{indicator: @x}]}\n",
     JB_F_CATALOG_DUPLICATE, 1},
    {ALONE "measure: flow, bases: [ytd, @ytd]}\n", JB_F_CATALOG_DUPLICATE, 1},
    {ALONE "measure: flow, targets: [{period: 2022, value: 1}, "
           "{period: @2022-Q1..2022-Q4, value: 2}]}\n",
     JB_F_CATALOG_DUPLICATE, 1},
    /* references */
    {HEAD "- {code: v, name: {zh: 乙}, parent: @w}\n", JB_F_CATALOG_UNKNOWN_REFERENCE, 1},
    {HEAD "sections: [{code: s, name: {zh: 章}, parent: @z}]\n", JB_F_CATALOG_UNKNOWN_REFERENCE, 1},
    {ALONE "measure: flow, sections: [@s]}\n", JB_F_CATALOG_UNKNOWN_REFERENCE, 1},
    {ALONE "measure: ratio, numerator: @y, denominator: z}\n", JB_F_CATALOG_UNKNOWN_REFERENCE, 2},
    {INDICATORS "forms:\n"
                "- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: @y}]}\n",
     JB_F_CATALOG_UNKNOWN_REFERENCE, 1},
    {INDICATORS "- {code: y, name: {zh: 数}, unit_of_measure: {zh: 件}, measure: flow}\n"
                "forms:\n"
                "- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x, of: @y}]}\n",
     JB_F_CATALOG_UNKNOWN_REFERENCE, 1},
    /* trees */
    {"catalog: t\n"
     "name: {zh: 目录}\n"
     "units:\n"
     "- {code: u, name: {zh: 甲}, parent: @v}\n"
     "- {code: v, name: {zh: 乙}, parent: u}\n",
     JB_F_CATALOG_CYCLE, 1},
    {"catalog: t\n"
     "name: {zh: 目录}\n"
     "units:\n"
     "- {code: u, name: {zh: 甲}, parent: @u}\n",
     JB_F_CATALOG_CYCLE, 1},
    {"catalog: t\nname: {zh: 目录}\nunits:\n"
     "- {code: u, name: {zh: 甲}, parents: @[{unit: v, until: 2021-12-31}]}\n"
     "- {code: v, name: {zh: 乙}, parents: [{unit: u, from: 2021-12-31}]}\n",
     JB_F_CATALOG_CYCLE, 1},
    {HEAD "sections:\n"
          "- {code: a, name: {zh: 一}, parent: @b}\n"
          "- {code: b, name: {zh: 二}, parent: a}\n",
     JB_F_CATALOG_CYCLE, 1},
    {HEAD "sections:\n- {code: s1, name: {zh: 章}}\n"
          "- {code: s2, name: {zh: 章}, parent: s1}\n"
          "- {code: s3, name: {zh: 章}, parent: s2}\n"
          "- {code: s4, name: {zh: 章}, parent: s3}\n"
          "- {code: s5, name: {zh: 章}, parent: s4}\n"
          "- {code: s6, name: {zh: 章}, parent: s5}\n"
          "- {code: s7, name: {zh: 章}, parent: s6}\n"
          "- {code: s8, name: {zh: 章}, parent: s7}\n"
          "- {code: s9, name: {zh: 章}, parent: @s8}\n",
     JB_F_CATALOG_LIMIT, 1},
    {HEAD "- {code: v, name: {zh: 乙}, parents: [{unit: u, until: 2021-06-30}, "
          "@{unit: u, from: 2021-06-30}]}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "- {code: v, name: {zh: 乙}, parent: u, parents: @[u]}\n", JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "- {code: v, name: {zh: 乙}, from: 2022-01-01, until: @2021-01-01}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    /* aggregation */
    {ALONE "measure: flow, unit_agg: @mean}\n", JB_F_CATALOG_CONTRADICTION, 1},
    {ALONE "measure: flow, time_agg: @mean, unit_agg: max}\n", JB_F_CATALOG_CONTRADICTION, 1},
    {ALONE "measure: flow, unit_agg: @mean, time_agg: last}\n", JB_F_CATALOG_CONTRADICTION, 1},
    {ALONE "measure: rate, unit_agg: @sum}\n", JB_F_CATALOG_CONTRADICTION, 1},
    {ALONE "measure: text, unit_agg: @sum}\n", JB_F_CATALOG_CONTRADICTION, 1},
    /* ratios */
    {HEAD "indicators:\n"
          "- @{code: x, name: {zh: 数}, unit_of_measure: {zh: 件}, measure: ratio}\n",
     JB_F_CATALOG_MISSING_KEY, 2},
    {ALONE "measure: flow, numerator: @x}\n", JB_F_CATALOG_CONTRADICTION, 1},
    {ALONE "measure: ratio, numerator: @x, denominator: x}\n", JB_F_CATALOG_CONTRADICTION, 2},
    {INDICATORS "- {code: r, name: {zh: 比}, unit_of_measure: {zh: \"%\"}, "
                "measure: ratio, numerator: x, denominator: x, owners: @[u]}\n" FORM,
     JB_F_CATALOG_CONTRADICTION, 1},
    {INDICATORS "- {code: r, name: {zh: 比}, unit_of_measure: {zh: \"%\"}, "
                "measure: ratio, numerator: @x, denominator: x, frequency: year}\n" FORM,
     JB_F_CATALOG_CONTRADICTION, 2},
    {INDICATORS "- {code: r, name: {zh: 比}, unit_of_measure: {zh: \"%\"}, "
                "measure: ratio, numerator: x, denominator: x}\n"
                "forms:\n"
                "- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x}, "
                "{indicator: @r}]}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {ALONE "measure: text, targets: @[{period: 2022, value: 1}]}\n", JB_F_CATALOG_CONTRADICTION, 1},
    {ALONE "measure: flow, targets: [{period: @2022-M05, value: 1}]}\n", JB_F_CATALOG_CONTRADICTION,
     1},
    {ALONE "measure: flow, targets: [{period: 2022, value: @-1}]}\n", JB_F_CATALOG_CONTRADICTION,
     1},
    /* forms and duties */
    {INDICATORS "forms:\n"
                "- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x, "
                "owed: [@2022-M01]}]}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {INDICATORS "forms:\n"
                "- {code: f, title: {zh: 表}, frequency: year, units: [u], "
                "rows: [{indicator: @x}]}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {INDICATORS "- {code: y, name: {zh: 数}, unit_of_measure: {zh: 件}, measure: flow}\n"
                "forms:\n"
                "- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x, of: @y}, "
                "{indicator: y}]}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {INDICATORS "forms:\n"
                "- {code: f, title: {zh: 表}, units: [u], rows: [{indicator: x, of: @x}]}\n",
     JB_F_CATALOG_CYCLE, 1},
    {INDICATORS FORM "- {code: g, title: {zh: 又}, units: [u], rows: [{indicator: @x}]}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "indicators:\n"
          "- {code: x, name: {zh: 数}, unit_of_measure: {zh: 件}, measure: flow, "
          "owners: @[u]}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "- {code: v, name: {zh: 乙}}\n"
          "indicators:\n"
          "- {code: x, name: {zh: 数}, unit_of_measure: {zh: 件}, measure: flow, "
          "owners: [u, @v]}\n" FORM,
     JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "- {code: v, name: {zh: 乙}, parent: u}\n"
          "indicators:\n"
          "- {code: x, name: {zh: 数}, unit_of_measure: {zh: 件}, measure: flow, "
          "owners: [@u, v]}\n"
          "forms:\n"
          "- {code: f, title: {zh: 表}, units: [u, v], rows: [{indicator: x}]}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
    {HEAD "- {code: v, name: {zh: 乙}, until: 2020-12-31}\n"
          "indicators:\n"
          "- {code: x, name: {zh: 数}, unit_of_measure: {zh: 件}, measure: flow, "
          "owners: [@v], from: 2021-01-01}\n"
          "forms:\n"
          "- {code: f, title: {zh: 表}, units: [v], rows: [{indicator: x}]}\n",
     JB_F_CATALOG_CONTRADICTION, 1},
};

/* Takes the mark out and says where it stood. */
static void unmark(const char *marked, char *yaml, size_t size, uint32_t *ret_line,
                   uint32_t *ret_column)
{
    uint32_t line = 1;
    uint32_t column = 1;
    size_t len = 0;

    for (const char *c = marked; *c && len + 1 < size; c++) {
        if (*c == '@') {
            *ret_line = line;
            *ret_column = column;
            continue;
        }
        yaml[len++] = *c;
        if (*c == '\n') {
            line++;
            column = 1;
        } else if (((uint8_t)*c & 0xc0) != 0x80) {
            column++;
        }
    }
    yaml[len] = 0;
}

static bool refused_as_expected(const struct broken *file)
{
    char yaml[2048];
    uint32_t line = 0;
    uint32_t column = 0;
    struct jb_findings findings;
    jb_catalog *untouched = (jb_catalog *)(uintptr_t)file;
    jb_catalog *catalog = untouched;
    jb_err err;
    bool good;

    unmark(file->marked, yaml, sizeof(yaml), &line, &column);
    jb_findings_init(&findings);
    err = jb_catalog_read_yaml(jb_slice_str(yaml), "t.yaml", &findings, &catalog);
    good = err == JB_EINVAL && catalog == untouched && findings.total == file->total &&
           findings.items[0].code == file->code && findings.items[0].row == line &&
           findings.items[0].column == column && strcmp(findings.items[0].file, "t.yaml") == 0;
    if (!good) {
        fprintf(stderr, "%s\nexpected %u findings, the first %s\n", file->marked, file->total,
                jb_finding_code_name(file->code));
        for (uint32_t k = 0; k < findings.count; k++)
            fprintf(stderr, "%s at %u:%u\n", jb_finding_code_name(findings.items[k].code),
                    findings.items[k].row, findings.items[k].column);
    }
    jb_findings_free(&findings);
    return good;
}

static void each_broken_file_is_refused_at_its_place(void **state)
{
    unsigned failed = 0;

    (void)state;
    for (size_t i = 0; i < JB_COUNT(files); i++)
        failed += !refused_as_expected(&files[i]);
    assert_int_equal(failed, 0);
}

static void all_mistakes_of_a_file_are_told_at_once_in_order(void **state)
{
    static const char yaml[] =
        HEAD "- {code: v, nam: {zh: 乙}, parent: uu}\n"
             "indicators:\n"
             "- {code: x, name: {zh: 数}, unit_of_measure: {zh: 件}, measure: flow, decimals: -1,\n"
             "   unit_agg: mean, owners: [u]}\n";
    static const struct {
        enum jb_finding_code code;
        uint32_t line;
    } expected[] = {
        {JB_F_CATALOG_MISSING_KEY, 5},       {JB_F_CATALOG_UNKNOWN_KEY, 5},
        {JB_F_CATALOG_UNKNOWN_REFERENCE, 5}, {JB_F_CATALOG_BAD_VALUE, 7},
        {JB_F_CATALOG_CONTRADICTION, 8},     {JB_F_CATALOG_CONTRADICTION, 8},
    };
    struct jb_findings findings;
    jb_catalog *catalog = NULL;

    (void)state;
    jb_findings_init(&findings);
    assert_int_equal(jb_catalog_read_yaml(jb_slice_str(yaml), "t", &findings, &catalog), JB_EINVAL);
    assert_int_equal(findings.total, JB_COUNT(expected));
    for (uint32_t i = 0; i < JB_COUNT(expected); i++) {
        assert_int_equal(findings.items[i].code, expected[i].code);
        assert_int_equal(findings.items[i].row, expected[i].line);
    }
    assert_non_null(strstr(findings.items[1].hint, "name"));
    assert_string_equal(findings.items[1].got, "nam");
    assert_string_equal(findings.items[2].unit, "v");
    assert_string_equal(findings.items[4].indicator, "x");
    jb_findings_free(&findings);
}

/* head, then count times the item with its number (three digits at least) for each '#', then tail.
 */
static char *repeated(const char *head, const char *item, unsigned count, const char *tail)
{
    size_t size = strlen(head) + strlen(tail) + (size_t)count * (strlen(item) + 20) + 1;
    char *text = malloc(size);
    size_t len;

    assert_non_null(text);
    len = (size_t)snprintf(text, size, "%s", head);
    for (unsigned i = 0; i < count; i++) {
        for (const char *c = item; *c; c++) {
            if (*c == '#')
                len += (size_t)snprintf(text + len, size - len, "%03u", i);
            else
                text[len++] = *c;
        }
    }
    snprintf(text + len, size - len, "%s", tail);
    return text;
}

static void limits_are_quoted_and_not_crossed(void **state)
{
    static const struct {
        const char *head, *item, *tail;
        unsigned count;
        enum jb_finding_code code; /* NONE: accepted */
    } cases[] = {
        {HEAD, "- {code: u#, name: {zh: 乙}, parent: u}\n", "", JB_CATALOG_FAN_OUT_MAX, JB_F_NONE},
        {HEAD, "- {code: u#, name: {zh: 乙}, parent: u}\n", "", JB_CATALOG_FAN_OUT_MAX + 1,
         JB_F_CATALOG_LIMIT},
        {"catalog: t\nname: {zh: 目录}\nunits:\n- {code: u0, name: {zh: 甲}}\n",
         "- {code: v#, name: {zh: 乙}}\n", "", JB_CATALOG_UNITS_MAX, JB_F_CATALOG_LIMIT},
        {HEAD "indicators:\n",
         "- {code: x#, name: {zh: 数}, unit_of_measure: {zh: 件}, measure: flow}\n", "",
         JB_CATALOG_INDICATORS_MAX + 1, JB_F_CATALOG_LIMIT},
        {"catalog: t\nname: {zh: 目录}\nunits:\n- {code: v, name: {zh: 甲}}\n- {code: u, name: "
         "{zh: 甲}, parents: [",
         "{unit: v, from: 2#-01-01, until: 2#-01-01},", "]}\n", JB_CATALOG_PARENTS_MAX + 1,
         JB_F_CATALOG_LIMIT},
        {HEAD "workdays: [", "2023-01-28,", "]\n", JB_CATALOG_HOLIDAYS_MAX + 1, JB_F_CATALOG_LIMIT},
        {"catalog: t\nname: {zh: 目录}\nunits: [u,", "#,", "]\n", JB_CATALOG_NODES_MAX,
         JB_F_CATALOG_LIMIT},
    };

    (void)state;
    for (size_t i = 0; i < JB_COUNT(cases); i++) {
        char *yaml = repeated(cases[i].head, cases[i].item, cases[i].count, cases[i].tail);
        struct jb_findings findings;
        jb_catalog *catalog = NULL;
        jb_err err;

        jb_findings_init(&findings);
        err = jb_catalog_read_yaml(jb_slice_str(yaml), "t", &findings, &catalog);
        assert_int_equal(err, cases[i].code ? JB_EINVAL : JB_OK);
        if (cases[i].code)
            assert_int_equal(findings.items[0].code, cases[i].code);
        jb_catalog_free(catalog);
        jb_findings_free(&findings);
        free(yaml);
    }
}

static void a_chain_of_nine_levels_is_too_deep_and_of_eight_is_not(void **state)
{
    (void)state;
    for (unsigned levels = JB_CATALOG_DEPTH_MAX; levels <= JB_CATALOG_DEPTH_MAX + 1; levels++) {
        char yaml[1024];
        size_t len = (size_t)snprintf(yaml, sizeof(yaml), "catalog: t\nname: {zh: 目录}\nunits:\n");
        struct jb_findings findings;
        jb_catalog *catalog = NULL;
        jb_err err;

        for (unsigned i = 0; i < levels; i++)
            len += (size_t)snprintf(yaml + len, sizeof(yaml) - len,
                                    "- {code: u%u, name: {zh: 甲}, %s: u%u}\n", i,
                                    i ? "parent" : "kind", i ? i - 1 : 0);
        jb_findings_init(&findings);
        err = jb_catalog_read_yaml(jb_slice_str(yaml), "t", &findings, &catalog);
        assert_int_equal(err, levels > JB_CATALOG_DEPTH_MAX ? JB_EINVAL : JB_OK);
        if (err) {
            assert_int_equal(findings.total, 1);
            assert_int_equal(findings.items[0].code, JB_F_CATALOG_LIMIT);
            assert_int_equal(findings.items[0].row, 12);
        }
        jb_catalog_free(catalog);
        jb_findings_free(&findings);
    }
}

static void more_than_64_mib_is_refused_unread(void **state)
{
    uint8_t byte = 0;
    struct jb_findings findings;
    jb_catalog *catalog = NULL;

    (void)state;
    jb_findings_init(&findings);
    assert_int_equal(jb_catalog_read_yaml(jb_slice_of(&byte, JB_CATALOG_BYTES_MAX + 1), "t",
                                          &findings, &catalog),
                     JB_ERANGE);
    assert_int_equal(findings.items[0].code, JB_F_CATALOG_LIMIT);
    assert_null(catalog);
    jb_findings_free(&findings);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_broken_file_is_refused_at_its_place),
        cmocka_unit_test(all_mistakes_of_a_file_are_told_at_once_in_order),
        cmocka_unit_test(limits_are_quoted_and_not_crossed),
        cmocka_unit_test(a_chain_of_nine_levels_is_too_deep_and_of_eight_is_not),
        cmocka_unit_test(more_than_64_mib_is_refused_unread),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
