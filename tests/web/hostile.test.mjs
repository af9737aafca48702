/* Whatever people can write, everywhere it is shown: text, and never markup, in elements, attributes, charts, dialogs and on paper. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { HOSTILE, PAGES, browse, control, newPage, noFaults, show, take } from "./lib.mjs";

const QUARTER = "2023-Q2", BEFORE = "2023-Q1", PIN = "482916", NAME = `某${HOSTILE}`;
const refused = (text) => /status of (401|403|422)/.test(text);
let browser, context, page;

before(async () => {
    ({ browser, context } = await browse());
    page = await newPage(context, { expected: refused });
    await page.goto(`${PAGES}/#enrol=${await control("person", { person: "writer", name: NAME, unit: "unit00", grants: [["report", "unit00"], ["read", null]], administrator: true })}`);
    await page.fill("[name=pin]", PIN);
    await page.fill("[name=again]", PIN);
    await page.click("form button");
    await page.waitForURL(/#\/entry/);
});
after(() => browser.close());

/* Nothing that was written became an element or a handler; it stands there as often as wanted. */
async function clean(where, texts = 1) {
    const found = await page.evaluate((hostile) => ({
        hit: globalThis.hit,
        elements: [...document.querySelectorAll("img:not([src='/icon.svg']), iframe, object, embed, body script, body style, base, math")].map((one) => one.outerHTML.slice(0, 200)),
        handlers: [...document.querySelectorAll("*")].filter((one) => [...one.attributes].some(({ name, value }) => name.startsWith("on") || /^\s*javascript:/i.test(value))).map((one) => one.outerHTML.slice(0, 200)),
        texts: document.body.textContent.split(hostile).length - 1,
        attributes: [...document.querySelectorAll("*")].filter((one) => [...one.attributes].some(({ value }) => value.includes(hostile))).length,
    }), HOSTILE);
    assert.deepEqual([found.hit, found.elements, found.handlers], [undefined, [], []], where);
    assert.ok(found.texts + found.attributes >= texts, `${where}: ${found.texts} texts, ${found.attributes} attributes`);
    return found;
}

const go = async (name, hash) => {
    await page.goto("about:blank");
    await show(page, hash, name);
};

test("every page, its dialogs and its charts", async () => {
    for (const [name, hash, texts] of [["overview", `#/overview?period=${BEFORE}`, 20], ["progress", `#/progress?period=${BEFORE}`, 10], ["progress", `#/progress/unit00?period=${BEFORE}`, 5],
        ["progress", `#/progress/unit00/work?period=${BEFORE}`, 12], ["progress", `#/progress/unit00/words?period=${BEFORE}`, 3], ["query", `#/query/flow0?period=${BEFORE}`, 10],
        ["query", `#/query/story?period=${BEFORE}`, 5], ["entry", `#/entry?period=${QUARTER}`, 3], ["reports", `#/reports?period=${BEFORE}`, 2]]) {
        await go(name, hash);
        if (name === "reports")
            await page.locator("main table").nth(1).waitFor();
        const found = await clean(hash, texts);
        if (name === "overview" || name === "query")
            assert.ok(found.attributes >= 1, `${hash}: a chart's sentence`);
        await page.emulateMedia({ media: "print" });
        await clean(`${hash} on paper`, texts);
        await page.emulateMedia({ media: null });
        const chart = page.locator(".chart svg").first();
        if (await chart.count()) {
            await page.locator(".chart svg path").first().waitFor({ state: "attached" });
            await chart.scrollIntoViewIfNeeded();
            const box = await chart.boundingBox();
            for (let i = 1; i < 8; i++)
                await page.mouse.move(box.x + (box.width * i) / 8, box.y + box.height / 2);
            await clean(`${hash}: the words at the pointer`, texts);
        }
        for (const button of await page.locator("main button.link:visible, main button.ask:visible").all().then((all) => all.slice(0, 2))) {
            await button.click();
            await page.locator("dialog table tbody tr").first().waitFor();
            await clean(`${hash}: ${await page.textContent("dialog h2")}`, texts + 2);
            await page.keyboard.press("Escape");
            await page.waitForSelector("dialog", { state: "detached" });
        }
    }
    noFaults(page, "pages");
});

