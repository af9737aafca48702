/* The open page moves by itself, and finds back by itself. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PAGES, PATIENCE, browse, control, newPage, noFaults, show } from "./lib.mjs";

const QUARTER = "2023-Q2", SOON_MS = 5000; /* a second on an idle machine */
const cut = (text) => /ERR_(CONNECTION|INCOMPLETE|EMPTY|NETWORK)|503/.test(text);
let browser, context;

before(async () => { ({ browser, context } = await browse()); });
after(() => browser.close());

const figures = (n) => ({ flow0: n, flow1: 2, flow2: n + 2, stock: 10 + n - 2 });
const streams = async () => Number(/^jibao_gateway_streams (\d+)$/m.exec(await (await fetch(`${PAGES}/metrics`)).text())[1]);

/* A real agent submits; the revision, and when the service took it (microseconds). */
async function submit(unit, n) {
    await control("submit", { unit, values: figures(n) });
    const answer = await (await fetch(`${PAGES}/api/v1/status?units=${unit}&periods=${QUARTER}`)).json();
    const row = answer.rows.find((one) => one.form === "work");
    return { revision: row.lastRevision, at: Number(BigInt(row.lastAtUs) / 1000n) };
}

const seen = (page, revision, within = SOON_MS) => page.waitForSelector(`[data-revision="${revision}"]`, { timeout: within, state: "attached" });

test("what an agent submits is there within a second, without loading anything again", async () => {
    const page = await newPage(context);
    await show(page, `#/overview?period=${QUARTER}`, "overview");
    await page.evaluate(() => { globalThis.same = true; });
    await page.evaluate(() => {
        globalThis.shown = {};
        new MutationObserver(() => {
            for (const item of document.querySelectorAll("li[data-revision]"))
                globalThis.shown[item.dataset.revision] ||= Date.now();
        }).observe(document.getElementById("page"), { childList: true, subtree: true });
    });
    const times = [];
    for (let n = 1; n <= 5; n++) {
        const { revision, at } = await submit("unit00", n);
        await seen(page, revision);
        times.push(await page.evaluate((one) => globalThis.shown[one], revision) - at);
    }
    console.log(`from the ledger to the open page: ${times.join(", ")} ms`);
    assert.ok(times.every((ms) => ms < SOON_MS), String(times));
    assert.equal(await page.evaluate(() => globalThis.same), true, "it was not loaded again");
    noFaults(page, "live");
    await page.close();
});

test("two tabs have one connection", async () => {
    const first = await newPage(context), second = await newPage(context);
    await show(first, `#/overview?period=${QUARTER}`, "overview");
    await show(second, `#/progress?period=${QUARTER}`, "progress");
    const row = await submit("unit01", 3);
    await seen(first, row.revision);
    await second.locator(`a.box.submitted[href*="/unit01/work"]`).first().waitFor({ timeout: SOON_MS });
    await submit("unit02", 4);
    await second.locator(`a.box.submitted[href*="/unit02/work"]`).first().waitFor({ timeout: SOON_MS });
    /* That of the test before is missed when it is written to. */
    for (const end = Date.now() + PATIENCE; await streams() !== 1;)
        assert.ok(Date.now() < end, `${await streams()} connections`);
    await first.close();
    await show(second, `#/overview?period=${QUARTER}`, "overview");
    await seen(second, (await submit("unit01", 5)).revision);
    noFaults(second, "two tabs");
    await second.close();
});

for (const what of ["gateway", "aggregator"]) {
    test(`the ${what} is killed and comes back, and the page with it`, async () => {
        const page = await newPage(context, { expected: cut });
        await show(page, `#/overview?period=${QUARTER}`, "overview");
        await control("kill", { what });
        await page.waitForSelector("#live.waiting");
        await control("start", { what });
        const row = await submit("unit02", what === "gateway" ? 6 : 7);
        await seen(page, row.revision, PATIENCE);
        await page.waitForSelector("#live.live");
        await page.waitForSelector(".trouble", { state: "detached" });
        noFaults(page, what);
        await page.close();
    });
}

test("a page that opens while the aggregator is away says so and fills by itself", async () => {
    const page = await newPage(context, { expected: cut });
    await control("kill", { what: "aggregator" });
    await page.goto(`${PAGES}/#/overview?period=${QUARTER}`);
    await page.waitForSelector(".trouble");
    await control("start", { what: "aggregator" });
    await page.waitForSelector(".cards .card");
    await page.waitForSelector("#live.live");
    noFaults(page, "away");
    await page.close();
});
