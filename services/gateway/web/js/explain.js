/* Where a number comes from: the rule, the cells that make it up, and for a unit's own figure every revision of it. */
import { ask } from "./api.js";
import { fill, h } from "./dom.js";
import { coverage, figure, number, statusOf } from "./format.js";
import { named, t } from "./i18n.js";
import { label, moment } from "./periods.js";
import { hex } from "./receipt.js";
import { fileLinks, table } from "./table.js";
import { trouble } from "./page.js";

function shell(title) {
    const body = h("div", { class: "dialog-body" }, h("p", { class: "wait" }, t("正在查询…")));
    const dialog = h("dialog", { class: "sheet", "aria-labelledby": "explain-title" },
                     h("header", {}, h("h2", { id: "explain-title" }, title),
                       h("form", { method: "dialog" }, h("button", { class: "quiet", "aria-label": t("关闭") }, "✕"))), body);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
    document.body.append(dialog);
    dialog.showModal();
    return body;
}

const RULES = {
    "sum over units, then sum over time": "各单位相加，再各期相加", "sum over units, then last over time": "各单位相加，取时段内最后一期",
    "sole over units": "取唯一填报单位的数", "numerator / denominator": "分子除以分母",
};

/* asked: {unit, indicator, period, basis, view, release} */
export async function explain(catalog, asked) {
    const indicator = catalog.indicator.get(asked.indicator), unit = catalog.unit.get(asked.unit) || catalog.group.get(asked.unit);
    const body = shell(`${named(unit)} · ${named(indicator)} · ${label(asked.period)}`);
    try {
        const answer = await ask("explain", asked);
        const parts = answer.parts || [], result = answer.result || {};
        const place = (part) => catalog.unit.get(part.unit) || catalog.group.get(part.unit);
        fill(body,
             h("p", { class: "big" }, figure(result, indicator.unitOfMeasureZh), " ",
               h("span", { class: "measure" }, measureOf(indicator)), " ", statusOf(result)),
             h("dl", { class: "facts" },
               fact(t("实报/应报"), coverage(result)), fact(t("汇总方法"), RULES[answer.rule] ? t(RULES[answer.rule]) : answer.rule || ""),
               result.numerator && fact(t("算式"), h("span", {}, number(result.numerator), " ÷ ", number(result.denominator || "0"))),
               result.valuePeriod && fact(t("时点"), label(result.valuePeriod)),
               fact(t("流水号"), `${answer.snapshot.revision}（${moment(answer.snapshot.atUs, catalog.zone)}）`)),
             table({
                 caption: t("由这些数组成"), rows: parts, columns: [
                     { head: t("单位"), rowHead: true, cell: (part) => named(place(part)) },
                     { head: t("报告期"), cell: (part) => label(part.period) },
                     { head: t("指标"), cell: (part) => named(catalog.indicator.get(part.indicator)) },
                     { head: t("数值"), number: true, cell: (part) => [figure({ ...part, expected: part.owed ? 1 : 0 }, indicator.unitOfMeasureZh), part.counts === true || part.state !== "STATE_VALUE" ? "" : h("span", { class: "tag" }, t("仅供比较"))] },
                     { head: t("性质"), cell: statusOf },
                     { head: t("签名"), cell: (part) => signing(part, true) },
                     { head: t("流水号"), number: true, cell: (part) => part.revision || "" },
                     { head: "", cell: (part) => part.revision ? h("button", { class: "link", type: "button", onclick: () => history(catalog, part) }, t("每次变动")) : "" },
                 ],
             }),
             answer.truncated && h("p", { class: "note" }, t("还有更多，未列出。")));
    } catch (error) {
        fill(body, trouble(error));
    }
}

export const measureOf = (indicator) => {
    const text = indicator ? (document.documentElement.lang === "en" && indicator.unitOfMeasureEn) || indicator.unitOfMeasureZh || "" : "";
    return text === "%" ? "" : text;
};

/* How a submission was signed. By its own agent's key is the stronger way: nobody else has that key. */
export function signing(one, whole = false) {
    if (!one || (!one.signer && !one.signedFor))
        return "";
    const hash = whole && one.contentHash ? h("p", { class: "hash" }, `${t("内容摘要")} `, h("code", {}, hex(one.contentHash))) : null;
    return one.signedFor
        ? [h("span", { class: "tag", title: t("由网关的密钥为此人签名；此人凭设备和 PIN 登录") }, `${t("网页代签")} ${one.signedFor}`), hash]
        : [h("span", { class: "tag own", title: t("由单位自己的密钥签名，比网页代签更强") }, `${t("自有密钥签名")} ${one.signer}`), hash];
}

export const fact = (term, what) => h("div", {}, h("dt", {}, term), h("dd", {}, what));

export async function history(catalog, { unit, indicator, period, basis }) {
    const entry = catalog.indicator.get(indicator);
    const body = shell(`${t("每次变动")}：${named(catalog.unit.get(unit))} · ${named(entry)} · ${label(period)}`);
    try {
        const answer = await ask("history", { unit, indicator, period, basis });
        const rows = (answer.rows || []).toReversed ? answer.rows.toReversed() : [...(answer.rows || [])].reverse();
        const people = (row) => [row.filledBy && `${t("填报人")} ${row.filledBy}`, row.checkedBy && `${t("审核人")} ${row.checkedBy}`,
            row.releasedBy && `${t("负责人")} ${row.releasedBy}`, row.onBehalfOf && `${t("代录")} ${row.onBehalfOf}${row.ground ? `（${row.ground}）` : ""}`].filter(Boolean).join("，");
        fill(body, table({
            caption: t("每次变动，最近的在前"), rows, columns: [
                { head: t("流水号"), number: true, rowHead: true, cell: (row) => row.revision },
                { head: t("时间"), cell: (row) => moment(row.atUs, catalog.zone) },
                { head: t("原为"), number: true, cell: (row) => figure({ state: row.stateBefore, value: row.before, precision: row.precisionBefore, expected: 1 }, entry.unitOfMeasureZh) },
                { head: t("改为"), number: true, cell: (row) => figure({ ...row, expected: 1 }, entry.unitOfMeasureZh) },
                { head: t("性质"), cell: statusOf },
                { head: t("何人"), cell: people },
                { head: t("签名"), cell: (row) => signing(row, true) },
                { head: t("原因和说明"), cell: (row) => [row.reason, row.note, row.explanation].filter(Boolean).join("；") },
            ],
        }), h("p", { class: "actions" }, fileLinks("history", { unit, indicator, period, basis })));
    } catch (error) {
        fill(body, trouble(error));
    }
}

/* A number that can be asked where it comes from. */
export function asking(catalog, row, asked) {
    const unit = (catalog.indicator.get(row.indicator) || {}).unitOfMeasureZh || "";
    if (catalog.open || !row.state || row.state === "STATE_NOT_REPORTED")
        return figure(row, unit);
    const open = () => explain(catalog, { unit: row.unit, indicator: row.indicator, period: row.period, basis: row.basis, ...asked });
    return h("button", { class: "ask", type: "button", title: t("这个数从何而来"), onclick: open }, figure(row, unit));
}