test("the search, the wall and a name that is a file's", async () => {
    await go("query", `#/query/flow0?period=${BEFORE}`);
    await page.fill("#find", "<img");
    await page.locator("#results li a").first().waitFor();
    await clean("search", 10);
    const [file] = await Promise.all([page.waitForEvent("download"), page.locator("main .actions button", { hasText: "下载表格" }).first().click()]);
    assert.ok(!/[\\/<>"]/.test(file.suggestedFilename()), file.suggestedFilename());
    const lines = readFileSync(await file.path(), "utf8").split(/\r?\n/);
    assert.ok(lines.some((line) => line.includes(HOSTILE.replaceAll('"', '""'))));
    assert.deepEqual(lines.filter((line) => /(^|,)"?[=+@]/.test(line)), [], "no formula");
    await page.goto(`${PAGES}/screen`);
    await page.waitForSelector("#page .value");
    await clean("screen", 2);
    noFaults(page, "search");
});

test("what is typed, pasted, read from a file or found in a draft", async () => {
    await go("entry", `#/entry?period=${QUARTER}`);
    await page.evaluate((hash) => { location.hash = hash; }, `#/entry/unit00/work?period=${QUARTER}`);
    await page.waitForSelector("#send");
    await page.setInputFiles("[name=file]", { name: `${HOSTILE.replaceAll("/", "")}.csv`, mimeType: "text/csv",
        buffer: Buffer.from(`指标,数值,说明\nflow0,"${HOSTILE.replaceAll('"', '""')}",${HOSTILE.replaceAll('"', '""').replace(/^/, '"').replace(/$/, '"')}\n"${HOSTILE.replaceAll('"', '""')}",1,x\n`) });
    await page.locator("dialog tr.changes").first().waitFor();
    await clean("what a file would change", 4);
    await take(page);
    await page.locator('[id="found-flow0:period"]', { hasText: /./ }).waitFor();
    await clean("a file", 4);
    await page.locator('[name="flow1:period"]').focus();
    await page.evaluate((text) => document.execCommand("insertText", false, text), HOSTILE);
    await page.locator('[id="found-flow1:period"]', { hasText: /./ }).waitFor();
    for (const name of ["checkedBy", "releasedBy", "explanation"])
        await page.fill(`[name=${name}]`, HOSTILE);
    await page.waitForFunction(() => document.getElementById("saved").textContent.includes("草稿已保存"));
    await page.reload();
    await page.waitForSelector("#send");
    assert.equal(await page.inputValue("[name=explanation]"), HOSTILE);
    await clean("the draft", 4);
    for (const [key, value] of Object.entries({ "flow0:period": "1", "flow1:period": "2", "flow2:period": "3", "stock:period": "9" }))
        await page.fill(`[name="${key}"]`, value);
    await page.click("#send");
    await page.waitForSelector("#receipt");
    assert.ok((await page.textContent("#receipt")).includes(NAME));
    await clean("the receipt", 5);
    await page.emulateMedia({ media: "print" });
    await clean("the receipt on paper", 5);
    await page.emulateMedia({ media: null });
    await page.evaluate((hash) => { location.hash = hash; }, `#/progress/unit00/work?period=${QUARTER}`);
    await page.locator(".quote", { hasText: HOSTILE }).waitFor();
    await clean("the filing", 8);
    noFaults(page, "typed");
});

test("a draft that is none breaks no page", async () => {
    const token = await page.evaluate(async () => (await (await fetch("/api/v1/session")).json()).token);
    for (const draft of [{ values: 5, notes: [HOSTILE], bases: null }, { values: { "flow0:period": 7, "flow1:period": { a: 1 }, "x": "y" }, filledBy: 3, status: HOSTILE, over: true, send: "x" },
        { "__proto__": { hit: 1 }, constructor: "x", explanation: ["x"] }]) {
        await page.evaluate(async ([body, header]) => fetch("/api/v1/draft?form=words&period=2023-Q2", { method: "PUT", body, headers: { "Content-Type": "application/json", "X-Jibao-Token": header } }), [JSON.stringify(draft), token]);
        await page.goto("about:blank");
        await page.goto(`${PAGES}/#/entry/unit00/words?period=${QUARTER}`);
        await page.waitForSelector("#send");
        await clean(JSON.stringify(draft), 3);
    }
    noFaults(page, "drafts");
});
