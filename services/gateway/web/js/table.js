/* Tables: a caption, heads with scope, numbers to the right; one that can be read as CSV with the digits as they are. */
import { address } from "./api.js";
import { download, h } from "./dom.js";
import { t } from "./i18n.js";

/* columns: [{head, cell(row), number, rowHead, csv(row), class}] */
export function table({ caption, columns, rows, empty = t("没有内容"), hidden = false, classOf }) {
    const body = rows.map((row) => h("tr", { class: classOf && classOf(row) }, columns.map((column) => {
        const content = column.cell(row);
        const attributes = { class: [column.number && "num", column.class].filter(Boolean).join(" ") || null };
        return column.rowHead ? h("th", { scope: "row", ...attributes }, content) : h("td", attributes, content);
    })));
    return h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": caption },
             h("table", {}, h("caption", { class: hidden ? "hidden" : null }, caption),
               h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col", class: column.number ? "num" : column.class === "boxes" ? "boxes" : null }, column.head || h("span", { class: "hidden" }, t("操作")))))),
               h("tbody", {}, body.length ? body : h("tr", {}, h("td", { colspan: columns.length, class: "empty" }, empty)))));
}

/* What begins like a formula is kept from being one. */
const cellOf = (text) => {
    const safe = /^[=+@\t\r]|^-(?!\d+(\.\d+)?$)/.test(text) ? `'${text}` : text;
    return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/* The rows of a question as files of the gateway: CSV with codes for programs, a workbook with names for people. */
export const fileLinks = (route, params) => [["csv", "CSV"], ["xlsx", "XLSX"]].map(([ending, words]) => h("a", { href: address(`${route}.${ending}`, params), download: true, class: "file" }, words));

export function csvButton(name, columns, rows) {
    const save = () => {
        const lines = [columns.map((column) => cellOf(column.head)), ...rows().map((row) => columns.map((column) => {
            const value = column.csv ? column.csv(row) : column.cell(row);
            return cellOf(value instanceof Node ? value.textContent : String(value ?? ""));
        }))];
        download(`${name}.csv`, "\ufeff" + lines.map((line) => line.join(",")).join("\r\n") + "\r\n");
    };
    return h("button", { type: "button", class: "quiet", onclick: save }, t("下载表格"));
}
