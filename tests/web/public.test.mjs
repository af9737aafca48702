/* The public mode: what was published, and nothing that asks for more. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { PAGES, accessible, browse, newPage, noFaults } from "./lib.mjs";

let browser, context;

before(async () => { ({ browser, context } = await browse()); });
after(() => browser.close());

test("published figures alone, from the newest period that has any", async () => {
    const page = await newPage(context), asked = [];
    page.on("request", (request) => { if (request.url().includes("/api/")) asked.push(new URL(request.url()).pathname); });
    await page.goto(`${PAGES}/`);
    await page.waitForSelector(".big .number");
    assert.equal(await page.textContent(".big .number"), "37207.5");
    assert.deepEqual(await page.locator("nav a").allTextContents(), ["指标查询", "登记本机"]);
    assert.deepEqual(await page.locator("select").first().locator("option").allTextContents(), ["2023年第一季度"]);
    assert.equal(await page.locator("main button.ask").count(), 0, "nothing asks where a number comes from");
    assert.deepEqual([...new Set(asked)].sort(), ["/api/v1/catalog", "/api/v1/hello", "/api/v1/query", "/api/v1/session"]);
    const [book] = await Promise.all([page.waitForEvent("download"), page.locator("a[href*='query.xlsx']").click()]);
    assert.match(book.suggestedFilename(), /xlsx$/);
    assert.equal(readFileSync(await book.path()).subarray(0, 2).toString(), "PK");
    await accessible(page, "the public page");
    noFaults(page, "the public page");
});
