/* A clerk without a command line: invitation, PIN, a form with an error and with what needs an explanation, the receipt; its return by
 * the reviewer, the correction, its acceptance, in another browser. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { PAGES, PATIENCE, accessible, browse, control, enrol, newPage, noFaults, take } from "./lib.mjs";

const QUARTER = "2023-Q2", PIN = "482916", FORM = `#/entry/unit00/work?period=${QUARTER}`, FILING = `#/progress/unit00/work?period=${QUARTER}`;
/* The browser tells its console of every answer that is no success; those are what is tested here. */
const refused = (text) => /status of (401|403|422)/.test(text);
let browser, context, page;

before(async () => {
    ({ browser, context } = await browse());
    page = await newPage(context, { expected: refused });
});
after(() => browser.close());

const cell = (indicator) => page.locator(`[name="${indicator}:period"]`);
const found = (indicator) => page.locator(`[id="found-${indicator}:period"]`);
const api = (path) => page.evaluate(async (asked) => (await fetch(`/api/v1/${asked}`)).json(), path);

async function type(values) {
    for (const [indicator, value] of Object.entries(values))
        await cell(indicator).fill(value);
}

/* Chooses a file; what is read of it shows in a dialog. */
async function put(name, buffer, dialog = true) {
    await page.setInputFiles("[name=file]", { name, mimeType: "application/octet-stream", buffer });
    if (dialog)
        await page.waitForSelector("dialog #take");
}

async function go(hash, wanted) {
    await page.evaluate((next) => { location.hash = next; }, hash);
    await page.waitForSelector(wanted);
}

test("who was not invited sees nothing, and a code is needed", async () => {
    await page.goto(`${PAGES}/`);
    await page.waitForURL(`${PAGES}/enrol`);
    await page.fill("[name=code]", "0000-0000-0000-0000");
    await page.fill("[name=pin]", PIN);
    await page.fill("[name=again]", `${PIN}1`);
    await page.click("form button");
    await page.waitForSelector(".trouble");
    await page.fill("[name=again]", PIN);
    await page.click("form button");
    await page.waitForFunction(() => /七天/.test(document.querySelector(".trouble")?.textContent || ""));
    await accessible(page, "enrolment with an error");
});

test("the code of the slip and a PIN open the unit's forms", async () => {
    const code = await control("invite", { person: "zhang", name: "张三", unit: "unit00" });
    await page.goto("about:blank");
    await page.goto(`${PAGES}/#enrol=${code}`); /* as the QR code has it */
    await page.waitForSelector("[name=code]");
    assert.equal(await page.inputValue("[name=code]"), code);
    await page.fill("[name=pin]", PIN);
    await page.fill("[name=again]", PIN);
    await page.click("form button");
    await page.locator(`a[href="${FORM}"]`).waitFor();
    assert.equal(await page.locator("main tbody tr").count(), 2, "the forms of the own unit");
    await accessible(page, "the unit's forms");
    await go("#/overview", ".cards .card");
    assert.equal(await page.locator(".trouble").count(), 0, "who may read one unit starts there");
});

test("the form shows what was, checks what is typed and keeps the draft", async () => {
    await go(FORM, "#send");
    const row = page.locator("tr[data-indicator=flow0]");
    assert.deepEqual(await row.locator("td.num").allTextContents(), ["12402.5", "12402.5"], "last year and the quarter before");
    await put("figures.csv", Buffer.from("指标,数值,说明\n时期0,12.345,\n时期1,七,\n别的,1,\n"));
    await page.locator("dialog .trouble", { hasText: "第 4 行" }).waitFor(); /* of an indicator that is none */
    await page.locator("dialog tr.changes", { hasText: "时期0" }).locator(".finding", { hasText: "小数" }).waitFor();
    await accessible(page, "what a file would change");
    await take(page);
    await page.waitForFunction(() => document.getElementById("saved").textContent.includes("2"));
    await found("flow1").filter({ hasText: "不是数字" }).waitFor();
    await found("flow0").filter({ hasText: /小数/ }).waitFor(); /* the catalogue's own words, from the gateway */
    assert.equal(await cell("flow0").getAttribute("aria-invalid"), "true");
    await accessible(page, "the form with errors");
    await type({ flow0: "１２", flow1: "7", flow2: "20", stock: "20" });
    await page.waitForFunction(() => document.getElementById("saved").textContent.includes("草稿已保存"));
    await found("flow0").filter({ hasText: /^$/ }).waitFor({ state: "attached" });
    await page.reload();
    await page.waitForSelector("#send");
    assert.equal(await cell("stock").inputValue(), "20", "the draft is there again");
});

