/* What the agent's tests share: a small catalogue, and submissions of it. */
#ifndef JB_TEST_AGENT_DESK_H
#define JB_TEST_AGENT_DESK_H

#include "jb_test.h"

#include "form/figures_file.h"
#include "agent/parcel.h"
#include "model/catalog_yaml.h"

static const char desk_yaml[] =
    "catalog: desk\n"
    "name: {zh: 试验, en: Desk}\n"
    "zone: \"+08:00\"\n"
    "frequency: quarter\n"
    "units:\n"
    "  - {code: county, name: {zh: 县, en: County}, kind: county}\n"
    "  - {code: justice, name: {zh: 县司法局, en: Justice}, kind: department, parent: county}\n"
    "  - {code: market, name: {zh: 县市场局, en: Market}, kind: department, parent: county}\n"
    "indicators:\n"
    "  - {code: cases, name: {zh: 案件, en: Cases}, unit_of_measure: {zh: 件}, measure: flow, "
    "decimals: 0, owners: [justice]}\n"
    "  - {code: people, name: {zh: 人数, en: People}, unit_of_measure: {zh: 人}, measure: stock, "
    "decimals: 2, owners: [justice]}\n"
    "  - code: rate\n"
    "    name: {zh: 办结率, en: Rate}\n"
    "    unit_of_measure: {zh: \"%\"}\n"
    "    measure: rate\n"
    "    decimals: 1\n"
    "    owners: [justice]\n"
    "  - {code: story, name: {zh: 材料, en: Story}, measure: text, owners: [justice]}\n"
    "  - {code: firms, name: {zh: 企业, en: Firms}, unit_of_measure: {zh: 户}, measure: flow, "
    "decimals: 0, owners: [market]}\n"
    "forms:\n"
    "  - code: work\n"
    "    title: {zh: 工作, en: Work}\n"
    "    units: [justice]\n"
    "    rows: [{indicator: cases}, {indicator: rate}, {indicator: story}]\n"
    "  - code: staff\n"
    "    title: {zh: 人员, en: Staff}\n"
    "    units: [justice]\n"
    "    rows: [{indicator: people}]\n"
    "  - code: registry\n"
    "    title: {zh: 登记, en: Registry}\n"
    "    units: [market]\n"
    "    rows: [{indicator: firms}]\n";

static const uint8_t desk_store[16] = "the desk's store";

static inline struct jb_catalog_file desk_catalog(void)
{
    struct jb_catalog_file file = {.version = 3, .revision = 9};
    struct jb_findings findings;

    jb_findings_init(&findings);
    memcpy(file.store_id, desk_store, sizeof(desk_store));
    jb_err err =
        jb_catalog_read_yaml(jb_slice_str(desk_yaml), "desk.yaml", &findings, &file.catalog);
    if (err)
        jb_findings_print(&findings, stderr);
    jb_findings_free(&findings);
    assert_int_equal(err, JB_OK);
    return file;
}

static inline struct jb_figures_options desk_options(const struct jb_catalog_file *catalog)
{
    return (struct jb_figures_options){.catalog = catalog, .today = jb_date_make(2023, 7, 10)};
}

/* A parcel of one submission of the form work. */
static inline struct jb_parcel desk_parcel(const char *period, int64_t cases,
                                           struct jb_uuid *ret_id)
{
    struct jb_parcel parcel;
    struct jb_row row = {
        .indicator = JB_LIT("cases"), .state = JB_STATE_VALUE, .number = {cases, 0}};
    struct jb_submission submission = {.id = jb_uuid_new(),
                                       .unit = JB_LIT("justice"),
                                       .form = JB_LIT("work"),
                                       .period = jb_slice_str(period),
                                       .catalog_version = 3,
                                       .source = JB_LIT("desk.csv"),
                                       .rows = &row,
                                       .row_count = 1};

    jb_parcel_init(&parcel, desk_store);
    assert_int_equal(jb_parcel_add(&parcel, &submission, false), JB_OK);
    *ret_id = submission.id;
    return parcel;
}

#endif
