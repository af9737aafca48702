/* 报送进度: unit by form; from a box to the filing with its figures, findings, explanations and history, where it is reviewed too. */
import { ask } from "../js/api.js";
import { fill, h } from "../js/dom.js";
import { heat } from "../js/heat.js";
import { refreshing } from "../js/live.js";
import { named, t } from "../js/i18n.js";
import { Notice } from "../js/notice.js";
import { periodChoice, printButton, signedBy, snapshotFoot, titleBlock, trouble } from "../js/page.js";
import { day, label, moment } from "../js/periods.js";
import { rightsOf, session } from "../js/session.js";
import { box, legend, share, standingOf, sums, tags, wordOf } from "../js/standing.js";
import { csvButton, fileLinks, table } from "../js/table.js";
import { showFiling } from "./filing.js";

const STATE_WORDS = { PERIOD_NOT_OPENED: "未开始", PERIOD_OPENED: "填报中", PERIOD_CLOSED: "已截止", PERIOD_PUBLISHED: "已发布" };

const COLUMN_UNITS = 3; /* a form of fewer units has no column of its own: most cells would be empty */

function matrix(catalog, rows, period) {
    const at = new Map(rows.map((row) => [`${row.unit} ${row.form}`, row]));
    const units = catalog.units.filter((unit) => rows.some((row) => row.unit === unit.code));
    const forms = catalog.forms.filter((form) => rows.some((row) => row.form === form.code));
    const wide = (form) => rows.filter((row) => row.form === form.code).length >= COLUMN_UNITS;
    const few = forms.filter((form) => !wide(form));
    const boxOf = (unit, form, named_) => {
        const row = at.get(`${unit.code} ${form.code}`);
        if (!row)
            return null;
        const made = box(standingOf(row), `${named(unit)}，${named(form)}：${wordOf(standingOf(row))} ${row.rowsReported || 0}/${row.rowsExpected || 0}`, `#/progress/${unit.code}/${form.code}?period=${period}`);
        return named_ ? h("span", { class: "labelled" }, made, " ", named(form)) : made;
    };
    const columns = [{ head: t("单位"), rowHead: true, class: "stays", cell: (unit) => h("a", { href: `#/progress/${unit.code}?period=${period}` }, named(unit)), csv: named },
                     ...forms.filter(wide).map((form) => ({
                         head: named(form), class: "boxes", cell: (unit) => boxOf(unit, form, false) || "",
                         csv: (unit) => { const row = at.get(`${unit.code} ${form.code}`); return row ? wordOf(standingOf(row)) : ""; } }))];
    if (few.length)
        columns.push({ head: t("其他报表"), class: "others", cell: (unit) => few.map((form) => boxOf(unit, form, true)),
                       csv: (unit) => few.filter((form) => at.has(`${unit.code} ${form.code}`)).map((form) => `${named(form)}：${wordOf(standingOf(at.get(`${unit.code} ${form.code}`)))}`).join("；") });
    return h("section", { class: "matrix" }, legend(), table({ caption: t("{period}各单位各报表报送情况", { period: label(period) }), hidden: true, columns, rows: units }),
             h("p", { class: "actions" }, csvButton(`${t("报送进度")}-${period}`, columns, () => units)), units.length ? heat(units, forms, rows) : null);
}

function list(catalog, rows, period) {
    const columns = [
        { head: t("单位"), rowHead: true, cell: (row) => named(catalog.unit.get(row.unit)) },
        { head: t("报表"), cell: (row) => h("a", { href: `#/progress/${row.unit}/${row.form}?period=${row.period}` }, named(catalog.form.get(row.form))) },
        { head: t("行"), number: true, cell: (row) => `${row.rowsReported || 0}/${row.rowsExpected || 0}` },
        { head: t("状态"), cell: (row) => [box(standingOf(row), wordOf(standingOf(row))), " ", wordOf(standingOf(row)), tags(row)], csv: (row) => wordOf(standingOf(row)) },
        { head: t("截止日"), cell: (row) => day(row.dueOn) },
        { head: t("最近报送"), cell: (row) => moment(row.lastAtUs, catalog.zone) },
        { head: t("缺的指标"), cell: (row) => (row.missing || []).map((code) => named(catalog.indicator.get(code))).join("、") },
    ];
    return [table({ caption: t("{period}逐份报表", { period: label(period) }), columns, rows }), h("p", { class: "actions" }, csvButton(`${t("逐份报表")}-${period}`, columns, () => rows))];
}

