/* 指标查询: sections as a tree, a search that knows other names, and for what is chosen its trend, its units, growth and coverage. */
import { address, askAll } from "../js/api.js";
import { chart, series } from "../js/chart.js";
import { fill, h } from "../js/dom.js";
import { asking, fact, measureOf } from "../js/explain.js";
import { coverage, figureText, growth, reason, statusOf } from "../js/format.js";
import { named, t } from "../js/i18n.js";
import { refreshing } from "../js/live.js";
import { periodChoice, printButton, snapshotFoot, titleBlock, trouble } from "../js/page.js";
import { label, quarter, short, upTo } from "../js/periods.js";
import { csvButton, table } from "../js/table.js";

const TREND = 12;
const VIEWS = { VIEW_WORKING: "在报数", VIEW_ACCEPTED: "已审核数", VIEW_PUBLISHED: "已发布数" };

function spans(period) {
    const at = quarter(period);
    return at ? [period, at.number > 1 ? `${at.year}-Q1..${period}` : null, String(at.year), String(at.year - 1)].filter(Boolean) : [period];
}

function tree(context, chosen) {
    const { catalog, go, period } = context;
    const link = (indicator) => h("li", {}, h("a", { href: `#/query/${indicator.code}?period=${period}`, "aria-current": indicator.code === chosen ? "true" : null }, named(indicator)));
    const branch = (section) => {
        const below = catalog.sectionChildren(section.code), own = catalog.indicatorsOf(section.code);
        if (!below.length && !own.length)
            return null;
        const has = (one) => catalog.indicatorsOf(one.code).some((indicator) => indicator.code === chosen) || catalog.sectionChildren(one.code).some(has);
        return h("li", {}, h("details", { open: has(section) }, h("summary", {}, named(section)), h("ul", {}, below.map(branch), own.map(link))));
    };
    const results = h("ul", { class: "results", id: "results" });
    const box = h("input", { type: "search", id: "find", placeholder: t("指标名称、别名或代码"), autocomplete: "off", "aria-controls": "results", oninput: () => {
        const found = catalog.search(box.value);
        fill(results, box.value && !found.length ? h("li", { class: "note" }, t("没有找到。")) : found.map(link));
    }, onkeydown: (event) => {
        const found = catalog.search(box.value);
        if (event.key === "Enter" && found.length)
            go("query", [found[0].code], { period });
    } });
    return h("aside", { class: "side", "aria-label": t("指标") }, h("label", { for: "find" }, t("查找指标")), box, results,
             h("ul", { class: "tree" }, catalog.sectionChildren("").map(branch)));
}

function targetFacts(catalog, indicator) {
    return (indicator.targets || []).map((target) => fact(t("目标"), `${label(target.period)} ${figureText({ state: "STATE_VALUE", value: target.value, precision: (target.precision || "").toUpperCase() }, indicator.unitOfMeasureZh)}${measureOf(indicator)}`));
}

