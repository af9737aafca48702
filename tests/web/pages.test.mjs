/* Every page: nothing on the console, nothing refused by the policy, nothing asked elsewhere, nothing for axe, in both languages; its
 * weight; numbers as they are copied; text that stays text. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { HOSTILE, PAGES, accessible, browse, newPage, noFaults, show } from "./lib.mjs";

const QUARTER = "2023-Q2", BEFORE = "2023-Q1";
const ALL = [["overview", `#/overview?period=${BEFORE}`], ["progress", `#/progress?period=${BEFORE}`], ["progress", `#/progress/unit00?period=${BEFORE}`],
    ["progress", `#/progress/unit00/work?period=${BEFORE}`], ["query", `#/query/flow0?period=${BEFORE}`], ["query", `#/query/share?period=${BEFORE}`],
    ["entry", `#/entry?period=${QUARTER}`], ["reports", `#/reports?period=${BEFORE}`]];
const FIRST_BYTES_MAX = 600 * 1024, FIRST_MS_MAX = 5000; /* a second on an idle machine */
let browser, context;

before(async () => { ({ browser, context } = await browse({ permissions: ["clipboard-read", "clipboard-write"] })); });
after(() => browser.close());

test("the first page is light and soon there", async () => {
    const page = await newPage(context), wire = await context.newCDPSession(page);
    let bytes = 0;
    await wire.send("Network.enable");
    wire.on("Network.loadingFinished", (event) => { bytes += event.encodedDataLength; });
    const began = Date.now();
    await show(page, "", "overview");
    const all = Date.now() - began;
    await page.waitForSelector(".chart svg");
    const load = await page.evaluate(() => Math.round(performance.getEntriesByType("navigation")[0].loadEventEnd));
    console.log(`first page: load event ${load} ms, figures ${all} ms, ${Math.round(bytes / 1024)} KB`);
    assert.ok(bytes > 10000 && bytes < FIRST_BYTES_MAX, `${bytes} bytes`);
    assert.ok(load < FIRST_MS_MAX && all < FIRST_MS_MAX, `${load} ms, ${all} ms`);
    assert.equal(await page.textContent("#demo"), "演示数据");
    noFaults(page, "first page");
    await page.close();
});

test("every page in both languages", async () => {
    for (const lang of ["zh", "en"]) {
        const own = await browser.newContext({ viewport: { width: 1366, height: 900 }, locale: "zh-CN" });
        await own.addInitScript((chosen) => localStorage.setItem("jibao.lang", chosen), lang);
        for (const [name, hash] of ALL) {
            const page = await newPage(own);
            await show(page, hash, name);
            await accessible(page, `${lang} ${hash}`);
            assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth + 1), true, `${hash} is not wider than the window`);
            assert.equal(await page.evaluate(() => document.documentElement.lang), lang === "zh" ? "zh-CN" : "en");
            noFaults(page, `${lang} ${hash}`);
            await page.close();
        }
        await own.close();
    }
});

test("the wall screen and the page of enrolment", async () => {
    for (const [path, ready] of [["/screen", "#page .value"], ["/enrol", "form button"]]) {
        const page = await newPage(context);
        await page.goto(PAGES + path);
        await page.waitForSelector(ready);
        await accessible(page, path);
        noFaults(page, path);
        await page.close();
    }
});

test("a phone shows every page without scrolling sideways", async (t) => {
    const phone = await browse({ viewport: { width: 390, height: 844 }, isMobile: true });
    t.after(() => phone.browser.close());
    for (const [name, hash] of ALL) {
        const page = await newPage(phone.context);
        await show(page, hash, name);
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= 391), true, hash); /* innerWidth grows with what is wide */
        noFaults(page, hash);
        await page.close();
    }
});

