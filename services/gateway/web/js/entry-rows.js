/* The rows of a form as fields: last year and the period before beside them, 本期 and 本年累计 where the catalogue has both. */
import { h } from "./dom.js";
import { measureOf } from "./explain.js";
import { figure } from "./format.js";
import { named, t } from "./i18n.js";
import { label, quarter, shift } from "./periods.js";
import { asTyped, typedFigure } from "./typed.js";

const KINDS = { period: "本期", ytd: "本年累计", since: "自起始期累计" };

/* Rows in the form's order, 其中 below what it is part of. */
export function formRows(form) {
    const depth = new Map();
    return (form.rows || []).map((row) => {
        const level = row.of && depth.has(row.of) ? depth.get(row.of) + 1 : 0;
        depth.set(row.indicator, level);
        return { ...row, level };
    });
}

export const rowName = (catalog, row) => h("span", { class: `level${Math.min(row.level, 3)}` }, row.level ? t("其中：") : "", named(catalog.indicator.get(row.indicator)));

/* Of the stretches that the catalogue lets the figure cover; in the first quarter the year to date is the period. */
function kindsOf(indicator, period) {
    const bases = indicator.bases && indicator.bases.length ? indicator.bases : ["period"];
    const first = indicator.defaultBasis || bases[0];
    const at = quarter(period);
    return [first, ...bases.filter((one) => one !== first)].filter((kind) => kind !== "ytd" || !at || at.number > 1 || !bases.includes("period"));
}

const kindOfStanding = (basis, period) => (!basis || basis === period ? "period" : basis.slice(0, 7) === `${period.slice(0, 4)}-Q1` ? "ytd" : "since");

/* [{key, kind, row, indicator, stands}] of what this unit fills in. */
export function cellsOf(catalog, form, period, filing) {
    return formRows(form).flatMap((row) => {
        const indicator = catalog.indicator.get(row.indicator);
        if (!indicator || indicator.measure === "ratio")
            return [];
        const kinds = kindsOf(indicator, period);
        return kinds.map((kind, i) => ({
            key: `${row.indicator}:${kind}`, kind, first: i === 0, row, indicator, alone: kinds.length === 1,
            stands: (filing.rows || []).find((one) => one.indicator === row.indicator && kindOfStanding(one.basis, period) === kind),
        }));
    });
}

/* 数据性质: as a file said, as it stands with a figure that is not changed, as it is chosen for new ones. "": final. */
export const statusTyped = ({ key, stands }, typed, draft) => (draft.statuses || {})[key] || (stands && typed === asTyped(stands) ? stands.status : draft.status) || "";

/* What the fields say, as rows of a submission; wrong: keys of what is no figure. */
export function readRows(cells, draft) {
    const rows = [], wrong = [];
    for (const { key, kind, first, indicator, stands } of cells) {
        const typed = (draft.values[key] || "").trim(), note = first ? (draft.notes[indicator.code] || "").trim() : "";
        if (!typed) {
            if (stands)
                wrong.push([key, t("已报过的数不能留空：填新数，或写“已撤回”")]);
            continue;
        }
        const cell = indicator.measure === "text" && !["不涉及", "已撤回"].includes(typed) ? { state: "STATE_VALUE", text: typed } : typedFigure(typed);
        if (!cell) {
            wrong.push([key, t("不是数字。可写 12402.5、461余、300以上、约50、不涉及")]);
            continue;
        }
        const status = statusTyped({ key, stands }, typed, draft);
        const basis = kind === "since" ? (draft.bases[indicator.code] || "").trim() : kind === (indicator.defaultBasis || "period") ? "" : kind;
        rows.push({ indicator: indicator.code, ...cell, ...(basis && { basis }), ...(status && cell.value !== undefined && { status }), ...(note && { note }) });
    }
    return { rows, wrong };
}

function input(cell, draft, changed) {
    const words = `${named(cell.indicator)} ${t(KINDS[cell.kind])}`;
    const common = { name: cell.key, "aria-label": words, "aria-describedby": `found-${cell.key}`, value: draft.values[cell.key] || "",
                     oninput: (event) => { draft.values[cell.key] = event.target.value; changed(); } };
    const box = cell.indicator.measure === "text" ? h("textarea", { rows: 3, ...common }) : h("input", { inputmode: "text", autocomplete: "off", ...common });
    const since = cell.kind === "since" && h("label", { class: "as" }, t("累计自"), h("input", { value: draft.bases[cell.indicator.code] || "", placeholder: "2021-Q1",
        oninput: (event) => { draft.bases[cell.indicator.code] = event.target.value; changed(); } }));
    const status = { PROVISIONAL: "初步", ESTIMATED: "推算" }[(draft.statuses || {})[cell.key]]; /* as a file said */
    return [cell.alone ? null : h("small", { class: "basis" }, t(KINDS[cell.kind])), box, since, status ? h("span", { class: "tag" }, t(status)) : null, h("p", { class: "finding", id: `found-${cell.key}` })];
}

export function entryTable({ catalog, form, period, cells, draft, before, changed }) {
    const at = (indicator, when) => before.find((row) => row.indicator === indicator && row.period === when) || {};
    const body = formRows(form).map((row) => {
        const indicator = catalog.indicator.get(row.indicator), own = cells.filter((cell) => cell.row.indicator === row.indicator);
        const past = [shift(period, -4), shift(period, -1)].map((when) => h("td", { class: "num" }, figure(at(row.indicator, when), indicator.unitOfMeasureZh)));
        const name = [rowName(catalog, row), row.optional ? h("span", { class: "tag" }, t("选填")) : null];
        if (!own.length)
            return h("tr", {}, h("th", { scope: "row" }, name), h("td", {}, measureOf(indicator)), past, h("td", { colspan: 2, class: "empty" }, t("自动计算，不用填")));
        return h("tr", { "data-indicator": row.indicator }, h("th", { scope: "row" }, name), h("td", {}, measureOf(indicator) || (indicator.unitOfMeasureZh === "%" ? "%" : "")), past,
                 h("td", { class: indicator.measure === "text" ? "words" : null }, own.map((cell) => input(cell, draft, changed))),
                 h("td", {}, h("input", { class: "note", name: `note:${row.indicator}`, "aria-label": `${named(indicator)} ${t("说明")}`, value: draft.notes[row.indicator] || "", autocomplete: "off",
                                          oninput: (event) => { draft.notes[row.indicator] = event.target.value; changed(); } })));
    });
    const heads = [t("指标"), t("计量单位"), label(shift(period, -4)), label(shift(period, -1)), label(period), t("说明")];
    const caption = `${named(form)} ${label(period)}`;
    return h("div", { class: "scroll form", tabindex: "0", role: "region", "aria-label": caption },
             h("table", {}, h("caption", { class: "hidden" }, caption), h("thead", {}, h("tr", {}, heads.map((head, i) => h("th", { scope: "col", class: i === 2 || i === 3 ? "num" : null }, head)))), h("tbody", {}, body)));
}
