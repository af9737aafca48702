/* The office at its pages: lateness excused, a refusal in words, notices with text to copy; in a county whose forms have due dates. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { HOSTILE, PAGES, accessible, browse, control, enrol, newPage, noFaults } from "./lib.mjs";

const QUARTER = "2023-Q2", PIN = "482916", filing = (unit) => `#/progress/${unit}/work?period=${QUARTER}`, PROGRESS = `#/progress?period=${QUARTER}`;
const refused = (text) => /status of (409|422)/.test(text);
let browser, context, page;

before(async () => {
    ({ browser, context } = await browse({ permissions: ["clipboard-read", "clipboard-write"] }));
    page = await newPage(context, { expected: refused });
    await enrol(page, await control("invite", { person: "shen", name: "沈某", unit: "county", roles: { review: "county+", periods: "" } }), PIN);
});
after(() => browser.close());

const api = (path) => page.evaluate(async (asked) => (await fetch(`/api/v1/${asked}`)).json(), path);

async function go(hash, wanted) {
    await page.evaluate((next) => { location.hash = next; }, hash);
    await page.locator(wanted).first().waitFor();
}

test("lateness is excused, also of what never came", async () => {
    await go(filing("unit02"), "#excuse");
    assert.equal(await page.locator("#accept:visible, #return:visible").count(), 0, "nothing came");
    await page.locator(".tag", { hasText: /逾期 \d+ 天/ }).waitFor();
    await page.click("#excuse > summary");
    await page.fill("#excuse [name=note]", `停电 ${HOSTILE}`);
    await accessible(page, "excusing");
    await page.click("#excuse button");
    await page.locator("#review-said .good", { hasText: "迟报已予说明" }).waitFor();
    await page.waitForFunction(() => document.activeElement.id === "review-said"); /* the keyboard goes on from there */
    await page.locator("main", { hasText: `停电 ${HOSTILE}` }).waitFor();
    await page.locator("#excuse").waitFor({ state: "hidden" });
    assert.equal((await api(`filing?unit=unit02&form=work&period=${QUARTER}`)).standing.excused, true);
});

test("what is refused is said in words, beside the form", async () => {
    await control("submit", { unit: "unit01", values: { flow0: 1, flow1: 2, flow2: 3, stock: 9 } });
    await go(filing("unit01"), "#accept:visible");
    await page.route("**/api/v1/act?*", async (route) => { /* a colleague is faster, with a key */
        await control("review", { what: "accept", unit: "unit01" });
        await route.continue();
    });
    await page.click("#accept");
    await page.locator("#review-said .trouble", { hasText: "已审核" }).waitFor();
    await accessible(page, "a refusal");
    await page.unroute("**/api/v1/act?*");
    await page.locator(".box.accepted, .box.late").first().waitFor();
    await page.locator("#accept").waitFor({ state: "hidden" });
    assert.equal((await api(`filing?unit=unit01&form=work&period=${QUARTER}`)).acts.length, 1);
});

test("a notice is proposed, changed, recorded, and its text copied", async () => {
    await go(PROGRESS, ".notice-form");
    await page.click(".notice-form summary");
    const text = page.locator(".notice-form [name=note]");
    await page.selectOption(".notice-form [name=unit]", "unit02");
    await page.waitForFunction(() => document.querySelector(".notice-form [name=note]").value.includes("单位02"));
    await page.fill(".notice-form [name=number]", "〔2023〕5号");
    await page.fill(".notice-form [name=dueOn]", "2023-08-01");
    await page.waitForFunction(() => document.querySelector(".notice-form [name=note]").value.includes("请于2023年8月1日前报齐"));
    const proposed = await text.inputValue();
    for (const words of ["【演示数据】", "催报通知", "〔2023〕5号", "你单位2023年第二季度下列报表尚未报齐：", "应报4行，已报0行，应于2023年7月10日前报送，已逾期"])
        assert.ok(proposed.includes(words), `${words} in ${proposed}`);
    await text.fill(`${proposed}\n联系人：沈某 ${HOSTILE}`);
    await page.fill(".notice-form [name=number]", "〔2023〕6号");
    assert.ok((await text.inputValue()).endsWith(HOSTILE), "what was typed stays");
    await accessible(page, "a notice");
    await page.click(".notice-form form button:not(.quiet)");
    await page.locator(".good", { hasText: "通知已记入流水" }).waitFor();
    const told = page.locator(".notices li", { hasText: "〔2023〕6号" });
    await told.waitFor();
    for (const words of ["单位02", "shen（gateway网页代签）", "限 2023年8月1日 前", "未办结 1 份"])
        assert.ok((await told.textContent()).includes(words), words);
    await told.locator("button").click();
    await told.locator("button", { hasText: "已复制" }).waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `${proposed}\n联系人：沈某 ${HOSTILE}`);
    assert.equal(await page.evaluate(() => globalThis.hit), undefined);
    await accessible(page, "notices");
});

test("a correction notice says what the return said", async () => {
    await go(filing("unit01"), "#return:visible");
    await page.click("#return > summary");
    await page.fill("#return [name=note]", "与台账不符");
    await page.click("#return details summary");
    await page.fill('[name="reason:flow1"]', "少报一件");
    await page.click("#return button");
    await page.locator("#review-said .good", { hasText: "已退回" }).waitFor();
    await go(`#/progress/unit01?period=${QUARTER}`, ".notice-form");
    await page.click(".notice-form summary");
    await page.selectOption(".notice-form [name=kind]", "correct");
    await page.waitForFunction(() => document.querySelector(".notice-form [name=note]").value.includes("少报一件"));
    const proposed = await page.locator(".notice-form [name=note]").inputValue();
    for (const words of ["更正通知", "下列报表需要更正：", "已退回：与台账不符。", "时期1：少报一件", "请尽快更正后重新报送。"])
        assert.ok(proposed.includes(words), `${words} in ${proposed}`);
    await page.click(".notice-form [name=form]"); /* none is left */
    await page.click(".notice-form form button:not(.quiet)");
    await page.locator(".trouble", { hasText: "至少选一份报表" }).waitFor();
    await page.click(".notice-form [name=form]");
    await page.click(".notice-form form button:not(.quiet)");
    await page.locator(".notices li", { hasText: "少报一件" }).waitFor();
    noFaults(page, "the office's pages");
});