export async function show(context) {
    const { catalog, periods, period, rest, params, main, choose, go } = context;
    const indicator = catalog.indicator.get(rest[0]) || catalog.indicators.find((one) => (one.owners || []).length > 1) || catalog.indicators[0];
    const views = catalog.open ? ["VIEW_PUBLISHED"] : Object.keys(VIEWS);
    const view = views.includes(params.get("view")) ? params.get("view") : views[0], span = params.get("span") || spans(period)[0];
    const body = h("div", { class: "main" });
    const change = (name, value) => go("query", [indicator.code], { ...Object.fromEntries(params), period, [name]: value });
    fill(main, titleBlock(catalog, `${t("指标查询")} · ${named(indicator)}`, [label(span), t(VIEWS[view])]),
         h("div", { class: "head" }, h("h1", {}, named(indicator)), periodChoice(periods.list, period, choose),
           h("label", {}, `${t("时段")} `, h("select", { onchange: (event) => change("span", event.target.value) }, spans(period).map((one) => h("option", { value: one, selected: one === span }, label(one))))),
           h("label", {}, `${t("口径视图")} `, h("select", { onchange: (event) => change("view", event.target.value) }, views.map((code) => h("option", { value: code, selected: code === view }, t(VIEWS[code]))))),
           printButton()),
         h("div", { class: "split" }, tree(context, indicator.code), body));
    let over = false;
    const work = async () => {
        try {
            const quarters = upTo(period, TREND), day = `${period.slice(0, 4)}-12-31`;
            const below = catalog.tree(day).map(({ unit }) => unit.code).filter((code) => code !== catalog.root.code);
            const [total, trend, units] = await Promise.all([
                askAll({ units: [catalog.root.code], indicators: [indicator.code], periods: [span], yoy: true, qoq: true, view }),
                askAll({ units: [catalog.root.code], indicators: [indicator.code], periods: quarters, view }),
                below.length ? askAll({ units: below, indicators: [indicator.code], periods: [span], yoy: true, view }) : { rows: [] },
            ]);
            if (over)
                return;
            const row = total.rows[0] || { indicator: indicator.code, unit: catalog.root.code, period: span };
            const depth = new Map(catalog.tree(day).map(({ unit, depth: level }) => [unit.code, level]));
            const owed = units.rows.filter((one) => one.expected || one.reported);
            const columns = [
                { head: t("单位"), rowHead: true, cell: (one) => h("span", { class: `level${Math.min((depth.get(one.unit) || 1) - 1, 3)}` }, named(catalog.unit.get(one.unit))), csv: (one) => named(catalog.unit.get(one.unit)) },
                { head: `${t("数值")} ${measureOf(indicator)}`.trim(), number: true, cell: (one) => asking(catalog, one, { view }), csv: (one) => one.value || "" },
                { head: t("实报/应报"), number: true, cell: coverage, csv: (one) => `${one.reported || 0}/${one.expected || 0}` },
                { head: t("同比"), cell: (one) => growth(one.yoy) }, { head: t("性质"), cell: statusOf },
                { head: t("说明"), cell: (one) => reason(one.reason) }];
            fill(body, h("p", { class: "big" }, asking(catalog, row, { view }), " ", h("span", { class: "measure" }, measureOf(indicator)), " ", statusOf(row)),
                 h("dl", { class: "facts" }, fact(label(span), t(VIEWS[view])), fact(t("同比"), growth(row.yoy)), fact(t("环比"), growth(row.qoq)), fact(t("实报/应报"), coverage(row)),
                   row.valuePeriod && fact(t("时点"), label(row.valuePeriod)), row.reason && fact(t("说明"), reason(row.reason)), row.basis && fact(t("口径"), t("{period}累计", { period: label(row.basis) })),
                   targetFacts(catalog, indicator)),
                 h("div", { class: "beside" },
                   chart(series({ labels: quarters.map(short), lines: [{ name: named(indicator), rows: trend.rows }], unit: measureOf(indicator), texts: [trend.rows.map((one) => figureText(one, indicator.unitOfMeasureZh))] }),
                         t("{name}，近 {n} 个季度", { name: named(indicator), n: TREND })),
                   table({ caption: t("{name}，近 {n} 个季度", { name: named(indicator), n: TREND }), rows: trend.rows, columns: [
                       { head: t("报告期"), rowHead: true, cell: (one) => label(one.period) }, { head: t("数值"), number: true, cell: (one) => asking(catalog, one, { view }) },
                       { head: t("实报/应报"), number: true, cell: coverage }] })),
                 h("h2", {}, t("各单位")), table({ caption: `${named(indicator)} ${label(span)}`, hidden: true, columns, rows: owed }),
                 h("p", { class: "actions" }, csvButton(`${named(indicator)}-${span}`, columns, () => owed),
                   h("a", { href: address("query.xlsx", { units: [catalog.root.code, ...below], indicators: [indicator.code], periods: [span], view }), download: `${named(indicator)}-${span}.xlsx` }, t("下载工作簿"))),
                 indicator.note ? h("p", { class: "note" }, indicator.note) : null, snapshotFoot(catalog, total.snapshot));
        } catch (error) {
            if (!over)
                fill(body, trouble(error));
            return false;
        }
        return true;
    };
    const live = refreshing(work);
    await live.first;
    return () => { over = true; live.end(); };
}
