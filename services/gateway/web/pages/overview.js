/* 全县总览: how far the quarter is, the county's main figures, every unit over the last quarters, what came last. */
import { ask, askAll } from "../js/api.js";
import { chart, series } from "../js/chart.js";
import { fill, h } from "../js/dom.js";
import { asking, measureOf } from "../js/explain.js";
import { coverage, figureText, growth, large, mark, statusOf } from "../js/format.js";
import { named, t } from "../js/i18n.js";
import { refreshing } from "../js/live.js";
import { periodChoice, printButton, snapshotFoot, titleBlock, trouble } from "../js/page.js";
import { day, daysBetween, label, moment, short, today, upTo, yearToDate } from "../js/periods.js";
import { box, legend, share, standingOf, sums, tags, wordOf, worst } from "../js/standing.js";
import { csvButton, table } from "../js/table.js";

const QUARTERS = 8, CARDS = 6, LATEST = 12;

/* The indicators that most units report tell most about the county; who sees a part of it, of those that are reported there. */
function mainIndicators(catalog, period) {
    const inside = catalog.root === catalog.county ? null : catalog.inside(catalog.root, `${period.slice(0, 4)}-12-31`);
    return catalog.indicators.filter((one) => (one.measure === "flow" || one.measure === "stock") && (!inside || (one.owners || []).some((edge) => inside.has(edge.unit))))
        .sort((a, b) => (b.owners || []).length - (a.owners || []).length || (b.targets || []).length - (a.targets || []).length || a.position - b.position)
        .slice(0, CARDS);
}

function card(catalog, row, period) {
    const indicator = catalog.indicator.get(row.indicator);
    const big = row.state === "STATE_VALUE" ? large(row.value) : null;
    const [before, after] = mark(row.precision);
    const value = big ? h("span", { title: figureText(row) }, before, big.text, h("small", {}, big.word), big.exact ? after : after || h("small", {}, t("（约）")))
        : asking(catalog, row);
    return h("li", { class: "card" }, h("h3", {}, named(indicator)), h("p", { class: "value" }, value, " ", h("small", {}, measureOf(indicator))),
             h("p", { class: "below" }, row.valuePeriod ? h("span", {}, t("时点 {period}", { period: label(row.valuePeriod) })) : h("span", {}, label(period)),
               " ", row.yoy ? [t("同比"), " ", growth(row.yoy)] : null),
             h("p", { class: "below" }, t("实报/应报"), " ", coverage(row), " ", statusOf(row)));
}

function progressCards(rows, dueOn, zone) {
    const at = sums(rows), counted = (number) => (at.owed ? String(number) : "—"); /* nothing owed is no zero */
    const left = dueOn ? daysBetween(today(zone), dueOn) : null;
    const due = left === null ? "—" : left < 0 ? t("已过 {n} 天", { n: -left }) : left === 0 ? t("今天") : t("{n} 天", { n: left });
    return h("ul", { class: "cards small" },
             h("li", { class: "card" }, h("h3", {}, t("上报率")), h("p", { class: "value" }, share(at.reported, at.owed)), h("p", { class: "below" }, at.owed ? t("{a}/{b} 份报表", { a: at.reported, b: at.owed }) : t("本期没有应报的报表"))),
             h("li", { class: "card" }, h("h3", {}, t("距截止日")), h("p", { class: "value" }, due), h("p", { class: "below" }, dueOn ? day(dueOn) : t("本期不设截止日"))),
             h("li", { class: "card" }, h("h3", {}, t("待审核")), h("p", { class: "value" }, counted(at.submitted)), h("p", { class: "below" }, t("已审核 {n} 份", { n: counted(at.accepted) }))),
             h("li", { class: "card" }, h("h3", {}, t("要办的")), h("p", { class: "value" }, counted(at.returned + at.overdue)), h("p", { class: "below" }, t("已退回 {a}，逾期未报 {b}", { a: counted(at.returned), b: counted(at.overdue) }))));
}

/* One row of boxes a unit. */
function strip(catalog, rows, periods) {
    const of = new Map();
    for (const row of rows) {
        const key = `${row.unit} ${row.period}`;
        of.set(key, [...(of.get(key) || []), row]);
    }
    const units = catalog.units.filter((unit) => periods.some((period) => of.has(`${unit.code} ${period}`)));
    const columns = [{ head: t("单位"), rowHead: true, cell: (unit) => h("a", { href: `#/progress/${unit.code}` }, named(unit)), csv: named },
                     ...periods.map((period) => {
                         const standing = (unit) => worst(of.get(`${unit.code} ${period}`) || []);
                         return { head: short(period), class: "boxes", csv: (unit) => wordOf(standing(unit)),
                                  cell: (unit) => box(standing(unit), `${named(unit)} ${label(period)}：${wordOf(standing(unit))}`, `#/progress/${unit.code}?period=${period}`) };
                     })];
    return h("section", {}, h("h2", {}, t("各单位近期报送")), legend(),
             table({ caption: t("各单位近期报送情况"), hidden: true, columns, rows: units }),
             h("p", { class: "actions" }, csvButton(t("各单位近期报送"), columns, () => units)));
}