test("a workbook is read, shown with what it changes, and taken over only when the person says so", async () => {
    const book = Buffer.from(await control("workbook", { unit: "unit00", cells: { F6: "十二", F7: "７余", F8: "20", F9: "20", I7: "=HYPERLINK(\"http://elsewhere.example\")", H8: "推算", I8: "&lt;img src=x onerror=window.hit=1>" } }), "base64");
    await put("<img src=x onerror=window.hit=1>.xlsx", book);
    assert.equal(await page.locator("dialog tbody tr").count(), 3, "what is the same is not listed");
    await page.locator("dialog tr.changes", { hasText: "工作季报 F6" }).locator(".finding").first().waitFor();
    assert.equal(await page.locator("dialog tr.changes", { hasText: "F7" }).locator(".becomes").textContent(), "7余");
    await page.locator("dialog tr.changes", { hasText: "F7" }).getByText("=HYPERLINK").waitFor();
    await page.locator("dialog tr.changes", { hasText: "F8" }).getByText("<img src=x").waitFor();
    assert.equal(await page.evaluate(() => window.hit), undefined, "what a file says stays text");
    await accessible(page, "what a workbook would change");
    await page.click("dialog button.quiet");
    assert.equal(await cell("flow1").inputValue(), "7", "nothing was taken over");
    await put("表.xlsx", book);
    await take(page);
    assert.deepEqual([await cell("flow0").inputValue(), await cell("flow1").inputValue(), await page.inputValue("[name='note:flow1']")], ["十二", "7余", "=HYPERLINK(\"http://elsewhere.example\")"]);
    await found("flow0").filter({ hasText: "不是数字" }).waitFor();
    await page.locator("tr[data-indicator=flow2] .tag", { hasText: "推算" }).waitFor();
    assert.equal((await api(`filing?unit=unit00&form=work&period=${QUARTER}`)).lastSubmission, undefined, "nothing was submitted");
    await put("别的.xlsx", Buffer.from(await control("workbook", { unit: "unit01", cells: { F6: "1" } }), "base64"), false);
    await page.locator("#said", { hasText: "单位01 工作季报" }).waitFor();
    const dropped = await page.evaluateHandle((bytes) => {
        const transfer = new DataTransfer();
        transfer.items.add(new File([Uint8Array.from(bytes)], "拖来的.xlsx"));
        return transfer;
    }, [...book]);
    await page.dispatchEvent(".drop", "drop", { dataTransfer: dropped });
    await page.locator("dialog header", { hasText: "拖来的.xlsx" }).waitFor();
    await page.click("dialog button.quiet");
    await put("坏的.xlsx", Buffer.concat([Buffer.from("PK\x03\x04"), Buffer.alloc(500)]), false);
    await page.locator("#said .trouble").waitFor();
    await type({ flow0: "12", flow1: "7" });
    await page.fill("[name='note:flow1']", "");
    await page.fill("[name='note:flow2']", "");
    const plain = Buffer.from(await control("workbook", { unit: "unit00", cells: { F8: "20" } }), "base64");
    await put("正式.xlsx", plain); /* the same figure, final now */
    await page.locator("dialog tr.changes", { hasText: "F8" }).waitFor();
    await take(page);
    await page.locator("tr[data-indicator=flow2] .tag").waitFor({ state: "detached" });
});

test("an error is refused, what is odd is explained, and the receipt says what proves it", async () => {
    await page.click("#send");
    await page.locator("main", { hasText: "12 + 7" }).waitFor();
    assert.equal((await api(`filing?unit=unit00&form=work&period=${QUARTER}`)).lastSubmission, undefined, "nothing was stored");
    await type({ flow2: "19" });
    await page.click("#send");
    await page.locator("main", { hasText: "12 + 7" }).waitFor({ state: "detached" }); /* the second answer moved the focus */
    await page.locator("main", { hasText: "20 ≠ 15" }).waitFor();
    await page.fill("[name=explanation]", "上年结转 5 件");
    await page.fill("[name=checkedBy]", "李四");
    await page.fill("[name=releasedBy]", "王五");
    await page.click("#send");
    const receipt = page.locator("#receipt");
    await receipt.waitFor();
    const text = await receipt.textContent(), filing = await api(`filing?unit=unit00&form=work&period=${QUARTER}`);
    const hex = (base64) => Buffer.from(base64, "base64").toString("hex");
    assert.ok(text.replaceAll("-", "").includes(hex(filing.lastSubmission)));
    assert.ok(text.includes(hex(filing.last.contentHash)) && text.includes(filing.lastRevision));
    for (const word of ["张三", "李四", "王五", "网页代签", "单位00"])
        assert.ok(text.includes(word), word);
    assert.deepEqual([filing.explanation, filing.last.signedFor, filing.last.checkedBy], ["上年结转 5 件", "zhang", "李四"]);
    assert.deepEqual(await api(`draft?form=work&period=${QUARTER}`).then((one) => one.type), "urn:jibao:token", "drafts want the page's token");
    await accessible(page, "the receipt");
    assert.ok((await page.pdf({ preferCSSPageSize: true })).length > 10000);
});

