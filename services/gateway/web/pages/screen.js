/* 大屏: turns by itself through a few views of the newest period at work; names nobody who is late. */
import { ask, askAll } from "../js/api.js";
import { catalog } from "../js/catalog.js";
import { chart, series } from "../js/chart.js";
import { byId, fill, h } from "../js/dom.js";
import { measureOf } from "../js/explain.js";
import { figure, figureText, growth, large, mark } from "../js/format.js";
import { named, t } from "../js/i18n.js";
import { liveState, onLive, startLive } from "../js/live.js";
import { label, moment, now, short, upTo, yearToDate } from "../js/periods.js";
import { share, sums } from "../js/standing.js";
import { readPeriods } from "../js/work.js";

const TURN_MS = 15000, ASK_MS = 500, CARDS = 6, QUARTERS = 8;

function cards(whole, rows, span) {
    return h("ul", { class: "cards" }, rows.map((row) => {
        const indicator = whole.indicator.get(row.indicator), big = row.state === "STATE_VALUE" ? large(row.value) : null;
        const [before, after] = mark(row.precision);
        return h("li", {}, h("h2", {}, named(indicator)),
                 h("p", { class: "value" }, big ? [before, big.text, big.word, after] : figure(row, indicator.unitOfMeasureZh), h("small", {}, measureOf(indicator))),
                 h("p", { class: "below" }, label(row.valuePeriod || span), row.yoy ? ["　", t("同比"), " ", growth(row.yoy)] : ""));
    }));
}

function trend(whole, indicator, rows, quarters) {
    return h("div", { class: "halves" },
             h("section", { class: "panel" }, h("h2", {}, named(indicator)),
               chart(series({ labels: quarters.map(short), lines: [{ name: named(indicator), rows }], kind: "bar", unit: measureOf(indicator), dark: true, texts: [rows.map((row) => figureText(row))] }), named(indicator), { dark: true })),
             h("section", { class: "panel" }, h("h2", {}, t("近 {n} 个季度", { n: QUARTERS })),
               h("table", {}, h("tbody", {}, rows.map((row) => h("tr", {}, h("th", { scope: "row" }, label(row.period)), h("td", { class: "num" }, figure(row, indicator.unitOfMeasureZh))))))));
}

/* By branches of the county: shares only, no unit is named for what it has not done. */
function reporting(whole, rows, period) {
    const day = `${period.slice(0, 4)}-12-31`, all = sums(rows);
    const branches = whole.childrenOf(whole.root.code, day).map((branch) => {
        const inside = new Set(whole.tree(day, branch).map(({ unit }) => unit.code));
        return { branch, at: sums(rows.filter((row) => inside.has(row.unit))) };
    }).filter(({ at }) => at.owed);
    const kinds = branches.length <= 10 ? branches.map(({ branch, at }) => [named(branch), at]) : byKind(whole, rows);
    return h("div", { class: "halves" },
             h("section", { class: "panel" }, h("h2", {}, t("各系统上报率")), h("ul", { class: "bars" }, kinds.map(([name, at]) => h("li", {}, h("span", {}, name),
                 h("progress", { max: at.owed, value: at.reported, "aria-label": name }), h("span", {}, `${share(at.reported, at.owed)}　${at.reported}/${at.owed}`))))),
             h("section", { class: "panel" }, h("h2", {}, t("全县")), h("p", { class: "value" }, share(all.reported, all.owed)), h("p", { class: "below" }, t("{a}/{b} 份报表", { a: all.reported, b: all.owed })),
               h("p", { class: "below" }, t("已审核 {n} 份", { n: all.accepted }))));
}

const KINDS = { county: "县级", department: "县直部门", town: "乡镇", village: "村（社区）" };
function byKind(whole, rows) {
    const of = (kind) => sums(rows.filter((row) => (whole.unit.get(row.unit) || {}).kind === kind));
    return [...new Set(whole.units.map((unit) => unit.kind))].map((kind) => [t(KINDS[kind] || kind || "其他"), of(kind)]).filter(([, at]) => at.owed);
}

async function read() {
    const whole = await catalog();
    const { chosen: period } = await readPeriods(whole);
    const main = whole.indicators.filter((one) => one.measure === "flow").sort((a, b) => (b.owners || []).length - (a.owners || []).length || a.position - b.position).slice(0, CARDS);
    const span = yearToDate(period), last = upTo(period, QUARTERS);
    const [figures, trends, status] = await Promise.all([
        askAll({ units: [whole.root.code], indicators: main.map((one) => one.code), periods: [span], yoy: true }),
        askAll({ units: [whole.root.code], indicators: main.slice(0, 3).map((one) => one.code), periods: last }),
        ask("status", { periods: [period] })]);
    return { whole, period, span, last, main, figures, trends, status };
}

let at = 0, known = null;

function draw() {
    if (!known)
        return;
    const { whole, period, span, last, main, figures, trends, status } = known;
    const views = [[label(span), () => cards(whole, figures.rows, span)], [t("报送进度"), () => reporting(whole, status.rows || [], period)],
                   ...main.slice(0, 3).map((indicator) => [t("趋势"), () => trend(whole, indicator, trends.rows.filter((row) => row.indicator === indicator.code), last)])];
    const [title, view] = views[at % views.length];
    fill(byId("county"), named(whole));
    fill(byId("title"), title);
    byId("demo").hidden = !whole.demonstration;
    fill(byId("page"), view());
    fill(byId("foot"), t("数据截至流水号 {revision}，{at}", { revision: figures.snapshot.revision, at: moment(figures.snapshot.atUs, whole.zone) }));
    document.body.dataset.revision = figures.snapshot.revision;
}

let asking = false, again = false;
async function refresh() {
    if (asking) {
        again = true;
        return;
    }
    asking = true;
    do {
        again = false;
        try {
            known = await read();
            draw();
            tick();
        } catch (error) {
            fill(byId("live"), error.message);
            await new Promise((done) => { setTimeout(done, 3000); });
            again = true;
        }
    } while (again);
    asking = false;
}

const tick = () => { byId("clock").textContent = moment(String(BigInt(now()) * 1000n)); };
let timer = 0;
onLive((message) => {
    fill(byId("live"), { live: t("实时"), waiting: t("断线，正在重连"), connecting: t("正在连接") }[message.state || liveState()] || "");
    if (message.again && !timer)
        timer = setTimeout(() => { timer = 0; refresh(); }, ASK_MS);
});
tick();
setInterval(tick, 10000);
setInterval(() => { at++; draw(); }, TURN_MS);
refresh();
startLive();
