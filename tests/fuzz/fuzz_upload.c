/* Bytes of a file that somebody puts into a form on the page. Whatever they are, the answer is one
 * object of JSON: rows of the form, each with its indicator, or a problem. */
#include "fuzz/fuzz.h"

#include <jansson.h>

#include "gateway/upload_read.h"
#include "model/catalog_yaml.h"

static const char yaml[] =
    "catalog: desk\n"
    "name: {zh: 试验, en: Desk}\n"
    "units:\n"
    "  - {code: county, name: {zh: 县}, kind: county}\n"
    "  - {code: justice, name: {zh: 县司法局}, kind: department, parent: county}\n"
    "indicators:\n"
    "  - {code: work.cases, name: {zh: 案件}, unit_of_measure: {zh: 件}, measure: flow, decimals: "
    "2, owners: [justice], bases: [period, ytd, since]}\n"
    "  - {code: story, name: {zh: 材料}, measure: text, owners: [justice]}\n"
    "forms:\n"
    "  - {code: work, title: {zh: 工作}, units: [justice], rows: [{indicator: work.cases}, "
    "{indicator: story}]}\n";

static jb_catalog *catalog;

static void read_catalog(void)
{
    struct jb_findings findings;

    if (catalog)
        return;
    jb_findings_init(&findings);
    jb_assert(jb_catalog_read_yaml(jb_slice_str(yaml), "desk.yaml", &findings, &catalog) == JB_OK);
    jb_findings_free(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jb_buf out;

    read_catalog();
    const struct jb_upload upload = {.catalog = catalog,
                                     .catalog_version = 1,
                                     .today = jb_date_make(2023, 7, 10),
                                     .unit = "justice",
                                     .form = "work",
                                     .period = "2023-Q2",
                                     .name = "figures",
                                     .bytes = jb_slice_of(data, size)};
    jb_buf_init(&out, 8 * 1024 * 1024);
    uint32_t status = jb_upload_read(&upload, &out);
    jb_assert(status == 200 || status == 422);
    if (!out.failed) {
        json_t *object = json_loadb((const char *)out.ptr, out.len, JSON_REJECT_DUPLICATES, NULL);
        json_t *row, *rows = json_object_get(object, "rows");
        size_t i;
        jb_assert(json_is_object(object) && (status != 200 || json_is_array(rows)));
        json_array_foreach(rows, i, row)
            jb_assert(json_is_string(json_object_get(row, "indicator")));
        json_decref(object);
    }
    jb_buf_free(&out);
    return 0;
}
