/* A workbook or CSV file put into the form: the gateway reads it and stores nothing; what it would change is shown first. */
import { h } from "./dom.js";
import { statusTyped } from "./entry-rows.js";
import { named, t } from "./i18n.js";
import { findingText } from "./page.js";
import { label } from "./periods.js";
import { writing } from "./session.js";
import { table } from "./table.js";
import { asTyped } from "./typed.js";

const BYTES_MAX = 4 << 20;
const PEOPLE = ["filledBy", "checkedBy", "releasedBy", "explanation"];

/* null: the person did not give the PIN. */
export async function readFile(file, form, period) {
    if (file.size > BYTES_MAX)
        throw Object.assign(new Error(t("文件太大（最多 4 MB）")), { detail: t("请只上传本表的工作簿。") });
    const search = new URLSearchParams({ form, period, name: file.name });
    return writing("POST", `upload?${search}`, new Blob([file]));
}

/* The field of the form that a row of the file belongs to. */
function cellFor(cells, row) {
    const own = cells.filter((cell) => cell.indicator.code === row.indicator);
    const kind = ["period", "ytd"].includes(row.basis) ? row.basis : row.basis ? "since" : "";
    return (kind && own.find((cell) => cell.kind === kind)) || (kind && kind !== "period" ? null : own[0]);
}

export const placeOf = (one) => (one.cell ? `${one.sheet} ${one.cell}` : one.line ? t("第 {n} 行", { n: one.line }) : "");

/* What the file would put where: [{cell, row, was, becomes, changes}], and the rows that have no field. */
export function compare(cells, draft, rows) {
    const changes = [], without = [];
    for (const row of rows) {
        const cell = cellFor(cells, row);
        if (!cell) {
            without.push(row);
            continue;
        }
        const was = draft.values[cell.key] || "", becomes = row.state ? asTyped(row) : row.typed;
        const note = row.note || "", noteWas = draft.notes[row.indicator] || "";
        const other = row.state === "STATE_VALUE" && (statusTyped(cell, was, draft) || "FINAL") !== row.status;
        changes.push({ cell, row, was, becomes, note, changes: was !== becomes || other || (note && note !== noteWas) });
    }
    return { changes, without };
}

export function takeOver(draft, read, changes) {
    for (const { cell, row, becomes, note } of changes) {
        draft.values[cell.key] = becomes;
        delete draft.statuses[cell.key];
        if (row.state === "STATE_VALUE" && (statusTyped(cell, becomes, draft) || "FINAL") !== row.status)
            draft.statuses[cell.key] = row.status;
        if (cell.kind === "since")
            draft.bases[row.indicator] = row.basis;
        if (note)
            draft.notes[row.indicator] = note;
    }
    PEOPLE.filter((name) => read[name]).forEach((name) => { draft[name] = read[name]; });
}

/* Where else the rows of a file belong. */
export function othersText(catalog, others) {
    return others.map((one) => [named(catalog.unit.get(one.unit)), named(catalog.form.get(one.form)), one.period && label(one.period), t("{n} 行", { n: one.rows })].filter(Boolean).join(" ")).join("；");
}

/* Shows it and asks; true: take it over. */
export function preview(catalog, file, read, { changes, without }) {
    const at = (one) => JSON.stringify([one.sheet || "", one.line || 0]);
    const findings = read.findings || [], places = new Set(changes.map(({ row }) => at(row)));
    const beside = (row) => findings.filter((one) => at(one) === at(row) && (!one.cell || !row.cell || one.cell === row.cell || !changes.some((other) => other.row.cell === one.cell)));
    const rest = findings.filter((one) => !places.has(at(one)) && one.code !== "empty_cell");
    const shown = changes.filter(({ row, changes: any }) => any || beside(row).length), count = changes.filter((one) => one.changes).length;
    const words = ({ indicator, ...one }) => findingText(one, catalog);
    const severity = (one) => (one.severity === "ERROR" ? null : "ask");
    return new Promise((done) => {
        let wanted = false;
        const take = h("button", { type: "button", id: "take", disabled: !changes.length, onclick: () => { wanted = true; dialog.close(); } }, t("填入表中"));
        const body = h("div", { class: "dialog-body form" },
            h("p", {}, t("读到 {n} 个数，其中 {m} 处与表中不同。还没有填入，也没有报送。", { n: changes.length, m: count })),
            (read.others || []).length ? h("p", { class: "note" }, t("不属于本表本期、没有填入的：{what}", { what: othersText(catalog, read.others) })) : null,
            without.length ? h("p", { class: "note" }, t("{n} 行不属于本表本期，没有填入", { n: without.length })) : null,
            rest.length ? h("div", { class: "trouble" }, rest.map((one) => h("p", {}, [placeOf(one), findingText(one, catalog)].filter(Boolean).join(" ")))) : null,
            table({ caption: t("文件里与表中不同的数"), hidden: true, rows: shown, empty: t("与表中完全一样。"), classOf: (one) => (one.changes ? "changes" : null), columns: [
                { head: t("指标"), rowHead: true, cell: ({ cell }) => named(cell.indicator) },
                { head: t("表中现为"), number: true, class: "was", cell: ({ was }) => was },
                { head: t("文件里"), number: true, class: "becomes", cell: ({ becomes, row }) => [becomes, row.status && row.status !== "FINAL" ? h("span", { class: "tag" }, t(row.status === "ESTIMATED" ? "推算" : "初步")) : null] },
                { head: t("说明"), cell: ({ note }) => note },
                { head: t("位置"), cell: ({ row }) => placeOf(row) },
                { head: t("校验提示"), cell: ({ row }) => beside(row).map((one) => h("p", { class: "finding" }, h("span", { class: severity(one) }, words(one)))) }] }),
            h("p", { class: "actions" }, take, h("button", { type: "button", class: "quiet", onclick: () => dialog.close() }, t("取消"))));
        const dialog = h("dialog", { class: "sheet", "aria-label": t("文件里的数") }, h("header", {}, h("h2", {}, t("文件里的数")), h("span", { class: "note" }, file.name)), body);
        dialog.addEventListener("close", () => { dialog.remove(); done(wanted); });
        document.body.append(dialog);
        dialog.showModal();
    });
}

/* A place to choose a file or to drop it. */
export function filePlace(words, take) {
    const input = h("input", { type: "file", name: "file", accept: ".xlsx,.csv,.txt,text/csv", onchange: async (event) => {
        const [file] = event.target.files;
        if (file)
            await take(file);
        event.target.value = ""; /* the same file may be chosen again */
    } });
    const over = (on) => (event) => { event.preventDefault(); zone.classList.toggle("over", on); };
    const zone = h("div", { class: "drop", ondragover: over(true), ondragleave: over(false), ondrop: (event) => {
        over(false)(event);
        if (event.dataTransfer.files[0])
            take(event.dataTransfer.files[0]);
    } }, h("label", {}, words, " ", input));
    return zone;
}
