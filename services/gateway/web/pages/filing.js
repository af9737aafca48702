/* One filing: what stands in it, row by row with the periods before, what the checks ask, what was done to it. */
import { address, ask, askAll } from "../js/api.js";
import { fill, h } from "../js/dom.js";
import { formRows, rowName } from "../js/entry-rows.js";
import { fact, history, measureOf, signing } from "../js/explain.js";
import { figure, growth, statusOf } from "../js/format.js";
import { named, t } from "../js/i18n.js";
import { refreshing } from "../js/live.js";
import { findingText, periodChoice, printButton, signedBy, snapshotFoot, titleBlock, trouble } from "../js/page.js";
import { day, label, moment, shift } from "../js/periods.js";
import { Review } from "../js/review.js";
import { rightsOf, session } from "../js/session.js";
import { box, standingOf, tags, wordOf } from "../js/standing.js";
import { csvButton, fileLinks, table } from "../js/table.js";

const ACTS = { 6: "审核通过", 7: "退回", 8: "迟报予以说明" };

/* What the filing says, with the stretch it covers when that is not the period itself. */
function now(row, stands, own, unit) {
    return stands ? [figure({ ...stands, state: stands.state || "STATE_VALUE", expected: 1 }, unit), stands.basis ? h("small", { class: "basis" }, t("自{period}累计", { period: label(stands.basis) })) : ""]
        : figure(own, unit);
}

function figuresTable(catalog, form, own, stands, period) {
    const notes = new Map((stands.rows || []).map((row) => [row.indicator, row]));
    const at = (indicator, when) => own.find((row) => row.indicator === indicator && row.period === when) || {};
    const unitOf = (row) => (catalog.indicator.get(row.indicator) || {}).unitOfMeasureZh;
    const columns = [
        { head: t("指标"), rowHead: true, cell: (row) => rowName(catalog, row) },
        { head: t("计量单位"), cell: (row) => measureOf(catalog.indicator.get(row.indicator)) },
        { head: label(shift(period, -4)), number: true, cell: (row) => figure(at(row.indicator, shift(period, -4)), unitOf(row)) },
        { head: label(shift(period, -1)), number: true, cell: (row) => figure(at(row.indicator, shift(period, -1)), unitOf(row)) },
        { head: label(period), number: true, class: "now", cell: (row) => now(row, notes.get(row.indicator), at(row.indicator, period), unitOf(row)) },
        { head: t("同比"), cell: (row) => growth(at(row.indicator, period).yoy) },
        { head: t("性质"), cell: (row) => statusOf(notes.get(row.indicator) || at(row.indicator, period)) },
        { head: t("说明"), cell: (row) => (notes.get(row.indicator) || {}).note || "" },
        { head: "", cell: (row) => notes.has(row.indicator) ? h("button", { type: "button", class: "link", onclick: () => history(catalog, { unit: own[0] && own[0].unit, indicator: row.indicator, period, basis: notes.get(row.indicator).basis }) }, t("每次变动")) : "" },
    ];
    return { columns, element: table({ caption: `${named(form)} ${label(period)}`, columns, rows: formRows(form) }) };
}

function acts(catalog, answer) {
    const list = answer.acts || [];
    if (!list.length)
        return null;
    return h("section", {}, h("h2", {}, t("办理经过")), table({ caption: t("办理经过"), hidden: true, rows: list, columns: [
        { head: t("时间"), rowHead: true, cell: (act) => moment(act.atUs, catalog.zone) },
        { head: t("办理"), cell: (act) => t(ACTS[act.action] || String(act.action)) },
        { head: t("何人"), cell: signedBy },
        { head: t("原因"), cell: (act) => [act.note, ...(act.reasons || []).map((one) => `${named(catalog.indicator.get(one.indicator))}：${one.reason}`)].filter(Boolean).map((one) => h("p", {}, one)) },
        { head: t("新的截止日"), cell: (act) => day(act.dueOn) },
        { head: t("流水号"), number: true, cell: (act) => act.revision }] }));
}

export async function showFiling(context) {
    const { catalog, periods, period, rest, main, choose } = context;
    const [unitCode, formCode] = rest;
    const unit = catalog.unit.get(unitCode), form = catalog.form.get(formCode);
    if (!unit || !form) {
        fill(main, h("h1", {}, t("没有这份报表")), h("p", {}, h("a", { href: "#/progress" }, t("← 报送进度"))));
        return null;
    }
    const title = `${named(unit)} · ${named(form)}`;
    const body = h("div"), reviewing = h("div"), past = h("div");
    let who = await session(true), review = null;
    fill(main, titleBlock(catalog, title, [label(period)]),
         h("div", { class: "head" }, h("h1", {}, title), h("a", { href: `#/progress/${unitCode}?period=${period}` }, `← ${named(unit)}`), periodChoice(periods.list, period, choose),
           who.unit === unitCode ? h("a", { href: `#/entry/${unitCode}/${formCode}?period=${period}` }, t("填报")) : null, printButton()), body, reviewing, past);
    let over = false;
    const work = async () => {
        try {
            who = await rightsOf(who);
            if (!review && who.may && who.may.review.includes(unitCode)) {
                review = new Review(catalog, { unit: unitCode, form: formCode, period }, () => live.again());
                fill(reviewing, review.element);
            }
            const [answer, status, figures] = await Promise.all([
                ask("filing", { unit: unitCode, form: formCode, period }),
                ask("status", { units: [unitCode], periods: [period] }),
                askAll({ units: [unitCode], forms: [formCode], periods: [shift(period, -4), shift(period, -1), period], plane: "OWN", yoy: true }),
            ]);
            if (over)
                return;
            const row = (status.rows || []).find((one) => one.form === formCode) || { rowsExpected: 0 };
            const { columns, element } = figuresTable(catalog, form, figures.rows, answer, period);
            const findings = answer.findings || [];
            fill(body, h("dl", { class: "facts" }, fact(t("状态"), [box(standingOf(row), wordOf(standingOf(row))), " ", wordOf(standingOf(row)), " ", tags(row)]),
                         fact(t("行"), `${row.rowsReported || 0}/${row.rowsExpected || 0}`), row.dueOn && fact(t("截止日"), day(row.dueOn)),
                         answer.last && (answer.last.signer || answer.last.signedFor) && fact(t("签名"), signing(answer.last, true)),
                         row.lastAtUs && fact(t("最近报送"), `${moment(row.lastAtUs, catalog.zone)}，${t("流水号")} ${row.lastRevision}`)),
                 element, h("p", { class: "actions" }, csvButton(`${title}-${period}`, columns, () => formRows(form)), " ", fileLinks("filing", { unit: unitCode, form: formCode, period }),
                   h("a", { class: "file", download: true, href: address("form.docx", { unit: unitCode, form: formCode, period }) }, t("下载纸质报表（docx）"))),
                 answer.explanation ? h("section", {}, h("h2", {}, t("上报说明")), h("p", { class: "quote" }, answer.explanation)) : null,
                 findings.length ? h("section", {}, h("h2", {}, t("校验提示")), h("ul", {}, findings.map((one) => h("li", {}, findingText(one, catalog))))) : null);
            fill(past, acts(catalog, answer), snapshotFoot(catalog, answer.snapshot));
            if (review)
                review.update(answer, row);
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
