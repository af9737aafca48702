/* What can be taken away as files: a release's report and figures, tables, the form on paper. What they hold is looked at afterwards (test_web.py). */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { accessible, browse, newPage, noFaults, show } from "./lib.mjs";

let browser, context, page;

before(async () => {
    ({ browser, context } = await browse({ acceptDownloads: true }));
    page = await newPage(context);
});
after(() => browser.close());

async function take(link, name) {
    const [download] = await Promise.all([page.waitForEvent("download"), link.first().click()]);
    await download.saveAs(`${process.env.JIBAO_DOWNLOADS}/${name}`);
    return download.suggestedFilename();
}

test("a release's report and figures are taken from its row", async () => {
    await show(page, "#/reports?period=2023-Q1", "reports");
    const row = page.locator("tbody tr", { hasText: "2023年第一季度" }).first();
    assert.equal(await take(row.getByRole("link", { name: "季报" }), "report.docx"), "report-2023-Q1-1.docx");
    await take(row.getByRole("link", { name: "CSV" }), "figures.csv");
    await take(row.getByRole("link", { name: "XLSX" }), "figures.xlsx");
    await accessible(page, "releases with their files");
});

test("tables and the form on paper are taken from their pages", async () => {
    await show(page, "#/progress?period=2023-Q1", "progress");
    assert.equal(await take(page.locator("a[href*='status.csv']"), "status.csv"), "status.csv");
    await take(page.locator("a[href*='status.xlsx']"), "status.xlsx");
    await show(page, "#/progress/unit00/work?period=2023-Q1", "progress");
    assert.equal(await take(page.locator("a[href*='form.docx']"), "form.docx"), "unit00-work-2023-Q1.docx");
    noFaults(page, "downloads");
});
