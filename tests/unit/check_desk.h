/* What the tests of the check share: a catalogue with an indicator of each kind, and one good
 * submission to spoil. */
#ifndef JB_CHECK_DESK_H
#define JB_CHECK_DESK_H

#include "jb_test.h"

#include "base/limits.h"
#include "model/catalog_yaml.h"
#include "model/check.h"

static const char catalog_text[] =
    "catalog: test\n"
    "name: {zh: 测试}\n"
    "zone: \"+08:00\"\n"
    "frequency: quarter\n"
    "units:\n"
    "  - {code: county, name: {zh: 县}}\n"
    "  - {code: justice, name: {zh: 司法局}, parent: county}\n"
    "  - {code: market, name: {zh: 市场局}, parent: county, from: 2021-01-01, until: 2023-03-31}\n"
    "indicators:\n"
    "  - {code: case.count, name: {zh: 案件}, measure: flow, unit_of_measure: {zh: 件},\n"
    "     owners: [justice, market], bases: [period, ytd]}\n"
    "  - {code: money, name: {zh: 金额}, measure: flow, unit_of_measure: {zh: 万元}, decimals: 2,\n"
    "     owners: [justice], negative: true}\n"
    "  - {code: staff, name: {zh: 人数}, measure: stock, unit_of_measure: {zh: 人},\n"
    "     owners: [justice], not_applicable: false, marks: false}\n"
    "  - {code: share, name: {zh: 比例}, measure: rate, unit_of_measure: {zh: \"%\"}, decimals: "
    "1,\n"
    "     owners: [justice]}\n"
    "  - {code: report, name: {zh: 材料}, measure: text, unit_of_measure: {zh: 篇},\n"
    "     owners: [justice]}\n"
    "  - {code: late, name: {zh: 晚}, measure: flow, unit_of_measure: {zh: 件}, owners: "
    "[justice],\n"
    "     from: 2023-07-01}\n"
    "  - {code: other, name: {zh: 他}, measure: flow, unit_of_measure: {zh: 件}, owners: "
    "[market]}\n"
    "  - {code: side, name: {zh: 旁}, measure: flow, unit_of_measure: {zh: 件}, owners: "
    "[justice]}\n"
    "  - {code: part, name: {zh: 占比}, measure: ratio, unit_of_measure: {zh: \"%\"},\n"
    "     numerator: case.count, denominator: money}\n"
    "forms:\n"
    "  - code: main\n"
    "    title: {zh: 主表}\n"
    "    units: [justice]\n"
    "    rows:\n"
    "      - {indicator: case.count, owed: [2022-Q1..2023-Q2]}\n"
    "      - {indicator: money}\n"
    "      - {indicator: staff}\n"
    "      - {indicator: share}\n"
    "      - {indicator: report}\n"
    "      - {indicator: late}\n"
    "  - code: second\n"
    "    title: {zh: 副表}\n"
    "    units: [justice]\n"
    "    rows:\n"
    "      - {indicator: side}\n"
    "  - code: market\n"
    "    title: {zh: 市场表}\n"
    "    units: [market]\n"
    "    rows:\n"
    "      - {indicator: case.count}\n"
    "      - {indicator: other}\n";

struct desk {
    jb_catalog *catalog;
    struct jb_findings findings;
    struct jb_row rows[JB_SUBMISSION_ROWS_MAX + 1];
    struct jb_effect effects[JB_SUBMISSION_ROWS_MAX + 1];
    struct jb_submission submission;
    struct jb_checked checked;
    jb_date today;
};

static inline int set_up(void **state)
{
    struct desk *d = calloc(1, sizeof(*d));
    struct jb_findings findings;
    jb_err err;

    jb_findings_init(&findings);
    err = jb_catalog_read_yaml(jb_slice_str(catalog_text), "test.yaml", &findings, &d->catalog);
    jb_findings_print(&findings, stderr);
    jb_findings_free(&findings);
    jb_findings_init(&d->findings);
    *state = d;
    return err != JB_OK;
}

static inline int tear_down(void **state)
{
    struct desk *d = *state;

    jb_catalog_free(d->catalog);
    jb_findings_free(&d->findings);
    free(d);
    return 0;
}

static inline struct jb_row number_row(const char *indicator, int64_t mantissa, uint8_t scale)
{
    return (struct jb_row){
        .indicator = jb_slice_str(indicator),
        .state = JB_STATE_VALUE,
        .number = {mantissa, scale},
    };
}

/* One good row of the form main in 2023-Q2. */
static inline void start(struct desk *d)
{
    jb_findings_clear(&d->findings);
    memset(d->rows, 0, sizeof(d->rows));
    d->rows[0] = number_row("case.count", 12, 0);
    d->submission = (struct jb_submission){
        .unit = JB_LIT("justice"),
        .form = JB_LIT("main"),
        .period = JB_LIT("2023-Q2"),
        .rows = d->rows,
        .row_count = 1,
    };
    d->checked = (struct jb_checked){.unit = 77};
    assert_int_equal(jb_date_parse(JB_LIT("2023-07-05"), &d->today), JB_OK);
}

static inline jb_err check(struct desk *d)
{
    return jb_check_submission(d->catalog, &d->submission, d->today, d->effects, &d->checked,
                               &d->findings);
}

/* Exactly this one finding. */
static inline const struct jb_finding *only(struct desk *d, enum jb_finding_code code)
{
    assert_int_equal(check(d), JB_EINVAL);
    if (d->findings.total != 1 || d->findings.items[0].code != code)
        jb_findings_print(&d->findings, stderr);
    assert_int_equal(d->findings.total, 1);
    assert_int_equal(d->findings.items[0].code, code);
    assert_int_equal(d->findings.items[0].severity, JB_ERROR);
    assert_int_equal(d->checked.unit, 77);
    return &d->findings.items[0];
}

#endif
