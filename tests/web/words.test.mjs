/* Every Chinese text of the pages has its English. */
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const FILES = process.env.JIBAO_WEB_FILES;
/* What these hold is no text of the pages: what people type, heads of files, words of one language by itself. */
const APART = ["en.js", "typed.js", "periods.js"];

/* Constants between quotes and templates without a value; comments are left out. */
function texts(source) {
    return [...source.replace(/\/\*[^]*?\*\//g, "").matchAll(/"((?:[^"\\\n]|\\.)*)"/g)].map((found) => found[1]).filter((text) => /[\u4e00-\u9fff]/.test(text));
}

test("every text has its English", async () => {
    const { en } = await import(pathToFileURL(`${FILES}/js/en.js`));
    const missing = [];
    let count = 0;
    for (const folder of ["js", "pages"]) {
        for (const name of readdirSync(`${FILES}/${folder}`).filter((one) => one.endsWith(".js") && !APART.includes(one))) {
            const source = readFileSync(`${FILES}/${folder}/${name}`, "utf8");
            for (const [, text] of source.replace(/\/\*[^]*?\*\//g, "").matchAll(/\bt\("((?:[^"\\\n]|\\.)*)"/g)) {
                count++;
                if (!(text in en))
                    missing.push(`${name}: t("${text}")`);
            }
            if (folder === "pages" || name === "standing.js" || name === "explain.js" || name.startsWith("entry") || name === "upload.js")
                missing.push(...texts(source).filter((text) => text.length > 1 && !(text in en)).map((text) => `${name}: ${text}`));
        }
    }
    assert.ok(count > 100, `${count} texts found`);
    assert.deepEqual([...new Set(missing)], []);
});

test("the English keeps every value of the Chinese", async () => {
    const { en } = await import(pathToFileURL(`${FILES}/js/en.js`));
    const values = (text) => [...text.matchAll(/\{\w+\}/g)].map(String).sort();
    for (const [zh, english] of Object.entries(en))
        assert.deepEqual(values(english), values(zh), zh);
});

test("a filing that was returned is shown as that, however late its correction is", async () => {
    const { standingOf, sums } = await import(pathToFileURL(`${FILES}/js/standing.js`));
    const row = (state, more = {}) => ({ rowsExpected: 6, rowsReported: 6, ...more, standing: { state: `FILING_${state}` } });
    const rows = [row("RETURNED", { overdueDays: 1 }), row("NOT_REPORTED", { rowsReported: 0, overdueDays: 1 }), row("NOT_REPORTED", { rowsReported: 0 }), row("NOT_REPORTED", { rowsReported: 3 }),
        row("SUBMITTED", { lateDays: 2 }), { ...row("ACCEPTED", { lateDays: 2 }), standing: { state: "FILING_ACCEPTED", excused: true } }, row("ACCEPTED"), row("NOT_REPORTED", { rowsExpected: 0, rowsReported: 0 })];
    assert.deepEqual(rows.map(standingOf), ["returned", "overdue", "missing", "partial", "late", "accepted", "accepted", "none"]);
    const { owed, reported, returned, overdue } = sums(rows);
    assert.deepEqual({ owed, reported, returned, overdue }, { owed: 7, reported: 3, returned: 1, overdue: 1 });
});