test("a number is copied without its separators, and explains itself", async () => {
    const page = await newPage(context);
    await show(page, `#/query/flow0?period=${BEFORE}`, "query");
    const number = page.locator(".big .number").first();
    assert.equal(await number.textContent(), "37207.5");
    assert.match(await number.locator(".thousand").evaluate((one) => getComputedStyle(one, "::before").content), /,/);
    await number.evaluate((one) => { getSelection().selectAllChildren(one); document.execCommand("copy"); });
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "37207.5");
    await page.locator(".big button.ask").click();
    await page.locator("dialog table tbody tr").nth(2).waitFor();
    await accessible(page, "the explanation of a number");
    await page.keyboard.press("Escape");
    await page.waitForSelector("dialog", { state: "detached" });
    noFaults(page, "explanation");
    await page.close();
});

test("what people wrote stays text", async () => {
    const page = await newPage(context);
    for (const [name, hash, where] of [["overview", `#/overview?period=${BEFORE}`, ".two"], ["progress", `#/progress/unit00/work?period=${BEFORE}`, ".quote"],
        ["progress", `#/progress/unit03?period=${QUARTER}`, "h1"]]) {
        await page.goto("about:blank");
        await show(page, hash, name);
        assert.ok((await page.textContent(where)).includes(HOSTILE), `${hash} shows it`);
        assert.equal(await page.evaluate(() => globalThis.hit), undefined);
        assert.equal(await page.locator("main img").count(), 0);
    }
    await page.close();
});

test("the keyboard reaches everything, and sees where it is", async () => {
    const page = await newPage(context);
    await show(page, "", "overview");
    await page.keyboard.press("Tab");
    assert.equal(await page.evaluate(() => document.activeElement.id), "skip");
    await page.keyboard.press("Enter");
    assert.equal(await page.evaluate(() => document.activeElement.id), "page");
    await page.keyboard.press("Tab");
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, "solid");
    await page.close();
});

test("a page prints on A4 with its title block and without the frame", async () => {
    const page = await newPage(context);
    await show(page, `#/progress?period=${BEFORE}`, "progress");
    await page.emulateMedia({ media: "print" });
    assert.equal(await page.locator(".top").isVisible(), false);
    assert.equal(await page.locator(".print-title").isVisible(), true);
    const pdf = await page.pdf({ preferCSSPageSize: true });
    assert.ok(pdf.length > 10000);
    await page.close();
});

test("the heat map says what its table says, and stays open when the page moves on", async () => {
    const page = await newPage(context);
    await show(page, `#/progress?period=${BEFORE}`, "progress");
    assert.equal(await page.locator(".heat .chart").count(), 0, "drawn when it is opened");
    await page.locator(".heat summary").click();
    await page.locator(".heat svg text", { hasText: "待" }).first().waitFor();
    const signs = await page.locator(".heat svg text").allTextContents(), boxes = await page.locator(".matrix table .box").allTextContents();
    for (const sign of new Set(boxes))
        assert.equal(signs.filter((one) => one === sign).length, boxes.filter((one) => one === sign).length, sign);
    const box = await page.locator(".heat svg").boundingBox();
    await page.locator(".heat").scrollIntoViewIfNeeded();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height - 40);
    await accessible(page, "the heat map");
    noFaults(page, "heat map");
    await page.close();
});

test("a chart is as wide as the paper, and what belongs to the screen is left out", async () => {
    const page = await newPage(context);
    await show(page, `#/overview?period=${BEFORE}`, "overview");
    await page.locator(".chart svg[viewBox]").waitFor();
    await page.emulateMedia({ media: "print" });
    await page.setViewportSize({ width: 700, height: 1000 });
    const [chart, picture] = await page.evaluate(() => [".chart", ".chart svg"].map((one) => document.querySelector(one).getBoundingClientRect().toJSON()));
    assert.ok(picture.right <= chart.right + 1 && picture.bottom <= chart.bottom + 1 && picture.width > chart.width * 0.9, JSON.stringify([chart, picture]));
    assert.deepEqual(await page.locator(".top, .actions, button.link, .latest").evaluateAll((all) => all.filter((one) => one.checkVisibility()).length), 0);
    noFaults(page, "print");
    await page.close();
});