function latestOf(catalog, rows) {
    const came = rows.filter((row) => row.lastAtUs).sort((a, b) => (BigInt(b.lastRevision || 0) > BigInt(a.lastRevision || 0) ? 1 : -1)).slice(0, LATEST);
    return h("section", { class: "latest" }, h("h2", {}, t("最近的变动")),
             h("ol", { "aria-live": "polite" }, came.map((row) => h("li", { "data-revision": row.lastRevision },
                 h("a", { href: `#/progress/${row.unit}/${row.form}?period=${row.period}` }, named(catalog.unit.get(row.unit)), " · ", named(catalog.form.get(row.form))),
                 h("span", { class: "when" }, `${label(row.period)}　${moment(row.lastAtUs, catalog.zone)}`), " ", box(standingOf(row), wordOf(standingOf(row))), tags(row)))));
}

export async function show({ catalog, periods, period, main, choose }) {
    const quarters = upTo(period, QUARTERS).filter((one) => !periods.rows.size || periods.rows.has(one));
    const span = yearToDate(period);
    const indicators = mainIndicators(catalog, period).map((one) => one.code);
    const parts = { cards: h("div"), figures: h("section"), strip: h("div"), latest: h("div"), foot: h("div") };
    const row = periods.rows.get(period);
    const title = catalog.root === catalog.county ? t("全县总览") : t("{unit}总览", { unit: named(catalog.root) });
    fill(main, titleBlock(catalog, title, [label(period)]),
         h("div", { class: "head" }, h("h1", {}, title), periodChoice(periods.list, period, choose),
           row ? h("span", { class: "tag" }, t({ PERIOD_OPENED: "填报中", PERIOD_CLOSED: "已截止", PERIOD_PUBLISHED: "已发布" }[row.state] || "未开始"), row.backfill ? `（${t("补录")}）` : "") : null, printButton()),
         parts.cards, parts.figures, h("div", { class: "two" }, parts.strip, parts.latest), parts.foot);

    let over = false;
    const work = async () => {
        try {
            const [status, figures, trend] = await Promise.all([
                ask("status", { periods: quarters.length ? quarters : [period] }),
                indicators.length ? askAll({ units: [catalog.root.code], indicators, periods: [span], yoy: true }) : { rows: [] },
                indicators.length ? askAll({ units: [catalog.root.code], indicators: indicators.slice(0, 1), periods: upTo(period, QUARTERS) }) : { rows: [] },
            ]);
            if (over)
                return;
            const rows = status.rows || [], now = rows.filter((one) => one.period === period);
            const dues = now.map((one) => one.dueOn).filter(Boolean).sort();
            fill(parts.cards, h("h2", { class: "hidden" }, t("报送进度")), progressCards(now, dues[0], catalog.zone));
            const texts = [trend.rows.map((one) => figureText(one, ""))];
            fill(parts.figures, h("h2", {}, t("主要数据")), indicators.length ? null : h("p", { class: "note" }, t("这里没有要报的指标。")), h("ul", { class: "cards" }, figures.rows.map((one) => card(catalog, one, span))),
                 trend.rows.length ? h("div", { class: "beside" },
                     chart(series({ labels: upTo(period, QUARTERS).map(short), lines: [{ name: named(catalog.indicator.get(indicators[0])), rows: trend.rows }], kind: "bar", unit: measureOf(catalog.indicator.get(indicators[0])), texts }),
                           t("{name}，近 {n} 个季度", { name: named(catalog.indicator.get(indicators[0])), n: QUARTERS })),
                     table({ caption: t("{name}，近 {n} 个季度", { name: named(catalog.indicator.get(indicators[0])), n: QUARTERS }), rows: trend.rows, columns: [
                         { head: t("报告期"), rowHead: true, cell: (one) => label(one.period) },
                         { head: measureOf(catalog.indicator.get(indicators[0])) || t("数值"), number: true, cell: (one) => asking(catalog, one) },
                         { head: t("实报/应报"), number: true, cell: coverage }] })) : null);
            fill(parts.strip, strip(catalog, rows, quarters.length ? quarters : [period]));
            fill(parts.latest, latestOf(catalog, rows));
            fill(parts.foot, snapshotFoot(catalog, figures.snapshot || status.snapshot));
            main.dataset.revision = (figures.snapshot || status.snapshot).revision;
        } catch (error) {
            if (!over)
                fill(parts.cards, trouble(error));
            return false;
        }
        return true;
    };
    const live = refreshing(work);
    await live.first;
    return () => { over = true; live.end(); };
}
