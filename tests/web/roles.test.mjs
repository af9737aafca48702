/* Every page as each role: what the person may read, nothing of anybody else, and no page that is broken by it. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { PAGES, accessible, browse, control, newPage, noFaults, show } from "./lib.mjs";

const QUARTER = "2023-Q2", PIN = "482916", SECRET = "98765.43", REASON = "外单位的退回原因"; /* of unit01 */
const ALL = [["overview", `#/overview?period=${QUARTER}`], ["progress", `#/progress?period=${QUARTER}`], ["progress", `#/progress/unit00?period=${QUARTER}`],
    ["progress", `#/progress/unit00/work?period=${QUARTER}`], ["query", `#/query/flow0?period=${QUARTER}`], ["query", `#/query/share?period=${QUARTER}`],
    ["entry", `#/entry?period=${QUARTER}`], ["reports", `#/reports?period=${QUARTER}`]];
const refused = (text) => /status of (401|403)/.test(text);

/* A page of a device that is enrolled for the person. */
async function enter(t, person, options = {}) {
    const own = await browse({ permissions: ["clipboard-read", "clipboard-write"] });
    t.after(() => own.browser.close());
    const page = await newPage(own.context, options);
    await page.goto(`${PAGES}/#enrol=${await control("person", person)}`);
    await page.fill("[name=pin]", PIN);
    await page.fill("[name=again]", PIN);
    await page.click("form button");
    await page.waitForURL(/#\/entry/);
    await page.waitForFunction(() => (document.getElementById("page").dataset.ready || "").startsWith("entry"));
    return page;
}

async function go(page, name, hash) {
    await page.goto("about:blank");
    await show(page, hash, name);
    return page.evaluate(() => document.body.innerText + [...document.querySelectorAll("[title]")].map((one) => one.title).join("\n"));
}

for (const [what, person, home] of [
    ["a unit's clerk", { person: "clerk", unit: "unit00", grants: [["report", "unit00"]] }, "单位00总览"],
    ["who enters for the unit", { person: "entering", unit: "unit00", grants: [["enter", "unit00"]] }, "单位00总览"],
    ["a reviewer of two units", { person: "checker", unit: "unit00", grants: [["review", "unit00,unit02"]] }, "单位00总览"],
    ["a reviewer who is invited for another unit", { person: "abroad", unit: "unit01", grants: [["review", "unit00,unit02"]] }, "单位00总览"],
    ["who reads a branch", { person: "branch", unit: "north", grants: [["read", "north+"]] }, "北片总览"],
    ["who reads the branch alone", { person: "alone", unit: "north", grants: [["read", "north"]] }, "北片总览"],
]) {
    test(`${what} sees the own part on every page`, async (t) => {
        const page = await enter(t, person);
        const readsUnit = person.person !== "alone";
        for (const [name, hash] of ALL) {
            if (!readsUnit && hash.includes("unit00"))
                continue;
            const text = await go(page, name, hash);
            assert.ok(!text.includes(SECRET) && !text.includes(REASON), `${hash}: of another unit`);
            assert.equal(await page.locator(".trouble").count(), 0, hash);
            if (name === "overview") {
                assert.equal(await page.textContent("h1"), home);
                assert.deepEqual(await page.locator(".cards .card .value").allTextContents().then((all) => all.filter((one) => /^0( |$)/.test(one) && !readsUnit)), [], "nothing owed is no zero");
                await accessible(page, `${what} ${hash}`);
            }
        }
        await page.goto(`${PAGES}/screen`);
        await page.waitForSelector("#page .value");
        assert.ok(!(await page.evaluate(() => document.body.innerText)).includes(SECRET));
        noFaults(page, what);
    });
}

test("who reads everything sees it", async (t) => {
    const page = await enter(t, { person: "chief", unit: "county", grants: [["read", null]] });
    for (const [name, hash] of ALL) {
        await go(page, name, hash);
        assert.equal(await page.locator(".trouble").count(), 0, hash);
    }
    assert.ok((await go(page, "progress", `#/progress/unit01/work?period=${QUARTER}`)).includes(SECRET));
    assert.ok((await go(page, "progress", `#/progress/unit01/work?period=${QUARTER}`)).includes(REASON));
    assert.equal(await go(page, "overview", `#/overview?period=${QUARTER}`).then(() => page.textContent("h1")), "全县总览");
    noFaults(page, "everything");
});

test("what is not the reader's to see is refused in words, and nothing of it is shown", async (t) => {
    const page = await enter(t, { person: "nosy", unit: "unit00", grants: [["report", "unit00"]] }, { expected: refused });
    for (const hash of [`#/progress/unit01/work?period=${QUARTER}`, `#/progress/unit01?period=${QUARTER}`]) {
        const text = await go(page, "progress", hash);
        await page.waitForSelector(".trouble");
        assert.ok(!text.includes(SECRET) && !text.includes(REASON), hash);
    }
    noFaults(page, "refused");
});

test("who is suspended is told so and sees nothing; a device that left is asked to enrol", async (t) => {
    const page = await enter(t, { person: "gone", unit: "unit00", grants: [["report", "unit00"]] }, { expected: refused });
    await go(page, "overview", `#/overview?period=${QUARTER}`);
    await control("suspend", { person: "gone" });
    await page.goto("about:blank");
    await page.goto(PAGES);
    await page.locator("main .trouble").waitFor();
    assert.equal(await page.locator("main table").count(), 0);
    const other = await enter(t, { person: "leaving", unit: "unit00", grants: [["report", "unit00"]] }, { expected: refused });
    other.on("dialog", (dialog) => dialog.accept());
    await other.locator(".who button").nth(1).click(); /* 退出本机 */
    await other.goto("about:blank");
    await other.goto(PAGES);
    await other.waitForURL(/\/enrol$/);
    noFaults(page, "suspended");
    noFaults(other, "left");
});

test("an administrator invites a colleague of the unit, and nobody else", async (t) => {
    const page = await enter(t, { person: "boss", unit: "unit00", grants: [["report", "unit00"]], administrator: true }, { expected: (text) => /status of (403|422)/.test(text) });
    await control("grant", { person: "colleague", grants: [["report", "unit00"]] });
    await control("grant", { person: "stranger", grants: [["report", "unit01"]] });
    const invite = async (person, wanted) => {
        await page.fill("form.people [name=person]", person);
        await page.fill("form.people [name=name]", "<b>李四</b>");
        await page.click("form.people button");
        await page.locator(wanted).waitFor();
    };
    await invite("nobody", ".trouble:has-text('尚未给此人授权')");
    await invite("stranger", ".trouble:has-text('超出本单位')");
    await accessible(page, "the form of invitations");
    await invite("colleague", ".good .code");
    assert.match(await page.textContent(".good .code"), /^([0-9A-Z]{4}-){3}[0-9A-Z]{4}$/);
    assert.ok((await page.textContent(".good")).includes("<b>李四</b>"), "as text");
    const code = await page.textContent(".good .code"), fresh = await browse();
    t.after(() => fresh.browser.close());
    const other = await newPage(fresh.context);
    await other.goto(`${PAGES}/#enrol=${code}`);
    await other.fill("[name=pin]", PIN);
    await other.fill("[name=again]", PIN);
    await other.click("form button");
    await other.locator(".who", { hasText: "<b>李四</b> · 单位00" }).waitFor();
    noFaults(page, "inviting");
    noFaults(other, "invited");
});

test("the text of a notice is copied as it stands", async (t) => {
    const page = await enter(t, { person: "reading", unit: "county", grants: [["read", null]] });
    await go(page, "progress", `#/progress?period=${QUARTER}`);
    const notice = page.locator(".notices li").first(), text = await notice.locator("pre").textContent();
    assert.ok(text.includes(REASON));
    await notice.locator("button").click();
    await page.locator(".notices button", { hasText: "已复制" }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), text);
    noFaults(page, "copied");
});