function noticeList(catalog, notices) {
    if (!notices.length)
        return h("p", { class: "note" }, t("本期没有发出通知。"));
    return h("ul", { class: "notices" }, notices.map((notice) => {
        const text = h("pre", { tabindex: "0" }, notice.text);
        const copy = h("button", { type: "button", class: "quiet", onclick: async () => {
            await navigator.clipboard.writeText(notice.text);
            copy.textContent = t("已复制");
        } }, t("复制文字"));
        const open = (notice.forms || []).filter((form) => !form.closed).length;
        return h("li", {}, h("h3", {}, notice.correction ? t("更正通知") : t("催报通知"), " ", named(catalog.unit.get(notice.unit)), " ", notice.number || ""),
                 h("p", {}, `${moment(notice.atUs, catalog.zone)}　${signedBy(notice)}　`, notice.dueOn ? t("限 {day} 前", { day: day(notice.dueOn) }) : "", " ",
                   h("span", { class: "tag" }, open ? t("未办结 {n} 份", { n: open }) : t("已办结"))), text, copy);
    }));
}

/* One unit's filings, or everybody's. */
export async function show(context) {
    const { catalog, periods, period, rest, main, choose } = context;
    if (rest.length >= 2)
        return showFiling(context);
    const unit = rest[0] ? catalog.unit.get(rest[0]) : null;
    const body = h("div"), numbers = h("div"), notes = h("section"), noticing = h("div");
    let who = await session(true), writing = null;
    const state = periods.rows.get(period);
    const title = unit ? `${t("报送进度")} · ${named(unit)}` : t("报送进度");
    fill(main, titleBlock(catalog, title, [label(period)]),
         h("div", { class: "head" }, h("h1", {}, title), unit ? h("a", { href: `#/progress?period=${period}` }, t("← 全部单位")) : null,
           periodChoice(periods.list, period, choose), state ? h("span", { class: "tag" }, t(STATE_WORDS[state.state] || "")) : null, printButton()),
         numbers, body, noticing, notes);
    let over = false;
    const work = async () => {
        try {
            who = await rightsOf(who);
            if (!writing && who.may && who.may.notices) {
                writing = new Notice(catalog, period, unit && unit.code, () => live.again());
                fill(noticing, writing.element);
            }
            const [status, notices] = await Promise.all([
                ask("status", { periods: [period], under: unit ? unit.code : undefined }), ask("notices", { periods: [period] })]);
            if (over)
                return;
            const rows = status.rows || [], at = sums(rows);
            fill(numbers, h("p", { class: "line" }, t("应报 {owed} 份，实报 {reported} 份（{share}）；待审核 {submitted}，已审核 {accepted}，已退回 {returned}，逾期未报 {overdue}，迟报 {late}。",
                                                     { ...at, share: share(at.reported, at.owed) })));
            fill(body, unit ? null : matrix(catalog, rows, period), h("details", { open: Boolean(unit) }, h("summary", {}, t("逐份报表")), list(catalog, rows, period)),
                 status.truncated ? h("p", { class: "note" }, t("还有更多，未列出。")) : null,
                 h("p", { class: "actions" }, t("报送进度"), " ", fileLinks("status", { periods: [period], under: unit ? unit.code : undefined })), snapshotFoot(catalog, status.snapshot));
            if (writing)
                writing.update(rows);
            fill(notes, h("h2", {}, t("催报和更正通知")), noticeList(catalog, (notices.notices || []).filter((one) => !unit || one.unit === unit.code)),
                 (notices.notices || []).length ? h("p", { class: "actions" }, fileLinks("notices", { periods: [period] })) : null);
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
