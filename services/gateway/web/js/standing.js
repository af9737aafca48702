/* How filings stand, as one word, one sign and one colour each; the sign alone is enough. */
import { h } from "./dom.js";
import { lang, t } from "./i18n.js";

/* From the best to the worst: what several filings come to together is the worst of them. */
export const STANDINGS = {
    none: { word: "不涉及", sign: ["—", "–"] },
    accepted: { word: "已审核", sign: ["审", "A"] },
    submitted: { word: "待审核", sign: ["待", "S"] },
    late: { word: "迟报", sign: ["迟", "L"] },
    partial: { word: "缺行", sign: ["缺", "P"] },
    missing: { word: "未报", sign: ["未", "·"] },
    returned: { word: "已退回", sign: ["退", "R"] },
    overdue: { word: "逾期未报", sign: ["逾", "O"] },
};
const ORDER = Object.keys(STANDINGS);

export function standingOf(row) {
    const state = (row.standing && row.standing.state) || "";
    if (!row.rowsExpected)
        return state === "FILING_ACCEPTED" || state === "FILING_SUBMITTED" ? state.slice(7).toLowerCase() : "none";
    if (state === "FILING_RETURNED") /* what is to be done counts; that its new day is over, too, stands in the tags */
        return "returned";
    if (row.overdueDays)
        return "overdue";
    if (state === "FILING_NOT_REPORTED" || state === "")
        return row.rowsReported ? "partial" : "missing";
    if ((row.rowsReported || 0) < row.rowsExpected)
        return "partial";
    if (row.lateDays && !(row.standing && row.standing.excused))
        return "late";
    return state === "FILING_ACCEPTED" ? "accepted" : "submitted";
}

export const worst = (rows) => rows.map(standingOf).reduce((bad, one) => (ORDER.indexOf(one) > ORDER.indexOf(bad) ? one : bad), "none");

export const wordOf = (standing) => t(STANDINGS[standing].word);
export const signOf = (standing) => STANDINGS[standing].sign[lang() === "zh" ? 0 : 1];

export function box(standing, title, href = null) {
    const content = { class: `box ${standing}`, title, "aria-label": title };
    return href ? h("a", { ...content, href }, signOf(standing)) : h("span", { ...content, role: "img" }, signOf(standing));
}

export function legend(only = ORDER) {
    return h("ul", { class: "legend" }, only.map((name) => h("li", {}, h("span", { class: `box ${name}`, "aria-hidden": "true" }, signOf(name)), ` ${wordOf(name)}`)));
}

/* Marks beside a filing: 补录, 试报, 代录, 网页代签, 迟报, 免责. */
export function tags(row) {
    return [row.backfill && t("补录"), row.trial && t("试报"), row.enteredBy && `${t("代录")} ${row.enteredBy}`, row.signedFor && `${t("网页代签")} ${row.signedFor}`,
            row.lateDays && (row.standing && row.standing.excused ? t("迟报已说明") : t("迟报 {n} 天", { n: row.lateDays })),
            row.overdueDays && t("逾期 {n} 天", { n: row.overdueDays }), row.reopened && t("已重开")]
        .filter(Boolean).map((word) => h("span", { class: "tag" }, word));
}

/* Counts over filings that are owed. */
export function sums(rows) {
    const owed = rows.filter((row) => row.rowsExpected);
    const count = (test) => owed.filter(test).length;
    return { owed: owed.length, reported: count((row) => (row.rowsReported || 0) >= row.rowsExpected && standingOf(row) !== "returned"),
             accepted: count((row) => standingOf(row) === "accepted"), submitted: count((row) => ["submitted", "late"].includes(standingOf(row))),
             returned: count((row) => standingOf(row) === "returned"), overdue: count((row) => standingOf(row) === "overdue"), late: count((row) => row.lateDays) };
}

/* A share as text, with one decimal place, cut: whole numbers only. */
export function share(part, whole) {
    if (!whole)
        return "—";
    const tenths = Math.floor((part * 1000) / whole);
    return `${Math.floor(tenths / 10)}${tenths % 10 ? `.${tenths % 10}` : ""}%`;
}