test("a figure since a named period is filled in with its beginning", async (t) => {
    const page = await enter(t, { person: "since", unit: "unit00", grants: [["report", "unit00"]] });
    await page.evaluate((hash) => { location.hash = hash; }, `#/entry/unit00/words?period=${QUARTER}`);
    await page.waitForSelector("#send");
    await page.fill('[name="rate:since"]', "95.5");
    await page.locator('label.as:has-text("累计自") input').fill("2021-Q9");
    await page.locator('[id="found-rate:period"], [id="found-rate:since"]').filter({ hasText: /./ }).first().waitFor(); /* checked while it is typed */
    await page.locator('label.as:has-text("累计自") input').fill("2021-Q1");
    await page.waitForFunction(() => [...document.querySelectorAll("p.finding")].every((one) => !one.textContent));
    await page.waitForFunction(() => document.getElementById("saved").textContent.includes("草稿已保存"));
    await page.reload();
    await page.waitForSelector("#send");
    assert.equal(await page.locator('label.as:has-text("累计自") input').inputValue(), "2021-Q1", "the draft has it");
    await page.click("#send");
    await page.waitForSelector("#receipt");
    await page.evaluate((hash) => { location.hash = hash; }, `#/progress/unit00/words?period=${QUARTER}`);
    await page.locator("td.now", { hasText: "95.5" }).filter({ hasText: "2021" }).waitFor();
    noFaults(page, "since");
});
