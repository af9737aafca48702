/* A browser for the tests: Debian's Chromium, nothing kept between two of them; and what every page has to hold. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";

export const PAGES = process.env.JIBAO_PAGES;
export const HOSTILE = process.env.JIBAO_HOSTILE;
export const PATIENCE = 20000;
const FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export async function browse(options = {}) {
    const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: FLAGS });
    const context = await browser.newContext({ viewport: { width: 1366, height: 900 }, locale: "zh-CN", ...options });
    context.setDefaultTimeout(PATIENCE);
    return { browser, context };
}

/* Asks the desk to do something to the county (test_web.py). */
export async function control(name, body = {}) {
    const reply = await fetch(`${process.env.JIBAO_CONTROL}/${name}`, { method: "POST", body: JSON.stringify(body) });
    const answer = await reply.json();
    assert.equal(reply.status, 200, String(answer));
    return answer;
}

/* A page whose every fault is remembered: errors told to the console, refusals of the content security policy, requests elsewhere. */
export async function newPage(context, { expected = () => false } = {}) {
    const page = await context.newPage();
    page.faults = [];
    page.on("console", (message) => {
        if (["error", "warning"].includes(message.type()) && !expected(message.text(), message.location().url))
            page.faults.push(`console: ${message.text()} ${message.location().url}`);
    });
    page.on("pageerror", (error) => page.faults.push(`error: ${error.stack}`));
    page.on("request", (request) => { if (!request.url().startsWith(`${PAGES}/`) && !request.url().startsWith("blob:")) page.faults.push(`elsewhere: ${request.url()}`); });
    await page.exposeFunction("refusedByPolicy", (what) => { page.faults.push(`policy: ${what}`); });
    await page.addInitScript(() => addEventListener("securitypolicyviolation", (event) => globalThis.refusedByPolicy(`${event.violatedDirective} ${event.blockedURI}`)));
    return page;
}

/* As somebody whose slip was photographed. */
export async function enrol(page, code, pin) {
    await page.goto(`${PAGES}/#enrol=${code}`);
    await page.fill("[name=pin]", pin);
    await page.fill("[name=again]", pin);
    await page.click("form button");
    await page.waitForURL(/#\/entry/);
}

export const noFaults = (page, where) => assert.deepEqual(page.faults, [], where);

export async function show(page, hash, name) {
    await page.goto(`${PAGES}/${hash}`);
    await page.waitForFunction((wanted) => (document.getElementById("page").dataset.ready || "").startsWith(wanted), name);
    await page.waitForSelector("#live.live");
}

export async function accessible(page, where) {
    await page.evaluate(axe);
    const found = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"] }));
    assert.deepEqual(found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(" ")).slice(0, 4).join(" | ")}`), [], where);
}

/* Takes over what a file would change: the form has it when the dialog is gone and the page has drawn. */
export async function take(page) {
    await page.click("#take");
    await page.locator("dialog").waitFor({ state: "detached" });
    await page.evaluate(() => new Promise((drawn) => { requestAnimationFrame(drawn); }));
}