/* The office's reviewer, in a browser of his own. */
test("returned by the reviewer in the browser, seen at once, corrected after the PIN, accepted in the browser", async (t) => {
    const own = await browse();
    t.after(() => own.browser.close());
    const desk = await newPage(own.context, { expected: refused });
    const code = await control("invite", { person: "shen", name: "沈某", unit: "county", roles: { review: "county+", periods: "" } });
    await enrol(desk, code, PIN);
    await desk.goto(`${PAGES}/${FILING}`);
    await desk.waitForSelector("#accept:visible");
    assert.equal(await desk.locator("#excuse:visible").count(), 0, "nothing is late");
    await go(FILING, ".box.submitted");
    await page.locator("dl.facts .tag", { hasText: "网页代签 zhang" }).first().waitFor();
    await page.locator("main table button.link").first().click();
    await page.locator("dialog td .tag:not(.own)", { hasText: "网页代签 zhang" }).waitFor(); /* 每次变动 */
    await accessible(page, "a history");
    await page.keyboard.press("Escape");
    assert.equal(await page.locator(".review, .notice-form").count(), 0, "who reports does not review");
    await desk.click("#return > summary");
    await desk.click("#return button");
    await desk.locator("#review-said .trouble", { hasText: "退回要写原因" }).waitFor();
    await desk.fill("#return [name=note]", "请对照台账核实");
    await desk.click("#return details summary");
    await desk.fill('[name="reason:flow0"]', "多写一个零");
    await desk.fill("#return [name=dueOn]", "2099-07-20");
    await accessible(desk, "the reviewer's part of a filing");
    await own.context.clearCookies({ name: "jibao-session" }); /* half an hour later */
    await desk.locator("#return button").click();
    await desk.fill("dialog [name=pin]", PIN);
    await desk.click("dialog button:not(.quiet)");
    await desk.locator("#review-said .good", { hasText: "已退回" }).waitFor();
    await desk.locator(".box.returned").first().waitFor();
    assert.equal(await desk.locator("#accept:visible").count(), 0, "nothing is accepted that was returned");
    await page.locator(".box.returned").first().waitFor();
    for (const words of ["多写一个零", "请对照台账核实", "2099年7月20日", "shen（gateway网页代签）"])
        await page.locator("main", { hasText: words }).waitFor();
    await go(`#/entry?period=${QUARTER}`, ".who button");
    await page.locator(".who button").first().click(); /* 锁定 */
    await page.waitForSelector(".who .tag");
    await go(FORM, "dialog [name=pin]");
    await page.fill("dialog [name=pin]", "000000");
    await page.click("dialog button:not(.quiet)");
    await page.waitForSelector("dialog .trouble");
    await accessible(page, "the question for the PIN");
    await page.fill("dialog [name=pin]", PIN);
    await page.click("dialog button:not(.quiet)");
    await page.waitForSelector("#send");
    await page.locator(".trouble", { hasText: "多写一个零" }).waitFor();
    await type({ flow0: "11", flow2: "18" });
    await page.fill("[name=reason]", "多写一个零");
    await page.click("#send");
    await page.waitForSelector("#receipt");
    await go(FILING, ".box.submitted");
    await desk.locator("td.now", { hasText: /^11$/ }).waitFor();
    await desk.locator(".review .trouble", { hasText: "刚有新的报送" }).waitFor();
    assert.equal(await desk.locator("#accept:visible").count(), 0, "not before it was looked at");
    await desk.click(".review .trouble button");
    await desk.click("#accept");
    await desk.locator("#review-said .good", { hasText: "已审核通过" }).waitFor();
    await desk.locator(".box.accepted").first().waitFor();
    await page.locator(".box.accepted").first().waitFor({ timeout: PATIENCE });
    await page.waitForFunction(() => document.querySelector("td.now").textContent === "11");
    const filing = await api(`filing?unit=unit00&form=work&period=${QUARTER}`);
    assert.deepEqual(filing.acts.map((act) => [act.action, act.by, act.signedFor]), [[7, "gateway", "shen"], [6, "gateway", "shen"]]);
    noFaults(page, "the whole flow");
    noFaults(desk, "the reviewer's flow");
});

test("who may read one unit of the tree, and nothing below it, finds no page broken", async (t) => {
    const own = await browse();
    t.after(() => own.browser.close());
    const other = await newPage(own.context);
    await enrol(other, await control("invite", { person: "kong", name: "孔某", unit: "north" }), PIN);
    for (const page of ["overview", "progress", "query", "entry", "reports"]) {
        await other.evaluate((next) => { location.hash = `#/${next}`; }, page);
        await other.waitForFunction((wanted) => (document.getElementById("page").dataset.ready || "").startsWith(wanted), page);
        assert.equal(await other.locator(".trouble").count(), 0, page);
    }
});
