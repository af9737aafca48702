/* What all pages have: trouble in words, the foot that names the snapshot, the choice of a period, what is printed around a page. */
import { h } from "./dom.js";
import { named, t } from "./i18n.js";
import { label, moment } from "./periods.js";

export function trouble(error) {
    const findings = error.findings || [];
    return h("div", { class: "trouble", role: "alert" }, h("p", {}, h("strong", {}, error.message), error.detail ? ` ${error.detail}` : ""),
             findings.length > 1 || (findings[0] && findings[0].got)
                 ? h("ul", {}, findings.map((one) => h("li", {}, one.cell ? `${one.sheet} ${one.cell} ` : "", findingText(one)))) : null);
}

/* With the catalogue, its codes are told by their names. */
export function findingText(finding, catalog = null) {
    const spoken = (text) => (catalog ? text.replace(/[a-z][\w.]*/g, (word) => (catalog.indicator.has(word) ? named(catalog.indicator.get(word)) : word)).replaceAll("<=", "≤").replaceAll(">=", "≥") : text);
    return [finding.indicator && spoken(finding.indicator), finding.sentence, finding.got && t("现为：{got}", { got: spoken(finding.got) }),
            finding.expected && t("应为：{expected}", { expected: spoken(finding.expected) }), finding.advice].filter(Boolean).join("；");
}

export function snapshotFoot(catalog, snapshot) {
    if (!snapshot)
        return null;
    return h("p", { class: "foot" }, t("数据截至流水号 {revision}，{at}；指标目录第 {version} 版。",
                                       { revision: snapshot.revision, at: moment(snapshot.atUs, catalog.zone), version: snapshot.catalogVersion || 0 }));
}

/* 标题块: shown on paper only. */
export function titleBlock(catalog, title, filters) {
    return h("div", { class: "print-title", "aria-hidden": "true" }, h("p", { class: "print-county" }, named(catalog)), h("p", { class: "print-name" }, title),
             h("p", {}, filters.filter(Boolean).join("　")), h("p", { class: "print-sign" }, t("制表人：　　　　审核人：　　　　单位负责人：　　　　日期：")));
}

export function periodChoice(periods, chosen, change) {
    return h("label", {}, `${t("报告期")} `, h("select", { onchange: (event) => change(event.target.value) },
             periods.map((period) => h("option", { value: period, selected: period === chosen }, label(period)))));
}

/* Who signed: a key's holder, or the person for whom the gateway did. */
export const signedBy = (act) => (act.signedForName ? t("{name}（{by}网页代签）", { name: act.signedForName, by: act.by }) : act.by || "");

export const printButton = (words = t("打印")) => h("button", { type: "button", class: "quiet", onclick: () => print() }, words);
