/* Bytes of a file of figures, SDMX-CSV or not, read against a small catalogue. What is taken keeps
 * the limits of a submission; what is refused has an error, and every finding stands in the file.
 */
#include "fuzz/fuzz.h"

#include "form/figures_file.h"
#include "model/catalog_yaml.h"

static const char yaml[] =
    "catalog: desk\n"
    "name: {zh: 试验, en: Desk}\n"
    "units:\n"
    "  - {code: county, name: {zh: 县}, kind: county}\n"
    "  - {code: justice, name: {zh: 县司法局}, kind: department, parent: county}\n"
    "indicators:\n"
    "  - {code: work.cases, name: {zh: 案件}, unit_of_measure: {zh: 件}, measure: flow, decimals: "
    "2, "
    "owners: [justice], bases: [period, ytd, since]}\n"
    "  - {code: story, name: {zh: 材料}, measure: text, owners: [justice]}\n"
    "forms:\n"
    "  - {code: work, title: {zh: 工作}, units: [justice], rows: [{indicator: work.cases}, "
    "{indicator: story}]}\n";

static struct jb_catalog_file catalog;

static void read_catalog(void)
{
    struct jb_findings findings;

    if (catalog.catalog)
        return;
    jb_findings_init(&findings);
    jb_assert(jb_catalog_read_yaml(jb_slice_str(yaml), "desk.yaml", &findings, &catalog.catalog) ==
              JB_OK);
    jb_findings_free(&findings);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct jb_findings findings;
    struct jb_figures figures;

    read_catalog();
    struct jb_figures_options options = {.catalog = &catalog, .today = jb_date_make(2023, 7, 10)};
    jb_findings_init(&findings);
    jb_err err =
        jb_figures_parse("figures.csv", jb_slice_of(data, size), &options, &findings, &figures);
    jb_assert(err == JB_OK || (err == JB_EINVAL && jb_findings_refusals(&findings) > 0));
    for (uint32_t i = 0; i < findings.count; i++)
        jb_assert(findings.items[i].row <= size + 1);
    if (!err) {
        for (uint32_t i = 0; i < figures.filing_count; i++) {
            const struct jb_submission *s = &figures.filings[i].submission;
            jb_assert(s->row_count > 0 && s->row_count <= JB_SUBMISSION_ROWS_MAX);
            for (uint32_t k = 0; k < s->row_count; k++)
                jb_assert(jb_catalog_indicator(catalog.catalog, s->rows[k].indicator) != JB_NONE);
        }
        jb_figures_free(&figures);
    }
    jb_findings_free(&findings);
    return 0;
}
